"""Incidents over time → the drawing under the map: one block an incident while they are few, bars when they are many.

The drawing is as wide as its place; x is a share of the width, so that nothing is stretched. Worst outcome lowest, so
that the solid blocks stand on the axis.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Final

import numpy as np

from trucewatch.locale import Words
from trucewatch.model.outcomes import OUTCOMES
from trucewatch.server.filters import Chosen
from trucewatch.server.snapshot import Bools, Snapshot
from trucewatch.svg import element, hatch, named, percent, px, text_element

STEPS_S: Final = (300, 900, 3600, 3 * 3600, 6 * 3600, 86_400, 7 * 86_400, 28 * 86_400)
TICKS_S: Final = (3600, 2 * 3600, 6 * 3600, 86_400, 7 * 86_400, 28 * 86_400, 182 * 86_400)
MOST_BINS: Final = 96
MOST_BLOCKS: Final = 8
PLOT_HIGH: Final = 64.0
AXIS_Y: Final = 70.0
STRIP_Y: Final = 76.0
STRIP_HIGH: Final = 12.0
HIGH: Final = 106
WIDE_ENOUGH: Final = 0.05
"""A chosen time that takes up less than this share of the whole is drawn in its own neighbourhood."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Histogram:
    """The drawing, and the table that says the same."""

    svg: str
    rows: Sequence[tuple[str, int, Sequence[int]]]
    """Of the table: begin in words, how many, and how many by outcome."""
    per: str
    """What one bar stands for, in words."""
    begin: datetime
    """Where the chosen time begins; without one, where the drawing does."""


