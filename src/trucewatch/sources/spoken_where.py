"""A place as a caller says it → lon, lat and an ellipse, or a direction from a post.

Tried in this order: coordinates, a bearing or seconds from a post, so far from a place, the name of a place. What is
left over of the words is kept and told, what may mean two places is refused with the choices.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from trucewatch.errors import PlaceError
from trucewatch.geo.frame import wgs84
from trucewatch.geo.place_text import COMPASS, read_place
from trucewatch.messages import Amount, Message
from trucewatch.model.spoken import SpokenPlace, WhereBasis
from trucewatch.sources.compass_words import COMPASS_SD_DEG, DISTANCE_SHARE, POINT_SD_DEG, REFERENCE_SD_M, direction_of
from trucewatch.sources.gazetteer import Gazetteer, Named, gazetteer_of
from trucewatch.sources.spoken_lexis import lexis_of
from trucewatch.sources.units import LENGTHS

__all__ = ["Gazetteer", "Named", "gazetteer_of", "read_where"]

MOST_CHARS: Final = 200
LEAST_SD_M: Final = 5.0
"""No hand-held receiver is better, however many digits are read from it."""
SOUND_MPS: Final = 340.0
SOUND_SHARE: Final = 0.03
"""Air of −20 to 40 °C carries sound at 319 to 356 m/s: within 3 % at one standard deviation where nobody says how warm
it was, wind of 10 m/s included."""
SOUND_SHARE_KNOWN: Final = 0.01
"""With the temperature known, what wind leaves."""
HAND_TIMING_SD_S: Final = 0.5
"""How far apart people press or count between a flash and its sound."""
LONGEST_SOUND_S: Final = 180.0
FURTHEST_M: Final = 100_000.0
_MARGIN_DEG: Final = 1.0
"""So far outside the watch's area a pair of numbers may still lie for its order to be told by the area."""

_UNITS: Final = {
    **LENGTHS,
    **dict.fromkeys(("կմ", "կիլոմետր", "км", "kilometrə", "kilometer"), 1000.0),
    **dict.fromkeys(("մ", "մետր", "metrə"), 1.0),
    "klicks": 1000.0,
    "click": 1000.0,
}
_UNIT = "|".join(sorted(map(re.escape, _UNITS), key=len, reverse=True))
_DISTANCE: Final = re.compile(rf"(?<![\w.,])(\d{{1,6}}(?:[.,]\d{{1,3}})?)\s?({_UNIT})\b\.?", re.IGNORECASE)
_SECONDS: Final = re.compile(
    r"(?<![\w.,])(\d{1,3}(?:[.,]\d{1,2})?)\s?(?:seconds?|secs?|(?-i:s)|секунд[аы]?|сек|saniyə|saniye|sn|վայրկյան|վրկ)\b\.?",
    re.I,
)
_BEARING_WORD = (
    r"(?:bearing|azimuth|direction|heading|азимут\w{0,2}|пеленг\w{0,2}|курс|azimut|kerteriz|istiqamət|ազիմուտ\w{0,2})"
)
_DEGREE_WORD = r"(?:°|º|degrees?\b|degs?\b|градус\w{0,3}|град\b|derece\w{0,3}|dərəcə\w{0,3}|աստիճան\w{0,3})"
_BEARING: Final = re.compile(
    rf"{_BEARING_WORD}[:\s]{{0,3}}(?:of\s)?(\d{{1,4}}(?:[.,]\d)?)\s?{_DEGREE_WORD}?"
    rf"|(?<![\w.,])(\d{{1,4}}(?:[.,]\d)?)\s?{_DEGREE_WORD}",
    re.IGNORECASE,
)
_POST: Final = re.compile(
    r"\b(?:post|op|пост[ауе]?|nokta(?:sı)?|məntəqə|postu|կետ|դիրք)\b\s?(?:number\s|no\.?\s?|№\s?)?([\w-]{1,24})",
    re.IGNORECASE,
)
_PAIR: Final = re.compile(r"([+-]?\d{1,3}(?:\.\d{1,12})?)\s?[,; ]\s?([+-]?\d{1,3}(?:\.\d{1,12})?)")
_WORD: Final = re.compile(r"[^\W_](?:[\w'-]*\w)?")
_FILLER_WORDS: Final = """
    a an the of from at in on to by near around about due directly and range flash bang between sound it was is km
    location от в во на к ко с со из у и под около возле район районе
    uzaklıkta yakınında civarında məsafədə yaxınlığında հեռավորության վրա մոտ մոտակայքում
"""
_FILLERS: Final = frozenset(_FILLER_WORDS.split())


