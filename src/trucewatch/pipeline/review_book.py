"""The book of reviews: every case as it stands, keys, and what is to be signed. In: the journal, the watch, its clock.
Out: `Case`, `ReviewKey`, `Spoken`."""

from __future__ import annotations

import threading
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from trucewatch.errors import StoreError
from trucewatch.ledger.position import MOST_SIGNED_BYTES, position_bytes, read_opened
from trucewatch.ledger.signing import write_canonical
from trucewatch.messages import Message
from trucewatch.model.review import Case, ReviewKey, Said
from trucewatch.model.review_clock import downs_of, not_before
from trucewatch.model.review_outcome import rule_of
from trucewatch.model.review_rule import ReviewRule
from trucewatch.model.times import as_utc, iso_utc, whole_second
from trucewatch.model.watch import Watch
from trucewatch.pipeline.review_standing import Stands, standings_of
from trucewatch.store import Store
from trucewatch.store.kept_reviews import Commit, KeptCase, Word, reading
from trucewatch.store.review_records import WhyOutcome

REVIEWING: Final = threading.RLock()
"""Held from the look at how a case stands until the entry."""
TO_SIGN: Final = "trucewatch/positions-to-sign/1"
MOST_TO_SIGN: Final = 200
"""Cases that one document to sign holds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spoken:
    """What somebody said in a discussion. words: None where they were erased; refers: ids of observations, and numbers
    of entries as text."""

    case: str
    side: str
    role: str
    by: str
    words: str | None
    refers: tuple[str, ...]
    entry: int
    known_at: datetime
    recorded_at: datetime


class ReviewBook:
    """Every case as it stands at a moment of the watch's clock.

    now: never earlier than the last `known_at` on record counts, so that a clock that jumps back frees nobody.
    recorded_by: as the journal stood at a moment of the computer's clock; known_by: by what was known at a moment of
    the watch's, as a replay shows it. Made anew for each answer: it tells how
    things stood when it was made. What was read of the journal is kept while the store is open, and only what came
    since is read.
    """

    def __init__(
        self,
        store: Store,
        watch: Watch,
        now: datetime,
        recorded_by: datetime | None = None,
        known_by: datetime | None = None,
    ) -> None:
        self._store, self._watch = store, watch
        with reading(store, recorded_by, known_by) as on_record:
            self._on_record = on_record
            self.now = not_before(as_utc(now), on_record.last_known_at)
            """The moment that counts."""
            downs = downs_of(on_record.line_checks, watch.delegation_ids)
            is_live = recorded_by is None and known_by is None
            before = on_record.derived.get("standings") if is_live else None
            standings = standings_of(on_record.cases, on_record.touched, before, downs, self.now)
            if is_live:
                on_record.derived["standings"] = standings
                on_record.touched.clear()
            self._stands, self._cases, self._over = standings.by_code, standings.cases, standings.over
            self._keys = tuple(on_record.keys[number] for number in sorted(on_record.keys))
            self._left = dict(on_record.left)

    @property
    def known_at(self) -> datetime:
        """The moment that counts, as records hold it: its whole second."""
        return whole_second(self.now)

    def cases(self) -> tuple[Case, ...]:
        """Every case by its number."""
        return self._cases

    def case(self, code: str) -> Case:
        """The case of a code, R-1. Raises StoreError if there is none."""
        return self._standing(code).case

    def over(self) -> tuple[tuple[Case, WhyOutcome], ...]:
        """Cases of which nothing more is to come, and whose outcome is to be entered, each with why."""
        due = [self._stands[code] for code in self._over]
        return tuple((each.case, each.over) for each in due if each.over)

    def rule(self, case: Case) -> ReviewRule:
        """The rule by which a case was put, and by which it is judged whatever the watch says since."""
        return self._kept_case(case).rule

    def waiting(self, delegation: str = "") -> tuple[Case, ...]:
        """Cases that are not closed, by incident, those first of which the clock runs out first; of one delegation
        those that wait for something of it."""
        open_ = [
            each for each in self._cases if each.outcome is None and (not delegation or self._awaits(each, delegation))
        ]
        first: dict[str, datetime] = {}
        for case in open_:
            due = deadline_of(case)
            first[case.incident] = min(first.get(case.incident, due), due)
        return tuple(
            sorted(open_, key=lambda case: (first[case.incident], case.incident, deadline_of(case), case.number))
        )

    def _awaits(self, case: Case, delegation: str) -> bool:
        standing = case.standings.get(delegation)
        if standing is None or standing == "left":
            return False
        if case.step == "open":
            return delegation not in self.done(case)
        return standing in (("awaited",) if case.step == "blind" else ("sealed", "not_received"))

    def of_incident(self, incident_id: str, members: Collection[str] = ()) -> tuple[Case, ...]:
        """Cases of an incident, also under an earlier id: of one that had a first member which is among these."""
        with self._on_record.lock:
            codes = dict.fromkeys(self._on_record.by_incident.get(incident_id, ()))
            for member in members:
                codes |= dict.fromkeys(self._on_record.by_first_member.get(member, ()))
        return self._by_number(codes)

    def of_finding(self, finding_id: str) -> tuple[Case, ...]:
        """Cases of a finding in their order, those of *who* among them, also under its earlier ids."""
        with self._on_record.lock:
            chain = self._on_record.by_finding.get(finding_id)
            codes = list(self._on_record.chains.get(chain, ())) if chain else []
        return self._by_number(codes)

    def chain_of(self, case: Case) -> tuple[Case, ...]:
        """Every case of the finding of a case, in order."""
        with self._on_record.lock:
            codes = list(self._on_record.chains[self._kept_case(case).chain])
        return self._by_number(codes)

    def _by_number(self, codes: Collection[str]) -> tuple[Case, ...]:
        cases = [self._stands[code].case for code in codes if code in self._stands]
        return tuple(sorted(cases, key=lambda case: case.number))

    def keys(self) -> tuple[ReviewKey, ...]:
        """Every key that was asked for, by number."""
        return self._keys

    def key(self, code: str) -> ReviewKey:
        """The key of a code, OK-1. Raises StoreError if there is none."""
        for key in self._keys:
            if key.code == code:
                return key
        raise StoreError(Message("there is no key {code}; the page of keys has those there are", code=code[:40]))

    def keys_in_force(self, delegation: str, use: str = "") -> tuple[ReviewKey, ...]:
        """The keys of a delegation that are in force; use: `officer` or `recovery`, "" for both."""
        return tuple(
            key for key in self._keys if key.is_in_force and key.delegation == delegation and use in ("", key.use)
        )

    def left(self) -> dict[str, datetime]:
        """Delegations that left and did not come back, each with when."""
        return dict(self._left)

    def words_of(self, position: Said) -> tuple[dict[str, str], dict[str, str]] | None:
        """Versions and reasons of a position, by question; None where they were erased."""
        if position.opened_object not in self._store.objects:
            return None
        document = read_opened(self._store.objects.get(position.opened_object)).document
        versions = {question: given["version"] for question, given in document["answers"].items() if "version" in given}
        return versions, dict(document["reasons"])

    def discussion(self, case: Case) -> tuple[Spoken, ...]:
        """What was said in a case, in order."""
        with self._on_record.lock:
            words = tuple(self._kept_case(case).words)
        return tuple(self._spoken(case, word) for word in words)

    def _spoken(self, case: Case, word: Word) -> Spoken:
        return Spoken(
            case=case.code,
            side=word.side,
            role=word.role,
            by=word.by,
            words=self._store.words.read(word.words),
            refers=word.refers,
            entry=word.entry,
            known_at=word.known_at,
            recorded_at=word.recorded_at,
        )

    def done(self, case: Case) -> frozenset[str]:
        """The delegations that have no more to say, and gave no position since."""
        return self._standing(case.code).done

    def commits(self, case: Case) -> tuple[Commit, ...]:
        """What was committed to in a case, opened or not, in order."""
        with self._on_record.lock:
            return tuple(self._kept_case(case).commits.values())

    def commitment_case(self, commitment: str) -> str:
        """The code of the case in which a commitment is on record; "" for one that is not."""
        with self._on_record.lock:
            return self._on_record.commitments.get(commitment, "")

    def recorded_at(self, case: Case) -> datetime:
        """When a case was entered, by the computer's clock."""
        return self._kept_case(case).recorded_at

    def previous(self, case: Case, delegation: str, turn: int) -> str | None:
        """`previous_sha256` of the position of a round: of the delegation's last opened one on the finding; in the
        blind round of a case, of those before the case."""
        chain = [each for each in self.chain_of(case) if turn > case.turn or each.number < case.number]
        own = [position for each in chain for position in each.positions if position.delegation == delegation]
        return max(own, key=lambda each: each.entry).sha256 if own else None

    def turn(self, case: Case, delegation: str, person: str = "") -> int:
        """The round of the position that a delegation, or one of its people, gives next."""
        if case.step == "blind":
            return case.turn
        later = [
            position for position in case.positions if position.delegation == delegation and position.turn > case.turn
        ]
        last = max((position.turn for position in later), default=case.turn)
        people = {position.person for position in later if position.turn == last}
        goes_on = bool(people) and len(people) < rule_of(case, self.rule(case)).each and person not in people
        return last if goes_on else last + 1

    def next_number(self) -> int:
        """The number of the next case."""
        with self._on_record.lock:
            return self._on_record.next_case

    def next_turn(self, case: Case) -> int:
        """The number of the blind round of the next case of the same finding."""
        chain = self.chain_of(case)
        return max(turn for each in chain for turn in (each.turn, *(position.turn for position in each.positions))) + 1

    def to_sign(self, codes: Sequence[str], delegation: str, person: str = "") -> dict[str, Any]:
        """`trucewatch/positions-to-sign/1`: what one delegation signs of these cases. person: whose next round it is,
        where several of a delegation sign. Raises StoreError."""
        if len(codes) > MOST_TO_SIGN:
            raise StoreError(
                Message("{count} cases at once; choose at most {most}", count=len(codes), most=MOST_TO_SIGN)
            )
        return {
            "schema": TO_SIGN,
            "watch": self._watch.settings.id,
            "log_origin": self.log_origin,
            "delegation": delegation,
            "sealed_to": [
                {"code": key.code, "opens": key.opens, "signs": key.signs} for key in self.keys_in_force(delegation)
            ],
            "items": [self._item(self.case(code), delegation, person) for code in dict.fromkeys(codes)],
        }

    def _item(self, case: Case, delegation: str, person: str) -> dict[str, Any]:
        check_takes_part(case, delegation)
        if case.step == "closed":
            raise closed_already(case)
        turn = self.turn(case, delegation, person)
        return {
            "code": case.code,
            "finding": case.finding,
            "finding_sha256": case.sha256,
            "round": turn,
            "questions": list(case.questions),
            "previous_sha256": self.previous(case, delegation, turn),
        }

    def room(self, case: Case, delegation: str, person: str) -> int:
        """How many of the bytes that are signed are left for the answers and reasons of the position that somebody of a
        delegation gives next."""
        item = self._item(case, delegation, person)
        answers = {question: {"answer": "abstain"} for question in case.questions}
        shortest = {
            "watch": self._watch.settings.id,
            "log_origin": self.log_origin,
            "delegation": delegation,
            **{name: item[name] for name in ("finding", "finding_sha256", "round", "previous_sha256")},
            "answers": answers,
            "reasons": {},
            "signed_at": iso_utc(whole_second(self.now)),
        }
        return MOST_SIGNED_BYTES - len(position_bytes(shortest)) + len(write_canonical(answers)) - len("{}")

    @property
    def log_origin(self) -> str:
        """The ledger's origin, as positions name it."""
        return self._store.public_key.name

    def _standing(self, code: str) -> Stands:
        stands = self._stands.get(code)
        if stands is None:
            raise StoreError(
                Message("there is no finding under review as {code}; the list has those there are", code=code[:40])
            )
        return stands

    def _kept_case(self, case: Case) -> KeptCase:
        return self._on_record.cases[case.code]


