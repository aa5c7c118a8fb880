"""One wording in several languages → the numbers, days, times, places and names that do not stand in every language.

Shown before anybody signs; whether a difference is one of substance people decide. Names of people are not compared.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final, Literal

from trucewatch.annotation.bounds import day_bound
from trucewatch.annotation.clock_times import clock_times
from trucewatch.annotation.known_names import KnownNames, known_names_of
from trucewatch.annotation.place_spellings import names_in
from trucewatch.annotation.values import values_in
from trucewatch.messages import Message
from trucewatch.model.annotations import Value
from trucewatch.model.ids import canonical, sha256_of
from trucewatch.model.watch import Watch

Kind = Literal["number", "day", "time", "place", "name", "bound", "missing"]
KINDS: Final[Mapping[Kind, Message]] = {
    "missing": Message("Languages without a text"),
    "number": Message("Numbers that do not stand in every language"),
    "bound": Message("What bounds or counts a number or a day, and is not the same in every language"),
    "day": Message("Days that do not stand in every language"),
    "time": Message("Times of day, with their zone, that do not stand in every language"),
    "place": Message("Places that are not named in every language"),
    "name": Message("Parties, delegations, bodies and instruments that are not named in every language"),
}
COMPARED: Final = ("az", "en", "hy", "ru", "tr")
"""Languages in which words of numbers, days and zones of time are known."""
NO_PEOPLE: Final = Message("Names of people are not compared; read them in every language.")
_PEOPLE_ONE: Final = "1"


@dataclass(frozen=True, slots=True, kw_only=True)
class WordingDifference:
    """What of one kind does not stand in every language. words: per language, as written there; () for nothing."""

    kind: Kind
    words: Mapping[str, tuple[str, ...]]

    @property
    def title(self) -> Message:
        return KINDS[self.kind]


@dataclass(frozen=True, slots=True, kw_only=True)
class WordingComparison:
    """differences: in the order of KINDS. remarks: what was not compared."""

    differences: tuple[WordingDifference, ...]
    remarks: tuple[Message, ...]

    @property
    def digest(self) -> str:
        """The hash of what there was to look at, of no differences too: who signs names it."""
        rows = [
            [each.kind, {language: list(words) for language, words in each.words.items()}] for each in self.differences
        ]
        return f"sha256:{sha256_of(canonical(rows))}"


@dataclass(frozen=True, slots=True)
class _Mark:
    key: str
    words: str
    bound: str = ""
    unit: str = ""


_Marks = Mapping[Kind, list[_Mark]]


def wording_differences(
    texts: Mapping[str, str], watch: Watch, *, at: datetime | None = None, languages: Iterable[str] = ()
) -> WordingComparison:
    """Where the texts of one wording differ in what can be compared between languages.

    texts: language → text. at: about when what the text speaks of happened; a day without a year is the nearest to it,
    and local time is that of the watch then. languages: in which a text has to be; without them those of the watch.
    Limits: a number in words is known from two on; what is said without a number or a name is not compared.
    """
    wanted = tuple(languages) or watch.settings.languages
    given = {language: text for language, text in texts.items() if text.strip()}
    lexis = lexis_of(watch)
    marks = {language: _marks(text, language, lexis, watch, at) for language, text in given.items()}
    missing = tuple(language for language in wanted if language not in given)
    differences = [WordingDifference(kind="missing", words=dict.fromkeys(missing, ()))] if missing else []
    for kind in KINDS:
        words = _bounds_of(marks) if kind == "bound" else _alone(kind, marks)
        if any(words.values()):
            differences.append(WordingDifference(kind=kind, words=words))
    unknown = sorted(set(given) - set(COMPARED))
    remarks = [NO_PEOPLE]
    if unknown:
        remarks.append(
            Message(
                "Words of numbers, months and zones of time are not known in: {languages}. Read these texts with care.",
                languages=", ".join(unknown),
            )
        )
    return WordingComparison(differences=tuple(differences), remarks=tuple(remarks))


def lexis_of(watch: Watch) -> KnownNames:
    """The names that a watch knows, its delegations among them."""
    lexis = known_names_of(watch)
    delegations = {
        f"delegation {each.id}": tuple(dict.fromkeys(name for name in each.names.values() if name.strip()))
        for each in watch.settings.delegation
    }
    return replace(lexis, bodies={**lexis.bodies, **delegations})


def _marks(text: str, language: str, lexis: KnownNames, watch: Watch, at: datetime | None) -> _Marks:
    local = at.astimezone(watch.zone) if at is not None else None
    times = clock_times(text, language, local=local)
    bare = text
    for time in times:  # its digits are no numbers; places in the text stay where they are
        bare = bare[: time.start] + " " * (time.end - time.start) + bare[time.end :]
    values = values_in(bare, language, lexis, year_of=local.date() if local else None)
    named = names_in(bare, language, lexis)
    return {
        "number": [
            _Mark(value.value, value.text, _hedge(value), value.unit)
            for value in values
            if value.kind == "number" and not _is_word_of_one(value)
        ],
        "day": [
            _Mark(value.value, value.text, day_bound(bare, value, language).reach)
            for value in values
            if value.kind == "date"
        ],
        "time": [_Mark(time.key, text[time.start : time.end]) for time in times],
        "place": _once(_Mark(value.value, value.text) for value in values if value.kind == "place"),
        "name": _once(_Mark(name, text[start:end]) for name, start, end in named),
    }


def _is_word_of_one(value: Value) -> bool:
    """The word of 1 is an article or a pronoun too, and not every language's is known."""
    return value.value == _PEOPLE_ONE and not any(char.isdigit() for char in value.text)


