"""Zero rows, one, all alike, all without a place, a million at one point, time going backwards, ids that collide: a
clear answer."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from tests.archive.tables import FIRST_US, UTC, fuse_table, incidents_in

RULES = ["cylinder", "likelihood"]


def table_of(rows: int, **others: Any) -> pa.Table:
    """Rows at one place, a minute after each other."""
    columns: dict[str, Any] = {
        "lon": np.full(rows, 46.5),
        "lat": np.full(rows, 39.5),
        "time": pa.array(FIRST_US + np.arange(rows, dtype=np.int64) * 60_000_000).cast(UTC),
    }
    return pa.table({**columns, **others})


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("rows", [0, 1])
def test_none_and_one(tmp_path: Path, rule: str, rows: int) -> None:
    _, members, account = fuse_table(table_of(rows), tmp_path, rule=rule)
    assert (account.read, account.incidents, len(members), len(incidents_in(tmp_path))) == (rows,) * 4


@pytest.mark.parametrize("rule", RULES)
def test_rows_that_are_all_alike_are_one_observation_and_said(tmp_path: Path, rule: str) -> None:
    table = pa.concat_tables([table_of(1)] * 50)
    _, members, account = fuse_table(table, tmp_path, rule=rule, slice_rows=7)
    (incident,) = incidents_in(tmp_path)
    assert (incident["observations"], account.repeats, account.observations) == (1, 49, 1)
    assert set(members.values()) == {incident["incident_id"]}
    assert len(members) == 50


@pytest.mark.parametrize("rule", RULES)
def test_rows_without_a_place_are_incidents_of_their_own(tmp_path: Path, rule: str) -> None:
    nowhere = pa.nulls(9, pa.float64())
    fuse_table(table_of(9, lon=nowhere, lat=nowhere), tmp_path, rule=rule, slice_rows=4)
    found = incidents_in(tmp_path)
    assert [one["observations"] for one in found] == [1] * 9
    assert {(one["lon"], one["semi_major_m"]) for one in found} == {(None, None)}


@pytest.mark.parametrize("rule", RULES)
def test_infinite_negative_and_zero_errors_are_refused_with_the_row(tmp_path: Path, rule: str) -> None:
    errors = pa.array([100.0, float("inf"), -5.0, 0.0, None])
    _, members, account = fuse_table(table_of(5, semi_major_m=errors), tmp_path, rule=rule)
    assert (account.read, account.rejected) == (2, 3)
    assert sorted(members) == [1, 5]
    assert [one.line for one in account.first_rejected] == [2, 3, 4]
    assert all("semi_major_m" in str(one.reason) for one in account.first_rejected)


@pytest.mark.slow
@pytest.mark.parametrize("rule", RULES)
def test_a_million_rows_at_one_point_and_time_are_bounded(tmp_path: Path, rule: str) -> None:
    rows = 1_000_000
    table = pa.table(
        {
            "lon": np.full(rows, 46.5),
            "lat": np.full(rows, 39.5),
            "time": pa.array(np.full(rows, FIRST_US)).cast(UTC),
            "id": pa.array(np.arange(rows)).cast(pa.string()),
        }
    )
    _, members, account = fuse_table(table, tmp_path, rule=rule, slice_rows=100_000, piece_rows=100_000)
    (incident,) = incidents_in(tmp_path)
    assert (incident["observations"], account.repeats, len(members)) == (rows, 0, rows)


@pytest.mark.parametrize("rule", RULES)
def test_time_may_go_backwards(tmp_path: Path, rule: str) -> None:
    table = table_of(600, time=pa.array(FIRST_US + np.arange(600, dtype=np.int64) * 3_600_000_000).cast(UTC))
    forwards, members, account = fuse_table(table, tmp_path, rule=rule, slice_rows=50)
    assert not account.sorted_first
    backwards, others, account = fuse_table(
        table.take(pa.array(np.arange(599, -1, -1))), tmp_path, rule=rule, slice_rows=50
    )
    assert account.sorted_first
    assert backwards == forwards
    assert {601 - line: name for line, name in others.items()} == members


def test_an_end_before_its_start_is_refused(tmp_path: Path) -> None:
    end = pa.array(FIRST_US + np.array([0, 0], dtype=np.int64)).cast(UTC)
    _, _, account = fuse_table(table_of(2, end=end), tmp_path)
    assert (account.read, account.rejected) == (1, 1)


def test_of_one_id_at_one_time_the_latest_known_stands(tmp_path: Path) -> None:
    ids = pa.array(["o-" + "a" * 26] * 3)
    known = pa.array(FIRST_US + np.array([1, 3, 2], dtype=np.int64)).cast(UTC)
    table = table_of(3).set_column(2, "time", pa.array([FIRST_US] * 3).cast(UTC))
    table = table.set_column(0, "lon", pa.array([46.1, 46.2, 46.3]))
    table = table.append_column("observation_id", ids).append_column("known_at", known)
    _, members, account = fuse_table(table, tmp_path)
    (incident,) = incidents_in(tmp_path)
    assert (incident["lon"], incident["incident_id"]) == (46.2, "i-" + "a" * 26)
    assert (account.repeats, set(members.values())) == (2, {incident["incident_id"]})


@pytest.mark.parametrize("slice_rows", [1, 100])
def test_one_id_at_two_times_is_told_and_both_rows_stay(tmp_path: Path, slice_rows: int) -> None:
    table = table_of(2).set_column(0, "lon", pa.array([46.1, 46.9]))
    table = table.append_column("observation_id", pa.array(["o-" + "a" * 26] * 2))
    _, members, account = fuse_table(table, tmp_path, slice_rows=slice_rows)
    assert (account.incidents, account.shared_ids, len(members)) == (2, 1, 2)


def test_foreign_ids_that_collide_stay_apart(tmp_path: Path) -> None:
    table = table_of(2, id=pa.array(["7", "7"])).set_column(0, "lon", pa.array([46.1, 46.9]))
    _, members, account = fuse_table(table, tmp_path)
    assert (account.incidents, account.shared_ids, account.repeats) == (2, 0, 0)
    assert len(set(members.values())) == 2


def test_an_id_that_is_none_of_ours_is_refused(tmp_path: Path) -> None:
    _, _, account = fuse_table(table_of(1, observation_id=pa.array(["7"])), tmp_path)
    assert account.rejected == 1
    assert "name the column id instead" in str(account.first_rejected[0].reason)


def test_incidents_name_zones_and_metres_as_valid_then(tmp_path: Path) -> None:
    import shapely

    from trucewatch.archive.zone_lookup import Drawn, Situation
    from trucewatch.geo.zone_index import FOREVER

    later = FIRST_US + 30_000_000
    box = shapely.to_wkb(shapely.box(46, 39, 47, 40))
    line = shapely.to_wkb(shapely.LineString([(46, 39), (47, 39)]))
    situation = Situation(
        (Drawn("old", box, FOREVER[0], later), Drawn("new", box, later, FOREVER[1])), (Drawn("line", line, *FOREVER),)
    )
    table = table_of(2).set_column(0, "lon", pa.array([46.2, 46.8]))
    fuse_table(table, tmp_path, situation=situation)
    found = incidents_in(tmp_path)
    assert [one["zones"] for one in found] == [["old"], ["new"]]
    assert found[0]["line_distance_m"] == pytest.approx(55_510, abs=10)


def test_names_are_sha256_of_the_six_numbers() -> None:
    import base64
    import hashlib

    from trucewatch.archive.id_kernels import name_rows

    numbers = np.random.default_rng(1).integers(-(2**63), 2**63, (37, 6), dtype=np.int64)
    numbers[0] = 0
    numbers[1] = -1
    names = np.empty((37, 28), dtype=np.uint8)
    identities = np.ascontiguousarray(numbers[:, [0, 2, 3, 4, 5]])
    name_rows(np.arange(37), np.ascontiguousarray(numbers[:, 1]), identities, names)
    found = [bytes(name).decode() for name in names]
    told = [hashlib.sha256(row.astype(">i8").tobytes() + b"archive").digest() for row in numbers]
    assert found == ["i-" + base64.b32encode(one).decode().lower()[:26] for one in told]
