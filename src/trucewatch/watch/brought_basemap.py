"""The basemap that a watch brings (`basemap = "FILE.pmtiles"`) → what the map needs to know of it, or why it is not
drawn.

Only the head of the file is read: 127 bytes, the root directory and the metadata, each within bounds. The tiles are
the browser's business. Layout: PMTiles, version 3 (github.com/protomaps/PMTiles, spec/v3/spec.md). The layers are those
of the Protomaps basemap, version 4 (docs.protomaps.com/basemaps/layers).
"""

from __future__ import annotations

import json
import os
import re
import stat
import struct
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import FileIO
from pathlib import Path
from typing import Any, Final

from trucewatch.errors import system_words
from trucewatch.messages import Amount, Message
from trucewatch.model.faults import Fault
from trucewatch.model.file_names import name_on_record

LAYERS: Final = ("earth", "water", "roads", "places")
"""What the map draws. Boundaries, points of interest and all names in the tiles it leaves alone: decision 31."""
KIND: Final = "kind"
"""The field by which it draws; version 3 of the schema called it otherwise."""
HEAD: Final = struct.Struct("<7sB 8Q 3Q 4B BB 4i B2i")
"""Magic, version; offset and length of root, metadata, leaves, tiles; three counts; clustered, both packings, type of
tile; least and greatest zoom; west, south, east, north; centre."""
MOST_METADATA: Final = 4 * 2**20
MOST_UNPACKED: Final = 16 * 2**20
"""Bounds on what is unpacked of a file that somebody brought: a real extract's metadata are some kilobytes."""
ROOT_WITHIN: Final = 16_384
"""Head and root directory together, by the format."""
MOST_ZOOM: Final = 24
_NAME: Final = re.compile(r"[^\\/:\x00-\x1f.][^\\/:\x00-\x1f]{0,199}\.pmtiles")
_PLAIN, _GZIP = 1, 2
_VECTOR: Final = 1
_EXTRACT: Final = Message("bring an extract of the Protomaps basemap, version 4, as docs/watch-folder.md says")
_COPY: Final = Message("copy it again, or make the extract again")
_HEAD_IS_WRONG: Final = Message("its head does not agree with itself")


@dataclass(frozen=True, slots=True, kw_only=True)
class BroughtBasemap:
    """A basemap that can be drawn."""

    size: int
    """Bytes of the file."""
    mark: str
    """Changes whenever the file does: its size and the time of its last change."""
    min_zoom: int
    max_zoom: int
    bounds: tuple[float, float, float, float]
    """lon_min, lat_min, lon_max, lat_max of what it shows."""


def is_basemap_name(name: str) -> bool:
    """Whether a setting names a file beside `watch.toml`: no folder, no address, no hidden file, `.pmtiles` at its
    end."""
    return _NAME.fullmatch(name) is not None


