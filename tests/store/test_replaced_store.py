"""A store that is put back or exchanged while a program holds it: that program enters and signs nothing more."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.builders import make_watch
from tests.ledger.small_log import run as inspect
from tests.server.killed_console import Visitor
from tests.store.test_store import open_store, record
from trucewatch.errors import StoreError
from trucewatch.store.history import HIGH_WATER

STORE = ".trucewatch"
ROW = '99999,2031-05-02T03:04:00Z,"-35.2, -25.2",blast,1,later\n'


def exchange_store(watch: Path) -> None:
    copy = watch.with_name("copy")
    shutil.copytree(watch / STORE, copy)
    (watch / STORE).rename(watch.with_name("held"))
    copy.rename(watch / STORE)


def exchange_ledger(watch: Path) -> None:
    ledger, copy = watch / STORE / "ledger", watch.with_name("copy")
    shutil.copytree(ledger, copy)
    ledger.rename(watch.with_name("held"))
    copy.rename(ledger)


def exchange_journal(watch: Path) -> None:
    """As a tool does that writes aside and renames."""
    journal = watch / STORE / "ledger/journal"
    shutil.copy(journal, watch / "aside")
    (watch / "aside").replace(journal)


def write_over_journal(watch: Path) -> None:
    """As a tool does that writes an older copy into the file that is there."""
    journal = watch / STORE / "ledger/journal"
    journal.write_bytes(journal.read_bytes()[:-20])


def raise_mark(watch: Path) -> None:
    """What another program signed meanwhile is remembered in the mark."""
    mark, other = watch / STORE / "private" / HIGH_WATER, watch.with_name("other")
    shutil.copytree(watch, other)
    with open_store(other) as store:
        store.commit([record(7)])
    shutil.copy(other / STORE / "private" / HIGH_WATER, mark)


def take_away(watch: Path) -> None:
    (watch / STORE).rename(watch.with_name("held"))


def signed_files(watch: Path) -> dict[str, bytes]:
    """What was signed, the mark and the journal, in the store and in what was set aside."""
    return {
        str(path): path.read_bytes()
        for root in (watch, watch.with_name("held"))
        for path in root.rglob("*")
        if path.is_file() and (path.parent.name == "checkpoints" or path.name in ("checkpoint", "journal", HIGH_WATER))
    }


@pytest.mark.parametrize(
    "exchange", [exchange_store, exchange_ledger, exchange_journal, write_over_journal, raise_mark, take_away]
)
@pytest.mark.parametrize("is_committing", [True, False])
def test_who_holds_a_store_that_was_exchanged_enters_and_signs_nothing(
    exchange: Callable[[Path], None], is_committing: bool, tmp_path: Path
) -> None:
    watch = tmp_path / "watch"
    watch.mkdir()
    with open_store(watch) as store:
        store.commit([record(1)])
    store = open_store(watch)
    store.__enter__()
    try:
        store.commit([record(2)])
        exchange(watch)
        before = signed_files(watch)
        with pytest.raises(StoreError, match="start it anew"):
            store.commit([record(3)]) if is_committing else store.publish()
        with pytest.raises(StoreError, match="start it anew"):
            store.catch_up()
        assert signed_files(watch) == before
    finally:
        with pytest.raises(StoreError, match="start it anew"):
            store.__exit__(None, None, None)
    assert signed_files(watch) == before


def test_a_store_that_is_put_back_as_it_was_goes_on(tmp_path: Path) -> None:
    watch = tmp_path / "watch"
    watch.mkdir()
    with open_store(watch) as store:
        store.commit([record(1)])
        take_away(watch)
        with pytest.raises(StoreError):
            store.commit([record(2)])
        (tmp_path / "held").rename(watch / STORE)
        store.commit([record(2)])
    assert inspect(watch)[0] == 0


def test_a_journal_that_the_store_itself_begins_anew_is_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("trucewatch.ledger.log.SETTLE_AT", 0)
    with open_store(tmp_path) as store:
        for number in range(600):
            store.commit([record(number)])
        store.publish()
    assert inspect(tmp_path)[0] == 0


def test_a_mark_that_was_written_while_the_disk_failed_is_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The name is taken, and flushing it fails: what lies there is what the store wrote."""
    with open_store(tmp_path) as store:
        store.commit([record(1)])
        with monkeypatch.context() as patch:
            from trucewatch.store import high_water

            write_mark = high_water.write_mark

            def fail(*words: object) -> None:
                write_mark(*words)  # type: ignore[arg-type]
                raise StoreError("no")  # type: ignore[arg-type]

            patch.setattr(high_water, "write_mark", fail)
            with pytest.raises(StoreError, match="no"):
                store.publish()
        store.commit([record(2)])
    assert inspect(tmp_path)[0] == 0


def trucewatch(*words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "trucewatch", *words]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)


@pytest.mark.slow
@pytest.mark.allow_hosts(["127.0.0.1"])
def test_a_console_whose_store_is_put_back_under_it_signs_no_second_history(tmp_path: Path) -> None:
    watch = make_watch(tmp_path / "watch", rows=20)
    assert trucewatch("run", str(watch), "--json").returncode == 0
    process = subprocess.Popen(
        [sys.executable, "-u", "-m", "trucewatch", "serve", str(watch), "--port", "0"],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env=os.environ | {"TZ": "UTC"},
    )
    assert process.stdout is not None
    try:
        printed = next(found[0] for line in process.stdout if (found := re.search(r"https?://\S+", line)))
        visitor = Visitor(printed)
        assert visitor.ask("/incident/new")[0] == 200
        exchange_store(watch)  # with what lets this visitor in

        with sqlite3.connect(watch / STORE / "records.sqlite") as index:
            ((name,),) = index.execute("SELECT incidents FROM list ORDER BY entry DESC LIMIT 1")
        objects = watch / STORE / "objects"
        node = json.loads((objects / name[:2] / name[2:]).read_bytes())
        chunk = node["children"][0][0]
        listed = json.loads(zlib.decompress((objects / chunk[:2] / chunk[2:]).read_bytes()))
        incident = min(listed["columns"]["incident_id"])
        other = trucewatch(
            *("incident", str(watch), "reject", incident, "--reason", "a quarry", "--by", "Anna", "--yes")
        )
        assert other.returncode == 0, other.stderr + other.stdout
        before = signed_files(watch)

        with (watch / "inbox/reports.csv").open("a") as inbox:
            inbox.write(ROW)
        until, trouble = time.monotonic() + 90, ""
        while "start it anew" not in trouble and time.monotonic() < until:
            time.sleep(0.2)
            trouble = visitor.ask("/api/state")[1]
        assert "start it anew" in trouble
        assert "start it anew" in " ".join(visitor.ask("/incidents")[1].split()), "the page says it"
        form = {"kind": "explosion", "means": "patrol", "start": "2031-05-02T03:00:00Z", "place": "-35.2, -25.2"}
        form |= {"sd_m": "250", "claimed_by": "a patrol", "reason": "seen", "confirm": "yes"}
        assert visitor.send_form("/incident/new", form) not in (200, 303), "no act is entered"
        process.send_signal(signal.SIGINT)
        rest = process.communicate(timeout=60)[0]
        assert "Traceback" not in rest, rest
        assert "start it anew" in " ".join(rest.split())
    finally:
        process.kill()
        process.wait()
        process.stdout.close()
    assert signed_files(watch) == before, "neither over what the other signed nor beside it"
    assert inspect(watch)[0] == 0
    assert trucewatch("run", str(watch), "--json").returncode == 0, "started anew, it goes on with what lies there"
    assert inspect(watch)[0] == 0
