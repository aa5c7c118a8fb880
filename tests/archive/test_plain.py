"""Plain CSV in one pass: the same rows as by Arrow, bit for bit, or none where anything is out of the ordinary."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trucewatch.archive import read
from trucewatch.archive.fast_csv import is_plain, plain_rows
from trucewatch.archive.fast_csv_kernels import MOST_WORDS
from trucewatch.archive.header import detect_layout
from trucewatch.archive.read import Input, Reading
from trucewatch.archive.rows import Rows

HEADER = ("lon", "id", "lat", "start", "note", "end", "kind", "means", "source", "sd_m", "semi_minor_m", "simulated")
GOOD = ("46.5", "a1", "39.5", "2031-05-04T02:00:00Z", "", "", "heat", "satellite", "one", "100", "50", "true")


def by_arrow(data: bytes, header: tuple[str, ...] = HEADER) -> Rows | None:
    """The rows of a block by the way that is not plain; None where it has a fault."""
    layout = detect_layout(header)
    one = Input(Path("a.csv"), 0, layout, header)
    uneven: list[tuple[int, str]] = []
    table = read._parse(one, layout, data, uneven, as_text=False)
    if table is None or uneven:
        return None
    rows, faults = read._clean(table, layout, Reading())
    return None if faults.reasons else rows


def plain(data: bytes, header: tuple[str, ...] = HEADER) -> Rows | None:
    return plain_rows(data, header, ",", detect_layout(header), "thermal_anomaly")


def block(*rows: tuple[str, ...]) -> bytes:
    return "".join(",".join(row) + "\n" for row in rows).encode()


def with_cell(name: str, cell: str) -> tuple[str, ...]:
    at = HEADER.index(name)
    return (*GOOD[:at], cell, *GOOD[at + 1 :])


def assert_same(one: Rows, other: Rows) -> None:
    assert one.columns.keys() == other.columns.keys()
    assert (one.texts, len(one)) == (other.texts, len(other))
    for name, column in one.columns.items():
        assert column.dtype == other.columns[name].dtype, name
        assert column.tobytes() == other.columns[name].tobytes(), name


def _decimals() -> Any:
    whole = st.integers(-90, 90).map(str)
    return st.one_of(
        whole,
        st.just("-0"),
        st.just("0.1"),
        st.just(""),
        st.builds("{}.{}".format, whole, st.text("0123456789", min_size=1, max_size=15)),
    )


def _moments() -> Any:
    return st.datetimes(min_value=read.datetime(1000, 1, 1), max_value=read.datetime(9998, 12, 31)).map(
        lambda at: at.replace(microsecond=0).isoformat() + "Z"
    )


@settings(max_examples=300, deadline=None)
@given(
    st.lists(
        st.tuples(
            _decimals(),
            st.text("ab \t0", max_size=4),
            _decimals(),
            _moments(),
            st.text("xyz.-", max_size=3),
            st.sampled_from(["", "2031-05-04T02:00:00Z"]),
            st.sampled_from(["heat", "explosion", "", "nan", " burst", "fire", "nonsense"]),
            st.sampled_from(["satellite", "", "acoustic", "NULL"]),
            st.text("abc", max_size=2),
            st.sampled_from(["1", "0.01", "", "320.25"]),
            st.sampled_from(["", "0.01", "1"]),
            st.sampled_from(["true", "false", "", "1", "0", "yes"]),
        ),
        max_size=6,
    )
)
def test_what_is_read_in_one_pass_is_what_arrow_reads(cells: list[tuple[str, ...]]) -> None:
    found = plain(block(*cells))
    if found is not None:
        expected = by_arrow(block(*cells))
        assert expected is not None
        assert_same(found, expected)


@settings(max_examples=300, deadline=None)
@given(st.integers(0, 2**53), st.integers(0, 17), st.booleans())
def test_decimals_are_rounded_as_they_should(digits: int, places: int, negative: bool) -> None:
    text = f"{digits:0{places + 1}d}"
    text = ("-" if negative else "") + (f"{text[:-places]}.{text[-places:]}" if places else text)
    value = float(text)
    header = ("lon", "lat", "start", "intensity", "semi_major_m")
    found = plain(f"{text},1,2031-05-04T02:00:00Z,,100\n".encode(), header)
    if abs(value) <= 180:
        assert found is not None
        assert found["lon"].tobytes() == np.array([value]).tobytes()
    else:
        assert found is None


def test_good_rows_are_plain() -> None:
    found, expected = plain(block(GOOD, GOOD)), by_arrow(block(GOOD, GOOD))
    assert found is not None
    assert expected is not None
    assert_same(found, expected)


@pytest.mark.parametrize(
    ("name", "cell"),
    [
        ("lon", "181"),
        ("lon", ""),
        ("lon", "4e1"),
        ("lon", "+4"),
        ("lon", ".5"),
        ("lon", "4."),
        ("lon", "4 "),
        ("lon", "nan"),
        ("lon", "0.1234567890123456789"),
        ("lon", "-"),
        ("lat", "90.01"),
        ("start", ""),
        ("start", "2031-02-29T02:00:00Z"),
        ("start", "2031-05-04T24:00:00Z"),
        ("start", "2031-05-04 02:00:00"),
        ("start", "2031-05-04T02:00:00"),
        ("start", "2031-5-4T02:00:00Z"),
        ("end", "2031-05-04T01:59:59Z"),
        ("kind", "blast"),
        ("means", "x"),
        ("sd_m", "0"),
        ("sd_m", "49"),
        ("simulated", "maybe"),
        ("simulated", "trux"),
        ("note", '"a"'),
        ("note", "a,b"),
        ("note", "ä"),
        ("note", "a\r"),
        ("note", "a\nb"),
    ],
)
def test_whatever_is_out_of_the_ordinary_is_read_in_another_way(name: str, cell: str) -> None:
    assert plain(block(GOOD, with_cell(name, cell), GOOD)) is None


def test_blocks_that_end_early_are_read_in_another_way() -> None:
    whole = block(GOOD)
    assert [cut for cut in range(1, len(whole)) if plain(whole[:cut]) is not None] == []
    assert [
        cut for cut in range(len(whole) - 1) if plain(whole[:cut] + b"\n") is not None and cut < len(whole) - 5
    ] == []


def test_many_different_words_are_read_in_another_way() -> None:
    rows = [with_cell("source", f"s{number}") for number in range(MOST_WORDS + 1)]
    assert plain(block(*rows)) is None
    assert plain(block(*rows[:-1])) is not None


def test_layouts_that_need_more_are_not_plain() -> None:
    for more in ("observation_id", "text", "known_at", "geometry"):
        header = ("lon", "lat", "start", more)
        assert is_plain(detect_layout(header), header) == (more in ("geometry",)), more
    assert not is_plain(detect_layout(("lon", "lat", "start")), ("lon", "lat", "start", "x", "x"))


def test_lines_are_numbered_as_they_stand(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(",".join(HEADER).encode() + b"\n" + block(GOOD, GOOD, GOOD))
    (one,) = read.inputs_of([path], Reading(numbered=True))
    (task,) = read.read_pieces(one, Reading(numbered=True))
    assert task().rows["line"].tolist() == [2, 3, 4]
