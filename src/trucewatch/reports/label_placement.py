"""Where labels go: they yield to signs and to one another, the larger town first; a label without room is left out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from trucewatch.reports.drawing import Box, text_width


@dataclass(frozen=True, slots=True)
class Label:
    """A text that belongs to a point. `gap` is how far it stands off, pixels."""

    text: str
    x: float
    y: float
    size: float
    gap: float


@dataclass(frozen=True, slots=True)
class Placed:
    """A label with its place: the baseline's start, end or middle."""

    label: Label
    x: float
    y: float
    anchor: str


def place_labels(
    labels: Sequence[Label], occupied: list[Box], window: Box, *, must: bool = False
) -> list[Placed | None]:
    """The labels in order, each at the first of eight sides that is free; None where none is.

    `taken` grows by every label placed. With `must`, a label without room takes the first side inside the window: the
    numbers of the table are never left out.
    """
    placed: list[Placed | None] = []
    for label in labels:
        sides = [(position, space) for position, space in _sides(label) if space.within(window)]
        free = next(
            ((position, space) for position, space in sides if not any(space.overlaps(other) for other in occupied)),
            None,
        )
        if free is None and must:
            free = sides[0] if sides else next(iter(_sides(label)))
        if free is not None:
            occupied.append(free[1])
        placed.append(free[0] if free else None)
    return placed


def _sides(label: Label) -> list[tuple[Placed, Box]]:
    wide, high, gap = text_width(label.text, label.size), label.size * 1.1, label.gap
    rise = label.size * 0.36
    sides = []
    for step_x, step_y in ((1, 0), (-1, 0), (0, -1), (0, 1), (1, -1), (-1, -1), (1, 1), (-1, 1)):
        centre_x = label.x + step_x * (gap + wide / 2) * (0.85 if step_x and step_y else 1)
        centre_y = label.y + step_y * (gap + high / 2) * (0.85 if step_x and step_y else 1)
        anchor = ("end", "middle", "start")[step_x + 1]
        space = Box(centre_x - wide / 2, centre_y - high / 2, centre_x + wide / 2, centre_y + high / 2)
        x = {"start": space.left, "middle": centre_x, "end": space.right}[anchor]
        sides.append((Placed(label, x, centre_y + rise, anchor), space))
    return sides
