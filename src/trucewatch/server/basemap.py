"""The watch's ground and zones → GeoJSON for the map, with names in the reader's language and the others below."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

import shapely
from shapely.geometry import mapping

from trucewatch.locale import Words
from trucewatch.locale.sanitize import printable
from trucewatch.model.watch import Watch
from trucewatch.model.zone import Town, Zone

PLACES = 5
"""Decimals of a degree that the map is drawn with: about a metre."""
MOST_VERTICES = 20_000
"""A shape with more is drawn simplified; its record keeps them all."""


def ground_of(watch: Watch, words: Words, at: datetime) -> dict[str, Any]:
    """Everything that lies under the signs, as the map takes it. Zones as valid at a moment."""
    ground = watch.basemap.ground
    zones = [one for one in watch.zones if one.valid_from <= at < one.valid_until]
    parts: dict[str, Any] = {
        kind: _collection(_feature(one.geometry, {"disputed": one.disputed}) for one in ground if one.kind == kind)
        for kind in ("land", "water", "district", "boundary")
    }
    return parts | {
        "area": [round(one, PLACES) for one in watch.settings.area],
        "zones": _collection(_zone(one, words) for one in zones if one.kind != "line"),
        "line": _collection(_zone(one, words) for one in zones if one.kind == "line"),
        "towns": _collection(
            _town(one, words) for one in sorted(watch.basemap.towns, key=lambda one: (one.rank, one.id))
        ),
        "boundary_set": printable(words.name(watch.basemap.boundary_set)),
        "credit": printable(words.name(watch.basemap.credit)),
    }


def other_names(names: Mapping[str, str], first: str) -> str:
    """The names in the other languages, in order of language code, without those that say the same."""
    seen = {first}
    others = []
    for language in sorted(names):
        if names[language] not in seen:
            seen.add(names[language])
            others.append(names[language])
    return " · ".join(others)


def _zone(one: Zone, words: Words) -> dict[str, Any]:
    return _feature(
        one.geometry,
        {
            "id": one.id,
            "kind": one.kind,
            "name": printable(words.name(one.names, otherwise=one.id)),
            "derived": one.derived,
            "accuracy_m": one.accuracy_m,
        },
    )


def _town(one: Town, words: Words) -> dict[str, Any]:
    name = words.name(one.names, otherwise=one.id)
    return {
        "type": "Feature",
        "properties": {"name": printable(name), "others": printable(other_names(one.names, name)), "rank": one.rank},
        "geometry": {"type": "Point", "coordinates": [round(one.lon, PLACES), round(one.lat, PLACES)]},
    }


def _feature(geometry: Any, properties: Mapping[str, Any]) -> dict[str, Any]:
    drawn = geometry
    if shapely.get_num_coordinates(geometry) > MOST_VERTICES:
        drawn = shapely.simplify(geometry, 0.0005, preserve_topology=True)
    rounded = shapely.transform(drawn, lambda points: points.round(PLACES))
    return {"type": "Feature", "properties": dict(properties), "geometry": mapping(rounded)}


def _collection(features: Iterable[dict[str, Any]]) -> dict[str, Any]:
    return {"type": "FeatureCollection", "features": list(features)}
