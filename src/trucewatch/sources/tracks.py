"""Tracks of patrols and vehicles (GPX, CSV) → track points, kept for coverage: no observation, and nothing that leaves.

A point is taken with its own time alone. What no vehicle can do is refused point by point: times that run backwards,
one moment at two places, a jump faster than MOST_MPS.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta, tzinfo
from math import asin, cos, radians, sin, sqrt
from pathlib import Path
from typing import Any, Final

import pyarrow as pa

from trucewatch.errors import RowFault, TrucewatchError
from trucewatch.geo.degrees import EARTH_RADIUS_M
from trucewatch.messages import Amount, Message
from trucewatch.model.batch import Batch, Origin, ReadingContext, SourceCard
from trucewatch.model.ids import short_id
from trucewatch.model.times import zone_named
from trucewatch.model.track import TRACK_SCHEMA
from trucewatch.model.watch import SourceSetting
from trucewatch.sources.columns import (
    Faults,
    nearest,
    quote_cell,
    read_flag,
    read_number,
    reason_of,
    rejected_file,
    rejected_rows,
    require_columns,
    swapped_fault,
)
from trucewatch.sources.stream import kind_of
from trucewatch.sources.table import Chunk, Table, fold
from trucewatch.sources.written_times import DATE_ORDERS, read_span

CARD: Final = SourceCard(
    adapter="tracks",
    title=Message("Tracks of patrols and vehicles (GPX, CSV): kept for coverage, no events"),
    owner=Message("whose patrol or vehicle it was; name them as organisation in watch.toml"),
    delay=timedelta(0),
    delay_words=Message("a track is known when it comes"),
    licence=Message("the centre's own; a track never leaves, in no release and to no recipient"),
    blind_spots=Message("where the receiver was, not what was seen from there; hills and jamming leave gaps"),
    reads=Message("GPX 1.0 and 1.1, or a table with a time, a latitude and a longitude in each row"),
)
VERSION: Final = 1

MOST_MPS: Final = 100.0
"""360 km/h, which is more than any car or helicopter of a patrol does."""
SLACK_M: Final = 100.0
"""What a fix may be off beside that: two points of a second's distance are no jump."""
FOUND_AGAIN: Final = 3
"""So many points after a jump that agree with each other are where it is now: from there on it is another track."""

COLUMNS: Final[Mapping[str, tuple[str, ...]]] = {
    "at": ("at", "time", "timestamp", "datetime", "date_time", "utc", "time_utc", "date and time"),
    "lat": ("lat", "latitude"),
    "lon": ("lon", "lng", "long", "longitude"),
    "altitude_m": ("altitude_m", "altitude", "alt", "ele", "elevation", "height"),
    "accuracy_m": ("accuracy_m", "accuracy", "horizontal_accuracy"),
    "platform": ("platform", "vehicle", "patrol", "device", "callsign"),
    "track": ("track", "track_id", "trip"),
    "simulated": ("simulated",),
}
"""What a row may say, and the headers by which a table says it without a mapping."""
LIMITS: Final = {
    "lon": (-180.0, 180.0),
    "lat": (-90.0, 90.0),
    "altitude_m": (-500.0, 30_000.0),
    "accuracy_m": (0.0, 100_000.0),
}


def read(path: Path, origin: Origin, setting: SourceSetting, context: ReadingContext) -> Iterator[Batch]:
    """The points of a file as `Batch.tracks`. A GPX point is known by its number in the file, a table's by its line."""
    faults = setting_faults(setting)
    if faults:
        yield rejected_file(origin, Message("watch.toml, source {source}: {why}", source=setting.id, why=faults[0]))
        return
    try:
        points = Points(setting, origin, context)
        if kind_of(path) == "gpx":
            from trucewatch.sources.gpx_points import gpx_batches

            yield from gpx_batches(path, points, origin)
        else:
            yield from _table_batches(Table(path), points, origin, setting)
    except TrucewatchError as fault:
        yield rejected_file(origin, fault.message)


def setting_faults(setting: SourceSetting) -> tuple[Message, ...]:
    """What is wrong with this source's entry, before any file is read."""
    faults = [
        Message("columns.{name} is not known; {hint}", name=target, hint=nearest(target, (*COLUMNS, "date_order")))
        for target in setting.columns
        if target not in COLUMNS and target != "date_order"
    ]
    constant = setting.columns.get("date_order", "=mdy").removeprefix("=")
    if constant not in DATE_ORDERS:
        faults.append(Message('columns.date_order is {value}; write "=mdy" or "=dmy"', value=quote_cell(constant)))
    return tuple(faults)


