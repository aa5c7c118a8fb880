"""In which order the files of an inbox are read."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from tests.builders import make_watch
from trucewatch.pipeline.arrivals import LARGE_BYTES, arrivals_of
from trucewatch.watch import load_watch


def test_large_files_are_read_last_the_smallest_of_them_first_and_others_by_name(tmp_path: Path) -> None:
    """By name where nothing takes long, so that the order of records is that of before."""
    folder = make_watch(tmp_path / "w")
    (source, *_) = load_watch(folder).settings.source
    for path in (folder / "inbox").iterdir():
        path.unlink()
    sizes = {"a": LARGE_BYTES * 3, "b": LARGE_BYTES * 2, "c": 5, "d": LARGE_BYTES, "e": 1, "f": LARGE_BYTES + 1}
    for name, size in sizes.items():
        with (folder / "inbox" / f"{name}.csv").open("wb") as file:
            file.truncate(size)
    (folder / "inbox" / "g.csv").symlink_to(folder / "inbox" / "a.csv")
    arrivals = arrivals_of(folder, [replace(source, files=("inbox/*.csv",))], [])
    assert [arrival.path.stem for arrival in arrivals] == ["c", "d", "e", "g", "f", "b", "a"]
    assert [arrival.path.stem for arrival in arrivals if arrival.fault] == ["g"]
