"""Who works a report out: an open console once for all who ask (`server/shared_work.py`), a command at once."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Protocol, TypeVar

Result = TypeVar("Result")


class Sharing(Protocol):
    """What gives the result of a piece of work by its key."""

    def get(
        self,
        key: Hashable,
        work: Callable[[], Result],
        *,
        anchor: object = None,
        within_s: float | None = None,
        keep: bool = True,
    ) -> Result: ...


class Unshared:
    """Nobody else asks: the work is done at once."""

    def get(self, key: Hashable, work: Callable[[], Result], **_: object) -> Result:
        return work()
