"""The pages of a table of the humanitarian records, made from what the table declares: its form with faults beside the
fields, what it comes to before it is entered, an item's page with its steps and history, correcting, undoing.

A desk has the list, and says how an item stands and what is shown beside it:

    add_table_pages(router, TablePages(table="request", path="/requests", state=request_state))

It makes GET and POST `{path}/new`, GET `{path}/{code}`, GET and POST `{path}/{code}/correct`,
`{path}/{code}/add/{step}` and `{path}/entries/{entry_id}/undo`. A desk's own addresses below its path stand before it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from fastapi import APIRouter

from trucewatch.messages import Message
from trucewatch.model.aid_items import Item
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


def add_table_pages(router: APIRouter, pages: TablePages) -> None:
    """Add the pages of a table to a desk's router."""
