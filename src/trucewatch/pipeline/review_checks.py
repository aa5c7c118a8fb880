"""What a position has to be before it is taken: dated now, of this watch, ledger, case, delegation and round, by a key
in force. Each refusal is a sentence that says what to do."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from trucewatch.errors import LedgerError, StoreError
from trucewatch.ledger.position import SealedPosition
from trucewatch.messages import Message
from trucewatch.model.review import Case, ReviewKey
from trucewatch.model.review_outcome import may_sign, rule_of
from trucewatch.model.roles import Role
from trucewatch.model.times import as_utc, iso_utc
from trucewatch.model.watch import Watch
from trucewatch.pipeline.review_book import ReviewBook

LEEWAY: Final = timedelta(minutes=10)
"""By how much a signer's clock may differ from this computer's."""


def check_role(book: ReviewBook, case: Case, role: Role) -> None:
    """Raises StoreError for somebody whose position counts for nothing here."""
    if not may_sign(role, rule_of(case, book.rule(case))):
        raise StoreError(
            Message(
                "{case} is not signed by a {role}: the rule of this watch names who signs. Ask one of them",
                case=case.code,
                role=role.label,
            )
        )


def check_signed_at(book: ReviewBook, case: Case, signed_at: datetime, computer: datetime) -> None:
    """Raises StoreError for a position that is dated before the case was put, or later than now."""
    if as_utc(signed_at) < book.recorded_at(case) - LEEWAY:
        raise StoreError(
            Message(
                "the position on {case} is dated {moment}, before the finding was put to review. Set the clock of the "
                "computer that signs, and sign again",
                case=case.code,
                moment=iso_utc(signed_at),
            )
        )
    if as_utc(signed_at) > as_utc(computer) + LEEWAY:
        raise StoreError(
            Message(
                "the position on {case} is dated {moment}, which is still to come. Set the clock of the computer that "
                "signs, and sign again",
                case=case.code,
                moment=iso_utc(signed_at),
            )
        )


def check_one_side(book: ReviewBook, case: Case, delegation: str, person: str) -> None:
    """Raises StoreError for somebody who gave or sealed a position of another delegation in a case, and works for this
    one now. person: a reference."""
    sealed = [(each.sealed.delegation, each.sealed.person) for each in book.commits(case)]
    refuse_second_side(case, delegation, person, sealed)


def refuse_second_side(case: Case, delegation: str, person: str, spoke: Iterable[tuple[str, str]] = ()) -> None:
    """Raises StoreError for somebody who spoke for another delegation in a case: two keys of one person are one.
    spoke: who spoke for whom beside the positions, (delegation, person); person: a reference."""
    voices = [*spoke, *((each.delegation, each.person) for each in case.positions)]
    other = next((side for side, who in voices if who == person and side != delegation), None)
    if other is not None:
        raise StoreError(
            Message(
                "you spoke for {other} on {case}, and nobody speaks for two delegations in one; ask somebody else of "
                "{delegation}. Nothing was entered",
                other=other,
                case=case.code,
                delegation=delegation,
            )
        )


def key_of_person(book: ReviewBook, code: str, delegation: str, person: str) -> ReviewKey:
    """The officer's key of a code, which is in force and this person's. Raises StoreError."""
    key = book.key(code)
    if key.delegation != delegation:
        raise StoreError(
            Message("{key} is a key of {other}; sign with one of your own", key=key.code, other=key.delegation)
        )
    if key.use != "officer" or key.person != person:
        raise StoreError(Message("{key} is not a key of yours to sign with; sign with your own", key=key.code))
    if key.ended_entry >= 0 and key.entered_entry < 0:
        raise StoreError(
            Message(
                "{key} was not entered. Make a new pair on the page of keys, and ask your head to enter it",
                key=key.code,
            )
        )
    if key.ended_entry >= 0:
        raise StoreError(
            Message(
                "{key} is in force no more since {moment}. Make a new pair on the page of keys, and ask your head to "
                "enter it",
                key=key.code,
                moment=iso_utc(key.ended_at or key.asked_at),
            )
        )
    if key.entered_entry < 0:
        raise StoreError(
            Message(
                "{key} is not in force yet: the head of your delegation enters it on the page of keys", key=key.code
            )
        )
    return key


def check_document(
    book: ReviewBook, watch: Watch, case: Case, position: SealedPosition, *, delegation: str, turn: int
) -> Mapping[str, Any]:
    """The fields of a position that is of this place in this review. Raises LedgerError, StoreError for the first that
    is not; signature and key are not looked at."""
    document = position.document
    expected: dict[str, Any] = {
        "watch": watch.settings.id,
        "log_origin": book.log_origin,
        "finding": case.finding,
        "finding_sha256": case.sha256,
        "delegation": delegation,
        "round": turn,
        "previous_sha256": book.previous(case, delegation, turn),
    }
    for name, value in expected.items():
        if document[name] != value:
            raise StoreError(
                Message(
                    "the position is of another {what} than {case} asks for: its field {name} differs. Fetch what is "
                    "to be signed once more, and sign that",
                    what=_WHAT[name],
                    case=case.code,
                    name=name,
                )
            )
    if set(document["answers"]) != set(case.questions):
        raise StoreError(
            Message(
                "the position answers other questions than {case} asks: {words}",
                case=case.code,
                words=", ".join(case.questions),
            )
        )
    if case.is_of_who:
        _check_who(watch, document, position)
    return document


_WHAT: Final[Mapping[str, Message]] = {
    "watch": Message("watch"),
    "log_origin": Message("ledger"),
    "finding": Message("finding"),
    "finding_sha256": Message("state of the finding"),
    "delegation": Message("delegation"),
    "round": Message("round"),
    "previous_sha256": Message("position before it"),
}


def _check_who(watch: Watch, document: Mapping[str, Any], position: SealedPosition) -> None:
    if position.in_list is not None and position.in_list.size > 1:
        raise StoreError(Message("who did it is answered by itself, and in no list; sign it alone"))
    given = document["answers"]["who"]
    if given["answer"] == "names" and given["version"] not in watch.agreement.party_ids:
        raise StoreError(
            Message(
                '"{name}" is no party of the agreement; name one of: {those}',
                name=given["version"][:60],
                those=", ".join(sorted(watch.agreement.party_ids)),
            )
        )


def check_same_key(position: SealedPosition, key: ReviewKey) -> None:
    """Raises LedgerError for a position that another key signed than the one it was handed in with."""
    if str(position.key) != key.signs:
        raise LedgerError(
            Message(
                "the position is signed by {name}, and {key} was named with it; the two are not the same",
                name=position.key.name,
                key=key.code,
            )
        )
