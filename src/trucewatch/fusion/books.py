"""What was learnt, looked up for voices: arrays from the calibration that stands for each one's month."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from trucewatch.fusion.means_defaults import means_table
from trucewatch.fusion.measurements import Reports
from trucewatch.geo.arrays import Floats, Ints, Rows
from trucewatch.model.calibration import Calibration, Calibrations
from trucewatch.model.observation import MEANS
from trucewatch.model.zone import Sensor

DAY_S: Final = 86_400.0
PEOPLE: Final = tuple(MEANS.index(word) for word in ("patrol", "public", "party", "event_list"))
WORDS: Final = tuple(MEANS.index(word) for word in ("public", "party", "event_list"))
FALSE_PER_DAY: Final = 0.5  # of a device that nothing is known of
UNKNOWN_TIMES: Final = 5.0  # as many reports in all as false ones, of a device that nothing is known of
NOTICES: Final = 0.5  # the chance that such a device notices an event
NEAR_M, FAR_M = 3_000.0, 8_000.0
"""Devices of one means nearer than this to each other hear much the same; beyond the second hardly."""
AGREEMENT: Final = {
    "near": 0.97,
    "middle": 0.985,
    "far": 0.99,
    "three": 0.992,
    "four": 0.995,
    "apart": 0.995,
    "words": 0.93,
}
"""The chance that an agreement answers to an event, before anything is learnt [A]: of two devices of one
means by how far they are apart, of three and of four and more. `apart`: means of different kinds;
`words`: people's words alone, who may have heard it from each other."""


@dataclass(frozen=True, slots=True)
class Books:
    """Per voice: the chance that a report of it answers to an event, the log-odds of one that nobody bears out before
    anything speaks for or against it, its reports a second, those that answer to nothing and those that others bear
    out, and the chance that it notices an event; the calibrations of the events, and which of them each event has."""

    answers: Floats
    alone_logit: Floats
    per_s: Floats
    false_per_s: Floats
    borne_out_per_s: Floats
    notices: Floats
    calibrations: tuple[Calibration, ...]
    of_event: Ints


def standing_for(calibrations: Calibrations, start_s: Floats) -> tuple[tuple[Calibration, ...], Ints]:
    """The calibrations that stand for events that begin at these seconds since 1970, and which each has."""
    months = start_s.astype("datetime64[s]").astype("datetime64[M]")
    unique, at = np.unique(months, return_inverse=True)
    standing, places = calibrations.of_months([str(month) for month in unique])
    return standing, np.asarray(places, dtype=np.int64)[at.reshape(-1)] if len(months) else np.zeros(0, dtype=np.int64)


def books_of(
    calibrations: Sequence[Calibration],
    of_event: Ints,
    reports: Reports,
    rows: Rows,
    group_of: Rows,
    device: Ints,
    sensors: Sequence[Sensor],
    sensor_number: Ints,
) -> Books:
    """The books of voices.

    rows, group_of: a row of each voice, and its event; device: the number of its book; sensor_number:
    its place in the register, -1 without one.
    """
    means = reports.k["means"][rows]
    table = means_table()
    answers = table.founded[means].copy()
    alone_logit = np.log(answers / (1.0 - answers))
    stated = np.array([*(_stated_false(sensor) for sensor in sensors), np.nan])
    chance = np.array([*(max(sensor.notices.values(), default=np.nan) for sensor in sensors), np.nan])
    false = np.nan_to_num(stated[sensor_number], nan=FALSE_PER_DAY) / DAY_S
    notices = np.nan_to_num(chance[sensor_number], nan=NOTICES)
    per_s, borne_out = UNKNOWN_TIMES * false, UNKNOWN_TIMES * false
    which = of_event[group_of]
    for number, calibration in enumerate(calibrations):
        at = np.flatnonzero(which == number)
        if not len(at) or not calibration.devices:
            continue
        ids = np.array([int(book.key, 16) for book in calibration.devices], dtype=np.int64)
        order = np.argsort(ids, kind="stable")
        place = np.minimum(np.searchsorted(ids[order], device[at]), len(ids) - 1)
        known = ids[order][place] == device[at]
        at, book = at[known], order[place[known]]
        answers[at] = np.array([each.answers for each in calibration.devices])[book]
        alone_logit[at] = np.array([each.alone_logit for each in calibration.devices])[book]
        false[at] = np.array([each.false_per_day for each in calibration.devices])[book] / DAY_S
        days = np.array([each.days for each in calibration.devices])[book] * DAY_S
        per_s[at] = np.array([each.reports for each in calibration.devices])[book] / days
        borne_out[at] = np.array([each.reports - each.alone for each in calibration.devices])[book] / days
        notices[at] *= np.array([each.notices_times for each in calibration.devices])[book]
    return Books(
        answers=np.clip(answers, 0.01, 0.99),
        alone_logit=alone_logit,
        per_s=np.maximum(per_s, 1e-9),
        false_per_s=np.maximum(false, 1e-9),
        borne_out_per_s=np.maximum(borne_out, 1e-9),
        notices=np.clip(notices, 0.05, 0.95),
        calibrations=tuple(calibrations),
        of_event=of_event,
    )


def _stated_false(sensor: Sensor) -> float:
    return np.nan if sensor.false_per_day is None else sensor.false_per_day


def noticing(calibration: Calibration, sensors: Sequence[Sensor]) -> Mapping[str, float]:
    """By how much the register's chances are to be multiplied, by sensor. Of a device that never said anything in what
    was learnt from, nobody knows that it stands: its silence says nothing."""
    if not calibration.devices:
        return {}
    learnt = {book.sensor: book.notices_times for book in calibration.devices if book.sensor}
    return {sensor.id: learnt.get(sensor.id, 0.0) for sensor in sensors}


def agreements(calibrations: Sequence[Calibration], kinds: Sequence[str]) -> tuple[Floats, Floats]:
    """The log-odds of an agreement of each kind that nobody else bears out, before anything speaks for or against it,
    and of any agreement of this kind; shape (calibrations, kinds) each."""
    alone, every = np.empty((2, len(calibrations), len(kinds)))
    for number, calibration in enumerate(calibrations):
        learnt = {book.kind: book for book in calibration.pairs}
        for column, kind in enumerate(kinds):
            book = learnt.get(kind)
            alone[number, column] = prior_logit(kind) if book is None else book.alone_logit
            every[number, column] = prior_logit(kind) if book is None else np.log(book.answers / (1.0 - book.answers))
    return alone, every


def prior_logit(kind: str) -> float:
    """The log-odds of an agreement of this kind, before anything is learnt."""
    chance = prior_agreement(kind)
    return float(np.log(chance / (1.0 - chance)))


def prior_agreement(kind: str) -> float:
    """The chance that an agreement of this kind answers to an event, before anything is learnt."""
    first, _, second = kind.partition(" / ")
    if second in AGREEMENT:
        return AGREEMENT[second]
    people = {MEANS[number] for number in WORDS}
    return AGREEMENT["words" if first in people and second in people else "apart"]
