"""How a window of silence stands, in sentences; nothing here says that it was kept."""

from __future__ import annotations

from datetime import datetime

from trucewatch.messages import Message
from trucewatch.model.aid_items import Item
from trucewatch.model.aid_naming import AidNaming
from trucewatch.model.aid_windows import acts_text
from trucewatch.model.watch import Watch
from trucewatch.model.window_state import SideStand, Terms, WindowState
from trucewatch.pipeline.window_findings import window_standing

NOT_IN_FORCE = Message("not in force")


def state_of(item: Item, watch: Watch, at: datetime) -> Message:
    """How a window stands, in one line for lists and pages."""
    state = window_standing(item, watch, at)
    return Message("the content was erased") if state is None else line_of(state, at)


def line_of(state: WindowState, at: datetime) -> Message:
    """The same of a state that was worked out."""
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


def stand_words(stand: SideStand) -> Message:
    """What a side said, with when."""
    match stand.word:
        case "agreed":
            return Message("agrees as asked, answered {at}", at=stand.at)
        case "changed":
            return Message("agrees in other terms, answered {at}", at=stand.at)
        case "declined":
            return Message("declines, answered {at}", at=stand.at)
        case _:
            return Message("has not answered")


def stand_note(stand: SideStand, version: int) -> Message | str:
    """What has to be known of an answer beside it: late, after the end, of an earlier version."""
    late: Message | None = None
    if stand.is_after and stand.word in ("agreed", "changed"):
        late = Message("answered after the end: it puts nothing in force")
    elif stand.is_late and stand.word in ("agreed", "changed"):
        late = Message("answered after it began: counts from the answer on")
    if not stand.of_version or stand.of_version == version:
        return late or ""
    earlier = Message(
        "this answers version {of}; version {version} is not answered", of=stand.of_version, version=version
    )
    return Message("{first}; {second}", first=earlier, second=late) if late else earlier


def terms_cells(terms: Terms, naming: AidNaming) -> tuple[Message | str, ...]:
    """From, until, where and which acts, as cells of a row."""
    districts: Message | str = ", ".join(naming.district(each) for each in sorted(terms.districts))
    if terms.outlines:
        districts = Message("{districts}, inside an outline", districts=districts)
    return (
        Message("{moment}", moment=terms.from_),
        Message("{moment}", moment=terms.until),
        districts,
        acts_text(terms.acts),
    )
