"""What changes → every open page: server-sent events, at most one waiting message a kind for a page that does not keep
up."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import AsyncIterator, Callable, Mapping
from typing import Any, Final

from fastapi.sse import EventSourceResponse, format_sse_event
from starlette.concurrency import run_in_threadpool
from starlette.types import Receive, Scope, Send

PING_S: Final = 15.0
RETRY_MS: Final = 3000
"""How long a page that lost its feed waits before it asks again."""
ASK_EVERY_S: Final = 30.0
"""How often it is asked whether a page may still listen."""
MOST_LISTENERS: Final = 1000


class Feed(EventSourceResponse):
    """The answer that a feed is. It holds a place until it ends, however it ends.

    places: whose that is, where it is not the hub that it listens to. may_go_on: asked now and then, in a thread,
    whether who listens still may; without it nobody is asked.
    """

    def __init__(self, hub: Hub, places: Hub | None = None, may_go_on: Callable[[], bool] | None = None) -> None:
        super().__init__(hub.listen(may_go_on), headers={"x-accel-buffering": "no"})
        self._places = places or hub

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await super().__call__(scope, receive, send)
        finally:
            self._places.leave_place()


class Hub:
    """Tells every listener. `publish` may be called from any thread; listeners live in the server's loop."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._listeners: dict[object, tuple[asyncio.AbstractEventLoop, asyncio.Event, dict[str, bytes]]] = {}
        self._last: dict[str, bytes] = {}
        self._closed = False
        self.most = MOST_LISTENERS
        self._places = 0

    @property
    def listeners(self) -> int:
        return len(self._listeners)

    def take_place(self) -> bool:
        """Take one of the places for a feed, whose answer gives it back (`leave_place`); no where all are taken."""
        with self._lock:
            if self._places >= self.most:
                return False
            self._places += 1
            return True

    def leave_place(self) -> None:
        with self._lock:
            self._places -= 1

    def publish(self, event: str, data: Mapping[str, Any]) -> None:
        """Send an event to all pages that are open, and keep it for those that open later."""
        message = format_sse_event(event=event, data_str=json.dumps(data, ensure_ascii=False))
        with self._lock:
            self._last[event] = message
            for loop, wake, waiting in self._listeners.values():
                waiting[event] = message
                loop.call_soon_threadsafe(wake.set)

    def close(self) -> None:
        """End every feed, so that the server can stop under open pages."""
        with self._lock:
            self._closed = True
            for loop, wake, _ in self._listeners.values():
                loop.call_soon_threadsafe(wake.set)

    async def listen(self, may_go_on: Callable[[], bool] | None = None) -> AsyncIterator[bytes]:
        """The events from now on, beginning with the last of each kind; until whoever listens may not go on."""
        loop = asyncio.get_running_loop()
        asked_s = loop.time()
        mark, wake = object(), asyncio.Event()
        with self._lock:
            waiting = dict(self._last)
            self._listeners[mark] = (asyncio.get_running_loop(), wake, waiting)
        try:
            yield format_sse_event(retry=RETRY_MS)
            while not self._closed:
                with self._lock:
                    messages = list(waiting.values())
                    waiting.clear()
                    wake.clear()
                if may_go_on is not None and loop.time() - asked_s >= ASK_EVERY_S:
                    asked_s = loop.time()
                    if not await run_in_threadpool(may_go_on):
                        return  # the page asks for its feed again, and is answered as anybody who may not
                for message in messages:
                    yield message
                try:
                    await asyncio.wait_for(wake.wait(), PING_S)
                except TimeoutError:
                    yield format_sse_event(comment="still here")
        finally:
            with self._lock:
                self._listeners.pop(mark, None)
