"""The lists of notifications, of medical passage and of what others show, and the pages of each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from fastapi import APIRouter
from starlette.responses import HTMLResponse

from trucewatch.desks.notifying.notices import (
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
    state,
)
from trucewatch.messages import Message
from trucewatch.model.aid_items import Item
from trucewatch.model.aid_notification_state import FIXED_SENTENCES, totals_of
from trucewatch.model.roles import Right
from trucewatch.pipeline.aid_entering import AidBook
from trucewatch.server.aid_view import book_of, may_enter, names_of
from trucewatch.server.entered_pages import TablePages, add_table_pages
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
_HEARS: Final = (Right.AID, Right.COORDINATE)
_SHIFT: Final = (Right.SHIFT, Right.FLASH)


@router.get("/notifications")
@needs(Right.INSIDE)
def notifications(view: CurrentView, show: str = "current", organisation: str = "", district: str = "") -> HTMLResponse:
    """The list: in a humanitarian instance its own, in a joint centre what is shown to it."""
    book = book_of(view)
    tables = NOTICES if view.watch.kind == "humanitarian" else ("shared_notice",)
    return _list(view, book, book.items(*tables), show, organisation, district, is_medical=False)


@router.get("/notifications/medical")
@needs(Right.INSIDE)
def passages(view: CurrentView, show: str = "current", organisation: str = "", district: str = "") -> HTMLResponse:
    """Medical passage, the open ones first."""
    book = book_of(view)
    table = "passage" if view.watch.kind == "humanitarian" else "shared_passage"
    return _list(view, book, book.items(table), show, organisation, district, is_medical=True)


def _list(
    view: View,
    book: AidBook,
    items: Sequence[Item],
    show: str,
    organisation: str,
    district: str,
    *,
    is_medical: bool,
) -> HTMLResponse:
    show = show if show in SHOWN else "current"
    chosen = [
        item
        for item in items
        if _is_of(item, organisation, district)
        and (show == "all" or (is_current(book, item) != (show == "over")))
        and (show != "waiting" or is_waiting(book, item))
    ]
    on_file, names = view.watch.humanitarian, names_of(view)
    return view.page(
        "notifying/list.html.jinja",
        rows=[list_row(view, book, item) for item in reversed(chosen)][:MOST_SHOWN],
        total=len(chosen),
        everything=len(items),
        most=MOST_SHOWN,
        totals=[(TOTAL_WORDS[name], number) for name, number in totals_of(chosen).items() if name in TOTAL_WORDS],
        sentences=FIXED_SENTENCES,
        is_medical=is_medical,
        show=show,
        organisation=organisation[:60],
        district=district[:60],
        organisations=[(each.id, names.organisation(each.id)) for each in _sorted(on_file and on_file.organisation)],
        districts=[(each.id, names.district(each.id)) for each in _sorted(on_file and on_file.district)],
        own_path=PATHS["passage"] if is_medical else "/notifications",
        may_enter_movement=may_enter(view, "movement"),
        may_enter_passage=may_enter(view, "passage"),
        is_humanitarian=view.watch.kind == "humanitarian",
    )


def _sorted(rows: object) -> list[object]:
    return sorted(rows or (), key=lambda each: each.id)  # type: ignore[call-overload, no-any-return]


def _is_of(item: Item, organisation: str, district: str) -> bool:
    """Whether it is of an organisation and a district; one whose content is gone is of none that can be named."""
    if item.row is None:
        return not organisation and not district
    return organisation in ("", item.row.organisation) and (not district or district in item.row.districts)


_STEPS: Final = dict.fromkeys(
    ("notice_sent", "notice_end", "notice_shown", "own_answer", "own_passage_answer"), _NOBODY
)
add_table_pages(
    router,
    TablePages(
        table="movement",
        path=PATHS["movement"],
        state=state,
        blocks=blocks,
        before=before_notice,
        steps=_STEPS,
        printed=printed,
        acts=acts,
    ),
)
add_table_pages(
    router,
    TablePages(
        table="fixed_site",
        path=PATHS["fixed_site"],
        state=state,
        blocks=blocks,
        before=before_notice,
        steps=_STEPS,
        printed=printed,
        acts=acts,
    ),
)
add_table_pages(
    router,
    TablePages(
        table="passage",
        path=PATHS["passage"],
        state=state,
        blocks=blocks,
        before=before_passage,
        steps=_STEPS,
        printed=printed,
        acts=acts,
    ),
)
_OF_CENTRE: Final = dict.fromkeys(("notice_sent", "notice_answer", "passage_answer"), _SHIFT)
for _table in ("shared_notice", "shared_passage"):
    add_table_pages(
        router,
        TablePages(
            table=_table,
            path=PATHS[_table],
            state=state,
            blocks=blocks,
            before=before_passage,
            steps=_OF_CENTRE,
            enters=_HEARS,
            printed=printed,
            acts=acts,
        ),
    )
