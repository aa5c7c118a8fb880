"""A desk for the pages of every table of the humanitarian records, on the invented instance, and a person's way through
their forms."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from html import unescape
from pathlib import Path
from typing import Any, Final

from fastapi import APIRouter
from starlette.testclient import TestClient

from tests.builders import copy_of
from tests.server.conftest import AID, client_of, now
from trucewatch.desks import find, indexes
from trucewatch.messages import Message
from trucewatch.model.aid_items import Item
from trucewatch.model.aid_registry import TABLES
from trucewatch.model.aid_tables import AidTable
from trucewatch.pipeline.aid_entering import AidBook
from trucewatch.server.console import Console
from trucewatch.server.entered_pages import Block, TablePages, add_table_pages
from trucewatch.server.view import View
from trucewatch.store import Store

ITEMS: Final = tuple(table for table in TABLES.values() if not table.is_step and "humanitarian" in table.only_in)
REQUEST: Final = {
    "organisation": "HR",
    "kind": "blankets",
    "quantity": "400",
    "unit": "pieces",
    "district": "kess",
    "by": "2031-05-06",
    "what": "wool, for the school hall",
}


def state(book: AidBook, item: Item) -> Message:
    return Message("{count} steps so far", count=len(item.steps))


def before(view: View, book: AidBook, row: Any, about: Item | None) -> list[Message]:
    return [Message("The road is closed until evening.")]


def blocks(view: View, book: AidBook, item: Item) -> list[Block]:
    title = Message("Beside it")
    rows = [[Message("wool"), "<b>12</b>"]]
    return [Block(title=title, sentences=[Message("A sentence of the desk.")], head=[title, title], rows=rows)]


class EnteringDesk:
    """A desk that has nothing but the kit's pages, of every table, each below its own name."""

    name = "entering-all"
    menu = None
    serves = ("humanitarian",)
    folder = Path(__file__).parent / "no-such-desk"

    def __init__(self) -> None:
        router = APIRouter(include_in_schema=False)
        for table in ITEMS:
            pages = TablePages(table=table.name, path=path_of(table), state=state, before=before, blocks=blocks)
            add_table_pages(router, pages)
        self.routers = [router]

    def gives(self, part: str, name: str, otherwise: Any = ()) -> Any:
        return otherwise

    def part(self, name: str) -> None:
        return None


def path_of(table: AidTable) -> str:
    return f"/entering/{table.name}"


@contextmanager
def entering_console(folder: Path) -> Iterator[Console]:
    """A console of the invented humanitarian instance with that desk beside its own."""
    copy = copy_of(AID, folder)
    with Store(copy, now, desks=indexes()) as store:
        yield Console(store, copy, now, (*find(), EnteringDesk()))


def entered(client: TestClient, where: str, fields: dict[str, Any]) -> str:
    """The address to which an entry leads."""
    answered = client.post(where, data={**fields, "confirm": "yes"})
    assert answered.status_code == 303, faults_of(answered.text) or answered.text[-3000:]
    return str(answered.headers["location"])


def faults_of(page: str) -> dict[str, str]:
    """What is said beside the fields of a form, by key."""
    pairs = re.findall(r'class="error" id="fault-([\w-]+)">(.*?)</span>', page, re.DOTALL)
    return {key: unescape(re.sub(r"<[^>]*>", "", text)).strip() for key, text in pairs}


def undo_of(console: Console, client: TestClient) -> str:
    """The address that takes back what was entered last."""
    record = list(console.store.journal.entries())[-1].record
    return f"{path_of(TABLES['request'])}/entries/{record['id']}/undo"


__all__ = ["EnteringDesk", "client_of"]
