"""Where something is reported to have been → the place as both sides are told it, and the words for it.

No form is finer than a cell of 5 km. A settlement stands for the circle around it that is as large as that cell: it is
told where all of the 95 % ellipse lies in this circle and no other settlement's circle meets it, since the nearest of
several would say more than its name does. Whoever names a settlement is told again by that name.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import numpy as np
import shapely

from trucewatch.geo.ellipse import SIGMA_TO_95
from trucewatch.geo.frame import frame_at, wgs84
from trucewatch.geo.zones import INSIDE, Places, relate_to_zone
from trucewatch.messages import Message
from trucewatch.model.flash import SMALLEST_CELL_M, FlashPlace, FlashRecipient
from trucewatch.model.names import Names, name_in
from trucewatch.model.naming import ALL, SEPARATOR, alphabetical, label
from trucewatch.model.times import NEVER
from trucewatch.model.watch import Watch
from trucewatch.model.zone import Town, Zone
from trucewatch.reports.cells import Cell, cell_of

TOLD_ZONES: Final = ("district", "corridor", "region", "area")
"""Kinds of zones that are told; storage, sites and lines are finer, or none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StatedPlace:
    """Where it is reported to have been: WGS 84 degrees and a one-sigma ellipse, metres and degrees. lon, lat: None
    where no place is known. named: the id of the settlement or zone that a caller named; zones: ids of zones that
    surely hold it, as a list has them. is_origin: whether it is, or may be, the place of a weapon."""

    lon: float | None = None
    lat: float | None = None
    semi_major_m: float = 0.0
    semi_minor_m: float = 0.0
    major_azimuth_deg: float = 0.0
    named: str = ""
    zones: tuple[str, ...] = ()
    is_origin: bool = False


def place_for(watch: Watch, stated: StatedPlace, recipient: FlashRecipient, at: datetime) -> FlashPlace | None:
    """The place as a recipient is told it; None where there is none that may be told. at: which zones are valid."""
    size_m = max(recipient.cell_m, SMALLEST_CELL_M)
    if not stated.is_origin and recipient.place == "settlement":
        town = _named_town(watch, stated) or _lone_town(watch, stated, size_m)
        if town is not None:
            return FlashPlace(form="settlement", id=town.id, size_m=size_m)
    is_cell = not stated.is_origin and recipient.place in ("settlement", "cell")
    if is_cell and stated.lon is not None and stated.lat is not None and _reach_m(stated) <= size_m:
        cell = cell_of(stated.lon, stated.lat, size_m)
        return FlashPlace(form="cell", lon=cell.lon, lat=cell.lat, size_m=size_m)
    return _zone_of(watch, stated, at)


def is_zone_told(zone: Zone) -> bool:
    """Whether a zone is large enough to be told: no smaller than a cell, and no line, storage or site."""
    if zone.kind not in TOLD_ZONES or zone.geometry.is_empty:
        return False
    return zone.kind == "area" or _area_m2(zone) >= SMALLEST_CELL_M**2


def place_message(watch: Watch, place: FlashPlace | None, language: str, at: datetime) -> Message:
    """The place in words, by all its names: the same text for every reader of a language. at: which names are used."""
    if place is None:
        return Message("no place is stated")
    if place.form == "settlement":
        return Message("{settlement} (settlement), or near it", settlement=_town_name(watch, place.id, language, at))
    if place.form == "zone":
        zone = next((each for each in watch.zones if each.id == place.id), None)
        return Message("{zone} (zone)", zone=_name(watch, place.id, zone.names if zone else {}, language, at))
    cell = _cell(place)
    values = {"size": f"{place.size_m / 1000:g}"} | _edges(cell)
    towns = sorted(
        (_town_name(watch, town.id, language, at) for town in _towns_within(watch, place)),
        key=lambda name: alphabetical(name, language),
    )
    if towns:
        return Message(
            "a square of at least {size} km, lat {south} to {north}, lon {west} to {east}, which holds: {settlements}",
            **values,
            settlements=", ".join(towns),
        )
    return Message("a square of at least {size} km, lat {south} to {north}, lon {west} to {east}", **values)


def names_told(watch: Watch, place: FlashPlace | None, at: datetime) -> frozenset[str]:
    """The ids of the places that the words for a place name, or that hold it: what added words may name again."""
    if place is None:
        return frozenset()
    if place.form == "cell":
        return frozenset(town.id for town in _towns_within(watch, place))
    return frozenset((place.id,))


def _named_town(watch: Watch, stated: StatedPlace) -> Town | None:
    return next((town for town in watch.basemap.towns if stated.named and town.id == stated.named), None)


