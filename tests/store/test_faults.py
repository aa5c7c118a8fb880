"""Power cuts at every step with writes out of order, kills before them, full and read-only disks, two writers, a clock that
jumps back, evidence that no memory holds: nothing acknowledged is lost, nothing half-written verifies, and it is said."""

from __future__ import annotations

import base64
import errno
import json
import os
import re
import secrets
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from typer.testing import CliRunner

import trucewatch.cli  # noqa: F401 - the words that `app` knows
from tests.builders import make_watch
from tests.ledger.small_log import leaf_hash, tree_root
from tests.ledger.small_log import run as inspect
from tests.store.fault_disk import FaultDisk, Flushed, Killed, Luck, Named, lay_out
from tests.store.test_store import NOW, open_store, record, said
from trucewatch.cli_base import app
from trucewatch.errors import LedgerError, StoreError, TrucewatchError, WatchBusy
from trucewatch.ledger import log as log_module
from trucewatch.ledger.log import Log
from trucewatch.ledger.note import SecretKey
from trucewatch.store import Store
from trucewatch.store import keys as keys_module

LEDGER = ".trucewatch/ledger"
ALWAYS = 1 << 60


@dataclass
class Life:
    """What was promised while a store lived on a disk; a moment is a number of steps of that disk."""

    disk: FaultDisk
    entries: list[bytes] = field(default_factory=list)
    promises: list[tuple[int, int]] = field(default_factory=list)
    evidence: dict[str, tuple[int, int]] = field(default_factory=dict)
    """SHA-256 → from when until when it has to be there."""
    is_complete: bool = False
    """Whether `entries` are all that was ever written."""

    def promise(self, store: Store) -> None:
        """Everything in the ledger now is acknowledged from this moment on."""
        self.entries = list(store.journal.log.entries())
        self.promises.append((len(self.disk.steps), len(self.entries)))

    def promised(self, at: int) -> int:
        return max((size for moment, size in self.promises if moment <= at), default=0)

    def commit(self, store: Store, number: int, *, times: int = 1) -> None:
        store.commit([record(number)] * times)
        self.promise(store)

    def keep(self, store: Store, content: bytes) -> str:
        path = self.disk.folder.with_name("inbox.csv")
        path.write_bytes(content)
        sha256, size = store.keep_evidence(path)
        says = {"source": "s", "name": path.name, "size_bytes": size, "received_at": "2031-05-04T17:00:00Z"}
        store.commit([{"schema": "trucewatch/evidence/1", "sha256": sha256, **says}])
        self.promise(store)
        self.evidence[sha256] = (len(self.disk.steps), ALWAYS)
        return sha256

    def erase(self, store: Store, sha256: str) -> None:
        self.evidence[sha256] = (self.evidence[sha256][0], len(self.disk.steps))
        store.erase([sha256], reason="asked for", ordered_by="a court")
        self.promise(store)


def live(life: Life) -> None:
    """What a store does to a disk: two runs, evidence, checkpoints, a new key, an erasure."""
    with open_store(life.disk.folder) as store:
        life.promise(store)
        life.commit(store, 1)
        goes = life.keep(store, b"goes" * 300)
        life.keep(store, b"stays" * 300)
        store.publish()
        life.commit(store, 2, times=3)
        store.rotate_key(reason="yearly")
        life.promise(store)
        life.commit(store, 3)
    with open_store(life.disk.folder) as store:
        life.commit(store, 4)
        life.erase(store, goes)
        life.commit(store, 5)
    life.is_complete = True


def settle(life: Life) -> None:
    """A run in which the journal begins anew after full tiles."""
    with open_store(life.disk.folder) as store:
        life.commit(store, 1, times=200)
        store.publish()
        life.commit(store, 2, times=100)
        life.commit(store, 3)
    life.is_complete = True


