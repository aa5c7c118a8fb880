"""What is on record that bears on clauses → how each part of a clause stood at any moment, as far as was known then.

A list of incidents holds what was known at its cut-off. For an earlier moment the incidents all of whose reports were
known then are taken as they stand there; those of which some reports came later are made again from the reports that
were known. For a moment after the last list everything is worked out first; nothing is recorded.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from trucewatch.findings.applicability import Case, Columns
from trucewatch.findings.clause_states import states_at
from trucewatch.fusion import Setting, current_observations
from trucewatch.fusion.fuse import fuse_with_acts
from trucewatch.fusion.manual_edits import set_aside
from trucewatch.fusion.zone_assignment import situate_incidents
from trucewatch.geo.frame import LocalFrame, frame_of_area
from trucewatch.model.agreement import Agreement, Stipulation
from trucewatch.model.agreement_entries import mark_of
from trucewatch.model.clause_state import ClauseState, FindingCount
from trucewatch.model.edits import Act, acts_known, standing_acts
from trucewatch.model.incident import INCIDENT_SCHEMA, counter_rows
from trucewatch.model.incident import Counter as ReportedNumber
from trucewatch.model.observation import COUNTER_SCHEMA
from trucewatch.model.times import ALWAYS, NEVER, as_utc
from trucewatch.model.watch import Watch
from trucewatch.pipeline import Steps, current_counters, fuse_knowledge, knowledge_at, setting_of
from trucewatch.pipeline.calibrations import standing_at
from trucewatch.pipeline.intake import standing_batches, watch_to_look_at
from trucewatch.pipeline.last_work import LastWork
from trucewatch.store import Store
from trucewatch.store.agreement_records import agreement_entries, watch_with_entries
from trucewatch.store.batches import StandingBatch, files_on_record, kept_observations, watch_files_recorded_by
from trucewatch.store.edit_records import recorded_acts
from trucewatch.store.kept_bearing import Bearing, keep_bearing, kept_bearing
from trucewatch.store.lists import RecordedList, last_list
from trucewatch.watch import read_watch
from trucewatch.watch.load import usable

_TIME: Final = pa.timestamp("us", tz="UTC")
_IN_PART: Final = "known_in_part"
"""Of an incident a part of whose reports was known then: its findings are not counted by outcome."""
_FINDINGS: Final = pa.schema(
    [
        ("stipulation", pa.string()),
        ("code", pa.string()),
        ("first_us", pa.int64()),
        ("last_us", pa.int64()),
    ]
)
_MOST_STATES: Final = 512


@dataclass(frozen=True, slots=True)
class StateChange:
    """From a moment on a part of a clause stood so."""

    stipulation: str
    at: datetime
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How far the whole agreement is by its schedule at a moment; never by side, and no score.

    due: how many parts with a day were due by then; met, met_late, met_in_part: of these, as far as is on record;
    not_met, not_shown, disputed: the others (disputed: facts or readings differ). ahead: those with a day to come.
    """

    due: int
    met: int
    met_late: int
    met_in_part: int
    not_met: int
    not_shown: int
    disputed: int
    ahead: int