def read_where(text: str, gazetteer: Gazetteer, *, air_c: float | None = None) -> SpokenPlace:
    """The place that a caller's words name, with a one-sigma ellipse of what such words are worth.

    air_c: the air's temperature, for the seconds between flash and bang. A distance is good to a quarter, a compass
    word to its sector, degrees to a hand compass (constants in `compass_words`); the place counted from adds its own.
    Of a bearing without a range only the observer's columns are filled.

    The speed of sound is 331.3 + 0.606 × °C m/s, in still air along the ground (L. E. Kinsler et al., Fundamentals of
    Acoustics, 4th ed., 2000, section 5.6, to first order in temperature); without a temperature 340 m/s ± 3 %.

    Raises PlaceError: nothing that we know is named, two places are, numbers that are no place.
    """
    if len(text) > MOST_CHARS:
        raise PlaceError(Message("that is too long for a place; write only where it was, such as 2 km N of a town"))
    plain = _plain(text)
    if not any(char.isalnum() for char in plain):
        raise PlaceError(Message("no place is written; write a name, a bearing from a post or coordinates"))
    place = _coordinates(plain, gazetteer) or _from_post(plain, gazetteer, air_c) or _offset(plain, gazetteer)
    return place or _by_name(plain, gazetteer)


def _plain(text: str) -> str:
    """Plain digits, one kind of each sign, no marks that only steer the direction of writing."""
    letters = []
    for char in unicodedata.normalize("NFC", text):
        category = unicodedata.category(char)
        if category == "Nd":
            letters.append(str(unicodedata.decimal(char)))
        elif category[0] == "Z" or char in "\t\n\r":
            letters.append(" ")
        elif category[0] != "C":
            letters.append({"–": "-", "—": "-", "−": "-", "’": "'", "‘": "'", "ʼ": "'"}.get(char, char))
    return " ".join("".join(letters).split())


# --- coordinates -----------------------------------------------------------------------------------------------------


def _coordinates(plain: str, gazetteer: Gazetteer) -> SpokenPlace | None:
    decimal = re.sub(r"(?<=\d),(?=\d{2,12}(?:[;\s]|$))", ".", plain) if plain.count(",") != 1 else plain
    pair = _PAIR.fullmatch(decimal)
    if pair is not None and ("." in pair[0] or "," in pair[0] or " " in pair[0]):
        return _in_which_order(pair, gazetteer)
    is_grid = (
        re.match(r"(?:MGRS\s*)?\d{1,2}\s?[C-HJ-NP-X]\s?[A-HJ-NP-Z]{2}(?![^\W\d_])", plain, re.IGNORECASE) is not None
    )
    if not is_grid and (sum(map(str.isdigit, plain)) < 2 or _DISTANCE.search(plain) or _SECONDS.search(plain)):
        return None
    try:
        written = read_place(plain)
    except PlaceError:
        if is_grid or re.match(r"[NSEW+-]?\s?\d{1,3}\s?°\s?\d{1,2}\s?['′]", plain):
            raise  # what is so written is a place, with a fault that the sentence names
        return None
    sd_m = max(LEAST_SD_M, written.sd_m)
    return _round_place(
        "mgrs" if is_grid else "coordinates",
        written.lon,
        written.lat,
        sd_m,
        _outside(written.lon, written.lat, gazetteer),
    )


