"""All versions of all rows → one current row an observation, carried on from the last time: what came since costs its
own rows, and not those of all before it.

It lives in memory for as long as a store is open, and decides nothing: without it the same rows are gathered anew.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from trucewatch.fusion import current_observations
from trucewatch.fusion.reach import Moves
from trucewatch.model.sorted_rows import SortedRows, rows_at

BY_ID = ("observation_id",)
_TIME = pa.timestamp("us", tz="UTC")


@dataclass(slots=True)
class CurrentRows:
    """What was current last.

    entries: of the batches that it was gathered from, in order; files: the hashes of the watch's files then. rows: one
    row an observation; waiting: rows of which nobody knew then. moves: where the rows of the time before stand now.
    """

    entries: tuple[int, ...] = ()
    files: str = ""
    as_of: datetime | None = None
    added: pa.Table | None = None
    """Rows that acts brought."""
    rows: SortedRows | None = None
    waiting: pa.Table | None = None
    claimants: frozenset[str] = frozenset()
    """Who claims anything, as the rows say it, known then or not."""
    moves: Moves | None = None
    before: SortedRows | None = field(default=None, repr=False)

    @property
    def unknown(self) -> int:
        """How many observations are held that nobody knew at the time."""
        if self.rows is None or self.waiting is None:
            return 0
        ids = pc.unique(self.waiting["observation_id"])
        return len(ids) - len(self.rows.with_keys(ids))


def gathered(every: pa.Table, entries: Sequence[int], files: str, as_of: datetime, added: pa.Table) -> CurrentRows:
    """The current rows of everything, from nothing."""
    whole = pa.concat_tables([every, added])
    return CurrentRows(
        entries=tuple(entries),
        files=files,
        as_of=as_of,
        added=added,
        rows=SortedRows.in_order(current_observations(whole, as_of=as_of).combine_chunks(), BY_ID),
        waiting=_unknown_rows(whole, as_of),
        claimants=_claimants_of(whole),
    )


def carried_on(
    last: CurrentRows,
    new: pa.Table,
    entries: Sequence[int],
    files: str,
    as_of: datetime,
    added: pa.Table,
) -> CurrentRows | None:
    """The current rows, from those of the last time and what came since; None where more than that may differ.

    new: all versions of the rows of batches that are not among the last ones', which link no rows of those.
    """
    if last.rows is None or last.waiting is None or last.added is None or last.as_of is None:
        return None
    if last.files != files or as_of < last.as_of or not last.added.equals(added.slice(0, last.added.num_rows)):
        return None
    # In the order of everything, by which of two copies of one row the first stands.
    fresh = pa.concat_tables([last.waiting, new, added.slice(last.added.num_rows)])
    candidates = fresh.filter(_is_known(fresh, as_of))
    names = pc.unique(candidates["observation_id"])
    stands = last.rows.with_keys(names)
    # What stood is the best of all that was known then. It carries the id by which versions are linked, as what waited
    # does; rows as batches hold them need not.
    rows = current_observations(pa.concat_tables([rows_at(last.rows.table, stands), candidates]), as_of=as_of)
    now, is_old = last.rows.exchanged(stands, rows)
    moves = Moves.of(len(last.rows), stands, len(now), np.flatnonzero(~is_old))
    return CurrentRows(
        entries=tuple(entries),
        files=files,
        as_of=as_of,
        added=added,
        rows=now,
        waiting=fresh.filter(pc.invert(_is_known(fresh, as_of))),
        claimants=last.claimants | _claimants_of(fresh),
        moves=moves,
        before=last.rows,
    )


def _is_known(rows: pa.Table, as_of: datetime) -> pa.ChunkedArray:
    return pc.less_equal(rows["known_at"], pa.scalar(as_of, _TIME))


def _unknown_rows(rows: pa.Table, as_of: datetime) -> pa.Table:
    return rows.filter(pc.invert(_is_known(rows, as_of)))


def _claimants_of(rows: pa.Table) -> frozenset[str]:
    return frozenset(text for text in pc.unique(rows["claimed_by"]).to_pylist() if text)


def current_counters(counters: pa.Table, as_of: datetime) -> pa.Table:
    """One row a number: the one known last, by `as_of`."""
    versions = counters.filter(pc.less_equal(counters["known_at"], pa.scalar(as_of, pa.timestamp("us", tz="UTC"))))
    order = [("counter_id", "ascending"), ("known_at", "descending"), ("evidence_sha256", "ascending")]
    rows = versions.sort_by(order)
    ids = rows["counter_id"].to_pylist()
    return rows.filter(
        pa.array([index == 0 or ids[index - 1] != counter_id for index, counter_id in enumerate(ids)], pa.bool_())
    )
