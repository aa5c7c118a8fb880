"""Evidence files → blocks of whole UTF-8 lines, numbered as `sed -n Np` counts them in the unpacked text.

Reads plain and gzip text in UTF-8 (with or without BOM) or UTF-16 with BOM; line ends LF, CRLF or CR. What a file is,
its first bytes say, never its name. Nothing is guessed: another encoding is refused where it shows.
"""

from __future__ import annotations

import codecs
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from trucewatch.errors import InputTooLarge, UnreadableInput
from trucewatch.messages import Amount, Message

BLOCK_BYTES: Final = 4 << 20
MAX_LINE_BYTES: Final = 8 << 20
"""A longer line is not kept; it becomes one rejected row."""
MAX_UNPACKED_BYTES: Final = 20 * 1024**3
MAX_GZIP_RATIO: Final = 200
RATIO_COUNTS_FROM_BYTES: Final = 100_000_000
"""Below this much unpacked text a high ratio harms nobody."""

Kind = Literal["text", "gzip", "zip", "parquet", "geojson", "kml", "geopackage", "gpx"]
_HEAD_BYTES: Final = 4096

_MAP_XML: Final = re.compile(rb"<(?:\w+:)?(kml|gpx)[\s>]")
_PICTURE: Final = Message("the file is a picture, not a table; write what it shows as rows of one")
_RECORDING: Final = Message("the file is a recording, not a table; write what it holds as rows of one")
_ARCHIVE: Final = Message("the file is a packed archive, not a table; unpack it and give the table inside")
_REFUSED: Final = (
    (
        b"\xd0\xcf\x11\xe0",
        Message("the file is an old or password-protected Office file; save it as XLSX without a password, or as CSV"),
    ),
    (b"%PDF", Message("the file is a PDF, not a table; export its table as CSV")),
    (b"BZh", Message("the file is packed with bzip2; unpack it, or pack it with gzip")),
    (b"\xfd7zXZ", Message("the file is packed with xz; unpack it, or pack it with gzip")),
    (b"\x28\xb5\x2f\xfd", Message("the file is packed with zstd; unpack it, or pack it with gzip")),
    (b"{\\rtf", Message("the file is a text document, not a table; copy its table into a sheet and save that as CSV")),
    *((magic, _PICTURE) for magic in (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"II*\0", b"MM\0*")),
    *((magic, _RECORDING) for magic in (b"ID3", b"OggS", b"fLaC", b"\x1aE\xdf\xa3", b"RIFF")),
    *((magic, _ARCHIVE) for magic in (b"Rar!", b"7z\xbc\xaf\x27\x1c")),
)


@dataclass(frozen=True, slots=True)
class Block:
    """Whole lines, so many, each ended by LF. `overlong`: one line beyond MAX_LINE_BYTES, of which only the head is
    kept."""

    first_line: int
    data: bytes
    overlong: bool = False
    lines: int = 1


def kind_of(path: Path) -> Kind:
    """What the first bytes say the file is. Raises UnreadableInput for an empty file and for formats that hold no
    table."""
    with path.open("rb") as file:
        head = file.read(_HEAD_BYTES)
    if not head:
        raise UnreadableInput(Message("the file is empty; fetch it again"))
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        raise UnreadableInput(_PICTURE)
    for magic, reason in _REFUSED:
        if head.startswith(magic):
            raise UnreadableInput(reason)
    if head[4:8] == b"ftyp":  # MP4 and its kin, and pictures in the same wrapping
        raise UnreadableInput(_PICTURE if head[8:11] in (b"hei", b"mif", b"avi") else _RECORDING)
    if head.startswith(b"\x1f\x8b"):
        return "gzip"
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return "zip"
    if head.startswith(b"SQLite format 3\0"):
        return "geopackage"
    return "parquet" if head.startswith(b"PAR1") else _text_kind(head)


def _text_kind(head: bytes) -> Kind:
    """Which text it is, by how it begins: JSON as GeoJSON has it, KML or GPX, or any other."""
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        head = head.decode("utf-16", "ignore").encode()
    begin = head.removeprefix(codecs.BOM_UTF8).lstrip(b" \t\r\n\x1e")
    if begin.startswith(b"{") and begin[1:].lstrip().startswith((b'"', b"}")):
        return "geojson"
    match = _MAP_XML.search(begin) if begin.startswith(b"<") else None
    if match is None:
        return "text"
    return "kml" if match[1] == b"kml" else "gpx"


