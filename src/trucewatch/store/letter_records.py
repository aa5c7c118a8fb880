"""Letters as the journal holds them: `trucewatch/letter/1` and `trucewatch/letter-undo/1`.

Text, subject and the sender's own number lie apart; a record holds their references `w-…`, and a mail's bytes by hash.
"""

from __future__ import annotations

import io
import threading
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Final, cast

from trucewatch.errors import StoreError, TrucewatchError
from trucewatch.messages import Message
from trucewatch.model.claim_record import SPEAKER_KINDS, Speaker
from trucewatch.model.ids import sha256_of
from trucewatch.model.letters import LETTER_VIAS, Letter, LetterUndone, LetterVia, letter_code
from trucewatch.model.times import as_utc, iso_utc, read_time
from trucewatch.model.typed_text import as_typed
from trucewatch.store.handed_files import evidence_records, file_records, person_of
from trucewatch.store.journal import Entry
from trucewatch.store.kind_entries import entries_of_kind, first_recorded_at
from trucewatch.store.store import Store

LETTER: Final = "trucewatch/letter/1"
UNDO: Final = "trucewatch/letter-undo/1"
LONGEST_TEXT: Final = 900_000
"""Characters of one letter: a text that is kept apart has at most a million."""
LONGEST_LINE: Final = 300
"""Of its subject, and of the sender's own number."""
_ENTERING: Final = threading.RLock()


@dataclass(slots=True)
class _Kept:
    """What was read of the journal, up to so many entries of each kind; `store.erase` lets go of it."""

    counts: tuple[int, int] = (0, 0)
    letters: tuple[Letter, ...] = ()


def enter_letter(
    store: Store,
    *,
    sender: Speaker,
    text: str,
    received_at: datetime,
    by: str,
    now: datetime,
    via: LetterVia = "letter",
    their_number: str = "",
    subject: str = "",
    stated_day: date | None = None,
    language: str = "und",
    mail: bytes = b"",
    attachments: Sequence[tuple[str, bytes]] = (),
) -> Letter:
    """Enter a letter under the next number, and hand over what came with it. mail: its bytes, of one that came so;
    attachments: names with their bytes. Raises StoreError; nothing is entered then."""
    now, received_at = (as_utc(moment).replace(microsecond=0) for moment in (now, received_at))
    text = as_typed(text)
    _check(store, text, (their_number, subject), mail, received_at, now)
    with _ENTERING:
        sha256 = sha256_of(mail) if mail else ""
        _check_is_new(store, sha256)
        records: list[dict[str, Any]] = []
        if mail:
            store.evidence.keep(io.BytesIO(mail), is_open=False)
            records += evidence_records(store, mail, now)
        number = max((letter.number for letter in letters_on_record(store)), default=0) + 1
        records.append(
            {
                "schema": LETTER,
                "number": number,
                "sender": sender.kind,
                "sender_id": sender.id,
                "via": via,
                "their_number": store.keep_words(their_number.strip()),
                "subject": store.keep_words(subject.strip()),
                "text": store.keep_words(text),
                "stated_day": stated_day.isoformat() if stated_day else "",
                "received_at": iso_utc(received_at),
                "language": language,
                "evidence": sha256,
                "known_at": iso_utc(now),
                "by": person_of(store, by),
            }
        )
        records += file_records(
            store,
            attachments,
            about=f"letter:{letter_code(number)}",
            giver=sender,
            by=by,
            now=now,
            received_at=received_at,
            within=sha256,
        )
        store.commit(records)
        return letter_of(store, letter_code(number))


def letters_on_record(store: Store, *, recorded_by: datetime | None = None) -> tuple[Letter, ...]:
    """Every letter in the order of the numbers, those taken back among them; as the journal stood at a moment, if one
    is given."""
    letters = _on_record(store).letters
    if recorded_by is None:
        return letters
    return tuple(
        replace(letter, undone=None) if letter.undone and letter.undone.recorded_at > recorded_by else letter
        for letter in letters
        if letter.recorded_at <= recorded_by
    )


def letter_of(store: Store, code: str) -> Letter:
    """A letter by our number, `L-3` or `3`. Raises StoreError if there is none."""
    number = code.strip().upper().removeprefix("L-")
    if number.isascii() and number.isdigit() and len(number) < 10:
        for letter in letters_on_record(store):
            if letter.number == int(number):
                return letter
    raise StoreError(Message('there is no letter "{number}"; the list has those there are', number=code[:20]))


