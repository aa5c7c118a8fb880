"""The sign of each state that a part of a clause can be in: shape and fill say it, colour only helps."""

from __future__ import annotations

from typing import Final

from trucewatch.svg import element, hidden

_RING: Final = '<circle cx="12" cy="12" r="9" fill="none" stroke="currentColor" stroke-width="2"{more}/>'
_PLAIN_RING: Final = _RING.format(more="")
_DASHED_RING: Final = _RING.format(more=' stroke-dasharray="3 3"')
_DISC: Final = '<circle cx="12" cy="12" r="10" fill="currentColor"/>'
_TICK: Final = (
    '<path d="M7 12.4l3.4 3.4L17 8.8" fill="none" stroke="var(--surface)" stroke-width="2.4"'
    ' stroke-linecap="round" stroke-linejoin="round"/>'
)
_HANDS: Final = '<path d="M12 6.5V12l3.6 2.4" fill="none" stroke="currentColor" stroke-width="2"/>'
_BARRED_DIAMOND: Final = (
    '<path d="M12 1.5L22.5 12 12 22.5 1.5 12z" fill="currentColor"/>'
    '<path d="M7.5 12h9" stroke="var(--surface)" stroke-width="2.6"/>'
)
_BOX: Final = '<rect x="3" y="3" width="18" height="18" fill="none" stroke="currentColor" stroke-width="2"/>'
_HALF_BOX: Final = _BOX + '<path d="M3 3h9v18H3z" fill="currentColor"/>'
_ARROW: Final = (
    '<path d="M3 12h15M12.5 6l6 6-6 6" fill="none" stroke="currentColor" stroke-width="2.2" stroke-linejoin="round"/>'
)
_DOT: Final = '<circle cx="12" cy="12" r="2.6" fill="currentColor"/>'
_GAP: Final = '<path d="M8 12h8" stroke="currentColor" stroke-width="2"/>'

SIGNS: Final[dict[str, tuple[str, str]]] = {
    # state: drawing, the outcome whose colour it takes; none for ink
    "met": (_DISC + _TICK, "consistent"),
    "kept_up": (_DISC + _TICK, "consistent"),
    "late": ('<path d="M12 2a10 10 0 0 1 0 20z" fill="currentColor"/>' + _PLAIN_RING, ""),
    "due_soon": (_PLAIN_RING + _HANDS, "undetermined"),
    "not_yet_due": (_PLAIN_RING, ""),
    "in_force": (_ARROW, ""),
    "not_in_force": (_DASHED_RING, ""),
    "no_longer_in_force": (_DASHED_RING, ""),
    "short": (_BARRED_DIAMOND, "inconsistent"),
    "lapsed": (_BARRED_DIAMOND, "inconsistent"),
    "disputed": (_HALF_BOX, ""),
    "reading_disputed": (_HALF_BOX, ""),
    "open": (_HALF_BOX, ""),
    "not_put": (_BOX, ""),
    "decided": (_BOX + '<path d="M7 12.4l3.4 3.4L17 8.8" fill="none" stroke="currentColor" stroke-width="2.4"/>', ""),
    "claimed": (_PLAIN_RING + _DOT, ""),
    "not_shown": (_PLAIN_RING + _GAP, ""),
    "not_observable": (_DASHED_RING + _GAP, ""),
    "unclear": (_DASHED_RING + _DOT, ""),
}


def draw_state(state: str, *, size: int = 16) -> str:
    """An `<svg>` that stands beside the state's word."""
    drawing, outcome = SIGNS[state]
    css = f"sign o-{outcome}" if outcome else "sign"
    return element("svg", drawing, class_=css, width=size, height=size, viewBox="0 0 24 24", **hidden())
