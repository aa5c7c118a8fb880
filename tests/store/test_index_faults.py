"""The index is only an index: whatever becomes of its file, it is thrown away and made again, and nobody is told other
contents."""

from __future__ import annotations

import os
import shutil
import sqlite3
import threading
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

import pytest

from tests.builders import make_watch
from tests.store.test_desk_index import TIDES, WEATHER, sky, tide
from tests.store.test_store import NOW, open_store, record
from trucewatch.errors import StoreError
from trucewatch.pipeline import assess
from trucewatch.store import Store
from trucewatch.store import index as index_module
from trucewatch.store.index_faults import whole_fault
from trucewatch.store.ledger_lines import entries_for_people
from trucewatch.store.read_only_index import ask_index

INDEX = ".trucewatch/records.sqlite"
DESKS = (WEATHER, TIDES)


def opened(folder: Path) -> Store:
    return Store(folder, lambda: NOW, desks=DESKS)


def publication(number: int) -> dict[str, Any]:
    rows = [{"incident_id": f"i-{number}", "number": 1, "kind": "fire", "outcome": "consistent", "place": "a zone"}]
    return {"schema": "trucewatch/publication/1", "number": f"w/{number}", "revision": 1, "rows": rows}


@pytest.fixture
def watch(folder: Path) -> Path:
    """A watch with rows, a list, issues, an erasure and desks' tables; its index closed in peace."""
    made = make_watch(folder.with_name("watch"), rows=40)
    with opened(made) as store:
        assess(store, made, now=NOW)
        store.commit([*(sky(f"words {number}") for number in range(30)), *(tide(number) for number in range(30))])
        store.commit([publication(number) for number in range(25)])
        store.keys.person_reference("somebody")
    return made


def copies(watch: Path) -> Callable[[], Path]:
    def copy() -> Path:
        place = watch.with_name("copy")
        shutil.rmtree(place, ignore_errors=True)
        return Path(shutil.copytree(watch, place, symlinks=True))

    return copy


def digest_of(watch: Path) -> str:
    with opened(watch) as store:
        assert store.recovered == ()
        return store.index.digest()


def check_healed(place: Path, digest: str, *, is_said: bool = True) -> tuple[str, ...]:
    """The next start has the index that was written, and so has the one after it, which has nothing left to do."""
    with opened(place) as store:
        assert store.index.digest() == digest
        assert store.index.check() == ""
        recovered = store.recovered
    assert bool(recovered) or not is_said
    with opened(place) as store:
        assert store.recovered == ()
    return recovered


