"""Work that takes long, done once for all who ask for the same, a few at a time, while their pages say that it goes on.

A page waits for it a moment; what takes longer goes on in the background, and the page that is shown meanwhile opens
the answer by itself.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from trucewatch.messages import Message
from trucewatch.server.refusal import RefusalError

Result = TypeVar("Result")

AT_ONCE: Final = 2
KEPT: Final = 8
"""How many results are kept for whoever asks next."""
PATIENCE_S: Final = 0.6
"""How long a page waits before it says that the work goes on."""
ASK_AGAIN_S: Final = 2
ASK_AGAIN: Final = {"retry-after": str(ASK_AGAIN_S), "refresh": str(ASK_AGAIN_S)}
"""The same for programs and for browsers."""
LONG_FROM: Final = 5_000
"""A list of fewer incidents is waited for: what it takes is a moment."""


class StillWorkingError(RefusalError):
    """503, with when to ask again: the answer is being worked out."""

    def __init__(self, seconds: int) -> None:
        super().__init__(
            503,
            Message(
                "This is being worked out from many records, for {seconds} seconds so far. The page opens by itself "
                "when it is ready; nothing needs to be done.",
                seconds=seconds,
            ),
        )


def patience(rows: int) -> float | None:
    """How long a page waits for work over a list of so many incidents; None: until it is done."""
    return PATIENCE_S if rows >= LONG_FROM else None


@dataclass(frozen=True, slots=True)
class _Work:
    future: Future[Any]
    since: float
    anchor: object
    """What the key names by its identity; held so that no other object gets it."""


class SharedWork:
    """Results by key. One key is worked out once at a time, `at_once` of them together; failures are not kept."""

    def __init__(self, at_once: int = AT_ONCE, most: int = KEPT) -> None:
        self._pool = ThreadPoolExecutor(at_once, thread_name_prefix="shared-work")
        self._most = most
        self._lock = threading.Lock()
        self._works: OrderedDict[Hashable, _Work] = OrderedDict()

    def get(
        self, key: Hashable, work: Callable[[], Result], *, anchor: object = None, within_s: float | None = None
    ) -> Result:
        """The result of `work`, or of whoever began the same before. Raises StillWorkingError if it takes longer than
        `within_s`, and whatever the work raises."""
        with self._lock:
            task = self._works.get(key)
            if task is None or (task.future.done() and task.future.exception() is not None):
                task = _Work(self._pool.submit(work), time.monotonic(), anchor)
                self._works[key] = task
            self._works.move_to_end(key)
            self._forget()
        try:
            result: Result = task.future.result(within_s)
        except TimeoutError:
            if task.future.done():  # the work's own
                raise
            raise StillWorkingError(round(time.monotonic() - task.since)) from None
        return result

    def close(self) -> None:
        """Begin nothing more."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _forget(self) -> None:
        """Leave out the oldest results that nobody is waiting for."""
        for key in list(self._works):
            if len(self._works) <= self._most:
                return
            if self._works[key].future.done():
                del self._works[key]
