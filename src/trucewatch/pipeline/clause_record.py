"""What is on record that bears on clauses → how each part of a clause stood at any moment, as far as was known then.

A list of incidents holds what was known at its cut-off. For an earlier moment the incidents all of whose reports were
known then are taken as they stand there; those of which some reports came later are made again from the reports that
were known. For a moment after the last list everything is worked out first; nothing is recorded.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from trucewatch.findings.applicability import Case, Reviewed
from trucewatch.findings.clause_states import states_at
from trucewatch.geo.frame import LocalFrame, frame_of_area
from trucewatch.model.agreement import Agreement, Stipulation
from trucewatch.model.clause_state import ClauseState, FindingCount, Pace, StateChange
from trucewatch.model.edits import Act, acts_known, standing_acts
from trucewatch.model.incident import INCIDENT_SCHEMA
from trucewatch.model.incident import Counter as ReportedNumber
from trucewatch.model.review import Case as ReviewCase
from trucewatch.model.review_list import cases_known
from trucewatch.model.times import ALWAYS, NEVER, as_utc, day_of
from trucewatch.model.watch import Watch
from trucewatch.pipeline.clause_columns import (
    BearsOn,
    Taken,
    kinds_of,
    microseconds_of,
    numbers_asked_for,
    of_kinds,
)
from trucewatch.pipeline.review_effects import ASKED_OF_INCIDENTS, reviews_of

if TYPE_CHECKING:
    from trucewatch.fusion import Setting

_TIME: Final = pa.timestamp("us", tz="UTC")
_IN_PART: Final = "known_in_part"
"""Of an incident a part of whose reports was known then: its findings are not counted by outcome."""
_OF_NUMBERS: Final = (
    *("counter_id", "source", "name", "span", "zone", "period_start", "period_end", "value", "qualifier"),
    *("claimed_by", "simulated", "known_at"),
)
_OF_NO_STATE: Final[Mapping[str, Any]] = {
    "unit": "",
    "received_at": None,
    "evidence_sha256": "",
    "evidence_row": 0,
    "text": "",
}
"""Columns of numbers that no state rests on; of ten years they are not read."""
_MOST_STATES: Final = 512
_MOST_REPORTED: Final = 200


@dataclass(frozen=True, kw_only=True)
class ClauseRecord:
    """What bears on clauses, as known by `horizon`.

    incidents: those of the kinds that clauses ask for. reports: the observations of those of which some reports became
    known later than others. counters: every version of every number. beside: `_FINDINGS`, a row a finding. cases: of
    the delegations' reviews; reviewed: `beside` as these leave it, asked for only where some are closed.
    """

    watch: Watch
    moment: datetime
    """The moment that was asked about, or the watch's own."""
    horizon: datetime
    incidents: pa.Table
    reports: pa.Table
    counters: pa.Table
    beside: pa.Table
    setting: Callable[[], Setting] = field(repr=False)
    """What incidents are made again with; asked for only where some are."""
    acts: tuple[Act, ...] = ()
    cases: tuple[ReviewCase, ...] = ()
    reviewed: Callable[[Sequence[ReviewCase]], pa.Table] | None = field(default=None, repr=False)
    list_entry: int = -1
    """The list that it was taken from; -1 where it was worked out."""
    list_made_at: datetime | None = None
    _states: dict[tuple[datetime, datetime], tuple[ClauseState, ...]] = field(default_factory=dict, repr=False)
    _single: dict[tuple[str, datetime], str] = field(default_factory=dict, repr=False)
    _made_again: dict[tuple[str, ...], pa.Table] = field(default_factory=dict, repr=False)
    _reviewed: dict[tuple[str, ...], pa.Table] = field(default_factory=dict, repr=False)
    _memo: dict[Hashable, Any] = field(default_factory=dict, repr=False)

    @cached_property
    def agreement(self) -> Agreement:
        return self.watch.agreement

    @cached_property
    def frame(self) -> LocalFrame:
        return frame_of_area(self.watch.settings.area)

    @cached_property
    def numbers(self) -> list[ReportedNumber]:
        """Every version of every number that a clause asks for, the latest known last."""
        names = numbers_asked_for(self.agreement)
        is_wanted = pc.is_in(self.counters["name"], value_set=pa.array(sorted(names), pa.string()))
        is_known = pc.less_equal(self.counters["known_at"], pa.scalar(self.horizon, _TIME))
        rows = self.counters.filter(pc.and_(is_wanted, is_known))
        rows = rows.sort_by([("known_at", "ascending"), ("evidence_sha256", "descending")])
        columns = [rows[name].to_pylist() for name in _OF_NUMBERS]
        return [
            ReportedNumber(**dict(zip(_OF_NUMBERS, row, strict=True)), **_OF_NO_STATE)
            for row in zip(*columns, strict=True)
        ]

    @cached_property
    def _numbers_known_at(self) -> list[datetime]:
        return [number.known_at for number in self.numbers]

    def states_at(self, at: datetime, *, known_by: datetime | None = None) -> tuple[ClauseState, ...]:
        """Every part of a clause whose text was published by then, in the order of the agreement.

        known_by: what became known up to then counts too, as far as it tells of a time before `at`; what was known at
        `at` without it. Raises ValueError for a moment after the horizon.
        """
        moment = as_utc(at)
        by_then = moment if known_by is None else max(as_utc(known_by), moment)
        if by_then > self.horizon:
            raise ValueError(f"{by_then} lies after {self.horizon}")
        stands = self._states.get((moment, by_then))
        if stands is None:
            numbers = [
                number for number in self.numbers_at(by_then) if by_then == moment or number.period_end <= moment
            ]
            case_of = partial(self._case_of, moment, numbers, known_by=by_then)
            beside = self.beside_at(by_then, began_by=None if by_then == moment else moment)
            stands = states_at(self.watch, moment, case_of, beside, known_by=by_then)
            if len(self._states) >= _MOST_STATES:
                self._states.clear()
            self._states[moment, by_then] = stands
        return stands

    def _case_of(
        self,
        at: datetime,
        numbers: Sequence[ReportedNumber],
        stipulation: str,
        watch: Watch,
        *,
        known_by: datetime | None = None,
    ) -> Case:
        by_then = known_by or at
        columns = self._bears_on[stipulation].columns_at(by_then, partial(self._fused, by_then))
        if by_then > at:
            columns = Taken(columns, [row for row, start in enumerate(columns["occurred_start"]) if start <= at])
        return Case(
            watch=watch,
            frame=self.frame,
            columns=columns,
            counters=numbers,
            as_of=at,
            memo=self._memo,
            known_by=by_then if by_then > at else None,
            reviews=self._reviews_of(stipulation, columns, by_then),
        )

    def _reviews_of(
        self, stipulation: str, columns: Mapping[str, Sequence[Any]], at: datetime
    ) -> Mapping[str, Reviewed]:
        """What the delegations' reviews say of incidents under one part, as far as known: the same as in the list."""
        cases = [case for case in cases_known(self.cases, at) if case.stipulation == stipulation]
        if not any(case.outcome for case in cases):
            return {}
        fields = [INCIDENT_SCHEMA.field(name) for name in ASKED_OF_INCIDENTS]
        arrays = [pa.array(columns[each.name], each.type) for each in fields]
        incidents = pa.Table.from_arrays(arrays, schema=pa.schema(fields))
        return reviews_of(cases, incidents).get(stipulation, {})

    def _findings_at(self, at: datetime) -> pa.Table:
        """`beside` as the reviews that were closed by then leave it."""
        closed = [case for case in cases_known(self.cases, at) if case.outcome is not None]
        if not closed or self.reviewed is None:
            return self.beside
        known = cases_known(self.cases, at)
        key = tuple(f"{case.code} {case.state}" for case in known)
        if key not in self._reviewed:
            self._reviewed[key] = self.reviewed(known)
        return self._reviewed[key]

    @cached_property
    def _bears_on(self) -> dict[str, BearsOn]:
        bears = {}
        for provision, stipulation in self.agreement.stipulations():
            kinds = kinds_of(provision, stipulation)
            incidents = of_kinds(self.incidents, kinds) if kinds else self.incidents.slice(0, 0)
            bears[stipulation.id] = BearsOn(incidents, self.reports)
        return bears

    def numbers_at(self, at: datetime) -> list[ReportedNumber]:
        """One a number: the version known last by then."""
        end = bisect_right(self._numbers_known_at, at)
        current = {number.counter_id: number for number in self.numbers[:end]}
        return [current[name] for name in sorted(current)]

    def _fused(self, at: datetime, rows: pa.Table) -> pa.Table:
        """Reports as they make incidents, with what acts known by then made of them."""
        from trucewatch.fusion.fuse import fuse_with_acts
        from trucewatch.fusion.manual_edits import set_aside
        from trucewatch.fusion.zone_assignment import situate_incidents

        acts = standing_acts(acts_known(self.acts, at))
        key = (*sorted(rows["observation_id"].to_pylist()), *sorted(act.act_id for act in acts))
        if key not in self._made_again:
            setting = self.setting()
            fused = fuse_with_acts(rows, rule=self.watch.settings.association, setting=setting, acts=acts).incidents
            placed = situate_incidents(
                fused, zones=self.watch.zones, line_id=self.watch.settings.line, frame=self.frame
            )
            is_listed, _, _ = set_aside(placed, acts)
            self._made_again[key] = placed.filter(pa.array(is_listed))
        return self._made_again[key]

    def beside_at(self, at: datetime, *, began_by: datetime | None = None) -> dict[str, list[FindingCount]]:
        """By stipulation how many findings on single incidents stand beside it, by outcome or by the word for why none
        is said; of incidents known in part only how many. began_by: of incidents that had begun by then alone."""
        moment = microseconds_of(as_utc(at))
        beside = self._findings_at(as_utc(at))
        then = beside.filter(pc.less_equal(beside["first_us"], moment))
        if began_by is not None:
            then = then.filter(pc.less_equal(then["began_us"], microseconds_of(as_utc(began_by))))
        is_whole = pc.less_equal(then["last_us"], moment)
        codes = pc.if_else(is_whole, then["code"], _IN_PART)
        grouped = pa.table({"stipulation": then["stipulation"], "code": codes}).group_by(["stipulation", "code"])
        counts: dict[str, list[FindingCount]] = {}
        for row in grouped.aggregate([([], "count_all")]).to_pylist():
            counts.setdefault(row["stipulation"], []).append(FindingCount(code=row["code"], count=row["count_all"]))
        return {name: sorted(each, key=lambda count: count.code) for name, each in counts.items()}

    # Over time

    def moments_of(self, stipulation: Stipulation) -> tuple[datetime, ...]:
        """When the state of one part may change, in order, up to the horizon: what became known, fell due, began or
        ended. Where very many reports bear on it, those between are looked at where the state differs around them."""
        zone, soon = self.watch.zone, timedelta(days=self.watch.settings.due_soon_days)
        moments: set[datetime] = set()
        for number in range(len(stipulation.extension) + 1):
            # The text's own day and each later one, whatever came of them.
            at = ALWAYS if not number else stipulation.extension[number - 1].known_at
            if (due := stipulation.due(at, zone)) is not None:
                moments.update((due.range.earliest, due.range.latest, due.range.earliest - soon))
        for state in self.states_at(self.horizon):
            if state.stipulation == stipulation.id and state.due is not None:
                span = state.due.range
                moments.update((span.earliest, span.latest, span.earliest - soon))
        force = stipulation.in_force
        moments.update((force.maybe_from, force.surely_from))
        for at in (ALWAYS, self.horizon):
            end = stipulation.ending(at, zone).end
            moments.update((end.earliest, end.latest))
        for pause in stipulation.suspension:
            moments.update((pause.from_, pause.until or NEVER))
        moments.update((*self.agreement.moments_about(stipulation), *self._signed))
        counted = {each.id for _, each in self._watch_of[stipulation.id].agreement.stipulations()}
        for case in self.cases:
            if case.stipulation in counted and not case.is_of_who:
                moments.update((case.put_at, case.outcome.known_at if case.outcome else case.put_at))
        return tuple(sorted(moment for moment in moments if ALWAYS < moment <= self.horizon))

    @cached_property
    def _signed(self) -> frozenset[datetime]:
        """When the days end on which instruments were signed."""
        return frozenset(day_of(each.signed, self.watch.zone).end for each in self.agreement.instrument)

    def _reported(self, stipulation: Stipulation) -> list[datetime]:
        """When reports and numbers that bear on it became known."""
        moments = set(self._bears_on[stipulation.id].moments())
        if stipulation.number is not None:
            name = stipulation.number.counter
            moments.update(number.known_at for number in self.numbers if number.name == name)
        return sorted(moment for moment in moments if moment <= self.horizon)

    def moments(self) -> tuple[datetime, ...]:
        """When any state may change, in order, up to the horizon."""
        moments: set[datetime] = set()
        for _, stipulation in self.agreement.stipulations():
            moments.update((*self.moments_of(stipulation), *self._reported(stipulation)))
        return tuple(sorted(moments))

    def _state_at(self, stipulation: str, at: datetime) -> str:
        """The state of one part; "" before its text was published."""
        key = (stipulation, at)
        if key not in self._single:
            only = self._watch_of[stipulation]
            numbers = self._numbers_named(numbers_asked_for(only.agreement), at)
            is_published = at >= self._first_text
            states = states_at(only, at, partial(self._case_of, at, numbers), {}) if is_published else ()
            self._single[key] = next((each.state for each in states if each.stipulation == stipulation), "")
        return self._single[key]

    @cached_property
    def _first_text(self) -> datetime:
        """Before it no clause was known."""
        has_text = {text.instrument for text in self.agreement.text}
        if not has_text.issuperset(instrument.id for instrument in self.agreement.instrument):
            return ALWAYS
        return min((text.known_at for text in self.agreement.text), default=ALWAYS)

    def _numbers_named(self, names: Iterable[str], at: datetime) -> list[ReportedNumber]:
        """The same as `numbers_at`, of numbers of these names alone."""
        current: dict[str, ReportedNumber] = {}
        for name in names:
            numbers, by_then = self._by_name.get(name, ([], []))
            current |= {number.counter_id: number for number in numbers[: bisect_right(by_then, at)]}
        return [current[name] for name in sorted(current)]

    @cached_property
    def _by_name(self) -> dict[str, tuple[list[ReportedNumber], list[datetime]]]:
        """The numbers of each name, with when each became known."""
        by_name: dict[str, tuple[list[ReportedNumber], list[datetime]]] = {}
        for number in self.numbers:
            numbers, by_then = by_name.setdefault(number.name, ([], []))
            numbers.append(number)
            by_then.append(number.known_at)
        return by_name

    @cached_property
    def _watch_of(self) -> dict[str, Watch]:
        """The watch with one part of a clause alone, and those that its term is counted from."""
        watches = {}
        pairs = {stipulation.id: (provision, stipulation) for provision, stipulation in self.agreement.stipulations()}
        for name in pairs:
            names, following = [name], pairs[name][1].deadline
            while following is not None and following.after in pairs and following.after not in names:
                names.append(following.after)
                following = pairs[following.after][1].deadline
            provisions = tuple(
                replace(provision, stipulation=tuple(each for each in provision.stipulation if each.id in names))
                for provision in self.agreement.provision
            )
            alone = tuple(provision for provision in provisions if provision.stipulation)
            watches[name] = replace(self.watch, agreement=replace(self.agreement, provision=alone))
        return watches

    @cached_property
    def _changes(self) -> tuple[StateChange, ...]:
        changes: list[StateChange] = []
        for _, stipulation in self.agreement.stipulations():
            changes += self._changes_of(stipulation)
        places = {stipulation.id: place for place, (_, stipulation) in enumerate(self.agreement.stipulations())}
        return tuple(sorted(changes, key=lambda change: (change.at, places[change.stipulation])))

    def _changes_of(self, stipulation: Stipulation) -> list[StateChange]:
        reported = self._reported(stipulation)
        step = max(1, -(-len(reported) // _MOST_REPORTED))
        looked = sorted({*self.moments_of(stipulation), *reported[step - 1 :: step], *reported[-1:]})
        changes: list[StateChange] = []
        before, state = ALWAYS, ""
        for moment in looked:
            then = self._state_at(stipulation.id, moment)
            if then != state:
                at = moment if step == 1 else self._first_with(stipulation.id, reported, before, moment, state)
                state = self._state_at(stipulation.id, at) if at != moment else then
                changes.append(StateChange(stipulation.id, at, state))
                if state != then:
                    state = then
                    changes.append(StateChange(stipulation.id, moment, then))
            before = moment
        return changes

    def _first_with(
        self, stipulation: str, reported: Sequence[datetime], before: datetime, moment: datetime, state: str
    ) -> datetime:
        """The first report between two moments at which it stands otherwise than before, by halving."""
        between = reported[bisect_right(reported, before) : bisect_right(reported, moment)]
        low, high = 0, len(between)
        while low < high:
            middle = (low + high) // 2
            if self._state_at(stipulation, between[middle]) == state:
                low = middle + 1
            else:
                high = middle
        return between[low] if low < len(between) else moment

    def changes(self) -> tuple[StateChange, ...]:
        """Every change of a state up to the horizon, in order of time. Of a part on which more than some hundred
        reports bear, one that is undone again within a few of them may be left out."""
        return self._changes

    def pace_at(self, at: datetime, *, known_by: datetime | None = None) -> Pace:
        """How far the whole agreement is by its schedule. known_by: as of `states_at`."""
        states = [state for state in self.states_at(at, known_by=known_by) if state.due is not None]
        due = [state for state in states if state.due is not None and state.due.moment <= as_utc(at)]
        counts = Counter(state.state for state in due)
        return Pace(
            due=len(due),
            met=counts["met"],
            met_late=counts["met_late"],
            met_in_part=counts["met_in_part"],
            not_met=counts["not_met"],
            not_shown=counts["not_shown"],
            disputed=counts["disputed"] + counts["reading_disputed"],
            ahead=len(states) - len(due),
        )
