"""Words of time in five languages (`spoken_words/*.toml`) and what they find in a text: clocks, days, spans, zones.

A text becomes tokens, tokens become phrases, the longest first; which moment these mean is `spoken_when`'s to say.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from importlib.resources import files
from typing import Any, Final
from zoneinfo import available_timezones

LANGUAGES: Final = ("en", "ru", "az", "hy", "tr")
_UNMARKED: Final = str.maketrans({"ı": "i", "ə": "e", "ё": "е"})
_APART: Final = str.maketrans(dict.fromkeys("–—‒−‑", "-") | dict.fromkeys("’‘ʼ´`՚", "'"))
_TOKEN: Final = re.compile(
    r"(?P<moment>\d{4}-\d\d?-\d\d?t\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?(?:z|[+-]\d\d:?\d\d)?(?!\w))"
    r"|(?P<day>\d{4}-\d\d?-\d\d?(?!\d))"
    r"|(?P<dmy>\d\d?[./]\d\d?[./](?:\d{4}|\d\d)(?![\d:]))"
    r"|(?P<clock>\d\d?:\d\d(?::\d\d)?(?!\d))"
    r"|(?P<offset>\+\d\d?:\d\d(?!\d)|(?:(?<=utc)|(?<=gmt))[+-]\d\d?(?::\d\d)?(?!\d))"
    r"|(?P<fraction>\d\d?[.,]\d(?!\d))"
    r"|(?P<dotted>\d\d?[./]\d\d(?![\d.]))"
    r"|(?P<number>\d{1,4}(?!\d))"
    r"|(?P<suffix>(?<=\d)['-]?[^\W\d_]{1,4}(?![^\W\d_]))"
    r"|(?P<word>[^\W\d_][^\W\d_']*)"
    r"|(?P<dash>-)"
    r"|(?P<nothing>[\s,;.!?'\"()՝՛։])"
    r"|(?P<other>.)",
    re.DOTALL,
)
_SLOT: Final = re.compile(r"\{(\w+)(?::(\w+))?\}")
_LATEST_YEAR: Final = 2200
_EARLIEST_YEAR: Final = 1900


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of the text: which group of `_TOKEN` it is, and how it is written, folded."""

    group: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrase:
    """What some tokens say. kind: clock, dotted, moment, date, days, weekday, part, span, few, now, last_night, zone,
    offset, about, begin, mid, end, am, pm, summer, winter. value: minutes of the day, seconds, a number of days, a
    name; of few the unit and the most. second: of a clock. is_24: whether only one hour of the day can be meant."""

    kind: str
    value: Any = None
    second: int = 0
    is_24: bool = False
    is_about: bool = False
    is_days: bool = False
    """Of a span: whether it counts calendar days."""
    may_be_range: bool = False
    """Of a clock: "10 to 11", ten minutes before eleven, or an hour."""


