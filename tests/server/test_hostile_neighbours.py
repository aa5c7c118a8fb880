"""What somebody else put beside a watch harms no page of its console, and no ticket goes to a stranger."""

from __future__ import annotations

import json
import os
import socket
import threading
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from starlette.testclient import TestClient

from tests.server.test_other_watches import BESIDE, client, console
from trucewatch.server.child_consoles import child_consoles
from trucewatch.server.console import Console
from trucewatch.server.door import door_of
from trucewatch.server.neighbours import LONGEST_NAME, neighbours_of

pytestmark = pytest.mark.enable_socket
__all__ = ["client", "console"]


def held_by(folder: Path, holder: bytes) -> None:
    """Put a lock file into a watch that nobody opened yet."""
    (folder / ".trucewatch" / "private").mkdir(parents=True, exist_ok=True)
    (folder / ".trucewatch" / "lock").write_bytes(holder)


def page_within(client: TestClient, path: str, seconds: float = 30.0) -> str:
    """A page, if it comes in time: one that waits for a pipe would keep the whole test waiting."""
    pages: list[str] = []
    reader = threading.Thread(target=lambda: pages.append(client.get(path).text), daemon=True)
    reader.start()
    reader.join(seconds)
    assert pages, "the page waits for something beside the watch"
    return pages[0]


@pytest.mark.parametrize("name", ["watch.toml", ".trucewatch/lock"])
def test_a_pipe_beside_the_watch_keeps_no_page_waiting(client: TestClient, console: Console, name: str) -> None:
    folder = console.folder.parent / BESIDE
    (folder / ".trucewatch").mkdir()
    (folder / name).unlink(missing_ok=True)
    os.mkfifo(folder / name)
    try:
        assert "Two Valleys" in page_within(client, "/watch")
    finally:
        os.close(os.open(folder / name, os.O_RDWR | os.O_NONBLOCK))  # lets go of whoever waits


@pytest.mark.parametrize("holder", [b"", b"\n", b"9" * 60, b"-1", b"0", b"\xff\xfe", b"nobody"])
def test_a_lock_that_names_no_process_is_held_by_nobody(client: TestClient, console: Console, holder: bytes) -> None:
    held_by(console.folder.parent / BESIDE, holder)
    assert client.get("/watch").status_code == 200
    watch = neighbours_of(console).get(BESIDE)
    assert watch is not None
    assert not watch.is_open


def test_settings_that_take_a_reader_of_toml_minutes_are_no_watch(client: TestClient, console: Console) -> None:
    (console.folder.parent / BESIDE / "watch.toml").write_text("a" + ".a" * 400_000 + " = 1\n", encoding="ascii")
    assert "Two Valleys" in page_within(client, "/watch", 20.0)
    assert neighbours_of(console).get(BESIDE) is None


def test_a_name_of_a_megabyte_does_not_fill_every_page(client: TestClient, console: Console) -> None:
    settings = f'[names]\nen = "{"A" * 900_000}"\n'
    (console.folder.parent / BESIDE / "watch.toml").write_text(settings, encoding="ascii")
    page = client.get("/watch").text
    assert "A" * LONGEST_NAME in page
    assert "A" * (LONGEST_NAME + 1) not in page


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:99999", "http://[::1", "http://127.0.0.1", "javascript://127.0.0.1:80", "x", 5, [], None]
)
def test_an_address_that_is_none_is_no_console(client: TestClient, console: Console, url: object) -> None:
    folder = console.folder.parent / BESIDE
    held_by(folder, str(os.getpid()).encode())
    record = {"secret": "ab", "url": url, "addresses": 5, "programs": 7, "port": True}
    (folder / ".trucewatch" / "private" / "door.json").write_text(json.dumps(record), encoding="ascii")
    assert client.get("/watch").status_code == 200
    assert "Another program holds it" in client.get(f"/watches/{BESIDE}").text or not url
    assert client.get(f"/watches/{BESIDE}/go").headers["location"] == f"/watches/{BESIDE}"


def test_a_door_that_names_another_computer_is_not_asked(
    client: TestClient, console: Console, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[object] = []
    connect = socket.create_connection
    monkeypatch.setattr(socket, "create_connection", lambda place, *rest: (asked.append(place), connect(place, *rest)))
    folder = console.folder.parent / BESIDE
    door = door_of(folder, lambda: datetime.now(UTC))
    door.open()
    for url in ("http://192.0.2.7:80", "https://example.org:443", "http://127.0.0.1.example.org:80"):
        door.stands_at(url)
        assert client.get(f"/watches/{BESIDE}/go").headers["location"] == f"/watches/{BESIDE}"
    assert asked == []


def test_a_ticket_goes_to_no_stranger_who_answers_to_localhost_at_the_same_port(
    console: Console, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not socket.has_ipv6:
        pytest.skip("there is no other address of this computer here")
    folder, children = console.folder.parent / BESIDE, child_consoles(console)
    door = door_of(folder, lambda: datetime.now(UTC))
    door.open()
    with socket.socket(socket.AF_INET6) as stranger:
        try:
            stranger.bind(("::1", 0))
        except OSError:
            pytest.skip("there is no other address of this computer here")
        stranger.listen()
        port = stranger.getsockname()[1]
        monkeypatch.setattr(type(children), "address_of", lambda *_: f"http://127.0.0.1:{port}")
        assert urlsplit(children.way_to(folder, "localhost")).hostname == "127.0.0.1"
    assert urlsplit(children.way_to(folder, "localhost")).hostname == "localhost"


def test_a_console_is_opened_with_no_module_of_the_folder_it_was_started_in(
    client: TestClient, console: Console, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "tomllib.py").write_text('open("was-run", "w").close()\nraise SystemExit(3)\n', encoding="ascii")
    monkeypatch.chdir(tmp_path)
    assert client.post(f"/watches/{BESIDE}/open").status_code == 303
    child = child_consoles(console).of(BESIDE)
    assert child is not None
    while child.is_running and not child_consoles(console).address_of(console.folder.parent / BESIDE):
        threading.Event().wait(0.2)
    assert child.is_running, child.lines
    assert not (tmp_path / "was-run").exists()


def test_a_stranger_who_answers_a_byte_at_a_time_keeps_no_page_waiting(client: TestClient, console: Console) -> None:
    is_over = threading.Event()

    def drip(listener: socket.socket) -> None:
        opened, _ = listener.accept()
        with opened, suppress(OSError):
            opened.sendall(b"HTTP/1.1 200 OK\r\n")
            while not is_over.wait(0.2):
                opened.sendall(b"a")

    door = door_of(console.folder.parent / BESIDE, lambda: datetime.now(UTC))
    door.open()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=drip, args=(listener,), daemon=True).start()
        door.stands_at(f"http://127.0.0.1:{listener.getsockname()[1]}")
        assert "It is closed" in page_within(client, f"/watches/{BESIDE}")
        is_over.set()
