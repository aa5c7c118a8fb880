"""Words → the times of day in them, with the zone that the words state, in English, Russian, Azerbaijani, Armenian and
Turkish. A time is "18:05", or "18.05" and "1805" where a word beside it says that it is one."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from trucewatch.annotation.number_words import plain, unit_of

_CLOCK: Final = re.compile(
    r"(?<![\d.,:])(?P<hour>\d{1,2})(?P<sign>[:.])(?P<minute>\d\d)(?::(?P<second>\d\d))?(?![\d:]|[.,]\d)"
    r"(?:\s?(?P<half>[ap])\.?m\b\.?)?"
    r"|(?<![\d.,:])(?P<hours>\d\d)(?P<minutes>\d\d)(?=\s?(?:z|utc|gmt|hrs|hours)\b)"
)
_HOUR_WORDS: Final = re.compile(r"(?:^|[^\w])(?:saat|at|by|ժամը|ժամի|в|во|к|um)[\s']*$")
_HOUR_AFTER: Final = re.compile(r"\s?(?:hrs|hours|h|ч|час\w*|uhr)\b")
_OFFSET: Final = r"(?:utc|gmt)?\s?(?P<sign>[+-])\s?(?P<hours>\d\d?)(?::?(?P<minutes>\d\d))?(?!\d)"
_UNIVERSAL: Final = "utc|gmt|z(?!\\w)|по гринвичу|по всемирному времени|всемирного времени|universal time|evrensel saat"
_LOCAL: Final = (
    "local time|local|yerel saat|yerel zaman|yerli vaxt|по местному времени|местного времени|местному времени|"
    "տեղական ժամանակ|տեղական ժամ"
)
_OF_CITIES: Final = (
    (
        180,
        "moscow time|moscow|msk|мск|по московскому времени|по москве|московского времени|moskova saati|moskva vaxt|"
        "մոսկվայի ժամանակ",
    ),
    (180, "turkish time|türkiye saati|türkiyə vaxt|по турецкому времени|թուրքիայի ժամանակ"),
    (240, "baku time|по бакинскому времени|bakü saati|bakı vaxt|բաքվի ժամանակ"),
    (240, "yerevan time|по ереванскому времени|erivan saati|irəvan vaxt|երևանի ժամանակ"),
)
"""What the cities in which the copies of a text are made call their time, with its minutes east of Greenwich."""
_LOCAL_TIME: Final = 10**6
_REACH: Final = 44
_BETWEEN: Final = r"[\s(,\[–-]{0,3}"
_CASE: Final = r"(?:['-][^\W\d_]{1,4})?"
"""The ending that a language sets on a number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockTime:
    """A time of day as it is written, with its zone: text[start:end]. key: `18:05Z`, the same moment in UTC; `18:05`
    where no zone is stated."""

    start: int
    end: int
    key: str


def clock_times(text: str, language: str, *, local: datetime | None = None) -> tuple[ClockTime, ...]:
    """The times of day that a text states, in order. local: a moment in the zone of the watch, on the day that the text
    is of; without it a time by local time has no zone.

    >>> [time.key for time in clock_times("at 18:05 UTC, or 9:05 pm Moscow time; at 7.30", "en")]
    ['18:05Z', '18:05Z', '07:30']
    """
    words = plain(text)
    times: list[ClockTime] = []
    least = 0
    for match in _CLOCK.finditer(words):
        hour, minute = int(match["hour"] or match["hours"]), int(match["minute"] or match["minutes"])
        second = int(match["second"] or 0)
        if match.start() < least:
            continue  # of the offset of the time before
        if hour > 24 or minute > 59 or second > 59 or (match["half"] and not 1 <= hour <= 12):
            continue
        start, end, offset = _with_zone(words, match.start(), match.end(), least)
        if match["sign"] == "." and offset is None and not match["half"] and not _is_hour(words, match, language):
            continue
        if match["half"]:
            hour = hour % 12 + (12 if match["half"] == "p" else 0)
        east = local.utcoffset() if offset == _LOCAL_TIME and local is not None else None
        if offset is not None and offset != _LOCAL_TIME:
            east = timedelta(minutes=offset)
        seconds = hour * 3600 + minute * 60 + second
        key = _written(seconds) if east is None else f"{_written(seconds - int(east.total_seconds()))}Z"
        times.append(ClockTime(start=start, end=end, key=key))
        least = end
    return tuple(times)


def _written(seconds: int) -> str:
    minutes, second = divmod(seconds % 86_400, 60)
    return f"{minutes // 60:02}:{minutes % 60:02}" + (f":{second:02}" if second else "")


def _is_hour(words: str, match: re.Match[str], language: str) -> bool:
    """Whether "18.05" is an hour of the clock by the words beside it, and counts nothing."""
    following = words[match.end() : match.end() + 24]
    if _HOUR_AFTER.match(following):
        return True
    counted = re.match(r"\s?([^\W\d_]+)", following)
    if counted and unit_of(counted[1], language):
        return False
    return bool(_HOUR_WORDS.search(words[max(0, match.start() - 8) : match.start()]))


def _with_zone(words: str, start: int, end: int, least: int) -> tuple[int, int, int | None]:
    """Where a time with its zone stands, and the minutes east; None without a zone."""
    following = words[end : end + _REACH]
    for minutes, after, _ in _ZONES:
        match = after.match(following)
        if match:
            stop = end + match.end()
            stop += "(" in match[0] and words[stop : stop + 1] == ")"
            return start, stop, _minutes(match) if minutes is None else minutes
    before = words[max(least, start - _REACH) : start]
    for minutes, _, ahead in _ZONES:
        match = ahead.search(before)
        if match:
            return start - len(before) + match.start(1), end, _minutes(match) if minutes is None else minutes
    return start, end, None


def _minutes(match: re.Match[str]) -> int:
    minutes = int(match["hours"]) * 60 + int(match["minutes"] or 0)
    return -minutes if match["sign"] == "-" else minutes


def _zone(minutes: int | None, pattern: str) -> tuple[int | None, re.Pattern[str], re.Pattern[str]]:
    """A zone's words after a time, and before it."""
    folded = pattern if minutes is None else "|".join(plain(word) for word in pattern.split("|"))
    ending = r"[^\W\d_]*" if minutes is not None else ""
    after = re.compile(rf"{_CASE}{_BETWEEN}({folded}){ending}(?!\s?\d\d?[:.]\d\d)")
    before = re.compile(rf"(?<!\w)({folded}){ending}{_BETWEEN}(?:(?:saat|at|ժամը|в|во|ile|ila)[\s']*)*$")
    return minutes, after, before


_ZONES: Final = (
    _zone(None, _OFFSET),
    _zone(0, _UNIVERSAL),
    _zone(_LOCAL_TIME, _LOCAL),
    *(_zone(minutes, pattern) for minutes, pattern in _OF_CITIES),
)
