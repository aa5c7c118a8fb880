"""A line of the watch log: what was typed → the moment that it is about, the records it names; entered, struck out."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, time, timedelta, tzinfo
from typing import Final

from trucewatch.desks.watchkeeping.operations import ENTERING, NotEnteredError, Shifts, refuse, text_faults
from trucewatch.desks.watchkeeping.records import REASONS
from trucewatch.errors import StoreError
from trucewatch.messages import Message
from trucewatch.model.shift import AHEAD, LogLine, Shift
from trucewatch.model.times import as_utc
from trucewatch.store.journal import Entry
from trucewatch.store.shift_records import line_record, lines_on_record, shift_now, undo_record

_CODE: Final = re.compile(r"\b(CL|UM|C|L|T)-([1-9][0-9]{0,8})\b")
_INCIDENT: Final = re.compile(r"(?<![\w-])(?:i-[a-z2-7]{4,26}|[0-9]{3}(?:-[0-9]{3}){1,3})(?![\w-])")
_NAMED: Final = re.compile(f"{_CODE.pattern}|{_INCIDENT.pattern}")
_KINDS: Final = {"CL": "claim", "UM": "flash", "C": "complaint", "L": "letter", "T": "task"}
_PATHS: Final = {
    "claim": "/claims/",
    "flash": "/urgent/",
    "complaint": "/complaints/",
    "letter": "/letters/",
    "task": "/shift/tasks/",
}
_EARLIER: Final = re.compile(r"([01]?[0-9]|2[0-3]):([0-5][0-9])(?!\d)[ ,:]*(?=\S)")
MOST_ABOUT: Final = 20


def enter_line(
    shifts: Shifts,
    text: str,
    *,
    by: str,
    zone: tzinfo,
    at: datetime | None = None,
    incident_of: Callable[[str], str | None] = lambda word: None,
) -> Entry:
    """Enter a line under the shift that is on, or under none.

    at: when it was, where the form says; else an hour that the line begins with, `07:12 radio check`, in `zone`, and
    else now. incident_of: a word → the id of the incident that pages call so. Raises NotEnteredError, also for a moment
    further ahead than clocks may differ.
    """
    words, at = (text, as_utc(at).replace(microsecond=0)) if at else moment_of(text, shifts.now, zone)
    words = words.strip()
    refuse(text_faults("line", words, is_needed=True))
    if at - shifts.now > AHEAD:
        raise NotEnteredError(
            {
                "line": Message(
                    "{at} lies ahead of the watch's clock, which shows {moment}; correct the time.",
                    at=at,
                    moment=shifts.now,
                )
            }
        )
    with ENTERING:
        shift = shift_now(shifts.store)
        line = LogLine(
            entry=-1,
            shift=shift.number if shift else 0,
            at=at,
            known_at=shifts.now,
            recorded_at=shifts.now,
            words=shifts.store.keep_words(words),
            about=named_in(words, incident_of),
            by=shifts.who(by),
            **shifts.label,
        )
        return shifts.enter([line_record(line)])


def strike_line(shifts: Shifts, entry: int, *, by: str, reason: str = "", reason_code: str = "") -> Entry:
    """Strike a line out by another entry, with a reason; both stay. Raises StoreError, NotEnteredError."""
    if reason_code not in REASONS:
        refuse(text_faults("reason", reason, is_needed=True))
    with ENTERING:
        line = lines_on_record(shifts.store).get(entry)
        if line is None:
            raise StoreError(Message("entry {entry} is no line of the log; nothing was entered", entry=entry))
        if line.struck:
            raise StoreError(Message("line {entry} is struck out already; nothing was entered", entry=entry))
        return shifts.enter(
            [
                undo_record(
                    shift=line.shift,
                    undoes=entry,
                    is_line=True,
                    reason="" if reason_code in REASONS else shifts.store.keep_words(reason.strip()),
                    reason_code=reason_code if reason_code in REASONS else "",
                    by=shifts.who(by),
                    known_at=shifts.now,
                )
            ]
        )


def moment_of(text: str, now: datetime, zone: tzinfo) -> tuple[str, datetime]:
    """The words of a line without the hour that it begins with, and the latest moment of that hour which is not ahead
    by more than clocks may differ; `now` where it begins with none."""
    text = text.strip()
    match = _EARLIER.match(text)
    if match is None:
        return text, now
    local = now.astimezone(zone)
    at = datetime.combine(local.date(), time(int(match[1]), int(match[2])), zone)
    if at - now > AHEAD:
        at = datetime.combine(local.date() - timedelta(days=1), time(int(match[1]), int(match[2])), zone)
    return text[match.end() :], as_utc(at)


def named_in(text: str, incident_of: Callable[[str], str | None] = lambda word: None) -> tuple[str, ...]:
    """What a line names by its code, each once, in its order.

    >>> named_in("called back about CL-7, see UM-3 and CL-7")
    ('claim:CL-7', 'flash:UM-3')
    """
    named: dict[str, int] = {}
    for match in _CODE.finditer(text):
        named.setdefault(f"{_KINDS[match[1]]}:{match[0]}", match.start())
    for match in _INCIDENT.finditer(text):
        if (incident := incident_of(match[0])) is not None:
            named.setdefault(f"incident:{incident}", match.start())
    return tuple(sorted(named, key=lambda each: named[each]))[:MOST_ABOUT]


def parted(text: str, leads_to: Callable[[str], str]) -> list[tuple[str, str]]:
    """A text in pieces, each with the address that it links to, or "". found: a code in a text, or a number of an
    incident → its address.

    >>> parted("see UM-3, then", lambda code: "/urgent/" + code)
    [('see ', ''), ('UM-3', '/urgent/UM-3'), (', then', '')]
    """
    pieces: list[tuple[str, str]] = []
    end = 0
    for match in _NAMED.finditer(text):
        if path := leads_to(match[0]):
            pieces += [(text[end : match.start()], ""), (match[0], path)]
            end = match.end()
    return [piece for piece in (*pieces, (text[end:], "")) if piece[0]]


def path_of(about: str) -> str:
    """Where a record that a line names is found; "" for an incident, which pages call otherwise from list to list.

    >>> path_of("claim:CL-7")
    '/claims/CL-7'
    """
    kind, _, code = about.partition(":")
    return _PATHS[kind] + code if kind in _PATHS else ""


def is_before(line: LogLine, shift: Shift | None) -> bool:
    """Whether a line is about a moment before its shift began."""
    return shift is not None and line.at < shift.began_at