def draw_histogram(
    snapshot: Snapshot, mask: Bools, chosen: Chosen, words: Words, zone: tzinfo, *, selected: int | None
) -> Histogram:
    """The incidents of a mask over the time that the view is about."""
    left, right = _span(snapshot, chosen)
    step = step_of(right - left, STEPS_S, MOST_BINS)
    offset = _offset_s(left, zone)
    first = (left + offset) // step
    bins = max(int((right + offset - 1) // step - first + 1), 1)
    left, right = int(first * step - offset), int((first + bins) * step - offset)
    places = (snapshot.start_s + offset) // step - first
    inside = mask & (places >= 0) & (places < bins)
    counts = np.zeros((bins, len(OUTCOMES)), dtype=np.int64)
    np.add.at(counts, (places[inside], snapshot.outcome[inside]), 1)
    begin, until = _chosen_span(chosen, left, right)
    chosen_bin = int(places[selected]) if selected is not None and 0 <= places[selected] < bins else None
    parts = [*_ticks(left, right, zone, words), *_bars(counts, chosen_bin), *_strip()]
    after = snapshot.as_of.timestamp()
    if left < after < right:
        share = (after - left) / (right - left) * 100
        parts.insert(0, _box("h-after", share, 0, 100 - share, f"{AXIS_Y:g}"))
        parts.append(_upright("h-now", share, 0, STRIP_Y + STRIP_HIGH))
    rows = [
        (_begin_in_words(left + number * step, step, zone, words), int(total), [int(count) for count in counts[number]])
        for number, total in enumerate(counts.sum(axis=1))
        if total
    ]
    alternative = words.gettext("Incidents over time, {count} in all; the table below says the same").format(
        count=words.number(int(counts.sum()))
    )
    drawing = element(
        "svg",
        *parts,
        id="histogram",
        class_="histogram",
        width="100%",
        height=HIGH,
        **named(alternative),
        data_from=left,
        data_to=right,
        data_brush_from=begin,
        data_brush_to=until,
        data_step_s=300,
        data_left=0,
        data_plot_high=STRIP_Y + STRIP_HIGH,
    )
    return Histogram(
        svg=drawing,
        rows=rows,
        per=_per(step, words),
        begin=datetime.fromtimestamp(begin, UTC),
    )


def step_of(span: int, steps: Sequence[int], most: int) -> int:
    """The first of these steps of which no more than `most` make up the span; of a longer span the last one as many
    times over as it takes."""
    return next((step for step in steps if span / step <= most), steps[-1] * math.ceil(span / most / steps[-1]))


def _span(snapshot: Snapshot, chosen: Chosen) -> tuple[int, int]:
    """From where to where is drawn: everything, or the neighbourhood of a time that is short beside it."""
    now = int(snapshot.as_of.timestamp())
    starts = snapshot.start_s[snapshot.start_s <= now] if snapshot.rows else snapshot.start_s
    least = int(starts.min()) if len(starts) else now - 86_400
    # Of a live watch over old records the last bar is not the present: they would be two pixels of it.
    latest = int(starts.max()) if len(starts) else now
    ends = latest + max((latest - least) // 8, 86_400)
    left, right = least, max(ends if now - latest > 2 * (ends - least) else now, least + 3600)
    if chosen.begin is None and chosen.until is None:
        return left, right
    begin, until = _chosen_span(chosen, left, right)
    wide = max(until - begin, 3600)
    if wide / max(right - left, 1) < WIDE_ENOUGH:
        return begin - 2 * wide, until + 2 * wide
    return min(left, begin), max(right, until)


def _chosen_span(chosen: Chosen, left: int, right: int) -> tuple[int, int]:
    """The time that was chosen, in seconds since 1970; an end that was not is that of the drawing."""
    begin = int(chosen.begin.timestamp()) if chosen.begin else left
    return begin, int(chosen.until.timestamp()) if chosen.until else right


def _bars(counts: np.ndarray[tuple[int, ...], np.dtype[np.int64]], chosen_bin: int | None) -> list[str]:
    bins = len(counts)
    most = int(counts.sum(axis=1).max()) if bins else 0
    wide = 100 / bins
    parts = []
    for number in np.flatnonzero(counts.sum(axis=1)):
        x, inner = number * wide + wide * 0.06, wide * 0.88
        y = AXIS_Y
        for outcome, count in zip(OUTCOMES, counts[number].tolist(), strict=True):
            if most <= MOST_BLOCKS:
                for _ in range(count):
                    y -= PLOT_HIGH / MOST_BLOCKS
                    parts += _block(outcome, x, y, inner, PLOT_HIGH / MOST_BLOCKS - 2)
            elif count:
                high = PLOT_HIGH * count / most
                y -= high
                parts += _block(outcome, x, y, inner, max(high - 1, 0.8))
        if chosen_bin == number:
            parts.append(_box("h-chosen", x, px(y - 3), inner, px(AXIS_Y - y + 3)))
    parts.append(element("line", class_="h-axis", x1=0, x2="100%", y1=AXIS_Y, y2=AXIS_Y))
    return parts


def _block(outcome: str, x: float, y: float, wide: float, high: float) -> list[str]:
    """Shape and fill tell the outcome without colour: solid, lower half solid, open, open and dashed."""
    parts = [_box(f"h-{outcome}", x, px(y), wide, px(high))]
    if outcome == "undetermined":
        parts.append(_box("h-half", x, px(y + high / 2), wide, px(high / 2)))
    return parts


def _box(css: str, left: float, top: float | str, wide: float, high: str) -> str:
    """A rectangle whose sides left and right are shares of the drawing's width."""
    return element("rect", class_=css, x=percent(left), y=top, width=percent(wide), height=high)


def _upright(css: str, share: float, top: float, bottom: float) -> str:
    return element("line", class_=css, x1=percent(share), x2=percent(share), y1=top, y2=bottom)


def _strip() -> list[str]:
    """Coverage in time: hatched whole, since nobody has worked out yet what could have been seen."""
    return [
        hatch("unseen", 6, element("line", class_="h-hatch", x1=0, y1=0, x2=0, y2=6)),
        element("rect", class_="h-strip", x=0, y=STRIP_Y, width="100%", height=STRIP_HIGH),
        element("rect", x=0, y=STRIP_Y, width="100%", height=STRIP_HIGH, fill="url(#unseen)"),
    ]


def _ticks(left: int, right: int, zone: tzinfo, words: Words) -> list[str]:
    """About eight labels; the hour where the drawing is short, the day or the month where it is long."""
    span = right - left
    step = step_of(span, (*TICKS_S, 364 * 86_400), 9)
    offset = _offset_s(left, zone)
    parts = []
    for moment in range(((left + offset + step - 1) // step) * step - offset, right, step):
        share = (moment - left) / span * 100
        if 2 < share < 97:
            label = _label(moment, step, zone, words)
            parts.append(_upright("h-tick", share, AXIS_Y, AXIS_Y + 4))
            parts.append(text_element("text", label, class_="h-label", x=percent(share), y=HIGH - 4))
    return parts


def _offset_s(moment_s: int, zone: tzinfo) -> int:
    """How far the clock of a zone is ahead of UTC."""
    return int((datetime.fromtimestamp(moment_s, UTC).astimezone(zone).utcoffset() or timedelta(0)).total_seconds())


def _begin_in_words(moment_s: int, step_s: int, zone: tzinfo, words: Words) -> str:
    """A row of the table stands alone, so that its hour has its day."""
    moment = datetime.fromtimestamp(moment_s, UTC).astimezone(zone)
    return words.short_day(moment.date()) if step_s >= 86_400 else words.moment(moment, zone)


def _label(moment_s: int, step_s: int, zone: tzinfo, words: Words) -> str:
    moment = datetime.fromtimestamp(moment_s, UTC).astimezone(zone)
    if step_s < 86_400 and (moment.hour or moment.minute):
        return words.time(moment, zone)
    if step_s < 28 * 86_400:
        return words.bare_day(moment.date())
    return words.short_day(moment.date())


def _per(step_s: int, words: Words) -> str:
    if step_s < 3600:
        return words.gettext("Incidents per {minutes} minutes").format(minutes=step_s // 60)
    if step_s < 86_400:
        return words.ngettext("Incidents per hour", "Incidents per {hours} hours", step_s // 3600).format(
            hours=step_s // 3600
        )
    return words.ngettext("Incidents per day", "Incidents per {days} days", step_s // 86_400).format(
        days=step_s // 86_400
    )
