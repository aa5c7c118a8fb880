"""A place as people write it → lon, lat and how exact that way of writing is.

Read are: decimal degrees, d°m′s″ (hemispheres in English, Russian or Turkish letters), MGRS, UTM, "2.1 km NE of TOWN"
(the sixteen points in English, Russian or Turkish) and the bare name of a town. `sd_m` is the resolution of the writing
alone, one standard deviation on each axis; what the writer did not know is not in it.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from trucewatch.errors import PlaceError
from trucewatch.geo.degrees import METRES_PER_DEGREE_AT_EQUATOR
from trucewatch.messages import Message
from trucewatch.model.names import name_in
from trucewatch.model.zone import Town

MAX_TEXT_CHARS: Final = 200
TOWN_SD_M: Final = 2500.0
"""For a bare town name: the point is its centre, what is meant may be anywhere in it."""
TOWN_REFERENCE_SD_M: Final = 500.0
""""2.1 km NE of TOWN" does not say whether the centre or the edge is meant."""

EXAMPLES: Final = (
    '39.8177, 46.7528 or 39°49′04″N 46°45′10″E or 38S PJ 4970 0843 or 38S 567890 4412345 or "2.1 km NE of TOWN"'
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadPlace:
    """A place in WGS 84 degrees and the standard deviation (metres, each axis) of the way it is written."""

    lon: float
    lat: float
    sd_m: float


def read_place(text: str, towns: Sequence[Town] = ()) -> ReadPlace:
    """The place that a text names.

    A decimal pair without hemispheres is latitude first, as people write it; another order is refused, not guessed. The
    letter in a UTM place is the latitude band; where the northing does not fit the band and the letter is N or S, it is
    read as the hemisphere. Raises PlaceError for anything else, for places off the globe and for a town that is not
    known or not unique.

    >>> round(read_place("39°30′N 46°45′E").lon, 2)
    46.75
    """
    plain = _plain(text)
    place = None
    if plain and len(plain) <= MAX_TEXT_CHARS:
        place = (
            _decimal_comma_pair(plain, text)
            or _angles(plain, text)
            or _utm(plain, text)
            or _mgrs(plain, text)
            or _from_town(plain, text, towns)
        )
    if place is None:
        raise PlaceError(
            Message("{value} is no place; write it like {examples}", value=_quote(text), examples=EXAMPLES)
        )
    return place


def _quote(text: str) -> str:
    printable = "".join(char if char.isprintable() else "\ufffd" for char in text[:60])
    return f'"{printable}{"…" if len(text) > 60 else ""}"'


def _plain(text: str) -> str:
    """One form for each sign: ° ' " - and single spaces."""
    signs = {
        "º": "°",
        "˚": "°",
        "′": "'",
        "’": "'",
        "‘": "'",
        "ʹ": "'",
        "`": "'",
        "´": "'",
        "″": '"',
        "”": '"',
        "“": '"',
        "ʺ": '"',
        "−": "-",
        "–": "-",
        "\u00a0": " ",
        "\u202f": " ",
        "\u2009": " ",
    }
    text = "".join(signs.get(char, char) for char in text).replace("''", '"')
    return " ".join(text.split())


# --- degrees -------------------------------------------------------------------------------------------------------

