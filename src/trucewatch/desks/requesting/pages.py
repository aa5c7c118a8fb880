"""Requests with the offers beside them: the lists, the pages of one of each, what stands beside a request before a
person promises something, and both lists as files."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter
from starlette.responses import HTMLResponse, Response

from trucewatch.desks.requesting.wording import (
    before_entry,
    counts_of,
    ended_words,
    offer_blocks,
    request_blocks,
)
from trucewatch.messages import Amount, Message
from trucewatch.model.aid_items import Item
from trucewatch.model.aid_request_state import (
    closed_on,
    is_late,
    is_open,
    offer_left,
    offer_stands,
    offer_state,
    offers_that_fit,
    request_state,
    request_sums,
    requests_by_offer,
)
from trucewatch.model.aid_requests import NEED_WORDS
from trucewatch.model.roles import Right
from trucewatch.pipeline.aid_entering import AidBook
from trucewatch.pipeline.aid_states import state_of
from trucewatch.server.aid_lists import Narrowed, csv_answer, narrowed, today_of, with_words
from trucewatch.server.aid_view import acting_for, book_of, may_enter, names_of
from trucewatch.server.entered_pages import ListRow, TablePages, add_table_pages
from trucewatch.server.forms import Form
from trucewatch.server.rights import exports, needs
from trucewatch.server.view import CurrentView, View

MOST_ACTS = 9
"""Offers that a request's page leads to by one key each; its table has all that fit."""
REQUEST_COLUMNS = (
    *("code", "organisation", "kind", "asked", "unit", "district", "by", "promised", "on_the_way", "delivered"),
    *("confirmed", "short", "over", "closed"),
)
OFFER_COLUMNS = ("code", "organisation", "kind", "offered", "unit", "district", "until", "left", "closed")

router = APIRouter(include_in_schema=False)


@router.get("/requests")
@needs(Right.INSIDE)
def requests(view: CurrentView) -> HTMLResponse:
    """The requests, what is open first and by the day on which it is due; the offers beside them."""
    book, chosen = book_of(view), narrowed(view, NEED_WORDS)
    asked = _requests(view, book, chosen)
    return view.page(
        "requesting/requests.html.jinja",
        rows=[_request_row(view, item) for item in asked],
        offers=_offer_rows(view, book, chosen),
        counts=counts_of(asked, today_of(view)),
        narrowed=chosen,
        everything=len(book.items("request")),
        every_offer=len(book.items("offer")),
        can_ask=may_enter(view, "request"),
        can_offer=may_enter(view, "offer"),
    )


@router.get("/offers")
@needs(Right.INSIDE)
def offers(view: CurrentView) -> HTMLResponse:
    """The offers alone, those that stand first."""
    book, chosen = book_of(view), narrowed(view, NEED_WORDS)
    return view.page(
        "requesting/offers.html.jinja",
        offers=_offer_rows(view, book, chosen),
        narrowed=chosen,
        every_offer=len(book.items("offer")),
        can_offer=may_enter(view, "offer"),
    )


@router.post("/requests.csv")
@needs(Right.COORDINATE)
@exports
def requests_file(view: CurrentView, form: Form) -> Response:
    """The requests that the list shows, with their numbers; what people typed where it was ticked."""
    has_words = with_words(form)
    rows = [_request_cells(item) for item in _requests(view, book_of(view), narrowed(view, NEED_WORDS))]
    return csv_answer(view, "request", (*REQUEST_COLUMNS, *(("what",) if has_words else ())), rows)


@router.post("/offers.csv")
@needs(Right.COORDINATE)
@exports
def offers_file(view: CurrentView, form: Form) -> Response:
    """The offers that the list shows, with what is left of each."""
    book, has_words = book_of(view), with_words(form)
    by_offer = requests_by_offer(book.items("request"))
    rows = [
        _offer_cells(item, by_offer.get(item.code.casefold(), ()))
        for item in _offers(view, book, narrowed(view, NEED_WORDS))
    ]
    return csv_answer(view, "offer", (*OFFER_COLUMNS, *(("what",) if has_words else ())), rows)


def _requests(view: View, book: AidBook, chosen: Narrowed) -> list[Item]:
    """Those that are let through: open before the rest, the earliest day first, those without one last."""
    items = [item for item in book.items("request") if _lets(chosen, item)]
    return sorted(items, key=lambda item: (not is_open(item), _day_key(item, "by"), item.origin, item.number))


def _offers(view: View, book: AidBook, chosen: Narrowed) -> list[Item]:
    items = [item for item in book.items("offer") if _lets(chosen, item)]
    today = today_of(view)
    return sorted(
        items, key=lambda item: (not offer_stands(item, today), _day_key(item, "until"), item.origin, item.number)
    )


