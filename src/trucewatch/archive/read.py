"""Files → rows, piece by piece: CSV at the speed of Arrow, Parquet, FIRMS, or whatever a source's adapter reads.

A block of plain CSV is read in one pass (`plain.py`), any other by Arrow. What Arrow cannot read as it should be is
read again as text, cell by cell, so that each bad row is told with its line and its reason; the same rows come out
either way.
"""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from functools import partial
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv

from trucewatch.archive.fast_csv import is_plain, plain_rows
from trucewatch.archive.firms_rows import firms_rows
from trucewatch.archive.header import Layout, detect_layout
from trucewatch.archive.rows import Rows, concat_rows
from trucewatch.archive.validate import NULLS, clean_table, rows_of_observations
from trucewatch.errors import UnreadableInput
from trucewatch.messages import Message
from trucewatch.model.batch import Batch, Origin, ReadingContext
from trucewatch.model.evidence import excerpt_of
from trucewatch.model.watch import SourceSetting
from trucewatch.sources.columns import Faults
from trucewatch.sources.reading import read_file
from trucewatch.sources.stream import BLOCK_BYTES, kind_of, line_blocks

BATCH_ROWS: Final = 131_072
_WORD: Final = pa.dictionary(pa.int32(), pa.string())
_ARROW_TYPES: Final[dict[str, Any]] = {
    **dict.fromkeys(("start", "end", "known"), pa.timestamp("us", tz="UTC")),
    **dict.fromkeys(("kind", "means", "source", "sensor", "claimed_by", "satellite", "instrument"), _WORD),
    "id": pa.string(),
    "text": pa.string(),
    "simulated": pa.bool_(),
    "geometry": pa.string(),
    "acq_date": pa.date32(),
    "acq_time": pa.int32(),
}
"""What each column is read as; numbers where nothing is said."""


@dataclass(frozen=True, slots=True)
class Refused:
    """One row that was not taken: where it stands, why, and what stood there."""

    file: str
    line: int
    reason: Message
    excerpt: str


@dataclass(frozen=True, slots=True)
class Piece:
    """Some rows of one file, in its order, and those refused; `bytes_read`: how much of the file is behind us."""

    rows: Rows
    refused: tuple[Refused, ...]
    bytes_read: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """How files are read. zone: for times without one. numbered: whether each row keeps its file and line."""

    zone: tzinfo | None = None
    zone_name: str = ""
    kind: str = "thermal_anomaly"
    numbered: bool = False
    source: SourceSetting | None = None
    context: ReadingContext = field(default_factory=ReadingContext)
    received_at: datetime = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Input:
    """One file with its number, its layout (None where an adapter reads it), and what has to be told of it."""

    path: Path
    number: int
    layout: Layout | None
    header: tuple[str, ...] = ()
    delimiter: str = ","
    size: int = 0


def open_input(path: Path, number: int, reading: Reading) -> Input:
    """The file, its header read. Raises UnreadableInput."""
    if not path.is_file():
        raise UnreadableInput(Message("{path}: there is no such file; correct its name", path=path))
    size = path.stat().st_size
    if reading.source is not None:
        return Input(path, number, None, size=size)
    try:
        kind = kind_of(path)
        if kind == "parquet":
            import pyarrow.parquet as pq

            names = tuple(pq.read_schema(path).names)
            return Input(path, number, detect_layout(names), names, size=size)
        if kind == "zip":
            raise UnreadableInput(Message("an XLSX is no archive; save it as CSV, or read it through --source ID"))
        if kind not in ("text", "gzip"):
            raise UnreadableInput(
                Message("a file of shapes is no archive; save it as CSV, or read it through --source ID")
            )
        names, delimiter = _header_of(next(line_blocks(path)).data)
        return Input(path, number, detect_layout(names), names, delimiter, size)
    except pa.ArrowException as exc:
        raise UnreadableInput(
            Message("{path}: the Parquet file is cut off or damaged; fetch it again", path=path)
        ) from exc
    except UnreadableInput as exc:
        raise UnreadableInput(Message("{where}: {why}", where=path, why=exc)) from exc
    except StopIteration as exc:
        raise UnreadableInput(
            Message("{where}: {why}", where=path, why=Message("the file is empty; fetch it again"))
        ) from exc


def _header_of(block: bytes) -> tuple[tuple[str, ...], str]:
    first = block.split(b"\n", 1)[0].decode("utf-8", errors="replace")
    delimiter = max(",;\t", key=first.count)
    return tuple(name.strip() for name in next(csv.reader([first], delimiter=delimiter))), delimiter


