"""A slice → its whole incidents, and the rows of those that may go on; then the seams. The same in one piece or in
many.

`fuse_slice` knows one slice only and can run anywhere. `Seams` takes what the slices left open, from the earliest on,
and closes what can no longer grow. So each event is divided and located once, from all of its rows.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from trucewatch.archive.incidents import Closed, build_incidents
from trucewatch.archive.rows import Rows, Whole, concat_rows, identities_of, order_rows
from trucewatch.archive.slice_association import Association, Edges, Sets
from trucewatch.archive.slices import Slice
from trucewatch.archive.zone_lookup import Situation


@dataclass(frozen=True, slots=True)
class Job:
    """What is done with every slice. members: whether it is also told which row belongs to which incident."""

    association: Association
    situation: Situation
    members: bool = False


MEMBER_SCHEMA = pa.schema(
    [
        pa.field("file", pa.int32(), nullable=False),
        pa.field("line", pa.int64(), nullable=False),
        pa.field("incident_id", pa.string(), nullable=False),
    ]
)


@dataclass(frozen=True, slots=True)
class Fused:
    """What came of a slice: whole incidents, members of theirs (None if not asked), the rows left open and their
    repeats."""

    closed: Closed
    members: Any
    open: Rows
    open_repeats: Rows
    repeats: int
    edges: Edges


def fuse_slice(piece: Slice, job: Job) -> Fused:
    """Everything that one slice can say by itself."""
    ordered = order_rows(piece.rows)
    sets = job.association.divide(ordered.rows, piece.edges)
    closed, members, open_rows = _close(ordered.rows, ordered.identities, sets, ordered.repeats, ordered.repeat_of, job)
    repeat_open = sets.is_open[ordered.repeat_of] if len(ordered.repeats) else np.zeros(0, dtype=np.bool_)
    return Fused(
        closed,
        members,
        open_rows,
        ordered.repeats.take(repeat_open) if job.members and repeat_open.any() else ordered.repeats.part(0, 0),
        len(ordered.repeats),
        piece.edges,
    )


def _close(
    rows: Rows, identities: Any, sets: Sets, repeats: Rows, repeat_of: Any, job: Job
) -> tuple[Closed, Any, Rows]:
    """The incidents of the rows that are not open, who belongs to them, and the open rows."""
    ready = ~sets.is_open
    last_us = _last_of(rows["end_us"], sets.whole)
    closed = build_incidents(rows, identities, sets.label, ready=ready, last_us=last_us, situation=job.situation)
    open_rows = rows.part(0, 0) if ready.all() else rows.take(sets.is_open)
    members = None
    if job.members:
        members = _members_of(rows.take(ready), closed.incident_of[ready], closed)
        if len(repeats):
            whole = ready[repeat_of]
            again = _members_of(repeats.take(whole), closed.incident_of[repeat_of[whole]], closed)
            members = pa.concat_tables([members, again])
    return closed, members, open_rows


def _last_of(end_us: Whole, whole: Whole) -> Whole:
    """The last end of each row's set."""
    last = end_us.copy()
    others = np.flatnonzero(whole != np.arange(len(whole)))
    np.maximum.at(last, whole[others], end_us[others])
    return last[whole]


def _members_of(rows: Rows, incident_of: Whole, closed: Closed) -> pa.Table:
    ids = closed.table["incident_id"].combine_chunks().take(pa.array(incident_of))
    columns = [pa.array(np.ascontiguousarray(rows["file"])), pa.array(np.ascontiguousarray(rows["line"])), ids]
    return pa.Table.from_arrays(columns, schema=MEMBER_SCHEMA)


class Seams:
    """What is open between slices, closed in the order of time."""

    def __init__(self, job: Job) -> None:
        self._job = job
        self._open: Rows | None = None
        self._repeats: list[Rows] = []

    def take(self, fused: Fused) -> tuple[Closed, Any]:
        """Incidents of open rows that can no longer grow, now that everything before `fused.edges.until_us` is
        known."""
        parts = [part for part in (self._open, fused.open) if part is not None and len(part)]
        if self._job.members and len(fused.open_repeats):
            self._repeats.append(fused.open_repeats)
        ordered = order_rows(concat_rows(parts) if parts else fused.open)
        # Rows are whole in what went before, so only the time after can open them.
        sets = self._job.association.divide(ordered.rows, Edges(until_us=fused.edges.until_us))
        repeats, repeat_of = self._repeated(ordered.rows)
        closed, members, open_rows = _close(ordered.rows, ordered.identities, sets, repeats, repeat_of, self._job)
        self._open = open_rows
        if len(repeats):
            still = sets.is_open[repeat_of]
            self._repeats = [repeats.take(still)] if still.any() else []
        return closed, members

    def _repeated(self, rows: Rows) -> tuple[Rows, Any]:
        """The repeats of open rows, and which row each repeats."""
        if not self._repeats:
            return rows.part(0, 0), np.zeros(0, dtype=np.int64)
        repeats = concat_rows(self._repeats)
        places = {key: at for at, key in enumerate(_repeat_keys(rows))}
        return repeats, np.array([places[key] for key in _repeat_keys(repeats)], dtype=np.int64)


def _repeat_keys(rows: Rows) -> list[Any]:
    """By what a row is known as the repeat of another: id and start, or all that it says."""
    if rows.ids is not None:
        return list(zip(rows.ids.to_pylist(), rows["start_us"].tolist(), strict=True))
    return [key.tobytes() for key in np.column_stack((rows["start_us"], identities_of(rows)))]
