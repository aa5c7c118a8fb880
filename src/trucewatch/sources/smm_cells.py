"""Cells of a table of observations (`2-4km ESE`, `>20`, `Muzzle flash`, `Heard`) → numbers and our words.

Each function reads one cell and raises RowFault or PlaceError for what it does not know; N/K is known to be unknown.
"""

from __future__ import annotations

import difflib
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from trucewatch.errors import PlaceError, RowFault
from trucewatch.geo.place_text import COMPASS, MAX_TEXT_CHARS, TOWN_REFERENCE_SD_M, ReadPlace, read_place
from trucewatch.messages import Message
from trucewatch.model.count_claims import MOST_COUNTED
from trucewatch.model.observation import KINDS
from trucewatch.model.zone import Town
from trucewatch.sources.columns import quote_cell, range_fault
from trucewatch.sources.smm_times import is_unknown

# --- where, seen from the post --------------------------------------------------------------------------------------

POINT_SD_DEG: Final = 11.25
"""A sixteenth of the compass is 22.5° wide, half of it 11.25°. We take this half-width as one standard deviation:
rounding to a point alone would have 11.25 / √3 = 6.5°, and who looks or listens errs by as much again and more."""
DEGREES_SD_DEG: Final = 3.0
"""For a bearing in degrees, as where a row states no error at all (docs/sources.md)."""
RANGE_SHARE: Final = 0.2
"""For a single distance: a fifth of it, as where a row states no error at all."""
FARTHEST_M: Final = 100_000.0

_UNITS: Final = {"km": 1000.0, "км": 1000.0, "m": 1.0, "м": 1.0}
_NUMBER: Final = r"\d{1,6}(?:[.,]\d{1,3})?"
_ABOUT: Final = r"(?:about|approximately|approx\.?|around|circa|ca\.|c\.|~|≈|около|примерно|прибл\.?)"
_AMOUNT = re.compile(
    rf"(?:{_ABOUT}\s*)?(?P<limit>[<>≤≥]|up to|within|more than|over|at least|до|более)?\s*(?P<low>{_NUMBER})\s?"
    rf"(?P<low_unit>km|км|m|м)?(?:\s?(?:-|to|до)\s?(?P<high>{_NUMBER})\s?)?(?P<unit>km|км|m|м)(?![^\W\d_])\.?"
)
_ASSESSED = re.compile(rf"(?:assessed|estimated|оценено|оценка)(?:\s+(?:as|at|to be|в|как))?\s*(?={_ABOUT}|\d)")
_DEGREES = re.compile(
    r"(?:(?:bearing|azimuth|азимут)\s*)?(?P<low>\d{1,4}(?:\.\d{1,2})?)(?:\s?°)?(?:\s?-\s?(?P<high>\d{1,4}(?:\.\d)?))?\s?"
    r"(?:°|deg\.?|degrees|градус\w{0,3})"
    r"|(?:bearing|azimuth|азимут)\s*(?P<bare>\d{1,4}(?:\.\d{1,2})?)(?:\s?-\s?(?P<bare_high>\d{1,4}))?"
)
_NOTE = re.compile(r"\([^()]{0,200}\)")
_PLACE_WORDS = re.compile(r"\b(?:of|from|от|edge|outskirts)\b|окраин")
_FILLERS = re.compile(r"\b(?:to the|at|and|in|direction|direct|dir|distance|n/k|nk|к|на|в|направлени\w)\b|[,;:()]")

_FROM_TOWN = re.compile(r"(?P<amount>.*?(?:km|км|m|м)\.?)\s*(?P<point>[a-zа-яё -]+?) (?:of|from|от) (?P<town>\S.*)")

_NAMES_EN: Final = {"N": "north", "E": "east", "S": "south", "W": "west"}
_NAMES_RU: Final = {"N": "север", "E": "восток", "S": "юг", "W": "запад"}
_LETTERS_RU: Final = {"N": "с", "E": "в", "S": "ю", "W": "з"}


