"""A table that comes with a letter is read as if it were pasted; what is wrong with it is said with its line."""

from __future__ import annotations

import io
import zipfile

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.sources.test_letter_file import mail, sentences
from trucewatch import reader
from trucewatch.errors import UnreadableInput
from trucewatch.sources.letter_claims import rows_of_letter
from trucewatch.sources.letter_file import read_letter
from trucewatch.sources.letter_tables import table_of

ROWS = [
    ["No", "Date", "Time", "Place", "Event", "Remarks"],
    ["1", "3 May 2031", "10:10", "Ambermill", "three shots", "from a ridge"],
    ["2", "3 May 2031", "11:40", "Stonegate", "a drone", ""],
]
TABLE = "\n".join(",".join(row) for row in ROWS).encode()


def workbook(rows: list[list[str]]) -> bytes:
    book, stream = openpyxl.Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(row)
    book.save(stream)
    return stream.getvalue()


def letter_with(content: bytes, name: str) -> bytes:
    message = mail("The list is attached.")
    message.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
    return message.as_bytes()


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (TABLE, "list.csv"),
        (TABLE.replace(b",", b";"), "list.txt"),
        (workbook(ROWS), "list.xlsx"),
        (workbook([["List of 3 May"], *ROWS]), "list.xlsx"),
    ],
)
def test_a_table_of_a_mail_gives_rows_as_a_pasted_one_does(content: bytes, name: str) -> None:
    parts = read_letter(letter_with(content, name))
    assert not parts.refusals
    assert parts.text == "The list is attached."
    rows = rows_of_letter(parts.whole_text.strip()).rows
    assert [(row.label, row.when, row.where, row.kind, row.count) for row in rows] == [
        ("1", "3 May 2031 10:10", "Ambermill", "shot", (3, 3, 3)),
        ("2", "3 May 2031 11:40", "Stonegate", "overflight", (None, None, None)),
    ]
    pasted = "\n".join("\t".join(row) for row in ROWS).strip()
    assert rows == rows_of_letter(pasted).rows


def test_a_file_that_is_a_table_is_a_letter_by_itself() -> None:
    assert len(rows_of_letter(read_letter(workbook(ROWS)).whole_text).rows) == 2
    assert len(rows_of_letter(read_letter(TABLE).whole_text).rows) == 2


def test_a_bad_row_is_one_refusal_with_its_line_and_the_others_are_read() -> None:
    parts = read_letter(letter_with(TABLE + b"\n3,3 May 2031,12:00\n4,3 May 2031,13:00,Hollin,a blast,\n", "list.csv"))
    assert len(parts.refusals) == 1
    assert "list.csv, line 4:" in sentences(parts.refusals)
    assert [row.label for row in rows_of_letter(parts.whole_text.strip()).rows] == ["1", "2", "4"]


def test_a_table_that_cannot_be_read_is_one_refusal_and_the_letter_stands() -> None:
    cut = workbook(ROWS)
    damaged = cut[: cut.rindex(b"PK\x05\x06")]
    for content, name in ((damaged, "list.xlsx"), (b"Date,Date,Time,Place\n1,2,3,4\n", "twice.csv")):
        parts = read_letter(letter_with(content, name))
        assert (parts.text, parts.tables, len(parts.refusals)) == ("The list is attached.", "", 1)
        assert f"{name} cannot be read as a table" in sentences(parts.refusals)
        assert [file.content for file in parts.attachments] == [content]


def test_a_workbook_without_named_columns_says_what_to_do() -> None:
    parts = read_letter(letter_with(workbook([["a", "b"], ["1", "2"]]), "list.xlsx"))
    assert "names its columns" in sentences(parts.refusals)
    with pytest.raises(UnreadableInput, match="neither a mail nor text"):
        read_letter(b"PK\x05\x06" + bytes(18))


def test_words_and_archives_are_no_tables() -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("list.csv", TABLE)
    for content in (b"They fire at the mill.\n\nEvery day, at ten.", stream.getvalue(), b"\x89PNG\r\n\x1a\n"):
        assert table_of(content, "x").text == ""
        assert table_of(content, "x").refusals == ()


def test_more_rows_than_a_letter_holds_are_counted() -> None:
    table = table_of(b"date,place\n" + b"3 May,Hollin\n" * 5_002, "list.csv")
    assert len(table.text.splitlines()) == 5_001
    assert "list.csv: 2 rows beyond" in sentences(table.refusals)


def test_the_reader_s_process_hands_tables_over() -> None:
    parts = reader.read_letter(letter_with(workbook(ROWS), "list.xlsx"))
    assert "Ambermill" in parts.tables
    assert len(parts.attachments) == 1


@given(st.binary(max_size=300).map(lambda tail: b"date,time,place\n" + tail))
def test_whatever_stands_in_a_table_is_a_value(content: bytes) -> None:
    table = table_of(content, "x.csv")
    assert table.text == "" or table.text.startswith("date\ttime\tplace")
