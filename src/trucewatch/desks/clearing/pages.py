"""Lists of hazardous areas, surveys, devices and accidents; what is known of the ground at a place."""

from __future__ import annotations

from typing import Any, Final

from fastapi import APIRouter
from starlette.responses import HTMLResponse

from trucewatch.desks.clearing.item_words import (
    NOT_LEAVE,
    PATHS,
    accident_acts,
    accident_blocks,
    district_words,
    hazard_blocks,
    list_rows,
    printed,
)
from trucewatch.errors import RowFault
from trucewatch.messages import Message
from trucewatch.model.aid_items import Item
from trucewatch.model.aid_registry import TABLES
from trucewatch.model.ground_word import ground_at, hazard_standing
from trucewatch.model.roles import Right
from trucewatch.pipeline.aid_entering import AidBook
from trucewatch.pipeline.aid_states import state_of
from trucewatch.server.aid_view import book_of, may_enter, names_of
from trucewatch.server.entered_pages import TablePages, add_table_pages
from trucewatch.server.rights import needs
from trucewatch.server.view import CurrentView, View
from trucewatch.sources.imsma_features import corner_of

STANDING: Final = (
    ("hazardous", Message("something of it is hazardous still")),
    ("released", Message("nothing of it remains hazardous, as is said")),
)
EMPTY: Final = {
    "hazard": Message("No hazardous area is entered. Ground that nobody surveyed is not surveyed."),
    "survey": Message("No survey is entered. All ground is not surveyed, as far as is known here."),
    "device": Message("No device is entered. That does not say that there was none."),
    "accident": Message("No accident is entered. That does not say that there was none."),
}
_NOTHING_ASKED: Final[dict[str, Any]] = {
    "standing": "",
    "place": ("", ""),
    "ground": (),
    "ground_trouble": None,
    "of_district": (),
}
router = APIRouter(include_in_schema=False)


@router.get("/mines")
@needs(Right.INSIDE)
def areas(view: CurrentView, district: str = "", standing: str = "", lon: str = "", lat: str = "") -> HTMLResponse:
    """Hazardous areas, of one district or as they stand; what is known of a place, where one is asked."""
    book = book_of(view)
    items = [item for item in book.items("hazard") if _is_chosen(item, district) and _stands(item, standing)]
    words, trouble = _ground(view, book, lon, lat, district)
    return _list(
        view,
        book,
        "hazard",
        items,
        district,
        standing=standing,
        place=(lon[:40], lat[:40]),
        ground=words,
        ground_trouble=trouble,
        of_district=district_words(view, book, district) if _is_district(view, district) else (),
    )


@router.get("/mines/surveys")
@needs(Right.INSIDE)
def surveys(view: CurrentView, district: str = "") -> HTMLResponse:
    return _plain(view, "survey", district)


@router.get("/mines/devices")
@needs(Right.INSIDE)
def devices(view: CurrentView, district: str = "") -> HTMLResponse:
    return _plain(view, "device", district)


@router.get("/mines/accidents")
@needs(Right.INSIDE)
def accidents(view: CurrentView, district: str = "") -> HTMLResponse:
    return _plain(view, "accident", district)


def _plain(view: View, table: str, district: str) -> HTMLResponse:
    book = book_of(view)
    return _list(view, book, table, [item for item in book.items(table) if _is_chosen(item, district)], district)


def _list(view: View, book: AidBook, table: str, items: list[Item], district: str, **more: Any) -> HTMLResponse:
    names, on_file = names_of(view), view.watch.humanitarian
    declared = TABLES[table]
    return view.page(
        "clearing/mines.html.jinja",
        table=table,
        declared=declared,
        own_path=PATHS[table],
        paths=[(TABLES[name].plural, path, name == table) for name, path in PATHS.items()],
        rows=list_rows(view, book, items),
        everything=len(book.items(table)),
        district=district if _is_district(view, district) else "",
        districts=[(each.id, names.district(each.id)) for each in on_file.district] if on_file else [],
        standings=STANDING,
        empty_words=EMPTY[table],
        not_leave=NOT_LEAVE,
        can_enter=may_enter(view, table),
        **(_NOTHING_ASKED | more),
    )


def _is_chosen(item: Item, district: str) -> bool:
    return not district or (item.row is not None and item.row.district == district)


def _stands(item: Item, standing: str) -> bool:
    if standing not in ("hazardous", "released"):
        return True
    return item.row is not None and hazard_standing(item).is_released == (standing == "released")


def _is_district(view: View, district: str) -> bool:
    on_file = view.watch.humanitarian
    return bool(district) and on_file is not None and on_file.district_of(district) is not None


def _ground(view: View, book: AidBook, lon: str, lat: str, district: str) -> tuple[tuple[Message, ...], Message | None]:
    """What is known of a place, or why that cannot be said; nothing where no place is asked."""
    if not lon.strip() and not lat.strip():
        return (), None
    try:
        place = corner_of(lon.strip().replace(",", "."), lat.strip().replace(",", "."))
    except RowFault:
        return (), Message("This is no place: write longitude and latitude in degrees.")
    word = ground_at(book.items("hazard", "survey"), *place, district=district if _is_district(view, district) else "")
    return word.sentences(names_of(view)), None


add_table_pages(router, TablePages(table="survey", path=PATHS["survey"], state=state_of, printed=printed))
add_table_pages(router, TablePages(table="device", path=PATHS["device"], state=state_of))
add_table_pages(
    router,
    TablePages(
        table="accident",
        path=PATHS["accident"],
        state=state_of,
        blocks=accident_blocks,
        acts=accident_acts,
    ),
)
add_table_pages(
    router,
    TablePages(table="hazard", path=PATHS["hazard"], state=state_of, blocks=hazard_blocks, printed=printed),
)
