"""Where a witness reads a log from: a folder or the web, and never anything but the log's own files.

In: a folder, or the address at which a web server serves it. Out: a function that gives the bytes of a file in it.
Nothing that is read is believed: what it leads to is for `witness` to prove.
"""

from __future__ import annotations

import ipaddress
import os
import re
import stat
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from trucewatch.errors import LedgerError
from trucewatch.messages import Message

if TYPE_CHECKING:
    from http.client import HTTPConnection

Fetch = Callable[[str], bytes]
"""A path inside the ledger (`tile/0/000`) → its bytes. Raises LedgerError if they cannot be had."""

LARGEST_FILE = 1 << 20
"""Bytes of the largest file that a witness fetches; a full tile has 8,192."""
FETCH_TIMEOUT_S = 30.0
"""How long one file may take, from the connection to its last byte."""
_FETCHED = re.compile(r"checkpoint|checkpoints/\d{1,16}|tile/(\d|entries)/(x\d{3}/){0,5}\d{3}(\.p/\d{1,3})?", re.ASCII)


def find_ledger(folder: Path) -> Path:
    """The ledger in a folder: that of a watch, of its `.trucewatch`, of a copy that holds `ledger/`, or the folder
    itself."""
    places = [folder / ".trucewatch" / "ledger", folder / "ledger", folder]
    ledger = next((place for place in places if (place / "checkpoint").is_file()), None)
    if ledger is None:
        raise LedgerError(
            Message(
                "{folder} holds no ledger with a checkpoint; give the watch, its .trucewatch or its ledger folder",
                folder=folder,
            )
        )
    return ledger


def fetch_from_folder(folder: Path) -> Fetch:
    """Reads a ledger that lies in a folder: a mounted disk, a copy. Regular files only, no links inside it."""

    def fetch(path: str) -> bytes:
        _check_path(path)
        steps = path.split("/")
        for depth in range(1, len(steps) + 1):
            if folder.joinpath(*steps[:depth]).is_symlink():
                raise LedgerError(
                    Message("{words} is a link; a ledger has none, copy the file itself", words="/".join(steps[:depth]))
                )
        try:
            descriptor = os.open(folder / path, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK)
            try:
                if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                    raise LedgerError(Message("{path} is not a regular file", path=path))
                with os.fdopen(descriptor, "rb", closefd=False) as opened:
                    return _within_limit(path, opened.read(LARGEST_FILE + 1))
            finally:
                os.close(descriptor)
        except OSError as exc:
            raise LedgerError(Message("{value} cannot be read: {why}", value=path, why=exc.strerror)) from exc

    return fetch


def fetch_from_web(base_url: str, *, timeout_s: float = FETCH_TIMEOUT_S) -> Fetch:
    """Reads a ledger that a web server serves. https, or http to this computer itself; no redirect is followed.

    Raises LedgerError at once for an address that is neither. The log is believed for its signature, never for the
    server.
    """
    url = urlsplit(base_url)
    try:
        host, port = url.hostname or "", url.port
    except ValueError as exc:
        raise LedgerError(
            Message("{base_url} is no address: {error}", base_url=f"{base_url[:100]!r}", error=exc)
        ) from exc
    if not host or url.query or url.fragment or "@" in url.netloc or not re.fullmatch(r"[!-~]*", base_url):
        raise LedgerError(
            Message(
                "{base_url} is no address of a ledger; it is written https://host/folder",
                base_url=f"{base_url[:100]!r}",
            )
        )
    if url.scheme != "https" and not (url.scheme == "http" and _is_this_computer(host)):
        raise LedgerError(
            Message("{base_url} is not https; http is for this computer itself only", base_url=f"{base_url[:100]!r}")
        )
    folder = url.path.rstrip("/")

    def fetch(path: str) -> bytes:
        from http.client import HTTPConnection, HTTPException, HTTPSConnection

        _check_path(path)
        kind = HTTPSConnection if url.scheme == "https" else HTTPConnection
        connection = kind(host, port, timeout=timeout_s)
        try:
            return _within_limit(path, _get(connection, f"{folder}/{path}", path, timeout_s))
        except TimeoutError as exc:
            raise LedgerError(
                Message("{path} takes longer than {timeout_s} s; try again", path=path, timeout_s=f"{timeout_s:g}")
            ) from exc
        except (OSError, HTTPException) as exc:
            raise LedgerError(
                Message(
                    "{path} cannot be fetched from {host}: {value}",
                    path=path,
                    host=host,
                    value=exc or type(exc).__name__,
                )
            ) from exc
        finally:
            connection.close()

    return fetch


def _get(connection: HTTPConnection, target: str, path: str, timeout_s: float) -> bytes:
    """One file. A server that sends a byte now and then is cut off too: the timer shuts the line."""
    import socket
    import threading

    is_late = threading.Event()

    def shut(line: socket.socket) -> None:
        is_late.set()
        with suppress(OSError):
            line.shutdown(socket.SHUT_RDWR)

    connection.connect()
    timer = threading.Timer(timeout_s, shut, [connection.sock])
    timer.daemon = True
    timer.start()
    try:
        connection.request("GET", target, headers={"Accept-Encoding": "identity", "Cache-Control": "no-cache"})
        answer = connection.getresponse()
        if 300 <= answer.status < 400:
            elsewhere = str(answer.getheader("Location"))[:200]
            raise LedgerError(
                Message(
                    "{path} is said to be at {elsewhere}; redirects are not followed, give the right address",
                    path=path,
                    elsewhere=f"{elsewhere!a}",
                )
            )
        if answer.status != 200:
            raise LedgerError(
                Message("{path} is not served: the server answers {status}", path=path, status=answer.status)
            )
        if (answer.getheader("Content-Encoding") or "identity") != "identity":
            raise LedgerError(Message("{path} comes compressed; the server has to send the file as it is", path=path))
        stated = answer.getheader("Content-Length")
        content = answer.read(LARGEST_FILE + 1)
    except TimeoutError:  # the line's own limit, which can run out a moment before the timer
        is_late.set()
        raise
    finally:
        timer.cancel()
        # Whatever came until then, and whatever was raised: a line that is shut can look like an end.
        if is_late.is_set():
            raise LedgerError(
                Message("{path} takes longer than {timeout_s} s; try again", path=path, timeout_s=f"{timeout_s:g}")
            )
    if len(content) <= LARGEST_FILE and stated is not None and stated != str(len(content)):
        raise LedgerError(
            Message("{path} came cut off: {content} of {said} bytes", path=path, content=len(content), said=stated[:20])
        )
    return content


def _is_this_computer(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _check_path(path: str) -> None:
    if not _FETCHED.fullmatch(path):
        raise LedgerError(Message("{path} is no file of a ledger", path=f"{path[:80]!r}"))


def _within_limit(path: str, content: bytes) -> bytes:
    if len(content) > LARGEST_FILE:
        raise LedgerError(
            Message(
                "{path} is larger than {largest_file} bytes; no file of a ledger that a witness reads is",
                path=path,
                largest_file=LARGEST_FILE,
            )
        )
    return content
