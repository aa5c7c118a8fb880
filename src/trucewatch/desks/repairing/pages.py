"""Works: the list, what is not back first; the page of one; the list as a file, without any point."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from fastapi import APIRouter
from starlette.responses import HTMLResponse, Response

from trucewatch.messages import Amount, Message, Plural
from trucewatch.model.aid_items import Item
from trucewatch.model.aid_work_state import (
    open_first,
    served_of,
    still_waits,
    supply_of,
    supply_sentences,
    waiting_sentences,
    work_state,
)
from trucewatch.model.aid_works import OBJECT_WORDS, people_served, waits_for
from trucewatch.model.roles import Right
from trucewatch.model.times import iso_utc
from trucewatch.pipeline.aid_entering import AidBook
from trucewatch.pipeline.aid_states import state_of
from trucewatch.server.aid_lists import Narrowed, csv_answer, narrowed, with_words
from trucewatch.server.aid_view import book_of, may_enter, names_of
from trucewatch.server.entered_pages import Block, ListRow, TablePages, add_table_pages
from trucewatch.server.forms import Form
from trucewatch.server.rights import exports, needs
from trucewatch.server.view import CurrentView, View

COLUMNS: Final = (
    *("code", "organisation", "kind", "district", "people_served", "repaired_by", "as_each_source_says"),
    *("sources_differ", "broken_again", "waits_for"),
)
ERASED: Final = Message("its content was erased")

router = APIRouter(include_in_schema=False)


@router.get("/works")
@needs(Right.INSIDE)
def works(view: CurrentView) -> HTMLResponse:
    """The works, what is not back first."""
    book, chosen = book_of(view), narrowed(view, OBJECT_WORDS)
    items = _works(book, chosen)
    return view.page(
        "repairing/works.html.jinja",
        rows=[_row(view, item) for item in items],
        counts=_counts(items),
        narrowed=chosen,
        everything=len(book.items("work")),
        can_enter=may_enter(view, "work"),
    )


@router.post("/works.csv")
@needs(Right.COORDINATE)
@exports
def works_file(view: CurrentView, form: Form) -> Response:
    """The works that the list shows. No point stands in it; what people typed where it was ticked."""
    has_words = with_words(form)
    rows = [_cells(item) for item in _works(book_of(view), narrowed(view, OBJECT_WORDS))]
    return csv_answer(view, "work", (*COLUMNS, *(("what",) if has_words else ())), rows)


def _works(book: AidBook, chosen: Narrowed) -> tuple[Item, ...]:
    return open_first(item for item in book.items("work") if _lets(chosen, item))


def _lets(chosen: Narrowed, item: Item) -> bool:
    if item.row is None:
        return not chosen.is_filtered
    organisations = (item.row.organisation, item.row.repairs)
    return chosen.lets(districts=(item.row.district,), organisations=organisations, kind=item.row.kind)


def _counts(items: Sequence[Item]) -> list[Message]:
    """How many of the works shown are back, how many sources differ on, how many wait. People served are not added:
    the same people may be served by two of them."""
    supplies = [supply_of(item) for item in items if item.row is not None]
    back = sum(supply.is_back for supply in supplies)
    differing = sum(bool(supply.differing) for supply in supplies)
    waiting = sum(bool(still_waits(item)) for item in items)
    counts = (
        (
            Plural("{count} work is shown.", "{count} works are shown.", len(items), count=Amount(len(items))),
            len(items),
        ),
        (Plural("By every word {count} is back.", "By every word {count} are back.", back, count=Amount(back)), back),
        (Message("Sources differ on {count}.", count=Amount(differing)), differing),
        (
            Plural(
                "{count} waits for something, as is said.",
                "{count} wait for something, as is said.",
                waiting,
                count=Amount(waiting),
            ),
            waiting,
        ),
    )
    return [sentence for sentence, number in counts if number]


def _row(view: View, item: Item) -> ListRow:
    names, path = names_of(view), f"/works/{item.code}"
    if item.row is None:
        line = Message("People served: {number}", number=people_served(served_of(item)))
        return ListRow(code=item.code, line=line, state=ERASED, path=path)
    return ListRow(
        code=item.code,
        line=WORKS.declared.line(item.row, names),
        state=work_state(item, names),
        path=path,
        note=_note(view, item),
    )


def _note(view: View, item: Item) -> Message:
    """Which object it is, people served, who repairs it, and what it waits for."""
    names = names_of(view)
    parts = [Message.verbatim(item.row.what)] if item.row.what else []
    parts.append(Message("People served: {number}", number=people_served(item.row.served)))
    if item.row.repairs:
        parts.append(Message("repaired by {organisation}", organisation=names.organisation(item.row.repairs)))
    parts += [
        Message(
            "waits for {what}, as {organisation} says",
            what=waits_for(row, names),
            organisation=names.organisation(row.organisation),
        )
        for row in still_waits(item)
    ]
    return _joined(parts)


def _joined(parts: Sequence[Message]) -> Message:
    joined, *rest = parts
    for part in rest:
        joined = Message("{first}; {second}", first=joined, second=part)
    return joined


def _cells(item: Item) -> Mapping[str, Any]:
    row, supply = item.row, supply_of(item)
    served = served_of(item)
    cells: dict[str, Any] = {"code": item.code, "people_served": "<100" if served == 0 else served}
    if row is None:
        return cells
    stated = (f"{each.organisation}: {each.state} since {iso_utc(each.since)}" for each in supply.latest)
    waiting = " ".join(f"{each.for_}({each.window or each.side or each.of_whom})" for each in still_waits(item))
    return cells | {
        "organisation": row.organisation,
        "kind": row.kind,
        "district": row.district,
        "repaired_by": row.repairs,
        "as_each_source_says": "; ".join(stated),
        "sources_differ": "yes" if supply.differing else "no",
        "broken_again": "yes" if supply.is_again else "no",
        "waits_for": waiting.replace("()", ""),
        "what": row.what,
    }


def _blocks(view: View, book: AidBook, item: Item) -> Sequence[Block]:
    """How each source says that it stands, what it waits for, and what each says of the damage."""
    names = names_of(view)
    stands = tuple(supply_sentences(item, names)) or (Message("Nobody has said whether it is out."),)
    waits = tuple(waiting_sentences(item, names)) or (Message("Nothing is entered that it waits for."),)
    damage = [
        (names.organisation(step.row.organisation), view.words.day(step.row.day), step.row.words)
        for step in item.steps_of("damage")
    ]
    head = (Message("Source"), Message("Day"), Message("In its words"))
    nothing = () if damage else (Message("No source has said anything of the damage."),)
    return (
        Block(title=Message("How it stands, as each source says"), sentences=stands),
        Block(title=Message("What it waits for"), sentences=waits),
        Block(
            title=Message("Damage, as each source says"),
            sentences=nothing,
            head=head if damage else (),
            rows=damage,
        ),
    )


WORKS = TablePages(table="work", path="/works", state=state_of, blocks=_blocks)
add_table_pages(router, WORKS)
