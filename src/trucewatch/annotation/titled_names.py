"""Names of persons beside a title or a form of address, in the languages of statements; pairs with a surname's ending.

All languages are tried on every text: a quotation or a title of a page may be in another language than its statement.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any, Final, NamedTuple

_WORD: Final = re.compile(r"[^\W\d_][\w’'ʼ-]*")
_PARTICLES: Final = frozenset(
    [
        "de",
        "del",
        "la",
        "las",
        "los",
        "da",
        "di",
        "du",
        "von",
        "van",
        "der",
        "zu",
        "zur",
        "den",
        "ter",
        "al",
        "el",
        "y",
        "le",
        "bin",
        "ibn",
    ]
)
_ARTICLES: Final = frozenset(
    [
        "la",
        "le",
        "les",
        "du",
        "el",
        "del",
        "los",
        "las",
        "des",
        "dem",
        "den",
        "der",
        "das",
        "die",
        "im",
        "am",
        "zum",
        "zur",
    ]
)
"""Between these and a comma stands a country: "of the High Valley, Mme Roux"."""
_APART: Final = frozenset(" \xa0\u202f\n\t")
"""What stands between two words of one name: a single space, or the end of a wrapped line."""
_MOST_BETWEEN: Final = 12
"""Words between a title and its name: "minister of this and of that of such a country, Ada Thorne"."""
_IN_PLACE: Final = re.compile(r"[’'ʼ][dt][ae]$")
_SUFFIX: Final = re.compile(r"[’'ʼ][^\W\d_A-Z]{1,6}$")
_ELIDED: Final = re.compile(r"^(?:[dlDL]|qu)[’'](?=\w)")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Titles:
    titles: re.Pattern[str]
    after: frozenset[str]
    of: frozenset[str]
    fields: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Book:
    languages: dict[str, _Titles]
    nouns: frozenset[str]
    things: frozenset[str]
    address: frozenset[str]
    titles_too: frozenset[str]
    bodies: tuple[str, ...]
    german_nouns: re.Pattern[str]
    surnames: re.Pattern[str]
    no_surnames: frozenset[str]


class _Word(NamedTuple):
    """comma: whether a comma stands before it; joined: whether nothing but a space, a comma or its own point does."""

    start: int
    end: int
    text: str
    low: str
    comma: bool
    joined: bool
    has_capital: bool


@lru_cache(maxsize=1)
def _book() -> _Book:
    read: dict[str, Any] = tomllib.loads(files("trucewatch.annotation").joinpath("titles.toml").read_text("utf-8"))
    nouns, surnames = read.pop("nouns"), read.pop("surnames")
    return _Book(
        languages={
            language: _Titles(
                titles=re.compile("|".join(_low(each) if "\\" not in each else each for each in row["titles"])),
                after=frozenset(row["after"]),
                of=frozenset(row["of"]),
                fields=frozenset(row["fields"]),
            )
            for language, row in read.items()
        },
        nouns=frozenset(nouns["words"]) | frozenset(nouns["things"]),
        things=frozenset(nouns["things"]),
        address=frozenset(nouns["address"]),
        titles_too=frozenset(nouns["titles_too"]),
        bodies=tuple(nouns["bodies"]),
        german_nouns=re.compile(r"\w*(?:" + "|".join(nouns["de_endings"]) + ")"),
        surnames=re.compile("|".join(surnames["endings"])),
        no_surnames=frozenset(surnames["never"]),
    )


def _low(word: str) -> str:
    """Small letters that are the same for "CUMHURBAŞKANI", "Cumhurbaşkanı" and "cumhurbaşkani"."""
    return word.replace("İ", "i").lower().replace("ı", "i")


@lru_cache(maxsize=8192)
def _languages_of_title(low: str) -> tuple[str, ...]:
    if len(low) > 40:
        return ()
    return tuple(language for language, row in _book().languages.items() if row.titles.fullmatch(low))


@lru_cache(maxsize=8192)
def _stands_after(low: str) -> bool:
    bare = _SUFFIX.sub("", low)
    return any(bare in row.after for row in _book().languages.values())


@lru_cache(maxsize=8192)
def _is_surname(text: str) -> bool:
    if len(text) > 40:
        return False
    low = text.lower()
    book = _book()
    return low not in book.no_surnames and not low.startswith(book.bodies) and bool(book.surnames.fullmatch(low))


def titled_names(words: str) -> Iterator[tuple[int, int]]:
    """Where names of persons stand, [start, end); without an ending that is set on with an apostrophe.

    >>> text = "la ministre des affaires étrangères Anne Roux et Sayın Kaya'nın"
    >>> [text[start:end] for start, end in titled_names(text)]
    ['Anne Roux', 'Kaya']
    """
    if not any(map(_is_sign, _WORD.findall(words))):
        return
    read = _words(words)
    for place, word in enumerate(read):
        languages = _languages_of_title(word.low)
        for language in languages:
            run = _name_after(read, place, language)
            if run:
                yield _span(run)
        if languages and word.joined and word.comma:
            run = _run_before(read, place)
            before = place - len(run) - 1
            if len(run) > 1 and (before < 0 or read[before].low not in _ARTICLES):
                yield _span(run)
        if _stands_after(word.low) and word.joined and not word.comma and place:
            run = _run_before(read, place)
            if run:
                yield _span(run)
        if place and word.has_capital and word.joined and not word.comma and _is_surname(word.text):
            first = read[place - 1]
            if _may_be_name(first) and not first.low.endswith(("ых", "их", "ого", "ой", "ая", "ое", "ые", "ух", "ий")):
                yield _span([first, word])


@lru_cache(maxsize=8192)
def _is_sign(text: str) -> bool:
    """Whether a word can be the reason for a name: most passages have none, and are read no further."""
    elided = _ELIDED.match(text)
    low = _low(text[elided.end() :] if elided else text)
    return bool(_languages_of_title(low)) or _stands_after(low) or (text[:1].isupper() and _is_surname(text))


def _words(words: str) -> list[_Word]:
    read: list[_Word] = []
    before = 0
    for match in _WORD.finditer(words):
        start, text = match.start(), match[0]
        between = words[before:start]
        last = read[-1] if read else None
        if last and between[:1] == "." and (len(last.text) == 1 or _is_short_title(last)):
            between = between[1:]
        comma = between.startswith(",")
        joined = last is not None and ((between[1:] if comma else between) in _APART)
        elided = _ELIDED.match(text)
        if elided:  # "l'ambassadeur", "d'Aubrac": the article is a word of its own
            parts: tuple[tuple[int, str, bool], ...] = (
                (start, elided[0][:-1], joined),
                (start + elided.end(), text[elided.end() :], True),
            )
        else:
            parts = ((start, text, joined),)
        for at, part, is_joined in parts:
            read.append(
                _Word(
                    start=at,
                    end=at + len(part),
                    text=part,
                    low=_low(part),
                    comma=comma and at == start,
                    joined=is_joined,
                    has_capital=part[:1].isupper(),
                )
            )
        before = match.end()
    return read


def _is_short_title(word: _Word) -> bool:
    return len(word.text) < 5 and bool(_languages_of_title(word.low))


def _may_be_name(word: _Word) -> bool:
    if not word.has_capital or word.low in _book().nouns or word.low.startswith(_book().bodies):
        return False
    return len(word.text) == 1 or not (word.text.isupper() and len(word.text) < 5)


def _run(read: list[_Word], place: int) -> list[_Word]:
    """The words from a place on that may be one name, with the particles between them."""
    run = [read[place]]
    for at in range(place + 1, min(place + 8, len(read))):
        word = read[at]
        if not word.joined or word.comma:
            break
        if _SUFFIX.search(run[-1].text):
            break
        if _may_be_name(word):
            run.append(word)
        elif word.low not in _PARTICLES or word.has_capital:
            break
    return run


def _name_after(read: list[_Word], place: int, language: str) -> list[_Word]:
    """The name of who has the title at the place, which may stand behind a field and a country."""
    row = _book().languages[language]
    is_of = False
    for at in range(place + 1, min(place + 1 + _MOST_BETWEEN, len(read))):
        word = read[at]
        if not word.joined or (word.comma and not row.of):
            return []
        if word.low in row.fields:
            is_of = False
            continue
        if word.low in row.of and not word.has_capital:
            is_of = True
            continue
        if not word.has_capital:
            return []
        if is_of and not word.comma:
            capitals = _capitals(read, at)
            if len(capitals) > 3:
                return capitals[-2:] if all(map(_may_be_name, capitals[-2:])) else []
            is_of = len(capitals) > 1 or _is_last_of(read, at)
            if at + 1 < len(read) and read[at + 1].comma:
                is_of = False
            continue
        is_beside = at == place + 1 and not word.comma
        is_addressed = is_beside and read[place].low in _book().address
        if not _may_be_name(word) and not (is_addressed and word.low in _book().things):
            return []
        run = _run(read, at)
        if len(run) > 1 and len("".join(each.text for each in run)) > 3:
            return run
        has_article = place > 0 and read[place - 1].low in _ARTICLES
        return run if is_beside and _is_alone_a_name(word, language, has_article=has_article) else []
    return []


def _is_last_of(read: list[_Word], at: int) -> bool:
    return at + 1 >= len(read) or not read[at + 1].has_capital


def _capitals(read: list[_Word], place: int) -> list[_Word]:
    run = [read[place]]
    for word in read[place + 1 : place + 7]:
        if not word.joined or word.comma or not word.has_capital:
            break
        run.append(word)
    return run


def _is_alone_a_name(word: _Word, language: str, *, has_article: bool) -> bool:
    if len(word.text) < 3 or (_languages_of_title(word.low) and word.low not in _book().titles_too):
        return False
    if language == "de":
        return not (has_article and _book().german_nouns.fullmatch(word.low))
    return language not in ("tr", "az") or not _IN_PLACE.search(word.text)


def _run_before(read: list[_Word], place: int) -> list[_Word]:
    run: list[_Word] = []
    for at in range(place - 1, max(place - 5, -1), -1):
        if not _may_be_name(read[at]):
            break
        run.insert(0, read[at])
        if not read[at].joined or read[at].comma:
            break
    return run


def _span(run: list[_Word]) -> tuple[int, int]:
    suffix = _SUFFIX.search(run[-1].text)
    return run[0].start, run[-1].end - (len(suffix[0]) if suffix else 0)
