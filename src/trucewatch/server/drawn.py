"""Small drawings of the Incident page: bars from 0 to 1, what an observation added, ellipses of several lists on one
scale.

SVG with presentation attributes and classes only, since a page may hold no style of its own. Each has its figures
beside it in words, so it is hidden from screen readers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Final

from trucewatch.model.incident import CHI2_95, Incident

_WIDE: Final = 120.0
_HIGH: Final = 10.0
_LEAST_SEEN: Final = 1.5
"""A part that is there is drawn at least this wide."""


def draw_share(value: float | None) -> str:
    """A bar from 0 to 1; a dashed empty box where there is no value."""
    if value is None:
        return _bar('<rect class="b-none" x="0.75" y="0.75" width="118.5" height="8.5" rx="2"/>')
    return _bar(f'<rect class="b-track" width="{_WIDE:g}" height="{_HIGH:g}"/>{_part("b-stood", 0.0, value)}')


def draw_added(stands: float | None, added: float | None) -> str:
    """Grey as far as it would stand without one voice, black for what the voice added; open where it took something
    away.

    stands: the probability as it is, 0 to 1. added: how much of it would be missing; negative if there would be more.
    """
    if stands is None or added is None:
        return _bar('<rect class="b-none" x="0.75" y="0.75" width="118.5" height="8.5" rx="2"/>')
    without = min(max(stands - added, 0.0), 1.0)
    parts = f'<rect class="b-track" width="{_WIDE:g}" height="{_HIGH:g}"/>{_part("b-grey", 0.0, min(without, stands))}'
    if abs(added) >= 0.005:
        low, high = sorted((without, stands))
        parts += _part("b-added" if added > 0 else "b-taken", low, high)
    return _bar(parts)


def _part(css: str, low: float, high: float) -> str:
    wide = max((high - low) * _WIDE, _LEAST_SEEN)
    return f'<rect class="{css}" x="{min(low * _WIDE, _WIDE - wide):.1f}" width="{wide:.1f}" height="{_HIGH:g}"/>'


def _bar(inner: str) -> str:
    return (
        f'<svg class="bar-01" viewBox="0 0 {_WIDE:g} {_HIGH:g}" preserveAspectRatio="none" aria-hidden="true" '
        f'focusable="false">{inner}</svg>'
    )


@dataclass(frozen=True, slots=True)
class Scale:
    """How many pixels a metre is, so that the ellipses of several lists can be compared."""

    pixels_per_metre: float


def common_scale(several: Sequence[Incident], box: float = 52.0) -> Scale:
    """The largest of them just fills the box."""
    largest = max((one.semi_major_m or 0.0 for one in several), default=0.0) * sqrt(CHI2_95)
    return Scale(box / 2 / largest if largest else 1.0)


def draw_ellipse(one: Incident | None, scale: Scale, *, css: str = "e-solid") -> str:
    """The 95 % ellipse of one incident, north up; a dashed one of no size for None or an unknown place."""
    if one is None or one.semi_major_m is None:
        shape = '<ellipse class="e-none" cx="30" cy="16" rx="11" ry="6" transform="rotate(-20 30 16)"/>'
    else:
        major = max(one.semi_major_m * sqrt(CHI2_95) * scale.pixels_per_metre, 1.5)
        minor = max((one.semi_minor_m or one.semi_major_m) * sqrt(CHI2_95) * scale.pixels_per_metre, 1.0)
        turn = (one.major_azimuth_deg or 0.0) - 90
        radii = f'rx="{major:.1f}" ry="{minor:.1f}"'
        shape = f'<ellipse class="{css}" cx="30" cy="30" {radii} transform="rotate({turn:.0f} 30 30)"/>'
    high = 32 if "e-none" in shape else 60
    size = f'width="60" height="{high}" viewBox="0 0 60 {high}"'
    return f'<svg class="ellipse" {size} aria-hidden="true" focusable="false">{shape}</svg>'
