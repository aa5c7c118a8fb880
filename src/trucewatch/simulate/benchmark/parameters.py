"""What the invented days for measuring fusion are made from: `parameters.toml` as it stands, checked key by key."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Literal

from trucewatch.simulate.places import Origin
from trucewatch.simulate.strict_toml import Km, Strict, read_record

Bounds = tuple[float, float]
"""The ends of a uniform draw."""
Shares = Mapping[str, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Town(Strict):
    """A name for rumours to hold on to."""

    name: str
    km: Km


@dataclass(frozen=True, slots=True, kw_only=True)
class Front(Strict):
    """So many events of fire within these hours along this piece of the line."""

    day: int
    hours: Bounds
    from_km: float
    to_km: float
    events: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Density(Strict):
    """How much happens."""

    days: int
    events_per_day: float
    in_episodes: float
    episode_events: tuple[int, int]
    episode_minutes: Bounds
    episode_spread_m: float
    simultaneous: float
    mix: Shares
    front: tuple[Front, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening(Strict):
    """What happens and where."""

    outgoing_share: float
    outgoing_behind_m: Bounds
    impact_sd_m: float
    close_sd_m: float
    count_mean: Shares
    gap_s: Shares
    fire_chance: float
    fire_hours: Bounds
    fire_after_s: Bounds
    farm_fire_hours: Bounds
    farm_fire_local: Bounds
    farm_fire_off_line_m: Bounds
    work_local: Bounds
    demining_km: tuple[Km, ...]
    demining_spread_m: float
    quarry_km: Km
    quarry_spread_m: float
    exercise_km: Km
    exercise_spread_m: float
    storm_claps: int
    storm_hours: Bounds
    storm_spread_m: float
    announced: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Errors(Strict):
    """How errors are spread where they are not normal."""

    dof: float
    outlier_sigmas: Bounds
    outlier_bearing_deg: Bounds
    round_minutes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Post(Strict):
    """One device or post. `bearing_sd_deg` and `hours` (local, when it works) only where they apply."""

    id: str
    km: Km
    range_m: float
    bearing_sd_deg: float = 0.0
    hours: tuple[Bounds, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Watchers(Strict):
    """What all means have in common that watch for themselves: errors and false alarms."""

    source: str
    time_sd_s: float
    outlier_share: float
    false_per_day: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Listeners(Watchers):
    """Those whose chance of noticing falls with the distance, for each kind from another reach on."""

    sharpness: float
    reach: Shares
    false_kinds: Shares


@dataclass(frozen=True, slots=True, kw_only=True)
class Tellers(Strict):
    """What all have in common that tell what they heard: by kind the chance that they do, and what never was."""

    chance: Shares
    outlier_share: float
    false_share: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Acoustic(Listeners):
    """The acoustic nodes."""

    best_chance: float
    hour_factor: Bounds
    range_share: float
    range_sd_share: float
    sound_speed_sd: float
    wind_sd_mps: float
    delay_s: Bounds
    echo_share: float
    echo_after_s: Bounds
    echo_bearing_deg: Bounds
    tells_aspect: float
    outage_every_days: float
    outage_hours: Bounds
    clock_jump_s: Bounds
    clock_jump_hours: float
    shout_reports: int
    shout_bearing_sd_deg: float
    calls: Mapping[str, Shares]
    node: tuple[Post, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Seismic(Watchers):
    """The seismic network."""

    sensor: str
    km: Km
    range_m: float
    chance: Shares
    chance_of_cause: Shares
    grows_with_count: float
    major_m: Bounds
    minor_share: Bounds
    region_km: float
    region_bias_m: float
    delay_minutes: Bounds
    outage_every_days: float
    outage_hours: Bounds


@dataclass(frozen=True, slots=True, kw_only=True)
class Camera(Listeners):
    """The cameras."""

    best_chance_night: float
    best_chance_day: float
    hidden_sectors: float
    fog_share: float
    mount_share: float
    delay_minutes: Bounds
    outage_every_days: float
    outage_hours: Bounds
    calls: Mapping[str, Shares]
    post: tuple[Post, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Uav(Watchers):
    """The unmanned flights."""

    chance: Shares
    place_sd_m: Bounds
    delay_minutes: Bounds
    tells_aspect: float
    craft: tuple[Post, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Patrol(Listeners):
    """The patrols: heard, and seen later."""

    best_chance: float
    bearing_sd_deg: float
    range_sd_share: float
    delay_minutes: Bounds
    crater_chance: float
    crater_sd_m: float
    crater_within_hours: Bounds
    crater_delay_hours: Bounds
    crater_outlier_share: float
    hours: Bounds
    post: tuple[Post, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Satellite(Strict):
    """Passes and pixels. `satellites`: how FIRMS names each → local hours of its passes."""

    source: str
    satellites: Mapping[Literal["N", "N20", "N21"], tuple[float, ...]]
    pass_sd_minutes: float
    chance: float
    pixels: tuple[int, int]
    cloud_days: float
    scan_km: Bounds
    track_km: Bounds
    false_per_pass: float
    power_megawatts: Bounds


@dataclass(frozen=True, slots=True, kw_only=True)
class Public(Tellers):
    """Residents and their rumours."""

    source: str
    place_sd_m: Bounds
    time_sd_s: float
    delay_minutes: Bounds
    copies_mean: float
    copies_most: int
    copy_after_minutes: Bounds
    second_witness: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Side(Strict):
    """One party; `side` 1 holds the north of the line."""

    source: str
    claimed_by: str
    side: Literal[-1, 1]


@dataclass(frozen=True, slots=True, kw_only=True)
class Party(Tellers):
    """What the parties claim."""

    place_sd_m: Bounds
    time_sd_s: float
    delay_hours: Bounds
    counts_times: Bounds
    side: tuple[Side, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class EventList(Tellers):
    """The humanitarian list."""

    source: str
    place_sd_m: tuple[float, ...]
    day_precision: float
    delay_days: Bounds
    claimed_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FusionParameters(Strict):
    """The whole table."""

    schema: Literal[1]
    name: str
    first_day: date
    utc_offset_hours: float
    origin: Origin
    line_km: tuple[Km, ...]
    tuning_seeds: tuple[int, ...]
    final_seeds: tuple[int, ...]
    town: tuple[Town, ...]
    density: Mapping[str, Density]
    happening: Happening
    errors: Errors
    acoustic: Acoustic
    seismic: Seismic
    camera: Camera
    uav: Uav
    patrol: Patrol
    satellite: Satellite
    public: Public
    party: Party
    list: EventList

    @property
    def midnight(self) -> datetime:
        """The first local midnight, UTC."""
        day = datetime(self.first_day.year, self.first_day.month, self.first_day.day, tzinfo=UTC)
        return day - timedelta(hours=self.utc_offset_hours)


@cache
def read_parameters() -> FusionParameters:
    """The committed parameters."""
    return read_record(__package__, "parameters.toml", record=FusionParameters)