def _in_which_order(pair: re.Match[str], gazetteer: Gazetteer) -> SpokenPlace:
    """A pair of bare numbers: the area of the watch tells which is the latitude."""
    first, second = float(pair[1]), float(pair[2])
    fits: list[tuple[float, float, bool]] = []
    for margin in (0.0, _MARGIN_DEG):
        fits = [
            (lon, lat, is_lat_first)
            for lon, lat, is_lat_first in ((second, first, True), (first, second, False))
            if _is_within(lon, lat, gazetteer, margin)
        ]
        if fits:
            break
    if len(fits) == 2 and first != second:
        raise PlaceError(
            Message(
                "{first}, {second} fits either way; write which is which, such as {first}N {second}E",
                first=pair[1],
                second=pair[2],
            )
        )
    if not fits:
        raise PlaceError(
            Message(
                "{first}, {second} lies outside the area of this watch either way; correct it, or write N, S, E and W",
                first=pair[1],
                second=pair[2],
            )
        )
    lon, lat, is_lat_first = fits[0]
    decimals = min(len(number.partition(".")[2]) for number in pair.groups())
    sd_m = max(LEAST_SD_M, 111_320.0 * 10.0**-decimals / math.sqrt(12))
    order = (
        Message("latitude first: the other order lies outside the area")
        if is_lat_first
        else Message("longitude first: the other order lies outside the area")
    )
    return _round_place("coordinates", lon, lat, sd_m, (order,))


def _is_within(lon: float, lat: float, gazetteer: Gazetteer, margin: float) -> bool:
    west, south, east, north = gazetteer.area
    return west - margin <= lon <= east + margin and south - margin <= lat <= north + margin and abs(lat) <= 90


def _outside(lon: float, lat: float, gazetteer: Gazetteer) -> tuple[Message, ...]:
    return () if _is_within(lon, lat, gazetteer, 0) else (Message("this lies outside the area of the watch"),)


def _round_place(
    basis: WhereBasis, lon: float, lat: float, sd_m: float, assumed: tuple[Message, ...], of: Named | None = None
) -> SpokenPlace:
    return SpokenPlace(
        basis=basis,
        lon=lon,
        lat=lat,
        semi_major_m=sd_m,
        semi_minor_m=sd_m,
        major_azimuth_deg=0.0,
        place=of.id if of else "",
        place_name=of.name if of else "",
        assumed=assumed,
    )


# --- from a post -----------------------------------------------------------------------------------------------------


def _from_post(plain: str, gazetteer: Gazetteer, air_c: float | None) -> SpokenPlace | None:
    """A bearing, a range, the seconds between flash and bang, as an observer at a post or a named place gives them."""
    rest = plain
    seconds = _SECONDS.search(rest)
    rest = _without(rest, seconds)
    bearing = _BEARING.search(rest)
    rest = _without(rest, bearing)
    if bearing is None and seconds is None:
        return None
    distance = _DISTANCE.search(rest)
    rest = _without(rest, distance)
    observer, assumed = _observer(rest, gazetteer)
    azimuth = _number(bearing[1] or bearing[2]) if bearing else None
    if azimuth is not None and azimuth > 360:
        raise PlaceError(Message("a bearing goes from 0 to 360 degrees; {bearing} does not", bearing=f"{azimuth:g}"))
    points, point = "", None
    if azimuth is None:
        points = next((points for word in rest.split() if (points := direction_of(word.strip(",.;:")))), "")
        point = COMPASS.index(points) * 22.5 if points else None
    direction = azimuth % 360 if azimuth is not None else point
    direction_sd = COMPASS_SD_DEG if azimuth is not None else POINT_SD_DEG[len(points)] if points else None
    if azimuth is not None:
        assumed = (*assumed, Message("bearing counted from true north; a compass shows magnetic north"))
    range_m = range_sd_m = None
    if seconds is not None:
        range_m, range_sd_m = _heard(_number(seconds[1]), air_c)
        if air_c is None:
            assumed = (*assumed, Message("sound at 340 m/s, since the air's temperature is not known"))
    elif distance is not None:
        range_m = _metres(distance)
        range_sd_m = range_m * DISTANCE_SHARE
    place = SpokenPlace(
        basis="flash_to_bang" if seconds is not None else "bearing",
        place=observer.id,
        place_name=observer.name,
        observer_lon=observer.lon,
        observer_lat=observer.lat,
        bearing_deg=direction,
        bearing_sd_deg=direction_sd,
        range_m=range_m,
        range_sd_m=range_sd_m,
        assumed=assumed,
    )
    if direction is None or direction_sd is None or range_m is None or range_sd_m is None:
        return place
    lon, lat, ellipse = _beside(observer.lon, observer.lat, direction, range_m, range_sd_m, direction_sd, observer.sd_m)
    return replace(
        place, lon=lon, lat=lat, semi_major_m=ellipse[0], semi_minor_m=ellipse[1], major_azimuth_deg=ellipse[2]
    )