def _lets(chosen: Narrowed, item: Item) -> bool:
    """What was erased has no district or kind any more: it stands in the whole list alone. An offer for any district
    stands in that of each."""
    if item.row is None:
        return not chosen.is_filtered
    district = item.row.district
    return chosen.lets(
        districts=(district,) if district else (chosen.district,),
        organisations=(item.row.organisation, *(step.row.organisation for step in item.steps_of("promise"))),
        kind=item.row.kind,
    )


def _day_key(item: Item, field: str) -> str:
    day = getattr(item.row, field, None)
    return day.isoformat() if day else "9999"


def _request_row(view: View, item: Item) -> ListRow:
    today, path = today_of(view), f"/requests/{item.code}"
    if item.row is None:
        return ListRow(code=item.code, line=ended_words(item), state=Message("its content was erased"), path=path)
    late = is_late(item, today)
    return ListRow(
        code=item.code,
        line=_request_line(view, item),
        state=request_state(item),
        path=path,
        day=item.row.by,
        is_due=late or (is_open(item) and item.row.by == today),
        note=_note(item, late),
    )


def _note(item: Item, late: bool) -> Message | None:
    """What exactly is asked or offered, as typed; that it is late."""
    what = Message.verbatim(item.row.what) if item.row.what else None
    if not late:
        return what
    past = Message("late: the day by which it was needed is past")
    return Message("{what}; {state}", what=what, state=past) if what else past


def _request_line(view: View, item: Item) -> Message:
    return REQUESTS.declared.line(item.row, names_of(view))


def _offer_rows(view: View, book: AidBook, chosen: Narrowed) -> list[ListRow]:
    by_offer = requests_by_offer(book.items("request"))
    return [_offer_row(view, item, by_offer.get(item.code.casefold(), ())) for item in _offers(view, book, chosen)]


def _offer_row(view: View, item: Item, promised_to: Iterable[Item]) -> ListRow:
    path = f"/offers/{item.code}"
    if item.row is None:
        return ListRow(code=item.code, line=ended_words(item), state=Message("its content was erased"), path=path)
    return ListRow(
        code=item.code,
        line=OFFERS.declared.line(item.row, names_of(view)),
        state=offer_state(item, promised_to, today_of(view)),
        path=path,
        day=item.row.until,
        note=_note(item, late=False),
    )


def _request_cells(item: Item) -> Mapping[str, Any]:
    sums, row = request_sums(item), item.row
    numbers = {
        "code": item.code,
        "asked": sums.asked,
        "promised": sums.promised,
        "on_the_way": sums.on_the_way,
        "delivered": sums.delivered,
        "confirmed": sums.confirmed,
        "short": sums.short,
        "over": sums.over,
        "closed": closed_on(item),
    }
    if row is None:
        return numbers
    own = {name: getattr(row, name) for name in ("organisation", "kind", "unit", "district", "by", "what")}
    return numbers | own


def _offer_cells(item: Item, promised_to: Iterable[Item]) -> Mapping[str, Any]:
    row = item.row
    if row is None:
        return {"code": item.code, "offered": item.last.totals.get("quantity")}
    own = {name: getattr(row, name) for name in ("organisation", "kind", "unit", "district", "until", "what")}
    left = offer_left(item, promised_to)
    return {"code": item.code, "offered": row.quantity, "left": left, "closed": closed_on(item)} | own


def _promises(view: View, book: AidBook, item: Item) -> Sequence[tuple[Message, str]]:
    """A promise from each offer that fits, its form filled in: as much as is short and left, which a person changes.

    In the order of codes; a member sees those of its own organisation, since it promises nothing for another.
    """
    if not is_open(item) or not may_enter(view, "promise"):
        return ()
    own, short = acting_for(view), request_sums(item).short
    fitting = offers_that_fit(item, book.items("offer"), book.items("request"), today_of(view))
    acts = [
        (
            Message("Promise from {code}: {quantity}", code=offer.code, quantity=Amount(quantity)),
            _promise_path(item, offer, quantity),
        )
        for offer, left in fitting
        if own in ("", offer.row.organisation) and (quantity := min(left, short)) > 0
    ]
    return acts[:MOST_ACTS]


def _promise_path(item: Item, offer: Item, quantity: int) -> str:
    fields = {"organisation": offer.row.organisation, "quantity": quantity, "offer": offer.code}
    return f"/requests/{item.code}/add/promise?{urlencode(fields)}"


REQUESTS = TablePages(
    table="request",
    path="/requests",
    state=state_of,
    blocks=request_blocks,
    before=before_entry,
    acts=_promises,
)
OFFERS = TablePages(table="offer", path="/offers", state=state_of, blocks=offer_blocks)
add_table_pages(router, REQUESTS)
add_table_pages(router, OFFERS)
