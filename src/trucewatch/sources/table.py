"""Tables as they come (CSV, CSV.gz, XLSX) → chunks of text columns with line numbers, and the rows that are no rows.

The separator (comma, semicolon, tab) is read from the header. A chunk without quotes goes through Arrow at full speed;
any other is read record by record, to the same result. Line numbers are those of the line where a record starts.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Protocol

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv

from trucewatch.errors import UnreadableInput
from trucewatch.messages import Amount, Message
from trucewatch.sources.stream import Block, Kind, kind_of, line_blocks

CHUNK_ROWS: Final = 50_000
MAX_FIELD_CHARS: Final = 1_000_000
MAX_RECORD_LINES: Final = 500
"""A quoted cell that runs on for more lines counts as a quote that nobody closed."""
MAX_COLUMNS: Final = 1000
FEW_LINES: Final = 500
"""So many are read line by line in less time than it takes to begin at full speed."""
MOST_BAD_AT_ONCE: Final = 10_000
"""Refused rows that one chunk holds: lines of two bytes would be two million of them in one block."""

TOO_LONG: Final = Message("a cell holds more than {most} characters; shorten it", most=Amount(MAX_FIELD_CHARS))
_NUL: Final = Message("the row holds a NUL byte; remove it")
_LONE_CR: Final = Message("the row holds a lone carriage return; make all line ends the same")
_OPEN_QUOTE: Final = Message(
    'a quote (") opens in this row and is not closed properly; close it, or double it if it belongs to the text'
)

_SAMPLE_BYTES: Final = 4000
_HIGH_RUN: Final = re.compile(rb"[\x80-\xff]+")
_LONG_RUN: Final = b"\n" * 1000
_BLANK_RUN: Final = re.compile(rb"\n{1000,}")

# The csv module's only limit is one for the process; its own default is smaller than what we promise to read.
csv.field_size_limit(MAX_FIELD_CHARS)


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that cannot be taken, with the line where it starts."""

    line: int
    reason: Message
    raw: str


@dataclass(frozen=True, slots=True)
class Chunk:
    """Some rows of one table. `columns`: folded header name → text, trimmed, never null. `bad`: rows that are no
    rows."""

    lines: npt.NDArray[np.int64]
    columns: Mapping[str, Any]
    bad: tuple[BadRow, ...]

    def __len__(self) -> int:
        return len(self.lines)

    def raw(self, index: int) -> str:
        """The cells of a row, joined; for excerpts."""
        return ",".join(column[index].as_py() for column in self.columns.values())

    def rows(self) -> Iterator[tuple[int, dict[str, str]]]:
        """Line and cells of each row."""
        names = list(self.columns)
        cells = [column.to_pylist() for column in self.columns.values()]
        for line, row in zip(self.lines.tolist(), zip(*cells, strict=True), strict=True):
            yield line, dict(zip(names, row, strict=True))


def fold(name: str) -> str:
    """A header name as it is compared: trimmed, single spaces, no case."""
    return " ".join(name.replace("\ufeff", "").split()).casefold()


IsHeader = Callable[[Sequence[str]], bool]
Mend = Callable[[Iterator[Block]], Iterator[Block]]


class _Inner(Protocol):
    """A table of one format, which is told the keys of its own header."""

    @property
    def header(self) -> tuple[str, ...]: ...

    def chunks(self, keys: Sequence[str]) -> Iterator[Chunk]: ...


class Table:
    """One table file. `header` as written; `chunks` once, in order.

    is_header, mend: for tables that do not begin with their header: which row of a workbook it is, and what is done to
    the lines of a text before they are read. `titles`: a workbook's rows before its header.
    Raises UnreadableInput at once where no header can be read, and from `chunks` where the file breaks later.
    """

    def __init__(
        self,
        path: Path,
        *,
        is_header: IsHeader | None = None,
        mend: Mend | None = None,
    ) -> None:
        kind = kind_of(path)
        if kind == "parquet":
            raise UnreadableInput(
                Message('the file is Parquet; read it with adapter = "observations", or save it as CSV')
            )
        if kind == "gpx":
            raise UnreadableInput(
                Message('the file is a GPX track and no table of events; read it with adapter = "tracks"')
            )
        self._inner = _inner_table(path, kind, is_header, mend)
        self.header = self._inner.header
        self.titles = tuple(getattr(self._inner, "titles", ()))
        self.place_columns: tuple[str, ...] = getattr(self._inner, "place_columns", ())
        """Columns that a file of shapes has by itself: where each lies, and how far it reaches."""
        self.keys = tuple(fold(name) for name in self.header)
        _check_header(self.header, self.keys)

    def chunks(self) -> Iterator[Chunk]:
        for chunk in self._inner.chunks(self.keys):
            for start in range(0, max(len(chunk), 1), CHUNK_ROWS):
                yield Chunk(
                    lines=chunk.lines[start : start + CHUNK_ROWS],
                    columns={name: column.slice(start, CHUNK_ROWS) for name, column in chunk.columns.items()},
                    bad=chunk.bad if start == 0 else (),
                )


