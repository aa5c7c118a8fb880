"""An accepted claim of fact beside the record: which rows are of the day, place and kind of event that its words name.

It stays inside: nothing of it is in an export. That the record has a row does not make a claim true, and that it has
none does not make it false.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from typing import Final, Literal

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from trucewatch.errors import TimeError
from trucewatch.geo.frame import wgs84
from trucewatch.messages import Amount, Message
from trucewatch.model.annotations import Passage, Value
from trucewatch.model.times import Interval, as_utc, day_of
from trucewatch.model.watch import Watch
from trucewatch.model.zone import Town, Zone

MOST_ROWS: Final = 20
_REACHES: Final[Mapping[str, tuple[float, float]]] = {
    "more_than": (1.0, 1.25),
    "at_least": (1.0, 1.25),
    "at_most": (0.8, 1.0),
    "less_than": (0.8, 1.0),
    "almost": (0.9, 1.0),
    "about": (0.9, 1.1),
}
"""How far from the number that is said a reported one may lie to stand beside it, by what the words make of it. Chosen
by hand: wide enough for how people round, narrow enough to be of the same count."""
TOWN_M: Final = 10_000.0
"""How far from a town's point something still is "at" it in speech; each row's own error is added."""
_TIME: Final = pa.timestamp("us", tz="UTC")
_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MONTH: Final = re.compile(r"[0-9]{4}-[0-9]{2}")
_WORD: Final = re.compile(r"\w+")

Verdict = Literal["has", "has_not", "cannot_tell"]

_FIRE: Final = ("explosion", "projectile", "muzzle_flash", "burst", "shot", "hostilities", "harm")
_KIND_WORDS: Final[Mapping[str, tuple[str, ...]]] = {
    "shell": _FIRE,
    "fire": _FIRE,
    "shot": _FIRE,
    "shoot": _FIRE,
    "mortar": _FIRE,
    "artiller": (*_FIRE, "weapon_present"),
    "attack": _FIRE,
    "explo": _FIRE,
    "killed": ("harm", *_FIRE),
    "wounded": ("harm", *_FIRE),
    "injured": ("harm", *_FIRE),
    "drone": ("overflight", *_FIRE),
    "aircraft": ("overflight",),
    "overfl": ("overflight",),
    "jamm": ("jamming",),
    "cross": ("line_crossing", "movement"),
    "convoy": ("movement", "access_denied"),
    "turned": ("access_denied",),
    "block": ("access_denied",),
    "withdr": ("handover", "movement", "presence"),
    "handed": ("handover",),
    "meet": ("meeting",),
    "обстрел": _FIRE,
    "огон": _FIRE,
    "огня": _FIRE,
    "стрел": _FIRE,
    "выстрел": _FIRE,
    "миномёт": _FIRE,
    "миномет": _FIRE,
    "артиллер": (*_FIRE, "weapon_present"),
    "атак": _FIRE,
    "взрыв": _FIRE,
    "погиб": ("harm", *_FIRE),
    "ранен": ("harm", *_FIRE),
    "беспилотн": ("overflight", *_FIRE),
    "дрон": ("overflight", *_FIRE),
    "самолёт": ("overflight",),
    "самолет": ("overflight",),
    "глуш": ("jamming",),
    "пересек": ("line_crossing", "movement"),
    "колонн": ("movement", "access_denied"),
    "пропусти": ("access_denied",),
    "отвод": ("handover", "movement", "presence"),
    "отвел": ("handover", "movement", "presence"),
    "передан": ("handover",),
    "встреч": ("meeting",),
}
"""How words begin, English and Russian → the kinds of event that they may mean; all that fit are taken. Words that are
none of these narrow nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """What the record has of a claim. ids: of incidents, observations and reported numbers, at most MOST_ROWS of
    `rows` in all. kinds: those that the words may mean; empty for any."""

    verdict: Verdict
    message: Message
    ids: tuple[str, ...] = ()
    rows: int = 0
    kinds: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordRows:
    """The rows of a list: current observations, incidents, and reported numbers."""

    observations: pa.Table
    incidents: pa.Table
    counters: pa.Table


