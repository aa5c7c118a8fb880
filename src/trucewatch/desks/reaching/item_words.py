"""What stands on the pages of access: rows of the lists, counts, and refusals of the centre's own watch."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from trucewatch.messages import Amount, Message
from trucewatch.model.aid_access import (
    CONSTRAINT_WORDS,
    IMPACT_WORDS,
    counts_by_side,
    counts_by_type,
)
from trucewatch.model.aid_items import Item
from trucewatch.model.aid_operations import operation_word, place_of_operation
from trucewatch.model.aid_registry import TABLES
from trucewatch.model.duty_task import task_code
from trucewatch.pipeline.aid_entering import AidBook
from trucewatch.pipeline.aid_states import state_of
from trucewatch.server.aid_view import names_of
from trucewatch.server.entered_pages import Block, ListRow
from trucewatch.server.view import View
from trucewatch.store.duty_task_records import access_refusals

PATHS: Final = {"constraint": "/access", "operation": "/access/operations"}
ERASED: Final = Message("its time to be kept is over")


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnRefusal:
    """That the centre's own watch was refused access. side: who is said to have refused it; inside."""

    task: str
    at: datetime
    side: str
    simulated: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CountShown:
    """How many constraints of a type are entered in a district."""

    kind: Message
    district: str
    count: int


def list_rows(view: View, book: AidBook, items: Iterable[Item], refusals: Iterable[OwnRefusal] = ()) -> list[ListRow]:
    """Items as a list shows them, and among them the refusals to the centre's own watch, the latest first."""
    names = names_of(view)
    rows = [
        (
            item.first.known_at,
            item.number,
            ListRow(
                code=item.code,
                line=ERASED if item.row is None else TABLES[item.table].line(item.row, names),
                state=state_of(book, item),
                path=f"{PATHS[item.table]}/{item.code}",
                day=getattr(item.row, "day", None),
            ),
        )
        for item in items
    ]
    rows += [(each.at, 0, _refusal_row(each)) for each in refusals]
    return [row for _, _, row in sorted(rows, key=lambda each: each[:2], reverse=True)]


def _refusal_row(refusal: OwnRefusal) -> ListRow:
    stated = Message("asked of {side}", side=refusal.side) if refusal.side else Message("asked of no side")
    return ListRow(
        code=refusal.task,
        line=Message("Our own patrols or sensors were refused access, {at}", at=refusal.at),
        state=stated,
        path=f"/shift/tasks/{refusal.task}",
        note=Message("simulated") if refusal.simulated else None,
    )


def own_refusals(view: View) -> tuple[OwnRefusal, ...]:
    """Refusals of access to the centre's own watch that stand, the latest first; of a drill none."""
    if view.watch.kind != "centre":
        return ()
    names, now = names_of(view), view.clock
    return tuple(
        OwnRefusal(
            task=task_code(refusal.task),
            at=refusal.at,
            side=names.side(refusal.actor) if refusal.actor else "",
            simulated=refusal.simulated,
        )
        for refusal in sorted(access_refusals(view.console.store), key=lambda each: each.at, reverse=True)
        if refusal.in_list and not refusal.undone and refusal.known_at <= now
    )


def counts_shown(view: View, items: Sequence[Item]) -> list[CountShown]:
    """Counts per type and district, in the order of the framework and of districts."""
    names = names_of(view)
    return [
        CountShown(kind=CONSTRAINT_WORDS[each.kind], district=names.district(each.district), count=each.count)
        for each in counts_by_type(items)
    ]


def sides_shown(view: View, items: Sequence[Item]) -> list[tuple[str, int]]:
    """In how many each side is said to have imposed it, by id; inside."""
    names = names_of(view)
    return [(names.side(side), count) for side, count in counts_by_side(items)]


def constraint_blocks(view: View, book: AidBook, item: Item) -> Sequence[Block]:
    """Its impact, what was done, and who is said to have imposed it."""
    if item.row is None:
        return ()
    names = names_of(view)
    impact: list[Message] = [IMPACT_WORDS[each] for each in item.row.impact if each in IMPACT_WORDS]
    if item.row.people is not None:
        people = Message("about {count} people kept from help, as who entered it says", count=Amount(item.row.people))
        impact = [*impact, people]
    acts = [TABLES["constraint_action"].line(step.row, names) for step in item.steps_of("constraint_action")]
    sides = [TABLES["constraint_side"].line(step.row, names) for step in item.steps_of("constraint_side")]
    stays = Message("This stays inside: it stands in no file and goes to no other instance.")
    blocks = (
        Block(title=Message("Impact"), sentences=impact),
        Block(title=Message("What was done"), sentences=acts),
        Block(title=Message("Said to be imposed by"), sentences=[*sides, stays] if sides else ()),
    )
    return [block for block in blocks if block.sentences]


def operation_blocks(view: View, book: AidBook, item: Item) -> Sequence[Block]:
    """Numbers as each side says them, and where it is to be until it is done."""
    if item.row is None:
        return ()
    names = names_of(view)
    numbers = [TABLES["operation_numbers"].line(step.row, names) for step in item.steps_of("operation_numbers")]
    place = place_of_operation(item)
    blocks = []
    if numbers:
        side_by_side = Message("As each says. Numbers of several are never added up.")
        blocks.append(Block(title=Message("Numbers"), sentences=[side_by_side, *numbers]))
    if place is not None:
        where = Message(
            "longitude {lon}, latitude {lat}, {at}", lon=str(place.place[0]), lat=str(place.place[1]), at=place.at
        )
        until = Message("It stays inside until it is done, then it lapses.")
        blocks.append(Block(title=Message("Where and when"), sentences=[where, until]))
    elif operation_word(item) == "done":
        gone = Message("It is done: where it was is no longer shown.")
        blocks.append(Block(title=Message("Where and when"), sentences=[gone]))
    return blocks
