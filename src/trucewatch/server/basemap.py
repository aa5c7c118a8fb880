"""The watch's ground and zones → GeoJSON for the map, with all the names that the policy shows as one label."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any

import shapely
from shapely.geometry import mapping

from trucewatch.locale import Words
from trucewatch.locale.sanitize import printable
from trucewatch.model.naming import SEPARATOR, numbers_of, ranked_towns
from trucewatch.model.watch import Watch
from trucewatch.model.zone import Ground, Town, Zone
from trucewatch.reports.place_names import DISCLAIMER

PLACES = 5
"""Decimals of a degree that the map is drawn with: about a metre."""
MOST_VERTICES = 20_000
"""A shape with more is drawn simplified; its record keeps them all."""

NUMBERED_RANK = 2
"""Towns up to this rank bear a number where their names have no room, also without a row in the table of names."""


def ground_of(watch: Watch, words: Words, at: datetime, spoken_of: Collection[str] = ()) -> dict[str, Any]:
    """Everything that lies under the signs, as the map takes it. Zones as valid at a moment.

    spoken_of: ids of the towns by which incidents' places are told.
    """
    ground = watch.basemap.ground
    towns = ranked_towns(watch, spoken_of)
    numbers = town_numbers(watch, towns)
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
        "towns": _collection(_town(town, rank, words, numbers.get(town.id)) for town, rank in towns),
        "ends": _ends_of(watch),
        "disclaimer": words.gettext(DISCLAIMER),
        "boundary_set": printable(words.name(watch.basemap.boundary_set)),
        "credit": printable(words.name(watch.basemap.credit)),
    }


def town_numbers(watch: Watch, ranked: Iterable[tuple[Town, int]]) -> Mapping[str, int]:
    """The numbers that stand for labels without room: those of the table of names, and after them one for each larger
    town without a row, in the order of the ids."""
    rows = numbers_of(watch)
    without = sorted(town.id for town, rank in ranked if rank <= NUMBERED_RANK and town.id not in rows)
    last = max(rows.values(), default=0)
    return dict(rows) | {town_id: number for number, town_id in enumerate(without, last + 1)}


def _ends_of(watch: Watch) -> list[float] | None:
    """West, south, east and north of all that the basemap draws, beyond which nothing is known; None without any."""
    shapes = [shape.geometry for shape in watch.basemap.ground]
    if not shapes:
        return None
    return [round(float(degrees), PLACES) for degrees in shapely.total_bounds(shapes)]


def _boundary(line: Ground) -> dict[str, Any]:
    """What the map needs of a boundary: its status, and where a click can mark it, its id."""
    return {"status": line.status} | ({"line": line.line} if line.line else {})


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


def _town(town: Town, rank: int, words: Words, number: int | None) -> dict[str, Any]:
    """A town with its label: all the names that the policy shows in one text, its id where there is none. Its number
    stands for it where that has no room."""
    properties = {
        "id": town.id,
        "name": printable(words.name(town.names, otherwise=town.id)).strip() or town.id,
        "rank": rank,
    }
    if number is not None:
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
