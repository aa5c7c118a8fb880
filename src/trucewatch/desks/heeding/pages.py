"""The notices that a joint centre is shown: the list, each of them, and what the shift enters: that a side was told,
what it answered. The centre changes nothing of what it is shown."""

from __future__ import annotations

from typing import Final

from fastapi import APIRouter
from starlette.responses import HTMLResponse, Response

from trucewatch.messages import Message
from trucewatch.model.aid_notification_state import FIXED_SENTENCES
from trucewatch.model.aid_registry import TABLES, steps_about
from trucewatch.model.roles import Right
from trucewatch.pipeline.aid_states import state_of
from trucewatch.server.aid_view import book_of
from trucewatch.server.entered_form import Sheet, empty_form, take_form
from trucewatch.server.entered_item import item_at, item_page, take_back, undo_form
from trucewatch.server.entered_pages import TablePages
from trucewatch.server.forms import Form
from trucewatch.server.notice_letter import letter_page
from trucewatch.server.notice_view import (
    acts,
    before_passage,
    blocks,
    is_current,
    item_here,
    list_row,
    printed,
)
from trucewatch.server.refusal import RefusalError
from trucewatch.server.rights import needs
from trucewatch.server.view import CurrentView, View

router = APIRouter(include_in_schema=False)
_SHIFT: Final = (Right.SHIFT, Right.FLASH)
_PAGES: Final = {
    table: TablePages(
        table=table,
        path="/notices",
        state=state_of,
        blocks=blocks,
        before=before_passage,
        steps={step.name: _SHIFT for step in steps_about(table)},
        enters=(),
        printed=printed,
        acts=acts,
    )
    for table in ("shared_notice", "shared_passage")
}


@router.get("/notices")
@needs(Right.INSIDE)
def notices(view: CurrentView, show: str = "current") -> HTMLResponse:
    """What is shown: medical passage on top, then the latest first."""
    book = book_of(view)
    everything = sorted(book.items(*_PAGES), key=lambda item: (item.table != "shared_passage", -item.first.entry))
    chosen = [item for item in everything if show == "all" or is_current(book, item)]
    return view.page(
        "heeding/notices.html.jinja",
        rows=[list_row(view, book, item) for item in chosen],
        everything=len(everything),
        show="all" if show == "all" else "current",
        sentences=FIXED_SENTENCES,
    )


@router.get("/notices/letter/{code}")
@needs(Right.INSIDE)
def letter(view: CurrentView, code: str) -> HTMLResponse:
    """One letter for every side, with what is shown of it, in every language of the watch."""
    book, item = item_here(view, code)
    return letter_page(view, book, item)


@router.get("/notices/entries/{entry_id}/undo")
@needs(*_SHIFT)
def undo(view: CurrentView, entry_id: str) -> HTMLResponse:
    return undo_form(view, _pages_of_entry(view, entry_id), entry_id)


@router.post("/notices/entries/{entry_id}/undo")
@needs(*_SHIFT)
def undo_entry(view: CurrentView, entry_id: str, form: Form) -> Response:
    return take_back(view, _pages_of_entry(view, entry_id), entry_id, form)


@router.get("/notices/{code}")
@needs(Right.INSIDE)
def notice(view: CurrentView, code: str) -> HTMLResponse:
    return item_page(view, _pages_of(view, code), code)


@router.get("/notices/{code}/add/{step}")
@needs(*_SHIFT)
def add(view: CurrentView, code: str, step: str) -> HTMLResponse:
    return empty_form(view, _sheet(view, code, step))


@router.post("/notices/{code}/add/{step}")
@needs(*_SHIFT)
def enter(view: CurrentView, code: str, step: str, form: Form) -> Response:
    return take_form(view, _sheet(view, code, step), form)


def _pages_of(view: View, code: str) -> TablePages:
    _, item = item_here(view, code)
    return _PAGES.get(item.table, _PAGES["shared_notice"])


def _pages_of_entry(view: View, entry_id: str) -> TablePages:
    entry = next((each for each in book_of(view).entries() if each.entry_id == entry_id), None)
    return _pages_of(view, entry.code) if entry is not None else _PAGES["shared_notice"]


def _sheet(view: View, code: str, step: str) -> Sheet:
    pages = _pages_of(view, code)
    _, item = item_at(view, pages, code)
    table = TABLES.get(step)
    if table is None or pages.table not in table.about:
        raise RefusalError(
            404, Message("There is no such step; the page of {code} has those there are.", code=item.code)
        )
    return Sheet(pages=pages, table=table, about=item)
