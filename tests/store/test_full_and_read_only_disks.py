"""Disks that are full or read-only, from the start or from any step on: it is said, nothing more is acknowledged,
nothing is lost."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest
from typer.testing import CliRunner

import trucewatch.cli.main  # noqa: F401 - the words that `app` knows
from tests.builders import make_watch
from tests.store.fault_disk import FaultDisk, Flushed
from tests.store.lives import Life, check_restart, live
from tests.store.test_store import open_store, record
from trucewatch.errors import StoreError
from trucewatch.terminal.base import app


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
    command = [sys.executable, "-c", "from trucewatch.cli.main import main; main()", word, str(folder)]
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
