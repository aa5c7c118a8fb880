"""What a watch of years meets: moments far off, a minute with thousands of rows, a file late by years, a disk that is
full or a power cut in the middle. Real files, through the real run."""

from __future__ import annotations

import errno
import shutil
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.builders import edit, make_watch
from tests.store.fault_disk import FaultDisk, Killed
from trucewatch.errors import StoreError
from trucewatch.pipeline import Assessment, assess
from trucewatch.pipeline.intake import MOST_TOGETHER, take_in
from trucewatch.store import Store

NOW = datetime(2033, 6, 1, tzinfo=UTC)
HEAD = "natural_key,kind,means,sensor,occurred_start,lon,lat,semi_major_m,semi_minor_m,major_azimuth_deg,known_at"
SOURCE = '[[source]]\nid = "years"\nadapter = "observations"\nfiles = ["inbox/years/*.csv"]\n\n[[source]]'


def empty_watch(folder: Path) -> Path:
    """The template, with a source of daily files and none of them yet."""
    make_watch(folder)
    edit(folder / "watch.toml", "[[source]]", SOURCE)
    edit(folder / "watch.toml", "watch_time = 2031-05-05T00:00:00Z", f"watch_time = {NOW:%Y-%m-%dT%H:%M:%SZ}")
    (folder / "inbox" / "years").mkdir()
    return folder


@pytest.fixture
def watch(tmp_path: Path) -> Path:
    return empty_watch(tmp_path / "watch")


def row(key: object, at: datetime, *, lon: float = -25.1, lat: float = -35.1, known_at: datetime | None = None) -> str:
    known = f"{known_at:%Y-%m-%dT%H:%M:%SZ}" if known_at else ""
    return f"{key},explosion,acoustic,ac-1,{at:%Y-%m-%dT%H:%M:%SZ},{lon:.5f},{lat:.5f},200,100,30,{known}"


def bring(watch: Path, name: str, rows: Sequence[str]) -> None:
    (watch / "inbox" / "years" / f"{name}.csv").write_text("\n".join([HEAD, *rows, ""]), encoding="utf-8")


