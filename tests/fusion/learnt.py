"""Incidents as they are once the record has been learnt from: the opening calibration of a test's own rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from tests.builders import NOON, observations
from trucewatch.fusion.fuse import fuse_observations
from trucewatch.fusion.learn import learn_calibration
from trucewatch.fusion.setting import Setting
from trucewatch.model.calibration import OPENING, Calibration, Calibrations
from trucewatch.model.incident import Incident, incident_rows
from trucewatch.model.watch import AssociationRule

YEARS = timedelta(days=3650)


def calibrated(rows: Sequence[dict[str, Any]], setting: Setting | None = None) -> Calibration:
    """What these rows teach."""
    return learn_calibration(
        observations(*rows),
        rule=AssociationRule(),
        setting=setting or Setting(),
        period=OPENING,
        since=NOON - YEARS,
        until=NOON + YEARS,
    )


def with_learnt(calibration: Calibration, setting: Setting | None = None) -> Setting:
    """The setting in which this calibration stands."""
    return replace(setting or Setting(), calibrations=Calibrations((calibration,)))


def fuse_learnt(rows: Sequence[dict[str, Any]], setting: Setting | None = None) -> list[Incident]:
    """The incidents of rows, with what they teach."""
    return fuse_in(rows, with_learnt(calibrated(rows, setting), setting))


def fuse_in(rows: Sequence[dict[str, Any]], setting: Setting | None = None) -> list[Incident]:
    """The incidents of rows in a setting; nothing is learnt."""
    return incident_rows(fuse_observations(observations(*rows), rule=AssociationRule(), setting=setting or Setting()))
