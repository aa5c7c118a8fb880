"""Where a paragraph names parties, bodies, instruments and places, as runs of words that rules can speak of."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from trucewatch.annotation.known_names import KnownNames
from trucewatch.annotation.name_forms import name_patterns
from trucewatch.annotation.patterns import Patterns, Word, trouble_of, words_of
from trucewatch.annotation.rule_files import RuleSet, matches_in
from trucewatch.annotation.rule_patterns import Clause, tokens_of

Named = tuple[str, str, int, int]
"""Class, id, [start, end) in the paragraph."""
_MOST_KEPT: Final = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedRuns:
    """The names that a watch knows, ready to be looked for in one language."""

    patterns: Patterns[tuple[str, str]]
    spelled: frozenset[str] = frozenset()
    """The names of parties and bodies as they are spelled, without the endings that a language sets on them."""

    def find(self, text: str, words: Sequence[Word] | None = None) -> list[Named]:
        """Every name in a text, the longest where several begin. words: the text's, where they are known already."""
        longest: dict[tuple[str, int], Named] = {}
        for match in self.patterns.find(words_of(text) if words is None else words):
            mark, name_id = match.key
            place = (mark, match.start)
            if place not in longest or match.end > longest[place][3]:
                longest[place] = (mark, name_id, match.start, match.end)
        return list(longest.values())

    def sides_named(self, text: str) -> frozenset[str]:
        """The party or body that a role or a title names; none where it names several."""
        ids = {name_id for mark, name_id, _, _ in self.find(text) if mark in ("party", "body")}
        return frozenset(ids) if len(ids) == 1 else frozenset()

    def mark(self, clause: Clause, named: Sequence[Named], rules: RuleSet, own_ids: frozenset[str]) -> None:
        """Sets the runs of a clause: what is named, numbers, days, capitals, and the classes of the rules."""
        first_start, last = clause.tokens[0].start, clause.tokens[-1].end
        within = [each for each in named if first_start <= each[2] < last]
        at_start = {token.start: index for index, token in enumerate(clause.tokens)} if within else {}
        for mark, name_id, start, end in within:
            first = at_start.get(start)
            if first is None or end > last:
                continue
            after = first + 1
            while after < len(clause.tokens) and clause.tokens[after].start < end:
                after += 1
            if clause.runs.setdefault(mark, {}).get(first, 0) < after:
                clause.runs[mark][first] = after
                clause.names[first] = name_id
                if " ".join(token.low for token in clause.tokens[first:after]) in self.spelled:
                    clause.runs.setdefault("as_spelled", {})[first] = after
                if name_id in own_ids:
                    clause.runs.setdefault("speaker", {})[first] = after
        _mark_numbers(clause, rules)
        for key, first, after, _ in sorted(matches_in(clause, rules.classes), key=lambda match: match[0]):
            runs = clause.runs.setdefault(rules.class_names[key], {})
            runs[first] = max(runs.get(first, 0), after)


def _mark_numbers(clause: Clause, rules: RuleSet) -> None:
    numbers, days = rules.vocabulary.bits["number"], rules.vocabulary.bits["day"]
    number_runs: dict[int, int] = {}
    day_runs: dict[int, int] = {}
    names: dict[int, int] = {}
    first: int | None = None
    for index, token in enumerate(clause.tokens):
        if token.low[0].isdecimal() or numbers & token.mask:
            if first is None:
                first = index
            number_runs[first] = index + 1
        else:
            first = None
        if days & token.mask or (token.is_capital and token.low == "may" and _has_number_beside(clause, index)):
            day_runs[index] = index + 1
        elif index and token.is_capital:
            names[index] = index + 1
    for mark, runs in (("number", number_runs), ("day", day_runs), ("name", names)):
        if runs:
            clause.runs[mark] = runs


def _has_number_beside(clause: Clause, index: int) -> bool:
    """Whether "May" is the month."""
    return any(token.low[0].isdecimal() for token in clause.tokens[max(0, index - 1) : index + 2])


_KEPT: list[tuple[KnownNames, str, NamedRuns]] = []


def runs_of(lexis: KnownNames, language: str) -> NamedRuns:
    """The names of a watch for one language; those of the last few watches are kept."""
    for watch_names, of, runs in _KEPT:
        if watch_names is lexis and of == language:
            return runs
    sides = (name for names in (lexis.parties, lexis.bodies) for spellings in names.values() for name in spellings)
    spelled = frozenset(" ".join(token.low for token in tokens_of(name)) for name in sides)
    runs = NamedRuns(patterns=Patterns(_pairs(lexis, language)), spelled=spelled)
    if len(_KEPT) >= _MOST_KEPT:
        _KEPT.clear()
    _KEPT.append((lexis, language, runs))
    return runs


def _pairs(lexis: KnownNames, language: str) -> Iterator[tuple[tuple[str, str], str]]:
    kinds = (
        ("party", lexis.parties),
        ("body", lexis.bodies),
        ("instrument", lexis.instruments),
        ("place", lexis.places),
    )
    for mark, names in kinds:
        for name_id, spellings in names.items():
            for name in spellings:
                for pattern in _patterns_of(name, language):
                    yield (mark, name_id), pattern
    for voice in lexis.lexicon.voice:
        mark = "body" if voice.id in lexis.bodies else "party"
        for pattern in voice.words.get(language, ()):
            if trouble_of(pattern) is None:
                yield (mark, voice.id), pattern


def _patterns_of(name: str, language: str) -> Iterator[str]:
    forms = (name,) if "*" in name or "..." in name else name_patterns(name, language)
    yield from (form for form in forms if trouble_of(form) is None)
