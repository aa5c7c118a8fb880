"""Two language copies of one statement → which paragraphs say the same.

Source: W. A. Gale and K. W. Church, 1993, A Program for Aligning Sentences in Bilingual Corpora, Computational
Linguistics 19(1): dynamic programming over lengths in characters. Dates, numbers, names, turns and speakers, which
hold across languages, are weighed beside the lengths.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

from trucewatch.annotation.known_names import KnownNames
from trucewatch.annotation.place_spellings import names_in
from trucewatch.annotation.values import values_in
from trucewatch.messages import Amount, Message
from trucewatch.model.annotations import Value
from trucewatch.model.statements import Spoken, Statement

_VARIANCE: Final = 6.8
"""Of the difference in length, per character, as Gale and Church measured it."""
_COST_OF_STEP: Final = {
    (1, 1): -math.log(0.89),
    (2, 1): -math.log(0.089 / 2),
    (1, 2): -math.log(0.089 / 2),
    (1, 0): -math.log(0.0099 / 2) + 2,
    (0, 1): -math.log(0.0099 / 2) + 2,
}
"""Their priors of each way; 2 to 2 is left out, and a paragraph that one copy lacks pays no length."""
_MOST_COST: Final = 12.0
_SHARED, _APART, _MOST_ANCHORS = 1.5, 1.0, 6
"""What an anchor in both, and in one alone, is worth; measured on texts of our own."""
_OTHER_PART, _OTHER_SPEAKER, _OTHER_TURN = 12.0, 3.0, 3.0
_BAND: Final = 40
"""Paragraphs by which copies may be out of step; with it 5,000 paragraphs stay within seconds."""
_LEAST_SHARED: Final = 0.25
_LEAST_ANCHORS: Final = 6
_MOST_ALONE: Final = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Ids of paragraphs that say the same; one side is empty where a copy lacks the paragraph."""

    first: tuple[str, ...]
    second: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Alignment:
    """Pairs in order: every paragraph of both copies once. is_aligned: False where they differ too much to be compared;
    `remarks` say so."""

    pairs: tuple[Pair, ...]
    is_aligned: bool = True
    remarks: tuple[Message, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Traits:
    """What of a paragraph holds in any language."""

    spoken: Spoken
    length: int
    speaker: int
    begins_turn: bool
    anchors: frozenset[str]
    values: tuple[Value, ...]
    names: tuple[tuple[str, int, int], ...]


def traits_of(statement: Statement, lexis: KnownNames) -> list[Traits]:
    """What is compared of each paragraph, in order."""
    ranks: dict[str, int] = {"": 0}
    traits: list[Traits] = []
    turn: tuple[str, int, str] | None = None
    for spoken in statement.spoken():
        text = spoken.paragraph.text
        values = values_in(text, statement.language, lexis, year_of=statement.day)
        names = names_in(text, statement.language, lexis)
        this_turn = (spoken.part, spoken.exchange, spoken.speaker)
        traits.append(
            Traits(
                spoken=spoken,
                length=len(text),
                speaker=ranks.setdefault(spoken.speaker, len(ranks)),
                begins_turn=this_turn != turn,
                anchors=frozenset(value.kind[0] + value.value for value in values)
                | frozenset("=" + name_id for name_id, _, _ in names),
                values=values,
                names=names,
            )
        )
        turn = this_turn
    return traits


def align(first: Statement, second: Statement, lexis: KnownNames) -> Alignment:
    """Which paragraphs of two copies say the same: 1–1, 1–2, 2–1, or none in the other.

    Limits: copies more than 40 paragraphs out of step beyond their difference in number are not followed; order within
    a copy is kept, so a paragraph that moved is lacking at one place and at another too many.
    """
    own, others = traits_of(first, lexis), traits_of(second, lexis)
    return align_traits(own, others)


def align_traits(own: list[Traits], others: list[Traits]) -> Alignment:
    """The same of copies whose traits are known."""
    is_longer = len(own) >= len(others)
    steps = _steps(own, others) if is_longer else [step[::-1] for step in _steps(others, own)]
    pairs: list[Pair] = []
    place, other_place = 0, 0
    shared = apart = alone = 0
    for size, other_size in steps:
        ours, theirs = own[place : place + size], others[other_place : other_place + other_size]
        place, other_place = place + size, other_place + other_size
        pairs.append(
            Pair(
                first=tuple(each.spoken.paragraph.id for each in ours),
                second=tuple(each.spoken.paragraph.id for each in theirs),
            )
        )
        anchors, other_anchors = _anchors(ours), _anchors(theirs)
        shared, apart = shared + len(anchors & other_anchors), apart + len(anchors ^ other_anchors)
        if not size or not other_size:
            alone += sum(each.length for each in (*ours, *theirs))
    length = sum(each.length for each in (*own, *others))
    is_alone = alone > _MOST_ALONE * length
    is_apart = shared + apart >= _LEAST_ANCHORS and shared < _LEAST_SHARED * (shared + apart)
    if not is_alone and not is_apart:
        return Alignment(pairs=tuple(pairs))
    remark = Message(
        "These two copies differ too much to be compared: {shared} of {all} dates, numbers and names stand at the same "
        "place in both. Check whether they are copies of one statement.",
        shared=Amount(shared),
        all=Amount(shared + apart),
    )
    return Alignment(pairs=tuple(pairs), is_aligned=False, remarks=(remark,))


def _anchors(traits: list[Traits]) -> frozenset[str]:
    return frozenset().union(*(each.anchors for each in traits)) if traits else frozenset()


def _steps(longer: list[Traits], shorter: list[Traits]) -> list[tuple[int, int]]:
    """The cheapest way through both, as paragraphs taken of each; `longer` has no fewer."""
    count, other_count = len(longer), len(shorter)
    ratio = sum(each.length for each in shorter) / max(1, sum(each.length for each in longer))
    ratio = min(2.0, max(0.5, ratio))
    slope = other_count / max(1, count)
    costs: list[dict[int, float]] = []
    ways: list[dict[int, tuple[int, int]]] = []
    for row in range(count + 1):
        centre = round(row * slope)
        row_costs: dict[int, float] = {}
        row_ways: dict[int, tuple[int, int]] = {}
        for column in range(max(0, centre - _BAND), min(other_count, centre + _BAND) + 1):
            if not row and not column:
                row_costs[0] = 0.0
                continue
            best, way = math.inf, (0, 0)
            for step, base in _COST_OF_STEP.items():
                size, other_size = step
                if size > row or other_size > column:
                    continue
                before = (costs[row - size] if size else row_costs).get(column - other_size)
                if before is None or before + base - _SHARED * _MOST_ANCHORS - 1 >= best:
                    continue
                cost = before + base
                if size and other_size:
                    cost += _cost(longer[row - size : row], shorter[column - other_size : column], ratio)
                if cost < best:
                    best, way = cost, step
            if best < math.inf:
                row_costs[column], row_ways[column] = best, way
        costs.append(row_costs)
        ways.append(row_ways)
        if row >= 2:
            costs[row - 2] = {}
    steps: list[tuple[int, int]] = []
    row, column = count, other_count
    while row or column:
        step = ways[row][column]
        steps.append(step)
        row, column = row - step[0], column - step[1]
    return steps[::-1]


def _cost(ours: list[Traits], theirs: list[Traits], ratio: float) -> float:
    """Of taking these paragraphs for the same, beside the prior."""
    own, other = ours[0], theirs[0]
    length, other_length = own.length, other.length
    anchors, other_anchors = own.anchors, other.anchors
    cost = 0.0
    for side in (ours, theirs):
        if len(side) == 2:
            if side[1].begins_turn:
                return 4 * _OTHER_PART
            if side is ours:
                length, anchors = length + side[1].length, anchors | side[1].anchors
            else:
                other_length, other_anchors = other_length + side[1].length, other_anchors | side[1].anchors
    deviation = abs(other_length - length * ratio) / math.sqrt(max(1.0, length * ratio) * _VARIANCE)
    cost += min(_MOST_COST, -math.log(max(1e-12, math.erfc(deviation / math.sqrt(2)))))
    if anchors or other_anchors:
        in_both = len(anchors & other_anchors)
        in_one = len(anchors) + len(other_anchors) - 2 * in_both
        cost += _APART * min(in_one, _MOST_ANCHORS) - _SHARED * min(in_both, _MOST_ANCHORS)
    if own.spoken.part != other.spoken.part:
        cost += _OTHER_PART
    if own.speaker != other.speaker:
        cost += _OTHER_SPEAKER
    if own.begins_turn != other.begins_turn:
        cost += _OTHER_TURN
    return cost
