"""A table of the directory: what is taken in, what is refused line by line, and whatever bytes come."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trucewatch.desks.telephoning.operations import Directory
from trucewatch.desks.telephoning.table import COLUMNS, bring_table, read_table
from trucewatch.errors import UnreadableInput
from trucewatch.store import Store
from trucewatch.store.duty_directory import duty_directory
from trucewatch.watch import load_watch

WATCH = load_watch(Path(__file__).parents[3] / "examples" / "two-valleys")
NOW = datetime(2031, 5, 4, 2, tzinfo=UTC)


@pytest.fixture
def directory(tmp_path: Path) -> Iterator[Directory]:
    with Store(tmp_path, lambda: NOW) as store:
        yield Directory(store, WATCH, NOW)


def test_good_lines_are_taken_and_each_bad_one_is_refused_with_its_line(directory: Directory) -> None:
    content = (
        "function,of,telephone,radio\n"
        "duty officer,UV,555-0101|555-0102,HERON 1\n"
        ",UV,555-0103,\n"
        "post,XX,555-0104,\n"
        "duty officer,UV,555-0105,\n"
        "mill,LV,at the gate,\n"
        "bridge,LV,555-0106,,too,many\n"
        "\n"
        "ambulance,,555-0107,\n"
    )
    entries, refused = bring_table(directory, content.encode(), by="one")
    assert len(entries) == 2
    assert [row.line for row in refused] == [3, 4, 5, 6, 7]
    first, second = duty_directory(directory.store)
    assert [number.number for number in first.numbers] == ["555-0101", "555-0102", "HERON 1"]
    assert (second.function, second.of) == ("ambulance", "")


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff\xfe",
        b"a,b\nc,d\n",
        b"function,function\na,b\n",
        b"function\0\n",
        b"function\n" + b"x\n" * 501,
        b"function\n" + b"x" * 2**20,
    ],
)
def test_what_is_no_table_is_refused_and_nothing_is_entered(directory: Directory, content: bytes) -> None:
    before = len(directory.store.journal)
    with pytest.raises(UnreadableInput):
        bring_table(directory, content, by="one")
    assert len(directory.store.journal) == before


@given(st.binary(max_size=400) | st.text(max_size=400).map(lambda text: ("function,telephone\n" + text).encode()))
@settings(max_examples=200, deadline=None)
def test_any_bytes_are_a_table_or_a_refusal(content: bytes) -> None:
    try:
        rows, refused = read_table(content)
    except UnreadableInput:
        return
    lines = [number for number, _ in rows] + [row.line for row in refused]
    assert len(lines) == len(set(lines))


_CELL = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"], exclude_characters="|"), max_size=30)


@given(st.lists(st.fixed_dictionaries(dict.fromkeys(COLUMNS, _CELL)), max_size=5))
@settings(max_examples=100, deadline=None)
def test_a_table_that_was_written_is_read_as_it_was_written(rows: list[dict[str, str]]) -> None:
    stream = io.StringIO()
    writer = csv.DictWriter(stream, COLUMNS)
    writer.writeheader()
    writer.writerows(rows)
    read, refused = read_table(stream.getvalue().encode())
    assert refused == []
    filled = [row for row in rows if any(cell.strip() for cell in row.values())]
    assert [typed.function for _, typed in read] == [row["function"].strip() for row in filled]
    assert [typed.remark for _, typed in read] == [row["remark"].strip() for row in filled]