def _inner_table(path: Path, kind: Kind, is_header: IsHeader | None, mend: Mend | None) -> _Inner:
    """The readers of workbooks and shapes are loaded when a file is one."""
    if kind in ("text", "gzip"):
        blocks = line_blocks(path)
        return _TextTable(mend(blocks) if mend else blocks)
    if kind == "zip":
        from trucewatch.sources.sheet import Sheet
        from trucewatch.sources.zip_members import members_of

        if not any(name.lower().endswith((".shp", ".kml")) for name in members_of(path)):
            return Sheet(path, is_header=is_header)
    from trucewatch.sources.geo_table import GeoTable

    return GeoTable(path, kind)


def _check_header(header: Sequence[str], keys: Sequence[str]) -> None:
    if len(header) > MAX_COLUMNS:
        raise UnreadableInput(
            Message(
                "the header has {columns} columns; at most {most} can be read",
                columns=Amount(len(header)),
                most=Amount(MAX_COLUMNS),
            )
        )
    positions: dict[str, int] = {}
    for position, key in enumerate(keys, 1):
        if key and key in positions:
            raise UnreadableInput(
                Message(
                    'the header names the column "{name}" twice (columns {first} and {second}); rename one of them',
                    name=header[position - 1].strip(),
                    first=positions[key],
                    second=position,
                )
            )
        positions[key] = position


def build_chunk(
    keys: Sequence[str], lines: Sequence[int], rows: Sequence[Sequence[str]], bad: Sequence[BadRow]
) -> Chunk:
    """A chunk from rows of cells, each as long as the header."""
    cells = zip(*rows, strict=True) if rows else ([] for _ in keys)
    columns = {}
    for key, column in zip(keys, cells, strict=True):
        if key:
            columns[key] = pc.utf8_trim_whitespace(pa.array(column, pa.string()))
    return Chunk(np.asarray(lines, dtype=np.int64), columns, tuple(bad))


