"""Measures the cylinder rule: all at once beside its peers, and growth. See run.py."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt
from benchmarks import workload
from benchmarks.figures import Figure
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree

RADIUS_M, GAP_US = 1500.0, 6 * 3_600_000_000
RUNS = 5
SLICES = 73

Rows = dict[str, npt.NDArray[Any]]
Labels = npt.NDArray[Any]


def columns(rows: int) -> Rows:
    """The workload as the rule takes it; every row a moment, none of an event list."""
    made, none = workload.observations(rows), np.zeros(rows, dtype=np.int64)
    return {
        "lon": made["lon"],
        "lat": made["lat"],
        "start_us": made["start_us"],
        "end_us": made["start_us"],
        "group": none,
        "listed": none - 1,
        "linkable": np.ones(rows, dtype=bool),
    }


def cpu_seconds(act: Callable[[], Any], runs: int) -> list[float]:
    """CPU seconds of each of several runs."""
    spent = []
    for _ in range(runs):
        begun = time.process_time()
        act()
        spent.append(time.process_time() - begun)
    return spent


def association() -> list[Figure]:
    """A million rows; the peers in the same call, and the same partition asked of each."""
    from trucewatch.fusion.cylinder import label_cylinder

    rows, count = columns(1_000_000), 1_000_000
    ours = label_cylinder(**rows, radius_m=RADIUS_M, gap_us=GAP_US)
    rates = [
        count / s / 1e6 for s in cpu_seconds(lambda: label_cylinder(**rows, radius_m=RADIUS_M, gap_us=GAP_US), RUNS)
    ]
    best, peers, same = 0.0, [], True
    for name, label in PEERS.items():
        try:
            found: list[Labels] = []
            spent = cpu_seconds(lambda label=label, found=found: found.append(label(rows)), 2)  # type: ignore[misc]
        except ImportError:
            continue
        equal = bool(np.array_equal(smallest_of_each(found[-1]), ours))
        same &= equal
        rate = [count / s / 1e6 for s in spent]
        best = max(best, *rate)
        peers.append(
            Figure(f"association: {name}", tuple(rate), "M/core-s", None, "same partition" if equal else "DIFFERS")
        )
    share = float(np.median(rates)) / best
    note = f"{len(np.unique(ours)):,} events of {count:,} rows"
    return [
        Figure("association: cylinder rule", tuple(rates), "M/core-s", 3.0, note, at_least=True),
        Figure("association ÷ best peer", (share,), "×", 5.0, "the peers of the rows below, same call", at_least=True),
        Figure("association: partition as every peer's", (float(same),), "", 1.0, "1 = row for row", at_least=True),
        *peers,
    ]


def smallest_of_each(labels: Labels) -> Labels:
    """The same partition, every label the smallest row of its component."""
    smallest = np.full(int(labels.max()) + 1, len(labels))
    np.minimum.at(smallest, labels, np.arange(len(labels)))
    return smallest[labels]


def label_by_tree(rows: Rows) -> Labels:
    """scipy: one cKDTree of (x, y, z, scaled time), the corners cut off afterwards."""
    return join_pairs(rows, [tree_pairs(rows, np.arange(len(rows["lon"])))])


def label_by_trees_of_slices(rows: Rows) -> Labels:
    """The same in slices of time, each with six hours of the next: smaller trees stay in the cache."""
    start = rows["start_us"]
    bounds = np.linspace(start[0], start[-1] + 1, SLICES + 1).astype(np.int64)
    first, last = np.searchsorted(start, bounds[:-1]), np.searchsorted(start, bounds[1:] + GAP_US, side="right")
    return join_pairs(rows, [tree_pairs(rows, np.arange(a, b)) for a, b in zip(first, last, strict=True)])


def tree_pairs(rows: Rows, part: Labels) -> Labels:
    from trucewatch.fusion.cylinder import earth_centred

    xyz, start = earth_centred(rows["lon"][part], rows["lat"][part]), rows["start_us"][part]
    scaled = np.column_stack((xyz, (start - start[0]) * (RADIUS_M / GAP_US)))
    pairs = cKDTree(scaled).query_pairs(RADIUS_M * np.sqrt(2.0) * (1 + 1e-9), output_type="ndarray")
    first, second = pairs.T
    dx, dy, dz = (xyz[first] - xyz[second]).T
    within = (dx * dx + dy * dy + dz * dz <= RADIUS_M * RADIUS_M) & (np.abs(start[first] - start[second]) <= GAP_US)
    return part[pairs[within]]


def join_pairs(rows: Rows, pairs: list[Labels]) -> Labels:
    joined, count = np.concatenate(pairs), len(rows["lon"])
    graph = coo_array((np.ones(len(joined), dtype=np.int8), (joined[:, 0], joined[:, 1])), shape=(count, count))
    return np.asarray(connected_components(graph, directed=False)[1])


def label_by_polars(rows: Rows) -> Labels:
    """polars: rows joined with those of the 14 neighbouring cells and slabs of each half, then cut to the cylinder."""
    import polars as pl

    from trucewatch.fusion.cylinder import earth_centred

    side, (x, y, z) = RADIUS_M * 1.001, earth_centred(rows["lon"], rows["lat"]).T
    across = np.floor(np.radians(rows["lon"]) * 6_378_137 * np.cos(np.radians(workload.NORTH + 1)) / side).astype(
        np.int32
    )
    up = np.floor(np.radians(rows["lat"]) * 6_335_000 / side).astype(np.int32)
    slab = (rows["start_us"] // GAP_US).astype(np.int32)
    table = pl.DataFrame(
        {"row": np.arange(len(x)), "x": x, "y": y, "z": z, "t": rows["start_us"], "i": across, "j": up, "k": slab}
    )
    pairs = []
    for i in (-1, 0, 1):
        for j in (-1, 0, 1):
            for k in (-1, 0, 1):
                if (i, j, k) > (0, 0, 0) or (i, j, k) == (0, 0, 0):
                    other = table.with_columns(pl.col("i") + i, pl.col("j") + j, pl.col("k") + k)
                    near = table.lazy().join(other.lazy(), on=["i", "j", "k"], suffix="2")
                    dx, dy, dz = (pl.col(name) - pl.col(name + "2") for name in "xyz")
                    near = near.filter(
                        (dx * dx + dy * dy + dz * dz <= RADIUS_M * RADIUS_M)
                        & ((pl.col("t") - pl.col("t2")).abs() <= GAP_US)
                        & (pl.col("row") != pl.col("row2"))
                    )
                    pairs.append(near.select("row", "row2").collect().to_numpy())
    return join_pairs(rows, pairs)


PEERS: dict[str, Callable[[Rows], Labels]] = {
    "scipy cKDTree, one tree": label_by_tree,
    "scipy cKDTree, in slices of time": label_by_trees_of_slices,
    "polars, cells joined": label_by_polars,
}


def growth() -> list[Figure]:
    """CPU per row from a hundred thousand rows to ten million: as an archive grows longer, and as two years grow
    denser."""
    few, most = 100_000, 10_000_000
    figures = []
    for how, make in (("longer", longer_archive), ("denser", columns)):
        nanoseconds = {}
        for count, runs in ((few, 9), (1_000_000, 5), (most, 3)):
            per_row = nanoseconds_a_row(make(count), runs)
            figures.append(Figure(f"association, {how}: CPU a row, {count:,} rows", tuple(per_row), "ns", None))
            nanoseconds[count] = figures[-1].median
        figures.append(
            Figure(
                f"association, {how}: {most:,} ÷ {few:,} rows",
                (nanoseconds[most] / nanoseconds[few],),
                "×",
                1.3,
                NOTES[how],
            )
        )
    return figures


NOTES = {
    "longer": "as many rows a day in all sizes",
    "denser": "in the same 730 days and places: a hundred times as many rows to be told apart about each",
}


def nanoseconds_a_row(rows: Rows, runs: int) -> list[float]:
    from trucewatch.fusion.cylinder import label_cylinder

    label_cylinder(**rows, radius_m=RADIUS_M, gap_us=GAP_US)
    count = len(rows["lon"])
    return [
        s / count * 1e9 for s in cpu_seconds(lambda: label_cylinder(**rows, radius_m=RADIUS_M, gap_us=GAP_US), runs)
    ]


def longer_archive(rows: int) -> Rows:
    """The workload of 100,000 rows over two years, again and again: 200 years at ten million, on the same days of other
    years."""
    part = columns(100_000)
    times = rows // 100_000
    together = {name: np.tile(column, times) for name, column in part.items()}
    together["start_us"] += np.repeat(np.arange(times) * (workload.DAYS + 1) * workload.DAY_US, 100_000)
    together["end_us"] = together["start_us"]
    return together
