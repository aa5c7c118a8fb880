"""The same incidents, byte for byte, however an archive is cut, ordered and worked on; and the same as without
slices."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.archive.tables import fuse_table, incidents_in, many_means
from trucewatch.archive.rows import no_rows, order_rows
from trucewatch.archive.slice_association import SLOT_US, Association
from trucewatch.archive.slices import OutOfOrderError, SortedRuns, cut_slices
from trucewatch.fusion.associate import associate_observations
from trucewatch.fusion.fuse import fuse_labelled
from trucewatch.fusion.likelihood import associate_by_likelihood
from trucewatch.fusion.setting import Setting
from trucewatch.model.observation import STORED_OBSERVATION_SCHEMA
from trucewatch.model.watch import AssociationRule

BY_START = Association(rule=AssociationRule(rule="cylinder"))


@settings(deadline=None, max_examples=12)
@given(
    seed=st.integers(0, 10_000),
    rows=st.integers(1, 700),
    days=st.sampled_from([0.5, 5.0, 40.0, 200.0]),
    crowd=st.booleans(),
    with_ids=st.booleans(),
    rule=st.sampled_from(["cylinder", "likelihood"]),
    data=st.data(),
)
def test_incidents_do_not_depend_on_slices_order_or_threads(
    seed: int, rows: int, days: float, crowd: bool, with_ids: bool, rule: str, data: st.DataObject
) -> None:
    table = many_means(rows, seed=seed, days=days, crowd=crowd, with_ids=with_ids)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        whole, members, account = fuse_table(table, folder, rule=rule, slice_rows=10**6, threads=1)
        assert account.read == rows == len(members)
        cut = data.draw(st.integers(1, rows + 1))
        again, others, _ = fuse_table(table, folder, rule=rule, slice_rows=cut)
        assert (again, others) == (whole, members)
        by_days, others, _ = fuse_table(table, folder, rule=rule, slice_days=data.draw(st.integers(1, 9)))
        assert (by_days, others) == (whole, members)
        order = np.random.default_rng(seed).permutation(rows)
        shuffled, others, _ = fuse_table(table.take(pa.array(order)), folder, rule=rule, slice_rows=cut)
        assert shuffled == whole
        assert {int(order[line - 1]) + 1: incident for line, incident in others.items()} == members


@pytest.mark.parametrize("rule", ["cylinder", "likelihood"])
@pytest.mark.parametrize("crowd", [False, True])
def test_incidents_are_those_of_a_run(tmp_path: Path, rule: str, crowd: bool) -> None:
    table = many_means(900, seed=4, days=8.0, crowd=crowd, with_ids=True)
    _, members, _ = fuse_table(table, tmp_path, rule=rule, slice_rows=150)
    stored = _stored(table)
    if rule == "cylinder":
        labels = associate_observations(stored, radius_m=1500.0, gap_s=6 * 3600.0)
    else:
        labels = associate_by_likelihood(stored)
    expected = {row["incident_id"]: row for row in fuse_labelled(stored, labels, Setting()).to_pylist()}
    found = {row["incident_id"]: row for row in incidents_in(tmp_path)}
    assert found.keys() == expected.keys()
    for name, row in found.items():
        wanted = expected[name]
        assert row["observations"] == len(wanted["members"])
        for column in ("kind", "occurred_start", "occurred_end", "simulated"):
            assert row[column] == wanted[column], column
        for column, slack in (("lon", 1.1e-6), ("lat", 1.1e-6), ("semi_major_m", 0.11), ("semi_minor_m", 0.11)):
            assert (row[column] is None) == (wanted[column] is None), column
            if row[column] is not None:
                assert row[column] == pytest.approx(wanted[column], abs=slack, rel=1e-4), column
    belonging = {member: name for name, row in expected.items() for member in row["members"]}
    ids = table["observation_id"].to_pylist()
    assert {ids[line - 1]: incident for line, incident in members.items()} == belonging


def _stored(table: pa.Table) -> pa.Table:
    """The table as a store would hold it, in the order of ids."""
    constants = {
        "aspect": "undetermined",
        "intensity_unit": "",
        "source_quality": "",
        "evidence_sha256": "",
        "evidence_row": 0,
        "text": "",
        "product_rank": 1,
        "known_at_assumed": False,
    }
    columns = []
    for field in STORED_OBSERVATION_SCHEMA:
        if field.name in table.schema.names:
            columns.append(table[field.name].cast(field.type))
        elif field.name == "known_at":
            columns.append(table["occurred_end"])
        else:
            columns.append(pa.repeat(pa.scalar(constants.get(field.name), field.type), table.num_rows))
    return pa.Table.from_arrays(columns, schema=STORED_OBSERVATION_SCHEMA).sort_by("observation_id")


def test_a_chain_over_all_slices_is_one_incident(tmp_path: Path) -> None:
    hours = np.arange(0, 24 * 60, 3)
    start = pa.array(1_935_619_200_000_000 + hours * 3_600_000_000).cast(pa.timestamp("us", "UTC"))
    table = pa.table({"lon": np.full(len(hours), 46.5), "lat": np.full(len(hours), 39.5), "time": start})
    fuse_table(table, tmp_path, slice_days=2)
    (incident,) = incidents_in(tmp_path)
    assert incident["observations"] == len(hours)


def test_a_row_that_knows_only_the_month_meets_rows_of_later_slices(tmp_path: Path) -> None:
    first = 1_935_619_200_000_000
    day = 86_400_000_000
    utc = pa.timestamp("us", "UTC")
    start = pa.array([first, first + day, first + 20 * day, first + 29 * day]).cast(utc)
    end = pa.array([first + 30 * day, first + day, first + 20 * day, first + 29 * day]).cast(utc)
    table = pa.table({"lon": [46.5] * 4, "lat": [39.5] * 4, "time": start, "end": end})
    fuse_table(table, tmp_path, slice_days=1)
    assert [one["observations"] for one in incidents_in(tmp_path)] == [4]


def test_rows_that_start_together_stay_in_one_slice() -> None:
    rows = _at([0, 1, 1, 1, 1, 2])
    assert [len(one.rows) for one in cut_slices([rows], BY_START, most_rows=2, days=None)] == [1, 4, 1]
    assert [len(one.rows) for one in cut_slices([_at([5] * 9)], BY_START, most_rows=2, days=None)] == [9]


def test_slices_of_the_likelihood_rule_end_where_its_slots_end() -> None:
    rule = Association(rule=AssociationRule(rule="likelihood"))
    hours = [3600 * hour for hour in range(24 * 9)]
    slices = list(cut_slices([_at(hours[at : at + 5]) for at in range(0, len(hours), 5)], rule, most_rows=3, days=None))
    assert {one.edges.until_us % SLOT_US for one in slices[:-1]} == {0}
    assert [len(one.rows) for one in slices] == [48, 48, 48, 48, 24]
    assert rule.days_of(3) == 4


def test_a_slice_tells_how_far_the_rows_before_it_reach() -> None:
    rows = _at([0, 1, 2])
    rows.columns["end_us"] = np.array([9_000_000, 1_000_000, 2_000_000])
    edges = [one.edges for one in cut_slices([rows], BY_START, most_rows=1, days=None)]
    assert [one.reached_us for one in edges[1:]] == [9_000_000, 9_000_000]
    assert [one.until_us for one in edges[:2]] == [1_000_000, 2_000_000]


def test_a_late_row_is_not_put_into_the_wrong_slice() -> None:
    with pytest.raises(OutOfOrderError):
        list(cut_slices([_at([0, 1, 2, 3]), _at([0])], BY_START, most_rows=2, days=None))


@settings(deadline=None, max_examples=30)
@given(st.lists(st.integers(0, 40), min_size=1, max_size=200), st.integers(1, 60))
def test_sorted_runs_give_every_row_back_in_order(seconds: list[int], most: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        runs = SortedRuns(Path(folder), most_rows=most)
        for begin in range(0, len(seconds), 7):
            runs.add(_at(seconds[begin : begin + 7]))
        found = [int(one) for part in runs.merged() for one in part["start_us"]]
        assert found == sorted(second * 1_000_000 for second in seconds)


def _at(seconds: list[int]):  # type: ignore[no-untyped-def]
    from trucewatch.archive.rows import Rows

    start = np.array(seconds, dtype=np.int64) * 1_000_000
    count = len(start)
    return Rows(
        count,
        {
            "start_us": start,
            "lon": np.full(count, 46.5),
            "lat": np.full(count, 39.5),
            "kind": np.zeros(count, np.int8),
            "means": np.zeros(count, np.int8),
        },
    )


def test_no_rows_are_in_order() -> None:
    ordered = order_rows(no_rows())
    assert (len(ordered.rows), len(ordered.repeats)) == (0, 0)


def test_temporary_files_are_gone_even_after_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from trucewatch.archive import fuse_files

    table = many_means(300, seed=1, days=9.0)
    fuse_table(table, tmp_path, slice_rows=50)
    names = {"in.parquet", "out.parquet", "members.parquet"}
    assert {one.name for one in tmp_path.iterdir()} == names
    before = (tmp_path / "out.parquet").read_bytes()

    def break_down(*_: object) -> None:
        assert any(one.name.startswith(".fuse-") for one in tmp_path.iterdir())
        raise RuntimeError("the disk broke")

    monkeypatch.setattr(fuse_files.Seams, "take", break_down)
    with pytest.raises(RuntimeError, match="the disk broke"):
        fuse_table(table, tmp_path, slice_rows=50)
    assert {one.name for one in tmp_path.iterdir()} == names
    assert (tmp_path / "out.parquet").read_bytes() == before


_PEAK = """
import resource, sys
from pathlib import Path
from tests.archive.tables import fuse_table
import pyarrow.parquet as pq
from trucewatch.archive.slice_association import Association
from trucewatch.archive.fuse_files import Order, Threads, fuse_files
from trucewatch.archive.zone_lookup import Situation
from trucewatch.model.watch import AssociationRule
folder = Path(sys.argv[1])
crew = Threads(2)
fuse_files(Order(inputs=[folder / sys.argv[2]], out=folder / "out.parquet", slice_rows=20_000,
                 association=Association(rule=AssociationRule(rule="cylinder")), situation=Situation()), crew)
crew.close()
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000)
"""


@pytest.mark.slow
@pytest.mark.parametrize("is_sorted", [True, False])
def test_memory_follows_the_slice_not_the_archive(tmp_path: Path, is_sorted: bool) -> None:
    peaks = {}
    for rows in (60_000, 900_000):
        rng = np.random.default_rng(1)
        seconds = rng.integers(0, 700 * 86_400, rows)
        start = pa.array(1_935_619_200_000_000 + (np.sort(seconds) if is_sorted else seconds) * 1_000_000)
        table = pa.table(
            {
                "time": start.cast(pa.timestamp("us", "UTC")),
                "lon": rng.uniform(43, 50, rows),
                "lat": rng.uniform(38, 42, rows),
            }
        )
        pq.write_table(table, tmp_path / f"{rows}.parquet", row_group_size=50_000)
        program = [sys.executable, "-c", _PEAK, str(tmp_path), f"{rows}.parquet"]
        done = subprocess.run(program, capture_output=True, text=True, check=True, cwd=Path(__file__).parents[2])
        peaks[rows] = float(done.stdout)
    # All at once would be at least 300 MB more: 700 bytes a row under way, and 8 columns of the result.
    assert peaks[900_000] < peaks[60_000] + 110, peaks
