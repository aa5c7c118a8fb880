"""A real console with hostile files in its inbox: acts are answered meanwhile, good files appear, trouble is said."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from http.cookiejar import CookieJar
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from tests.hostile.files import CP1251, parquet, workbook
from tests.hostile.watches import SAMPLES, environment, files_read, watch_of
from trucewatch.model.file_names import name_on_record
from trucewatch.store.journal import read_entries

ACT = {
    "kind": "shot",
    "means": "patrol",
    "claimed_by": "the eastern patrol",
    "place": "-34.9, -25.1",
    "within_m": "300",
    "start": "2031-05-03T10:00:00Z",
    "reason": "told by telephone",
    "confirm": "yes",
}


class Browser:
    """Without scripts: cookies, forms, redirects."""

    def __init__(self, address: str, base: str) -> None:
        self._base = base
        self._opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))
        self._opener.open(address, timeout=30).close()  # whatever the printed address opens the door with

    def get(self, path: str) -> str:
        with self._opener.open(self._base + path, timeout=30) as answer:
            return str(answer.read().decode())

    def post(self, path: str, fields: dict[str, str], file: tuple[str, bytes] | None = None) -> str:
        """The page that the form leads to. Raises HTTPError for a refusal."""
        body, kind = urlencode(fields).encode(), "application/x-www-form-urlencoded"
        if file:
            head = f'--cut\r\nContent-Disposition: form-data; name="file"; filename="{file[0]}"\r\n\r\n'
            body, kind = head.encode() + file[1] + b"\r\n--cut--\r\n", "multipart/form-data; boundary=cut"
        asked = urllib.request.Request(self._base + path, body, {"Origin": self._base, "Content-Type": kind})
        with self._opener.open(asked, timeout=60) as answer:
            return str(answer.read().decode())


@contextmanager
def served(folder: Path) -> Iterator[Browser]:
    """A browser at a console that runs in a process of its own."""
    process = subprocess.Popen(
        [sys.executable, "-u", "-m", "trucewatch", "serve", str(folder), "--port", "0"],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env=environment(),
    )
    assert process.stdout is not None
    try:
        for line in process.stdout:
            if address := re.search(r"(http://[^/\s]+)(/\S*)?", line):
                break
        else:
            pytest.fail("the console did not start")
        base = address[1]
        yield Browser(address[0], base)
    finally:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(timeout=60)
        finally:
            process.kill()
            process.stdout.close()


def state(client: Browser) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(client.get("/api/state"))
    return document


def wait_for(client: Browser, entries: int, *, seconds: float = 60) -> None:
    """Until the ledger holds so many."""
    until = time.monotonic() + seconds
    while state(client)["entries"] < entries:
        assert time.monotonic() < until, state(client)
        time.sleep(0.2)


def wait_for_file(folder: Path, name: str, seconds: float = 120.0) -> None:
    """Until the journal holds a reading of a file; other entries come when they come."""
    until = time.monotonic() + seconds
    while all(entry.record.get("file") != name for entry in read_entries(folder / ".trucewatch", kind="batch")):
        assert time.monotonic() < until, name
        time.sleep(0.2)


def put(folder: Path, name: str, content: bytes) -> None:
    """A file as it comes into an inbox: whole at once."""
    aside = folder / f".{os.getpid()}.aside"
    aside.write_bytes(content)
    aside.rename(folder / "inbox" / name)


def readers_of(folder: Path) -> list[int]:
    """Processes that read files, of a program that was begun with this folder."""
    readers = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            words = path.read_bytes().split(b"\0")
            status = path.with_name("status").read_text()
            parent = int(status.partition("\nPPid:")[2].split(maxsplit=1)[0])
            begun_with = Path(f"/proc/{parent}/cmdline").read_bytes()
        except OSError:
            continue
        if b"trucewatch.reader.child" in words and os.fsencode(folder) in begun_with:
            readers.append(int(path.parent.name))
    return readers


@pytest.mark.slow
def test_acts_are_entered_while_a_file_holds_its_reader(tmp_path: Path, socket_enabled: None) -> None:
    folder = watch_of(tmp_path / "w", "obedient", read_seconds=25.0, read_memory_mb=200)
    with served(folder) as client:
        before = state(client)["entries"]
        put(folder, "a_loop.txt", b"loop")
        put(folder, "b_good.txt", b"nothing")
        until = time.monotonic() + 30
        while not readers_of(folder) and time.monotonic() < until:
            time.sleep(0.1)
        begun = time.monotonic()
        answer = client.post("/incident/new", ACT)
        assert time.monotonic() - begun < 20, "the file is being read for 25 seconds, and the act does not wait for it"
        assert "entry" in answer
        act = state(client)["entries"]
        assert act > before
        assert "<main" in client.get("/incidents")
        wait_for(client, act + 4)  # evidence and batch of both files: the loop was ended, the good file read
        page = client.get("/sources/rejected")
        assert "took longer than 25 seconds" in page
        assert "raise read_seconds in watch.toml" in page
        assert state(client)["trouble"] == ""

        (reader,) = readers_of(folder)
        os.kill(reader, signal.SIGKILL)  # as the system does where memory is short
        put(folder, "c_good.txt", b"nothing ")
        wait_for_file(folder, "inbox/c_good.txt")
        put(folder, "d_sleep.txt", b"sleep")
        time.sleep(4)
        stopping = time.monotonic()
    assert time.monotonic() - stopping < 20, "a file that is being read does not keep the console from closing"
    read = files_read(folder)
    assert {name: file.rows for name, file in read.items()} == {
        "inbox/a_loop.txt": 0,
        "inbox/b_good.txt": 1,
        "inbox/c_good.txt": 1,
    }, "what the console was closed on is neither taken nor refused"
    assert readers_of(folder) == [], "the reader ends with its program"


@pytest.mark.slow
@pytest.mark.parametrize("is_there_before", [True, False])
def test_a_large_file_that_goes_on_and_on_holds_up_no_smaller_one(
    tmp_path: Path, socket_enabled: None, is_there_before: bool
) -> None:
    folder = watch_of(tmp_path / "w", "obedient")

    def put_both() -> None:
        put(folder, "a_rows.txt", b"rows" + b" " * 3_000_000)
        put(folder, "z_good.txt", b"nothing")

    if is_there_before:
        put_both()
    with served(folder) as client:
        if not is_there_before:
            put_both()
        until = time.monotonic() + 60
        while (now := state(client))["incidents"] < 1:
            assert time.monotonic() < until, now
            time.sleep(0.2)
        assert "a_rows.txt" not in client.get("/sources/rejected"), "it is not given up yet"
        assert readers_of(folder), "the large file is being read, and what the small one brought is on the list"
        assert now["trouble"] == ""
    assert {name: file.rows for name, file in files_read(folder).items()} == {"inbox/z_good.txt": 1}


@pytest.mark.slow
def test_names_columns_and_endless_sheets_leave_the_rest_alone(tmp_path: Path, socket_enabled: None) -> None:
    folder = watch_of(tmp_path / "w", "observations")
    good = (SAMPLES / "observations" / "good.csv").read_bytes()
    with served(folder) as client:
        before = state(client)["entries"]
        put(folder, "a_endless.csv", workbook(good, '<row r="2"', '<row r="99999999999"'))
        put(folder, "b_column.parquet", parquet(good, mangled=True))
        put(folder, CP1251, good + b"\n")
        (folder / "inbox" / "c_pipe.csv").symlink_to("/dev/zero")
        put(folder, "z_good.csv", good)
        wait_for(client, before + 8)
        until = time.monotonic() + 60
        while "is a link; copy the file itself" not in client.get("/sources"):
            assert time.monotonic() < until, "what is no file is said once the list is worked out"
            time.sleep(0.3)
        page = client.get("/sources/rejected")
        assert "no sheet has more than" in page
        assert "name is not UTF-8" in page
        table = client.get("/sources/rejected.csv")
        assert "inbox/a_endless.csv" in table
        assert "inbox/b_column.parquet" in table
        assert state(client)["incidents"] > 0
        assert state(client)["trouble"] == ""
        assert "Added. Recorded as no." in client.post("/incident/new", ACT)

        # A hostile file that is brought by hand: answered, and nothing of it is kept.
        begun = time.monotonic()
        look = client.post("/sources/drop", {}, ("e.xlsx", workbook(good, '<row r="2"', '<row r="99999999999"')))
        assert "no sheet has more than" in look
        assert time.monotonic() - begun < 30
    read = files_read(folder)
    assert read["inbox/z_good.csv"].rows == read[name_on_record(f"inbox/{CP1251}")].rows > 0