def take_back_letter(
    store: Store, code: str, *, by: str, now: datetime, reason: str = "", reason_code: str = ""
) -> Entry:
    """Enter that a letter was entered by mistake. What was entered from it stands until it is taken back itself. Raises
    StoreError."""
    with _ENTERING:
        letter = letter_of(store, code)
        if letter.undone:
            raise StoreError(Message("{number} was taken back already; nothing was entered", number=letter.code))
        if not reason_code and not reason.strip():
            raise StoreError(Message("say why {number} is taken back; nothing was entered", number=letter.code))
        (entry,) = store.commit(
            [
                {
                    "schema": UNDO,
                    "letter": letter.number,
                    "reason": "" if reason_code else store.keep_words(reason.strip()),
                    "reason_code": reason_code,
                    "known_at": iso_utc(as_utc(now).replace(microsecond=0)),
                    "by": person_of(store, by),
                }
            ]
        )
        return entry


def _check(store: Store, text: str, lines: tuple[str, ...], mail: bytes, received_at: datetime, now: datetime) -> None:
    if not text and not mail:
        raise StoreError(Message("the letter has no text; paste it, or choose the mail as it was saved"))
    if len(text) > LONGEST_TEXT or any(len(line.strip()) > LONGEST_LINE for line in lines):
        raise StoreError(
            Message(
                "the letter is longer than {most} characters, or its number or subject longer than {line}; enter it in "
                "parts",
                most=LONGEST_TEXT,
                line=LONGEST_LINE,
            )
        )
    if received_at > now:
        raise StoreError(
            Message("the letter was received ahead of the watch's clock, which shows {moment}; correct it", moment=now)
        )
    if mail and store.is_erased(sha256_of(mail)):
        raise StoreError(Message("this mail was erased from this watch, and is not taken in again"))


def _check_is_new(store: Store, sha256: str) -> None:
    for letter in letters_on_record(store):
        if sha256 and letter.stands and letter.evidence == sha256:
            raise StoreError(Message("this mail is {number} already; nothing was entered", number=letter.code))


def _on_record(store: Store) -> _Kept:
    counts = tuple(
        int(store.index.rows("SELECT count(*) FROM entry WHERE schema = ?", schema)[0][0]) for schema in (LETTER, UNDO)
    )
    memo = store.memory.of(_Kept)
    if memo.counts != counts:
        by_number: dict[int, Letter] = {}
        for entry in entries_of_kind(store, LETTER):
            letter = _letter(entry)
            by_number.setdefault(letter.number, letter)
        for entry in entries_of_kind(store, UNDO):
            number = int(entry.record["letter"])
            if number in by_number and by_number[number].undone is None:
                by_number[number] = replace(by_number[number], undone=_undone(entry))
        memo.letters = tuple(by_number[number] for number in sorted(by_number))
        memo.counts = (counts[0], counts[1])
    return memo


def _letter(entry: Entry) -> Letter:
    record = entry.record
    try:
        if record["sender"] not in SPEAKER_KINDS or record["via"] not in LETTER_VIAS:
            raise _unknown(entry.number)
        return Letter(
            number=int(record["number"]),
            entry=entry.number,
            sender=Speaker(record["sender"], str(record["sender_id"])),
            via=cast(LetterVia, record["via"]),
            received_at=read_time(record["received_at"]),
            recorded_at=first_recorded_at(record),
            known_at=read_time(record["known_at"]),
            by=str(record["by"]),
            text=str(record["text"]),
            language=str(record["language"]),
            their_number=str(record["their_number"]),
            subject=str(record["subject"]),
            stated_day=date.fromisoformat(record["stated_day"]) if record["stated_day"] else None,
            evidence=str(record["evidence"]),
        )
    except (KeyError, TypeError, ValueError, TrucewatchError) as exc:
        raise _unknown(entry.number) from exc


def _undone(entry: Entry) -> LetterUndone:
    record = entry.record
    try:
        return LetterUndone(
            entry=entry.number,
            recorded_at=first_recorded_at(record),
            by=str(record["by"]),
            reason=str(record["reason"]),
            reason_code=str(record["reason_code"]),
        )
    except (KeyError, TypeError, ValueError, TrucewatchError) as exc:
        raise _unknown(entry.number) from exc


def _unknown(entry: int) -> StoreError:
    return StoreError(
        Message(
            "entry {entry} tells of a letter in a way that this program does not know; a later version wrote it: use "
            "that one",
            entry=entry,
        )
    )
