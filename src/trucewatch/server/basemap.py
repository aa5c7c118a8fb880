"""The watch's ground and zones → GeoJSON for the map, with names in the reader's language and the others below."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

import shapely
from shapely.geometry import mapping

from trucewatch.locale import Words
from trucewatch.locale.sanitize import printable
from trucewatch.model.naming import SEPARATOR, numbers_of
from trucewatch.model.watch import Watch
from trucewatch.model.zone import Ground, Town, Zone
from trucewatch.reports.place_names import DISCLAIMER

PLACES = 5
"""Decimals of a degree that the map is drawn with: about a metre."""
MOST_VERTICES = 20_000
"""A shape with more is drawn simplified; its record keeps them all."""


def ground_of(watch: Watch, words: Words, at: datetime) -> dict[str, Any]:
    """Everything that lies under the signs, as the map takes it. Zones as valid at a moment."""
    ground, numbers = watch.basemap.ground, numbers_of(watch)
    zones = [zone for zone in watch.zones if zone.valid_from <= at < zone.valid_until]
    parts: dict[str, Any] = {
        kind: _collection(
            _feature(shape.geometry, _boundary(shape) if kind == "boundary" else {})
            for shape in ground
            if shape.kind == kind
        )
        for kind in ("land", "water", "district", "boundary")
    }
    return parts | {
        "area": [round(degrees, PLACES) for degrees in watch.settings.area],
        "zones": _collection(_zone(zone, watch, words) for zone in zones if zone.kind != "line"),
        "line": _collection(_zone(zone, watch, words) for zone in zones if zone.kind == "line"),
        "towns": _collection(
            _town(town, words, numbers.get(town.id))
            for town in sorted(watch.basemap.towns, key=lambda town: (town.rank, town.id))
        ),
        "disclaimer": words.gettext(DISCLAIMER),
        "boundary_set": printable(words.name(watch.basemap.boundary_set)),
        "credit": printable(words.name(watch.basemap.credit)),
    }


def _boundary(line: Ground) -> dict[str, Any]:
    """What the map needs of a boundary: its status, and where a click can mark it, its id."""
    return {"status": line.status} | ({"line": line.line} if line.line else {})


def other_names(names: Mapping[str, str], first: str) -> str:
    """The names in the other languages, in order of language code, without those that say the same."""
    in_order = dict.fromkeys(name for _, name in sorted(names.items()))
    return " · ".join(name for name in in_order if name != first)


def _zone(zone: Zone, watch: Watch, words: Words) -> dict[str, Any]:
    name = printable(words.name(zone.names, otherwise=zone.id))
    properties: dict[str, Any] = {
        "id": zone.id,
        "kind": zone.kind,
        "name": name,
        "derived": zone.derived,
        "accuracy_m": zone.accuracy_m,
    }
    if zone.kind == "corridor" and zone.id in numbers_of(watch):
        properties["lines"] = name.split(SEPARATOR)
    return _feature(zone.geometry, properties)


def _town(town: Town, words: Words, number: int | None) -> dict[str, Any]:
    """A town with its label. One with a row has all its names there, and a number for where they have no room."""
    name = words.name(town.names, otherwise=town.id)
    properties = {"name": printable(name), "rank": town.rank}
    if number is None:
        properties["others"] = printable(other_names(town.names, name))
    else:
        properties["number"] = number
    return {
        "type": "Feature",
        "properties": properties,
        "geometry": {"type": "Point", "coordinates": [round(town.lon, PLACES), round(town.lat, PLACES)]},
    }


def _feature(geometry: Any, properties: Mapping[str, Any]) -> dict[str, Any]:
    drawn = geometry
    if shapely.get_num_coordinates(geometry) > MOST_VERTICES:
        drawn = shapely.simplify(geometry, 0.0005, preserve_topology=True)
    rounded = shapely.transform(drawn, lambda points: points.round(PLACES))
    return {"type": "Feature", "properties": dict(properties), "geometry": mapping(rounded)}


def _collection(features: Iterable[dict[str, Any]]) -> dict[str, Any]:
    return {"type": "FeatureCollection", "features": list(features)}