def _point_words() -> Iterator[tuple[str, float]]:
    for number, point in enumerate(COMPASS):
        degrees = number * 22.5
        yield point.casefold(), degrees
        yield "".join(_LETTERS_RU[letter] for letter in point), degrees
        yield "".join(_NAMES_EN[letter] for letter in point), degrees
        russian = [_NAMES_RU[letter] for letter in point]
        # "северо-восток", "юго-юго-запад", and "к востоку"
        whole = "".join(part + "о" for part in russian[:-1]) + russian[-1]
        yield from ((whole, degrees), (whole + "у", degrees), (whole + "е", degrees))


_POINTS: Final = dict(_point_words())


@dataclass(frozen=True, slots=True)
class EventLocation:
    """Where an event was, as seen from who saw or heard it: what is not known is None.

    bearing_sd_deg and range_sd_m are one standard deviation each, half the width of what was written (POINT_SD_DEG).
    place: where the cell names one of its own, "2.1 km NE of TOWN".
    """

    bearing_deg: float | None = None
    bearing_sd_deg: float | None = None
    range_m: float | None = None
    range_sd_m: float | None = None
    place: ReadPlace | None = None


def read_event_location(text: str, towns: Sequence[Town] = ()) -> EventLocation:
    """`2-4km ESE` → bearing 112.5 ± 11.25°, range 3000 ± 1000 m. Raises RowFault, PlaceError.

    A range of distances is its middle ± half its width, `assessed as 3km` beside it its middle; a single one ± a fifth,
    at least half its last digit. A direction alone or a distance alone keeps what is known; a distance without a
    direction places nothing.
    """
    if is_unknown(text):
        return EventLocation()
    if len(text) > MAX_TEXT_CHARS:
        raise _no_location(text)
    plain = " ".join(text.replace("–", "-").replace("—", "-").replace("−", "-").split()).casefold().strip(" .")
    plain = _NOTE.sub(lambda note: note[0] if _says_where(note[0]) else " ", plain)
    if _PLACE_WORDS.search(plain):
        return EventLocation(place=place_named(text, towns))
    assessed = None
    if (match := _ASSESSED.search(plain)) is not None:
        amount = _AMOUNT.match(plain, match.end())
        if amount is None:
            raise _no_location(text)
        assessed = _distance(amount, text)
        plain = plain[: match.start()] + " " + plain[amount.end() :]
    degrees = _DEGREES.search(plain)
    if degrees is not None:
        plain = plain[: degrees.start()] + " " + plain[degrees.end() :]
    amounts = list(_AMOUNT.finditer(plain))
    rest = _AMOUNT.sub(" ", plain)
    letters = re.sub(r"[\s-]+", "", _FILLERS.sub(" ", rest).replace("ё", "е"))
    if len(amounts) > 1 or (letters and degrees) or (letters and letters not in _POINTS):
        if len(amounts) <= 1 and not degrees:
            try:
                return EventLocation(place=place_named(text, towns))
            except PlaceError as exc:
                raise _no_location(text) from exc
        raise _no_location(text)
    if not (amounts or letters or degrees or assessed):
        if re.search(r"\d", rest):
            raise _no_location(text)
        return EventLocation()
    bearing_deg, bearing_sd_deg = (
        _bearing(degrees, text) if degrees else (_POINTS[letters], POINT_SD_DEG) if letters else (None, None)
    )
    range_m, range_sd_m = _distance(amounts[0], text) if amounts else (None, None)
    if assessed is not None:
        range_m, range_sd_m = assessed[0], range_sd_m or assessed[1]
    return EventLocation(bearing_deg, bearing_sd_deg, range_m, range_sd_m)


def _no_location(text: str) -> RowFault:
    return RowFault(
        Message(
            "event location {value} is neither direction and distance nor a place; write it like "
            '"2-4km ESE", "800m NW", "3km, 115°", "N/K" or "2.1 km NE of TOWN", one a row',
            value=quote_cell(text),
        )
    )


def place_named(text: str, towns: Sequence[Town]) -> ReadPlace:
    """A place in words or coordinates: what `read_place` reads, "2-3km NE of TOWN", "at the E edge of TOWN (…)".
    Raises PlaceError."""
    plain = at_the_town(text)
    return _beside_town(plain.replace("–", "-").casefold(), text, towns) or read_place(plain or text, towns)


