"""Events → their places: longitude, latitude and a one-sigma ellipse that does not shrink twice over one error."""

from __future__ import annotations

from typing import Final

import numpy as np

from trucewatch.fusion.locate_kernels import locate_groups
from trucewatch.fusion.means_defaults import means_table
from trucewatch.fusion.measurements import Reports, tells_of_fire
from trucewatch.geo.arrays import Floats, Ints, Rows
from trucewatch.geo.ellipse import ellipse_of

STRAYS: Final = (1.0, 1.0, 1.55, 1.3, 1.12)
"""How much wider the ellipse is for the chance that a report of fire does not belong, by the number of voices (the last
for more). What is on record of meetings, handovers and the like keeps the ellipse that it states.

Of one voice nobody can say that it is far off (and who was, at the time of an event, is no event: `strays.py`); of two
that disagree nobody can say which. Chosen on simulated days (tuning seeds) so that the 95 % ellipse holds the truth as
often as it says."""
_E2 = 0.0066943799901413165  # WGS 84: the square of the eccentricity, and the semi-major axis (m)
_A = 6_378_137.0


def locate_events(reports: Reports, order: Rows, bounds: Rows) -> tuple[Floats, Ints]:
    """lon, lat, semi_major_m, semi_minor_m, major_azimuth_deg of each event, shape (g, 5), NaN without a place; and the
    number of independent devices, shape (g,).

    order, bounds: the reports of event g are order[bounds[g] : bounds[g + 1]]. The method is told in
    `locate_kernels.py`.
    """
    count = len(bounds) - 1
    place, cov = np.full((count, 3), np.nan), np.full((count, 3), np.nan)
    devices = np.zeros(count, dtype=np.int64)
    table = means_table()
    locate_groups(
        reports.f,
        reports.k,
        order.astype(np.int64),
        bounds.astype(np.int64),
        table.shared,
        table.tail,
        place,
        cov,
        devices,
    )
    wider = np.array(STRAYS)[np.minimum(devices, len(STRAYS) - 1)]
    is_fire = tells_of_fire(reports.k["group"][order[bounds[:-1]]]) if count else np.zeros(0, dtype=np.bool_)
    cov *= np.where(is_fire, wider, 1.0)[:, None] ** 2  # wider axes: their squares are
    lon, lat = degrees_of(place)
    major, minor, azimuth = ellipse_of(cov)
    return np.column_stack((lon, lat, major, minor, azimuth)), devices


def degrees_of(place: Floats) -> tuple[Floats, Floats]:
    """Longitude and latitude of Earth-centred points on or near the ellipsoid.

    Source: Bowring (1976), Survey Review 23, one step: exact to 1e-9 degrees near the surface.
    """
    x, y, z = place[:, 0], place[:, 1], place[:, 2]
    flat = np.hypot(x, y)
    b = _A * np.sqrt(1 - _E2)
    theta = np.arctan2(z * _A, flat * b)
    lat = np.arctan2(z + _E2 / (1 - _E2) * b * np.sin(theta) ** 3, flat - _E2 * _A * np.cos(theta) ** 3)
    return np.degrees(np.arctan2(y, x)), np.degrees(lat)
