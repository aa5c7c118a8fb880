"""Signs: frame = outcome, figure = kind. One function draws them for map, page, legend and print.

Drawn in a 24 box. Shape and fill carry the outcome alone; colour, by the page's tokens, only helps. Colours
are attributes, not styles, so that pages whose policy forbids inline styles show them too.
"""

from __future__ import annotations

from typing import Final

from trucewatch.model.observation import KINDS
from trucewatch.model.outcomes import OUTCOMES
from trucewatch.reports.released import WITHHELD
from trucewatch.svg import element, hidden, named

_BURST: Final = (
    '<path d="M12 5.5l1.5 3.3 3.4-1.3-1.3 3.4 3.4 1.1-3.4 1.1 1.3 3.4-3.4-1.3L12 18.5l-1.5-3.3-3.4 1.3 1.3-3.4L5 12'
    'l3.4-1.1-1.3-3.4 3.4 1.3z" fill="currentColor"/>'
)
_STROKE: Final = 'fill="none" stroke="currentColor" stroke-width="1.8" stroke-linecap="round" stroke-linejoin="round"'

FIGURES: Final[dict[str, str]] = {
    "explosion": _BURST,
    "projectile": f'<path d="M6.5 15c1.5-6 7-7.5 10-2.5" {_STROKE}/><path d="M17.6 9.2v4.6h-4.6z" '
    f'fill="currentColor"/>',
    "muzzle_flash": '<path d="M7 12l9-5-2.4 5 2.4 5z" fill="currentColor"/>',
    "flare": (
        f'<path d="M12 11v6.5" {_STROKE}/><circle cx="12" cy="9.5" r="2.2" fill="currentColor"/>'
        f'<path d="M12 5.5v-.1M8.3 6.7l-.1-.1M15.7 6.7l.1-.1M7.2 10h-.1M16.8 10h.1" {_STROKE}/>'
    ),
    "burst": (
        '<circle cx="7.5" cy="12" r="1.7" fill="currentColor"/><circle cx="12" cy="12" r="1.7" fill="currentColor"/>'
        '<circle cx="16.5" cy="12" r="1.7" fill="currentColor"/>'
    ),
    "shot": '<circle cx="12" cy="12" r="2.3" fill="currentColor"/>',
    "thermal_anomaly": (
        '<path d="M12 5.5c.6 2.6 4.3 4.3 4.3 8a4.3 4.3 0 0 1-8.6 0c0-1.7.9-2.7 1.7-3.5.2 1 .7 1.5 1.3 1.7'
        '-.3-2.3.2-4.7 1.3-6.2z" fill="currentColor"/>'
    ),
    "movement": f'<path d="M6.5 12h10M12.8 8.3L16.8 12l-4 3.7" {_STROKE}/>',
    "line_crossing": (
        f'<path d="M5.5 12h12M14.6 8.8l3.2 3.2-3.2 3.2" {_STROKE}/>'
        '<path d="M11 6v12" fill="none" stroke="currentColor" stroke-width="1.6" stroke-dasharray="2.2 1.5"/>'
    ),
    "weapon_present": f'<path d="M7 16.5h10M9 13.5l7-5.5" {_STROKE}/><circle cx="9.5" cy="14" r="2" '
    f'fill="currentColor"/>',
    "overflight": f'<path d="M6.5 13L12 7.5l5.5 5.5M8.5 16.5h7" {_STROKE}/>',
    "jamming": (f'<path d="M6 10.3l2-2 2 2 2-2 2 2 2-2 2 2M6 15.5l2-2 2 2 2-2 2 2 2-2 2 2" {_STROKE}/>'),
    "access_denied": '<rect x="6.5" y="10.2" width="11" height="3.6" rx=".6" fill="currentColor"/>',
    "harm": '<path d="M10.4 7h3.2v3.4H17v3.2h-3.4V17h-3.2v-3.4H7v-3.2h3.4z" fill="currentColor"/>',
    "handover": f'<path d="M7 9.5h9M13.5 7l2.7 2.5L13.5 12M17 14.5H8M10.5 12.2L7.8 14.5l2.7 2.4" {_STROKE}/>',
    "presence": f'<path d="M8 18V6.5M8.5 7h8l-2.2 2.7 2.2 2.8h-8" {_STROKE}/>',
    "meeting": (f'<circle cx="9" cy="12" r="3" {_STROKE}/><circle cx="15" cy="12" r="3" {_STROKE}/>'),
    "hostilities": f'<path d="M7 8.2h10M7 12h10M7 15.8h10" {_STROKE}/>',
    "agreement_act": f'<path d="M8 6.5h5.5L16 9v8.5H8zM10.4 11.4h3.4M10.4 14.2h3.4" {_STROKE}/>',
    "other": f'<circle cx="12" cy="12" r="3" {_STROKE}/>',
}
"""One figure a kind; the table of a day never needs a second look to tell two apart."""

