"""Incidents → the same incidents with all their zones and their distance to the line of contact."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa

from trucewatch.geo.arrays import Floats, Ints, Mask
from trucewatch.geo.frame import LocalFrame
from trucewatch.geo.zones import EDGE, INSIDE, Places, distance_to_line, relate_to_zone
from trucewatch.model.times import ALWAYS, NEVER
from trucewatch.model.zone import Zone

_FAR_PAST, _FAR_FUTURE = np.iinfo(np.int64).min, np.iinfo(np.int64).max


def situate_incidents(incidents: pa.Table, *, zones: Sequence[Zone], line_id: str, frame: LocalFrame) -> pa.Table:
    """Fills `zones`, `zones_at_edge` and `line_distance_m`, by the versions of zones valid when the incident began.

    A zone is in `zones` if the 95 % ellipse, widened by the zone's accuracy, lies wholly inside, and in `zones_at_edge`
    if it meets the edge. Incidents without a place are in none, and at no distance.
    """
    places, lon, lat = places_of(incidents, frame)
    began = incidents["occurred_start"].cast(pa.int64()).to_numpy(zero_copy_only=False)
    inside: list[list[str]] = [[] for _ in range(len(lon))]
    edge: list[list[str]] = [[] for _ in range(len(lon))]
    distance = np.full(len(lon), np.nan)
    # By the version of each zone that was valid when the incident began.
    for zone in zones:
        valid = np.flatnonzero(_valid_at(zone, began))
        if valid.size == 0:
            continue
        if zone.kind == "line":
            if zone.id == line_id:
                distance[valid] = distance_to_line(frame, zone.geometry, lon[valid], lat[valid])
            continue
        relations = relate_to_zone(frame, zone.geometry, places.take(valid), accuracy_m=zone.accuracy_m)
        for relation, lists in ((INSIDE, inside), (EDGE, edge)):
            for row in valid[relations == relation]:
                lists[row].append(zone.id)
    metres = pa.array(np.round(distance, 1), mask=np.isnan(distance))  # to a decimetre
    table = incidents
    for name, column in (
        ("zones", pa.array(inside, type=pa.list_(pa.string()))),
        ("zones_at_edge", pa.array(edge, type=pa.list_(pa.string()))),
        ("line_distance_m", metres),
    ):
        position = table.schema.get_field_index(name)
        table = table.set_column(position, incidents.schema.field(position), column)
    return table


def places_of(table: pa.Table, frame: LocalFrame) -> tuple[Places, Floats, Floats]:
    """The uncertain places of a table with ellipse columns, in metres, with their lon and lat; NaN where unknown."""
    lon, lat, major, minor, azimuth = (
        table[name].to_numpy(zero_copy_only=False).astype(np.float64)
        for name in ("lon", "lat", "semi_major_m", "semi_minor_m", "major_azimuth_deg")
    )
    x, y = np.full(len(lon), np.nan), np.full(len(lon), np.nan)
    placed = np.isfinite(lon) & np.isfinite(lat)
    if placed.any():
        x[placed], y[placed] = frame.to_metres(lon[placed], lat[placed])
    return Places(x, y, np.nan_to_num(major), np.nan_to_num(minor), np.nan_to_num(azimuth)), lon, lat


def _valid_at(zone: Zone, moments: Ints) -> Mask:
    start = _FAR_PAST if zone.valid_from == ALWAYS else int(zone.valid_from.timestamp() * 1e6)
    end = _FAR_FUTURE if zone.valid_until == NEVER else int(zone.valid_until.timestamp() * 1e6)
    return np.asarray((moments >= start) & (moments < end), dtype=np.bool_)
