"""Rows ↔ chunks: a few rows of a list's table as deflated canonical JSON, by columns. What comes back is what went in,
bit for bit.

`{"columns":{…},"rows":64,"schema":"trucewatch/chunk/1","table":"incidents"}`, keys sorted, no blanks, compressed by
zlib. A column is a list of values: times as whole microseconds since 1970, days as whole days, numbers with a fraction
as the shortest decimal text that reads back as the same number, null for nothing. A column of lists is
`{"lengths":[…],"values":…}`, a column of structs `{"fields":{…},"nulls":[…]}` with the rows that are nothing.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable, Sequence
from itertools import chain
from typing import Any, Final, Protocol

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from trucewatch.errors import Corrupt
from trucewatch.messages import Message

SCHEMA: Final = "trucewatch/chunk/1"
LEVEL: Final = 3
"""Of zlib. It is part of what decides a chunk's name, as the bytes of zlib itself are: another one shares nothing with
what was written before, and reads all of it."""
_AT_ONCE: Final = 65_536
"""Rows that stand in memory as values of Python at one time."""

Ints = npt.NDArray[np.int64]


class _Column(Protocol):
    def part(self, start: int, end: int) -> Any: ...


class _Values:
    """A column of plain values, as JSON has them."""

    def __init__(self, values: list[Any]) -> None:
        self._values = values

    def part(self, start: int, end: int) -> Any:
        return self._values[start:end]


class _Lists:
    def __init__(self, lists: pa.Array) -> None:
        lengths = pc.list_value_length(lists)
        self._lengths = _values_of(lengths)
        self._offsets = np.concatenate([[0], np.cumsum(pc.fill_null(lengths, 0).to_numpy(zero_copy_only=False))])
        self._inner = _column(lists.flatten())  # nothing of lists that are null is in it

    def part(self, start: int, end: int) -> Any:
        values = self._inner.part(int(self._offsets[start]), int(self._offsets[end]))
        return {"lengths": self._lengths[start:end], "values": values}


class _Structs:
    def __init__(self, structs: pa.StructArray) -> None:
        names = sorted(range(structs.type.num_fields), key=lambda place: str(structs.type.field(place).name))
        columns = structs.flatten()
        self._fields = [(structs.type.field(place).name, _column(columns[place])) for place in names]
        self._nulls = np.flatnonzero(structs.is_null().to_numpy(zero_copy_only=False))

    def part(self, start: int, end: int) -> Any:
        nulls = self._nulls[(self._nulls >= start) & (self._nulls < end)] - start
        return {"fields": {name: column.part(start, end) for name, column in self._fields}, "nulls": nulls.tolist()}


def write_chunks(name: str, table: pa.Table, ends: Sequence[int]) -> list[bytes]:
    """The chunks of a table of rows that stand in their order; ends: after which row each chunk ends, ascending.

    Raises TypeError for a column of a type that no list has.
    """
    chunks: list[bytes] = []
    bounds, first = [0, *ends], 0
    while first < len(ends):
        last = first + 1
        while last < len(ends) and bounds[last + 1] - bounds[first] <= _AT_ONCE:
            last += 1
        begin = bounds[first]
        part = table.slice(begin, bounds[last] - begin)
        columns = [(column, _column(_whole(part[column]))) for column in sorted(table.column_names)]
        for start, end in zip(bounds[first:last], bounds[first + 1 : last + 1], strict=True):
            content = {
                "columns": {key: column.part(start - begin, end - begin) for key, column in columns},
                "rows": end - start,
                "schema": SCHEMA,
                "table": name,
            }
            chunks.append(pack(content))
        first = last
    return chunks


def pack(content: dict[str, Any]) -> bytes:
    """A chunk of content whose keys are sorted and that holds no floats."""
    return zlib.compress(json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode(), LEVEL)


def unpack(content: bytes, of: str) -> dict[str, Any]:
    """What a chunk holds. of: its name, for the fault. Raises Corrupt for what is no chunk."""
    try:
        document = json.loads(zlib.decompress(content))
        if document["schema"] == SCHEMA:
            return dict(document)
    except (ValueError, TypeError, LookupError, RecursionError, zlib.error):
        pass
    raise Corrupt(Message("object {name}… is no part of a list; restore it from a copy", name=of[:16]))


def read_chunks(documents: Iterable[dict[str, Any]], schema: pa.Schema) -> list[pa.Table]:
    """The rows of chunks (`unpack`), in their order, with those columns of a schema that they have.

    A table for each run of chunks with the same columns: an earlier version may have written some of them.
    """
    tables: list[pa.Table] = []
    alike: list[dict[str, Any]] = []
    for document in documents:
        if alike and alike[0]["columns"].keys() != document["columns"].keys():
            tables.append(_table(alike, schema))
            alike = []
        alike.append(document)
    return [*tables, *([_table(alike, schema)] if alike else [])]


def _table(documents: Sequence[dict[str, Any]], schema: pa.Schema) -> pa.Table:
    fields = [field for field in schema if field.name in documents[0]["columns"]]
    arrays = [_array([document["columns"][field.name] for document in documents], field.type) for field in fields]
    return pa.table(arrays, schema=pa.schema(fields))


def _whole(column: pa.ChunkedArray) -> pa.Array:
    return column.chunk(0) if column.num_chunks == 1 else column.combine_chunks()


def _column(array: pa.Array) -> _Column:
    if pa.types.is_list(array.type):
        return _Lists(array)
    if pa.types.is_struct(array.type):
        return _Structs(array)
    return _Values(_values_of(array))


def _values_of(array: pa.Array) -> list[Any]:
    kind = array.type
    if array.null_count == len(array):
        return [None] * len(array)
    if pa.types.is_string(kind):
        texts: list[Any] = array.to_numpy(zero_copy_only=False).tolist()
        return texts
    nulls = np.flatnonzero(array.is_null().to_numpy(zero_copy_only=False)) if array.null_count else ()
    if pa.types.is_timestamp(kind):
        array = array.cast(pa.timestamp("us", kind.tz)).cast(pa.int64())
    elif pa.types.is_date32(kind):
        array = array.cast(pa.int32())
    elif not (pa.types.is_floating(kind) or pa.types.is_integer(kind) or pa.types.is_boolean(kind)):
        raise TypeError(f"no list has a column of {kind}")
    if len(nulls):
        array = array.fill_null(False if pa.types.is_boolean(kind) else 0)
    values: list[Any] = array.to_numpy(zero_copy_only=False).tolist()
    if pa.types.is_floating(kind):
        values = [*map(repr, values)]
    for place in nulls:
        values[place] = None
    return values


def _array(parts: Sequence[Any], kind: pa.DataType) -> pa.Array:
    if pa.types.is_list(kind):
        lengths = pa.array([*chain.from_iterable(part["lengths"] for part in parts)], pa.int32())
        values = _array([part["values"] for part in parts], kind.value_type)
        offsets = np.concatenate([[0], np.cumsum(pc.fill_null(lengths, 0).to_numpy(zero_copy_only=False))])
        mask = lengths.is_null() if lengths.null_count else None
        return pa.ListArray.from_arrays(pa.array(offsets, pa.int32()), values, type=kind, mask=mask)
    if pa.types.is_struct(kind):
        rows = np.cumsum([0, *(_rows_of(part) for part in parts)])
        fields = [kind.field(place) for place in range(kind.num_fields)]
        children = [_array([part["fields"][field.name] for part in parts], field.type) for field in fields]
        mask = np.zeros(rows[-1], dtype=np.bool_)
        for first, part in zip(rows, parts, strict=False):
            mask[np.asarray(part["nulls"], dtype=np.int64) + first] = True
        return pa.StructArray.from_arrays(children, fields=fields, mask=pa.array(mask) if mask.any() else None)
    values = [*chain.from_iterable(parts)]
    if pa.types.is_floating(kind):
        return pa.array([None if text is None else float(text) for text in values], kind)
    if pa.types.is_timestamp(kind):
        return pa.array(values, pa.int64()).cast(pa.timestamp("us", kind.tz)).cast(kind)
    return pa.array(values, pa.int32()).cast(kind) if pa.types.is_date32(kind) else pa.array(values, kind)


def _rows_of(part: Any) -> int:
    """How many rows a column's part has."""
    if isinstance(part, list):
        return len(part)
    return len(part["lengths"]) if "lengths" in part else _rows_of(next(iter(part["fields"].values())))
