"""A file from outside → the part of the rule on lists of people that it meets (`people_lists`), before it is kept.

Looked through are all bytes, not the head: text in UTF-8, UTF-16 and the usual 8-bit encodings, packed or not; every
sheet and document in a ZIP; the columns of Parquet. What is compressed otherwise (PDF, pictures) is not looked into.
Nothing of what a file says leaves here.
"""

from __future__ import annotations

import codecs
import csv
import email
import html
import io
import itertools
import re
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from typing import Any, BinaryIO, Final

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from trucewatch.sources.paper_text import is_page, is_paper, lines_of_page, text_of_paper
from trucewatch.sources.people_lists import (
    BIRTH_MARKS,
    MARKS,
    Rule,
    columns_of_people,
    headings_of_people,
    needs_cells,
    tells_of_person,
)

PIECE_BYTES: Final = 4 << 20
WINDOW_CHARS: Final = 8_000
"""What stands together where lines say nothing of it: the keys of one object."""
LONGEST_ROW: Final = 64_000
"""Characters of a line that can be a row of headings."""
MOST_UNPACKED: Final = 20 * 1024**3
MOST_RATIO: Final = 200
RATIO_COUNTS_FROM: Final = 100_000_000
MOST_STRINGS: Final = 200_000
"""Short strings of a workbook that are held to find its first rows."""
LONGEST_STRING: Final = 40
"""Characters of a string of a workbook that can be a heading below the first row."""
FIRST_ROWS_BYTES: Final = 1 << 16

LARGEST_MAIL: Final = 100_000_000
MOST_PARTS: Final = 1_000
MOST_MAILS: Final = 100_000
MAIL_HEAD_BYTES: Final = 1 << 17
"""So far at most down to `Content-Type`: what servers add on the way stands before it."""
DEEPEST: Final = 3
"""Archives and mails within each other."""
LARGEST_INNER: Final = 100_000_000
"""Bytes of an archive within another that are looked into."""

_MAIL: Final = re.compile(
    rb"(?:From [^\n]+\n)?[A-Za-z][A-Za-z-]{1,60}:[ \t]?[^\n]*\n(?:[A-Za-z][A-Za-z-]{1,60}:|[ \t])"
)
_PICTURES: Final = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"RIFF", b"II*\0", b"MM\0*")
_8_BIT: Final = ("cp1251", "cp1254", "koi8-r", "cp866", "iso8859-5")
_KEY: Final = re.compile(r'"((?:[^"\\]|\\.){1,200})"\s*:')
_XML_NAME: Final = re.compile(r'<([^\s<>/"=]{1,80})[\s>/]|name="([^"]{1,200})"|>([^<>]{1,80})<')
_JSON_ESCAPE: Final = re.compile(r"\\u([0-9a-fA-F]{4})")
_CONTROLS: Final = bytes(9 if byte < 32 and byte != 10 else byte for byte in range(256))
_SEPARATORS: Final = re.compile(r"[,;|\t]")
_TAGS: Final = re.compile(r"<[^<>]*>")


def screen(content: BinaryIO, depth: int = 0) -> Rule | None:
    """Which part of the rule a file meets; None for none. content: can be read anew from its beginning; depth: of mails
    within mails.

    A file that is damaged is looked through as far as it can be read.
    """
    content.seek(0)
    head = content.read(4096)
    content.seek(0)
    if is_paper(head) and (text := text_of_paper(content)):
        return _screen_text(iter((text,)))
    if is_page(head) and (rule := _screen_text(iter((lines_of_page(content),)))):
        return rule
    content.seek(0)
    if not head or (head.startswith(_PICTURES) and not head[:200].isascii()):
        return None
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _screen_zip(content, depth)
    if head.startswith(b"PAR1"):
        return _screen_parquet(content)
    if head.startswith(b"\x1f\x8b"):
        return _screen_text(_unpacked(content))
    if _MAIL.match(head) and depth < DEEPEST:
        is_coded = b"content-type:" in content.read(MAIL_HEAD_BYTES).lower() or head.startswith(b"From ")
        content.seek(0)
        if is_coded:
            return _screen_mail(content, depth)
    return _screen_text(_pieces(content))


