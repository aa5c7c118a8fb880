"""A box → the bundled world inside it: land, boundaries, towns, as a watch's basemap. Approximate, and says whose it
is."""

from __future__ import annotations

import gzip
import json
import unicodedata
from functools import cache
from importlib.resources import files
from typing import Any, Final

import shapely
from shapely.geometry import mapping, shape

BOUNDARY_SET: Final = {
    "en": "Natural Earth 4.1.0, 1:50 million, about 1 km; some lines marked disputed, the list is not complete",
    "ru": "Natural Earth 4.1.0, 1:50 млн, около 1 км; часть линий помечена как спорные, список неполон",
    "tr": "Natural Earth 4.1.0, 1:50 milyon, yaklaşık 1 km; bazı çizgiler tartışmalı işaretli, liste tam değil",
}
CREDIT: Final = {"en": "Made with Natural Earth (public domain); towns: GeoNames, CC BY 4.0"}
MOST_TOWNS: Final = 400
MARGIN: Final = 0.25
"""How far the ground goes beyond the area on each side, as a share of it: a map shows more than its area."""

Box = tuple[float, float, float, float]


@cache
def _world() -> tuple[tuple[Any, dict[str, Any]], ...]:
    packed = files("trucewatch.watch").joinpath("world", "world.geojson.gz").read_bytes()
    features = json.loads(gzip.decompress(packed))["features"]
    return tuple((shape(feature["geometry"]), feature["properties"]) for feature in features)


@cache
def _towns() -> tuple[tuple[str, float, float, int], ...]:
    """Name, longitude, latitude, inhabitants; the largest first."""
    packed = files("trucewatch.watch").joinpath("world", "towns.tsv.gz").read_bytes()
    rows = (line.split("\t") for line in gzip.decompress(packed).decode().splitlines())
    return tuple((name, float(lon), float(lat), int(people)) for name, lon, lat, people in rows)


def widened_box(area: Box) -> Box:
    """The area with its margin, inside the world."""
    west, south, east, north = area
    wide, high = (east - west) * MARGIN, (north - south) * MARGIN
    return max(west - wide, -180.0), max(south - high, -89.9), min(east + wide, 180.0), min(north + high, 89.9)


def world_features(area: Box, *, most_towns: int = MOST_TOWNS) -> list[dict[str, Any]]:
    """The ground of an area as features of `basemap.geojson`: land, boundaries (disputed ones marked), the largest
    towns."""
    box = shapely.box(*widened_box(area))
    features: list[dict[str, Any]] = []
    for geometry, properties in _world():
        if not geometry.intersects(box):
            continue
        wanted = ("Polygon",) if properties["kind"] == "land" else ("LineString",)
        for part in shapely.get_parts(shapely.intersection(geometry, box)):
            if part.geom_type in wanted and not part.is_empty and part.is_valid:
                features.append({"type": "Feature", "properties": dict(properties), "geometry": mapping(part)})
    return features + _town_features(widened_box(area), most_towns)


def _town_features(box: Box, most: int) -> list[dict[str, Any]]:
    west, south, east, north = box
    inside = [row for row in _towns() if west <= row[1] <= east and south <= row[2] <= north][:most]
    features, ids = [], set()
    for place, (name, lon, lat, people) in enumerate(inside):
        stem = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
        town = "-".join("".join(char if char.isalnum() else " " for char in stem).split()) or "town"
        while town in ids:
            town += "-2"
        ids.add(town)
        rank = 1 if people >= 100_000 or place < 3 else 2 if people >= 20_000 or place < 12 else 3
        features.append(
            {
                "type": "Feature",
                "id": town,
                "properties": {"kind": "town", "names": {"en": name}, "rank": rank, "population": people},
                "geometry": {"type": "Point", "coordinates": [lon, lat]},
            }
        )
    return features


def world_basemap(area: Box) -> dict[str, Any]:
    """`basemap.geojson` of an area."""
    return {
        "type": "FeatureCollection",
        "boundary_set": BOUNDARY_SET,
        "credit": CREDIT,
        "features": world_features(area),
    }


def town_named(name: str) -> tuple[float, float] | None:
    """Longitude and latitude of the largest town of this name; None if there is none."""
    wanted = name.strip().casefold()
    return next(((lon, lat) for town, lon, lat, _ in _towns() if town.casefold() == wanted), None)
