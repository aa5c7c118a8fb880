"""Power cuts with writes out of order, and kills between changes of names: nothing acknowledged is lost, nothing
half-written verifies, and the next start says what it found.

What a cut may leave is a subset of what is not flushed, in sectors, far too many to try all. Replayed are: at every
step of a life one subset, drawn with the step's number as seed; at every flush the smallest, nothing; at every change
of names the largest, everything. No step has all its subsets tried, however few they are. While a journal begins anew
it is every fourth step with one draw. `benchmarks/power_cuts.py` draws 25 for every step of two lives.
"""

from __future__ import annotations

import base64
import shutil
from contextlib import suppress
from pathlib import Path
from random import Random

import pytest

from tests.ledger.small_log import is_whole_or_ahead, leaf_hash, tree_root
from tests.ledger.small_log import run as inspect
from tests.store.fault_disk import FaultDisk, Flushed, Killed, Named
from tests.store.lives import LEDGER, Life, begin_anew, check_restart, cut_power, live, settle
from tests.store.test_store import NOW, open_store, record, said
from trucewatch.errors import TrucewatchError
from trucewatch.ledger.note import read_checkpoint
from trucewatch.store import Store
from trucewatch.store.history import read_mark
from trucewatch.store.ledger_copy import copy_ledger


def test_the_fault_disk_sees_every_write(life: Life) -> None:
    found = life.disk.left(len(life.disk.steps), "everything")
    real = {
        path.relative_to(life.disk.folder).as_posix(): None if path.is_dir() else path.read_bytes()
        for path in life.disk.folder.rglob("*")
        if "sqlite" not in path.name
    }
    # The index is made empty, its owner's alone, and filled by SQLite, which this disk does not see.
    found.pop(".trucewatch/records.sqlite", None)
    assert found == real
    assert len(life.disk.steps) > 250
    assert len(life.disk.index_states) > 5


def test_a_power_cut_at_any_step_with_one_draw_each_loses_nothing_that_was_acknowledged(life: Life) -> None:
    """What is not flushed comes back by lot, one lot a step: whole, torn, as zeros, or not at all, later without
    earlier."""
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


@pytest.mark.parametrize("luck", ["random", "nothing", "everything"])
def test_a_power_cut_while_a_ledger_is_begun_anew_leaves_the_old_one_or_the_new_one(folder: Path, luck: str) -> None:
    life = Life(FaultDisk(folder))
    with life.disk:
        lost = begin_anew(life)
    accepted, moment = life.promises[-2:]
    before = read_checkpoint(life.disk.left(lost, "everything")[f"{LEDGER}/checkpoint"] or b"").origin
    begun = 0
    for at in range(lost, len(life.disk.steps) + 1):
        cut = cut_power(life, at, Random(at) if luck == "random" else luck)  # type: ignore[arg-type]
        if at < accepted[0]:
            Store(cut, lambda: NOW, accept_loss=True).__enter__().__exit__(None, None, None)
        else:
            open_store(cut).__enter__().__exit__(None, None, None)
            begun += 1
        with open_store(cut) as store:
            assert store.recovered == ()
            numbers = said(store)
            assert store.public_key.name != before
            assert numbers[0] == "1"
            assert numbers.count("1") == 1, "nothing is entered twice"
            assert at < moment[0] or numbers[-1] == "3", "nothing that the new one acknowledged is lost"
        code, document = inspect(cut)
        assert code == 0, (at, document)
        mark = read_mark(cut / ".trucewatch/private")
        assert mark is not None
        assert mark.size == document["size"]
    assert begun > 5


@pytest.mark.parametrize("forgets", ["files", "folders", "files folders"])
def test_without_fsync_the_fault_disk_shows_the_loss(folder: Path, forgets: str) -> None:
    """These tests can fail: a store that does not flush is found out at its end."""
    life = Life(FaultDisk(folder, forgets=forgets))
    with life.disk:
        live(life)
    at = len(life.disk.steps)
    with pytest.raises((AssertionError, TrucewatchError), match=r"lost|no journal|no checkpoint|high-water is damaged"):
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
            _, document = inspect(folder)
            assert is_whole_or_ahead(document), (at, life.disk.steps[at - 1], document["problems"][:2])
            copy = folder.with_name("copy")
            shutil.rmtree(copy, ignore_errors=True)
            copy_ledger(folder / ".trucewatch", copy)
            code, document = inspect(copy)
            assert code == 0, (at, life.disk.steps[at - 1], document["problems"][:2])


@pytest.mark.parametrize("way", ["is gone", "is older"])
def test_a_journal_that_is_gone_or_older_than_what_was_published_goes_on_with_the_same_history(
    tmp_path: Path, way: str
) -> None:
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
    with open_store(tmp_path) as store:
        assert said(store) == ["1", "2"], "the tiles give back what the journal lost"
        assert any("restored" in one for one in store.recovered)
    assert (tmp_path / LEDGER / "checkpoint").read_bytes() == published
    with open_store(tmp_path) as store:
        store.commit([record(3)])
    kept = tmp_path / "kept"
    kept.write_bytes(published)
    code, document = inspect(tmp_path, "--seen", kept)
    assert (code, document["seen"]) == (0, 3), document