def beside(rows: RecordRows, watch: Watch, claim: Passage, as_of: datetime, *, zone: tzinfo | None = None) -> Beside:
    """What the record has of what was said, by what was known by `as_of`. zone: in which the statement's days are, else
    the watch's. A day is the whole day, a month the whole month: that is how precise the words are."""
    as_of = as_utc(as_of)
    kinds = kinds_named(claim.words)
    spans = list(_spans(claim, zone or watch.zone))
    if not spans:
        return Beside(
            verdict="cannot_tell",
            message=Message("the record cannot tell: the words name no day or month of a known year"),
            kinds=kinds,
        )
    zones, towns = _places(claim, watch)
    numbers = _numbers_beside(rows.counters, claim, spans, [each.id for each in zones], as_of)
    if not zones and not towns and not numbers:
        return Beside(
            verdict="cannot_tell",
            message=Message("the record cannot tell: the words name no place that this watch knows"),
            kinds=kinds,
        )
    ids = [
        *_incidents_beside(rows.incidents, spans, zones, towns, kinds, as_of),
        *_observations_beside(rows.observations, spans, zones, towns, kinds, as_of),
        *numbers,
    ]
    if not ids:
        return Beside(
            verdict="has_not",
            message=Message(
                "the record has no row by {moment} that may be what the words mean; this says nothing of whether it "
                "happened",
                moment=as_of,
            ),
            kinds=kinds,
        )
    return Beside(
        verdict="has",
        message=Message(
            "the record has rows that may be what the words mean, {count}; whether they are is for a person to say",
            count=Amount(len(ids)),
        ),
        ids=tuple(ids[:MOST_ROWS]),
        rows=len(ids),
        kinds=kinds,
    )


def kinds_named(words: str) -> tuple[str, ...]:
    """The kinds of event that words may mean, in alphabetical order; none where no word says.

    >>> kinds_named("Two convoys were turned back")
    ('access_denied', 'movement')
    """
    kinds: set[str] = set()
    for word in _WORD.findall(words.casefold()):
        for beginning, of in _KIND_WORDS.items():
            if word.startswith(beginning):
                kinds.update(of)
    return tuple(sorted(kinds))


def _spans(claim: Passage, zone: tzinfo) -> Iterator[Interval]:
    for value in claim.values:
        if value.kind != "date":
            continue
        try:
            if _DAY.fullmatch(value.value):
                yield day_of(date.fromisoformat(value.value), zone)
            elif _MONTH.fullmatch(value.value):
                first = date.fromisoformat(f"{value.value}-01")
                last = first.replace(day=calendar.monthrange(first.year, first.month)[1])
                yield Interval(day_of(first, zone).start, day_of(last, zone).end)
        except (TimeError, ValueError):
            continue


def _places(claim: Passage, watch: Watch) -> tuple[list[Zone], list[Town]]:
    """The zones and towns that the words name: a place of the table of names is every one that shares its row."""
    names = {value.value for value in claim.values if value.kind == "place"}
    rows = watch.naming.place if watch.naming is not None else ()
    names.update(place for row in rows if not names.isdisjoint(row.ids) for place in row.ids)
    zones = [zone for zone in watch.zones if zone.id in names]
    return zones, [town for town in watch.basemap.towns if town.id in names]


def _of_time(table: pa.Table, spans: Sequence[Interval], start: str, end: str) -> npt.NDArray[np.bool_]:
    fits = np.zeros(table.num_rows, dtype=bool)
    for span in spans:
        # What has no length begins where it ends, and is of the day that begins there.
        within = pc.and_(
            pc.less(table[start], pa.scalar(span.end, _TIME)),
            pc.greater_equal(table[end], pa.scalar(span.start, _TIME)),
        )
        fits |= within.to_numpy(zero_copy_only=False)
    return fits


def _is_known_by(table: pa.Table, column: str, as_of: datetime) -> npt.NDArray[np.bool_]:
    is_known: npt.NDArray[np.bool_] = pc.less_equal(table[column], pa.scalar(as_of, _TIME)).to_numpy(
        zero_copy_only=False
    )
    return is_known


