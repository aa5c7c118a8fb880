"""Items of humanitarian records with their steps, without a store: for the rules of how something stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any

from trucewatch.model.aid_items import AidEntry, Item
from trucewatch.model.aid_registry import TABLES
from trucewatch.model.meeting_checks import Trouble

NOW = datetime(2031, 5, 4, 10, tzinfo=UTC)


class IdNames:
    """Every id is its own name."""

    def organisation(self, id_: str) -> str:
        return id_

    def district(self, id_: str) -> str:
        return id_

    def side(self, id_: str) -> str:
        return id_


NAMES = IdNames()


def entry_of(number: int, table: str, row: Any, *, code: str, about: str = "", erased: bool = False) -> AidEntry:
    moment = NOW - timedelta(days=30) + timedelta(minutes=number)
    return AidEntry(
        entry_id=f"a-{number}",
        entry=number,
        table=table,
        code=code,
        about=about,
        version=1,
        row=None if erased else row,
        totals=TABLES[table].totals(row),
        known_at=moment,
        recorded_at=moment,
        by="p-1",
    )


def item_of(
    table: str, row: Any, *steps: tuple[str, Any], code: str = "", erased: bool = False, erased_steps: bool = False
) -> Item:
    """An item with its steps, each a table and a row, in the order in which they were entered."""
    code = code or f"{TABLES[table].prefix}-1"
    return Item(
        code=code,
        table=table,
        versions=(entry_of(1, table, row, code=code, erased=erased),),
        steps=tuple(
            entry_of(number, name, step, code=code, about=code, erased=erased_steps)
            for number, (name, step) in enumerate(steps, start=2)
        ),
    )


@dataclass
class FixedItems:
    """The items that a check may look at."""

    known: Sequence[Item] = ()
    now: datetime = NOW
    zone: tzinfo = UTC

    def items(self, table: str) -> tuple[Item, ...]:
        return tuple(item for item in self.known if item.table == table)

    def item_or_none(self, code: str) -> Item | None:
        return next((item for item in self.known if item.code == code), None)


def troubles_of(table: str, row: Any, about: Item | None = None, *known: Item) -> dict[str, Trouble]:
    """What is wrong with a row beyond its fields, by the field."""
    return {str(each.at[0]): each for each in TABLES[table].troubles(row, about, FixedItems(known))}
