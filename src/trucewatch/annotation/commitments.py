"""Who commits himself, to whom and by when, read from the clause that carries it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from trucewatch.annotation.rule_patterns import Clause, Token, Words
from trucewatch.errors import TimeError
from trucewatch.model.annotations import Bound, Value
from trucewatch.model.deadlines import Term

_LOOK_BACK: Final = 5
"""Words before a day among which "by" or "not later than" is looked for."""
_SIDE_MARKS: Final = ("party", "body")


@dataclass(frozen=True, slots=True, kw_only=True)
class DueDay:
    """The day that words name, how it binds, and these words with their place."""

    day: date | None
    bound: Bound
    start: int
    end: int


def due_day_in(
    clause: Clause, values: Sequence[Value], bounds: Mapping[str, tuple[tuple[str, ...], ...]], said_on: date | None
) -> DueDay | None:
    """The first day in a clause, with the words of a deadline before it; None where there is none.

    values: dates and numbers of the clause, in order. bounds: bound → its ways to be written. said_on: the day of the
    statement: a bare day ("прибудет 8 мая") that is not past is the day on which. A month alone names no day.
    """
    for value in values:
        if value.kind == "date":
            bound, start = _bound_before(clause.tokens, value.start, bounds)
            day = _day(value.value)
            after = next((token for token in clause.tokens if token.start >= value.end), None)
            if bound == "before" and after is not None and (after.low,) in bounds.get("inclusive", ()):
                return DueDay(day=day, bound="by", start=start, end=after.end)  # "до 12 мая включительно"
            if bound:
                return DueDay(day=day, bound=bound, start=start, end=value.end)
            if day is not None and (said_on is None or day >= said_on):
                return DueDay(day=day, bound="on", start=value.start, end=value.end)
    return None


def _day(written: str) -> date | None:
    try:
        return date.fromisoformat(written)
    except ValueError:
        return None


def _bound_before(
    tokens: Sequence[Token], place: int, bounds: Mapping[str, tuple[tuple[str, ...], ...]]
) -> tuple[Bound, int]:
    at = next((index for index, token in enumerate(tokens) if token.start >= place), len(tokens))
    before = [token.low for token in tokens[max(0, at - _LOOK_BACK) : at]]
    kinds: tuple[Bound, ...] = ("by", "before", "on", "within")
    best: tuple[int, Bound, int] = (0, "", 0)
    for bound in kinds:
        for phrase in bounds.get(bound, ()):
            for skipped in range(3):
                end = len(before) - skipped
                if end >= len(phrase) and tuple(before[end - len(phrase) : end]) == phrase and len(phrase) > best[0]:
                    first = at - skipped - len(phrase)
                    best = (len(phrase), bound, tokens[first].start)
    return best[1], best[2]


def within_term(
    clause: Clause,
    within: Sequence[tuple[str, ...]],
    units: Mapping[str, Words],
    numbers: Mapping[str, int],
    said_on: date | None,
) -> DueDay | None:
    """ "within ten days" as a day counted from that of the statement; None where no such words stand."""
    lows = [token.low for token in clause.tokens]
    for at in range(len(lows)):
        for phrase in within:
            end = at + len(phrase)
            if tuple(lows[at:end]) != phrase or end >= len(lows):
                continue
            for place in range(end, min(end + 4, len(lows))):
                unit = next((name for name, words in units.items() if words.has(lows[place])), "")
                if not unit:
                    continue
                count = next((number_of(low, numbers) for low in lows[end:place] if number_of(low, numbers)), 0)
                return DueDay(
                    day=_counted(said_on, unit, count) if count else None,
                    bound="within",
                    start=clause.tokens[at].start,
                    end=clause.tokens[place].end,
                )
    return None


def number_of(low: str, numbers: Mapping[str, int]) -> int | None:
    if low.isascii() and low.isdecimal() and len(low) <= 3:
        return int(low)
    return numbers.get(low)


def _counted(said_on: date | None, unit: str, count: int) -> date | None:
    if said_on is None or unit == "hours":
        return None if said_on is None else said_on + timedelta(days=-(-count // 24)) if count <= 240 else None
    days = {"days": count, "weeks": 7 * count}.get(unit, 0)
    try:
        return Term(count if unit == "months" else 0, days).after(said_on)
    except TimeError:
        return None


def sides_after(clause: Clause, at: int, but: tuple[str, ...]) -> tuple[str, ...]:
    """Parties and bodies that are named after a word: to whom it is said to be done."""
    ids = [
        clause.names[index]
        for mark in _SIDE_MARKS
        for index in sorted(clause.runs.get(mark, ()))
        if index >= at and clause.names[index] not in but
    ]
    return tuple(dict.fromkeys(ids))


_NO_WORDS: Final = Words(whole=frozenset())


def is_doer(clause: Clause, at: int, lists: Mapping[str, Words]) -> bool:
    """Whether a name before a verb is who does it, where a language tells by endings: "Верхней Долине вернут" is none.

    lists: `receiver` and `doer`, endings of the last word; `place_words`, before a name that is where it is done.
    """
    if "receiver" not in lists or at in clause.runs.get("as_spelled", ()):
        return True
    last = clause.tokens[_end_of(clause, at) - 1].low
    before = clause.tokens[at - 1].low if at else ""
    if lists["doer"].has(last) or lists["place_words"].has(before):
        return True
    return bool(before) and not lists["receiver"].has(last)


def doer_beside(clause: Clause, lists: Mapping[str, Words], *, is_passive: bool) -> tuple[str, ...]:
    """Who is named as the side that does it: "со стороны …", and with a passive "…ой" without a preposition."""
    for at in sorted(at for mark in _SIDE_MARKS for at in clause.runs.get(mark, ())):
        before = clause.tokens[at - 1].low if at else ""
        if lists.get("on_side", _NO_WORDS).has(before):
            return (clause.names[at],)
        last = clause.tokens[_end_of(clause, at) - 1].low
        is_free = not lists.get("with_words", _NO_WORDS).has(before) and at not in clause.runs.get("as_spelled", ())
        if is_passive and is_free and lists.get("doer", _NO_WORDS).has(last):
            return (clause.names[at],)
    return ()


def _end_of(clause: Clause, at: int) -> int:
    return max(clause.runs[mark][at] for mark in _SIDE_MARKS if at in clause.runs.get(mark, ()))
