"""The rules of a language, as its file in `annotation/rules` says them, made ready for matching."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, Final

from trucewatch.annotation.english_verbs import verb_lists
from trucewatch.annotation.rule_patterns import Clause, Element, Pattern, Vocabulary, Words, read_pattern
from trucewatch.model.annotations import Kind

LANGUAGES: Final = ("en", "ru")
_MOST_KEPT: Final = 50_000
"""Spellings whose patterns are remembered; a text from outside can hold any number of them."""

_Candidate = tuple[int, Pattern, int, int, bool, tuple[str, ...]]
"""A rule's key and pattern with what is asked of it first: required, next_bit, is_at_start, its first mark."""


class Index:
    """Many patterns with what each stands for, asked by the word that a match begins with."""

    __slots__ = ("_by_mark", "_open", "_whole", "cached")

    def __init__(self, pairs: Iterable[tuple[int, Pattern]]) -> None:
        self._whole: dict[str, list[tuple[int, Pattern]]] = {}
        self._open: list[tuple[Words, int, Pattern]] = []
        self._by_mark: dict[str, list[tuple[int, Pattern]]] = {}
        self.cached: dict[str, tuple[_Candidate, ...]] = {}
        for key, pattern in pairs:
            self._add(key, pattern, pattern.first)

    def _add(self, key: int, pattern: Pattern, first: Element) -> None:
        if first.words is None:
            self._by_mark.setdefault(first.mark, []).append((key, pattern))
            return
        for word in first.words.whole:
            self._whole.setdefault(word, []).append((key, pattern))
        if first.words.is_open:
            self._open.append((first.words, key, pattern))

    def beginning(self, word: str) -> tuple[_Candidate, ...]:
        """The patterns that may begin with a word."""
        patterns = self.cached.get(word)
        if patterns is None:
            listed = list(self._whole.get(word, ()))
            listed += [(key, pattern) for words, key, pattern in self._open if words.has(word)]
            if len(self.cached) >= _MOST_KEPT:
                self.cached.clear()
            patterns = self.cached[word] = tuple(
                (key, pattern, pattern.required, pattern.next_bit, pattern.is_at_start, pattern.marks[:1])
                for key, pattern in dict.fromkeys(listed)
            )
        return patterns

    def marked(self, mark: str) -> Sequence[tuple[int, Pattern]]:
        """The patterns that begin with a run of a class."""
        return self._by_mark.get(mark, ())

    @property
    def marks(self) -> Iterable[str]:
        return self._by_mark


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A rule by its name. needs: what else the clause must hold; `unless`: patterns that withdraw it there."""

    id: str
    kind: Kind | None
    unless: Index
    needs: tuple[str, ...] = ()
    is_soft: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleSet:
    """All of one language. classes: (name, its patterns) in order; a later one may rest on those before."""

    language: str
    lists: Mapping[str, Words]
    vocabulary: Vocabulary
    class_names: tuple[str, ...]
    classes: Index
    guards: tuple[Rule, ...]
    guard_index: Index
    rules: tuple[Rule, ...]
    rule_index: Index
    by_words: tuple[str, ...]
    bounds: Mapping[str, tuple[tuple[str, ...], ...]]
    units: Mapping[str, Words]
    numbers: Mapping[str, int]


@cache
def rules_of(language: str) -> RuleSet | None:
    """The rules of a language; None where nothing of these kinds is offered. Raises KeyError, ValueError for a file
    that is broken, which a test would find."""
    if language not in LANGUAGES:
        return None
    file = resources.files("trucewatch.annotation").joinpath("rules", f"{language}.toml")
    document = tomllib.loads(file.read_text(encoding="utf-8"))
    return read_rules(document)


def read_rules(document: Mapping[str, Any]) -> RuleSet:
    """The rules that a document says. Raises KeyError, ValueError for one that is broken."""
    lists = {name: Words.of(words.split()) for name, words in document["words"].items()}
    lists |= {name: Words.of(forms) for name, forms in verb_lists(document.get("verbs", {})).items()}
    vocabulary = Vocabulary(lists)
    rules = tuple(_rule(each, lists, vocabulary) for each in document["rule"])
    guards = tuple(_rule(each, lists, vocabulary) for each in document["guard"])
    return RuleSet(
        language=document["language"],
        lists=lists,
        vocabulary=vocabulary,
        class_names=tuple(each["name"] for each in document["class"]),
        classes=_index(document["class"], lists, vocabulary),
        guards=guards,
        guard_index=_index(document["guard"], lists, vocabulary),
        rules=rules,
        rule_index=_index(document["rule"], lists, vocabulary),
        by_words=tuple(document["speech"]["by_words"]),
        bounds={
            bound: tuple(tuple(written.split()) for written in listed) for bound, listed in document["bounds"].items()
        },
        units={name: Words.of(words.split()) for name, words in document["units"].items()},
        numbers=document["numbers"],
    )


def _rule(entry: Mapping[str, Any], lists: Mapping[str, Words], vocabulary: Vocabulary) -> Rule:
    if not entry["note"]:
        raise ValueError(f"{entry['id']} has no note")
    return Rule(
        id=entry["id"],
        kind=entry.get("kind"),
        unless=Index((0, read_pattern(written, lists, vocabulary)) for written in entry.get("unless", ())),
        needs=tuple(entry.get("needs", ())),
        is_soft=entry.get("is_soft", False),
    )


def _index(entries: Sequence[Mapping[str, Any]], lists: Mapping[str, Words], vocabulary: Vocabulary) -> Index:
    return Index(
        (number, read_pattern(written, lists, vocabulary))
        for number, entry in enumerate(entries)
        for written in entry["patterns"]
    )


RuleMatch = tuple[int, int, int, Pattern]
"""Key of a rule, number of the first word, number after the last, the pattern."""


def matches_in(clause: Clause, index: Index) -> list[RuleMatch]:
    """Every match of a pattern in a clause."""
    return list(_matches(clause, index))


def has_match(clause: Clause, index: Index) -> bool:
    """Whether any pattern matches."""
    return next(_matches(clause, index), None) is not None


def _matches(clause: Clause, index: Index) -> Iterator[RuleMatch]:
    absent = ~clause.present
    cached = index.cached
    tokens = clause.tokens
    match, runs = clause.match, clause.runs
    last = len(tokens) - 1
    for at, token in enumerate(tokens):
        patterns = cached.get(token.low)
        if patterns is None:
            patterns = index.beginning(token.low)
        if not patterns:
            continue
        following = tokens[at + 1].mask if at < last else 0
        for key, pattern, required, next_bit, is_at_start, first_mark in patterns:
            # The cheap questions first: of the patterns that begin with "the" hardly any goes further.
            if required & absent or (next_bit and not next_bit & following):
                continue
            if (at and is_at_start) or (first_mark and first_mark[0] not in runs):
                continue
            end = match(pattern, at)
            if end is not None:
                yield key, at, end, pattern
    for mark in index.marks:
        for at in runs.get(mark, ()):
            for key, pattern in index.marked(mark):
                end = match(pattern, at)
                if end is not None:
                    yield key, at, end, pattern
