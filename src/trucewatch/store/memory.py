"""What the work on a store keeps in memory for as long as the store is open, so that it need not be done again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

T = TypeVar("T")


class Memory:
    """One thing of each kind. It decides nothing: whoever finds nothing here does the work again."""

    def __init__(self) -> None:
        self._by_kind: dict[Callable[[], Any], Any] = {}

    def of(self, kind: Callable[[], T]) -> T:
        """What is kept of a kind, made empty when it is first asked for."""
        if kind not in self._by_kind:
            self._by_kind[kind] = kind()
        thing: T = self._by_kind[kind]
        return thing

    def put(self, what: object) -> None:
        """Keep this in place of what was kept of its kind."""
        self._by_kind[type(what)] = what

    def clear(self) -> None:
        """Let go of everything."""
        self._by_kind.clear()