def months(first: int, last: int) -> Iterator[datetime]:
    return (datetime(2031 + month // 12, month % 12 + 1, 3, 7, tzinfo=UTC) for month in range(first, last))


def open_store(watch: Path) -> Store:
    return Store(watch, lambda: NOW)


TOLD = ("incident_id", "members", "kind", "occurred_start", "occurred_end", "lon", "lat", "semi_major_m", "count_best")


def told(found: Assessment) -> list[dict[str, object]]:
    """What each incident is, when and where."""
    rows: list[dict[str, object]] = found.incidents.select(TOLD).sort_by("incident_id").to_pylist()
    return rows


def test_rows_of_1970_and_2099_stand_beside_the_rest_and_change_nothing_of_it(watch: Path) -> None:
    usual = [row(number, moment) for number, moment in enumerate(months(0, 6))]
    bring(watch, "a", usual)
    far = [
        row("long ago", datetime(1970, 1, 1, tzinfo=UTC)),
        row("to come", datetime(2099, 12, 31, 23, 59, tzinfo=UTC)),
    ]
    with open_store(watch) as store:
        before = assess(store, watch, now=NOW)
        bring(watch, "b", far)
        after = assess(store, watch, now=NOW)
        ((taken, refused),) = store.index.rows(
            "SELECT observation_rows, rejected_rows FROM batch WHERE file LIKE '%b.csv'"
        )
    assert (taken, refused) == (2, 0)
    starts = {start.year for start in after.incidents["occurred_start"].to_pylist()}
    assert 1970 in starts
    assert 2099 not in starts, "nobody can know today what was not yet"
    assert after.incidents.num_rows == before.incidents.num_rows + 1
    assert set(before.incidents["incident_id"].to_pylist()) < set(after.incidents["incident_id"].to_pylist())


def test_a_late_file_that_touches_every_month_gives_the_list_of_all_at_once(watch: Path, tmp_path: Path) -> None:
    """By the cylinder; how sure each is rests on what was learnt by then, and that stays as it was."""
    fresh = empty_watch(tmp_path / "fresh")
    for folder in (watch, fresh):
        edit(folder / "watch.toml", 'rule = "likelihood"', 'rule = "cylinder"\nradius_m = 1500\ngap_hours = 2')
    bring(watch, "a", [row(number, moment) for number, moment in enumerate(months(0, 24))])
    late = [row(f"late {n}", moment + timedelta(minutes=4), lat=-35.1005) for n, moment in enumerate(months(0, 24))]
    with open_store(watch) as store:
        assess(store, watch, now=NOW)
        bring(watch, "b", [*late, row("late at the line", datetime(2032, 2, 2, tzinfo=UTC), known_at=NOW)])
        grown = told(assess(store, watch, now=NOW))
    for path in (watch / "inbox" / "years").iterdir():
        path.rename(fresh / "inbox" / "years" / path.name)
    with open_store(fresh) as store:
        assert grown == told(assess(store, fresh, now=NOW))
    assert len(grown) >= 24


def test_thousands_of_rows_at_one_minute_are_listed(watch: Path) -> None:
    """A clock that stands still, or a whole front within a minute."""
    minute = datetime(2032, 3, 3, 3, 3, tzinfo=UTC)
    count = 20_000
    rows = [row(n, minute, lon=-25.45 + 0.009 * (n % 100), lat=-35.45 + 0.0045 * (n // 100)) for n in range(count)]
    bring(watch, "a", rows)
    with open_store(watch) as store:
        found = assess(store, watch, now=NOW)
        ((taken,),) = store.index.rows("SELECT observation_rows FROM batch WHERE source = 'years'")
    assert taken == count
    members = found.incidents["members"].to_pylist()
    names = [name for incident in members for name in incident]
    assert len(set(names)) == len(names) >= count


def bring_days(watch: Path, days: int) -> None:
    for day in range(days):
        at = datetime(2032, 1, 1, tzinfo=UTC) + timedelta(days=day)
        bring(watch, f"{at:%Y-%m-%d}", [row(f"{day}/{n}", at + timedelta(hours=n)) for n in range(1 + day % 3)])


def taken_rows(store: Store) -> list[tuple[str, int]]:
    """What stands of each file, all of it where its record says."""
    batches = store.index.rows("SELECT file, observation_rows, observations, evidence FROM batch ORDER BY file, entry")
    assert all(store.objects.get(observations) for _, _, observations, _ in batches if observations)
    assert all(evidence in store.evidence for *_, evidence in batches)
    return [(file, rows) for file, rows, *_ in batches]


def test_many_small_files_are_entered_together_and_one_bad_one_is_one_refusal(watch: Path) -> None:
    bring_days(watch, MOST_TOGETHER + 30)
    (watch / "inbox" / "years" / "0-bad.csv").write_bytes(b"kind,means\nexplosion")
    (watch / "inbox" / "years" / "2032-02-30.csv").write_bytes(b"\x89PNG\r\n")
    (watch / "inbox" / "years" / "same.csv").write_bytes((watch / "inbox" / "years" / "2032-01-02.csv").read_bytes())
    with open_store(watch) as store:
        take_in(store, watch, now=NOW)
        rows = taken_rows(store)
        entries = len(store.journal)
        refused = store.index.rows("SELECT file, rejected_rows FROM batch WHERE rejected_rows > 0 ORDER BY file")
        evidence = store.index.rows("SELECT count(*), count(DISTINCT sha256) FROM evidence WHERE source = 'years'")
        take_in(store, watch, now=NOW)
        assert len(store.journal) == entries, "nothing is read twice"
        digest = store.index.digest()
        store.rebuild()
        assert store.index.digest() == digest
    assert len(rows) == len(set(rows)) == MOST_TOGETHER + 30 + 3 + 1
    assert refused == [("inbox/years/0-bad.csv", 1), ("inbox/years/2032-02-30.csv", 1)]
    assert evidence == [(MOST_TOGETHER + 32, MOST_TOGETHER + 32)], "the same bytes are told once"
    assert not list((watch / ".trucewatch").rglob("*.tmp"))


def broken_off(watch: Path, step: int, way: str) -> None:
    """Take in what is there, on a disk that fails from this step of it on."""
    with FaultDisk(watch) as disk, open_store(watch) as store:
        at = len(disk.steps) + step
        if way == "full":
            disk.fails_from(at, errno.ENOSPC)
        else:
            disk.killed_at(at)
        take_in(store, watch, now=NOW)


@pytest.mark.parametrize("way", ["full", "killed"])
def test_nothing_acknowledged_is_lost_where_entering_many_files_breaks_off(way: str, tmp_path: Path) -> None:
    began = empty_watch(tmp_path / "began")
    with open_store(began) as store:
        take_in(store, began, now=NOW)
    bring_days(began, 5)
    watch = Path(shutil.copytree(began, tmp_path / "whole"))
    with FaultDisk(watch) as disk, open_store(watch) as store:
        opened = len(disk.steps)
        take_in(store, watch, now=NOW)
        steps = len(disk.steps) - opened
        whole = taken_rows(store)
    assert steps > 40
    for step in range(0, steps, 5):
        again = Path(shutil.copytree(began, tmp_path / f"at-{step}"))
        with pytest.raises((StoreError, Killed)):
            broken_off(again, step, way)
        with open_store(again) as store:
            assert set(taken_rows(store)) <= set(whole)
            take_in(store, again, now=NOW)
            assert taken_rows(store) == whole
            assert not list((again / ".trucewatch").glob(".*.tmp"))
