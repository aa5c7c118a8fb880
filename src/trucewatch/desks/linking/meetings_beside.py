"""Working groups: meetings about the clauses that links serve, with agenda, decisions and their days; and the later
instruments that concern these clauses."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final
from urllib.parse import quote

from trucewatch.desks.linking.link_views import ShownNetwork, in_order
from trucewatch.desks.linking.wording import names_of
from trucewatch.locale.sanitize import printable
from trucewatch.messages import Message
from trucewatch.model.agreement import Instrument
from trucewatch.model.meetings import LEVEL_WORDS, AgendaItem, Decision, Meeting, clauses_beside, gatherings
from trucewatch.pipeline.meeting_entering import every_meeting
from trucewatch.server.view import View

MOST: Final = 20
"""Meetings that a page lists; the page of meetings has all of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClauseMention:
    """A clause with the address of its page; none where the agreement has no such clause."""

    clause: str
    path: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionLine:
    """What was decided about clauses, by whom, and by which day it is to be done."""

    decision: Decision
    by: str
    due: Message | None
    clauses: tuple[ClauseMention, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MeetingLine:
    """A meeting, or one account of it, as far as it is about clauses that links serve."""

    meeting: Meeting
    path: str
    title: str
    first: date
    last: date
    level: Message
    source: str
    agenda: tuple[tuple[AgendaItem, tuple[ClauseMention, ...]], ...]
    decisions: tuple[DecisionLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class InstrumentLine:
    """A later instrument, with the clauses that it concerns by its own words."""

    instrument: Instrument
    title: str
    by: str
    clauses: tuple[ClauseMention, ...]


def clause_path(view: View, clause: str) -> str:
    """The page of a clause, or of the provision of a part; "" where the agreement has none of that name."""
    for provision, part in view.watch.agreement.stipulations():
        if clause in (provision.number, part.id):
            return f"/agreement/{quote(provision.number)}"
    return ""


def mentions(view: View, clauses: Iterable[str]) -> tuple[ClauseMention, ...]:
    """Clauses with their pages, in the order of the agreement."""
    return tuple(ClauseMention(clause=clause, path=clause_path(view, clause)) for clause in in_order(view, clauses))


def working_groups(on_day: ShownNetwork, clauses: Iterable[str]) -> list[MeetingLine]:
    """The meetings about these clauses of which the watch knew by the chosen moment, the latest first; every account
    stands as its source gives it."""
    view = on_day.view
    wanted = clauses_beside(view.watch.agreement, clauses)
    by_then = every_meeting(view.console.store, view.watch, on_day.chosen.known_by)
    gathered = gatherings(by_then, view.watch.zone)
    return [
        line
        for gathering in gathered
        if not wanted.isdisjoint(gathering.clauses)
        for line in (_line(on_day, gathering.id, meeting, wanted) for meeting in gathering.accounts)
    ]


def later_instruments(on_day: ShownNetwork, clauses: Iterable[str]) -> list[InstrumentLine]:
    """The instruments that say themselves that they concern one of these clauses, the earliest first."""
    view = on_day.view
    wanted = clauses_beside(view.watch.agreement, clauses)
    agreement = view.watch.agreement.known_at(on_day.chosen.known_by)
    return [
        InstrumentLine(
            instrument=each,
            title=printable(view.words.name(each.names, otherwise=each.id)),
            by=names_of(view, on_day.network, each.by),
            clauses=mentions(view, wanted & set(each.stipulations)),
        )
        for each in sorted(agreement.instrument, key=lambda each: each.signed)
        if wanted & set(each.stipulations)
    ]


def _line(on_day: ShownNetwork, gathering_id: str, meeting: Meeting, wanted: frozenset[str]) -> MeetingLine:
    view = on_day.view

    def is_about(clauses: Iterable[str]) -> bool:
        return not wanted.isdisjoint(clauses)

    first = meeting.first_day(view.watch.zone)
    last = meeting.range(view.watch.zone).latest.astimezone(view.watch.zone).date()
    return MeetingLine(
        meeting=meeting,
        path=f"/meetings/{quote(gathering_id)}",
        title=printable(view.words.name(meeting.names)),
        first=first,
        last=meeting.day_latest or (first if meeting.day else last),
        level=LEVEL_WORDS[meeting.level],
        source=printable(meeting.source),
        agenda=tuple((item, mentions(view, item.clauses)) for item in meeting.agenda if is_about(item.clauses)),
        decisions=tuple(
            DecisionLine(
                decision=each,
                by=names_of(view, on_day.network, each.by),
                due=_due(on_day, each),
                clauses=mentions(view, each.clauses),
            )
            for each in meeting.decision
            if is_about(each.clauses)
        ),
    )


def _due(on_day: ShownNetwork, decision: Decision) -> Message | None:
    if decision.due is None:
        return None
    if decision.due >= on_day.chosen.day:
        return Message("to be done by {day}", day=decision.due)
    return Message(
        "to be done by {day}; that day has passed, which says nothing of whether it was done", day=decision.due
    )
