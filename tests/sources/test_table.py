"""Tables: nothing is lost, whatever stands in them; workbooks; limits."""

from __future__ import annotations

import csv
import io
import zipfile
from datetime import datetime, timedelta

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trucewatch.errors import InputTooLarge, UnreadableInput
from trucewatch.sources import sheet as sheet_module
from trucewatch.sources import stream, table
from trucewatch.sources.merged_cells import scan_sheet
from trucewatch.sources.table import Table

from .reading import read_bytes, sample_setting


def read_all(path):
    """Rows as (line, cells), and refused rows."""
    rows, bad = [], []
    for chunk in Table(path).chunks():
        rows += list(chunk.rows())
        bad += list(chunk.bad)
    return rows, bad


def written(tmp_path, content, name="file"):
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


texts = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=12)


@settings(deadline=None, max_examples=150)
@given(
    cells=st.lists(st.tuples(texts, texts, texts), max_size=8),
    delimiter=st.sampled_from(",;\t"),
    ends=st.sampled_from(["\n", "\r\n"]),
    block=st.sampled_from([5, 40, 4096]),
)
def test_what_a_csv_writer_wrote_is_read_back(cells, delimiter, ends, block, tmp_path_factory):
    stream_block, stream.BLOCK_BYTES = stream.BLOCK_BYTES, block
    try:
        text = io.StringIO(newline="")
        writer = csv.writer(text, delimiter=delimiter, lineterminator=ends, quoting=csv.QUOTE_ALL)
        writer.writerow(["a", "b", "c"])
        writer.writerows(cells)
        rows, bad = read_all(written(tmp_path_factory.mktemp("csv"), text.getvalue()))
    finally:
        stream.BLOCK_BYTES = stream_block
    kept = [tuple(cell.replace("\r\n", "\n") for cell in row) for row in cells if any(cell.strip() for cell in row)]
    assert bad == []
    assert [tuple(cell.strip() for cell in row) for row in kept] == [
        tuple(cell.strip() for cell in row.values()) for _, row in rows
    ]


lines = st.text(st.sampled_from('ab1",; \t\r.é'), max_size=20)


@settings(deadline=None, max_examples=300)
@given(body=st.lists(lines, max_size=12), block=st.sampled_from([9, 64, 4096]))
def test_every_line_is_a_row_a_refusal_or_part_of_a_quoted_cell(body, block, tmp_path_factory):
    stream_block, stream.BLOCK_BYTES = stream.BLOCK_BYTES, block
    try:
        path = written(tmp_path_factory.mktemp("csv"), "a,b\n" + "".join(line + "\n" for line in body))
        rows, bad = read_all(path)
        stream.BLOCK_BYTES = 4 << 20
        assert read_all(path) == (rows, bad), "the blocks in which a file is read do not matter"
    finally:
        stream.BLOCK_BYTES = stream_block
    numbers = [line for line, _ in rows] + [one.line for one in bad]
    assert len(numbers) == len(set(numbers))
    started = set(numbers)
    inside = 0
    for number, line in enumerate(body, 2):
        blank = not any(cell.strip() for cell in line.split(","))
        if number not in started and not blank:
            inside += 1
            assert any('"' in before for before in body[: number - 1]), "only a quoted cell may run on"
    assert len(rows) + len(bad) + inside <= len(body)


@settings(deadline=None, max_examples=100)
@given(body=st.lists(st.text(st.sampled_from("ab1., x"), max_size=12), max_size=12))
def test_the_fast_way_and_the_careful_way_agree(body, tmp_path_factory):
    plain = "a,b\n" + "".join(line + "\n" for line in body)
    folder = tmp_path_factory.mktemp("csv")
    fast = read_all(written(folder, plain, "fast"))
    careful = read_all(written(folder, plain + '"last",row\n', "careful"))
    assert (careful[0][:-1], careful[1]) == fast


def test_an_open_quote_is_counted_and_the_rows_after_it_are_read(tmp_path):
    body = "a,b\n" + "1,2\n" * 3 + 'x,"open\n' + "3,4\n" * 2000
    rows, bad = read_all(written(tmp_path, body))
    assert len(rows) == 2003
    assert [(one.line, "quote" in str(one.reason)) for one in bad] == [(5, True)]


def test_a_quote_inside_a_bare_cell_belongs_to_the_text(tmp_path):
    rows, bad = read_all(written(tmp_path, 'a,b\n5" shell,x\n'))
    assert bad == []
    assert rows[0][1] == {"a": '5" shell', "b": "x"}


