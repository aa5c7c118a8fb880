"""What was learnt of clocks and stated errors, applied: times with the clock's offset taken off, errors widened.

The rows on record stay as they were stated; what is corrected is what the fusion reads of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final

import numpy as np
import pyarrow as pa

from trucewatch.fusion.voices import devices_of
from trucewatch.geo.arrays import Floats, Ints
from trucewatch.model.calibration import OPENING, Calibration, Calibrations, MeansBook
from trucewatch.model.observation import MEANS
from trucewatch.model.speakers import Speakers

_EARLIEST, _LATEST = -np.inf, np.inf


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """A device whose clock is ahead by so many `seconds`, on what it reports from `begin` until `end` (seconds since
    1970, by its own clock); 0 of one of which only a wrong zone is `proposed`."""

    device: int
    simulated: bool
    seconds: float = 0.0
    sd: float = 0.0
    pairs: int = 0
    begin: float = _EARLIEST
    end: float = _LATEST
    proposed: float = 0.0


@dataclass(frozen=True, slots=True)
class Correction:
    """What one calibration says of clocks and stated errors."""

    clocks: tuple[Clock, ...] = ()
    means: tuple[MeansBook, ...] = ()

    @property
    def changes_nothing(self) -> bool:
        return not any(clock.seconds for clock in self.clocks) and not any(
            max(book.place_times, book.bearing_times, book.time_times) > 1.0 for book in self.means
        )


_NOTHING: Final = Correction()


@dataclass(frozen=True, slots=True)
class Corrections:
    """Which correction stands for which month, as `Calibrations` has it; without any nothing is corrected."""

    by_period: Mapping[str, Correction] = field(default_factory=dict)

    @classmethod
    def of(cls, calibrations: Calibrations) -> Corrections:
        """Those of calibrations."""
        every = {each.period: _correction_of(each) for each in calibrations.every}
        return cls() if all(each.changes_nothing for each in every.values()) else cls(every)

    def standing(self, observations: pa.Table) -> list[tuple[Correction, Ints]]:
        """Each correction that changes something, and the rows that begin in its months."""
        if not self.by_period or not observations.num_rows:
            return []
        start = observations["occurred_start"].cast(pa.int64()).to_numpy()
        months = start.astype("datetime64[us]").astype("datetime64[M]")
        unique, at = np.unique(months, return_inverse=True)
        otherwise = self.by_period.get(OPENING, _NOTHING)
        result = []
        for number, month in enumerate(unique):
            correction = self.by_period.get(str(month), otherwise)
            if not correction.changes_nothing:
                result.append((correction, np.flatnonzero(at.reshape(-1) == number)))
        return result

    def on_time(self, observations: pa.Table, speakers: Speakers) -> pa.Table:
        """The rows with the offsets of their devices' clocks taken off `occurred_start` and `occurred_end`."""
        if not (standing := self.standing(observations)):
            return observations
        start = observations["occurred_start"].cast(pa.int64()).to_numpy()
        device, simulated = devices_of(observations, speakers), simulated_of(observations)
        ahead = np.zeros(len(start), dtype=np.int64)
        for correction, rows in standing:
            for clock in correction.clocks:
                if not clock.seconds:
                    continue
                its = rows[(device[rows] == clock.device) & (simulated[rows] == clock.simulated)]
                its = its[(start[its] >= clock.begin * 1e6) & (start[its] <= clock.end * 1e6)]
                ahead[its] = round(clock.seconds * 1e6)
        if not ahead.any():
            return observations
        for name in ("occurred_start", "occurred_end"):
            column = observations.schema.get_field_index(name)
            times = observations[name].cast(pa.int64()).to_numpy() - ahead
            is_type = observations.schema.field(column)
            observations = observations.set_column(column, is_type, pa.array(times).cast(is_type.type))
        return observations

    def wider(self, observations: pa.Table, means: Ints) -> tuple[Floats, Floats, Floats]:
        """By how much the stated errors of each row's place, bearing and time are to be multiplied; shape (n,) each."""
        place, bearing, time = np.ones((3, len(means)))
        if standing := self.standing(observations):
            simulated = simulated_of(observations)
            for correction, rows in standing:
                for book in correction.means:
                    its = rows[(means[rows] == MEANS.index(book.means)) & (simulated[rows] == book.simulated)]
                    place[its], bearing[its], time[its] = book.place_times, book.bearing_times, book.time_times
        return place, bearing, time


def simulated_of(observations: pa.Table) -> Ints:
    """1 for each row that is simulated, 0 for the others."""
    return np.asarray(observations["simulated"].to_numpy(zero_copy_only=False), dtype=np.int64)


def seconds_of_moment(text: str, otherwise: float) -> float:
    """Seconds since 1970 of a moment as a calibration has it; "" is `otherwise`."""
    return datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp() if text else otherwise


def moment_of_seconds(seconds: float) -> str:
    """The moment as a calibration has it, "" for none."""
    if not np.isfinite(seconds):
        return ""
    return datetime.fromtimestamp(int(seconds), UTC).isoformat().replace("+00:00", "Z")


def _correction_of(calibration: Calibration) -> Correction:
    clocks = tuple(
        Clock(
            device=int(book.key, 16),
            simulated=book.clock_simulated,
            seconds=book.clock_s,
            sd=book.clock_sd_s,
            pairs=book.clock_pairs,
            begin=seconds_of_moment(book.clock_from, _EARLIEST),
            end=seconds_of_moment(book.clock_until, _LATEST),
            proposed=book.clock_proposed_s,
        )
        for book in calibration.devices
        if book.clock_s
    )
    return Correction(clocks, calibration.means)
