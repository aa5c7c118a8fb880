"""Lists of people in the places of a file where nobody looks: each is refused, and an ordinary file of the same form is
taken."""

from __future__ import annotations

import base64
import gzip
import io
import zipfile
from collections.abc import Callable
from typing import Final

import openpyxl
import pytest

from trucewatch.model.never_here import refusals
from trucewatch.sources.text_inside import rules_of_file

NAME: Final = "Qvalinda Umberwick"
PERSON: Final = f"{NAME}, born 1961, passport AA1234567"
LIST: Final = f"name;born\n{NAME};1961\nZorbert Plinkham;1974\nWexley Quorndale;1988\n"
THINGS: Final = "what;count\nblankets;300\nfuel;40\nbread;1200\n"
TYPES: Final = ("[Content_Types].xml", "<Types/>")


def zipped(*parts: tuple[str, str], remark: str = "", field: bytes = b"") -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts:
            info = zipfile.ZipInfo(name)
            info.extra = field
            archive.writestr(info, content)
        archive.comment = remark.encode()
    return packed.getvalue()


def named_gzip(name: str) -> bytes:
    packed = io.BytesIO()
    with gzip.GzipFile(name, "wb", fileobj=packed) as file:
        file.write(THINGS.encode())
    return packed.getvalue()


def sheet(cells: str, more: str = "") -> bytes:
    xml = f'<?xml version="1.0"?><worksheet><sheetData>{cells}</sheetData>{more}</worksheet>'
    return zipped(TYPES, ("xl/worksheets/sheet1.xml", xml))


def document(inside: str) -> bytes:
    return zipped(TYPES, ("word/document.xml", f'<?xml version="1.0"?><w:document>{inside}</w:document>'))


def _in_prefixed_cells(text: str) -> bytes:
    cells = "".join(f'<x:c t="inlineStr"><x:is><x:t>{each}</x:t></x:is></x:c>' for each in text.split(";"))
    xml = f'<?xml version="1.0"?><x:worksheet><x:sheetData><x:row>{cells}</x:row></x:sheetData></x:worksheet>'
    return zipped(TYPES, ("xl/worksheets/sheet1.xml", xml))


def _between_parts(text: str) -> bytes:
    whole = zipped(("a.txt", "ok"))
    return whole[:35] + text.encode() + whole[35:]


HIDES: Final[dict[str, Callable[[str], bytes]]] = {
    "a remark of the document": lambda text: document(f"<!-- {text} -->"),
    "plain text of the document": lambda text: document(f"<![CDATA[{text}]]>"),
    "a heading of the sheet": lambda text: sheet("<row/>", f"<oddHeader>{text}</oddHeader>"),
    "a choice of the sheet": lambda text: sheet("<row/>", f'<formula1>"{text}"</formula1>'),
    "a formula": lambda text: sheet(f'<row r="1"><c r="A1"><f>"{text}"</f><v>1</v></c></row>'),
    "cells with prefixes": _in_prefixed_cells,
    "the list of types": lambda text: zipped((TYPES[0], text), ("word/document.xml", "<a/>")),
    "a folder's name": lambda text: zipped((f"{text}/", ""), ("a.txt", "ok")),
    "the name in gzip": named_gzip,
    "corners that are none": lambda text: f'<?xml version="1.0"?><a><posList>{text}</posList></a>'.encode(),
    "base64": lambda text: base64.b64encode(text.encode()),
    "turned round": lambda text: ("\u202e" + text[::-1]).encode(),
}


@pytest.mark.parametrize("place", HIDES)
def test_a_person_is_found_wherever_a_file_has_words(place: str) -> None:
    assert rules_of_file(HIDES[place](PERSON)), place
    assert not rules_of_file(HIDES[place]("blankets 300")), place


@pytest.mark.parametrize(
    "content",
    [
        zipped(("a.txt", "ok"), remark=PERSON),
        zipped(("a.txt", "ok"), field=b"\x99\x99" + len(PERSON).to_bytes(2, "little") + PERSON.encode()),
        zipped(("a.txt", "ok")) + LIST.encode(),
        b"7z\xbc\xaf\x27\x1c" + b"\0" * 60,
        b"\0\0\0\x18ftypheic" + b"\0" * 60,
        b"things\n" * 900 + LIST.encode("utf-16-le"),
        rb"{\rtf1\ansi \'51\'76}",
    ],
    ids=["remark of a ZIP", "field of a ZIP", "after a ZIP", "7z", "a picture", "UTF-16 after UTF-8", "RTF"],
)
def test_what_could_hold_anything_is_refused_as_unreadable(content: bytes) -> None:
    assert rules_of_file(content) == ("unreadable",)


def test_names_beside_whole_days_of_birth_are_a_row_of_people_and_places_beside_days_are_none() -> None:
    assert [each.rule for each in refusals(f"{NAME}; 04.03.1961")] == ["birth"]
    assert [each.rule for each in refusals(f"{NAME} | 1961-03-04")] == ["birth"]
    assert not refusals("Upper Mill; 04.03.2031")
    assert not refusals("blankets; 04.03.1999")


def test_ordinary_files_of_these_forms_are_taken() -> None:
    book, content = openpyxl.Workbook(), io.BytesIO()
    for row in THINGS.splitlines():
        book.active.append(row.split(";"))
    book.save(content)
    things = (content.getvalue(), zipped(("things.csv", THINGS)), gzip.compress(THINGS.encode()), THINGS.encode())
    assert [rules_of_file(each) for each in (*things, document(f"<w:t>{THINGS}</w:t>"))] == [()] * 5
