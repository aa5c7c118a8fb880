"""The signs of links: a rail has ties, a road is plain; how a link stands is how its line is broken. The word stands
beside every sign."""

from __future__ import annotations

from typing import Final

from markupsafe import Markup

from trucewatch.model.link_statements import NOT_KNOWN
from trucewatch.model.links import LinkKind
from trucewatch.svg import element, hidden

DASHES: Final = {
    "open": "",
    "restricted": "11 4",
    "closed": "5 4",
    "destroyed": "5 4",
    "never_built": "1.5 6",
    NOT_KNOWN: "0.1 4.5",
}
"""How the line of a status is broken: open solid, restricted long dashes, closed dashed, not known dots."""
WIDTH: Final = 46
HEIGHT: Final = 14
_MIDDLE: Final = HEIGHT / 2
_TIES: Final = (8, 18, 28, 38)


def draw_link(kind: LinkKind, status: str) -> Markup:
    """A stretch of the line that a link is drawn with, for lists and legends. It says nothing that its words do not."""
    dashes = DASHES.get(status, DASHES[NOT_KNOWN])
    stroke = {
        "stroke_dasharray": dashes or None,
        "stroke_linecap": "round" if status == NOT_KNOWN else "butt",
        "stroke_width": 2.6,
    }
    parts = []
    if kind in ("power", "gas", "water", "telephone"):
        parts.append(element("path", d=f"M1 {_MIDDLE - 2}h{WIDTH - 2}M1 {_MIDDLE + 2}h{WIDTH - 2}", **_thin(stroke)))
    else:
        parts.append(element("path", d=f"M1 {_MIDDLE}h{WIDTH - 2}", **stroke))
    if kind == "railway":
        ties = "".join(f"M{x} {_MIDDLE - 4}v8" for x in _TIES)
        parts.append(element("path", d=ties, stroke_width=1.4))
    if kind == "crossing":
        parts.append(element("path", d=f"M{WIDTH / 2} 1v{HEIGHT - 2}", stroke_width=2.2))
    if status == "destroyed":
        parts.append(element("path", d=f"M{WIDTH / 2 - 4} {_MIDDLE - 4}l8 8m0 -8l-8 8", stroke_width=1.8))
    drawing = element(
        "svg",
        *parts,
        class_="link-sign",
        width=WIDTH,
        height=HEIGHT,
        viewBox=f"0 0 {WIDTH} {HEIGHT}",
        fill="none",
        stroke="currentColor",
        **hidden(),
    )
    return Markup(drawing)


def _thin(stroke: dict[str, float | str | None]) -> dict[str, float | str | None]:
    return stroke | {"stroke_width": 1.3}
