"""Which events lie where and when somebody had announced what they are reported to be: a reason to believe that they
happened, and that they were what was announced."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from trucewatch.fusion.measurements import Reports
from trucewatch.fusion.verification_level import bears_out
from trucewatch.geo.arrays import Floats, Rows
from trucewatch.geo.frame import wgs84
from trucewatch.model.observation import KINDS
from trucewatch.model.zone import Notice


def count_notices(reports: Reports, order: Rows, bounds: Rows, places: Floats, notices: Sequence[Notice]) -> Floats:
    """How many notices, known before, name a circle, a time and the kinds of each event, shape (g,).

    A notice counts by the share of the event's voices that report a kind which it names (0 to 1); one that names no
    kinds stands for all of them. An announced explosion so says nothing of the bursts that a second device heard.

    order, bounds: the reports of event g are order[bounds[g] : bounds[g + 1]]; places: (g, 5) of locate_events. The
    circle is widened by twice the event's larger standard deviation. Notices that name a zone instead of a circle are
    for the findings.
    """
    count = len(bounds) - 1
    announced = np.zeros(count)
    circles = [notice for notice in notices if None not in (notice.lon, notice.lat, notice.radius_m)]
    if not count or not circles:
        return announced
    # The latest start among its members: the vaguest of them does not decide.
    start = np.maximum.reduceat(reports.f["start"][order], bounds[:-1])
    voices, kinds, weight = words_of_voices(reports, order, bounds)
    whole = np.bincount(voices, weights=weight, minlength=count)
    for notice in circles:
        # Known before it began, or it announced nothing.
        during = (start >= notice.start.timestamp()) & (start <= notice.end.timestamp())
        at = np.flatnonzero(during & (start > notice.known_at.timestamp()) & np.isfinite(places[:, 0]))
        if at.size:
            _, _, away = wgs84().inv(
                np.full(at.size, notice.lon), np.full(at.size, notice.lat), places[at, 0], places[at, 1]
            )
            covered = at[np.asarray(away) <= notice.radius_m + 2.0 * places[at, 2]]
            named = np.isin(np.array(KINDS), notice.kinds or KINDS)[kinds]
            share = np.bincount(voices, weights=weight * named, minlength=count) / whole
            announced[covered] += share[covered]
    return announced


def words_of_voices(reports: Reports, order: Rows, bounds: Rows) -> tuple[Rows, Rows, Floats]:
    """The words that the voices of each event use: the event, the kind (its place in KINDS), and how much of a voice it
    is; each shape (w,).

    A voice that uses several words gives each an equal part; the sum of a voice is 1. Heat that was joined with a blast
    has none. Sorted by event, then kind, then part: a sum over them does not depend on ids.
    """
    bears = bears_out(reports, order, bounds)
    group = np.repeat(np.arange(len(bounds) - 1), np.diff(bounds))[bears]
    rows = order[bears]
    key, kind = reports.k["voice"][rows], reports.k["kind"][rows]
    if not len(rows):
        return np.zeros(0, dtype=np.intp), np.zeros(0, dtype=np.intp), np.zeros(0)
    # 1. Each word of each voice once.
    by_voice = np.lexsort((kind, key, group))
    group, key, kind = group[by_voice], key[by_voice], kind[by_voice]
    other_voice = np.r_[True, (np.diff(group) != 0) | (np.diff(key) != 0)]
    word = np.flatnonzero(other_voice | np.r_[True, np.diff(kind) != 0])
    # 2. How many words its voice has.
    voice = np.cumsum(other_voice)[word]
    part = 1.0 / np.bincount(voice)[voice]
    group, kind = group[word], kind[word]
    sort = np.lexsort((part, kind, group))
    return group[sort].astype(np.intp), kind[sort].astype(np.intp), part[sort]
