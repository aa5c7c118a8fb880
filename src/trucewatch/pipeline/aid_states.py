"""How each item stands, in one sentence worked out from its steps: the same on a page, in a list, on the day's page and
at a terminal. Nothing here says safe, open or enough."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from trucewatch.messages import Amount, Message
from trucewatch.model.aid_access import constraint_state
from trucewatch.model.aid_accidents import accident_state
from trucewatch.model.aid_activities import STATE_WORDS
from trucewatch.model.aid_communities import site_state
from trucewatch.model.aid_destinations import destination_state
from trucewatch.model.aid_items import Item
from trucewatch.model.aid_mines import METHOD_WORDS, RESULT_WORDS
from trucewatch.model.aid_notice_steps import SHARED
from trucewatch.model.aid_notification_state import SideState, counts_line, side_states
from trucewatch.model.aid_operations import operation_state
from trucewatch.model.aid_request_state import offer_state, request_state
from trucewatch.model.aid_return_state import return_state
from trucewatch.model.aid_roads import ADVICE_WORDS
from trucewatch.model.aid_visits import gathering_state, visit_state
from trucewatch.model.aid_work_state import plain_state
from trucewatch.model.ground_word import hazard_standing
from trucewatch.model.road_notice_state import road_stand
from trucewatch.model.window_state import WindowState
from trucewatch.pipeline.aid_entering import AidBook
from trucewatch.pipeline.aid_notifying import shared_items
from trucewatch.pipeline.window_findings import window_standing

ERASED: Final = Message("its content was erased")
_KEEP_NUMBERS: Final = ("request", "return", "movement", "fixed_site", "passage", "shared_notice", "shared_passage")
"""Tables of which numbers are said after the content went, from the totals that stay."""


def state_of(book: AidBook, item: Item) -> Message:
    """How an item stands at the moment of the book."""
    state = STATES.get(item.table)
    if state is None or (item.row is None and item.table not in _KEEP_NUMBERS):
        return ERASED
    return state(book, item)


def states_of_sides(book: AidBook, item: Item) -> tuple[SideState, ...]:
    """What each side was told and said of a notification or passage, in alphabetical order of its id."""
    if item.row is None:
        return ()
    sides = tuple(book.watch.agreement.bound_ids)
    return side_states(item, shared_items(book, item), sides=sides, now=book.now, zone=book.zone)


def notification_state(book: AidBook, item: Item) -> Message:
    if item.table in SHARED and item.row is not None and item.row.ended:
        return Message("withdrawn") if item.row.ended == "withdrawn" else Message("done")
    return counts_line(item, states_of_sides(book, item), now=book.now, zone=book.zone)


def window_line(state: WindowState | None, book: AidBook) -> Message:
    """How a window stands, in one line; nothing here says that it was kept."""
    at = book.now
    if state is None:
        return ERASED
    ended = state.ended
    if ended is not None and ended.at <= at and state.phase in ("over", "agreed"):
        return Message("ended at {at}, before its time", at=ended.at)
    match state.phase:
        case "in_force":
            piece = state.in_force_at(at)
            return Message("in force until {until}, in what both sides agreed", until=piece.until if piece else at)
        case "agreed":
            return Message("agreed by both sides; in force from {from}", **{"from": state.pieces[0].from_})
        case "between":
            later = next(piece for piece in state.pieces if piece.from_ > at)
            return Message("not in force now; in force again from {from}", **{"from": later.from_})
        case "over" if state.pieces:
            return Message("over; it was in force until {until}", until=state.pieces[-1].until)
    if at >= state.wanted.until:
        return Message("over; it was never in force")
    match state.phase:
        case "half":
            return Message("half agreed: a side has not answered; not in force")
        case "declined":
            return Message("a side declines; not in force")
        case "nothing_shared":
            return Message("what the sides agree to has nothing in common; not in force")
        case _:
            return Message("asked; no side has answered; not in force")


def _window(book: AidBook, item: Item) -> Message:
    return window_line(window_standing(item, book.watch, book.now), book)


def _road_notice(book: AidBook, item: Item) -> Message:
    stand = road_stand(item, book.now)
    if stand is None:
        return ERASED
    if stand.has_lapsed:
        return Message("no word since {said}; the next was due by {at}", said=stand.word.said_at, at=stand.next_by)
    return Message("{advice}; next word by {at}", advice=ADVICE_WORDS[stand.word.advice], at=stand.next_by)


def _return(book: AidBook, item: Item) -> Message:
    return return_state(item, book.now.astimezone(book.zone).date())


def _offer(book: AidBook, item: Item) -> Message:
    return offer_state(item, book.items("request"), book.now.astimezone(book.zone).date())


def _survey(book: AidBook, item: Item) -> Message:
    return Message("{method}: {result}", method=METHOD_WORDS[item.row.method], result=RESULT_WORDS[item.row.result])


def _device(book: AidBook, item: Item) -> Message:
    """What became of devices: how many handed over, how many destroyed, as entered."""
    steps = item.steps_of("device_step")
    if not steps:
        return Message("nothing is entered of what became of them")
    return Message(
        "of {number}: {handed} handed over, {destroyed} destroyed",
        number=item.row.number,
        handed=sum(step.row.number for step in steps if step.row.state == "handed_over"),
        destroyed=sum(step.row.number for step in steps if step.row.state == "destroyed"),
    )


def _count(book: AidBook, item: Item) -> Message:
    """How a number stands: as it was reported, or corrected since."""
    earlier = [entry.row.value for entry in item.versions if entry.stands and entry.row is not None][:-1]
    if earlier and earlier[-1] != item.row.value:
        return Message("{value}; before it was corrected {before}", value=Amount(item.row.value), before=earlier[-1])
    return Message("{value}, as reported", value=Amount(item.row.value))


STATES: Final[Mapping[str, Callable[[AidBook, Item], Message]]] = {
    "request": lambda book, item: request_state(item),
    "offer": _offer,
    "work": lambda book, item: plain_state(item),
    "return": _return,
    "destination": lambda book, item: destination_state(item),
    "movement": notification_state,
    "fixed_site": notification_state,
    "passage": notification_state,
    "shared_notice": notification_state,
    "shared_passage": notification_state,
    "window": _window,
    "road_notice": _road_notice,
    "hazard": lambda book, item: hazard_standing(item).state,
    "survey": _survey,
    "device": _device,
    "accident": lambda book, item: accident_state(item),
    "constraint": lambda book, item: constraint_state(item, book.now, book.zone),
    "operation": lambda book, item: operation_state(item),
    "count": _count,
    "activity": lambda book, item: STATE_WORDS[item.row.state],
    "site": lambda book, item: site_state(item),
    "visit": lambda book, item: visit_state(item),
    "gathering": lambda book, item: gathering_state(item),
}
"""Table → how its items stand. Held by a test: every table of items has one."""
