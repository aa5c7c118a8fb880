"""The address of a page of incidents → which of them it shows. Whatever a hand-made address says that is not known is
named."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final
from urllib.parse import urlencode

import numpy as np
import numpy.typing as npt

from trucewatch.errors import PlaceError, TimeError
from trucewatch.geo.degrees import EARTH_RADIUS_M
from trucewatch.geo.place_text import folded, read_place
from trucewatch.locale import words
from trucewatch.messages import Message
from trucewatch.model.observation import KINDS, MEANS
from trucewatch.model.outcomes import HELD, OUTCOMES
from trucewatch.model.times import minute
from trucewatch.server.snapshot import Bools, Ints, Snapshot
from trucewatch.server.time_fields import TimeForm

NEAR_M: Final = 15_000.0
"""How far from a place that was searched an incident is still shown."""
MOST_TEXT: Final = 200
MOST_MARKED: Final = 20
"""Places of one search that the map marks."""
MOST_PAIRS: Final = 500
"""Pairs of an address that are read; a form of this page sends fewer."""
MOST_MAP_ZOOM: Final = 22
MOST_MAP_LAT: Final = 85
"""What a map in Web Mercator can show; `web/src/map/map_address.ts` reads the same form."""
MOST_SPOKEN_OF: Final = 5
_STANDING: Final = re.compile(
    r"([0-9]{1,2}(?:\.[0-9]{1,2})?)/(-?[0-9]{1,2}(?:\.[0-9]{1,5})?)/(-?[0-9]{1,3}(?:\.[0-9]{1,5})?)"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """Filters, time and chosen incident, as the address names them. Empty means: no limit."""

    means: tuple[str, ...] = ()
    kind: tuple[str, ...] = ()
    zone: tuple[str, ...] = ()
    outcome: tuple[str, ...] = ()
    reason: tuple[str, ...] = ()
    """Words for why an outcome is held back; beside `outcome`, of which either is enough."""
    grave: str = ""
    sim: str = ""
    begin: datetime | None = None
    until: datetime | None = None
    place: str = ""
    period: str = ""
    selected: str = ""
    map: str = ""
    """Where the map stands, `ZOOM/LAT/LON`: no filter, but kept with them."""
    unknown: tuple[str, ...] = field(default=())
    """What the address says that means nothing here."""
    refused: Mapping[str, tuple[str, Message]] = field(default_factory=dict)
    """Of `from` and `to`: what was typed there that is no time, and why."""

    @property
    def is_filtered(self) -> bool:
        return bool(
            (self.means or self.kind or self.zone or self.outcome or self.reason)
            or (self.grave or self.sim or self.place or self.period)
        )

    def pairs(self) -> list[tuple[str, str]]:
        """The same as the pairs of an address, without what is not known."""
        names = ("means", "kind", "zone", "outcome", "reason")
        several = [(name, value) for name in names for value in getattr(self, name)]
        times = [(name, minute(moment)) for name, moment in (("from", self.begin), ("to", self.until)) if moment]
        texts = [(name, getattr(self, name)) for name in ("grave", "sim", "period")]
        texts += [("q", self.place), ("sel", self.selected), ("map", self.map)]
        return several + times + [(name, text) for name, text in texts if text]

    def changed(self, **parts: object) -> Chosen:
        """The same view with some parts changed."""
        return replace(self, **parts)  # type: ignore[arg-type]

    def address(self, **changed: object) -> str:
        """The address of this view with some parts changed: `view.address(begin=None, until=None)`."""
        text = urlencode(self.changed(**changed).pairs(), safe="/")
        return f"/watch?{text}" if text else "/watch"


def read_chosen(query: Sequence[tuple[str, str]], snapshot: Snapshot, time_form: TimeForm | None = None) -> Chosen:
    """The view that an address names, its times as people type them or as addresses write them; never fails.

    time_form: of who typed; without one nobody did, and what is no time is told in English, with an hour of the watch.
    """
    time_form = time_form or TimeForm(words("en"), snapshot.watch.zone, snapshot.as_of)
    unknown: list[str] = []
    allowed: Mapping[str, Sequence[str]] = {
        "means": MEANS,
        "kind": KINDS,
        "outcome": OUTCOMES,
        "reason": HELD,
        "grave": ("only",),
        "zone": [zone.id for zone in snapshot.watch.zones],
        "sim": ("hide", "only"),
        "period": tuple(snapshot.periods),
    }
    lists: dict[str, list[str]] = {name: [] for name in allowed}
    query = query[:MOST_PAIRS]
    times: dict[str, datetime] = {}
    refused: dict[str, tuple[str, Message]] = {}
    texts = {"q": "", "sel": "", "map": ""}
    for name, raw in query:
        value = raw.strip()
        if not value or name == "lang":
            continue
        if name in allowed and value in allowed[name]:
            if value not in lists[name]:
                lists[name].append(value)
        elif name in ("from", "to"):
            try:
                times[name] = time_form.read_moment(value, is_end=name == "to")
            except TimeError as exc:
                refused[name] = (value[:MOST_TEXT], exc.message)
        elif name == "map" and not _is_standing(value):
            unknown.append(f"map={value[:60]}")
        elif name in texts and len(value) <= MOST_TEXT and value.isprintable():
            texts[name] = value
        else:
            unknown.append(f"{name[:20]}={value[:60]}")
    begin, until = times.get("from"), times.get("to")
    if begin and until and until <= begin:
        typed = time_form.write_moment(until)
        refused["to"] = (typed, Message('"{text}" is not after the time before it; write a later one', text=typed))
        until = None
    selected = texts["sel"]
    if selected and snapshot.row_beginning(selected) is None:
        unknown.append(f"sel={selected[:60]}")
        selected = ""
    return Chosen(
        means=tuple(lists["means"]),
        kind=tuple(lists["kind"]),
        zone=tuple(lists["zone"]),
        outcome=tuple(lists["outcome"]),
        reason=tuple(lists["reason"]),
        grave=(lists["grave"] or [""])[0],
        sim=(lists["sim"] or [""])[0],
        begin=begin,
        until=until,
        place=texts["q"],
        period=(lists["period"] or [""])[0],
        selected=selected,
        map=texts["map"],
        unknown=tuple(unknown),
        refused=refused,
    )


def _is_standing(text: str) -> bool:
    """Whether it says where a map stands: zoom, latitude and longitude, each as the map writes it."""
    match = _STANDING.fullmatch(text)
    if match is None:
        return False
    zoom, lat, lon = (float(number) for number in match.groups())
    return zoom <= MOST_MAP_ZOOM and abs(lat) <= MOST_MAP_LAT and abs(lon) <= 180


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """Which rows of a snapshot a view shows."""

    chosen: Chosen
    mask: Bools
    rows: Ints
    """Newest first."""
    outcome_counts: tuple[int, ...]
    """By outcome, with every filter but that of the outcome: what each outcome's button would add."""
    reason_counts: tuple[int, ...]
    """The same of what is held back, by the word for why."""
    is_place_unknown: bool
    """Whether a place was searched that the watch does not know."""

    def bitmap(self) -> str:
        """Base64; bit n, the least first, tells of row n."""
        return base64.b64encode(np.packbits(self.mask, bitorder="little").tobytes()).decode()


