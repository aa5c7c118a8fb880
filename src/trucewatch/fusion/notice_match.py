"""Which events lie where and when somebody had announced that there would be explosions: a reason to believe that they
happened, and that they were what was announced."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from trucewatch.fusion.measurements import Reports
from trucewatch.geo.arrays import Floats, Ints, Rows
from trucewatch.geo.frame import wgs84
from trucewatch.model.zone import Notice


def count_notices(reports: Reports, order: Rows, bounds: Rows, places: Floats, notices: Sequence[Notice]) -> Ints:
    """How many notices, known before, name a circle and a time that hold each event, shape (g,).

    order, bounds: the reports of event g are order[bounds[g] : bounds[g + 1]]; places: (g, 5) of locate_events. The
    circle is widened by twice the event's larger standard deviation. Notices that name a zone instead of a circle are
    for the findings.
    """
    count = len(bounds) - 1
    announced = np.zeros(count, dtype=np.int64)
    if not count:
        return announced
    # The latest start among its members: the vaguest of them does not decide.
    start = np.maximum.reduceat(reports.f["start"][order], bounds[:-1])
    for notice in notices:
        if notice.lon is None or notice.lat is None or notice.radius_m is None:
            continue
        # Known before it began, or it announced nothing.
        during = (start >= notice.start.timestamp()) & (start <= notice.end.timestamp())
        at = np.flatnonzero(during & (start > notice.known_at.timestamp()) & np.isfinite(places[:, 0]))
        if at.size:
            _, _, away = wgs84().inv(
                np.full(at.size, notice.lon), np.full(at.size, notice.lat), places[at, 0], places[at, 1]
            )
            announced[at[np.asarray(away) <= notice.radius_m + 2.0 * places[at, 2]]] += 1
    return announced