def _incidents_beside(
    incidents: pa.Table,
    spans: Sequence[Interval],
    zones: Sequence[Zone],
    towns: Sequence[Town],
    kinds: Sequence[str],
    as_of: datetime,
) -> Iterator[str]:
    if not incidents.num_rows:
        return
    fits = _of_time(incidents, spans, "occurred_start", "occurred_end") & _is_known_by(
        incidents, "first_known_at", as_of
    )
    rows = incidents.filter(pa.array(fits))
    near = _near(rows, towns)
    names = {zone.id for zone in zones}
    columns = ["incident_id", "kind", "kinds", "zones", "zones_at_edge"]
    for is_near, row in zip(near, rows.select(columns).to_pylist(), strict=True):
        is_of_kind = not kinds or not {row["kind"], *row["kinds"]}.isdisjoint(kinds)
        if is_of_kind and (is_near or not names.isdisjoint([*row["zones"], *row["zones_at_edge"]])):
            yield row["incident_id"]


def _observations_beside(
    observations: pa.Table,
    spans: Sequence[Interval],
    zones: Sequence[Zone],
    towns: Sequence[Town],
    kinds: Sequence[str],
    as_of: datetime,
) -> Iterator[str]:
    if not observations.num_rows:
        return
    fits = _of_time(observations, spans, "occurred_start", "occurred_end") & _is_known_by(
        observations, "known_at", as_of
    )
    rows = observations.filter(pa.array(fits))
    inside = _near(rows, towns) | _within(rows, zones)
    for is_inside, row in zip(inside, rows.select(["observation_id", "kind"]).to_pylist(), strict=True):
        if is_inside and (not kinds or row["kind"] in kinds):
            yield row["observation_id"]


def _coordinates(rows: pa.Table) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Longitudes and latitudes, NaN where a row has no place."""
    lon, lat = (rows[name].to_numpy(zero_copy_only=False).astype(float) for name in ("lon", "lat"))
    return lon, lat


def _near(rows: pa.Table, towns: Sequence[Town]) -> npt.NDArray[np.bool_]:
    near = np.zeros(rows.num_rows, dtype=bool)
    if not rows.num_rows or not towns:
        return near
    lon, lat = _coordinates(rows)
    error = np.nan_to_num(rows["semi_major_m"].to_numpy(zero_copy_only=False).astype(float))
    placed = np.isfinite(lon) & np.isfinite(lat)
    for town in towns:
        count = int(placed.sum())
        _, _, metres = wgs84().inv(lon[placed], lat[placed], np.full(count, town.lon), np.full(count, town.lat))
        near[placed] |= np.asarray(metres) <= TOWN_M + error[placed]
    return near


def _within(rows: pa.Table, zones: Sequence[Zone]) -> npt.NDArray[np.bool_]:
    from shapely import contains_xy

    inside = np.zeros(rows.num_rows, dtype=bool)
    if rows.num_rows:
        lon, lat = _coordinates(rows)
        for zone in zones:
            inside |= contains_xy(zone.geometry, lon, lat)
    return inside


def _numbers_beside(
    counters: pa.Table, claim: Passage, spans: Sequence[Interval], zones: Sequence[str], as_of: datetime
) -> list[str]:
    """Reported numbers of that time, of one of these zones or of none, that a number in the words may mean."""
    reaches = [_reach_of(value) for value in claim.values if value.kind == "number" and _is_number(value.value)]
    if not counters.num_rows or not reaches:
        return []
    fits = _of_time(counters, spans, "period_start", "period_end") & _is_known_by(counters, "known_at", as_of)
    for span in spans:  # a period that ends as the day begins is not of that day
        fits &= ~pc.equal(counters["period_end"], pa.scalar(span.start, _TIME)).to_numpy(zero_copy_only=False)
    rows = counters.filter(pa.array(fits)).select(["counter_id", "zone", "value"]).to_pylist()
    return [
        row["counter_id"]
        for row in rows
        if row["zone"] in ("", *zones) and any(low <= row["value"] <= high for low, high in reaches)
    ]


def _reach_of(value: Value) -> tuple[float, float]:
    """From which number to which a reported one may stand beside these words; both ends count."""
    number = float(value.value)
    down, up = _REACHES.get(value.hedge, (1.0, 1.0))
    return number * down, number * up


def _is_number(text: str) -> bool:
    try:
        return bool(np.isfinite(float(text)))
    except ValueError:
        return False
