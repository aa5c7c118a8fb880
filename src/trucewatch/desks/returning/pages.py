"""Group returns in one table, the destinations beside them, the pages of one of each, and the list as a file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from fastapi import APIRouter
from starlette.responses import HTMLResponse, Response

from trucewatch.desks.returning.card import card_block, card_sentences, destination_blocks
from trucewatch.messages import Amount, Message
from trucewatch.model.aid_destinations import destination_for, destination_state
from trucewatch.model.aid_items import Item
from trucewatch.model.aid_return_state import (
    escort_given,
    escort_sentences,
    is_open,
    lapsed_state,
    left_again,
    left_sentences,
    outcome_sentences,
    outcomes_of,
    people_by_giver,
    return_state,
    will_of,
    will_sentences,
)
from trucewatch.model.aid_returns import FEWEST_WITH_PLACE, GroupReturn, people_and_buses, where
from trucewatch.model.roles import Right
from trucewatch.pipeline.aid_entering import AidBook
from trucewatch.pipeline.aid_states import state_of
from trucewatch.server.aid_lists import Narrowed, csv_answer, narrowed, today_of, with_words
from trucewatch.server.aid_view import book_of, may_enter, names_of
from trucewatch.server.entered_pages import Block, ListRow, TablePages, add_table_pages
from trucewatch.server.forms import Form
from trucewatch.server.rights import exports, needs
from trucewatch.server.view import CurrentView, View

COLUMNS: Final = (
    *("code", "organisation", "from_district", "to_district", "day", "people", "buses", "escort_asked_of"),
    *("escort", "informed", "voluntary", "became", "people_went", "left_again"),
)
NOT_ASKED: Final = Message("none is entered")

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnRow:
    """A return as the table shows it; each has the same columns, whoever goes where. is_due: its day is past or
    today, and nobody has said what became of it."""

    code: str
    organisation: str
    from_: str
    to: str
    day: date
    number: Message
    escort: Sequence[Message]
    will: Sequence[Message]
    destination: str
    destination_state: Message
    state: Message
    became: Sequence[Message]
    is_due: bool


@router.get("/returns")
@needs(Right.INSIDE)
def returns(view: CurrentView) -> HTMLResponse:
    """Every return that can be read, those still open first by their day; what stays of those that lapsed below."""
    book, chosen = book_of(view), narrowed(view)
    shown, today = _returns(view, book, chosen), today_of(view)
    readable = [item for item in shown if item.row is not None]
    return view.page(
        "returning/returns.html.jinja",
        rows=[_row(view, book, item) for item in readable],
        lapsed=[_lapsed_row(view, item) for item in shown if item.row is None],
        counts=_counts(view, shown, today),
        destinations=[_destination_row(view, item) for item in _destinations(view, book, chosen)],
        narrowed=chosen,
        everything=len(book.items("return")),
        every_destination=len(book.items("destination")),
        can_enter=may_enter(view, "return"),
        can_enter_destination=may_enter(view, "destination"),
    )


@router.get("/destinations")
@needs(Right.INSIDE)
def destinations(view: CurrentView) -> HTMLResponse:
    """What is known of the places that people go to, a card each."""
    book, chosen = book_of(view), narrowed(view)
    return view.page(
        "returning/destinations.html.jinja",
        rows=[_destination_row(view, item) for item in _destinations(view, book, chosen)],
        narrowed=chosen,
        everything=len(book.items("destination")),
        can_enter=may_enter(view, "destination"),
    )


@router.post("/returns.csv")
@needs(Right.COORDINATE)
@exports
def returns_file(view: CurrentView, form: Form) -> Response:
    """The returns that the list shows, by districts; places where typed words are ticked. Numbers below ten are
    withheld."""
    has_words = with_words(form)
    rows = [_cells(item, has_words) for item in _returns(view, book_of(view), narrowed(view))]
    return csv_answer(view, "return", (*COLUMNS, *(("from_place", "to_place") if has_words else ())), rows)


def _returns(view: View, book: AidBook, chosen: Narrowed) -> list[Item]:
    """Open first, by day; then in the order of the alphabet by from and to, whoever goes."""
    names = names_of(view)

    def place(item: Item) -> tuple[bool, bool, str, str, str, int]:
        row: GroupReturn | None = item.row
        if row is None:
            return True, True, "", "", "", item.number
        from_, to = (where(row.from_, row.from_place, names), where(row.to, row.to_place, names))
        return False, not is_open(item), row.day.isoformat(), from_, to, item.number

    return sorted((item for item in book.items("return") if _lets(chosen, item)), key=place)


def _lets(chosen: Narrowed, item: Item) -> bool:
    if item.row is None:
        return not chosen.is_filtered
    row: GroupReturn = item.row
    return chosen.lets(districts=(row.from_, row.to), organisations=(row.organisation, row.escort_of))


def _destinations(view: View, book: AidBook, chosen: Narrowed) -> list[Item]:
    names = names_of(view)
    readable = [item for item in book.items("destination") if item.row is not None]
    return sorted(
        (
            item
            for item in readable
            if chosen.lets(
                districts=(item.row.district,),
                organisations=(chosen.organisation, *(step.row.organisation for step in item.steps_of("aspect"))),
            )
        ),
        key=lambda item: (names.district(item.row.district), item.row.place, item.number),
    )


def _counts(view: View, items: Sequence[Item], today: date) -> list[Message]:
    """How many are open, and what each organisation says of how many went. Numbers of two givers are not added."""
    names, waiting = names_of(view), sum(is_open(item) for item in items)
    unsaid = sum(is_open(item) and item.row.day < today for item in items)
    sentences = [Message("Planned: {count}.", count=Amount(waiting))]
    if unsaid:
        sentences.append(
            Message("Of {count} the day is past, and nobody has said whether they went.", count=Amount(unsaid))
        )
    return sentences + [
        Message(
            "Went, as {organisation} says: {number}.",
            organisation=names.organisation(organisation),
            number=people_and_buses(people, buses),
        )
        for organisation, (people, buses) in people_by_giver(items).items()
    ]


def _row(view: View, book: AidBook, item: Item) -> ReturnRow:
    names, row, today = names_of(view), item.row, today_of(view)
    destination = destination_for(row.to, row.to_place, book.items("destination"))
    return ReturnRow(
        code=item.code,
        organisation=names.organisation(row.organisation),
        from_=where(row.from_, row.from_place, names),
        to=where(row.to, row.to_place, names),
        day=row.day,
        number=people_and_buses(row.people, row.buses),
        escort=tuple(escort_sentences(item, names)) if row.escort_of or escort_given(item) else (NOT_ASKED,),
        will=tuple(will_sentences(item, names)),
        destination=destination.code if destination else "",
        destination_state=destination_state(destination) if destination else Message("not known"),
        state=return_state(item, today),
        became=(*outcome_sentences(item, names), *left_sentences(item, names)),
        is_due=is_open(item) and row.day <= today,
    )


def _lapsed_row(view: View, item: Item) -> ListRow:
    """What stays of a plan: its numbers, and those that were entered about it, each with who says so."""
    names = names_of(view)
    line = Message("A plan that lapsed")
    if item.acting_for:
        line = Message("A plan of {organisation} that lapsed", organisation=names.organisation(item.acting_for))
    sentences = [*outcome_sentences(item, names), *left_sentences(item, names)]
    note = sentences[0] if sentences else None
    for sentence in sentences[1:]:
        note = Message("{first} {second}", first=note, second=sentence)
    return ListRow(code=item.code, line=line, state=lapsed_state(item), path=f"/returns/{item.code}", note=note)


def _destination_row(view: View, item: Item) -> ListRow:
    names = names_of(view)
    return ListRow(
        code=item.code,
        line=Message("{where}", where=where(item.row.district, item.row.place, names)),
        state=destination_state(item),
        path=f"/destinations/{item.code}",
    )


def _cells(item: Item, has_words: bool) -> Mapping[str, Any]:
    """A return as a row of a file: of small groups no number, and no place that they never had."""
    row, totals = item.row, item.last.totals
    left = left_again(item)
    cells: dict[str, Any] = {
        "code": item.code,
        "people": _not_small(totals.get("people")),
        "left_again": " ".join(f"{organisation}:{_not_small(number)}" for organisation, number in left.items()),
    }
    if row is None:
        return cells | {"became": "lapsed", "buses": totals.get("buses")}
    outcomes = outcomes_of(item)
    return cells | {
        "organisation": row.organisation,
        "from_district": row.from_,
        "to_district": row.to,
        "day": row.day,
        "buses": row.buses,
        "escort_asked_of": row.escort_of,
        "escort": " ".join(f"{each.organisation}:{each.state}" for each in escort_given(item)),
        "informed": _by_word(item, "informed"),
        "voluntary": _by_word(item, "voluntary"),
        "became": " ".join(f"{each.organisation}:{each.state}" for each in outcomes),
        "people_went": " ".join(f"{each.organisation}:{_not_small(each.people)}" for each in outcomes),
        "from_place": row.from_place if has_words else "",
        "to_place": row.to_place if has_words else "",
    }


def _by_word(item: Item, aspect: str) -> str:
    return " ".join(f"{each.organisation}:{each.state}" for each in will_of(item, aspect)) or "not stated"


def _not_small(number: int | None) -> int | str:
    """A number of people, withheld where it is small enough to point at somebody."""
    if number is None:
        return ""
    return "<10" if 0 < number < FEWEST_WITH_PLACE else number


def _blocks(view: View, book: AidBook, item: Item) -> Sequence[Block]:
    """Escort, informed and voluntary, who left again, and the card of the destination."""
    names, row = names_of(view), item.row
    became = tuple(outcome_sentences(item, names)) or (Message("Nothing is entered of what became of it."),)
    left = tuple(left_sentences(item, names)) or (
        Message("Nothing is entered of anybody who left again. That does not say that nobody did."),
    )
    destination = destination_for(row.to, row.to_place, book.items("destination"))
    return (
        Block(title=Message("Escort"), sentences=tuple(escort_sentences(item, names))),
        Block(title=Message("Informed and voluntary, by whose word"), sentences=tuple(will_sentences(item, names))),
        Block(title=Message("What became of it"), sentences=became),
        Block(title=Message("Left again"), sentences=left),
        card_block(view, destination),
    )


def _before(view: View, book: AidBook, row: Any, item: Item | None) -> Sequence[Message]:
    """What is known of the destination, before a return is entered; that nothing is, too."""
    if not isinstance(row, GroupReturn):
        return ()
    sentences = list(card_sentences(view, destination_for(row.to, row.to_place, book.items("destination"))))
    if row.day < today_of(view):
        sentences.insert(0, Message("The day is past already."))
    return sentences


def _to_card(view: View, book: AidBook, item: Item) -> Sequence[tuple[Message, str]]:
    row = item.row
    destination = destination_for(row.to, row.to_place, book.items("destination"))
    if destination is None:
        return ()
    return ((Message("Destination {code}", code=destination.code), f"/destinations/{destination.code}"),)


RETURNS = TablePages(table="return", path="/returns", state=state_of, blocks=_blocks, before=_before, acts=_to_card)
DESTINATIONS = TablePages(
    table="destination",
    path="/destinations",
    state=state_of,
    blocks=destination_blocks,
)
add_table_pages(router, RETURNS)
add_table_pages(router, DESTINATIONS)
