"""Tables that desks bring to the index: made from their own records alone, and never by another's."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

from tests.store.test_store import NOW
from trucewatch.store import Store
from trucewatch.store.desk_index import DeskIndex
from trucewatch.store.journal import Entry


def fill_weather(db: sqlite3.Connection, entry: Entry) -> None:
    db.execute("INSERT INTO weather_day VALUES (?, ?)", (entry.number, entry.record["sky"]))


def fill_again(db: sqlite3.Connection, entry: Entry) -> None:
    db.execute("INSERT INTO weather_sky VALUES (?, ?)", (entry.number, entry.record["sky"].upper()))


def fill_tides(db: sqlite3.Connection, entry: Entry) -> None:
    db.execute("INSERT INTO tides_height VALUES (?)", (entry.record["metres"],))


WEATHER = DeskIndex(
    name="weather",
    version=1,
    kinds=("trucewatch/weather/1",),
    tables="CREATE TABLE weather_day (entry INTEGER PRIMARY KEY, sky TEXT NOT NULL);",
    fill=fill_weather,
)
WEATHER_2 = DeskIndex(
    name="weather",
    version=2,
    kinds=("trucewatch/weather/1",),
    tables="CREATE TABLE weather_sky (entry INTEGER PRIMARY KEY, sky TEXT NOT NULL);",
    fill=fill_again,
)
TIDES = DeskIndex(
    name="tides",
    version=1,
    kinds=("trucewatch/tides/1",),
    tables="CREATE TABLE tides_height (metres INTEGER NOT NULL);",
    fill=fill_tides,
)


def open_with(folder: Path, *desks: DeskIndex) -> Store:
    return Store(folder, lambda: NOW, desks=desks)


def sky(words: str) -> dict[str, Any]:
    return {"schema": "trucewatch/weather/1", "sky": words}


def tide(metres: int) -> dict[str, Any]:
    return {"schema": "trucewatch/tides/1", "metres": metres}


def skies(store: Store, table: str = "weather_day") -> list[str]:
    return [words for (words,) in store.index.rows(f"SELECT sky FROM {table} ORDER BY entry")]


def heights(store: Store) -> list[int]:
    return [metres for (metres,) in store.index.rows("SELECT metres FROM tides_height ORDER BY metres")]


def tables_of(store: Store) -> set[str]:
    return {name for (name,) in store.index.rows("SELECT name FROM sqlite_master WHERE type = 'table'")}


def mark_by_hand(store: Store) -> None:
    """A row that no record stands behind: it is gone only if the tides' tables are made again."""
    with store.index._transaction():  # by any other way it would count as damage
        store.index._db.execute("INSERT INTO tides_height VALUES (99)")


def test_a_desk_takes_in_its_own_kinds_and_no_others(tmp_path: Path) -> None:
    with open_with(tmp_path, WEATHER, TIDES) as store:
        store.commit([sky("clear"), tide(3), sky("rain")])
        assert (skies(store), heights(store)) == (["clear", "rain"], [3])
    with open_with(tmp_path, WEATHER, TIDES) as store:
        assert (skies(store), heights(store)) == (["clear", "rain"], [3]), "nothing is taken in twice"
        digest = store.index.digest()
        store.rebuild()
        assert store.index.digest() == digest


def test_a_desk_that_is_new_is_made_from_what_was_recorded_before_it(tmp_path: Path) -> None:
    with open_with(tmp_path) as store:
        store.commit([sky("clear"), tide(3)])
        assert "weather_day" not in tables_of(store)
    with open_with(tmp_path, WEATHER) as store:
        assert skies(store) == ["clear"]
        store.commit([sky("rain")])
        assert skies(store) == ["clear", "rain"]


def test_a_desk_of_another_version_is_made_again_and_another_desk_is_not(tmp_path: Path) -> None:
    with open_with(tmp_path, WEATHER, TIDES) as store:
        store.commit([sky("clear"), tide(3), sky("rain")])
        mark_by_hand(store)
    with open_with(tmp_path, WEATHER_2, TIDES) as store:
        assert skies(store, "weather_sky") == ["CLEAR", "RAIN"]
        assert "weather_day" not in tables_of(store), "what the version before had is gone"
        assert heights(store) == [3, 99], "another desk's tables are left as they are"


def test_an_absent_desk_is_left_alone_and_stays_if_nobody_wrote_meanwhile(tmp_path: Path) -> None:
    with open_with(tmp_path, WEATHER, TIDES) as store:
        store.commit([sky("clear"), tide(3)])
        mark_by_hand(store)
    with open_with(tmp_path, WEATHER) as store:
        store.commit([sky("rain")])
        assert heights(store) == [3, 99]
    with open_with(tmp_path, WEATHER, TIDES) as store:
        assert heights(store) == [3, 99], "no record of its kinds came in: it is not made again"
        assert skies(store) == ["clear", "rain"]


def test_a_desk_that_comes_back_after_others_wrote_is_made_again(tmp_path: Path) -> None:
    with open_with(tmp_path, WEATHER, TIDES) as store:
        store.commit([sky("clear"), tide(3)])
        mark_by_hand(store)
    with open_with(tmp_path, WEATHER) as store:
        store.commit([tide(4), sky("rain")])
        assert heights(store) == [3, 99]
    with open_with(tmp_path, WEATHER, TIDES) as store:
        assert heights(store) == [3, 4]
        assert skies(store) == ["clear", "rain"]


def test_an_index_that_was_thrown_away_has_every_desk_again(tmp_path: Path) -> None:
    with open_with(tmp_path, WEATHER, TIDES) as store:
        store.commit([sky("clear"), tide(3)])
    for path in (tmp_path / ".trucewatch").glob("records.sqlite*"):
        path.unlink()
    with open_with(tmp_path, WEATHER, TIDES) as store:
        assert (skies(store), heights(store)) == (["clear"], [3])
