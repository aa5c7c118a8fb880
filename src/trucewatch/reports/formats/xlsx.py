"""The daily report as a workbook: a sheet each for summary, incidents, findings, regions, numbers, corrections. Keys in
English.

Written part by part, so that the same report is the same bytes: no clock, no random name, no temporary file. A text is
never a formula: it is stored as text, and what begins like one is marked to stay text when somebody edits the cell.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator
from io import BytesIO
from typing import Final
from xml.sax.saxutils import escape, quoteattr
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from trucewatch.locale import words
from trucewatch.locale.plain import legible
from trucewatch.model.times import iso_utc
from trucewatch.reports.record import DailyReport
from trucewatch.reports.tables import Cell, Table, tables_of

NAME = "xlsx"
SUFFIX = ".xlsx"
MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

MOST_ROWS: Final = 1_048_575
"""Rows of one sheet below its head; what is more goes on in a sheet of the same name with a number."""
LONGEST_TEXT: Final = 32_767
"""UTF-16 units that a cell holds."""
_SAMPLED: Final = 200
_HEAD, _AS_TEXT = 1, 2
_EPOCH: Final = (1980, 1, 1, 0, 0, 0)
_MAIN: Final = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
_OFFICE: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE: Final = "http://schemas.openxmlformats.org/package/2006"
_XML: Final = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_STYLES: Final = (
    f'{_XML}<styleSheet {_MAIN}><fonts count="2"><font><sz val="11"/><name val="Calibri"/></font>'
    '<font><b/><sz val="11"/><name val="Calibri"/></font></fonts>'
    '<fills count="3"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill>'
    '<fill><patternFill patternType="solid"><fgColor rgb="FFE9ECE8"/></patternFill></fill></fills>'
    '<borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="3"><xf/>'
    '<xf fontId="1" fillId="2" applyFont="1" applyFill="1"/><xf quotePrefix="1"/></cellXfs>'
    '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
)


def render(report: DailyReport, *, language: str) -> bytes:
    """The workbook's bytes."""
    tables = tables_of(report, words(language))
    sheets = [sheet for table in tables.values() for sheet in _sheets_of(table)]
    out = BytesIO()
    with ZipFile(out, "w") as archive:
        for name, text in _parts(report, str(tables["summary"].rows[0][1]), [one.name for one in sheets]):
            _add(archive, name, text)
        for number, sheet in enumerate(sheets, 1):
            _add(archive, f"xl/worksheets/sheet{number}.xml", "".join(_sheet(sheet)))
    return out.getvalue()


def _sheets_of(table: Table) -> Iterator[Table]:
    """The table, in as many sheets as its rows need; an empty one has its head."""
    for number, first in enumerate(range(0, max(len(table.rows), 1), MOST_ROWS), 1):
        name = table.name if number == 1 else f"{table.name} {number}"
        yield Table(name, table.columns, table.rows[first : first + MOST_ROWS])


def _sheet(table: Table) -> Iterator[str]:
    """One sheet: the head stays in sight, columns are as wide as their first rows need."""
    yield f'{_XML}<worksheet {_MAIN}><sheetViews><sheetView workbookViewId="0">'
    yield '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews><cols>'
    for number, wide in enumerate(_widths(table), 1):
        yield f'<col min="{number}" max="{number}" width="{wide}" customWidth="1"/>'
    yield "</cols><sheetData>"
    letters = [_column(number) for number in range(len(table.columns))]
    for number, row in enumerate((table.columns, *table.rows), 1):
        cells = "".join(_cell(f"{at}{number}", value, head=number == 1) for at, value in zip(letters, row, strict=True))
        yield f'<row r="{number}">{cells}</row>'
    yield "</sheetData></worksheet>"


def _cell(at: str, value: Cell, *, head: bool = False) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return f'<c r="{at}" t="b"><v>{int(value)}</v></c>'
    if isinstance(value, int | float) and math.isfinite(value):
        return f'<c r="{at}"><v>{value!r}</v></c>'
    text = _fitting(legible(str(value)))
    style = _HEAD if head else _AS_TEXT if text.startswith(("=", "+", "-", "@")) else 0
    return f'<c r="{at}" s="{style}" t="inlineStr"><is><t xml:space="preserve">{_escaped(text)}</t></is></c>'


