"""Words → the dates, numbers and places in them, in eight languages."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from typing import Final

from trucewatch.annotation.known_names import KnownNames
from trucewatch.annotation.number_words import (
    ALONE_NEVER,
    ALONE_ONLY_LED,
    BEFORE_TIME,
    JOINS_DAYS,
    LEADS_TO_TIME,
    ONES,
    TIME_UNITS,
    hedge_phrases,
    month_words,
    number_words,
    ordinal_words,
    plain,
    unit_of,
)
from trucewatch.annotation.place_spellings import PlaceSpellings, spellings_of
from trucewatch.model.annotations import Hedge, Value

_TOKEN: Final = re.compile(
    r"(?P<clock>\d\d?:\d\d(?::\d\d)?)(?!\d)|(?P<iso>\d{4}-\d\d-\d\d)(?!\d)|(?P<day>\d\d?[./-]\d\d?[./-]\d{4})(?!\d)"
    r"|(?P<number>\d{4}(?=\d\d:\d\d(?!\d))"
    r"|\d{1,3}(?:[ .,']\d{3}){1,5}+(?!\d)(?:[.,]\d{1,2}(?!\d))?|\d{1,15}(?:[.,]\d{1,4}(?!\d))?|\d+)"
    r"|(?P<word>[^\W\d_]+)"
)
_MULTIPLIERS: Final = (1_000, 1_000_000, 1_000_000_000)
_DAY_TAILS: Final = frozenset(
    [
        "st",
        "nd",
        "rd",
        "th",
        "of",
        "de",
        "го",
        "е",
        "ое",
        "й",
        "er",
        "ein",
        "u",
        "da",
        "dak",
        "i",
        "ci",
        "cu",
        "ի",
        "ին",
        "ից",
        "ը",
        "ը",
        "u'",
        "a",
        "e",
        "den",
        "dan",
        "tarihine",
        "tarihinde",
    ]
)
"""What may stand between a day and its month."""
_YEAR_TAILS: Final = frozenset(
    ["ci", "cu", "il", "ilin", "ili", "ilda", "yili", "yilinin", "yil", "թ", "թվական", "թվականի", "թ'", "ամի"]
)
"""What stands between a year and the month after it."""
_BEFORE_YEAR: Final = frozenset({"de", "of", "del", "г"})
_HEDGE_CHARS: Final = 26
_NO_SPELLINGS = PlaceSpellings({})
Token = tuple[int, int, str, str]
"""start, end, kind ("iso", "day", "number", "word"), folded words."""


def values_in(
    text: str, language: str, lexis: KnownNames | None = None, *, year_of: date | None = None
) -> tuple[Value, ...]:
    """The dates, numbers and places that words name, in the order of the words; none overlaps another.

    year_of: the day of the statement; a day without a year is the one nearest to it, without it "--05-02". A number's
    unit is one of people, km, km2, m, ha, hour, day, week, month, year, %. Time grows with the length alone.
    Limits: ordinals in words are days in English, Russian and German (to twelve) alone; a year alone is a
    date of four digits.

    >>> [(value.value, value.unit, value.hedge) for value in values_in("more than 48,000 people by 2 May", "en")]
    [('48000', 'people', 'more_than'), ('--05-02', '', '')]
    """
    folded = plain(text)
    tokens: list[Token] = [
        (match.start(), match.end(), match.lastgroup or "", match.group()) for match in _TOKEN.finditer(folded)
    ]
    scan = _Scan(text, folded, tokens, language, year_of)
    spellings = spellings_of(lexis, "places", language) if lexis is not None and lexis.places else _NO_SPELLINGS
    values: list[Value] = []
    months, numbers, firsts = month_words(language), number_words(language), spellings.firsts
    place = 0
    following = 0
    for index, (start, _, kind, word) in enumerate(tokens):
        if index < following:
            continue
        if kind == "word":
            if firsts and word[:3] in firsts:
                place_id, length = spellings.at(tokens, index, text)
                if length:
                    end = tokens[index + length - 1][1]
                    values.append(Value(kind="place", start=start, end=end, text=text[start:end], value=place_id))
                    following = index + length
                    continue
            if word in months:
                following = max(scan.add_month(index, months[word], values, place), index + 1)
                place = following
            elif word in numbers:
                following = scan.add_number(index, values)
        elif kind == "number":
            if not scan.leads_to_month(index, months):
                following = scan.add_number(index, values)
        elif kind != "clock":
            scan.add_written_day(index, values)
    values.sort(key=lambda value: value.start)
    return tuple(values)


class _Scan:
    """What is asked of the tokens of one text."""

    __slots__ = ("_language", "_numbers", "_ones", "_text", "_tokens", "_words", "_year_of")

    def __init__(self, text: str, words: str, tokens: list[Token], language: str, year_of: date | None) -> None:
        self._text, self._words, self._tokens = text, words, tokens
        self._language, self._year_of = language, year_of
        self._numbers, self._ones = number_words(language), ONES.get(language, frozenset())

    # Dates

    def add_written_day(self, index: int, values: list[Value]) -> None:
        start, end, kind, word = self._tokens[index]
        parts = [int(part) for part in re.split(r"[-./]", word)]
        year, month, day = parts if kind == "iso" else parts[::-1]
        if _is_day(year, month, day):
            self._add("date", start, end, f"{year:04}-{month:02}-{day:02}", values)

    def leads_to_month(self, index: int, months: dict[str, int]) -> bool:
        """Whether a number is a day or a year that the month after it takes up."""
        if not self._is_small(index) and not self._year(index):
            return False
        for later in range(index + 1, min(index + 5, len(self._tokens))):
            _, _, kind, word = self._tokens[later]
            between = self._words[self._tokens[later - 1][1] : self._tokens[later][0]]
            if len(between) > 3 or between.strip(" .-/'") not in ("", ")"):
                return False
            if word in months:
                return self._is_small(index) or self._tokens[later - 1][3] in _YEAR_TAILS or later == index + 1
            if kind == "number":
                if not self._is_small(later):
                    return False
            elif word not in _DAY_TAILS and word not in _YEAR_TAILS and word not in JOINS_DAYS:
                return False
        return False

    def add_month(self, index: int, month: int, values: list[Value], least: int) -> int:
        """Adds the days of a month that stands at a token, or the month; the token from which to go on."""
        tokens = self._tokens
        start, end, _, word = tokens[index]
        days: list[tuple[int, int, int]] = []
        before = index - 1
        while before >= least and len(days) < 4:
            if self._is_small(before):
                days.insert(0, (int(tokens[before][3]), tokens[before][0], tokens[before][1]))
            elif (tokens[before][3] not in _DAY_TAILS and not (days and tokens[before][3] in JOINS_DAYS)) or (
                not days and index - before > 2
            ):
                break
            gap = self._words[tokens[before][1] : tokens[before + 1][0]]
            if gap.strip(" .-/'"):
                if self._is_small(before):
                    days.pop(0)
                break
            before -= 1
        after = index + 1
        year = 0
        is_after = False
        if not days:
            ordinal, first = self._ordinal(index)
            if ordinal:
                days.append((ordinal, first, end))
                while values and values[-1].end > first:
                    values.pop()
        if not days:
            while after < len(tokens) and after < index + 4 and self._is_small(after) and self._near(after, " '-/."):
                days.append((int(tokens[after][3]), tokens[after][0], tokens[after][1]))
                is_after = True
                after += 1
                if after < len(tokens) and tokens[after][3] in _DAY_TAILS and self._near(after, "-' "):
                    after += 1
            previous = before
            while previous >= max(0, index - 4) and tokens[previous][3] in _YEAR_TAILS:
                previous -= 1
            if (
                previous >= 0
                and previous >= index - 4
                and self._year(previous)
                and (previous < before or (self._near(index, " .") and previous == index - 1))
            ):
                year, start = self._year(previous), tokens[previous][0] if not days else tokens[index][0]
        following = after
        if following < len(tokens) and tokens[following][3] in _BEFORE_YEAR and self._near(following, " "):
            following += 1
        if not year and following < len(tokens) and self._year(following) and self._near(following, " ,."):
            year, after = self._year(following), following + 1
            end = tokens[following][1]
        if not days:
            if year:
                self._add("date", start, end, f"{year}-{month:02}", values)
            elif self._is_month_alone(index, word):
                self._add("date", start, end, self._month(month), values)
            return after if year else index + 1
        for place, (day, first, last) in enumerate(days):
            if not _is_day(year or 2000, month, day):
                continue
            begins, ends = first, last
            if not is_after and place == len(days) - 1:
                ends = max(end, last)
            elif is_after and place == 0:
                begins = start
            if is_after and place == len(days) - 1:
                ends = max(end, last)
            self._add("date", begins, ends, self._day(year, month, day), values)
        return after

    def _ordinal(self, index: int) -> tuple[int, int]:
        """The day that a word in its order before a month names, and where it begins; (0, 0) for none."""
        before = index - 1
        if before > 0 and self._tokens[before][3] in ("of", "de"):
            before -= 1
        if before < 0:
            return 0, 0
        day = ordinal_words(self._language).get(self._tokens[before][3], 0)
        tens = self._numbers.get(self._tokens[before - 1][3], 0) if before else 0
        if 0 < day < 10 and tens in (20, 30) and self._near(before, " -"):
            return day + tens, self._tokens[before - 1][0]
        return day, self._tokens[before][0]

    def _is_month_alone(self, index: int, word: str) -> bool:
        start = self._tokens[index][0]
        led = index and self._tokens[index - 1][3] in LEADS_TO_TIME
        followed = index + 1 < len(self._tokens) and self._tokens[index + 1][3][:2] in ("ay", "ամ")
        if word in ALONE_ONLY_LED or len(word) < 4:
            return bool(followed or (led and (self._language in ("fr", "ru") or self._text[start].isupper())))
        return self._language not in ("en", "de", "tr") or self._text[start].isupper()

    def _day(self, year: int, month: int, day: int) -> str:
        if year:
            return f"{year}-{month:02}-{day:02}"
        if self._year_of is None:
            return f"--{month:02}-{day:02}"
        near = [
            date(each, month, day)
            for each in range(max(1, self._year_of.year - 1), min(9999, self._year_of.year + 1) + 1)
            if _is_day(each, month, day)
        ]
        if not near:
            return f"--{month:02}-{day:02}"
        return min(near, key=lambda each: abs((each - (self._year_of or each)).days)).isoformat()

    def _month(self, month: int) -> str:
        return f"--{month:02}" if self._year_of is None else self._day(0, month, 15)[:7]

    def _is_small(self, index: int) -> bool:
        _, _, kind, word = self._tokens[index]
        return kind == "number" and len(word) <= 2 and 1 <= int(word) <= 31

    def _year(self, index: int) -> int:
        _, _, kind, word = self._tokens[index]
        year = int(word) if kind == "number" and len(word) == 4 and word.isdecimal() else 0
        return year if 1800 <= year <= 2199 else 0

    def _near(self, index: int, signs: str) -> bool:
        """Whether nothing but a few signs stands before a token."""
        gap = self._words[self._tokens[index - 1][1] : self._tokens[index][0]]
        return len(gap) <= 3 and not gap.strip(signs)

    # Numbers

    def add_number(self, index: int, values: list[Value]) -> int:
        """Adds the number that begins at a token; the token from which to go on."""
        tokens = self._tokens
        start, end, kind, word = tokens[index]
        if kind == "number" and start and (self._words[start - 1].isalpha() or _names_a_type(self._words, start)):
            return index + 1
        if kind == "number" and self._is_hour(index):
            return index + 1
        amount, after = (self._digits(index), index + 1) if kind == "number" else self._spelled(index)
        if kind == "number":
            while (
                after < len(tokens) and self._numbers.get(tokens[after][3]) in _MULTIPLIERS and self._near(after, " .-")
            ):
                amount *= self._numbers[tokens[after][3]]
                after += 1
        end = tokens[after - 1][1]
        unit, hedge = self._unit(after, start), self._hedge(start, end)
        if kind == "word" and after == index + 1 and not unit and (word in ALONE_NEVER or word in self._ones):
            return after
        if kind == "number" and self._year(index) and after == index + 1 and unit in ("", "year") and not hedge:
            self._add("date", start, end, word, values)
            return after
        value = format(amount.normalize(), "f") if amount else "0"
        self._add("number", start, end, value, values, unit=unit, hedge=hedge)
        return after

    def _is_hour(self, index: int) -> bool:
        """Whether "16.05" is an hour of the clock, by the words beside it."""
        word = self._tokens[index][3]
        if len(word) not in (4, 5) or word[-3] != "." or int(word[:-3]) > 24 or int(word[-2:]) > 59:
            return False
        before = self._tokens[index - 1][3] if index else ""
        after = self._tokens[index + 1][3] if index + 1 < len(self._tokens) else ""
        return before in ("saat", "las", "um", "klokka", "at", "gegen") or after in ("uhr", "h", "hrs", "pm", "am")

    def _digits(self, index: int) -> Decimal:
        word = self._tokens[index][3].replace(" ", "").replace("'", "")
        decimal = "." if self._language == "en" else ","
        other = "," if decimal == "." else "."
        if word.endswith(decimal + "000") or word.count(decimal) > 1:
            return Decimal(re.sub(r"[.,]", "", word))
        if other in word and len(word) - word.rindex(other) != 4 and decimal not in word:
            return Decimal(word.replace(other, "."))
        return Decimal(word.replace(other, "").replace(decimal, "."))

    def _spelled(self, index: int) -> tuple[Decimal, int]:
        total, current, last = 0, 0, 10**12
        after = index
        while after < len(self._tokens) and after < index + 12:
            word = self._tokens[after][3]
            if after > index and not self._near(after, " -"):
                break
            value = self._numbers.get(word)
            if value is None:
                joins = word in ("and", "y", "et") and after > index and after + 1 < len(self._tokens)
                if joins and self._joins(current, last, self._tokens[after + 1][3]):
                    after += 1
                    continue
                break
            if value in _MULTIPLIERS:
                if total and value >= last:
                    break
                total, current, last = total + max(current, 1) * value, 0, value
            elif value == 100 and 0 < current < 10:
                current *= 100
            elif self._language == "fr" and current % 100 == 4 and value == 20:
                current += 76
            elif not self._adds(current, value):
                break
            else:
                current += value
            after += 1
        return Decimal(total + current), max(after, index + 1)

    def _adds(self, current: int, value: int) -> bool:
        if self._language == "fr" and current % 100 in (60, 80) and 10 <= value <= 19:
            return True
        return current % 10 ** len(str(value)) == 0 if value < 100 else current == 0

    def _joins(self, current: int, last: int, following: str) -> bool:
        value = self._numbers.get(following, 0)
        if self._language == "en":
            return 0 < value < 100 and current % 100 == 0 and (current >= 100 or last == 1000)
        return 0 < value < 20 and current % 100 >= 20

    def _unit(self, after: int, start: int) -> str:
        end = self._tokens[after - 1][1]
        if "%" in (self._words[max(0, start - 2) : start].strip(), self._words[end : end + 2].strip()):
            return "%"
        if start and self._language == "tr" and self._words[max(0, start - 6) : start].strip() == "yuzde":
            return "%"
        for later in range(after, min(after + 4, len(self._tokens))):
            _, _, kind, word = self._tokens[later]
            if kind != "word" or not self._near(later, " .-'"):
                return ""
            if word in ("квадратных", "square"):
                return "km2"
            if word == "per" and self._tokens[min(later + 1, len(self._tokens) - 1)][3] == "cent":
                return "%"
            unit = unit_of(word, self._language)
            if unit in TIME_UNITS and later > after and self._tokens[later - 1][3] not in BEFORE_TIME:
                return ""
            if unit:
                return unit
        return ""

    def _hedge(self, start: int, end: int) -> Hedge:
        before = self._words[max(0, start - _HEDGE_CHARS) : start].rstrip(" ")
        following = self._words[end : end + 16]
        before_it, after_it = hedge_phrases()
        for phrase, hedge in before_it.get(before[-2:], ()):
            if before.endswith(phrase) and not before[: -len(phrase)][-1:].isalpha():
                return hedge
        if following[:1] in ("'", "-"):
            return next((hedge for phrase, hedge in after_it if following.startswith(phrase)), "")
        return ""

    def _add(
        self, kind: str, start: int, end: int, value: str, values: list[Value], *, unit: str = "", hedge: Hedge = ""
    ) -> None:
        values.append(
            Value(kind=kind, start=start, end=end, text=self._text[start:end], value=value, unit=unit, hedge=hedge)  # type: ignore[arg-type]
        )


def _names_a_type(words: str, start: int) -> bool:
    """ "Su-25": a number behind a letter and a dash is a name."""
    return start > 1 and words[start - 1] == "-" and words[start - 2].isalpha()


def _is_day(year: int, month: int, day: int) -> bool:
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True
