"""What the board says beside the sentences of the desks: titles, how long something lasts, who is on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from trucewatch.desks.base import CameInSort, FloorItem, FloorPart
from trucewatch.desks.watchkeeping.board import FloorBoard
from trucewatch.locale.sanitize import isolated, printable
from trucewatch.messages import Amount, Message, Plural, Term
from trucewatch.model.drill import Drill
from trucewatch.model.shift import OnShift
from trucewatch.server.people_shown import person_words, side_words
from trucewatch.server.view import View

PARTS: Final[Mapping[FloorPart, Message]] = {
    "medical": Message("Medical passage"),
    "flash": Message("Urgent messages"),
    "verification": Message("Verification"),
    "clock": Message("Clocks that run"),
    "task": Message("Tasks"),
    "movement": Message("Movements"),
    "window": Message("Windows of silence"),
    "road": Message("Road notices"),
    "request": Message("Requests"),
    "return": Message("Group returns"),
    "work": Message("Works"),
    "hazard": Message("Hazardous areas"),
    "post": Message("Post-box"),
    "line": Message("Lines and channels"),
    "source": Message("Sources"),
    "other": Message("Also waiting"),
}
SORTS: Final[Mapping[CameInSort, Term]] = {
    "incident": Term("came in", "incident"),
    "claim": Term("came in", "claim"),
    "letter": Term("came in", "letter"),
    "statement": Term("came in", "statement"),
    "file": Term("came in", "file"),
    "message": Term("came in", "message"),
}
_HALF_A_DAY: Final = timedelta(hours=12)


@dataclass(frozen=True, slots=True, kw_only=True)
class OnDuty:
    """Somebody who is on: by name to who may see it, else by role."""

    name: str
    side: str
    is_lead: bool


def counted(sort: CameInSort, count: int) -> Message:
    """`3 claims`"""
    n = Amount(count)
    return {
        "incident": Plural("{n} incident", "{n} incidents", count, n=n),
        "claim": Plural("{n} claim", "{n} claims", count, n=n),
        "letter": Plural("{n} letter", "{n} letters", count, n=n),
        "statement": Plural("{n} statement", "{n} statements", count, n=n),
        "file": Plural("{n} file", "{n} files", count, n=n),
        "message": Plural("{n} message", "{n} messages", count, n=n),
    }[sort]


def lasting(span: timedelta) -> Message:
    """`20 min`, `5 h 20 min`, `15 h`, `3 days`; never less than nothing, whatever the clocks did."""
    minutes = max(int(span.total_seconds() // 60), 0)
    if minutes < 60:
        return Message("{minutes} min", minutes=Amount(minutes))
    if minutes < 12 * 60 and minutes % 60:
        return Message("{hours} h {minutes} min", hours=Amount(minutes // 60), minutes=Amount(minutes % 60))
    if minutes < 48 * 60:
        return Message("{hours} h", hours=Amount(minutes // 60))
    return Plural("{days} day", "{days} days", minutes // 1440, days=Amount(minutes // 1440))


def clock_words(view: View, item: FloorItem, now: datetime) -> Message | None:
    """How the clock of a line stands: how much is left, by how much its time is past, or for how long it has waited."""
    if item.due is not None:
        due = hour_words(view, item.due, now)
        if item.due <= now:
            return Message("{due}, {span} past", due=due, span=lasting(now - item.due))
        return Message("{due}, {span} left", due=due, span=lasting(item.due - now))
    if item.since is not None and item.part == "source":  # its sentence says for how long
        return Message("since {moment}", moment=hour_words(view, item.since, now))
    return since_words(view, item.since, now) if item.since is not None else None


def since_words(view: View, since: datetime, now: datetime) -> Message:
    """`since 21:40, 3 h 10 min`"""
    return Message("since {moment}, {span}", moment=hour_words(view, since, now), span=lasting(now - since))


def hour_words(view: View, moment: datetime, now: datetime) -> str:
    """`21:40` within half a day, of which there is one; with its day where it is further off. The page says its
    zone."""
    local = moment.astimezone(view.reader.zone)
    time = local.strftime("%H:%M")
    if abs(moment - now) <= _HALF_A_DAY:
        return time
    return view.words.gettext("{day}, {time}").format(day=view.words.bare_day(local.date()), time=time)


def on_duty(view: View, board: FloorBoard) -> list[OnDuty]:
    """Who is on, whoever leads first."""
    shift = board.shift
    if shift is None:
        return []
    return [
        OnDuty(name=_name(view, each), side=_side(view, each), is_lead=each.is_lead)
        for each in sorted(shift.on, key=lambda each: (not each.is_lead, each.side, each.entry))
    ]


def drill_words(view: View, drill: Drill) -> str:
    """What people call the drill."""
    label = view.console.store.words.read(drill.label)
    return isolated(printable(label)) if label else view.words.gettext("(erased)")


def _name(view: View, each: OnShift) -> str:
    if each.who.startswith("w-"):
        name = view.console.store.words.read(each.who)
        return isolated(printable(name)) if name else view.words.gettext("a person whose name was erased")
    return person_words(view, each.who)


def _side(view: View, each: OnShift) -> str:
    return isolated(side_words(each.side, view.watch, view.words)) if each.side else ""
