"""When and where as somebody says it, resolved: what was typed, what it was taken to mean, and what was assumed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from trucewatch.messages import Message


@dataclass(frozen=True, slots=True, kw_only=True)
class SpokenTime:
    """When something was, by the caller's own words: `[start, end]` in UTC, equal for a moment.

    assumed: what the words left open and how it was filled ("today, since nothing else was said"), for the person who
    types to see and correct; empty where nothing was.
    """

    start: datetime
    end: datetime
    assumed: tuple[Message, ...] = ()


WhereBasis = Literal["place", "offset", "bearing", "flash_to_bang", "mgrs", "coordinates", "map"]
"""A place by its name; so far from a place; a bearing (and range) from a post; a bearing and the seconds between flash
and bang; a cell of MGRS; degrees; a click on the map."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SpokenPlace:
    """Where something was, by the caller's own words: WGS 84 degrees with a one-sigma ellipse, metres and degrees
    clockwise from true north.

    lon, lat: None where only a direction from a post is known. place: the id of a place, zone or post that the words
    name, "" for none. The observer columns hold what DESIGN's table says of a direction from a post.
    """

    basis: WhereBasis
    lon: float | None = None
    lat: float | None = None
    semi_major_m: float | None = None
    semi_minor_m: float | None = None
    major_azimuth_deg: float | None = None
    place: str = ""
    place_name: str = ""
    observer_lon: float | None = None
    observer_lat: float | None = None
    bearing_deg: float | None = None
    bearing_sd_deg: float | None = None
    range_m: float | None = None
    range_sd_m: float | None = None
    assumed: tuple[Message, ...] = ()
