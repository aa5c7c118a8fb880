"""Files of a mine action database (IMSMA: field reports in maXML, or GeoJSON) → rows of hazardous areas and surveys,
and what could not be read, by feature.

The file is read in memory and kept nowhere. Fields about people, and whole reports of accidents and victims, are passed
over unread; the rest meets the rules of what is never kept before anything is made of it.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from trucewatch.errors import InputTooLarge, RowFault, UnreadableInput
from trucewatch.messages import Amount, Message
from trucewatch.sources.imsma_features import (
    Feature,
    ImsmaFault,
    ImsmaNames,
    ImsmaReading,
    corner_of,
    is_of_people,
    plain_name,
    refuse_never_here_of,
    ring_of_text,
    row_from_feature,
)
from trucewatch.sources.xml_events import feed_xml

MOST_BYTES: Final = 16 << 20
MOST_FEATURES: Final = 2_000
MOST_CORNERS: Final = 20_000
"""Of all outlines of a file: whether one crosses itself takes work that grows with the square of its corners."""
_AREAS: Final = frozenset(("hazard", "land", "hazardousarea"))
_ACTIVITIES: Final = frozenset(("hazardreduction", "landrelease", "activity", "survey"))
_CASES: Final = frozenset(("accident", "victim", "victimassistance", "casualty"))
_LON: Final = frozenset(("longitude", "lon", "long", "x"))
_LAT: Final = frozenset(("latitude", "lat", "y"))
_RINGS: Final = frozenset(("polygon", "polygons", "shape", "outline", "boundary"))
_TEXT_RINGS: Final = frozenset(("wkt", "polygonwkt", "geometry", "shapewkt"))


def read_imsma(content: bytes, names: ImsmaNames) -> ImsmaReading:
    """What a file holds, in its order; features that cannot be read are faults and hold nothing else up.

    Raises InputTooLarge, UnreadableInput where the file is damaged, cut off or neither XML nor GeoJSON, NeverHereError
    where a text that would be read holds what is never kept.
    """
    if len(content) > MOST_BYTES:
        raise InputTooLarge(
            Message("the file is larger than {most} bytes; export it in parts", most=Amount(MOST_BYTES))
        )
    reading = ImsmaReading()
    start = content.removeprefix(b"\xef\xbb\xbf").lstrip()[:1]
    features = list(_of_json(content, reading) if start in (b"{", b"[") else _of_xml(content, reading))
    for feature in features:
        refuse_never_here_of(feature)
    if sum(len(ring) for feature in features for ring in feature.rings) > MOST_CORNERS:
        raise InputTooLarge(
            Message("its outlines have more than {most} corners; export it in parts", most=Amount(MOST_CORNERS))
        )
    references: set[tuple[str, str]] = set()
    for feature in features:
        try:
            row = row_from_feature(feature, names)
        except RowFault as exc:
            reading.faults.append(ImsmaFault(feature=feature.number, why=exc.message))
            continue
        reference = (row.table, row.fields["reference"])
        if reference[1] and reference in references:
            why = Message("has the number of another one in this file; give each its own")
            reading.faults.append(ImsmaFault(feature=feature.number, why=why))
            continue
        references.add(reference)
        reading.rows.append(row)
    return reading


def _of_xml(content: bytes, reading: ImsmaReading) -> Iterator[Feature]:
    document = _Document(reading)
    for _ in feed_xml(io.BytesIO(content), document):
        yield from document.take()
    if not document.has_root:
        raise UnreadableInput(Message("the file is no XML of a mine action database; export it as maXML or GeoJSON"))


class _Document:
    """What is known of the document so far. A feature is collected as leaves: the name of an element and its text."""

    def __init__(self, reading: ImsmaReading) -> None:
        self.has_root = False
        self._reading = reading
        self._ready: list[Feature] = []
        self._feature: Feature | None = None
        self._count = 0
        self._depth = 0
        self._until = 0
        """The depth at which what is passed over ends; 0 while nothing is."""
        self._of_feature = 0
        self._ring_depths: list[int] = []
        self._corner: dict[str, str] = {}
        self._texts: list[str] = []

    def take(self) -> list[Feature]:
        ready, self._ready = self._ready, []
        return ready

    def begin(self, name: str, attributes: Sequence[str]) -> None:
        self._depth += 1
        self.has_root = True
        if self._until:
            return
        plain = "".join(char for char in name.casefold() if char.isalnum())
        self._texts = []
        if plain in _CASES:
            self._reading.cases += 1
            self._until = self._depth
        elif is_of_people(name):
            self._reading.people_fields += 1
            self._until = self._depth
        elif self._feature is None:
            if plain in _AREAS or plain in _ACTIVITIES:
                self._begin_feature(plain in _ACTIVITIES)
        elif plain in _RINGS:
            self._ring_depths.append(self._depth)
            self._feature.rings.append([])

    def text(self, text: str) -> None:
        if self._feature is not None and not self._until:
            self._texts.append(text)

    def end(self, name: str) -> None:
        self._depth -= 1
        if self._until:
            if self._depth < self._until:
                self._until = 0
            return
        feature = self._feature
        if feature is None:
            return
        self._leaf(feature, name, "".join(self._texts))
        self._texts = []
        if self._ring_depths and self._depth < self._ring_depths[-1]:
            self._ring_depths.pop()
        if self._depth < self._of_feature:
            self._ready.append(feature)
            self._feature = None

    def _begin_feature(self, is_activity: bool) -> None:
        self._count += 1
        if self._count > MOST_FEATURES:
            raise InputTooLarge(
                Message("the file has more than {most} areas; export it in parts", most=Amount(MOST_FEATURES))
            )
        self._feature = Feature(self._count, is_activity)
        self._of_feature = self._depth
        self._ring_depths, self._corner = [], {}

    def _leaf(self, feature: Feature, name: str, text: str) -> None:
        if not text.strip():
            return
        plain = plain_name(name)
        try:
            if plain in _TEXT_RINGS and text.strip()[:7].upper() == "POLYGON":
                feature.rings.append(ring_of_text(text))
            elif plain in _LON or plain in _LAT:
                self._coordinate(feature, "lon" if plain in _LON else "lat", text.strip())
            else:
                feature.put(plain, text)
        except RowFault as exc:
            feature.fault = feature.fault or exc.message

    def _coordinate(self, feature: Feature, axis: str, text: str) -> None:
        """Corners of an outline are kept; other points, as the way to it, say nothing of the area."""
        if not self._ring_depths:
            return
        self._corner[axis] = text
        if len(self._corner) == 2:
            corner, self._corner = self._corner, {}
            feature.chars += len(text)
            feature.rings[-1].append(corner_of(corner["lon"], corner["lat"]))


def _of_json(content: bytes, reading: ImsmaReading) -> Iterator[Feature]:
    try:
        whole = json.loads(content.decode("utf-8-sig"))
    except (ValueError, RecursionError) as exc:
        raise UnreadableInput(Message("the GeoJSON is cut off or damaged; export the file again")) from exc
    features = whole.get("features") if isinstance(whole, dict) else None
    if not isinstance(features, list):
        raise UnreadableInput(Message("the file is JSON and no GeoJSON; export it as a FeatureCollection"))
    if len(features) > MOST_FEATURES:
        raise InputTooLarge(
            Message("the file has more than {most} areas; export it in parts", most=Amount(MOST_FEATURES))
        )
    for number, each in enumerate(features, start=1):
        feature = Feature(number)
        if isinstance(each, dict):
            _of_properties(feature, each.get("properties"), reading)
            try:
                _of_geometry(feature, each.get("geometry"))
            except RowFault as exc:
                feature.fault = feature.fault or exc.message
        else:
            feature.fault = Message("is no GeoJSON feature; export it again from the map program")
        yield feature


def _of_properties(feature: Feature, properties: Any, reading: ImsmaReading) -> None:
    if not isinstance(properties, Mapping):
        return
    for name, value in properties.items():
        if is_of_people(name):
            reading.people_fields += 1
        elif isinstance(value, str | int | float) and not isinstance(value, bool):
            feature.put(plain_name(name), str(value))


def _of_geometry(feature: Feature, geometry: Any) -> None:
    """The outer ring of a polygon, or of a collection of one; a point says nothing of an area."""
    if not isinstance(geometry, Mapping) or geometry.get("type") == "Point":
        return
    rings = geometry.get("coordinates")
    if geometry.get("type") == "MultiPolygon" and isinstance(rings, list):
        if len(rings) != 1:
            raise RowFault(Message("has {count} outlines; enter each of them by itself", count=Amount(len(rings))))
        rings = rings[0]
    elif geometry.get("type") != "Polygon":
        raise RowFault(Message("has an outline that is no plain polygon; export it as one polygon without holes"))
    if not isinstance(rings, list) or len(rings) != 1 or not isinstance(rings[0], list):
        raise RowFault(Message("has an outline that is no plain polygon; export it as one polygon without holes"))
    feature.rings.append(
        [
            corner_of(*corner[:2]) if isinstance(corner, list) and len(corner) >= 2 else corner_of()
            for corner in rings[0]
        ]
    )
