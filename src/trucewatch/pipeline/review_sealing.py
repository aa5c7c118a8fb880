"""Positions while they are sealed: commit, withhold, seal again. Nothing of what is sealed is known here."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from trucewatch.errors import StoreError
from trucewatch.ledger.position import MOST_LIST
from trucewatch.messages import Message
from trucewatch.model.ids import short_id
from trucewatch.model.review import Case
from trucewatch.model.roles import Role
from trucewatch.model.times import iso_utc
from trucewatch.model.watch import Watch
from trucewatch.pipeline.review_age_file import check_age_file
from trucewatch.pipeline.review_book import ReviewBook, check_has_not_left, check_takes_part, closed_already
from trucewatch.pipeline.review_checks import check_one_side, check_role, check_signed_at, key_of_person
from trucewatch.pipeline.review_closing import acting, close_due
from trucewatch.pipeline.review_speaker import Speaker, case_for
from trucewatch.store import Store
from trucewatch.store.journal import Entry
from trucewatch.store.review_records import commitment_record, reseal_record, withheld_record

_HEX: Final = re.compile(r"[0-9a-f]{64}", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Handed:
    """A commitment as it is handed in. code: R-1; turn: the round; key: OK-3; commitment: 64 hexadecimal digits;
    signed_at: as declared, UTC; sealed: the age file."""

    code: str
    finding_sha256: str
    turn: int
    key: str
    commitment: str
    signed_at: datetime
    sealed: bytes = field(repr=False)


def commit_positions(
    store: Store,
    watch: Watch,
    speaker: Speaker,
    items: Sequence[Handed],
    *,
    computer: datetime,
) -> list[Entry]:
    """Commit a person's blind positions, all or none; their entries, in the order of the items. computer: the clock
    of this computer, which `signed_at` is held against. Raises StoreError."""
    if not 0 < len(items) <= MOST_LIST:
        raise StoreError(Message("hand in 1 to {most} positions at once; nothing was entered", most=MOST_LIST))
    if len({each.code for each in items}) < len(items) or len({each.commitment for each in items}) < len(items):
        raise StoreError(Message("two of these positions are on one finding; hand in one. Nothing was entered"))
    with acting(store, watch, speaker.now) as book:
        reference = speaker.reference(store)
        check_has_not_left(book, speaker.delegation)
        for each in items:
            _check_handed(book, speaker, each, person=reference, computer=computer)
            if book.case(each.code).is_of_who and len(items) > 1:
                raise StoreError(
                    Message("who did it is answered by itself, and in no list; hand {case} in alone", case=each.code)
                )
        names = store.objects.put_all([each.sealed for each in items])
        act = short_id("v", *(each.commitment for each in items)) if len(items) > 1 else ""
        keys = [key.code for key in book.keys_in_force(speaker.delegation)]
        return store.commit(
            [
                commitment_record(
                    book.case(each.code),
                    delegation=speaker.delegation,
                    person=reference,
                    role=speaker.role,
                    commitment=each.commitment,
                    sealed=sealed,
                    sealed_to=keys,
                    key=each.key,
                    signed_at=each.signed_at,
                    act=act,
                    known_at=book.known_at,
                )
                for each, sealed in zip(items, names, strict=True)
            ]
        )


def has_sealed(case: Case, delegation: str) -> bool:
    """Whether somebody of a delegation committed to a position that was not opened, also where it is too few."""
    return any(sealed.delegation == delegation for sealed in case.sealed)


def gives_none(case: Case, delegation: str) -> bool:
    """Whether a delegation ever said that it gives no first position."""
    return any(act.side == delegation and act.what == "withheld" for act in case.acts)


def withhold(store: Store, watch: Watch, speaker: Speaker, code: str) -> list[Entry]:
    """Say that a delegation gives no position: its entry, and that of the outcome where all say so. While another's
    lies sealed it opens nothing. It ends by committing one while the round is blind, and is not said again after that.
    Raises StoreError."""
    with acting(store, watch, speaker.now) as book:
        case = _blind_case(book, code, speaker.delegation)
        check_has_not_left(book, speaker.delegation)
        check_one_side(book, case, speaker.delegation, speaker.reference(store))
        if speaker.role not in (Role.HEAD, Role.OFFICER):
            raise StoreError(
                Message("that a delegation gives no position is said by its head or an officer; ask one of them")
            )
        # Also where too few of it sealed: after a commitment the ledger takes no withholding.
        if has_sealed(case, speaker.delegation):
            raise StoreError(
                Message(
                    "your delegation gave a position on {case}, and that stands; nothing was entered", case=case.code
                )
            )
        if gives_none(case, speaker.delegation):
            raise StoreError(
                Message(
                    "your delegation said already that it gives none on {case}; nothing was entered", case=case.code
                )
            )
        record = withheld_record(
            case, delegation=speaker.delegation, role=speaker.role, known_at=book.known_at, by=speaker.reference(store)
        )
        entries = store.commit([record])
        return [*entries, *close_due(store, watch, speaker.now)]


def reseal(
    store: Store,
    watch: Watch,
    speaker: Speaker,
    code: str,
    *,
    commitment: str,
    sealed: bytes,
    key: str,
) -> Entry:
    """Keep what was committed to sealed once more, to the keys in force now, while first positions are awaited.
    commitment: 64 hexadecimal digits; key: the code of the key with which it was opened to do so. Raises StoreError.

    Nobody here can know whether it is the same once more: every file in which it was sealed before stays and is
    offered.
    """
    with acting(store, watch, speaker.now) as book:
        case = case_for(book, speaker, code)
        reference = speaker.reference(store)
        check_role(book, case, speaker.role)
        check_one_side(book, case, speaker.delegation, reference)
        if case.step == "closed":
            raise closed_already(case)
        if case.step != "blind":
            raise StoreError(
                Message(
                    "{case} is no longer blind: what is sealed is opened, and not sealed again. Nothing was entered",
                    case=case.code,
                )
            )
        commits = [each for each in case.sealed if each.delegation == speaker.delegation]
        lies = next((each for each in commits if each.commitment == commitment), None)
        if lies is None:
            raise StoreError(
                Message(
                    "your delegation has no position on {case} that lies sealed under this hash; load the page again",
                    case=case.code,
                )
            )
        opens_with = book.key(key)
        if opens_with.delegation != speaker.delegation or not opens_with.is_in_force:
            raise StoreError(
                Message(
                    "{key} is no key of your delegation that is in force; it is sealed again by somebody who has one",
                    key=opens_with.code,
                )
            )
        keys = [each.code for each in book.keys_in_force(speaker.delegation)]
        if any(each.by == reference and set(keys) <= set(each.sealed_to) for each in lies.files):
            raise StoreError(
                Message(
                    "you sealed it to every key that is in force already, on {case}; nothing was entered",
                    case=case.code,
                )
            )
        check_age_file(sealed, len(keys))
        record = reseal_record(
            case,
            delegation=speaker.delegation,
            commitment=commitment,
            sealed=store.objects.put(sealed),
            sealed_to=keys,
            key=opens_with.code,
            known_at=book.known_at,
            by=reference,
        )
        (entry,) = store.commit([record])
        return entry


def _check_handed(book: ReviewBook, speaker: Speaker, handed: Handed, *, person: str, computer: datetime) -> None:
    """Raises StoreError for a commitment that cannot be taken. person: the speaker's reference."""
    case = _blind_case(book, handed.code, speaker.delegation)
    check_role(book, case, speaker.role)
    check_one_side(book, case, speaker.delegation, person)
    if handed.finding_sha256 != case.sha256:
        raise StoreError(
            Message(
                "the position is on another finding, or another state of it, than {case}. Fetch what is to be signed "
                "once more, and sign that",
                case=case.code,
            )
        )
    if handed.turn != case.turn:
        raise StoreError(
            Message(
                "the position is of round {turn}, and {case} is in round {round}. Fetch what is to be signed once "
                "more, and sign that",
                turn=handed.turn,
                case=case.code,
                round=case.turn,
            )
        )
    key_of_person(book, handed.key, speaker.delegation, person)
    check_signed_at(book, case, handed.signed_at, computer)
    if not _HEX.fullmatch(handed.commitment):
        raise StoreError(Message("the hash of the position is none of 64 hexadecimal digits; seal it again"))
    if book.commitment_case(handed.commitment):
        raise StoreError(
            Message(
                "this position was handed in before, on {case}; nothing was entered",
                case=book.commitment_case(handed.commitment),
            )
        )
    if any(commit.sealed.person == person for commit in book.commits(case)):
        raise StoreError(
            Message(
                "you gave a position on {case} already, perhaps in another browser; it stands, and can be revised in "
                "the open. Nothing was entered",
                case=case.code,
            )
        )
    check_age_file(handed.sealed, len(book.keys_in_force(speaker.delegation)))


def _blind_case(book: ReviewBook, code: str, delegation: str) -> Case:
    case = book.case(code)
    check_takes_part(case, delegation)
    if case.step == "closed":
        raise closed_already(case)
    if case.step != "blind":
        if has_sealed(case, delegation):
            raise StoreError(
                Message(
                    "no first position is awaited any more on {case}. Open first what your delegation sealed; then "
                    "another can be given in the open. Nothing was entered",
                    case=case.code,
                )
            )
        has_given = any(position.delegation == delegation for position in case.positions)
        if not has_given and book.now >= case.due:
            raise StoreError(
                Message(
                    "the clock of first positions on {case} ran out at {moment}; a position can still be given in the "
                    "open, and is marked late. Nothing was entered",
                    case=case.code,
                    moment=iso_utc(case.due),
                )
            )
        raise StoreError(
            Message(
                "no first position is awaited any more on {case}; what more is said is said in the open", case=case.code
            )
        )
    return case
