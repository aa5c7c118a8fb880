"""One event at a time by the likelihood rule, with zones and line; and the same made durable. Simulated rows."""

from __future__ import annotations

import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pyarrow as pa
from benchmarks.figures import Figure
from benchmarks.ledger import percentile_99, two_files
from benchmarks.workload import line, observations, zones

from trucewatch.fusion.likelihood import LiveLikelihood
from trucewatch.fusion.measurements import Reports, prepare_reports
from trucewatch.fusion.streaming import LiveStream
from trucewatch.geo.line_index import LineIndex
from trucewatch.geo.zone_index import FOREVER, ZoneIndex
from trucewatch.model.observation import OBSERVATION_SCHEMA

ROOT = Path(__file__).resolve().parents[1]
ROWS = 100_000


def workload(rows: int = ROWS) -> tuple[pa.Table, Reports]:
    """The measured workload as an observation table (shots, so that times matter), and its reports."""
    columns = observations(rows)
    start = pa.array(columns["start_us"], pa.timestamp("us", tz="UTC"))
    given = {
        "observation_id": pa.array([f"{number:012d}" for number in range(rows)]),
        "source": "bench",
        "sensor": "",
        "means": "acoustic",
        "kind": "shot",
        "aspect": "undetermined",
        "occurred_start": start,
        "occurred_end": start,
        "known_at": start,
        "lon": columns["lon"],
        "lat": columns["lat"],
        "semi_major_m": columns["sd_m"],
        "semi_minor_m": columns["sd_m"],
        "time_sd_s": np.full(rows, 30.0),
        "simulated": True,
    }
    arrays = []
    for field in OBSERVATION_SCHEMA:
        value = given.get(field.name)
        if value is None:
            value = "" if pa.types.is_string(field.type) else pa.nulls(rows, field.type)
        if isinstance(value, str | bool):
            value = pa.repeat(value, rows)
        arrays.append(pa.array(value).cast(field.type) if not isinstance(value, pa.Array) else value.cast(field.type))
    table = pa.Table.from_arrays(arrays, names=OBSERVATION_SCHEMA.names)
    return table, prepare_reports(table)


def one_at_a_time() -> list[Figure]:
    """Zones, distance and the likelihood rule for each event, called from Python."""
    table, reports = workload()
    lon, lat = table["lon"].to_numpy(), table["lat"].to_numpy()
    when = table["occurred_start"].cast(pa.int64()).to_numpy()
    stream = LiveStream(
        ZoneIndex([(zone, *FOREVER) for zone in zones()]), LineIndex(line()), radius_m=1500.0, gap_us=6 * 3600 * 10**6
    )
    live = LiveLikelihood()
    taken = np.empty(ROWS)
    for row in range(ROWS):
        begun = time.perf_counter()
        stream.situate(row, float(lon[row]), float(lat[row]), int(when[row]), int(when[row]))
        live.add(Reports(reports.f[row : row + 1], reports.k[row : row + 1]))
        taken[row] = time.perf_counter() - begun
    late = taken[2_000:]
    return [
        Figure(
            "one event at a time, zones + distance + likelihood rule",
            (1 / late.mean(),),
            "events/s",
            20_000,
            at_least=True,
        ),
        Figure(
            "one event at a time, zones + distance + likelihood rule: p99",
            (percentile_99(list(late * 1e6)),),
            "µs",
            None,
        ),
    ]


def durable() -> list[Figure]:
    """The same, acknowledged only when its record is on disk; beside it two bare flushes in the same run."""
    from trucewatch.store import Store

    _, reports = workload(20_000)
    live = LiveLikelihood()
    with tempfile.TemporaryDirectory(dir=ROOT) as folder:
        bare, acts, groups = [], [], []
        with Store(Path(folder) / "watch", lambda: datetime.now(UTC)) as store:
            for row in range(500):
                begun = time.perf_counter()
                two_files(Path(folder), row)
                bare.append(time.perf_counter() - begun)
                begun = time.perf_counter()
                label = live.add(Reports(reports.f[row : row + 1], reports.k[row : row + 1]))
                store.journal.commit([{"schema": "trucewatch/bench/1", "n": str(row), "event": str(label)}])
                acts.append(time.perf_counter() - begun)
            for first in range(500, 19_500, 1000):
                begun = time.perf_counter()
                labels = [
                    live.add(Reports(reports.f[row : row + 1], reports.k[row : row + 1]))
                    for row in range(first, first + 1000)
                ]
                store.journal.commit(
                    [{"schema": "trucewatch/bench/1", "first": str(first), "events": [str(one) for one in labels]}]
                )
                groups.append(1000 / (time.perf_counter() - begun))
    return [
        Figure("one event, durable, p99", (percentile_99(acts) * 1e3,), "ms", None),
        Figure(
            "one event, durable ÷ bare flush of two files, p99", (percentile_99(acts) / percentile_99(bare),), "×", 2.0
        ),
        Figure("events, durable in groups of 1,000", tuple(groups), "events/s", 20_000, at_least=True),
    ]
