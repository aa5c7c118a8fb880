"""The list of an earlier moment, looked at under an address of its own (`/then/KEY/watch`): whoever opens a page there
goes on there, by links, forms, the way back and loading anew, and every other tab shows the watch's own list.

Nothing of it is recorded. A look back that nobody looks at for two minutes ends by itself.
"""

from __future__ import annotations

import re
import secrets
import threading
import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote, unquote

from starlette.datastructures import URL, MutableHeaders
from starlette.types import ASGIApp, Receive, Scope, Send
from starlette.types import Message as Part

from trucewatch.errors import TrucewatchError
from trucewatch.messages import Message
from trucewatch.model.times import iso_utc
from trucewatch.server.feed import Hub

if TYPE_CHECKING:
    from trucewatch.server.snapshot import Snapshot

PREFIX: Final = "/then/"
MOST: Final = 3
"""How many there may be: each holds a whole list in memory."""
ENDED: Final = Message(
    "It was ended, nobody looked at it for two minutes, or the console was started anew. Nothing of it was recorded, "
    "and nothing is lost."
)
IDLE_S: Final = 120.0
"""After how long without a page one ends: a tab that was closed says nothing."""
OF_REQUEST: Final = "trucewatch.lookback"
"""Where a request's own look back stands in its scope."""
QUIET_S: Final = 10.0
"""After how long without a page one gives way to another, where there are as many as there may be."""
_ADDRESS: Final = re.compile(
    r'(\s(?:href|action|formaction|src|hx-get|hx-post|data-[a-z-]+)=")/(?=[a-z])(?!(?:static|ogc|feed|then)\b)'
)
"""Addresses of the console in its own pages. What came from outside has no such quotation marks: they are escaped."""


class Lookback:
    """One list of an earlier moment and the feed of the pages that show it. `bar`: the template of what steers it;
    `course`: what the desk that began it keeps of it."""

    def __init__(self, snapshot: Snapshot, *, bar: str = "", course: Any = None) -> None:
        self.key = secrets.token_urlsafe(6).replace("-", "a").replace("_", "b")
        self.bar, self.course = bar, course
        self.hub = Hub()
        self.trouble: Message | None = None
        """Why it shows no later moment; None while nothing keeps it from that."""
        self._snapshot = snapshot
        self._told: Mapping[str, Any] = {}
        self._looked_at_s: float | None = None

    @property
    def snapshot(self) -> Snapshot:
        """The list that it shows. Never changes; another one takes its place."""
        return self._snapshot

    @property
    def root(self) -> str:
        """What stands before every address of its pages."""
        return f"{PREFIX}{self.key}"

    @property
    def was_opened(self) -> bool:
        """Whether anybody looked at it yet."""
        return self._looked_at_s is not None

    @property
    def is_idle(self) -> bool:
        """Whether somebody looked at it, and nobody has for so long that the tab must be gone."""
        return self.has_rested(IDLE_S)

    def has_rested(self, seconds: float) -> bool:
        """Whether it was opened, and no page of it is open or was asked for so long."""
        last = self._looked_at_s
        return last is not None and not self.hub.listeners and time.monotonic() - last > seconds

    def touch(self) -> None:
        """A page of it was asked for."""
        self._looked_at_s = time.monotonic()

    def show(self, snapshot: Snapshot) -> None:
        """Put another list in the place of the one that is shown, and tell its pages."""
        before, self._snapshot = self._snapshot, snapshot
        if snapshot.version != before.version:
            self.hub.publish(
                "snapshot",
                {
                    "version": snapshot.version,
                    "incidents": snapshot.rows,
                    "new": [],
                    "new_count": 0,
                    "at": iso_utc(snapshot.made_at),
                    "watch_time": iso_utc(snapshot.as_of),
                    "replay": True,
                },
            )
        self.tell(self._told)

    def tell(self, course: Mapping[str, Any]) -> None:
        """Tell its pages what the clock shows, and how its course stands."""
        self._told, snapshot = course, self._snapshot
        last = snapshot.last_known
        self.hub.publish(
            "state",
            {
                "live": False,
                "trouble": self.trouble is not None,
                "stale": False,
                "replay": True,
                "as_of": iso_utc(snapshot.as_of),
                "last_known": iso_utc(last) if last else None,
                "course": dict(course),
            },
        )

    def rooted(self, page: str) -> str:
        """A page of the console with every address in it led on under this one's own."""
        return _ADDRESS.sub(rf"\g<1>{self.root}/", page)


class Lookbacks:
    """Those of one console, a few at most."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._open: dict[str, Lookback] = {}

    def __len__(self) -> int:
        return len(self._open)

    def check_room(self) -> None:
        """Raises TrucewatchError where there are as many as there may be."""
        with self._lock:
            self._check_room()

    def _check_room(self) -> None:
        for key, lookback in list(self._open.items()):
            if len(self._open) >= MOST and lookback.has_rested(QUIET_S):
                del self._open[key]
        if len(self._open) >= MOST:
            raise TrucewatchError(
                Message(
                    "{count} replays are open, and each holds a whole list in memory. End one of them, or close its "
                    "tab and try again in two minutes.",
                    count=len(self._open),
                )
            )

    def open(self, lookback: Lookback) -> None:
        """Give one its address. Raises TrucewatchError where there are as many as there may be."""
        with self._lock:
            self._check_room()
            self._open[lookback.key] = lookback

    def of(self, key: str) -> Lookback | None:
        """The one with this key; None where it ended."""
        return self._open.get(key)

    def end(self, lookback: Lookback) -> None:
        """Let go of it: its pages hear no more, and its address says that it is over."""
        with self._lock:
            self._open.pop(lookback.key, None)
        lookback.hub.close()


def path_without(path: str) -> str:
    """A path as it is without the address of a look back.

    >>> path_without("/then/x7/lines/bring"), path_without("/lines")
    ('/lines/bring', '/lines')
    """
    return f"/{path.removeprefix(PREFIX).partition('/')[2]}" if path.startswith(PREFIX) else path


def address_of_today(url: URL) -> str:
    """The same page of the watch's own list."""
    rest = unquote(url.path).removeprefix(PREFIX).partition("/")[2].lstrip("/\\")
    return f"/{quote(rest)}{'?' + url.query if url.query else ''}"


class UnderPrefix:
    """Middleware: a request under the address of a look back is answered as without it, over its list. One that ended
    is left to the application, which has nothing under it and says so."""

    def __init__(self, app: ASGIApp, lookbacks: Lookbacks) -> None:
        self._app, self._lookbacks = app, lookbacks

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope.get("path", "")
        if scope["type"] != "http" or not path.startswith(PREFIX):
            await self._app(scope, receive, send)
            return
        key, _, rest = path.removeprefix(PREFIX).partition("/")
        lookback = self._lookbacks.of(key)
        if lookback is None:
            await self._app(scope, receive, send)
            return
        lookback.touch()

        async def leading_on(message: Part) -> None:
            if message["type"] == "http.response.start" and self._lookbacks.of(key) is lookback:
                headers = MutableHeaders(scope=message)
                # An address with one slash too many is led on by its whole name, and an act with it.
                where = headers.get("location", "").removeprefix(own)
                if where.startswith("/") and not where.startswith(("//", PREFIX)):
                    headers["location"] = lookback.root + where
            await send(message)

        own = str(URL(scope=scope).replace(path="", query="", fragment=""))
        raw = scope.get("raw_path", path.encode()).removeprefix(lookback.root.encode())
        inner = {**scope, "path": f"/{rest}", "raw_path": raw or b"/", OF_REQUEST: lookback}
        await self._app(inner, receive, leading_on)
