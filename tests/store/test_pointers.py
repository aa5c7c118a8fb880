"""Where each observation lies: what the sorted blocks answer is what a table of all of them would."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from random import Random

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trucewatch.model.ids import observation_id
from trucewatch.store import pointers
from trucewatch.store.pointers import TABLE, add_batch, drop_batches, keys_of, pointers_to


def a_table() -> sqlite3.Connection:
    db = sqlite3.connect(":memory:", isolation_level=None)
    db.execute(TABLE)
    return db


def asking(db: sqlite3.Connection):
    return lambda query, *values: db.execute(query, values).fetchall()


def content(db: sqlite3.Connection) -> list[tuple[object, ...]]:
    return db.execute("SELECT * FROM observation ORDER BY level, begins, block").fetchall()


NAMES = [observation_id("s", str(number)) for number in range(60)]
ODD = ["", "o-1", "o-" + "é" * 26, "O-" + "a" * 26, NAMES[0][:14] + "a" * 14, NAMES[0][:14] + "b" * 14]
KEYS = dict(zip([*NAMES, *ODD], keys_of(pa.array([*NAMES, *ODD])).tolist(), strict=True))
BATCHES = st.dictionaries(
    st.integers(0, 700), st.lists(st.sampled_from(NAMES + ODD), max_size=12), min_size=1, max_size=25
)


@pytest.fixture(autouse=True)
def small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pointers, "BLOCK_ROWS", 4)
    monkeypatch.setattr(pointers, "MOST_MERGED", 20)


def grown(batches: dict[int, list[str]]) -> sqlite3.Connection:
    db = a_table()
    for entry, names in sorted(batches.items()):
        cut = len(names) // 2
        add_batch(db, entry, [pa.array(part, pa.string()) for part in (names[:cut], names[cut:])])
    return db


@given(BATCHES)
@settings(max_examples=60, deadline=None)
def test_every_place_of_an_id_is_found_latest_batch_first(batches: dict[int, list[str]]) -> None:
    places = defaultdict(list)
    for entry, names in sorted(batches.items(), reverse=True):
        for row, name in enumerate(names):
            places[name].append((entry, row))
    found = pointers_to(asking(grown(batches)), [*NAMES, *ODD])
    for name in [*NAMES, *ODD]:
        alike = {other for other in (*NAMES, *ODD) if KEYS[other] == KEYS[name]}
        expected = sorted((place for other in alike for place in places[other]), key=lambda p: (-p[0], p[1]))
        assert found.get(name, []) == expected


@given(BATCHES, st.data())
@settings(max_examples=40, deadline=None)
def test_after_an_erasure_the_blocks_are_those_of_one_that_never_held_the_batch(
    batches: dict[int, list[str]], data: st.DataObject
) -> None:
    gone = data.draw(st.lists(st.sampled_from(sorted(batches)), unique=True))
    db, rest = grown(batches), grown({entry: names for entry, names in batches.items() if entry not in gone})
    drop_batches(db, gone, 900)
    drop_batches(rest, [], 900)
    assert content(db) == content(rest)


def test_runs_stay_few_however_many_batches_there_are() -> None:
    rng, db = Random(3), a_table()
    for entry in range(0, 1200, 2):
        add_batch(db, entry, [pa.array([rng.choice(NAMES)])])
    ((runs,),) = db.execute("SELECT count(*) FROM (SELECT DISTINCT level, begins FROM observation)").fetchall()
    assert runs < 600 / 20 + 4 * pointers.FAN


def test_keys_of_ids_are_their_first_sixty_bits_sliced_or_not() -> None:
    ids = pa.array(["o-1", *NAMES, "x"], pa.string())
    assert keys_of(ids.slice(1, len(NAMES))).tolist() == keys_of(ids).tolist()[1:-1]
    assert keys_of(pa.chunked_array([ids.slice(0, 9), ids.slice(9)])).tolist() == keys_of(ids).tolist()
    letters = "abcdefghijklmnopqrstuvwxyz234567"
    number = 0
    for char in NAMES[5][2:14]:
        number = number * 32 + letters.index(char)
    assert keys_of(pa.array([NAMES[5]])).tolist() == [number]