class _Track:
    """One track as far as it was taken, and the points after a jump that wait to agree."""

    __slots__ = ("astray", "at", "lat", "lon", "track_id")

    def __init__(self) -> None:
        self.track_id = ""
        self.at = datetime.min.replace(tzinfo=UTC)
        self.lon = self.lat = 0.0
        self.astray: list[tuple[datetime, float, float]] = []


class Points:
    """Points of one file, taken one after the other. Raises RowFault for one that cannot be."""

    def __init__(self, setting: SourceSetting, origin: Origin, context: ReadingContext) -> None:
        self._setting, self._origin, self._area = setting, origin, context.area
        self._zone: tzinfo | None = zone_named(setting.time_zone) if setting.time_zone else None
        self._date_order = setting.columns.get("date_order", "").removeprefix("=")
        self._tracks: dict[tuple[str, str], _Track] = {}
        self.rows: list[tuple[Any, ...]] = []
        self._constants = {
            target: named[1:]
            for target, named in setting.columns.items()
            if named.startswith("=") and target in COLUMNS
        }

    def take(self, row: int, cells: Mapping[str, str], track: str = "") -> None:
        """One point, by the texts of COLUMNS."""
        if self._constants:
            cells = {**cells, **self._constants}
        at = self._time(cells.get("at", ""))
        lon, lat = self._number("lon", cells.get("lon", "")), self._number("lat", cells.get("lat", ""))
        altitude, accuracy = (
            self._number(name, text) if (text := cells.get(name, "")) else None for name in ("altitude_m", "accuracy_m")
        )
        if self._is_swapped(lon, lat):
            raise RowFault(swapped_fault(lon, lat))
        if lon == 0.0 and lat == 0.0:
            raise RowFault(Message("the place is 0, 0, which a receiver writes before it knows; leave the point out"))
        simulated = read_flag("simulated", cells.get("simulated", "")) or self._setting.simulated
        platform = cells.get("platform", "")
        track_id = self._track_of(platform, cells.get("track", "") or track, at, lon, lat)
        self.rows.append((track_id, platform, at, lon, lat, altitude, accuracy, simulated, row))

    def table(self) -> pa.Table:
        """What was taken since the last time, with TRACK_SCHEMA."""
        rows, self.rows = self.rows, []
        if not rows:
            return TRACK_SCHEMA.empty_table()
        names = ("track_id", "platform", "at", "lon", "lat", "altitude_m", "accuracy_m", "simulated", "evidence_row")
        columns = dict(zip(names, zip(*rows, strict=True), strict=True))
        arrays = [
            pa.array(columns[field.name], field.type)
            if field.name in columns
            else pa.repeat(
                pa.scalar(self._setting.id if field.name == "source" else self._origin.evidence_sha256), len(rows)
            )
            for field in TRACK_SCHEMA
        ]
        return pa.Table.from_arrays(arrays, schema=TRACK_SCHEMA)

    def _is_swapped(self, lon: float, lat: float) -> bool:
        west, south, east, north = self._area
        is_inside = west <= lon <= east and south <= lat <= north
        return not is_inside and west <= lat <= east and south <= lon <= north

    def _time(self, text: str) -> datetime:
        if not text:
            raise RowFault(Message("the point has no time; only points with their own time are taken"))
        try:
            at = datetime.fromisoformat(text)
            if len(text) < 16 or at.tzinfo is None:
                raise ValueError(text)
        except ValueError:
            span = read_span(text, zone=self._zone, date_order=self._date_order)
            if span.start != span.end:
                raise RowFault(
                    Message("{value} is a day and no moment; give each point its time", value=quote_cell(text))
                ) from None
            at = span.start
        try:
            at = at.astimezone(UTC)
        except OverflowError as exc:
            raise RowFault(Message("{value} is no time; correct it", value=quote_cell(text))) from exc
        return at

    def _number(self, name: str, text: str) -> float:
        low, high = LIMITS[name]
        return read_number(name, text, low, high, decimal_comma=self._setting.decimal_comma)

    def _track_of(self, platform: str, name: str, at: datetime, lon: float, lat: float) -> str:
        """The track that a point goes on; raises RowFault where it cannot."""
        track = self._tracks.get((platform, name))
        if track is None:
            track = self._tracks.setdefault((platform, name), _Track())
        elif track.track_id:
            _check_order(track, at, lon, lat)
            if _is_jump(track.at, track.lon, track.lat, at, lon, lat):
                self._astray(track, at, lon, lat)
        if not track.track_id:
            track.track_id = short_id("t", self._setting.id, platform, name, at.isoformat(), f"{lon:.7f} {lat:.7f}")
        track.at, track.lon, track.lat = at, lon, lat
        track.astray.clear()
        return track.track_id

    def _astray(self, track: _Track, at: datetime, lon: float, lat: float) -> None:
        """A point after a jump: refused, until so many agree with each other that it begins a new track."""
        if track.astray and (at <= track.astray[-1][0] or _is_jump(*track.astray[-1], at, lon, lat)):
            track.astray.clear()
        if len(track.astray) >= FOUND_AGAIN:
            track.track_id = ""
            return
        track.astray.append((at, lon, lat))
        raise RowFault(
            Message(
                "the point lies {metres} m from the one before it, {seconds} s later, which is faster than {most} "
                "km/h; leave it out, or correct its time",
                metres=Amount(round(metres_between(track.lon, track.lat, lon, lat))),
                seconds=Amount(round((at - track.at).total_seconds())),
                most=round(MOST_MPS * 3.6),
            )
        )