class Unflushed(sqlite3.Connection):
    """The index of a disk that is only looked at: SQLite's own flushing takes most of the time."""

    def execute(self, query: str, *values: Any) -> sqlite3.Cursor:
        return super().execute(query.replace("synchronous=NORMAL", "synchronous=OFF"), *values)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Where a store lives that settles its journal at 256 entries; keys and names are drawn from a seed."""
    rng = Random(3)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(log_module, "SETTLE_AT", 0)
    connect = sqlite3.connect  # nothing is flushed for real: only what a FaultDisk sees counts here
    monkeypatch.setattr(os, "fsync", lambda descriptor: None)
    monkeypatch.setattr(sqlite3, "connect", lambda *words, **more: connect(*words, **more, factory=Unflushed))
    monkeypatch.setattr(secrets, "token_hex", lambda size: rng.randbytes(size).hex())
    monkeypatch.setattr(
        keys_module,
        "new_key",
        lambda name, kind: SecretKey(name, kind, Ed25519PrivateKey.from_private_bytes(rng.randbytes(32))),
    )
    in_memory = os.access("/dev/shm", os.W_OK)  # a thousand small folders take a minute on a busy disk
    with tempfile.TemporaryDirectory(dir="/dev/shm" if in_memory else tmp_path) as parent:
        (Path(parent) / "live").mkdir()
        yield Path(parent) / "live"


@pytest.fixture
def life(folder: Path) -> Life:
    """A life that has been lived to its end."""
    lived = Life(FaultDisk(folder))
    with lived.disk:
        live(lived)
    return lived


def cut_power(life: Life, at: int, luck: Luck) -> Path:
    """A folder as a power cut before this step may leave it."""
    found = life.disk.left(at, luck)
    if found.get(".trucewatch", b"") is None:
        found |= life.disk.index_left(at, luck)
    folder = life.disk.folder.with_name("cut")
    if folder.exists():
        shutil.rmtree(folder)
    lay_out(found, folder)
    return folder


def check_restart(life: Life, at: int, folder: Path) -> None:
    """Nothing promised is lost, nothing else stands, the start says what it found, and the inspector is content."""
    journal = folder / LEDGER / "journal"
    before = journal.read_bytes() if journal.is_file() else b""
    debris = [*folder.rglob(".*.tmp")]
    with open_store(folder) as store:
        entries, promised = list(store.journal.log.entries()), life.promised(at)
        assert entries[:promised] == life.entries[:promised], "lost what was acknowledged"
        assert not (promised and life.is_complete) or entries == life.entries[: len(entries)], (
            "holds what was never written"
        )
        assert len(list(store.journal.entries())) == len(entries), "every record can be read"
        for sha256, (start, end) in life.evidence.items():
            assert not start <= at <= end or sha256 in store.evidence, "lost evidence"
        recovered = "; ".join(store.recovered)
        assert ("half-written" in recovered) == bool(debris), (recovered, debris)
        after = journal.read_bytes()
        cut_off = before[
            next((at for at, byte in enumerate(before) if after[at : at + 1] != bytes([byte])), len(before)) :
        ]
        assert ("cut off the end of the journal" in recovered) == bool(cut_off)
        assert not cut_off or (folder / LEDGER / "journal.torn").read_bytes().endswith(cut_off)
        digest = store.index.digest()
        store.rebuild()
        assert store.index.digest() == digest
    assert not [*folder.rglob(".*.tmp")]
    seen = life.disk.left(at, "everything").get(f"{LEDGER}/checkpoint")
    kept = folder.with_name("seen")
    kept.write_bytes(seen or (folder / LEDGER / "checkpoint").read_bytes())
    code, document = inspect(folder, *(("--seen", kept) if promised else ()))
    assert code == 0, document
    assert document["size"] == len(entries)


# Power cuts


def test_the_fault_disk_sees_every_write(life: Life) -> None:
    found = life.disk.left(len(life.disk.steps), "everything")
    real = {
        path.relative_to(life.disk.folder).as_posix(): None if path.is_dir() else path.read_bytes()
        for path in life.disk.folder.rglob("*")
        if "sqlite" not in path.name
    }
    assert found == real
    assert len(life.disk.steps) > 250
    assert len(life.disk.index_states) > 5


def test_a_power_cut_at_any_step_loses_nothing_that_was_acknowledged(life: Life) -> None:
    """Whatever is not flushed comes back at random: whole, torn, as zeros, or not at all, later without earlier."""
    for at in range(len(life.disk.steps) + 1):
        check_restart(life, at, cut_power(life, at, Random(at)))


def test_a_power_cut_that_takes_all_that_is_not_flushed_loses_nothing_that_was_acknowledged(life: Life) -> None:
    for at, step in enumerate(life.disk.steps, 1):
        if isinstance(step, Flushed):
            check_restart(life, at, cut_power(life, at, "nothing"))


def test_a_kill_after_any_change_of_names_loses_nothing_and_the_start_says_what_it_removed(life: Life) -> None:
    for at, step in enumerate(life.disk.steps, 1):
        if isinstance(step, Named):
            check_restart(life, at, cut_power(life, at, "everything"))


def test_a_power_cut_while_the_journal_begins_anew_loses_nothing(folder: Path) -> None:
    life = Life(FaultDisk(folder))
    with life.disk:
        settle(life)
    start = life.promises[0][0]
    for at in range(start, len(life.disk.steps), 4):
        check_restart(life, at, cut_power(life, at, Random(at)))


@pytest.mark.parametrize("forgets", ["files", "folders", "files folders"])
def test_without_fsync_the_fault_disk_shows_the_loss(folder: Path, forgets: str) -> None:
    """These tests can fail: a store that does not flush is found out at its end."""
    life = Life(FaultDisk(folder, forgets=forgets))
    with life.disk:
        live(life)
    at = len(life.disk.steps)
    with pytest.raises((AssertionError, TrucewatchError), match=r"lost|no journal"):
        check_restart(life, at, cut_power(life, at, "nothing"))


def test_a_kill_and_later_a_power_cut_lose_nothing_that_the_run_between_acknowledged(life: Life) -> None:
    """What a killed run wrote and did not flush, the next run reads, counts, and has to flush."""
    points = [at for at, step in enumerate(life.disk.steps) if isinstance(step, Flushed)]
    for number in points[::4]:
        folder = life.disk.folder.with_name(f"killed-{number}")
        folder.mkdir()
        again = Life(FaultDisk(folder))
        with again.disk:
            again.disk.killed_at(number)
            with suppress(Killed):
                live(again)
            again.disk.revived()
            for commits in (0, 1):
                with open_store(folder) as store:
                    again.promise(store)
                    for new in range(commits):
                        again.commit(store, 100 + new)
                at = len(again.disk.steps)
                again.evidence.clear()
                check_restart(again, at, cut_power(again, at, "nothing"))


def test_whatever_verifies_after_a_power_cut_is_what_was_written(life: Life) -> None:
    """Before any start: what is whole verifies, what is not is refused; never a tree that the log did not have."""
    roots = {size: tree_root([leaf_hash(one) for one in life.entries[:size]]) for size in range(len(life.entries) + 1)}
    verified = 0
    for at in range(1, len(life.disk.steps), 2):
        folder = cut_power(life, at, Random(-at))
        code, document = inspect(folder)
        if code == 0:
            assert base64.b64decode(document["root"]) == roots[document["size"]]
            verified += 1
    assert verified > 20


def test_whoever_copies_the_ledger_at_any_step_finds_it_whole(life: Life) -> None:
    """A witness, or a delegation's copy, in the middle of a run: from the first checkpoint on, nobody is accused."""
    for at in range(len(life.disk.steps)):
        folder = cut_power(life, at, "everything")
        if (folder / LEDGER / "checkpoint").exists():
            code, document = inspect(folder)
            assert code == 0, (at, life.disk.steps[at - 1], document["problems"][:2])


