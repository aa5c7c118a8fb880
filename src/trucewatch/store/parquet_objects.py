"""Arrow tables ↔ Parquet objects, chunk by chunk: a file of a gigabyte never stands in memory as a whole."""

from __future__ import annotations

import hashlib
import io
import os
from collections.abc import Iterator, Sequence
from contextlib import suppress
from types import TracebackType
from typing import Any, BinaryIO, Final

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from trucewatch.ledger.durable import begin_file
from trucewatch.store.disk_errors import translating
from trucewatch.store.objects import FilesAside, HashedFiles

_ROWS_AT_ONCE = 65_536
_UNLIKE: Final = ("observation_id", "lon", "lat", "evidence_row")
"""Columns that hardly say anything twice: a dictionary of them only costs time."""
_FEW_ROWS: Final = 512
"""Up to here a dictionary and statistics for each of forty columns take more room than they save, and twice the time:
2.2 ms and 15 kB for 27 observations, against 1.0 ms and 11 kB."""


def _packing(schema: pa.Schema, rows: int) -> dict[str, Any]:
    """How a table is packed that begins with so many rows."""
    if rows <= _FEW_ROWS:
        return {"compression": "snappy", "use_dictionary": False, "write_statistics": False}
    worded = [name for name in schema.names if name not in _UNLIKE]
    return {"compression": "zstd", "use_dictionary": worded}


class TableSink:
    """Writes one Parquet object. After the `with` block `sha256` is its name, "" if no row was written; `rows` their
    number."""

    def __init__(self, objects: HashedFiles, schema: pa.Schema, waiting: FilesAside | None = None) -> None:
        """waiting: the file is not flushed and named, but waits there to be kept with others."""
        self._objects, self._schema, self._waiting = objects, schema, waiting
        self._writer: pq.ParquetWriter | None = None
        self.sha256, self.rows = "", 0

    def __enter__(self) -> TableSink:
        return self

    def write(self, table: pa.Table) -> None:
        """Add the rows of a table."""
        if table.num_rows == 0:
            return
        with translating(self._objects.root):
            if self._writer is None:
                self._aside = self._waiting.place() if self._waiting else self._objects.aside(f"table-{id(self)}")
                begin_file(self._aside)
                self._stream = _HashingStream(self._aside.open("wb"))
                self._writer = pq.ParquetWriter(self._stream, self._schema, **_packing(self._schema, table.num_rows))
            self._writer.write_table(table.cast(self._schema))
        self.rows += table.num_rows

    def keep(self) -> None:
        """Keep what was written, as leaving the `with` block does."""
        self._close(keeps=True)

    def discard(self) -> None:
        """Keep nothing of it."""
        self._close(keeps=False)

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._close(keeps=kind is None)

    def _close(self, *, keeps: bool) -> None:
        if self._writer is None:
            return
        writer, self._writer = self._writer, None
        with translating(self._aside):
            try:
                writer.close()
                if keeps and self._waiting is None:
                    self._stream.flush_durably()
                self._stream.close()
                if keeps:
                    self.sha256 = self._stream.digest.hexdigest()
                    if self._waiting is not None:
                        self._waiting.named(self._aside, self.sha256)
                    else:
                        self._objects.take_in(self._aside, self.sha256)
            finally:
                with suppress(OSError):  # a full disk says so once
                    self._stream.close()
                if self._waiting is None:
                    self._aside.unlink(missing_ok=True)
                elif not keeps:
                    self._waiting.drop(self._aside)


class _HashingStream(io.RawIOBase):
    """A file that is written through, and hashed on the way."""

    def __init__(self, target: BinaryIO) -> None:
        self._target, self.digest = target, hashlib.sha256()

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self.digest.update(data)
        return self._target.write(data)

    def tell(self) -> int:
        return self._target.tell()

    def flush_durably(self) -> None:
        self._target.flush()
        os.fsync(self._target.fileno())

    def close(self) -> None:
        self._target.close()
        super().close()


def read_table(objects: HashedFiles, sha256: str) -> pa.Table:
    """The whole table of a Parquet object, its hash checked."""
    # One thread: these tables are small, and threads still starting when a short process ends bring it down.
    # And the file's own reader: the other one brings in what reads whole folders of files.
    with pq.ParquetFile(objects.checked_path(sha256), pre_buffer=False) as file:
        return file.read(use_threads=False)


def read_columns(objects: HashedFiles, sha256: str, columns: Sequence[str]) -> Iterator[pa.RecordBatch]:
    """Some columns of a Parquet object, piece by piece, its hash checked; nothing for ""."""
    if not sha256:
        return
    with pq.ParquetFile(objects.checked_path(sha256), pre_buffer=False) as file:
        yield from file.iter_batches(batch_size=_ROWS_AT_ONCE, columns=list(columns), use_threads=False)


def read_rows(objects: HashedFiles, sha256: str, rows: Sequence[int], columns: Sequence[str] | None = None) -> pa.Table:
    """Some rows of a Parquet object, at least one, in this order, its hash checked; only the groups of rows that hold
    them are read. columns: only these."""
    with pq.ParquetFile(objects.checked_path(sha256), pre_buffer=False) as file:
        sizes = [file.metadata.row_group(number).num_rows for number in range(file.num_row_groups)]
        ends = np.cumsum(sizes)
        wanted = np.asarray(rows, dtype=np.int64)
        groups = np.unique(np.searchsorted(ends, wanted, "right"))
        table = file.read_row_groups(groups.tolist(), columns=columns and list(columns), use_threads=False)
        before = np.zeros(len(sizes), dtype=np.int64)
        before[groups] = np.cumsum(np.array(sizes)[groups]) - np.array(sizes)[groups]
        group = np.searchsorted(ends, wanted, "right")
        return table.take(pa.array(wanted - (ends - sizes)[group] + before[group]))


def read_tuples(objects: HashedFiles, sha256: str, columns: Sequence[str]) -> Iterator[tuple[Any, ...]]:
    """The rows of a Parquet object, some columns of it, times as microseconds; nothing for ""."""
    for batch in read_columns(objects, sha256, columns):
        lists = [
            (column.cast(pa.int64()) if pa.types.is_timestamp(column.type) else column).to_pylist()
            for column in map(batch.column, columns)
        ]
        yield from zip(*lists, strict=True)