def _hedge(value: Value) -> str:
    return "about" if value.hedge == "almost" else value.hedge


def _once(marks: Iterable[_Mark]) -> list[_Mark]:
    """Each place and name once: how often it is said is style."""
    return list({mark.key: mark for mark in marks}.values())


def _alone(kind: Kind, marks: Mapping[str, _Marks]) -> dict[str, tuple[str, ...]]:
    """Per language what does not stand as often in every other."""
    if kind == "missing" or len(marks) < 2:
        return {}
    counted = {language: Counter(mark.key for mark in own[kind]) for language, own in marks.items()}
    everywhere = Counter(next(iter(counted.values())))
    for own in counted.values():
        everywhere &= own
    words: dict[str, tuple[str, ...]] = {}
    for language, of_it in marks.items():
        more = counted[language] - everywhere
        words[language] = tuple(mark.words for mark in of_it[kind] if more[mark.key])
    return words


def _bounds_of(marks: Mapping[str, _Marks]) -> dict[str, tuple[str, ...]]:
    """Per language the numbers and days of every language whose bound ("at least", "by") or unit is not the same. A
    word that may mean two bounds differs from neither."""
    words: dict[str, list[str]] = {language: [] for language in marks}
    kinds: tuple[Kind, ...] = ("number", "day")
    for kind in kinds:
        keys = [{mark.key for mark in own[kind]} for own in marks.values()]
        for key in sorted(set.intersection(*keys)) if len(keys) > 1 else ():
            standing = {language: [mark for mark in own[kind] if mark.key == key] for language, own in marks.items()}
            bounds = {frozenset(mark.bound for mark in own) for own in standing.values()}
            known = {bound - {"either"} for bound in bounds if "either" not in bound}
            units = {frozenset(mark.unit for mark in own if mark.unit) for own in standing.values()} - {frozenset()}
            if len(known) > 1 or (kind == "number" and len(units) > 1) or _only_some_bound(bounds):
                for language, own in standing.items():
                    words[language] += [mark.words for mark in own]
    return {language: tuple(own) for language, own in words.items()}


def _only_some_bound(bounds: set[frozenset[str]]) -> bool:
    """Whether one language bounds a day by a word that may mean two, and another by none."""
    return any("either" in bound for bound in bounds) and frozenset({""}) in bounds