# Full disks, read-only disks


def test_a_disk_that_is_full_from_any_step_on_is_said_and_loses_nothing(life: Life) -> None:
    last = max(at for at, step in enumerate(life.disk.steps) if isinstance(step, Flushed))
    for number in range(0, last, 6):
        folder = life.disk.folder.with_name(f"full-{number}")
        folder.mkdir()
        again = Life(FaultDisk(folder))
        with again.disk:
            again.disk.fails_from(number, errno.ENOSPC)
            with pytest.raises(StoreError, match="the disk is full; free some space and run again"):
                live(again)
        check_restart(again, len(again.disk.steps), folder)


def test_a_store_goes_on_when_there_is_space_again(folder: Path) -> None:
    life = Life(FaultDisk(folder))
    with life.disk, open_store(folder) as store:
        for number in range(12):
            life.disk.fails_from(len(life.disk.steps) + number, errno.ENOSPC)
            with suppress(StoreError):
                store.commit([record(number)])
            life.disk.revived()
            life.commit(store, 100 + number)
    check_restart(life, len(life.disk.steps), folder)


def test_an_index_without_space_is_said_and_catches_up(tmp_path: Path) -> None:
    with open_store(tmp_path) as store:
        pages = store.index.rows("PRAGMA page_count")[0][0]
        store.index.rows(f"PRAGMA max_page_count = {pages}")
        with pytest.raises(StoreError, match="disk is full; free some space and run again"):
            _ = [store.commit([record(number)]) for number in range(200)]
        store.index.rows("PRAGMA max_page_count = 1000000")
        store.commit([record(500)])
        assert store.index.applied == len(store.journal)
        digest = store.index.digest()
        store.rebuild()
        assert store.index.digest() == digest, "nothing is left out of the index"


