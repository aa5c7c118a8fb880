"""PMTiles files of the Protomaps schema, version 4, of an invented country: small ones for tests, a large one to
measure.

Made by PyPI `pmtiles` and `mapbox-vector-tile`, so that what we read is not what we wrote. Seeded; same arguments, same
bytes. What the map does not draw is in them as in a real extract: names, boundaries, points of interest.
"""

from __future__ import annotations

import gzip
import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import shapely
from shapely.geometry import LineString, Point, Polygon, box
from shapely.geometry.base import BaseGeometry

Box = tuple[float, float, float, float]
VECTOR, GZIP = 1, 2
EXTENT: Final = 4096
FIELDS: Final = {"kind": "String", "kind_detail": "String", "name": "String", "min_zoom": "Number"}
LAYERS: Final = ("boundaries", "earth", "landuse", "places", "pois", "roads", "water")
METADATA: Final = {
    "name": "Basemap",
    "type": "baselayer",
    "version": "4.11.9",
    "attribution": '<a href="https://www.openstreetmap.org/copyright">© OpenStreetMap</a>',
    "vector_layers": [{"id": name, "fields": FIELDS, "minzoom": 0, "maxzoom": 15} for name in LAYERS],
}
FOREIGN_NAME: Final = "A name of the tiles"
"""Stands at every village and road, and on no page."""


@dataclass(frozen=True)
class Shape:
    """One thing of the country, in parts of the Mercator square (0 to 1, y downwards)."""

    layer: str
    geometry: BaseGeometry
    properties: Mapping[str, Any]
    min_zoom: int = 0


def world(lon: float, lat: float) -> tuple[float, float]:
    """A place in parts of the Mercator square."""
    sine = math.sin(math.radians(lat))
    return lon / 360 + 0.5, 0.5 - math.log((1 + sine) / (1 - sine)) / (4 * math.pi)


def country(bounds: Box, *, seed: int = 3, villages: int = 40, roads: int = 12, streets: int = 0) -> list[Shape]:
    """Land as far as the bounds, a lake, a river from side to side, main roads, lesser roads, streets, villages, and a
    border that the map must not draw."""
    random = np.random.default_rng(seed)
    west, south, east, north = bounds

    def at(x: float, y: float) -> tuple[float, float]:
        return world(west + x * (east - west), south + y * (north - south))

    def walk(begin: tuple[float, float], end: tuple[float, float], steps: int = 60, sway: float = 0.01) -> LineString:
        along = np.linspace(0, 1, steps)[:, None]
        path = np.array(begin) + along * (np.array(end) - np.array(begin))
        path += np.cumsum(random.normal(0, sway / 4, path.shape), axis=0) * np.sin(np.pi * along)
        return LineString([at(*place) for place in path])

    def named(kind: str, detail: str) -> dict[str, Any]:
        return {"kind": kind, "kind_detail": detail, "name": FOREIGN_NAME, "name:en": FOREIGN_NAME}

    lake = [at(0.3 + 0.06 * math.cos(turn), 0.6 + 0.05 * math.sin(turn)) for turn in np.linspace(0, 2 * math.pi, 40)]
    shapes = [
        Shape("earth", Polygon([at(0, 0), at(1, 0), at(1, 1), at(0, 1)]), {"kind": "earth"}),
        Shape("water", Polygon(lake), {"kind": "lake"}, 6),
        Shape("water", walk((0.1, 0.9), (0.9, 0.05)), {"kind": "river", "name": FOREIGN_NAME}, 9),
        Shape("boundaries", walk((0.5, 0.0), (0.5, 1.0), sway=0.0), {"kind": "country", "kind_detail": 2}),
        Shape("roads", walk((0.0, 0.5), (1.0, 0.5), sway=0.0), named("major_road", "primary"), 7),
    ]
    for number in range(roads):
        begin, end = random.uniform(0.02, 0.98, 2), random.uniform(0.02, 0.98, 2)
        detail = ("trunk", "secondary", "tertiary")[number % 3]
        line = walk((begin[0], begin[1]), (end[0], end[1]))
        shapes.append(Shape("roads", line, named("major_road", detail), 6 if detail == "trunk" else 9))
    for _ in range(streets):
        begin = random.uniform(0.02, 0.98, 2)
        end = begin + random.normal(0, 0.01, 2)
        line = walk((begin[0], begin[1]), (end[0], end[1]), steps=12, sway=0.002)
        shapes.append(Shape("roads", line, named("minor_road", "residential"), 11))
    for _ in range(villages):
        x, y = random.uniform(0.05, 0.95, 2)
        shapes.append(Shape("places", Point(at(x, y)), named("locality", "village"), 8))
    return shapes