_FRAMES: Final[dict[str, tuple[str, str, str]]] = {
    # outcome: frame, colour of the figure, how much the figure shrinks inside it
    "inconsistent": (
        '<path d="M12 .8L23.2 12 12 23.2.8 12z" fill="var(--inconsistent,#7C0F4A)"/>',
        "var(--surface,#FFFFFF)",
        ".86",
    ),
    "undetermined": (
        '<rect x="1.6" y="1.6" width="20.8" height="20.8" rx="2"'
        ' fill="var(--undetermined-soft,#F8EBCF)" stroke="var(--undetermined,#A06500)" stroke-width="2"/>',
        "var(--undetermined-text,#7A4D00)",
        "1.02",
    ),
    "consistent": (
        '<circle cx="12" cy="12" r="10.4"'
        ' fill="var(--surface,#FFFFFF)" stroke="var(--consistent,#2E8FB5)" stroke-width="2.2"/>',
        "var(--consistent-text,#0F5F80)",
        ".98",
    ),
    "not_applicable": (
        '<circle cx="12" cy="12" r="10.4" fill="var(--surface,#FFFFFF)" stroke="var(--na,#7B8683)"'
        ' stroke-width="1.8" stroke-dasharray="2.4 2.267"/>',
        "var(--na-text,#55605D)",
        ".98",
    ),
    "withheld": (
        '<rect x="2" y="2" width="20" height="20" rx="10"'
        ' fill="var(--sunk,#E9ECE8)" stroke="var(--line-strong,#76817D)" stroke-width="1"/>',
        "var(--ink-2,#434E4B)",
        ".98",
    ),
}


def draw_sign(kind: str, outcome: str, *, size: float = 18, label: str = "") -> str:
    """An `<svg>` of its own. With a label it is an image with that name; without, it is hidden from screen readers."""
    role = named(label) if label else hidden()
    return element("svg", _parts(kind, outcome), class_="sign", width=size, height=size, viewBox="0 0 24 24", **role)


def place_sign(kind: str, outcome: str, *, x: float, y: float, size: float = 26) -> str:
    """The same sign as a group inside another drawing, centred on a point."""
    scale = size / 24
    moved = f"translate({x - size / 2:.1f} {y - size / 2:.1f}) scale({scale:.4g})"
    return element("g", _parts(kind, outcome), transform=moved)


def draw_frame(outcome: str, *, size: float = 14) -> str:
    """The frame alone, for legends."""
    frame = _FRAMES[outcome][0]
    return element("svg", frame, class_="sign", width=size, height=size, viewBox="0 0 24 24", aria_hidden="true")


def _parts(kind: str, outcome: str) -> str:
    frame, colour, scale = _FRAMES[outcome if outcome in _FRAMES else OUTCOMES[-1]]
    figure = FIGURES.get(kind, FIGURES["other"])
    shift = 12 * (1 - float(scale))
    moved = f"translate({shift:.2f} {shift:.2f}) scale({scale})"
    return frame + element("g", figure, color=colour, transform=moved)


def every_sign() -> list[tuple[str, str]]:
    """All pairs of kind and outcome, for the legend sheet and the tests."""
    return [(kind, outcome) for outcome in (*OUTCOMES, WITHHELD) for kind in KINDS]
