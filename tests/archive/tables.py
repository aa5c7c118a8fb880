"""Invented observations of every sort for tests of archives, and how to fuse them."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from unittest.mock import patch

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from trucewatch.archive import read
from trucewatch.archive.fuse_files import Account, Order, Threads, fuse_files
from trucewatch.archive.read import Reading
from trucewatch.archive.slice_association import Association
from trucewatch.archive.zone_lookup import Situation
from trucewatch.model.ids import observation_id
from trucewatch.model.watch import AssociationRule

FIRST_US = 1_935_619_200_000_000
"""2031-05-04."""
UTC = pa.timestamp("us", "UTC")


def many_means(rows: int, *, seed: int, days: float, crowd: bool = False, with_ids: bool = False) -> pa.Table:
    """Simulated and other rows of several means about common events, in no order; with `crowd` half of them at one
    place."""
    rng = np.random.default_rng(seed)
    events = max(2, rows // 5)
    moment = rng.uniform(0, days * 86_400, events)
    place = rng.uniform((46.0, 39.0), (46.3, 39.2), (events, 2))
    which = rng.integers(events, size=rows)
    seconds = np.round(moment[which] + rng.exponential(4_000, rows))
    lon, lat = (np.round(place[which, axis] + rng.normal(0, 0.008, rows), 4) for axis in (0, 1))
    if crowd:
        there = rng.random(rows) < 0.5
        lon, lat = np.where(there, 46.1, lon), np.where(there, 39.1, lat)
        seconds = np.where(there, 300_000 + rng.integers(0, 60, rows), seconds)
    means = rng.choice(["acoustic", "satellite", "seismic", "public", "uav", "event_list"], rows)
    kinds = ["explosion", "burst", "movement", "line_crossing"]
    lost = rng.random(rows) < 0.1
    ray = lost & (rng.random(rows) < 0.7)
    length = np.where(rng.random(rows) < 0.1, rng.choice([60, 3_600, 86_400, 200_000], rows), 0)
    start = FIRST_US + (seconds * 1e6).astype(np.int64)
    columns: dict[str, Any] = {
        "lon": np.where(lost, np.nan, lon),
        "lat": np.where(lost, np.nan, lat),
        "kind": np.where(means == "satellite", "thermal_anomaly", rng.choice(kinds, rows)),
        "means": means,
        "source": rng.choice(["one", "other"], rows),
        "sensor": rng.choice(["", "a", "b", "c"], rows),
        "simulated": rng.random(rows) < 0.1,
        "semi_major_m": np.where(lost, np.nan, rng.choice([50.0, 300.0, np.nan, 2_000.0], rows)),
        "time_sd_s": rng.choice([1.0, 30.0, np.nan], rows),
        "claimed_by": rng.choice(["", "A", "B"], rows),
        "text": rng.choice(["", "two blasts", "Two blasts!", "smoke"], rows),
        "observer_lon": np.where(ray, 46.15, np.nan),
        "observer_lat": np.where(ray, 39.05, np.nan),
        "bearing_deg": np.where(ray, np.round(rng.uniform(0, 359, rows)), np.nan),
        "range_m": np.where(ray & (rng.random(rows) < 0.3), 5_000.0, np.nan),
    }
    made = {name: pa.array(column, from_pandas=True) for name, column in columns.items()}
    made["occurred_start"] = pa.array(start).cast(UTC)
    made["occurred_end"] = pa.array(start + length * 1_000_000).cast(UTC)
    if with_ids:
        made["observation_id"] = pa.array([str(observation_id("test", f"{seed} {row}")) for row in range(rows)])
    return pa.table(made)


def fuse_table(
    table: pa.Table,
    folder: Path,
    *,
    rule: str = "cylinder",
    slice_rows: int | None = None,
    slice_days: int | None = None,
    threads: int = 2,
    situation: Situation | None = None,
    piece_rows: int = 97,
) -> tuple[bytes, dict[int, str], Account]:
    """The bytes of the incidents' file, the incident of each row by its number from 1, and the account."""
    pq.write_table(table, folder / "in.parquet", row_group_size=piece_rows)
    crew = Threads(threads)
    try:
        account = _fuse_in_pieces(
            piece_rows,
            Order(
                inputs=[folder / "in.parquet"],
                out=folder / "out.parquet",
                members=folder / "members.parquet",
                association=Association(rule=AssociationRule(rule=rule)),  # type: ignore[arg-type]
                situation=situation or Situation(),
                reading=Reading(numbered=True),
                slice_rows=slice_rows,
                slice_days=slice_days,
            ),
            crew,
        )
    finally:
        crew.close()
    members = pq.read_table(folder / "members.parquet")
    assert members.num_rows == len(set(members["line"].to_pylist()))
    belonging = dict(zip(members["line"].to_pylist(), members["incident_id"].to_pylist(), strict=True))
    return (folder / "out.parquet").read_bytes(), belonging, account


def _fuse_in_pieces(piece_rows: int, order: Order, crew: Threads) -> Account:
    """Reads few rows at a time, so that rows out of order are found out of order."""
    with patch.object(read, "BATCH_ROWS", piece_rows):
        return fuse_files(order, crew)


def incidents_in(folder: Path) -> list[dict[str, Any]]:
    """The incidents that `fuse_table` left."""
    rows: list[dict[str, Any]] = pq.read_table(folder / "out.parquet").to_pylist()
    return rows
