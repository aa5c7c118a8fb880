"""One history: whatever of a store is gone or older, it is never signed on beside what was published under its key."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from base64 import b64encode
from hashlib import sha256
from pathlib import Path

import pytest

from tests.builders import make_watch
from tests.ledger.small_log import run as inspect
from tests.store.test_store import NOW, open_store, record, said
from trucewatch.errors import LedgerError, StoreError, TrucewatchError
from trucewatch.ledger.fetching import fetch_from_folder
from trucewatch.ledger.keyfile import new_key, read_key
from trucewatch.ledger.log import SignedEntriesLost
from trucewatch.ledger.note import WITNESS_ALGORITHM, SecretKey, read_checkpoint, sign_checkpoint
from trucewatch.ledger.witness import cosign
from trucewatch.store import Store
from trucewatch.store.history import HIGH_WATER, LARGEST_NOTE, MOST_NOTES, Mark, history_faults, read_mark, write_mark
from trucewatch.store.keys import Keyring

LEDGER = ".trucewatch/ledger"
WITNESS = new_key("example.org/witness", WITNESS_ALGORITHM)
PARTS = {
    "key": ".trucewatch/private/log-key",
    "mark": ".trucewatch/private/high-water",
    "objects": ".trucewatch/objects",
    "evidence": ".trucewatch/evidence",
    "ledger": ".trucewatch/ledger",
    "journal": ".trucewatch/ledger/journal",
    "tiles": ".trucewatch/ledger/tile",
    "checkpoint": ".trucewatch/ledger/checkpoint",
    "checkpoints": ".trucewatch/ledger/checkpoints",
    "index": ".trucewatch/records.sqlite",
}


def lived(folder: Path) -> Path:
    """A watch of three runs; beside it `older`, as it was after the second."""
    watch = folder / "watch"
    watch.mkdir()
    (folder / "seen.csv").write_bytes(b"seen")
    with open_store(watch) as store:
        sha, size = store.keep_evidence(folder / "seen.csv")
        says = {"source": "s", "name": "seen.csv", "size_bytes": size, "received_at": "2031-05-04T17:00:00Z"}
        store.commit([{"schema": "trucewatch/evidence/1", "sha256": sha, **says}])
        store.register_key(str(WITNESS.public), role="witness", holder="Example")
    with open_store(watch) as store:
        store.commit([record(1)])
    shutil.copytree(watch, folder / "older")
    with open_store(watch) as store:
        (folder / "more.csv").write_bytes(b"more")
        sha, size = store.keep_evidence(folder / "more.csv")
        says = {"source": "s", "name": "more.csv", "size_bytes": size, "received_at": "2031-05-04T17:00:00Z"}
        store.commit([record(2), {"schema": "trucewatch/evidence/1", "sha256": sha, **says}])
    return watch


def remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def make_older(watch: Path, part: str) -> None:
    older = watch.with_name("older") / PARTS[part]
    remove(watch / PARTS[part])
    if older.is_dir():
        shutil.copytree(older, watch / PARTS[part])
    else:
        (watch / PARTS[part]).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(older, watch / PARTS[part])


def cosigned(watch: Path, key: SecretKey = WITNESS) -> bytes:
    ledger = watch / LEDGER
    checkpoint = (ledger / "checkpoint").read_bytes()
    log = read_key(watch / PARTS["key"], None).public
    return cosign(checkpoint, log, key, None, fetch_from_folder(ledger), int(NOW.timestamp()))


LOSSES = [
    # What is gone, what is older; what is left tells of a loss.
    ("ledger", ""),
    ("ledger index", ""),
    ("ledger index mark", ""),
    ("ledger index mark objects", ""),
    ("ledger index mark key", ""),
    ("ledger index mark key objects", ""),
    ("ledger index key objects evidence", ""),
    ("ledger mark key objects evidence", ""),
    ("journal tiles checkpoint checkpoints", ""),
    ("journal tiles checkpoint checkpoints index", ""),
    ("journal tiles", ""),
    ("journal tiles index mark", ""),
    ("", "ledger"),
    ("", "ledger index"),
    ("", "ledger index objects evidence"),
    ("index", "ledger"),
    ("mark", "ledger"),
    ("tiles", "journal"),
    ("tiles index mark", "journal"),
    ("tiles checkpoint checkpoints index", "journal"),
    ("objects", ""),
    ("objects index", ""),
]
HEALED = [
    # The same history goes on, and signs what it signed before.
    ("mark", ""),
    ("index", ""),
    ("mark index", ""),
    ("journal", ""),
    ("journal index mark", ""),
    ("tiles", ""),
    ("tiles index", ""),
    ("checkpoint", ""),
    ("checkpoints", ""),
    ("checkpoint checkpoints", ""),
    ("checkpoint checkpoints index mark", ""),
    ("", "mark"),
    ("", "index"),
    ("", "mark index"),
    ("", "journal"),
    ("index", "journal"),
    ("", "tiles"),
    ("", "checkpoint"),
    ("", "checkpoints"),
    ("", "checkpoint checkpoints"),
]


def damage(watch: Path, gone: str, older: str) -> None:
    for part in older.split():
        make_older(watch, part)
    for part in gone.split():
        remove(watch / PARTS[part])


def state(watch: Path) -> dict[str, bytes]:
    files = (path for path in (watch / ".trucewatch").rglob("*") if path.is_file())
    skip = ("records.sqlite", "lock", "journal.lock")
    return {path.relative_to(watch).as_posix(): path.read_bytes() for path in files if not path.name.startswith(skip)}


@pytest.mark.parametrize(("gone", "older"), LOSSES)
def test_a_store_without_its_ledger_or_with_an_older_one_is_a_loss_and_no_beginning(
    tmp_path: Path, gone: str, older: str
) -> None:
    watch = lived(tmp_path)
    published = read_checkpoint((watch / LEDGER / "checkpoint").read_bytes())
    damage(watch, gone, older)
    before = state(watch)
    for _ in range(2):
        with pytest.raises((StoreError, LedgerError), match=r"accept-loss"), open_store(watch):
            pass
    after = {name: content for name, content in state(watch).items() if not name.endswith("ledger/journal")}
    assert after.items() <= before.items(), "nothing is signed, and nothing else is written"
    with Store(watch, lambda: NOW, accept_loss=True) as store:
        first = next(store.journal.entries()).record
        assert store.public_key.name != published.origin
        assert "Tell every witness" in " ".join(store.recovered)
        held = set(said(store))
    if ("checkpoint" not in gone and "ledger" not in gone and not older) or "mark" not in gone.split():
        assert (first["lost_log"], first["lost_size"]) == (published.origin, published.size)
        assert first["lost_root"] == b64encode(published.root).decode()
    if "objects" not in gone + older:
        assert held == {"1", "2"} or (older and "index" in gone + older), "what is left is entered again"
    code, document = inspect(watch)
    assert code == 0, document
    mark = read_mark(watch / ".trucewatch/private")
    assert mark is not None
    assert mark.size == document["size"]
    with open_store(watch) as store:
        assert store.recovered == ()


@pytest.mark.parametrize(("gone", "older"), HEALED)
def test_what_can_be_made_again_from_the_rest_is_and_the_history_goes_on(tmp_path: Path, gone: str, older: str) -> None:
    watch = lived(tmp_path)
    published = (watch / LEDGER / "checkpoint").read_bytes()
    damage(watch, gone, older)
    with open_store(watch) as store:
        assert said(store) == ["1", "2"]
        store.publish()
        assert (watch / LEDGER / "checkpoint").read_bytes() == published
        code, document = inspect(watch)
        assert code == 0, document
        store.commit([record(3)])
    kept = tmp_path / "kept"
    kept.write_bytes(published)
    code, document = inspect(watch, "--seen", kept)
    assert code == 0, document
    with open_store(watch) as store:
        assert store.recovered == ()


@pytest.mark.parametrize("gone", ["key", "key mark", "key index"])
def test_a_key_that_is_gone_is_no_loss_of_the_ledger(tmp_path: Path, gone: str) -> None:
    watch = lived(tmp_path)
    damage(watch, gone, "")
    with pytest.raises(StoreError, match=r"keys rotate WATCH --lost"), open_store(watch):
        pass
    with Store(watch, lambda: NOW, lost_key=True) as store:
        assert said(store) == ["1", "2"]
    assert inspect(watch)[0] == 0


@pytest.mark.parametrize("older", ["", "evidence"])
def test_evidence_that_is_gone_is_the_inspectors_to_name(tmp_path: Path, older: str) -> None:
    watch = lived(tmp_path)
    damage(watch, "" if older else "evidence", older)
    with open_store(watch) as store:
        assert said(store) == ["1", "2"]
    assert inspect(watch)[0] == 1


def test_a_journal_of_no_bytes_is_as_one_that_is_missing(tmp_path: Path) -> None:
    watch = lived(tmp_path)
    (watch / PARTS["journal"]).write_bytes(b"")
    with open_store(watch) as store:
        assert said(store) == ["1", "2"]
        assert any("restored" in line for line in store.recovered)


def test_an_empty_watch_folder_begins(tmp_path: Path) -> None:
    (tmp_path / ".trucewatch/private").mkdir(parents=True, mode=0o700)
    (tmp_path / ".trucewatch/objects/ab").mkdir(parents=True)
    with open_store(tmp_path) as store:
        store.commit([record(1)])
    assert inspect(tmp_path)[0] == 0


def test_the_mark_stands_before_anything_that_is_signed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Looked at in the moment in which each checkpoint gets its name."""
    real, seen = os.replace, list[tuple[int, int]]()

    def replace(source: Path, target: Path) -> None:
        if target.name == "checkpoint":
            mark = read_mark(tmp_path / ".trucewatch/private")
            seen.append((mark.size if mark else -1, read_checkpoint(source.read_bytes()).size))
        real(source, target)

    monkeypatch.setattr(os, "replace", replace)
    with open_store(tmp_path) as store:
        store.commit([record(1)])
        store.publish()
        store.commit([record(2)])
        store.rotate_key(reason="yearly")
    with open_store(tmp_path) as store:
        store.commit([record(3)])
    assert len(seen) == 4
    assert all(mark == size for mark, size in seen)


