"""Files of shapes (GeoJSON, GeoPackage, KML, KMZ, Shapefile in a ZIP) → the same chunks as text tables.

Each feature is a row: the columns of PLACE_COLUMNS say where it lies, in degrees of WGS 84, and the others are its
attributes as text. Its row number is its number in the file (the fid of a GeoPackage, the line of a file of lines).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain
from pathlib import Path
from typing import Any, Final, Protocol

import numpy as np

from trucewatch.errors import UnreadableInput
from trucewatch.geo.arrays import Floats
from trucewatch.geo.frame import wgs84
from trucewatch.messages import Amount, Message
from trucewatch.sources.features import Corner, Corners, FeatureBlock, excerpt
from trucewatch.sources.stream import Kind
from trucewatch.sources.table import MAX_COLUMNS, BadRow, Chunk, build_chunk, fold

PLACE_COLUMNS: Final = ("lon", "lat", "semi_major_m", "semi_minor_m")
"""A point has no ellipse of its own. A line or an area has the middle of its extent, and the circle whose two standard
deviations reach its farthest corner: where in it the event was, the file does not say."""
FURTHER: Final = "further attributes"
"""Attributes that none of the first features has, as JSON: the columns have to be known before the rows are read."""
FEATURES_FOR_HEADER: Final = 10_000
BYTES_FOR_HEADER: Final = 16 << 20
MAX_REACH_M: Final = 200_000.0
"""A shape that reaches farther says of no event where it was."""


class _Features(Protocol):
    """A reader of one format. `degrees`: what turns (x, y) into longitude and latitude; None where they are such.
    `names`: the attributes, where the file says them before its features."""

    @property
    def names(self) -> Sequence[str] | None: ...

    @property
    def degrees(self) -> Any: ...

    def blocks(self) -> Iterator[FeatureBlock]: ...


class GeoTable:
    """The features of a file as a table. Raises UnreadableInput at once where it holds none that can be read, and from
    `chunks` where it breaks later."""

    place_columns: Final = PLACE_COLUMNS

    def __init__(self, path: Path, kind: Kind) -> None:
        self._features = _open(path, kind)
        self._blocks = self._features.blocks()
        self._ahead: list[FeatureBlock] = []
        self._failure: UnreadableInput | None = None
        self._has_further = False
        stated = self._features.names
        attributes = list(stated) if stated is not None else self._look_ahead()
        names = {fold(name) for name in PLACE_COLUMNS}
        self._columns = {name: _free(name, names) for name in attributes}
        self.header = (*PLACE_COLUMNS, *self._columns.values(), *((FURTHER,) if self._has_further else ()))
        if len(self.header) > MAX_COLUMNS:
            raise UnreadableInput(
                Message(
                    "the header has {columns} columns; at most {most} can be read",
                    columns=Amount(len(self.header)),
                    most=Amount(MAX_COLUMNS),
                )
            )

    def _look_ahead(self) -> list[str]:
        """The attributes of the first features, in the order in which they come."""
        names: dict[str, None] = {}
        count = 0
        self._has_further = True
        while count < FEATURES_FOR_HEADER and len(names) <= MAX_COLUMNS:
            try:
                block = next(self._blocks)
            except StopIteration:
                self._has_further = False
                break
            except UnreadableInput as exc:
                if not count:
                    raise
                self._failure, self._has_further = exc, False
                break
            self._ahead.append(block)
            count += len(block)
            for cells in block.cells:
                names.update(dict.fromkeys(cells))
            if sum(len(text) for cells in block.cells for text in cells.values()) > BYTES_FOR_HEADER:
                break
        if not count:
            raise self._failure or UnreadableInput(
                Message("the file holds no feature; export the layer that holds the events")
            )
        return [name for name in names if fold(name)]

    def chunks(self, keys: Sequence[str]) -> Iterator[Chunk]:
        ahead, self._ahead = self._ahead, []
        for block in chain(ahead, self._blocks if self._failure is None else ()):
            yield self._chunk(block, keys)
        if self._failure is not None:
            raise self._failure

    def _chunk(self, block: FeatureBlock, keys: Sequence[str]) -> Chunk:
        numbers: list[int] = []
        rows: list[list[str]] = []
        bad: list[BadRow] = list(block.bad)
        places = _places(block, self._features.degrees)
        names = list(self._columns)
        for number, cells, place in zip(block.numbers, block.cells, places, strict=True):
            if isinstance(place, Message):
                bad.append(BadRow(number, place, excerpt(cells)))
                continue
            row = [*place, *[cells.get(name, "") for name in names]]
            if self._has_further:
                row.append(_further(cells, self._columns))
            numbers.append(number)
            rows.append(row)
        bad.sort(key=lambda refusal: refusal.line)
        return build_chunk(keys, numbers, rows, bad)


def _open(path: Path, kind: Kind) -> _Features:
    if kind == "geojson":
        from trucewatch.sources.geojson_features import GeoJsonFeatures

        return GeoJsonFeatures(path)
    if kind == "geopackage":
        from trucewatch.sources.geopackage import GeoPackageFeatures

        return GeoPackageFeatures(path)
    from trucewatch.sources.kml_placemarks import KmlPlacemarks

    if kind == "kml":
        return KmlPlacemarks(path)
    from trucewatch.sources.shapefile import ShapefileFeatures, shapefiles_in
    from trucewatch.sources.zip_members import members_of

    names = members_of(path)
    if shapefiles_in(names):
        return ShapefileFeatures(path)
    return KmlPlacemarks(path, next(name for name in names if name.lower().endswith(".kml")))


def _free(name: str, names: set[str]) -> str:
    """A name for an attribute that no column of place has."""
    while fold(name) in names:
        name = f"{name} (attribute)"
    return name


def _further(cells: dict[str, str], columns: dict[str, str]) -> str:
    if cells.keys() <= columns.keys():
        return ""
    import json

    return json.dumps({name: text for name, text in cells.items() if name not in columns}, ensure_ascii=False)


def _places(block: FeatureBlock, degrees: Any) -> list[tuple[str, str, str, str] | Message]:
    """The cells of PLACE_COLUMNS of each feature, or why it has no place."""
    sizes = [len(corners) for corners in block.corners]
    if not any(sizes):
        return [("", "", "", "")] * len(sizes)
    flat = _flat(block.corners)
    lon, lat = flat.T
    if degrees is not None:
        lon, lat = (np.round(axis, 7) for axis in degrees(lon, lat))
    outside = ~((np.abs(lon) <= 180.0) & (np.abs(lat) <= 90.0))
    lon, lat = np.where(outside, 0.0, lon), np.where(outside, 0.0, lat)
    filled = np.array([size > 0 for size in sizes])
    begins = np.concatenate(([0], np.cumsum([size for size in sizes if size])[:-1])).astype(np.int64)
    middle_lon, middle_lat, reach_m = _extents(lon, lat, begins)
    at_fault = np.logical_or.reduceat(outside, begins)
    places: list[tuple[str, str, str, str] | Message] = []
    entries = zip(middle_lon.tolist(), middle_lat.tolist(), reach_m.tolist(), at_fault.tolist(), begins, strict=True)
    for has_place in filled.tolist():
        if not has_place:
            places.append(("", "", "", ""))
            continue
        middle_x, middle_y, reach, is_outside, begin = next(entries)
        if is_outside:
            places.append(_no_degrees(*flat[begin].tolist(), is_transformed=degrees is not None))
        elif reach > MAX_REACH_M:
            places.append(
                Message(
                    "the shape reaches {km} km from its middle, which says of no event where it was; draw where it "
                    "happened",
                    km=Amount(round(reach / 1000)),
                )
            )
        else:
            sd = f"{reach / 2:.1f}" if reach > 0.02 else ""
            places.append((repr(middle_x), repr(middle_y), sd, sd))
    return places


def _flat(shapes: Sequence[Corners]) -> Floats:
    """The corners of all shapes one after the other, (corners, 2): columns stay columns."""
    if not any(isinstance(corners, np.ndarray) for corners in shapes):
        return _pairs([corner for corners in shapes for corner in corners])
    return np.concatenate(
        [corners if isinstance(corners, np.ndarray) else _pairs(corners) for corners in shapes if len(corners)]
    )


def _pairs(corners: Sequence[Corner]) -> Floats:
    flat = [(corner[0], corner[1]) for corner in corners]
    try:
        return np.array(flat, dtype=np.float64)
    except OverflowError:  # a whole number of hundreds of digits
        return np.array([(float(str(east)), float(str(north))) for east, north in flat])


def _no_degrees(x: float, y: float, *, is_transformed: bool) -> Message:
    if is_transformed:
        return Message(
            "the coordinates {x}, {y} lie outside the reference system that the file states; correct one of them",
            x=f"{x:g}",
            y=f"{y:g}",
        )
    return Message(
        "the coordinates {x}, {y} are no longitude and latitude in degrees; save the file in WGS 84 (EPSG:4326)",
        x=f"{x:g}",
        y=f"{y:g}",
    )


def _extents(lon: Floats, lat: Floats, begins: Any) -> tuple[Floats, Floats, Floats]:
    """The middle of each shape's extent and how far its farthest corner is from there, metres on the ellipsoid."""
    middle_lon = (np.minimum.reduceat(lon, begins) + np.maximum.reduceat(lon, begins)) / 2
    middle_lat = (np.minimum.reduceat(lat, begins) + np.maximum.reduceat(lat, begins)) / 2
    if len(begins) == len(lon):
        return lon, lat, np.zeros(len(lon))
    sizes = np.diff(np.append(begins, len(lon)))
    many = sizes > 1
    middle_lon, middle_lat = (
        np.where(many, np.round(middle_lon, 7), lon[begins]),
        np.where(many, np.round(middle_lat, 7), lat[begins]),
    )
    _, _, metres = wgs84().inv(np.repeat(middle_lon, sizes), np.repeat(middle_lat, sizes), lon, lat)
    return middle_lon, middle_lat, np.maximum.reduceat(np.asarray(metres, dtype=np.float64), begins)