def _check_order(track: _Track, at: datetime, lon: float, lat: float) -> None:
    if at < track.at:
        raise RowFault(
            Message(
                "the point is earlier than the one before it ({before}): the track runs backwards; sort its points by "
                "time",
                before=track.at.strftime("%Y-%m-%dT%H:%M:%SZ"),
            )
        )
    if at == track.at:
        raise RowFault(
            Message("the point stands twice; leave one of them out")
            if (lon, lat) == (track.lon, track.lat)
            else Message("the point before it has the same time and another place; leave out the one that is wrong")
        )


def _is_jump(at: datetime, lon: float, lat: float, next_at: datetime, next_lon: float, next_lat: float) -> bool:
    reach_m = MOST_MPS * (next_at - at).total_seconds() + SLACK_M
    return metres_between(lon, lat, next_lon, next_lat) > reach_m


def metres_between(lon: float, lat: float, other_lon: float, other_lat: float) -> float:
    """Along the great circle of a sphere, metres: 0.6 % from the ellipsoid at most, which a bound on speed can bear."""
    first, second = radians(lat), radians(other_lat)
    half = sin((second - first) / 2) ** 2 + cos(first) * cos(second) * sin(radians(other_lon - lon) / 2) ** 2
    return 2 * EARTH_RADIUS_M * asin(min(sqrt(half), 1.0))


def _is_constant(setting: SourceSetting, target: str) -> bool:
    return setting.columns.get(target, "").startswith("=")


def _table_batches(table: Table, points: Points, origin: Origin, setting: SourceSetting) -> Iterator[Batch]:
    headers = _headers(table.keys, setting)
    for chunk in table.chunks():
        faults = Faults(len(chunk))
        for index, (line, cells) in enumerate(_rows(chunk, headers)):
            try:
                points.take(line, cells)
            except ValueError as exc:  # RowFault and TimeError are ValueErrors too
                faults.reasons[index] = reason_of(exc)
        yield Batch(tracks=points.table(), rejected=rejected_rows(chunk, faults, origin))


def _headers(present: Sequence[str], setting: SourceSetting) -> dict[str, str]:
    """What a point says → the folded header that says it. Raises UnreadableInput."""
    mapped = {
        target: fold(named)
        for target, named in setting.columns.items()
        if target in COLUMNS and not named.startswith("=")
    }
    require_columns(
        dict.fromkeys(mapped.values()),
        present,
        hint=Message("watch.toml maps it for the source {source}", source=setting.id),
    )
    for target, names in COLUMNS.items():
        known = next((name for name in names if name in present and name not in mapped.values()), None)
        if target not in mapped and known is not None and not _is_constant(setting, target):
            mapped[target] = known
    missing = [target for target in ("at", "lat", "lon") if target not in mapped]
    require_columns(
        [COLUMNS[target][1 if target == "at" else 0] for target in missing],
        present,
        hint=Message("a track needs a time, a latitude and a longitude in each row"),
    )
    return mapped


def _rows(chunk: Chunk, headers: Mapping[str, str]) -> Iterable[tuple[int, dict[str, str]]]:
    names = list(headers)
    cells = [chunk.columns[headers[name]].to_pylist() for name in names]
    for line, row in zip(chunk.lines.tolist(), zip(*cells, strict=True), strict=True):
        yield line, dict(zip(names, row, strict=True))
