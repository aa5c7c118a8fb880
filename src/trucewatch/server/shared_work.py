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
MOST_WAITING: Final = 4
"""So many wait for one piece of work; whoever comes after them is told at once that it goes on. Threads that wait serve
nobody else."""
MOST_WAITING_IN_ALL: Final = 12
"""The same over all pieces of work."""


class StillWorkingError(RefusalError):
    """503, with when to ask again: the answer is being worked out."""

    def __init__(self, seconds: int, sentence: Message | None = None) -> None:
        self.seconds = seconds
        super().__init__(
            503,
            sentence
            or Message(
                "This is being worked out from many records, for {seconds} seconds so far. The page opens by itself "
                "when it is ready; nothing needs to be done.",
                seconds=seconds,
            ),
        )


def patience(rows: int) -> float | None:
    """How long a page waits for work over a list of so many incidents; None: until it is done."""
    return PATIENCE_S if rows >= LONG_FROM else None


@dataclass(slots=True)
class _Work:
    future: Future[Any]
    since: float
    anchor: object
    """What the key names by its identity; held so that no other object gets it."""
    waiting: int = 0
    """Threads that wait for it and go away when their time is over."""


class SharedWork:
    """Results by key. One key is worked out once at a time, `at_once` of them together; failures are not kept."""

    def __init__(self, at_once: int = AT_ONCE, most: int = KEPT) -> None:
        self._pool = ThreadPoolExecutor(at_once, thread_name_prefix="shared-work")
        self._most = most
        self._lock = threading.RLock()
        self._works: OrderedDict[Hashable, _Work] = OrderedDict()

    def get(
        self,
        key: Hashable,
        work: Callable[[], Result],
        *,
        anchor: object = None,
        within_s: float | None = None,
        keep: bool = True,
    ) -> Result:
        """The result of `work`, or of whoever began the same before. Raises StillWorkingError if it takes longer than
        `within_s`, or if enough others wait for it already; and whatever the work raises. keep: whether who asks when
        it is done gets this result too."""
        with self._lock:
            task = self._works.get(key)
            is_new = task is None or (task.future.done() and task.future.exception() is not None)
            if task is None or is_new:
                task = _Work(self._pool.submit(work), time.monotonic(), anchor)
                self._works[key] = task
            self._works.move_to_end(key)
            self._forget()
            if is_new and not keep:
                task.future.add_done_callback(lambda _: self._drop(key, task))
            waits = within_s is not None and not task.future.done()
            if waits:
                everywhere = sum(each.waiting for each in self._works.values())
                if task.waiting >= MOST_WAITING or everywhere >= MOST_WAITING_IN_ALL:
                    raise _still_working(task)
                task.waiting += 1
        try:
            result: Result = task.future.result(within_s)
        except TimeoutError:
            if task.future.done():  # the work's own
                raise
            raise _still_working(task) from None
        finally:
            if waits:
                with self._lock:
                    task.waiting -= 1
        return result

    def forget(self, concerns: Callable[[Hashable], bool]) -> None:
        """Keep no result under the keys for which this holds, also of work that goes on."""
        with self._lock:
            for key in [key for key in self._works if concerns(key)]:
                del self._works[key]

    def close(self) -> None:
        """Begin nothing more."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _drop(self, key: Hashable, task: _Work) -> None:
        with self._lock:
            if self._works.get(key) is task:
                del self._works[key]

    def _forget(self) -> None:
        """Leave out the oldest results that nobody is waiting for."""
        for key in list(self._works):
            if len(self._works) <= self._most:
                return
            if self._works[key].future.done():
                del self._works[key]


def _still_working(task: _Work) -> StillWorkingError:
    return StillWorkingError(round(time.monotonic() - task.since))