@contextmanager
def opened(folder: Path, name: str) -> Iterator[tuple[FileIO, os.stat_result]]:
    """The file, open, and its state. Raises OSError if it is not there, is a link, or is no file."""
    if not is_basemap_name(name):
        raise FileNotFoundError(name)
    # A pipe would wait for its writer; a link would lead out of the watch.
    descriptor = os.open(folder / name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    with os.fdopen(descriptor, "rb", buffering=0) as file:
        state = os.fstat(descriptor)
        if not stat.S_ISREG(state.st_mode):
            raise FileNotFoundError(name)
        yield file, state


def mark_of(state: os.stat_result) -> str:
    """What changes whenever the file does."""
    return f"{state.st_size:x}-{state.st_mtime_ns:x}"


def look_at(folder: Path, name: str, area: tuple[float, float, float, float]) -> BroughtBasemap | Fault:
    """What the file of this name in a watch's folder shows, or the one reason why the map goes on without it.

    area: the watch's; a basemap that does not meet it is of no use. The fault is a warning: the watch opens all the
    same, on the small ground of its own.
    """
    shown = name_on_record(name)

    def fault(what: Message, remedy: Message) -> Fault:
        return Fault(shown, 0, "", what, remedy, "warning")

    if (folder / name).is_symlink():
        return fault(Message("is a link"), Message("copy the file itself into the watch"))
    if (folder / name).is_dir():
        return fault(Message("is a folder"), Message("name the file itself, beside watch.toml"))
    try:
        with opened(folder, name) as (file, state):
            return _look(file, state, area)
    except FileNotFoundError:
        return fault(Message("is not there"), Message("put the file beside watch.toml, or take basemap out of it"))
    except _NotDrawnError as reason:
        return fault(reason.what, reason.remedy)
    except OSError as exc:
        return fault(Message("cannot be read: {error}", error=system_words(exc)), _COPY)


class _NotDrawnError(Exception):
    """Why a file is not drawn, and what mends it."""

    def __init__(self, what: Message, remedy: Message) -> None:
        super().__init__(str(what))
        self.what, self.remedy = what, remedy


def _look(file: FileIO, state: os.stat_result, area: tuple[float, float, float, float]) -> BroughtBasemap:
    """Raises _NotDrawnError with the first reason, from the outside in: format, whole, kind of tiles, schema, place."""
    head = _read(file, 0, HEAD.size)
    if head[:7] != b"PMTiles":
        # Version 2 began with two letters of it and its number.
        if head[:2] == b"PM" and head[2:4] in (b"\x01\x00", b"\x02\x00"):
            raise _old_version(head[2])
        raise _NotDrawnError(Message("is no PMTiles archive"), _EXTRACT)
    if len(head) > 7 and head[7] != 3:
        raise _old_version(head[7])
    if len(head) < HEAD.size:
        raise _NotDrawnError(_cut_off(len(head), HEAD.size), _COPY)
    fields = HEAD.unpack(head)
    sections = [(fields[place], fields[place + 1]) for place in (2, 4, 6, 8)]
    inside_packing, tile_packing, tile_kind, min_zoom, max_zoom = fields[14:19]
    west, south, east, north = (degrees / 1e7 for degrees in fields[19:23])
    whole = max(offset + length for offset, length in sections)
    if whole > state.st_size:
        raise _NotDrawnError(_cut_off(state.st_size, whole), _COPY)
    if tile_kind != _VECTOR:
        raise _NotDrawnError(Message("holds pictures, not vector tiles"), _EXTRACT)
    if inside_packing not in (_PLAIN, _GZIP) or tile_packing not in (_PLAIN, _GZIP):
        what = Message("is packed in a way that browsers do not read")
        raise _NotDrawnError(what, Message("pack it with gzip, as pmtiles extract does"))
    (root, root_length), (metadata, metadata_length) = sections[:2]
    if (
        not (-180 <= west < east <= 180 and -90 <= south < north <= 90 and min_zoom <= max_zoom <= MOST_ZOOM)
        or not root_length
        or root + root_length > ROOT_WITHIN
    ):
        raise _NotDrawnError(_HEAD_IS_WRONG, _COPY)
    if not _unpacked(_read(file, root, root_length), inside_packing):
        raise _NotDrawnError(Message("its directory is damaged"), _COPY)
    if metadata_length > MOST_METADATA:
        raise _NotDrawnError(Message("its metadata are larger than {size} MB", size=MOST_METADATA >> 20), _EXTRACT)
    _check_schema(_unpacked(_read(file, metadata, metadata_length), inside_packing))
    if east <= area[0] or west >= area[2] or north <= area[1] or south >= area[3]:
        what = Message("shows nothing of the area of the watch")
        raise _NotDrawnError(what, Message("make the extract of the area that watch.toml names"))
    return BroughtBasemap(
        size=state.st_size,
        mark=mark_of(state),
        min_zoom=min_zoom,
        max_zoom=max_zoom,
        bounds=(west, south, east, north),
    )


def _old_version(version: int) -> _NotDrawnError:
    what = Message("is a PMTiles archive of version {version}", version=version)
    return _NotDrawnError(what, Message("the map reads version 3; make the extract again with today's pmtiles"))


def _cut_off(there: int, whole: int) -> Message:
    return Message(
        "is cut off: {there} bytes are there, at least {whole} should be", there=Amount(there), whole=Amount(whole)
    )


def _read(file: FileIO, offset: int, length: int) -> bytes:
    """The bytes from a place of the file on; fewer where it ends."""
    file.seek(offset)
    parts = []
    while length and (part := file.read(length)):
        parts.append(part)
        length -= len(part)
    return b"".join(parts)


def _unpacked(packed: bytes, packing: int) -> bytes:
    """The bytes of a section; empty if they are damaged, or more than any real file has."""
    if packing == _PLAIN:
        return packed
    unpacker = zlib.decompressobj(wbits=31)
    try:
        plain = unpacker.decompress(packed, MOST_UNPACKED)
    except zlib.error:
        return b""
    return plain if unpacker.eof else b""


def _check_schema(metadata: bytes) -> None:
    """Raises _NotDrawnError unless the metadata name the layers that the map draws, with the field it draws them by."""
    try:
        about = json.loads(metadata)
    except (ValueError, RecursionError):
        raise _NotDrawnError(Message("its metadata cannot be read"), _COPY) from None
    fields: dict[str, Any] = {}
    named = about.get("vector_layers") if isinstance(about, dict) else None
    for layer in named if isinstance(named, list) else ():
        if isinstance(layer, dict) and isinstance(layer.get("id"), str):
            fields[layer["id"]] = layer.get("fields")
    missing = [name for name in LAYERS if name not in fields]
    if missing:
        what = Message("is of another schema: it has no layer {layers}", layers=", ".join(missing))
        raise _NotDrawnError(what, _EXTRACT)
    # A writer may leave the fields out; whoever states them states all.
    old = [name for name in LAYERS if isinstance(fields[name], dict) and fields[name] and KIND not in fields[name]]
    if old:
        what = Message("is of another schema: its layer {layer} has no {field}", layer=old[0], field=KIND)
        raise _NotDrawnError(what, _EXTRACT)
