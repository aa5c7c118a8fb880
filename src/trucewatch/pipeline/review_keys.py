"""Keys of officers' browsers and of recovery: asked for by whose they are, entered and ended by the head."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from hashlib import sha256
from typing import Any, Final, Literal

from pyrage import RecipientError, x25519

from trucewatch.errors import LedgerError, StoreError
from trucewatch.ledger.note import LOG_ALGORITHM, PublicKey, read_public_key
from trucewatch.ledger.weak_points import is_weak
from trucewatch.messages import Message
from trucewatch.model.review import ReviewKey
from trucewatch.model.roles import Role
from trucewatch.model.watch import Watch
from trucewatch.pipeline.review_book import ReviewBook, check_has_not_left
from trucewatch.pipeline.review_closing import acting
from trucewatch.pipeline.review_speaker import Speaker
from trucewatch.store import Store
from trucewatch.store.journal import Entry
from trucewatch.store.review_records import WHY_ENDED, KeyAct, WhyEnded, key_record

MOST_ASKED: Final = 10
"""Keys of one person that wait to be entered."""
MOST_IN_FORCE: Final = 40
"""Keys of one delegation: every one makes each sealed position longer."""


def ask_key(
    store: Store,
    watch: Watch,
    speaker: Speaker,
    *,
    signs: bytes,
    opens: str,
    use: Literal["officer", "recovery"] = "officer",
) -> Entry:
    """Ask that a pair of keys is entered. signs: 32 raw bytes of an Ed25519 key, b"" for a recovery key; opens:
    `age1…`. Raises StoreError for a key that is none, or is known here already."""
    name = _signing_key(speaker.delegation, signs) if use == "officer" else ""
    to = _opening_key(opens)
    with acting(store, watch, speaker.now) as book:
        if speaker.delegation not in watch.delegation_ids:
            raise StoreError(Message("this watch has no delegation {delegation}", delegation=speaker.delegation[:60]))
        check_has_not_left(book, speaker.delegation)
        reference, every = speaker.reference(store), book.keys()
        _check_is_new(every, speaker.delegation, name, to)
        waiting = [key for key in every if key.person == reference and key.entered_entry < 0 > key.ended_entry]
        if len(waiting) >= MOST_ASKED:
            raise StoreError(
                Message(
                    "{count} keys of yours wait to be entered; ask the head of your delegation to enter or end those",
                    count=len(waiting),
                )
            )
        record = key_record(
            "ask",
            number=max((key.number for key in every), default=0) + 1,
            delegation=speaker.delegation,
            person=reference,
            use=use,
            signs=name,
            opens=to,
            known_at=book.known_at,
            by=reference,
        )
        (entry,) = store.commit([record])
        return entry


def enter_key(store: Store, watch: Watch, speaker: Speaker, code: str) -> Entry:
    """Enter a key that was asked for, by the delegation's head. Raises StoreError."""
    with acting(store, watch, speaker.now) as book:
        key = _own_key(book, speaker, code)
        if speaker.role != Role.HEAD:
            raise StoreError(Message("a key is entered by the head of the delegation; ask yours"))
        check_has_not_left(book, speaker.delegation)
        if key.ended_entry >= 0:
            raise StoreError(Message("{key} was ended, and stays so; make a new pair", key=key.code))
        if key.entered_entry >= 0:
            raise StoreError(Message("{key} is in force already; nothing was entered", key=key.code))
        every = book.keys()
        others = [each for each in every if each.number != key.number and each.delegation != key.delegation]
        _check_is_new(others, speaker.delegation, key.signs, key.opens)
        if len(book.keys_in_force(speaker.delegation)) >= MOST_IN_FORCE:
            raise StoreError(Message("{count} keys are in force; end one that nobody uses first", count=MOST_IN_FORCE))
        (entry,) = store.commit([record_of_key("enter", key, known_at=book.known_at, by=speaker.reference(store))])
        return entry


def end_key(store: Store, watch: Watch, speaker: Speaker, code: str, *, why: WhyEnded) -> Entry:
    """End a key, by the delegation's head or whose it is. Raises StoreError."""
    with acting(store, watch, speaker.now) as book:
        key = _own_key(book, speaker, code)
        person = speaker.reference(store)
        if speaker.role != Role.HEAD and person != key.person:
            raise StoreError(Message("{key} is ended by whose it is, or by the head of the delegation", key=key.code))
        if why not in WHY_ENDED or why == "departure":
            raise StoreError(Message("choose why the key ends; nothing was entered"))
        if key.ended_entry >= 0:
            raise StoreError(Message("{key} was ended already; nothing was entered", key=key.code))
        (entry,) = store.commit([record_of_key("end", key, known_at=book.known_at, by=person, why=why)])
        return entry


def record_of_key(
    act: KeyAct, key: ReviewKey, *, known_at: datetime, by: str, why: WhyEnded | Literal[""] = ""
) -> dict[str, Any]:
    """The record of an act on a key that is on record."""
    return key_record(
        act,
        number=key.number,
        delegation=key.delegation,
        person=key.person,
        use=key.use,
        signs=key.signs,
        opens=key.opens,
        known_at=known_at,
        by=by,
        why=why,
    )


def _check_is_new(every: Iterable[ReviewKey], delegation: str, signs: str, opens: str) -> None:
    """Raises StoreError for a half that is of another key already: of the delegation's own, or of one that was entered.
    One that another delegation only asked for says nothing of whose it is, and would keep its owner out. signs: "" for
    a recovery key."""
    matches = [
        key
        for key in every
        if (key.delegation == delegation or key.entered_entry >= 0)
        and (key.opens == opens or (signs and key.signs and _raw(key.signs) == _raw(signs)))
    ]
    if matches and all(key.entered_entry < 0 > key.ended_entry for key in matches):
        raise StoreError(
            Message(
                "this key waits to be entered already, as {key}: the head of the delegation enters it in the table of "
                "keys",
                key=matches[0].code,
            )
        )
    if matches:
        raise StoreError(Message("this key is on record already, as {key}; make a new pair", key=matches[0].code))


def _own_key(book: ReviewBook, speaker: Speaker, code: str) -> ReviewKey:
    key = book.key(code)
    if key.delegation != speaker.delegation:
        raise StoreError(
            Message("{key} is of {other}, whose people alone enter and end it", key=key.code, other=key.delegation)
        )
    return key


def _signing_key(delegation: str, raw: bytes) -> str:
    key = PublicKey(f"review/{delegation}/{sha256(raw).hexdigest()[:8]}", LOG_ALGORITHM, raw)
    try:
        return str(read_public_key(str(key)))
    except LedgerError as exc:
        raise StoreError(
            Message("the key that signs is no Ed25519 key of 32 bytes; make a new pair, in a current browser")
        ) from exc


def _opening_key(text: str) -> str:
    try:
        key = str(x25519.Recipient.from_str(text.strip()))
    except (RecipientError, UnicodeError) as exc:
        raise StoreError(
            Message("the key that opens is no age key (age1…); make a new pair, or copy it again, whole")
        ) from exc
    if is_weak(key):
        raise StoreError(
            Message(
                "the key that opens is a point of small order, with which no secret is shared: nothing can be sealed "
                "to it. Make a new pair; nothing was entered"
            )
        )
    return key


def _raw(vkey: str) -> bytes:
    return read_public_key(vkey).raw