def _says_where(note: str) -> bool:
    """Whether words in brackets are a distance or a direction, and no remark."""
    return re.search(r"\d|n/k", note) is not None or re.sub(r"[\s()-]+", "", note) in _POINTS


def _beside_town(plain: str, text: str, towns: Sequence[Town]) -> ReadPlace | None:
    """The middle of "2-3km NE of TOWN"; None for what `read_place` reads itself."""
    from trucewatch.geo.frame import wgs84

    match = _FROM_TOWN.fullmatch(plain)
    amount = _AMOUNT.fullmatch(match["amount"].strip()) if match else None
    point = re.sub(r"[\s-]+", "", _FILLERS.sub(" ", match["point"])) if match else ""
    if match is None or amount is None or amount["high"] is None or point not in _POINTS:
        return None
    town = read_place(match["town"], towns)
    range_m, spread_m = _distance(amount, text)
    if range_m is None or spread_m is None:
        return None
    lon, lat, _ = wgs84().fwd(town.lon, town.lat, _POINTS[point], range_m)
    across_m = range_m * math.radians(POINT_SD_DEG)
    return ReadPlace(lon=float(lon), lat=float(lat), sd_m=math.hypot(max(spread_m, across_m), TOWN_REFERENCE_SD_M))


def _value(text: str) -> float:
    return float(text.replace(",", "."))


def _half_step(text: str) -> float:
    """Half of the last digit that is written, zeros at the end of a whole number apart: 50 for 800."""
    whole, _, decimals = text.replace(",", ".").partition(".")
    return 0.5 * (10.0 ** -len(decimals) if decimals else 10.0 ** (len(whole) - len(whole.rstrip("0"))))


def _distance(amount: re.Match[str], text: str) -> tuple[float | None, float | None]:
    """Metres and their standard deviation; none for "more than", which has no middle."""
    unit_m = _UNITS[amount["unit"]]
    for part, unit in (("low", amount["low_unit"] or amount["unit"]), ("high", amount["unit"])):
        if _UNITS[unit] == 1 and re.fullmatch(r"\d+[.,]\d{3}", amount[part] or ""):
            raise RowFault(
                Message(
                    "event location {value} may be metres with three decimals or thousands of metres; write it like "
                    '"1500m" or "1.5km"',
                    value=quote_cell(text),
                )
            )
    if amount["high"] is None:
        if amount["low_unit"] is not None:
            raise _no_location(text)
        range_m = _value(amount["low"]) * unit_m
        spread_m = max(_half_step(amount["low"]) * unit_m, RANGE_SHARE * range_m)
        if amount["limit"] in ("<", "≤", "up to", "within", "до"):
            range_m, spread_m = range_m / 2, range_m / 2
        elif amount["limit"]:
            return None, None
    else:
        low_m = _value(amount["low"]) * _UNITS[amount["low_unit"] or amount["unit"]]
        high_m = _value(amount["high"]) * unit_m
        if amount["limit"] or low_m >= high_m:
            raise RowFault(
                Message(
                    "event location {value} gives a distance that ends before it begins; correct it, or write both "
                    "units (800m-1.2km)",
                    value=quote_cell(text),
                )
            )
        range_m, spread_m = (low_m + high_m) / 2, (high_m - low_m) / 2
    if not 0 < range_m <= FARTHEST_M:
        raise RowFault(range_fault("range_m", quote_cell(text), 1, FARTHEST_M))
    return range_m, spread_m


def _bearing(degrees: re.Match[str], text: str) -> tuple[float, float]:
    """Degrees clockwise from north and their standard deviation."""
    low, high = degrees["low"] or degrees["bare"], degrees["high"] or degrees["bare_high"]
    values = [float(part) for part in (low, high) if part]
    if max(values) > 360:
        raise RowFault(range_fault("bearing_deg", quote_cell(text), 0, 360))
    if len(values) == 2:
        width = (values[1] - values[0]) % 360  # 350-10° goes over north
        if not 0 < width < 180:
            raise _no_location(text)
        return (values[0] + width / 2) % 360, width / 2
    return values[0] % 360, DEGREES_SD_DEG