def test_a_mark_that_cannot_be_written_signs_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with open_store(tmp_path) as store:
        store.commit([record(1)])
        store.publish()
        before = (tmp_path / LEDGER / "checkpoint").read_bytes()
        store.commit([record(2)])
        with monkeypatch.context() as patch:

            def fail(folder: Path, mark: Mark) -> None:
                raise StoreError("no")  # type: ignore[arg-type]

            patch.setattr("trucewatch.store.high_water.write_mark", fail)
            with pytest.raises(StoreError):
                store.publish()
            assert (tmp_path / LEDGER / "checkpoint").read_bytes() == before
            assert len(list((tmp_path / LEDGER / "checkpoints").iterdir())) == 1
    assert inspect(tmp_path)[0] == 0


def test_a_kill_between_mark_and_checkpoint_heals_by_itself(tmp_path: Path) -> None:
    with open_store(tmp_path) as store:
        store.commit([record(1)])
        store.publish()
        store.commit([record(2)])
        store._remember(store.public_key.name, len(store.journal), store.journal.log.root())
        store.publish = lambda: b""  # type: ignore[method-assign]
    assert inspect(tmp_path)[0] == 0
    with open_store(tmp_path) as store:
        assert said(store) == ["1", "2"]
    assert inspect(tmp_path)[1]["size"] == 3


