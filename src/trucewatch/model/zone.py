"""Zones, lines and the ground of the map, as a watch's files give them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from trucewatch.model.times import ALWAYS, NEVER

ZONE_KINDS = ("area", "region", "district", "corridor", "line", "storage", "site")
"""area: the whole theatre; region: what the report counts by; district: where a provision speaks of one; line: the line
of contact; storage and site: small places that a provision names."""

BASEMAP_KINDS = ("land", "water", "boundary", "district", "town")
BOUNDARY_STATUSES = ("state", "disputed", "not_stated")
"""What a line of the basemap is: a state boundary, a disputed line, or a line of whose status the data says nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Zone:
    """A zone or line as valid in `[valid_from, valid_until)`. The same id may come again with another validity."""

    id: str
    kind: str
    names: Mapping[str, str]
    geometry: Any
    """A shapely geometry in lon/lat: Polygon or MultiPolygon, LineString or MultiLineString for kind `line`."""
    provenance: str
    accuracy_m: float
    derived: bool = False
    """Drawn by us from other facts; shown as derived wherever it appears."""
    entered_by: tuple[str, ...] = ()
    """The delegations that entered this course of a line as theirs."""
    follows: str = ""
    """The line along which its edge was drawn: where that line is held back, so is this geometry."""
    valid_from: datetime = ALWAYS
    valid_until: datetime = NEVER


@dataclass(frozen=True, slots=True, kw_only=True)
class Town:
    """A named place. `names` holds all the languages that the watch's files give."""

    id: str
    names: Mapping[str, str]
    lon: float
    lat: float
    rank: int = 3
    """1 the largest; labels of a higher rank yield."""
    population: int = 0
    """Inhabitants, to order labels of one rank by, never to show; 0 where the file does not say."""
    every_name: tuple[str, ...] = ()
    """Every name of its row in the table of names, whoever uses it and whenever: to read by, never to show."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """A place of the sensor register under the names that reports call it by. Private, as the register is."""

    id: str
    names: tuple[str, ...]
    lon: float
    lat: float
    means: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """One piece of the basemap: land, water, a boundary or a district's outline."""

    kind: str
    geometry: Any
    names: Mapping[str, str]
    status: str = "not_stated"
    """Of a boundary: one of `BOUNDARY_STATUSES`, as its data or this watch states it."""
    status_by: str = ""
    """Who gave that status in the place of the data's; empty: the boundary set."""
    line: str = ""
    """Of a boundary: its id in the boundary set, by which a watch marks it."""
    derived: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Basemap:
    """What lies under the signs. The boundary set is named, because whoever draws a boundary takes a view."""

    boundary_set: Mapping[str, str]
    credit: Mapping[str, str]
    ground: tuple[Ground, ...] = ()
    towns: tuple[Town, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Sensor:
    """One entry of the sensor register. Private: it never enters a release."""

    id: str
    means: str
    names: Mapping[str, str]
    lon: float
    lat: float
    range_m: float
    noise: str = ""
    up_from: datetime = ALWAYS
    up_until: datetime = NEVER
    outages: tuple[tuple[datetime, datetime], ...] = ()
    """When it was not working within `[up_from, up_until)`: from, until."""
    notices: Mapping[str, float] = field(default_factory=dict)
    """Kind → the chance that it reports an event of this kind within its range while it is up."""
    false_per_day: float | None = None
    """How many of its reports a day answer to nothing."""
    group: str = ""
    """Devices that share a cause of error (one hill, one mast, one network): their mistakes are not independent."""
    also: tuple[str, ...] = ()
    """Further names under which this one device is delivered: a sensor's, or "SOURCE:SENSOR"."""
    built: datetime = ALWAYS
    """It cannot have been up before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """An announced exercise, work, demolition or window of silence. It exempts only what began after `known_at`, and
    only if it was acknowledged before it began: by the other side, or by the heads of all delegations."""

    id: str
    who: str
    kinds: tuple[str, ...]
    zone: str
    lon: float | None
    lat: float | None
    radius_m: float | None
    start: datetime
    end: datetime
    known_at: datetime
    text: str
    source: str
    row: int
    acknowledged_by: tuple[str, ...] = ()
    """The parties and delegations that acknowledged it before it began."""
