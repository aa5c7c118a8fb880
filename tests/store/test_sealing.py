"""A seal in earnest: a console that runs is ended, nobody is let in with what they had, and it takes seconds."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import httpx2 as httpx
import pytest

from tests.builders import make_watch
from trucewatch.errors import StoreError
from trucewatch.store.sealing import seal
from trucewatch.store.sessions import Sessions
from trucewatch.store.vault import forget, unlock

WORDS = "five quiet words on paper"
MOST_SECONDS = 5.0


def trucewatch(*words: str, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "trucewatch", *words],
        env=os.environ | variables,
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
    )


@contextmanager
def serving(folder: Path, **variables: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A real console; its process and the address that it printed."""
    process = subprocess.Popen(
        [sys.executable, "-u", "-m", "trucewatch", "serve", str(folder), "--port", "0"],
        env=os.environ | variables,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert process.stdout is not None
    try:
        printed = ""
        while not (match := re.search(r"http://\S+", printed)):
            line = process.stdout.readline()
            assert line, printed
            printed += line
        yield process, match.group()
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


@pytest.mark.enable_socket
def test_a_running_console_is_ended_and_nobody_comes_in_with_what_they_had(tmp_path: Path) -> None:
    folder = make_watch(tmp_path / "watch")
    assert trucewatch("run", str(folder)).returncode in (0, 1)
    assert trucewatch("protect", str(folder), TRUCEWATCH_NEW_PASSPHRASE=WORDS).returncode == 0
    added = trucewatch(
        "tokens", str(folder), "add", "reader", "--for", "public", "--scope", "read", TRUCEWATCH_PASSPHRASE=WORDS
    )
    assert added.returncode == 0, added.stderr
    waiting = folder / ".trucewatch" / "private" / "pending" / "abc"
    with (
        serving(folder, TRUCEWATCH_PASSPHRASE=WORDS) as (process, address),
        httpx.Client(follow_redirects=True, timeout=30) as browser,
    ):
        assert browser.get(address).status_code == 200
        waiting.mkdir(parents=True)
        (waiting / "file").write_text("a list of names")
        begun = time.monotonic()
        sealed = trucewatch("seal", str(folder))
        assert time.monotonic() - begun < MOST_SECONDS + 3  # the program's own start on a busy machine
        assert sealed.returncode == 0, sealed.stderr
        assert str(process.pid) in sealed.stdout
        assert process.wait(timeout=1) is not None
        cookies = dict(browser.cookies)
    assert cookies
    assert not waiting.exists()
    assert "has to be let in anew" in sealed.stdout
    private = folder / ".trucewatch" / "private"
    assert not [path.name for path in private.iterdir() if path.name.startswith(("door.json", "programs.json"))]
    with serving(folder, TRUCEWATCH_PASSPHRASE=WORDS) as (_, address):
        base = address.split("/door")[0]
        with httpx.Client(cookies=cookies, timeout=30) as browser:
            assert browser.get(base + "/watch").status_code == 401
        token = re.search(r"\S{30,}", added.stdout)
        assert token
        with httpx.Client(headers={"authorization": f"Bearer {token.group()}"}, timeout=30) as program:
            assert program.get(base + "/ogc/public").status_code == 401


@pytest.mark.parametrize("is_protected", [False, True])
def test_a_seal_ends_every_session_of_an_account_without_the_passphrase(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, is_protected: bool
) -> None:
    folder = make_watch(tmp_path / "watch")
    assert trucewatch("run", str(folder)).returncode in (0, 1)
    if is_protected:
        assert trucewatch("protect", str(folder), TRUCEWATCH_NEW_PASSPHRASE=WORDS).returncode == 0
    private, moment = folder / ".trucewatch" / "private", datetime(2031, 5, 4, 9, tzinfo=UTC)
    with monkeypatch.context() as opened:
        opened.setenv("TRUCEWATCH_PASSPHRASE", WORDS)
        unlock(private)
        token = Sessions(private, lambda: moment).begin("p-a", "Browser/1", "127.0.0.1")
        assert Sessions(private, lambda: moment).of(token, "Browser/1") is not None
        forget(private)
    assert seal(folder).sessions
    monkeypatch.setenv("TRUCEWATCH_PASSPHRASE", WORDS)
    unlock(private)
    assert Sessions(private, lambda: moment).of(token, "Browser/1") is None


def test_a_watch_without_a_store_and_one_that_nobody_holds(tmp_path: Path) -> None:
    folder = make_watch(tmp_path / "watch")
    with pytest.raises(StoreError, match="nothing to seal"):
        seal(folder)
    assert trucewatch("run", str(folder)).returncode in (0, 1)
    begun = time.monotonic()
    sealed = seal(folder)
    assert time.monotonic() - begun < MOST_SECONDS
    assert not sealed.ended
    assert not sealed.is_protected
    assert "log-key" in sealed.plain
    told = trucewatch("seal", str(folder)).stdout
    assert "There is no passphrase" in told
    assert seal(folder, destroy=True).is_destroyed
    assert not list((folder / ".trucewatch" / "private").rglob("log-key*"))


def test_a_process_that_does_not_end_by_itself_is_ended_by_force(tmp_path: Path) -> None:
    folder = make_watch(tmp_path / "watch")
    (folder / ".trucewatch" / "private").mkdir(parents=True)
    holder = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "import fcntl, os, signal, sys, time\n"
            "signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
            "lock = os.open(sys.argv[1], os.O_RDWR | os.O_CREAT, 0o600)\n"
            "fcntl.flock(lock, fcntl.LOCK_EX)\n"
            "os.write(lock, f'12:00Z {os.getpid()}'.encode())\n"
            "print('held', flush=True)\n"
            "time.sleep(60)\n",
            str(folder / ".trucewatch" / "lock"),
        ],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert holder.stdout is not None
    try:
        holder.stdout.readline()
        begun = time.monotonic()
        assert seal(folder).ended == holder.pid
        assert time.monotonic() - begun < MOST_SECONDS
        assert holder.wait(timeout=1)
    finally:
        holder.kill()
        holder.wait()
        holder.stdout.close()
