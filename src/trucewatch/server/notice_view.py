"""What the pages of notifications share, in either kind of watch: how an item stands for a reader, what stands beside
it, which sentences are on every page and print of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from functools import reduce
from typing import Any, Final

from trucewatch.messages import Message
from trucewatch.model.aid_items import Item
from trucewatch.model.aid_notice_steps import HEARD_WORDS, PASSAGE_REPLIES, SHARED
from trucewatch.model.aid_notification_state import (
    FIXED_SENTENCES,
    NOT_PERMITTED,
    WAYS_CHOSEN,
    SideState,
    age_line,
    has_lapsed,
    is_open,
    lateness,
    sent_line,
    span_words,
    state_line,
)
from trucewatch.model.aid_notifications import MOVEMENT_TICKS, SITE_TICKS
from trucewatch.model.aid_passages import PASSAGE_TICKS
from trucewatch.model.aid_registry import TABLES
from trucewatch.model.humanitarian import StandardHours
from trucewatch.model.link_names import link_title
from trucewatch.pipeline.aid_conflicts import NOTHING_ON_RECORD, conflicts_of
from trucewatch.pipeline.aid_entering import AidBook
from trucewatch.pipeline.aid_notifying import is_shown_as_ticked, shared_items
from trucewatch.pipeline.aid_states import state_of, states_of_sides
from trucewatch.pipeline.link_entering import network_of
from trucewatch.server.aid_view import acting_for, book_of, names_of
from trucewatch.server.entered_pages import Block, ListRow
from trucewatch.server.refusal import RefusalError
from trucewatch.server.view import View

NOTICES: Final = ("movement", "fixed_site")
TICKS: Final = {"movement": MOVEMENT_TICKS, "fixed_site": SITE_TICKS, "passage": PASSAGE_TICKS}
PATHS: Final = {
    "movement": "/notifications/movements",
    "fixed_site": "/notifications/sites",
    "passage": "/notifications/medical",
    "shared_notice": "/notices",
    "shared_passage": "/notices",
}
PASSAGES: Final = frozenset(("passage", "shared_passage"))


def path_of(item: Item) -> str:
    return f"{PATHS[item.table]}/{item.code}"


def item_here(view: View, code: str) -> tuple[AidBook, Item]:
    """A notification or passage of this instance, by its code. Raises RefusalError 404 for none."""
    book = book_of(view)
    item = book.item_or_none(code[:80])
    if item is None or item.table not in PATHS:
        raise RefusalError(
            404, Message("There is no notification of this number by now; the list has those there are.")
        )
    return book, item


def hours_of(book: AidBook) -> StandardHours:
    return book.watch.humanitarian.hours if book.watch.humanitarian else StandardHours()


def is_waiting(book: AidBook, item: Item) -> bool:
    """Whether a side is still to be told, or silent."""
    return any(each.state in ("not_told", "silent") or each.is_outdated for each in states_of_sides(book, item))


def is_current(book: AidBook, item: Item) -> bool:
    """Whether it is still to be looked at."""
    if item.table in SHARED:
        return item.row is not None and not item.row.ended and not _is_past(book, item)
    return is_open(item, now=book.now, zone=book.zone)


def _is_past(book: AidBook, item: Item) -> bool:
    """A notification until its end; a passage until somebody says that it ended."""
    end = TABLES[item.table].ends_at(item.row, book.zone)
    return item.table not in PASSAGES and end is not None and book.now >= end


def list_row(view: View, book: AidBook, item: Item) -> ListRow:
    """An item in a list: each side's state beside the others."""
    row, names = item.row, names_of(view)
    if row is None or has_lapsed(row, now=book.now, zone=book.zone):
        lapsed = Message("routes, places and times lapsed 72 hours after its end")
        return ListRow(code=item.code, line=lapsed, state=state_of(book, item), path=path_of(item))
    states = states_of_sides(book, item)
    if item.table in SHARED and row.ended:
        line = state_of(book, item)
    else:
        line = state_line(item, states, names, now=book.now, zone=book.zone)
    return ListRow(
        code=item.code,
        line=TABLES[item.table].line(row, names),
        state=line,
        path=path_of(item),
        is_due=is_current(book, item) and any(each.state == "not_told" for each in states),
        is_urgent=item.table in PASSAGES and is_current(book, item),
        note=_age(item, book) if item.table in PASSAGES else _in_one(_late_lines(view, book, item, states)),
    )