def show(snapshot: Snapshot, chosen: Chosen) -> Shown:
    """The rows that pass every filter; within one filter any of its values does."""
    masks = filter_masks(snapshot, chosen)
    assessed = masks.pop("outcome", None)
    mask = passing(snapshot, masks.values())
    counts = np.bincount(snapshot.outcome[mask], minlength=len(OUTCOMES))
    reason_counts = np.bincount(snapshot.held_back[mask & (snapshot.held_back >= 0)], minlength=len(HELD))
    if assessed is not None:
        mask &= assessed
    return Shown(
        chosen=chosen,
        mask=mask,
        rows=np.flatnonzero(mask),
        outcome_counts=tuple(int(count) for count in counts),
        reason_counts=tuple(int(count) for count in reason_counts),
        is_place_unknown=bool(chosen.place) and near_place(snapshot, chosen.place) is None,
    )


def filter_masks(snapshot: Snapshot, chosen: Chosen) -> dict[str, Bools]:
    """Which rows pass each filter that is chosen, by its name; within one filter any of its values does. `outcome` is
    that of assessments and of why one is held back together, `time` that of begin and end."""
    masks: dict[str, Bools] = {}
    if chosen.kind:
        masks["kind"] = np.isin(snapshot.kind, [KINDS.index(kind) for kind in chosen.kind])
    if chosen.sim:
        masks["sim"] = snapshot.simulated == (chosen.sim == "only")
    if chosen.grave:
        masks["grave"] = snapshot.grave
    if chosen.period:
        masks["period"] = snapshot.period == chosen.period
    if chosen.begin or chosen.until:
        time = np.ones(snapshot.rows, dtype=np.bool_)
        if chosen.begin:
            time &= np.maximum(snapshot.end_s, snapshot.start_s) >= int(chosen.begin.timestamp())
        if chosen.until:
            time &= snapshot.start_s < int(chosen.until.timestamp())
        masks["time"] = time
    nothing = np.zeros(snapshot.rows, dtype=np.bool_)
    for name, values, columns in (("means", chosen.means, snapshot.means), ("zone", chosen.zone, snapshot.zones)):
        if values:
            masks[name] = np.logical_or.reduce([nothing, *(columns[value] for value in values if value in columns)])
    if chosen.place:
        near = near_place(snapshot, chosen.place)
        masks["place"] = nothing if near is None else near
    if chosen.outcome or chosen.reason:
        masks["outcome"] = np.isin(snapshot.outcome, [OUTCOMES.index(outcome) for outcome in chosen.outcome]) | np.isin(
            snapshot.held_back, [HELD.index(word) for word in chosen.reason]
        )
    return masks


