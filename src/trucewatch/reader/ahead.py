"""Files read one after another while what came of those before is stored: the next is begun before it is asked for."""

from __future__ import annotations

import threading
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from queue import Empty, Full, Queue
from typing import Final

from trucewatch.reader.process import Tables

Reading = Callable[[], Generator[Tables, None, None]]
"""Begins to read one file."""
_WAITING: Final = 4
"""Batches that may wait; one is at most what a reader hands over at once."""
_LOOK_EVERY_S: Final = 0.05


@contextmanager
def read_ahead(readings: Sequence[Reading], end_reading: Callable[[], None]) -> Iterator[list[Iterator[Tables]]]:
    """Of each file what it gives; to be asked for in this order. What a reading raises, its own iterator raises.

    end_reading: ends the reading that goes on, for a caller who leaves before the last file was read.
    """
    if len(readings) == 1:
        with closing(readings[0]()) as parts:
            yield [parts]
        return
    queue: Queue[Tables | BaseException | None] = Queue(maxsize=_WAITING)
    given_up = [threading.Event() for _ in readings]
    is_left = threading.Event()

    def put(item: Tables | BaseException | None, number: int) -> bool:
        while not is_left.is_set() and not (given_up[number].is_set() and item is not None):
            try:
                queue.put(item, timeout=_LOOK_EVERY_S)
            except Full:
                continue
            return True
        return False

    def read_all() -> None:
        for number, begin in enumerate(readings):
            end: BaseException | None = None
            try:
                with closing(begin()) as parts:
                    for part in parts:
                        if not put(part, number):
                            break
            except BaseException as exc:
                end = exc
            if not (put(end, number) or put(None, number)):
                return

    def parts_of(number: int) -> Iterator[Tables]:
        is_over = False
        try:
            while not isinstance(item := queue.get(), BaseException | None):
                yield item
            is_over = True
            if item is not None:
                raise item
        finally:
            given_up[number].set()
            while not is_over and not is_left.is_set():
                with suppress(Empty):
                    is_over = isinstance(queue.get(timeout=_LOOK_EVERY_S), BaseException | None)

    thread = threading.Thread(target=read_all, name="reading ahead", daemon=True)
    thread.start()
    try:
        yield [parts_of(number) for number in range(len(readings))]
    except BaseException:
        is_left.set()
        end_reading()
        raise
    finally:
        is_left.set()
        thread.join()
