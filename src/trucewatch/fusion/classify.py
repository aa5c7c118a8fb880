"""What an event may have been: probabilities from how each class would be reported, screened causes among them."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Final

import numpy as np

from trucewatch.fusion.heat_signs import MOST_DAYS, TYPES, HeatSigns, is_day
from trucewatch.fusion.measurements import BURNS_AFTER_S, Reports
from trucewatch.fusion.notice_match import count_notices, words_of_voices
from trucewatch.fusion.verification_level import bears_out
from trucewatch.geo.arrays import Floats, Ints, Mask, Rows
from trucewatch.geo.frame import wgs84
from trucewatch.model.calibration import Calibration
from trucewatch.model.observation import ASPECTS, KINDS, MEANS
from trucewatch.model.zone import Notice

_NOT_OF_ONE_EVENT: Final = ("hostilities", "agreement_act")
"""Words that sum up: shares of reports with them are stated beside the others', which sum to 1 without them."""
TEMPER: Final = 0.6
"""What a further voice adds to the first: voices agree in their mistakes more than if they were independent. Of n
voices each counts with the power (1 + (n - 1) TEMPER) / n, so that it matters to nobody who comes first."""
ANNOUNCED: Final = 25.0
"""How much likelier a cause that may be announced is where and when what is reported was announced before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassTable:
    """One row a class: its name, prior, whether it is screened and may be announced, its share by day, how it is felt
    by seismometers, whether it keeps to works; log_kind (c, kinds), log_aspect (c, ASPECTS): ln of the share of reports
    with each word, and of what they say it was. Of heat pixels (c,): log_common, pixel_by_day, pixel_again, log_type
    (c, TYPES)."""

    names: tuple[str, ...]
    prior: Floats
    screened: Mask
    announced: Mask
    daylight: Floats
    felt: Floats
    works: Floats
    log_aspect: Floats
    log_kind: Floats
    log_common: Floats
    pixel_by_day: Floats
    pixel_again: Floats
    log_type: Floats


@lru_cache(maxsize=1)
def class_table() -> ClassTable:
    """The table that comes with the program."""
    read = tomllib.loads(files("trucewatch.fusion").joinpath("classes.toml").read_text("utf-8"))
    leftover = read.pop("leftover")
    names = tuple(read)
    share = np.empty((len(names), len(KINDS)))
    words = [word for word in KINDS if word not in _NOT_OF_ONE_EVENT]
    for row, name in enumerate(names):
        stated = read[name]["kinds"]
        # Every word keeps a small share, or one wrong word would rule a class out for ever.
        left = max(1.0 - sum(stated.values()), leftover) / (len(words) - len(stated))
        whole = sum(stated.get(word, left) for word in words)
        # Who tells of hostilities tells nothing apart but that the sides fire.
        apart = {"hostilities": left / 10 if read[name]["screened"] else leftover, "agreement_act": left}
        share[row] = [stated.get(word, apart.get(word, left)) / whole for word in KINDS]
    prior = np.array([read[name]["prior"] for name in names])
    # A pixel of what is no fire by itself (a blast that lit something) shows what fire between the sides does.
    heat = [read[name].get("heat", read["fire"]["heat"]) for name in names]
    return ClassTable(
        names=names,
        prior=prior / prior.sum(),
        screened=np.array([read[name]["screened"] for name in names]),
        daylight=np.array([read[name]["daylight"] for name in names]),
        felt=np.array([read[name].get("felt", 1.0) for name in names]),
        works=np.array([float(read[name].get("works", False)) for name in names]),
        log_aspect=_log_aspects([read[name].get("aspects", {}) for name in names]),
        announced=np.array([read[name].get("announced", False) for name in names]),
        log_kind=np.log(share),
        log_common=np.log([shares["common"] for shares in heat]),
        pixel_by_day=np.array([shares["by_day"] for shares in heat]),
        pixel_again=np.array([shares["again"] for shares in heat]),
        log_type=np.log([[shares[word] for word in TYPES] for shares in heat]),
    )


def _log_aspects(stated: Sequence[Mapping[str, float]]) -> Floats:
    """ln of the share of stated aspects, shape (c, aspects); 0 for a class that states nothing of them, and for
    `undetermined`."""
    logs = np.zeros((len(stated), len(ASPECTS)))
    for row, shares in enumerate(stated):
        left = max(1.0 - sum(shares.values()), 0.04)
        for column, word in enumerate(ASPECTS[1:], start=1):
            logs[row, column] = np.log(shares.get(word, left / (len(ASPECTS) - 1)))
    return logs


def classify_events(
    reports: Reports,
    order: Rows,
    bounds: Rows,
    places: Floats,
    notices: Sequence[Notice] = (),
    heat: HeatSigns | None = None,
    *,
    prior: Floats | None = None,
    aspects: Ints | None = None,
    storm: Floats | None = None,
) -> Floats:
    """Class probabilities of each event, shape (g, c), rows that sum to 1; c in the order of class_table().names.

    A voice is one device or one text; its words are taken once, and all voices alike, whatever their order and ids.
    heat: the signs of the rows of `reports`; prior: how common each class is here, shape (g, c), where that was learnt;
    aspects: the aspect that each row states (its place in ASPECTS); storm: `weigh_storms`. Kinds outside the families
    of fire (a movement, a meeting) tell no class apart: such events keep the prior and are not shown with classes.
    """
    table = class_table()
    count = len(bounds) - 1
    # 1. The words of its voices.
    of, kind, part = words_of_voices(reports, order, bounds)
    voices = np.bincount(of, weights=part, minlength=count)
    power = (1.0 + (voices - 1.0) * TEMPER) / np.maximum(voices, 1.0)
    log = np.zeros((count, len(table.names)))
    np.add.at(log, of, table.log_kind[:, kind].T * part[:, None])
    log *= power[:, None]
    # 2. Bayes' rule in logarithms: the words, how common a class is, the hour, what a pixel shows, what was announced.
    log += np.log(table.prior if prior is None else prior)
    log += _felt(reports, order, bounds)
    log += _at_works(reports, order, bounds, places, notices)
    if aspects is not None:
        log += _aspects(reports, order, bounds, aspects) * power[:, None]
    if storm is not None:
        log += np.outer(storm, np.array([name == "thunder" for name in table.names], dtype=np.float64))
    log += _daylight(reports, order, bounds, places)
    if heat is not None:
        log += _weigh_pixels(heat, reports, order, bounds)
    # Twice announced is no likelier than once.
    announced = np.minimum(count_notices(reports, order, bounds, places, notices), 1.0)
    log += np.log(ANNOUNCED) * announced[:, None] * table.announced
    log -= log.max(axis=1, keepdims=True, initial=-np.inf) if count else 0.0  # the largest becomes 0: no overflow
    odds = np.exp(log)
    return np.asarray(odds / odds.sum(axis=1, keepdims=True))


def learnt_priors(calibrations: Sequence[Calibration], of_event: Ints) -> Floats:
    """How common each class is here, for each event by its calibration, shape (g, c)."""
    table = class_table()
    priors = np.empty((len(calibrations), len(table.names)))
    for number, calibration in enumerate(calibrations):
        learnt = {book.name: book.share for book in calibration.classes}
        priors[number] = [learnt.get(name, share) for name, share in zip(table.names, table.prior, strict=True)]
    return priors[of_event] if len(calibrations) else np.empty((0, len(table.names)))


def learn_shares(classes: Floats, happened: Floats) -> Floats:
    """The share of each class, shape (c,), from the probabilities of events that were worked out with the prior of the
    table; by expectation and maximisation, drawn to that prior.

    classes (g, c); happened (g,): how much each event counts.
    """
    table = class_table()
    likelihood = classes / table.prior
    share = table.prior.copy()
    for _ in range(_SHARE_ROUNDS):
        odds = likelihood * share
        expected = (odds / odds.sum(axis=1, keepdims=True) * happened[:, None]).sum(axis=0)
        share = (expected + SHARE_WEIGHT * table.prior) / (happened.sum() + SHARE_WEIGHT)
    return np.asarray(share)


SHARE_WEIGHT: Final = 20.0
"""As many events as the prior of the table counts for against those on record."""
_SHARE_ROUNDS: Final = 40


def _aspects(reports: Reports, order: Rows, bounds: Rows, aspects: Ints) -> Floats:
    """The sum over voices of ln of how often each class is called what they say it was: a controlled explosion, an
    impact. A voice that says nothing, or several things, says nothing for any class."""
    table = class_table()
    count = len(bounds) - 1
    group = np.repeat(np.arange(count), np.diff(bounds))
    states = aspects[order] > 0
    if not states.any():
        return np.zeros((count, len(table.names)))
    group, rows = group[states], order[states]
    pairs = np.unique(np.column_stack((group, reports.k["voice"][rows], aspects[rows])), axis=0)
    voices, size = np.unique(pairs[:, :2], axis=0, return_inverse=True, return_counts=True)[1:]
    agreed = pairs[size[voices.reshape(-1)] == 1]
    cells = np.zeros((count, len(ASPECTS)))
    np.add.at(cells, (agreed[:, 0].astype(np.intp), agreed[:, 2].astype(np.intp)), 1.0)
    return np.asarray(cells @ table.log_aspect.T)


def _at_works(reports: Reports, order: Rows, bounds: Rows, places: Floats, notices: Sequence[Notice]) -> Floats:
    """ln of how much each class is favoured by the place: works keep to where works were announced, at whatever
    time."""
    table = class_table()
    count = len(bounds) - 1
    placed = np.flatnonzero(np.isfinite(places[:, 0]))
    kinds = reports.k["kind"][order]
    weight = np.zeros(count)
    # Each kind by itself: where explosions are announced says nothing of bursts. Few circles say little of where works
    # are.
    named = {kind for notice in notices for kind in (notice.kinds or KINDS)}
    for kind in sorted(named) if len(placed) else ():
        circles = {
            (notice.lon, notice.lat, notice.radius_m)
            for notice in notices
            if (not notice.kinds or kind in notice.kinds) and None not in (notice.lon, notice.lat, notice.radius_m)
        }
        tells = placed[np.logical_or.reduceat(kinds == KINDS.index(kind), bounds[:-1])[placed]]
        if not circles or not len(tells):
            continue
        inside = np.zeros(len(tells), dtype=np.bool_)
        for lon, lat, radius in sorted(circles):
            _, _, away = wgs84().inv(
                np.full(tells.size, lon), np.full(tells.size, lat), places[tells, 0], places[tells, 1]
            )
            inside |= np.asarray(away) <= radius + 2.0 * places[tells, 2]
        known = min(len(circles) / ENOUGH_CIRCLES, 1.0)
        weight[tells] += known * np.asarray(np.where(inside, np.log(AT_WORKS), np.log(ELSEWHERE)), dtype=np.float64)
    # An event of several kinds is at works as far as they are on average.
    said = np.zeros(count)
    for kind in sorted(named) if count else ():
        said += np.logical_or.reduceat(kinds == KINDS.index(kind), bounds[:-1])
    return np.outer(weight / np.maximum(said, 1.0), table.works)


AT_WORKS, ELSEWHERE = 2.0, 0.4
"""How much likelier works are where works were announced, at any time, and elsewhere, where notices are given at all
[A]."""
ENOUGH_CIRCLES: Final = 3


def _felt(reports: Reports, order: Rows, bounds: Rows) -> Floats:
    """ln of how much each class is felt by seismometers, of events of which one speaks."""
    table = class_table()
    if len(bounds) < 2:
        return np.zeros((0, len(table.names)))
    felt = np.logical_or.reduceat(reports.k["means"][order] == _SEISMIC, bounds[:-1])
    return np.outer(felt.astype(np.float64), np.log(table.felt))


_SEISMIC: Final = MEANS.index("seismic")


def _weigh_pixels(heat: HeatSigns, reports: Reports, order: Rows, bounds: Rows) -> Floats:
    """ln of how much each class favours what the pixels of an event show, by their mean; 0 for an event without any.

    A place that was not seen to burn again says nothing: cloud hides, and the record may be young.
    """
    table = class_table()
    count = len(bounds) - 1
    pixel = heat.pixel[order] & bears_out(reports, order, bounds)
    group, rows = np.repeat(np.arange(count), np.diff(bounds))[pixel], order[pixel]
    # Counts, which add up alike in every order.
    pixels = np.maximum(np.bincount(group, minlength=count), 1)
    has = np.bincount(group, minlength=count) > 0
    by_day = np.bincount(group, weights=heat.by_day[rows], minlength=count) / pixels
    days = np.bincount(group, weights=np.minimum(heat.other_days[rows], MOST_DAYS), minlength=count) / pixels
    log = np.outer(has, table.log_common)
    log += np.outer(by_day, np.log(table.pixel_by_day / 0.5))
    log += np.outer(np.where(has, 1.0 - by_day, 0.0), np.log((1.0 - table.pixel_by_day) / 0.5))
    log += np.outer(days, np.log(table.pixel_again))
    for number in range(len(TYPES)):
        share = np.bincount(group[heat.type[rows] == number], minlength=count) / pixels
        log += np.outer(share, table.log_type[:, number])
    return np.asarray(log)


def _daylight(reports: Reports, order: Rows, bounds: Rows, places: Floats) -> Floats:
    """ln of how much each class favours the hour; nothing where the hour or the place is not known."""
    table = class_table()
    count = len(bounds) - 1
    out = np.zeros((count, len(table.names)))
    if not count:
        return out
    if not bears_out(reports, order, bounds).all():
        order, bounds = _without_heat_of_blasts(reports, order, bounds)
    # Where all intervals overlap; a negative length is a gap, in the middle of which it is taken to be.
    start = np.maximum.reduceat(reports.f["start"][order], bounds[:-1])
    end = np.minimum.reduceat(reports.f["end"][order], bounds[:-1])
    middle = (start + end) / 2
    has_hour = np.isfinite(places[:, 0]) & (np.abs(end - start) < BURNS_AFTER_S + 2 * 3600.0)
    day = is_day(middle, places[:, 0])
    out[has_hour & day] = np.log(table.daylight / 0.5)
    out[has_hour & ~day] = np.log((1 - table.daylight) / 0.5)
    return out


def _without_heat_of_blasts(reports: Reports, order: Rows, bounds: Rows) -> tuple[Rows, Rows]:
    """The same events without the rows that bear nothing out; each keeps some."""
    bears = bears_out(reports, order, bounds)
    return order[bears], np.r_[0, np.cumsum(np.add.reduceat(bears, bounds[:-1], dtype=np.int64))].astype(np.intp)