Words = Mapping[tuple[str, ...], Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Lexis:
    """The words of one language, folded: table → words → value; the patterns, by what they say."""

    language: str
    tables: Mapping[str, Words]
    markers: Mapping[str, frozenset[tuple[str, ...]]]
    patterns: Mapping[str, tuple[tuple[_Element, ...], ...]] = field(repr=False)
    ten_joins: bool = False


@dataclass(frozen=True, slots=True)
class _Element:
    """One place of a pattern: words of which one stands there, or a slot; it may be left out if it is optional."""

    words: frozenset[str]
    slot: str = ""
    table: str = ""
    is_optional: bool = False


def fold_time(text: str) -> str:
    """A text as the tables are written: one case, plain digits, no marks that only steer the direction of writing.

    >>> fold_time("10\u202e:10"), fold_time("١٠:١٠"), fold_time("Ten O’Clock")
    ('10:10', '10:10', "ten o'clock")
    """
    plain = unicodedata.normalize("NFKC", text).replace("İ", "i").casefold().translate(_APART).replace("ё", "е")
    letters = []
    for char in plain:
        category = unicodedata.category(char)
        if category == "Nd":
            letters.append(str(unicodedata.decimal(char)))
        elif category != "Cf":
            letters.append(char)
    return unicodedata.normalize("NFC", "".join(letters))


def tokens_of(folded: str) -> list[Token]:
    """The pieces of a folded text, without blanks and points."""
    pieces: list[Token] = []
    for match in _TOKEN.finditer(folded):
        group = match.lastgroup or "other"
        if group == "nothing":
            continue
        text = match.group()
        if group == "word":
            text = text.replace("'", "")
        elif group == "suffix":
            text = text.strip("'-")
        if (
            group == "dash"
            and pieces
            and pieces[-1].group == "word"
            and folded[match.end() : match.end() + 1].isalpha()
        ):
            continue  # twenty-five
        pieces.append(Token(group, text))
    return pieces


@cache
def lexis_of(language: str) -> Lexis:
    """The words of a language that has a table. Read once."""
    file = files("trucewatch.sources") / "spoken_words" / f"{language}.toml"
    content = tomllib.loads(file.read_text("utf-8"))
    patterns = {
        kind: tuple(tuple(_elements(line)) for line in lines) for kind, lines in content.pop("patterns").items()
    }
    tables = {name: _indexed(table) for name, table in content.items() if isinstance(table, dict)}
    markers = {
        name: frozenset(_indexed(dict.fromkeys(words, True)))
        for name, words in content.items()
        if isinstance(words, list)
    }
    return Lexis(
        language=language,
        tables=tables,
        markers=markers,
        patterns=patterns,
        ten_joins=bool(content["ten_joins"]),
    )


def _indexed(table: Mapping[str, Any]) -> dict[tuple[str, ...], Any]:
    """Words as tokens → value, also as people write them who leave the marks of letters out."""
    exact = {_words(text): value for text, value in table.items()}
    bare = {tuple(map(_without_marks, words)): value for words, value in exact.items()}
    return bare | exact


def _words(text: str) -> tuple[str, ...]:
    return tuple(fold_time(text).replace("'", "").replace("-", " ").split())


def _without_marks(word: str) -> str:
    bare = unicodedata.normalize("NFD", word.translate(_UNMARKED))
    return "".join(char for char in bare if not unicodedata.combining(char))


def _elements(line: str) -> Iterator[_Element]:
    for written in line.split():
        is_optional = written.startswith("[")
        piece = written.strip("[]")
        slot = _SLOT.fullmatch(piece)
        if slot:
            yield _Element(frozenset(), slot[1], slot[2] or "", is_optional)
        else:
            words = {fold_time(word) for word in piece.split("|")}
            yield _Element(frozenset(words | set(map(_without_marks, words))), is_optional=is_optional)


@cache
def zones_by_city() -> dict[str, str]:
    """`moscow` → `Europe/Moscow`, and `europe/moscow` itself."""
    cities: dict[str, str] = {}
    for name in sorted(available_timezones()):
        area, _, city = name.rpartition("/")
        if area and area.split("/")[0] not in ("Etc", "SystemV", "US", "Brazil", "Canada", "Mexico", "Chile"):
            cities.setdefault(city.replace("_", " ").casefold(), name)
    return cities


class Reading:
    """One text in one language: `phrases`, and the first token that says nothing of time."""

    def __init__(self, tokens: list[Token], lexis: Lexis) -> None:
        named = {words[0] for table in (*lexis.tables.values(), *lexis.markers.values()) for words in table}
        self.lexis = lexis
        # "10pm", "22h": what stands at a number is a word where it means something, else an ending: 10'da.
        self.tokens = [
            Token("word", token.text) if token.group == "suffix" and token.text in named else token for token in tokens
        ]
        self.phrases: list[Phrase] = []
        self.unread = ""
        self._read()

    def _read(self) -> None:
        start = 0
        while start < len(self.tokens):
            length, phrase = max(self._at(start), key=lambda pair: pair[0], default=(0, None))
            if not length:
                self.unread = self.tokens[start].text
                return
            if phrase is not None:
                self.phrases.append(phrase)
            start += length

    def _at(self, start: int) -> Iterator[tuple[int, Phrase | None]]:
        """What may begin at a token, with the tokens it takes; of equal lengths the first is taken."""
        token = self.tokens[start]
        if token.group in ("moment", "day", "dmy", "clock", "offset", "dotted"):
            yield 1, Phrase(kind=token.group, value=token.text)
        elif token.group == "dash":
            yield 1, Phrase(kind="mid", value="-")
        elif token.group == "number" and len(token.text) == 4 and int(token.text[:2]) < 24 and int(token.text[2:]) < 60:
            value = int(token.text[:2]) * 60 + int(token.text[2:])
            yield 1 + self._suffix(start + 1), Phrase(kind="clock", value=value, is_24=True)
        elif token.group == "suffix":
            yield 1, None
        for kind in ("date", "ago", "ago_about", "ago_few", "past", "to", "of_next", "half_past"):
            if kind == "to" and token.group == "number" and self.phrases and self.phrases[-1].kind == "begin":
                continue  # "from 11 to 1"
            for pattern in self.lexis.patterns[kind]:
                for end, slots in self._match(pattern, 0, start, {}):
                    phrase = _phrase_of(kind, slots)
                    if phrase is not None and phrase.kind == "span":
                        units = self.lexis.tables["units"]
                        is_days = any(units.get((each.text,), 0) >= 86400 for each in self.tokens[start:end])
                        phrase = replace(phrase, is_days=is_days)
                    if phrase is not None and kind == "to" and token.group == "number":
                        following = self.tokens[start + 1]
                        phrase = replace(phrase, may_be_range=(following.text,) in self.lexis.markers["mid"])
                    if phrase is not None:
                        yield end - start, phrase
        tables = self.lexis.tables
        for table, kind in (("exact", "clock"), ("twelve_hour", "clock"), ("zones", "zone"), ("days", "days")):
            for length, value in self._look(tables.get(table, {}), start):
                yield length, Phrase(kind=kind, value=value, is_24=table == "exact")
        for table, kind in (("parts", "part"), ("weekdays", "weekday")):
            for length, value in self._look(tables[table], start):
                yield length, Phrase(kind=kind, value=value)
        for length, _ in self._look(dict.fromkeys(self.lexis.markers["fillers"]), start):
            yield length, None
        for kind in ("now", "last_night", "about", "begin", "mid", "end", "am", "pm", "summer", "winter"):
            for length, _ in self._look(dict.fromkeys(self.lexis.markers[kind]), start):
                yield length, Phrase(kind=kind)
        for pattern in self.lexis.patterns["exact"]:
            for end, slots in self._match(pattern, 0, start, {}):
                phrase = _phrase_of("exact", slots)
                if phrase is not None:
                    yield end - start, phrase
        if token.group == "word" and self.lexis.language == "en":
            yield from self._city(start)

    def _city(self, start: int) -> Iterator[tuple[int, Phrase]]:
        words = [token.text for token in self.tokens[start : start + 4]]
        for length in range(1, len(words)):
            name = zones_by_city().get(" ".join(words[:length]))
            if name and words[length] == "time":
                yield length + 1, Phrase(kind="zone", value=name)

    def _look(self, table: Words, start: int) -> Iterator[tuple[int, Any]]:
        words: tuple[str, ...] = ()
        for length, token in enumerate(self.tokens[start : start + 5], 1):
            if token.group not in ("word", "suffix"):
                return
            words = (*words, token.text)
            if words in table:
                yield length, table[words]

    def _suffix(self, at: int) -> int:
        """1 where an ending stands at a number: 10'da, 8-də."""
        return int(at < len(self.tokens) and self.tokens[at].group == "suffix")

    def _match(
        self, pattern: tuple[_Element, ...], place: int, at: int, slots: dict[str, Any]
    ) -> Iterator[tuple[int, dict[str, Any]]]:
        if place == len(pattern):
            yield at, slots
            return
        element = pattern[place]
        if element.is_optional:
            yield from self._match(pattern, place + 1, at, slots)
        if element.slot:
            for end, value in self._slot(element, at):
                yield from self._match(pattern, place + 1, end, {**slots, element.slot: value})
        elif at < len(self.tokens) and self.tokens[at].text in element.words:
            yield from self._match(pattern, place + 1, at + 1, slots)

    def _slot(self, element: _Element, at: int) -> Iterator[tuple[int, Any]]:
        tables = self.lexis.tables
        if at >= len(self.tokens):
            return
        token = self.tokens[at]
        match element.slot:
            case "h":
                yield from ((end, value) for end, value in self._number(at, element.table) if 0 <= value[0] <= 24)
            case "m" | "nn":
                for end, value in self._number(at, ""):
                    if value[0] < 60 and (element.slot == "m" or value[1] == 2 or (value[1] == 0 and value[0] >= 10)):
                        yield end, value[0]
                if element.slot == "m":
                    yield from ((at + length, value) for length, value in self._look(tables["minutes"], at))
            case "n":
                yield from ((end, value[0]) for end, value in self._number(at, ""))
            case "d":
                numbers = self._number(at, element.table)
                yield from ((end, value[0]) for end, value in numbers if 1 <= value[0] <= 31)
            case "y":
                if token.group == "number" and len(token.text) == 4:
                    year = int(token.text)
                    if _EARLIEST_YEAR <= year <= _LATEST_YEAR:
                        yield at + 1, year
            case "unit":
                yield from ((at + length, value) for length, value in self._look(tables["units"], at))
            case "min":
                yield from ((at + length, 60) for length, value in self._look(tables["units"], at) if value == 60)
            case "month" | "few":
                table = tables["months" if element.slot == "month" else "few"]
                yield from ((at + length, value) for length, value in self._look(table, at))
            case "span":
                yield from self._span(at)

    def _span(self, at: int) -> Iterator[tuple[int, int]]:
        for end, seconds in self._simple_span(at):
            yield end, seconds
            further = end + int(end < len(self.tokens) and (self.tokens[end].text,) in self.lexis.markers["mid"])
            for last, more in self._simple_span(further):
                if more < seconds:
                    yield last, seconds + more

    def _simple_span(self, at: int) -> Iterator[tuple[int, int]]:
        tables = self.lexis.tables
        yield from ((at + length, value) for length, value in self._look(tables["spans"], at))
        for end, value in self._number(at, ""):
            yield from ((end + length, value[0] * unit) for length, unit in self._look(tables["units"], end))
        if at < len(self.tokens) and self.tokens[at].group in ("fraction", "dotted"):
            # "1.25 hours": a fraction, not a clock.
            number = float(self.tokens[at].text.replace("/", ".").replace(",", "."))
            yield from ((at + 1 + length, round(number * unit)) for length, unit in self._look(tables["units"], at + 1))

    def _number(self, at: int, table: str) -> Iterator[tuple[int, tuple[int, int]]]:
        """Numbers that begin at a token: (end, (value, how many digits; 0 for words)), the longest last."""
        if at >= len(self.tokens):
            return
        token = self.tokens[at]
        if token.group == "number":
            yield at + 1, (int(token.text), len(token.text))
            if self._suffix(at + 1):
                yield at + 2, (int(token.text), len(token.text))
            return
        bare = self.lexis.tables["numbers"]
        last = self.lexis.tables[table] if table else bare
        for length, value in self._look(last, at):
            if value >= 0:
                yield at + length, (value, 0)
        least = 10 if self.lexis.ten_joins else 20
        for length, tens in self._look(bare, at):
            if tens >= least and tens % 10 == 0:
                for rest, unit in self._look(last, at + length):
                    if 0 < unit < 10:
                        yield at + length + rest, (tens + unit, 0)


def _phrase_of(kind: str, slots: Mapping[str, Any]) -> Phrase | None:
    """What a pattern's slots say; None where they say no time, such as 25:10."""
    if kind == "date":
        return Phrase(kind="date", value=(slots.get("y"), slots["month"], slots["d"])) if "month" in slots else None
    if kind in ("ago", "ago_about"):
        seconds = slots.get("span", slots.get("n", 0) * slots.get("unit", 3600))
        return Phrase(kind="span", value=seconds, is_about=kind == "ago_about")
    if kind == "ago_few":
        return Phrase(kind="few", value=(slots["unit"], slots["few"]))
    hour, digits = slots.get("h", (1, 0))
    minute = slots.get("m", slots.get("nn"))
    is_24 = hour > 12 or hour == 0 or (digits == 2 and hour < 10)
    if kind == "half_past":
        minute = 30
    elif kind == "past":
        minute = minute or 0
    elif kind == "to":
        hour, minute = (hour - 1) % 24 if minute else hour, (60 - minute) % 60 if minute is not None else 0
    elif kind == "of_next":
        hour, minute = (hour - 1) % 24, 30 if minute is None else minute
    elif minute is not None:
        is_24 = is_24 or digits == 2
    if hour == 24 and minute:
        return None
    return Phrase(kind="clock", value=(hour % 24) * 60 + (minute or 0), is_24=is_24)
