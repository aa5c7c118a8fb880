"""Copies of a whole watch, by real processes: made while others write, put back, and older ones that are not."""

from __future__ import annotations

import json
import os
import re
import shutil
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx2 as httpx
import pyotp
import pytest

from tests.builders import make_watch
from tests.store.test_sealing import serving, trucewatch
from trucewatch.errors import StoreError
from trucewatch.ledger.note import read_checkpoint
from trucewatch.store import Store
from trucewatch.store.backups import MARKER, back_up, fault_of, remove_older
from trucewatch.store.role_records import grants_on_record
from trucewatch.store.sign_in_accounts import Accounts

NOW = datetime(2031, 5, 4, 9, tzinfo=UTC)
PASSWORD = "five quiet words on paper"
STORE = ".trucewatch"
SESSION = "tw_session_"

WRITER = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from trucewatch.model.claim_draft import ClaimDraft
from trucewatch.model.claim_record import ClaimWords, Speaker, StatedEvent
from trucewatch.pipeline.claim_entering import enter_claim
from trucewatch.store import Store
from trucewatch.watch import load_watch
now = datetime(2031, 5, 4, 9, tzinfo=UTC)
folder = Path(sys.argv[1])
watch = load_watch(folder)
with Store(folder, lambda: now) as store:
    for number in range(200):
        claim = ClaimDraft(
            event=StatedEvent(kind="explosion"), words=ClaimWords(says=f"A blast, the {number}th call."),
            speaker=Speaker("not_said"), via="telephone", received_at=now)
        enter_claim(store, watch, claim, by="analyst", now=now)
        if number % 5 == 0:
            store.publish()
        if number == 0:
            print("begun", flush=True)
