"""The header of an archive's table → which column is what. Said to the person who asks; refused where nothing fits."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Final

from trucewatch.errors import UnreadableInput
from trucewatch.messages import Message
from trucewatch.sources import firms
from trucewatch.sources.columns import names_shown
from trucewatch.sources.table import fold

NAMES: Final[Mapping[str, tuple[str, ...]]] = {
    "lon": ("lon", "longitude", "long", "lng", "lon_deg", "x"),
    "lat": ("lat", "latitude", "lat_deg", "y"),
    "start": (
        "occurred_start",
        "start",
        "start_time",
        "time",
        "timestamp",
        "datetime",
        "date_time",
        "event_time",
        "acq_datetime",
        "observed_at",
        "utc",
    ),
    "end": ("occurred_end", "end", "end_time"),
    "id": ("observation_id", "id", "event_id", "event_id_cnty", "fire_id", "globaleventid"),
    "kind": ("kind", "event_type", "type_of_event"),
    "means": ("means",),
    "source": ("source", "network", "provider"),
    "sensor": ("sensor", "device", "station", "instrument_id"),
    "claimed_by": ("claimed_by",),
    "text": ("text",),
    "simulated": ("simulated",),
    "semi_major_m": ("semi_major_m", "sd_m", "sigma_m", "place_sd_m"),
    "semi_minor_m": ("semi_minor_m",),
    "major_azimuth_deg": ("major_azimuth_deg",),
    "time_sd_s": ("time_sd_s",),
    "observer_lon": ("observer_lon",),
    "observer_lat": ("observer_lat",),
    "bearing_deg": ("bearing_deg",),
    "bearing_sd_deg": ("bearing_sd_deg",),
    "range_m": ("range_m",),
    "range_sd_m": ("range_sd_m",),
    "rank": ("product_rank",),
    "known": ("known_at",),
}
"""What we need → the names by which it is known, the surest first."""
GEOMETRY: Final = ("geometry", "geom", "wkb_geometry")
_WORDS: Final = {"lon": Message("the longitude"), "lat": Message("the latitude"), "start": Message("the time")}


@dataclass(frozen=True, slots=True)
class Layout:
    """columns: what → the input's own name of it. form: plain or firms. unread: columns that nothing needs."""

    columns: Mapping[str, str]
    form: str
    unread: tuple[str, ...]

    @property
    def has_our_ids(self) -> bool:
        return fold(self.columns.get("id", "")) == "observation_id"

    def sentence(self) -> str:
        """What is read as what."""
        if self.form == "firms":
            return "read as a FIRMS delivery"
        names = [name if name == what else f"{what} = {name}" for what, name in self.columns.items()]
        unread = f"; not needed: {', '.join(self.unread[:12])}{', …' if len(self.unread) > 12 else ''}"
        return f"read as {', '.join(names)}{unread if self.unread else ''}"


def detect_places(header: Sequence[str]) -> Mapping[str, str]:
    """The columns of places alone: lon and lat, or geometry. Raises UnreadableInput."""
    by_key = _by_key(header)
    columns = {what: name for what, name in _columns_of(by_key).items() if what in ("lon", "lat", "geometry")}
    missing = [what for what in ("lon", "lat") if what not in columns and "geometry" not in columns]
    if missing:
        raise UnreadableInput(_missing_sentence(missing, by_key))
    return columns


def _columns_of(by_key: Mapping[str, str]) -> dict[str, str]:
    columns = {}
    for what, aliases in NAMES.items():
        column = next((by_key[alias] for alias in aliases if alias in by_key), None)
        if column is not None:
            columns[what] = column
    if "lon" not in columns and "lat" not in columns:
        geometry = next((by_key[alias] for alias in GEOMETRY if alias in by_key), None)
        if geometry is not None:
            columns["geometry"] = geometry
    return columns


def _by_key(header: Sequence[str]) -> dict[str, str]:
    by_key: dict[str, str] = {}
    for name in header:
        key = fold(name).replace(" ", "_").replace("-", "_")
        if key and key in by_key:
            raise UnreadableInput(Message('the header names the column "{name}" twice; rename one of them', name=name))
        by_key[key] = name
    return by_key


def detect_layout(header: Sequence[str]) -> Layout:
    """Which column is what. Raises UnreadableInput, with the nearest names, where place or time cannot be found."""
    by_key = _by_key(header)
    if set(firms.REQUIRED) <= set(by_key):
        used = [*firms.REQUIRED, *(key for key in ("instrument", "simulated") if key in by_key)]
        columns = {key: by_key[key] for key in used}
        return Layout(columns, "firms", tuple(name for key, name in by_key.items() if key not in used))
    columns = _columns_of(by_key)
    sighted = {"observer_lon", "observer_lat", "bearing_deg"} <= set(columns)
    needed = ["start"] if "geometry" in columns or sighted else ["lon", "lat", "start"]
    missing = [what for what in needed if what not in columns]
    if missing:
        raise UnreadableInput(_missing_sentence(missing, by_key))
    unread = tuple(name for name in header if name not in columns.values())
    return Layout(columns, "plain", unread)


def _missing_sentence(missing: Sequence[str], by_key: Mapping[str, str]) -> Message:
    reasons = []
    for what in missing:
        near = [
            by_key[key]
            for key in by_key
            if difflib.get_close_matches(key, NAMES[what], n=1, cutoff=0.6)
            or any(alias in key for alias in NAMES[what][:2])
        ]
        first, second, third = NAMES[what][:3]
        hint = (
            Message('is it "{near}"? then call it {name}', near=near[0], name=first)
            if near
            else Message("call it {first} or {second} or {third}", first=first, second=second, third=third)
        )
        reasons.append(Message("no column is {what} ({hint})", what=_WORDS[what], hint=hint))
    return Message("{why}. It has: {has}", why=joined(reasons), has=names_shown(list(by_key.values())))


def joined(reasons: Sequence[Message]) -> Message:
    """Several reasons, at least one, in one sentence."""
    return reduce(lambda before, after: Message("{before}; {after}", before=before, after=after), reasons)
