"""A box → the bundled world inside it: land, boundaries with their status, towns, as a watch's basemap. A name in any
spelling → the towns that it may be. Approximate, and says whose it is."""

from __future__ import annotations

import json
import lzma
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Final

import shapely
from shapely.geometry import mapping, shape

from trucewatch.geo.place_text import folded

BOUNDARY_SET: Final = {
    "en": "Natural Earth 5.1, 1:10 million, drawn to about 200 m; status of each line by its class there, or as marked "
    "in this watch",
    "ru": "Natural Earth 5.1, 1:10 млн, прочерчено примерно до 200 м; статус каждой линии — по её классу там или по "
    "отметке в этом наблюдении",
    "tr": "Natural Earth 5.1, 1:10 milyon, yaklaşık 200 m'ye kadar çizildi; her çizginin durumu oradaki sınıfına veya "
    "bu gözlemdeki işarete göre",
}
CREDIT: Final = {"en": "Made with Natural Earth (public domain); towns: GeoNames, CC BY 4.0"}
MOST_TOWNS: Final = 400
MARGIN: Final = 0.25
"""How far the ground goes beyond the area on each side, as a share of it: a map shows more than its area."""
STATUS_BY_WATCH: Final = "this watch"

Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class WorldTown:
    """A town as the bundled list has it. `spellings`: what else it is written as, folded; `keys`: all to search by."""

    name: str
    lon: float
    lat: float
    people: int
    spellings: tuple[str, ...]
    keys: tuple[str, ...]


@cache
def _world() -> tuple[tuple[Any, dict[str, Any]], ...]:
    features = json.loads(_unpacked("world.geojson.xz"))["features"]
    return tuple((shape(feature["geometry"]), feature["properties"]) for feature in features)


@cache
def _tree() -> shapely.STRtree:
    return shapely.STRtree([geometry for geometry, _ in _world()])


@cache
def _towns() -> tuple[WorldTown, ...]:
    """The largest first."""
    towns = []
    for row in _unpacked("towns.tsv.xz").splitlines():
        name, lon, lat, people, others = row.split("\t")
        spellings = tuple(others.split("|")) if others else ()
        keys = (search_key(name), *others.replace(" ", "").split("|")) if others else (search_key(name),)
        towns.append(WorldTown(name, float(lon), float(lat), int(people), spellings, keys))
    return tuple(towns)


def _unpacked(name: str) -> str:
    return lzma.decompress(files("trucewatch.watch").joinpath("world", name).read_bytes()).decode()


def search_key(name: str) -> str:
    """A name as it is looked for: without case, diacritics, apostrophes, hyphens and spaces.

    >>> search_key("Rāwala Kot")
    'rawalakot'
    """
    return folded(name).replace(" ", "")


def widened_box(area: Box) -> Box:
    """The area with its margin, inside the world."""
    west, south, east, north = area
    wide, high = (east - west) * MARGIN, (north - south) * MARGIN
    return max(west - wide, -180.0), max(south - high, -89.9), min(east + wide, 180.0), min(north + high, 89.9)


def world_features(
    area: Box, *, most_towns: int = MOST_TOWNS, marks: Mapping[str, str] | None = None
) -> list[dict[str, Any]]:
    """The ground of an area as features of `basemap.geojson`: land, boundaries with their status, the largest towns.

    marks: line → the status that a watch gave it, in the place of Natural Earth's.
    """
    box = shapely.box(*widened_box(area))
    features: list[dict[str, Any]] = []
    for number in sorted(_tree().query(box, predicate="intersects")):
        geometry, properties = _world()[number]
        parts = [part for part in shapely.get_parts(shapely.intersection(geometry, box)) if _is_drawn(part, properties)]
        if properties["kind"] == "land":
            features += [_feature({"kind": "land"}, part) for part in parts]
        elif parts:
            line = parts[0] if len(parts) == 1 else shapely.line_merge(shapely.multilinestrings(parts))
            features.append(_feature(_boundary(properties, marks or {}), line))
    return features + largest_towns(widened_box(area), most_towns)


