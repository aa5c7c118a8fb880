"""Constraints by type, with refusals of our own patrols and sensors in the same list; agreed operations."""

from __future__ import annotations

from typing import Final

from fastapi import APIRouter
from starlette.responses import HTMLResponse

from trucewatch.desks.reaching.item_words import (
    PATHS,
    constraint_blocks,
    counts_shown,
    list_rows,
    operation_blocks,
    own_refusals,
    sides_shown,
)
from trucewatch.messages import Message
from trucewatch.model.aid_access import CONSTRAINT_WORDS
from trucewatch.model.aid_items import Item
from trucewatch.model.aid_registry import TABLES, steps_about
from trucewatch.model.roles import Right
from trucewatch.pipeline.aid_states import state_of
from trucewatch.server.aid_view import book_of, may_enter, names_of
from trucewatch.server.entered_pages import TablePages, add_table_pages
from trucewatch.server.rights import needs
from trucewatch.server.view import CurrentView, View

ENTERS: Final = (Right.AID, Right.COORDINATE, Right.SHIFT)
"""Members and the coordinator of a humanitarian instance; in a centre the shift."""
OWN: Final = (("own", Message("our own patrols and sensors")), ("others", Message("organisations")))
router = APIRouter(include_in_schema=False)


@router.get("/access")
@needs(Right.INSIDE)
def constraints(view: CurrentView, kind: str = "", district: str = "", of: str = "") -> HTMLResponse:
    """Constraints, of one type, district or kind of who met it; in a centre its own refusals among them."""
    book = book_of(view)
    every = book.items("constraint")
    chosen = [item for item in every if _is_chosen(item, kind, district, of)]
    refusals = own_refusals(view) if of != "others" and not kind and not district else ()
    return view.page(
        "reaching/access.html.jinja",
        rows=list_rows(view, book, chosen, refusals),
        constraints=len(chosen),
        everything=len(every) + len(own_refusals(view)),
        counts=counts_shown(view, chosen),
        sides=sides_shown(view, chosen),
        kinds=list(CONSTRAINT_WORDS.items()),
        districts=_districts(view),
        owns=OWN,
        kind=kind if kind in CONSTRAINT_WORDS else "",
        district=district,
        of=of,
        can_enter=may_enter(view, "constraint", ENTERS),
        is_centre=view.watch.kind == "centre",
    )


@router.get("/access/operations")
@needs(Right.INSIDE)
def operations(view: CurrentView, district: str = "") -> HTMLResponse:
    book = book_of(view)
    every = book.items("operation")
    chosen = [item for item in every if not district or (item.row is not None and item.row.district == district)]
    return view.page(
        "reaching/operations.html.jinja",
        declared=TABLES["operation"],
        rows=list_rows(view, book, chosen),
        everything=len(every),
        districts=_districts(view),
        district=district,
        can_enter=may_enter(view, "operation", ENTERS),
    )


def _is_chosen(item: Item, kind: str, district: str, of: str) -> bool:
    if not kind and not district and of not in ("own", "others"):
        return True
    row = item.row
    return (
        row is not None
        and kind in ("", row.kind)
        and district in ("", row.district)
        and (of not in ("own", "others") or row.own == (of == "own"))
    )


def _districts(view: View) -> list[tuple[str, str]]:
    names, on_file = names_of(view), view.watch.humanitarian
    return [(each.id, names.district(each.id)) for each in on_file.district] if on_file else []


for _table, _blocks in (("operation", operation_blocks), ("constraint", constraint_blocks)):
    add_table_pages(
        router,
        TablePages(
            table=_table,
            path=PATHS[_table],
            state=state_of,
            blocks=_blocks,
            enters=ENTERS,
            steps={step.name: ENTERS for step in steps_about(_table)},
        ),
    )
