"""How far two claims lie from each other, in time and on the ground, and in words."""

from __future__ import annotations

import math
from datetime import datetime, timedelta

from trucewatch.geo.degrees import METRES_PER_DEGREE
from trucewatch.messages import Message, Plural


def apart_words(gap: timedelta, apart_m: float) -> Message:
    """How far two things are from each other: "12 minutes and 3 km apart". Spans that meet are of about the same time,
    and no more is known of how far apart they were."""
    minutes = round(gap.total_seconds() / 60)
    distance = distance_words(apart_m)
    if minutes == 0:
        return Message("about the same time, {distance} apart", distance=distance)
    if minutes < 120:
        return Plural(
            "{count} minute and {distance} apart",
            "{count} minutes and {distance} apart",
            minutes,
            count=minutes,
            distance=distance,
        )
    hours = round(minutes / 60)
    return Plural(
        "{count} hour and {distance} apart", "{count} hours and {distance} apart", hours, count=hours, distance=distance
    )


def distance_words(apart_m: float) -> Message:
    """ "300 m", "3 km", "less than 100 m"; nobody knows it better."""
    if apart_m < 50:
        return Message("less than 100 m")
    if apart_m < 950:
        return Message("{metres} m", metres=int(round(apart_m, -2)))
    return Message("{km} km", km=f"{apart_m / 1000:.0f}")


def gap_between(
    start: datetime | None, end: datetime | None, other_start: datetime | None, other_end: datetime | None
) -> timedelta | None:
    """How long lies between two intervals, nothing where they overlap; None where one is not stated."""
    if start is None or end is None or other_start is None or other_end is None:
        return None
    return max(start - other_end, other_start - end, timedelta(0))


def metres_between(
    lon: float | None, lat: float | None, other_lon: float | None, other_lat: float | None
) -> float | None:
    """How far two places are apart, in a flat frame: within 1 % at the distances that count here."""
    if lon is None or lat is None or other_lon is None or other_lat is None:
        return None
    across = (lon - other_lon + 180.0) % 360.0 - 180.0
    return math.hypot(across * math.cos(math.radians((lat + other_lat) / 2)), lat - other_lat) * METRES_PER_DEGREE
