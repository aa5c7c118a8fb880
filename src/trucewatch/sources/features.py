"""What every reader of a file of shapes hands over: features in blocks, each with its attributes as text and the
corners of its shape."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from trucewatch.errors import RowFault
from trucewatch.geo.arrays import Floats
from trucewatch.messages import Message
from trucewatch.sources.message_rows import clean
from trucewatch.sources.table import MAX_FIELD_CHARS, TOO_LONG, BadRow

FEATURES_AT_ONCE: Final = 5_000
BYTES_AT_ONCE: Final = 4 << 20
"""A block ends at the first of the two, so that few large shapes are no more than many small ones."""

Corner = Sequence[float]
"""Two numbers or more: longitude and latitude, or east and north; a height after them is not read."""

Corners = Sequence[Corner] | Floats
"""Of one shape: a list of them or, where they came as numbers side by side, (corners, 2)."""


@dataclass(slots=True)
class FeatureBlock:
    """Some features of one file, in order. `numbers`: their place in it. `corners`: of each shape, none where it has no
    place. `bad`: those that are no features."""

    numbers: list[int] = field(default_factory=list)
    cells: list[dict[str, str]] = field(default_factory=list)
    corners: list[Corners] = field(default_factory=list)
    bad: list[BadRow] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.numbers) + len(self.bad)

    def add(self, number: int, cells: dict[str, str], corners: Corners) -> None:
        """One feature; it is refused where a cell is no text that can be kept."""
        fault = next((fault for text in cells.values() if (fault := fault_of(text))), None)
        if fault is not None:
            self.refuse(number, fault, excerpt(cells))
            return
        self.numbers.append(number)
        self.cells.append(cells)
        self.corners.append(corners)

    def refuse(self, number: int, reason: Message, raw: str = "") -> None:
        self.bad.append(BadRow(number, reason, raw[:300]))


def fault_of(text: str) -> Message | None:
    """Why a cell cannot be taken; None for nearly all."""
    if len(text) > MAX_FIELD_CHARS:
        return TOO_LONG
    return Message("the attributes hold a NUL character; remove it") if "\0" in text else None


def excerpt(cells: dict[str, str]) -> str:
    """The beginning of a feature, for whoever looks for it."""
    return ",".join(text[:100] for text in cells.values())[:300]


def text_of_value(value: Any) -> str:
    """An attribute as text: numbers as they are written, nothing for none, lists and objects as JSON."""
    if isinstance(value, str):
        return value if value.isascii() else clean(value)
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, int):
        return str(value)
    import json

    return clean(json.dumps(value, ensure_ascii=False, separators=(",", ":")))


NO_CORNERS: Final[tuple[Corner, ...]] = ()
_NUMBERS: Final = frozenset((int, float))
"""true and false are none, though Python counts with them."""
DAMAGED_SHAPE: Final = Message("the shape is damaged; save the file again from the map program")


def corners_in(coordinates: Any) -> list[Corner]:
    """All corners of GeoJSON coordinates, however deep they lie. Raises RowFault for what is no pair of numbers."""
    if not isinstance(coordinates, list):
        raise RowFault(DAMAGED_SHAPE)
    corners: list[Corner] = []
    waiting: list[Any] = [coordinates]
    while waiting:
        part = waiting.pop()
        if part and type(part[0]) in _NUMBERS:
            if len(part) < 2 or type(part[1]) not in _NUMBERS:
                raise RowFault(DAMAGED_SHAPE)
            corners.append(part)
            continue
        for inner in part:
            if not isinstance(inner, list):
                raise RowFault(DAMAGED_SHAPE)
            waiting.append(inner)
    return corners
