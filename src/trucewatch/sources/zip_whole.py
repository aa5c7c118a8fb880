"""Whether a ZIP holds nothing beside its parts: remarks, fields of other programs and bytes between the parts are read
by nobody here, and could hold anything."""

from __future__ import annotations

import struct
import zipfile
from typing import Final

_OF_TIMES_AND_SIZES: Final = frozenset((0x0001, 0x000A, 0x5455, 0x5855, 0x7875, 0xCAFE, 0xA11E))
"""Extra fields that packing programs write: large sizes, times, owners, that it is a Java archive, padding."""
_LOCAL: Final = 30
_DESCRIPTOR: Final = 24
_END: Final = 22
_LONG_END: Final = 76


def is_whole(archive: zipfile.ZipFile, content: bytes) -> bool:
    """Whether a ZIP begins and ends with its own parts, in the open, with no remark and no field that is not known."""
    parts = archive.infolist()
    if archive.comment or any(part.flag_bits & 1 or part.comment or not _is_known(part.extra) for part in parts):
        return False
    size = 0
    for part in parts:
        name, extra = struct.unpack("<HH", content[part.header_offset + 26 : part.header_offset + _LOCAL])
        begin = part.header_offset + _LOCAL + name
        if not _is_known(content[begin : begin + extra]):
            return False
        size += _LOCAL + name + extra + part.compress_size + (_DESCRIPTOR if part.flag_bits & 8 else 0)
    slack = archive.start_dir - size
    return slack <= 0 and len(content) - archive.start_dir <= _directory_size(parts) + _END + _LONG_END


def _directory_size(parts: list[zipfile.ZipInfo]) -> int:
    return sum(46 + len(part.filename.encode()) + len(part.extra) for part in parts)


def _is_known(extra: bytes) -> bool:
    at = 0
    while at + 4 <= len(extra):
        kind, length = struct.unpack("<HH", extra[at : at + 4])
        if kind not in _OF_TIMES_AND_SIZES or length > 64:
            return False
        at += 4 + length
    return not extra[at:].strip(b"\0")
