"""Agreement and record → how each part of a clause stands at a moment, as far as was known then.

DESIGN.md section 6 gives the words and their order: the first that holds. What is said of facts has passed the gate
(`gate.py`), or is stated by those whom it burdens or by all bound parties; what one alone states stands beside it as a
claim. An absence of records says nothing of whether something was done.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta, tzinfo
from functools import cached_property
from typing import Any, Final

from trucewatch.findings import judged, kept_up, required
from trucewatch.findings.applicability import Case, Verdict
from trucewatch.findings.check import in_order_of_terms, met_range
from trucewatch.findings.gate import decided, lone, positions_on
from trucewatch.findings.state_rules import PARALLEL, rule_lines
from trucewatch.model.agreement import Agreement, Instrument, Provision, Stipulation
from trucewatch.model.claims import folded_name, voice_words
from trucewatch.model.clause_parts import ClaimOfState, RoleOf
from trucewatch.model.clause_state import STATES, ClauseState, FindingCount, KeptSpan, ReadingAnswer
from trucewatch.model.deadlines import Due, Ending, Range
from trucewatch.model.ids import finding_id
from trucewatch.model.times import NEVER, day_of
from trucewatch.model.watch import Watch

STATE_OF_REASON: Final[Mapping[str, str]] = {
    "before_in_force": "not_yet_in_force",
    "after_in_force": "no_longer_in_force",
    "kept_up_ended": "no_longer_in_force",
    "happened_in_time": "met",
    "happened": "met",
    "happened_around_due": "met",
    "number_reached": "met",
    "happened_late": "met_late",
    "number_short": "not_met",
    "delegations_differ": "disputed",
    "delegations_dissent": "disputed",
    "judged_differently": "disputed",
    "kept_up": "kept_up",
    "lapsed": "lapsed",
}
"""What the reason of a finding comes to; by any other nothing on record settles it (`_by_dates`)."""
_OPEN: Final = frozenset(("not_shown", "extended", "due_soon", "not_yet_due", "no_deadline"))
"""The states that rest on no record of what was done; what bound parties state of it may settle them."""
_DONE: Final = frozenset(("met", "met_late", "kept_up"))
_MET: Final = ("met", "met_late")
_SAYS_WHEN_MET: Final = (*_MET, "suspended", "no_longer_in_force")
"""The states beside which the day of a record of it is told; beside a dispute that day would be one side's answer."""
_UP: Final[Mapping[str, bool]] = {
    "met": True,
    "met_in_part": True,
    "kept_up": True,
    "not_met": False,
    "not_kept_up": False,
}


CaseOf = Callable[[str, Watch], Case]
"""The case of a stipulation, by its id, under a watch: the incidents of the kinds that it asks about and the counters,
as known at the moment."""


def states_at(
    watch: Watch,
    at: datetime,
    case_of: CaseOf,
    beside: Mapping[str, Sequence[FindingCount]],
    *,
    known_by: datetime | None = None,
) -> tuple[ClauseState, ...]:
    """Every stipulation whose text was published by then, in the order of the agreement.

    beside: by stipulation the findings on single incidents that stand beside it. known_by: as of `agreement_at`.
    """
    agreement = agreement_at(watch.agreement, at, known_by, watch.zone)
    # A reading is worked out by itself: the case looks at the clause as somebody reads it.
    alone = replace(agreement, provision=tuple(replace(each, reading=()) for each in agreement.provision))
    plain = replace(watch, agreement=alone)
    originals = {stipulation.id: stipulation for _, stipulation in agreement.stipulations()}
    pairs = [
        (provision, agreement.as_agreed(stipulation).binding_at(at, watch.zone, known_by=known_by))
        for provision, stipulation in agreement.stipulations()
    ]
    met: dict[str, Range] = {}
    states: dict[str, ClauseState] = {}
    for provision, stipulation in in_order_of_terms(pairs):
        case = replace(case_of(stipulation.id, plain), met=met)
        ending = originals[stipulation.id].ending(at, watch.zone, known_by=known_by)
        on_record = originals[stipulation.id]
        looked = _Looked(
            agreement, provision, stipulation, case, ending, tuple(beside.get(stipulation.id, ())), on_record
        )
        states[stipulation.id] = looked.state()
    return tuple(_beside_its_parallel(states[stipulation.id], states) for _, stipulation in pairs)


