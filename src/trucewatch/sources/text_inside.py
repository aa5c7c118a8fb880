"""A file's bytes → the texts in it, as the guard of a humanitarian instance reads them; None where no text can be read.

Text in UTF-8, UTF-16 and 8-bit encodings, tables, JSON, XML, pages, papers (PDF), mails with what hangs on them,
workbooks and documents, ZIP and gzip. Pictures, and pictures within documents, hold no text that can be read here. All
is held in memory and bounded; nothing of a file leaves here but to whoever asked.
"""

from __future__ import annotations

import codecs
import csv
import io
import itertools
import json
import re
import zipfile
import zlib
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from email import errors, header, message_from_bytes
from typing import Any, Final

from trucewatch.model.never_here import MOST_CHARS, OF_FILES, RULES, refusals
from trucewatch.sources.paper_text import is_page, is_paper, lines_of_page, text_of_paper
from trucewatch.sources.screening import screen
from trucewatch.sources.zip_whole import is_whole

MOST_BYTES: Final = 32_000_000
"""Of a file, and of all that is unpacked from it."""
MOST_PARTS: Final = 500
DEEPEST: Final = 3
_XML: Final = re.compile(rb"\s{0,200}(?:\xef\xbb\xbf)?\s{0,200}<(?:\?xml|[A-Za-z])")
_MAIL: Final = re.compile(
    rb"(?:From [^\n]{1,500}\n)?[A-Za-z][A-Za-z-]{1,60}:[ \t]?[^\n]{0,2000}\n(?:[A-Za-z][A-Za-z-]{1,60}:|[ \t])"
)
_TAG: Final = re.compile(r"<[^<>]{0,20000}>")
_ATTRIBUTE: Final = re.compile(r"=\s{0,3}(?:\"([^\"<>]{1,2000})\"|'([^'<>]{1,2000})')")
_CORNERS: Final = re.compile(r"<((?:\w{1,20}:)?(?:coordinates|posList|pos))\b[^<>]{0,500}>[-+0-9eE.,;\s]*</\1\s{0,3}>")
_NO_TAGS: Final = re.compile(r"<!--|-->|<!\[CDATA\[|\]\]>|<[!?]")
"""What encloses remarks, plain text and instructions: they are read, not taken out as tags are."""
_8_BIT: Final = ("cp1251", "cp1254", "cp866", "koi8-r")
_NO_TEXT: Final = (
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"GIF8",
    b"RIFF",
    b"II*\0",
    b"MM\0*",
    b"PAR1",
    b"SQLite",
    b"\x7fELF",
    b"\xd0\xcf\x11\xe0",
)
_ARCHIVES: Final = (b"7z\xbc\xaf", b"BZh", b"\xfd7zXZ", b"Rar!", b"{\\rtf", b"ID3", b"OggS")
"""Packed otherwise than is unpacked here, or written in codes (RTF), or heard."""
_PARTS_WITHOUT_WORDS: Final = (
    "theme/",
    "styles.xml",
    "fontTable.xml",
    "[Content_Types].xml",
    "settings.xml",
    "webSettings.xml",
)
_DAMAGED: Final = (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, OSError, ValueError)


@dataclass(frozen=True, slots=True)
class Inside:
    """One text of a file. is_outline: whether it comes from a format of outlines, whose corners were left out."""

    text: str
    is_outline: bool = False


class _UnreadableError(Exception):
    """No text can be read; carries nothing."""


def rules_of_file(content: bytes, allow: Collection[str] = ()) -> tuple[str, ...]:
    """The rules by which a file is refused in a humanitarian instance; empty for one that may be kept. allow: rules
    that are not asked.

    >>> rules_of_file(b"1,960 blankets, 3 May"), rules_of_file(b"\\x89PNG...")
    ((), ('unreadable',))
    """
    inside = text_inside(content)
    if inside is None:
        return ("unreadable",)
    met = set()
    for each in inside:
        met |= {
            refusal.rule for refusal in refusals(each.text, allow=(*allow, "position") if each.is_outline else allow)
        }
    if not met and screen(io.BytesIO(content)):
        met.add("people_list")
    return tuple(name for name in (*RULES, *OF_FILES) if name in met)


def text_inside(content: bytes) -> list[Inside] | None:
    """Every text of a file; None where it, or a part of it, cannot be read as text, or is larger than is read."""
    try:
        inside = list(_texts(content, 0))
    except (_UnreadableError, *_DAMAGED):
        return None
    return inside if sum(len(each.text) for each in inside) <= MOST_CHARS else None


