"""XLSX workbooks → the same chunks as text tables; only the first sheet, only stored values, no formula is run.

The ZIP directory is checked before anything is unpacked: small files that grow beyond all measure are refused.
"""

from __future__ import annotations

import io
import warnings
import zipfile
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, time
from itertools import repeat, zip_longest
from pathlib import Path
from typing import Any, BinaryIO, Final

from trucewatch.errors import InputTooLarge, UnreadableInput
from trucewatch.messages import Amount, Message
from trucewatch.sources.merged_cells import MergedCells, scan_sheet
from trucewatch.sources.table import MAX_COLUMNS, MAX_FIELD_CHARS, TOO_LONG, BadRow, Chunk, build_chunk

MAX_XLSX_UNPACKED_BYTES: Final = 512 << 20
MAX_XLSX_RATIO: Final = 200
RATIO_COUNTS_FROM_BYTES: Final = 1 << 20
MAX_XLSX_PARTS: Final = 10_000
ROWS_AT_ONCE: Final = 5_000
"""So few that the next are never long in coming."""
MAX_ROWS: Final = 1_048_576
"""What a sheet can have; a number beyond it is written to be waited for."""
MOST_EMPTY_ROWS: Final = 10_000
"""Rows left out between two that are written. Rows that are written and empty are not counted."""


MOST_TITLES: Final = 30
"""Rows before the header."""


class Sheet:
    """The first sheet of a workbook. Row numbers are the sheet's own. is_header: which row is the header, where it is
    not the first; `titles` are those before it.

    Raises UnreadableInput where the workbook is damaged, InputTooLarge where it grows beyond its limits.
    """

    def __init__(self, path: Path, *, is_header: Callable[[Sequence[str]], bool] | None = None) -> None:
        _check_directory(path)
        self.titles: list[str] = []
        self._book = _open(path.read_bytes())
        self._rows = self._numbered_rows()
        for number, cells, reason in self._rows:
            while cells and not cells[-1].strip():
                cells.pop()
            # A title is most often merged over the table's columns: it holds no values, so nothing is guessed by it.
            if is_header is not None and not is_header(cells) and len(self.titles) < MOST_TITLES:
                self.titles += [" ".join(filter(None, cells))] if cells else []
                continue
            if reason is not None:
                raise UnreadableInput(Message("row {row}, the header, cannot be read: {why}", row=number, why=reason))
            if cells:
                self.header = tuple(cell.strip() for cell in cells)
                return
        if self.titles:
            self.header = (self.titles[0],)
            return
        raise UnreadableInput(Message("the first sheet is empty; put the table on the first sheet"))

    def chunks(self, keys: Sequence[str]) -> Iterator[Chunk]:
        numbers: list[int] = []
        rows: list[list[str]] = []
        bad: list[BadRow] = []
        width = len(keys)
        failure: UnreadableInput | None = None
        try:
            for number, cells, fault in self._rows:
                reason = fault
                while len(cells) > width and not cells[-1].strip():
                    cells.pop()
                if reason is None and not any(cell.strip() for cell in cells):
                    continue
                if reason is None and len(cells) > width:
                    reason = Message(
                        "the row has {cells} cells where the header has {columns}; name the further columns",
                        cells=len(cells),
                        columns=width,
                    )
                if reason is not None:
                    bad.append(BadRow(number, reason, ",".join(cells)[:300]))
                else:
                    numbers.append(number)
                    rows.append(cells + [""] * (width - len(cells)))
                if len(rows) + len(bad) >= ROWS_AT_ONCE:
                    yield build_chunk(keys, numbers, rows, bad)
                    numbers, rows, bad = [], [], []
        except UnreadableInput as exc:
            failure = exc
        if rows or bad:
            yield build_chunk(keys, numbers, rows, bad)
        if failure is not None:
            raise failure
        first = _first_sheet(self._book)
        more = [sheet.title for sheet in self._book.worksheets if sheet is not first and _holds_rows(sheet)]
        if more:
            raise UnreadableInput(
                Message(
                    'only the sheet "{sheet}" was read; "{other}" holds rows too: save each sheet as a file of its own',
                    sheet=first.title,
                    other=more[0],
                )
            )

    def _numbered_rows(self) -> Iterator[tuple[int, list[str], Message | None]]:
        sheet = _first_sheet(self._book)
        scan = scan_sheet(sheet)
        merged = MergedCells(scan.merged)
        try:
            # One walk gives the stored values, the other, where there are any, shows which cells are formulas.
            stored = _rows_in(sheet, is_plain=scan.is_plain)
            written: Iterator[tuple[int, Sequence[Any]]] = repeat((0, ()))
            if scan.may_have_formulas:
                written = _rows_in(sheet, formulas=True, is_plain=scan.is_plain)
            for (number, values), (_, formulas) in zip(stored, written, strict=False):
                cells: list[str] = []
                is_number: list[bool] = []
                reason: Message | None = None
                for value, formula in zip_longest(values, formulas):
                    text, fault = _text_of(value, formula)
                    reason = fault if reason is None else reason
                    cells.append(text)
                    is_number.append(value is not None and isinstance(value.value, int | float))
                why = merged.fill(number, cells, is_number)
                yield number, cells, why if reason is None else reason
        except UnreadableInput:
            raise
        except Exception as exc:
            raise UnreadableInput(
                Message("the workbook is damaged ({error}); save it again", error=exc.__class__.__name__)
            ) from exc


