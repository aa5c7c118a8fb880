"""A natural key that returns in another file: a corrected row is a new version, another event is refused."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.builders import edit, make_watch
from trucewatch.desks import find, indexes
from trucewatch.pipeline import assess, intake
from trucewatch.pipeline.intake import standing_batches, watch_of_today
from trucewatch.server.console import Console
from trucewatch.store import Store
from trucewatch.store.batches import load_batches

NOW = datetime(2031, 5, 20, tzinfo=UTC)
HEAD = "number,when,where,what,how many,remark"
FIRST = '7,2031-05-04T10:00:00Z,"-35.0, -25.2",blast,1,the first'
OTHER_DAY = '7,2031-05-11T10:00:00Z,"-35.0, -25.2",blast,1,a week later'
OTHER_KIND_AND_PLACE = '7,2031-05-04T12:00:00Z,"-35.3, -25.2",shots,4,elsewhere'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = make_watch(tmp_path / "w")
    edit(folder / "watch.toml", 'files = ["inbox/reports.csv"]', 'files = ["inbox/*.csv"]')
    (folder / "inbox" / "reports.csv").unlink()
    return folder


def put(folder: Path, name: str, *rows: str) -> None:
    (folder / "inbox" / name).write_text("\n".join([HEAD, *rows, ""]))


def look(store: Store, folder: Path) -> tuple[list[str], list[tuple[str, int, str]]]:
    """Take in what lies there; the words of the rows that stand, and the refused rows."""
    intake.take_in(store, folder, now=NOW)
    watch = watch_of_today(store, folder)
    rows = load_batches(store, list(standing_batches(store, watch).values()))
    refused = [(row["file"], row["row"], row["reason"]) for row in rows.rejected.to_pylist()]
    return sorted(rows.observations["text"].to_pylist()), refused


@pytest.mark.parametrize("other", [OTHER_DAY, OTHER_KIND_AND_PLACE])
@pytest.mark.parametrize("is_first", [True, False])
def test_another_event_in_a_later_file_is_refused_whichever_comes_first(
    folder: Path, other: str, is_first: bool
) -> None:
    first, second = (FIRST, other) if is_first else (other, FIRST)
    with Store(folder, lambda: NOW) as store:
        put(folder, "may.csv", first)
        assert look(store, folder)[1] == []
        put(folder, "april.csv", '8,2031-05-04T10:00:00Z,"-35.0, -25.2",blast,1,beside', second)
        words, refused = look(store, folder)
    assert words == sorted(["beside", first.rpartition(",")[2]])
    ((file, row, reason),) = refused
    assert (file, row) == ("inbox/april.csv", 3)
    assert "stands in inbox/may.csv, row 2, for another event" in reason
    assert "; give each event a key of its own" in reason


@pytest.mark.parametrize(
    "row",
    [
        '7,2031-05-04T10:00:00Z,"-35.0, -25.2",blast,5,another count',
        '7,2031-05-04T21:30:00Z,"-35.0, -25.2",blast,1,the evening',
        '7,2031-05-03T23:00:00Z,"-35.02, -25.21",blast,1,a place moved a little',
        '7,2031-05-04T10:00:00Z,"-35.4, -25.2",blast,1,another place alone',
        '7,2031-05-04T10:00:00Z,"-35.0, -25.2",shots,1,another kind alone',
        "7,2031-05-05,,blast,1,a day that is next to it",
        FIRST,
    ],
)
def test_a_corrected_row_in_a_later_file_is_a_new_version(folder: Path, row: str) -> None:
    with Store(folder, lambda: NOW) as store:
        put(folder, "may.csv", FIRST)
        look(store, folder)
        put(folder, "may-corrected.csv", row)
        words, refused = look(store, folder)
    assert refused == []
    assert words == sorted(["the first", row.rpartition(",")[2]])


def test_files_that_come_together_are_held_against_each_other_too(folder: Path) -> None:
    put(folder, "a.csv", FIRST)
    put(folder, "b.csv", OTHER_DAY)
    with Store(folder, lambda: NOW) as store:
        words, refused = look(store, folder)
    assert words == ["the first"]
    assert [(file, row) for file, row, _ in refused] == [("inbox/b.csv", 2)]


def test_a_mended_file_of_the_same_name_replaces_its_rows_as_ever(folder: Path) -> None:
    with Store(folder, lambda: NOW) as store:
        put(folder, "may.csv", FIRST)
        look(store, folder)
        put(folder, "may.csv", OTHER_DAY)
        assert look(store, folder) == (["a week later"], [])


def test_a_process_that_goes_on_refuses_what_one_that_begins_does(folder: Path) -> None:
    """As in `serve`, which holds the store open over many looks."""
    with Store(folder, lambda: NOW) as store:
        put(folder, "a.csv", FIRST)
        assess(store, folder, now=NOW)
        put(folder, "b.csv", OTHER_DAY)
        step = assess(store, folder, now=NOW)
        store.memory.clear()
        anew = assess(store, folder, now=NOW)
    assert step.observations["text"].to_pylist() == ["the first"]
    assert anew.observations.equals(step.observations)
    assert anew.rejected.equals(step.rejected)


def test_the_console_refuses_it_when_it_looks_again(folder: Path) -> None:
    put(folder, "a.csv", FIRST)
    with Store(folder, lambda: NOW, desks=indexes()) as store:
        console = Console(store, folder, lambda: NOW, find())
        put(folder, "b.csv", OTHER_DAY)
        console.refresh()
        assessment = console.assessment()
        console.close()
    assert assessment.observations["text"].to_pylist() == ["the first"]
    assert "another event" in str(assessment.rejected.to_pylist()[0]["reason"])


def test_after_a_change_of_the_mapping_what_was_read_by_the_old_one_refuses_nothing(folder: Path) -> None:
    with Store(folder, lambda: NOW) as store:
        put(folder, "b.csv", FIRST)
        look(store, folder)
        put(folder, "a.csv", OTHER_DAY)
        assert [file for file, _, _ in look(store, folder)[1]] == ["inbox/a.csv"]
        edit(folder / "watch.toml", "place_sd_m = 500", "place_sd_m = 600")
        words, refused = look(store, folder)
    assert words == ["a week later"]
    assert [file for file, _, _ in refused] == ["inbox/b.csv"]
