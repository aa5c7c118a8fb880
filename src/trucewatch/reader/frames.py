"""What passes between a program and its reader: a line of JSON, and behind it the tables that it names, as Arrow IPC.

A frame is 4 bytes (the length of the JSON, big-endian), the JSON, and the tables in the order of `tables` in it, each
as long as it says there. Columns in which every row says the same are a table of one row, `NAME/same`, which follows
the rest of table NAME: two thirds of what a large file gives.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Iterator, Mapping
from typing import Any, BinaryIO, Final

import pyarrow as pa
import pyarrow.compute as pc

LONGEST_JSON: Final = 64 << 20
LARGEST_TABLE: Final = 1 << 30
_SAME: Final = "/same"
_FEW_ROWS: Final = 32
"""Not worth a table of its own."""


class DamagedFrameError(Exception):
    """What came over the pipe is no frame. Never leaves `reader`."""


def pack(message: Mapping[str, Any], tables: Mapping[str, pa.Table] | None = None) -> list[Any]:
    """A frame, as pieces to be written one after another."""
    parts = {key: part for name, table in (tables or {}).items() for key, part in _parted(name, table)}
    buffers = {name: _written(part) for name, part in parts.items()}
    sizes = {name: buffer.size for name, buffer in buffers.items()}
    head = json.dumps({**message, "tables": sizes} if sizes else message).encode()
    return [struct.pack(">I", len(head)) + head, *buffers.values()]


def _parted(name: str, table: pa.Table) -> Iterator[tuple[str, pa.Table]]:
    """The columns in which rows differ, and one row of the others; in any order."""
    same = [field.name for field in table.schema if table.num_rows > _FEW_ROWS and _is_same(table[field.name])]
    same = same[: table.num_columns - 1]  # the rest says how many rows there are
    yield name, table.drop_columns(same) if same else table
    if same:
        yield name + _SAME, table.select(same).slice(0, 1)


def _is_same(column: pa.ChunkedArray) -> bool:
    if column.null_count:
        return bool(column.null_count == len(column))
    first = column[0]
    return bool(first.equals(column[-1]) and pc.all(pc.equal(column, first)).as_py())


def _joined(rest: pa.Table, same: pa.Table) -> pa.Table:
    """The table of which these are the parts. Raises DamagedFrameError where it would be larger than any may be."""
    if same.num_rows != 1 or same.nbytes * rest.num_rows > LARGEST_TABLE:
        raise DamagedFrameError
    for field in same.schema:
        column = pa.repeat(same[field.name][0], rest.num_rows)
        rest = rest.append_column(field, column)
    return rest


def _written(table: pa.Table) -> pa.Buffer:
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    return sink.getvalue()


def read_frame(stream: BinaryIO) -> dict[str, Any] | None:
    """The JSON of the next frame that holds no table; None where the stream has ended."""
    length = stream.read(4)
    if len(length) < 4:
        return None
    message: dict[str, Any] = json.loads(stream.read(struct.unpack(">I", length)[0]))
    return message


class Frames:
    """Pieces of a stream, as they come → whole frames. Raises DamagedFrameError; what is claimed is bounded."""

    def __init__(self) -> None:
        self._bytes = bytearray()
        self._message: dict[str, Any] | None = None

    def feed(self, piece: bytes) -> Iterator[tuple[dict[str, Any], dict[str, pa.Table]]]:
        """The frames that this piece makes whole: JSON and tables."""
        self._bytes += piece
        while True:
            if self._message is None:
                head = self._take_head()
                if head is None:
                    return
                self._message = head
            sizes = self._message.get("tables") or {}
            if len(self._bytes) < sum(sizes.values()):
                return
            tables, at = {}, 0
            for name, size in sizes.items():
                tables[name] = _table(bytes(memoryview(self._bytes)[at : at + size]))
                at += size
            del self._bytes[:at]
            for name in [name for name in tables if name.removesuffix(_SAME) in tables and name.endswith(_SAME)]:
                whole = name.removesuffix(_SAME)
                tables[whole] = _joined(tables[whole], tables.pop(name))
            message, self._message = self._message, None
            yield message, tables

    def _take_head(self) -> dict[str, Any] | None:
        if len(self._bytes) < 4:
            return None
        (length,) = struct.unpack_from(">I", self._bytes)
        if length > LONGEST_JSON:
            raise DamagedFrameError
        if len(self._bytes) < 4 + length:
            return None
        try:
            message = json.loads(bytes(self._bytes[4 : 4 + length]))
            sizes = (message.get("tables") or {}).values()
            is_right = all(type(size) is int and 0 <= size <= LARGEST_TABLE for size in sizes)
        except (AttributeError, ValueError, RecursionError) as exc:
            raise DamagedFrameError from exc
        if not is_right:
            raise DamagedFrameError
        del self._bytes[: 4 + length]
        return dict(message)


def _table(content: bytes) -> pa.Table:
    try:
        with pa.ipc.open_stream(content) as reader:
            table = reader.read_all()
        table.validate(full=True)
    except pa.ArrowException as exc:
        raise DamagedFrameError from exc
    return table
