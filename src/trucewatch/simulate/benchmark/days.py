"""A density and a seed → simulated days: observations as the watch would hold them, and apart from them the truth."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from trucewatch.geo.arrays import Ints
from trucewatch.model.ids import observation_id, sha256_of
from trucewatch.model.observation import STATED_OTHERWISE, STORED_OBSERVATION_SCHEMA
from trucewatch.model.zone import Notice, Sensor
from trucewatch.simulate.benchmark.acoustic_seismic import feel_seismic, hear_acoustic
from trucewatch.simulate.benchmark.camera_uav_patrol import see_cameras, see_patrols, see_uav
from trucewatch.simulate.benchmark.claims import claim_parties, list_events, tell_public
from trucewatch.simulate.benchmark.events import Events, draw_events
from trucewatch.simulate.benchmark.ground import Ground
from trucewatch.simulate.benchmark.measurement_model import MEASUREMENT_SCHEMA, measurements_of
from trucewatch.simulate.benchmark.parameters import read_parameters
from trucewatch.simulate.benchmark.register import announce_work, register_sensors
from trucewatch.simulate.benchmark.report_columns import Reports, natural_key
from trucewatch.simulate.benchmark.satellite import sense_fires

DENSITIES: Final = ("quiet", "middle", "busy")
TUNING_SEEDS: Final = (11, 12, 13, 14, 15)
"""For developing and tuning."""
FINAL_SEEDS: Final = (201, 202, 203, 204, 205)
"""For the final measurement only: no test and no experiment runs an engine on them."""

REPORTERS: Final[Mapping[str, Callable[[Ground, Events], Reports]]] = {
    "acoustic": hear_acoustic,
    "seismic": feel_seismic,
    "camera": see_cameras,
    "uav": see_uav,
    "patrol": see_patrols,
    "satellite": sense_fires,
    "public": tell_public,
    "party": claim_parties,
    "event_list": list_events,
}
"""Who reports, each with random numbers of its own: leaving one out or changing the order changes no other's
reports."""

_TIME: Final = pa.timestamp("us", tz="UTC")
TRUTH_SCHEMA: Final = pa.schema(
    [
        pa.field("event_id", pa.string(), nullable=False),
        pa.field("kind", pa.string(), nullable=False),
        pa.field("aspect", pa.string(), nullable=False),
        pa.field("cause", pa.string(), nullable=False),
        pa.field("occurred_start", _TIME, nullable=False),
        pa.field("occurred_end", _TIME, nullable=False),
        pa.field("lon", pa.float64(), nullable=False),
        pa.field("lat", pa.float64(), nullable=False),
        pa.field("count", pa.int32()),
        pa.field("caused_by", pa.string(), nullable=False),
    ]
)
"""`cause` is empty for fire between the sides and for fires that it lit; exercise, demining, quarry, farm_fire and
thunder are what a screen has to find. `caused_by`: the impact that lit a fire."""
ORIGIN_SCHEMA: Final = pa.schema(
    [
        pa.field("observation_id", pa.string(), nullable=False),
        pa.field("event_id", pa.string(), nullable=False),
        pa.field("is_outlier", pa.bool_(), nullable=False),
        pa.field("is_echo", pa.bool_(), nullable=False),
        pa.field("why", pa.string(), nullable=False),
    ]
)
"""`event_id` is empty for clutter; an echo names the event whose echo it is. `why`: outlier, clock_jump, echo, false,
shout; on stress days also phantom, retold and clock."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FusionDays:
    """Simulated days. Only `observations`, `sensors`, `notices`, `line`, `area`, `parties`, `repeats`, `side` and
    `devices` may be shown to an engine."""

    density: str
    seed: int
    observations: pa.Table
    sensors: tuple[Sensor, ...]
    notices: tuple[Notice, ...]
    line: Any
    area: tuple[float, float, float, float]
    truth: pa.Table
    origin: pa.Table
    measurements: pa.Table
    draws: Mapping[str, str]
    """Observation id → the name of the draw of which it is one of several tellings; all others are draws of their own.
    Truth as well: no engine may see it."""
    parties: Mapping[str, str] = dataclasses.field(default_factory=dict)
    """Every way to write a party, casefolded → its id."""
    repeats: Mapping[str, tuple[str, ...]] = dataclasses.field(default_factory=dict)
    """Source → the sources of which it says that it repeats them."""
    side: Mapping[str, str] = dataclasses.field(default_factory=dict)
    """Source → the party on whose side of the line it speaks."""
    devices: Mapping[str, str] = dataclasses.field(default_factory=dict)
    """A further name under which a feed delivers a device → its name in the register."""


