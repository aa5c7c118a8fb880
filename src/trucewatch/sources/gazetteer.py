"""The names of a watch → places: zones, towns, posts of the sensor register, the rows of names.toml, in every language.

A gazetteer is made once for a watch and holds nothing that changes with the clock.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from operator import is_
from typing import Final, Literal

import shapely

from trucewatch.errors import PlaceError
from trucewatch.geo.degrees import METRES_PER_DEGREE
from trucewatch.geo.place_text import TOWN_SD_M, folded
from trucewatch.messages import Message
from trucewatch.model.names import name_in
from trucewatch.model.watch import Watch
from trucewatch.model.zone import Zone

NamedKind = Literal["town", "zone", "post"]
POST_SD_M: Final = 20.0
"""A post of the register stands where its coordinates say, to what a hand-held receiver gives."""
LEAST_ZONE_SD_M: Final = 100.0
"""A site is named by people who point at its middle; nobody means one metre of it."""
SPELLING_FROM: Final = 6
"""Letters from which on one wrong letter is taken for a slip: shorter names lie one letter apart from each other."""
PREFIX_FROM: Final = 4
"""Letters from which on the beginning of a name stands for it."""
LEAST_INFLECTED: Final = 5
MOST_ENDING: Final = 3
"""So many letters at the end of a word a case may change or add: Верхнеозёрск, Верхнеозёрска; мост, моста."""
MOST_CHOICES: Final = 4
_RANK: Final[Mapping[str, int]] = {"town": 0, "zone": 1, "post": 2}


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """A place that has a name: WGS 84 degrees and one standard deviation of what the name alone says, metres."""

    id: str
    kind: NamedKind
    name: str
    lon: float
    lat: float
    sd_m: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Gazetteer:
    """Every name of a watch, folded, and its area (lon_min, lat_min, lon_max, lat_max)."""

    area: tuple[float, float, float, float]
    places: Mapping[str, tuple[Named, ...]] = field(default_factory=dict)
    """Folded name → the places that have it."""
    posts: Mapping[str, tuple[Named, ...]] = field(default_factory=dict)
    """Number of a post, `3`, and its id → the posts that are called so."""
    by_length: Mapping[int, tuple[str, ...]] = field(default_factory=dict)
    by_beginning: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """First three letters → folded names that are long enough to be inflected."""
    most_words: int = 1

    def find(self, words: str) -> tuple[Named | None, tuple[Message, ...]]:
        """The place of this name and what was assumed; None where nothing is called so.

        Raises PlaceError with the choices where several are.
        """
        place = self.find_exactly(words)
        return (place, ()) if place is not None else self.find_nearly(words)

    def find_exactly(self, words: str) -> Named | None:
        """The place of this name, a Turkish or Azerbaijani ending after an apostrophe left out. Raises PlaceError."""
        for name in (folded(words), folded(words.partition("'")[0])):
            if name in self.places:
                return self._only(words, self.places[name])
        return None

    def inflected(self, words: Sequence[str]) -> Named | None:
        """The place whose name these words are in another case: each begins as the name's word and differs in its last
        letters only. Raises PlaceError."""
        written = [folded(word.partition("'")[0]) for word in words]
        if len(written) == 1 and "-" not in words[0] and len(written[0]) < LEAST_INFLECTED:
            return None
        written = [part for word in written for part in word.split()]
        near = [
            place
            for known in self.by_beginning.get(written[0][:3] if written else "", ())
            if _is_inflected(written, known.split())
            for place in self.places[known]
        ]
        return self._only(" ".join(words), near) if near else None

    def post(self, words: str) -> Named | None:
        """The post of this number or id. Raises PlaceError with the choices where several are called so."""
        candidates = self.posts.get(folded(words), ())
        return self._only(words, candidates) if candidates else None

    def find_nearly(self, words: str) -> tuple[Named | None, tuple[Message, ...]]:
        """The place whose name begins so, or is one letter apart, with what was assumed. Raises PlaceError."""
        name = folded(words)
        near: list[Named] = []
        if len(name) >= PREFIX_FROM:
            near = [place for known, places in self.places.items() if known.startswith(name) for place in places]
        if not near and len(name) >= SPELLING_FROM:
            lengths = (len(name) - 1, len(name), len(name) + 1)
            near = [
                place
                for length in lengths
                if length >= SPELLING_FROM
                for known in self.by_length.get(length, ())
                if within_one_letter(known, name)
                for place in self.places[known]
            ]
        if not near:
            return None, ()
        place = self._only(words, near)
        return place, (Message('"{words}" taken to be {place}', words=words.strip()[:60], place=place.name),)

    def _only(self, words: str, candidates: Sequence[Named]) -> Named:
        """One of them. A town, its district and its storage may be called alike: the town is what a caller names."""
        unique = {place.id: place for place in candidates}
        best = min(_RANK[place.kind] for place in unique.values())
        first = [place for place in unique.values() if _RANK[place.kind] == best]
        if len(first) > 1:
            choices = ", ".join(f"{place.name} ({place.id})" for place in first[:MOST_CHOICES])
            raise PlaceError(
                Message(
                    '"{words}" may be {choices}; write more of the name, or the id', words=words[:60], choices=choices
                )
            )
        return first[0]


_LATEST: list[tuple[tuple[object, ...], tuple[object, ...], Gazetteer]] = []
_MOST_KEPT: Final = 8


def gazetteer_of(watch: Watch) -> Gazetteer:
    """All the names of a watch: of zones, towns, names.toml and posts, with their ids, in all languages.

    Made once for the same places under the same policy of names; the last few are kept.
    """
    # `naming.called` makes zones and towns anew for every reader, but neither their places nor the table of names.
    same = (watch.naming, watch.sensors, *(zone.geometry for zone in watch.zones))
    equal = (watch.policy, watch.settings.area, *((town.id, town.lon, town.lat) for town in watch.basemap.towns))
    for of, alike, ready in _LATEST:
        if len(of) == len(same) and all(map(is_, of, same)) and alike == equal:
            return ready
    gazetteer = _made_of(watch)
    _LATEST.append((same, equal, gazetteer))
    del _LATEST[:-_MOST_KEPT]
    return gazetteer


def _made_of(watch: Watch) -> Gazetteer:
    places: dict[str, dict[str, Named]] = {}
    posts: dict[str, dict[str, Named]] = {}
    rows: dict[str, set[str]] = {}
    if watch.naming is not None:
        for row in watch.naming.place:
            for place_id in row.ids:
                rows.setdefault(place_id, set()).update(name.text for name in row.name)

    def enter(place: Named, names: Iterator[str]) -> None:
        for text in (place.id, *names, *rows.get(place.id, ())):
            for part in {text, *text.split("/")}:
                if key := folded(_without_brackets(part)):
                    places.setdefault(key, {})[place.id] = place

    for town in watch.basemap.towns:
        name = name_in(town.names, "en", otherwise=town.id)
        place = Named(id=town.id, kind="town", name=name, lon=town.lon, lat=town.lat, sd_m=TOWN_SD_M)
        enter(place, iter((*town.names.values(), *town.every_name)))
    for zone in watch.zones:
        if zone.kind == "area" or zone.geometry.is_empty:
            continue
        enter(_of_zone(zone), iter(zone.names.values()))
    for sensor in watch.sensors:
        name = _without_brackets(name_in(sensor.names, "en", otherwise=sensor.id))
        place = Named(id=sensor.id, kind="post", name=name, lon=sensor.lon, lat=sensor.lat, sd_m=POST_SD_M)
        names = [*map(_without_brackets, sensor.names.values()), *sensor.also]
        enter(place, iter(names))
        for key in {sensor.id, *sensor.also, *_numbers_of(sensor.id, names)}:
            posts.setdefault(folded(key), {})[sensor.id] = place
    by_length: dict[int, list[str]] = {}
    by_beginning: dict[str, list[str]] = {}
    for key in places:
        by_length.setdefault(len(key), []).append(key)
        if len(key) >= LEAST_INFLECTED - 1:
            by_beginning.setdefault(key[:3], []).append(key)
    return Gazetteer(
        area=watch.settings.area,
        places={key: tuple(each.values()) for key, each in places.items()},
        posts={key: tuple(each.values()) for key, each in posts.items()},
        by_beginning={start: tuple(keys) for start, keys in by_beginning.items()},
        by_length={length: tuple(keys) for length, keys in by_length.items()},
        most_words=max((key.count(" ") + 1 for key in places), default=1),
    )


def within_one_letter(first: str, second: str) -> bool:
    """Whether one letter put in, left out or changed, or two neighbours that changed places, make one the other.

    >>> within_one_letter("ambermill", "ambermil"), within_one_letter("ambermill", "amberhall")
    (True, False)
    """
    if abs(len(first) - len(second)) > 1:
        return False
    start = 0
    while start < min(len(first), len(second)) and first[start] == second[start]:
        start += 1
    rest, other = first[start:], second[start:]
    if rest == other or rest[1:] == other[1:] or rest[1:] == other or rest == other[1:]:
        return True
    return len(rest) >= 2 and rest[:2] == other[1::-1] and rest[2:] == other[2:]


def _is_inflected(words: Sequence[str], names: Sequence[str]) -> bool:
    if len(words) != len(names) or not any(char > "\u024f" for word in names for char in word):
        # Latin names take an apostrophe before their ending, or an ending that Turkish writes apart.
        return len(words) == len(names) and all(
            word == name or (word.startswith(name) and word[len(name) :] in _LATIN_ENDINGS)
            for word, name in zip(words, names, strict=True)
        )
    for word, name in zip(words, names, strict=True):
        same = 0
        while same < min(len(word), len(name)) and word[same] == name[same]:
            same += 1
        if same < 3 or len(word) - same > MOST_ENDING or len(name) - same > MOST_ENDING - 1:
            return False
    return True


_LATIN_WORDS: Final = "da de ta te dan den tan ten a e ya ye in un nin nun i u yi yu nda nde ndan nden na ne"
_LATIN_ENDINGS: Final = frozenset(_LATIN_WORDS.split())


def _of_zone(zone: Zone) -> Named:
    """A point within a zone and how far the zone reaches from it: one standard deviation of an even spread."""
    point = zone.geometry.representative_point()
    middle = zone.geometry.centroid if zone.geometry.covers(zone.geometry.centroid) else point
    west, south, east, north = shapely.bounds(zone.geometry)
    across_m = math.hypot((east - west) * math.cos(math.radians(middle.y)), north - south) * METRES_PER_DEGREE
    # A side of length d, evenly filled, has a standard deviation of d / √12; of a diagonal each axis has its part.
    spread_m = across_m / math.sqrt(24)
    return Named(
        id=zone.id,
        kind="zone",
        name=name_in(zone.names, "en", otherwise=zone.id),
        lon=float(middle.x),
        lat=float(middle.y),
        sd_m=max(LEAST_ZONE_SD_M, zone.accuracy_m, spread_m),
    )


def _without_brackets(name: str) -> str:
    return name.partition("(")[0].strip() or name


def _numbers_of(sensor_id: str, names: Sequence[str]) -> Iterator[str]:
    """`3` of `ac-3` and of "Acoustic post 3"."""
    for text in (sensor_id.replace("-", " ").replace("_", " "), *names):
        last = text.split()[-1] if text.split() else ""
        digits = last.lstrip("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")
        if digits.isdecimal() and digits.isascii():
            yield digits.lstrip("0") or "0"