def passing(snapshot: Snapshot, masks: Iterable[Bools]) -> Bools:
    """Which rows pass all of these."""
    mask = np.ones(snapshot.rows, dtype=np.bool_)
    for each in masks:
        mask &= each
    return mask


@dataclass(frozen=True, slots=True)
class Located:
    """What a searched text names: points of longitude and latitude, and zones."""

    points: tuple[tuple[float, float], ...]
    zones: frozenset[str]

    def corners(self, snapshot: Snapshot) -> str:
        """What the map goes to, as `lon,lat lon,lat …`: the points, or the middles of the zones."""
        middles = [zone.geometry.representative_point() for zone in snapshot.watch.zones if zone.id in self.zones]
        points = self.points or tuple((middle.x, middle.y) for middle in middles)
        return " ".join(f"{lon:.5f},{lat:.5f}" for lon, lat in points[:MOST_MARKED])


def located(snapshot: Snapshot, text: str) -> Located | None:
    """The towns and zones of this name, in any language and script, or a place as people write it; None if it names
    none."""
    wanted = folded(text)
    towns = [
        town for town in snapshot.watch.basemap.towns if _is_named((*town.names.values(), *town.every_name), wanted)
    ]
    zones = frozenset(zone.id for zone in snapshot.watch.zones if _is_named(zone.names.values(), wanted))
    points = tuple((town.lon, town.lat) for town in towns)
    if not points and not zones:
        try:
            place = read_place(text, snapshot.watch.basemap.towns)
        except PlaceError:
            return None
        points = ((place.lon, place.lat),)
    return Located(points, zones)


def near_place(snapshot: Snapshot, text: str) -> Bools | None:
    """Which incidents are near a town or in a zone of this name, or near a place as people write it; None if it names
    none."""
    place = located(snapshot, text)
    if place is None:
        return None
    mask = np.zeros(snapshot.rows, dtype=np.bool_)
    for zone in place.zones & set(snapshot.zones):
        mask |= snapshot.zones[zone]
    for lon, lat in place.points:
        mask |= _metres_from(snapshot.lon, snapshot.lat, lon, lat) <= NEAR_M
    return mask


def towns_spoken_of(snapshot: Snapshot) -> frozenset[str]:
    """The towns by which the most incidents' places are told ("2 km NE of TOWN"): a few, so that they stand out."""
    towns = sorted(snapshot.watch.basemap.towns, key=lambda town: town.id)
    is_placed = np.isfinite(snapshot.lon) & np.isfinite(snapshot.lat)
    lons, lats = snapshot.lon[is_placed], snapshot.lat[is_placed]
    if not towns or not len(lons):
        return frozenset()
    nearest, least = np.zeros(len(lons), np.int64), np.full(len(lons), np.inf)
    for number, town in enumerate(towns):
        metres = _metres_from(lons, lats, town.lon, town.lat)
        is_nearer = metres < least
        nearest[is_nearer], least[is_nearer] = number, metres[is_nearer]
    counts = np.bincount(nearest, minlength=len(towns))
    most = np.argsort(-counts, kind="stable")[:MOST_SPOKEN_OF]
    return frozenset(towns[number].id for number in most if counts[number])


def names_like(snapshot: Snapshot, text: str, most: int = 8) -> list[Mapping[str, str]]:
    """Names of towns and zones that hold this text, for suggestions."""
    wanted = folded(text)
    places = [town.names for town in snapshot.watch.basemap.towns] + [zone.names for zone in snapshot.watch.zones]
    return [names for names in places if wanted and _is_named(names.values(), wanted)][:most]


def _is_named(names: Iterable[str], wanted: str) -> bool:
    return bool(wanted) and any(wanted in folded(name) for name in names)


def _metres_from(
    lons: npt.NDArray[np.float64], lats: npt.NDArray[np.float64], lon: float, lat: float
) -> npt.NDArray[np.float64]:
    """Metres on a sphere, near enough to choose what is near; NaN where there is no place."""
    along = np.radians(lons - lon) * np.cos(np.radians((lats + lat) / 2))
    return np.asarray(np.hypot(along, np.radians(lats - lat)) * EARTH_RADIUS_M)
