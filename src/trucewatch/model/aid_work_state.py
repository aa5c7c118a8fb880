"""How a work stands by what each source says: out, partly back, back, two sources that differ, broken again; and what
it still waits for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import combinations
from typing import Final

from trucewatch.messages import Message
from trucewatch.model.aid_items import Item
from trucewatch.model.aid_tables import AidNames
from trucewatch.model.aid_works import SUPPLY_WORDS, SupplyStep, WaitStep, Work, waits_for

NOT_STATED: Final = Message("nobody has said whether it is out")


@dataclass(frozen=True, slots=True, kw_only=True)
class Supply:
    """What follows from the statements on a work.

    latest: the last one of each source, by when it was said; in the order of the sources' ids. last: of them, the one
    that tells of the latest moment, None where nobody said anything. differing: pairs of sources that say different
    things of the same time. is_again: it was back before, as somebody said, and is out since, as somebody says.
    """

    latest: tuple[SupplyStep, ...] = ()
    last: SupplyStep | None = None
    differing: tuple[tuple[SupplyStep, SupplyStep], ...] = ()
    is_again: bool = False

    @property
    def is_back(self) -> bool:
        """Whether it is back by every word that there is of the last time."""
        return self.last is not None and self.last.state == "back" and not self.differing


def supply_of(item: Item) -> Supply:
    """What the sources say of a work's supply."""
    rows: list[SupplyStep] = [step.row for step in item.steps_of("supply")]
    by_source: dict[str, SupplyStep] = {}
    for row in sorted(rows, key=lambda row: (row.said, row.since)):
        by_source[row.organisation] = row
    latest = tuple(by_source[source] for source in sorted(by_source))
    if not latest:
        return Supply()
    last = max(latest, key=lambda row: (row.since, row.said))
    return Supply(
        latest=latest,
        last=last,
        differing=tuple(pair for pair in combinations(latest, 2) if _differ(*pair)),
        is_again=last.state == "out" and any(row.state == "back" and row.since < last.since for row in rows),
    )


def _differ(first: SupplyStep, second: SupplyStep) -> bool:
    """Whether two sources contradict each other: the one that tells of the earlier moment spoke after the later one,
    so the later news is no answer to it."""
    earlier, later = sorted((first, second), key=lambda row: row.since)
    return first.state != second.state and earlier.said >= later.since


def work_state(item: Item, names: AidNames) -> Message:
    """How a work stands, in one sentence, with who says so."""
    supply = supply_of(item)
    if supply.last is None:
        return NOT_STATED
    if supply.differing:
        first, second = supply.differing[0]
        return Message("{first}; {second}: both stand", first=_says(first, names), second=_says(second, names))
    if supply.is_again:
        return Message("said to be back before; {statement}", statement=_says(supply.last, names))
    return _says(supply.last, names)


def plain_state(item: Item) -> Message:
    """The same without who says so, for where the sources stand below it."""
    supply = supply_of(item)
    if supply.last is None:
        return NOT_STATED
    if supply.differing:
        return Message("sources differ; both stand below")
    stated = Message("{state} since {since}", state=SUPPLY_WORDS[supply.last.state], since=supply.last.since)
    return Message("said to be back before; {statement}", statement=stated) if supply.is_again else stated


def supply_sentences(item: Item, names: AidNames) -> Iterator[Message]:
    """What each source said last."""
    supply = supply_of(item)
    for row in supply.latest:
        yield Message("{statement} (said {said}).", statement=_says(row, names), said=row.said)
    for first, second in supply.differing:
        yield Message(
            "{first} and {second} say different things of the same time. Both stand.",
            first=names.organisation(first.organisation),
            second=names.organisation(second.organisation),
        )
    if supply.is_again:
        yield Message("It was said to be back before, and is said to be out since.")


def _says(row: SupplyStep, names: AidNames) -> Message:
    return Message(
        "{state} since {since}, as {organisation} says",
        state=SUPPLY_WORDS[row.state],
        since=row.since,
        organisation=names.organisation(row.organisation),
    )


def still_waits(item: Item) -> tuple[WaitStep, ...]:
    """What it waits for and nobody has ended, in the order in which it was entered."""
    waiting: dict[tuple[str, str, str, str], WaitStep] = {}
    for step in item.steps_of("wait"):
        row: WaitStep = step.row
        key = (row.for_, row.side, row.of_whom, row.window)
        waiting.pop(key, None)
        if not row.is_over:
            waiting[key] = row
    return tuple(waiting.values())


def waiting_sentences(item: Item, names: AidNames) -> Iterator[Message]:
    """The same as sentences."""
    for row in still_waits(item):
        yield Message(
            "Waits since {day} for {what}, as {organisation} says.",
            day=row.day,
            what=waits_for(row, names),
            organisation=names.organisation(row.organisation),
        )


def served_of(item: Item) -> int | None:
    """The number of an item, also of one whose content was erased."""
    row: Work | None = item.row
    return row.served if row is not None else item.last.totals.get("served")


def open_first(items: Iterable[Item]) -> tuple[Item, ...]:
    """Works that are not back first, those out longest first; then by number."""

    def place(item: Item) -> tuple[bool, str, int]:
        supply = supply_of(item)
        since = min((row.since.isoformat() for row in supply.latest if row.state != "back"), default="")
        return supply.is_back or item.row is None, since, item.number

    return tuple(sorted(items, key=place))
