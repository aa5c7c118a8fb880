"""In which order the files of an inbox are read."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest

from tests.builders import make_watch, template_watch
from trucewatch.pipeline import arrivals
from trucewatch.pipeline.arrivals import LARGE_BYTES, Arrival, SeenFiles, arrivals_of
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


def test_a_file_that_changed_is_hashed_anew_and_one_that_did_not_is_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = replace(next(iter(template_watch().settings.source)), files=("a.csv",))

    def now() -> Arrival:
        (arrival,) = arrivals_of(tmp_path, [source], [])
        return arrival

    path, seen = tmp_path / "a.csv", SeenFiles()
    path.write_text("one")
    assert now().marks is None, "it changed just now: a change within the same tick would not be seen"
    monkeypatch.setattr(arrivals, "_SETTLED_NS", 0)
    seen.add(now(), "hash")
    assert seen.hash_of(now()) == "hash"
    before = path.stat()
    path.write_text("two")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert path.stat().st_size == before.st_size
    assert seen.hash_of(now()) == "", "size and time of writing are as before; that of the change of its entry is not"
    seen.add(now(), "hash")
    path.unlink()
    (tmp_path / "b.csv").touch()
    path.symlink_to(tmp_path / "b.csv")
    assert now().marks is None