@pytest.mark.parametrize("way", ["is gone", "is older"])
def test_a_journal_that_is_gone_or_older_than_what_was_published_is_not_carried_on(tmp_path: Path, way: str) -> None:
    """After a restore of single files: going on would sign a second history under the same key."""
    with open_store(tmp_path) as store:
        store.commit([record(1)])
    journal = tmp_path / LEDGER / "journal"
    older = journal.read_bytes()
    with open_store(tmp_path) as store:
        store.commit([record(2)])
    for path in (tmp_path / ".trucewatch").glob("records.sqlite*"):
        path.unlink()
    journal.unlink()
    if way == "is older":
        journal.write_bytes(older)
    published = (tmp_path / LEDGER / "checkpoint").read_bytes()
    try:
        with open_store(tmp_path) as store:  # the tiles may give back what the journal lost
            assert said(store) == ["1", "2"]
    except TrucewatchError as exc:
        assert re.search("from a copy", str(exc))  # noqa: PT017 - either is right
    assert (tmp_path / LEDGER / "checkpoint").read_bytes() == published


def call(*words: str) -> tuple[int, str]:
    done = CliRunner().invoke(app, list(words))
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done.exit_code, done.output


def watch_with_a_ledger(folder: Path) -> Path:
    make_watch(folder)
    with open_store(folder) as store:
        store.commit([record(1)])
    return folder


READ_ONLY = "open write mkdir link replace rename unlink rmdir ftruncate fsync"


def test_a_read_only_disk_is_said_before_anything_is_acknowledged(tmp_path: Path) -> None:
    disk = FaultDisk(watch_with_a_ledger(tmp_path / "w"))
    disk.fails_from(0, errno.EROFS, READ_ONLY)
    with (
        disk,
        pytest.raises(StoreError, match="the disk is read-only; copy the watch to a disk that can be written"),
        open_store(disk.folder),
    ):
        pass
    assert disk.steps == []
    with open_store(disk.folder) as store:
        assert (len(store.journal), store.recovered) == (2, ())


def test_a_disk_that_becomes_read_only_in_the_middle_acknowledges_nothing_more(folder: Path) -> None:
    life = Life(FaultDisk(folder))
    with life.disk:
        with open_store(folder) as store:
            life.commit(store, 1)
        life.disk.fails_from(len(life.disk.steps) + 5, errno.EROFS, READ_ONLY)
        with pytest.raises(StoreError, match="the disk is read-only"):
            live(life)
    life.disk.revived()
    check_restart(life, len(life.disk.steps), folder)


@pytest.mark.parametrize("word", ["verify", "log"])
def test_what_only_reads_works_on_a_read_only_disk(tmp_path: Path, word: str) -> None:
    disk = FaultDisk(watch_with_a_ledger(tmp_path / "w"))
    disk.fails_from(0, errno.EROFS, READ_ONLY)
    with disk:
        code, text = call(word, str(disk.folder))
    assert code == 0, text
    assert disk.steps == []


@pytest.mark.parametrize("word", ["verify", "log"])
def test_what_only_reads_works_where_nothing_may_be_written_for_real(tmp_path: Path, word: str) -> None:
    folder = watch_with_a_ledger(tmp_path / "w")
    command = [sys.executable, "-c", "from trucewatch.cli import main; main()", word, str(folder)]
    paths = [folder, *folder.rglob("*")]
    if os.geteuid() == 0:  # to root permissions say nothing: a read-only mount that only the child sees
        mount = f"mount --bind '{folder}' '{folder}' && mount -o remount,bind,ro '{folder}'"
        if subprocess.run(["unshare", "-m", "sh", "-c", mount], check=False, capture_output=True).returncode:
            pytest.skip("root, who may not mount: nothing is read-only here")
        command = ["unshare", "-m", "sh", "-c", f'{mount} && exec "$@"', "sh", *command]
    else:
        for path in paths:
            path.chmod(path.stat().st_mode & ~0o222)
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    for path in paths:
        path.chmod(path.stat().st_mode | 0o200)
    assert done.returncode == 0, done.stderr
    assert done.stdout