def read_pieces(file: Input, reading: Reading) -> Iterator[Callable[[], Piece]]:
    """Work that gives the rows of a file piece by piece; each may be done on any thread, in any order.

    Raises UnreadableInput where the file breaks off.
    """
    if file.layout is None:
        yield from _adapter_pieces(file, reading)
    elif kind_of(file.path) == "parquet":
        yield from _parquet_pieces(file, file.layout, reading)
    else:
        yield from _text_pieces(file, file.layout, reading)


def _text_pieces(file: Input, layout: Layout, reading: Reading) -> Iterator[Callable[[], Piece]]:
    bytes_read, carry, first = 0, b"", 0
    is_header = True
    for block in line_blocks(file.path):
        if block.overlong:
            refused = Refused(
                file.path.name,
                block.first_line,
                Message("the line is longer than 8 MB; shorten it"),
                excerpt_of(block.data.decode("utf-8", "replace")),
            )
            yield partial(Piece, concat_rows([]), (refused,), bytes_read)
            continue
        data, line, count = (carry + block.data, first, -1) if carry else (block.data, block.first_line, block.lines)
        bytes_read += len(block.data)
        if is_header:
            data, line, count, is_header = data.partition(b"\n")[2], line + 1, count - 1, False
        carry = b""
        if b'"' in data and data.count(b'"') % 2 and len(data) < 16 * BLOCK_BYTES:
            carry, first = data, line
            continue
        if data:
            yield lambda data=data, line=line, count=count, bytes_read=bytes_read: _read_block(  # type: ignore[misc]
                file, layout, reading, data, line, count, bytes_read
            )
    if carry:
        yield lambda: _read_block(file, layout, reading, carry, first, -1, bytes_read)


def _read_block(
    file: Input, layout: Layout, reading: Reading, data: bytes, first_line: int, lines: int, bytes_read: int
) -> Piece:
    """One block of whole lines, of which there are `lines` (or nobody counted: negative). Any fault of a quick way
    sends it the careful way."""
    if is_plain(layout, file.header):
        plain = plain_rows(data, file.header, file.delimiter, layout, reading.kind, lines)
        if plain is not None:
            if reading.numbered:
                numbers = np.arange(first_line, first_line + len(plain), dtype=np.int64)
                plain = plain.with_line_numbers(file.number, numbers)
            return Piece(plain, (), bytes_read)
    uneven: list[tuple[int, str]] = []
    typed = _parse(file, layout, data, uneven, as_text=False)
    if typed is not None and not uneven:
        rows, faults = _clean(typed, layout, reading)
        if rows is not None and not faults.reasons:
            if reading.numbered:
                rows = rows.with_line_numbers(file.number, _lines_of(data, first_line, typed.num_rows, file.delimiter))
            return Piece(rows, (), bytes_read)
    return _read_carefully(file, layout, reading, data, first_line, bytes_read)


def _read_carefully(
    file: Input, layout: Layout, reading: Reading, data: bytes, first_line: int, bytes_read: int
) -> Piece:
    uneven: list[tuple[int, str]] = []
    text = data.decode("utf-8", errors="replace").encode()
    table = _parse(file, layout, text, uneven, as_text=True)
    lines = _lines_of(text, first_line, None, file.delimiter)
    if table is None:
        unread = tuple(
            Refused(
                file.path.name,
                int(line),
                Message("the lines cannot be parsed (an open quote or a broken row); mend them"),
                "",
            )
            for line in lines[:1]
        )
        return Piece(concat_rows([]), unread, bytes_read)
    bad = {number for number, _ in uneven}
    good_lines = np.array([line for number, line in enumerate(lines.tolist(), 1) if number not in bad], dtype=np.int64)
    refused = [
        Refused(
            file.path.name,
            int(lines[number - 1]),
            Message("the row has not {columns} cells; mend it", columns=len(file.header)),
            excerpt_of(raw),
        )
        for number, raw in uneven
        if number <= len(lines)
    ]
    if layout.form == "firms":
        rows, more = firms_rows_by_adapter(file, layout, text, good_lines, first_line)
        refused += more
    else:
        rows, faults = clean_table(table, layout, zone=reading.zone, zone_name=reading.zone_name, kind=reading.kind)
        refused += _refused_of(file, table, faults, good_lines)
        if reading.numbered:
            rows = rows.with_line_numbers(file.number, good_lines[faults.good])
    return Piece(rows, tuple(sorted(refused, key=lambda row: row.line)), bytes_read)


