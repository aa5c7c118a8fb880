"""GeoJSON, whole or one feature a line → blocks of features, streamed: no more than one feature is held at a time.

Outside input: a feature has an end after MAX_FEATURE_CHARS, nothing nests without end, and a file that breaks off says
where. In a collection a feature is known by its number, in a file of lines by its line.
"""

from __future__ import annotations

import codecs
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from trucewatch.errors import RowFault, UnreadableInput
from trucewatch.messages import Message
from trucewatch.sources.features import (
    BYTES_AT_ONCE,
    DAMAGED_SHAPE,
    FEATURES_AT_ONCE,
    NO_CORNERS,
    Corner,
    FeatureBlock,
    corners_in,
    text_of_value,
)
from trucewatch.sources.reference_systems import degrees_from_name
from trucewatch.sources.stream import line_blocks, utf8_pieces
from trucewatch.sources.table import MAX_COLUMNS

MAX_FEATURE_CHARS: Final = 8 << 20
_BLANK: Final = " \t\r\n\x1e"
"""RFC 8142 writes a record separator before each feature of a sequence."""
_SHAPES: Final = frozenset(("Point", "MultiPoint", "LineString", "MultiLineString", "Polygon", "MultiPolygon"))
_NO_GEOJSON: Final = Message("the file is JSON and no GeoJSON; export the events as GeoJSON, or as CSV")
_NOT_UTF8: Final = Message("the file is not UTF-8; find out its encoding and convert it to UTF-8")
_NO_FEATURE: Final = Message("is no GeoJSON feature; export it again from the map program")


class _Text:
    """The text of a file, of which no more is held than a value takes."""

    def __init__(self, path: Path) -> None:
        self._pieces = utf8_pieces(path)
        self._letters = codecs.getincrementaldecoder("utf-8")()
        self._decoder = json.JSONDecoder()
        self.text, self.at, self.before = "", 0, 0

    @property
    def passed(self) -> int:
        """Characters of the file that were gone past."""
        return self.before + self.at

    def more(self) -> bool:
        """Take the next piece of the file; False at its end. Raises UnreadableInput where it is not UTF-8."""
        piece = next(self._pieces, b"")
        try:
            text = self._letters.decode(piece, final=not piece)
        except UnicodeDecodeError as exc:
            raise UnreadableInput(_NOT_UTF8) from exc
        self.before += self.at
        self.text, self.at = self.text[self.at :] + text, 0
        return bool(piece)

    def peek(self) -> str:
        """The next character that is no blank; empty at the end."""
        while True:
            while self.at < len(self.text):
                char = self.text[self.at]
                if char not in _BLANK:
                    return char
                self.at += 1
            if not self.more():
                return ""

    def value(self) -> Any:
        """The next JSON value. Raises ValueError where there is none."""
        self.peek()
        while True:
            try:
                value, end = self._decoder.raw_decode(self.text, self.at)
            except RecursionError as exc:
                raise ValueError("nested too deeply") from exc
            except ValueError:
                if len(self.text) - self.at > MAX_FEATURE_CHARS or not self.more():
                    raise
                continue
            if end == len(self.text) and isinstance(value, int | float) and self.more():
                continue  # a number may go on
            self.at = end
            return value

    def take(self, char: str) -> None:
        """Go past a character. Raises ValueError where another stands there."""
        if self.peek() != char:
            raise ValueError(f"{char} is missing")
        self.at += 1