_HEMISPHERES: Final = {
    "N": ("lat", 1),
    "S": ("lat", -1),
    "E": ("lon", 1),
    "W": ("lon", -1),
    "С.Ш": ("lat", 1),
    "Ю.Ш": ("lat", -1),
    "В.Д": ("lon", 1),
    "З.Д": ("lon", -1),
    "K": ("lat", 1),
    "G": ("lat", -1),
    "D": ("lon", 1),
    "B": ("lon", -1),
}
_LETTER = r"(?:[NSEWKGDB]|[СЮ]\.?\s?Ш\.?|[ВЗ]\.?\s?Д\.?)"
_ANGLE = (
    rf"(?:(?P<pre{{0}}>{_LETTER})\s*)?(?P<sign{{0}}>[+-]?)(?P<d{{0}}>\d{{{{1,3}}}}(?:\.\d{{{{1,12}}}})?)"
    r"(?:\s*°)?(?:\s*(?P<m{0}>\d{{1,2}}(?:\.\d{{1,10}})?)\s*')?(?:\s*(?P<s{0}>\d{{1,2}}(?:\.\d{{1,8}})?)\s*\")?"
    rf"(?:\s*(?P<post{{0}}>{_LETTER}))?"
)
_PAIR = re.compile(_ANGLE.format(1) + r"\s*[,;/ ]\s*" + _ANGLE.format(2), re.IGNORECASE)
_TRIPLE = rf"(\d{{1,3}}) (\d{{1,2}}) (\d{{1,2}}(?:\.\d+)?) ?({_LETTER})"
_SPACED = re.compile(rf"{_TRIPLE}[,; ]+{_TRIPLE}", re.IGNORECASE)
_COMMAS = re.compile(r"([+-]?\d{1,3}),(\d+)\s*[; ]\s*([+-]?\d{1,3}),(\d+)")


def _decimal_comma_pair(plain: str, text: str) -> ReadPlace | None:
    match = _COMMAS.fullmatch(plain)
    return _angles(f"{match[1]}.{match[2]} {match[3]}.{match[4]}", text) if match else None


def _angles(plain: str, text: str) -> ReadPlace | None:
    spaced = _SPACED.fullmatch(plain)
    if spaced:
        part = spaced.groups()
        plain = f"{part[0]}°{part[1]}'{part[2]}\"{part[3]} {part[4]}°{part[5]}'{part[6]}\"{part[7]}"
    match = _PAIR.fullmatch(plain)
    if match is None:
        return None
    values, axes, steps = [], [], []
    for number in ("1", "2"):
        degrees, minutes, seconds = (match[part + number] for part in "dms")
        if (minutes and "." in degrees) or (seconds and "." in (minutes or "")):
            raise PlaceError(
                Message(
                    "{value} has a fraction before its smallest part; write fractions in the last part only",
                    value=_quote(text),
                )
            )
        if float(minutes or 0) >= 60 or float(seconds or 0) >= 60:
            raise PlaceError(Message("{value} has 60 or more minutes or seconds; correct it", value=_quote(text)))
        value = float(degrees) + float(minutes or 0) / 60 + float(seconds or 0) / 3600
        letters = [match[part + number] for part in ("pre", "post") if match[part + number]]
        if len(letters) > 1 or (letters and match["sign" + number]):
            raise PlaceError(Message("{value} gives a hemisphere twice; leave one of them out", value=_quote(text)))
        axis, sign = _HEMISPHERES[_letter(letters[0])] if letters else ("", -1 if match["sign" + number] == "-" else 1)
        values.append(sign * value)
        axes.append(axis)
        steps.append(_step_m(degrees, minutes, seconds))
    # What was rounded to a step lies anywhere in it: a uniform spread has step / √12.
    return ReadPlace(**_ordered(values, axes, text), sd_m=max(steps) / math.sqrt(12))


def _letter(written: str) -> str:
    letter = written.upper().replace(" ", "").rstrip(".")
    return letter if len(letter) == 1 else f"{letter[0]}.{letter[-1]}"


def _step_m(degrees: str, minutes: str | None, seconds: str | None) -> float:
    """How far apart two neighbouring values of this writing are, metres of latitude."""
    last, unit = (seconds, 1 / 3600) if seconds else (minutes, 1 / 60) if minutes else (degrees, 1.0)
    decimals = len((last or "").partition(".")[2])
    # Of longitude at the equator, the longest there is; a place once read keeps its spread.
    return float(METRES_PER_DEGREE_AT_EQUATOR * unit * 10.0**-decimals)


def decimal_sd_m(decimals: int) -> float:
    """The resolution of decimal degrees with so many decimals: one standard deviation, metres."""
    return _step_m("0." + "0" * decimals if decimals else "0", None, None) / math.sqrt(12)