def _refused_of(file: Input, table: pa.Table, faults: Faults, lines: Any) -> list[Refused]:
    refused = []
    for number, reason in faults.reasons.items():
        cells = ",".join(str(column[number].as_py() if column[number].is_valid else "") for column in table.columns)
        refused.append(Refused(file.path.name, int(lines[number]), reason, excerpt_of(cells)))
    return refused


def _parse(file: Input, layout: Layout, data: bytes, uneven: list[tuple[int, str]], *, as_text: bool) -> Any:
    """The needed columns of a block, or None where Arrow cannot read them so."""

    def note(row: Any) -> str:
        uneven.append((row.number, row.text))
        return "skip"

    types = {
        name: pa.string() if as_text else _ARROW_TYPES.get(what, pa.float64()) for what, name in layout.columns.items()
    }
    try:
        return pa_csv.read_csv(
            pa.BufferReader(data),
            read_options=pa_csv.ReadOptions(
                column_names=list(file.header), use_threads=False, block_size=max(len(data) + 1, 1 << 16)
            ),
            parse_options=pa_csv.ParseOptions(
                delimiter=file.delimiter, newlines_in_values=b'"' in data, invalid_row_handler=note
            ),
            convert_options=pa_csv.ConvertOptions(
                include_columns=list(layout.columns.values()),
                column_types=types,
                null_values=[] if as_text else NULLS,
                strings_can_be_null=False,
                true_values=["true", "True", "TRUE", "1", "yes"],
                false_values=["false", "False", "FALSE", "0", "no", ""],
            ),
        )
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
        return None


def _clean(table: pa.Table, layout: Layout, reading: Reading) -> tuple[Rows | None, Faults]:
    if layout.form == "firms":
        return firms_rows(table, layout), Faults(table.num_rows)
    return clean_table(table, layout, zone=reading.zone, zone_name=reading.zone_name, kind=reading.kind)


def _lines_of(data: bytes, first_line: int, rows: int | None, delimiter: str) -> Any:
    """The line on which each record of a block starts."""
    if rows is not None and b'"' not in data and data.count(b"\n") == rows:
        return np.arange(first_line, first_line + rows, dtype=np.int64)
    if b'"' not in data:
        return np.array(
            [first_line + at for at, line in enumerate(data.split(b"\n")) if line.strip(b"\r")], dtype=np.int64
        )
    reader = csv.reader(io.StringIO(data.decode("utf-8", "replace"), newline=""), delimiter=delimiter)
    begins, before = [], 0
    for row in reader:
        if row:
            begins.append(first_line + before)
        before = reader.line_num
    return np.array(begins, dtype=np.int64)


def firms_rows_by_adapter(
    file: Input, layout: Layout, data: bytes, lines: Any, first_line: int
) -> tuple[Rows, tuple[Refused, ...]]:
    """A block that has a fault or an oddity, read by the adapter for FIRMS itself."""
    with tempfile.TemporaryDirectory(prefix="trucewatch-") as folder:
        piece = Path(folder) / "piece.csv"
        piece.write_bytes(file.delimiter.join(file.header).encode() + b"\n" + data)
        return _rows_of_batches(
            read_file(
                piece,
                Origin(evidence_sha256="", file=file.path.name, received_at=datetime(1970, 1, 1, tzinfo=UTC)),
                SourceSetting(id="", adapter="firms", files=()),
                ReadingContext(),
            ),
            file,
            shift=first_line - 2,
            with_ids=False,
            flags=_flags_by_line(file, layout, data, lines),
        )


def _flags_by_line(file: Input, layout: Layout, data: bytes, lines: Any) -> dict[int, bool]:
    if "simulated" not in layout.columns:
        return {}
    table = _parse(file, layout, data, [], as_text=True)
    words = table[layout.columns["simulated"]].to_pylist()
    return {
        int(line): str(word).strip().casefold() in ("true", "1", "yes")
        for line, word in zip(lines, words, strict=False)
    }


def _rows_of_batches(
    batches: Iterable[Batch], file: Input, *, shift: int, with_ids: bool, flags: dict[int, bool]
) -> tuple[Rows, tuple[Refused, ...]]:
    parts: list[Rows] = []
    refused: list[Refused] = []
    for batch in batches:
        if batch.observations.num_rows:
            rows = rows_of_observations(batch.observations, with_ids=with_ids)
            lines = batch.observations["evidence_row"].to_numpy() + shift
            rows = rows.with_line_numbers(file.number, lines)
            if flags:
                rows.columns["simulated"] = np.array([flags.get(int(line), False) for line in lines], dtype=np.bool_)
            parts.append(rows)
        refused += [
            Refused(file.path.name, rejected.row + shift if rejected.row else 0, rejected.reason, rejected.excerpt)
            for rejected in batch.rejected
        ]
    return concat_rows(parts), tuple(refused)


