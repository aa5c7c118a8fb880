"""What must hold of a meeting, whoever states it: the same rules for a file, a form and a record."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, tzinfo
from typing import Final

from trucewatch.errors import TimeError
from trucewatch.messages import Amount, Message
from trucewatch.model.agreement import Agreement
from trucewatch.model.meetings import Meeting, Names
from trucewatch.model.times import zone_named
from trucewatch.model.typed_text import refusal_of

MOST: Final = {
    "names": 300,
    "place": 300,
    "office": 200,
    "agenda": 2000,
    "decision": 4000,
    "source": 600,
    "reason": 500,
}
"""Characters of what is typed."""
MOST_ITEMS: Final = 60
"""Items of an agenda, decisions, and who took part."""
ENTERED: Final = re.compile(r"M-\d{1,6}")
"""The ids that the program gives; none of a file is such."""
_ID_OF_FILE: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,59}")
_SHOWN: Final = 8

At = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Trouble:
    """What is wrong with a meeting, at which of its keys, and what to do next."""

    at: At
    what: Message
    remedy: Message

    @property
    def sentence(self) -> Message:
        return Message("{what}; {remedy}", what=self.what, remedy=self.remedy)


@dataclass(frozen=True, slots=True, kw_only=True)
class Vocabulary:
    """Which ids a meeting may name."""

    people: tuple[str, ...]
    """Parties, bodies and delegations."""
    speakers: tuple[str, ...]
    """Parties and bodies."""
    clauses: tuple[str, ...]
    instruments: tuple[str, ...]
    meetings: tuple[str, ...] = field(default=())
    """Of which it may be another account."""

    @classmethod
    def of(cls, agreement: Agreement, delegations: Iterable[str] = (), meetings: Iterable[str] = ()) -> Vocabulary:
        speakers = [*(party.id for party in agreement.party), *(body.id for body in agreement.body)]
        numbers = [provision.number for provision in agreement.provision]
        parts = [stipulation.id for _, stipulation in agreement.stipulations()]
        return cls(
            people=tuple(dict.fromkeys([*speakers, *delegations])),
            speakers=tuple(speakers),
            clauses=tuple(dict.fromkeys([*numbers, *parts])),
            instruments=tuple(instrument.id for instrument in agreement.instrument),
            meetings=tuple(meetings),
        )


def is_meeting_id(text: str) -> bool:
    """Whether a meeting can have this id: one of a file, or one that is entered, perhaps only later."""
    return bool(ENTERED.fullmatch(text) or _ID_OF_FILE.fullmatch(text))


def id_trouble(meeting: Meeting) -> Trouble | None:
    """Why an id of a file cannot be one."""
    if _ID_OF_FILE.fullmatch(meeting.id):
        return None
    return Trouble(
        ("id",),
        Message('the id "{id}" cannot be used', id=meeting.id[:40]),
        Message("write small letters, digits and hyphens; M-1 and its like are given to meetings that are entered"),
    )


def troubles(meeting: Meeting, words: Vocabulary, watch_zone: tzinfo) -> list[Trouble]:
    """Everything that is wrong with it, in the order of its keys."""
    days = list(_of_days(meeting))
    of_time = days or list(_of_order(meeting, watch_zone))
    return [
        *_of_words(("names",), meeting.names, "names", is_needed=True),
        *of_time,
        *_of_words(("place",), meeting.place, "place"),
        *_of_people(meeting, words),
        *_of_agenda(meeting, words),
        *_of_decisions(meeting, words),
        *_of_text(("source",), meeting.source, "source", is_needed=True),
        *_unknown(("stated_by",), meeting.stated_by, words.speakers, Message("a party or body")),
        *_of_account(meeting, words),
    ]


def _of_days(meeting: Meeting) -> Iterator[Trouble]:
    if (meeting.day is None) == (meeting.from_ is None):
        yield Trouble(
            ("day",),
            Message("it is not said in one way when it was"),
            Message("give its day, or from when until when it lasted, not both"),
        )
    if meeting.from_ is None and meeting.until is not None:
        yield Trouble(("until",), Message("it ends, and does not begin"), Message("give the moment when it began too"))
    if meeting.day is None and meeting.day_latest is not None:
        yield Trouble(("day_latest",), Message("it has a last day and no first"), Message("give its first day too"))
    if meeting.zone and (why := _zone_fault(meeting.zone)):
        yield Trouble(("zone",), why, Message('write an IANA name such as "Europe/Moscow"'))
    try:
        for day in (meeting.day, meeting.day_latest, meeting.next_by, *(each.due for each in meeting.decision)):
            _within_the_calendar(day)
    except TimeError as exc:
        yield Trouble(("day",), exc.message, Message("check the day"))


def _of_order(meeting: Meeting, watch_zone: tzinfo) -> Iterator[Trouble]:
    """What ends before it begins, is known before it took place, or is due before it was decided."""
    if meeting.from_ and meeting.until and meeting.until < meeting.from_:
        yield Trouble(("until",), Message("it ends before it begins"), Message("check both moments"))
        return
    if meeting.day and meeting.day_latest and meeting.day_latest < meeting.day:
        yield Trouble(("day_latest",), Message("it ends before it begins"), Message("check both days"))
        return
    first = meeting.first_day(watch_zone)
    if meeting.known_at < meeting.range(watch_zone).earliest:
        yield Trouble(
            ("known_at",),
            Message("it would be known of before it took place"),
            Message("check both; a meeting that is to come stands under next_by of the one before it"),
        )
    for number, decision in enumerate(meeting.decision, 1):
        if decision.due is not None and decision.due < first:
            yield Trouble(
                ("decision", number - 1, "due"),
                Message(
                    "decision D-{number} is to be done by {due}, before the meeting ({day})",
                    number=number,
                    due=decision.due,
                    day=first,
                ),
                Message("check both days"),
            )
    if meeting.next_by is not None and meeting.next_by < first:
        yield Trouble(
            ("next_by",),
            Message("the next meeting is due by {due}, before this one ({day})", due=meeting.next_by, day=first),
            Message("check both days"),
        )


def _of_people(meeting: Meeting, words: Vocabulary) -> Iterator[Trouble]:
    if not meeting.who:
        yield Trouble(("who",), Message("nobody took part"), Message("name who met: by id, or by an office"))
    yield from _too_many(("who",), len(meeting.who))
    for number, participant in enumerate(meeting.who):
        at: At = ("who", number)
        if participant.id:
            yield from _unknown((*at, "id"), (participant.id,), words.people, Message("a party, body or delegation"))
        elif not participant.office:
            yield Trouble(at, Message("a participant has neither id nor office"), Message("give one of them"))
        yield from _of_words((*at, "office"), participant.office, "office")


def _of_agenda(meeting: Meeting, words: Vocabulary) -> Iterator[Trouble]:
    if meeting.is_restricted and meeting.agenda:
        yield Trouble(
            ("agenda", 0),
            Message("a restricted meeting has no agenda on record"),
            Message("take the agenda out, or choose ordinary"),
        )
    yield from _too_many(("agenda",), len(meeting.agenda))
    for number, item in enumerate(meeting.agenda):
        yield from _of_words(("agenda", number, "words"), item.words, "agenda", is_needed=True)
        yield from _unknown(("agenda", number, "clauses"), item.clauses, words.clauses, Message("a clause"))


def _of_decisions(meeting: Meeting, words: Vocabulary) -> Iterator[Trouble]:
    yield from _too_many(("decision",), len(meeting.decision))
    for number, decision in enumerate(meeting.decision):
        at: At = ("decision", number)
        yield from _of_words((*at, "words"), decision.words, "decision", is_needed=True)
        yield from _unknown((*at, "clauses"), decision.clauses, words.clauses, Message("a clause"))
        yield from _unknown((*at, "instruments"), decision.instruments, words.instruments, Message("an instrument"))
        yield from _unknown((*at, "by"), decision.by, words.people, Message("a party, body or delegation"))
        if decision.zone and (why := _zone_fault(decision.zone)):
            yield Trouble((*at, "zone"), why, Message('write an IANA name such as "Europe/Moscow"'))


def _of_account(meeting: Meeting, words: Vocabulary) -> Iterator[Trouble]:
    if meeting.account_of == "":
        return
    if meeting.account_of == meeting.id:
        yield Trouble(("account_of",), Message("it is an account of itself"), Message("name the other one, or none"))
    else:
        yield from _unknown(("account_of",), (meeting.account_of,), words.meetings, Message("a meeting"))


def _unknown(at: At, named: Iterable[str], vocabulary: tuple[str, ...], what: Message) -> Iterator[Trouble]:
    for name in named:
        if name not in vocabulary:
            listed = ", ".join(vocabulary[:_SHOWN]) + (", …" if len(vocabulary) > _SHOWN else "")
            remedy = (
                Message("write one of: {words}", words=listed) if vocabulary else Message("leave it out: there is none")
            )
            yield Trouble(at, Message('"{name}" is no id of {what}', name=name[:40], what=what), remedy)


def _too_many(at: At, count: int) -> Iterator[Trouble]:
    if count > MOST_ITEMS:
        what = Message("there are {count} of them, at most {most} are kept", count=Amount(count), most=MOST_ITEMS)
        yield Trouble(at, what, Message("keep the weightiest, or enter a second meeting"))


def _of_words(at: At, words: Names, kind: str, *, is_needed: bool = False) -> Iterator[Trouble]:
    if not words:
        yield from _of_text(at, "", kind, is_needed=is_needed)
    for text in words.values():
        yield from _of_text(at, text, kind, is_needed=True)


def _of_text(at: At, text: str, kind: str, *, is_needed: bool = False) -> Iterator[Trouble]:
    if is_needed and not text.strip():
        yield Trouble(at, Message("this is empty"), Message("write it in words"))
    elif len(text) > MOST[kind]:
        what = Message(
            "this has {count} characters, at most {most} are kept", count=Amount(len(text)), most=Amount(MOST[kind])
        )
        yield Trouble(at, what, Message("shorten it"))
    elif why := refusal_of(text):
        yield Trouble(at, why, Message("then send it again"))


def _zone_fault(name: str) -> Message | None:
    try:
        zone_named(name)
    except TimeError as exc:
        return exc.message
    return None


def _within_the_calendar(day: date | None) -> None:
    if day is not None and not 1900 <= day.year <= 2200:
        raise TimeError(Message("{day} lies outside the years 1900 to 2200", day=day.isoformat()))


def typed_trouble(text: str, kind: str, *, is_needed: bool = False) -> Trouble | None:
    """What is wrong with one typed text, such as a reason."""
    return next(_of_text((kind,), text, kind, is_needed=is_needed), None)
