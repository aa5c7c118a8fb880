"""The observation table and the counter table: what every source delivers.

An Arrow table, one row an observation. Places are WGS 84 degrees, ellipses one sigma in metres with the azimuth of the
major axis clockwise from true north, times UTC to the microsecond.
"""

from __future__ import annotations

from typing import Final

import pyarrow as pa

MEANS: Final = ("satellite", "seismic", "acoustic", "uav", "camera", "patrol", "public", "party", "event_list")

KINDS: Final = (
    "explosion",
    "projectile",
    "muzzle_flash",
    "flare",
    "burst",
    "shot",
    "thermal_anomaly",
    "movement",
    "line_crossing",
    "weapon_present",
    "overflight",
    "jamming",
    "access_denied",
    "harm",
    "handover",
    "presence",
    "meeting",
    "hostilities",
    "agreement_act",
    "other",
)

NO_KIND: Final = "other"
"""What a row is of that fits no other kind, or says none."""

ASPECTS: Final = ("undetermined", "outgoing", "impact", "airburst", "controlled", "exercise")

_TIME: Final = pa.timestamp("us", tz="UTC")

OBSERVATION_SCHEMA: Final = pa.schema(
    [
        pa.field("observation_id", pa.string(), nullable=False),
        pa.field("source", pa.string(), nullable=False),
        pa.field("sensor", pa.string(), nullable=False),
        pa.field("means", pa.string(), nullable=False),
        pa.field("kind", pa.string(), nullable=False),
        pa.field("aspect", pa.string(), nullable=False),
        pa.field("occurred_start", _TIME, nullable=False),
        pa.field("occurred_end", _TIME, nullable=False),
        pa.field("time_sd_s", pa.float32()),
        pa.field("lon", pa.float64()),
        pa.field("lat", pa.float64()),
        pa.field("semi_major_m", pa.float32()),
        pa.field("semi_minor_m", pa.float32()),
        pa.field("major_azimuth_deg", pa.float32()),
        pa.field("observer_lon", pa.float64()),
        pa.field("observer_lat", pa.float64()),
        pa.field("bearing_deg", pa.float32()),
        pa.field("bearing_sd_deg", pa.float32()),
        pa.field("range_m", pa.float32()),
        pa.field("range_sd_m", pa.float32()),
        pa.field("count_min", pa.int32()),
        pa.field("count_best", pa.int32()),
        pa.field("count_max", pa.int32()),
        pa.field("killed_min", pa.int32()),
        pa.field("killed_best", pa.int32()),
        pa.field("killed_max", pa.int32()),
        pa.field("injured_min", pa.int32()),
        pa.field("injured_best", pa.int32()),
        pa.field("injured_max", pa.int32()),
        pa.field("person_status", pa.string(), nullable=False),
        pa.field("perceived", pa.string(), nullable=False),
        pa.field("intensity", pa.float64()),
        pa.field("intensity_unit", pa.string(), nullable=False),
        pa.field("confidence", pa.float32()),
        pa.field("source_quality", pa.string(), nullable=False),
        pa.field("claimed_by", pa.string(), nullable=False),
        pa.field("actor", pa.string(), nullable=False),
        pa.field("struck", pa.string(), nullable=False),
        pa.field("simulated", pa.bool_(), nullable=False),
        pa.field("known_at", _TIME, nullable=False),
        pa.field("received_at", _TIME),
        pa.field("evidence_sha256", pa.string(), nullable=False),
        pa.field("evidence_row", pa.int64(), nullable=False),
        pa.field("text", pa.string(), nullable=False),
    ]
)
"""The public table, column for column. `claimed_by` names parties or bodies; several are joined by "; ". Numbers of
people are their giver's own; `person_status` and `perceived` are words of `model/people.py`. `actor`: the party whose
forces, persons or arms it was, as the row says (its id); it is somebody's word, is never held to be known by itself,
and leaves in no release. `struck`: a hospital, school or place of worship that was hit, as the row says."""

STORED_OBSERVATION_SCHEMA: Final = pa.schema(
    [
        *OBSERVATION_SCHEMA,
        pa.field("product_rank", pa.int8(), nullable=False),
        pa.field("known_at_assumed", pa.bool_(), nullable=False),
        pa.field("harm_min", pa.int32()),
        pa.field("harm_best", pa.int32()),
        pa.field("harm_max", pa.int32()),
    ]
)
"""What a batch keeps beside the public columns: of two versions of one observation the higher `product_rank` stands
(near-real-time 0, standard 1); `known_at_assumed` is true where the source's card gave the delay; `harm_*` are people
killed or injured where the giver does not tell them apart, as every row of earlier versions had them."""

STATED_OTHERWISE: Final = {"person_status": "not_stated"}
"""What stands in a column of words where a row states nothing; "" in the others."""

COUNTER_SCHEMA: Final = pa.schema(
    [
        pa.field("counter_id", pa.string(), nullable=False),
        pa.field("source", pa.string(), nullable=False),
        pa.field("name", pa.string(), nullable=False),
        pa.field("span", pa.string(), nullable=False),
        pa.field("zone", pa.string(), nullable=False),
        pa.field("period_start", _TIME, nullable=False),
        pa.field("period_end", _TIME, nullable=False),
        pa.field("value", pa.float64(), nullable=False),
        pa.field("qualifier", pa.string(), nullable=False),
        pa.field("unit", pa.string(), nullable=False),
        pa.field("claimed_by", pa.string(), nullable=False),
        pa.field("simulated", pa.bool_(), nullable=False),
        pa.field("known_at", _TIME, nullable=False),
        pa.field("received_at", _TIME),
        pa.field("evidence_sha256", pa.string(), nullable=False),
        pa.field("evidence_row", pa.int64(), nullable=False),
        pa.field("text", pa.string(), nullable=False),
    ]
)
"""`span` is day, cumulative or level (what stood at the time); `qualifier` is exactly, more_than, about or at_most."""

STRUCK: Final = ("hospital", "school", "place_of_worship")
"""What makes an event grave when it is hit."""

SPANS: Final = ("day", "cumulative", "level")
QUALIFIERS: Final = ("exactly", "more_than", "about", "at_most")


def as_stored(table: pa.Table) -> pa.Table:
    """Rows of a batch with the columns of today: what earlier versions did not keep is null, or not stated."""
    if table.schema.names == STORED_OBSERVATION_SCHEMA.names:
        return table.cast(STORED_OBSERVATION_SCHEMA)

    def column(field: pa.Field) -> pa.ChunkedArray | pa.Array:
        if field.name in table.column_names:
            return table[field.name].cast(field.type)
        nothing = None if field.nullable else STATED_OTHERWISE.get(field.name, "")
        return pa.repeat(pa.scalar(nothing, field.type), table.num_rows)

    return pa.table([column(field) for field in STORED_OBSERVATION_SCHEMA], schema=STORED_OBSERVATION_SCHEMA)


def empty_observations() -> pa.Table:
    """No observations, with the stored schema."""
    return STORED_OBSERVATION_SCHEMA.empty_table()


def empty_counters() -> pa.Table:
    """No counters."""
    return COUNTER_SCHEMA.empty_table()
