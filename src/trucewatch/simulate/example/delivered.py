"""The nouns of a delivery: what sources hand over, each with the true event behind it, which is never written out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from trucewatch.model.zone import Notice, Sensor


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """One row of the observation table as a means delivers it. `event_id` is empty for a false alarm or false claim."""

    event_id: str
    source: str
    key: str
    """What makes it this report among those of its source."""
    sensor: str
    means: str
    kind: str
    aspect: str
    occurred_start: datetime
    occurred_end: datetime
    time_sd_s: float
    lon: float
    lat: float
    semi_major_m: float
    semi_minor_m: float
    major_azimuth_deg: float
    known_at: datetime
    text: str
    observer_lon: float | None = None
    observer_lat: float | None = None
    bearing_deg: float | None = None
    bearing_sd_deg: float | None = None
    range_m: float | None = None
    range_sd_m: float | None = None
    count: tuple[int, int, int] | None = None
    injured: tuple[int, int, int] | None = None
    claimed_by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FirePixel:
    """One heat pixel, as the columns of a FIRMS file want it. `event_id` is empty for a false one."""

    event_id: str
    acquired: datetime
    lon: float
    lat: float
    brightness_kelvin: float
    background_kelvin: float
    scan_km: float
    track_km: float
    confidence: str
    radiative_power_megawatts: float
    is_day: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedEvent:
    """One line of the commission's list of events: exact, dated, late."""

    event_id: str
    kind: str
    start: datetime
    end: datetime
    lon: float
    lat: float
    known_at: datetime
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BulletinLine:
    """One number of one day's bulletin."""

    name: str
    span: str
    zone: str
    day: date
    value: float
    qualifier: str
    unit: str
    claimed_by: str
    known_at: datetime
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Deliveries:
    """Everything that reaches the watch of some simulated days."""

    reports: tuple[Report, ...]
    pixels: tuple[FirePixel, ...]
    listed: tuple[ListedEvent, ...]
    bulletin: tuple[BulletinLine, ...]
    notices: tuple[Notice, ...]
    sensors: tuple[Sensor, ...]