def _observer(rest: str, gazetteer: Gazetteer) -> tuple[Named, tuple[Message, ...]]:
    match = _POST.search(rest)
    post = gazetteer.post(match[1]) if match else None
    if post is not None:
        return post, ()
    # A site whose name ends in "post" and whatever else has a name may be where the observer stands.
    place, assumed = _named_within(rest, gazetteer)
    if place is None and match is not None:
        raise PlaceError(
            Message('no post "{post}" is in the register; write its number or name as the map has it', post=match[1])
        )
    if place is None:
        raise PlaceError(Message("from where was it seen? Write the post or place too, such as post 3 bearing 45"))
    return place, assumed


def _heard(seconds: float, air_c: float | None) -> tuple[float, float]:
    """How far away something was whose sound came so many seconds after its flash, and one standard deviation."""
    if seconds > LONGEST_SOUND_S:
        raise PlaceError(Message("nothing is heard {seconds} seconds away; correct it", seconds=f"{seconds:g}"))
    speed = SOUND_MPS if air_c is None else 331.3 + 0.606 * air_c
    share = SOUND_SHARE if air_c is None else SOUND_SHARE_KNOWN
    return seconds * speed, math.hypot(speed * HAND_TIMING_SD_S, seconds * speed * share)


def _beside(
    lon: float,
    lat: float,
    azimuth_deg: float,
    range_m: float,
    range_sd_m: float,
    azimuth_sd_deg: float,
    own_sd_m: float,
) -> tuple[float, float, tuple[float, float, float]]:
    """A place in a direction and range from another: lon, lat, one-sigma half-axes and the azimuth of the longer."""
    end_lon, end_lat, back = wgs84().fwd(lon, lat, azimuth_deg, range_m)
    along = math.hypot(range_sd_m, own_sd_m)
    across = math.hypot(range_m * math.radians(azimuth_sd_deg), own_sd_m)
    onward = (float(back) + 180.0) % 180.0
    axes = (along, across, onward) if along >= across else (across, along, (onward + 90.0) % 180.0)
    return float(end_lon), float(end_lat), axes


# --- so far from a place ---------------------------------------------------------------------------------------------


def _counted_from(named: Named, distance_m: float, letters: int) -> Message:
    """From where a distance was counted, and how rough it and its direction were taken to be; 95 % of them."""
    return Message(
        "counted from the middle of {place}; taken as rough: ±{metres} m in the distance, ±{degrees}° in the direction",
        place=named.name,
        metres=Amount(int(round(1.96 * distance_m * DISTANCE_SHARE, -2)) or 100),
        degrees=round(1.96 * POINT_SD_DEG[letters]),
    )


def _offset(plain: str, gazetteer: Gazetteer) -> SpokenPlace | None:
    """ "2 km N of X", "в 2 км к северу от X", "X'in 2 km kuzeyinde"."""
    written = _with_digits(plain)
    distance = _DISTANCE.search(written)
    words = [(match.start(), match.end(), match.group()) for match in _WORD.finditer(written)]
    if distance is None:
        return None
    run: list[tuple[int, int]] = []
    points = ""
    after = [word for word in words if word[0] >= distance.end()]
    before = [word for word in words if word[1] <= distance.start()]
    for start, end, word in (*after, *before):
        more = direction_of(word)
        if more and (not run or start - run[-1][1] <= 2) and points + more in COMPASS:
            points += more
            run.append((start, end))
        elif run:
            break
    if not run:
        raise PlaceError(
            Message(
                '"{text}": in which direction? Write it like 2 km N of a place, or the place alone',
                text=shown_text(plain),
            )
        )
    spans = [*run, distance.span()]
    rest = "".join(" " if any(start <= at < end for start, end in spans) else char for at, char in enumerate(written))
    named, assumed = _named_within(rest, gazetteer)
    if named is None:
        raise _unread(rest)
    distance_m = _metres(distance)
    own_sd_m = min(named.sd_m, REFERENCE_SD_M) if named.kind == "town" else named.sd_m
    lon, lat, ellipse = _beside(
        named.lon,
        named.lat,
        COMPASS.index(points) * 22.5,
        distance_m,
        distance_m * DISTANCE_SHARE,
        POINT_SD_DEG[len(points)],
        own_sd_m,
    )
    return SpokenPlace(
        basis="offset",
        lon=lon,
        lat=lat,
        semi_major_m=ellipse[0],
        semi_minor_m=ellipse[1],
        major_azimuth_deg=ellipse[2],
        place=named.id,
        place_name=named.name,
        assumed=(*assumed, _counted_from(named, distance_m, len(points))),
    )