def line_blocks(path: Path) -> Iterator[Block]:
    """The text of a plain or gzip file in blocks of whole lines.

    Raises UnreadableInput where a gzip stream is damaged or cut off, InputTooLarge where it grows beyond its limits;
    the blocks before are handed out first.
    """
    pieces = utf8_pieces(path)
    line, carry, head, only_cr = 1, b"", b"", None
    for piece in pieces:
        if only_cr is None:
            only_cr = b"\n" not in piece and b"\r" in piece
        text = piece.replace(b"\r\n", b"\n").replace(b"\r", b"\n") if only_cr else piece
        if head:
            cut = text.find(b"\n")
            if cut < 0:
                continue
            yield Block(line, head, overlong=True)
            line, head, text = line + 1, b"", text[cut + 1 :]
        cut = text.rfind(b"\n")
        if cut < 0:
            carry += text
        else:
            data = b"".join((carry, memoryview(text)[: cut + 1]))  # one copy: most of an archive's bytes pass here
            if b"\r" in data:
                data = data.replace(b"\r\n", b"\n")
            carry, count = text[cut + 1 :], data.count(b"\n")
            yield Block(line, data, lines=count)
            line += count
        if len(carry) > MAX_LINE_BYTES:
            head, carry = carry[:1000], b""
    if head:
        yield Block(line, head, overlong=True)
    elif carry:
        yield Block(line, carry.removesuffix(b"\r") + b"\n", lines=1)


def utf8_pieces(path: Path) -> Iterator[bytes]:
    """The text of a plain or gzip file, unpacked and without its mark; raises as `line_blocks` does."""
    return _as_utf8(_unpacked(path) if kind_of(path) == "gzip" else _plain(path))


def _plain(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while piece := file.read(BLOCK_BYTES):
            yield piece


def _unpacked(path: Path) -> Iterator[bytes]:
    """The content of a gzip file, member by member, within the limits on size and ratio."""
    unpacker = zlib.decompressobj(wbits=31)
    packed_size = unpacked_size = 0
    begun = False
    with path.open("rb") as file:
        while packed := file.read(1 << 18):
            packed_size += len(packed)
            while packed:
                if unpacker.eof:
                    packed = packed.lstrip(b"\0")
                    if not packed:
                        break
                    unpacker, begun = zlib.decompressobj(wbits=31), False
                try:
                    piece = unpacker.decompress(packed, BLOCK_BYTES)
                except zlib.error as exc:
                    raise UnreadableInput(
                        Message(
                            "the gzip stream is damaged after {bytes} unpacked bytes ({error}); fetch the file again",
                            bytes=Amount(unpacked_size),
                            error=exc,
                        )
                    ) from exc
                begun = True
                packed = unpacker.unused_data if unpacker.eof else unpacker.unconsumed_tail
                unpacked_size += len(piece)
                if unpacked_size > MAX_UNPACKED_BYTES or (
                    unpacked_size > RATIO_COUNTS_FROM_BYTES and unpacked_size > MAX_GZIP_RATIO * packed_size
                ):
                    raise InputTooLarge(
                        Message(
                            "the gzip file grows to more than {size} MB from {bytes} bytes, beyond the limit of "
                            "{ratio} times; ask its sender for smaller files",
                            size=Amount(unpacked_size // 1000000),
                            bytes=Amount(packed_size),
                            ratio=MAX_GZIP_RATIO,
                        )
                    )
                if piece:
                    yield piece
    if not (begun and unpacker.eof):
        raise UnreadableInput(
            Message(
                "the gzip stream is cut off after {bytes} unpacked bytes; fetch the file again",
                bytes=Amount(unpacked_size),
            )
        )


def _as_utf8(pieces: Iterator[bytes]) -> Iterator[bytes]:
    first = next(pieces, b"")
    while len(first) < 3 and (more := next(pieces, b"")):
        first += more
    if not first:
        raise UnreadableInput(Message("the file is empty once unpacked; fetch it again"))
    if not first.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        yield first.removeprefix(codecs.BOM_UTF8)
        yield from pieces
        return
    decoder = codecs.getincrementaldecoder("utf-16")()
    try:
        yield decoder.decode(first).encode()
        for piece in pieces:
            yield decoder.decode(piece).encode()
        yield decoder.decode(b"", final=True).encode()
    except UnicodeError as exc:
        raise UnreadableInput(
            Message(
                "the file begins as UTF-16 but breaks off or is damaged ({error}); save it as UTF-8",
                error=exc.__class__.__name__,
            )
        ) from exc