def tiles_of(bounds: Box, zooms: Sequence[int]) -> Iterator[tuple[int, int, int]]:
    """Zoom, column and row of every tile that meets the bounds, in the order of the format."""
    from pmtiles.tile import zxy_to_tileid

    for zoom in zooms:
        (left, top), (right, bottom) = world(bounds[0], bounds[3]), world(bounds[2], bounds[1])
        size = 2**zoom
        found = [
            (zoom, x, y)
            for x in range(int(left * size), int(min(right * size, size - 1)) + 1)
            for y in range(int(top * size), int(min(bottom * size, size - 1)) + 1)
        ]
        yield from sorted(found, key=lambda place: zxy_to_tileid(*place))


class Encoder:
    """Shapes → one vector tile of them, not packed."""

    def __init__(self, shapes: Sequence[Shape]) -> None:
        self._shapes = shapes
        self._tree = shapely.STRtree([shape.geometry for shape in shapes])

    def tile(self, zoom: int, x: int, y: int) -> bytes:
        import mapbox_vector_tile

        size = 2.0**-zoom
        limits = (x * size, y * size, (x + 1) * size, (y + 1) * size)
        frame = box(limits[0] - size / 64, limits[1] - size / 64, limits[2] + size / 64, limits[3] + size / 64)
        layers: dict[str, list[dict[str, Any]]] = {}
        for place in sorted(self._tree.query(frame).tolist()):
            shape = self._shapes[place]
            if zoom < shape.min_zoom:
                continue
            part = shape.geometry.intersection(frame)
            if not part.is_empty:
                # In the tile's own whole numbers: the library would do it by a function that shapely gives up.
                part = shapely.transform(part, lambda places: np.round((places - limits[:2]) / size * EXTENT))
                feature = {"geometry": part, "properties": {**shape.properties, "min_zoom": shape.min_zoom + 1}}
                layers.setdefault(shape.layer, []).append(feature)
        named = [{"name": name, "features": features} for name, features in sorted(layers.items())]
        options = {"y_coord_down": True, "extents": EXTENT}
        return bytes(mapbox_vector_tile.encode(named, default_options=options)) if named else b""


class Fillers:
    """Tiles of nothing but names, which the map leaves alone: most of what lies in a real one. Encoded once; each next
    one has other names in the same places."""

    def __init__(self, names: int, random: np.random.Generator) -> None:
        import mapbox_vector_tile

        self._random = random
        places, first = random.integers(0, EXTENT, (names, 2)).tolist(), [random.bytes(48).hex() for _ in range(names)]
        features = [
            {"geometry": Point(x, y), "properties": {"kind": "shop", "name": name}}
            for (x, y), name in zip(places, first, strict=True)
        ]
        self._tile = bytes(mapbox_vector_tile.encode([{"name": "pois", "features": features}]))
        self._at = [self._tile.index(name.encode()) for name in first]

    def tile(self) -> bytes:
        tile = bytearray(self._tile)
        for place in self._at:
            tile[place : place + 96] = self._random.bytes(48).hex().encode()
        return bytes(tile)


def write_basemap(
    path: Path,
    bounds: Box,
    *,
    zooms: Sequence[int] = range(11),
    shapes: Sequence[Shape] | None = None,
    names_a_tile: int = 0,
    metadata: Mapping[str, Any] = METADATA,
    tile_type: int = VECTOR,
    seed: int = 3,
) -> Path:
    """A PMTiles file of an invented country within these bounds; `names_a_tile` makes it heavier, by about 60 bytes
    each."""
    from pmtiles.tile import Compression, TileType, zxy_to_tileid
    from pmtiles.writer import write

    encoder = Encoder(country(bounds, seed=seed) if shapes is None else shapes)
    fillers = Fillers(names_a_tile, np.random.default_rng(seed)) if names_a_tile else None
    with write(str(path)) as writer:
        for zoom, x, y in tiles_of(bounds, zooms):
            tile = encoder.tile(zoom, x, y)
            if fillers:
                tile += fillers.tile()
            if tile:
                writer.write_tile(zxy_to_tileid(zoom, x, y), gzip.compress(tile, 5, mtime=0))
        west, south, east, north = (round(degrees * 1e7) for degrees in bounds)
        header = {
            "tile_type": TileType(tile_type),
            "tile_compression": Compression(GZIP),
            "min_lon_e7": west,
            "min_lat_e7": south,
            "max_lon_e7": east,
            "max_lat_e7": north,
            "center_zoom": min(zooms),
            "center_lon_e7": (west + east) // 2,
            "center_lat_e7": (south + north) // 2,
        }
        writer.finalize(header, json.loads(json.dumps(metadata)))
    return path