# Two writers, and a clock that jumps back


HOLDER = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from trucewatch.ledger.log import Log
from trucewatch.store import Store
folder = Path(sys.argv[1])
held = Store(folder, lambda: datetime(2031, 5, 4, tzinfo=UTC)).__enter__() if sys.argv[2] == "store" else Log(folder)
print("held", flush=True)
sys.stdin.read()
"""


@pytest.mark.parametrize("kind", ["store", "log"])
def test_a_second_writer_in_another_process_is_refused_and_told_what_to_do(tmp_path: Path, kind: str) -> None:
    command = [sys.executable, "-c", HOLDER, str(tmp_path), kind]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        if kind == "store":
            with (
                pytest.raises(WatchBusy, match=rf"process {holder.pid}\)\. Wait, or end it"),
                open_store(tmp_path),
            ):
                pass
        else:
            with pytest.raises(LedgerError, match="another process; wait for it, or end it"):
                Log(tmp_path)
        holder.kill()
    if kind == "store":
        with open_store(tmp_path):
            pass
    else:
        Log(tmp_path).close()


def test_a_clock_that_jumps_back_is_taken_as_it_is_and_remarked(tmp_path: Path) -> None:
    times = [NOW, NOW + timedelta(days=1), NOW - timedelta(days=400), NOW]
    now = [NOW]
    with Store(tmp_path, lambda: now[0]) as store:
        for number, moment in enumerate(times):
            now[0] = moment
            store.commit([record(number)])
    now[0] = NOW - timedelta(days=900)
    with Store(tmp_path, lambda: now[0]) as store:
        store.commit([record(9)])
        assert len(store.journal) == 6
    code, document = inspect(tmp_path)
    assert code == 0, document
    assert any("clock went back before 2 of the entries" in one for one in document["remarks"])


# Evidence that no memory holds


INGEST = """
import json, sys, time
from datetime import UTC, datetime
from pathlib import Path
from trucewatch.ledger import inspector
from trucewatch.store import Store
def peak():
    (line,) = [line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM")]
    return int(line.split()[1]) // 1024
folder, big = Path(sys.argv[1]), Path(sys.argv[2])
with Store(folder, lambda: datetime(2031, 5, 4, tzinfo=UTC)) as store:
    before, begun = peak(), time.perf_counter()
    sha256, size = store.keep_evidence(big)
    says = {"source": "s", "name": big.name, "size_bytes": size, "received_at": "2031-05-04T00:00:00Z"}
    store.commit([{"schema": "trucewatch/evidence/1", "sha256": sha256, **says}])
    kept_s, kept_mb, begun = time.perf_counter() - begun, peak(), time.perf_counter()
code = inspector.main([str(folder)])
verified_s = time.perf_counter() - begun
print(json.dumps({"code": code, "size": size, "before_mb": before, "kept_mb": kept_mb, "kept_s": kept_s,
                  "verified_mb": peak(), "verified_s": verified_s}))
"""


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="the peak of memory is read from /proc")
@pytest.mark.parametrize("size_mb", [300, 10_000])
def test_large_evidence_is_kept_and_verified_in_bounded_memory(tmp_path: Path, size_mb: int) -> None:
    if size_mb > 1000 and not os.environ.get("TRUCEWATCH_SLOW"):
        pytest.skip("10 GB are written only with TRUCEWATCH_SLOW=1")
    big = tmp_path / "big.wav"
    with big.open("wb") as stream:
        stream.truncate(size_mb * 1_000_000)
    (tmp_path / "w").mkdir()
    try:
        done = subprocess.run(
            [sys.executable, "-c", INGEST, str(tmp_path / "w"), str(big)],
            capture_output=True, text=True, check=False, cwd=tmp_path,
        )  # fmt: skip
    finally:
        for path in (tmp_path / "w/.trucewatch/evidence").rglob("*"):
            if path.is_file():
                path.unlink()
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout.splitlines()[-1])
    print(found)
    assert (found["code"], found["size"]) == (0, size_mb * 1_000_000)
    assert max(found["kept_mb"], found["verified_mb"]) - found["before_mb"] < 64
