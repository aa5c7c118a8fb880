"""A list of people is refused in whatever it is brought: a paper, and a text that begins as a picture does."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest

from trucewatch.sources.screening import screen

ROWS = [f"Mara Tolven{number}, born {number:02d}.02.1990, passport AB12345{number:02d}" for number in range(1, 28)]
LINES = ["Surname, date of birth, passport number", *ROWS]
NO_PEOPLE = [f"We will open road {number} in the valley by {number} May." for number in range(1, 28)]


def paper(lines: list[str]) -> bytes:
    """A PDF of one page."""
    shown = "".join(f"({line}) Tj 0 -20 Td " for line in lines)
    stream = f"BT /F1 10 Tf 40 800 Td {shown}ET".encode()
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 842]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(stream), stream),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    ]
    body = b"".join(b"%d 0 obj%s endobj\n" % (number, each) for number, each in enumerate(objects, 1))
    return b"%PDF-1.4\n" + body + b"trailer<</Root 1 0 R/Size 6>>\n%%EOF\n"


def hex_paper(lines: list[str]) -> bytes:
    """The same with its words as hexadecimal, which no look at the bytes can read."""
    content = paper(lines)
    for line in lines:
        content = content.replace(f"({line})".encode(), b"<" + line.encode().hex().encode() + b">")
    return content


@pytest.mark.parametrize("make", [paper, hex_paper])
def test_a_paper_that_lists_people_is_refused_by_its_words(make: object) -> None:
    assert callable(make)
    assert screen(io.BytesIO(make(LINES)))
    assert screen(io.BytesIO(b"\n\n" + make(LINES)))
    assert screen(io.BytesIO(make(NO_PEOPLE))) is None


@pytest.mark.parametrize("mark", ["GIF8", "RIFF", "%PDF", "%PDF-1.4", "see %PDF-1.4", "BM"])
def test_a_text_that_begins_as_a_picture_is_looked_through(mark: str) -> None:
    assert screen(io.BytesIO("\n".join([mark, *LINES]).encode()))


@pytest.mark.parametrize("content", [b"%PDF-1.4 broken", b"GIF89a\x80\x01\xff\xff", b""])
def test_what_holds_no_text_is_no_list(content: bytes) -> None:
    assert screen(io.BytesIO(content)) is None


def page(rows: list[str]) -> bytes:
    """A saved page."""
    return f"<!doctype html><html><body><h1>Statement</h1><p>21 April 2031</p>{''.join(rows)}</body></html>".encode()


def coded(text: str) -> str:
    """Each character by its number."""
    return "".join(f"&#{ord(each)};" for each in text)


@pytest.mark.parametrize("write", [str, coded])
def test_a_page_that_lists_people_is_refused_by_what_its_reader_sees(write: Callable[[str], str]) -> None:
    cells = [("Surname", "Date of birth"), *((f"Mara Tolven{day}", f"{day:02d}.02.1990") for day in range(1, 28))]
    table = [f"<tr><td>{write(name)}</td>\n<td>{write(day)}</td></tr>" for name, day in cells]
    spans = [f"<p>{write(name)}, <b>bo</b>rn <i>{write(day)}</i></p>" for name, day in cells[1:]]
    for content in (page(["<table>", *table, "</table>"]), page(spans)):
        assert screen(io.BytesIO(content))
        assert screen(io.BytesIO(content.decode().encode("utf-16")))


def test_a_page_of_a_statement_is_no_list() -> None:
    rows = [f"<p>On {day} May the minister said: we withdraw, and open road {day}.</p>" for day in range(1, 28)]
    assert screen(io.BytesIO(page(rows))) is None
