"""The shapes of a brought file → zones of the draft: one kind and accuracy for all, with changes for single ones; and
the shapes as the map shows them before anything is kept."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import shapely
from shapely.geometry import mapping, shape
from starlette.datastructures import FormData

from trucewatch.desks.setup.forms import with_zones, zone_of
from trucewatch.errors import TrucewatchError
from trucewatch.messages import Message
from trucewatch.server.forms import text_of
from trucewatch.watch.import_zones import ImportedFeature
from trucewatch.watch.watch_draft import Draft

MOST_SINGLE: Final = 300
"""Shapes up to which each has a kind and an accuracy of its own to change; a form has only so many fields."""
_DRAWN_VERTICES: Final = 40_000
"""Corners that a picture of all shapes has at most, about."""

Area = tuple[float, float, float, float]


def shapes_step(form: FormData, draft: Draft, features: Sequence[ImportedFeature]) -> Draft:
    """The draft with the ticked shapes. Raises TrucewatchError for one that lacks something, and if none is ticked."""
    changed = draft
    for feature in features:
        if feature.geometry is not None and text_of(form, f"take-{feature.number}") == "on":
            kind = "line" if feature.is_line else _own(form, feature, "kind")
            zone = zone_of(
                _whole(form, feature), changed, kind=kind, geometry=feature.geometry, prefix=f"z{feature.number}-"
            )
            changed = with_zones(changed, [zone])
    if changed is draft:
        raise TrucewatchError(Message("no shape is ticked; tick those that are zones of the watch"))
    return changed


def _own(form: FormData, feature: ImportedFeature, name: str) -> str:
    """A shape's own answer; where it has none, the one for all."""
    return text_of(form, f"z{feature.number}-{name}") or text_of(form, f"all-{name}")


def _whole(form: FormData, feature: ImportedFeature) -> FormData:
    """The form with the answers for all in the places of those that the shape leaves open."""
    filled = {f"z{feature.number}-{name}": _own(form, feature, name) for name in ("accuracy_m", "provenance")}
    return FormData([*((key, value) for key, value in form.multi_items() if key not in filled), *filled.items()])


def numbers_outside(features: Sequence[ImportedFeature], area: Area) -> set[int]:
    """The shapes that lie wholly outside the area of the watch."""
    box = shapely.box(*area)
    return {
        feature.number
        for feature in features
        if feature.geometry is not None and not box.intersects(shapely.box(*shape(feature.geometry).bounds))
    }


def drawn_shapes(features: Sequence[ImportedFeature], column: str, area: Area) -> dict[str, Any]:
    """The good shapes with number and name, simplified to what a screen shows, and the box to look at: the area of the
    watch with the shapes in it; all shapes if none is."""
    good = [feature for feature in features if feature.geometry is not None]
    geometries = [shape(feature.geometry) for feature in good if feature.geometry is not None]
    outside = numbers_outside(features, area)
    inside = [geometry for feature, geometry in zip(good, geometries, strict=True) if feature.number not in outside]
    bounds = [float(bound) for bound in shapely.total_bounds(inside or geometries)] if geometries else list(area)
    corners = sum(feature.vertices for feature in good)
    width = max(bounds[2] - bounds[0], bounds[3] - bounds[1])
    tolerance = width / 2000 if corners > _DRAWN_VERTICES else 0.0
    drawn = []
    for feature, geometry in zip(good, geometries, strict=True):
        simple = shapely.simplify(geometry, tolerance) if tolerance else geometry
        drawn.append(
            {
                "type": "Feature",
                "properties": {"number": feature.number, "name": feature.name(column)},
                "geometry": mapping(shapely.transform(simple, lambda points: points.round(5))),
            }
        )
    return {"type": "FeatureCollection", "features": drawn, "bounds": bounds}