@pytest.mark.parametrize("way", ["cut off", "a bit", "empty", "rubbish", "a larger number"])
def test_a_damaged_mark_is_named_with_what_to_do(tmp_path: Path, way: str) -> None:
    watch = lived(tmp_path)
    path = watch / PARTS["mark"]
    content = path.read_bytes()
    lines = content.split(b"\n")
    path.write_bytes(
        {
            "cut off": content[:-1],
            "a bit": content[:5] + bytes([content[5] ^ 1]) + content[6:],
            "empty": b"",
            "rubbish": b"\xff\x00" * 40,
            "a larger number": b"\n".join([lines[0], b"9" + lines[1], *lines[2:]]),
        }[way]
    )
    with pytest.raises(StoreError, match=r"high-water is damaged.*remove it"), open_store(watch):
        pass
    path.unlink()
    with open_store(watch) as store:
        assert said(store) == ["1", "2"]


def test_an_older_mark_or_one_of_another_log_never_lowers_what_is_remembered(tmp_path: Path) -> None:
    watch = lived(tmp_path)
    private = watch / ".trucewatch/private"
    mark = read_mark(private)
    assert mark is not None
    write_mark(private, Mark("trucewatch/another", mark.size, mark.root))
    with pytest.raises(SignedEntriesLost, match="another ledger was put here"), open_store(watch):
        pass
    make_older(watch, "mark")
    with open_store(watch):
        pass
    assert read_mark(private) == mark


