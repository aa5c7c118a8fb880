"""Positions are opened, or given in the open. From here on what they say is known inside the centre."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from trucewatch.errors import StoreError
from trucewatch.ledger.position import SealedPosition, check_position, opened_document, read_opened
from trucewatch.messages import Message
from trucewatch.model.review import Case
from trucewatch.model.times import iso_utc, read_time
from trucewatch.model.watch import Watch
from trucewatch.pipeline.review_book import ReviewBook, closed_already
from trucewatch.pipeline.review_checks import (
    check_document,
    check_one_side,
    check_role,
    check_same_key,
    check_signed_at,
    key_of_person,
)
from trucewatch.pipeline.review_closing import acting, close_due
from trucewatch.pipeline.review_speaker import Speaker, case_for
from trucewatch.store import Store
from trucewatch.store.journal import Entry
from trucewatch.store.kept_reviews import Commit
from trucewatch.store.review_records import position_record


def open_position(store: Store, watch: Watch, speaker: Speaker, code: str, content: bytes) -> list[Entry]:
    """Open a position that was committed to: its entry, and that of the outcome where all agree by it. content: the
    opened document. speaker: who opens, who may be another person of the delegation. Raises StoreError, LedgerError.

    Nobody opens before every delegation has sealed or the clock ran out. After that it can be done until the case is
    closed.
    """
    position = read_opened(content)
    with acting(store, watch, speaker.now) as book:
        case = case_for(book, speaker, code)
        if case.step == "closed":
            raise closed_already(case)
        if case.step == "blind":
            raise StoreError(
                Message(
                    "{case} is opened when every delegation has sealed, or when the clock runs out at {moment}; "
                    "nothing was entered, and nothing of the position was kept",
                    case=case.code,
                    moment=iso_utc(case.due),
                )
            )
        document = check_document(book, watch, case, position, delegation=speaker.delegation, turn=case.turn)
        commit = _commit_of(book, case, position, speaker.delegation)
        check_same_key(position, book.key(commit.sealed.key))
        check_position(position)
        if read_time(document["signed_at"]) != commit.signed_at:
            raise StoreError(
                Message(
                    "the position is dated {moment}, and was handed in as of {other}; the two are not the same",
                    moment=document["signed_at"],
                    other=iso_utc(commit.signed_at),
                )
            )
        record = position_record(
            case,
            delegation=speaker.delegation,
            person=commit.sealed.person,
            role=commit.sealed.role,
            turn=case.turn,
            answers=_answers(document),
            names=_names(document),
            position=store.objects.put(opened_document(position)),
            signed_sha256=position.sha256,
            commitment=commit.sealed.commitment,
            commitment_entry=commit.sealed.entry,
            key=commit.sealed.key,
            signed_at=commit.signed_at,
            is_late=False,
            known_at=book.known_at,
            by=speaker.reference(store),
        )
        entries = store.commit([record])
        return [*entries, *close_due(store, watch, speaker.now)]


def give_position(
    store: Store,
    watch: Watch,
    speaker: Speaker,
    code: str,
    content: bytes,
    *,
    computer: datetime,
) -> Entry:
    """Give a position in the open: a later one, or a first one after the clock of blind positions ran out, which is
    marked late. content: the opened document. Raises StoreError, LedgerError."""
    position = read_opened(content)
    with acting(store, watch, speaker.now) as book:
        case = case_for(book, speaker, code)
        _check_is_open(case, speaker.delegation)
        check_role(book, case, speaker.role)
        reference = speaker.reference(store)
        check_one_side(book, case, speaker.delegation, reference)
        turn = book.turn(case, speaker.delegation, reference)
        document = check_document(book, watch, case, position, delegation=speaker.delegation, turn=turn)
        signed_at = read_time(document["signed_at"])
        check_signed_at(book, case, signed_at, computer)
        every = book.keys()
        own = [key for key in every if key.signs and key.signs == str(position.key)]
        if not own:
            raise StoreError(
                Message(
                    "{name} is no key that was entered here; make one on the page of keys, and ask your head to enter "
                    "it",
                    name=position.key.name,
                )
            )
        key = key_of_person(book, own[0].code, speaker.delegation, reference)
        check_position(position)
        record = position_record(
            case,
            delegation=speaker.delegation,
            person=reference,
            role=str(speaker.role),
            turn=turn,
            answers=_answers(document),
            names=_names(document),
            position=store.objects.put(opened_document(position)),
            signed_sha256=position.sha256,
            commitment="",
            commitment_entry=-1,
            key=key.code,
            signed_at=signed_at,
            is_late=not any(earlier.delegation == speaker.delegation for earlier in case.positions),
            known_at=book.known_at,
            by=reference,
        )
        (entry,) = store.commit([record])
        return entry


def _check_is_open(case: Case, delegation: str) -> None:
    if case.step == "closed":
        raise closed_already(case)
    if case.step == "blind":
        raise StoreError(
            Message(
                "first positions on {case} are handed in sealed, and nothing of one that is not is kept. Seal it with "
                "the page, or with: trucewatch sign",
                case=case.code,
            )
        )
    if any(each.delegation == delegation for each in case.sealed):
        raise StoreError(
            Message("open first what your delegation sealed on {case}; then it can be revised", case=case.code)
        )


def _commit_of(book: ReviewBook, case: Case, position: SealedPosition, delegation: str) -> Commit:
    """The commitment of which this is the position. Raises StoreError."""
    own = [commit for commit in book.commits(case) if commit.sealed.delegation == delegation]
    commit = next((each for each in own if each.sealed.commitment == position.commitment), None)
    if not own:
        raise StoreError(
            Message("your delegation sealed no position on {case}; one can be given in the open", case=case.code)
        )
    if commit is None:
        raise StoreError(
            Message(
                "this is not what was sealed on {case}: with its text, signature and random bytes it has another hash. "
                "Open the file that was handed in, unchanged",
                case=case.code,
            )
        )
    if commit.is_opened:
        raise StoreError(Message("this position on {case} was opened already; nothing was entered", case=case.code))
    return commit


def _answers(document: Mapping[str, Any]) -> dict[str, str]:
    return {question: given["answer"] for question, given in document["answers"].items()}


def _names(document: Mapping[str, Any]) -> str:
    return str(document["answers"].get("who", {}).get("version", ""))