class _TextTable:
    def __init__(self, blocks: Iterator[Block]) -> None:
        self._blocks = blocks
        self._failure: UnreadableInput | None = None
        self._rest: Block | None = None
        self.lines: list[str] = []
        self.first_line = 1
        for block in blocks:
            if block.overlong:
                raise UnreadableInput(
                    Message(
                        "the first line is longer than a header can be; a table begins with one line of column names"
                    )
                )
            if not block.data.strip(b" \t\n"):
                continue
            self._take(block)
            self._drop_blank_lines()
            if self.lines:
                break
        if not self.lines:
            raise self._failure or UnreadableInput(Message("the file holds only blank lines; fetch it again"))
        self.delimiter = _delimiter_of(self.lines[0])
        header, line_count = _header_of(self.lines, self.delimiter)
        self.header = tuple(cell.strip() for cell in header)
        del self.lines[:line_count]
        self.first_line += line_count
        if len(self.lines) > FEW_LINES and self._failure is None:
            at = 0  # found without copying what follows, which a million blank lines would do a million times
            for _ in range(self.first_line - block.first_line):
                at = block.data.index(b"\n", at) + 1
            self._rest = Block(self.first_line, block.data[at:], lines=len(self.lines))

    def _drop_blank_lines(self) -> None:
        blank = next((number for number, line in enumerate(self.lines) if line.strip()), len(self.lines))
        del self.lines[:blank]
        self.first_line += blank

    def _take(self, block: Block) -> None:
        """Decode a block and put its lines behind those that wait; where it is not UTF-8, keep what stands before."""
        data = block.data
        try:
            text = data.decode()
        except UnicodeDecodeError as exc:
            number = block.first_line + data.count(b"\n", 0, exc.start)
            text = data[: data.rfind(b"\n", 0, exc.start) + 1].decode()
            self._failure = UnreadableInput(_not_utf8(data, exc.start, number))
        if not self.lines:
            self.first_line = block.first_line
        self.lines.extend(text.split("\n")[:-1])

    def chunks(self, keys: Sequence[str]) -> Iterator[Chunk]:
        rest, self._rest = self._rest, None
        if rest is not None and (chunk := self._parse_plain(rest, keys)) is not None:
            self.lines = []
            yield chunk
        del rest
        if self.lines:
            yield from self._parse(keys, at_end=False)
        for block in self._blocks_until_failure():
            if block.overlong:
                if self.lines:
                    yield from self._parse(keys, at_end=True)
                self.lines = []
                yield build_chunk(
                    keys, [], [], [BadRow(block.first_line, TOO_LONG, block.data[:300].decode(errors="replace"))]
                )
                continue
            if not self.lines and not block.data.strip(b" \t\n"):
                continue  # blank lines by the million, which a small gzip file can hold
            chunk = self._parse_plain(block, keys) if not self.lines else None
            if chunk is not None:
                yield chunk
                continue
            self._take(block)
            yield from self._parse(keys, at_end=False)
        if self.lines:
            yield from self._parse(keys, at_end=True)
        if self._failure is not None:
            raise self._failure

    def _blocks_until_failure(self) -> Iterator[Block]:
        """The next blocks; where the file breaks, what was read before is still handed out."""
        try:
            while self._failure is None and (block := next(self._blocks, None)) is not None:
                yield from _blank_runs_apart(block)
        except UnreadableInput as exc:
            self._failure = exc

    def _parse_plain(self, block: Block, keys: Sequence[str]) -> Chunk | None:
        """The fast way, for a block in which no line needs a second look; None for any other."""
        data = block.data
        if b'"' in data or b"\r" in data or b"\0" in data or b"\n\n" in data or data.startswith(b"\n") or not all(keys):
            return None
        try:
            table = pa_csv.read_csv(
                io.BytesIO(data),
                pa_csv.ReadOptions(use_threads=False, block_size=len(data) + 1, column_names=list(keys)),
                pa_csv.ParseOptions(delimiter=self.delimiter, quote_char=False, ignore_empty_lines=False),
                pa_csv.ConvertOptions(column_types=dict.fromkeys(keys, pa.string()), strings_can_be_null=False),
            ).combine_chunks()
        except pa.ArrowInvalid:
            return None
        columns = {}
        for key in keys:
            column = table.column(key)
            column = column.chunk(0) if column.num_chunks else pa.array([], pa.string())
            # No text has more characters than bytes, and the bytes need no look at each.
            is_long = len(column) and pc.max(pc.binary_length(column)).as_py() > MAX_FIELD_CHARS
            if is_long and pc.max(pc.utf8_length(column)).as_py() > MAX_FIELD_CHARS:
                return None
            columns[key] = pc.utf8_trim_whitespace(column)
        if all(pc.any(pc.equal(column, "")).as_py() for column in columns.values()):
            return None  # perhaps a row of separators only: the slow way leaves such rows out
        lines = np.arange(block.first_line, block.first_line + table.num_rows, dtype=np.int64)
        return Chunk(lines, columns, ())

    def _parse(self, keys: Sequence[str], *, at_end: bool) -> Iterator[Chunk]:
        """The careful way. What may go on in the next block stays waiting in `lines`, unless this is the end.

        One chunk, or several where so many rows are refused that they are handed on in pieces.
        """
        width = len(keys)
        numbers: list[int] = []
        rows: list[list[str]] = []
        bad: list[BadRow] = []
        index = 0
        while index < len(self.lines):
            line, number = self.lines[index], self.first_line + index
            if not line:
                index += 1
                continue
            line_count, reason = 1, None
            cells: list[str] = []
            if "\0" in line:
                reason = _NUL
            elif '"' not in line:
                cells = line.split(self.delimiter)
                if "\r" in line:
                    reason = _LONE_CR
                elif len(line) > MAX_FIELD_CHARS and max(map(len, cells)) > MAX_FIELD_CHARS:
                    reason = TOO_LONG
            else:
                feed = _Feed(self.lines, index)
                try:
                    cells = next(csv.reader(feed, delimiter=self.delimiter, strict=True))
                    line_count = feed.line_count
                except csv.Error as exc:
                    if feed.ran_out and not at_end:
                        break
                    reason = TOO_LONG if "limit" in str(exc) else _LONE_CR if "new-line" in str(exc) else _OPEN_QUOTE
                if any("\0" in cell for cell in cells):
                    reason = _NUL
            if reason is None and any(cell.strip() for cell in cells):
                if len(cells) != width:
                    reason = _wrong_width(len(cells), width, spans=line_count)
                else:
                    numbers.append(number)
                    rows.append(cells)
            if reason is not None:
                # Only the first line is given up: were the quote a slip, the lines after it are rows of their own.
                line_count = 1
                bad.append(BadRow(number, reason, line[:300]))
                if len(bad) >= MOST_BAD_AT_ONCE:
                    yield build_chunk(keys, numbers, rows, bad)
                    numbers, rows, bad = [], [], []
            index += line_count
        del self.lines[:index]
        self.first_line += index
        yield build_chunk(keys, numbers, rows, bad)


