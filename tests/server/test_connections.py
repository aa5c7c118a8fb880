"""A console that others hold thousands of connections to goes on answering, and says little about it."""

from __future__ import annotations

import asyncio
import logging
import re
import resource
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from tests.conftest import ROOT
from tests.own_loop import run as run_apart
from tests.server.conftest import client_of, copy_of
from trucewatch.errors import TrucewatchError
from trucewatch.server import security
from trucewatch.server.connections import OncePerMinute, most_connections
from trucewatch.server.console import Console
from trucewatch.server.door import door_of
from trucewatch.server.feed import Hub
from trucewatch.server.listen import Address

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])
DESCRIPTORS = 256
MANY = 300
MAKE_PAIR = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=localhost", "-days", "2"]


@dataclass
class Served:
    """A console with few descriptors, in a process of its own."""

    folder: Path
    port: int
    session: str
    process: subprocess.Popen[str]
    said: list[str] = field(default_factory=list)

    def connect(self) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self.port), timeout=15)

    def asked(self, method: str, path: str, body: bytes = b"", *, has_session: bool = True) -> bytes:
        """What a request is answered, whole."""
        with self.connect() as opened:
            cookie = f"Cookie: tw_door_{self.port}={self.session}\r\n" if has_session else ""
            opened.sendall(
                f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\n{cookie}Connection: close\r\n"
                f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n\r\n".encode()
                + body
            )
            return b"".join(iter(lambda: opened.recv(65536), b""))

    def entries(self) -> int:
        """How many entries the ledger has."""
        return int(re.findall(rb'"entries":(\d+)', self.asked("GET", "/api/state"))[0])


