"""The engine as a watch runs it on days that it has not seen before: it learns from what was known at the last midnight
UTC, and judges with that."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from trucewatch.fusion.learn import learn_calibration
from trucewatch.fusion.setting import Setting
from trucewatch.model.calibration import OPENING, Calibration, Calibrations
from trucewatch.model.speakers import Speakers
from trucewatch.model.watch import AssociationRule


def setting_of(days: Any) -> Setting:
    """What a watch of these days would know beside the observations."""
    speakers = Speakers(voices=days.parties, repeats=days.repeats, side=days.side, devices=days.devices)
    return Setting(sensors=days.sensors, notices=days.notices, parties=days.parties, speakers=speakers)


def learn_from(days: Any, setting: Setting) -> Calibration:
    """The opening calibration of these days at the end of their record."""
    observations = days.observations
    last = pc.max(observations["known_at"]).as_py()
    midnight = last.replace(hour=0, minute=0, second=0, microsecond=0)
    known = observations.filter(pc.less(observations["known_at"], pa.scalar(midnight, observations["known_at"].type)))
    return learn_calibration(
        known,
        rule=AssociationRule(),
        setting=setting,
        period=OPENING,
        since=midnight - timedelta(days=730),
        until=midnight,
    )


def learnt_setting(days: Any) -> Setting:
    """The setting with what was learnt."""
    setting = setting_of(days)
    return replace(setting, calibrations=Calibrations((learn_from(days, setting),)))
