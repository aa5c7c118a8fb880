"""What stands on the page of a request or an offer beside its fields, and above the list, in sentences."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from trucewatch.messages import Amount, Message, Plural
from trucewatch.model.aid_items import Item
from trucewatch.model.aid_request_state import (
    is_late,
    is_open,
    offer_left,
    offers_that_fit,
    remarks,
    request_sums,
)
from trucewatch.model.aid_requests import NEED_WORDS, UNIT_WORDS, Promise, amount_of
from trucewatch.pipeline.aid_entering import AidBook
from trucewatch.server.aid_lists import today_of
from trucewatch.server.aid_view import names_of
from trucewatch.server.entered_pages import Block
from trucewatch.server.view import View

NOT_STATED = Message("not stated")


def counts_of(items: Sequence[Item], today: date) -> list[Message]:
    """How many of the requests shown are open, short of something, and late."""
    waiting = [item for item in items if is_open(item)]
    short = sum(request_sums(item).short > 0 for item in waiting)
    late = sum(is_late(item, today) for item in waiting)
    counts: list[tuple[Message, bool]] = [
        (
            Plural("{count} request is open.", "{count} requests are open.", len(waiting), count=Amount(len(waiting))),
            True,
        ),
        (Message("Not all is promised of {count}.", count=Amount(short)), bool(short)),
        (Plural("{count} is late.", "{count} are late.", late, count=Amount(late)), bool(late)),
    ]
    return [sentence for sentence, is_shown in counts if is_shown]


def ended_words(item: Item) -> Message:
    """What stays of a request or an offer whose content was erased."""
    return Message("{quantity} of something", quantity=Amount(item.last.totals.get("quantity", 0)))


def request_blocks(view: View, book: AidBook, item: Item) -> Sequence[Block]:
    """The numbers by organisation, with what of them does not fit together; and the offers that could fit."""
    return (_numbers(view, item), *_fitting(view, book, item))


def _numbers(view: View, item: Item) -> Block:
    names, sums = names_of(view), request_sums(item)
    rows: list[Sequence[Message | str]] = [
        (
            names.organisation(each.organisation),
            view.words.number(each.standing),
            view.words.number(each.on_the_way),
            view.words.number(each.delivered),
            NOT_STATED if each.confirmed is None else view.words.number(each.confirmed),
        )
        for each in sums.by_organisation
    ]
    head = (
        Message("Organisation"),
        Message("Promised"),
        Message("On the way"),
        Message("Delivered, as it says"),
        Message("Confirmed by who asked"),
    )
    in_all = Message(
        "Asked {amount}; promised {promised}, on the way {on_the_way}, delivered {delivered}, confirmed "
        "{confirmed}; short by {short}.",
        amount=amount_of(sums.asked, item.row.unit),
        promised=Amount(sums.promised),
        on_the_way=Amount(sums.on_the_way),
        delivered=Amount(sums.delivered),
        confirmed=Amount(sums.confirmed),
        short=Amount(sums.short),
    )
    return Block(
        title=Message("How it stands"),
        sentences=(in_all, *remarks(item, names, today_of(view))),
        head=head if rows else (),
        rows=rows,
    )


def _fitting(view: View, book: AidBook, item: Item) -> Sequence[Block]:
    """The offers of the same kind and unit, for the district or for any; none while nothing is short."""
    if not is_open(item) or not request_sums(item).short:
        return ()
    names = names_of(view)
    fitting = offers_that_fit(item, book.items("offer"), book.items("request"), today_of(view))
    rows: list[Sequence[Message | str]] = [
        (
            offer.code,
            names.organisation(offer.row.organisation),
            view.words.number(left),
            names.district(offer.row.district) if offer.row.district else Message("any"),
            view.words.day(offer.row.until) if offer.row.until else NOT_STATED,
        )
        for offer, left in fitting
    ]
    head = (Message("Offer"), Message("Organisation"), Message("Left"), Message("District"), Message("Stands until"))
    if not rows:
        nothing = Message(
            "No offer of {kind}, counted in {unit}, stands for this district.",
            kind=NEED_WORDS[item.row.kind],
            unit=UNIT_WORDS[item.row.unit],
        )
        return (Block(title=Message("Offers that could fit"), sentences=(nothing,)),)
    order = Message("In the order of their codes. Which one fits, people decide.")
    return (Block(title=Message("Offers that could fit"), sentences=(order,), head=head, rows=rows),)


def offer_blocks(view: View, book: AidBook, item: Item) -> Sequence[Block]:
    """What was promised from an offer, to which request."""
    names = names_of(view)
    rows: list[Sequence[Message | str]] = [
        (
            request.code,
            names.organisation(request.row.organisation) if request.row is not None else NOT_STATED,
            view.words.number(step.row.quantity),
        )
        for request in book.items("request")
        for step in request.steps_of("promise")
        if step.row.offer == item.code
    ]
    head = (Message("Request"), Message("Who asked"), Message("Promised"))
    rest = offer_left(item, book.items("request"))
    left = Message("Left: {left}.", left=Amount(max(0, rest)))
    if rest < 0:
        left = Message("{over} more was promised from it than it holds.", over=Amount(-rest))
    return (Block(title=Message("Promised from it"), sentences=(left,), head=head if rows else (), rows=rows),)


def before_entry(view: View, book: AidBook, row: Any, item: Item | None) -> Sequence[Message]:
    """Before a promise: that it is more than what is short, or comes after the day."""
    if not isinstance(row, Promise) or item is None or item.row is None:
        return ()
    short, sentences = request_sums(item).short, []
    if row.quantity > short:
        sentences.append(
            Message(
                "Short is {short}; with this, {over} more than was asked is promised.",
                short=Amount(short),
                over=Amount(row.quantity - short + request_sums(item).over),
            )
        )
    if row.by is not None and item.row.by is not None and row.by > item.row.by:
        sentences.append(Message("It is needed by {day}; this comes later.", day=item.row.by))
    return sentences