_EDGE = re.compile(
    r"^(?:the )?(?:[news]{1,3}|(?:north|south|east|west)[\w-]*|centr\w+)?\s*(?:edge|outskirts?|centre|center|area) of "
    r"|^(?:\S+\s+)?окраина (?:города |села |деревни )?|^(?:in|at|near|inside|within|в|у|около|вблизи)\s(?!\d)",
    re.IGNORECASE,
)
_LEADING_ABOUT = re.compile(rf"^{_ABOUT}\s*(?=\d)", re.IGNORECASE)


def at_the_town(text: str) -> str:
    """A place without what says only that it is at the town: "E edge of TOWN (…)" as "TOWN"."""
    plain = _NOTE.sub(" ", " ".join(text.split()))
    for _ in range(2):  # "at the edge of"
        plain = _EDGE.sub("", plain.strip())
    return _LEADING_ABOUT.sub("", plain).strip(" ,;.")


# --- how many --------------------------------------------------------------------------------------------------------

_COUNT = re.compile(
    rf"(?:(?P<more>>|more than|over|более|больше|свыше)|(?P<least>≥|>=|at least|min\.?|не менее)"
    r"|(?P<fewer><|fewer than|less than|менее)|(?P<most>≤|<=|up to|at most|max\.?|не более|до)"
    rf"|(?P<about>{_ABOUT}))?\s*"
    r"(?P<low>\d{1,9})\s*(?:(?:-|–|to|до)\s*(?P<high>\d{1,9})|(?P<plus>\+))?",
)
_MANY: Final = frozenset(
    ("several", "multiple", "numerous", "many", "some", "intense", "few", "a few", "несколько", "много", "множество")
)
Count = tuple[int | None, int | None, int | None]


def read_count(text: str) -> Count:
    """Least, best and most of a number as it is written: (21, None, None) for `>20`. Raises RowFault.

    `5-7` states its ends and no best, `approx. 15` a best and no ends; N/K and words like "several" state no number.
    """
    plain = " ".join(text.split()).casefold()
    if is_unknown(plain) or plain in _MANY:
        return None, None, None
    match = _COUNT.fullmatch(plain)
    signs = [name for name in ("more", "least", "fewer", "most", "about", "plus") if match and match[name]]
    if match is None or len(signs) + bool(match["high"]) > 1:
        raise RowFault(
            Message(
                'number {value} is no count; write it like "12", ">20", "approx. 15", "5-7" or "N/K"',
                value=quote_cell(text),
            )
        )
    low, high = int(match["low"]), int(match["high"] or match["low"])
    sign = signs[0] if signs else ""
    if not max(low, high):
        raise RowFault(Message('number "0" counts nothing; write how many, or "N/K"'))
    if max(low, high) > MOST_COUNTED:
        raise RowFault(range_fault("count_best", quote_cell(text), 1, MOST_COUNTED))
    if match["high"]:
        if low > high:
            raise RowFault(Message("number {value} ends before it begins; correct it", value=quote_cell(text)))
        return (low, None, high) if low < high else (None, low, None)
    by_sign: dict[str, Count] = {
        "more": (low + 1, None, None),
        "least": (low, None, None),
        "plus": (low, None, None),
        "fewer": (None, None, low - 1),
        "most": (None, None, low),
    }
    return by_sign.get(sign, (None, low, None))


# --- what ------------------------------------------------------------------------------------------------------------

