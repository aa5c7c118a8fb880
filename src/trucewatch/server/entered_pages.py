"""The pages of a table of the humanitarian records, made from what the table declares: its form with faults beside the
fields, what it comes to before it is entered, an item's page with its steps and history, correcting, undoing.

A desk has the list, and says how an item stands and what is shown beside it:

    add_table_pages(router, TablePages(table="request", path="/requests", state=request_state))

It makes GET and POST `{path}/new`, GET `{path}/{code}`, GET and POST `{path}/{code}/correct`,
`{path}/{code}/add/{step}` and `{path}/entries/{entry_id}/undo`. A desk's own addresses of one word below its path are
added to the router before these.
"""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import HTMLResponse, Response

from trucewatch.messages import Message
from trucewatch.model.aid_registry import steps_about
from trucewatch.server.aid_fields import FieldShown
from trucewatch.server.entered_form import Sheet, empty_form, take_form
from trucewatch.server.entered_item import item_at, item_page, may_change, take_back, undo_form
from trucewatch.server.entered_table import Block, ListRow, TablePages
from trucewatch.server.forms import Form
from trucewatch.server.refusal import RefusalError
from trucewatch.server.rights import NOT_YOURS, forgets_refused, needs
from trucewatch.server.view import CurrentView, View

__all__ = ["Block", "FieldShown", "ListRow", "TablePages", "add_table_pages"]


def add_table_pages(router: APIRouter, pages: TablePages) -> None:
    """Add the pages of a table to a desk's router."""
    path = pages.path

    @router.get(f"{path}/new")
    @needs(*pages.enters)
    def new(view: CurrentView) -> HTMLResponse:
        return empty_form(view, _new(pages))

    @router.post(f"{path}/new")
    @needs(*pages.enters)
    @forgets_refused
    def enter(view: CurrentView, form: Form) -> Response:
        return take_form(view, _new(pages), form)

    @router.get(f"{path}/entries/{{entry_id}}/undo")
    @needs(*pages.every_right)
    def undo(view: CurrentView, entry_id: str) -> HTMLResponse:
        return undo_form(view, pages, entry_id)

    @router.post(f"{path}/entries/{{entry_id}}/undo")
    @needs(*pages.every_right)
    @forgets_refused
    def undo_entry(view: CurrentView, entry_id: str, form: Form) -> Response:
        return take_back(view, pages, entry_id, form)

    @router.get(f"{path}/{{code}}")
    @needs(*pages.reads)
    def item(view: CurrentView, code: str) -> HTMLResponse:
        return item_page(view, pages, code)

    @router.get(f"{path}/{{code}}/correct")
    @needs(*pages.enters)
    def correct(view: CurrentView, code: str) -> HTMLResponse:
        return empty_form(view, _correction(view, pages, code))

    @router.post(f"{path}/{{code}}/correct")
    @needs(*pages.enters)
    @forgets_refused
    def enter_correction(view: CurrentView, code: str, form: Form) -> Response:
        return take_form(view, _correction(view, pages, code), form)

    if not steps_about(pages.table):
        return

    @router.get(f"{path}/{{code}}/add/{{step}}")
    @needs(*pages.every_right)
    def add(view: CurrentView, code: str, step: str) -> HTMLResponse:
        return empty_form(view, _step(view, pages, code, step))

    @router.post(f"{path}/{{code}}/add/{{step}}")
    @needs(*pages.every_right)
    @forgets_refused
    def enter_step(view: CurrentView, code: str, step: str, form: Form) -> Response:
        return take_form(view, _step(view, pages, code, step), form)


def _new(pages: TablePages) -> Sheet:
    return Sheet(pages=pages, table=pages.declared)


def _correction(view: View, pages: TablePages, code: str) -> Sheet:
    _, item = item_at(view, pages, code)
    if item.origin:
        why = Message("{code} came from {origin}, which alone corrects it.", code=item.code, origin=item.origin)
        raise RefusalError(409, why)
    if item.row is None:
        raise RefusalError(
            404, Message("The content of {code} was erased; there is nothing to correct.", code=item.code)
        )
    if not view.snapshot.is_replay and not may_change(view, pages, item.first):
        raise RefusalError(403, NOT_YOURS)
    return Sheet(pages=pages, table=pages.declared, corrects=item)


def _step(view: View, pages: TablePages, code: str, step: str) -> Sheet:
    _, item = item_at(view, pages, code)
    table = next((each for each in steps_about(pages.table) if each.name == step), None)
    if table is None:
        raise RefusalError(
            404, Message("There is no such step; the page of {code} has those there are.", code=item.code)
        )
    return Sheet(pages=pages, table=table, about=item)
