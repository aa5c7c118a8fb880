"""Where a witness reads a log from: a folder or the web, and never anything but the log's own files."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests.ledger.test_witness import KEY, LOG, NOW, Served
from trucewatch.errors import LedgerError
from trucewatch.ledger.fetching import LARGEST_FILE, fetch_from_folder, fetch_from_web, find_ledger
from trucewatch.ledger.keyfile import write_key
from trucewatch.ledger.note import read_checkpoint
from trucewatch.ledger.witness import check_files, cosign


@pytest.mark.parametrize(
    "path",
    ["../checkpoint", "/etc/passwd", "tile/../checkpoint", "journal", "tile/0/000/", "tile//000", "", "tile/0/x1/000"],
)
def test_only_files_of_a_ledger_are_fetched(tmp_path: Path, path: str) -> None:
    for fetch in (fetch_from_folder(tmp_path), fetch_from_web("https://test.invalid/ledger")):
        with pytest.raises(LedgerError, match="no file of a ledger"):
            fetch(path)


def test_links_folders_and_large_files_in_a_folder_are_refused(tmp_path: Path) -> None:
    fetch = fetch_from_folder(tmp_path)
    (tmp_path / "real").mkdir()
    (tmp_path / "real" / "000").write_bytes(b"x")
    (tmp_path / "tile").mkdir()
    (tmp_path / "tile" / "0").symlink_to(tmp_path / "real")
    (tmp_path / "checkpoint").mkdir()
    (tmp_path / "checkpoints").mkdir()
    with (tmp_path / "checkpoints" / "5").open("wb") as large:
        large.truncate(LARGEST_FILE + 1)
    for path, reason in {
        "tile/0/000": "is a link",
        "checkpoint": "not a regular file",
        "checkpoints/5": "larger than",
        "checkpoints/6": "No such file",
    }.items():
        with pytest.raises(LedgerError, match=reason):
            fetch(path)


@pytest.mark.parametrize(
    "address",
    [
        "http://test.invalid/x",
        "ftp://test.invalid/",
        "file:///etc",
        "https://",
        "https://a@test.invalid/",
        "https://test.invalid/?a",
        "http://127.0.0.1.test.invalid/",
        "https://test.invalid:port/",
        "https://test.invalid/a b",
        "",
    ],
)
def test_an_address_that_is_not_https_or_this_computer_is_refused(address: str) -> None:
    with pytest.raises(LedgerError):
        fetch_from_web(address)


class Answers(BaseHTTPRequestHandler):
    """A server that is wrong in one way for each path."""

    files: dict[str, bytes]

    def do_GET(self) -> None:
        path = self.path.removeprefix("/ledger/")
        content = self.files.get(path, b"")
        self.send_response({"checkpoints/1": 302, "checkpoints/2": 404}.get(path, 200))
        if path == "checkpoints/1":
            self.send_header("Location", "http://test.invalid/")
        if path == "checkpoints/3":
            self.send_header("Content-Length", "100")
        if path == "checkpoints/4":
            self.send_header("Content-Encoding", "gzip")
        self.end_headers()
        if path == "checkpoints/6":
            threading.Event().wait(5)
        self.wfile.write(bytes(LARGEST_FILE + 1) if path == "checkpoints/5" else content)

    def log_message(self, *_: object) -> None:
        """Says nothing."""


@pytest.fixture
def server(socket_enabled: None) -> Iterator[ThreadingHTTPServer]:
    """A web server on this computer; the one place where the tests may open a socket."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Answers) as running:
        running.daemon_threads, running.block_on_close = True, False
        thread = threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield running
        running.shutdown()
        thread.join()


def test_a_log_is_followed_over_the_web(tmp_path: Path, server: ThreadingHTTPServer) -> None:
    served = Served(tmp_path / "log")
    served.grow(300)
    Answers.files = {
        str(path.relative_to(served.log.folder)): path.read_bytes()
        for path in served.log.folder.rglob("*")
        if path.is_file()
    }
    fetch = fetch_from_web(f"http://127.0.0.1:{server.server_port}/ledger/")
    assert read_checkpoint(cosign(fetch("checkpoint"), LOG.public, KEY, None, fetch, NOW)).size == 300
    served.log.close()


def test_a_server_that_answers_otherwise_is_refused_with_the_reason(server: ThreadingHTTPServer) -> None:
    Answers.files = {}
    fetch = fetch_from_web(f"http://localhost:{server.server_port}/ledger", timeout_s=0.3)
    reasons = (
        "redirects are not followed",
        "answers 404",
        "cut off",
        "compressed",
        "larger than",
        "longer than 0.3 s",
    )
    for number, reason in enumerate(reasons, 1):
        with pytest.raises(LedgerError, match=reason):
            fetch(f"checkpoints/{number}")


@pytest.mark.parametrize("given", ["", ".trucewatch", ".trucewatch/ledger"])
def test_the_watch_its_store_and_the_ledger_itself_all_lead_to_the_ledger(tmp_path: Path, given: str) -> None:
    served = Served(tmp_path / ".trucewatch" / "ledger")
    served.grow(3)
    served.log.close()
    assert find_ledger(tmp_path / given) == tmp_path / ".trucewatch" / "ledger"
    with pytest.raises(LedgerError, match="holds no ledger with a checkpoint; give the watch"):
        find_ledger(tmp_path / ".trucewatch" / "ledger" / "tile")


def test_a_witness_never_overwrites_its_key_its_memory_or_a_strangers_file(tmp_path: Path) -> None:
    key, state, out, mine = (tmp_path / name for name in ("key", "state", "out", "letter"))
    write_key(key, KEY, None)
    mine.write_bytes(b"Dear all")
    served = Served(tmp_path / "log")
    state.write_bytes(served.grow(3))
    served.log.close()
    other_key = tmp_path / "other-key"
    other_key.hardlink_to(key)
    for names, said in (
        ((key, state, key), "--key and --out name the same file"),
        ((key, state, tmp_path / "." / "state"), "--state and --out name the same file"),
        ((key, key, out), "--key and --state name the same file"),
        ((key, state, other_key), "--key and --out name the same file"),
        ((tmp_path / "elsewhere", key, out), "is a secret key, which nothing may overwrite"),
        ((key, state, mine), "is no checkpoint; choose another name"),
    ):
        with pytest.raises(LedgerError, match=said):
            check_files(*names)
    check_files(key, state, out)
    out.write_bytes(state.read_bytes())
    check_files(key, state, out)
