"""A report that lies off every event, but was made at the very time of one, is given to that event.

Now and then a place or a direction is grossly wrong, and its error ellipse says nothing of it: the gate cannot let it
in. Left alone it would be an event too many. So once events are known, one of few voices is given to the sure event
whose stray report it most likely is, if that is no chance (`Company.stray`: how densely sure events lie at its time and
not too far off, against the usual rate there). What it says of the place then counts for little or nothing.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np

from trucewatch.fusion.existence import ECHO_S, Evidence
from trucewatch.fusion.measurements import Reports
from trucewatch.geo.arrays import Floats, Ints, Mask, Rows

Labels = Ints

STRAY_BAR: Final = 0.7
"""For a single voice: sure events lie as densely at its time as they usually do. Chosen on simulated days (tuning
seeds)."""
BAR_PER_VOICE: Final = 0.5  # more for each further voice of what would be given away
VAGUER: Final = 3.0  # times as vague as the best of its event: then its place is left out
_NOWHERE: Final = 2  # K_RAY of a report that says no place
MOST_VOICES: Final = 2
"""Voices that agree are given away only if they are no more than that, and only to an event of more."""


def give_strays(labels: Labels, reports: Reports, order: Rows, bounds: Rows, evidence: Evidence) -> Labels:
    """The labels with strays given to their events, shape (n,). A function of the set of rows.

    order, bounds: the rows of event g are order[bounds[g] : bounds[g + 1]]; evidence: of these events. An event that
    takes strays is never given away itself; the likeliest strays come first. A device gives an event at most one
    arrival: where it has a report of the event already, another stays where it is if it may be an echo of that one, and
    else its whole event stays.
    """
    company, voices = evidence.company, evidence.voices
    bar = STRAY_BAR + BAR_PER_VOICE * (voices - 1)
    goes = (voices <= MOST_VOICES) & (company.stray > bar) & (company.stray_of >= 0)
    result = labels.copy()
    grown: dict[int, Rows] = {}
    given: set[int] = set()
    # The likeliest strays first; those that do not go sort behind and are cut off.
    for event in np.lexsort((-company.stray, ~goes))[: int(goes.sum())].tolist():
        taker = int(company.stray_of[event])
        # No chains: neither to one that was given away, nor of one that has taken a likelier stray; and never to an
        # event of no more voices.
        if taker in given or event in grown or voices[taker] <= voices[event]:
            continue
        rows = order[bounds[event] : bounds[event + 1]]
        members = grown.get(taker, order[bounds[taker] : bounds[taker + 1]])
        has = reports.k["once"][members]
        # Of a device that is heard once, what the taker has already stays behind, if it may be an echo.
        stays = np.isin(reports.k["once"][rows], has[has >= 0])
        if stays.all() or not _are_echoes(reports, rows[stays], members):
            continue
        given.add(event)
        grown[taker] = np.r_[members, rows[~stays]]
        result[rows[~stays]] = labels[order[bounds[taker]]]
        # What stays needs a label of its own: that of its first row, as all events have.
        if stays.any():
            result[rows[stays]] = rows[stays].min()
    return result


def _are_echoes(reports: Reports, rows: Rows, members: Rows) -> bool:
    """Whether each row came so soon before or after one of the same device among `members` that it may be an echo of
    it."""
    for row in rows:
        own = members[reports.k["once"][members] == reports.k["once"][row]]
        if np.abs(reports.f["end"][own] - reports.f["end"][row]).min() > ECHO_S:
            return False
    return True


def without_vague_places(reports: Reports, labels: Labels, strays: Mask, located_m: Floats) -> Reports:
    """The reports with the places of vague strays left out, where the rest of their event knows its place much better.

    strays: the rows that were given away; located_m: how well the event was located that each row was of before
    (`sizes_of`), which is asked where the others have directions only. Of such a place next to nothing could be
    learned, and that it lies far off is known. By hand a stray may have been set apart again; it keeps its place.
    """
    if not strays.any():
        return reports
    placed = reports.k["ray"] == 0
    spread = np.where(placed, np.sqrt(np.maximum(reports.f["ee"] + reports.f["nn"], 0.0)), np.inf)
    _, event = np.unique(labels, return_inverse=True)
    best, whole = np.full((2, int(event.max()) + 1), np.inf)
    # The sharpest place of those who are no strays; where they have directions only, the fused one.
    np.minimum.at(best, event[~strays], spread[~strays])
    np.minimum.at(whole, event[~strays], located_m[~strays])
    best = np.where(np.isfinite(best), best, whole)
    k = reports.k.copy()
    k["ray"][strays & placed & (spread > VAGUER * best[event])] = _NOWHERE
    return replace(reports, k=k)


def sizes_of(places: Floats, order: Rows, bounds: Rows) -> Floats:
    """How well each row's event is located, metres of one sigma in both directions together, shape (n,); inf without a
    place.

    places: (g, 5) of locate_events.
    """
    size = np.nan_to_num(np.hypot(places[:, 2], places[:, 3]), nan=np.inf)
    result = np.empty(len(order))
    result[order] = np.repeat(size, np.diff(bounds))
    return result
