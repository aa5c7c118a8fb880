"""Periods of dense reports: incidents close together in place and time, told also as one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

import pyarrow as pa


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """One period: its incidents and how many events they were, by their own probabilities."""

    period_id: str
    incident_ids: tuple[str, ...]
    begin: datetime
    end: datetime
    events_min: int
    events_max: int
    """The middle 95 % of the number of events."""
    rounds_min: int | None
    rounds_max: int | None
    """The same of rounds, where an incident states more than one."""
    source: str
    """The source that alone told of most of the incidents; "" if none did."""
    by_source: int
    """How many it alone told of."""
    simulated: bool

    @property
    def incidents(self) -> int:
        return len(self.incident_ids)


PeriodRule = Callable[[pa.Table], Sequence[Period]]
"""Incidents (INCIDENT_SCHEMA) → the periods that these alone form, whatever their column `period` says."""
