"""The card of a destination: each aspect with its sources and days, or *not known*. Nothing is summed up."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from trucewatch.messages import Message
from trucewatch.model.aid_destinations import ASPECTS, NOT_KNOWN, card_of, differs, what_it_says
from trucewatch.model.aid_items import Item
from trucewatch.pipeline.aid_entering import AidBook
from trucewatch.server.aid_view import names_of
from trucewatch.server.entered_pages import Block
from trucewatch.server.view import View

_HEAD = (Message("What"), Message("What is stated"), Message("Source"), Message("Day"))


def card_block(view: View, destination: Item | None) -> Block:
    """The card as a block of a page; without a card every aspect is not known."""
    title = Message("Destination")
    if destination is not None:
        title = Message("Destination {code}", code=destination.code)
    return Block(title=title, sentences=tuple(_differing(destination)), head=_HEAD, rows=_rows(view, destination))


def destination_blocks(view: View, book: AidBook, item: Item) -> Sequence[Block]:
    """The card on its own page."""
    return (card_block(view, item),)


def card_sentences(view: View, destination: Item | None) -> Iterator[Message]:
    """The card in sentences, as it is read before a return is entered."""
    names = names_of(view)
    if destination is None:
        yield Message("Nothing is known of the destination: there is no card of it.")
        return
    for aspect, rows in card_of(destination).items():
        if not rows:
            yield Message("{aspect}: {state}", aspect=ASPECTS[aspect], state=NOT_KNOWN)
        for row in rows:
            yield Message(
                "{aspect}: {state}, as {organisation} says ({day})",
                aspect=ASPECTS[aspect],
                state=what_it_says(row),
                organisation=names.organisation(row.organisation),
                day=row.day,
            )


def _rows(view: View, destination: Item | None) -> list[Sequence[Message | str]]:
    names = names_of(view)
    card = card_of(destination) if destination is not None else dict.fromkeys(ASPECTS, ())
    rows: list[Sequence[Message | str]] = []
    for aspect, statements in card.items():
        if not statements:
            rows.append((ASPECTS[aspect], NOT_KNOWN, "", ""))
        for row in statements:
            stated: Message = what_it_says(row)
            if row.words:
                stated = Message("{state}: “{words}”", state=stated, words=row.words)
            rows.append((ASPECTS[aspect], stated, names.organisation(row.organisation), view.words.day(row.day)))
    return rows


def _differing(destination: Item | None) -> Iterator[Message]:
    if destination is None:
        return
    for aspect, rows in card_of(destination).items():
        if differs(rows):
            yield Message("{aspect}: sources differ. Both stand.", aspect=ASPECTS[aspect])
