"""A store that is killed before each of its steps, and one in which each step fails once: nothing acknowledged is lost,
the ledger verifies as it was left and after the next start, and the index is the one that a rebuild makes.

A step is a call of the system that changes the disk or flushes it. What a power cut takes is in test_power_cuts.py.
"""

from __future__ import annotations

import errno
import os
import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from tests.ledger.small_log import is_whole_or_ahead
from tests.ledger.small_log import run as inspect
from tests.store.test_store import NOW, open_store, record, said
from trucewatch.cli.main import app
from trucewatch.desks.ledger import cli as cli_ledger
from trucewatch.errors import StoreError, TrucewatchError
from trucewatch.ledger import log as log_module
from trucewatch.ledger.keyfile import new_key, write_key
from trucewatch.ledger.log import Log
from trucewatch.ledger.note import WITNESS_ALGORITHM
from trucewatch.store import Store
from trucewatch.store.ledger_copy import copy_ledger

LEDGER = ".trucewatch/ledger"
CHANGES = ("write", "pwrite", "replace", "rename", "link", "unlink", "mkdir", "rmdir", "ftruncate")
CUT_SHORT = "until the watch is opened again"


class Steps:
    """Stands in for the system's calls while it is entered; `before` is told each one's name and number, and may raise.

    Nothing is flushed for real: the disk is in memory where there is one.
    """

    def __init__(self, before: Callable[[str, int], None]) -> None:
        self._before, self._patch, self.count = before, pytest.MonkeyPatch(), 0
        self._is_asking = False

    def __enter__(self) -> Steps:
        for name in (*CHANGES, "fsync"):
            self._patch.setattr(os, name, self._counted(name, getattr(os, name)))
        return self

    def __exit__(self, *reason: object) -> None:
        self._patch.undo()

    def _counted(self, name: str, real: Callable[..., Any]) -> Callable[..., Any]:
        def call(*words: Any, **more: Any) -> Any:
            if not self._is_asking:
                self._is_asking, number, self.count = True, self.count, self.count + 1
                try:
                    self._before(name, number)
                finally:
                    self._is_asking = False
            return None if name == "fsync" else real(*words, **more)

        return call


@dataclass
class Acts:
    """What a program did with a store: the numbers that it was told are acknowledged, and what it was told instead."""

    acknowledged: set[str] = field(default_factory=set)
    refused: set[str] = field(default_factory=set)
    told: list[str] = field(default_factory=list)

    def try_to(self, act: Callable[[], object], number: str = "") -> None:
        try:
            act()
        except TrucewatchError as exc:
            self.told.append(str(exc))
            self.refused.add(number)
        else:
            self.acknowledged.add(number)


def live(folder: Path, acts: Acts) -> None:
    """Open, commit, settle, publish, rotate, erase evidence that was published, close; an act that fails ends
    nothing."""

    def commit(number: int, times: int = 1) -> None:
        acts.try_to(lambda: store.commit([record(number)] * times), str(number))

    with open_store(folder) as store:
        ((sha256,),) = store.index.rows("SELECT sha256 FROM evidence")
        commit(1)
        commit(2, times=10)
        commit(3)
        acts.try_to(store.publish)
        commit(4)
        acts.try_to(lambda: store.rotate_key(reason="yearly"))
        commit(5)
        acts.try_to(lambda: store.erase([sha256], reason="asked for", ordered_by="a court"))
        commit(6)