def _screen_mail(content: BinaryIO, depth: int) -> Rule | None:
    """Every part of a mail as it is once decoded, and the mail as it came."""
    if rule := _screen_text(_pieces(content)):
        return rule
    content.seek(0)
    for mail in itertools.islice(_mails(content), MOST_MAILS):
        for part in itertools.islice(email.message_from_bytes(mail).walk(), MOST_PARTS):
            payload = None if part.is_multipart() else part.get_payload(decode=True)
            if isinstance(payload, bytes) and (rule := screen(io.BytesIO(payload), depth + 1)):
                return rule
    return None


def _mails(content: BinaryIO) -> Iterator[bytes]:
    """The mail, or of a mailbox each whose body may be coded; of a larger one its beginning."""
    lines: list[bytes] = []
    size, is_box = 0, content.read(5) == b"From "
    content.seek(0)
    for line in iter(lambda: content.readline(1 << 20), b""):
        if is_box and line.startswith(b"From ") and lines:
            mail = b"".join(lines)
            if b"base64" in mail or b"quoted-printable" in mail:
                yield mail
            lines, size = [], 0
        if size < LARGEST_MAIL:
            lines.append(line)
            size += len(line)
    yield b"".join(lines)


def _pieces(content: BinaryIO) -> Iterator[bytes]:
    while piece := content.read(PIECE_BYTES):
        yield piece


def _unpacked(content: BinaryIO) -> Iterator[bytes]:
    """The text of a gzip file, as far as it goes and within the limits of what is ever read."""
    unpacker = zlib.decompressobj(wbits=31)
    packed_size = size = 0
    while packed := content.read(1 << 18):
        packed_size += len(packed)
        while packed:
            if unpacker.eof:
                packed = packed.lstrip(b"\0")
                unpacker = zlib.decompressobj(wbits=31)
            try:
                piece = unpacker.decompress(packed, PIECE_BYTES)
            except zlib.error:
                return
            packed = unpacker.unused_data if unpacker.eof else unpacker.unconsumed_tail
            size += len(piece)
            if size > MOST_UNPACKED or (size > RATIO_COUNTS_FROM and size > MOST_RATIO * packed_size):
                return
            if piece:
                yield piece


def _screen_text(pieces: Iterator[bytes]) -> Rule | None:
    """The rule over a text of unknown form: lines of a table, JSON, XML, or a binary file with words in it."""
    first = next(pieces, b"")
    while len(first) < 4096 and (more := next(pieces, b"")):
        first += more
    if coding := _wide_coding(first[:4096]):
        pieces, first = _recoded(first, pieces, coding), b""
        first = next(pieces, b"")
    begins = first.removeprefix(codecs.BOM_UTF8).lstrip()[:1]
    is_binary = b"\0" in first[:4096]
    if is_binary or begins in (b"{", b"[", b"<"):
        look: _Windows | _Lines = _Windows(is_json=not is_binary and begins != b"<", is_binary=is_binary)
    else:
        look = _Lines()
    carry = b""
    while first:
        piece = carry + (first.translate(_CONTROLS) if is_binary else first)
        cut = look.cut(piece)
        if rule := look.rule_of(piece[: len(piece) if cut < 0 else cut]):
            return rule
        carry = look.carried(piece, cut)
        first = next(pieces, b"")
    return look.rule_of(carry) if carry else None


def _wide_coding(head: bytes) -> str:
    """UTF-16 or UTF-32 by its mark, UTF-16 by its zeros too; empty for any other."""
    if head.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        return "utf-32"
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    for coding, zeros in (("utf-16-le", head[1::2]), ("utf-16-be", head[::2])):
        if len(zeros) > 8 and zeros.count(0) * 3 > len(zeros) and (head.count(0) - zeros.count(0)) * 8 < len(zeros):
            return coding
    return ""


def _recoded(first: bytes, pieces: Iterator[bytes], coding: str) -> Iterator[bytes]:
    decoder = codecs.getincrementaldecoder(coding)(errors="replace")
    yield decoder.decode(first).encode("utf-8", "replace")
    for piece in pieces:
        yield decoder.decode(piece).encode("utf-8", "replace")