def _beside_its_parallel(state: ClauseState, states: Mapping[str, ClauseState]) -> ClauseState:
    """The same, its rule saying how that stands together with which it is to go on."""
    other = states.get(state.parallel)
    if other is None:
        return state
    rule = tuple(
        replace(line, facts={**line.facts, "state": other.state}) if line.code in PARALLEL else line
        for line in state.rule
    )
    return replace(state, rule=rule)


def agreement_at(agreement: Agreement, at: datetime, known_by: datetime | None, zone: tzinfo) -> Agreement:
    """What was known of an agreement at a moment. known_by: what became known up to then counts too, as far as it tells
    of a time before `at`: no instrument that was signed later, and nothing that was said of a later time."""
    if known_by is None or known_by <= at:
        return agreement.known_at(at)
    by_then = agreement.known_at(known_by)

    def began(day: date) -> bool:
        return day_of(day, zone).start <= at

    def stood(each: Stipulation) -> Stipulation:
        return replace(
            each,
            part=tuple(part for part in each.part if began(part.day)),
            gap=tuple(gap for gap in each.gap if began(gap.from_)),
            claim=tuple(claim for claim in each.claim if (began(claim.since) if claim.since else claim.known_at <= at)),
            by_hand=tuple(hand for hand in each.by_hand if hand.known_at <= at),
            term_notice=tuple(
                notice
                for notice in each.term_notice
                if (began(notice.day) if notice.day else (notice.given_at or notice.known_at) <= at)
            ),
        )

    instruments = tuple(each for each in by_then.instrument if began(each.signed))
    ids = {each.id for each in instruments}
    provisions = tuple(
        replace(provision, stipulation=tuple(stood(each) for each in provision.stipulation))
        for provision in by_then.provision
        if provision.instrument in ids
    )
    return replace(by_then, instrument=instruments, provision=provisions)


@dataclass(frozen=True, slots=True)
class _Answer:
    """What the record alone makes of a stipulation as it is read one way."""

    state: str
    verdict: Verdict | None
    """None of a prohibition: each incident alone is held against that."""
    evidence: tuple[str, ...]
    due: Due | None
    spans: tuple[KeptSpan, ...] = ()