def simulate_days(density: str, seed: int, *, days: int | None = None) -> FusionDays:
    """The days of this density and seed; the same arguments give the same bytes.

    density: one of DENSITIES. days: keep only what happened on the first so many days and what was reported of it
    (clutter likewise); for small examples. Rows stand in the order in which they became known.
    """
    ground = Ground(read_parameters(), density, seed)
    events = draw_events(ground)
    reported = {name: report(ground, events).columns() for name, report in REPORTERS.items()}
    return gather_days(ground, events, reported, days)


def gather_days(
    ground: Ground, events: Events, reported: Mapping[str, Mapping[str, npt.NDArray[Any]]], days: int | None = None
) -> FusionDays:
    """One table of all reports, and beside it what is true; the register and the notices as their keepers have them."""
    blocks = [reported[name] for name in sorted(reported) if reported[name]]
    columns = {name: np.concatenate([block[name] for block in blocks]) for name in blocks[0]}
    event_ids = np.array(
        [f"e-{ground.density_name}-{ground.seed}-{row:05d}" for row in range(len(events))] + [""], dtype=object
    )
    keep = np.ones(len(columns["event"]), dtype=np.bool_)
    event_rows = np.arange(len(events))
    if days is not None:
        until = days * 86_400.0
        of_event = events.start_s[np.maximum(columns["event"], 0)] < until
        keep = np.where(columns["event"] >= 0, of_event, columns["start_s"] < until)
        event_rows = np.flatnonzero(events.start_s < until)
    is_pixel = columns["means"] == "satellite"
    for name, digits in _DIGITS.items():
        exact = columns[name].astype(np.float64)
        columns[name] = np.where(is_pixel, exact, np.round(exact, digits))
    columns["bearing_deg"] = np.mod(columns["bearing_deg"], 360.0)
    ids = np.array(_ids(ground, columns), dtype=object)
    _, first = np.unique(ids.astype(str), return_index=True)
    keep &= np.isin(np.arange(len(ids)), first)
    micros = {name: _micros(ground, columns[f"{name}_s"]) for name in ("start", "end", "known")}
    order = np.lexsort((ids.astype(str), micros["known"]))
    order = order[keep[order]]
    columns = {name: value[order] for name, value in columns.items()}
    micros, ids = {name: value[order] for name, value in micros.items()}, ids[order]
    origin_ids = event_ids[columns["event"]]
    return FusionDays(
        density=ground.density_name,
        seed=ground.seed,
        observations=_observations(ground, columns, micros, ids),
        sensors=register_sensors(ground),
        notices=announce_work(ground, events),
        line=ground.line,
        area=_area(ground),
        truth=_truth(ground, events, event_ids, event_rows),
        origin=pa.table(
            [
                pa.array(values.tolist(), field.type)
                for field, values in zip(
                    ORIGIN_SCHEMA,
                    (ids, origin_ids, columns["is_outlier"], columns["is_echo"], columns["why"]),
                    strict=True,
                )
            ],
            schema=ORIGIN_SCHEMA,
        ),
        measurements=pa.table(measurements_of(columns, ids, origin_ids), schema=MEASUREMENT_SCHEMA),
        draws={name: draw for name, draw in zip(ids.tolist(), columns["draw"].tolist(), strict=True) if draw},
    )


_DIGITS: Final = {
    "lon": 6,
    "lat": 6,
    "semi_major_m": 1,
    "semi_minor_m": 1,
    "major_azimuth_deg": 2,
    "bearing_deg": 2,
    "bearing_sd_deg": 2,
    "range_m": 0,
    "range_sd_m": 0,
    "time_sd_s": 1,
}
"""Decimals of what is delivered. Fire pixels have five for a place and the ellipse of their reader."""