@dataclass(frozen=True, kw_only=True)
class ClauseRecord:
    """What bears on clauses, as known by `horizon`.

    incidents: those of the kinds that clauses ask for. reports: the observations of those of which some reports became
    known later than others. counters: every version of every number. beside: `_FINDINGS`, a row a finding.
    """

    watch: Watch
    asked: datetime
    """The moment that was asked about, or the watch's own."""
    horizon: datetime
    incidents: pa.Table
    reports: pa.Table
    counters: pa.Table
    beside: pa.Table
    setting: Setting = field(repr=False)
    acts: tuple[Act, ...] = ()
    list_entry: int = -1
    """The list that it was taken from; -1 where it was worked out."""
    _states: dict[datetime, tuple[ClauseState, ...]] = field(default_factory=dict, repr=False)
    _made_again: dict[tuple[str, ...], pa.Table] = field(default_factory=dict, repr=False)

    @cached_property
    def agreement(self) -> Agreement:
        return self.watch.agreement

    @cached_property
    def frame(self) -> LocalFrame:
        return frame_of_area(self.watch.settings.area)

    @cached_property
    def numbers(self) -> list[ReportedNumber]:
        """Every version of every number, the latest known last."""
        rows = self.counters.sort_by([("known_at", "ascending"), ("evidence_sha256", "descending")])
        return counter_rows(rows)

    def states_at(self, at: datetime) -> tuple[ClauseState, ...]:
        """Every part of a clause whose text was published by then, in the order of the agreement. Raises ValueError for
        a moment after the horizon."""
        moment = as_utc(at)
        if moment > self.horizon:
            raise ValueError(f"{moment} lies after {self.horizon}")
        if moment not in self._states:
            if len(self._states) >= _MOST_STATES:
                self._states.clear()
            case = Case(
                watch=self.watch,
                frame=self.frame,
                columns=Columns(self.incidents_at(moment)),
                counters=self.numbers_at(moment),
                as_of=moment,
            )
            self._states[moment] = states_at(case, self.beside_at(moment))
        return self._states[moment]

    def numbers_at(self, at: datetime) -> list[ReportedNumber]:
        """One a number: the version known last by then."""
        known = bisect_right(self._known_numbers, at)
        current = {number.counter_id: number for number in self.numbers[:known]}
        return [current[name] for name in sorted(current)]

    @cached_property
    def _known_numbers(self) -> list[datetime]:
        return [number.known_at for number in self.numbers]

    def incidents_at(self, at: datetime) -> pa.Table:
        """The incidents as they stood by what was known then, in order of start and id."""
        now = pa.scalar(at, _TIME)
        whole = pc.less_equal(self.incidents["last_known_at"], now)
        known_in_part = pc.and_not(pc.less_equal(self.incidents["first_known_at"], now), whole)
        stands = self.incidents.filter(whole)
        members = self.incidents.filter(known_in_part)["members"].combine_chunks().flatten()
        if not len(members):
            return stands
        rows = self.reports.filter(pc.is_in(self.reports["observation_id"], value_set=members))
        rows = current_observations(rows.filter(pc.less_equal(rows["known_at"], now)), as_of=at)
        again = self._fused(rows, at)
        order = [("occurred_start", "ascending"), ("incident_id", "ascending")]
        return pa.concat_tables([stands, again.select(stands.column_names).cast(stands.schema)]).sort_by(order)

    def _fused(self, rows: pa.Table, at: datetime) -> pa.Table:
        acts = standing_acts(acts_known(self.acts, at))
        key = (*sorted(rows["observation_id"].to_pylist()), *sorted(act.act_id for act in acts))
        if key not in self._made_again:
            fused = fuse_with_acts(
                rows, rule=self.watch.settings.association, setting=self.setting, acts=acts
            ).incidents
            placed = situate_incidents(
                fused, zones=self.watch.zones, line_id=self.watch.settings.line, frame=self.frame
            )
            is_listed, _, _ = set_aside(placed, acts)
            self._made_again[key] = placed.filter(pa.array(is_listed))
        return self._made_again[key]

    def beside_at(self, at: datetime) -> dict[str, list[FindingCount]]:
        """By stipulation how many findings on single incidents stand beside it, by outcome or by the word for why none
        is said; of incidents known in part only how many."""
        moment = int(as_utc(at).timestamp() * 1_000_000)
        known = self.beside.filter(pc.less_equal(self.beside["first_us"], moment))
        is_whole = pc.less_equal(known["last_us"], moment)
        codes = pc.if_else(is_whole, known["code"], _IN_PART)
        grouped = pa.table({"stipulation": known["stipulation"], "code": codes}).group_by(["stipulation", "code"])
        counts: dict[str, list[FindingCount]] = {}
        for row in grouped.aggregate([([], "count_all")]).to_pylist():
            counts.setdefault(row["stipulation"], []).append(FindingCount(code=row["code"], count=row["count_all"]))
        return {name: sorted(each, key=lambda count: count.code) for name, each in counts.items()}

    # Over time

    def moments(self) -> tuple[datetime, ...]:
        """When a state may change, in order, up to the horizon: what became known, what fell due, began or ended."""
        moments = {moment for moment in self.agreement.moments() if moment > ALWAYS}
        for name in ("first_known_at", "last_known_at"):
            moments.update(pc.unique(self.incidents[name]).to_pylist())
        names = {each.number.counter for _, each in self.agreement.stipulations() if each.number is not None}
        moments.update(number.known_at for number in self.numbers if number.name in names)
        moments.update(pc.unique(self.reports["known_at"]).to_pylist())
        soon = timedelta(days=self.watch.settings.due_soon_days)
        for state in self.states_at(self.horizon):
            if state.due is not None:
                span = state.due.range
                moments.update((span.earliest, span.latest, span.earliest - soon))
        for _, stipulation in self.agreement.stipulations():
            moments.update(self._moments_of(stipulation, soon))
        return tuple(sorted(moment for moment in moments if ALWAYS < moment <= self.horizon))

    def _moments_of(self, stipulation: Stipulation, soon: timedelta) -> set[datetime]:
        zone = self.watch.zone
        moments: set[datetime] = set()
        for number in range(len(stipulation.extension) + 1):
            # The text's own day and each later one, whatever came of them.
            at = ALWAYS if not number else stipulation.extension[number - 1].known_at
            if (due := stipulation.due(at, zone)) is not None:
                moments.update((due.range.earliest, due.range.latest, due.range.earliest - soon))
        force = stipulation.in_force
        moments.update((force.maybe_from, force.surely_from))
        for at in (ALWAYS, self.horizon):
            end = stipulation.ending(at, zone).end
            moments.update((end.earliest, end.latest))
        for pause in stipulation.suspension:
            moments.update((pause.from_, pause.until or NEVER))
        return moments

    @cached_property
    def _changes(self) -> tuple[StateChange, ...]:
        standing: dict[str, str] = {}
        changes: list[StateChange] = []
        for moment in self.moments():
            for state in self.states_at(moment):
                if standing.get(state.stipulation) != state.state:
                    standing[state.stipulation] = state.state
                    changes.append(StateChange(state.stipulation, moment, state.state))
        return tuple(changes)

    def changes(self) -> tuple[StateChange, ...]:
        """Every change of a state up to the horizon, in order of time."""
        return self._changes

    def pace_at(self, at: datetime) -> Pace:
        """How far the whole agreement is by its schedule."""
        states = [state for state in self.states_at(at) if state.due is not None]
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