def open_passages(book: AidBook) -> list[Item]:
    """Medical passage that is not done or withdrawn, the one asked for longest ago first."""
    tables = ("passage",) if book.watch.settings.kind == "humanitarian" else ("shared_passage",)
    waiting = (item for item in book.items(*tables) if is_current(book, item))
    return sorted(waiting, key=lambda item: (since_of(item), item.code))


def since_of(item: Item) -> datetime:
    """When a passage was asked for; where the centre is not shown that, when it was shown first."""
    asked_at: datetime | None = item.row.asked_at
    return asked_at or item.first.known_at


def _age(item: Item, book: AidBook) -> Message:
    if item.row.asked_at is not None:
        return age_line(item.row.asked_at, book.now)
    since = span_words(book.now - item.first.known_at)
    return Message("shown here {time} ago; when it was asked for is not shown", time=since)


def passage_line(view: View, book: AidBook, item: Item) -> Message:
    """A medical passage in one line: what is asked, for how long, what each side answered."""
    names = names_of(view)
    return Message(
        "{code}: {line}; {age}. {sides}",
        code=item.code,
        line=TABLES[item.table].line(item.row, names),
        age=_age(item, book),
        sides=state_line(item, states_of_sides(book, item), names, now=book.now, zone=book.zone),
    )


def conflicts(view: View, book: AidBook, row: Any, own_code: str = "") -> tuple[Message, ...]:
    """What else is on record beside a movement or fixed site."""
    network = network_of(view.console.store, view.watch)
    return conflicts_of(
        row,
        book,
        view.watch,
        network=network if network.links else None,
        title_of=lambda link: link_title(view.watch, link, view.words, network=network),
        own_code=own_code,
    )


def before_notice(view: View, book: AidBook, row: Any, about: Item | None) -> Sequence[Message]:
    """What is shown before a notification, or a step of one, is entered."""
    if type(row) is not TABLES["movement"].row and type(row) is not TABLES["fixed_site"].row:
        return (NOT_PERMITTED,)
    return (*told_now(view, book, row, about.code if about else ""), *FIXED_SENTENCES)


def told_now(view: View, book: AidBook, row: Any, own_code: str) -> Iterator[Message]:
    """Whether a side told at this moment is told late, who usually tells it, and what else is on record."""
    late = lateness(row, book.now, hours=hours_of(book), zone=book.zone)
    if late is not None:
        yield Message("If it is told now: {late}.", late=late)
    on_file = view.watch.humanitarian
    organisation = on_file.organisation_of(row.organisation) if on_file else None
    if row.itself and organisation is not None and organisation.needs_coordinator:
        yield Message(
            "Bodies of the United Nations tell the sides through the coordinator as a rule; this one does it itself."
        )
    yield from conflicts(view, book, row, own_code) or (NOTHING_ON_RECORD,)


def before_passage(view: View, book: AidBook, row: Any, about: Item | None) -> Sequence[Message]:
    return FIXED_SENTENCES


def printed(view: View, book: AidBook, item: Item) -> Sequence[Message]:
    """The sentences that stand on every page and print."""
    return FIXED_SENTENCES


def blocks(view: View, book: AidBook, item: Item) -> Sequence[Block]:
    """The sides; what else is on record; what the monitoring centre is shown."""
    if item.row is None:
        return ()
    parts = [sides_block(view, book, item)]
    if item.table in NOTICES:
        sentences = conflicts(view, book, item.row, item.code) or (NOTHING_ON_RECORD,)
        parts.append(Block(title=Message("Also on record for these districts and hours"), sentences=sentences))
    if item.table not in SHARED:
        parts.append(_centre_block(view, book, item))
    return parts