_KIND_WORDS: Final[Mapping[str, tuple[str, ...]]] = {
    "explosion": ("explosion", "blast", "detonation", "взрыв", "взрыва", "взрывы", "взрывов", "airburst", "air burst"),
    "burst": ("burst", "очередь", "очереди", "очередей"),
    "shot": ("shot", "gunshot", "gun shot", "выстрел", "выстрела", "выстрелы", "выстрелов"),
    "projectile": (
        *("projectile", "tracer", "tracer round", "rocket", "missile", "снаряд", "снаряда", "снаряды", "снарядов"),
        *("трассер", "трассера", "трассеры", "трассеров", "трассирующий снаряд"),
    ),
    "muzzle_flash": ("muzzle flash", "muzzle flashe", "дульная вспышка", "дульные вспышки", "дульных вспышек"),
    "flare": (
        *("illumination flare", "flare", "осветительная ракета", "осветительные ракеты", "осветительных ракет"),
        "осветительный снаряд",
    ),
}
_KIND_OF: Final = {phrase: kind for kind, phrases in _KIND_WORDS.items() for phrase in phrases}
_KIND = re.compile(
    r"(?<![\w-])(?P<kind>" + "|".join(sorted(map(re.escape, _KIND_OF), key=len, reverse=True)) + r")s?(?![\w-])"
)
_BESIDE_KIND = re.compile(
    r"(?:an?|of|the|single|multiple|several|outgoing|incoming|impact|undetermined|controlled|small[- ]arms|hmg|mortar|"
    r"artillery|in flight|[\s,()/-])*"
)
_AND: Final = r"(?:,|;|/|&|\+|\band\b|\bи\b)"
_COUNTED: Final = r"(?:\d+|an?|one|two|three|four|five|six|seven|eight|nine|ten|several|multiple)\s+"
_COUNTED_KIND = re.compile(rf"(?:^|:|{_AND})\s*(?:and\s+|и\s+)?{_COUNTED}(?:[^\W\d_]+\s+)?{_KIND.pattern}")


def read_kind(text: str, kinds: Mapping[str, str]) -> str:
    """The kind that an observation's word means. `kinds`: the source's own words, folded. Raises RowFault."""
    folded = " ".join(text.split()).casefold()
    if folded in kinds:
        return kinds[folded]
    if folded.replace(" ", "_") in KINDS:
        return folded.replace(" ", "_")
    named = {_KIND_OF[match["kind"]] for match in _KIND.finditer(folded)}
    if len(named) > 1:
        raise RowFault(_two_kinds(text))
    if named and _BESIDE_KIND.fullmatch(_KIND.sub(" ", folded)):
        return named.pop()
    if not folded:
        raise RowFault(Message("observation is empty; write what was observed, like Explosion"))
    near = difflib.get_close_matches(folded, [*_KIND_OF, *kinds], n=1)
    raise RowFault(
        Message(
            'observation {value} is not known; add it (like "{word}") to kinds of this source in watch.toml',
            value=quote_cell(text),
            word=near[0],
        )
        if near
        else Message(
            "observation {value} is not known; add it to kinds of this source in watch.toml", value=quote_cell(text)
        )
    )


def _two_kinds(text: str) -> Message:
    return Message("{value} names several kinds of items; give each kind a row of its own", value=quote_cell(text))


def check_one_kind(description: str, kind: str) -> None:
    """Raises RowFault where a description counts items of another kind: one row is one kind, with its number."""
    folded = " ".join(description.split()).casefold()
    for match in _COUNTED_KIND.finditer(folded):
        if _KIND_OF[match["kind"]] != kind:
            raise RowFault(_two_kinds(description))


_ITEMS = re.compile(r"[,;()/]|\s-\s|\s–\s")
_DENIED = re.compile(
    r"\b(?:not|no|non|without|nor|neither|unlikely|ruled out|earlier|previous|не|нет|без|ни|исключен\w*|прежн\w+)\b"
)
"""What makes an item no statement of an aspect: a denial, or an earlier event."""
_DOUBT = re.compile(
    r"\?|\b(?:or|undetermined|unconfirmed|unclear|unknown|doubtful|possibl[ey]|probabl[ey]|likely|perhaps|maybe|may be|"
    r"may have|might|could|или|либо|возможно|вероятно|неизвестн\w+|не ?(?:подтвержд|установл|определ)ен\w*)\b"
)
"""What leaves the aspect open that stands beside it, or all of them where nothing else stands in the item."""
_ANY_ASPECT = re.compile(
    r"\b(?:outgoing|incoming|impact|air ?burst|controlled|exercise|training|исходящ|попадани|учени)"
)
_PLACE_OF: Final = r"(?!\s(?:areas?|grounds?|ranges?|centres?|centers?|camps?|sites?|zones?)\b)"
_ASPECT_ITEM: Final = r"(?:(?:assessed|determined|heard|seen|оценено)\s+)?(?:(?:as|to be|как)\s+)?(?:an?\s+)?"
_ASPECT = re.compile(
    _ASPECT_ITEM + r"(?:(?P<outgoing>outgoing\b|исходящ\w+)|(?P<impact>impacts?\b" + _PLACE_OF + r"|попадани\w+)"
    r"|(?P<airburst>air[ -]?bursts?\b|воздушн\w+ (?:разрыв|взрыв)\w*)"
    r"|(?P<controlled>(?:controlled|контролируем\w+)"
    r"(?:\s+(?:detonation|explosion|demolition|blast|disposal|подрыв\w*|взрыв\w*))?$)"
    r"|(?P<exercise>(?:(?:live[- ]fire |training )?exercises?\b|training\b)" + _PLACE_OF + r"|учени\w+))"
)


