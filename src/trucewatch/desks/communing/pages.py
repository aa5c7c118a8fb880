"""Lists of sites, visits and gatherings. No index, no percentage, no map."""

from __future__ import annotations

from typing import Final

from fastapi import APIRouter
from starlette.responses import HTMLResponse

from trucewatch.desks.communing.item_words import PATHS, gathering_blocks, list_rows, site_blocks
from trucewatch.messages import Message
from trucewatch.model.aid_registry import TABLES
from trucewatch.model.roles import Right
from trucewatch.pipeline.aid_states import state_of
from trucewatch.server.aid_view import book_of, may_enter, names_of
from trucewatch.server.entered_pages import TablePages, add_table_pages
from trucewatch.server.rights import needs
from trucewatch.server.view import CurrentView, View

NEW: Final = {
    "site": Message("Enter a site …"),
    "visit": Message("Enter a visit …"),
    "gathering": Message("Enter a gathering …"),
}
EMPTY: Final = {
    "site": (
        Message("No site is entered."),
        Message("Enter a site of faith, a cemetery or a monument; its names come after, each with who uses it."),
    ),
    "visit": (Message("No visit is entered."), Message("Enter a visit once it is asked for.")),
    "gathering": (Message("No gathering is entered."), Message("Enter a meeting between communities, as a number.")),
}
router = APIRouter(include_in_schema=False)


@router.get("/communities")
@needs(Right.INSIDE)
def sites(view: CurrentView, district: str = "") -> HTMLResponse:
    return _list(view, "site", district)


@router.get("/communities/visits")
@needs(Right.INSIDE)
def visits(view: CurrentView, district: str = "") -> HTMLResponse:
    return _list(view, "visit", district)


@router.get("/communities/gatherings")
@needs(Right.INSIDE)
def gatherings(view: CurrentView, district: str = "") -> HTMLResponse:
    return _list(view, "gathering", district)


def _list(view: View, table: str, district: str) -> HTMLResponse:
    book, names, on_file = book_of(view), names_of(view), view.watch.humanitarian
    every = book.items(table)
    chosen = [item for item in every if not district or (item.row is not None and item.row.district == district)]
    return view.page(
        "communing/communities.html.jinja",
        declared=TABLES[table],
        own_path=PATHS[table],
        paths=[(TABLES[name].plural, path, name == table) for name, path in PATHS.items()],
        rows=list_rows(view, book, chosen),
        everything=len(every),
        districts=[(each.id, names.district(each.id)) for each in on_file.district] if on_file else [],
        district=district,
        new_words=NEW[table],
        empty_words=EMPTY[table],
        can_enter=may_enter(view, table),
    )


add_table_pages(router, TablePages(table="visit", path=PATHS["visit"], state=state_of))
add_table_pages(
    router,
    TablePages(table="gathering", path=PATHS["gathering"], state=state_of, blocks=gathering_blocks),
)
add_table_pages(router, TablePages(table="site", path=PATHS["site"], state=state_of, blocks=site_blocks))