def _readings_of(data: bytes) -> list[bytes]:
    """A piece as UTF-8; where it is something else, each way in which these letters are written with 8 bits."""
    if data.isascii():
        return [data]
    try:
        data.decode()
    except UnicodeDecodeError:
        return [data.decode(coding, "replace").encode() for coding in _8_BIT]
    return [data]


def _without_entities(data: bytes) -> bytes:
    """XML with its letters as letters."""
    return _plain(data.decode("utf-8", "replace")).encode("utf-8", "replace") if b"&#" in data else data


def _plain(text: str) -> str:
    """Without character references; where one has thousands of digits, as it stands."""
    try:
        return html.unescape(text)
    except ValueError:
        return text


def _without_escapes(text: str) -> str:
    """JSON with its letters as letters."""
    plain = _JSON_ESCAPE.sub(lambda match: chr(int(match[1], 16)), text)
    return plain.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _holds(data: bytes, pattern: str) -> bool:
    offsets = pa.py_buffer(b"\0\0\0\0" + len(data).to_bytes(4, "little"))
    whole = pa.Array.from_buffers(pa.string(), 1, [None, offsets, pa.py_buffer(data)])
    return bool(pc.match_substring_regex(whole, pattern)[0].as_py())


def _which_hold(texts: Sequence[str], pattern: str) -> list[str]:
    column = pa.array(texts, pa.string())
    matching = column.filter(pc.match_substring_regex(column, pattern)).to_pylist()
    return [text for text in matching if text is not None]