def _texts(content: bytes, depth: int) -> Iterator[Inside]:
    if len(content) > MOST_BYTES or depth > DEEPEST:
        raise _UnreadableError
    head = content[:4096]
    if not content.strip():
        return
    if is_paper(head):
        text = text_of_paper(io.BytesIO(content)).decode("utf-8", "replace")
        if not text.strip():
            raise _UnreadableError
        yield Inside(text)
    elif head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        yield from _of_zip(content, depth)
    elif head.startswith(b"\x1f\x8b"):
        yield Inside(content[10:500].decode("utf-8", "replace") if content[3:4] > b"\x03" else "")  # its name
        yield from _texts(_unpacked(content), depth + 1)
    elif head.startswith(_NO_TEXT):
        raise _UnreadableError
    elif _MAIL.match(head) and b"content-type:" in content[: 1 << 17].lower():
        yield from _of_mail(content, depth)
    else:
        yield from _of_text(content)


def _of_zip(content: bytes, depth: int) -> Iterator[Inside]:
    size = 0
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        if len(archive.infolist()) > MOST_PARTS or not is_whole(archive, content):
            raise _UnreadableError
        yield Inside(" ; ".join(part.filename for part in archive.infolist() if part.is_dir()))
        parts = [part for part in archive.infolist() if not part.is_dir()]
        is_office = any(part.filename in ("[Content_Types].xml", "mimetype") for part in parts)
        for part in parts:
            size += part.file_size
            if size > MOST_BYTES:
                raise _UnreadableError
            yield Inside(part.filename)
            with archive.open(part) as file:
                inner = file.read(MOST_BYTES + 1)
            if len(inner) != part.file_size:
                raise _UnreadableError
            if is_office and part.filename.endswith(_PARTS_WITHOUT_WORDS) and _has_no_words(inner):
                continue
            if is_office and part.filename.endswith("sharedStrings.xml"):
                continue  # each stands in a row of a sheet, below
            if is_office and re.search(r"worksheets/[^/]{1,200}\.xml$", part.filename):
                sheet = _plain_tags(inner)
                yield Inside(_rows_of_sheet(sheet, _shared_strings(archive)))
                yield Inside("\n".join(_FORMULA.findall(sheet)))
                yield Inside(_TAG.sub(" ; ", "".join(_SHEET_DATA.split(sheet))))
                continue
            yield from _texts(inner, depth + 1)
        for part in parts:
            if is_office and part.filename.endswith("sharedStrings.xml"):
                yield Inside("\n".join(_shared_strings(archive)))


_STRING: Final = re.compile(r"<si>|<si\s[^<>]{0,200}>")
_ROW_END: Final = re.compile(r"</(?:\w{1,10}:)?row>")
_CELL: Final = re.compile(r"<c\b([^<>]{0,300})(?<!/)>(.{0,40000}?)</c>", re.DOTALL)
_VALUE: Final = re.compile(r"<v>([^<>]{0,40000})</v>")


def _shared_strings(archive: zipfile.ZipFile) -> list[str]:
    for name in archive.namelist():
        if name.endswith("sharedStrings.xml"):
            text = _plain_tags(archive.read(name))
            return [_TAG.sub("", part) for part in _STRING.split(text)[1:]]
    return []


_FORMULA: Final = re.compile(r"<f\b[^<>]{0,300}>([^<>]{1,20000})</f>")
_SHEET_DATA: Final = re.compile(r"<sheetData>.*?</sheetData>", re.DOTALL)
_WORDY: Final = re.compile(r'"[^"<>]{0,200}[^\W\d_]{2} [^"<>]{0,200}\d{4}')


def _plain_tags(content: bytes) -> str:
    """A part of a workbook, its tags without prefixes."""
    return re.sub(r"<(/?)\w{1,20}:", r"<\1", _readings(content)[0])


def _has_no_words(content: bytes) -> bool:
    """Whether a part that is made for no words has none beside its tags, and no attribute that reads as a sentence."""
    text = _NO_TAGS.sub(" ", _readings(content)[0].removeprefix("\ufeff"))
    beside = _TAG.sub("", text).replace('xml version="1.0"', "")
    return len(beside.strip()) < 10 and not _WORDY.search(text)


def _rows_of_sheet(text: str, strings: list[str]) -> str:
    """The rows of a sheet, their cells parted by semicolons."""
    lines = []
    for row in _ROW_END.split(text):
        cells = []
        for marks, inside in _CELL.findall(row):
            value = _VALUE.search(inside)
            words = _TAG.sub("", inside) if value is None else value[1]
            if 't="s"' in marks and value and value[1].isdigit() and int(value[1]) < len(strings):
                words = strings[int(value[1])]
            cells.append(words.strip())
        lines.append(" ; ".join(cell for cell in cells if cell))
    return "\n".join(lines)


