"""Small drawings of the Incident page: bars from 0 to 1, what an observation added, ellipses of several lists on one
scale.

SVG with presentation attributes and classes only, since a page may hold no style of its own. Each has its figures
beside it in words, so it is hidden from screen readers.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import sqrt
from typing import Final

from trucewatch.model.incident import CHI2_95, Incident
from trucewatch.svg import element, hidden, px

_WIDE: Final = 120.0
_HIGH: Final = 10.0
_LEAST_SEEN: Final = 1.5
"""A part that is there is drawn at least this wide."""
_TRACK: Final = element("rect", class_="b-track", width=_WIDE, height=_HIGH)
_NOTHING: Final = element("rect", class_="b-none", x=0.75, y=0.75, width=_WIDE - 1.5, height=_HIGH - 1.5, rx=2)


def draw_share(value: float | None) -> str:
    """A bar from 0 to 1; a dashed empty box where there is no value."""
    if value is None:
        return _bar(_NOTHING)
    return _bar(_TRACK, _part("b-stood", 0.0, value))


def draw_added(before: float | None, added: float | None) -> str:
    """Grey as far as it stood before, black for what was added; open where something was taken away.

    before: the probability before, 0 to 1. added: negative if it became less.
    """
    if before is None or added is None:
        return _bar(_NOTHING)
    before, after = (min(max(value, 0.0), 1.0) for value in (before, before + added))
    parts = [_TRACK, _part("b-grey", 0.0, min(before, after))]
    if abs(added) >= 0.005:
        low, high = sorted((before, after))
        parts.append(_part("b-added" if added > 0 else "b-taken", low, high))
    return _bar(*parts)


def _part(css: str, low: float, high: float) -> str:
    wide = max((high - low) * _WIDE, _LEAST_SEEN)
    return element("rect", class_=css, x=px(min(low * _WIDE, _WIDE - wide)), width=px(wide), height=_HIGH)


def _bar(*inner: str) -> str:
    view = f"0 0 {_WIDE:g} {_HIGH:g}"
    return element("svg", *inner, class_="bar-01", viewBox=view, preserveAspectRatio="none", **hidden())


def common_scale(several: Sequence[Incident], box: float = 52.0) -> float:
    """Pixels a metre, so that the ellipses of several lists can be compared: the largest of them just fills the box."""
    largest = max((incident.semi_major_m or 0.0 for incident in several), default=0.0) * sqrt(CHI2_95)
    return box / 2 / largest if largest else 1.0


def draw_ellipse(incident: Incident | None, pixels_per_metre: float) -> str:
    """The 95 % ellipse of one incident, north up; a dashed one of no size for None or an unknown place."""
    if incident is None or incident.semi_major_m is None:
        high = 32
        shape = element("ellipse", class_="e-none", cx=30, cy=16, rx=11, ry=6, transform="rotate(-20 30 16)")
    else:
        high = 60
        major = max(incident.semi_major_m * sqrt(CHI2_95) * pixels_per_metre, 1.5)
        minor = max((incident.semi_minor_m or incident.semi_major_m) * sqrt(CHI2_95) * pixels_per_metre, 1.0)
        turn = (incident.major_azimuth_deg or 0.0) - 90
        turned = f"rotate({turn:.0f} 30 30)"
        shape = element("ellipse", class_="e-solid", cx=30, cy=30, rx=px(major), ry=px(minor), transform=turned)
    return element("svg", shape, class_="ellipse", width=60, height=high, viewBox=f"0 0 60 {high}", **hidden())
