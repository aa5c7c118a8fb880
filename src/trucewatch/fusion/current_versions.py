"""All rows of all batches → one current row an observation: what was known at a moment, in its latest version."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from trucewatch.geo.arrays import Ints


def current_observations(rows: pa.Table, *, as_of: datetime) -> pa.Table:
    """One row an observation, sorted by id, from rows that were known at `as_of`.

    Of several versions of one observation the one of the higher product rank stands (a standard row replaces the
    near-real-time one), then the one known later, then the one whose evidence comes first by hash and row. So the
    result is a function of the set of rows, not of their order.
    """
    return Versions.of(rows).known_by(as_of)


@dataclass(frozen=True, slots=True)
class Versions:
    """All versions of all rows, brought into order once, for who asks about several moments.

    number: of each row, the same for all of one id; known, start: microseconds since 1970.
    """

    rows: pa.Table
    number: Ints
    known: Ints
    start: Ints

    @classmethod
    def of(cls, rows: pa.Table) -> Versions:
        """Of one id first the version that stands before the others."""
        ordered = rows.sort_by(
            [
                ("observation_id", "ascending"),
                ("product_rank", "descending"),
                ("known_at", "descending"),
                ("evidence_sha256", "ascending"),
                ("evidence_row", "ascending"),
            ]
        )
        ids = ordered["observation_id"].combine_chunks()
        number = np.zeros(len(ids), dtype=np.int64)
        if len(ids) > 1:
            number[1:] = np.cumsum(
                pc.not_equal(ids.slice(1), ids.slice(0, len(ids) - 1)).to_numpy(zero_copy_only=False)
            )
        known, start = (
            ordered[name].cast(pa.timestamp("us", "UTC")).cast(pa.int64()).to_numpy()
            for name in ("known_at", "occurred_start")
        )
        return cls(ordered, number, known, start)

    def known_by(self, as_of: datetime, *, since: datetime | None = None) -> pa.Table:
        """`current_observations` of these, of those alone that begin at `since` or later."""
        places = np.flatnonzero(self.known <= _microseconds(as_of))
        first = places[np.r_[True, np.diff(self.number[places]) != 0][: len(places)]]
        if since is not None:
            first = first[self.start[first] >= _microseconds(since)]
        return self.rows.take(pa.array(first))


def _microseconds(moment: datetime) -> int:
    return (moment - _EPOCH) // timedelta(microseconds=1)


_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
