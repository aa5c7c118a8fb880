"""What a desk states of a table whose pages the kit makes, and what it gives to a list and to an item's page."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from trucewatch.messages import Message
from trucewatch.model.aid_items import Item
from trucewatch.model.aid_registry import TABLES, steps_about
from trucewatch.model.aid_tables import AidTable
from trucewatch.model.roles import Right
from trucewatch.pipeline.aid_entering import AidBook
from trucewatch.server.aid_view import ENTERS, READS
from trucewatch.server.view import View


@dataclass(frozen=True, slots=True, kw_only=True)
class ListRow:
    """An item as a list shows it. is_due: it is late or due today; is_urgent: it stands first."""

    code: str
    line: Message
    state: Message
    path: str
    day: date | None = None
    is_due: bool = False
    is_urgent: bool = False
    note: Message | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """What a desk adds to an item's page: a heading and sentences, or rows of cells below a head."""

    title: Message
    sentences: Sequence[Message] = ()
    head: Sequence[Message] = ()
    rows: Sequence[Sequence[Message | str]] = ()


def _no_blocks(view: View, book: AidBook, item: Item) -> Sequence[Block]:
    return ()


def _nothing_before(view: View, book: AidBook, row: Any, about: Item | None) -> Sequence[Message]:
    return ()


def _nothing_printed(view: View, book: AidBook, item: Item) -> Sequence[Message]:
    return ()


def _no_acts(view: View, book: AidBook, item: Item) -> Sequence[tuple[Message, str]]:
    return ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TablePages:
    """What a desk states of a table whose pages it has.

    state: how an item stands, worked out from its steps. blocks: what stands on its page beside fields and steps.
    before: what is shown before a row is entered (the item it is about or that is corrected, None of a new one):
    conflicts, lateness; it hinders nothing. steps: step table → who may add it, where that is not `ENTERS`. printed:
    sentences that stand on every page and print of it. acts: links to the desk's own acts.
    """

    table: str
    path: str
    state: Callable[[AidBook, Item], Message]
    blocks: Callable[[View, AidBook, Item], Sequence[Block]] = _no_blocks
    before: Callable[[View, AidBook, Any, Item | None], Sequence[Message]] = _nothing_before
    steps: Mapping[str, tuple[Right, ...]] = field(default_factory=dict)
    enters: tuple[Right, ...] = ENTERS
    reads: tuple[Right, ...] = READS
    printed: Callable[[View, AidBook, Item], Sequence[Message]] = _nothing_printed
    acts: Callable[[View, AidBook, Item], Sequence[tuple[Message, str]]] = _no_acts

    @property
    def declared(self) -> AidTable:
        return TABLES[self.table]

    def rights_of(self, table: str) -> tuple[Right, ...]:
        """Who may enter rows of the table itself, or of one of its steps."""
        return self.enters if table == self.table else self.steps.get(table, ENTERS)

    @property
    def every_right(self) -> tuple[Right, ...]:
        """Whoever may enter anything on these pages."""
        rights = (*self.enters, *(right for step in steps_about(self.table) for right in self.rights_of(step.name)))
        return tuple(dict.fromkeys(rights))

    def item_path(self, code: str) -> str:
        return f"{self.path}/{code}"
