"""Who observed, as a table names it (`SMM camera in TOWN`, `1.5km SW of TOWN`, a post of the register) → where they
stood.

A name that two posts have, or that nothing has, is refused: an observation from the wrong hill is worse than none.
"""

from __future__ import annotations

import difflib
import math
import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from trucewatch.errors import PlaceError, RowFault
from trucewatch.geo.frame import wgs84
from trucewatch.geo.place_text import MAX_TEXT_CHARS, folded
from trucewatch.messages import Message
from trucewatch.model.zone import Post, Town
from trucewatch.sources.columns import quote_cell
from trucewatch.sources.smm_cells import EventLocation, means_in, place_named, spread_of_direction

_MISSION = re.compile(r"^(?:the )?(?:osce |обсе )?(?:smm|смм|mission|миссия)(?:'s)? (?!.{0,3}$)", re.IGNORECASE)
_DEVICE = re.compile(
    r"^(?:the )?(?:thermal |remotely[ -]operated |long[ -]range |mini[ -]?|стационарная |дистанционная )*"
    r"(?:cameras?|uavs?|drones?|patrols?|teams?|monitors?|камер[аы]|патруль|бпла|беспилотник|наблюдатели)\s*"
    r"(?:(?:located |размещенная )?(?:at|in|near|of|on|by|from|в|во|на|у|около)\s+(?:the )?"
    r"|(?=\d|about |approx|около ))",
    re.IGNORECASE,
)
_NOTE = re.compile(r"\s*\([^()]{0,200}\)")


HEARD_WITHIN_M: Final = 5_000.0
"""How far off an event is taken to be where only its direction is known, for the part of the direction's spread that
comes from a place which is itself known to some hundreds of metres only."""


@dataclass(frozen=True, slots=True)
class Observer:
    """Where who observed stood, in WGS 84 degrees, and how exactly the words say it (0 for a post of the register).

    sensor: the post's id; else the place that the words mean, so that one place in two spellings is not two voices.
    means: what the words or the register say.
    """

    lon: float
    lat: float
    sd_m: float
    sensor: str
    means: str


class Gazetteer:
    """The posts of the sensor register and the towns of the basemap, by every name that a table may use."""

    def __init__(self, posts: Sequence[Post], towns: Sequence[Town]) -> None:
        self._towns = towns
        self._posts = tuple(posts)
        self._by_name: dict[str, set[int]] = defaultdict(set)
        """Folded name → numbers of posts."""
        self._by_device: dict[tuple[str, str], set[int]] = defaultdict(set)
        """(means, name without it) → posts: "Camera at the bridge" is what "SMM camera on the bridge" names."""
        for number, post in enumerate(posts):
            for name in post.names:
                for written in {name, _NOTE.sub("", name)}:
                    if key := folded(written):
                        self._by_name[key].add(number)
                        means = means_in(written) or post.means
                        if bare := folded(_DEVICE.sub("", written)):
                            self._by_device[means, bare].add(number)

    def observer(self, position: str) -> Observer:
        """Who stands at a position. Raises RowFault, PlaceError: for a name that two posts have with both ids, for
        an unknown one with the nearest."""
        text = " ".join(position.split())
        if not text:
            raise RowFault(
                Message(
                    "position is empty; write the post in every row, or, where an empty cell means the post above, set "
                    'columns.fill_down = "=position" for this source'
                )
            )
        if len(text) > MAX_TEXT_CHARS:
            raise self._unknown(text)
        bare = _NOTE.sub("", text).strip()
        plain = _MISSION.sub("", bare)
        means = means_in(plain)
        for name in (text, bare, plain):
            if numbers := self._by_name.get(folded(name)):
                return self._at_post(numbers, text, means)
        at = _DEVICE.sub("", plain)
        if means and (numbers := self._by_device.get((means, folded(at)))):
            return self._at_post(numbers, text, means)
        try:
            place = place_named(at, self._towns)
        except PlaceError as exc:
            if re.search(r"\d", at):
                raise
            raise self._unknown(text) from exc
        stands = "post" if means in ("", "patrol") else means
        sensor = f"{stands} at {place.lat:.4f}, {place.lon:.4f}"
        return Observer(place.lon, place.lat, place.sd_m, sensor, means)

    def _at_post(self, numbers: set[int], text: str, means: str) -> Observer:
        if len(numbers) > 1:
            raise RowFault(
                Message(
                    "position {value} is the name of several posts ({posts}); write the id of the one that is meant",
                    value=quote_cell(text),
                    posts=", ".join(sorted(self._posts[number].id for number in numbers)),
                )
            )
        post = self._posts[next(iter(numbers))]
        return Observer(post.lon, post.lat, 0.0, post.id, means or post.means)

    def _unknown(self, text: str) -> RowFault:
        written = {folded(name): name for post in self._posts for name in post.names}
        written |= {folded(name): name for town in self._towns for name in town.names.values()}
        wanted = folded(_DEVICE.sub("", _MISSION.sub("", text[:MAX_TEXT_CHARS])))
        near = difflib.get_close_matches(wanted, written, n=1)
        hint = (
            Message('did you mean "{word}"?', word=written[near[0]])
            if near
            else Message("enter it in sensors.geojson, or write the post's name as it stands there")
        )
        return RowFault(
            Message(
                "position {value} is no post of the sensor register and no town of the basemap; {hint}",
                value=quote_cell(text),
                hint=hint,
            )
        )


def place_of(observer: Observer | Message, location: EventLocation | Message) -> dict[str, float]:
    """The numbers of place of one row; none for a row that is refused."""
    if isinstance(observer, Message) or isinstance(location, Message):
        return {}
    row = {"observer_lon": observer.lon, "observer_lat": observer.lat}
    if (place := location.place) is not None:
        sd_m = max(place.sd_m, 0.01)
        return row | {
            "lon": place.lon,
            "lat": place.lat,
            "semi_major_m": sd_m,
            "semi_minor_m": sd_m,
            "major_azimuth_deg": 0.0,
        }
    if location.bearing_deg is None or location.bearing_sd_deg is None:
        return row
    row["bearing_deg"] = location.bearing_deg
    if location.range_m is None or location.range_sd_m is None:
        spread_deg = spread_of_direction(location.bearing_sd_deg, observer.sd_m, HEARD_WITHIN_M)
        return row | {"bearing_sd_deg": spread_deg}
    lon, lat, _ = wgs84().fwd(observer.lon, observer.lat, location.bearing_deg, location.range_m)
    along_m = math.hypot(location.range_sd_m, observer.sd_m)
    across_m = math.hypot(location.range_m * math.radians(location.bearing_sd_deg), observer.sd_m)
    azimuth = location.bearing_deg if along_m >= across_m else (location.bearing_deg + 90) % 180
    return row | {
        "bearing_sd_deg": location.bearing_sd_deg,
        "range_m": location.range_m,
        "range_sd_m": location.range_sd_m,
        "lon": float(lon),
        "lat": float(lat),
        "semi_major_m": max(along_m, across_m),
        "semi_minor_m": min(along_m, across_m),
        "major_azimuth_deg": azimuth,
    }
