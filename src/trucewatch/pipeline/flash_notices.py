"""Announced exercises, works and demolitions near what an urgent message is about: looked at inside before it is sent,
told to nobody."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

import numpy as np
import shapely
from shapely.geometry import Point, Polygon
from shapely.geometry.base import BaseGeometry

from trucewatch.geo.frame import frame_at
from trucewatch.model.flash import MATTER_OF_KIND, FlashDraft, FlashPlace
from trucewatch.model.times import as_utc
from trucewatch.model.watch import Watch
from trucewatch.model.zone import Notice
from trucewatch.reports.cells import cell_of

AROUND: Final = timedelta(hours=1)
"""Works begin late and end late; so long before and after them they are still named."""


def announced_near(watch: Watch, draft: FlashDraft, now: datetime) -> tuple[Notice, ...]:
    """The notices, known by now, whose time is within an hour of the quarters that a draft tells and whose place meets
    the place that it tells; of those that name kinds, those of its matter. Where it tells no place, by time alone.

    It says what somebody announced, never that this is what happened."""
    start, end = draft.quarter
    return tuple(
        notice
        for notice in watch.notices
        if as_utc(notice.known_at) <= as_utc(now)
        and notice.start - AROUND < end
        and notice.end + AROUND > start
        and _is_of_matter(notice, draft)
        and _meets(watch, notice, draft.place)
    )


def _is_of_matter(notice: Notice, draft: FlashDraft) -> bool:
    return not notice.kinds or any(MATTER_OF_KIND.get(kind, "other") == draft.matter for kind in notice.kinds)


def _meets(watch: Watch, notice: Notice, place: FlashPlace | None) -> bool:
    told = None if place is None else _shape_of(watch, place)
    if told is None:
        return True
    if notice.lon is None or notice.lat is None or notice.radius_m is None:
        zone = next((each for each in watch.zones if each.id == notice.zone), None)
        return zone is None or bool(zone.geometry.intersects(told))
    frame = frame_at(round(notice.lon, 3), round(notice.lat, 3))
    x, y = frame.to_metres(np.array([notice.lon]), np.array([notice.lat]))
    return bool(shapely.distance(frame.shape_to_metres(told), Point(x[0], y[0])) <= notice.radius_m)


def _shape_of(watch: Watch, place: FlashPlace) -> BaseGeometry | None:
    """What a told place may cover, WGS 84 degrees; None where the watch does not know it. A settlement: the cell-sized
    square around it."""
    if place.form == "zone":
        return next((each.geometry for each in watch.zones if each.id == place.id), None)
    lon, lat = place.lon, place.lat
    if place.form == "settlement":
        town = next((each for each in watch.basemap.towns if each.id == place.id), None)
        lon, lat = (town.lon, town.lat) if town else (None, None)
    if lon is None or lat is None:
        return None
    cell = cell_of(lon, lat, place.size_m)
    middle = (lon, lat) if place.form == "settlement" else (cell.lon, cell.lat)
    sides = ((-1, -1), (1, -1), (1, 1), (-1, 1))
    return Polygon([(middle[0] + east * cell.half_lon, middle[1] + north * cell.half_lat) for east, north in sides])