def _ordered(values: list[float], axes: list[str], text: str) -> dict[str, float]:
    if (axes[0] and axes[0] == axes[1]) or bool(axes[0]) != bool(axes[1]):
        raise PlaceError(
            Message("{value} does not give one latitude and one longitude; name both hemispheres", value=_quote(text))
        )
    lon, lat = values if axes[0] == "lon" else values[::-1]
    if not axes[0] and abs(lat) > 90:
        raise PlaceError(
            Message(
                "{value} begins with {latitude}, which is no latitude; write latitude first, or name N and E",
                value=_quote(text),
                latitude=f"{lat:g}",
            )
        )
    if abs(lat) > 90 or abs(lon) > 180:
        raise PlaceError(
            Message(
                "{value} is off the globe (lon {lon}, lat {lat}); correct it",
                value=_quote(text),
                lon=f"{lon:g}",
                lat=f"{lat:g}",
            )
        )
    return {"lon": lon, "lat": lat}


# --- grids ---------------------------------------------------------------------------------------------------------

_BANDS: Final = "CDEFGHJKLMNPQRSTUVWX"
_UTM = re.compile(
    r"(?:UTM\s*)?(\d{1,2})\s?([C-HJ-NP-X])\s+(\d{6})(?:\.\d+)?\s?(?:M?E)?[,; ]+(\d{6,8})(?:\.\d+)?\s?(?:M?N)?",
    re.IGNORECASE,
)
_MGRS = re.compile(r"(?:MGRS\s*)?(\d{1,2})([C-HJ-NP-X])([A-HJ-NP-Z])([A-HJ-NP-V])(\d*)", re.IGNORECASE)
_MGRS_SPACED = re.compile(r"(?:MGRS )?\d{1,2} ?[C-HJ-NP-X] ?[A-HJ-NP-Z]{2}(?: ?(\d+)(?: (\d+))?)?", re.IGNORECASE)


def _utm(plain: str, text: str) -> ReadPlace | None:
    match = _UTM.fullmatch(plain)
    if match is None:
        return None
    zone, letter, easting, northing = int(match[1]), match[2].upper(), float(match[3]), float(match[4])
    if not 1 <= zone <= 60 or not 100_000 <= easting < 900_000 or northing > 10_000_000:
        raise PlaceError(
            Message("{value} is outside the UTM grid; correct zone, easting or northing", value=_quote(text))
        )
    readings = [letter >= "N"] + ([letter == "N"] if letter in "NS" else [])
    for turn, is_north in enumerate(readings):
        lon, lat = _utm_transformer(zone, is_north).transform(easting, northing)
        # Bands are 8° high from 80° S, the last one 12°; a tenth of a degree beyond is let pass.
        south = -80 + 8 * _BANDS.index(letter)
        if turn or south - 0.1 <= lat <= south + (12 if letter == "X" else 8) + 0.1:
            return ReadPlace(lon=float(lon), lat=float(lat), sd_m=1 / math.sqrt(12))
    raise PlaceError(
        Message(
            "{value}: the northing does not lie in latitude band {letter}; correct one of them",
            value=_quote(text),
            letter=letter,
        )
    )


@lru_cache(maxsize=8)
def _utm_transformer(zone: int, is_north: bool):  # type: ignore[no-untyped-def]
    from pyproj import Transformer

    return Transformer.from_crs(f"EPSG:{(32600 if is_north else 32700) + zone}", "EPSG:4326", always_xy=True)