def _with_digits(plain: str) -> str:
    """ "two km" as "2 km", half a kilometre as 0.5 km: only before a unit of length."""
    text = re.sub(r"\bhalf a (?=k)", "0.5 ", plain, flags=re.IGNORECASE)
    text = re.sub(r"\b(?:пол ?километра|полукилометре|полкилометре)\b", "0.5 км", text, flags=re.IGNORECASE)
    words = text.split(" ")
    for at in range(len(words) - 1):
        if words[at + 1].casefold().rstrip(".,") in _UNITS:
            for language in ("en", "ru", "tr", "az", "hy"):
                number = lexis_of(language).tables["numbers"].get((words[at].casefold(),))
                if number:
                    words[at] = str(number)
                    break
    return " ".join(words)


def _number(written: str) -> float:
    return float(written.replace(",", "."))


def _metres(distance: re.Match[str]) -> float:
    metres = _number(distance[1]) * _UNITS[distance[2].casefold()]
    if metres > FURTHEST_M:
        raise PlaceError(
            Message("{distance} is further than anybody sees or hears; correct it", distance=distance[0].strip())
        )
    return metres


# --- names -----------------------------------------------------------------------------------------------------------


def _by_name(plain: str, gazetteer: Gazetteer) -> SpokenPlace:
    named, assumed = _named_within(plain, gazetteer)
    if named is None:
        raise _unread(plain)
    return _round_place("place", named.lon, named.lat, named.sd_m, assumed, named)


def _named_within(text: str, gazetteer: Gazetteer) -> tuple[Named | None, tuple[Message, ...]]:
    """The place that some of the words name. The longest name wins; other words are kept and told."""
    whole = text.strip(" ,.;:")
    named = gazetteer.find_exactly(whole)
    if named is not None:
        return named, ()
    match = _POST.search(whole)
    post = gazetteer.post(match[1]) if match else None
    if match is not None and post is not None:
        rest = whole[: match.start()] + " " + whole[match.end() :]
        return post, _kept([each.group() for each in _WORD.finditer(rest)], post)
    words = [match.group() for match in _WORD.finditer(whole)]
    words = words[:40]
    for is_exact in (True, False):
        for length in range(min(gazetteer.most_words, len(words)), 0, -1):
            for start in range(len(words) - length, -1, -1):
                run = words[start : start + length]
                if length == 1 and run[0].casefold() in _FILLERS:
                    continue
                place = gazetteer.find_exactly(" ".join(run)) if is_exact else gazetteer.inflected(run)
                if place is not None:
                    return place, _kept(words[:start] + words[start + length :], place)
    content = [word for word in words if word.casefold() not in _FILLERS]
    for run in (words, content):
        place, nearly = gazetteer.find(" ".join(run))
        if place is not None:
            return place, nearly
    for start in range(len(content) - 1, -1, -1):
        place, nearly = gazetteer.find_nearly(content[start])
        if place is not None:
            return place, (*nearly, *_kept(content[:start] + content[start + 1 :], place))
    return None, ()


def _kept(words: Sequence[str], place: Named) -> tuple[Message, ...]:
    rest = [word for word in words if word.casefold() not in _FILLERS]
    if not rest:
        return ()
    return (
        Message('"{words}" kept as it was spoken; counted from {place}', words=" ".join(rest)[:60], place=place.name),
    )


def _without(text: str, match: re.Match[str] | None) -> str:
    return text if match is None else f"{text[: match.start()]} {text[match.end() :]}"


def shown_text(text: str) -> str:
    return text.strip()[:60] + ("…" if len(text.strip()) > 60 else "")


def _unread(text: str) -> PlaceError:
    return PlaceError(
        Message(
            'no place "{words}" is known here; write a name from the map, 2 km N of one, a bearing from a post or '
            "coordinates",
            words=shown_text(" ".join(text.split())),
        )
    )
