"""How a group return stands: planned, gone, put off, lapsed; escort asked and given; informed and voluntary by whose
word; how many left again. Numbers of different givers are never added."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Final

from trucewatch.messages import Message
from trucewatch.model.aid_items import Item
from trucewatch.model.aid_returns import (
    ESCORT_WORDS,
    OUTCOME_WORDS,
    WILL_STATES,
    WILL_WORDS,
    EscortStep,
    OutcomeStep,
    WillStep,
    group_and_buses,
    people_and_buses,
)
from trucewatch.model.aid_tables import AidNames

NOT_STATED: Final = Message("not stated")


def return_state(item: Item, today: date) -> Message:
    """How a return stands, in one sentence; of one whose plan lapsed, the numbers that stay."""
    if item.row is None:
        return lapsed_state(item)
    states = {outcome.state for outcome in outcomes_of(item)}
    if len(states) > 1:
        return Message("sources differ on what became of it; both stand")
    if states:
        return OUTCOME_WORDS[states.pop()]
    if item.row.day < today:
        return Message("planned for a day that is past; nobody has said whether they went")
    if item.row.day == today:
        return Message("planned for today")
    return Message("planned")


def outcomes_of(item: Item) -> tuple[OutcomeStep, ...]:
    """The last word of each organisation on what became of a plan, in the order of ids."""
    by_source: dict[str, OutcomeStep] = {}
    for step in sorted(item.steps_of("return_outcome"), key=lambda step: step.row.day):
        by_source[step.row.organisation] = step.row
    return tuple(by_source[source] for source in sorted(by_source))


def outcome_sentences(item: Item, names: AidNames) -> Iterator[Message]:
    """The same as sentences, each with its giver."""
    for row in outcomes_of(item):
        organisation = names.organisation(row.organisation)
        if row.state == "went" and row.people is not None:
            yield Message(
                "Went: {number}, as {organisation} says ({day}).",
                number=group_and_buses(row.people, row.buses),
                organisation=organisation,
                day=row.day,
            )
        else:
            yield Message(
                "{state}, as {organisation} says ({day}).",
                state=OUTCOME_WORDS[row.state],
                organisation=organisation,
                day=row.day,
            )


def lapsed_state(item: Item) -> Message:
    """What stays of a plan whose places and day went."""
    totals = item.last.totals
    number = people_and_buses(totals.get("people", 0), totals.get("buses"))
    return Message("the plan lapsed; planned: {number}", number=number)


def left_again(item: Item) -> dict[str, int]:
    """How many left again, by who says so, in the order of ids; also where the content of these steps was erased."""
    numbers: dict[str, int] = defaultdict(int)
    for step in item.steps:
        if step.table == "left_again":
            numbers[step.row.organisation if step.row is not None else step.acting_for] += step.totals.get(
                "left_again", 0
            )
    return dict(sorted(numbers.items()))


def left_sentences(item: Item, names: AidNames) -> Iterator[Message]:
    """The same as sentences, each with its giver; two that differ stand side by side."""
    for organisation, people in left_again(item).items():
        if organisation:
            yield Message(
                "Left again: {people}, as {organisation} says.",
                people=group_and_buses(people, None),
                organisation=names.organisation(organisation),
            )
        else:
            yield Message("Left again: {people}.", people=group_and_buses(people, None))


def escort_given(item: Item) -> tuple[EscortStep, ...]:
    """The last word of each organisation on the escort, in the order of ids."""
    by_source: dict[str, EscortStep] = {}
    for step in sorted(item.steps_of("return_escort"), key=lambda step: step.row.day):
        by_source[step.row.organisation] = step.row
    return tuple(by_source[source] for source in sorted(by_source))


def escort_sentences(item: Item, names: AidNames) -> Iterator[Message]:
    """What was asked and what was answered."""
    if item.row is None:
        return
    if item.row.escort_of:
        yield Message("An escort is asked of {organisation}.", organisation=names.organisation(item.row.escort_of))
    else:
        yield Message("Nothing is entered that says an escort was asked for.")
    words = escort_given(item)
    for row in words:
        yield Message(
            "Escort {state}, as {organisation} says ({day}).",
            state=ESCORT_WORDS[row.state],
            organisation=names.organisation(row.organisation),
            day=row.day,
        )
    if item.row.escort_of and not words:
        yield Message("Nobody has answered.")


def will_of(item: Item, aspect: str) -> tuple[WillStep, ...]:
    """The last word of each organisation on whether people go informed, or of their own will, in the order of ids."""
    by_source: dict[str, WillStep] = {}
    for step in sorted(item.steps_of("return_will"), key=lambda step: step.row.day):
        if step.row.aspect == aspect:
            by_source[step.row.organisation] = step.row
    return tuple(by_source[source] for source in sorted(by_source))


def will_sentences(item: Item, names: AidNames) -> Iterator[Message]:
    """Informed and voluntary, each for itself, each by whose word; `not stated` where there is no word."""
    for aspect, label in WILL_WORDS.items():
        rows = will_of(item, aspect)
        if not rows:
            yield Message("{aspect}: {state}", aspect=label, state=NOT_STATED)
        for row in rows:
            yield Message(
                "{aspect}: {state}, as {organisation} says ({day})",
                aspect=label,
                state=WILL_STATES[row.state],
                organisation=names.organisation(row.organisation),
                day=row.day,
            )


def is_open(item: Item) -> bool:
    """Whether a return is planned, or its day passed without anybody saying what became of it."""
    return item.row is not None and item.latest("return_outcome") is None


def people_by_giver(items: Iterable[Item]) -> dict[str, tuple[int, int | None]]:
    """Who states how many people went, and in how many buses; by organisation, never added across them. None buses
    where it does not state them of each."""
    numbers: dict[str, tuple[int, int | None]] = {}
    for item in items:
        for row in outcomes_of(item):
            if row.state == "went":
                people, buses = numbers.get(row.organisation, (0, 0))
                all_buses = None if buses is None or row.buses is None else buses + row.buses
                numbers[row.organisation] = (people + (row.people or 0), all_buses)
    return dict(sorted(numbers.items()))
