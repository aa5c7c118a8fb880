"""Files that were written to do harm, made from an adapter's good sample: each is refused, and the rest is read."""

from __future__ import annotations

import csv
import gzip
import io
import os
import socket
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq

Make = Callable[[bytes], bytes]

_SHEET = "xl/worksheets/sheet1.xml"
TO_BE_MANGLED = "qqqqqqqq"


def _rows(good: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(good.decode())))


def workbook(good: bytes, old: str, new: str) -> bytes:
    """The sample as a workbook, with a piece of its sheet's XML replaced."""
    book = openpyxl.Workbook()
    for row in _rows(good):
        book.active.append(row)
    plain, changed = io.BytesIO(), io.BytesIO()
    book.save(plain)
    with zipfile.ZipFile(plain) as source, zipfile.ZipFile(changed, "w", zipfile.ZIP_DEFLATED) as target:
        for part in source.infolist():
            content = source.read(part)
            if part.filename == _SHEET:
                assert old.encode() in content, content[:500]
                content = content.replace(old.encode(), new.encode(), 1)
            target.writestr(part.filename, content)
    return changed.getvalue()


def open_quote(good: bytes) -> bytes:
    """20 MB of two-byte lines behind a quote that nobody closes."""
    return good.splitlines(keepends=True)[0] + b'"\n' + b"a\n" * 10_000_000


def blank_lines(good: bytes) -> bytes:
    """100 MB of blank lines, with a row now and then so that no block is blank as a whole, in 0.1 MB of gzip."""
    header = good.splitlines(keepends=True)[0]
    return gzip.compress(header + (b"\n" * 2_000_000 + b"x\n") * 49, 9)


def blank_lines_first(good: bytes) -> bytes:
    """40 MB of blank lines before the header."""
    return gzip.compress(b"\n" * 40_000_000 + b"nothing of ours\n1\n", 9)


def bad_rows(good: bytes) -> bytes:
    """A million rows that are none."""
    return good.splitlines(keepends=True)[0] + b"x,y\n" * 1_000_000


def parquet(good: bytes, *, metadata: Mapping[bytes, bytes] | None = None, mangled: bool = False) -> bytes:
    """The sample as Parquet; mangled: with one more column, whose name is not UTF-8."""
    header, *rows = _rows(good)
    columns = {name: pa.array([row[at] for row in rows], pa.string()) for at, name in enumerate(header)}
    if mangled:
        columns[TO_BE_MANGLED] = pa.array(["x"] * len(rows))
    table = pa.table(columns).replace_schema_metadata(metadata)
    sink = io.BytesIO()
    pq.write_table(table, sink, store_schema=metadata is not None)
    return sink.getvalue().replace(TO_BE_MANGLED.encode(), "вид".encode("cp1251") + b"\xff" * 5)


HOSTILE: Mapping[str, Make] = {
    "row_beyond.xlsx": lambda good: workbook(good, '<row r="2"', '<row r="99999999999"'),
    "row_gap.xlsx": lambda good: workbook(good, '<row r="2"', '<row r="900000"'),
    "column_beyond.xlsx": lambda good: workbook(good, 'r="A2"', 'r="ZZZZZZ2"'),
    "column_far.xlsx": lambda good: workbook(good, 'r="A2"', 'r="ZZZ2"'),
    "open_quote.csv": open_quote,
    "blank_lines.csv.gz": blank_lines,
    "blank_lines_first.csv.gz": blank_lines_first,
    "bad_rows.csv": bad_rows,
    "cut_off.csv.gz": lambda good: gzip.compress(good * 50)[:-200],
    "column_name.parquet": lambda good: parquet(good, mangled=True),
    "nested.parquet": lambda good: parquet(good, metadata={b"geo": b'{"a":' * 200_000}),
    "not_utf8.csv": lambda good: good.splitlines(keepends=True)[0] + "взрыв".encode("cp1251") + b"\n",
}
"""A file's name → its content, made from the adapter's good sample."""
CP1251 = os.fsdecode("отчёт".encode("cp1251") + b".csv")
"""A name as a ZIP from a computer with a Cyrillic code page gives it: no UTF-8. Nothing is wrong with the file."""


def put_no_files(inbox: Path, elsewhere: Path) -> dict[str, str]:
    """What is no file, under names that a source reads: its name → a word of the remedy."""
    elsewhere.write_bytes(b"not for this watch")
    (inbox / "link_out.csv").symlink_to(elsewhere)
    (inbox / "link_in.csv").symlink_to("z_good.csv")
    (inbox / "loop.csv").symlink_to("loop.csv")
    os.mkfifo(inbox / "pipe.csv")
    (inbox / "folder.csv").mkdir()
    with socket.socket(socket.AF_UNIX) as listening:
        here = Path.cwd()
        os.chdir(inbox)  # a socket's name may be short only
        try:
            listening.bind("socket.csv")
        finally:
            os.chdir(here)
    links = dict.fromkeys(("link_out.csv", "link_in.csv", "loop.csv"), "is a link; copy the file itself")
    return links | {"pipe.csv": "is a pipe", "folder.csv": "is a folder", "socket.csv": "is a socket"}
