"""Clocks and stated errors, learnt together: each shows only where the other is right."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

import pyarrow as pa

from trucewatch.fusion.clocks import learn_clocks
from trucewatch.fusion.fuse import label_observations
from trucewatch.fusion.locate import locate_events
from trucewatch.fusion.measurements import prepare_reports, stated_errors
from trucewatch.fusion.set_right import Clock, Correction, Corrections, moment_of_seconds
from trucewatch.fusion.setting import Groups, Setting
from trucewatch.fusion.stated_errors import learn_stated_errors
from trucewatch.fusion.voices import settle_voices
from trucewatch.model.calibration import OPENING
from trucewatch.model.watch import AssociationRule

_ASSOCIATIONS: Final = 3
"""With wider errors so often: three times the stated error are then told to within a tenth."""


def learn_corrections(
    observations: pa.Table, rule: AssociationRule, setting: Setting
) -> tuple[Correction, pa.Table, Groups]:
    """What is learnt of clocks and stated errors, the rows with their clocks set right, and the events that they then
    make.

    What the gate cuts off is not learnt from: so with wider errors the rows are associated anew, and clocks and errors
    are asked again.
    """
    as_stated, stated = observations, stated_errors(observations)
    correction = Correction()
    for _ in range(_ASSOCIATIONS):
        corrections = Corrections({OPENING: correction})
        reports = prepare_reports(as_stated, setting.reach_m, setting.speakers, corrections)
        correction = replace(correction, clocks=learn_clocks(reports))
        observations = Corrections({OPENING: correction}).on_time(as_stated, setting.speakers)
        groups = Groups.of(label_observations(observations, rule, setting, corrections))
        plain = prepare_reports(observations, setting.reach_m, setting.speakers)
        plain = settle_voices(plain, groups.order, groups.bounds)
        places, _ = locate_events(plain, groups.order, groups.bounds)
        means = tuple(learn_stated_errors(plain, stated, groups.order, groups.bounds, places))
        if means == correction.means:
            break
        correction = replace(correction, means=means)
    else:
        groups = Groups.of(label_observations(observations, rule, setting, Corrections({OPENING: correction})))
    return correction, observations, groups


def clock_of(clock: Clock | None) -> dict[str, Any]:
    """What a device's book says of its clock."""
    if clock is None:
        return {}
    return {
        "clock_s": clock.seconds,
        "clock_sd_s": clock.sd,
        "clock_pairs": clock.pairs,
        "clock_proposed_s": clock.proposed,
        "clock_from": moment_of_seconds(clock.begin),
        "clock_until": moment_of_seconds(clock.end),
        "clock_simulated": clock.simulated,
    }
