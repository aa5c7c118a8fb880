"""Other watches on this computer: opened from a console by a process of their own, reached with a ticket that is used
once, and ended with the console that opened them."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from tests.builders import make_watch
from tests.conftest import ROOT
from tests.server.conftest import client_of, unbroken
from tests.server.killed_console import Visitor
from trucewatch.desks import indexes
from trucewatch.server.child_consoles import child_consoles
from trucewatch.server.console import Console
from trucewatch.server.door import Door, door_of
from trucewatch.server.listen import Address
from trucewatch.server.neighbours import neighbours_of
from trucewatch.store import Store
from trucewatch.store.protection import protect

pytestmark = pytest.mark.enable_socket
BESIDE = "little-watch"


def real_now() -> datetime:
    return datetime.now(UTC)


@pytest.fixture
def console(fresh: Callable[[str], Console]) -> Iterator[Console]:
    """A console on this computer alone, with a little watch beside it."""
    console = fresh("two-valleys")
    console.reached_at = Address()
    make_watch(console.folder.parent / BESIDE, rows=3)
    yield console
    console.close()


@pytest.fixture
def client(console: Console) -> TestClient:
    return client_of(console)


def opened(client: TestClient, name: str = BESIDE, *, within_s: float = 90.0) -> str:
    """Press the button, wait as its page does; the page that says that it is open."""
    assert client.post(f"/watches/{name}/open").status_code == 303
    end_s = time.monotonic() + within_s
    while time.monotonic() < end_s:
        page = client.get(f"/watches/{name}?opening")
        if "It is open" in page.text:
            return unbroken(page.text)
        assert "It is being opened" in page.text, page.text
        assert page.headers["refresh"] == "1"
        time.sleep(0.3)
    pytest.fail("it was not opened in time")


def test_a_watch_is_opened_here_and_a_browser_led_on_with_a_ticket_that_opens_once(client: TestClient) -> None:
    page = opened(client)
    assert "A log of its own" in page
    assert re.search(r"Its name:</?\s*<?code>trucewatch/[0-9a-f]{16}<", page.replace(" <code>", "<code>"))
    assert "trucewatch protect" in page
    ticket = client.get(f"/watches/{BESIDE}/go").headers["location"]
    assert re.fullmatch(r"http://localhost:\d+/door\?once=\S+", ticket), "by the name that the browser used"
    visitor = Visitor(ticket.replace("localhost", "127.0.0.1"))
    status, state = visitor.ask("/api/state")
    assert (status, json.loads(state)["watch"]) == (200, "my-watch")
    late = Visitor(ticket.replace("localhost", "127.0.0.1"))
    assert late.ask("/api/state")[0] == 401


def test_a_second_press_finds_the_same_console_and_a_close_ends_it(client: TestClient, console: Console) -> None:
    opened(client)
    child = child_consoles(console).of(BESIDE)
    assert child is not None
    client.post(f"/watches/{BESIDE}/open")
    assert child_consoles(console).of(BESIDE) is child
    port = door_of(console.folder.parent / BESIDE, real_now).last_port
    client.post(f"/watches/{BESIDE}/close")
    assert not child.is_running
    assert "It is closed" in client.get(f"/watches/{BESIDE}").text
    assert client.get(f"/watches/{BESIDE}/go").headers["location"] == f"/watches/{BESIDE}"
    with Store(console.folder.parent / BESIDE, real_now, desks=indexes()):
        pass  # nobody holds it any more
    assert client.post(f"/watches/{BESIDE}/open").status_code == 303
    again = child_consoles(console).of(BESIDE)
    end_s = time.monotonic() + 60
    while "It is open" not in (page := client.get(f"/watches/{BESIDE}?opening")).text:
        assert time.monotonic() < end_s
        time.sleep(0.3)
    assert page.headers["refresh"] == f"0; url=/watches/{BESIDE}/go", "who opened it before needs no introduction"
    assert "refresh" not in client.get(f"/watches/{BESIDE}").headers, "there it can be closed"
    assert again is not None
    assert again is not child
    assert f"--port {port} " in " ".join(map(str, again.process.args)) + " ", "cookies are named by the port"


def test_a_console_that_was_killed_holds_its_watch_no_more(client: TestClient, console: Console) -> None:
    opened(client)
    child = child_consoles(console).of(BESIDE)
    assert child is not None
    os.kill(child.process.pid, signal.SIGKILL)
    os.waitid(os.P_PID, child.process.pid, os.WEXITED | os.WNOWAIT)
    page = client.get(f"/watches/{BESIDE}").text
    assert "has ended" in page
    assert "Open it here" in page, "and not that another program holds it"


def test_a_watch_that_cannot_be_opened_says_why_and_can_be_tried_again(client: TestClient, console: Console) -> None:
    broken = console.folder.parent / "broken-watch"
    make_watch(broken, rows=1)
    (broken / "zones.geojson").write_text("{", encoding="utf-8")
    client.post("/watches/broken-watch/open")
    end_s = time.monotonic() + 60
    while "zones.geojson" not in (page := client.get("/watches/broken-watch").text):
        assert time.monotonic() < end_s
        time.sleep(0.3)
    assert "could not be opened" in page
    assert "Open it here" in page


def test_a_ticket_is_good_for_a_minute_and_an_address_of_the_terminal_until_it_is_used(tmp_path: Path) -> None:
    moment = [datetime(2031, 5, 4, tzinfo=UTC)]
    door = Door(tmp_path / "private", lambda: moment[0])
    door.open()
    in_time, late, asked = (
        door.asked_token(lasts=timedelta(minutes=1)),
        door.asked_token(lasts=timedelta(minutes=1)),
        door.asked_token(),
    )
    moment[0] += timedelta(seconds=60)
    assert door.use(in_time)
    moment[0] += timedelta(seconds=1)
    assert door.use(late) is None
    assert door.use(asked)


class _Stranger(BaseHTTPRequestHandler):
    """A program that stands where a console once stood, and answers whatever it is asked."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(self.path.encode())

    def log_message(self, format: str, *words: object) -> None:
        pass


