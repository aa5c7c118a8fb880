"""Passages over time as small bars: one drawing for each voice, direction and kind, all on the same axes, so that they
can be compared. The table of every statement says the same in figures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from markupsafe import Markup

from trucewatch.model.link_statements import PassageStatement
from trucewatch.svg import element, hidden, px

WIDTH: Final = 180.0
HEIGHT: Final = 32.0
_BASE: Final = HEIGHT - 4
_NARROWEST: Final = 2.5


@dataclass(frozen=True, slots=True, kw_only=True)
class PassageAxes:
    """From which day to which, and up to how many, all drawings of a corridor reach."""

    first: date
    last: date
    highest: int

    @classmethod
    def over(cls, rows: Sequence[PassageStatement]) -> PassageAxes:
        """Over at least one statement."""
        return cls(
            first=min(row.day for row in rows),
            last=max(row.day_latest or row.day for row in rows),
            highest=max(1, *(row.most for row in rows)),
        )


def draw_passages(rows: Sequence[PassageStatement], axes: PassageAxes) -> Markup:
    """A bar for each statement over its days: filled up to the least that is stated, outlined up to the most."""
    days = (axes.last - axes.first).days + 1
    parts = [element("path", d=f"M0 {px(_BASE)}H{px(WIDTH)}", stroke="currentColor", stroke_width=0.75, opacity=0.5)]
    for row in sorted(rows, key=lambda row: (row.day, row.known_at)):
        left = WIDTH * (row.day - axes.first).days / days
        width = max(WIDTH * (((row.day_latest or row.day) - row.day).days + 1) / days, _NARROWEST)
        left = min(left, WIDTH - width)
        least, most = ((_BASE - 2) * number / axes.highest for number in (row.least, row.most))
        box = {"x": px(left), "width": px(width)}
        parts.append(element("rect", **box, y=px(_BASE - least), height=px(least), fill="currentColor"))
        if most > least:
            outline: dict[str, float | str | None] = {"fill": "none", "stroke": "currentColor", "stroke_width": 1}
            parts.append(element("rect", **box, y=px(_BASE - most), height=px(most - least), **outline))
    frame = f"0 0 {px(WIDTH)} {px(HEIGHT)}"
    return Markup(
        element("svg", *parts, class_="link-passages", width=px(WIDTH), height=px(HEIGHT), viewBox=frame, **hidden())
    )