def _windows(text: str) -> list[str]:
    return [text[at : at + WINDOW_CHARS] for at in range(0, max(len(text) - WINDOW_CHARS // 2, 1), WINDOW_CHARS // 2)]


def _tells(texts: Sequence[str]) -> bool:
    """Part 2 over texts that hold a mark."""
    short = [part for text in texts for part in ([text] if len(text) <= WINDOW_CHARS else _windows(text))]
    return any(tells_of_person(text) for text in _which_hold(short, BIRTH_MARKS))


class _Windows:
    """Text whose lines say nothing: JSON, XML, or words in a binary file."""

    def __init__(self, *, is_json: bool, is_binary: bool) -> None:
        self._is_json, self._is_binary = is_json, is_binary
        self._is_begun = False

    def cut(self, piece: bytes) -> int:
        return piece.rfind(b"," if self._is_json else b">", len(piece) - WINDOW_CHARS)

    def carried(self, piece: bytes, cut: int) -> bytes:
        at = len(piece) if cut < 0 else cut
        tail = piece[max(at - WINDOW_CHARS, 0) :]
        while tail and tail[0] & 0xC0 == 0x80:  # in the middle of a letter
            tail = tail[1:]
        return tail

    def rule_of(self, data: bytes) -> Rule | None:
        readings = [data.decode("utf-8", "ignore").encode()] if self._is_binary else _readings_of(data)
        if not self._is_json:
            readings = [_without_entities(reading) for reading in readings]
        for reading in readings:
            if not _holds(reading, MARKS) and self._is_begun:
                continue
            every = _windows(reading.decode("utf-8", "replace"))
            windows = _which_hold(every, MARKS)
            if not self._is_begun:
                windows.insert(0, every[0])  # whose headings are looked at whatever they are
            if self._is_json:
                windows = [_without_escapes(window) for window in windows]
            if any(headings_of_people(self._headings(window), short=not self._is_json) for window in windows):
                return "headings"
            if _tells(windows):
                return "words"
        self._is_begun = True
        return None

    def _headings(self, window: str) -> set[str]:
        if self._is_json:
            return set(_KEY.findall(window))
        if self._is_binary:
            return set(re.split(r"[\t\n,;|(]+", window))
        return {part for parts in _XML_NAME.findall(window) for part in parts if part}


class _Lines:
    """A table, or prose."""

    def __init__(self) -> None:
        self._header: list[str] | None = None
        self._delimiter = ","
        self._needs_cells = False

    def cut(self, piece: bytes) -> int:
        return max(piece.rfind(b"\n"), piece.rfind(b"\r")) + 1 or -1

    def carried(self, piece: bytes, cut: int) -> bytes:
        if cut < 0:
            return piece[-WINDOW_CHARS:] if len(piece) > PIECE_BYTES else piece
        return piece[cut:]

    def rule_of(self, data: bytes) -> Rule | None:
        for number, reading in enumerate(_readings_of(data)):
            is_marked = _holds(reading, MARKS)
            if not (is_marked or self._header is None or self._needs_cells):
                continue
            lines = reading.decode("utf-8", "replace").replace("\r", "\n").split("\n")
            if (self._header is None or number) and self._take_header(lines):
                return "headings"
            if self._needs_cells and self._cells_of(lines):
                return "cells"
            if not is_marked:
                continue
            marked = _which_hold(lines, MARKS)
            for line in marked:
                if len(line) <= LONGEST_ROW and self._is_row_of_headings(line):
                    return "headings"
            if _tells(marked):
                return "words"
        return None

    def _take_header(self, lines: Sequence[str]) -> bool:
        line = next((line for line in lines if line.strip("\ufeff \t")), None)
        if line is None:
            return False
        self._delimiter = max(",;\t", key="".join(line.split('"')[::2]).count)
        self._header = self._row(line.lstrip("\ufeff"))
        is_table = len(self._header) > 1 and sum(map(len, self._header)) <= 40 * len(self._header)
        self._needs_cells = is_table and needs_cells(self._header)
        return is_table and headings_of_people(self._header)

    def _is_row_of_headings(self, line: str) -> bool:
        """Whether a line below the first is the head of a list: also where its separator is another one."""
        rows = [self._row(line), _SEPARATORS.split(line)] if _SEPARATORS.search(line) else []
        return any(headings_of_people(row, short=True) for row in rows)

    def _row(self, line: str) -> list[str]:
        if '"' in line:
            try:
                return next(csv.reader([line], delimiter=self._delimiter), [])
            except csv.Error:
                pass
        return line.split(self._delimiter)

    def _cells_of(self, lines: Sequence[str]) -> bool:
        """Part 3 over some lines of the table."""
        assert self._header is not None
        width = len(self._header)
        rows = [row for row in map(self._row, lines) if len(row) == width and row != self._header]
        columns = [[cell.strip() for cell in column] for column in zip(*rows, strict=True)]
        return bool(columns) and columns_of_people(self._header, columns)


def _screen_zip(content: BinaryIO, depth: int) -> Rule | None:
    """Every part of a ZIP: the sheets and strings of a workbook, documents, tables."""
    try:
        with zipfile.ZipFile(content) as archive:
            return _screen_parts(archive, depth)
    except _DAMAGED:
        return None  # as far as it could be read


_DAMAGED: Final = (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, OSError, ValueError)


def _screen_parts(archive: zipfile.ZipFile, depth: int) -> Rule | None:
    strings: list[str] = []
    parts = [part for part in archive.infolist() if not part.is_dir() and not part.flag_bits & 1]
    size = 0
    for part in sorted(parts, key=lambda part: not part.filename.endswith("sharedStrings.xml")):
        size += part.file_size
        if size > MOST_UNPACKED:
            return None
        if size > RATIO_COUNTS_FROM and part.file_size > MOST_RATIO * part.compress_size:
            continue  # no reader takes it either
        try:
            if rule := _screen_part(archive, part, strings, depth):
                return rule
        except _DAMAGED:
            continue  # the others may be whole
    return None


def _screen_part(archive: zipfile.ZipFile, part: zipfile.ZipInfo, strings: list[str], depth: int) -> Rule | None:
    with archive.open(part) as file:
        if part.filename.endswith("sharedStrings.xml"):
            return _screen_units(file, strings)
        if re.search(r"worksheets/[^/]+\.xml$", part.filename):
            head = file.read(FIRST_ROWS_BYTES)
            return _first_rows(head, strings) or _screen_units(file, None, head)
        if part.filename.endswith((".xml", ".rels")):
            return _screen_units(file, None)
        if part.filename.lower().endswith((".png", ".jpg", ".jpeg", ".gif", ".emf", ".bin")):
            return None
        head = file.read(4)
        if head.startswith((b"PK\x03\x04", b"\x1f\x8b")) and depth < DEEPEST:
            return screen(io.BytesIO(head + file.read(LARGEST_INNER)), depth + 1)
        return _screen_text(itertools.chain([head], _pieces(file)))  # type: ignore[arg-type]  # it reads as any file


_UNIT_END: Final = re.compile(rb"</(?:\w+:)?(?:si|c|p|tc|table-cell)>")


def _screen_units(file: Any, strings: list[str] | None, head: bytes = b"") -> Rule | None:
    """The strings of a workbook, the paragraphs of a document: each is a cell. strings: takes the first of them; head:
    what was read of the file before."""
    carry = head
    short: set[str] = set()
    while piece := file.read(PIECE_BYTES):
        data = carry + piece
        ends = [match.end() for match in _UNIT_END.finditer(data, max(len(data) - PIECE_BYTES // 4, 0))]
        cut = ends[-1] if ends else max(len(data) - WINDOW_CHARS, 0)
        carry, data = data[cut:][-PIECE_BYTES:], data[:cut]
        if rule := _rule_of_units(data, strings, short):
            return rule
    return _rule_of_units(carry, strings, short)


def _rule_of_units(data: bytes, strings: list[str] | None, short: set[str]) -> Rule | None:
    if b"<row" in data and b"<is" not in data and b't="str"' not in data:
        return None  # cells that are numbers, or point to the workbook's strings
    ended = _UNIT_END.sub(b"\0", data.replace(b"<si/>", b"</si>"))
    text = _TAGS.sub("", ended.decode("utf-8", "replace"))
    units = [unit.strip() for unit in (_plain(text) if "&" in text else text).split("\0")]
    if strings is not None:
        strings.extend(units[: min(len(units) - 1, MOST_STRINGS - len(strings))])
    # Names stand in other strings than what is marked, so all that can be headings are kept.
    short.update(unit for unit in units if 0 < len(unit) <= LONGEST_STRING and unit.count(" ") < 3)
    if len(short) > MOST_STRINGS:
        short.clear()
    marked = _which_hold(units, MARKS)
    if any(len(unit) <= LONGEST_STRING for unit in marked) and headings_of_people(short, short=True):
        return "headings"
    return "words" if _tells(marked) else None


_CELL: Final = re.compile(r"<c\b([^<>]*)>")
_VALUE: Final = re.compile(r"<v>(\d+)</v>")


def _first_rows(head: bytes, strings: Sequence[str]) -> Rule | None:
    """Part 1 over the first rows of a sheet, each of which may be its headings."""
    for number, row in enumerate(head.decode("utf-8", "replace").split("</row>")[:-1]):
        cells = []
        for cell in row.split("</c>")[:-1]:
            *_, marks, inside = ("", *_CELL.split(cell))[-3:]
            value = _VALUE.search(inside)
            if 't="s"' in marks and value and int(value[1]) < len(strings):
                cells.append(strings[int(value[1])])
            elif 't="inlineStr"' in marks:
                cells.append(_plain(_TAGS.sub("", inside)))
        if headings_of_people(cells, short=number > 0):
            return "headings"
        if number > 20:
            break
    return None


def _screen_parquet(content: BinaryIO) -> Rule | None:
    """The names of the columns, and the words in those of text."""
    try:
        return _screen_columns(pq.ParquetFile(content))
    except (pa.ArrowException, OSError, ValueError):  # a name that is not UTF-8 is a ValueError
        return None  # as far as it could be read


def _screen_columns(file: pq.ParquetFile) -> Rule | None:
    names = file.schema_arrow.names
    if headings_of_people(names):
        return "headings"
    is_text = (pa.types.is_string, pa.types.is_large_string)
    texts = [field.name for field in file.schema_arrow if any(test(field.type) for test in is_text)]
    for batch in file.iter_batches(columns=texts, batch_size=50_000) if texts else ():
        columns = [column.cast(pa.string()) for column in batch.columns]
        if needs_cells(names) and columns_of_people(texts, [column.fill_null("").to_pylist() for column in columns]):
            return "cells"
        for column in columns:
            different = column.unique().drop_null()
            marked = different.filter(pc.match_substring_regex(different, MARKS)).to_pylist()
            if marked and _tells(marked):
                return "words"
    return None