@dataclass(slots=True)
class _LastRecord:
    """What was put together last in this process."""

    key: str = ""
    record: ClauseRecord | None = None


def clause_record(
    store: Store,
    folder: Path,
    *,
    now: datetime,
    as_of: datetime | None = None,
    recorded_by: datetime | None = None,
    steps: Steps | None = None,
) -> ClauseRecord:
    """What bears on clauses and was known by `as_of` (the watch's own clock, or `now`, without it); nothing is read,
    entered or recorded.

    recorded_by: as the journal held everything then, the watch's files too. Raises WatchError, StoreError.
    """
    if recorded_by is None:
        watch, files = watch_to_look_at(store, folder)
    else:
        watch = usable(
            *read_watch(watch_files_recorded_by(store, recorded_by)), f"the watch as recorded by {recorded_by}"
        )
        files = files_on_record(store, recorded_by)
    watch, entered = watch_with_entries(store, watch, recorded_by), mark_of(agreement_entries(store, recorded_by))
    recorded = last_list(store, recorded_by=recorded_by)
    asked = as_utc(as_of or watch.settings.watch_time or recorded_by or now)
    batches = sorted(standing_batches(store, watch, recorded_by).values(), key=lambda batch: batch.entry)
    acts = tuple(recorded_acts(store, recorded_by))
    if recorded is None or recorded.as_of < asked:
        return _worked_out(store, folder, asked, recorded_by, now, steps, acts)
    key = sha256(f"{recorded.entry} {files} {entered} {len(batches)} {len(acts)} {recorded_by}".encode()).hexdigest()
    last = store.memory.of(_LastRecord)
    if last.record is not None and last.key == key:
        return replace(last.record, asked=asked)
    bearing = _bearing_of(store, recorded, watch)
    record = ClauseRecord(
        watch=watch,
        asked=asked,
        horizon=recorded.as_of,
        incidents=bearing.incidents,
        reports=_reports_of(store, bearing.incidents),
        counters=_counters_in(store, batches),
        beside=bearing.findings,
        setting=replace(
            setting_of(watch, recorded.as_of),
            calibrations=standing_at(store, recorded.as_of, recorded_by).calibrations,
        ),
        acts=acts,
        list_entry=recorded.entry,
    )
    store.memory.put(_LastRecord(key, record))
    return record


def kinds_asked_for(agreement: Agreement) -> frozenset[str]:
    """The kinds of incidents that show a clause kept or not, under any reading; of prohibitions none."""
    kinds: set[str] = set()
    for provision, stipulation in agreement.stipulations():
        if stipulation.kind == "prohibited":
            continue
        kinds.update((*([stipulation.what] if stipulation.what else []), *stipulation.kinds))
        for reading in provision.reading:
            if reading.about == stipulation.id:
                kinds.update(reading.reads.kinds or ())
    return frozenset(kinds)


