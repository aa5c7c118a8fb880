"""Paragraphs of two language copies that say the same → where they do not: numbers, dates, names, bounds, what one
lacks. Flagged for a person, never decided."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import pairwise
from typing import Final, Literal

from trucewatch.annotation.alignment import Alignment, Traits, traits_of
from trucewatch.annotation.bounds import DayBound, day_bound
from trucewatch.annotation.known_names import KnownNames
from trucewatch.annotation.number_words import plain
from trucewatch.annotation.sentences import sentences
from trucewatch.messages import Message
from trucewatch.model.annotations import Span, Value
from trucewatch.model.statements import Statement

Kind = Literal["number", "date", "name", "bound", "lacks", "negation"]
_SMALL: Final = frozenset({"0", "1", "2"})
"""Numbers that a language also says otherwise ("both", "one of them"): alone on one side they are not flagged."""
_NEGATIONS: Final = {
    "de": "nicht kein keine keinen keinem keiner keines nie niemals niemand weder",
    "en": "not never nobody none neither cannot t no",
    "es": "no nunca nadie ningun ninguna tampoco",
    "fr": "ne n jamais aucun aucune",
    "ru": "не нет ни никто никогда нельзя",
}
"""Where negation is a word of its own; in the other languages it is an ending, and is not compared."""
_NEGATION_SETS: Final = {language: frozenset(words.split()) for language, words in _NEGATIONS.items()}
_NOT_NEGATED: Final = re.compile(
    r"\b(?:not? (?:later|less|more|fewer) than|no only|not only|не (?:позднее|позже|менее|более|только)|nicht nur|"
    r"no solo|no mas tarde|non seulement)\b"
)
_WORDS: Final = re.compile(r"[^\W\d_]+")
_JOINING: Final = frozenset(
    [
        "and",
        "the",
        "with",
        "und",
        "der",
        "die",
        "das",
        "dem",
        "et",
        "la",
        "le",
        "y",
        "el",
        "и",
        "с",
        "ve",
        "ile",
        "və",
        "ilə",
        "և",
        "եւ",
        "ու",
    ]
)
"""What stands between two sides that are named in a row; where nothing does, an ending may say who does what."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One difference within a pair of an alignment. first, second: the very words of each copy; empty where it has
    none. pair: its place among the pairs, from 0."""

    kind: Kind
    pair: int
    first: tuple[Span, ...]
    second: tuple[Span, ...]
    first_words: tuple[str, ...]
    second_words: tuple[str, ...]
    sentence: Message


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """Differences in the order of the pairs, and remarks on what is none."""

    differences: tuple[Difference, ...]
    remarks: tuple[Message, ...] = ()


@dataclass(frozen=True, slots=True)
class _Mark:
    """Something of a paragraph that is compared: its key, where it stands, its words."""

    key: str
    span: Span
    words: str
    value: Value | None = None


@dataclass(frozen=True, slots=True)
class _Side:
    language: str
    texts: dict[str, str]
    traits: list[Traits]

    def marks(self, is_meant: Callable[[Value], bool]) -> list[_Mark]:
        return [
            _Mark(_key(value), _span(each, value.start, value.end), value.text, value)
            for each in self.traits
            for value in each.values
            if is_meant(value)
        ]

    def names(self) -> list[_Mark]:
        names = [
            _Mark(name_id, _span(each, start, end), each.spoken.paragraph.text[start:end])
            for each in self.traits
            for name_id, start, end in each.names
        ]
        return names + self.marks(lambda value: value.kind == "place")


def compare(first: Statement, second: Statement, alignment: Alignment, lexis: KnownNames) -> Compared:
    """The differences of two aligned copies. None of copies that cannot be aligned: then the alignment's remarks tell.

    Names, days and numbers compare as sets within a pair; in which order parties stand is custom (each copy names its
    own side first), a remark and no difference.
    Limits: what is said without a name ("we", "they") is a name in one copy only; negation is compared in German,
    English, Spanish, French and Russian alone, between single sentences.
    """
    if not alignment.is_aligned:
        return Compared(differences=(), remarks=alignment.remarks)
    own = {each.spoken.paragraph.id: each for each in traits_of(first, lexis)}
    others = {each.spoken.paragraph.id: each for each in traits_of(second, lexis)}
    differences: list[Difference] = []
    is_reordered, is_custom = False, True
    for place, pair in enumerate(alignment.pairs):
        own_side = _side(first.language, [own[each] for each in pair.first])
        other_side = _side(second.language, [others[each] for each in pair.second])
        if not pair.first or not pair.second:
            differences.append(_lacking_paragraph(place, own_side, other_side))
            continue
        differences += _of_pair(place, own_side, other_side)
        if _is_reordered(own_side, other_side, lexis):
            is_reordered = True
            is_custom &= _stand_side_by_side(own_side, lexis) and _stand_side_by_side(other_side, lexis)
    remark = (
        Message("The copies name the sides in another order. That is custom, and no difference of substance.")
        if is_custom
        else Message(
            "The copies name the sides in another order. Side by side that is custom; elsewhere read in both who does "
            "what to whom."
        )
    )
    return Compared(differences=tuple(differences), remarks=(remark,) if is_reordered else ())


def _side(language: str, traits: list[Traits]) -> _Side:
    return _Side(language, {each.spoken.paragraph.id: each.spoken.paragraph.text for each in traits}, traits)


def _span(traits: Traits, start: int, end: int) -> Span:
    return Span(paragraph=traits.spoken.paragraph.id, start=start, end=end)


def _key(value: Value) -> str:
    # A day with its year and the same without one are no difference: the text beside it names the year.
    return value.value[4:].replace("--", "-") if value.kind == "date" and len(value.value) > 5 else value.value


def _of_pair(place: int, own: _Side, other: _Side) -> list[Difference]:
    groups: list[tuple[Kind, list[_Mark], list[_Mark]]] = []
    kinds: tuple[tuple[Kind, list[_Mark], list[_Mark]], ...] = (
        ("date", own.marks(lambda value: value.kind == "date"), other.marks(lambda value: value.kind == "date")),
        ("number", own.marks(lambda value: value.kind == "number"), other.marks(lambda value: value.kind == "number")),
        ("name", own.names(), other.names()),
    )
    for kind, marks, other_marks in kinds:
        groups.append((kind, _alone(marks, other_marks), _alone(other_marks, marks)))
    lacking = _lacking_sentences(place, own, other, groups)
    within = {(span.paragraph, span.start, span.end) for each in lacking for span in (*each.first, *each.second)}
    differences = list(lacking)
    for kind, marks, other_marks in groups:
        ours, theirs = _outside(marks, within), _outside(other_marks, within)
        if kind == "number" and (not ours or not theirs):
            ours = [each for each in ours if each.key not in _SMALL]
            theirs = [each for each in theirs if each.key not in _SMALL]
        if ours or theirs:
            differences.append(_difference(kind, place, ours, theirs, _sentence(kind, ours, theirs)))
    differences += _hedges(place, kinds[1][1], kinds[1][2])
    differences += _bounds(place, own, other, kinds[0][1], kinds[0][2])
    if not differences:
        differences += _negations(place, own, other)
    return differences


def _alone(marks: list[_Mark], others: list[_Mark]) -> list[_Mark]:
    """What stands on one side only, each once."""
    in_other = {mark.key for mark in others}
    return list({mark.key: mark for mark in reversed(marks) if mark.key not in in_other}.values())[::-1]


def _outside(marks: list[_Mark], within: set[tuple[str, int, int]]) -> list[_Mark]:
    return [
        mark
        for mark in marks
        if not any(mark.span.paragraph == each and start <= mark.span.start < end for each, start, end in within)
    ]


def _difference(kind: Kind, place: int, own: list[_Mark], other: list[_Mark], sentence: Message) -> Difference:
    return Difference(
        kind=kind,
        pair=place,
        first=tuple(mark.span for mark in own),
        second=tuple(mark.span for mark in other),
        first_words=tuple(mark.words for mark in own),
        second_words=tuple(mark.words for mark in other),
        sentence=sentence,
    )


def _sentence(kind: Kind, ours: list[_Mark], theirs: list[_Mark]) -> Message:
    first, second = ", ".join(mark.words for mark in ours), ", ".join(mark.words for mark in theirs)
    if ours and theirs:
        if kind == "date":
            return Message("The days differ: {first} in one copy, {second} in the other.", first=first, second=second)
        if kind == "number":
            return Message(
                "The numbers differ: {first} in one copy, {second} in the other.", first=first, second=second
            )
        return Message("The names differ: {first} in one copy, {second} in the other.", first=first, second=second)
    words = first or second
    if kind == "date":
        return Message("Only one copy names the day {words}.", words=words)
    if kind == "number":
        return Message("Only one copy gives the number {words}.", words=words)
    return Message("Only one copy names {words} here.", words=words)


# What one copy lacks


def _whole(traits: Iterable[Traits]) -> list[_Mark]:
    return [_Mark("", _span(each, 0, len(each.spoken.paragraph.text)), each.spoken.paragraph.text) for each in traits]


def _lacking_paragraph(place: int, own: _Side, other: _Side) -> Difference:
    return _difference(
        "lacks", place, _whole(own.traits), _whole(other.traits), Message("Only one copy has this paragraph.")
    )


def _lacking_sentences(
    place: int, own: _Side, other: _Side, groups: list[tuple[Kind, list[_Mark], list[_Mark]]]
) -> list[Difference]:
    """Sentences all of whose values and names the other copy lacks, where it has fewer sentences."""
    own_bounds, other_bounds = _sentence_marks(own), _sentence_marks(other)
    if len(own_bounds) == len(other_bounds):
        return []
    is_own = len(own_bounds) > len(other_bounds)
    bounds, side = (own_bounds, own) if is_own else (other_bounds, other)
    alone = [mark for _, ours, theirs in groups for mark in (ours if is_own else theirs)]
    every = side.marks(lambda value: value.kind != "place") + side.names()
    keys = {mark.key for mark in alone}
    lacking = []
    for bound in bounds:
        inside = [mark for mark in every if _is_inside(mark, bound)]
        if inside and all(mark.key in keys for mark in inside):
            lacking.append(bound)
    sentence = Message("Only one copy has this sentence.")
    return [
        _difference("lacks", place, [bound] if is_own else [], [] if is_own else [bound], sentence)
        for bound in lacking[: abs(len(own_bounds) - len(other_bounds))]
    ]


def _sentence_marks(side: _Side) -> list[_Mark]:
    return [
        _Mark("", _span(each, start, end), each.spoken.paragraph.text[start:end])
        for each in side.traits
        for start, end in sentences(each.spoken.paragraph.text, side.language)
    ]


def _is_inside(mark: _Mark, bound: _Mark) -> bool:
    return mark.span.paragraph == bound.span.paragraph and bound.span.start <= mark.span.start < bound.span.end


# Bounds, hedges, negation


def _hedges(place: int, own: list[_Mark], other: list[_Mark]) -> list[Difference]:
    theirs = {mark.key: mark for mark in reversed(other)}
    differences = []
    for mark in {each.key: each for each in reversed(own)}.values():
        same = theirs.get(mark.key)
        if same is None or mark.value is None or same.value is None:
            continue
        if mark.value.unit and same.value.unit and mark.value.unit != same.value.unit:
            sentence = Message("The number {number} counts different things in the two copies.", number=mark.words)
        elif mark.value.hedge != same.value.hedge and {mark.value.hedge, same.value.hedge} != {"about", "almost"}:
            sentence = Message(
                "The copies bound the number {number} otherwise: one says more than, at least, at most or about it.",
                number=mark.words,
            )
        else:
            continue
        differences.append(_difference("number", place, [mark], [same], sentence))
    return differences


def _bounds(place: int, own: _Side, other: _Side, days: list[_Mark], other_days: list[_Mark]) -> list[Difference]:
    theirs = {mark.key: mark for mark in reversed(other_days)}
    differences = []
    for mark in {each.key: each for each in reversed(days)}.values():
        same = theirs.get(mark.key)
        if same is None or mark.value is None or same.value is None:
            continue
        bound = day_bound(own.texts[mark.span.paragraph], mark.value, own.language)
        other_bound = day_bound(other.texts[same.span.paragraph], same.value, other.language)
        if bound.reach == other_bound.reach:
            continue
        sentence = _bound_sentence(bound, other_bound, mark.words, same.words)
        if sentence is not None:
            ours = _bound_mark(own, mark, bound)
            differences.append(_difference("bound", place, [ours], [_bound_mark(other, same, other_bound)], sentence))
    return differences


def _bound_mark(side: _Side, mark: _Mark, bound: DayBound) -> _Mark:
    span = Span(paragraph=mark.span.paragraph, start=bound.start, end=bound.end)
    return _Mark(mark.key, span, side.texts[span.paragraph][span.start : span.end])


def _bound_sentence(bound: DayBound, other: DayBound, day: str, other_day: str) -> Message | None:
    reaches = {bound.reach, other.reach}
    if reaches == {"by", "before"}:
        outside = bound if bound.reach == "before" else other
        return Message(
            'The copies differ on whether the day counts: "{words}" leaves {day} out, the other copy takes it in.',
            words=outside.words,
            day=day if outside is bound else other_day,
        )
    if "either" in reaches and reaches <= {"by", "before", "either"}:
        unsure = bound if bound.reach == "either" else other
        if "by" in reaches:
            return Message(
                '"{words}" may exclude the day itself; the other copy takes it in.',
                words=unsure.words,
            )
        return Message('"{words}" may include the day itself; the other copy leaves it out.', words=unsure.words)
    if reaches & {"by", "before", "either"}:
        words = bound.words if bound.reach in ("by", "before", "either") else other.words
        return Message('"{words}" makes {day} a limit in one copy; the other has no such word.', words=words, day=day)
    return None


def _negations(place: int, own: _Side, other: _Side) -> list[Difference]:
    if own.language not in _NEGATION_SETS or other.language not in _NEGATION_SETS:
        return []
    own_bounds, other_bounds = _sentence_marks(own), _sentence_marks(other)
    if len(own_bounds) != 1 or len(other_bounds) != 1:
        return []
    if _is_negated(own_bounds[0].words, own.language) == _is_negated(other_bounds[0].words, other.language):
        return []
    sentence = Message("One copy denies what the other seems to say; read both.")
    return [_difference("negation", place, own_bounds, other_bounds, sentence)]


def _is_negated(words: str, language: str) -> bool:
    text = _NOT_NEGATED.sub(" ", plain(words))
    return not _NEGATION_SETS[language].isdisjoint(_WORDS.findall(text))


def _stand_side_by_side(side: _Side, lexis: KnownNames) -> bool:
    """Whether parties are named in a row alone, "the Upper Valley and the Lower Valley": then no word between them says
    who does what to whom."""
    for each in side.traits:
        text = each.spoken.paragraph.text
        named = sorted((start, end) for name, start, end in each.names if name in lexis.parties)
        for (_, end), (start, _) in pairwise(named):
            words = _WORDS.findall(plain(text[end:start]))
            if not words or not _JOINING.issuperset(words):
                return False
    return True


def _is_reordered(own: _Side, other: _Side, lexis: KnownNames) -> bool:
    ours = list(dict.fromkeys(name for each in own.traits for name, *_ in each.names if name in lexis.parties))
    theirs = list(dict.fromkeys(name for each in other.traits for name, *_ in each.names if name in lexis.parties))
    return ours != theirs and set(ours) == set(theirs)