def sides_block(view: View, book: AidBook, item: Item) -> Block:
    """Each side: who tells it, when it was told, what it answered."""
    states, names = states_of_sides(book, item), names_of(view)
    has_chosen = item.table not in PASSAGES
    return Block(
        title=Message("Sides"),
        sentences=tuple(_late_lines(view, book, item, states)),
        head=(
            Message("Side"),
            *((Message("Who tells it"),) if has_chosen else ()),
            Message("Told"),
            Message("Answer"),
            Message("In their words"),
        ),
        rows=[_side_cells(names.side(each.side), each, book.now, has_chosen=has_chosen) for each in states],
    )


def _side_cells(name: str, each: SideState, now: datetime, *, has_chosen: bool) -> Sequence[Message | str]:
    told: Message = sent_line(each)
    if each.is_outdated:
        told = Message("{told}; it changed since, so tell them again", told=told)
    chosen = WAYS_CHOSEN[each.chosen] if each.chosen else Message("not chosen")
    says = each.answer.row.says if each.answer else ""
    return (name, *((chosen,) if has_chosen else ()), told, _answer_words(each, now), says)


def _answer_words(each: SideState, now: datetime) -> Message:
    if each.answer is not None:
        answer = each.answer.row
        words = Message(
            "{answer}, {way}, {at}",
            answer=PASSAGE_REPLIES[answer.answer],
            way=HEARD_WORDS[answer.way],
            at=answer.answered_at,
        )
        if each.answers_earlier:
            words = Message("{words}; to an earlier version", words=words)
        return Message("{words}; said by {function}", words=words, function=answer.from_) if answer.from_ else words
    if each.sent is None:
        return Message("no word of it here") if each.is_others else Message("not told yet")
    span = span_words(now - each.sent.row.sent_at)
    return Message("silent since, for {time}", time=span) if each.is_silent else Message("none yet")


def _late_lines(view: View, book: AidBook, item: Item, states: Sequence[SideState]) -> Iterator[Message]:
    """What was told late by the watch's own rule; it stands as it is."""
    if item.table not in NOTICES:
        return
    for each in states:
        if each.first_sent_at is None:
            continue
        late = lateness(item.row, each.first_sent_at, hours=hours_of(book), zone=book.zone)
        if late is not None:
            yield Message("The notice to {side}: {late}.", side=names_of(view).side(each.side), late=late)


def _in_one(sentences: Iterable[Message]) -> Message | None:
    """Several sentences as one; None for none."""
    several = tuple(sentences)
    return (
        reduce(lambda first, second: Message("{first} {second}", first=first, second=second), several)
        if several
        else None
    )


def _centre_block(view: View, book: AidBook, item: Item) -> Block:
    title, ticks = Message("Shown to the monitoring centre"), TICKS[item.table]
    ticked = [ticks[tick] for tick in item.row.shown]
    shown = shared_items(book, item)
    if not ticked and not shown:
        return Block(
            title=title, sentences=(Message("Nothing is ticked: the centre does not learn that there is one."),)
        )
    sentences = [Message("Ticked: {tick}", tick=tick) for tick in ticked] or [Message("Nothing is ticked any more.")]
    if shown:
        sentences.append(Message("It is shown as {code}.", code=shown[-1].code))
    if not is_shown_as_ticked(book, item):
        sentences.append(Message("What the centre is shown is not yet what is ticked: show it, or tick otherwise."))
    return Block(title=title, sentences=tuple(sentences))


def acts(view: View, book: AidBook, item: Item) -> Sequence[tuple[Message, str]]:
    """Links to what this desk does with an item."""
    if item.row is None:
        return ()
    where = "/notices" if item.table in SHARED else "/notifications"
    letter = (Message("Letter to the sides"), f"{where}/letter/{item.code}")
    if item.table in SHARED:
        return (letter,)
    own = acting_for(view)
    if not view.may("aid", "coordinate") or view.snapshot.is_replay or (own and item.row.organisation != own):
        return (letter,)
    begun = [
        (Message("Tell the sides …"), f"/notifications/send/{item.code}"),
        letter,
        (Message("Done or withdrawn …"), f"/notifications/end/{item.code}"),
    ]
    return begun