def _check_directory(path: Path) -> None:
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as exc:
        raise UnreadableInput(
            Message("the workbook is cut off or damaged ({error}); fetch the file again", error=exc)
        ) from exc
    if any(part.filename == "word/document.xml" for part in parts):
        raise UnreadableInput(
            Message(
                "the file is a Word document, not a table; copy its table into a sheet and save that as XLSX or CSV"
            )
        )
    if not any(part.filename == "xl/workbook.xml" for part in parts):
        raise UnreadableInput(
            Message("the file is a ZIP archive, not an XLSX workbook; unpack it and give the table inside")
        )
    if path.stat().st_size > MAX_XLSX_UNPACKED_BYTES:
        raise InputTooLarge(
            Message("the workbook is larger than {size} MB; save the table as CSV", size=MAX_XLSX_UNPACKED_BYTES >> 20)
        )
    unpacked = sum(part.file_size for part in parts)
    packed = max(sum(part.compress_size for part in parts), 1)
    if (
        len(parts) > MAX_XLSX_PARTS
        or unpacked > MAX_XLSX_UNPACKED_BYTES
        or (unpacked > RATIO_COUNTS_FROM_BYTES and unpacked > MAX_XLSX_RATIO * packed)
    ):
        raise InputTooLarge(
            Message(
                "the workbook would grow from {packed} to {unpacked} bytes, beyond the limit of {size} MB or {ratio} "
                "times; save the table as CSV",
                packed=Amount(packed),
                unpacked=Amount(unpacked),
                size=MAX_XLSX_UNPACKED_BYTES >> 20,
                ratio=MAX_XLSX_RATIO,
            )
        )


def _open(content: bytes) -> Any:
    import openpyxl

    if not openpyxl.DEFUSEDXML:
        raise UnreadableInput(
            Message("XLSX is read only with the package defusedxml in place; install it, or save the table as CSV")
        )
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
    except Exception as exc:
        raise UnreadableInput(
            Message("the workbook is damaged ({error}); save it again", error=exc.__class__.__name__)
        ) from exc