def _fitting(text: str) -> str:
    """A text that a cell can hold; what is cut off is said in the cell."""
    if len(text.encode("utf-16-le")) // 2 <= LONGEST_TEXT:
        return text
    note = f" … [cut: {len(text):,} characters in all; the csv file has them]"
    room = (LONGEST_TEXT - len(note)) * 2
    return text.encode("utf-16-le")[:room].decode("utf-16-le", errors="ignore") + note


def _escaped(text: str) -> str:
    """Text for XML; `_x0041_`, which spreadsheets read as a character's code, stays as it is written."""
    return escape(re.sub(r"_(?=x[0-9A-Fa-f]{4}_)", "_x005F_", text))


def _widths(table: Table) -> Iterator[int]:
    for place, name in enumerate(table.columns):
        texts = [len(str(row[place])) for row in table.rows[:_SAMPLED] if row[place] is not None]
        yield min(max([len(name), *texts]) + 2, 60)


def _column(number: int) -> str:
    """A, B, …, Z, AA, … from 0."""
    letters = ""
    while number >= 0:
        number, rest = divmod(number, 26)
        letters, number = chr(ord("A") + rest) + letters, number - 1
    return letters


def _parts(report: DailyReport, title: str, sheets: Iterable[str]) -> Iterator[tuple[str, str]]:
    """All parts but the sheets themselves."""
    names = list(enumerate(sheets, 1))
    office = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    overrides = "".join(
        f'<Override PartName="/xl/worksheets/sheet{number}.xml" ContentType="{office}.worksheet+xml"/>'
        for number, _ in names
    )
    yield (
        "[Content_Types].xml",
        f'{_XML}<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{office}.sheet.main+xml"/>'
        f'<Override PartName="/xl/styles.xml" ContentType="{office}.styles+xml"/>'
        '<Override PartName="/docProps/core.xml" '
        'ContentType="application/vnd.openxmlformats-package.core-properties+xml"/>'
        f"{overrides}</Types>",
    )
    yield (
        "_rels/.rels",
        f'{_XML}<Relationships xmlns="{_PACKAGE}/relationships">'
        f'<Relationship Id="rId1" Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/>'
        f'<Relationship Id="rId2" Type="{_PACKAGE}/relationships/metadata/core-properties" Target="docProps/core.xml"/>'
        "</Relationships>",
    )
    moment = iso_utc(report.cut_off.replace(microsecond=0))
    told = {
        "title": title,
        "subject": report.number,
        "description": f"revision {report.revision}, watch {report.watch.settings.id}, for {report.recipient.id}, "
        f"cut-off {iso_utc(report.cut_off)}, records: {report.kinds_shown}",
        "creator": "Trucewatch",
    }
    texts = "".join(f"<dc:{name}>{escape(legible(text))}</dc:{name}>" for name, text in told.items())
    stamps = "".join(
        f'<dcterms:{name} xsi:type="dcterms:W3CDTF">{moment}</dcterms:{name}>' for name in ("created", "modified")
    )
    yield (
        "docProps/core.xml",
        f'{_XML}<cp:coreProperties xmlns:cp="{_PACKAGE}/metadata/core-properties" '
        f'xmlns:dc="http://purl.org/dc/elements/1.1/" '
        'xmlns:dcterms="http://purl.org/dc/terms/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        f"{texts}{stamps}</cp:coreProperties>",
    )
    listed = "".join(f'<sheet name={quoteattr(name)} sheetId="{number}" r:id="rId{number}"/>' for number, name in names)
    yield "xl/workbook.xml", f'{_XML}<workbook {_MAIN} xmlns:r="{_OFFICE}"><sheets>{listed}</sheets></workbook>'
    related = "".join(
        f'<Relationship Id="rId{number}" Type="{_OFFICE}/worksheet" Target="worksheets/sheet{number}.xml"/>'
        for number, _ in names
    )
    yield (
        "xl/_rels/workbook.xml.rels",
        f'{_XML}<Relationships xmlns="{_PACKAGE}/relationships">{related}'
        f'<Relationship Id="rId{len(names) + 1}" Type="{_OFFICE}/styles" Target="styles.xml"/></Relationships>',
    )
    yield "xl/styles.xml", _STYLES


def _add(archive: ZipFile, name: str, text: str) -> None:
    """A part under a fixed time, with rights and system that do not depend on where it was made."""
    entry = ZipInfo(name, _EPOCH)
    entry.compress_type, entry.create_system, entry.external_attr = ZIP_DEFLATED, 3, 0o644 << 16
    archive.writestr(entry, text.encode("utf-8"))
