"""Released records → shapes on the map: points, cells, ellipses and zones, no finer than they were released."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import numpy as np
from shapely.geometry import Point, Polygon
from shapely.geometry.base import BaseGeometry

from trucewatch.geo.frame import wgs84
from trucewatch.model.times import day_of
from trucewatch.model.watch import Recipient, Watch
from trucewatch.model.zone import Zone
from trucewatch.reports.cells import cell_of
from trucewatch.reports.daily_report import DailyReport
from trucewatch.reports.drawn_lines import without_drawn_lines
from trucewatch.reports.once_per_report import once_per_report
from trucewatch.reports.released import ReleasedIncident

LARGE_ZONES: Final = ("area", "region", "district", "corridor", "line")
"""Zones that every recipient may have: the agreement's own ground. A store of weapons or a site is a place by
itself."""
_TURN: Final = np.linspace(0.0, 2 * np.pi, 49)


def shape_of(incident: ReleasedIncident) -> BaseGeometry | None:
    """A point, a cell's square, or none where the place was told by its zone or not at all. Degrees, WGS 84."""
    if incident.lon is None or incident.lat is None:
        return None
    if incident.cell_m is not None:
        return Polygon(cell_of(incident.lon, incident.lat, incident.cell_m).ring())
    return Point(incident.lon, incident.lat)


def ellipse_around(incident: ReleasedIncident) -> Polygon | None:
    """The outline of the 95 % ellipse, 48 corners on it, degrees to six digits; None unless the recipient may have
    it."""
    if incident.ellipse is None or incident.lon is None or incident.lat is None:
        return None
    along = incident.ellipse.semi_major_m * np.cos(_TURN)
    across = incident.ellipse.semi_minor_m * np.sin(_TURN)
    azimuth = incident.ellipse.azimuth_deg - np.degrees(np.arctan2(across, along))
    start = np.full_like(azimuth, incident.lon), np.full_like(azimuth, incident.lat)
    lon, lat, _ = wgs84().fwd(*start, azimuth, np.hypot(along, across))
    ring = [(round(float(x), 6), round(float(y), 6)) for x, y in zip(lon, lat, strict=True)]
    return Polygon([*ring[:-1], ring[0]])


@once_per_report
def shapes_of_report(report: DailyReport) -> tuple[tuple[BaseGeometry | None, Polygon | None], ...]:
    """The shape and the ellipse of each row, for every format and language."""
    return tuple((shape_of(row.incident), ellipse_around(row.incident)) for row in report.rows)


def zones_for(watch: Watch, recipient: Recipient) -> tuple[Zone, ...]:
    """The zones that a recipient may have, in the watch's order: the large ones; all of them where places are exact.
    None that shows a line which is held back."""
    open_zones = (zone for zone in without_drawn_lines(watch, recipient).zones if not zone.geometry.is_empty)
    return tuple(zone for zone in open_zones if recipient.place == "exact" or zone.kind in LARGE_ZONES)


def zones_of_report(report: DailyReport) -> tuple[Zone, ...]:
    """Of these, the ones that were valid in the report's period."""
    start = day_of(report.day_from, report.watch.zone).start
    end = day_of(report.day_until, report.watch.zone).start
    zones = zones_for(report.watch, report.recipient)
    return tuple(zone for zone in zones if zone.valid_from < end and start < zone.valid_until)


def told_in(zone: Zone, incidents: Iterable[ReleasedIncident], *, simulated: bool) -> int:
    """How many of these incidents may be named as lying in a zone. Real or simulated, never both."""
    return sum(zone.id in incident.zones for incident in incidents if incident.simulated is simulated)