def _unpacked(content: bytes) -> bytes:
    unpacker = zlib.decompressobj(wbits=31)
    unpacked = unpacker.decompress(content, MOST_BYTES + 1)
    if len(unpacked) > MOST_BYTES or not unpacker.eof or unpacker.unused_data.strip(b"\0"):
        raise _UnreadableError
    return unpacked


def _of_mail(content: bytes, depth: int) -> Iterator[Inside]:
    """What its head says and every part of a mail, once decoded."""
    mail = message_from_bytes(content)
    parts = list(itertools.islice(mail.walk(), MOST_PARTS + 1))
    if len(parts) > MOST_PARTS:
        raise _UnreadableError
    for part in parts:
        heads = [str(part.get(name, "")) for name in ("From", "To", "Cc", "Reply-To", "Subject", "Content-Disposition")]
        yield Inside("\n".join(_decoded_head(line) for line in heads if line))
        payload = None if part.is_multipart() else part.get_payload(decode=True)
        if isinstance(payload, bytes):
            yield from _texts(payload, depth + 1)


def _decoded_head(line: str) -> str:
    try:
        return str(header.make_header(header.decode_header(line)))
    except (LookupError, UnicodeError, errors.HeaderParseError):
        return line


def _of_text(content: bytes) -> Iterator[Inside]:
    for text in _readings(content):
        begins = text.lstrip("\ufeff \t\r\n")[:1]
        if begins in ("{", "[") and (rows := _rows_of_json(text)) is not None:
            yield Inside(rows, is_outline='"coordinates"' in text)
        elif _XML.match(content):
            if is_page(content[:4096]):
                yield Inside(lines_of_page(io.BytesIO(content)).decode("utf-8", "replace"))
            bare = _CORNERS.sub(" ", text)
            yield Inside(_TAG.sub(" ; ", _NO_TAGS.sub(" ", bare)), is_outline=bare is not text)
            yield Inside(" ; ".join(first or second for first, second in _ATTRIBUTE.findall(bare)))
        else:
            yield Inside(_rows_of_table(text))


def _readings(content: bytes) -> list[str]:
    """A text as UTF-8 or UTF-16; where it is neither, each way in which these letters are written with 8 bits."""
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return [_of_letters(content.decode("utf-16", "replace"))]
    if content.startswith(_ARCHIVES):
        raise _UnreadableError
    if b"\0" in content[:4096]:
        for coding, zeros in (("utf-16-le", content[1:4096:2]), ("utf-16-be", content[:4096:2])):
            if zeros.count(0) * 3 > len(zeros):
                return [_of_letters(content.decode(coding, "replace"))]
        raise _UnreadableError
    if b"\0" in content:
        raise _UnreadableError
    try:
        return [content.decode("utf-8")]
    except UnicodeDecodeError:
        controls = sum(byte < 32 and byte not in (9, 10, 13) for byte in content[:4096])
        if controls * 50 > len(content[:4096]):
            raise _UnreadableError from None
        return [content.decode(coding, "replace") for coding in _8_BIT]


def _of_letters(text: str) -> str:
    """A text. Raises _UnreadableError for bytes that are none, read as if they were."""
    if sum(not (char.isprintable() or char.isspace()) for char in text[:4096]) * 50 > len(text[:4096]):
        raise _UnreadableError
    return text


def _rows_of_table(text: str) -> str:
    """A table parted by commas with semicolons in their place, so that its cells are known as cells; prose as it is."""
    lines = text.splitlines()
    counts = [line.count(",") for line in lines[:20] if line.strip()]
    if len(counts) < 2 or min(counts) < 1 or len(set(counts)) > 3 or any(len(line) > 20_000 for line in lines[:20]):
        return text
    try:
        return "\n".join(" ; ".join(cell for cell in row if cell) for row in csv.reader(lines))
    except csv.Error:
        return text


def _rows_of_json(text: str) -> str | None:
    """A line for each object of JSON: its keys and values; without corners of outlines. None where it is none."""
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        return None
    lines, waiting = [], [document]
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            lines.append(" ; ".join(_cells_of(value)))
            waiting += [inner for key, inner in value.items() if key not in ("coordinates", "bbox")]
        elif isinstance(value, list):
            lines.append(" ; ".join(str(inner) for inner in value if isinstance(inner, str | int | float)))
            waiting += [inner for inner in value if isinstance(inner, dict | list)]
    return "\n".join(lines)


def _cells_of(record: dict[str, Any]) -> Iterator[str]:
    """The values of an object, and then each after its key."""
    plain = {key: value for key, value in record.items() if isinstance(value, str | int | float)}
    yield from (str(value) for value in plain.values())
    yield from (f"{key}: {value}" for key, value in plain.items())