def _not_utf8(data: bytes, at: int, line: int) -> Message:
    """Why nothing from a byte on was read, with the encoding that the bytes around it are probably in."""
    sample = data[max(data.rfind(b"\n", 0, at), 0) : at + _SAMPLE_BYTES]
    runs = [len(run) for run in _HIGH_RUN.findall(sample)]
    is_text = not any(byte < 0x20 and byte not in b"\t\r\n" for byte in sample)
    name = ""
    if is_text and runs and not _HIGH_RUN.search(data, 0, at):  # otherwise it was UTF-8 up to here
        # Words of another alphabet are runs of high bytes; accents stand alone among Latin letters.
        name = "Windows-1251" if sum(runs) >= 2.5 * len(runs) else "Windows-1252"
    if not name:
        return Message(
            "line {line} holds the byte 0x{byte}, which is not UTF-8, and nothing from there on was read; find "
            "out the file's encoding and convert it to UTF-8",
            line=line,
            byte=f"{data[at]:02X}",
        )
    return Message(
        "line {line} holds the byte 0x{byte}, which is not UTF-8, and nothing from there on was read; it looks like "
        "{encoding}: save the file as UTF-8 in the program that wrote it",
        line=line,
        byte=f"{data[at]:02X}",
        encoding=name,
    )


def _blank_runs_apart(block: Block) -> Iterator[Block]:
    """The same lines; runs of a thousand blank ones are blocks of their own, which are passed over as a whole."""
    if block.overlong or _LONG_RUN not in block.data:
        yield block
        return
    data, line, at = block.data, block.first_line, 0
    for run in _BLANK_RUN.finditer(data):
        end = run.start() + 1 if run.start() else 0  # the line before the run ends with its first byte
        for piece in (data[at:end], data[end : run.end()]):
            if piece:
                count = piece.count(b"\n")
                yield Block(line, piece, lines=count)
                line += count
        at = run.end()
    if at < len(data):
        yield Block(line, data[at:], lines=data.count(b"\n", at))


class _Feed:
    """Lines for the csv module, which asks for more while a quote is open."""

    def __init__(self, lines: Sequence[str], start: int) -> None:
        self._lines = lines
        self._start = start
        self.line_count = 0
        self.ran_out = False

    def __iter__(self) -> _Feed:
        return self

    def __next__(self) -> str:
        position = self._start + self.line_count
        if self.line_count >= MAX_RECORD_LINES:
            raise StopIteration
        if position >= len(self._lines):
            self.ran_out = True
            raise StopIteration
        self.line_count += 1
        return self._lines[position] + "\n"


def _wrong_width(cells: int, width: int, *, spans: int) -> Message:
    if spans > 1:
        return _OPEN_QUOTE
    if cells == 1:
        return Message(
            "the row has {cells} cell where the header has {columns}; complete it or quote its separators",
            cells=cells,
            columns=width,
        )
    return Message(
        "the row has {cells} cells where the header has {columns}; complete it or quote its separators",
        cells=cells,
        columns=width,
    )


def _delimiter_of(line: str) -> str:
    outside = "".join(line.split('"')[::2])
    return max(",;\t", key=outside.count)


def _header_of(lines: Sequence[str], delimiter: str) -> tuple[list[str], int]:
    line = lines[0]
    if line[1::2].count("\0") * 2 > len(line[1::2]) or line[::2].count("\0") * 2 > len(line[::2]):
        raise UnreadableInput(
            Message(
                "the file is no text table as it stands: its first line holds control characters as UTF-16 without its "
                "byte order mark does; save the file as UTF-8"
            )
        )
    if any(not char.isprintable() and char not in "\t\r" for char in line):
        raise UnreadableInput(
            Message(
                "the file is no text table (its first line holds control characters); a table begins with one line of "
                "column names"
            )
        )
    if line.lstrip().casefold().startswith(("<!doctype", "<html", "<?xml")):
        raise UnreadableInput(Message("the file is a web page or XML, not a table; fetch the table itself"))
    feed = _Feed(lines, 0)
    try:
        cells = next(csv.reader(feed, delimiter=delimiter, strict=True))
    except csv.Error as exc:
        raise UnreadableInput(
            Message("the header cannot be read ({error}); a table begins with one line of column names", error=exc)
        ) from exc
    return cells, feed.line_count
