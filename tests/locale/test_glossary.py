"""One word for each term in every language: the glossary beside the catalogues is true of all of their sentences."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

from tests.conftest import each
from trucewatch.locale import LANGUAGES, SOURCE
from trucewatch.locale.catalogues import HERE, read_catalogue, rooms

TRANSLATED = tuple(language for language in LANGUAGES if language != SOURCE)
LEAST_TERMS = 30
SENSES = "; "
"""What parts the other senses of a word, which may hold the mark between context and sentence."""
CODE = re.compile(
    r"<code>.*?</code>|\{\{.*?\}\}|\{[^{}]*\}|%\(\w+\)s"  # code and placeholders
    r"|trucewatch [a-z]+(?: [a-z]+)?|--[a-z-]+ [a-z]+|\[\[\w+\]\]|\[desk\.\w+\]"  # commands, options, tables
    r"|\bdocs/\S+|\b\w+\.(?:toml|geojson|csv|xlsx)\b|\b\w+ = \S+|\"=\w+\"|\b\w+/|\b[A-Z]{3,}\b"  # files, keys, folders
)
"""What stands in a sentence as it is typed into a computer; no word of any language."""


@dataclass(frozen=True)
class Term:
    """A term: the forms of it in English, and for each language its word and the stems that show it."""

    english: str
    pattern: re.Pattern[str]
    other_senses: tuple[str, ...]
    """Phrases, or "context | sentence", in which the word means something else; `reason` says what."""
    reason: str
    words: dict[str, str]
    stems: dict[str, tuple[str, ...]]


def _parts(text: str) -> tuple[str, ...]:
    return tuple(part for part in text.split("|") if part)


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@cache
def terms() -> dict[str, Term]:
    """By their English word, as `glossary.csv` has them."""
    found = {}
    for row in _rows(HERE / "glossary.csv"):
        forms = "|".join(re.escape(form) for form in _parts(row["forms"]))
        found[row["term"]] = Term(
            row["term"],
            re.compile(rf"(?<![\w-])(?:{forms})(?![\w-])", re.IGNORECASE),
            tuple(row["other_senses"].split(SENSES)) if row["other_senses"] else (),
            row["reason"],
            {language: row[language] for language in TRANSLATED},
            {language: tuple(map(_folded, _parts(row[f"{language}_stems"]))) for language in TRANSLATED},
        )
    return found


def _folded(text: str) -> str:
    """Without case; İ as i, so that a Turkish or Azerbaijani capital is found."""
    return text.replace("İ", "i").casefold()


def _strings(text: str | list[str] | tuple[str, ...]) -> tuple[str, ...]:
    return (text,) if isinstance(text, str) else tuple(text)


@cache
def messages(language: str) -> tuple[tuple[str, str, tuple[str, ...]], ...]:
    """Every sentence of a language: context, English (both forms where it has two), translations."""
    return tuple(
        (message.context or "", " ".join(_strings(message.id)), _strings(message.string))
        for room in rooms()
        for message in read_catalogue(language, room)
        if message.id
    )


def _in_another_sense(phrase: str, context: str, english: str) -> bool:
    return phrase.casefold() in f"{context} | {english}".casefold()


def sentences(term: Term, language: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The English sentences in which a term stands in its sense, each with its translations."""
    for context, english, strings in messages(language):
        if any(" | " in phrase and _in_another_sense(phrase, context, english) for phrase in term.other_senses):
            continue
        plain = english
        for phrase in term.other_senses:
            plain = re.sub(re.escape(phrase), " ", plain, flags=re.IGNORECASE)
        if term.pattern.search(CODE.sub(" ", plain)):
            yield english, strings


def test_the_glossary_has_enough_terms_with_a_word_in_every_language() -> None:
    assert len(terms()) >= LEAST_TERMS
    for term in each(terms().values()):
        for language in TRANSLATED:
            assert any(stem in _folded(term.words[language]) for stem in term.stems[language]), (term.english, language)


@pytest.mark.parametrize("term", terms())
def test_every_term_stands_in_some_sentence(term: str) -> None:
    assert any(sentences(terms()[term], TRANSLATED[0]))


def test_no_other_sense_is_listed_that_no_sentence_has_or_without_a_reason() -> None:
    for term in each([term for term in terms().values() if term.other_senses]):
        assert term.reason, term.english
        for phrase in term.other_senses:
            found = (_in_another_sense(phrase, context, english) for context, english, _ in messages(TRANSLATED[0]))
            assert any(found), (term.english, phrase)


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_translation_uses_the_word_of_the_glossary(language: str) -> None:
    wrong = [
        f"{term.english}: {english!r} is {string!r}, without {term.words[language]!r}"
        for term in each(terms().values())
        for english, strings in sentences(term, language)
        for string in strings
        if not any(stem in _folded(string) for stem in term.stems[language])
    ]
    assert wrong == []
