"""What simulated days are made from: one committed record, so that a day is a function of it and a seed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Literal

from trucewatch.simulate.places import Origin
from trucewatch.simulate.strict_toml import Km, Strict, read_record


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalHour(Strict):
    """An hour of a simulated day, local; days count from 1."""

    day: int
    hour: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening(Strict):
    """One thing that truly happens, `events` times, somewhere about `at_km` and sometime within `hours` of its days."""

    id: str
    kind: str
    events: int
    at_km: Km
    spread_m: float
    day: int
    hours: tuple[float, float]
    lasts_s: tuple[float, float]
    aspect: str = "undetermined"
    cause: str = ""
    """Why it is no fire between the sides: demining, quarry, farm_fire, convoy, exercise; empty otherwise."""
    last_day: int = 0
    """The events are spread over `day` to `last_day`; 0 for `day` alone."""
    count: tuple[int, int] | None = None
    injured: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Announcement(Strict):
    """A notice: a zone, or a circle about `at_km`."""

    id: str
    who: str
    kinds: tuple[str, ...]
    start: LocalHour
    end: LocalHour
    known: LocalHour
    text: str
    zone: str = ""
    at_km: Km | None = None
    radius_m: float = 0.0
    acknowledged_by: tuple[str, ...] = ()
    """Who acknowledged it before it began."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MeansOfSensing(Strict):
    """How devices of one means notice and report. Delays are the bounds of a uniform draw."""

    means: str
    source: str
    reports: Literal["bearing_and_range", "place"]
    notices: Mapping[str, float]
    best_chance: float
    time_sd_s: float
    delay_minutes: tuple[float, float]
    false_per_day: float
    false_kinds: tuple[str, ...]
    text: str
    bearing_sd_deg: float = 0.0
    range_sd_share: float = 0.0
    place_sd_m: float = 0.0
    tells_injured: bool = False
    tells_aspect: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Device(Strict):
    """One entry of the sensor register. Its place never leaves the register and the observation table."""

    id: str
    means: str
    names: Mapping[str, str]
    at_km: Km
    range_m: float
    noise: str = ""
    up_from: LocalHour | None = None
    up_until: LocalHour | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FirePixels(Strict):
    """An invented satellite that delivers heat pixels shaped like VIIRS."""

    source: str
    passes_utc_hours: tuple[float, ...]
    pass_sd_minutes: float
    pixel_m: float
    chance: float
    chance_of_explosion: float
    pixels: tuple[int, int]
    cloudy_share: float
    power_megawatts: tuple[float, float]
    false_per_pass: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Claimant(Strict):
    """People who speak of events: a party of what happened on its side, residents of what they heard."""

    source: str
    claimed_by: str
    means: Literal["party", "public"]
    side: Literal[-1, 0, 1]
    kinds: tuple[str, ...]
    chance: float
    counts_times: float
    place_sd_m: float
    delay_hours: tuple[float, float]
    copies: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Unfounded(Strict):
    """A claim to which nothing corresponds."""

    source: str
    kind: str
    at_km: Km
    day: int
    hour: float
    count: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportedNumber(Strict):
    """One line of the bulletin on every day."""

    name: str
    span: Literal["day", "cumulative", "level"]
    unit: str
    values: tuple[float, ...]
    claimed_by: str
    text: str
    zone: str = ""
    qualifiers: tuple[Literal["exactly", "more_than", "about", "at_most"], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DayParameters(Strict):
    """`days.toml`, as it stands."""

    schema: Literal[1]
    name: str
    first_day: date
    days: int
    utc_offset_hours: float
    origin: Origin
    happening: tuple[Happening, ...]
    means: tuple[MeansOfSensing, ...] = ()
    sensor: tuple[Device, ...] = ()
    satellite: FirePixels | None = None
    notice: tuple[Announcement, ...] = ()
    claimant: tuple[Claimant, ...] = ()
    unfounded: tuple[Unfounded, ...] = ()
    counter: tuple[ReportedNumber, ...] = field(default=())

    def moment(self, day: int, hour: float) -> datetime:
        """The UTC moment of a local hour."""
        midnight = datetime(self.first_day.year, self.first_day.month, self.first_day.day, tzinfo=UTC)
        return midnight + timedelta(days=day - 1, hours=hour - self.utc_offset_hours)

    def at(self, local: LocalHour) -> datetime:
        return self.moment(local.day, local.hour)

    def place(self, at_km: Km) -> tuple[float, float]:
        """Longitude and latitude of a point given in kilometres."""
        return self.origin.place(at_km[0] * 1000.0, at_km[1] * 1000.0)


def read_parameters() -> DayParameters:
    """The parameters that are committed."""
    return read_record(__package__, "two_valleys", "days.toml", record=DayParameters)
