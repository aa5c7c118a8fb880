"""What came of each source of the watch: files, rows, refused rows, when it was heard of last, and which means are
silent."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

import pyarrow as pa

from trucewatch.model.batch import SourceCard
from trucewatch.model.evidence import Rejected, rejected_of
from trucewatch.model.times import read_time
from trucewatch.model.watch import SourceSetting, Watch
from trucewatch.sources import adapter
from trucewatch.sources.recorded.claim_rows import why_in_no_list
from trucewatch.sources.recorded.refusal_rows import refusals_in_list
from trucewatch.store import Store
from trucewatch.store.batches import StandingBatch, rejected_table, track_points_in
from trucewatch.store.claim_records import claims_on_record
from trucewatch.store.duty_task_records import access_refusals

SILENT_AFTER: Final = timedelta(hours=24)
"""A means counts as silent once nothing came of it for a day beyond its source's delay; no source states when it is
due."""
TRACKS: Final = "tracks"
"""The adapter of patrols' tracks, which gives points and no records."""


@dataclass(slots=True, kw_only=True)
class SourceFacts:
    """One source with its counts. `last_known`: when its latest record became known; `means`: those of its records."""

    setting: SourceSetting
    card: SourceCard
    files: int = 0
    rows: int = 0
    refused: int = 0
    points: int = 0
    """Track points that are kept for coverage."""
    last_received: datetime | None = None
    last_known: datetime | None = None
    means: tuple[str, ...] = ()
    is_counted: bool = False
    """Whether its current records are worked out; they are a moment after the start."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Silence:
    """One means of which nothing has come for longer than usual."""

    means: str
    since: datetime
    usually: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """How fresh the means of a watch are."""

    silent: tuple[Silence, ...] = ()
    fresh: tuple[str, ...] = field(default=())


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimsTaken:
    """Claims that were taken down and stand, which come by no file; drills are none. `in_no_list`: those whose time is
    not known, or that speak of what was still to come."""

    standing: int
    in_no_list: int
    last_received: datetime


def claims_taken(store: Store) -> ClaimsTaken | None:
    """What was taken down of claims; None where none stands."""
    claims = [claim for claim in claims_on_record(store) if claim.stands and not claim.is_drill]
    if not claims:
        return None
    return ClaimsTaken(
        standing=len(claims),
        in_no_list=sum(why_in_no_list(claim) is not None for claim in claims),
        last_received=max(claim.received_at for claim in claims),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessRefused:
    """Refusals of access that the centre entered with its tasks, which come by no file either. last_at: when the last
    of them was."""

    in_list: int
    last_at: datetime


def access_refused(store: Store) -> AccessRefused | None:
    """How many stand and are observations; None where none is. Those of drills are none."""
    refusals = refusals_in_list(access_refusals(store))
    return AccessRefused(in_list=len(refusals), last_at=max(each.at for each in refusals)) if refusals else None


def source_facts(store: Store, watch: Watch, observations: pa.Table | None) -> list[SourceFacts]:
    """Every source of the watch in the order of its file. observations: the current ones, once they are worked out."""
    from trucewatch.pipeline.intake import standing_batches  # the compiler comes with it: not at the start

    facts = {
        setting.id: SourceFacts(
            setting=setting, card=adapter(setting.adapter).card, is_counted=observations is not None
        )
        for setting in watch.settings.source
    }
    for batch in standing_batches(store, watch).values():
        counts = facts[batch.source]
        counts.files += 1
        counts.rows += batch.rows
        counts.refused += batch.rejected_rows
        if counts.setting.adapter == TRACKS:
            counts.points += track_points_in(store, batch)
    for source, received_at in store.index.rows("SELECT source, max(received_at) FROM evidence GROUP BY source"):
        if source in facts:
            facts[source].last_received = read_time(received_at)
    if observations is not None:
        _add_current(facts, observations)
    return list(facts.values())


def _add_current(facts: Mapping[str, SourceFacts], observations: pa.Table) -> None:
    columns = observations.select(["source", "means", "known_at"])
    grouped = columns.group_by(["source", "means"]).aggregate([("known_at", "max")])
    for row in grouped.sort_by([("source", "ascending"), ("means", "ascending")]).to_pylist():
        counts = facts.get(row["source"])
        if counts is not None:
            counts.means = (*counts.means, row["means"])
            counts.last_known = max(counts.last_known or row["known_at_max"], row["known_at_max"])


def heard(facts: list[SourceFacts], observations: pa.Table | None, now: datetime) -> Heard:
    """Which means are silent, by the latest record of each and the delay of the sources that give it."""
    if observations is None:
        return Heard()
    grouped = observations.select(["means", "known_at"]).group_by("means").aggregate([("known_at", "max")])
    latest = {row["means"]: row["known_at_max"] for row in grouped.to_pylist()}
    silent, fresh = [], []
    for means, since in sorted(latest.items()):
        # What was entered by hand, a claim or an addition, is of no source here and is awaited of nobody.
        usually = min((_delay(source) for source in facts if means in source.means), default=timedelta(0))
        if now - since > usually + SILENT_AFTER:
            silent.append(Silence(means=means, since=since, usually=usually))
        else:
            fresh.append(means)
    return Heard(silent=tuple(silent), fresh=tuple(fresh))


def _delay(source: SourceFacts) -> timedelta:
    hours = source.setting.delay_hours
    return source.card.delay if hours is None else timedelta(hours=hours)


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """One refused row with the source it came by."""

    source: str
    row: Rejected


def refusals(store: Store, watch: Watch, source: str = "") -> Iterator[Refusal]:
    """Every refused row of the readings that stand, file by file in the order of the journal."""
    for batch in _refusing(store, watch, source):
        for row in rejected_table(store, batch.rejected).to_pylist():
            yield Refusal(source=batch.source, row=rejected_of(row))


def refusals_page(store: Store, watch: Watch, source: str, *, first: int, count: int) -> list[Refusal]:
    """Some of them, without reading the files before."""
    rows: list[Refusal] = []
    for batch in _refusing(store, watch, source):
        if first < batch.rejected_rows and len(rows) < count:
            table = rejected_table(store, batch.rejected).slice(first, count - len(rows))
            rows += [Refusal(source=batch.source, row=rejected_of(row)) for row in table.to_pylist()]
        first = max(first - batch.rejected_rows, 0)
    return rows


def refused_rows(store: Store, watch: Watch, source: str = "") -> int:
    """How many rows were refused."""
    return sum(batch.rejected_rows for batch in _refusing(store, watch, source))


def _refusing(store: Store, watch: Watch, source: str) -> list[StandingBatch]:
    from trucewatch.pipeline.intake import standing_batches  # the compiler comes with it: not at the start

    return [
        batch
        for batch in standing_batches(store, watch).values()
        if batch.rejected_rows and (not source or batch.source == source)
    ]
