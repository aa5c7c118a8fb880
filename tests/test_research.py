"""`import trucewatch as tw`: tables of any library in, Arrow out, without a watch; wrong ones get a sentence."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import shapely

import trucewatch as tw
from tests.archive.tables import fuse_table, incidents_in, many_means
from tests.conftest import ROOT
from trucewatch.errors import PlaceError, TrucewatchError, UnreadableInput

UTC = pa.timestamp("us", "UTC")
BOX = shapely.box(46, 39, 46.6, 40)
LINE = shapely.LineString([(46, 39), (47, 39)])


def some_rows() -> pa.Table:
    """Two rows of one fire and one elsewhere."""
    return pa.table(
        {
            "lon": [46.5, 46.501, 46.9],
            "lat": [39.5, 39.5, 39.1],
            "time": pa.array([1_935_626_400_000_000 + 60_000_000 * minute for minute in (0, 30, 0)]).cast(UTC),
        }
    )


def _pandas() -> Any:
    return pytest.importorskip("pandas").DataFrame(some_rows().to_pandas())


def _polars() -> Any:
    return pytest.importorskip("polars").from_arrow(some_rows())


def _geopandas() -> Any:
    geopandas = pytest.importorskip("geopandas")
    frame = _pandas()
    return geopandas.GeoDataFrame(frame[["time"]], geometry=geopandas.points_from_xy(frame.lon, frame.lat), crs=4326)


def _wkb() -> Any:
    rows = some_rows()
    points = shapely.to_wkb(shapely.points(rows["lon"].to_numpy(), rows["lat"].to_numpy())).tolist()
    return pa.table({"time": rows["time"], "geometry": pa.array(points, pa.binary())})


FORMS = {
    "pyarrow": some_rows,
    "batch": lambda: some_rows().to_batches()[0],
    "pandas": _pandas,
    "polars": _polars,
    "lazy": lambda: _polars().lazy(),
    "geopandas": _geopandas,
    "wkb": _wkb,
}


@pytest.mark.parametrize("form", FORMS)
def test_every_form_of_table_gives_the_same(form: str) -> None:
    table = FORMS[form]()
    assert tw.fuse(table).equals(tw.fuse(some_rows()))
    names = tw.label(table).to_pylist()
    assert names[0] == names[1] != names[2]
    assert set(names) == set(tw.fuse(table)["incident_id"].to_pylist())
    assert tw.zones(table, {"west": BOX}).to_pylist() == [["west"], ["west"], []]
    assert tw.line_distance(table, LINE).to_numpy().round() == pytest.approx([55_510, 55_510, 11_102])


def test_places_in_another_projection_are_converted() -> None:
    frame = _geopandas().to_crs(3857)
    assert tw.line_distance(frame, LINE).to_numpy() == pytest.approx([55_510.1, 55_510.1, 11_101.6], abs=0.1)
    assert tw.fuse(frame)["observations"].to_pylist() == [1, 2]


def test_a_table_in_memory_gives_what_a_file_gives(tmp_path: Path) -> None:
    table = many_means(400, seed=3, days=20.0)
    for rule in ("cylinder", "likelihood"):
        _, members, _ = fuse_table(table, tmp_path, rule=rule, slice_rows=90)
        assert tw.fuse(table, rule=rule).to_pylist() == incidents_in(tmp_path)  # type: ignore[arg-type]
        names = tw.label(table, rule=rule).to_pylist()  # type: ignore[arg-type]
        assert dict(enumerate(names, 1)) == members


@pytest.mark.parametrize(
    ("give", "said"),
    [
        (lambda rows: rows.rename_columns(["longtude", "lat", "time"]), 'is it "longtude"? then call it lon'),
        (lambda rows: rows.drop_columns("time"), "no column is the time"),
        (lambda rows: rows.set_column(2, "time", rows["time"].cast(pa.timestamp("us"))), "times without a zone"),
        (lambda rows: rows.set_column(2, "time", pa.array([1, 2, 3])), "is of type int64, not times"),
        (lambda rows: rows.set_column(1, "lat", pa.array([95.0, 1, 2])), "row 0: lat 95 is not between -90 and 90"),
        (lambda rows: rows.append_column("kind", pa.array(["bang"] * 3)), 'kind "bang" is not known'),
        (lambda rows: rows.append_column("sd_m", pa.array([-1.0, 1, 1])), "row 0: sd_m -1 is not between"),
        (lambda rows: 5, "a int is no table that can be read"),
    ],
)
def test_a_wrong_table_is_told_what_is_wrong(give: Any, said: str) -> None:
    with pytest.raises(UnreadableInput) as caught:
        tw.fuse(give(some_rows()))
    assert said in str(caught.value)


def test_bad_rows_are_left_out_only_when_asked() -> None:
    rows = some_rows().set_column(1, "lat", pa.array([95.0, 39.5, 39.1]))
    assert tw.fuse(rows, skip_bad=True)["observations"].to_pylist() == [1, 1]
    assert tw.label(rows, skip_bad=True).is_null().to_pylist() == [True, False, False]


def test_a_firms_table_is_known_by_its_columns() -> None:
    fires = pa.table(
        {
            "latitude": [39.5, 39.5],
            "longitude": [46.5, 46.502],
            "scan": [0.4, 0.4],
            "track": [0.4, 0.4],
            "acq_date": ["2031-05-04"] * 2,
            "acq_time": [824, 825],
            "satellite": ["N", "N"],
        }
    )
    (incident,) = tw.fuse(fires).to_pylist()
    assert (incident["observations"], incident["kind"]) == (2, "thermal_anomaly")
    wrong = fires.set_column(5, "acq_time", pa.array([2500, 5]))
    with pytest.raises(UnreadableInput, match='row 0: acq_time "2500"'):
        tw.fuse(wrong)
    assert tw.label(wrong, skip_bad=True).is_null().to_pylist() == [True, False]


def test_no_rows_are_no_incidents() -> None:
    none = some_rows().slice(0, 0)
    assert tw.fuse(none).num_rows == 0
    assert (len(tw.label(none)), len(tw.zones(none, [BOX])), len(tw.line_distance(none, LINE))) == (0, 0, 0)


def test_rows_without_a_place_are_in_no_zone_and_at_no_distance() -> None:
    rows = pa.table({"lon": pa.array([None, 46.5]), "lat": pa.array([None, 39.5])})
    assert tw.zones(rows, [BOX]).to_pylist() == [[], ["0"]]
    assert tw.line_distance(rows, LINE).is_null().to_pylist() == [True, False]


def _collection(**properties: Any) -> dict[str, Any]:
    geometry = json.loads(shapely.to_geojson(BOX))
    return {
        "type": "FeatureCollection",
        "features": [{"type": "Feature", "properties": properties, "geometry": geometry}],
    }


def test_zones_come_as_geojson_shapely_or_geopandas(tmp_path: Path) -> None:
    path = tmp_path / "zones.geojson"
    path.write_text(json.dumps(_collection(name="west")), encoding="utf-8")
    frame = pytest.importorskip("geopandas").GeoDataFrame({"name": ["west"]}, geometry=[BOX], crs=4326)
    for zones in (path, str(path), _collection(name="west"), {"west": BOX}, frame, frame.to_crs(3857)):
        assert tw.zones(some_rows(), zones).to_pylist() == [["west"], ["west"], []]
    assert tw.zones(some_rows(), BOX).to_pylist() == [["0"], ["0"], []]


def test_a_zone_holds_only_rows_of_its_time() -> None:
    zones = _collection(id="late", valid_from="2031-05-04T02:15:00Z")
    assert tw.zones(some_rows(), zones).to_pylist() == [[], ["late"], []]


@pytest.mark.parametrize(
    ("zones", "said"),
    [
        ({"x": LINE}, 'zone "x" is no polygon'),
        ({"x": 3}, '"x" is a int; give a shapely shape'),
        (7, "a int is no drawing"),
        ({"type": "Feature", "properties": {"name": "y"}, "geometry": None}, '"y") has no geometry'),
    ],
)
def test_a_wrong_zone_is_named(zones: Any, said: str) -> None:
    with pytest.raises(PlaceError) as caught:
        tw.zones(some_rows(), zones)
    assert said in str(caught.value)


@pytest.mark.parametrize("line", [BOX, [], "none.geojson"])
def test_a_wrong_line_is_refused(line: Any) -> None:
    with pytest.raises(TrucewatchError):
        tw.line_distance(some_rows(), line)


@pytest.mark.parametrize(
    "wrong", [{"rule": "guess"}, {"radius_m": -1.0}, {"gap_hours": float("inf")}, {"kind": "bang"}]
)
def test_a_wrong_setting_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(TrucewatchError):
        tw.fuse(some_rows(), **wrong)


def test_the_package_is_light_until_something_is_asked_for() -> None:
    program = (
        "import sys, trucewatch as tw; print('numpy' in sys.modules); tw.fuse; print('numpy' in sys.modules, dir(tw))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == ["False", "True ['__version__', 'fuse', 'label', 'line_distance', 'zones']"]
    with pytest.raises(AttributeError, match="no attribute 'guess'"):
        _ = tw.guess


@pytest.mark.slow
def test_the_notebook_runs_and_shows_what_it_shows(tmp_path: Path) -> None:
    """Its cells are run as they stand, in one program; the outputs that are kept in it are those that come."""
    nbformat = pytest.importorskip("nbformat")
    nbclient = pytest.importorskip("nbclient")
    path = ROOT / "docs" / "research.ipynb"
    kept = nbformat.read(path, as_version=4)
    fresh = nbformat.read(path, as_version=4)
    for cell in fresh.cells:
        cell.pop("outputs", None)
        if cell.cell_type == "code":
            cell.outputs = []
    program = tmp_path / "run.py"
    nbformat.write(fresh, tmp_path / "in.ipynb")
    program.write_text(
        "import nbclient, nbformat\n"
        "book = nbformat.read('in.ipynb', as_version=4)\n"
        "nbclient.NotebookClient(book, timeout=120, kernel_name='python3').execute()\n"
        "nbformat.write(book, 'out.ipynb')\n",
        encoding="utf-8",
    )
    done = subprocess.run([sys.executable, str(program)], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    made = nbformat.read(tmp_path / "out.ipynb", as_version=4)
    assert nbclient is not None
    assert [_text_of(cell) for cell in made.cells] == [_text_of(cell) for cell in kept.cells]


def _text_of(cell: Any) -> str:
    """What a cell shows as text."""
    shown = [one.get("text", "") or one.get("data", {}).get("text/plain", "") for one in cell.get("outputs", [])]
    return "".join(shown)


def test_a_parquet_of_the_result_can_be_read_by_others(tmp_path: Path) -> None:
    pq.write_table(tw.fuse(some_rows()), tmp_path / "a.parquet")
    assert len(pytest.importorskip("pandas").read_parquet(tmp_path / "a.parquet")) == 2
    assert pytest.importorskip("polars").read_parquet(tmp_path / "a.parquet").height == 2
