"""Consoles of other watches that were opened from this one: a process each, which ends when this one does.

A child is `trucewatch serve` of that watch, on this computer alone, at the port that it had last or at a free one. Its
input is a pipe from here that nobody writes to: when this process ends, however it ends, the pipe closes and so does
the child. How a browser is led on: decision 32.
"""

from __future__ import annotations

import hmac
import http.client
import logging
import secrets
import shlex
import socket
import ssl
import subprocess
import sys
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import quote, urlsplit

from trucewatch.errors import TrucewatchError, system_words
from trucewatch.locale.sanitize import isolated
from trucewatch.messages import Message
from trucewatch.server.door import TICKET_LASTS, Door, door_of
from trucewatch.server.entrance import ENTRANCE, PROOF
from trucewatch.server.neighbours import Neighbour, neighbours_of
from trucewatch.server.security import is_loopback
from trucewatch.store.store import FOLDER
from trucewatch.store.vault import is_open

if TYPE_CHECKING:
    from trucewatch.server.console import Console

MOST_CHILDREN: Final = 4
"""Watches that are open from here at once: each takes 150 MB and more."""
END_S: Final = 8.0
"""How long a child may take to let go of its pages before it is ended."""
_ASK_S: Final = 1.0
_ANSWER_S: Final = 3.0
"""How long a whole answer may take."""
_EVERY_ADDRESS: Final = ("0.0.0.0", "::")  # noqa: S104 - asked, not listened at
_LAST_LINES: Final = 5
_LOG = logging.getLogger("trucewatch.server")

TOO_MANY: Final = Message(
    "{count} watches are open from here, which is the most at once; close one of them first: {names}",
)
HAS_PASSPHRASE: Final = Message(
    "This watch has a passphrase, which is typed at a terminal and nowhere else. Open it there: {command}"
)
NOT_FROM_HERE: Final = Message(
    "This console can be reached from other computers; it opens no other watch. Open it at a terminal of the computer "
    "that it lies on: {command}"
)


@dataclass(slots=True)
class Child:
    """One process. `is_first`: the watch was never opened before. `name`: of its folder."""

    process: subprocess.Popen[bytes]
    is_first: bool
    name: str
    lines: list[str] = field(default_factory=list)
    """The last lines of what it said on its error output; all that it said once it has ended."""
    listener: threading.Thread | None = None

    def listen(self) -> None:
        """Pass what it says on to this process's error output, and keep the last of it."""
        self.listener = threading.Thread(target=self._pass_on, name=f"console {self.name}", daemon=True)
        self.listener.start()

    @property
    def is_running(self) -> bool:
        if self.process.poll() is None:
            return True
        if self.listener is not None:
            self.listener.join(_ASK_S)
        return False

    def let_go(self) -> None:
        """Tell it to end."""
        if self.process.stdin is not None:
            with suppress(OSError):
                self.process.stdin.close()

    def wait(self, until_s: float) -> None:
        """Wait for its end until then; one that takes longer is ended by force."""
        for ending in (None, self.process.terminate, self.process.kill):
            if ending is not None:
                ending()
            try:
                self.process.wait(timeout=max(until_s - time.monotonic(), 2.0))
            except subprocess.TimeoutExpired:
                continue
            break
        if self.listener is not None:
            self.listener.join(_ASK_S)

    def _pass_on(self) -> None:
        assert self.process.stderr is not None
        with self.process.stderr as output:
            for raw in output:
                line = isolated(raw.decode("utf-8", "replace").rstrip())
                self.lines = [*self.lines[-_LAST_LINES + 1 :], line]
                _LOG.warning("%s: %s", self.name, line)