@pytest.fixture
def base(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A store that was closed in peace, with evidence under a checkpoint; its journal settles at 256 entries."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(log_module, "SETTLE_AT", 0)
    in_memory = os.access("/dev/shm", os.W_OK)
    with tempfile.TemporaryDirectory(dir="/dev/shm" if in_memory else tmp_path) as parent:
        folder = Path(parent) / "base"
        folder.mkdir()
        (tmp_path / "inbox.csv").write_bytes(b"seen\n" * 100)
        with Steps(lambda name, number: None), open_store(folder) as store:
            sha256, size = store.keep_evidence(tmp_path / "inbox.csv")
            says = {"source": "s", "name": "inbox.csv", "size_bytes": size, "received_at": "2031-05-04T17:00:00Z"}
            store.commit([{"schema": "trucewatch/evidence/1", "sha256": sha256, **says}])
            store.commit([record(0)] * 245)
        yield folder


def copy_of(folder: Path, name: str) -> Path:
    made = folder.with_name(name)
    shutil.rmtree(made, ignore_errors=True)
    return Path(shutil.copytree(folder, made))


def check_left(folder: Path, acts: Acts, where: str) -> tuple[str, ...]:
    """The ledger verifies as it was left, the next start loses nothing and mends the rest; what that start said."""
    _, document = inspect(folder)
    assert is_whole_or_ahead(document), (where, "before the start", document["problems"][:2])
    if (folder / LEDGER / "checkpoint").is_file():
        copy = folder.with_name("copy")
        shutil.rmtree(copy, ignore_errors=True)
        copy_ledger(folder / ".trucewatch", copy)
        code, document = inspect(copy)
        assert code == 0, (where, "a copy made by the program", document["problems"][:2])
    with Steps(lambda name, number: None):
        with open_store(folder) as store:
            held = set(said(store))
            assert acts.acknowledged - {""} <= held, (where, "lost what was acknowledged")
            assert not acts.refused & held, (where, "called an act failed that the ledger holds")
            recovered, digest = store.recovered, store.index.digest()
            store.rebuild()
            assert store.index.digest() == digest, (where, "the index is not the one that a rebuild makes")
            erased = {one for (one,) in store.index.rows("SELECT sha256 FROM erased WHERE length(sha256) = 64")}
            assert not any(one in store.evidence for one in erased), (where, "what is erased is there")
        code, document = inspect(folder)
        assert code == 0, (where, "after the start", document["problems"][:2])
        with open_store(folder) as store:
            assert store.recovered == (), (where, "a second start has nothing left to do")
    assert not [*folder.rglob(".*.tmp")], where
    return recovered


def test_a_kill_before_any_step_loses_nothing_and_leaves_a_ledger_that_verifies(base: Path) -> None:
    acts, left = Acts(), list[tuple[Path, Acts, str]]()
    folder = copy_of(base, "lived")

    def keep(name: str, number: int) -> None:
        if name in CHANGES:
            there = Acts(set(acts.acknowledged))
            left.append((copy_of(folder, f"{number}"), there, f"killed before step {number}, {name}"))

    with Steps(keep):
        live(folder, acts)
    assert not acts.told
    assert len(left) > 80
    assert (folder / LEDGER / "journal").read_bytes()[7:15] == (256).to_bytes(8, "big"), "it has settled"
    heard = {line.split(" (")[0] for one in left for line in check_left(*one)}
    for words in (
        "half-written",
        "the index caught up",
        "the run before did not finish",
        "a change of the ledger's key",
    ):
        assert any(words in line for line in heard), (words, heard)


@pytest.mark.parametrize("part", [0, 1])
def test_a_step_that_fails_once_is_said_or_made_up_for(base: Path, part: int) -> None:
    """Whatever fails: the store goes on, or says that it has to be opened again."""
    refusals = 0
    with Steps(lambda name, number: None) as all_steps:
        live(copy_of(base, "lived"), Acts())
    for number in range(part, all_steps.count, 2):
        acts, folder = Acts(), copy_of(base, "lived")

        def fail(name: str, at: int, number: int = number) -> None:
            if at == number:
                raise OSError(errno.ENOSPC if name in ("write", "mkdir") else errno.EIO, f"{name} fails")

        with Steps(fail), suppress(TrucewatchError):
            live(folder, acts)
        rest = acts.told[1:]
        assert all(CUT_SHORT in one for one in rest), (number, "it did not go on, and did not say why", acts.told)
        assert all("run again" in one or CUT_SHORT in one for one in acts.told), acts.told
        refusals += bool(rest)
        check_left(folder, acts, f"step {number} failed")
    assert refusals > 3, "a change of key that is cut short stops the store"


def test_a_change_of_key_that_a_full_disk_cuts_short_signs_nothing_more_and_is_finished_by_the_next_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, met = Log.publish, list[int]()

    def publish(log: Log, origin: str, keys: list[Any], *more: Any) -> bytes:
        if len(keys) == 2 and not met:
            met.append(log.size)
            raise OSError(errno.ENOSPC, "No space left on device")
        return real(log, origin, keys, *more)

    with open_store(tmp_path) as store:
        store.commit([record(1)])
        old = store.public_key
        monkeypatch.setattr(Log, "publish", publish)
        with pytest.raises(StoreError, match=f"disk is full.*{CUT_SHORT}.*start it anew"):
            store.rotate_key(reason="yearly")
        for act in (lambda: store.commit([record(2)]), store.publish, lambda: store.rotate_key(reason="again")):
            with pytest.raises(StoreError, match=CUT_SHORT):
                act()
    assert inspect(tmp_path)[0] == 0
    with open_store(tmp_path) as store:
        assert "finished a change of the ledger's key that was cut short" in store.recovered
        assert store.public_key != old
        store.commit([record(3)])
        assert said(store) == ["1", "3"]
    policy = tmp_path / "policy.toml"
    policy.write_text(f'schema = 1\nlog = "{old}"\n')
    code, document = inspect(tmp_path, "--policy", policy)
    assert code == 0, document


def test_what_the_index_missed_once_it_takes_in_with_the_next_act(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_store(tmp_path) as store:
        store.commit([record(1)])
        with monkeypatch.context() as patch:

            def fail(entry: object) -> None:
                raise sqlite3.OperationalError("database or disk is full")

            patch.setattr(store.index, "_apply_one", fail)
            with pytest.raises(
                StoreError, match=r"the disk is full.*Entry 2 is in the ledger, so nothing need be entered"
            ):
                store.commit([record(2)])
        store.commit([record(3)])
        assert store.index.applied == len(store.journal) == 4
        assert not store.index.has_gaps
        digest = store.index.digest()
        store.rebuild()
        assert store.index.digest() == digest


def test_an_index_that_left_an_entry_out_is_made_again_and_it_is_said(tmp_path: Path) -> None:
    with open_store(tmp_path) as store:
        store.commit([record(1)])
        store.commit([record(2)])
        digest = store.index.digest()
        with store.index._transaction():  # counted, so that it is no damage
            for table, column in (("entry", "number"), ("watch_files", "entry")):
                store.index._db.execute(f"DELETE FROM {table} WHERE {column} = 1")
    with open_store(tmp_path) as store:
        assert store.recovered == ("the index had left records out, so it was made again from 3 records",)
        assert store.index.digest() == digest


def test_a_reader_of_the_checkpoint_before_finds_all_its_tiles_when_the_log_has_grown(tmp_path: Path) -> None:
    """Whoever read `checkpoint` just before the log grows still finds the partial tiles that it needs."""
    with open_store(tmp_path) as store:
        for number in range(1, 9):
            store.commit([record(number)] * 60)
            seen = copy_of(tmp_path / LEDGER, f"seen-{number}") / "checkpoint" if number > 1 else None
            store.publish()
            if seen is not None:
                (tmp_path / "mixed").mkdir(exist_ok=True)
                mixed = copy_of(tmp_path / ".trucewatch", "mixed")
                shutil.rmtree(mixed / "ledger/checkpoints")
                shutil.copy(seen, mixed / "ledger/checkpoint")
                _, document = inspect(mixed)
                assert is_whole_or_ahead(document), (number, document["problems"][:2])
                copy_ledger(mixed, tmp_path / f"copy-{number}")
                code, document = inspect(tmp_path / f"copy-{number}")
                assert code == 0, (number, document["problems"][:2])


def test_a_start_says_that_it_published_only_if_a_checkpoint_was_due(tmp_path: Path) -> None:
    with Store(tmp_path, lambda: NOW) as store:
        store.commit([record(1)])
        store.publish = lambda: b""  # type: ignore[method-assign]
    with open_store(tmp_path) as store:
        assert store.recovered == ("published a checkpoint of 2 entries, which the run before did not finish",)
    with open_store(tmp_path) as store:
        assert store.recovered == ()


class Killed(BaseException):
    """The program ended here as under kill -9."""


def test_a_witness_that_is_killed_at_any_step_keeps_a_whole_state_never_older_than_what_it_handed_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cli_ledger, "clock", lambda: NOW)
    key, watch = new_key("example.org/witness", WITNESS_ALGORITHM), tmp_path / "w"
    write_key(tmp_path / "key", key, None)
    watch.mkdir()
    with open_store(watch) as store:
        store.commit([record(1)])
    state, out = tmp_path / "state", tmp_path / "out"
    words = ["witness", str(watch / LEDGER), "--log", str(store.public_key), "--key", str(tmp_path / "key")]
    words += ["--state", str(state), "--out", str(out)]

    def witness() -> None:
        done = CliRunner().invoke(app, words)
        assert done.exit_code == 0, done.output

    witness()
    before = state.read_bytes()
    with open_store(watch) as store:
        store.commit([record(2)])
    with Steps(lambda name, number: None) as steps:
        witness()
    after = state.read_bytes()
    assert (len({before, after}), steps.count > 3) == (2, True)
    for last in range(steps.count):
        state.write_bytes(before)
        out.write_bytes(before)

        def end(name: str, number: int, last: int = last) -> None:
            if number >= last:
                raise Killed

        with Steps(end), suppress(Killed):
            CliRunner().invoke(app, words)
        assert state.read_bytes() in (before, after), last
        assert out.read_bytes() == before or state.read_bytes() == after, last