class GeoJsonFeatures:
    """The features of one file. `degrees`: what turns their coordinates into WGS 84, None if they are such.

    Raises UnreadableInput at once where the file is no GeoJSON, and from `blocks` where it breaks later.
    """

    names: Final = None

    def __init__(self, path: Path) -> None:
        self._path = path
        self._text = _Text(path)
        self._members: dict[str, Any] = {}
        self._is_collection = False
        try:
            self._read_members()
        except ValueError as exc:
            raise UnreadableInput(
                Message("the JSON is cut off or damaged before its first feature; export the file again")
            ) from exc
        self.degrees = None if self._is_collection and "crs" not in self._members else self._system()
        if not self._is_collection and self._members.get("type") not in ("Feature", *_SHAPES, "GeometryCollection"):
            raise UnreadableInput(_NO_GEOJSON)

    def _read_members(self) -> None:
        """The members of the first object, up to its features."""
        text = self._text
        text.take("{")
        while text.peek() == '"' and len(self._members) < MAX_COLUMNS:
            name = text.value()
            text.take(":")
            if name == "features" and text.peek() == "[":
                text.at += 1
                self._is_collection = True
                return
            self._members[name] = text.value()
            if text.peek() == ",":
                text.at += 1
        text.take("}")

    def _system(self) -> Any:
        if "crs" not in self._members:
            return None
        stated = self._members["crs"]
        named = stated.get("properties") if isinstance(stated, dict) else None
        name = named.get("name") if isinstance(named, dict) else None
        return degrees_from_name(name if isinstance(name, str) else json.dumps(stated)[:60])

    def blocks(self) -> Iterator[FeatureBlock]:
        if self._is_collection:
            yield from self._collection()
        elif self._text.peek():
            yield from self._lines()
        else:
            block = FeatureBlock()
            _add(block, 1, self._members)
            yield block

    def _collection(self) -> Iterator[FeatureBlock]:
        text, number, block, chars = self._text, 0, FeatureBlock(), 0
        try:
            while text.peek() != "]":
                begin = text.passed
                number += 1
                feature = text.value()
                _add(block, number, feature)
                chars += text.passed - begin
                if text.peek() == ",":
                    text.at += 1
                elif text.peek() != "]":
                    raise ValueError("no comma")
                if len(block) >= FEATURES_AT_ONCE or chars >= BYTES_AT_ONCE:
                    yield block
                    block, chars = FeatureBlock(), 0
            yield block
            block = FeatureBlock()
            self._read_rest()
        except (ValueError, UnreadableInput) as exc:
            if len(block):
                yield block
            if isinstance(exc, UnreadableInput):
                raise
            raise UnreadableInput(
                Message(
                    "the JSON is cut off or damaged at or after feature {number}, and nothing from there on was read; "
                    "export the file again",
                    number=number,
                )
            ) from exc

    def _read_rest(self) -> None:
        text = self._text
        text.take("]")
        while text.peek() == ",":
            text.at += 1
            name = text.value()
            text.take(":")
            self._members[name] = text.value()
        text.take("}")
        if text.peek():
            raise UnreadableInput(
                Message("the file goes on after its collection of features; save each collection as a file of its own")
            )
        if self.degrees is None and self._system() is not None:
            raise UnreadableInput(
                Message(
                    "the file states its reference system only after its features, which were read as degrees; save it "
                    "in WGS 84 (EPSG:4326)"
                )
            )

    def _lines(self) -> Iterator[FeatureBlock]:
        """One feature a line; a bad line costs itself."""
        decoder, block, chars = json.JSONDecoder(), FeatureBlock(), 0
        for lines in line_blocks(self._path):
            whole_lines = [lines.data] if lines.overlong else lines.data.split(b"\n")
            for number, line in enumerate(whole_lines, lines.first_line):
                raw = line.strip(b" \t\r\n\x1e")
                if not raw:
                    continue
                chars += len(raw)
                try:
                    if lines.overlong:
                        raise ValueError("too long")
                    _add(block, number, decoder.decode(raw.decode()), raw.decode())
                except UnicodeDecodeError:
                    block.refuse(number, _NOT_UTF8, raw[:300].decode(errors="replace"))
                except (ValueError, RecursionError):
                    block.refuse(
                        number,
                        Message("the line holds no whole JSON object of at most 8 MB; write one feature a line"),
                        raw[:300].decode(errors="replace"),
                    )
                if len(block) >= FEATURES_AT_ONCE or chars >= BYTES_AT_ONCE:
                    yield block
                    block, chars = FeatureBlock(), 0
        yield block


def _add(block: FeatureBlock, number: int, feature: Any, raw: str = "") -> None:
    if not isinstance(feature, dict):
        block.refuse(number, _NO_FEATURE, raw or text_of_value(feature))
        return
    kind = feature.get("type")
    geometry = feature.get("geometry") if kind == "Feature" else feature
    properties = feature.get("properties") if kind == "Feature" else None
    if kind not in ("Feature", *_SHAPES, "GeometryCollection") or not isinstance(properties or {}, dict):
        block.refuse(number, _NO_FEATURE, raw or text_of_value(feature)[:300])
        return
    try:
        cells = {text_of_value(name): text_of_value(value) for name, value in (properties or {}).items()}
        if "id" in feature and "id" not in cells and kind == "Feature":
            cells["id"] = text_of_value(feature["id"])
    except RecursionError:
        block.refuse(number, _NO_FEATURE, raw)
        return
    try:
        corners = _corners_of(geometry)
    except RowFault as fault:
        block.refuse(number, fault.message, raw or ",".join(cells.values()))
        return
    block.add(number, cells, corners)


def _corners_of(geometry: Any, depth: int = 0) -> tuple[Corner, ...] | list[Corner]:
    if geometry is None:
        return NO_CORNERS
    if isinstance(geometry, dict):
        if geometry.get("type") in _SHAPES:
            return corners_in(geometry.get("coordinates"))
        parts = geometry.get("geometries")
        if geometry.get("type") == "GeometryCollection" and isinstance(parts, list) and depth < 4:
            return [corner for part in parts for corner in _corners_of(part, depth + 1)]
    raise RowFault(DAMAGED_SHAPE)