class ChildConsoles:
    """The consoles that were opened from this one. Ends them when it is closed."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._changing = threading.RLock()
        self._children: dict[str, Child] = {}

    def start(self, watch: Neighbour) -> None:
        """Open a watch; nothing where it is open already, by whomever. Raises TrucewatchError with what to do."""
        place = self._console.reached_at
        if place is None:
            raise TrucewatchError(_with_command(NOT_FROM_HERE, watch.folder))
        if watch.is_locked:
            raise TrucewatchError(_with_command(HAS_PASSPHRASE, watch.folder))
        with self._changing:
            running = {name: child for name, child in self._children.items() if child.is_running}
            if watch.name in running or self.address_of(watch.folder):
                return
            if len(running) >= MOST_CHILDREN:
                raise TrucewatchError(Message(TOO_MANY.template, count=MOST_CHILDREN, names=", ".join(sorted(running))))
            port = _free_port(place.host, self._door_at(watch.folder).last_port)
            # -P: no module is taken from the folder that this process was started in, which may be anybody's.
            words = [sys.executable, "-P", "-m", "trucewatch", "serve", str(watch.folder), "--host", place.host]
            words += ["--port", str(port), "--while-input-is-open"]
            if place.certificate is not None and place.key is not None:
                words += ["--tls-cert", str(place.certificate.resolve()), "--tls-key", str(place.key.resolve())]
            is_first = not (watch.folder / FOLDER).exists()
            try:
                process = subprocess.Popen(  # noqa: S603 - our own program, and a folder that lies beside this watch
                    words,
                    stdin=subprocess.PIPE,
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.PIPE,
                    start_new_session=True,  # Ctrl+C in the terminal is for this process, which then ends them
                )
            except OSError as exc:
                raise TrucewatchError(
                    Message("no process can be started: {error}; nothing was opened", error=system_words(exc))
                ) from exc
            child = Child(process, is_first=is_first, name=watch.name)
            child.listen()
            self._children[watch.name] = child
        neighbours_of(self._console).forget()

    def address_of(self, folder: Path) -> str:
        """Where the console of a watch stands, whoever opened it, if it is that one: what answers there has to prove
        that it reads this watch's secret. "" for none."""
        if not is_open(folder / FOLDER / "private"):
            return ""
        door = self._door_at(folder)
        url, nonce = door.url, secrets.token_urlsafe(16)
        expected = door.proof(nonce)
        if not expected or not _is_of_this_computer(url):
            return ""
        return url if hmac.compare_digest(_answer(url, nonce).encode(), expected.encode()) else ""

    def way_to(self, folder: Path, host: str) -> str:
        """The address that leads a browser on to the open console of a watch, once and within a minute; "" if none is
        open.

        host: the name by which the browser has this computer, so that it keeps one name for all. Raises StoreError if
        the disk takes no ticket.
        """
        url = self.address_of(folder)
        if not url:
            return ""
        ticket = self._door_at(folder).asked_token(lasts=TICKET_LASTS)
        parts = urlsplit(url)
        own = parts.hostname or ""
        if host == "localhost" and own not in _EVERY_ADDRESS and _is_answered_elsewhere(parts.port or 0, own):
            host = own
        name = f"[{host}]" if ":" in host else host
        return f"{parts.scheme}://{name}:{parts.port}{ENTRANCE}?once={ticket}"

    def of(self, name: str) -> Child | None:
        """The process of a watch that was opened from here, ended ones too; None if there was none. One that ended is
        gone for everybody from now on: until it is asked for, it counts as alive."""
        child = self._children.get(name)
        if child is not None:
            child.process.poll()
        return child

    def end(self, name: str) -> bool:
        """Close a watch that was opened from here; whether there was one."""
        with self._changing:
            child = self._children.pop(name, None)
        if child is None:
            return False
        child.let_go()
        child.wait(time.monotonic() + END_S)
        neighbours_of(self._console).forget()
        return True

    def close(self) -> None:
        """End them all: first every one is told, then they are waited for together."""
        with self._changing:
            children = list(self._children.values())
            self._children.clear()
        for child in children:
            child.let_go()
        until_s = time.monotonic() + END_S
        for child in children:
            child.wait(until_s)

    def _door_at(self, folder: Path) -> Door:
        return door_of(folder, self._console.now)


def child_consoles(console: Console) -> ChildConsoles:
    """The consoles that were opened from this one."""
    return console.part(ChildConsoles)


def _is_of_this_computer(url: str) -> bool:
    """Whether an address that a watch's folder names is a console's on this computer: nothing else is asked."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
        return parts.scheme in ("http", "https") and bool(parts.port) and (is_loopback(host) or host in _EVERY_ADDRESS)
    except ValueError:
        return False


def _is_answered_elsewhere(port: int, host: str) -> bool:
    """Whether something answers at a port under another of this computer's addresses than the console's: a browser may
    take that one for "localhost", and the ticket would be a stranger's."""
    for other in {"127.0.0.1", "::1"} - {host}:
        with suppress(OSError), socket.create_connection((other, port), timeout=_ASK_S):
            return True
    return False


def _answer(url: str, nonce: str) -> str:
    """What stands at an address says to a number; "" for silence. The certificate is not looked at: the answer itself
    is the proof."""
    parts = urlsplit(url)
    where = parts.hostname or "", parts.port or 0
    try:
        connection: http.client.HTTPConnection
        if parts.scheme == "https":
            unverified = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
            unverified.check_hostname, unverified.verify_mode = False, ssl.CERT_NONE
            connection = http.client.HTTPSConnection(*where, timeout=_ASK_S, context=unverified)
        else:
            connection = http.client.HTTPConnection(*where, timeout=_ASK_S)
        connection.connect()
        # A stranger who answers a byte at a time would be in time with each of them.
        end = threading.Timer(_ANSWER_S, _shut, (connection.sock,))
        end.start()
        try:
            connection.request("GET", f"{PROOF}?of={quote(nonce)}", headers={"connection": "close"})
            return connection.getresponse().read(200).decode("ascii", "replace")
        finally:
            end.cancel()
            connection.close()
    except (OSError, ValueError, http.client.HTTPException):
        return ""


def _shut(opened: socket.socket) -> None:
    with suppress(OSError):
        opened.shutdown(socket.SHUT_RDWR)


def _free_port(host: str, wanted: int) -> int:
    """The port that is wanted, if it is free; 0, which takes any, if not."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with suppress(OSError), socket.socket(family, socket.SOCK_STREAM) as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        trial.bind((host, wanted))
        return wanted
    return 0


def _with_command(sentence: Message, folder: Path) -> Message:
    return Message(sentence.template, command=f"trucewatch serve {shlex.quote(str(folder))} --port 0")
