"""What was entered of one item: its versions, its steps, where it comes from. Nothing here is a status; each table says
itself what follows from the steps."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from trucewatch.messages import Message
from trucewatch.model.agreement_entries import TakenBack

CODE: Final = re.compile(r"(?:(?P<origin>[a-z0-9][a-z0-9-]{0,63}):)?(?P<prefix>[A-Z]{2,3})-(?P<number>[1-9]\d{0,8})")
"""`RQ-3`; of another instance `valleys-aid:RQ-3`."""
AT_ONCE: Final = "at_once"
REASONS: Final[Mapping[str, Message]] = {
    AT_ONCE: Message("undone at once, from the message that followed the entry"),
}
"""Reasons that nobody has to type."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AidEntry:
    """One act, as the journal holds it.

    code: of the item, also of one that a step is about (`about` is then the same). row: None once its content was
    erased, and of a table or version that this program does not know. totals: the numbers that stay. acting_for: the
    organisation for which it was entered, "" for the coordinator. origin: the instance that sent it, "" for this one.
    content: the reference `w-…` under which the row lies. keep_until: of a received one, as its sender said.
    """

    entry_id: str
    entry: int
    table: str
    code: str
    about: str
    version: int
    row: Any
    totals: Mapping[str, int] = field(default_factory=dict)
    known_at: datetime
    recorded_at: datetime
    by: str
    acting_for: str = ""
    origin: str = ""
    content: str = ""
    reason: str = ""
    keep_until: datetime | None = None
    undone: TakenBack | None = None

    @property
    def stands(self) -> bool:
        return self.undone is None

    @property
    def is_erased(self) -> bool:
        return self.row is None


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A request, a work, a notification …: what stands of it.

    versions: every entry of the item itself, those taken back among them, in order. steps: entries of other tables
    about it that stand, in the order in which they became known. row: of the last version that stands; None once
    erased.
    """

    code: str
    table: str
    versions: tuple[AidEntry, ...]
    steps: tuple[AidEntry, ...] = ()

    @property
    def last(self) -> AidEntry:
        """The version that stands."""
        return next(entry for entry in reversed(self.versions) if entry.stands)

    @property
    def row(self) -> Any:
        return self.last.row

    @property
    def first(self) -> AidEntry:
        return self.versions[0]

    @property
    def version(self) -> int:
        return self.last.version

    @property
    def origin(self) -> str:
        return self.versions[0].origin

    @property
    def acting_for(self) -> str:
        return self.versions[0].acting_for

    @property
    def number(self) -> int:
        match = CODE.fullmatch(self.code)
        return int(match["number"]) if match else 0

    def steps_of(self, *tables: str) -> tuple[AidEntry, ...]:
        """Its steps of these tables that can still be read, in order."""
        return tuple(step for step in self.steps if step.table in tables and step.row is not None)

    def latest(self, *tables: str) -> AidEntry | None:
        """The last of them."""
        steps = self.steps_of(*tables)
        return steps[-1] if steps else None


def items_from(entries: Iterable[AidEntry]) -> dict[str, Item]:
    """The items that stand, by code, in the order in which they were entered first. A step about an item that is not
    there, or was taken back, stands nowhere."""
    versions: dict[str, list[AidEntry]] = {}
    steps: dict[str, list[AidEntry]] = {}
    for each in entries:
        if each.about:
            if each.stands:
                steps.setdefault(each.about, []).append(each)
        else:
            versions.setdefault(each.code, []).append(each)
    return {
        code: Item(
            code=code,
            table=own[0].table,
            versions=tuple(own),
            steps=tuple(sorted(steps.get(code, ()), key=lambda step: (step.known_at, step.entry))),
        )
        for code, own in versions.items()
        if any(entry.stands for entry in own)
    }


def local_code(code: str, here: str) -> str:
    """A code of a message as this instance says it: without its own name before it.

    >>> local_code("valleys-aid:RQ-3", "valleys-aid"), local_code("centre:RN-1", "valleys-aid")
    ('RQ-3', 'centre:RN-1')
    """
    return code.removeprefix(f"{here}:")


def full_code(code: str, here: str) -> str:
    """A code as a message says it: with the instance whose item it is.

    >>> full_code("RQ-3", "valleys-aid"), full_code("centre:RN-1", "valleys-aid")
    ('valleys-aid:RQ-3', 'centre:RN-1')
    """
    return code if ":" in code else f"{here}:{code}"
