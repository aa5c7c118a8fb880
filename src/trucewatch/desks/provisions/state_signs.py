"""The sign of each state that a part of a clause can be in, and what fills its time: shape and fill say it, colour only
helps."""

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
_HALF: Final = '<path d="M12 2a10 10 0 0 0 0 20z" fill="currentColor"/>' + _PLAIN_RING
_HANDS: Final = '<path d="M12 6.5V12l3.6 2.4" fill="none" stroke="currentColor" stroke-width="2"/>'
_BARRED_DIAMOND: Final = (
    '<path d="M12 1.5L22.5 12 12 22.5 1.5 12z" fill="currentColor"/>'
    '<path d="M7.5 12h9" stroke="var(--surface)" stroke-width="2.6"/>'
)
_OPEN_DIAMOND: Final = (
    '<path d="M12 2.5L21.5 12 12 21.5 2.5 12z" fill="none" stroke="currentColor" stroke-width="2"/>'
    '<path d="M12 2.5V21.5L2.5 12z" fill="currentColor"/>'
)
_HALF_BOX: Final = (
    '<rect x="3" y="3" width="18" height="18" fill="none" stroke="currentColor" stroke-width="2"/>'
    '<path d="M3 3h9v18H3z" fill="currentColor"/>'
)
_TWO_PAGES: Final = (
    '<path d="M12 5C9 3 5.5 3 2.5 4v15c3-1 6.5-1 9.5 1 3-2 6.5-2 9.5-1V4c-3-1-6.5-1-9.5 1z" fill="none"'
    ' stroke="currentColor" stroke-width="2"/><path d="M12 5v15c-3-2-6.5-2-9.5-1V4c3-1 6.5-1 9.5 1z"'
    ' fill="currentColor"/>'
)
_ARROW: Final = (
    '<path d="M3 12h15M12.5 6l6 6-6 6" fill="none" stroke="currentColor" stroke-width="2.2" stroke-linejoin="round"/>'
)
_RING_WITH_ARROW: Final = (
    '<circle cx="9" cy="12" r="7" fill="none" stroke="currentColor" stroke-width="2"/>'
    '<path d="M8 12h14M18 7.5l4.5 4.5-4.5 4.5" fill="none" stroke="currentColor" stroke-width="2"/>'
)
_PAUSE: Final = '<path d="M8.5 7v10M15.5 7v10" stroke="currentColor" stroke-width="2.6"/>'
_GAP: Final = '<path d="M8 12h8" stroke="currentColor" stroke-width="2"/>'
_BEGINS: Final = '<path d="M12 7.5v9M7.5 12h9" stroke="currentColor" stroke-width="1.8"/>'
_ENDED: Final = '<path d="M8.5 8.5l7 7" stroke="currentColor" stroke-width="1.8"/>'

SIGNS: Final[dict[str, tuple[str, str]]] = {
    # state: drawing, the outcome whose colour it takes; none for ink
    "not_yet_in_force": (_DASHED_RING + _BEGINS, ""),
    "no_longer_in_force": (_DASHED_RING + _ENDED, ""),
    "suspended": (_PLAIN_RING + _PAUSE, ""),
    "reading_disputed": (_TWO_PAGES, ""),
    "disputed": (_HALF_BOX, ""),
    "kept_up": (_ARROW + '<circle cx="6" cy="12" r="5" fill="currentColor"/>', "consistent"),
    "lapsed": (_OPEN_DIAMOND, "inconsistent"),
    "met": (_DISC + _TICK, "consistent"),
    "met_late": (_PLAIN_RING + _TICK.replace("var(--surface)", "currentColor"), "consistent"),
    "met_in_part": (_HALF, "consistent"),
    "not_met": (_BARRED_DIAMOND, "inconsistent"),
    "not_shown": (_PLAIN_RING + _GAP, ""),
    "extended": (_RING_WITH_ARROW, ""),
    "due_soon": (_PLAIN_RING + _HANDS, "undetermined"),
    "not_yet_due": (_PLAIN_RING, ""),
    "no_deadline": (_ARROW, ""),
}
"""In the order of `model/clause_state.STATES`."""

FILLS: Final[dict[str, str]] = {
    "not_yet_in_force": "off",
    "no_longer_in_force": "off",
    "suspended": "paused",
    "reading_disputed": "readings",
    "disputed": "disputed",
    "kept_up": "met",
    "lapsed": "not",
    "met": "met",
    "met_late": "late",
    "met_in_part": "part",
    "not_met": "not",
    "not_shown": "unshown",
    "extended": "ahead",
    "due_soon": "soon",
    "not_yet_due": "ahead",
    "no_deadline": "open",
}
"""What fills the time in which a state held."""


def draw_state(state: str, *, size: int = 16) -> str:
    """An `<svg>` that stands beside the state's word."""
    drawing, outcome = SIGNS[state]
    css = f"sign o-{outcome}" if outcome else "sign"
    return element("svg", drawing, class_=css, width=size, height=size, viewBox="0 0 24 24", **hidden())


def draw_fill(state: str) -> str:
    """A small box with what fills the time of a state, for the key of a drawing; the patterns stand in the page."""
    box = element("rect", x=0.5, y=0.5, width=27, height=9, **fill_of(state))
    return element("svg", box, class_="fill-key", width=28, height=10, viewBox="0 0 28 10", **hidden())


def fill_of(state: str) -> dict[str, str | float | None]:
    """The attributes of a bar over the time of a state."""
    name = FILLS.get(state, "off")
    return {"class_": f"t t-{name}", "fill": f"url(#t-{name})" if name in PATTERNS else None}


PATTERNS: Final[dict[str, str]] = {
    "late": '<path class="p-met" d="M0 0h8v8H0z"/><path class="p-paper" d="M-2 8l8-8M4 12l8-8" stroke-width="2.4"/>',
    "part": '<path class="p-met" d="M0 4h8v4H0z"/>',
    "not": '<path class="p-not" d="M0 0h8v8H0z"/><path class="p-paper" d="M0 4h5" stroke-width="2"/>',
    "disputed": '<path class="p-ink" d="M0 0h4v8H0z"/>',
    "readings": '<path class="p-ink" d="M0 8L8 0v8z"/>',
    "unshown": '<circle class="p-ink" cx="4" cy="4" r="1.5"/>',
    "paused": '<path class="p-ink" d="M1 0h1.6v8H1zM4.4 0H6v8H4.4z"/>',
    "soon": '<path class="p-soon" d="M0 6h8v2H0z"/>',
}
"""What fills a bar beside a plain colour: drawn in a square of 8."""


def draw_patterns() -> str:
    """The patterns of a page, once for all its drawings; and that of the time that is not shown yet."""
    look: dict[str, str | float | None] = {"patternUnits": "userSpaceOnUse", "width": 8, "height": 8}
    patterns = [element("pattern", drawing, id=f"t-{name}", **look) for name, drawing in PATTERNS.items()]
    after = '<path class="p-hatch" d="M-2 8l8-8M4 12l8-8" stroke-width="1"/>'
    defs = element("defs", *patterns, element("pattern", after, id="t-after", **look))
    return element("svg", defs, class_="patterns", width=0, height=0, **hidden())