@pytest.mark.parametrize(
    ("content", "phrase"),
    [
        ("a,b,A\n1,2,3\n", "twice"),
        ("a,b\n" * 0 + ",".join(f"c{n}" for n in range(1001)) + "\n", "1,001 columns"),
        ('"a,b\n1,2\n', "header cannot be read"),
    ],
)
def test_a_header_that_cannot_be_used_refuses_the_file(content, phrase, tmp_path):
    with pytest.raises(UnreadableInput, match=phrase):
        Table(written(tmp_path, content))


def workbook(rows, *, more=None):
    book = openpyxl.Workbook()
    for line in rows:
        book.active.append(line)
    if more:
        book.create_sheet("Notes").append(more)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


NOON = datetime.fromisoformat("2031-03-04T14:05")
MIDNIGHT = datetime.fromisoformat("2031-03-04")


def test_a_workbook_gives_the_rows_that_its_text_would_give(tmp_path):
    rows = [["a ", "b", "c"], [1, 2.5, "x"], [None, None, None], [MIDNIGHT.date(), NOON, True]]
    read, bad = read_all(written(tmp_path, workbook(rows)))
    assert bad == []
    assert read == [
        (2, {"a": "1", "b": "2.5", "c": "x"}),
        (4, {"a": "2031-03-04", "b": "2031-03-04 14:05:00", "c": "true"}),
    ]


def test_formulas_are_not_run_and_one_without_a_stored_value_is_refused(tmp_path):
    rows, bad = read_all(
        written(tmp_path, workbook([["a", "b"], ["=1+1", "x"], ["1", '=HYPERLINK("https://x.invalid")']]))
    )
    assert rows == []
    assert [(one.line, "formula without a stored value" in str(one.reason)) for one in bad] == [(2, True), (3, True)]


def test_rows_on_a_second_sheet_are_not_lost_in_silence(tmp_path):
    path = written(tmp_path, workbook([["a", "b"], ["1", "2"]], more=["left", "out"]))
    chunks = Table(path).chunks()
    assert len(next(chunks)) == 1
    with pytest.raises(UnreadableInput, match='"Notes" holds rows too'):
        next(chunks)


def test_a_workbook_of_events_is_read_like_its_csv(tmp_path):
    setting = sample_setting("event_table")
    header = ["Start", "End", "What", "Who", "Where", "Dead", "Most", "Remarks"]
    rows = [header, [NOON, None, "shelling", "Northland", "10.1234, 20.5678", 1, 2, "invented"]]
    from_sheet = read_bytes(workbook(rows), tmp_path, setting)
    text = "\n".join([",".join(header), '2031-03-04 14:05:00,,shelling,Northland,"10.1234, 20.5678",1,2,invented', ""])
    from_text = read_bytes(text.encode(), tmp_path, setting)
    assert from_sheet.rejected == from_text.rejected == []
    drop = ["evidence_sha256"]
    assert from_sheet.observations.drop_columns(drop).equals(from_text.observations.drop_columns(drop))


def test_a_zip_that_grows_beyond_its_limit_is_not_unpacked(tmp_path):
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        archive.writestr("xl/worksheets/sheet1.xml", b" " * (sheet_module.RATIO_COUNTS_FROM_BYTES * 4))
    with pytest.raises(InputTooLarge, match="beyond the limit"):
        Table(written(tmp_path, content.getvalue()))


def test_a_zip_without_a_workbook_and_a_cut_off_workbook_are_refused(tmp_path):
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("readme.txt", "x")
    with pytest.raises(UnreadableInput, match="ZIP archive"):
        Table(written(tmp_path, content.getvalue(), "zip"))
    with pytest.raises(UnreadableInput, match="cut off or damaged"):
        Table(written(tmp_path, workbook([["a"], ["1"]])[:-200], "cut"))


def test_entities_in_a_workbook_are_not_expanded(tmp_path):
    plain = zipfile.ZipFile(io.BytesIO(workbook([["a", "b"], ["1", "2"]])))
    content = io.BytesIO()
    bomb = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]>'
    with zipfile.ZipFile(content, "w") as archive:
        for part in plain.infolist():
            body = plain.read(part).decode()
            if part.filename == "xl/worksheets/sheet1.xml":
                body = bomb + body.split("?>", 1)[-1]
            archive.writestr(part.filename, body)
    with pytest.raises(UnreadableInput, match="damaged"):
        list(Table(written(tmp_path, content.getvalue())).chunks())


def test_a_row_of_separators_only_is_no_row(tmp_path):
    rows, bad = read_all(written(tmp_path, "a,b,c\n1,2,3\n,,\n , ,\n4,5,6\n"))
    assert ([line for line, _ in rows], bad) == ([2, 5], [])


