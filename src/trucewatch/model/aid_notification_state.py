"""How a notification or a medical passage stands, worked out from what was entered about it: for every side whether it
was told, and what it answered or that it is silent; whether it was told late by the watch's own rule. Nothing of this
hinders anything, and no answer permits anything.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, tzinfo
from functools import reduce
from typing import Any, Final

from trucewatch.messages import Amount, Message, Plural
from trucewatch.model.aid_items import AidEntry, Item
from trucewatch.model.aid_notice_steps import ANSWERS, END_WORDS, PASSAGE_REPLIES, SENT_WORDS
from trucewatch.model.aid_notifications import LAPSE_HOURS, Movement, begins_at, chosen_ways, ends_at
from trucewatch.model.aid_passages import Passage
from trucewatch.model.aid_shared_notices import SharedPassage, shared_ends_at
from trucewatch.model.aid_tables import AidNames
from trucewatch.model.humanitarian import StandardHours

PROTECTION: Final = Message(
    "Protection under international humanitarian law does not depend on this notice: it is the same for whoever gave "
    "none, and for whom no side has answered."
)
"""Stands on every page, list, print, export and message of a notification."""
NOT_PERMITTED: Final = Message(
    "Acknowledged does not mean permitted: it says that a side read the notice. Nobody has to be asked for leave, and "
    "an answer, or none, says nothing of whether a road can be passed."
)
FIXED_SENTENCES: Final = (PROTECTION, NOT_PERMITTED)
SILENT_AFTER: Final = timedelta(hours=24)
"""From when a side that was told and says nothing is called silent, unless the movement left before."""
WAYS_CHOSEN: Final = {
    "itself": Message("the organisation itself"),
    "coordinator": Message("the coordinator"),
    "post_box": Message("the monitoring centre"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class SideState:
    """How it stands with one side. chosen: who tells it, "" of a passage and of a side that was told without being
    chosen. sent, answer: the last such step; None for none. is_silent: told, and without an answer long enough.
    is_outdated: it was told before the notification was changed. answers_earlier: its answer is to what it was told
    before that. is_others: whoever showed the centre this passage tells the side, so that the centre's record says
    nothing of it."""

    side: str
    chosen: str = ""
    sent: AidEntry | None = None
    first_sent_at: datetime | None = None
    answer: AidEntry | None = None
    is_silent: bool = False
    is_outdated: bool = False
    is_others: bool = False
    answers_earlier: bool = False

    @property
    def state(self) -> str:
        """ "not_told", "others", "sent", "silent", or the answer."""
        if self.answer is not None:
            return str(self.answer.row.answer)
        if self.sent is None:
            return "others" if self.is_others else "not_told"
        return "silent" if self.is_silent else "sent"


def side_states(
    item: Item, shared: Iterable[Item], *, sides: Sequence[str], now: datetime, zone: tzinfo
) -> tuple[SideState, ...]:
    """Each side of an item in alphabetical order of its id. shared: what the centre is shown of it, whose steps count
    too; sides: of the watch, all of which a medical passage asks."""
    row = item.row
    ways = chosen_ways(row) if hasattr(row, "by_post_box") else dict.fromkeys(getattr(row, "tell", sides), "")
    steps = sorted(
        (step for each in (item, *shared) for step in each.steps if step.row is not None),
        key=lambda step: (step.known_at, step.entry),
    )
    told = [step for step in steps if step.table == "notice_sent"]
    answers = [step for step in steps if step.table in ANSWERS]
    also = {step.row.side for step in (*told, *answers)} - set(ways)
    begins = _begins(row, zone)
    changed_at = item.last.known_at if item.version > 1 else None
    return tuple(
        replace(
            _side_state(side, ways.get(side, ""), told, answers, begins=begins, changed_at=changed_at, now=now),
            is_others=isinstance(row, SharedPassage),
        )
        for side in sorted({*ways, *also})
    )


def _side_state(
    side: str,
    chosen: str,
    told: Sequence[AidEntry],
    answers: Sequence[AidEntry],
    *,
    begins: datetime | None,
    changed_at: datetime | None,
    now: datetime,
) -> SideState:
    own_told = [step for step in told if step.row.side == side]
    sent = own_told[-1] if own_told else None
    # An answer that came after an earlier notice stands until the side answers again: it was given, to that one.
    answer = next((step for step in reversed(answers) if step.row.side == side), None)
    waits_until = (
        min(sent.row.sent_at + SILENT_AFTER, max(begins, sent.row.sent_at) if begins else now) if sent else now
    )
    told_anew = next((step for step in own_told if changed_at and step.known_at >= changed_at), None)
    return SideState(
        side=side,
        chosen=chosen,
        sent=sent,
        first_sent_at=min((step.row.sent_at for step in own_told), default=None),
        answer=answer,
        is_silent=sent is not None and answer is None and now >= waits_until and now > sent.row.sent_at,
        is_outdated=bool(changed_at and sent and sent.known_at < changed_at),
        answers_earlier=bool(
            changed_at and answer and (told_anew is None or answer.row.answered_at < told_anew.row.sent_at)
        ),
    )


def _begins(row: Any, zone: tzinfo) -> datetime | None:
    if hasattr(row, "by_post_box"):
        return begins_at(row, zone)
    moment: datetime | None = row.from_at
    return moment


def lateness(row: Any, sent_at: datetime, *, hours: StandardHours, zone: tzinfo) -> Message | None:
    """That a notice given at a moment is late by the watch's own rule, or came after the movement left; None where it
    is in time. It hinders nothing."""
    begins = begins_at(row, zone)
    if sent_at >= begins:
        if isinstance(row, Movement):
            return Message(
                "told after it was to leave, at {left}: this is said, and the notice is as valid as any other",
                left=begins,
            )
        return Message(
            "told after the site was to begin, on {day}: this is said, and the notice is as valid as any other",
            day=row.from_,
        )
    asked = hours.emergency if row.is_emergency else hours.notice
    before = begins - sent_at
    if before >= timedelta(hours=asked):
        return None
    return Message(
        "late by own rule: {before} before it begins, where this watch asks for {asked}. It is as valid as any other",
        before=span_words(before),
        asked=Plural("{count} hour", "{count} hours", asked, count=Amount(asked)),
    )


def has_lapsed(row: Any, *, now: datetime, zone: tzinfo) -> bool:
    """Whether routes, places and times of it are shown no more: 72 hours after its end, erased or not."""
    if row is None:
        return True
    end = _end_of(row, zone)
    return end is not None and now >= end + timedelta(hours=LAPSE_HOURS)


def _end_of(row: Any, zone: tzinfo) -> datetime | None:
    """The end of a notification, of a passage, or of what the centre is shown of one: there its day, if no hour is."""
    if hasattr(row, "by_post_box"):
        return ends_at(row, zone)
    return row.until_at if isinstance(row, Passage) else shared_ends_at(row, zone)


def ended(item: Item) -> AidEntry | None:
    """The step by which it was done or withdrawn."""
    return item.latest("notice_end")


def is_open(item: Item, *, now: datetime, zone: tzinfo) -> bool:
    """Whether it is still to be looked at: a passage until somebody says that it is done or withdrawn, whatever its
    hours; a notification until its end."""
    if ended(item) is not None or item.row is None:
        return False
    if isinstance(item.row, Passage):
        return True
    end = _end_of(item.row, zone)
    return end is None or now < end


def side_line(state: SideState, names: AidNames, now: datetime) -> Message:
    """How it stands with a side, in one sentence without what was typed."""
    side = names.side(state.side)
    if state.answer is not None:
        line = Message(
            "{side}: {answer}, {at}",
            side=side,
            answer=PASSAGE_REPLIES[state.answer.row.answer],
            at=state.answer.row.answered_at,
        )
        return Message("{line}, to an earlier version", line=line) if state.answers_earlier else line
    if state.sent is None:
        return (
            Message("{side}: no word of it here", side=side)
            if state.is_others
            else Message("{side}: not told yet", side=side)
        )
    if state.is_silent:
        return Message(
            "{side}: told {at}; silent since, for {time}",
            side=side,
            at=state.sent.row.sent_at,
            time=span_words(now - state.sent.row.sent_at),
        )
    return Message("{side}: told {at}, no answer yet", side=side, at=state.sent.row.sent_at)


def sent_line(state: SideState) -> Message:
    """By which way and when a side was told."""
    if state.sent is None:
        return Message("told by whoever asks for it") if state.is_others else Message("not told yet")
    return Message("{way}, {at}", way=SENT_WORDS[state.sent.row.way], at=state.sent.row.sent_at)


def state_line(item: Item, states: Sequence[SideState], names: AidNames, *, now: datetime, zone: tzinfo) -> Message:
    """How an item stands as a whole: each side beside the others, never one word for all."""
    if item.row is None:
        return Message("lapsed: routes and times are erased, totals stay")
    over = ended(item)
    if over is not None:
        return Message("{state}, {at}", state=END_WORDS[over.row.state], at=over.row.ended_at)
    lines = [side_line(state, names, now) for state in states]
    if not lines:
        if item.table == "shared_notice":
            return Message("this centre is asked to tell no side; whom others tell is not shown to it")
        return Message("no side is to be told")
    whole = reduce(lambda first, second: Message("{first}; {second}", first=first, second=second), lines)
    if not isinstance(item.row, Passage) and not is_open(item, now=now, zone=zone):
        return Message("over. {sides}", sides=whole)
    return whole


def age_line(asked_at: datetime, now: datetime) -> Message:
    """How long ago something was asked for, in words."""
    return Message("asked {time} ago", time=span_words(now - asked_at))


def span_words(span: timedelta) -> Message:
    """A time in its largest whole unit: minutes, hours from 2 of them on, days from 2 on.

    >>> str(span_words(timedelta(minutes=95))), str(span_words(timedelta(hours=47))), str(span_words(timedelta(days=7)))
    ('95 minutes', '47 hours', '7 days')
    """
    minutes = max(0, int(span.total_seconds() // 60))
    if minutes < 120:
        return Plural("{count} minute", "{count} minutes", minutes, count=Amount(minutes))
    if minutes < 48 * 60:
        return Plural("{count} hour", "{count} hours", minutes // 60, count=Amount(minutes // 60))
    return Plural("{count} day", "{count} days", minutes // 1440, count=Amount(minutes // 1440))


def totals_of(items: Iterable[Item]) -> dict[str, int]:
    """The totals of notifications that stand and were not withdrawn, by name. They stay when routes and times go."""
    sums: dict[str, int] = {}
    for item in items:
        over = ended(item)
        if over is not None and over.row.state == "withdrawn":
            continue
        for name, number in item.last.totals.items():
            sums[name] = sums.get(name, 0) + number
    return dict(sorted(sums.items()))


def counts_line(item: Item, states: Sequence[SideState], *, now: datetime, zone: tzinfo) -> Message:
    """How an item stands, without the names of sides: numbers of sides, never one word for all of them."""
    if item.row is None or has_lapsed(item.row, now=now, zone=zone):
        return Message("lapsed: routes and times are gone, totals stay")
    over = ended(item)
    if over is not None:
        return Message("{state}, {at}", state=END_WORDS[over.row.state], at=over.row.ended_at)
    if any(state.is_others for state in states):
        return Message(
            "sides: {sides}; answered, as entered here: {answered}",
            sides=Amount(len(states)),
            answered=Amount(sum(state.answer is not None for state in states)),
        )
    line = Message(
        "sides: {sides}; told: {told}; answered: {answered}; silent: {silent}",
        sides=Amount(len(states)),
        told=Amount(sum(state.sent is not None for state in states)),
        answered=Amount(sum(state.answer is not None and not state.answers_earlier for state in states)),
        silent=Amount(sum(state.state == "silent" for state in states)),
    )
    return line if is_open(item, now=now, zone=zone) else Message("over. {line}", line=line)
