"""How a case stands, until when, and what it waits for, in words that pages, board and terminal share."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Final

from trucewatch.messages import Message, Term
from trucewatch.model.review import STATE_WORDS, Case, Standing
from trucewatch.model.review_rule import LONGEST_PAUSE_HOURS

STANDING_WORDS: Final[Mapping[Standing, Term]] = {
    "awaited": Term("review standing", "awaited"),
    "sealed": Term("review standing", "sealed"),
    "opened": Term("review standing", "opened"),
    "withheld": Term("review standing", "withheld"),
    "not_received": Term("review standing", "not received"),
    "not_opened": Term("review standing", "not opened"),
    "left": Term("review standing", "left"),
}


_CAME_LATE: Final = Term("review standing", "came late")


def came_late(case: Case, side: str) -> bool:
    """Whether all that a delegation gave in a case it gave in the open, after the first positions were opened."""
    own = [each for each in case.positions if each.delegation == side]
    return case.standings.get(side) == "opened" and bool(own) and not any(each.commitment for each in own)


def standing_words(case: Case, side: str) -> Term:
    """How a delegation stands in a case: of one that sealed nothing and gave a position later, that it came late."""
    return _CAME_LATE if came_late(case, side) else STANDING_WORDS[case.standings.get(side, "awaited")]


def has_stood_still_longest(case: Case) -> bool:
    """Whether the clock of a case runs again though a line is down: it stood still for as long as it may."""
    return case.paused_s >= LONGEST_PAUSE_HOURS * 3600


def until_words(case: Case) -> tuple[Message, datetime | None]:
    """Until when what happens next, and that moment; of a closed case what came of it."""
    if case.outcome is not None:
        return Message("{state}, {moment}", state=STATE_WORDS[case.outcome.state], moment=case.outcome.known_at), None
    if case.step == "opening" and not case.sealed:
        return Message("no first position more is awaited, and none lies sealed"), None
    if case.step == "opening":
        if case.opening_due is None or case.positions:
            return Message("no first position more is awaited; what is sealed is to be opened"), None
        return Message("what is sealed can be opened until {moment}", moment=case.opening_due), case.opening_due
    if case.step == "open" and case.discussion_due is not None:
        return Message("discussion until {moment}", moment=case.discussion_due), case.discussion_due
    return Message("first positions until {moment}", moment=case.due), case.due


def waits_words(case: Case, delegation: str, done: Collection[str] = (), person: str = "") -> Message | None:
    """What a case waits for from a delegation; None where that is nothing. done: who has no more to say in it; person:
    of whom, where it is one of its people who asks."""
    standing = case.standings.get(delegation) if case.outcome is None else None
    if case.step == "blind" and standing == "awaited":
        return None if person in {each.person for each in case.sealed} else Message("your first position")
    if case.step in ("opening", "open") and standing in ("sealed", "not_opened"):
        return Message("open what your delegation sealed")
    if case.step == "open" and standing not in (None, "left") and delegation not in done:
        return Message("your word in the discussion, a later position, or that there is none")
    return None


def ends_at(case: Case) -> datetime | None:
    """When the clock that runs in a case runs out; None where none runs."""
    if case.outcome is not None:
        return None
    if case.step == "opening":
        return case.opening_due if case.sealed and not case.positions else None
    return case.discussion_due if case.step == "open" else case.due
