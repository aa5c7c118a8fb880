"""How a run tells of its steps: how long each took, how many rows it saw, and how far it is."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field


def _tell_nobody(step: str, finished: int, total: int) -> None:
    """For runs that nobody watches."""


@dataclass(slots=True)
class Steps:
    """How long each step of a run took and how many rows it saw; `advance` is told of progress as work goes on."""

    advance: Callable[[str, int, int], None] = _tell_nobody
    durations: dict[str, tuple[float, int]] = field(default_factory=dict)

    @contextmanager
    def timed(self, step: str) -> Iterator[Callable[[int], None]]:
        """Times a step; the body calls back with how many rows it saw."""
        begun, rows = time.perf_counter(), [0]
        self.advance(step, 0, 1)
        yield lambda count: rows.__setitem__(0, count)
        self.durations[step] = (time.perf_counter() - begun, rows[0])
        self.advance(step, 1, 1)