def _bearing_of(store: Store, recorded: RecordedList, watch: Watch) -> Bearing:
    kinds = kinds_asked_for(watch.agreement)
    key = f"{recorded.entry} {recorded.tables.get('incidents', '')} {' '.join(sorted(kinds))}"
    bearing = kept_bearing(store, key)
    if bearing is None:
        findings = recorded.columns(store, "findings", ("incident_id", "stipulation", "outcome", "held"))
        bearing = _bearing(recorded.table(store, "incidents"), findings, kinds)
        keep_bearing(store, key, bearing)
    return bearing


def _bearing(incidents: pa.Table, findings: pa.Table, kinds: frozenset[str]) -> Bearing:
    """Of a list the incidents of some kinds, and how its findings on single incidents came out."""
    wanted, several = pa.array(sorted(kinds), pa.string()), incidents["kinds"].combine_chunks()
    is_asked_for = pc.is_in(incidents["kind"], value_set=wanted).to_numpy(zero_copy_only=False).copy()
    listed = pc.is_in(several.flatten(), value_set=wanted)
    is_asked_for[pc.list_parent_indices(several).filter(listed).to_numpy(zero_copy_only=False)] = True
    single = findings.filter(
        pc.and_(pc.not_equal(findings["incident_id"], ""), pc.not_equal(findings["outcome"], "not_applicable"))
    )
    place = pc.index_in(single["incident_id"], value_set=incidents["incident_id"].combine_chunks())
    known = [
        incidents[name].cast(pa.int64()).combine_chunks().take(place) for name in ("first_known_at", "last_known_at")
    ]
    code = pc.if_else(pc.equal(single["held"], ""), single["outcome"], single["held"])
    beside = pa.table([single["stipulation"], code, *known], schema=_FINDINGS)
    order = [("occurred_start", "ascending"), ("incident_id", "ascending")]
    return Bearing(incidents.filter(pa.array(is_asked_for)).sort_by(order).cast(INCIDENT_SCHEMA), beside)


def _reports_of(store: Store, incidents: pa.Table) -> pa.Table:
    """The observations of incidents of which some reports became known later than others."""
    later = incidents.filter(pc.less(incidents["first_known_at"], incidents["last_known_at"]))
    members = pc.unique(later["members"].combine_chunks().flatten()).to_pylist()
    return kept_observations(store, members)


def _counters_in(store: Store, batches: Sequence[StandingBatch]) -> pa.Table:
    tables = [store.table(batch.counters, COUNTER_SCHEMA) for batch in batches if batch.counters]
    return pa.concat_tables([COUNTER_SCHEMA.empty_table(), *tables])


def _worked_out(
    store: Store,
    folder: Path,
    as_of: datetime,
    recorded_by: datetime | None,
    now: datetime,
    steps: Steps | None,
    acts: tuple[Act, ...],
) -> ClauseRecord:
    """Everything that was known by a moment after the last list."""
    knowledge = knowledge_at(
        store, folder, now=now, as_of=as_of, recorded_by=recorded_by, steps=steps, looks_only=recorded_by is None
    )
    calibrations = standing_at(store, as_of, recorded_by).calibrations
    work = fuse_knowledge(knowledge, calibrations, LastWork())
    assert work.listing is not None
    incidents = work.listing.listed.table
    findings = (
        LastWork().check(work.listing, current_counters(knowledge.read.counters, as_of), knowledge.watch, as_of).table
    )
    bearing = _bearing(incidents, findings, kinds_asked_for(knowledge.watch.agreement))
    later = bearing.incidents.filter(pc.less(bearing.incidents["first_known_at"], bearing.incidents["last_known_at"]))
    members = pc.unique(later["members"].combine_chunks().flatten())
    every = knowledge.every
    return ClauseRecord(
        watch=knowledge.watch,
        asked=as_of,
        horizon=as_of,
        incidents=bearing.incidents,
        reports=every.filter(pc.is_in(every["observation_id"], value_set=members)),
        counters=knowledge.read.counters,
        beside=bearing.findings,
        setting=replace(setting_of(knowledge.watch, as_of), calibrations=calibrations),
        acts=acts,
    )
