"""A link's history on two axes of time: across, the days of which something is stated; down, since when it was known.
The table beside it says the same in words."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final

from markupsafe import Markup

from trucewatch.desks.linking.link_detail import KnownStep
from trucewatch.locale import Words
from trucewatch.model.link_statements import NOT_KNOWN
from trucewatch.svg import element, named, text

LEFT = 96
WIDTH = 640
_BAND = 30
_TOP = 8
_FOOT = 26
DASHES: Final = {
    "open": "",
    "restricted": "11 4",
    "closed": "5 4",
    "destroyed": "5 4",
    NOT_KNOWN: "0.1 4.5",
}
"""How the line of a status is broken: open solid, restricted long dashes, closed dashed, not known dots;
never built is two thin lines."""


def draw_history(steps: Sequence[KnownStep], day: date, words: Words, title: str) -> Markup:
    """A band for each moment at which something became known, with a line for each run of days, broken as the status
    is drawn everywhere; a mark at the day that the page shows. Empty where nothing is stated."""
    days = [each for step in steps for period in step.periods for each in (period.first, period.until) if each]
    if not days:
        return Markup("")
    first, last = min(*days, day), max(*days, day)
    margin = max((last - first) // 12, timedelta(days=1))
    first, last = _moved(first, -margin), _moved(last, margin)
    whole = (last - first).days or 1

    def x(each: date | None, otherwise: float) -> float:
        if each is None:
            return otherwise
        return LEFT + (WIDTH - LEFT - 8) * (each - first).days / whole

    height = _TOP + _BAND * len(steps) + _FOOT
    parts = []
    for place, step in enumerate(steps):
        y = _TOP + _BAND * place + _BAND / 2
        parts.append(text(0, y + 4, words.short_day(step.known_at.date()), "axis-words"))
        for period in step.periods:
            from_x, until_x = x(period.first, LEFT), x(period.until, WIDTH - 8)
            parts.append(_line(from_x, until_x, y, period.status.status))
            if period.first:
                parts.append(element("path", d=f"M{from_x:.1f} {y - 7}v14", class_="axis"))
    at = x(day, LEFT)
    parts.append(element("path", d=f"M{at:.1f} {_TOP}V{height - _FOOT + 4}", class_="shown-day"))
    anchor = "middle" if LEFT + 40 < at < WIDTH - 48 else "start" if at <= LEFT + 40 else "end"
    parts.append(text(f"{at:.1f}", height - 6, words.short_day(day), "axis-words", anchor=anchor))
    drawing = element(
        "svg", *parts, class_="link-history", viewBox=f"0 0 {WIDTH} {height}", width=WIDTH, **named(title)
    )
    return Markup(drawing)


def _line(from_x: float, until_x: float, y: float, status: str) -> str:
    if status == "never_built":  # two thin lines, as on the map
        pair = f"M{from_x:.1f} {y - 2}H{until_x:.1f}M{from_x:.1f} {y + 2}H{until_x:.1f}"
        return element("path", d=pair, stroke="currentColor", stroke_width=1.2, fill="none")
    dashes = DASHES.get(status, DASHES[NOT_KNOWN])
    return element(
        "path",
        d=f"M{from_x:.1f} {y}H{until_x:.1f}",
        stroke="currentColor",
        stroke_width=3,
        stroke_dasharray=dashes or None,
        stroke_linecap="round" if status == "not_known" else "butt",
        fill="none",
    )


def _moved(day: date, by: timedelta) -> date:
    try:
        return day + by
    except OverflowError:
        return day
