"""Shapefiles in a ZIP archive → blocks of features, streamed from the archive: .shp and .dbf side by side, .prj and
.cpg for what the numbers and letters mean.

The two formats are simple and old, so they are read here: records of a stated length (ESRI Shapefile Technical
Description, 1998; dBASE III+). The index (.shx) is not needed where all is read in order.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Final

import numpy as np

from trucewatch.errors import RowFault, UnreadableInput
from trucewatch.messages import Message
from trucewatch.sources.features import (
    BYTES_AT_ONCE,
    DAMAGED_SHAPE,
    FEATURES_AT_ONCE,
    NO_CORNERS,
    Corners,
    FeatureBlock,
)
from trucewatch.sources.reference_systems import MOST_WKT_CHARS, degrees_from_wkt
from trucewatch.sources.zip_members import members_of, open_member

_MOST_RECORD_BYTES: Final = 8 << 20
_POINTS: Final = (1, 11, 21)
_MULTIPOINTS: Final = (8, 18, 28)
_PARTS: Final = (3, 5, 13, 15, 23, 25, 31)
_ENCODING: Final = re.compile(
    r"(?i)(utf-?8|koi8-[ru]|us-ascii)|(?:windows-|cp|ansi )?(125[0-8]|866|85[0257])|iso[-_ ]?8859[-_ ]?([1-9]|1[013-6])"
)
_CODE_PAGES: Final = {0x01: "cp437", 0x02: "cp850", 0x03: "cp1252", 0x26: "cp866", 0x57: "cp1252", 0x65: "cp866"} | {
    0xC8: "cp1250",
    0xC9: "cp1251",
    0xCA: "cp1254",
    0xCB: "cp1253",
}
"""The languages that dBASE numbers in byte 29 of its header; 0 says nothing."""


@dataclass(frozen=True, slots=True)
class _Field:
    name: str
    kind: str
    """C text, N and F numbers, D a day as YYYYMMDD, L true or false."""


def shapefiles_in(names: Sequence[str]) -> list[str]:
    """The .shp members of an archive."""
    return [name for name in names if name.lower().endswith(".shp")]


class ShapefileFeatures:
    """The features of the one shapefile in an archive. Raises UnreadableInput, at once or from `blocks`."""

    def __init__(self, path: Path) -> None:
        self._path = path
        members = members_of(path)
        shapes = shapefiles_in(members)
        if len(shapes) > 1:
            raise UnreadableInput(
                Message(
                    'the archive holds several shapefiles ("{first}", "{second}"); pack each by itself',
                    first=shapes[0][:80],
                    second=shapes[1][:80],
                )
            )
        self._shp = shapes[0]
        beside = {name.lower(): name for name in members if name[:-4] == self._shp[:-4]}
        stem = self._shp[:-4].lower()
        for suffix, remedy in (
            (".dbf", Message("it holds the attributes")),
            (".prj", Message("it says the reference system")),
        ):
            if stem + suffix not in beside:
                raise UnreadableInput(
                    Message(
                        "the shapefile has no {suffix} beside it in the archive; pack it with the others, {remedy}",
                        suffix=suffix,
                        remedy=remedy,
                    )
                )
        self._dbf = beside[stem + ".dbf"]
        self.degrees = degrees_from_wkt(self._small(beside[stem + ".prj"]).strip())
        stated = self._small(beside[stem + ".cpg"]).strip() if stem + ".cpg" in beside else ""
        with open_member(path, self._dbf) as file:
            self._fields, self._dtype, language, self._first = _dbf_header(file)
        self.names = [field.name for field in self._fields]
        self._encoding = _encoding_of(stated, language)

    def _small(self, name: str) -> str:
        with open_member(self._path, name) as file:
            return file.read(MOST_WKT_CHARS + 1).decode("utf-8-sig", "replace")

    def blocks(self) -> Iterator[FeatureBlock]:
        number = 0
        with ExitStack() as stack:
            shp = stack.enter_context(open_member(self._path, self._shp))
            dbf = stack.enter_context(open_member(self._path, self._dbf))
            _exactly(dbf, self._first)
            shapes = _shapes(shp)
            for content in _records(dbf, self._dtype.itemsize):
                block, size = FeatureBlock(), 0
                rows = np.frombuffer(content, self._dtype)
                columns = [rows[f"f{place}"].tolist() for place in range(len(self._fields))]
                for is_deleted, *values in zip((rows["flag"] == b"*").tolist(), *columns, strict=True):
                    number += 1
                    shape = next(shapes, None)
                    if shape is None:
                        yield block
                        raise UnreadableInput(
                            Message(
                                "the shapefile has fewer shapes than rows of attributes, {count} of them; export it "
                                "again",
                                count=number - 1,
                            )
                        )
                    if not is_deleted:
                        self._add(block, number, shape, values)
                        size += len(shape)
                    if size >= BYTES_AT_ONCE:
                        yield block
                        block, size = FeatureBlock(), 0
                yield block
            if next(shapes, None) is not None:
                raise UnreadableInput(
                    Message(
                        "the shapefile has more shapes than rows of attributes, {count} of them; export it again",
                        count=number,
                    )
                )

    def _add(self, block: FeatureBlock, number: int, shape: bytes, values: Sequence[bytes]) -> None:
        try:
            cells = {
                field.name: _text(value, field.kind, self._encoding)
                for field, value in zip(self._fields, values, strict=True)
            }
        except UnicodeDecodeError:
            block.refuse(
                number,
                Message("a text is not {encoding}; add the .cpg file that names its encoding", encoding=self._encoding),
                b",".join(values).decode("ascii", "replace"),
            )
            return
        try:
            block.add(number, cells, _corners(shape))
        except RowFault as fault:
            block.refuse(number, fault.message, ",".join(cells.values()))


def _dbf_header(file: BinaryIO) -> tuple[list[_Field], Any, int, int]:
    """Fields, the layout of a record, the number of its language, and where the first record begins."""
    damaged = UnreadableInput(Message("the .dbf of the shapefile is damaged; export it again"))
    head = file.read(32)
    if len(head) < 32:
        raise damaged
    first, length = struct.unpack_from("<HH", head, 8)
    fields, sizes, place = [], [("flag", "S1")], 1
    body = file.read(max(first - 32, 0))
    for at in range(0, len(body) - 31, 32):
        if body[at] == 0x0D:
            break
        raw, kind, size = body[at : at + 11].split(b"\0")[0], chr(body[at + 11]), body[at + 16]
        if kind == "C":
            size += body[at + 17] << 8
        fields.append(_Field(raw.decode("utf-8", "replace"), kind))
        sizes.append((f"f{len(fields) - 1}", f"S{size}"))
        place += size
    if not fields or place != length or any(size == "S0" for _, size in sizes):
        raise damaged
    return fields, np.dtype(sizes), head[29], first


def _encoding_of(stated: str, language: int) -> str:
    """The encoding of the attributes, as its .cpg or the .dbf states it; ASCII where nothing does."""
    if not stated:
        return _CODE_PAGES.get(language, "ascii")
    match = _ENCODING.fullmatch(stated)
    if match is None:
        raise UnreadableInput(
            Message(
                'the .cpg names the encoding "{name}", which is not known here; export the shapefile in UTF-8',
                name="".join(char for char in stated[:30] if char.isprintable()),
            )
        )
    if match[2]:
        return f"cp{match[2]}"
    return f"iso8859-{match[3]}" if match[3] else match[1].lower()


def _records(file: BinaryIO, size: int) -> Iterator[bytes]:
    """The records of a .dbf, many at a time; its end mark and what is no whole record are left out."""
    most = max(min(FEATURES_AT_ONCE, _MOST_RECORD_BYTES // size), 1) * size
    while True:
        content = _up_to(file, most)
        whole = content[: len(content) // size * size]
        if whole:
            yield whole
        if len(content) < most:
            return


def _shapes(file: BinaryIO) -> Iterator[bytes]:
    """The content of each record of a .shp; the last may be short where the file breaks off."""
    head = _exactly(file, 100)
    if not head.startswith(b"\x00\x00\x27\x0a"):
        raise UnreadableInput(Message("the .shp of the shapefile is damaged; export it again"))
    while len(head := _up_to(file, 8)) == 8:
        size = 2 * struct.unpack(">i", head[4:])[0]
        if not 0 <= size <= _MOST_RECORD_BYTES:
            raise UnreadableInput(Message("the .shp of the shapefile is damaged; export it again"))
        yield _up_to(file, size)


def _up_to(file: BinaryIO, size: int) -> bytes:
    pieces = []
    while size and (piece := file.read(size)):
        pieces.append(piece)
        size -= len(piece)
    return b"".join(pieces)


def _exactly(file: BinaryIO, size: int) -> bytes:
    content = _up_to(file, size)
    if len(content) < size:
        raise UnreadableInput(Message("a part of the shapefile is cut off; export or fetch it again"))
    return content


def _text(value: bytes, kind: str, encoding: str) -> str:
    text = value.decode(encoding).strip(" \0")
    if kind == "D":
        text = text.strip("0") and text
        return f"{text[:4]}-{text[4:6]}-{text[6:]}" if len(text) == 8 and text.isdigit() else text
    if kind == "L":
        return "true" if text in ("T", "t", "Y", "y") else "false" if text in ("F", "f", "N", "n") else ""
    return text


def _corners(shape: bytes) -> Corners:
    """The corners of a shape of any sort. Raises RowFault."""
    if len(shape) < 4:
        raise RowFault(DAMAGED_SHAPE)
    kind = struct.unpack_from("<i", shape)[0]
    if kind == 0:
        return NO_CORNERS
    if kind in _POINTS and len(shape) >= 20:
        return [struct.unpack_from("<2d", shape, 4)]
    parts = 0
    if kind in _PARTS and len(shape) >= 44:
        parts, count = struct.unpack_from("<2i", shape, 36)
        begin = 44 + 4 * parts * (2 if kind == 31 else 1)
    elif kind in _MULTIPOINTS and len(shape) >= 40:
        (count,) = struct.unpack_from("<i", shape, 36)
        begin = 40
    else:
        raise RowFault(DAMAGED_SHAPE)
    if parts < 0 or count < 0 or begin + 16 * count > len(shape):
        raise RowFault(DAMAGED_SHAPE)
    return np.frombuffer(shape, "<f8", 2 * count, begin).reshape(-1, 2)
