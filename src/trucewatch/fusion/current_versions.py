"""All rows of all batches → one current row an observation: what was known at a moment, in its latest version."""

from __future__ import annotations

from datetime import datetime

import pyarrow as pa
import pyarrow.compute as pc


def current_observations(rows: pa.Table, *, as_of: datetime) -> pa.Table:
    """One row an observation, sorted by id, from rows that were known at `as_of`.

    Of several versions of one observation the one of the higher product rank stands (a standard row replaces the
    near-real-time one), then the one known later, then the one whose evidence comes first by hash and row. So the
    result is a function of the set of rows, not of their order.
    """
    known_rows = rows.filter(pc.less_equal(rows["known_at"], pa.scalar(as_of, pa.timestamp("us", tz="UTC"))))
    ordered = known_rows.sort_by(
        [
            ("observation_id", "ascending"),
            ("product_rank", "descending"),
            ("known_at", "descending"),
            ("evidence_sha256", "ascending"),
            ("evidence_row", "ascending"),
        ]
    )
    ids = ordered["observation_id"].combine_chunks()
    if len(ids) < 2:
        return ordered
    is_first = pa.concat_arrays([pa.array([True]), pc.not_equal(ids.slice(1), ids.slice(0, len(ids) - 1))])
    return ordered.filter(is_first)