@cache
def coarse_world() -> tuple[dict[str, Any], ...]:
    """Land and boundaries of the whole world, simplified, as features: a picture to click on."""
    return tuple(json.loads(_unpacked("coarse.geojson.xz"))["features"])


def _is_drawn(part: Any, properties: Mapping[str, Any]) -> bool:
    wanted = "Polygon" if properties["kind"] == "land" else "LineString"
    return part.geom_type == wanted and not part.is_empty and part.is_valid


def _feature(properties: dict[str, Any], geometry: Any) -> dict[str, Any]:
    return {"type": "Feature", "properties": properties, "geometry": mapping(geometry)}


def _boundary(properties: Mapping[str, Any], marks: Mapping[str, str]) -> dict[str, Any]:
    """A line's properties in `basemap.geojson`; a mark of the watch stands in the place of the data's status."""
    kept: dict[str, Any] = {key: properties[key] for key in ("kind", "line", "status", "class", "between")}
    if "name" in properties:
        kept["names"] = {"en": properties["name"]}
    if properties["line"] in marks:
        kept |= {"status": marks[properties["line"]], "status_by": STATUS_BY_WATCH}
    return kept


def largest_towns(box: Box, most: int) -> list[dict[str, Any]]:
    """The largest towns in a box, as features of `basemap.geojson`."""
    west, south, east, north = box
    inside = [town for town in _towns() if west <= town.lon <= east and south <= town.lat <= north][:most]
    features, ids = [], set()
    for place, town in enumerate(inside):
        stem = unicodedata.normalize("NFKD", town.name).encode("ascii", "ignore").decode().lower()
        name = "-".join("".join(char if char.isalnum() else " " for char in stem).split()) or "town"
        while name in ids:
            name += "-2"
        ids.add(name)
        rank = 1 if town.people >= 100_000 or place < 3 else 2 if town.people >= 20_000 or place < 12 else 3
        features.append(
            {
                "type": "Feature",
                "id": name,
                "properties": {
                    "kind": "town",
                    "names": {"en": town.name},
                    "rank": rank,
                    "population": town.people,
                    "spellings": list(town.spellings),
                },
                "geometry": {"type": "Point", "coordinates": [town.lon, town.lat]},
            }
        )
    return features


def world_basemap(area: Box, marks: Mapping[str, str] | None = None) -> dict[str, Any]:
    """`basemap.geojson` of an area; `marks` as in `world_features`."""
    return {
        "type": "FeatureCollection",
        "boundary_set": BOUNDARY_SET,
        "credit": CREDIT,
        "features": world_features(area, marks=marks),
    }


def towns_like(text: str, most: int = 8) -> list[WorldTown]:
    """The towns that a text may name, in any spelling that is known of them: those of this name first, then those whose
    name begins so; the largest first."""
    key = search_key(text)
    if not key:
        return []
    named: list[WorldTown] = []
    spelled: list[WorldTown] = []
    begun: list[WorldTown] = []
    for town in _towns():
        if key == town.keys[0]:
            named.append(town)
        elif key in town.keys:
            spelled.append(town)
        elif len(key) >= 3 and len(begun) < most and any(other.startswith(key) for other in town.keys):
            begun.append(town)
    return [*named, *spelled, *begun][:most]


def town_named(name: str) -> tuple[float, float] | None:
    """Longitude and latitude of the largest town of this name, or else of this spelling; None if there is none."""
    key = search_key(name)
    return next(((town.lon, town.lat) for town in towns_like(name) if key in town.keys), None)


def is_land(lon: float, lat: float) -> bool:
    """Whether the bundled land, exact to about a kilometre, lies there."""
    point = shapely.Point(lon, lat)
    return any(_world()[number][1]["kind"] == "land" for number in _tree().query(point, predicate="intersects"))


def has_land(area: Box) -> bool:
    """Whether any of the bundled land lies in the box."""
    box = shapely.box(*area)
    return any(_world()[number][1]["kind"] == "land" for number in _tree().query(box, predicate="intersects"))
