"""Measures archives: CSV → incidents with zones and metres, beside the best peers stitched together, and how the cost
grows.

Ours is `trucewatch fuse` as a whole process, as an installation without the development extras runs it (pandas, which
Arrow loads wherever it finds it, is not there: 0.25 CPU s), from the CSV to the Parquet of incidents: reading, joining
by the cylinder rule, places, ellipses, ids, zones, metres to the line. A second figure adds the file of members.

The peers do the same steps as far as they can, in one process: pyarrow reads the columns; shapely finds zones
(`intersects_xy` by zone after a box test, the faster of its two ways) and the nearest part of the line (STRtree) for
every row; scipy's cKDTree, in slices of time, finds the pairs of the cylinder (`association.py`). They give neither
places, ellipses nor ids and write nothing. They are measured at a million rows in CPU seconds a row, and scaled to ten
million: in their favour, as their trees grow faster than that.
"""

from __future__ import annotations

import json
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import shapely
from benchmarks import association, geometry, results, workload
from benchmarks.figures import Figure, as_installed, seconds_of

ROOT = Path(__file__).resolve().parents[1]
PICTURE = ROOT / "docs" / "img" / "archive-growth.svg"
ROWS = 10_000_000
YEAR_ROWS = 200_000_000
WORLD_ROWS = 3_000_000
"""Of the world's two hundred million a year: enough for the cost of a row to settle."""
PEER_ROWS = 1_000_000
STEPS = {100_000: 9, 1_000_000: 5, 10_000_000: 3}
"""Rows, and how often each is measured."""
MB_OF_GIB = 1024.0


def watch_folder(folder: Path) -> Path:
    """A watch with the workload's 200 zones and its line, and the cylinder rule."""
    from trucewatch.watch.template import write_template

    write_template(folder)
    text = (folder / "watch.toml").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if not line.startswith(("line ", "line=", "area"))]
    at = next(number for number, line in enumerate(lines) if line.startswith("["))
    area = [workload.WEST, workload.SOUTH, workload.EAST, workload.NORTH]
    lines[at:at] = [f"area = {area}", 'line = "measured-line"']
    (folder / "watch.toml").write_text("\n".join(lines) + "\n", encoding="utf-8")
    zones = json.loads((folder / "zones.geojson").read_text(encoding="utf-8"))
    kept = [_within(feature) for feature in zones["features"]]
    drawn = [(f"z{number:03d}", "region", one) for number, one in enumerate(workload.zones())]
    drawn.append(("measured-line", "line", workload.line()))
    for name, kind, shape in drawn:
        properties = {"id": name, "kind": kind, "names": {"en": name}, "provenance": "invented", "accuracy_m": 1.0}
        geometry_of = json.loads(shapely.to_geojson(shape))
        kept.append({"type": "Feature", "id": name, "properties": properties, "geometry": geometry_of})
    (folder / "zones.geojson").write_text(json.dumps({**zones, "features": kept}), encoding="utf-8")
    for name in ("notices.csv", "inbox/reports.csv"):
        (folder / name).unlink(missing_ok=True)
    return folder


def _within(feature: dict[str, Any]) -> dict[str, Any]:
    """The template's own zones, far from the workload's, moved into its area and made small."""
    shape = shapely.geometry.shape(feature["geometry"])
    west, south, east, north = shape.bounds
    size = max(east - west, north - south, 1e-9)
    moved = shapely.transform(shape, lambda xy: (xy - [west, south]) / size * 0.01 + [49.9, 38.05])
    return {**feature, "geometry": json.loads(shapely.to_geojson(moved))}


def fuse(folder: Path, table: Path, *more: str) -> tuple[float, float, float]:
    """Wall seconds, CPU seconds and peak MB of one `trucewatch fuse`, kernels compiled before, as an installation runs
    it."""
    out = folder / "incidents.parquet"
    program = [sys.executable, "-m", "trucewatch", "fuse", str(table), "--watch", str(folder / "watch")]
    return seconds_of([*program, "--out", str(out), "--rule", "cylinder", *more], cwd=folder, env=as_installed(folder))


