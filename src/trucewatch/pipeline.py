"""The whole system on one page: read → fuse → check → report. In: a watch folder. Out: lists, reports, what was refused.

Every step works on what was known at `as_of`; with `recorded_by` the inputs are those that our own journal held then.
"""

from __future__ import annotations

import difflib
import json
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from trucewatch.errors import ReportError, WatchError
from trucewatch.findings import check_agreement
from trucewatch.geo.frame import frame_of_area
from trucewatch.incidents import current_observations, fuse_observations, situate_incidents
from trucewatch.model.batch import Origin, ReadingContext
from trucewatch.model.claims import claimants_in, party_words
from trucewatch.model.ids import canonical, sha256_of
from trucewatch.model.observation import COUNTER_SCHEMA, STORED_OBSERVATION_SCHEMA
from trucewatch.model.report import Publication, RejectedCount, ReportInputs
from trucewatch.model.times import as_utc, iso_utc, read_time
from trucewatch.model.watch import SourceSetting, Watch
from trucewatch.sources import adapter
from trucewatch.store import Store
from trucewatch.store.batches import (
    REJECTED_SCHEMA,
    StandingBatch,
    active_batches,
    load_batches,
    record_list,
    watch_files_recorded_by,
)
from trucewatch.store.publications import publications, record_publication
from trucewatch.watch import files_of, read_watch
from trucewatch.watch.load import usable


def _tell_nobody(step: str, done: int, total: int) -> None:
    """For runs that nobody watches."""


