"""A file that somebody gives → looked through for lists of people, kept, and entered with what it is about."""

from __future__ import annotations

import io
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from datetime import date, datetime

from trucewatch.model.claim_record import Speaker
from trucewatch.model.handed_file import HandedFile
from trucewatch.model.letters import Letter, LetterVia
from trucewatch.model.watch import Watch
from trucewatch.pipeline.claim_entering import clock_of
from trucewatch.reader import screen_brought
from trucewatch.sources.letter_file import LetterParts
from trucewatch.store import Store
from trucewatch.store.handed_files import hand_over
from trucewatch.store.letter_records import enter_letter

Turn = Callable[[], AbstractContextManager[object]]


def take_in_file(
    store: Store,
    watch: Watch,
    content: bytes,
    *,
    file_name: str,
    about: str,
    giver: Speaker,
    by: str,
    now: datetime,
    received_at: datetime,
    turn: Turn = nullcontext,
) -> HandedFile:
    """Look through a file in the reader's process, then keep and enter it. turn: held while it is entered. Raises
    ListOfPeople, StoreError."""
    screen_brought(io.BytesIO(content))
    moment = clock_of(watch, now)
    with turn():
        return hand_over(
            store, content, file_name=file_name, about=about, giver=giver, by=by, now=moment, received_at=received_at
        )


def screen_letter(mail: bytes, parts: LetterParts) -> None:
    """Look through a mail and what came in it. Raises ListOfPeople."""
    for content in (mail, *(file.content for file in parts.attachments)):
        screen_brought(io.BytesIO(content))


def take_in_letter(
    store: Store,
    watch: Watch,
    parts: LetterParts,
    *,
    sender: Speaker,
    received_at: datetime,
    by: str,
    now: datetime,
    via: LetterVia = "letter",
    their_number: str = "",
    subject: str = "",
    stated_day: date | None = None,
    language: str = "und",
    mail: bytes = b"",
) -> Letter:
    """Enter a letter that was read and looked through (`screen_letter`), with everything that came in it. Raises
    StoreError."""
    return enter_letter(
        store,
        sender=sender,
        text=parts.whole_text,
        received_at=received_at,
        by=by,
        now=clock_of(watch, now),
        via=via,
        their_number=their_number,
        subject=subject or parts.subject,
        stated_day=stated_day,
        language=language,
        mail=mail,
        attachments=[(file.name, file.content) for file in parts.attachments],
    )
