"""The lists of notifications and of medical passage, and the pages of each of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from fastapi import APIRouter
from starlette.responses import HTMLResponse

from trucewatch.messages import Message
from trucewatch.model.aid_items import Item
from trucewatch.model.aid_notification_state import FIXED_SENTENCES, totals_of
from trucewatch.model.humanitarian import HumanitarianFile
from trucewatch.model.roles import Right
from trucewatch.pipeline.aid_states import state_of
from trucewatch.server.aid_view import book_of, may_enter, names_of
from trucewatch.server.entered_pages import TablePages, add_table_pages
from trucewatch.server.notice_view import (
    NOTICES,
    PATHS,
    acts,
    before_notice,
    before_passage,
    blocks,
    is_current,
    is_waiting,
    list_row,
    printed,
)
from trucewatch.server.rights import needs
from trucewatch.server.view import CurrentView, View

router = APIRouter(include_in_schema=False)
MOST_SHOWN: Final = 200
SHOWN: Final = ("current", "waiting", "over", "all")
TOTAL_WORDS: Final = {
    "movements": Message("movements"),
    "passages": Message("medical passages"),
    "sites": Message("fixed sites"),
    "staff": Message("staff"),
    "vehicles": Message("vehicles"),
}
_NOBODY: Final[tuple[Right, ...]] = ()
TITLES: Final = {
    "/notifications": Message("Notifications"),
    PATHS["movement"]: Message("Movements"),
    PATHS["fixed_site"]: Message("Fixed sites"),
    PATHS["passage"]: Message("Medical passage"),
}


@router.get("/notifications")
@needs(Right.INSIDE)
def notifications(view: CurrentView, show: str = "current", organisation: str = "", district: str = "") -> HTMLResponse:
    """Notifications of both kinds, the latest first, below the medical passage that is open."""
    return _list(view, NOTICES, "/notifications", show, organisation, district)


@router.get(PATHS["movement"])
@needs(Right.INSIDE)
def movements(view: CurrentView, show: str = "current", organisation: str = "", district: str = "") -> HTMLResponse:
    return _list(view, ("movement",), PATHS["movement"], show, organisation, district)


@router.get(PATHS["fixed_site"])
@needs(Right.INSIDE)
def sites(view: CurrentView, show: str = "current", organisation: str = "", district: str = "") -> HTMLResponse:
    return _list(view, ("fixed_site",), PATHS["fixed_site"], show, organisation, district)


@router.get(PATHS["passage"])
@needs(Right.INSIDE)
def passages(view: CurrentView, show: str = "current", organisation: str = "", district: str = "") -> HTMLResponse:
    """Medical passage, the open ones first."""
    return _list(view, ("passage",), PATHS["passage"], show, organisation, district)


def _list(view: View, tables: Sequence[str], path: str, show: str, organisation: str, district: str) -> HTMLResponse:
    """A list as it is chosen. show: one of SHOWN, else the first of them."""
    book = book_of(view)
    items = book.items(*tables)
    show = show if show in SHOWN else SHOWN[0]
    chosen = [
        item
        for item in items
        if _is_of(item, organisation, district)
        and (show == "all" or (is_current(book, item) != (show == "over")))
        and (show != "waiting" or is_waiting(book, item))
    ]
    on_file, names = view.watch.humanitarian or HumanitarianFile(schema=1), names_of(view)
    return view.page(
        "notifying/list.html.jinja",
        rows=[list_row(view, book, item) for item in reversed(chosen)][:MOST_SHOWN],
        total=len(chosen),
        everything=len(items),
        most=MOST_SHOWN,
        totals=[(TOTAL_WORDS[name], number) for name, number in totals_of(chosen).items()],
        sentences=FIXED_SENTENCES,
        title=TITLES[path],
        is_medical=tables == ("passage",),
        is_whole=path == "/notifications",
        show=show,
        organisation=organisation[:60],
        district=district[:60],
        organisations=[(each, names.organisation(each)) for each in sorted(row.id for row in on_file.organisation)],
        districts=[(each, names.district(each)) for each in sorted(row.id for row in on_file.district)],
        own_path=path,
        may_enter=may_enter(view, "movement"),
    )


def _is_of(item: Item, organisation: str, district: str) -> bool:
    """Whether it is of an organisation and a district; one whose content is gone is of none that can be named."""
    if item.row is None:
        return not organisation and not district
    return organisation in ("", item.row.organisation) and (not district or district in item.row.districts)


_STEPS: Final = dict.fromkeys(("notice_shown", "own_answer", "own_passage_answer"), _NOBODY)
"""What follows from ticks, and what a side's own hand alone enters."""
for _table, _before in (("movement", before_notice), ("fixed_site", before_notice), ("passage", before_passage)):
    add_table_pages(
        router,
        TablePages(
            table=_table,
            path=PATHS[_table],
            state=state_of,
            blocks=blocks,
            before=_before,
            steps=_STEPS,
            printed=printed,
            acts=acts,
        ),
    )