def put_back_older(watch: Path) -> None:
    remove(watch / ".trucewatch")
    shutil.copytree(watch.with_name("older") / ".trucewatch", watch / ".trucewatch")


def test_a_whole_older_store_is_caught_by_a_cosigned_checkpoint_that_was_kept(tmp_path: Path) -> None:
    watch = lived(tmp_path)
    with open_store(watch) as store:
        store.add_cosignatures(cosigned(watch))
    note = watch / "witnessed" / f"cosigned-{WITNESS.public.key_id.hex()}"
    published = read_checkpoint(note.read_bytes())
    assert published.signed_by(WITNESS.public)
    put_back_older(watch)
    before = state(watch)
    with pytest.raises(SignedEntriesLost, match=r"cosigned-\w+ is a checkpoint of \d+ .*must not be signed on"):
        open_store(watch).__enter__()
    assert state(watch) == before, "nothing is signed"
    with Store(watch, lambda: NOW, accept_loss=True) as store:
        first = next(store.journal.entries()).record
        assert (first["lost_log"], first["lost_size"]) == (published.origin, published.size)
        assert first["lost_root"] == b64encode(published.root).decode()
        assert first["lost_checkpoint_digest"] == sha256(note.read_bytes()).hexdigest()
        assert said(store) == ["1"]
        assert store.public_key.name != published.origin
    with open_store(watch) as store:
        assert store.recovered == (), "a note of the log before is no word against this one"
    assert inspect(watch)[0] == 0


def test_a_note_that_states_another_root_is_a_loss(tmp_path: Path) -> None:
    watch = lived(tmp_path)
    key = Keyring(watch / ".trucewatch/private").log_key()
    (watch / "witnessed").mkdir()
    (watch / "witnessed/theirs").write_bytes(sign_checkpoint(key.name, 3, bytes(32), [key]))
    with pytest.raises(SignedEntriesLost, match="another history"), open_store(watch):
        pass


def test_a_note_of_an_old_key_counts_up_to_its_end_and_no_further(tmp_path: Path) -> None:
    watch = lived(tmp_path)
    old = Keyring(watch / ".trucewatch/private").log_key()
    with open_store(watch) as store:
        store.rotate_key(reason="stolen, perhaps")
        size = len(store.journal)
    (watch / "witnessed").mkdir()
    (watch / "witnessed/forged").write_bytes(sign_checkpoint(old.name, size + 40, bytes(32), [old]))
    with open_store(watch) as store:
        assert store.recovered == ("'witnessed/forged' is passed over: no key that this ledger names signed it",)


def test_no_file_in_the_folder_for_notes_stops_a_start(tmp_path: Path) -> None:
    watch, notes = lived(tmp_path), tmp_path / "watch/witnessed"
    mine = read_checkpoint((watch / LEDGER / "checkpoint").read_bytes())
    stranger = new_key(mine.origin, b"\x01")
    notes.mkdir()
    (notes / "good").write_bytes(bytes(mine))
    (notes / "forged").write_bytes(sign_checkpoint(mine.origin, 900, bytes(32), [stranger]))
    (notes / "foreign").write_bytes(sign_checkpoint("example.org/log", 900, bytes(32), [stranger]))
    (notes / "rubbish").write_bytes(os.urandom(500))
    (notes / "unsigned").write_bytes(mine.text + b"\n")
    (notes / "empty").write_bytes(b"")
    (notes / "link").symlink_to(notes / "good")
    (notes / "loop").symlink_to(notes / "loop")
    (notes / "folder").mkdir()
    os.mkfifo(notes / "pipe")
    with (notes / "huge").open("wb") as stream:
        stream.truncate(1 << 40)
    (notes / "bell\x07\u202e").write_bytes(b"x" * (LARGEST_NOTE + 1))
    with open_store(watch) as store:
        assert said(store) == ["1", "2"]
        assert len(store.recovered) == 10
        assert all("is passed over" in line and line.isprintable() and line.isascii() for line in store.recovered)
    shutil.rmtree(notes)
    notes.mkdir()
    for number in range(MOST_NOTES + 50):
        (notes / f"{number:05}").write_bytes(b"x")
    with open_store(watch) as store:
        assert len(store.recovered) == 20
    shutil.rmtree(notes)
    notes.symlink_to(tmp_path)
    with open_store(watch) as store:
        assert store.recovered == ()