def test_three_hundred_flipped_bits_change_nothing_that_anybody_is_told(watch: Path) -> None:
    digest, copy, rng = digest_of(watch), copies(watch), Random(12)
    place = copy()
    whole = (place / INDEX).read_bytes()
    entries = [entry.sha256 for entry in entries_for_people(place / ".trucewatch", limit=1000).entries]
    healed = 0
    for _ in range(300):
        bit = rng.randrange(len(whole) * 8)
        flipped = bytearray(whole)
        flipped[bit // 8] ^= 1 << bit % 8
        (place / INDEX).write_bytes(flipped)
        page = entries_for_people(place / ".trucewatch", limit=1000)
        assert [entry.sha256 for entry in page.entries] == entries, bit
        healed += bool(check_healed(place, digest, is_said=False))
    assert healed > 50, "much of a small index is blank, and a bit there is no matter"


def test_pages_that_are_overwritten_are_found(watch: Path) -> None:
    digest, place, rng = digest_of(watch), copies(watch)(), Random(7)
    whole = (place / INDEX).read_bytes()
    for number in range(40):
        page, other = (rng.randrange(len(whole) // 4096) * 4096 for _ in range(2))
        damaged = bytearray(whole)
        damaged[page : page + 4096] = (rng.randbytes(4096), bytes(4096), whole[other : other + 4096])[number % 3]
        (place / INDEX).write_bytes(damaged)
        check_healed(place, digest, is_said=False)


def replaced(path: Path, way: str) -> None:
    whole = path.read_bytes()
    path.unlink()
    if way == "rubbish":
        path.write_bytes(os.urandom(20_000))
    elif way == "empty":
        path.write_bytes(b"")
    elif way == "one byte":
        path.write_bytes(b"S")
    elif way == "cut off":
        path.write_bytes(whole[: len(whole) // 2])
    elif way == "another database":
        with sqlite3.connect(path) as db:
            db.execute("CREATE TABLE entry (number INTEGER)")
            db.execute("PRAGMA user_version=7")
    elif way == "a later version":
        with sqlite3.connect(path) as db:
            db.execute("PRAGMA user_version=99")
    elif way == "a folder":
        path.mkdir()
    elif way == "a folder with a file":
        path.mkdir()
        (path / "kept").write_bytes(b"mine")
    elif way == "a link to nothing":
        path.symlink_to(path.with_name("nothing"))
    elif way == "a link to a file":
        elsewhere = path.parent.parent / "elsewhere"
        elsewhere.write_bytes(whole)
        path.symlink_to(elsewhere)
    elif way == "a pipe":
        os.mkfifo(path)


WAYS = [
    "rubbish",
    "empty",
    "one byte",
    "cut off",
    "another database",
    "a later version",
    "a folder",
    "a folder with a file",
    "a link to nothing",
    "a link to a file",
    "a pipe",
    "nothing",
]


@pytest.mark.parametrize("way", WAYS)
def test_a_file_that_is_something_else_is_replaced(watch: Path, way: str) -> None:
    digest, place = digest_of(watch), copies(watch)()
    total = entries_for_people(place / ".trucewatch").total
    replaced(place / INDEX, way)
    assert entries_for_people(place / ".trucewatch").total == total, "who only reads has the ledger"
    check_healed(place, digest)
    if way == "a link to a file":
        assert (place / "elsewhere").is_file()
        assert not (place / INDEX).is_symlink()
    if way == "a folder with a file":
        (kept,) = (place / ".trucewatch").glob("records.sqlite.set-aside-*/kept")
        assert kept.read_bytes() == b"mine"


@pytest.mark.parametrize("suffix", ["-wal", "-shm", "-journal"])
@pytest.mark.parametrize("way", ["rubbish", "a folder", "a link to a file", "a pipe", "another's"])
def test_side_files_that_are_damaged_or_foreign_change_nothing(watch: Path, suffix: str, way: str) -> None:
    digest, place = digest_of(watch), copies(watch)()
    path = place / f"{INDEX}{suffix}"
    path.write_bytes(b"\x37\x7f\x06\x82" + bytes(40))
    if way == "another's":
        other = place.with_name("other")
        other.mkdir()
        with opened(other) as store:
            store.commit([sky("another"), tide(1)])
            side = other / f"{INDEX}{suffix}"
            path.write_bytes(side.read_bytes() if side.is_file() else b"")
    else:
        replaced(path, way)
    check_healed(place, digest, is_said=False)


def test_a_killed_runs_side_files_with_flipped_bits_change_nothing(watch: Path) -> None:
    copy, rng = copies(watch), Random(3)
    with opened(watch) as store:
        store.commit([sky("late"), tide(77), publication(99)])
        place = copy()
    with opened(watch) as store:
        digest = store.index.digest()
    wal, shm, main = ((place / f"{INDEX}{suffix}") for suffix in ("-wal", "-shm", ""))
    kept = {path: path.read_bytes() for path in (wal, shm, main)}
    assert len(kept[wal]) > 1000
    for number in range(60):
        for path, content in kept.items():
            path.write_bytes(content)
        path = (wal, wal, shm)[number % 3]
        flipped = bytearray(kept[path])
        for _ in range(1 + number % 4):
            flipped[rng.randrange(len(flipped))] ^= 1 << rng.randrange(8)
        path.write_bytes(flipped if number % 5 else flipped[: rng.randrange(len(flipped))])
        check_healed(place, digest, is_said=False)


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE publication SET record = replace(record, 'consistent', 'inconsistent')",
        "UPDATE publication SET record = 'no JSON'",
        "DELETE FROM publication WHERE entry = (SELECT max(entry) FROM publication)",
        "UPDATE list SET inputs = ''",
        "UPDATE batch SET rejected_rows = 7",
        "UPDATE key_event SET key = replace(key, 'a', 'b')",
        "INSERT INTO erased VALUES ('p-somebody', 3)",
        "UPDATE entry SET schema = 'trucewatch/evidence/1' WHERE number = 5",
        "UPDATE weather_day SET sky = 'clear'",
        "UPDATE tides_height SET metres = NULL",
        "UPDATE content SET sum = sum + 1",
        "UPDATE desk_index SET last = 3",
        "DROP TABLE calibration",
        "ALTER TABLE batch RENAME COLUMN file TO files",
        "CREATE TRIGGER t AFTER INSERT ON entry BEGIN DELETE FROM publication; END",
        "UPDATE observation SET pointers = zeroblob(16)",
    ],
)
def test_contents_that_somebody_changed_are_never_believed(watch: Path, change: str) -> None:
    digest, place = digest_of(watch), copies(watch)()
    with sqlite3.connect(place / INDEX) as db:
        db.execute("PRAGMA ignore_check_constraints=ON")
        try:
            db.execute(change)
        except sqlite3.IntegrityError:
            db.execute("DELETE FROM tides_height")
    db.close()
    (words,) = check_healed(place, digest)
    assert "the index was damaged" in words


def test_an_index_of_another_watch_is_thrown_away(watch: Path) -> None:
    digest, place = digest_of(watch), copies(watch)()
    other = place.with_name("other")
    other.mkdir()
    with opened(other) as store:
        store.commit([record(1)] * 300)
    shutil.copy(other / INDEX, place / INDEX)
    (words,) = check_healed(place, digest)
    assert "of another watch" in words


def test_a_fault_that_is_met_while_the_store_is_open_is_healed_under_the_writing_lock(watch: Path) -> None:
    told = list[str]()
    with opened(watch) as store:
        digest = store.index.digest()
        store.index_healed = told.append
        store.index._db.execute("PRAGMA cache_size=0")
        store.index._db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        content = (watch / INDEX).read_bytes()
        (watch / INDEX).write_bytes(content[:4096] + os.urandom(len(content) - 4096))
        asked = list[list[tuple[Any, ...]]]()
        threads = [
            threading.Thread(target=lambda: asked.append(store.index.rows("SELECT count(*) FROM publication")))
            for _ in range(8)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert asked == [[(25,)]] * 8
        assert len(told) == 1, "it is made again once"
        assert "the index was damaged" in told[0]
        assert store.index.digest() == digest
        store.commit([record(5)])
    with opened(watch) as store:
        assert store.recovered == ()
        assert record(5)["files"] in [entry.record.get("files") for entry in store.journal.entries()]


def test_a_fault_that_a_commit_meets_costs_no_entry_and_enters_none_twice(watch: Path) -> None:
    with opened(watch) as store:
        size = len(store.journal)
        db = sqlite3.connect(watch / INDEX)
        db.execute("DROP TABLE watch_files")
        db.close()
        told = list[str]()
        store.index_healed = told.append
        store.commit([record(5)])
        assert len(store.journal) == size + 1
        assert store.index.applied == size + 1
        assert len(told) == 1
    with opened(watch) as store:
        assert store.recovered == ()


def test_what_nothing_explains_makes_the_store_look_at_its_index(watch: Path) -> None:
    def change() -> None:
        with sqlite3.connect(watch / INDEX) as db:
            db.execute("UPDATE publication SET record = 'no JSON'")
        db.close()
        raise ValueError("as a page would")

    with pytest.raises(StoreError, match="made again"), opened(watch):
        change()
    with opened(watch) as store:
        assert store.recovered == ()
    with pytest.raises(ValueError, match="as a page would"), opened(watch):
        raise ValueError("as a page would")


def test_a_question_that_no_index_answers_makes_none_again(watch: Path) -> None:
    with opened(watch) as store:
        told = list[str]()
        store.index_healed = told.append
        with pytest.raises(sqlite3.OperationalError, match="no such table"):
            store.index.rows("SELECT * FROM nowhere")
        assert told == []


def test_a_large_table_of_pointers_is_checked_beside_the_work(watch: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(index_module, "AT_ONCE", 10)
    digest = digest_of(watch)
    with sqlite3.connect(watch / INDEX) as db:
        db.execute("UPDATE observation SET pointers = zeroblob(16)")
    db.close()
    with opened(watch) as store:
        assert store.recovered == ()
        told = list[str]()
        store.index_healed = told.append
        thread = store.check_index_beside()
        assert thread is not None
        thread.join(30)
        assert len(told) == 1
        assert store.index.digest() == digest
        assert store.check_index_beside() is None
    generation = store.index.generation
    store._heal_index("found too late", generation)
    assert store.index.generation == generation, "a closed store's index is another's by now"
    assert ask_index(watch / ".trucewatch", whole_fault) == ""


def test_a_full_disk_throws_no_index_away(watch: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with opened(watch) as store:
        generation = store.index.generation

        def fail(entry: object) -> None:
            raise sqlite3.OperationalError("database or disk is full")

        with monkeypatch.context() as patch:
            patch.setattr(store.index, "_apply_one", fail)
            with pytest.raises(StoreError, match="disk is full"):
                store.commit([record(5)])
        assert store.index.generation == generation
    with open_store(watch) as store:
        assert record(5)["files"] in [entry.record.get("files") for entry in store.journal.entries()]
