"""What an event may have been: probabilities from how each class would be reported, screened causes among them."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Final

import numpy as np

from trucewatch.fusion.measurements import BURNS_AFTER_S, Reports
from trucewatch.fusion.notice_match import count_notices
from trucewatch.fusion.voices import first_of_voices
from trucewatch.geo.arrays import Floats, Mask, Rows
from trucewatch.model.observation import KINDS, MEANS
from trucewatch.model.zone import Notice

TEMPER: Final = 0.6
"""The power of each further voice: voices agree in their mistakes more than if they were independent."""
ANNOUNCED: Final = 25.0
"""How much likelier a screened cause is where and when it was announced before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassTable:
    """names (c,), prior (c,), screened (c,), daylight (c,), log_kind (c, kinds): ln of the share of reports with each
    word."""

    names: tuple[str, ...]
    prior: Floats
    screened: Mask
    daylight: Floats
    log_kind: Floats


@lru_cache(maxsize=1)
def class_table() -> ClassTable:
    """The table that comes with the program."""
    read = tomllib.loads(files("trucewatch.fusion").joinpath("classes.toml").read_text("utf-8"))
    leftover = read.pop("leftover")
    names = tuple(read)
    share = np.empty((len(names), len(KINDS)))
    for row, name in enumerate(names):
        stated = read[name]["kinds"]
        others = len(KINDS) - len(stated)
        # Every word keeps a small share, or one wrong word would rule a class out for ever.
        left = max(1.0 - sum(stated.values()), leftover)
        share[row] = [stated.get(word, left / others) for word in KINDS]
    prior = np.array([read[name]["prior"] for name in names])
    return ClassTable(
        names=names,
        prior=prior / prior.sum(),
        screened=np.array([read[name]["screened"] for name in names]),
        daylight=np.array([read[name]["daylight"] for name in names]),
        log_kind=np.log(share / share.sum(axis=1, keepdims=True)),
    )


def classify_events(
    reports: Reports, order: Rows, bounds: Rows, places: Floats, notices: Sequence[Notice] = ()
) -> Floats:
    """Class probabilities of each event, shape (g, c), rows that sum to 1; c in the order of class_table().names.

    A voice is one device or one text; the words of each are taken once, with the power TEMPER after the first. Kinds
    outside the families of fire (a movement, a meeting) tell no class apart: such events keep the prior and are not
    shown with classes.
    """
    table = class_table()
    count = len(bounds) - 1
    group = np.repeat(np.arange(count), np.diff(bounds))
    # 1. Each voice of an event once, in the order of rows: the first counts whole, others by TEMPER.
    at = np.sort(first_of_voices(reports, order, group))
    rows, of = order[at], group[at]
    which = np.arange(len(at)) - np.searchsorted(of, of)
    power = np.where(which == 0, 1.0, TEMPER)
    log_words = table.log_kind[:, reports.k["kind"][rows]].T * power[:, None]
    satellite = reports.k["means"][rows] == MEANS.index("satellite")
    # Whatever burns is one word to a satellite: it counts half.
    log_words[satellite] *= 0.5
    # 2. Bayes' rule in logarithms: the words, how common a class is, the hour, what was announced.
    log = np.zeros((count, len(table.names)))
    np.add.at(log, of, log_words)
    log += np.log(table.prior)
    log += _daylight(reports, order, bounds, places)
    announced = count_notices(reports, order, bounds, places, notices)
    log += np.log(ANNOUNCED) * announced[:, None] * table.screened
    log -= log.max(axis=1, keepdims=True, initial=-np.inf) if count else 0.0  # the largest becomes 0: no overflow
    odds = np.exp(log)
    return np.asarray(odds / odds.sum(axis=1, keepdims=True))


def _daylight(reports: Reports, order: Rows, bounds: Rows, places: Floats) -> Floats:
    """ln of how much each class favours the hour; nothing where the hour or the place is not known."""
    table = class_table()
    count = len(bounds) - 1
    out = np.zeros((count, len(table.names)))
    if not count:
        return out
    # Where all intervals overlap; a negative length is a gap, in the middle of which it is taken to be.
    start = np.maximum.reduceat(reports.f["start"][order], bounds[:-1])
    end = np.minimum.reduceat(reports.f["end"][order], bounds[:-1])
    middle = (start + end) / 2
    has_hour = np.isfinite(places[:, 0]) & (np.abs(end - start) < BURNS_AFTER_S + 2 * 3600.0)
    # Mean solar time of the place: 15 degrees are an hour.
    hour = np.mod(middle / 3600.0 + np.nan_to_num(places[:, 0]) / 15.0, 24.0)
    day = (hour >= 7) & (hour < 19)
    out[has_hour & day] = np.log(table.daylight / 0.5)
    out[has_hour & ~day] = np.log((1 - table.daylight) / 0.5)
    return out
