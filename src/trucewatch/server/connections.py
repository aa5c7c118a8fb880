"""How many connections there may be, and how long each may take: what keeps a console answering while others hold
thousands open and say nothing, or say it a letter at a time."""

from __future__ import annotations

import asyncio
import errno
import logging
import os
import resource
import socket
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, Final, cast

from uvicorn.protocols.http.h11_impl import H11Protocol

MOST_CONNECTIONS: Final = 4096
MOST_DESCRIPTORS: Final = 65_536
"""What the limit of descriptors is raised to, where the system lets it."""
_FOR_FILES: Final = 200
"""Descriptors that stay for files, however many connections come."""
HEADERS_S: Final = 10.0
"""How long a connection may take to ask for something."""
STALLED_S: Final = 60.0
"""How long an answer may wait for a reader who takes nothing of it."""
LOOK_EVERY_S: Final = 0.5
MOST_ENDED: Final = 100
"""Connections that are ended at one look: thousands that came together would come again together."""
HANDSHAKE_S: Final = 10
AT_ONCE: Final = 16
"""Newcomers that are taken at one turn of the loop, so that no more are open than there may be."""
MOST_HEADER_BYTES: Final = 32 * 1024
ONCE_IN_S: Final = 60.0
_LOG = logging.getLogger("trucewatch.server")
_LOGGERS: Final = ("trucewatch.server", "uvicorn.error", "asyncio")


class Gate:
    """The connections of one server. Where there are too many, the one that has waited longest without asking for
    anything goes, never one that is being answered."""

    def __init__(self, most: int) -> None:
        self.most = most
        self._waiting: dict[Connection, float] = {}
        """Connections that ask for nothing at the moment, and since when; the longest first."""
        self._busy: set[Connection] = set()

    def __len__(self) -> int:
        return len(self._waiting) + len(self._busy)

    def waits(self, connection: Connection) -> None:
        self._busy.discard(connection)
        self._waiting.pop(connection, None)
        self._waiting[connection] = time.monotonic()

    def asks(self, connection: Connection) -> None:
        if self._waiting.pop(connection, None) is not None:
            self._busy.add(connection)

    def ends(self, connection: Connection) -> None:
        self._waiting.pop(connection, None)
        self._busy.discard(connection)

    def make_room(self, newcomer: Connection | None = None) -> bool:
        """End the connection that has waited longest, the newcomer last; whether there was one."""
        longest = next((each for each in self._waiting if each is not newcomer), newcomer)
        if longest is None:
            return False
        self.ends(longest)
        longest.transport.abort()
        return True

    async def look_after(self) -> None:
        """End, for as long as it runs, whoever takes too long."""
        while True:
            await asyncio.sleep(LOOK_EVERY_S)
            now = time.monotonic()
            late = [each for each, since_s in self._waiting.items() if now - since_s > HEADERS_S]
            late += [each for each in self._busy if each.stalled_s and now - each.stalled_s > STALLED_S]
            for connection in late[:MOST_ENDED]:
                self.ends(connection)
                connection.transport.abort()

    def connection(self, *words: Any, **named: Any) -> Connection:
        """What uvicorn makes for each connection."""
        return Connection(self, *words, **named)


class Connection(H11Protocol):
    """One connection, which tells the gate when it waits and when it asks."""

    def __init__(self, gate: Gate, *words: Any, **named: Any) -> None:
        super().__init__(*words, **named)
        self._gate = gate
        self.stalled_s = 0.0
        """Since when its reader takes nothing; 0 while it does."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._gate.waits(self)
        if len(self._gate) > self._gate.most:
            self._gate.make_room(self)

    def handle_events(self) -> None:
        super().handle_events()
        if self.cycle is not None and not self.cycle.response_complete:
            self._gate.asks(self)

    def on_response_complete(self) -> None:
        self._gate.waits(self)
        super().on_response_complete()
        if self.transport.is_closing():
            self._gate.ends(self)

    def connection_lost(self, exc: Exception | None) -> None:
        self._gate.ends(self)
        super().connection_lost(exc)

    def pause_writing(self) -> None:
        self.stalled_s = time.monotonic()
        super().pause_writing()

    def resume_writing(self) -> None:
        self.stalled_s = 0.0
        super().resume_writing()


class Listening(socket.socket):
    """A listening socket that goes on where no descriptor is left: the longest waiting goes, or else the newcomer.

    Without it the loop tries 2,048 times a second, and writes as many lines.
    """

    gate: Gate | None = None
    _spare = -1
    _newcomers = 0

    def accept(self) -> tuple[socket.socket, Any]:
        self._newcomers += 1
        if (
            self._newcomers > AT_ONCE
        ):  # the loop would go on; what is too many goes first, and those who ask have their turn
            self._newcomers = 0
            raise BlockingIOError
        if self._spare < 0:
            self._spare = os.open(os.devnull, os.O_RDONLY | os.O_CLOEXEC)
        try:
            return super().accept()
        except BlockingIOError:
            self._newcomers = 0
            raise
        except OSError as exc:
            if exc.errno not in (errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM):
                raise
            _LOG.error("no connection can be taken: %s; one that asked for nothing is ended", exc.strerror)
        if self.gate is None or not self.gate.make_room():
            os.close(self._spare)
            self._spare = -1
            with suppress(OSError):
                super().accept()[0].close()
        raise BlockingIOError

    def close(self) -> None:
        if self._spare >= 0:
            os.close(self._spare)
            self._spare = -1
        super().close()


def raise_descriptors() -> int:
    """Raise the limit of open files as far as the system lets it; what it is then."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MOST_DESCRIPTORS if hard == resource.RLIM_INFINITY else min(hard, MOST_DESCRIPTORS)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        with suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
            return wanted
    return MOST_DESCRIPTORS if soft == resource.RLIM_INFINITY else soft


def most_connections(descriptors: int) -> int:
    """How many connections may be open with so many descriptors, so that files can be opened whatever comes."""
    return min(MOST_CONNECTIONS, max(descriptors - _FOR_FILES, descriptors // 2, 8))


class OncePerMinute(logging.Filter):
    """Lets one line through a minute for one fault, with how often it was met meanwhile."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self._clock = clock
        self._last: dict[tuple[Any, ...], tuple[float, int]] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        kind = record.exc_info[0] if isinstance(record.exc_info, tuple) else None
        fault = (record.name, Path(record.pathname).name, record.lineno, kind, str(record.msg)[:80])
        now = self._clock()
        last, missed = self._last.get(fault, (-ONCE_IN_S, 0))
        if now - last < ONCE_IN_S:
            self._last[fault] = (last, missed + 1)
            return False
        if len(self._last) > 1000:
            self._last.clear()
        self._last[fault] = (now, 0)
        if missed:
            record.msg = f"{record.msg} ({missed} times more in the minute before)"
        return True


def quieten() -> None:
    """Let each fault of the server's loggers say itself once a minute."""
    for name in _LOGGERS:
        logger = logging.getLogger(name)
        if not any(isinstance(each, OncePerMinute) for each in logger.filters):
            logger.addFilter(OncePerMinute())


def protocol_of(gate: Gate) -> type[asyncio.Protocol]:
    """What uvicorn takes for its protocol."""
    return cast(type[asyncio.Protocol], gate.connection)
