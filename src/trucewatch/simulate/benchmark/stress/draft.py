"""Stress days while they are made: the reports of all, the register and the notices, before and after what goes
wrong."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from trucewatch.geo.arrays import Ints, Mask
from trucewatch.model.zone import Sensor
from trucewatch.simulate.benchmark.events import Events
from trucewatch.simulate.benchmark.ground import Ground
from trucewatch.simulate.benchmark.report_columns import Reports

Columns = dict[str, npt.NDArray[Any]]


@dataclass(slots=True)
class Draft:
    """What a family changes in place. `reported`: by reporter, the columns of DELIVERED and HIDDEN; empty for nothing
    at all."""

    ground: Ground
    events: Events
    reported: dict[str, Columns]
    sensors: tuple[Sensor, ...]
    repeats: dict[str, tuple[str, ...]] = field(default_factory=dict)
    side: dict[str, str] = field(default_factory=dict)
    parties: dict[str, str] = field(default_factory=dict)
    devices: dict[str, str] = field(default_factory=dict)

    def stream(self, *words: str) -> np.random.Generator:
        """Random numbers for what goes wrong; no draw of the ground depends on them."""
        return self.ground.stream("stress", *words)

    def keep(self, name: str, which: Mask) -> None:
        """Leave only these rows of one reporter."""
        self.reported[name] = taken(self.reported[name], np.flatnonzero(which))

    def add(self, name: str, columns: Columns) -> None:
        """Further rows of one reporter."""
        before = self.reported.get(name) or {}
        if not before or not columns:
            self.reported[name] = before or columns
        else:
            self.reported[name] = {key: np.concatenate([value, columns[key]]) for key, value in before.items()}

    def add_reports(self, name: str, reports: Reports) -> None:
        """Further rows of one reporter, as blocks."""
        self.add(name, reports.columns())

    def change(self, name: str, **columns: Any) -> None:
        """New columns for all rows of one reporter."""
        self.reported[name] = self.reported[name] | columns


def taken(columns: Mapping[str, npt.NDArray[Any]], rows: Ints) -> Columns:
    """These rows of all columns; no column at all where there is no row."""
    return {key: value[rows] for key, value in columns.items()} if len(rows) else {}
