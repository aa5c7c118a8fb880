"""A place or an outline of a humanitarian record → a small picture of it on the watch's ground. It says nothing that
its longitudes and latitudes do not say beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from markupsafe import Markup

from trucewatch.messages import Message
from trucewatch.model.aid_tables import AidTable
from trucewatch.reports.drawing import Projection
from trucewatch.reports.map import draw_furniture
from trucewatch.reports.map_layout import draw_ground
from trucewatch.server.view import View
from trucewatch.svg import element, named, px, rect

WIDTH: Final = 360
HIGH_MIN: Final = 200
HIGH_MAX: Final = 300
_LEAST_DEGREES: Final = 0.08
"""How much of the ground stands around a place, each way: about 8 km."""
_AROUND: Final = 0.6
"""The same around an outline, in parts of its width."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A drawing with the label of the field that it shows."""

    label: Message
    drawing: Markup


def pictures_of(view: View, table: AidTable, row: Any) -> list[Picture]:
    """One for each place and outline of a row."""
    return [
        Picture(label=each.label, drawing=_draw(view, each.label, value if each.kind == "outline" else (value,)))
        for each in table.fields
        if each.kind in ("place", "outline") and (value := getattr(row, each.name))
    ]


def _draw(view: View, label: Message, corners: Sequence[Sequence[float]]) -> Markup:
    projection = Projection(_area(corners), width=WIDTH, height_min=HIGH_MIN, height_max=HIGH_MAX)
    height = projection.height
    points = [projection.point(lon, lat) for lon, lat in corners]
    if len(points) == 1:
        ((x, y),) = points
        shape = element("circle", cx=px(x), cy=px(y), r=6, class_="entered-shape") + element(
            "circle", cx=px(x), cy=px(y), r=1.5, class_="entered-dot"
        )
    else:
        shape = element("path", d=f"M{'L'.join(f'{px(x)} {px(y)}' for x, y in points)}Z", class_="entered-shape")
    return Markup(
        element(
            "svg",
            rect(0, 0, WIDTH, height, "n-land"),
            draw_ground(view.watch.basemap.ground, projection),
            shape,
            draw_furniture(projection, view.words),
            rect(".5", ".5", WIDTH - 1, height - 1, "m-edge", fill="none"),
            class_="entered-map",
            viewBox=f"0 0 {WIDTH} {height}",
            **named(view.words.say(label)),
        )
    )


def _area(corners: Sequence[Sequence[float]]) -> tuple[float, float, float, float]:
    lons, lats = [lon for lon, _ in corners], [lat for _, lat in corners]
    around = max(_LEAST_DEGREES, _AROUND * max(max(lons) - min(lons), max(lats) - min(lats)))
    return min(lons) - around, min(lats) - around, max(lons) + around, max(lats) + around
