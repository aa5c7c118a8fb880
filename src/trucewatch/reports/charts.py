"""Fourteen days as bars, our own SVG: recorded above, the strip of coverage below. Simulated bars are hatched and
beside."""

from __future__ import annotations

import html
from datetime import date

from trucewatch.locale import Words
from trucewatch.reports.record import DayBar

WIDTH, HEIGHT = 372.0, 136.0
_LEFT, _TOP, _BASE = 26.0, 14.0, 96.0


def draw_days(days: tuple[DayBar, ...], words: Words, *, day_from: date, day_until: date) -> str:
    """The chart. Its numbers stand above the bars, and again in its text alternative."""
    highest = max((max(one.recorded, one.simulated) for one in days), default=0)
    step = (WIDTH - _LEFT) / max(1, len(days))
    parts = []
    for place, one in enumerate(days):
        x = _LEFT + place * step
        chosen = day_from <= one.day < day_until
        both = bool(one.recorded) and bool(one.simulated)
        wide = step * 0.72
        if one.recorded:
            width = wide / 2 if both else wide
            parts.append(_bar(x, width, one.recorded, highest, "c-now" if chosen else "c-day", words))
        if one.simulated:
            left, width = (x + wide / 2, wide / 2) if both else (x, wide)
            parts.append(_bar(left, width, one.simulated, highest, "c-simulated", words))
        parts.append(f'<rect x="{x:.1f}" y="{_BASE + 8:g}" width="{wide:.1f}" height="9" class="c-unknown"/>')
    first, last = (days[0].day, days[-1].day) if days else (day_from, day_from)
    name = words.gettext("Incidents recorded on each of the last 14 days")
    told = "; ".join(
        words.gettext("{day}: {number}").format(day=words.bare_day(one.day), number=words.number(one.recorded))
        + (
            " " + words.gettext("(and {number} simulated)").format(number=words.number(one.simulated))
            if one.simulated
            else ""
        )
        for one in days
    )
    return (
        f'<svg class="days" viewBox="0 0 {WIDTH:g} {HEIGHT:g}" role="img" aria-label="{html.escape(name)}">'
        f"<desc>{html.escape(told)}</desc>{HATCH}"
        f'<path d="M{_LEFT - 4:g} {_BASE:g}H{WIDTH:g}" class="c-axis"/>'
        f'<text x="{_LEFT - 8:g}" y="{_BASE + 4:g}" class="m-small" '
        f'text-anchor="end">{words.number(0)}</text>{"".join(parts)}'
        f'<text x="{_LEFT:g}" y="{_BASE + 33:g}" class="m-small">{html.escape(words.bare_day(first))}</text>'
        f'<text x="{WIDTH - step * 0.28:.1f}" y="{_BASE + 33:g}" class="m-small" text-anchor="end">'
        f"{html.escape(words.bare_day(last))}</text></svg>"
    )


HATCH = (
    '<defs><pattern id="hatch" width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
    '<path d="M0 0v5" class="c-hatch"/></pattern></defs>'
)


def _bar(x: float, width: float, number: int, highest: int, css: str, words: Words) -> str:
    high = number / highest * (_BASE - _TOP - 10)
    return (
        f'<rect x="{x:.1f}" y="{_BASE - high:.1f}" width="{width:.1f}" height="{high:.1f}" class="{css}"/>'
        f'<text x="{x + width / 2:.1f}" y="{_BASE - high - 3:.1f}" class="c-number" text-anchor="middle">'
        f"{html.escape(words.number(number))}</text>"
    )
