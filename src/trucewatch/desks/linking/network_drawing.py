"""The network and how its links stand → one drawing: for paper, for pages without scripts. It says nothing that the
table of links does not say in words.

A railway has ties, a road is plain, a crossing is a sign. How a link stands is how its line is drawn (`data-stands`, by
the style sheet of the map), so that black and white suffice and the browser can show another day.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Final

from markupsafe import Markup
from shapely.geometry import LineString

from trucewatch.desks.linking.map_data import drawn_links
from trucewatch.locale import Words
from trucewatch.model.link_statements import NOT_KNOWN
from trucewatch.model.links import Link, Network, Node
from trucewatch.model.zone import Ground
from trucewatch.reports.drawing import Box, Projection, box_around
from trucewatch.reports.label_placement import Label, place_labels
from trucewatch.reports.map import draw_furniture
from trucewatch.reports.map_layout import draw_ground
from trucewatch.svg import element, hidden, named, px, rect, text

WIDTH: Final = 780
HIGH_MIN: Final = 300
HIGH_MAX: Final = 560
MOST_NAMED: Final = 120
"""Of more nodes than this those with most links are named; the table names all."""
NAME_SIZE: Final = 11
FEW_LINKS: Final = 60
"""Of so many links names keep off the lines; of more they would find no room."""
STEP_PX: Final = 8.0
MOST_STEPS: Final = 60
_DOT: Final = 3.0
_SIGN: Final = 8.0
SWATCH_WIDE: Final = 48
SWATCH_HIGH: Final = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawnLink:
    """A link's shapes, without how it stands."""

    link_id: str
    is_line: bool
    css: str
    shapes: str
    band: str
    """The shape of its course, for the band of an asked way; empty where that has no length."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkSheet:
    """All of the drawing that is the same on every day."""

    height: int
    ground: str
    links: tuple[DrawnLink, ...]
    above: str
    """Dots and names of nodes, scale and north."""


def lay_out(
    network: Network, ground: Iterable[Ground], labels: Mapping[str, str], words: Words, *, shows_lines: bool
) -> NetworkSheet:
    """Where everything stands. labels: what each node is called, all its names as one text. shows_lines: whether lines
    of power, gas, water and telephone are to be seen; the sheet has them in either case, but not their names."""
    every = drawn_links(network)
    visible = [link for link in every if shows_lines or not link.is_inside_only]
    projection = Projection(_area(visible), width=WIDTH, height_min=HIGH_MIN, height_max=HIGH_MAX)
    return NetworkSheet(
        height=projection.height,
        ground=draw_ground(ground, projection),
        links=tuple(_drawn(link, projection) for link in every),
        above=_nodes(network, visible, labels, projection) + draw_furniture(projection, words),
    )


def draw_network(
    sheet: NetworkSheet,
    stands: Mapping[str, str],
    *,
    name: str,
    way: Collection[str] = (),
    shows_lines: bool = False,
) -> Markup:
    """The drawing of a day. stands: link → its status; not known where it has none. way: links of the asked way,
    which lie on a band. name: what the drawing is called for who does not see it."""
    edge = rect(".5", ".5", WIDTH - 1, sheet.height - 1, "m-edge", fill="none")
    return Markup(
        element(
            "svg",
            rect(0, 0, WIDTH, sheet.height, "n-land"),
            sheet.ground,
            *(_standing(link, stands.get(link.link_id, NOT_KNOWN), way, shows_lines) for link in sheet.links),
            sheet.above,
            edge,
            class_="network",
            viewBox=f"0 0 {WIDTH} {sheet.height}",
            **named(name),
        )
    )


@cache
def draw_swatch(kind: str, status: str, *, is_asked: bool = False) -> Markup:
    """A stretch of a link for lists and the legend, drawn as on the map; of few kinds and statuses, so each is kept."""
    middle = SWATCH_HIGH / 2
    course = f"M2 {px(middle)}h{SWATCH_WIDE - 4}"
    shapes = _shapes(kind, course, SWATCH_WIDE / 2, middle)
    band = element("path", d=course, class_="n-asked") if is_asked else ""
    return Markup(
        element(
            "svg",
            element("g", band + shapes, class_=_css(kind), data_stands=status),
            width=SWATCH_WIDE,
            height=SWATCH_HIGH,
            viewBox=f"0 0 {SWATCH_WIDE} {SWATCH_HIGH}",
            **hidden(),
        )
    )


def _area(links: list[Link]) -> tuple[float, float, float, float]:
    """West, south, east and north of some links, with room round them."""
    points = [point for link in links for point in link.points] or [(0.0, 0.0)]
    lons, lats = [lon for lon, _ in points], [lat for _, lat in points]
    wide, high = max(lons) - min(lons), max(lats) - min(lats)
    room_x, room_y = max(0.05, wide * 0.08), max(0.05, high * 0.08)
    return min(lons) - room_x, min(lats) - room_y, max(lons) + room_x, max(lats) + room_y


def _drawn(link: Link, projection: Projection) -> DrawnLink:
    points = [projection.point(lon, lat) for lon, lat in link.points]
    whole = LineString(points)
    middle = whole.interpolate(0.5, normalized=True) if whole.length else whole.centroid
    course = projection.path(LineString(link.points)) if whole.length else ""
    x, y = (middle.x, middle.y) if whole.length else points[0]
    return DrawnLink(
        link_id=link.id,
        is_line=link.is_inside_only,
        css=_css(link.kind),
        shapes=_shapes(link.kind, course, x, y),
        band=course,
    )


def _css(kind: str) -> str:
    return f"n-{kind}" if kind in ("road", "railway") else f"n-{kind} n-thin"


def _shapes(kind: str, course: str, x: float, y: float) -> str:
    """Every shape that some status shows; which of them are to be seen the style sheet says."""
    parts = []
    if course:
        parts += [element("path", d=course, class_="n-line"), element("path", d=course, class_="n-core")]
        if kind == "railway":
            parts.append(element("path", d=course, class_="n-ties"))
    if kind == "crossing":
        parts.append(element("g", *_crossing(x, y), class_="n-sign"))
        return "".join(parts)
    if kind not in ("road", "railway"):
        parts.append(element("g", element("path", d=_carries(kind, x, y), class_="n-face"), class_="n-sign n-carries"))
    parts.append(_cross(x, y, 5.0))
    return "".join(parts)


def _crossing(x: float, y: float) -> list[str]:
    """A square on its point: full where open, half where under restrictions, empty where closed."""
    top = f"M{px(x)} {px(y - _SIGN)}l8 8-8 8-8-8z"
    return [
        element("path", d=top, class_="n-face"),
        element("path", d=f"M{px(x)} {px(y - _SIGN)}v16l8-8z", class_="n-half"),
        _cross(x, y, 3.5),
        text(px(x), px(y + 4), "?", "n-unknown"),
    ]


def _cross(x: float, y: float, reach: float) -> str:
    across = px(2 * reach)
    course = f"M{px(x - reach)} {px(y - reach)}l{across} {across}m0 -{across}l-{across} {across}"
    return element("path", d=course, class_="n-cross")


def _carries(kind: str, x: float, y: float) -> str:
    """What a line carries: an angle for power, a ring for gas, a drop for water, a box for the telephone."""
    at = f"{px(x)} {px(y)}"
    return {
        "power": f"M{at}m-5 4l5-9 5 9z",
        "gas": f"M{at}m-4.500 0a4.500 4.500 0 1 0 9 0a4.500 4.500 0 1 0-9 0z",
        "water": f"M{at}m0-6l4 7a4 4 0 0 1-8 0z",
        "telephone": f"M{at}m-4-4h8v8h-8z",
    }[kind]


def _standing(link: DrawnLink, status: str, way: Collection[str], shows_lines: bool) -> str:
    band = element("path", d=link.band, class_="n-asked") if link.link_id in way and link.band else ""
    return element(
        "g",
        band + link.shapes,
        class_=link.css,
        data_link=link.link_id,
        data_stands=status,
        data_lines=("shown" if shows_lines else "hidden") if link.is_line else None,
    )


def _nodes(network: Network, links: list[Link], labels: Mapping[str, str], projection: Projection) -> str:
    """Dots of the links' ends, and their names where those have room: all names of a node together, or none."""
    degree = Counter(end for link in links for end in (link.from_, link.to))
    nodes = [node for node in network.nodes if node.id in degree]
    window = Box(0, 0, WIDTH, projection.height)
    points = {node.id: projection.point(node.lon, node.lat) for node in nodes}
    occupied = [Box(0, projection.height - 44, 170, projection.height)]
    occupied += [box_around(x, y, _DOT, _DOT) for x, y in points.values()]
    if len(links) <= FEW_LINKS:
        occupied += [box_around(x, y, 1.5, 1.5) for link in links for x, y in _along(link, projection)]
    # The sign of a crossing stands for the border points on its sides, and a dot would cover it.
    at_signs = {end for link in links if link.kind == "crossing" for end in (link.from_, link.to)}
    dots = [
        element("circle", cx=px(x), cy=px(y), r=_DOT, class_="n-node")
        for node_id, (x, y) in points.items()
        if node_id not in at_signs
    ]
    wanted = [
        Label(labels.get(node.id, node.id), *points[node.id], NAME_SIZE, 6)
        for node in sorted(nodes, key=lambda node: _rank(node, degree))[:MOST_NAMED]
    ]
    names = [
        text(px(place.x), px(place.y), place.label.text, "n-name", anchor=place.anchor)
        for place in place_labels(wanted, occupied, window)
        if place is not None
    ]
    return "".join(dots + names)


def _along(link: Link, projection: Projection) -> list[tuple[float, float]]:
    """Places along a link, some pixels apart."""
    course = LineString([projection.point(lon, lat) for lon, lat in link.points])
    steps = min(int(course.length / STEP_PX), MOST_STEPS)
    return [
        (place.x, place.y) for place in (course.interpolate(step / steps, normalized=True) for step in range(1, steps))
    ]


def _rank(node: Node, degree: Mapping[str, int]) -> tuple[bool, int, str]:
    return node.kind not in ("town", "port"), -degree[node.id], node.id