@contextmanager
def stranger() -> Iterator[str]:
    server = HTTPServer(("127.0.0.1", 0), _Stranger)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def test_a_program_on_the_port_of_a_console_that_was_killed_is_given_no_ticket(
    client: TestClient, console: Console
) -> None:
    folder = console.folder.parent / BESIDE
    door = door_of(folder, real_now)
    door.open()
    with stranger() as url:
        door.stands_at(url)
        before = (folder / ".trucewatch" / "private" / "door.json").read_bytes()
        assert client.get(f"/watches/{BESIDE}/go").headers["location"] == f"/watches/{BESIDE}"
        assert (folder / ".trucewatch" / "private" / "door.json").read_bytes() == before


def test_a_console_that_other_computers_reach_names_no_other_watch_and_opens_none(
    client: TestClient, console: Console
) -> None:
    assert f"/watches/{BESIDE}" in client.get("/watch").text
    console.reached_at = None
    neighbours_of(console).forget()
    assert f"/watches/{BESIDE}" not in client.get("/watch").text
    assert client.post(f"/watches/{BESIDE}/open").status_code == 404
    assert client.get(f"/watches/{BESIDE}").status_code == 404


def test_a_watch_with_a_passphrase_is_opened_at_a_terminal(client: TestClient, console: Console) -> None:
    from trucewatch.store.vault import forget

    folder = console.folder.parent / BESIDE
    with Store(folder, real_now, desks=indexes()) as store:
        protect(store, "five words that nobody guesses")
    forget(folder / ".trucewatch" / "private")
    neighbours_of(console).forget()
    assert "has a passphrase" in client.get("/watch").text
    page = client.get(client.post(f"/watches/{BESIDE}/open").headers["location"]).text
    assert "It has a passphrase" in page
    assert f"trucewatch serve {folder}" in page
    assert child_consoles(console).of(BESIDE) is None


@pytest.mark.parametrize("name", ["..", "%2e%2e", ".trucewatch", "two-valleys", "none", "a/b", "x" * 300, "%00"])
def test_only_a_watch_beside_this_one_can_be_named(client: TestClient, name: str) -> None:
    assert client.post(f"/watches/{name}/open").status_code == 404


def test_a_link_beside_the_watch_is_not_followed(client: TestClient, console: Console, tmp_path: Path) -> None:
    make_watch(tmp_path / "elsewhere" / "far", rows=1)
    (console.folder.parent / "near").symlink_to(tmp_path / "elsewhere" / "far")
    assert client.post("/watches/near/open").status_code == 404


def _children_of(folder: Path) -> list[int]:
    """Processes whose command names this folder."""
    found = []
    for place in Path("/proc").iterdir():
        if place.name.isdecimal():
            try:
                words = (place / "cmdline").read_bytes().decode().split("\0")
            except OSError:
                continue
            if str(folder) in words:
                found.append(int(place.name))
    return found


@pytest.mark.skipif(not Path("/proc/self/cmdline").exists(), reason="there is no /proc to look in")
def test_a_console_that_is_killed_takes_those_that_it_opened_with_it(tmp_path: Path) -> None:
    for name in ("first", "second"):
        make_watch(tmp_path / name, rows=1)
    program = subprocess.Popen(
        [sys.executable, "-u", "-m", "trucewatch", "serve", str(tmp_path / "first"), "--port", "0"],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env=os.environ | {"PYTHONPATH": str(ROOT / "src")},
    )
    assert program.stdout is not None
    try:
        printed = next(filter(None, (re.search(r"http://\S+/door\?once=\S+", line) for line in program.stdout)))[0]
        visitor = Visitor(printed)
        assert visitor.ask("/watches/second/open", b"", "application/x-www-form-urlencoded")[0] == 303
        end_s = time.monotonic() + 60
        while "It is open" not in visitor.ask("/watches/second")[1]:
            assert time.monotonic() < end_s
            time.sleep(0.3)
        assert _children_of(tmp_path / "second")
    finally:
        program.send_signal(signal.SIGKILL)
        program.wait(30)
        program.stdout.close()
    end_s = time.monotonic() + 30
    while _children_of(tmp_path / "second"):
        assert time.monotonic() < end_s, "it goes on alone"
        time.sleep(0.2)
    with Store(tmp_path / "second", real_now, desks=indexes()) as store:
        assert len(store.journal) > 0
    shutil.rmtree(tmp_path / "second")