def archive(rows: int = ROWS, peer_rows: int = PEER_ROWS, runs: int = 3) -> list[Figure]:
    """CSV → zones, metres, incidents: wall, CPU, memory, and how many times less CPU than the peers."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        watch_folder(folder / "watch")
        table, few = folder / "rows.csv", folder / "few.csv"
        workload.write_csv(rows, 1, table)
        workload.write_csv(peer_rows, 1, few)
        fuse(folder, few)
        fuse(folder, few, "--members", str(folder / "members.parquet"))
        ours = [fuse(folder, table) for _ in range(runs)]
        members = [fuse(folder, table, "--members", str(folder / "members.parquet")) for _ in range(runs)]
        size = (folder / "incidents.parquet").stat().st_size / 1e6
        peers = [peer_seconds(few) for _ in range(3)]
    walls, cpus, peaks = zip(*ours, strict=True)
    scaled = tuple(sum(steps.values()) * rows / peer_rows for steps in peers)
    ratio = tuple(statistics.median(scaled) / cpu for cpu in cpus)
    each = ", ".join(
        f"{name} {statistics.median(one[name] for one in peers) * rows / peer_rows:.1f}" for name in peers[0]
    )
    about = f"{rows:,} rows, {workload.ZONES} zones, 2 threads; {size:,.0f} MB of Parquet"
    return [
        Figure("archive: CSV → incidents, zones, metres", walls, "s", 8.0, about),
        Figure("archive: the same, CPU", cpus, "CPU s", 13.0),
        Figure("archive: the same, peak memory", peaks, "MB", 2.5 * MB_OF_GIB),
        Figure("archive: with the file of members", tuple(one[0] for one in members), "s", None),
        Figure("archive: with the file of members, CPU", tuple(one[1] for one in members), "CPU s", None),
        Figure(
            "archive: stitched peers, CPU", scaled, "CPU s", None, f"measured at {peer_rows:,} rows and scaled: {each}"
        ),
        Figure("archive: peers ÷ ours, CPU", ratio, "×", 8.0, at_least=True),
    ]


def peer_seconds(table: Path) -> dict[str, float]:
    """CPU seconds of each step of the peers over a CSV."""
    import pyarrow.csv as pa_csv

    from trucewatch.geo.frame import LocalFrame

    spent: dict[str, float] = {}

    def timed(name: str, act: Callable[[], Any]) -> Any:
        begun = time.process_time()
        result = act()
        spent[name] = spent.get(name, 0.0) + time.process_time() - begun
        return result

    options = pa_csv.ConvertOptions(include_columns=["lon", "lat", "occurred_start", "sd_m", "simulated"])
    rows = timed("CSV", lambda: pa_csv.read_csv(table, convert_options=options))
    lon, lat = rows["lon"].to_numpy(), rows["lat"].to_numpy()
    start = rows["occurred_start"].cast(pa.timestamp("us", "UTC")).cast(pa.int64()).to_numpy()
    polygons, frame = workload.zones(), LocalFrame(46.5, 40.0)
    timed("zones", lambda: geometry.pairs_by_contains_xy(polygons, lon, lat))
    x, y = frame.to_metres(lon, lat)
    vertices = shapely.get_coordinates(frame.shape_to_metres(workload.line()))

    def distances() -> Any:
        tree = shapely.STRtree(shapely.linestrings(np.stack((vertices[:-1], vertices[1:]), axis=1)))
        return tree.query_nearest(shapely.points(x, y), return_distance=True)

    timed("line", distances)

    told = {"lon": lon, "lat": lat, "start_us": start}
    timed("incidents", lambda: association.label_by_trees_of_slices(told))
    return spent


def growth() -> list[Figure]:
    """CPU a row from a hundred thousand rows to ten million, in one process that is warm, and a picture of it."""
    each: dict[int, tuple[float, ...]] = {}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        watch_folder(folder / "watch")
        table = folder / "rows.csv"
        workload.write_csv(min(STEPS), 1, table)
        cpu_in_process(folder, table)
        for rows, runs in STEPS.items():
            workload.write_csv(rows, 1, table)
            each[rows] = tuple(cpu_in_process(folder, table) / rows * 1e6 for _ in range(runs))
    figures = [
        Figure(
            f"archive: CPU a row, {rows:,} rows", values, "µs", None, "in one process, kernels and indexes made before"
        )
        for rows, values in each.items()
    ]
    first, last = (statistics.median(each[rows]) for rows in (min(STEPS), max(STEPS)))
    figures.append(Figure("archive: CPU a row, ten million ÷ hundred thousand", (last / first,), "×", 1.3))
    draw({rows: statistics.median(values) for rows, values in each.items()}, PICTURE)
    return figures


def cpu_in_process(folder: Path, table: Path) -> float:
    """CPU seconds of the work of `trucewatch fuse`, without the start of the program."""
    from trucewatch.archive.fuse_files import Order, Threads, fuse_files
    from trucewatch.archive.slice_association import Association
    from trucewatch.archive.zone_lookup import situation_of
    from trucewatch.model.watch import AssociationRule
    from trucewatch.watch import load_watch

    order = Order(
        inputs=[table],
        out=folder / "incidents.parquet",
        association=Association(rule=AssociationRule(rule="cylinder")),
        situation=situation_of(load_watch(folder / "watch")),
    )
    crew = Threads(2)
    try:
        begun = time.process_time()
        fuse_files(order, crew)
        return time.process_time() - begun
    finally:
        crew.close()


def draw(each: dict[int, float], path: Path) -> None:
    """The cost of a row against the number of rows, as SVG."""
    wide, high, left, foot = 640, 300, 64, 48
    most = max(each.values()) * 1.3
    span = np.log10(max(STEPS) / min(STEPS))

    def place(rows: int, cost: float) -> tuple[float, float]:
        x = left + (wide - left - 40) * float(np.log10(rows / min(STEPS)) / span)
        return x, (high - foot) - (high - foot - 36) * cost / most

    points = [place(rows, cost) for rows, cost in each.items()]
    bound = place(min(STEPS), each[min(STEPS)] * 1.3)[1]
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide} {high}" role="img" '
        f'font-family="sans-serif" font-size="13">',
        "<title>CPU microseconds a row against the number of rows</title>",
        f'<rect width="{wide}" height="{high}" fill="#fff"/>',
        f'<text x="{left}" y="20">CPU µs a row, CSV → incidents with zones and metres</text>',
        f'<path d="M{left} 36V{high - foot}H{wide - 20}" fill="none" stroke="#444"/>',
        f'<path d="M{left} {bound:.1f}H{wide - 20}" stroke="#a33" stroke-dasharray="6 4"/>',
        f'<text x="{wide - 24}" y="{bound - 6:.1f}" text-anchor="end" fill="#a33">1.3 × the cost at '
        f"{min(STEPS):,} rows</text>",
        f'<polyline points="{" ".join(f"{x:.1f},{y:.1f}" for x, y in points)}" fill="none" stroke="#1668a8" '
        f'stroke-width="2"/>',
    ]
    for (rows, cost), (x, y) in zip(each.items(), points, strict=True):
        parts.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" fill="#1668a8"/>')
        parts.append(f'<text x="{x:.1f}" y="{y - 12:.1f}" text-anchor="middle">{cost:.2f}</text>')
        parts.append(f'<text x="{x:.1f}" y="{high - foot + 20}" text-anchor="middle">{rows:,}</text>')
    parts.append(f'<text x="{(left + wide) / 2}" y="{high - 8}" text-anchor="middle">rows</text></svg>')
    path.write_text("\n".join(parts) + "\n", encoding="utf-8")


def world_year(rows: int = WORLD_ROWS) -> list[Figure]:
    """Rows shaped like a FIRMS delivery, by both rules: what a year of the whole world is extrapolated from."""
    from benchmarks.generate_viirs import write_rows

    figures = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        watch_folder(folder / "watch")
        table = folder / "viirs.csv"
        write_rows(rows, 7, table)
        size = table.stat().st_size
        for rule in ("cylinder", "likelihood"):
            wall, cpu, peak = fuse(folder, table, "--rule", rule)
            out = (folder / "incidents.parquet").stat().st_size
            note = f"{rows:,} rows, {size / rows:.0f} bytes a row of CSV, {out / rows:.0f} of Parquet"
            figures += [
                Figure(
                    f"archive: a year of the world by {rule}, extrapolated",
                    (cpu / rows * YEAR_ROWS / 3600,),
                    "CPU h",
                    None,
                    note,
                ),
                Figure(f"archive: FIRMS rows, {rule}", (wall,), "s", None, note),
                Figure(f"archive: FIRMS rows, {rule}, CPU", (cpu,), "CPU s", None),
                Figure(f"archive: FIRMS rows, {rule}, peak memory", (peak,), "MB", None),
            ]
    return figures


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    asked = sys.argv[1:] or ["archive", "growth", "world_year"]
    for word in asked:
        for figure in {"archive": archive, "growth": growth, "world_year": world_year}[word]():
            print(f"{figure.name}: {figure.median:.3g} {figure.unit} ({figure.bound_words}) {figure.note}", flush=True)
    print(results.machine(), datetime.now(UTC).date())
