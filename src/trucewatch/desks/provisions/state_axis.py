"""How parts of clauses stood over time, drawn on one axis: bars of state, dots where something was met, flags where it
was due, and hatching over what came after the moment that is shown.

Every drawing is as wide as its place: lengths along the axis are shares of that.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from functools import cached_property
from typing import Final

from trucewatch.desks.provisions.state_signs import fill_of
from trucewatch.locale import Words
from trucewatch.model.times import day_of
from trucewatch.svg import element, hidden, percent, rect, text, text_element

HIGH: Final = 44
"""Of a row of the table, pixels."""
_BAR: Final = (18, 8)
_MOST_TICKS: Final = 8
_STEPS: Final = (1, 2, 3, 6, 12, 24, 60, 120, 240)
"""Months between two ticks of the axis."""
_FLAG: Final = '<path d="M0 0V18" {line}/><path d="M0 0h7l-2 3 2 3H0z" {cloth}/>'
_SOLID_FLAG: Final = _FLAG.format(line='class="flag-line"', cloth='class="flag-cloth"')
_DASHED_FLAG: Final = _FLAG.format(
    line='class="flag-line" stroke-dasharray="2.5 2"', cloth='class="flag-open" stroke-dasharray="2 1.5"'
)


@dataclass(frozen=True, slots=True)
class Segment:
    """A time in which a part stood so."""

    start: datetime
    end: datetime
    state: str


@dataclass(frozen=True, slots=True)
class Mark:
    """Something on the axis: a flag (`due`, `extended`), a dot (`met`), a day beyond its end (`beyond`). start: where
    that is a range, its beginning. label: its day; title: what it is, in words."""

    kind: str
    at: datetime
    label: str
    title: str
    start: datetime | None = None


@dataclass(frozen=True, slots=True)
class Span:
    """A time in which something that has to go on did, or did not. title: in words."""

    start: datetime
    end: datetime
    is_kept: bool
    title: str


@dataclass(frozen=True, slots=True)
class Life:
    """One part of a clause on the axis."""

    segments: tuple[Segment, ...]
    marks: tuple[Mark, ...] = ()
    spans: tuple[Span, ...] = ()


@dataclass(frozen=True)
class Axis:
    """From one moment to another, in a reader's zone and words."""

    start: datetime
    end: datetime
    zone: tzinfo
    words: Words

    def x(self, moment: datetime) -> float:
        """How far along, percent; 0 and 100 for what lies outside."""
        share = (moment - self.start) / (self.end - self.start) * 100
        return min(max(share, 0.0), 100.0)

    def is_on(self, moment: datetime) -> bool:
        return self.start <= moment <= self.end

    @cached_property
    def ticks(self) -> tuple[tuple[datetime, str], ...]:
        """Days of the axis with their words: months, or years, or days where it is short."""
        first, last = (moment.astimezone(self.zone).date() for moment in (self.start, self.end))
        if (last - first).days <= 62:
            step = max((last - first).days // _MOST_TICKS, 1)
            days = [first + timedelta(days=number * step) for number in range(1, (last - first).days // step + 1)]
            return tuple((day_of(day, self.zone).start, self.words.bare_day(day)) for day in days)
        months = (last.year - first.year) * 12 + last.month - first.month
        step = next((each for each in _STEPS if months / each <= _MOST_TICKS), _STEPS[-1])
        return tuple((day_of(day, self.zone).start, self._named(day, step)) for day in _months(first, last, step))

    def _named(self, day: date, step: int) -> str:
        return f"{day.year}" if step >= 12 else self.words.month(f"{day:%Y-%m}")


def _months(first: date, last: date, step: int) -> Iterator[date]:
    number = first.year * 12 + first.month
    number += -number % step if step < 12 else -number % 12
    if step > 12:
        number += -(number // 12) % (step // 12) * 12
    while (day := date(number // 12, number % 12 + 1, 1)) <= last:
        yield day
        number += step


def draw_head(axis: Axis, at: datetime) -> str:
    """The days over the columns of bars."""
    parts = [
        text(percent(axis.x(moment)), 12, label, _css(place), dx=2)
        for place, (moment, label) in enumerate(_apart(axis))
    ]
    return element("svg", *parts, _now(axis, at, 18), class_="axis", width="100%", height=18, **hidden())


_MOST_ON_RAIL: Final = 6
"""Days beside the slider, which is a third of the page."""


def _css(place: int) -> str:
    """Every second day gives way where there is little room."""
    return "axis-day odd-day" if place % 2 else "axis-day"


def _apart(axis: Axis) -> list[tuple[datetime, str]]:
    return [(moment, label) for moment, label in axis.ticks if axis.x(moment) < 91]


def _now(axis: Axis, at: datetime, high: int | str) -> str:
    x = percent(axis.x(at))
    return element("line", x1=x, x2=x, y1=0, y2=high, class_="as-of")


def draw_life(axis: Axis, life: Life, at: datetime) -> str:
    """One part of a clause: its bars, flags and dots. Hidden from who does not see it: the table of days says it."""
    top, thick = _BAR
    parts = []
    for segment in life.segments:
        parts.append(_bar(axis, segment.start, segment.end, top, thick, fill_of(segment.state)))
    for span in life.spans:
        look: dict[str, str | float | None] = {"class_": "span-kept" if span.is_kept else "span-gap"}
        parts.append(_titled(_bar(axis, span.start, span.end, top + thick + 3, 5, look), span.title))
    has_label: list[float] = []
    for mark in sorted(life.marks, key=lambda each: (each.kind == "met", each.at)):
        parts.append(_mark(axis, mark, has_label))
    return element("svg", *parts, class_="life", width="100%", height=HIGH, **hidden())


def draw_grid(axis: Axis, at: datetime) -> str:
    """What stands behind every row: the lines of the days, the moment that is shown, hatching after it."""
    parts = _grid(axis, at, "100%"), _now(axis, at, "100%")
    return element("svg", *parts, class_="life-grid", width="100%", height="100%", **hidden())


def _grid(axis: Axis, at: datetime, high: int | str) -> str:
    lines = [
        element("line", x1=percent(axis.x(moment)), x2=percent(axis.x(moment)), y1=0, y2=high, class_="axis-line")
        for moment, _ in axis.ticks
    ]
    left = axis.x(at)
    after = rect(percent(left), 0, percent(100 - left), high, "after", fill="url(#t-after)") if left < 100 else ""
    return "".join(lines) + after


def _bar(
    axis: Axis, start: datetime, end: datetime, top: float, thick: float, look: dict[str, str | float | None]
) -> str:
    left, right = axis.x(start), axis.x(end)
    return element("rect", x=percent(left), y=top, width=percent(max(right - left, 0.25)), height=thick, **look)


def _titled(drawing: str, title: str) -> str:
    return element("g", text_element("title", title), drawing)


def _mark(axis: Axis, mark: Mark, has_label: list[float]) -> str:
    x = axis.x(mark.at)
    if mark.kind == "beyond":
        return _titled(text("100%", 14, f"{mark.label} →", "axis-day", anchor="end", dx=-4), mark.title)
    if mark.kind == "met":
        drawing = element("circle", cx=percent(x), cy=_BAR[0] + _BAR[1] / 2, r=5.5, class_="met-dot")
    else:
        flag = _DASHED_FLAG if mark.kind == "extended" else _SOLID_FLAG
        drawing = element("svg", flag, x=percent(x), y=_BAR[0] - 10, width=10, height=20, overflow="visible")
        if mark.start is not None:
            look: dict[str, str | float | None] = {"class_": "due-range"}
            drawing = _bar(axis, mark.start, mark.at, _BAR[0] - 6, 4, look) + drawing
    # Above for what is due, below for what was met; a day that stands there already is not written over.
    is_below = mark.kind == "met"
    place = x + 1000 if is_below else x
    label = ""
    if mark.label and all(abs(place - other) > 12 for other in has_label):
        has_label.append(place)
        is_late = x > 80
        label = text(
            percent(x),
            41 if is_below else 14,
            mark.label,
            "axis-day",
            anchor="end" if is_late else "start",
            dx=-4 if is_late else (10 if not is_below else 0),
        )
    return _titled(drawing + label, mark.title)


def draw_lives(axis: Axis, rows: Sequence[tuple[str, Life]], at: datetime, *, title: str, description: str) -> str:
    """All parts of clauses over time, a row each, with their names before them."""
    step, head = 18, 22
    high = head + step * len(rows)
    names = [
        text("92%", head + step * place + 12, name, "row-name", anchor="end") for place, (name, _) in enumerate(rows)
    ]
    days = [
        text(percent(axis.x(moment)), 14, label, _css(place), dx=2)
        for place, (moment, label) in enumerate(_apart(axis))
    ]
    bars = [
        _bar(axis, segment.start, segment.end, head + step * place + 3, step - 7, fill_of(segment.state))
        for place, (_, life) in enumerate(rows)
        for segment in life.segments
    ]
    field = element(
        "svg",
        text_element("title", title),
        text_element("desc", description),
        _grid(axis, at, high),
        *days,
        *bars,
        _now(axis, at, high),
        width="100%",
        height=high,
        role="img",
    )
    # The rows' names need the same place whatever the width.
    return element("div", element("svg", *names, width="100%", height=high, **hidden()), field, class_="lives")


def draw_steps(
    axis: Axis, steps: Sequence[tuple[datetime, int, int]], at: datetime, *, title: str, description: str
) -> str:
    """How many were due by each moment, and how many of these are shown as met: two lines that step."""
    high, base = 110, 96
    most = max((due for _, due, _ in steps), default=0) or 1

    def level(number: int) -> float:
        return base - (base - 14) * number / most

    parts = [_grid(axis, at, high)]
    moments = [moment for moment, _, _ in steps]
    for css, numbers in (("step-met", [met for _, _, met in steps]), ("step-due", [due for _, due, _ in steps])):
        for place, (moment, number) in enumerate(zip(moments, numbers, strict=True)):
            is_last = place + 1 == len(moments)
            x1, x2 = percent(axis.x(moment)), percent(axis.x(at if is_last else moments[place + 1]))
            parts.append(element("line", x1=x1, x2=x2, y1=level(number), y2=level(number), class_=css))
            if not is_last:
                y2 = level(numbers[place + 1])
                parts.append(element("line", x1=x2, x2=x2, y1=level(number), y2=y2, class_=css))
    days = [
        text(
            percent(axis.x(moment)),
            high - 2,
            label,
            _css(place),
            dx=2,
        )
        for place, (moment, label) in enumerate(_apart(axis))
    ]
    scale = [text(2, level(number) - 3, f"{number}", "axis-day") for number in sorted({0, most})]
    return element(
        "svg",
        text_element("title", title),
        text_element("desc", description),
        *parts,
        *days,
        *scale,
        _now(axis, at, high),
        class_="steps",
        width="100%",
        height=high,
        role="img",
    )


def draw_slider_ticks(axis: Axis, ticks: Sequence[datetime], at: datetime) -> str:
    """The days on which a state changes, as strokes under the slider."""
    strokes = [
        element("line", x1=percent(axis.x(tick)), x2=percent(axis.x(tick)), y1=2, y2=14, class_="tick")
        for tick in ticks
    ]
    rail = rect("0%", 6, "100%", 4, "rail")
    passed = rect("0%", 6, percent(axis.x(at)), 4, "passed")
    thumb = element("svg", rect(-6, 0, 12, 16, "thumb", rx=3), x=percent(axis.x(at)), y=0, overflow="visible")
    days = _apart(axis)
    labels = [
        text(percent(axis.x(moment)), 28, label, _css(place), anchor="middle")
        for place, (moment, label) in enumerate(days[:: -(-len(days) // _MOST_ON_RAIL) or 1])
    ]
    return element(
        "svg", rail, passed, *strokes, thumb, *labels, class_="slider-ticks", width="100%", height=30, **hidden()
    )