def _mgrs(plain: str, text: str) -> ReadPlace | None:
    spaced = _MGRS_SPACED.fullmatch(plain)
    match = _MGRS.fullmatch(plain.replace(" ", "")) if spaced else None
    if match is None or spaced is None:
        return None
    digits = match[5]
    halves = (digits[: len(digits) // 2], digits[len(digits) // 2 :])
    if len(digits) % 2 or len(digits) > 10 or (spaced[2] is not None and len(spaced[1]) != len(spaced[2])):
        raise PlaceError(
            Message(
                "{value} is no MGRS place: easting and northing need the same number of digits, at most five",
                value=_quote(text),
            )
        )
    import mgrs

    # The middle of the square, written to the metre, so that nothing depends on which corner the library gives.
    middle = "".join(half if len(half) == 5 else half.ljust(len(half) + 1, "5").ljust(5, "0") for half in halves)
    try:
        lat, lon = mgrs.MGRS().toLatLon(f"{match[1]}{match[2]}{match[3]}{match[4]}{middle}".upper())
    except Exception as exc:
        raise PlaceError(
            Message("{value} names no square of the MGRS grid; check zone and letters", value=_quote(text))
        ) from exc
    if not (math.isfinite(lat) and math.isfinite(lon) and abs(lat) <= 90 and abs(lon) <= 180):
        raise PlaceError(
            Message("{value} names no square of the MGRS grid; check zone and letters", value=_quote(text))
        )
    return ReadPlace(lon=float(lon), lat=float(lat), sd_m=10.0 ** (5 - len(halves[0])) / math.sqrt(12))


# --- towns ---------------------------------------------------------------------------------------------------------

COMPASS: Final = ("N", "NNE", "NE", "ENE", "E", "ESE", "SE", "SSE", "S", "SSW", "SW", "WSW", "W", "WNW", "NW", "NNW")
"""The sixteen points, each 22.5° wide, clockwise from true north."""
_EN: Final = {"north": "N", "east": "E", "south": "S", "west": "W"}
_RU: Final = {"север": "N", "восток": "E", "восточ": "E", "юг": "S", "юж": "S", "запад": "W"}
_TR: Final = {"kuzey": "N", "doğu": "E", "dogu": "E", "güney": "S", "guney": "S", "batı": "W", "bati": "W"}
_UNITS: Final = {"km": 1000.0, "км": 1000.0, "m": 1.0, "м": 1.0, "metre": 1.0, "mi": 1609.344, "nm": 1852.0}
_AMOUNT = r"(?P<amount>\d{1,4}(?:[.,]\d{1,3})?)\s?(?P<unit>km|км|metre|m|м|mi|nm)\b\.?"
_EN_OF = re.compile(rf"{_AMOUNT} (?:to the )?(?P<point>[a-z -]+?) (?:of|from) (?P<town>.+)", re.IGNORECASE)
_RU_OF = re.compile(rf"(?:в )?{_AMOUNT} (?:(?:к|на) )?(?P<point>[а-яё -]+?)(?: от)? (?P<town>\S.*)", re.IGNORECASE)
_TR_OF = re.compile(rf"(?P<town>.+?)(?:'\w{{1,4}})? {_AMOUNT} (?P<point>[a-zçğıöşü -]+)", re.IGNORECASE)


def _from_town(plain: str, text: str, towns: Sequence[Town]) -> ReadPlace | None:
    for pattern in (_EN_OF, _RU_OF, _TR_OF):
        match = pattern.fullmatch(plain)
        point = _compass_point(match["point"]) if match else ""
        if match and point:
            town = _town_named(match["town"], text, towns)
            return _beside(town, match["amount"], _UNITS[match["unit"].casefold()], point)
    if not towns or not any(char.isalpha() for char in plain) or any(char.isdigit() for char in plain):
        return None
    town = _town_named(plain, text, towns)
    return ReadPlace(lon=town.lon, lat=town.lat, sd_m=TOWN_SD_M)


def is_beside_town(text: str) -> bool:
    """Whether a text gives a place by distance and direction from a town, whichever that is.

    >>> is_beside_town("2.1 km NE of Anywhere"), is_beside_town("two kilometres away")
    (True, False)
    """
    plain = _plain(text[:MAX_TEXT_CHARS])
    matches = (pattern.fullmatch(plain) for pattern in (_EN_OF, _RU_OF, _TR_OF))
    return any(match and _compass_point(match["point"]) for match in matches)


def _beside(town: Town, amount: str, unit_m: float, point: str) -> ReadPlace:
    """`distance` from a town; the spread joins the rounding of the distance, the width of the point and the town's
    own."""
    from trucewatch.geo.frame import wgs84

    plain = amount.replace(",", ".")
    distance_m = float(plain) * unit_m
    rounding_m = unit_m * 10.0 ** -len(plain.partition(".")[2]) / math.sqrt(12)
    # Who writes NE may know only eight points; who writes NNE knows sixteen.
    sector_deg = 22.5 if len(point) == 3 else 45.0
    across_m = distance_m * math.radians(sector_deg) / math.sqrt(12)
    lon, lat, _ = wgs84().fwd(town.lon, town.lat, COMPASS.index(point) * 22.5, distance_m)
    return ReadPlace(lon=float(lon), lat=float(lat), sd_m=math.hypot(max(rounding_m, across_m), TOWN_REFERENCE_SD_M))


def _compass_point(words: str) -> str:
    """One of the sixteen points from its letters or its name in three languages; empty if it is none."""
    compact = words.strip().casefold().replace("ё", "е")
    letters = compact.replace("-", "").replace(" ", "").upper()
    if letters in COMPASS:
        return letters
    stems = _EN | _RU | _TR
    point = "".join(stems[stem] for stem in re.findall("|".join(stems), compact))
    rest = compact
    for stem in stems:
        rest = rest.replace(stem, "")
    return point if point in COMPASS and len(rest) <= 12 else ""


def _town_named(name: str, text: str, towns: Sequence[Town]) -> Town:
    matches = _towns_by_name(towns).get(folded(name), {})
    if len(matches) > 1:
        which = " and ".join(f"{town.id} ({name_in(town.names, 'en')})" for town in list(matches.values())[:3])
        raise PlaceError(
            Message(
                "{value}: {name} may be {which}; write coordinates or another name",
                value=_quote(text),
                name=_quote(name),
                which=which,
            )
        )
    if not matches:
        raise PlaceError(
            Message(
                "{value}: no town {name} is in the basemap; add it there, or write coordinates",
                value=_quote(text),
                name=_quote(name),
            )
        )
    return next(iter(matches.values()))


_BY_NAME: list[tuple[Sequence[Town], dict[str, dict[str, Town]]]] = []
"""The towns that were asked for last, by each of their folded names: a table names a town in every row."""


def _towns_by_name(towns: Sequence[Town]) -> dict[str, dict[str, Town]]:
    last = _BY_NAME[0] if _BY_NAME else None
    if last is None or last[0] is not towns:
        by_name: dict[str, dict[str, Town]] = {}
        for town in towns:
            for name in {part for known in (*town.names.values(), *town.every_name) for part in _folded_parts(known)}:
                by_name.setdefault(name, {})[town.id] = town
        last = (towns, by_name)
        _BY_NAME[:] = [last]
    return last[1]


def _folded_parts(name: str) -> set[str]:
    """A name, and each of the names that stand in it with slashes."""
    return {folded(part) for part in (name, *name.split("/"))}


_LETTERS: Final = str.maketrans({"ı": "i", "ə": "a", "ё": "е", "ł": "l", "đ": "d", "ø": "o", "ð": "d"})
_APOSTROPHES: Final = str.maketrans(dict.fromkeys("'’‘ʼʻ`´ʹ՚"))


def folded(name: str) -> str:
    """Without case, diacritics, apostrophes and the differences of ı/i and ə/a: `Xocavənd` as `xocavand`. Letters of
    another alphabet stay: a name in Cyrillic or Armenian is another name, which stands in the table of names."""
    name = name.strip().replace("İ", "i").replace("I", "i").casefold().translate(_LETTERS).translate(_APOSTROPHES)
    bare = "".join(char for char in unicodedata.normalize("NFD", name) if not unicodedata.combining(char))
    return " ".join(bare.replace("-", " ").split())
