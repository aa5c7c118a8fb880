"""Store and folder → what is on record that bears on clauses (`clause_record.py`).

Taken from the last list where that was made for the moment that is asked about or a later one; else everything that was
known by then is worked out first. Nothing is recorded.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pyarrow as pa
import pyarrow.compute as pc

from trucewatch.errors import StoreError
from trucewatch.messages import Message
from trucewatch.model.agreement_entries import mark_of
from trucewatch.model.edits import Act
from trucewatch.model.incident import INCIDENT_SCHEMA
from trucewatch.model.observation import COUNTER_SCHEMA
from trucewatch.model.review import Case
from trucewatch.model.times import as_utc
from trucewatch.model.watch import Watch
from trucewatch.pipeline import Steps, current_counters, fuse_knowledge, knowledge_at, setting_of
from trucewatch.pipeline.calibrations import standing_at
from trucewatch.pipeline.clause_columns import kinds_asked_for, of_kinds
from trucewatch.pipeline.clause_record import ClauseRecord
from trucewatch.pipeline.intake import standing_batches, watch_to_look_at
from trucewatch.pipeline.last_work import LastWork
from trucewatch.pipeline.review_effects import cases_at, with_reviews
from trucewatch.sources.recorded.claim_rows import claim_rows
from trucewatch.sources.recorded.refusal_rows import refusal_rows
from trucewatch.store import Store
from trucewatch.store.agreement_records import counting_entries, watch_with_entries
from trucewatch.store.batches import StandingBatch, files_on_record, kept_observations, watch_files_recorded_by
from trucewatch.store.claim_records import claim_versions
from trucewatch.store.duty_task_records import access_refusals
from trucewatch.store.edit_records import recorded_acts
from trucewatch.store.kept_bearing import Bearing, keep_bearing, kept_bearing
from trucewatch.store.lists import RecordedList, last_list
from trucewatch.watch import read_watch
from trucewatch.watch.load import usable

if TYPE_CHECKING:
    from trucewatch.fusion import Setting

_FINDINGS: Final = pa.schema(
    [
        ("stipulation", pa.string()),
        ("code", pa.string()),
        ("first_us", pa.int64()),
        ("last_us", pa.int64()),
        ("began_us", pa.int64()),
    ]
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
    entered = mark_of(counting_entries(store, watch, recorded_by))
    watch = watch_with_entries(store, watch, recorded_by)
    recorded = last_list(store, recorded_by=recorded_by)
    if recorded is None:
        raise StoreError(
            Message("nothing of this watch was worked out yet; do that first: trucewatch run {folder}", folder=folder)
            if recorded_by is None
            else Message(
                "by {moment} nothing of this watch had been worked out; name a later moment", moment=recorded_by
            )
        )
    moment = as_utc(as_of or watch.settings.watch_time or recorded_by or now)
    batches = sorted(standing_batches(store, watch, recorded_by).values(), key=lambda batch: batch.entry)
    acts = tuple(recorded_acts(store, recorded_by))
    clock = as_utc(watch.settings.watch_time or recorded_by or now)
    cases = cases_at(store, watch, max(moment, clock), recorded_by)
    horizon = _horizon_of(recorded, cases)
    if horizon < moment:
        return _worked_out(store, folder, moment, recorded_by, now, steps, acts)
    reviewed = " ".join(f"{case.code} {case.state}" for case in cases)
    mark = f"{recorded.entry} {files} {entered} {len(batches)} {len(acts)} {recorded_by} {reviewed}"
    key = sha256(mark.encode()).hexdigest()
    last = store.memory.of(_LastRecord)
    if last.record is not None and last.key == key:
        # What was worked out of it stays with it.
        return last.record if last.record.moment == moment else replace(last.record, moment=moment)
    bearing = _bearing_of(store, recorded, watch)
    counters = _counters_in(store, batches)
    record = ClauseRecord(
        watch=watch,
        moment=moment,
        horizon=horizon,
        incidents=bearing.incidents,
        reports=_reports_of(store, bearing.incidents, recorded_by),
        counters=counters,
        beside=bearing.findings,
        setting=partial(_setting, store, watch, recorded.as_of, recorded_by),
        acts=acts,
        cases=cases,
        reviewed=partial(_reviewed_in, store, recorded, watch, counters),
        list_entry=recorded.entry,
        list_made_at=recorded.recorded_at,
    )
    store.memory.put(_LastRecord(key, record))
    return record


def _horizon_of(recorded: RecordedList, cases: Sequence[Case]) -> datetime:
    """By when the last list holds: until reviews changed what is told of it, which makes no list of its own."""
    closed = (case.outcome.known_at for case in cases if case.outcome is not None)
    return max(recorded.as_of, *(case.put_at for case in cases), *closed) if cases else recorded.as_of


def _reviewed_in(
    store: Store, recorded: RecordedList, watch: Watch, counters: pa.Table, cases: Sequence[Case]
) -> pa.Table:
    """The findings on single incidents of a list (`_FINDINGS`), as reviews leave them."""
    incidents, findings = recorded.table(store, "incidents"), recorded.table(store, "findings")
    return _reviewed(incidents, findings, watch, recorded.as_of, counters, cases)


def _reviewed(
    incidents: pa.Table,
    findings: pa.Table,
    watch: Watch,
    as_of: datetime,
    counters: pa.Table,
    cases: Sequence[Case],
) -> pa.Table:
    current = current_counters(counters, as_of)
    told = with_reviews(incidents, findings, cases, watch, as_of=as_of, counters=current)
    return _bearing(incidents, told.findings, frozenset()).findings


def _setting(store: Store, watch: Watch, as_of: datetime, recorded_by: datetime | None) -> Setting:
    from trucewatch.pipeline import setting_of
    from trucewatch.pipeline.calibrations import standing_at

    calibrations = standing_at(store, as_of, recorded_by).calibrations
    return replace(setting_of(watch, as_of), calibrations=calibrations)


def _bearing_of(store: Store, recorded: RecordedList, watch: Watch) -> Bearing:
    kinds = kinds_asked_for(watch.agreement)
    key = f"2 {recorded.entry} {recorded.tables.get('incidents', '')} {' '.join(sorted(kinds))}"
    bearing = kept_bearing(store, key)
    if bearing is None:
        findings = recorded.columns(store, "findings", ("incident_id", "stipulation", "outcome", "held"))
        bearing = _bearing(recorded.table(store, "incidents"), findings, kinds)
        keep_bearing(store, key, bearing)
    return bearing


def _bearing(incidents: pa.Table, findings: pa.Table, kinds: frozenset[str]) -> Bearing:
    """Of a list the incidents of some kinds, and how its findings on single incidents came out."""
    single = findings.filter(
        pc.and_(pc.not_equal(findings["incident_id"], ""), pc.not_equal(findings["outcome"], "not_applicable"))
    )
    place = pc.index_in(single["incident_id"], value_set=incidents["incident_id"].combine_chunks())
    ends = ("first_known_at", "last_known_at", "occurred_start")
    moments = [incidents[name].cast(pa.int64()).combine_chunks().take(place) for name in ends]
    code = pc.if_else(pc.equal(single["held"], ""), single["outcome"], single["held"])
    beside = pa.table([single["stipulation"], code, *moments], schema=_FINDINGS)
    order = [("occurred_start", "ascending"), ("incident_id", "ascending")]
    return Bearing(of_kinds(incidents, kinds).sort_by(order).cast(INCIDENT_SCHEMA), beside)


def _reports_of(store: Store, incidents: pa.Table, recorded_by: datetime | None) -> pa.Table:
    """The observations of incidents of which some reports became known later than others."""
    later = incidents.filter(pc.less(incidents["first_known_at"], incidents["last_known_at"]))
    members = pc.unique(later["members"].combine_chunks().flatten()).to_pylist()
    claimed = pa.concat_tables(
        [
            claim_rows(claim_versions(store, recorded_by=recorded_by)),
            refusal_rows(access_refusals(store, recorded_by=recorded_by)),
        ]
    )
    claimed = claimed.filter(pc.is_in(claimed["observation_id"], value_set=pa.array(members, pa.string())))
    return pa.concat_tables([kept_observations(store, members), claimed])


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
    every, watch, counters = knowledge.every, knowledge.watch, knowledge.read.counters
    return ClauseRecord(
        watch=watch,
        moment=as_of,
        horizon=as_of,
        incidents=bearing.incidents,
        reports=every.filter(pc.is_in(every["observation_id"], value_set=members)),
        counters=counters,
        beside=bearing.findings,
        setting=lambda: replace(setting_of(knowledge.watch, as_of), calibrations=calibrations),
        acts=acts,
        cases=cases_at(store, watch, as_of, recorded_by),
        reviewed=lambda cases: _reviewed(incidents, findings, watch, as_of, counters, cases),
    )