def read_aspect(observation: str, description: str) -> str:
    """The aspect that a description states, item by item; undetermined where it states none or several.

    An item counts from its beginning ("assessed as outgoing", "impact near the road"), so that "government-controlled"
    is no controlled detonation; one with a "not" in it counts for nothing, and one in doubt ("outgoing or impact",
    "outgoing?", "undetermined") leaves all undecided. In flight is no aspect: what became of it is not known.
    """
    stated = set()
    for item in (observation, *_ITEMS.split(description)):
        plain = item.strip().casefold().replace("ё", "е")
        if _DOUBT.search(plain) and (_ANY_ASPECT.search(plain) or _DOUBT.fullmatch(plain.removeprefix("assessed as "))):
            return "undetermined"
        match = _ASPECT.match(plain)
        if match and not _DENIED.search(plain):
            stated.add(match.lastgroup or "")
    return stated.pop() if len(stated) == 1 else "undetermined"


# --- how they know ---------------------------------------------------------------------------------------------------

_PERCEIVED: Final = {
    "saw": ("saw", "seen", "see", "observed", "visual", "visually", "видел", "видели", "наблюдал", "наблюдали"),
    "heard": ("heard", "hear", "audible", "audio", "слышал", "слышали", "слышно"),
    "recorded": ("recorded", "record", "recording", "filmed", "записано", "записала", "зафиксировано", "зафиксировала"),
    "told": ("told", "reported", "informed", "сообщили", "сообщено", "со слов"),
}
_PERCEIVED_OF: Final = {word: perceived for perceived, words in _PERCEIVED.items() for word in words}
_FIRST_OF: Final = ("recorded", "saw", "heard", "told")


def read_perceived(text: str) -> str:
    """How who observed knows: saw, heard, recorded, told; of several the one that tells most. Raises RowFault."""
    if is_unknown(text):
        return ""
    words = [word for word in re.split(_AND, " ".join(text.split()).casefold()) if word.strip()]
    ways = {_PERCEIVED_OF.get(word.strip()) for word in words}
    if None in ways or not ways:
        raise RowFault(
            Message('means {value} is not known; write "Saw", "Heard", "Recorded" or "Told"', value=quote_cell(text))
        )
    return next(word for word in _FIRST_OF if word in ways)


_MEANS: Final = (
    ("uav", re.compile(r"\b(?:(?:mini-?|long-range )?uavs?|drones?|unmanned)\b|бпла|беспилот")),
    ("camera", re.compile(r"\bcameras?\b|камер")),
    ("acoustic", re.compile(r"\bacoustic\b|акустич")),
    ("patrol", re.compile(r"\bpatrols?\b|патрул")),
)


def means_in(position: str) -> str:
    """By what means who stands there observes, where the words say it; empty where they do not."""
    folded = position.casefold()
    return next((means for means, pattern in _MEANS if pattern.search(folded)), "")


def spread_of_direction(bearing_sd_deg: float, observer_sd_m: float, range_m: float) -> float:
    """The spread of a bearing that is drawn from a place which is itself known to so much only, degrees."""
    return math.hypot(bearing_sd_deg, math.degrees(math.atan2(observer_sd_m, range_m)))