"""


def later(minutes: int) -> datetime:
    return NOW + timedelta(minutes=minutes)


@pytest.fixture
def watch(tmp_path: Path) -> Path:
    """A watch that was worked out once."""
    folder = make_watch(tmp_path / "valley", rows=5)
    assert trucewatch("run", str(folder)).returncode in (0, 1)
    return folder


def put_back(copy: Path, place: Path) -> Path:
    """A copy as it is restored: in the place of the watch, under its name."""
    shutil.rmtree(place, ignore_errors=True)
    return Path(shutil.copytree(copy, place, symlinks=True))


def origin_of(watch: Path) -> str:
    return read_checkpoint((watch / STORE / "ledger" / "checkpoint").read_bytes()).origin


def enter(watch: Path, count: int = 1) -> None:
    """Something more, entered and published."""
    with Store(watch, lambda: NOW) as store:
        store.commit([{"schema": "trucewatch/watch-files/1", "files": {"watch.toml": "a"}}] * count)


class Person:
    """Somebody with a telephone and a browser at a real console."""

    def __init__(self, login: str) -> None:
        self.login, self.secret = login, ""

    def opens(self, address: str, link: str) -> None:
        """Complete the account of a link, with the code of half a minute ago, so that the next one is not used up."""
        token = link.partition("once=")[2]
        with httpx.Client(base_url=address, timeout=60) as browser:
            page = browser.get("/sign-in/first", params={"once": token}).text
            match = re.search(r"(?:[A-Z2-7]{4} ){7}[A-Z2-7]{4}", page)
            assert match, page[:3000]
            self.secret = match[0].replace(" ", "")
            code = pyotp.TOTP(self.secret).at(datetime.now(UTC) - timedelta(seconds=30))
            fields = {"password": PASSWORD, "again": PASSWORD, "code": code}
            answer = browser.post("/sign-in/first", params={"once": token}, data=fields)
            assert answer.status_code == 201, answer.text[:3000]

    def comes_in(self, address: str) -> httpx.Client:
        browser = httpx.Client(base_url=address, timeout=60)
        code = pyotp.TOTP(self.secret).at(datetime.now(UTC) + timedelta(seconds=30))
        answer = browser.post("/sign-in", data={"login": self.login, "password": PASSWORD, "code": code})
        assert answer.status_code == 303, answer.text[:3000]
        return browser


@contextmanager
def console_of(watch: Path) -> Iterator[str]:
    with serving(watch) as (_, address):
        yield str(httpx.URL(address).join("/"))


def added(watch: Path, name: str, login: str, role: str) -> str:
    done = trucewatch("people", str(watch), "add", name, "--login", login, "--role", role, "--json")
    assert done.returncode == 0, done.stderr
    return str(json.loads(done.stdout)["address"])


@pytest.mark.enable_socket
def test_a_restored_copy_verifies_and_serves_and_accounts_and_roles_go_on_without_sessions(
    watch: Path, tmp_path: Path
) -> None:
    nora = Person("nora")
    link = added(watch, "Nora Keeper", "nora", "administrator")
    with console_of(watch) as address:
        nora.opens(address, link)
        with httpx.Client(base_url=address, timeout=60) as signed_in:
            code = pyotp.TOTP(nora.secret).now()
            signed_in.post("/sign-in", data={"login": "nora", "password": PASSWORD, "code": code})
            assert signed_in.get("/people").status_code == 200
            cookies = dict(signed_in.cookies)
            done = trucewatch("backup", str(watch), "--to", str(tmp_path / "copies"), "--json")
            assert done.returncode == 0, done.stderr
    copy = Path(json.loads(done.stdout)["copy"])
    restored = put_back(copy, watch)
    assert trucewatch("verify", str(restored)).returncode == 0
    before = read_checkpoint((restored / STORE / "ledger" / "checkpoint").read_bytes()).size
    with console_of(restored) as address:
        port = address.rstrip("/").rpartition(":")[2]
        old = {f"{SESSION}{port}": value for name, value in cookies.items() if name.startswith(SESSION)}
        assert old, "there was a session"
        with httpx.Client(base_url=address, timeout=60, cookies=old) as stale:
            assert stale.get("/people").status_code == 401, "sessions are void"
        with closing(nora.comes_in(address)) as browser:
            page = browser.get("/people")
            assert "Nora Keeper" in page.text
            fields = {"name": "Ida Head", "login": "ida", "role": "auditor", "side": "", "until": ""}
            fields["until"] = re.findall(r'name="until"[^>]*value="([^"]+)"', browser.get("/people/add").text)[0]
            answer = browser.post("/people/add", data=fields)
            assert answer.status_code == 201, answer.text[:3000]
    with Store(restored, lambda: datetime.now(UTC)) as store:
        assert len(store.journal) > before, "an entry was added"
        assert store.public_key.name == origin_of(restored)
        assert len(grants_on_record(store)) == 2
    assert trucewatch("verify", str(restored)).returncode == 0


@pytest.mark.parametrize("way", ["beside the machine's own mark", "whole, with a checkpoint that others hold"])
def test_an_older_copy_is_refused_and_goes_on_only_under_a_new_log_name(watch: Path, tmp_path: Path, way: str) -> None:
    added(watch, "Nora Keeper", "nora", "administrator")
    copy = back_up(watch, tmp_path / "copies", now=NOW).path
    enter(watch, 3)
    before = origin_of(watch)
    mark = (watch / STORE / "private" / "high-water").read_bytes()
    latest = (watch / STORE / "ledger" / "checkpoint").read_bytes()
    restored = put_back(copy, watch)
    if way.startswith("beside"):
        (restored / STORE / "private" / "high-water").write_bytes(mark)
    else:
        (restored / "witnessed").mkdir()
        (restored / "witnessed" / "theirs").write_bytes(latest)
    refused = trucewatch("run", str(restored))
    assert refused.returncode == 2
    assert "--accept-loss" in refused.stderr
    with pytest.raises(StoreError, match="does not hold against its check"):
        back_up(restored, tmp_path / "others", now=later(1))
    accepted = trucewatch("rebuild", str(restored), "--accept-loss")
    assert accepted.returncode == 0, accepted.stderr
    assert origin_of(restored) != before
    assert trucewatch("verify", str(restored)).returncode == 0
    with Store(restored, lambda: datetime.now(UTC)) as store:
        assert len(grants_on_record(store)) == 1, "the administrator stands in the new log too"
        accounts = Accounts(store.root / "private", lambda: datetime.now(UTC))
        assert [account.login for account in accounts.people()] == ["nora"]
    assert not (restored / STORE / "private" / "sessions.json").exists()


def test_copies_that_are_taken_while_another_process_enters_claims_verify(watch: Path, tmp_path: Path) -> None:
    sizes = []
    with subprocess.Popen([sys.executable, "-c", WRITER, str(watch)], stdout=subprocess.PIPE) as writer:
        assert writer.stdout is not None
        assert writer.stdout.readline() == b"begun\n"
        while writer.poll() is None and len(sizes) < 12:
            copy = back_up(watch, tmp_path / "copies", now=later(len(sizes)))
            sizes.append((copy.entries, copy.path))
        assert writer.wait() == 0
    with Store(watch, lambda: NOW) as store:
        total = len(store.journal)
    assert sizes, "copies were taken"
    assert sizes[0][0] < total, "while claims were entered"
    for entries, path in (sizes[0], sizes[-1]):
        done = trucewatch("verify", str(path), "--json")
        assert done.returncode == 0, done.stdout[:3000]
        with Store(path, lambda: NOW) as store:
            assert len(store.journal) >= entries
            store.commit([{"schema": "trucewatch/watch-files/1", "files": {"watch.toml": "b"}}])
        assert fault_of(path, NOW) is None


def test_a_copy_is_its_owners_alone_and_holds_neither_lock_nor_index_nor_what_lets_in(
    watch: Path, tmp_path: Path
) -> None:
    private = watch / STORE / "private"
    for name in ("open.html", "sessions.json", "door.json", "accounts.json"):
        (private / name).write_text("{}")
    waiting = private / "pending" / "abc"
    waiting.mkdir(parents=True)
    (waiting / "file").write_text("not accepted yet")
    (watch / "sensors.geojson").chmod(0o644)
    outside = tmp_path / "outside"
    outside.write_text("what lies elsewhere")
    (watch / "inbox" / "link.csv").symlink_to(outside)
    (watch / "inbox" / "folder").symlink_to(tmp_path)
    os.mkfifo(watch / "inbox" / "pipe.csv")
    copy = back_up(watch, tmp_path / "copies", now=NOW)
    held = {path.relative_to(copy.path).as_posix(): path for path in copy.path.rglob("*")}
    assert {"watch.toml", "inbox/reports.csv", MARKER, f"{STORE}/private/high-water"} <= held.keys()
    assert f"{STORE}/private/accounts.json" in held
    gone = ("lock", "records.sqlite", "private/open.html", "private/sessions.json", "private/door.json")
    assert not held.keys() & {f"{STORE}/{name}" for name in gone}
    assert not any("pending" in name or "journal.lock" in name for name in held)
    assert not any(path.is_symlink() for path in held.values())
    assert set(copy.links) == {"link.csv", "folder", "pipe.csv"}
    modes = {stat.S_IMODE(path.stat().st_mode) & 0o077 for path in (copy.path, *held.values())}
    assert modes == {0}
    assert copy.path.name == "valley-2031-05-04T090000Z"


def test_keeping_removes_older_copies_of_this_log_and_nothing_else(watch: Path, tmp_path: Path) -> None:
    into = tmp_path / "copies"
    other = make_watch(tmp_path / "elsewhere" / "valley")
    enter(other)
    copies = [back_up(watch, into, now=later(minutes)).path for minutes in range(3)]
    theirs = back_up(other, into, now=later(3)).path
    strange = into / "valley-2031-05-04T080000Z"
    strange.mkdir()
    (strange / "a file of somebody").write_text("kept")
    link = into / "valley-2031-05-04T070000Z"
    link.symlink_to(tmp_path / "elsewhere", target_is_directory=True)
    killed = into / "valley-2031-05-01T070000Z.partial"
    (killed / STORE).mkdir(parents=True)
    last = back_up(watch, into, now=later(9), keep=2)
    assert set(last.removed) == {*copies[:2], killed}
    assert {path.name for path in into.iterdir()} == {
        path.name for path in (copies[2], theirs, strange, link, last.path)
    }
    assert (tmp_path / "elsewhere" / "valley" / "watch.toml").is_file()
    assert remove_older(into, last.path, keep=0, now=later(9)) == ()


def test_a_copy_that_would_not_verify_is_not_kept(watch: Path, tmp_path: Path) -> None:
    damaged = next((watch / STORE / "evidence").glob("??/*"))
    damaged.write_bytes(damaged.read_bytes()[:-1])
    with pytest.raises(StoreError, match="does not hold against its check"):
        back_up(watch, tmp_path / "copies", now=NOW)
    assert list((tmp_path / "copies").iterdir()) == []


def test_a_place_in_the_watch_or_a_watch_without_a_ledger_is_refused(watch: Path, tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="outside of it"):
        back_up(watch, watch / "copies", now=NOW)
    with pytest.raises(StoreError, match="trucewatch run"):
        back_up(make_watch(tmp_path / "new"), tmp_path / "copies", now=NOW)
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match="no folder"):
        back_up(watch, tmp_path / "file", now=NOW)


def test_what_is_under_a_passphrase_is_copied_as_it_lies(watch: Path, tmp_path: Path) -> None:
    words: dict[str, Any] = {"TRUCEWATCH_NEW_PASSPHRASE": PASSWORD, "TRUCEWATCH_PASSPHRASE": PASSWORD}
    assert trucewatch("protect", str(watch), **words).returncode == 0
    done = trucewatch("backup", str(watch), "--to", str(tmp_path / "copies"))
    assert done.returncode == 0, done.stderr
    (copy,) = (tmp_path / "copies").iterdir()
    assert (copy / STORE / "private" / "log-key.age").is_file()
    assert not (copy / STORE / "private" / "log-key").exists()
    opened = trucewatch("run", str(put_back(copy, watch)), TRUCEWATCH_PASSPHRASE=PASSWORD)
    assert opened.returncode in (0, 1), opened.stderr
