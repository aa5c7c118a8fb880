"""Fourteen days as bars, our own SVG: recorded above, the strip of coverage below. Simulated bars are hatched and
beside."""

from __future__ import annotations

from datetime import date

from trucewatch.locale import Words
from trucewatch.reports.daily_report import DayBar
from trucewatch.svg import element, hatch, named, px, rect, text, text_element, upright_bar

WIDTH, HEIGHT = 372.0, 136.0
_LEFT, _TOP, _BASE = 26.0, 14.0, 96.0


def draw_days(
    days: tuple[DayBar, ...], words: Words, *, day_from: date, day_until: date, withholds: bool = False
) -> str:
    """The chart. Its numbers stand above the bars, and again in its text alternative.

    withholds: whether incidents may be kept from the recipient, so that a day without a bar is none that can be shown.
    A day that was not issued has no bar, and a cross in the place of the strip.
    """
    highest = max((max(bar.recorded, bar.simulated) for bar in days), default=0)
    step = (WIDTH - _LEFT) / max(1, len(days))
    parts = []
    for place, bar in enumerate(days):
        x = _LEFT + place * step
        chosen = day_from <= bar.day < day_until
        both = bool(bar.recorded) and bool(bar.simulated)
        wide = step * 0.72
        if bar.recorded:
            width = wide / 2 if both else wide
            parts.append(_bar(x, width, bar.recorded, highest, "c-now" if chosen else "c-day", words))
        if bar.simulated:
            left, width = (x + wide / 2, wide / 2) if both else (x, wide)
            parts.append(_bar(left, width, bar.simulated, highest, "c-simulated", words))
        if bar.is_issued:
            parts.append(rect(px(x), _BASE + 8, px(wide), 9, "c-unknown"))
        else:
            parts.append(text(px(x + wide / 2), _BASE + 17, "×", "m-small", anchor="middle"))
    first, last = (days[0].day, days[-1].day) if days else (day_from, day_from)
    name = words.gettext("Incidents recorded on each of the last 14 days")
    description = "; ".join(_day_in_words(bar, words, withholds=withholds) for bar in days)
    return element(
        "svg",
        text_element("desc", description),
        HATCH,
        element("path", d=f"M{_LEFT - 4:g} {_BASE:g}H{WIDTH:g}", class_="c-axis"),
        text(_LEFT - 8, _BASE + 4, words.number(0), "m-small", anchor="end"),
        *parts,
        text(_LEFT, _BASE + 33, words.bare_day(first), "m-small"),
        text(px(WIDTH - step * 0.28), _BASE + 33, words.bare_day(last), "m-small", anchor="end"),
        class_="days",
        viewBox=f"0 0 {WIDTH:g} {HEIGHT:g}",
        **named(name),
    )


def _day_in_words(bar: DayBar, words: Words, *, withholds: bool) -> str:
    number = words.gettext("none can be shown") if withholds and not bar.recorded else words.number(bar.recorded)
    if not bar.is_issued:
        number = words.gettext("not issued")
    counted = words.gettext("{day}: {number}").format(day=words.bare_day(bar.day), number=number)
    if not bar.simulated:
        return counted
    simulated = words.gettext("(and {number} simulated)").format(number=words.number(bar.simulated))
    return f"{counted} {simulated}"


HATCH = hatch("hatch", 5, element("path", d="M0 0v5", class_="c-hatch"))


def _bar(x: float, width: float, number: int, highest: int, css: str, words: Words) -> str:
    high = number / highest * (_BASE - _TOP - 10)
    above = text(px(x + width / 2), px(_BASE - high - 3), words.number(number), "c-number", anchor="middle")
    return upright_bar(x, _BASE, width, high, css) + above
