"""Measures the zones of each place and the metres to a line, beside the best peers, on the workload of workload.py.

Million places a core-second: rows by CPU seconds (time.process_time) of the call, one million rows. Peers are run in
the same call; those that need a metre are given places that are projected already, the projection not counted.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from benchmarks import workload
from benchmarks.figures import Figure, NotMeasurableError

ROOT = Path(__file__).resolve().parents[1]
ROWS = 1_000_000
PEER_ROWS = 100_000
"""For peers that need more than ten seconds for all."""

FIRST_USE = """
import time
import numpy as np
from benchmarks import workload
columns, line = workload.observations({rows}, 1), workload.line(1)
begun = time.process_time()
from trucewatch.geo.line_index import LineIndex
LineIndex(line).distance(columns["lon"], columns["lat"])
print(time.process_time() - begun)
"""


def rate(act: Callable[[], object], rows: int) -> float:
    """Million rows a CPU second."""
    begun = time.process_time()
    act()
    return rows / (time.process_time() - begun) / 1e6


def zones(rows: int = ROWS, runs: int = 7) -> list[Figure]:
    """All zones of each place: ours, its set-up, and the peers; the pairs of the first peer have to be the same."""
    from trucewatch.geo.zone_index import FOREVER, ZoneIndex

    columns, polygons = workload.observations(rows), workload.zones()
    lon, lat, when = columns["lon"], columns["lat"], columns["start_us"]
    zones_given = [(polygon, *FOREVER) for polygon in polygons]
    ZoneIndex(zones_given).pairs(lon[:1000], lat[:1000])
    set_up = tuple(rows / rate(lambda: ZoneIndex(zones_given), rows) / 1e6 for _ in range(3))
    index = ZoneIndex(zones_given)
    found = index.pairs(lon, lat)
    if not _same_pairs(found, pairs_by_contains_xy(polygons, lon, lat)):
        raise SystemExit("zones: the pairs differ from shapely's; the figures would mean nothing")
    ours = tuple(rate(lambda: index.pairs(lon, lat), rows) for _ in range(runs))
    timed = tuple(rate(lambda: index.pairs(lon, lat, when), rows) for _ in range(runs))
    note = f"{len(found[0]) / rows:.2f} zones a place; {index.size_bytes / 1e6:.1f} MB; pairs identical to shapely's"
    figures = [
        Figure("zones: all zones of each place", ours, "M/core-s", 8.0, note, at_least=True),
        Figure("zones: the same with validity asked", timed, "M/core-s", None),
        Figure("zones: set-up, kernels loaded", set_up, "CPU s", None, f"{workload.ALL_VERTICES:,} vertices"),
    ]
    few = slice(None, None, max(1, rows // PEER_ROWS))
    peers: dict[str, Callable[[], float]] = {
        "shapely intersects_xy, zone by zone, boxes first": lambda: rate(
            lambda: pairs_by_contains_xy(polygons, lon, lat), rows
        ),
        "shapely STRtree": lambda: rate(lambda: pairs_by_tree(polygons, lon[few], lat[few]), len(lon[few])),
        "polars + H3 cover": lambda: rate_of_h3(polygons, lon, lat),
        "DuckDB spatial": lambda: rate_of_duckdb(polygons, lon[few], lat[few]),
    }
    return figures + _beside("zones", statistics.median(ours), 5.0, peers)


def lines(rows: int = ROWS, runs: int = 7) -> list[Figure]:
    """Metres to the line: warm, and CPU seconds to the first answer in a new process, kernels in the cache."""
    from trucewatch.geo.line_index import LineIndex

    columns, line = workload.observations(rows), workload.line()
    lon, lat = columns["lon"], columns["lat"]
    index = LineIndex(line)
    metres = index.distance(lon, lat)
    ours = tuple(rate(lambda: index.distance(lon, lat), rows) for _ in range(runs))
    first = tuple(_first_use(rows) for _ in range(3))
    worst = _worst_error(line, lon, lat, metres)
    note = f"{index.size_bytes / 1e6:.1f} MB; worst of 300 places within 25 km {worst * 1000:.2f} mm off the geodesic"
    figures = [
        Figure("line: metres to the line, warm", ours, "M/core-s", 4.0, note, at_least=True),
        Figure("line: first answer for all places, with imports", first, "CPU s", 2.0, "kernels compiled before"),
        Figure("line: worst error within 25 km", (worst,), "m", 0.02),
    ]
    few = slice(None, None, max(1, rows // PEER_ROWS))
    peers = {"shapely STRtree nearest": lambda: rate_of_nearest(line, lon[few], lat[few])}
    return figures + _beside("line", statistics.median(ours), 30.0, peers)


def _beside(name: str, ours: float, bound: float, peers: dict[str, Callable[[], float]]) -> list[Figure]:
    """The peers' figures, and ours over the best of them; a peer that is not here is named in the note."""
    figures, missing = [], []
    for peer, measure in peers.items():
        try:
            figures.append(Figure(f"{name}: {peer}", tuple(measure() for _ in range(3)), "M/core-s", None))
        except (ImportError, NotMeasurableError) as error:
            missing.append(f"{peer} not measured ({error})")
    best = max(figures, key=lambda figure: figure.median)
    note = "; ".join([f"best: {best.name.partition(': ')[2]}", *missing])
    return [*figures, Figure(f"{name}: ours ÷ best peer", (ours / best.median,), "×", bound, note, at_least=True)]