@dataclass(slots=True)
class Steps:
    """How long each step of a run took and how many rows it saw; `advance` is told of progress as work goes on."""

    advance: Callable[[str, int, int], None] = _tell_nobody
    told: dict[str, tuple[float, int]] = field(default_factory=dict)

    @contextmanager
    def timed(self, step: str) -> Iterator[Callable[[int], None]]:
        """Times a step; the body calls back with how many rows it saw."""
        begun, rows = time.perf_counter(), [0]
        self.advance(step, 0, 1)
        yield lambda count: rows.__setitem__(0, count)
        self.told[step] = (time.perf_counter() - begun, rows[0])
        self.advance(step, 1, 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessment:
    """What is known of a watch at `as_of`: current observations, incidents, findings, counters, rows refused."""

    watch: Watch
    as_of: datetime
    observations: pa.Table
    counters: pa.Table
    incidents: pa.Table
    findings: pa.Table
    rejected: pa.Table
    rejected_counts: tuple[RejectedCount, ...]
    warnings: tuple[str, ...]
    not_yet_known: int
    """How many observations are held that nobody knew at `as_of`."""
    earlier: tuple[Publication, ...]
    checkpoint: str = ""
    is_replay: bool = False
    """Made from what the journal held at a moment: nothing that comes of it is recorded."""

    def report_inputs(self) -> ReportInputs:
        """The same, as reports take it."""
        return ReportInputs(
            watch=self.watch, incidents=self.incidents, findings=self.findings, counters=self.counters,
            rejected=self.rejected_counts, as_of=self.as_of, earlier=self.earlier,
            checkpoint=self.checkpoint,
        )  # fmt: skip

    def outcomes(self) -> dict[str, int]:
        """Findings by outcome."""
        found = Counter(self.findings["outcome"].to_pylist())
        return {
            outcome: found[outcome]
            for outcome in reversed(("not_applicable", "undetermined", "inconsistent", "consistent"))
        }

    def summary(self) -> dict[str, Any]:
        """The JSON document of `trucewatch run --json`."""
        return {
            "schema": "trucewatch/run/1",
            "watch": self.watch.settings.id,
            "as_of": iso_utc(self.as_of),
            "observations": self.observations.num_rows,
            "simulated": int(pc.sum(self.observations["simulated"]).as_py() or 0),
            "rejected": self.rejected.num_rows,
            "incidents": self.incidents.num_rows,
            "findings": self.outcomes(),
        }


def assess(
    store: Store, folder: Path, *, now: datetime, as_of: datetime | None = None, recorded_by: datetime | None = None,
    steps: Steps | None = None,
) -> Assessment:  # fmt: skip
    """Read what is new in the watch, fuse it and hold it against the agreement; the list that comes out is recorded.

    as_of: what was known by then; the watch's own clock (or `now`) without it. recorded_by: nothing is read or recorded;
    the watch's files and batches are those of the journal at that moment. Raises WatchError, StoreError.
    """
    steps = steps or Steps()
    if recorded_by:
        watch = usable(
            *read_watch(watch_files_recorded_by(store, recorded_by)), f"the watch as recorded by {recorded_by}"
        )
    else:
        watch = _watch_of_today(store, folder)
    moment = as_utc(as_of or watch.settings.watch_time or recorded_by or now)
    with steps.timed("read") as saw:
        warnings = [] if recorded_by else _read_sources(store, folder, watch, now, steps)
        standing = _standing(store, watch, recorded_by)
        batches = sorted(standing.values(), key=lambda batch: batch.entry)
        held = load_batches(store, batches)
        saw(held.observations.num_rows + held.counters.num_rows + held.rejected.num_rows)
    warnings += _unknown_claimants(held.observations, watch)
    frame = frame_of_area(watch.settings.area)
    with steps.timed("fuse") as saw:
        known_ids = pc.count_distinct(held.observations["observation_id"]).as_py()
        current = current_observations(_reconcile(held.observations, watch), as_of=moment)
        parties = party_words(watch.agreement)
        fused = fuse_observations(current, rule=watch.settings.association, frame=frame, parties=parties)
        incidents = situate_incidents(fused, zones=watch.zones, line_id=watch.settings.line, frame=frame)
        saw(current.num_rows)
    with steps.timed("check") as saw:
        counted = _current_counters(held.counters, moment)
        findings = check_agreement(incidents, counted, watch=watch, frame=frame, as_of=moment)
        saw(findings.num_rows)
    checkpoint = ""
    if not recorded_by:
        entry = record_list(store, incidents, findings, batches, moment)
        store.publish()
        checkpoint = store.first_checkpoint_covering(entry).decode()
    return Assessment(
        watch=watch, as_of=moment, observations=current, counters=counted, incidents=incidents, findings=findings,
        rejected=held.rejected, rejected_counts=held.rejected_counts, warnings=tuple(warnings),
        not_yet_known=known_ids - current.num_rows, earlier=publications(store, recorded_by), is_replay=recorded_by is not None,
        checkpoint=checkpoint,
    )  # fmt: skip


def default_day(assessment: Assessment) -> date:
    """The day that a report is about if nobody says: on a past case the last day on which an incident began, else today."""
    watch, zone = assessment.watch, assessment.watch.zone
    starts = assessment.incidents["occurred_start"]
    if watch.settings.watch_time is not None and len(starts):
        day: date = pc.max(starts).as_py().astimezone(zone).date()
        return day
    return (assessment.as_of - timedelta(microseconds=1)).astimezone(zone).date()


def issue_report(
    store: Store, assessment: Assessment, *, recipient: str, day_from: date, day_until: date,
    languages: Sequence[str], formats: Sequence[str],
) -> dict[tuple[str, str], bytes]:  # fmt: skip
    """The report's bytes by (format, language), after release; what it said is recorded, so that a later one can correct it.

    The same facts again are the same number and revision, the same bytes, and no new record. Raises ReportError.
    """
    from trucewatch.reports import render  # noqa: PLC0415 - Jinja and Babel, not needed to run
    from trucewatch.reports.daily import build_daily, publication_of  # noqa: PLC0415

    rule = assessment.watch.recipient(recipient)
    if rule is None:
        known = ", ".join(one.id for one in assessment.watch.settings.recipient)
        raise ReportError(f'"{recipient}" is no recipient of this watch; it has: {known}')
    report = build_daily(assessment.report_inputs(), recipient=rule, day_from=day_from, day_until=day_until)
    products = {
        (name, language): render(report, format=name, language=language) for name in formats for language in languages
    }
    issued = publication_of(report)
    if not assessment.is_replay:
        record_publication(store, issued, assessment.earlier)
    return products


def _watch_of_today(store: Store, folder: Path) -> Watch:
    """The watch as its files stand, which are recorded if they changed."""
    contents = files_of(folder)
    watch = usable(*read_watch(contents), str(folder))
    files = {name: str(store.objects.put(content)) for name, content in sorted(contents.items())}
    last = store.index.rows("SELECT files FROM watch_files ORDER BY entry DESC LIMIT 1")
    if not last or json.loads(last[0][0]) != files:
        store.commit([{"schema": "trucewatch/watch-files/1", "files": files}])
    return watch


def _reading(source: SourceSetting, watch: Watch) -> str:
    """A hash of everything that decides how a file is read; a batch read otherwise is read again."""
    towns = [
        [town.id, sorted(town.names.values()), f"{town.lon:.6f}", f"{town.lat:.6f}"] for town in watch.basemap.towns
    ]
    settings = json.loads(json.dumps(asdict(source), default=str), parse_float=str)
    area = [f"{bound:.6f}" for bound in watch.settings.area]
    version = adapter(source.adapter).version
    # The prefix tells it from the names of objects: the settings themselves are in the watch's files.
    return "sha256:" + sha256_of(canonical({"settings": settings, "towns": towns, "area": area, "version": version}))


def _standing(store: Store, watch: Watch, recorded_by: datetime | None = None) -> dict[tuple[str, str], StandingBatch]:
    sources = watch.settings.source
    growing = {one.id for one in sources if adapter(one.adapter).accumulates}
    return active_batches(store, {one.id for one in sources}, accumulating=growing, recorded_by=recorded_by)


def _read_sources(store: Store, folder: Path, watch: Watch, now: datetime, steps: Steps) -> list[str]:
    """Keep every file of every source as evidence, and read those whose standing batch is not this reading of it."""
    warnings: list[str] = []
    standing = _standing(store, watch)
    work = [(source, path) for source in watch.settings.source for path in _files_of_source(folder, source, warnings)]
    for number, (source, path) in enumerate(work):
        steps.advance("read", number, len(work))
        sha256, size = store.keep_evidence(path)
        if store.is_erased(sha256):
            store.evidence.remove(sha256)
            warnings.append(f"{path.name} was erased from this watch and is not read again; remove it from the inbox")
            continue
        name, how = path.relative_to(folder).as_posix(), _reading(source, watch)
        key = sha256 if adapter(source.adapter).accumulates else name
        stands = standing.get((source.id, key))
        if stands is not None and (stands.evidence, stands.reading) == (sha256, how):
            continue
        known = store.index.rows("SELECT received_at FROM evidence WHERE sha256 = ? AND source = ?", sha256, source.id)
        received = read_time(known[0][0]) if known else now
        records: list[dict[str, Any]] = []
        if not known:
            records.append(
                {"schema": "trucewatch/evidence/1", "sha256": sha256, "size_bytes": size, "source": source.id, "name": name,
                 "organisation": source.organisation, "licence": source.licence, "handling": source.handling,
                 "received_at": iso_utc(received)}
            )  # fmt: skip
        records.append(
            _read_file(store, watch, source, Origin(evidence_sha256=sha256, file=name, received_at=received))
        )
        store.commit(records)
    return warnings


def _files_of_source(folder: Path, source: SourceSetting, warnings: list[str]) -> list[Path]:
    files: list[Path] = []
    for pattern in source.files:
        matched = sorted(path for path in folder.glob(pattern) if path.is_file())
        outside = [path for path in matched if not path.resolve().is_relative_to(folder.resolve())]
        if outside:
            raise WatchError(
                f"{outside[0].relative_to(folder)} is a link that leads out of the watch; copy the file instead"
            )
        if not matched:
            warnings.append(f'source "{source.id}": no file matches "{pattern}"')
        files += matched
    return list(dict.fromkeys(files))


def _read_file(store: Store, watch: Watch, source: SourceSetting, origin: Origin) -> dict[str, Any]:
    """Read one piece of evidence chunk by chunk; the record of what came of it."""
    context = ReadingContext(towns=watch.basemap.towns, area=watch.settings.area, party_ids=watch.agreement.party_ids)
    read = adapter(source.adapter).read(store.evidence.path_of(origin.evidence_sha256), origin, source, context)
    with (
        store.sink(STORED_OBSERVATION_SCHEMA) as observations,
        store.sink(COUNTER_SCHEMA) as counters,
        store.sink(REJECTED_SCHEMA) as rejected,
    ):
        for batch in read:
            observations.write(batch.observations)
            counters.write(batch.counters)
            rejected.write(pa.Table.from_pylist([asdict(row) for row in batch.rejected], schema=REJECTED_SCHEMA))
    return {
        "schema": "trucewatch/batch/1", "source": source.id, "adapter": source.adapter, "file": origin.file,
        "evidence": origin.evidence_sha256, "reading": _reading(source, watch), "observations": observations.sha256,
        "counters": counters.sha256, "rejected": rejected.sha256, "observation_rows": observations.rows,
        "counter_rows": counters.rows, "rejected_rows": rejected.rows,
    }  # fmt: skip


def _reconcile(observations: pa.Table, watch: Watch) -> pa.Table:
    """Lets each adapter link the versions of its own rows."""
    by_adapter: dict[str, list[str]] = {}
    for source in watch.settings.source:
        by_adapter.setdefault(source.adapter, []).append(source.id)
    parts = [
        adapter(name).reconcile(observations.filter(pc.is_in(observations["source"], value_set=pa.array(sources))))
        for name, sources in by_adapter.items()
    ]
    return pa.concat_tables([STORED_OBSERVATION_SCHEMA.empty_table(), *parts])


def _unknown_claimants(observations: pa.Table, watch: Watch) -> list[str]:
    """Claimants who are no party of the watch and written much like one: taken for another body, and said."""
    parties = party_words(watch.agreement)
    texts = [text for text in pc.unique(observations["claimed_by"]).to_pylist() if text]
    others = sorted({one for text in texts for one in claimants_in(text, parties)} - set(parties.values()))
    near = [(one, difflib.get_close_matches(one.casefold(), parties, n=1, cutoff=0.75)) for one in others]
    return [
        f'claimed_by "{one[:60]}" is taken for another body; if it means {parties[match[0]]}, correct it'
        for one, match in near
        if match
    ]


def _current_counters(counters: pa.Table, as_of: datetime) -> pa.Table:
    """One row a number: the one known last, by `as_of`."""
    known = counters.filter(pc.less_equal(counters["known_at"], pa.scalar(as_of, pa.timestamp("us", tz="UTC"))))
    order = [("counter_id", "ascending"), ("known_at", "descending"), ("evidence_sha256", "ascending")]
    rows = known.sort_by(order)
    ids = rows["counter_id"].to_pylist()
    return rows.filter(pa.array([index == 0 or ids[index - 1] != one for index, one in enumerate(ids)], pa.bool_()))
