"""What a page says of a meeting: when it was, who took part, at which level, and what of it is due when."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from trucewatch.locale.sanitize import printable
from trucewatch.messages import Message, Term
from trucewatch.model.meetings import LEVEL_WORDS, Decision, Gathering, Meeting, later_about, later_of_level
from trucewatch.pipeline.meeting_entering import MeetingBook
from trucewatch.server.view import View

FORMAT_WORDS = {"ordinary": Term("format", "ordinary"), "restricted": Term("format", "restricted")}


@dataclass(frozen=True, slots=True, kw_only=True)
class DueLine:
    """Something with a day: by when, what the record says since, and the meetings where that stands."""

    text: str
    links: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionRow:
    """A decision as a page lists it."""

    code: str
    decision: Decision
    by: str
    due: DueLine | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """One account of a meeting as a page lists it."""

    meeting: Meeting
    when: str
    who: tuple[str, ...]
    level: str
    stated_by: str
    decisions: tuple[DecisionRow, ...]
    next_by: DueLine | None


def account_of(view: View, book: MeetingBook, gathering: Gathering, meeting: Meeting) -> Account:
    decisions = tuple(
        DecisionRow(
            code=f"D-{number}",
            decision=decision,
            by=names_of(view, decision.by),
            due=due_line(view, book, gathering, decision),
        )
        for number, decision in enumerate(meeting.decision, 1)
    )
    return Account(
        meeting=meeting,
        when=when(view, meeting),
        who=tuple(_participants(view, meeting)),
        level=view.words.say(LEVEL_WORDS[meeting.level]),
        stated_by=names_of(view, meeting.stated_by),
        decisions=decisions,
        next_by=next_line(view, book, gathering, meeting),
    )


def when(view: View, meeting: Meeting) -> str:
    """`30 January 2021`, `1 to 3 May`, or its moments in the reader's zone."""
    words = view.words
    if meeting.day is not None:
        first = words.day(meeting.day)
        if meeting.day_latest is None or meeting.day_latest == meeting.day:
            return first
        return words.gettext("{first} to {last}").format(first=first, last=words.day(meeting.day_latest))
    took_place = meeting.range(view.watch.zone)
    first = view.telling.moment(took_place.earliest)
    if took_place.is_exact:
        return first
    return words.gettext("{first} to {last}").format(first=first, last=view.telling.moment(took_place.latest))


def name_of(view: View, code: str) -> str:
    """A party, a body, an organisation or a delegation by the name that the watch gives it."""
    watch, words = view.watch, view.words
    speakers = {organisation.id: organisation.names for organisation in watch.organisations}
    speakers |= {party.id: party.names for party in watch.agreement.party}
    speakers |= {body.id: body.names for body in watch.agreement.body}
    if code in speakers:
        return printable(words.name(speakers[code], otherwise=code))
    for delegation in watch.settings.delegation:
        if delegation.id == code:
            name = printable(words.name(delegation.names, otherwise=code))
            return words.gettext("{name} (delegation)").format(name=name)
    return code


def names_of(view: View, codes: Iterable[str]) -> str:
    return ", ".join(name_of(view, code) for code in codes)


def _participants(view: View, meeting: Meeting) -> Iterable[str]:
    for each in meeting.who:
        office = printable(view.words.name(each.office)) if each.office else ""
        if each.id and office:
            yield view.words.gettext("{name}, {office}").format(name=name_of(view, each.id), office=office)
        else:
            yield name_of(view, each.id) if each.id else office or view.words.gettext("erased")


def due_line(view: View, book: MeetingBook, gathering: Gathering, decision: Decision) -> DueLine | None:
    """By when a decision is to be done, and once that has passed what the record has since; of nobody's fault."""
    due_at = decision.due_at(view.watch.zone)
    if decision.due is None or due_at is None:
        return None
    day = view.words.day(decision.due)
    if due_at > book.now:
        return DueLine(text=view.words.gettext("by {day}").format(day=day))
    if not decision.clauses:
        return DueLine(text=view.words.gettext("by {day}; that day has passed").format(day=day))
    later = later_about(decision.clauses, gathering, book.gatherings(), view.watch.agreement, view.watch.zone)
    return _with_later(view, later, view.words.gettext("by {day}; nothing on record since").format(day=day), day)


def next_line(view: View, book: MeetingBook, gathering: Gathering, meeting: Meeting) -> DueLine | None:
    """By when the next one is to be held, and once that has passed which ones of this level are on record."""
    due_at = meeting.next_due(view.watch.zone)
    if meeting.next_by is None or due_at is None:
        return None
    day = view.words.day(meeting.next_by)
    if due_at > book.now:
        return DueLine(text=view.words.gettext("by {day}").format(day=day))
    later = later_of_level(gathering, book.gatherings(), view.watch.zone)
    nothing = view.words.gettext("by {day}; no meeting of this level on record since").format(day=day)
    return _with_later(view, later, nothing, day)


def _with_later(view: View, later: Sequence[Gathering], nothing: str, day: str) -> DueLine:
    if not later:
        return DueLine(text=nothing)
    text = view.words.gettext("by {day}; also on record:").format(day=day)
    return DueLine(text=text, links=tuple(each.id for each in reversed(later)))


def standing_words(view: View, gathering: Gathering) -> Message:
    """Whose claim it is that the meeting took place."""
    voices = gathering.voices(view.watch.agreement)
    if len(voices) > 1:
        return Message("Stated by {names}, each for itself.", names=names_of(view, voices))
    if len(gathering.accounts) > 1:
        return Message("A claim of its sources; fewer than two of the bound parties state it themselves.")
    return Message("A claim of its source; fewer than two of the bound parties state it themselves.")
