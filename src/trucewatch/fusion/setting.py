"""What bears on the incidents of a watch beside the observations, and the rows of each event."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, tzinfo

import numpy as np

from trucewatch.fusion.set_right import Corrections
from trucewatch.geo.arrays import Ints, Rows
from trucewatch.model.calibration import Calibrations
from trucewatch.model.speakers import Speakers
from trucewatch.model.zone import Notice, Sensor

Labels = Ints


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """What else bears on the incidents of a watch: who may be meant, who could have noticed, what was announced."""

    parties: Mapping[str, str] = field(default_factory=dict)
    """Every way to write a party → its id: tells claims of parties from other words in `claimed_by`."""
    sensors: Sequence[Sensor] = ()
    notices: Sequence[Notice] = ()
    centre_sources: frozenset[str] = frozenset()
    """Ids of the sources that are the centre's own: where one of them counted, the number is theirs."""
    calibrations: Calibrations = field(default_factory=Calibrations)
    """What was learnt, by month; without any the prior that comes with the program."""
    speakers: Speakers = field(default_factory=Speakers)
    """Who speaks through which sources, devices and names: what voices are counted by."""
    zone: tzinfo = UTC
    """Where the days of the watch begin."""

    @property
    def corrections(self) -> Corrections:
        """What the calibrations say of clocks and stated errors."""
        return Corrections.of(self.calibrations)

    @property
    def reach_m(self) -> dict[str, float]:
        return {sensor.id: sensor.range_m for sensor in self.sensors}


@dataclass(frozen=True, slots=True)
class Groups:
    """Rows by event: those of event g are order[bounds[g] : bounds[g + 1]]."""

    order: Rows
    bounds: Rows

    @classmethod
    def of(cls, labels: Labels) -> Groups:
        """Rows with the same label are one event."""
        order = np.argsort(labels, kind="stable")
        starts = np.flatnonzero(np.r_[True, np.diff(labels[order]) != 0]) if len(order) else np.zeros(0, dtype=np.intp)
        return cls(order, np.r_[starts, len(order)])

    def __len__(self) -> int:
        return len(self.bounds) - 1
