"""Incidents as they close → one file, in the order in which they became final, the same bytes however they were cut."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Final, Self

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from trucewatch.archive.incidents import Closed
from trucewatch.archive.row_kernels import order_ties
from trucewatch.errors import TrucewatchError, system_words
from trucewatch.messages import Message

GROUP_ROWS: Final = 131_072


class TableFile:
    """A table written row group by row group, to a name of its own until it is whole. Parquet, or CSV by its name.

    Raises TrucewatchError where it cannot be written.
    """

    def __init__(self, path: Path, schema: pa.Schema) -> None:
        self._path, self._partial = path, path.with_name(path.name + ".partial")
        self._schema = schema
        self._is_csv = path.suffix.lower() == ".csv"
        self._waiting: list[pa.Table] = []
        self._count = 0
        self._stack = ExitStack()
        try:
            self._writer = self._open()
        except OSError as exc:
            raise TrucewatchError(
                Message("{path} cannot be written: {error}", path=path, error=system_words(exc))
            ) from exc

    def _open(self) -> Any:
        if self._is_csv:
            import pyarrow.csv as pa_csv

            return self._stack.enter_context(pa_csv.CSVWriter(str(self._partial), _flat_schema(self._schema)))
        import pyarrow.parquet as pq

        return self._stack.enter_context(
            pq.ParquetWriter(
                self._partial,
                self._schema,
                compression={_leaf(field): _PACKED.get(field.name, "snappy") for field in self._schema},
                compression_level={name: 1 for name in _PACKED if name in self._schema.names},
                use_dictionary=[name for name in _REPEATED if name.split(".")[0] in self._schema.names],
                column_encoding={name: how for name, how in _ENCODED.items() if name in self._schema.names},
                write_batch_size=1 << 16,
                write_statistics=[name for name in _SOUGHT if name in self._schema.names],
            )
        )

    def write(self, table: pa.Table) -> None:
        """Takes rows; writes the row groups that are full."""
        self._waiting.append(table)
        self._count += table.num_rows
        if self._count >= GROUP_ROWS:
            whole = pa.concat_tables(self._waiting)
            full = self._count // GROUP_ROWS * GROUP_ROWS
            self._put(whole.slice(0, full))
            self._waiting, self._count = [whole.slice(full)], self._count - full

    def _put(self, table: pa.Table) -> None:
        try:
            if self._is_csv:
                self._writer.write_table(_flat(table))
            else:
                self._writer.write_table(table, row_group_size=GROUP_ROWS)
        except OSError as exc:
            raise TrucewatchError(
                Message("{path} cannot be written: {error}; check the disk", path=self._path, error=system_words(exc))
            ) from exc

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: Any, *_: object) -> None:
        """Writes what is left and gives the file its name; after a fault, leaves none."""
        if kind is None and self._count:
            self._put(pa.concat_tables(self._waiting))
        self._stack.close()
        if kind is None:
            self._partial.replace(self._path)
        else:
            self._partial.unlink(missing_ok=True)


_REPEATED: Final = ("kind", "zones", "zones.list.element", "major_azimuth_deg", "semi_major_m", "semi_minor_m", "file")
"""Columns of few values."""
_ENCODED: Final = {
    "incident_id": "DELTA_LENGTH_BYTE_ARRAY",
    "occurred_start": "DELTA_BINARY_PACKED",
    "occurred_end": "DELTA_BINARY_PACKED",
    "lon": "BYTE_STREAM_SPLIT",
    "lat": "BYTE_STREAM_SPLIT",
    "line_distance_m": "BYTE_STREAM_SPLIT",
    "line": "DELTA_BINARY_PACKED",
}
"""A fifth less time to write than plain values, and no larger."""
_PACKED: Final = {"incident_id": "zstd"}
"""Ids are random: only a code of characters makes them shorter. For the rest snappy takes two thirds of the time of
zstd, and the file is a tenth larger."""
_SOUGHT: Final = ("occurred_start", "occurred_end", "kind", "line_distance_m", "file", "line")
"""Columns by which a reader can skip row groups."""


def _leaf(field: pa.Field) -> str:
    """The name of a column in Parquet."""
    return f"{field.name}.list.element" if pa.types.is_list(field.type) else str(field.name)


def _flat_schema(schema: pa.Schema) -> pa.Schema:
    return pa.schema([pa.field(field.name, _flat_type(field.type)) for field in schema])


def _flat_type(kind: Any) -> Any:
    nested = pa.types.is_list(kind) or pa.types.is_dictionary(kind) or pa.types.is_timestamp(kind)
    return pa.string() if nested else kind


def _flat(table: pa.Table) -> pa.Table:
    """Lists joined by "; ", times in ISO 8601 with Z."""
    columns = []
    for column in table.columns:
        if pa.types.is_list(column.type):
            columns.append(pc.binary_join(column.cast(pa.list_(pa.string())), "; "))
        elif pa.types.is_timestamp(column.type):
            columns.append(pc.strftime(column, format="%Y-%m-%dT%H:%M:%SZ"))
        elif pa.types.is_dictionary(column.type):
            columns.append(column.cast(pa.string()))
        else:
            columns.append(column)
    return pa.Table.from_arrays(columns, schema=_flat_schema(table.schema))


class IncidentFile:
    """Closed incidents, handed over slice by slice, in their one order."""

    def __init__(self, write: Callable[[pa.Table], None]) -> None:
        self._write = write
        self._waiting: list[Closed] = []

    def add(self, closed: Closed, *, settled_us: int) -> None:
        """Takes incidents in their order; writes those before `settled_us`, after which all others end."""
        if len(closed):
            self._waiting.append(closed)
        ready, left = [], []
        for incidents in self._waiting:
            cut = int(np.searchsorted(incidents.last_us, settled_us, side="left"))
            ready.append(_part(incidents, 0, cut))
            left.append(_part(incidents, cut, len(incidents)))
        self._waiting = [incidents for incidents in left if len(incidents)]
        for table in _merged([incidents for incidents in ready if len(incidents)]):
            self._write(table)


def _part(closed: Closed, begin: int, end: int) -> Closed:
    return Closed(
        closed.table.slice(begin, end - begin),
        closed.last_us[begin:end],
        closed.names[begin:end],
        closed.incident_of[:0],
    )


def _merged(parts: list[Closed]) -> list[pa.Table]:
    """All of them in order. Only what overlaps the smaller parts is sorted; the rest of the largest is handed on as it
    is."""
    if len(parts) <= 1:
        return [part.table for part in parts]
    largest = max(range(len(parts)), key=lambda at: len(parts[at]))
    big = parts[largest]
    others = [part for at, part in enumerate(parts) if at != largest]
    first, last = min(int(part.last_us[0]) for part in others), max(int(part.last_us[-1]) for part in others)
    begin = int(np.searchsorted(big.last_us, first, side="left"))
    end = int(np.searchsorted(big.last_us, last, side="right"))
    mixed = [*others, _part(big, begin, end)]
    last_us, names = np.concatenate([part.last_us for part in mixed]), np.concatenate([part.names for part in mixed])
    order = np.argsort(last_us, kind="stable").astype(np.int64)
    order_ties(order, last_us, names)
    middle = pa.concat_tables([part.table for part in mixed]).combine_chunks().take(pa.array(order))
    return [big.table.slice(0, begin), middle, big.table.slice(end)]