def _ids(ground: Ground, columns: Mapping[str, npt.NDArray[Any]]) -> list[str]:
    """The ids that the ordinary readers give to the delivered rows."""
    satellite = columns["means"] == "satellite"
    ids: list[str] = []
    minutes = np.datetime_as_string(_micros(ground, columns["start_s"]).astype("datetime64[us]"), unit="m")
    for row in range(len(satellite)):
        if satellite[row]:
            place = (_four_decimals(columns[axis][row]) for axis in ("lat", "lon"))
            ids.append(observation_id("firms", "|".join((columns["sensor"][row], minutes[row], *place))))
        else:
            ids.append(observation_id(columns["source"][row], natural_key(ground, columns["key"][row])))
    return ids


def _four_decimals(value: float) -> str:
    return f"{Decimal(f'{value:.5f}').quantize(Decimal('0.0001'), ROUND_HALF_EVEN):f}"


def _micros(ground: Ground, seconds: npt.NDArray[Any]) -> Ints:
    """UTC microseconds, in whole milliseconds: no device here knows better."""
    base = int(ground.parameters.midnight.timestamp()) * 1000
    return np.asarray((np.round(seconds.astype(np.float64) * 1000.0).astype(np.int64) + base) * 1000)


def _observations(
    ground: Ground, columns: Mapping[str, npt.NDArray[Any]], micros: Mapping[str, Ints], ids: Any
) -> pa.Table:
    n = len(ids)
    moments = {"occurred_start": micros["start"], "occurred_end": micros["end"], "known_at": micros["known"]}
    evidence = {
        source: sha256_of(f"simulated|{ground.density_name}|{ground.seed}|{source}".encode())
        for source in set(columns["source"].tolist())
    }
    arrays = []
    for field in STORED_OBSERVATION_SCHEMA:
        name = field.name
        if name in moments:
            array = pa.array(moments[name]).cast(_TIME)
        elif name == "observation_id":
            array = pa.array(ids.tolist(), pa.string())
        elif name == "evidence_sha256":
            array = pa.array([evidence[source] for source in columns["source"]], pa.string())
        elif name == "evidence_row":
            array = pa.array(np.arange(2, n + 2))
        elif name == "simulated":
            array = pa.array(np.ones(n, dtype=np.bool_))
        elif name in ("person_status", "perceived", "actor", "struck") and name not in columns:
            array = pa.array([STATED_OTHERWISE.get(name, "")] * n, pa.string())
        elif name in columns:
            array = _column(columns[name], field.type)
        else:
            array = pa.nulls(n, field.type)
        arrays.append(array)
    return pa.Table.from_arrays(arrays, schema=STORED_OBSERVATION_SCHEMA)


def _column(values: npt.NDArray[Any], to: Any) -> Any:
    if pa.types.is_string(to):
        return pa.array(values.tolist(), to)
    if pa.types.is_int32(to):
        return pa.array(values.astype(np.int32), mask=values.astype(np.int64) < 0)
    if pa.types.is_floating(to):
        return pa.array(values.astype(np.float64), from_pandas=True).cast(to)
    return pa.array(values.tolist(), to)


def _truth(ground: Ground, events: Events, event_ids: Any, rows: Ints) -> pa.Table:
    count = events.count[rows]
    return pa.table(
        [
            pa.array(event_ids[rows].tolist()),
            pa.array(events.kind[rows].tolist()),
            pa.array(events.aspect[rows].tolist()),
            pa.array(events.cause[rows].tolist()),
            pa.array(_micros(ground, events.start_s[rows])).cast(_TIME),
            pa.array(_micros(ground, events.end_s[rows])).cast(_TIME),
            pa.array(events.lon[rows]),
            pa.array(events.lat[rows]),
            pa.array(count.astype(np.int32), mask=count == 0),
            pa.array(event_ids[events.caused_by[rows]].tolist()),
        ],
        schema=TRUTH_SCHEMA,
    )


def _area(ground: Ground) -> tuple[float, float, float, float]:
    """lon_min, lat_min, lon_max, lat_max of everything, with room for gross errors."""
    lon, lat = ground.degrees(np.array([-45_000.0, 45_000.0]), np.array([-38_000.0, 38_000.0]))
    return (round(float(lon[0]), 3), round(float(lat[0]), 3), round(float(lon[1]), 3), round(float(lat[1]), 3))
