"""Observations of closed periods → a calibration: how often reports of each device answer to nothing, what agreement
is worth, how much happens here.

What is believed of each event (`existence.py`) says which reports others bear out; from these it is estimated how
many reports of each device, and how many agreements of each kind, answer to an event though nobody else noticed it
(`learn_devices.py`, `learn_pairs.py`); what stands alone beyond that answers to nothing. That says anew what is
believed of each event: three rounds, after which the numbers move by less than their own uncertainty. Every number is
drawn to what was believed before: the register where it states one, `means.toml` and `books.py` else. A register that
cannot be right is overruled by the data, and said. Clocks and stated errors are learnt first
(`learn_corrections.py`).
Source: Horvitz & Thompson (1952), J. Am. Stat. Assoc. 47; Chapman (1951), Univ. Calif. Publ. Stat. 1; for the books
empirical Bayes, Efron & Morris (1973), JASA 68.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from trucewatch.fusion.associate import BLAST_AND_FIRE
from trucewatch.fusion.classify import class_table, classify_events, learn_shares
from trucewatch.fusion.existence import weigh_happening
from trucewatch.fusion.heat_signs import read_heat_signs
from trucewatch.fusion.learn_corrections import learn_corrections
from trucewatch.fusion.learn_devices import LearntFrom, device_books
from trucewatch.fusion.learn_pairs import pair_books
from trucewatch.fusion.locate import locate_events
from trucewatch.fusion.measurements import codes_of, prepare_reports
from trucewatch.fusion.near_repeat import surroundings_of
from trucewatch.fusion.set_right import Corrections
from trucewatch.fusion.setting import Setting
from trucewatch.fusion.storm_signs import weigh_storms
from trucewatch.fusion.voices import settle_voices, with_registered_devices
from trucewatch.model.calibration import (
    OPENING,
    Calibration,
    Calibrations,
    ClassBook,
    rounded,
)
from trucewatch.model.observation import ASPECTS, KINDS
from trucewatch.model.watch import AssociationRule

_ROUNDS: Final = 3


def learn_calibration(
    observations: pa.Table, *, rule: AssociationRule, setting: Setting, period: str, since: datetime, until: datetime
) -> Calibration:
    """The calibration of a period, from one current row an observation, all known before `until`.

    A function of the set of rows and of the watch's files (`setting`, whose own calibrations it does not read): nothing
    is learnt from what was learnt before.
    """
    observations = observations.sort_by("observation_id")
    real = pc.invert(observations["simulated"])
    if pc.any(real).as_py():
        observations = observations.filter(real)  # nothing invented says anything of real devices
    calibration = Calibration(period=period, since=since, until=until, rows=observations.num_rows)
    if not observations.num_rows:
        return calibration
    observations = with_registered_devices(observations, setting.speakers)
    correction, observations, groups = learn_corrections(observations, rule, setting)
    corrections = Corrections({OPENING: correction})
    calibration = replace(calibration, means=correction.means)
    reports = prepare_reports(observations, setting.reach_m, setting.speakers, corrections)
    reports = settle_voices(reports, groups.order, groups.bounds)
    places, _ = locate_events(reports, groups.order, groups.bounds)
    record = LearntFrom(
        observations, reports, groups, places, setting, {each.device: each for each in correction.clocks}
    )
    for _ in range(_ROUNDS):
        evidence = weigh_happening(
            observations,
            reports,
            groups.order,
            groups.bounds,
            places,
            setting.sensors,
            notices=setting.notices,
            calibrations=Calibrations((replace(calibration, period=OPENING),)),
        )
        calibration = rounded(
            replace(
                calibration,
                devices=device_books(record, evidence),
                pairs=pair_books(evidence),
                surroundings=surroundings_of(reports, groups.order, groups.bounds, places, evidence.sure),
            )
        )
    family = np.isin(np.array(KINDS), BLAST_AND_FIRE)[reports.k["kind"][groups.order]]
    tells = np.logical_and.reduceat(family, groups.bounds[:-1]) & (evidence.happened >= 0.5)
    classes = classify_events(
        reports,
        groups.order,
        groups.bounds,
        places,
        setting.notices,
        read_heat_signs(observations, reports),
        aspects=codes_of(observations["aspect"], ASPECTS),
        storm=weigh_storms(
            reports, groups.order, groups.bounds, places, evidence.happened, evidence.calibrations, evidence.of_event
        )[0],
    )
    shares = learn_shares(classes[tells], evidence.happened[tells])
    names = class_table().names
    books = tuple(ClassBook(name=name, share=float(share)) for name, share in zip(names, shares, strict=True))
    return rounded(replace(calibration, classes=books, class_events=int(tells.sum())))
