"""Where a patrol or a vehicle was, point by point: kept for coverage. It never leaves and is no observation."""

from __future__ import annotations

from typing import Final

import pyarrow as pa

_TIME: Final = pa.timestamp("us", tz="UTC")

TRACK_SCHEMA: Final = pa.schema(
    [
        pa.field("track_id", pa.string(), nullable=False),
        pa.field("source", pa.string(), nullable=False),
        pa.field("platform", pa.string(), nullable=False),
        pa.field("at", _TIME, nullable=False),
        pa.field("lon", pa.float64(), nullable=False),
        pa.field("lat", pa.float64(), nullable=False),
        pa.field("altitude_m", pa.float32()),
        pa.field("accuracy_m", pa.float32()),
        pa.field("simulated", pa.bool_(), nullable=False),
        pa.field("evidence_sha256", pa.string(), nullable=False),
        pa.field("evidence_row", pa.int64(), nullable=False),
    ]
)
"""One row a point: WGS 84 degrees, height in metres as the file gives it, `accuracy_m` one standard deviation on each
axis, null where it is not stated. Points of one `track_id` follow each other in time."""


def empty_tracks() -> pa.Table:
    """No track points."""
    return TRACK_SCHEMA.empty_table()
