"""The basemap that a watch brings: what is none, cut off, of another kind or schema or place is said, and the watch
opens all the same."""

from __future__ import annotations

import copy
import gzip
import json
import os
import struct
from pathlib import Path
from typing import Any

import pytest
from benchmarks.basemaps import METADATA, write_basemap
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.builders import edit, make_watch
from tests.conftest import each
from trucewatch.model.faults import Fault
from trucewatch.watch import check_watch, load_watch
from trucewatch.watch.brought_basemap import BroughtBasemap, is_basemap_name, look_at

pytest.importorskip("pmtiles")
pytest.importorskip("mapbox_vector_tile")
AREA = (-25.5, -35.5, -24.5, -34.5)
"""The template's."""
NAME = "roads.pmtiles"


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return write_basemap(tmp_path_factory.mktemp("basemap") / NAME, AREA, zooms=range(9)).read_bytes()


@pytest.fixture
def watch(tmp_path: Path) -> Path:
    """The template with a basemap named, and no such file."""
    folder = make_watch(tmp_path / "w")
    edit(folder / "watch.toml", "\narea = ", f'\nbasemap = "{NAME}"\narea = ')
    return folder


def told(folder: Path) -> tuple[str, str]:
    """What the one warning says, and its remedy. The watch opens."""
    reading = check_watch(folder)
    (fault,) = reading.faults
    assert (fault.file, fault.severity) == (NAME, "warning")
    assert reading.watch is not None
    assert load_watch(folder).settings.basemap == NAME
    return str(fault.what), str(fault.remedy)


def with_head(good: bytes, at: int, form: str, value: int) -> bytes:
    """The same file with another number in its head."""
    head = bytearray(good)
    struct.pack_into("<" + form, head, at, value)
    return bytes(head)


def test_a_sound_basemap_is_no_fault_and_says_what_it_shows(watch: Path, good: bytes) -> None:
    (watch / NAME).write_bytes(good)
    assert check_watch(watch).faults == ()
    found = look_at(watch, NAME, AREA)
    assert isinstance(found, BroughtBasemap)
    assert (found.min_zoom, found.max_zoom, found.size) == (0, 8, len(good))
    assert found.bounds == pytest.approx(AREA)


def test_its_mark_changes_with_the_file(watch: Path, good: bytes) -> None:
    marks = set()
    for number, content in enumerate((good, good + b"x")):
        (watch / NAME).write_bytes(content)
        os.utime(watch / NAME, ns=(0, number))
        found = look_at(watch, NAME, AREA)
        assert isinstance(found, BroughtBasemap)
        marks.add(found.mark)
    assert len(marks) == 2


def test_a_file_that_is_not_there_is_said(watch: Path) -> None:
    assert told(watch) == ("is not there", "put the file beside watch.toml, or take basemap out of it")


def test_what_is_no_archive_is_said(watch: Path) -> None:
    for content in each((b"", b"P", b"PMTile", b'{"type": "FeatureCollection"}' * 9, b"SQLite format 3\x00" * 20)):
        (watch / NAME).write_bytes(content)
        assert told(watch)[0] == "is no PMTiles archive"


def test_an_older_version_is_said(watch: Path, good: bytes) -> None:
    for version, content in each(((2, b"PM\x02\x00" + bytes(600)), (1, with_head(good, 7, "B", 1)))):
        (watch / NAME).write_bytes(content)
        what, remedy = told(watch)
        assert what == f"is a PMTiles archive of version {version}"
        assert "version 3" in remedy


def test_pictures_instead_of_vector_tiles_are_said(watch: Path, good: bytes) -> None:
    for tile_type in each((0, 2, 3, 4, 5, 6, 99)):
        (watch / NAME).write_bytes(with_head(good, 99, "B", tile_type))
        assert told(watch)[0] == "holds pictures, not vector tiles"