def _adapter_pieces(file: Input, reading: Reading) -> Iterator[Callable[[], Piece]]:
    assert reading.source is not None
    origin = Origin(evidence_sha256="", file=file.path.name, received_at=reading.received_at)
    for batch in read_file(file.path, origin, reading.source, reading.context):
        yield lambda batch=batch: Piece(  # type: ignore[misc]
            *_rows_of_batches([batch], file, shift=0, with_ids=True, flags={}), file.size
        )


def _parquet_pieces(file: Input, layout: Layout, reading: Reading) -> Iterator[Callable[[], Piece]]:
    import pyarrow.parquet as pq

    with pq.ParquetFile(file.path) as parquet:
        total = max(parquet.metadata.num_rows, 1)
        first = 1
        try:
            for batch in parquet.iter_batches(batch_size=BATCH_ROWS, columns=list(layout.columns.values())):
                bytes_read = round(file.size * min(first + batch.num_rows, total) / total)
                table = pa.Table.from_batches([batch])
                yield lambda table=table, first=first, bytes_read=bytes_read: read_table(
                    file, layout, reading, table, first, bytes_read
                )  # type: ignore[misc]
                first += batch.num_rows
        except (pa.ArrowException, OSError) as exc:
            raise UnreadableInput(
                Message(
                    "{path}: the Parquet file breaks off after row {row}; fetch it again", path=file.path, row=first - 1
                )
            ) from exc


def read_table(file: Input, layout: Layout, reading: Reading, table: pa.Table, first: int, bytes_read: int) -> Piece:
    """Rows of an Arrow table whose first row has the number `first`. Raises UnreadableInput where a
    column cannot be what it has to be."""
    lines = np.arange(first, first + table.num_rows, dtype=np.int64)
    if layout.form == "firms":
        return _firms_table(file, layout, table, lines, bytes_read, numbered=reading.numbered)
    try:
        rows, faults = clean_table(table, layout, zone=reading.zone, zone_name=reading.zone_name, kind=reading.kind)
    except UnreadableInput as exc:
        raise UnreadableInput(Message("{where}: {why}", where=file.path, why=exc)) from exc
    if reading.numbered:
        rows = rows.with_line_numbers(file.number, lines[faults.good])
    return Piece(rows, tuple(_refused_of(file, table, faults, lines)), bytes_read)


def firms_piece(table: pa.Table, layout: Layout) -> Piece:
    """The rows of a FIRMS table in memory, numbered from 0."""
    file = Input(Path("table"), 0, layout)
    return _firms_table(file, layout, table, np.arange(table.num_rows, dtype=np.int64), 0, numbered=True)


def _firms_table(file: Input, layout: Layout, table: pa.Table, lines: Any, bytes_read: int, *, numbered: bool) -> Piece:
    """FIRMS columns of any types, through text."""
    sink = io.BytesIO()
    words = pa.table({name: _flat_text(table[name], what) for what, name in layout.columns.items()})
    pa_csv.write_csv(words, sink)
    header, _, data = sink.getvalue().partition(b"\n")
    plain = Input(file.path, file.number, layout, _header_of(header)[0], ",", file.size)
    reading = Reading(numbered=numbered)
    return _read_block(plain, layout, reading, data, int(lines[0]) if len(lines) else 1, -1, bytes_read)


def _flat_text(column: Any, what: str) -> Any:
    if what == "acq_date" and pa.types.is_temporal(column.type):
        return pc.strftime(column.cast(pa.timestamp("s")), format="%Y-%m-%d")
    return pc.fill_null(column.cast(pa.string()), "")


def inputs_of(paths: Sequence[Path], reading: Reading) -> list[Input]:
    """All files, opened; they must be of one form, so that their rows can be told apart by the same means. Raises
    UnreadableInput."""
    files = [open_input(path, number, reading) for number, path in enumerate(paths)]
    if len({file.layout.has_our_ids for file in files if file.layout is not None}) > 1:
        raise UnreadableInput(
            Message("some inputs have observation ids and some have not; fuse them apart, or name their column id")
        )
    return files
