"""The zone of a statement's clock: as it is stated beside the time, or assumed, with the reason."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from typing import Final
from urllib.parse import urlsplit

from trucewatch.messages import Message
from trucewatch.model.lexicon import Voice
from trucewatch.sources.official_statement.statement_words import any_of, publisher_table, small

_OFFSET: Final = re.compile(r"(?<!\w)(?:gmt|utc|z)\s?(?P<sign>[+\-−–])\s?(?P<h>\d{1,2})(?::?(?P<m>[0-5]\d))?(?!\d)")
_BARE_OFFSET: Final = re.compile(r"(?<=\d)\s?(?P<sign>[+-])(?P<h>\d{2}):?(?P<m>[0-5]\d)(?!\d)")
_ZERO: Final = re.compile(r"(?<!\w)(?:gmt|utc)(?!\w)|(?<=:\d\d)z(?!\w)")
_TIME_WORDS: Final = re.compile(
    r"(?<!\w)(?:time|врем\w+|uhr|ortszeit|zeit|\w+er zeit|heure|hora|saati\w*|vaxtı\w*|ժամանակով|ժամով)(?!\w)"
)
ZONE_LETTERS: Final = re.compile(r"(?<!\w)[^\W\d_]{2,4}(?!\w)")


def zone_stated(text: str) -> str:
    """The zone that a line states, "+03:00" or an IANA name; "" where it states none.

    >>> zone_stated("21.11.2020 20:19 GMT+3"), zone_stated("20:19 (Moscow time)"), zone_stated("20:19")
    ('+03:00', 'Europe/Moscow', '')
    """
    line = small(text)
    match = _OFFSET.search(line) or _BARE_OFFSET.search(line)
    if match:
        hours, minutes = int(match["h"]), int(match["m"] or 0)
        return f"{'+' if match['sign'] == '+' else '-'}{hours:02}:{minutes:02}" if hours <= 15 else ""
    if _ZERO.search(line):
        return "+00:00"
    letters = publisher_table()["letters"]
    for word in ZONE_LETTERS.findall(line):
        if word in letters:
            return str(letters[word])
    return zone_of_place(line) if _TIME_WORDS.search(line) else ""


def zone_of_place(place: str) -> str:
    """The zone of a city that a text names; "" where it names none that is known."""
    line = small(place)
    return next((zone for zone, pattern in _cities() if pattern.search(line)), "")


@cache
def _cities() -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple((zone, any_of(names)) for zone, names in publisher_table()["cities"].items())


def host_of(url: str) -> str:
    """The host of an address, "" where there is none."""
    try:
        return (urlsplit(url).hostname or "").removeprefix("www.")
    except ValueError:
        return ""


def _is_below(host: str, of: str) -> bool:
    return host == of or host.endswith(f".{of}")


def zone_assumed(
    *, wanted: str, voice: str = "", voices: Sequence[Voice], host: str, bar: tuple[str, ...], place: str
) -> tuple[str, Message | None]:
    """The zone taken for a clock that states none, and why; ("", None) where nothing speaks for any.

    In this order: `wanted` by the caller, the voice of the watch whose id is `voice`, one known by its host, the
    publisher by its host or by its own way of writing the language bar (bar: codes like `en-GB`), the place.
    """
    if wanted:
        return wanted, Message(
            "The page states no time zone. {zone} is assumed, because it was given for this file.", zone=wanted
        )
    whose = [(each, voice) for each in voices if voice and each.id == voice]
    whose += [(each, host) for each in voices if host and any(_is_below(host, small(own)) for own in each.hosts)]
    for each, name in whose:
        if each.zone:
            return each.zone, Message(
                "The page states no time zone. {zone} is assumed, because the watch names it for {host}.",
                zone=each.zone,
                host=name,
            )
    for publisher in publisher_table()["publisher"]:
        if host and any(_is_below(host, each) for each in publisher["hosts"]):
            return publisher["zone"], Message(
                "The page states no time zone. {zone} is assumed, because it is that of {host}.",
                zone=publisher["zone"],
                host=host,
            )
    for publisher in publisher_table()["publisher"]:
        own = publisher.get("bar", ())
        if len(bar) >= 2 and own and set(bar) <= set(own):
            return publisher["zone"], Message(
                "The page states no time zone. {zone} is assumed, because {host} writes its list of languages in this "
                "way.",
                zone=publisher["zone"],
                host=publisher["hosts"][0],
            )
    zone = zone_of_place(place) if place else ""
    if zone:
        return zone, Message(
            "The page states no time zone. {zone} is assumed, because it is that of the place, {place}.",
            zone=zone,
            place=place,
        )
    return "", None


def is_month_first(host: str) -> bool:
    """Whether a publisher writes the month before the day."""
    return any(_is_below(host, each) for each in ("state.gov", "whitehouse.gov", "defense.gov", "usmission.gov"))