def _rows_in(sheet: Any, *, formulas: bool = False, is_plain: bool = False) -> Iterator[tuple[int, Sequence[Any]]]:
    """The rows that are written in a sheet, with their numbers and cells, None for a cell that is not.

    formulas: a cell's formula, where it is one, in place of the value that is stored.
    is_plain: the XML defines nothing of its own, so the compiled parser may have it, which nothing can be forbidden.
    Raises InputTooLarge for a row or a column that no sheet has, UnreadableInput for a gap that no table has:
    openpyxl's own walk makes every row up to the number that a row says it has, and every cell up to its column.
    """
    from openpyxl.cell.read_only import ReadOnlyCell
    from openpyxl.worksheet._reader import WorkSheetParser

    book = sheet.parent
    before = 0
    with warnings.catch_warnings(), sheet._get_source() as source:
        warnings.simplefilter("ignore")
        parser = WorkSheetParser(
            source,
            sheet._shared_strings,
            data_only=not formulas,
            epoch=book.epoch,
            date_formats=book._date_formats,
            timedelta_formats=book._timedelta_formats,
        )
        for number, written in _parsed(parser, source) if is_plain else parser.parse():
            _check_row(number, before)
            width = max((cell["column"] for cell in written), default=0)
            if width > MAX_COLUMNS:
                raise InputTooLarge(
                    Message(
                        "row {row} has more than {columns} columns; delete the empty ones",
                        row=number,
                        columns=Amount(MAX_COLUMNS),
                    )
                )
            cells: list[Any] = [None] * width
            for cell in written:
                cells[cell["column"] - 1] = ReadOnlyCell(sheet, **cell)
            before = number
            yield number, cells


def _parsed(parser: Any, source: BinaryIO) -> Iterator[tuple[int, list[dict[str, Any]]]]:
    """The rows as openpyxl's own walk gives them, by the compiled parser of XML: three times as fast."""
    from xml.etree.ElementTree import iterparse

    from openpyxl.worksheet._reader import ROW_TAG

    for _, element in iterparse(source):  # noqa: S314 - `scan_sheet` saw that it defines nothing: no document type
        if element.tag == ROW_TAG:
            yield parser.parse_row(element)
            element.clear()


def _check_row(number: int, before: int) -> None:
    if number > MAX_ROWS:
        raise InputTooLarge(
            Message(
                "a row has the number {row}, and no sheet has more than {most}; save the table as CSV",
                row=Amount(number),
                most=Amount(MAX_ROWS),
            )
        )
    if number <= before:
        raise UnreadableInput(
            Message("row {row} stands after row {before}; save the workbook again", row=number, before=before)
        )
    if number - before > MOST_EMPTY_ROWS:
        raise UnreadableInput(
            Message(
                "more than {most} empty rows lie before row {row}; delete them, or save the table as CSV",
                most=Amount(MOST_EMPTY_ROWS),
                row=number,
            )
        )


def _first_sheet(workbook: Any) -> Any:
    for sheet in workbook.worksheets:
        if sheet.sheet_state == "visible":
            return sheet
    raise UnreadableInput(Message("the workbook has no visible sheet of cells; put the table on the first sheet"))


def _holds_rows(sheet: Any) -> bool:
    return any(any(cell is not None and cell.value is not None for cell in cells) for _, cells in _rows_in(sheet))


def _text_of(cell: Any, formula: Any) -> tuple[str, Message | None]:
    """A cell as text, and what is wrong with it, if anything is."""
    value = None if cell is None else cell.value
    if value is None:
        if formula is not None and formula.data_type == "f" and formula.value is not None:
            return "", Message(
                "cell {cell} is a formula without a stored value; save it as a value", cell=formula.coordinate
            )
        return "", None
    if cell.data_type == "e":
        return str(value), Message("cell {cell} holds the error {value}; correct it", cell=cell.coordinate, value=value)
    if isinstance(value, bool):
        return ("true" if value else "false"), None
    if isinstance(value, datetime):
        timed = value.time() != time() or "h" in str(cell.number_format).lower()
        return (value.isoformat(sep=" ", timespec="auto") if timed else value.date().isoformat()), None
    if isinstance(value, float):
        return (str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)), None
    text = str(value)
    if len(text) > MAX_FIELD_CHARS:
        return text[:300], TOO_LONG
    if "\0" in text:
        return text, Message("cell {cell} holds a NUL character; remove it", cell=cell.coordinate)
    return text, None
