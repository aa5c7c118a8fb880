"""The address of a page of incidents → which of them it shows. Whatever a hand-made address says that is not known is
named."""

from __future__ import annotations

import base64
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
from trucewatch.model.observation import KINDS, MEANS
from trucewatch.model.outcomes import HELD, OUTCOMES
from trucewatch.model.times import minute, read_time
from trucewatch.server.snapshot import Bools, Ints, Snapshot

NEAR_M: Final = 15_000.0
"""How far from a place that was searched an incident is still shown."""
MOST_TEXT: Final = 200
MOST_PAIRS: Final = 500
"""Pairs of an address that are read; a form of this page sends fewer."""
FIRST_YEAR, LAST_YEAR = 1900, 2200


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
    unknown: tuple[str, ...] = field(default=())
    """What the address says that means nothing here."""

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
        texts += [("q", self.place), ("sel", self.selected)]
        return several + times + [(name, text) for name, text in texts if text]

    def changed(self, **parts: object) -> Chosen:
        """The same view with some parts changed."""
        return replace(self, **parts)  # type: ignore[arg-type]

    def address(self, **changed: object) -> str:
        """The address of this view with some parts changed: `view.address(begin=None, until=None)`."""
        text = urlencode(self.changed(**changed).pairs())
        return f"/watch?{text}" if text else "/watch"


def read_chosen(query: Sequence[tuple[str, str]], snapshot: Snapshot) -> Chosen:
    """The view that an address names; never fails."""
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
    texts = {"q": "", "sel": ""}
    for name, raw in query:
        value = raw.strip()
        if not value or name == "lang":
            continue
        if name in allowed and value in allowed[name]:
            if value not in lists[name]:
                lists[name].append(value)
        elif name in ("from", "to"):
            moment = _time_of(value)
            if moment is None:
                unknown.append(f"{name}={value[:60]}")
            else:
                times[name] = moment
        elif name in texts and len(value) <= MOST_TEXT and value.isprintable():
            texts[name] = value
        else:
            unknown.append(f"{name[:20]}={value[:60]}")
    begin, until = times.get("from"), times.get("to")
    if begin and until and until <= begin:
        unknown.append(f"to={minute(until)}")
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
        unknown=tuple(unknown),
    )


def _time_of(text: str) -> datetime | None:
    """A time of an address; None for what is none, or of a year of which no watch speaks: a page over a thousand years
    has nothing to show."""
    try:
        moment = read_time(text[:60])
    except TimeError:
        return None
    return moment if FIRST_YEAR <= moment.year <= LAST_YEAR else None


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


def near_place(snapshot: Snapshot, text: str) -> Bools | None:
    """Which incidents are near a town or in a zone of this name, in any language and script, or near a place as people
    write it; None if it names none."""
    wanted = folded(text)
    towns = [
        town for town in snapshot.watch.basemap.towns if _is_named((*town.names.values(), *town.every_name), wanted)
    ]
    zones = {zone.id for zone in snapshot.watch.zones if _is_named(zone.names.values(), wanted)}
    points = [(town.lon, town.lat) for town in towns]
    if not points and not zones:
        try:
            place = read_place(text, snapshot.watch.basemap.towns)
        except PlaceError:
            return None
        points = [(place.lon, place.lat)]
    mask = np.zeros(snapshot.rows, dtype=np.bool_)
    for zone in zones & set(snapshot.zones):
        mask |= snapshot.zones[zone]
    for lon, lat in points:
        mask |= _metres_from(snapshot.lon, snapshot.lat, lon, lat) <= NEAR_M
    return mask


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
