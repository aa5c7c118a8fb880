"""Statements read in the process of the readers: the same as in this one, and one that ends it is refused."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from trucewatch import reader
from trucewatch.errors import InputTooLarge, ReadingEnded, UnreadableInput
from trucewatch.model.statements import statement_document
from trucewatch.reader.process import Bounds
from trucewatch.sources.official_statement.parse import parse_statement

PAGE = (
    b"<html lang='en'><h1>Remarks by the Minister of the Upper Valley, 22 April 2031</h1><p>Good evening,</p>"
    b"<p>The convoys of the Joint Commission passed the Bridge Road today.\x00</p>"
    b"<p><b>Question:</b> Will the liaison officers meet?</p><p><b>Farrow:</b> They will meet on Monday.</p></html>"
)
SETTINGS: dict[str, Any] = {"zone": "Europe/Berlin", "today": date(2031, 4, 23)}


@pytest.fixture(autouse=True)
def readers() -> Iterator[None]:
    yield
    reader.end_readers()


def test_a_statement_is_the_same_over_the_pipe() -> None:
    here = parse_statement(PAGE, "remarks.html", **SETTINGS)
    there = reader.parse_statement(PAGE, "remarks.html", **SETTINGS)
    assert there == here
    assert there.exchanges
    assert [str(remark) for remark in there.remarks] == [str(remark) for remark in here.remarks]
    assert statement_document(there, is_kept=True) == statement_document(here, is_kept=True)


def test_a_refusal_comes_with_its_sentence() -> None:
    with pytest.raises(UnreadableInput, match="empty"):
        reader.parse_statement(b"", "a.html")
    with pytest.raises(UnreadableInput, match="rich text"):
        reader.parse_statement(b"{\\rtf1 The road.}", "a.rtf")
    with pytest.raises(InputTooLarge, match="MB"):
        reader.parse_statement(b"a" * (21 << 20), "a.txt")
    assert reader.parse_statement(PAGE, "remarks.html").exchanges


def test_markup_however_deep_ends_no_reader() -> None:
    statement = reader.parse_statement(PAGE.replace(b"<p>", b"<p>" + b"<div>" * 25_000), "a.html")
    assert [spoken.paragraph.text for spoken in statement.spoken()][-1].endswith("They will meet on Monday.")


def test_a_statement_that_passes_its_bounds_is_one_refusal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "LOOK_BOUNDS", Bounds(seconds=0.0, seconds_per_mb=0.0, memory_mb=500, is_look=True))
    with pytest.raises(ReadingEnded, match="longer than"):
        reader.parse_statement(b"<p>" + b"<b>road </b>" * 900_000, "a.html")
    monkeypatch.undo()
    assert reader.parse_statement(PAGE, "remarks.html").exchanges