def test_chunks_never_hold_more_rows_than_promised(tmp_path):
    path = written(tmp_path, "a\n" + "x\n" * (table.CHUNK_ROWS + 10))
    assert [len(chunk) for chunk in Table(path).chunks()][:2] == [table.CHUNK_ROWS, 10]


def test_time_spans_of_a_sheet_do_not_stop_it(tmp_path):
    rows, bad = read_all(written(tmp_path, workbook([["a"], [timedelta(hours=2)]])))
    assert (len(rows), bad) == (1, [])


def changed_sheet(content, change):
    """The workbook with the bytes of its first sheet changed."""
    plain, result = zipfile.ZipFile(io.BytesIO(content)), io.BytesIO()
    with zipfile.ZipFile(result, "w") as archive:
        for part in plain.infolist():
            body = plain.read(part)
            archive.writestr(part.filename, change(body) if part.filename == "xl/worksheets/sheet1.xml" else body)
    return result.getvalue()


@settings(deadline=None, max_examples=40)
@given(
    rows=st.lists(
        st.lists(
            st.one_of(
                st.none(),
                st.booleans(),
                st.integers(-(10**9), 10**9),
                st.floats(allow_nan=False, allow_infinity=False),
                st.datetimes(datetime.fromisoformat("1990-01-01"), datetime.fromisoformat("2040-01-01")),
                st.text(st.characters(codec="ascii", min_codepoint=32), max_size=8),
            ),
            max_size=4,
        ),
        max_size=6,
    )
)
def test_the_compiled_parser_reads_a_sheet_as_the_careful_one_does(rows, tmp_path_factory):
    folder = tmp_path_factory.mktemp("xlsx")
    plain = workbook([["a", "b", "c", "d"], *rows])
    # The same sheet in another encoding is for the careful parser.
    other = changed_sheet(plain, lambda body: body.decode().encode("utf-16"))
    assert read_all(written(folder, plain, "plain")) == read_all(written(folder, other, "other"))


DECLARED = b'<?xml version="1.0" encoding="%s"?>'
_CELL = b'<mergeCell ref="A1:B2"'
_FIRST_BLOCK = DECLARED % b"utf-8" + b'<!-- --><!DOCTYPE x [<!ENTITY a "b">]>'
MERGED_AT_THE_BLOCKS_END = _FIRST_BLOCK.ljust((1 << 20) - len(_CELL)) + _CELL + b"<worksheet>"
"""What ends a block leaves nothing over for the next, which begins like a file of its own."""


@pytest.mark.parametrize(
    ("beginning", "is_plain"),
    [
        (b"<worksheet>", True),
        (b"\xef\xbb\xbf" + DECLARED % b"UTF-8" + b"\r\n<x:worksheet>", True),
        (b'<?xml version="1.0" standalone="yes"?>\n<worksheet>', True),
        (DECLARED % b"cp037" + "<!DOCTYPE x><worksheet>".encode("cp037"), False),
        (DECLARED % b"utf-16" + b"<worksheet>", False),
        ("<worksheet>".encode("utf-16"), False),
        ("<worksheet>".encode("utf-16-be"), False),
        (DECLARED % b"utf-8" + b'<!DOCTYPE x [<!ENTITY a "b">]><worksheet>', False),
        (DECLARED % b"utf-8" + b"<!-- -->" + b" " * 2_000_000 + b"<!DOCTYPE x><worksheet>", False),
        (MERGED_AT_THE_BLOCKS_END, False),
        (b"", False),
    ],
)
def test_only_plain_xml_is_for_the_compiled_parser(beginning, is_plain):
    class Opened:
        def _get_source(self):
            return io.BytesIO(beginning)

    assert scan_sheet(Opened()).is_plain is is_plain


@pytest.mark.parametrize("formula", [b"<f>A1</f>", b"<f/>", b'<f t="shared" si="0"/>', b"<f\n>A1</f>"])
def test_a_formula_is_seen_however_it_is_written(formula, tmp_path):
    plain = workbook([["a", "b"], ["x", 1]])
    content = changed_sheet(plain, lambda body: body.replace(b"<v>1</v>", formula + b"<v>1</v>"))
    assert content != plain
    rows, bad = read_all(written(tmp_path, content))
    assert ([cells for _, cells in rows], bad) == ([{"a": "x", "b": "1"}], [])
    empty = changed_sheet(plain, lambda body: body.replace(b"<v>1</v>", formula + b"<v/>"))
    _, bad = read_all(written(tmp_path, empty))
    assert ["formula without a stored value" in str(row.reason) for row in bad] == [True]
