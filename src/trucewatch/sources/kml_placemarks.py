"""KML, and KML packed as KMZ → blocks of features: one a placemark, with its ExtendedData as attributes.

Outside input, streamed: no entity is defined, no link followed (a NetworkLink is told of), no style or picture read.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import BinaryIO, Final

from trucewatch.errors import UnreadableInput
from trucewatch.messages import Message
from trucewatch.sources.features import BYTES_AT_ONCE, FEATURES_AT_ONCE, Corner, FeatureBlock
from trucewatch.sources.table import MAX_COLUMNS, MAX_FIELD_CHARS, TOO_LONG
from trucewatch.sources.xml_events import attribute, feed_xml
from trucewatch.sources.zip_members import open_member

_TEXTS: Final = frozenset(("name", "description", "when", "begin", "end", "address"))
_VALUES: Final = frozenset(("value", "SimpleData"))
_INSIDE: Final = _TEXTS | _VALUES | {"coordinates"}
_KEYED: Final = frozenset(("Data", "SimpleData"))
_OF_TRACKS: Final = frozenset(("coord", "Track"))
MAX_PLACEMARK_CHARS: Final = 8 << 20
MOST_FOLDER_CHARS: Final = 1_000
"""Of the names of the folders that a placemark lies in: each of them repeats these."""
_NOT_A_PLACE: Final = Message("a corner is no longitude and latitude; export it again from the map program")
_TRACK: Final = Message("the placemark is a track and no event; save tracks as GPX, for a source with adapter = tracks")


class KmlPlacemarks:
    """The placemarks of one file, in degrees of WGS 84 as KML has them.

    member: the name of the KML inside a KMZ, empty where the file is the KML. Raises UnreadableInput from `blocks`.
    """

    degrees: Final = None
    names: Final = None

    def __init__(self, path: Path, member: str = "") -> None:
        self._path, self._member = path, member

    def blocks(self) -> Iterator[FeatureBlock]:
        if self._member:
            with open_member(self._path, self._member) as file:
                yield from _blocks(file)
        else:
            with closing(self._path.open("rb")) as file:
                yield from _blocks(file)


def _blocks(file: BinaryIO) -> Iterator[FeatureBlock]:
    document = _Document()
    try:
        for _ in feed_xml(file, document):
            if len(document.block) >= FEATURES_AT_ONCE or document.chars >= BYTES_AT_ONCE:
                yield document.next_block()
    except UnreadableInput:
        if len(document.block):
            yield document.next_block()
        raise
    yield document.next_block()
    if document.links:
        raise UnreadableInput(
            Message("the file points to others (NetworkLink), which are not followed; save those as files of their own")
        )


class _Document:
    """What is known of the document so far."""

    def __init__(self) -> None:
        self.block = FeatureBlock()
        self.chars = self.number = self.links = 0
        self._path: list[str] = []
        self._folders: list[str] = []
        self._is_inside = False
        self._texts: list[str] = []
        self._is_text = False

    def next_block(self) -> FeatureBlock:
        block, self.block, self.chars = self.block, FeatureBlock(), 0
        return block

    def begin(self, name: str, attributes: Sequence[str]) -> None:
        if not self._path and name != "kml":
            raise UnreadableInput(
                Message("the file is XML but no KML; export the events as KML, GeoJSON or GeoPackage, or as CSV")
            )
        if name == "Placemark":
            if self._is_inside:
                raise UnreadableInput(
                    Message("a {name} lies within a {name}; export the file again from the map program", name=name)
                )
            self._is_inside = True
            self.number += 1
            folder = " / ".join(filter(None, self._folders))[:MOST_FOLDER_CHARS]
            self._cells: dict[str, str] = {"folder": folder} if folder else {}
            self._corners: list[Corner] = []
            self._key, self._chars = "", 0
            self._fault: Message | None = None
        elif name in ("Folder", "Document"):
            self._folders.append("")
        elif name == "NetworkLink":
            self.links += 1
        if self._is_inside:
            self._is_text = name in _INSIDE
            if name in _KEYED:
                self._key = attribute(attributes, "name")
            elif name in _OF_TRACKS:
                self._fault = _TRACK
        else:
            self._is_text = name == "name"
        self._texts = []
        self._path.append(name)

    def text(self, text: str) -> None:
        if not self._is_text:
            return
        if self._is_inside:
            self._chars += len(text)
            if self._chars > MAX_PLACEMARK_CHARS:
                self._fault = TOO_LONG
                return
        elif len(self._texts) > 50:
            return
        self._texts.append(text)

    def end(self, name: str) -> None:
        self._path.pop()
        if not self._is_inside:
            if name == "name" and self._path and self._path[-1] == "Folder":
                self._folders[-1] = " ".join("".join(self._texts).split())[:200]
            elif name in ("Folder", "Document"):
                self._folders.pop()
        elif name == "Placemark":
            self._is_inside = False
            self.chars += self._chars
            if self._fault is None:
                self.block.add(self.number, self._cells, self._corners)
            else:
                self.block.refuse(self.number, self._fault, ",".join(text[:100] for text in self._cells.values()))
        elif self._is_text:
            self._take("".join(self._texts).strip(), name)
        self._is_text = False

    def _take(self, text: str, name: str) -> None:
        if name == "coordinates":
            try:
                for corner in text.split():
                    lon, lat = corner.split(",")[:2]
                    self._corners.append((float(lon), float(lat)))
            except ValueError:
                self._fault = _NOT_A_PLACE
            return
        key = self._key if name in _VALUES else name
        if not key or (name not in _VALUES and self._path[-1] not in ("Placemark", "TimeStamp", "TimeSpan")):
            return
        if len(text) > MAX_FIELD_CHARS:
            self._fault = TOO_LONG
        elif key in self._cells and self._cells[key] != text:
            self._fault = Message('the placemark gives "{name}" twice; keep one of them', name=key[:80])
        elif len(self._cells) >= MAX_COLUMNS:
            self._fault = Message("the placemark has more than {most} attributes; leave some out", most=MAX_COLUMNS)
        else:
            self._cells[key] = text
