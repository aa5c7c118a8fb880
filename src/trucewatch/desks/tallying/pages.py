"""Counters, each series with its days, its totals and what of them does not agree; activities by district, with the
sectors in which nobody has stated one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from fastapi import APIRouter
from starlette.responses import HTMLResponse

from trucewatch.messages import Amount, Message
from trucewatch.model.aid_activities import SECTOR_WORDS, SECTORS, STATE_WORDS, Activity, gaps
from trucewatch.model.aid_count_series import CountSeries, count_series
from trucewatch.model.aid_counts import COUNTER_WORDS, CROSSINGS_ARE_NOT_PEOPLE, OF_CROSSINGS, Count
from trucewatch.model.aid_items import Item
from trucewatch.model.roles import Right
from trucewatch.pipeline.aid_entering import AidBook
from trucewatch.pipeline.aid_states import state_of
from trucewatch.server.aid_view import book_of, may_enter, names_of
from trucewatch.server.entered_pages import Block, TablePages, add_table_pages
from trucewatch.server.rights import needs
from trucewatch.server.view import CurrentView, View

MOST_DAYS: Final = 14
"""Numbers of single days that the list shows of a series; its page has all."""
ERASED: Final = Message("its time to be kept is over: the number stays, what it is of does not")

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class SeriesRow:
    """A series as the list shows it, newest numbers first."""

    series: CountSeries
    title: Message
    where: str
    organisation: str
    notes: tuple[Message, ...]
    crosses: bool


@router.get("/counts")
@needs(Right.INSIDE)
def counts(view: CurrentView, kind: str = "", district: str = "") -> HTMLResponse:
    """Every series, of one kind or district where one is chosen."""
    book, names = book_of(view), names_of(view)
    every = count_series(book.items("count"))
    chosen = [
        each for each in every if kind in ("", each.first.kind) and (not district or each.first.district == district)
    ]
    return view.page(
        "tallying/counts.html.jinja",
        rows=[_row(view, each) for each in chosen],
        everything=len(every),
        kinds={name: words for name, words in COUNTER_WORDS.items() if any(each.first.kind == name for each in every)},
        districts=_districts(view),
        kind=kind if kind in COUNTER_WORDS else "",
        district=district if names.district(district) != district else "",
        most_days=MOST_DAYS,
        crossings=CROSSINGS_ARE_NOT_PEOPLE,
        can_enter=may_enter(view, "count"),
    )


@router.get("/activities")
@needs(Right.INSIDE)
def activities(view: CurrentView, sector: str = "", district: str = "", organisation: str = "") -> HTMLResponse:
    """Who does what where, and where nobody has stated anything."""
    book = book_of(view)
    items = [item for item in book.items("activity") if isinstance(item.row, Activity)]
    rows = [
        item
        for item in items
        if sector in ("", item.row.sector)
        and district in ("", item.row.district)
        and organisation in ("", item.row.organisation)
    ]
    today = book.now.astimezone(book.zone).date()
    on_file = view.watch.humanitarian
    return view.page(
        "tallying/activities.html.jinja",
        rows=sorted(rows, key=lambda item: (item.row.district, item.row.organisation, item.number)),
        everything=len(items),
        gaps=gaps(items, [each.id for each in on_file.district] if on_file else [], today),
        sector_words=SECTOR_WORDS,
        state_words=STATE_WORDS,
        sectors={name: SECTOR_WORDS[name] for name in SECTORS},
        districts=_districts(view),
        organisations=_organisations(view),
        names=names_of(view),
        chosen={"sector": sector, "district": district, "organisation": organisation},
        today=today,
        can_enter=may_enter(view, "activity"),
    )


def _row(view: View, series: CountSeries) -> SeriesRow:
    names, first = names_of(view), series.first
    return SeriesRow(
        series=series,
        title=COUNTER_WORDS[first.kind],
        where=names.district(first.district) if first.district else "",
        organisation=names.organisation(first.organisation),
        notes=series.notes(),
        crosses=first.kind in OF_CROSSINGS,
    )


def _districts(view: View) -> list[tuple[str, str]]:
    names, on_file = names_of(view), view.watch.humanitarian
    return [(each.id, names.district(each.id)) for each in on_file.district] if on_file else []


def _organisations(view: View) -> list[tuple[str, str]]:
    names, on_file = names_of(view), view.watch.humanitarian
    return [(each.id, names.organisation(each.id)) for each in on_file.organisation] if on_file else []


def _beside(view: View, book: AidBook, item: Item) -> tuple[Block, ...]:
    """The other numbers of its series, and what of them does not agree."""
    if not isinstance(item.row, Count):
        return ()
    own = next(
        (
            each
            for each in count_series(book.items("count"))
            if any(number.code == item.code for number in (*each.days, *each.cumulative))
        ),
        None,
    )
    if own is None:
        return ()
    rows = [
        (number.code, view.words.day(number.row.day), SPAN_TITLES[number.row.span], str(Amount(number.row.value)))
        for number in sorted((*own.days, *own.cumulative), key=lambda number: number.row.day, reverse=True)
    ]
    head = (Message("Entry"), Message("Day"), Message("Over which time"), Message("Value"))
    crossings = (CROSSINGS_ARE_NOT_PEOPLE,) if item.row.kind in OF_CROSSINGS else ()
    return (
        Block(
            title=Message("The numbers of the same source"),
            sentences=(*own.notes(), *crossings),
            head=head,
            rows=rows,
        ),
    )


SPAN_TITLES: Final = {"day": Message("of the day"), "cumulative": Message("in all")}

add_table_pages(router, TablePages(table="count", path="/counts", state=state_of, blocks=_beside))
add_table_pages(router, TablePages(table="activity", path="/activities", state=state_of))