@pytest.fixture(scope="module")
def few(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = copy_of("two-valleys", tmp_path_factory.mktemp("few"))
    process = subprocess.Popen(
        [sys.executable, "-u", "-m", "trucewatch", "serve", str(folder), "--port", "0"],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env={"PYTHONPATH": str(ROOT / "src"), "PATH": "/usr/bin:/bin", "HOME": str(Path.home())},
        # Before anything has a thread.
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (DESCRIPTORS // 2, DESCRIPTORS)),  # noqa: PLW1509
    )
    assert process.stdout is not None
    said: list[str] = []
    port = 0
    for line in process.stdout:
        said.append(line)
        if found := re.search(r"http://127.0.0.1:(\d+)/door", line):
            port = int(found[1])
            break
    assert port, "".join(said)
    door = door_of(folder, lambda: datetime.now(UTC))
    session = door.use(door.asked_token())
    assert session
    served = Served(folder, port, session, process)

    def listen() -> None:
        assert process.stdout is not None
        served.said.extend(process.stdout)

    listener = threading.Thread(target=listen, daemon=True)
    listener.start()
    assert b" 200 OK" in served.asked("GET", "/incidents")
    try:
        yield served
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(timeout=60)
        listener.join(timeout=30)
        process.stdout.close()


@pytest.fixture(scope="module", autouse=True)
def _enough_descriptors() -> Iterator[None]:
    """For the one who attacks."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, min(hard, 4096)), hard))
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def test_slow_and_idle_connections_keep_nobody_from_the_console_and_lose_nothing(few: Served) -> None:
    """More than there are descriptors; half say nothing, half a header a letter at a time."""
    opened: list[socket.socket] = []
    is_over = threading.Event()

    def attack() -> None:
        while not is_over.is_set():
            opened[:] = [each for each in opened if each.fileno() >= 0]
            while len(opened) < 2 * MANY and not is_over.is_set():
                try:
                    opened.append(few.connect())
                except OSError:
                    break
            for number, each in enumerate(list(opened)):
                try:
                    if number % 2:
                        each.send(b"GET / HTTP/1.1\r\nX: a" if not number % 4 else b"a")
                except OSError:
                    each.close()
            is_over.wait(0.2)

    attacker = threading.Thread(target=attack, daemon=True)
    attacker.start()
    code = re.findall(rb'href="/incident/(?!new")([^"/?]+)"', few.asked("GET", "/incidents"))[0].decode()
    entries, acts, taken = few.entries(), 0, []
    try:
        time.sleep(2)
        until = time.monotonic() + 12
        while time.monotonic() < until:
            begun = time.monotonic()
            answer = few.asked("GET", "/ledger")
            assert answer.startswith(b"HTTP/1.1 200"), answer[:200]
            body = b"step=access&answer=asked&note=by+radio"
            answer = few.asked("POST", f"/incident/{code}/verify", body)
            acts += 1
            taken.append((time.monotonic() - begun) / 2)
            assert answer.startswith(b"HTTP/1.1 303"), answer[:200]
            time.sleep(0.2)
    finally:
        is_over.set()
        attacker.join()
        for each in opened:
            each.close()
    assert acts >= 5
    assert few.entries() == entries + acts
    assert sorted(taken)[len(taken) // 2] <= 1.0, "on a machine that others use too, the middle one"
    assert len("".join(few.said)) < 10_000, few.said[:20]


def test_a_connection_that_asks_for_nothing_is_ended(few: Served) -> None:
    with closing(few.connect()) as silent, closing(few.connect()) as slow:
        begun = time.monotonic()
        slow.sendall(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n")
        for each in (silent, slow):
            each.settimeout(20)
            with suppress(ConnectionResetError):
                assert each.recv(100) == b""
        assert time.monotonic() - begun < 15


def test_nothing_that_a_stranger_sends_is_waited_for(few: Served) -> None:
    with closing(few.connect()) as stranger:
        stranger.sendall(
            f"POST /api/inbox/patrols HTTP/1.1\r\nHost: localhost:{few.port}\r\nContent-Length: 999999\r\n\r\n".encode()
        )
        assert b" 401 " in stranger.recv(1000)


def test_feeds_stop_at_their_limit(few: Served) -> None:
    """All at once: each takes its place before it is answered."""
    feeds = []
    request = (
        f"GET /live HTTP/1.1\r\nHost: 127.0.0.1:{few.port}\r\nCookie: tw_door_{few.port}={few.session}\r\n"
        f"Accept: application/json\r\n\r\n"
    ).encode()
    most = most_connections(DESCRIPTORS) // 2
    try:
        for _ in range(most + 20):
            feeds.append(few.connect())
            feeds[-1].sendall(request)
        statuses = [each.recv(12)[9:] for each in feeds]
        assert statuses.count(b"200") == most
        assert statuses.count(b"503") == 20
        assert few.asked("GET", "/ledger").startswith(b"HTTP/1.1 200")
    finally:
        for each in feeds:
            each.close()
    until = time.monotonic() + 20
    while time.monotonic() < until:
        with closing(few.connect()) as again:
            again.sendall(request)
            if again.recv(12)[9:] == b"200":
                return
        time.sleep(0.5)
    pytest.fail("the places of feeds that ended were not given back")


def test_a_place_is_given_back_once() -> None:
    hub = Hub()
    hub.most = 2
    assert [hub.take_place() for _ in range(3)] == [True, True, False]
    hub.leave_place()
    assert hub.take_place()


def test_a_body_that_comes_too_slowly_is_refused(valleys: Console, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(security, "BODY_S", 0.3)
    client: TestClient = client_of(valleys)
    before = len(valleys.store.journal)

    form = {"content-type": "application/x-www-form-urlencoded"}
    # The client hands a body over whole: the application is asked without it.
    received = [{"type": "http.request", "body": b"sender=", "more_body": True}]
    answers: list[dict[str, object]] = []

    async def receive() -> dict[str, object]:
        if received:
            return received.pop()
        await asyncio.sleep(30)
        raise AssertionError("it was waited for")

    async def send(message: dict[str, object]) -> None:
        answers.append(message)

    scope = {
        "type": "http",
        "method": "POST",
        "path": "/sources/drop",
        "raw_path": b"/sources/drop",
        "query_string": b"",
        "root_path": "",
        "scheme": "http",
        "http_version": "1.1",
        "server": ("localhost", 80),
        "client": ("127.0.0.1", 1),
        "headers": [
            (b"host", b"localhost"),
            (b"content-type", form["content-type"].encode()),
            (b"content-length", b"900"),
        ],
    }
    request = client.build_request("GET", "http://localhost/")
    for hook in client.event_hooks["request"]:
        hook(request)
    scope["headers"].append((b"cookie", request.headers["cookie"].encode()))  # type: ignore[attr-defined]
    run_apart(client.app(scope, receive, send))  # type: ignore[arg-type]
    assert answers[0]["status"] == 408
    assert len(valleys.store.journal) == before


def test_one_fault_says_itself_once_a_minute() -> None:
    now = [0.0]
    quiet = OncePerMinute(lambda: now[0])

    def passes(line: int, kind: type[Exception] = OSError) -> bool | logging.LogRecord:
        record = logging.LogRecord("x", logging.ERROR, "a.py", line, "accept failed", (), (kind, kind(), None))
        return quiet.filter(record)

    assert [bool(passes(1)) for _ in range(3)] == [True, False, False]
    assert passes(2)
    assert passes(1, ValueError)
    now[0] = 61.0
    assert passes(1)


@pytest.mark.parametrize(("descriptors", "most"), [(1024, 824), (256, 128), (65_536, 4096), (64, 32)])
def test_files_can_be_opened_however_many_connections_come(descriptors: int, most: int) -> None:
    assert most_connections(descriptors) == most


def test_a_certificate_with_another_key_is_refused_with_the_remedy(tmp_path: Path) -> None:
    pairs = []
    for name in ("a", "b"):
        pairs.append((tmp_path / f"{name}.pem", tmp_path / f"{name}.key"))
        subprocess.run(
            [*MAKE_PAIR, "-out", str(pairs[-1][0]), "-keyout", str(pairs[-1][1])],
            check=True,
            capture_output=True,
        )
    Address(certificate=pairs[0][0], key=pairs[0][1]).check()
    with pytest.raises(TrucewatchError, match=r"is not the key of .*a.pem; give the two that were made together"):
        Address(certificate=pairs[0][0], key=pairs[1][1]).check()
    (tmp_path / "no.pem").write_text("nothing")
    with pytest.raises(TrucewatchError, match="give both in PEM"):
        Address(certificate=tmp_path / "no.pem", key=pairs[0][1]).check()