def _lone_town(watch: Watch, stated: StatedPlace, size_m: float) -> Town | None:
    """The nearest settlement, if all of the place lies in its circle and no other's circle meets that."""
    if stated.lon is None or stated.lat is None or not watch.basemap.towns:
        return None
    radius_m = size_m / math.sqrt(math.pi)
    towns = watch.basemap.towns
    far = _metres(stated.lon, stated.lat, towns)
    nearest = int(np.argmin(far))
    if far[nearest] + _reach_m(stated) > radius_m:
        return None
    town = towns[nearest]
    others = np.delete(_metres(town.lon, town.lat, towns), nearest)
    return town if not others.size or others.min() >= 2 * radius_m else None


def _zone_of(watch: Watch, stated: StatedPlace, at: datetime) -> FlashPlace | None:
    """The smallest zone that surely holds it, of those that are large enough to be told."""
    zones = [zone for zone in _valid(watch, at) if is_zone_told(zone)]
    named = [zone for zone in zones if zone.id == stated.named]
    zones_held = named or [zone for zone in zones if _holds(zone, stated)]
    if not zones_held:
        return None
    return FlashPlace(form="zone", id=min(zones_held, key=lambda zone: (_area_m2(zone), zone.id)).id)


def _holds(zone: Zone, stated: StatedPlace) -> bool:
    if stated.lon is None or stated.lat is None:
        return zone.id in stated.zones
    frame = frame_at(round(stated.lon, 3), round(stated.lat, 3))
    x, y = frame.to_metres(np.array([stated.lon]), np.array([stated.lat]))
    axes = (np.array([stated.semi_major_m]), np.array([stated.semi_minor_m]), np.array([stated.major_azimuth_deg]))
    return bool(relate_to_zone(frame, zone.geometry, Places(x, y, *axes), accuracy_m=zone.accuracy_m)[0] == INSIDE)


def _valid(watch: Watch, at: datetime) -> Iterator[Zone]:
    return (zone for zone in watch.zones if zone.valid_from <= at < zone.valid_until or zone.valid_until == NEVER)


def _area_m2(zone: Zone) -> float:
    middle = zone.geometry.centroid
    return float(shapely.area(frame_at(round(middle.x, 3), round(middle.y, 3)).shape_to_metres(zone.geometry)))


def _reach_m(stated: StatedPlace) -> float:
    """How far the 95 % ellipse reaches."""
    return stated.semi_major_m * SIGMA_TO_95


def _metres(lon: float, lat: float, towns: tuple[Town, ...]) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    east, north = np.array([town.lon for town in towns]), np.array([town.lat for town in towns])
    _, _, metres = wgs84().inv(np.full(len(towns), lon), np.full(len(towns), lat), east, north)
    return np.asarray(metres, dtype=np.float64)


def _towns_within(watch: Watch, place: FlashPlace) -> list[Town]:
    cell = _cell(place)
    return [town for town in watch.basemap.towns if _is_within(cell, town)]


def _cell(place: FlashPlace) -> Cell:
    """The cell that a place of that form is. Raises ValueError for another form."""
    if place.lon is None or place.lat is None:
        raise ValueError(f"a place by {place.form} has no middle")
    return cell_of(place.lon, place.lat, place.size_m)


def _edges(cell: Cell) -> dict[str, str]:
    """The sides of a cell as they are read out: outwards to hundredths of a degree, so never finer than the cell. Its
    middle is not told: a point would be taken for where it happened."""

    def least(degrees: float) -> float:
        return math.floor(round(degrees * 100, 6)) / 100

    def most(degrees: float) -> float:
        return math.ceil(round(degrees * 100, 6)) / 100

    return {
        "south": f"{max(least(cell.lat - cell.half_lat), -90.0):.2f}",
        "north": f"{min(most(cell.lat + cell.half_lat), 90.0):.2f}",
        "west": f"{least(cell.lon - cell.half_lon):.2f}",
        "east": f"{most(cell.lon + cell.half_lon):.2f}",
    }


def _is_within(cell: Cell, town: Town) -> bool:
    east = (town.lon - cell.lon + 180.0) % 360.0 - 180.0
    return abs(east) <= cell.half_lon and abs(town.lat - cell.lat) <= cell.half_lat


def _town_name(watch: Watch, town_id: str, language: str, at: datetime) -> str:
    town = next((each for each in watch.basemap.towns if each.id == town_id), None)
    return _name(watch, town_id, town.names if town else {}, language, at)


def _name(watch: Watch, place_id: str, own: Names, language: str, at: datetime) -> str:
    """All the names of a place, in the order of the alphabet: by no policy of a reader, so the same for both sides."""
    row = next((each for each in watch.naming.place if place_id in each.ids), None) if watch.naming else None
    if row is not None:
        day = at.astimezone(watch.zone).date()
        return label(row, ALL, language, day, watch.agreement).text
    name = name_in(own, language, otherwise=place_id)
    return SEPARATOR.join(sorted(name.split(SEPARATOR), key=lambda part: alphabetical(part, language)))