@dataclass(frozen=True)
class _Looked:
    """One stipulation, its dates and claims as known at the moment of the case."""

    agreement: Agreement
    provision: Provision
    stipulation: Stipulation
    case: Case
    ending: Ending
    beside: tuple[FindingCount, ...]
    on_record: Stipulation
    """The same with what is one side's word alone."""

    @cached_property
    def voices(self) -> dict[str, str]:
        return voice_words(self.agreement)

    def voice(self, who: str) -> str:
        """Whose voice it is: the party's that a body counts with."""
        return self.voices.get(folded_name(who), who)

    def state(self) -> ClauseState:
        stipulation, now = self.stipulation, self.case.as_of
        answer = self.answer(stipulation)
        verdict = answer.verdict
        if verdict is not None and (met := met_range(verdict, self.case.watch)) is not None:
            self.case.met[stipulation.id] = met
        readings = self.readings(answer)
        worked_out = self.first_that_holds(answer, readings)
        hand = max(stipulation.by_hand, key=lambda each: (each.known_at, each.entry), default=None)
        state = hand.state if hand is not None and hand.state in STATES else worked_out
        rule_version, facts = self.rule_version, verdict.facts if verdict else {}
        reason, spans = verdict.reason if verdict else "", answer.spans
        if state == "reading_disputed" and stipulation.kind != "judged":
            # What it comes to stands with each reading and nowhere else.
            reason, facts = "", {}
            spans = () if self.is_read_otherwise() else spans
        subject = "deadline" if stipulation.kind == "required" and answer.due is not None else "stipulation"
        return ClauseState(
            stipulation=stipulation.id,
            provision=self.provision.number,
            instrument=self.provision.instrument,
            kind=stipulation.kind,
            state=state,
            rule=rule_lines(
                stipulation,
                self.on_record,
                self.agreement,
                answer.due,
                self.ending,
                state=worked_out,
                reason=verdict.reason if verdict else "",
                now=now,
                relations=self.relations_by_text(),
                by_hand=hand,
                worked_out=worked_out,
            ),
            due=answer.due,
            text=stipulation.deadline.text if stipulation.deadline else "",
            met_at=str(facts.get("occurred", "")) if answer.state in _MET and state in _SAYS_WHEN_MET else "",
            ending=self.ending if self.ending.end.earliest < NEVER else None,
            reason=reason,
            facts=facts,
            finding=finding_id(f"{subject}:{stipulation.id}", stipulation.id, rule_version) if rule_version else "",
            rule_version=rule_version,
            spans=spans,
            readings=readings,
            claims=stipulation.claim,
            parts=stipulation.part,
            gaps=stipulation.gap,
            roles=roles_of(stipulation),
            beside=self.beside,
            evidence=answer.evidence,
            by_hand=hand,
            worked_out=worked_out,
            parallel=stipulation.parallel.clause if stipulation.parallel else "",
        )

    @property
    def rule_version(self) -> str:
        rules = {"required": required.RULE, "kept_up": kept_up.RULE, "judged": judged.RULE}
        return rules.get(self.stipulation.kind, "")

    # What the record alone gives

    def answer(self, read: Stipulation) -> _Answer:
        """The record held against the stipulation as it is read, without what parties state of it."""
        match read.kind:
            case "required" | "judged":
                return self.whole(read)
            case "kept_up":
                return self.kept(read)
        return _Answer(_by_dates(read, self.case), None, (), None)

    def whole(self, read: Stipulation) -> _Answer:
        evidence: Sequence[str] = ()
        if read.kind == "required":
            verdict, evidence = required.judge_stipulation(read, self.case)
        else:
            verdict = judged.judge_stipulation(read, self.case)
        due = self.case.due_of(read)
        state = STATE_OF_REASON.get(verdict.reason, "")
        if verdict.reason in ("judged", "agreed_by_delegations"):
            state = {"consistent": "met", "inconsistent": "not_met"}.get(verdict.outcome, "")
        return _Answer(state or _by_due(read, due, self.case), verdict, tuple(evidence), due)

    def kept(self, read: Stipulation) -> _Answer:
        looked = kept_up.look_at_incidents(read, self.case)
        signs = kept_up.signs_of(read, self.case, looked)
        stated = self.stated_signs(read)
        passed = sorted([*signs.passed, *stated], key=lambda sign: (sign.end, sign.start, not sign.is_up))
        signs = kept_up.Signs(passed, signs.claimed)
        verdict, evidence = kept_up.judge_whole(read, self.case, signs)
        verdict = decided(verdict, positions_on(read, self.case), self.case)
        state = STATE_OF_REASON.get(verdict.reason, "")
        if verdict.reason == "agreed_by_delegations":
            state = {"consistent": "kept_up", "inconsistent": "lapsed"}.get(verdict.outcome, "")
        spans = self.spans(passed)
        return _Answer(state or _by_dates(read, self.case), verdict, evidence, self.case.due_of(read), spans)

    def stated_signs(self, read: Stipulation) -> list[kept_up.Sign]:
        """What parties state of how it was kept up, where that stands by whom it burdens, or by all of them."""
        signs: list[kept_up.Sign] = []
        zone = self.case.watch.zone
        for gap in read.gap:
            if self.stands([each.by for each in read.gap if each.from_ == gap.from_], is_up=False):
                first, last = day_of(gap.from_, zone), day_of(gap.until or gap.from_, zone)
                givers = tuple(sorted({each.by for each in read.gap if each.from_ == gap.from_}))
                signs.append(kept_up.Sign(first.start, last.end, False, (), givers))
        for claim in read.claim:
            is_up = _UP[claim.state]
            alike = [each.by for each in read.claim if _UP[each.state] is is_up and each.since == claim.since]
            if claim.since is not None and self.stands(alike, is_up=is_up):
                day = day_of(claim.since, zone)
                signs.append(kept_up.Sign(day.start, day.end, is_up, (), tuple(sorted(set(alike)))))
        return signs

    def stands(self, givers: Iterable[str], *, is_up: bool) -> bool:
        """Whether what these state of it stands: it burdens the only one of them who owes it, or to whom it is owed, or
        all bound parties state it."""
        voices, bound = {self.voice(giver) for giver in givers}, set(self.case.bound)
        owing = set(self.stipulation.obliged)
        burdened = lone(bound - owing if is_up else owing)
        return bool(voices & burdened) or (len(bound) > 1 and bound <= voices)

    def spans(self, signs: Sequence[kept_up.Sign]) -> tuple[KeptSpan, ...]:
        """From when until when it is on record that it was kept up, or was not."""
        spans: list[KeptSpan] = []
        runs: list[list[kept_up.Sign]] = []
        for sign in signs:
            if runs and runs[-1][-1].is_up is sign.is_up:
                runs[-1].append(sign)
            else:
                runs.append([sign])
        for run in runs:
            first = kept_up.day_or_moment(run[0], self.case)
            last = kept_up.day_or_moment(run[-1], self.case, at_end=True)
            reason = None if run[0].is_up else self.reason_of(run[0].start)
            spans.append(
                KeptSpan(
                    word="kept" if run[0].is_up else "not_kept",
                    first=first,
                    last="" if last == first else last,
                    by=reason[0] if reason else "",
                    reason=reason[1] if reason else {},
                    evidence=tuple(dict.fromkeys(name for sign in run for name in sign.evidence)),
                )
            )
        return tuple(spans)

    def reason_of(self, start: datetime) -> tuple[str, Mapping[str, str]] | None:
        """Who gives which reason for a gap that was on that day."""
        for gap in self.stipulation.gap:
            first = day_of(gap.from_, self.case.watch.zone).start
            last = day_of(gap.until, self.case.watch.zone).end if gap.until else NEVER
            if first <= start < last:
                return gap.by, gap.says
        return None

    # Readings

    def readings(self, as_stands: _Answer) -> tuple[ReadingAnswer, ...]:
        """What it comes to as each bound party reads it, where any of them does; of a party that states no reading, as
        the clause stands. What instruments do to it as somebody reads them is a reading too."""
        stated = [each for each in self.provision.reading if each.about == self.stipulation.id]
        of_relations = self.relations_as_read()
        if not stated and not of_relations:
            return ()
        answers = []
        for party in self.case.bound:
            own = [each for each in stated if self.voice(each.by) == party]
            ended = [each for each in of_relations if self.voice(each.by) == party]
            read, permits = self.stipulation, set[str]()
            for reading in sorted(own, key=lambda each: each.known_at):
                read = read.read_by(reading)
                permits.update(reading.reads.permits)
            answer = self.answer(read) if own else as_stands
            last: Any = max((*own, *ended), key=lambda each: each.known_at, default=None)
            answers.append(
                ReadingAnswer(
                    by=party,
                    state="no_longer_in_force" if ended else answer.state,
                    says=last.says if last is not None else {},
                    forbids=tuple(sorted(set(read.kinds) - permits)) if read.kind == "prohibited" else (),
                    permits=tuple(sorted(permits)),
                    due=answer.due.range if answer.due else None,
                    known_at=last.known_at if last is not None else None,
                    source=last.source if last is not None else "",
                )
            )
        return tuple(answers)

    def is_read_otherwise(self) -> bool:
        """Whether a reading gives it other fields than it has, so that records count otherwise."""
        return any(each.reads.changed for each in self.provision.reading if each.about == self.stipulation.id)

    def relations_as_read(self) -> list[Any]:
        """Who reads an instrument so that it ends or replaces this."""
        return [
            read
            for instrument in self.agreement.instrument
            for read in instrument.read_as
            if read.relation in ("ends", "replaces") and self.is_meant(read.to, read.stipulations)
        ]

    def relations_by_text(self) -> list[Instrument]:
        """The instruments that by their own words do something to this."""
        return [
            each for each in self.agreement.instrument if each.relation and self.is_meant(each.to, each.stipulations)
        ]

    def is_meant(self, to: str, stipulations: Sequence[str]) -> bool:
        return to == self.provision.instrument and (not stipulations or self.stipulation.id in stipulations)

    def turns_on_reading(self, readings: Sequence[ReadingAnswer]) -> bool:
        """Whether bound parties' readings give different answers. Of what people decide no record gives one: there it
        turns on the readings if two parties state one each."""
        if len({(each.state, each.forbids) for each in readings}) > 1:
            return True
        return self.stipulation.kind == "judged" and sum(bool(each.says) for each in readings) > 1

    # The state

    def first_that_holds(self, answer: _Answer, readings: Sequence[ReadingAnswer]) -> str:
        stipulation, now = self.stipulation, self.case.as_of
        if now < stipulation.in_force.maybe_from:
            return "not_yet_in_force"
        if self.has_ended() or (readings and {each.state for each in readings} == {"no_longer_in_force"}):
            return "no_longer_in_force"
        if any(pause.holds(now) for pause in stipulation.suspension):
            return "suspended"
        if self.turns_on_reading(readings):
            return "reading_disputed"
        return self.by_statements(answer)

    def has_ended(self) -> bool:
        """Whether it surely binds no more: its term ended, or an instrument ends it by its own words."""
        if self.case.as_of >= (self.ending.otherwise or self.ending.end).latest:
            return True
        zone = self.case.watch.zone
        return any(
            each.relation in ("ends", "replaces")
            and day_of(each.signed, zone).end <= self.case.as_of
            and not self.agreement.is_of_one_side(each)
            for each in self.relations_by_text()
        )

    def by_statements(self, answer: _Answer) -> str:
        """What the record gives, and what bound parties state of it."""
        stipulation, bound = self.stipulation, set(self.case.bound)
        latest: dict[str, ClaimOfState] = {}
        for claim in sorted(stipulation.claim, key=lambda each: each.known_at):
            if not self.is_before_due(claim, answer.due):
                latest[self.voice(claim.by)] = claim
        by_bound = {who: _UP[claim.state] for who, claim in latest.items() if who in bound}
        on_words = answer.verdict is not None and bool(answer.verdict.facts.get("stated_by"))
        if len(set(by_bound.values())) > 1:
            return "disputed"
        if answer.state in _DONE and on_words and False in by_bound.values():
            return "disputed"
        if answer.state == "disputed":
            return "disputed"
        if answer.state not in _OPEN:
            return answer.state
        for word in ("met", "kept_up", "met_in_part", "not_met", "not_kept_up"):
            givers = [who for who, claim in latest.items() if claim.state == word]
            if givers and self.stands(givers, is_up=_UP[word]):
                if word == "met" and all(self.is_late(latest[who], answer.due) for who in givers):
                    return "met_late"
                return "lapsed" if word == "not_kept_up" else word
        if stipulation.part and self.stands([part.by for part in stipulation.part], is_up=True):
            return "met_in_part"
        if answer.state == "not_shown" and answer.due is not None and self.put_off_afterwards(answer.due):
            return "not_met"
        return answer.state

    def is_before_due(self, claim: ClaimOfState, due: Due | None) -> bool:
        """Whether it is said not to be met at a time at which it was not due yet: that says nothing of the day."""
        if claim.state != "not_met" or due is None:
            return False
        return self.case.as_of < due.moment or claim.known_at < due.range.earliest

    def is_late(self, claim: ClaimOfState, due: Due | None) -> bool:
        """Whether who states that it is met states a day for it on which it had been due."""
        if claim.since is None or due is None:
            return False
        return day_of(claim.since, self.case.watch.zone).start >= due.moment

    def put_off_afterwards(self, due: Due) -> bool:
        """Whether one who owes it agreed, once it was due, to a later day: that it was not met is said by that. Where
        others alone are named as having agreed, it is their word."""
        owing = set(self.stipulation.obliged)
        agreed = [self.stipulation.extension[number - 1].by for number in due.afterwards]
        return any(not by or owing & {self.voice(who) for who in by} for by in agreed)


def roles_of(stipulation: Stipulation) -> tuple[RoleOf, ...]:
    """Who stands how to it: those whom it obliges bear it, as its text or a reading has them, then what is entered."""
    bearers = tuple(RoleOf(role="bearer", who=who, by=stipulation.obliged_by) for who in stipulation.obliged)
    entered = tuple(role for role in stipulation.role if role.role != "bearer" or role.who not in stipulation.obliged)
    return (*bearers, *entered)


def _by_due(read: Stipulation, due: Due | None, case: Case) -> str:
    """The state of what nothing on record settles, by its dates."""
    if due is None:
        return "not_yet_due" if read.deadline is not None else "no_deadline"
    if case.as_of >= due.moment:
        return "not_shown"
    if due.extension:
        return "extended"
    is_near = due.range.earliest - case.as_of <= timedelta(days=case.watch.settings.due_soon_days)
    return "due_soon" if is_near else "not_yet_due"


def _by_dates(read: Stipulation, case: Case) -> str:
    return _by_due(read, case.due_of(read), case)
