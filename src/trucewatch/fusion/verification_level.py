"""How far an event has come from a claim to something that several means bear out, and how well its place and time are
known."""

from __future__ import annotations

from typing import Final

import numpy as np

from trucewatch.fusion.measurements import BURNS_AFTER_S, BURNS_BEFORE_S, Reports
from trucewatch.geo.arrays import Floats, Mask, Rows
from trucewatch.geo.ellipse import chance_within
from trucewatch.model.observation import KINDS, MEANS

RUNGS: Final = ("claimed", "recorded", "assessed", "corroborated")
"""claimed: only parties or the public say so. recorded: a device, a patrol or a list has it. assessed: two independent
voices, and it happened with at least 0.8. corroborated: two different means, one of them no party and no rumour, and at
least 0.95."""
WITHIN_M: Final = 1000.0
WITHIN_S: Final = 900.0
VAGUE_S: Final = 3600.0
"""A row that knows its time to an hour knows it well; vaguer ones widen no incident's times (`incident_row.py`)."""
_WORDS_ONLY = (MEANS.index("public"), MEANS.index("party"))
_HEAT: Final = KINDS.index("thermal_anomaly")


def bears_out(reports: Reports, order: Rows, bounds: Rows) -> Mask:
    """Which rows bear out what their event is, in the order of `order`, shape (len(order),).

    What burns bears out that something burnt, and no blast: where an event holds both (the cylinder rule joins them,
    and so may an analyst) the event is the blast, and its heat is no voice for it. An event of heat alone keeps all.
    """
    heat = np.asarray(reports.k["kind"][order] == _HEAT, dtype=np.bool_)
    if not heat.any():
        return ~heat
    only_heat = np.logical_and.reduceat(heat, bounds[:-1])
    return np.asarray(~heat | np.repeat(only_heat, np.diff(bounds)), dtype=np.bool_)


def where_and_when(reports: Reports, order: Rows, bounds: Rows, places: Floats) -> Floats:
    """The probability that the place is right to 1 km and the time to a quarter of an hour, shape (g,)."""
    if len(bounds) < 2:
        return np.zeros(0)
    return chance_within(WITHIN_M, places[:, 2], places[:, 3]) * time_known(reports, order, bounds)


def time_known(reports: Reports, order: Rows, bounds: Rows) -> Floats:
    """The probability that each event was within a quarter of an hour of the middle of its stated times, shape (g,).

    The stated times are those of the list: from the first start to the last end of the rows that know them to an hour,
    or as well as the best of them. Each voice gives that half hour a chance of its own; a vague one that covers it
    speaks neither for it nor against it, one that is sure of another time speaks against it. The event's chance is that
    of the best voice, times the share of its voices that allow the half hour: three posts that say noon and one that
    says one o'clock leave the middle, half past twelve, no chance at all, and a list that knows the day takes nothing
    from a device that knows the second. Voices that agree make each other no sharper: their clocks and what they heard
    are not independent.
    """
    count = len(bounds) - 1
    rows_of = np.diff(bounds)
    group = np.repeat(np.arange(count), rows_of)
    heat = reports.k["kind"][order] == _HEAT
    start, end = reports.f["start"][order], reports.f["end"][order]
    # 1. The middle of the stated times. A fire is stated at the moment when it was seen.
    stated = np.where(heat, start + BURNS_BEFORE_S, start), np.where(heat, end - BURNS_AFTER_S, end)
    length = stated[1] - stated[0]
    enough = np.maximum(np.minimum.reduceat(length, bounds[:-1]), VAGUE_S)
    knows = length <= enough[group]
    first = np.minimum.reduceat(np.where(knows, stated[0], np.inf), bounds[:-1])
    last = np.maximum.reduceat(np.where(knows, stated[1], -np.inf), bounds[:-1])
    middle = (first + last) / 2
    # 2. Each voice once: all the time that its rows span.
    bears = bears_out(reports, order, bounds)
    rows = order[bears]
    by_voice = np.lexsort((reports.k["voice"][rows], group[bears]))
    rows, group = rows[by_voice], group[bears][by_voice]
    voice = np.flatnonzero(np.r_[True, (np.diff(group) != 0) | (np.diff(reports.k["voice"][rows]) != 0)])
    begin = np.minimum.reduceat(reports.f["start"][rows], voice)
    until = np.maximum.reduceat(reports.f["end"][rows], voice)
    spread = np.maximum.reduceat(reports.f["time_sd"][rows], voice)
    event = group[voice]
    # 3. The chance that it gives the half hour, and the most that it could give any.
    chance = _chance_around(middle[event], begin, until, spread)
    most = _chance_around((begin + until) / 2, begin, until, spread)
    best = np.zeros(count)
    np.maximum.at(best, event, chance)
    allowed = np.bincount(event, weights=np.minimum(chance / most, 1.0), minlength=count)
    return best * allowed / np.bincount(event, minlength=count)


def _chance_around(middle: Floats, start: Floats, end: Floats, sd: Floats) -> Floats:
    """The chance of the half hour around each middle under a time that is anywhere in [start, end], with a normal
    error."""
    from scipy.special import ndtr

    def below(time: Floats) -> Floats:
        """The distribution function: that of the sum of a uniform and a normal variable."""
        late, early = (time - start) / sd, (time - end) / sd
        rise = late * ndtr(late) - early * ndtr(early) + (np.exp(-(late**2) / 2) - np.exp(-(early**2) / 2)) / _ROOT
        length = (end - start) / sd
        # So short an interval is a moment; the difference would lose its digits.
        return np.where(length > 1e-3, rise / np.maximum(length, 1e-3), ndtr((late + early) / 2))

    return np.asarray(below(middle + WITHIN_S) - below(middle - WITHIN_S))


_ROOT: Final = float(np.sqrt(2 * np.pi))


def rungs_of(reports: Reports, order: Rows, bounds: Rows, happened: Floats, strays: Mask | None = None) -> list[str]:
    """The rung of each event. strays: rows that do not agree on the place; where others speak, they raise no rung, and
    what burns raises none of a blast (`bears_out`)."""
    count = len(bounds) - 1
    if not count:
        return []
    group = np.repeat(np.arange(count), np.diff(bounds))
    bears = bears_out(reports, order, bounds)
    own = bears if strays is None else bears & ~strays[order]
    # An event of strays alone keeps them all.
    own |= bears & (np.bincount(group, weights=own, minlength=count) == 0)[group]
    group, rows = group[own], order[own]
    voices = np.bincount(np.unique(np.column_stack((group, reports.k["voice"][rows])), axis=0)[:, 0], minlength=count)
    has = np.zeros((count, len(MEANS)), dtype=np.bool_)
    has[group, reports.k["means"][rows]] = True
    words_only = ~np.delete(has, _WORDS_ONLY, axis=1).any(axis=1)  # neither device, patrol nor list
    several = has.sum(axis=1) > 1
    rung = np.where(words_only, 0, 1)
    rung[(voices > 1) & (happened >= 0.8) & ~words_only] = 2
    rung[several & ~words_only & (voices > 1) & (happened >= 0.95)] = 3
    return [RUNGS[index] for index in rung]