def test_a_file_that_is_cut_off_is_said_wherever_it_ends(watch: Path, good: bytes) -> None:
    for length in each((8, 100, 126, 127, 300, len(good) // 2, len(good) - 1)):
        (watch / NAME).write_bytes(good[:length])
        what, remedy = told(watch)
        assert what.startswith("is cut off: ")
        assert f"{length:,} bytes are there" in what
        assert remedy.startswith("copy it again")


def of_schema(folder: Path, layers: list[Any] | Any) -> Path:
    return write_basemap(folder / NAME, AREA, zooms=range(2), metadata={**METADATA, "vector_layers": layers})


def test_another_schema_is_said(watch: Path) -> None:
    open_map_tiles = [{"id": name, "fields": {"class": "String"}} for name in ("water", "transportation", "place")]
    of_schema(watch, open_map_tiles)
    assert told(watch)[0] == "is of another schema: it has no layer earth, roads, places"
    for layers in each((None, [], "earth", {"earth": 1}, [1, None, {"id": 7}])):
        of_schema(watch, layers)
        assert told(watch)[0] == "is of another schema: it has no layer earth, water, roads, places"


def test_the_schema_before_is_said(watch: Path) -> None:
    layers = copy.deepcopy(METADATA["vector_layers"])
    for layer in layers:
        layer["fields"] = {"pmap:kind": "String"}
    of_schema(watch, layers)
    assert told(watch)[0] == "is of another schema: its layer earth has no kind"


def test_fields_that_nobody_states_are_no_fault(watch: Path) -> None:
    of_schema(watch, [{"id": name} for name in ("earth", "water", "roads", "places")])
    assert check_watch(watch).faults == ()


def test_a_basemap_of_elsewhere_is_said(watch: Path) -> None:
    write_basemap(watch / NAME, (45.0, 39.0, 47.0, 40.0), zooms=range(2))
    assert told(watch)[0] == "shows nothing of the area of the watch"


def test_a_head_that_contradicts_itself_is_said(watch: Path, good: bytes) -> None:
    for at, form, value in each(((101, "B", 99), (102, "i", 1_900_000_000), (16, "Q", 0), (8, "Q", 17_000))):
        (watch / NAME).write_bytes(with_head(good + bytes(20_000), at, form, value))
        assert told(watch)[0] == "its head does not agree with itself"


def test_a_packing_that_browsers_do_not_read_is_said(watch: Path, good: bytes) -> None:
    for at in each((97, 98)):
        (watch / NAME).write_bytes(with_head(good, at, "B", 3))
        assert told(watch)[0] == "is packed in a way that browsers do not read"


def test_a_damaged_directory_and_damaged_metadata_are_said(watch: Path, good: bytes) -> None:
    root, length, metadata = struct.unpack_from("<3Q", good, 8)
    broken = good[: root + 12] + bytes(length - 12) + good[root + length :]
    (watch / NAME).write_bytes(broken)
    assert told(watch)[0] == "its directory is damaged"
    (watch / NAME).write_bytes(good[: metadata + 20] + b"\xff\xff\xff" + good[metadata + 23 :])
    assert told(watch)[0] == "its metadata cannot be read"


def test_metadata_that_unpack_without_end_are_refused_in_little_memory(watch: Path, good: bytes) -> None:
    bomb = gzip.compress(bytes(200 * 2**20))
    for content in each((bomb, gzip.compress(b"[" * 100_000))):
        moved = with_head(with_head(good, 24, "Q", len(good)), 32, "Q", len(content))
        (watch / NAME).write_bytes(moved + content)
        assert told(watch)[0] == "its metadata cannot be read"


def test_a_link_a_folder_and_a_pipe_are_not_followed(watch: Path, good: bytes, tmp_path: Path) -> None:
    (tmp_path / "elsewhere.pmtiles").write_bytes(good)
    (watch / NAME).symlink_to(tmp_path / "elsewhere.pmtiles")
    assert told(watch) == ("is a link", "copy the file itself into the watch")
    (watch / NAME).unlink()
    (watch / NAME).mkdir()
    assert told(watch)[0] == "is a folder"
    (watch / NAME).rmdir()
    os.mkfifo(watch / NAME)
    assert told(watch)[0] == "is not there"


NOT_BESIDE = ("../roads.pmtiles", "/tmp/roads.pmtiles", "maps/roads.pmtiles", "https://tiles.example/roads.pmtiles")
NO_FILE = ("C:\\\\a.pmtiles", ".roads.pmtiles", "roads.mbtiles", ".pmtiles", "a\\nb.pmtiles", "x" * 300 + ".pmtiles")


@pytest.mark.parametrize("name", [*NOT_BESIDE, *NO_FILE])
def test_a_name_that_leads_out_of_the_folder_is_an_error_at_its_line(watch: Path, name: str) -> None:
    edit(watch / "watch.toml", NAME, name)
    (fault,) = check_watch(watch).faults
    assert (fault.file, fault.severity) == ("watch.toml", "error")
    assert (watch / "watch.toml").read_text().splitlines()[fault.line - 1].startswith("basemap = ")
    assert str(fault.what).endswith(" is no such file")
    assert "beside watch.toml" in str(fault.remedy)


def test_names_in_any_script_are_taken() -> None:
    assert all(
        map(is_basemap_name, each(("roads.pmtiles", "Дороги 2031.pmtiles", "ճանապարհներ.pmtiles", "a-b_c.pmtiles")))
    )


def test_the_file_is_no_part_of_what_a_run_records(watch: Path, good: bytes) -> None:
    (watch / NAME).write_bytes(good)
    assert NAME not in check_watch(watch).files


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_whatever_bytes_are_changed_there_is_an_answer(good: bytes, tmp_path: Path, data: st.DataObject) -> None:
    changed = bytearray(good)
    for _ in range(data.draw(st.integers(1, 8))):
        changed[data.draw(st.integers(0, 700))] = data.draw(st.integers(0, 255))
    (tmp_path / NAME).write_bytes(changed[: data.draw(st.integers(0, len(good)))])
    assert isinstance(look_at(tmp_path, NAME, AREA), BroughtBasemap | Fault)


def test_the_oracle_agrees_on_what_was_written(watch: Path, good: bytes) -> None:
    """PyPI `pmtiles` reads the same head and metadata."""
    from pmtiles.reader import MemorySource, Reader

    (watch / NAME).write_bytes(good)
    found, reader = look_at(watch, NAME, AREA), Reader(MemorySource(good))
    assert isinstance(found, BroughtBasemap)
    assert (found.min_zoom, found.max_zoom) == (reader.header()["min_zoom"], reader.header()["max_zoom"])
    assert json.dumps(reader.metadata()) == json.dumps(METADATA)
