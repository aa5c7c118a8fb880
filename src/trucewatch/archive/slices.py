"""Rows in the order of their files → slices in time. Rows out of order are sorted through temporary Parquet first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa

from trucewatch.archive.rows import Rows, Whole, concat_rows
from trucewatch.archive.slice_association import EVER, Association, Edges

DAY_US: Final = 86_400_000_000
RUN_GROUP: Final = 16_384
"""Rows of one sorted run that are held while runs are merged."""


class OutOfOrderError(Exception):
    """A row came that belongs to a slice which is done; the archive has to be sorted first."""


@dataclass(frozen=True, slots=True)
class Slice:
    """Rows whose moments are in [edges.begin_us, edges.until_us)."""

    rows: Rows
    edges: Edges


def cut_slices(parts: Iterable[Rows], association: Association, *, most_rows: int, days: int | None) -> Iterator[Slice]:
    """Slices of whole days, or of about `most_rows`; rows of one moment stay together.

    Raises OutOfOrderError for a row whose moment is before a slice that was given out.
    """
    waiting: list[tuple[Rows, Whole]] = []
    count, begin, reached, latest = 0, -EVER, -EVER, -EVER
    step = None if days is None else association.days_of(days) * DAY_US
    for part in parts:
        if not len(part):
            continue
        moments = association.moments_of(part)
        if int(moments.min()) < begin:
            raise OutOfOrderError
        waiting.append((part, moments))
        count, latest = count + len(part), max(latest, int(part["start_us"].max()) - association.lag_us)
        while (until := _cut_at([moments for _, moments in waiting], count, latest, most_rows, step)) is not None:
            now, rest, left = _divided(waiting, until)
            yield Slice(now, Edges(begin_us=begin, reached_us=reached, until_us=until))
            begin, reached = until, max(reached, int(now["end_us"].max()))
            waiting, count = [(rest, left)], len(rest)
    if count:
        yield Slice(concat_rows([rows for rows, _ in waiting]), Edges(begin_us=begin, reached_us=reached))


def _divided(waiting: list[tuple[Rows, Whole]], until: int) -> tuple[Rows, Rows, Whole]:
    """The rows of before a moment, the others, and their moments; without copying where they are in order."""
    rows, moments = concat_rows([part for part, _ in waiting]), np.concatenate([part for _, part in waiting])
    if np.any(moments[1:] < moments[:-1]):
        before = moments < until
        return rows.take(before), rows.take(~before), moments[~before]
    cut = int(np.searchsorted(moments, until, side="left"))
    return rows.part(0, cut), rows.part(cut, len(rows)), moments[cut:]


def _cut_at(waiting: list[Whole], count: int, latest: int, most_rows: int, step: int | None) -> int | None:
    """Where the held rows are cut, or None if more have to come first."""
    if not count or (step is None and count <= most_rows):
        return None
    earliest = min(int(part.min()) for part in waiting if len(part))
    if step is not None:
        until = (earliest // step + 1) * step
    else:
        moments = np.concatenate(waiting)
        is_sorted = not np.any(moments[1:] < moments[:-1])
        until = int((moments if is_sorted else np.partition(moments, most_rows))[most_rows])
        if until == earliest:
            later = moments[moments > until]
            if not len(later):
                return None
            until = int(later.min())
    return until if latest >= until else None


class SortedRuns:
    """Rows of any order, kept in a folder as sorted runs of Parquet, and given back in order."""

    def __init__(self, folder: Path, *, most_rows: int) -> None:
        self._folder, self._most = folder, most_rows
        self._waiting: list[Rows] = []
        self._count = 0
        self._runs: list[Path] = []
        self._texts: dict[int, str] = {}

    def add(self, rows: Rows) -> None:
        """Takes rows; writes a run when there are enough."""
        if len(rows):
            self._waiting.append(rows)
            self._count += len(rows)
            self._texts.update(rows.texts)
        if self._count >= self._most:
            self._write()

    def _write(self) -> None:
        import pyarrow.parquet as pq

        rows = concat_rows(self._waiting)
        rows = rows.take(np.argsort(rows["start_us"], kind="stable"))
        path = self._folder / f"run-{len(self._runs):05d}.parquet"
        pq.write_table(_as_table(rows), path, compression="zstd", compression_level=1, row_group_size=RUN_GROUP)
        self._runs.append(path)
        self._waiting, self._count = [], 0

    def merged(self) -> Iterator[Rows]:
        """All rows, in parts of which each starts where the one before ends."""
        import pyarrow.parquet as pq

        if self._count:
            self._write()
        readers = [pq.ParquetFile(path) for path in self._runs]
        try:
            batches = [reader.iter_batches(batch_size=RUN_GROUP) for reader in readers]
            heads = [self._next(reader_batches) for reader_batches in batches]
            while any(head is not None for head in heads):
                here = [head for head in heads if head is not None]
                # Up to the end of the batch that ends first, every run has shown all that it has.
                horizon = min(int(head["start_us"][-1]) for head in here)
                ready = []
                for number, head in enumerate(heads):
                    if head is None:
                        continue
                    cut = int(np.searchsorted(head["start_us"], horizon, side="right"))
                    ready.append(head.part(0, cut))
                    heads[number] = head.part(cut, len(head)) if cut < len(head) else self._next(batches[number])
                together = concat_rows(ready)
                yield together.take(np.argsort(together["start_us"], kind="stable"))
        finally:
            for reader in readers:
                reader.close()

    def _next(self, batches: Any) -> Rows | None:
        batch = next(batches, None)
        return None if batch is None else _as_rows(batch, self._texts)


def _as_table(rows: Rows) -> pa.Table:
    columns = {name: pa.array(column) for name, column in rows.columns.items()}
    return pa.table(columns if rows.ids is None else {**columns, "ids": rows.ids})


def _as_rows(batch: Any, texts: dict[int, str]) -> Rows:
    columns = {name: batch.column(name).to_numpy(zero_copy_only=False) for name in batch.schema.names if name != "ids"}
    ids = batch.column("ids") if "ids" in batch.schema.names else None
    return Rows(batch.num_rows, columns, ids, texts)