def pairs_by_contains_xy(polygons: list[Any], lon: Any, lat: Any) -> tuple[Any, Any]:
    """Rows and zones by shapely, a zone at a time, over the places in its box. Edges belong to the zone, as with us."""
    rows, zones_of_rows = [], []
    for number, polygon in enumerate(polygons):
        west, south, east, north = polygon.bounds
        near = np.flatnonzero((lon >= west) & (lon <= east) & (lat >= south) & (lat <= north))
        shapely.prepare(polygon)
        near = near[shapely.intersects_xy(polygon, lon[near], lat[near])]
        rows.append(near)
        zones_of_rows.append(np.full(len(near), number, np.int32))
    return np.concatenate(rows), np.concatenate(zones_of_rows)


def pairs_by_tree(polygons: list[Any], lon: Any, lat: Any) -> Any:
    """Rows and zones by one bulk query of shapely's tree."""
    return shapely.STRtree(polygons).query(shapely.points(lon, lat), predicate="intersects")


def rate_of_h3(polygons: list[Any], lon: Any, lat: Any, resolution: int = 7) -> float:
    """Cells of H3 that overlap each zone, joined in polars, then shapely for each zone. The cover is not counted."""
    import h3
    import polars as pl
    import polars_h3 as plh3

    cover = [
        (int(cell, 16), number)
        for number, polygon in enumerate(polygons)
        for cell in h3.polygon_to_cells_experimental(h3.geo_to_h3shape(polygon), resolution, contain="overlap")
    ]
    cells = pl.DataFrame(cover, schema={"cell": pl.UInt64, "zone": pl.Int32}, orient="row")

    def join() -> None:
        places = pl.DataFrame({"lon": lon, "lat": lat}).with_row_index("row")
        places = places.with_columns(cell=plh3.latlng_to_cell("lat", "lon", resolution).cast(pl.UInt64))
        for (number,), part in places.join(cells, on="cell").partition_by("zone", as_dict=True).items():
            shapely.intersects_xy(polygons[int(number)], part["lon"].to_numpy(), part["lat"].to_numpy())

    return rate(join, len(lon))


def rate_of_duckdb(polygons: list[Any], lon: Any, lat: Any) -> float:
    """One spatial join in memory."""
    import duckdb
    import pyarrow as pa

    connection = duckdb.connect()
    try:
        connection.execute("LOAD spatial")
    except duckdb.Error as error:
        raise NotMeasurableError("its spatial extension is not installed") from error
    connection.register("given", pa.table({"zone": range(len(polygons)), "wkb": shapely.to_wkb(polygons).tolist()}))
    connection.register("places", pa.table({"lon": lon, "lat": lat}))
    connection.execute("CREATE TABLE zones AS SELECT zone, ST_GeomFromWKB(wkb) AS outline FROM given")
    query = "SELECT count(*) FROM places JOIN zones ON ST_Intersects(outline, ST_Point(lon, lat))"
    return rate(lambda: connection.execute(query).fetchall(), len(lon))


def rate_of_nearest(line: Any, lon: Any, lat: Any) -> float:
    """Shapely's tree over the line's segments, in a projection that is made before and not counted."""
    from trucewatch.geo.frame import LocalFrame

    frame = LocalFrame(46.5, 40.0)
    vertices = shapely.get_coordinates(frame.shape_to_metres(line))
    tree = shapely.STRtree(shapely.linestrings(np.stack((vertices[:-1], vertices[1:]), axis=1)))
    x, y = frame.to_metres(lon, lat)
    return rate(lambda: tree.query_nearest(shapely.points(x, y), return_distance=True), len(lon))


def _same_pairs(ours: tuple[Any, Any], theirs: tuple[Any, Any]) -> bool:
    order = np.lexsort((theirs[1], theirs[0]))
    return np.array_equal(ours[0], theirs[0][order]) and np.array_equal(ours[1], theirs[1][order])


def _first_use(rows: int) -> float:
    program = FIRST_USE.format(rows=rows)
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    return float(done.stdout)


def _worst_error(line: Any, lon: Any, lat: Any, metres: Any) -> float:
    """Against Karney's geodesic to points every 0.1 m of the edges that are near."""
    from pyproj import Geod

    geod = Geod(ellps="WGS84")
    vertices = shapely.get_coordinates(line)
    worst = 0.0
    shares = np.linspace(0, 1, 3001)[:, None]
    for row in np.flatnonzero(metres < 25_000)[:: max(1, int((metres < 25_000).sum()) // 300)]:
        ends = np.asarray(
            geod.inv(
                np.full(len(vertices), lon[row]), np.full(len(vertices), lat[row]), vertices[:, 0], vertices[:, 1]
            )[2]
        )
        lengths = np.hypot(*(np.diff(vertices, axis=0) * [85_500, 111_195]).T)
        near = np.flatnonzero(np.minimum(ends[:-1], ends[1:]) <= metres[row] + lengths)
        points = np.vstack([vertices[k] * (1 - shares) + vertices[k + 1] * shares for k in near])
        nearest = np.min(geod.inv(np.full(len(points), lon[row]), np.full(len(points), lat[row]), *points.T)[2])
        worst = max(worst, abs(float(nearest) - float(metres[row])))
    return worst


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    for figure in zones() + lines():
        print(f"{figure.name}: {figure.median:.3g} {figure.unit} ({figure.bound_words}) {figure.note}")
