"""A sentence that the core made in English → the same in a reader's language, for pages; records and programs keep the
English.

The core writes its sentences where it knows the facts: `lat "95" is not between -90 and 90; correct it`. Here each has
one, `{name} {value} is not between {low} and {high}; correct it`, marked for the catalogues. A sentence is held against
all, the most particular first; the first that fits gives the values, which stand unchanged in the translation. A
sentence that fits none stays as it is. A placeholder `why` holds a sentence that has to fit a template itself; `hint`,
`error` and `has` may.

A template is matched from left to right and never goes back, so no text makes it slow. A test holds that every sentence
of the modules that pages tell of has its template.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from string import Formatter
from typing import Final

from trucewatch.locale import Words, mark, told_acts, told_files, told_programs, told_setup, told_watch

LONGEST: Final = 4000
"""Characters; a longer sentence is not looked at and stays as it is."""
_MOST_DEPTH: Final = 4
"""Sentences within sentences."""
_MOST_ENDS: Final = 8
"""Semicolons after which the remedy of a fault is looked for."""
_MOST_CUTS: Final = 40
"""Blanks before which its place is looked for."""
_MUST: Final = frozenset({"why"})
_MAY: Final = frozenset({"hint", "error", "has"})


@dataclass(frozen=True, slots=True)
class Template:
    """One sentence of the core. `literals` stand around the placeholders, so there is one more of them."""

    text: str
    literals: tuple[str, ...]
    names: tuple[str, ...]

    @property
    def weight(self) -> int:
        """How particular it is: the characters that stand fast."""
        return sum(map(len, self.literals))

    def values_of(self, sentence: str) -> dict[str, str] | None:
        """What stands at the placeholders, nowhere empty; None if the sentence is not of this template."""
        first, last = self.literals[0], self.literals[-1]
        if not self.names:
            return {} if sentence == first else None
        if not (sentence.startswith(first) and sentence.endswith(last)):
            return None
        values, at, end = {}, len(first), len(sentence) - len(last)
        for name, literal in zip(self.names, self.literals[1:-1], strict=False):
            found = sentence.find(literal, at + 1, end)
            if found < 0:
                return None
            values[name] = sentence[at:found]
            at = found + len(literal)
        if at >= end:
            return None
        values[self.names[-1]] = sentence[at:end]
        return values


def template_of(text: str) -> Template:
    """The template that a text with `{placeholders}` is; `{{` and `}}` stand for braces."""
    literals, names = [""], []
    for literal, name, _, _ in Formatter().parse(text):
        literals[-1] += literal
        if name is not None:
            names.append(name)
            literals.append("")
    return Template(text, tuple(literals), tuple(names))


def _ordered(texts: Sequence[str]) -> tuple[Template, ...]:
    return tuple(sorted(map(template_of, texts), key=lambda one: -one.weight))


TEMPLATES: Final = _ordered(
    (
        *told_files.TEMPLATES,
        *told_watch.TEMPLATES,
        *told_setup.TEMPLATES,
        *told_acts.TEMPLATES,
        *told_programs.TEMPLATES,
    )
)
"""Every sentence that can be told, the most particular first."""
_PLACES: Final = _ordered(told_watch.PLACES)
_FAULTS: Final = {
    (True, True): mark("{where}: {place} {what}; {remedy}"),
    (True, False): mark("{where}: {what}; {remedy}"),
    (False, True): mark("{place} {what}; {remedy}"),
    (False, False): mark("{what}; {remedy}"),
}
"""A fault of a watch in one line, by whether its file and its place in the file are named."""


def told_in(sentence: str, words: Words) -> str:
    """The sentence in the language of `words`; unchanged in English, and where no template fits. Never raises.

    >>> from trucewatch.locale import words
    >>> told_in('lat "95" is not between -90 and 90; correct it', words("tr"))
    'lat "95": -90 ile 90 arasında değil; düzeltin'
    """
    return found if words.language != "en" and (found := _told(sentence, words)) is not None else sentence


def is_told(sentence: str, words: Words) -> bool:
    """Whether the sentence is there in the language of `words`."""
    return words.language == "en" or _told(sentence, words) is not None


def place_in(place: str, words: Words) -> str:
    """The place of a fault in the language of `words`: `feature 7 ("corridor")`; one that is written as in its file
    stays.

    >>> from trucewatch.locale import words
    >>> place_in('feature 7 ("corridor")', words("tr"))
    'nesne 7 (“corridor”)'
    """
    return found if words.language != "en" and (found := _place_told(place, words)) is not None else place


def _place_told(place: str, words: Words) -> str | None:
    if len(place) > LONGEST:
        return None
    return next((told for one in _PLACES if (told := _filled(one, place, words, _MOST_DEPTH)) is not None), None)


def _told(sentence: str, words: Words, depth: int = 0) -> str | None:
    """The sentence told, alone or as a fault of several parts; None if no template fits."""
    if len(sentence) > LONGEST or depth > _MOST_DEPTH:
        return None
    for template in TEMPLATES:
        told = _filled(template, sentence, words, depth)
        if told is not None:
            return told
    return _fault_told(sentence, words, depth) if depth < 2 else None


def _filled(template: Template, sentence: str, words: Words, depth: int) -> str | None:
    """The template's translation with the values of the sentence; None if it does not fit."""
    values = template.values_of(sentence)
    if values is None:
        return None
    for name in template.names:
        if name in _MUST or name in _MAY:
            inner = _told(values[name], words, depth + 1)
            if inner is None and name in _MUST:
                return None
            values[name] = values[name] if inner is None else inner
    return words.gettext(template.text).format(**values)


def _fault_told(sentence: str, words: Words, depth: int) -> str | None:
    """`zones.geojson:7: zone "east" has no provenance; say where the geometry comes from`, each part told by itself."""
    where, colon, rest = sentence.partition(": ")
    if not colon or " " in where:
        where, rest = "", sentence
    for cut in _found_in(rest, "; ", _MOST_ENDS):
        remedy = _plain(rest[cut + 2 :], words, depth)
        if remedy is None:
            continue
        for place, what in _subjects(rest[:cut], words):
            told = _plain(what, words, depth)
            if told is not None:
                joined = _FAULTS[bool(where), bool(place)]
                return words.gettext(joined).format(where=where, place=place, what=told, remedy=remedy)
        return None
    return None


def _subjects(text: str, words: Words) -> Iterator[tuple[str, str]]:
    """The ways to read a text as a place, told, and what is wrong there: first without a place."""
    yield "", text
    for cut in _found_in(text, " ", _MOST_CUTS):
        place = text[:cut]
        if place.startswith("[["):  # as it is written in the file
            yield place, text[cut + 1 :]
            continue
        found = _place_told(place, words)
        if found is not None:
            yield found, text[cut + 1 :]


def _plain(sentence: str, words: Words, depth: int) -> str | None:
    """A part of a fault, told by one template."""
    fitting = (_filled(one, sentence, words, depth + 1) for one in TEMPLATES)
    return next((told for told in fitting if told is not None), None)


def _found_in(text: str, sign: str, most: int) -> Iterator[int]:
    """Where a sign stands in a text, the first few times."""
    at = -1
    for _ in range(most):
        at = text.find(sign, at + 1)
        if at < 0:
            return
        yield at