def test_cosigned_checkpoints_are_kept_outside_the_store_the_largest_of_each_witness(tmp_path: Path) -> None:
    watch = lived(tmp_path)
    for number in (3, 4):
        with open_store(watch) as store:
            store.add_cosignatures(cosigned(watch))
            store.commit([record(number)])
    notes = list((watch / "witnessed").iterdir())
    assert len(notes) == 1
    assert read_checkpoint(notes[0].read_bytes()).size == 7
    older = notes[0].read_bytes()
    with open_store(watch) as store:
        store.add_cosignatures(cosigned(watch))
    assert notes[0].read_bytes() != older
    with open_store(watch) as store:
        store.add_cosignatures(older)
    assert read_checkpoint(notes[0].read_bytes()).size == 8, "an older one does not take its place"


def test_a_first_start_that_was_killed_goes_on_and_no_loss_passes_for_one(tmp_path: Path) -> None:
    private = tmp_path / ".trucewatch/private"
    keys = Keyring(private)
    name = "trucewatch/0123456789abcdef"
    from trucewatch.store.history import beginning

    write_mark(private, beginning(name))
    keys.make_log_key(name)
    with open_store(tmp_path) as store:
        assert store.public_key.name == name
        store.commit([record(1)])
    shutil.rmtree(tmp_path / LEDGER)
    for path in (tmp_path / ".trucewatch").glob("records.sqlite*"):
        path.unlink()
    write_mark(private, beginning(name))
    with pytest.raises(TrucewatchError, match="accept-loss"), open_store(tmp_path):
        pass
    assert (private / HIGH_WATER).is_file()


@pytest.mark.parametrize("way", ["older store", "older ledger", "no ledger"])
def test_commands_that_only_read_still_work_on_a_store_that_a_start_refuses_and_say_it(
    tmp_path: Path, way: str
) -> None:
    watch = make_watch(tmp_path / "watch", rows=3)
    with open_store(watch) as store:
        store.commit([record(1)])
    shutil.copytree(watch, tmp_path / "older")
    with open_store(watch) as store:
        store.commit([record(2)])
    if way == "older store":
        (watch / "witnessed").mkdir()
        shutil.copy(watch / LEDGER / "checkpoint", watch / "witnessed/theirs")
        put_back_older(watch)
    elif way == "older ledger":
        make_older(watch, "ledger")
    else:
        remove(watch / PARTS["ledger"])
    before = state(watch)
    for words in (["check", str(watch)], ["log", str(watch)], ["verify", str(watch)], ["run", str(watch)]):
        if way == "no ledger" and words[0] == "verify":
            continue  # the inspector finds nothing to check, and says so
        done = subprocess.run(
            [sys.executable, "-m", "trucewatch", *words], capture_output=True, text=True, check=False, cwd=tmp_path
        )
        assert "--accept-loss" in done.stderr or "no ledger" in done.stderr, (words, done.stderr)
        assert "Traceback" not in done.stderr
        assert done.returncode == {"check": 1, "log": 0 if way != "no ledger" else 2, "verify": 1, "run": 2}[words[0]]
        if words[0] == "verify":
            assert "ALL RIGHT" in done.stdout, "what is there is whole; it is only not all"
    after = {name: content for name, content in state(watch).items() if not name.endswith("ledger/journal")}
    assert after.items() <= before.items()


def test_a_hostile_store_costs_who_only_reads_neither_memory_nor_a_traceback(tmp_path: Path) -> None:
    watch = lived(tmp_path)
    root = watch / ".trucewatch"
    for path in (root / "private/high-water", root / "ledger/journal", root / "ledger/checkpoint"):
        kept = path.read_bytes()
        with path.open("r+b") as stream:
            stream.truncate(1 << 36)
        faults = history_faults(root)
        assert len(faults) == (path.name != "checkpoint"), "which is kept under its size too"
        path.write_bytes(kept)
    assert history_faults(root) == ()
    assert history_faults(tmp_path / "nowhere") == ()
