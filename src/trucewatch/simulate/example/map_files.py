"""A drawn country → the GeoJSON files of a watch. Every file and every name says that it is simulated."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import shapely
from shapely.geometry.polygon import orient

from trucewatch.simulate.example.country import Country, DrawnCountry
from trucewatch.simulate.files import geojson_bytes

_AREA_MARGIN_M = 4_000.0
_SEA_MARGIN_M = 150_000.0
_PROVENANCE = "Simulated: invented for the example watch; no real place is meant"


def zones_geojson(country: Country, drawn: DrawnCountry) -> bytes:
    """`zones.geojson`: the area, its regions, the line of contact, and the zones that the agreement names."""
    area = shapely.buffer(drawn.land, _AREA_MARGIN_M, quad_segs=6).simplify(300.0)
    features = [
        _zone(country, "halvane", "area", {"en": "Halvane", "ru": "Хальване", "tr": "Halvane"}, area, 500.0),
        *(
            _zone(country, region.id, "region", region.names, drawn.region[region.id], 100.0)
            for region in country.region
        ),
        _zone(country, country.line.id, "line", country.line.names or {}, drawn.line, country.line.accuracy_m),
    ]
    for zone in (*country.belt, *country.place):
        derived = bool(zone.about)
        features.append(
            _zone(country, zone.id, zone.kind, zone.names, drawn.zone[zone.id], zone.accuracy_m, derived=derived)
        )
    return geojson_bytes(features, simulated=True, note=country.credit)


def basemap_geojson(country: Country, drawn: DrawnCountry) -> bytes:
    """`basemap.geojson`: sea, land, district outlines, lakes and rivers, boundaries, towns."""
    west, south, east, north = drawn.land.bounds
    frame = shapely.box(
        west - _SEA_MARGIN_M, south - _SEA_MARGIN_M, east + _SEA_MARGIN_M, north + _SEA_MARGIN_M
    ).segmentize(20_000.0)
    sea = shapely.difference(frame, drawn.land)
    sea_names = {"en": "Quiet Sea", "ru": "Тихое Взморье", "tr": "Sakin Deniz"}
    features = [
        _ground(country, "land", drawn.land, {"en": "Halvane", "ru": "Хальване", "tr": "Halvane"}),
        *(_ground(country, "district", drawn.region[region.id], region.names) for region in country.region),
        _ground(country, "water", sea, sea_names),
        *(_ground(country, "water", shapely.intersection(water, drawn.land), names) for water, names in drawn.water),
    ]
    for path in country.boundary:
        features.append(_ground(country, "boundary", drawn.boundary[path.id], path.names or {}, disputed=path.disputed))
    for town in country.town:
        lon, lat = country.origin.place(town.km[0] * 1000.0, town.km[1] * 1000.0)
        features.append(
            {
                "type": "Feature",
                "properties": {"kind": "town", "id": town.id, "names": dict(town.names), "rank": town.rank},
                "geometry": {"type": "Point", "coordinates": [round(lon, 5), round(lat, 5)]},
            }
        )
    return geojson_bytes(features, boundary_set=country.boundary_set, credit=country.credit, simulated=True)


def _zone(
    country: Country,
    zone_id: str,
    kind: str,
    names: Mapping[str, str],
    geometry: Any,
    accuracy_m: float,
    *,
    derived: bool = False,
) -> dict[str, Any]:
    properties = {
        "id": zone_id,
        "kind": kind,
        "names": dict(names),
        "provenance": _PROVENANCE,
        "accuracy_m": accuracy_m,
        "derived": derived,
    }
    return {"type": "Feature", "id": zone_id, "properties": properties, "geometry": _geometry(country, geometry)}


def _ground(
    country: Country, kind: str, geometry: Any, names: Mapping[str, str], *, disputed: bool = False
) -> dict[str, Any]:
    properties: dict[str, Any] = {"kind": kind, "names": dict(names)}
    if kind == "boundary":
        properties["disputed"] = disputed
    return {"type": "Feature", "properties": properties, "geometry": _geometry(country, geometry)}


def _geometry(country: Country, geometry: Any) -> dict[str, Any]:
    """The geometry in degrees, outer rings counter-clockwise (RFC 7946, section 3.1.6)."""
    degrees = country.origin.to_degrees(geometry)
    if not degrees.is_valid:
        degrees = shapely.make_valid(degrees)
    if degrees.geom_type in ("Polygon", "MultiPolygon"):
        rings = [orient(part) for part in shapely.get_parts(degrees)]
        degrees = rings[0] if degrees.geom_type == "Polygon" else shapely.MultiPolygon(rings)
    drawn: dict[str, Any] = json.loads(shapely.to_geojson(degrees))
    return drawn
