"""A field of a form together with what stands in it, whichever desk's field it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from trucewatch.messages import Message

FieldT = TypeVar("FieldT")


@dataclass(frozen=True, slots=True, kw_only=True)
class Filled(Generic[FieldT]):
    """A field of the form that is shown, with what stands in it. field: as the desk describes its fields."""

    field: FieldT
    values: Sequence[str]
    choices: Sequence[tuple[str, str]] = ()
    fault: Message | None = None

    @property
    def value(self) -> str:
        return self.values[0] if self.values else ""

    @property
    def in_words(self) -> str:
        """What was chosen or typed, as the summary says it."""
        named = dict(self.choices)
        return ", ".join(named.get(value, value) for value in self.values)