def deadline_of(case: Case) -> datetime:
    """Until when a case waits: for first positions, for what is to be opened, or for the discussion."""
    return case.discussion_due or case.opening_due or case.due


def check_takes_part(case: Case, delegation: str) -> None:
    """Raises StoreError for a delegation that has no part in a case."""
    if delegation not in case.delegations:
        raise StoreError(
            Message(
                "{delegation} takes no part in {case}: those who do are {those}",
                delegation=delegation[:60],
                case=case.code,
                those=", ".join(case.delegations),
            )
        )


def taking_part(book: ReviewBook, watch: Watch) -> tuple[str, ...]:
    """The delegations that review now, in the order of the watch."""
    return tuple(each.id for each in watch.settings.delegation if each.id not in book.left())


def check_has_not_left(book: ReviewBook, delegation: str) -> None:
    """Raises StoreError for a delegation that left and did not come back."""
    if delegation in book.left():
        raise StoreError(
            Message(
                "{delegation} left the review; its head enters that it is back, on the page of leaving",
                delegation=delegation,
            )
        )


def closed_already(case: Case) -> StoreError:
    """That nothing more is entered in a case."""
    return StoreError(
        Message(
            "{case} is closed; nothing was entered. Evidence that changes what was put and judged makes a new case",
            case=case.code,
        )
    )
