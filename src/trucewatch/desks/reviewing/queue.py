"""What waits for whom, grouped by event: what waits for whoever asks first, then what the clock ends first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from urllib.parse import urlencode

from trucewatch.desks.reviewing.acting import book_of, delegation_of, letters_of
from trucewatch.desks.reviewing.case_states import ends_at, until_words, waits_words
from trucewatch.desks.reviewing.case_words import SideLine, paused_words, sides_of, title_of
from trucewatch.desks.reviewing.changed_meanwhile import is_gone
from trucewatch.desks.reviewing.opened import has_opened
from trucewatch.messages import Message
from trucewatch.model.review import STATE_WORDS, Case, CaseState
from trucewatch.pipeline.review_book import ReviewBook
from trucewatch.server.view import View

ROWS_AT_ONCE: Final = 50
"""Closed cases of one page; of those that wait all are shown, up to MOST_OPEN."""
MOST_OPEN: Final = 400
CLOSED: Final[tuple[CaseState, ...]] = ("agreed", "agreed_in_part", "not_agreed", "withheld", "closed_unreviewed")
CHOICES: Final = ("open", "mine", "closed", *CLOSED, "all")
"""Which cases the address asks for: `open` those that wait, `mine` those that wait for one's own delegation."""


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueRow:
    """One case as the list has it. waits: what it waits for from the delegation of whoever asks, None for nothing."""

    case: Case
    clause: str
    sides: tuple[SideLine, ...]
    until: Message
    due: datetime | None
    paused: Message | None
    waits: Message | None
    is_opened: bool
    own: str
    """How the delegation of whoever asks stands in it; "" for who works for none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueGroup:
    """The cases of one event. title: what it is, as it was put last; path: of its page, "" where the list of today has
    it no more under this id."""

    incident: str
    title: str
    path: str
    rows: tuple[QueueRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What the address asks for. page: from 1, of closed cases."""

    state: str = "open"
    delegation: str = ""
    page: int = 1

    @property
    def is_waiting(self) -> bool:
        return self.state in ("open", "mine")

    def address(self, **changed: object) -> str:
        values = {"state": self.state, "delegation": self.delegation, "page": str(self.page)} | changed
        kept = {name: str(value) for name, value in values.items() if str(value) not in ("", "1", "open")}
        return f"/review?{urlencode(kept)}" if kept else "/review"


@dataclass(frozen=True, slots=True, kw_only=True)
class Queue:
    """What a page shows. own: the delegation of whoever asks, "" for none; counts: cases by choice; shown: how many
    rows there are in all pages; last: the number of the last page; anew: open cases that late evidence made, each after
    the code of the one before it; gone: what was judged and is no longer on the list."""

    wanted: Asked
    own: str
    groups: tuple[QueueGroup, ...]
    counts: Mapping[str, int]
    rows_shown: int
    last: int
    left: Mapping[str, datetime] = field(default_factory=dict)
    anew: tuple[tuple[str, str], ...] = ()
    gone: tuple[str, ...] = ()

    @property
    def has_any(self) -> bool:
        return self.counts["all"] > 0


def asked_for(view: View, state: str, delegation: str, page: int) -> Asked:
    """The same of an address, with what is known of it alone."""
    is_known = delegation in view.watch.delegation_ids
    return Asked(
        state=state if state in CHOICES else "open", delegation=delegation if is_known else "", page=max(1, page)
    )


def queue_of(view: View, wanted: Asked) -> Queue:
    """The list of one page. What is written of a case in words is worked out for the rows of that page alone."""
    book, own = book_of(view), delegation_of(view)
    cases = book.cases()
    open_cases = [case for case in cases if case.outcome is None]
    waits = _waits(book, open_cases, own, view.by)
    counts = _counts(cases, waits)
    chosen = _chosen(cases, waits, book, wanted)
    rows_shown, last = len(chosen), max(1, -(-len(chosen) // ROWS_AT_ONCE))
    if wanted.is_waiting:
        chosen, last = chosen[:MOST_OPEN], 1
    else:
        page = min(wanted.page, last)
        chosen = chosen[(page - 1) * ROWS_AT_ONCE : page * ROWS_AT_ONCE]
        wanted = Asked(state=wanted.state, delegation=wanted.delegation, page=page)
    return Queue(
        wanted=wanted,
        own=own,
        groups=_groups(view, chosen, waits),
        counts=counts,
        rows_shown=rows_shown,
        last=last,
        left=book.left(),
        anew=tuple((case.before, case.code) for case in open_cases if case.why == "late_evidence"),
        gone=tuple(case.code for case in cases if is_gone(view, case)),
    )


def waiting_for(book: ReviewBook, delegation: str, person: str) -> tuple[Case, ...]:
    """Open cases that wait for something of one of a delegation's people, by number."""
    open_cases = [case for case in book.cases() if case.outcome is None]
    waits = _waits(book, open_cases, delegation, person)
    return tuple(case for case in open_cases if case.code in waits)


def rows_of(view: View, cases: Sequence[Case], delegation: str) -> tuple[QueueGroup, ...]:
    """Some cases as the list has them, by event."""
    return _groups(view, cases, _waits(book_of(view), cases, delegation, view.by))


def _waits(book: ReviewBook, cases: Sequence[Case], delegation: str, person: str = "") -> dict[str, Message]:
    """What each case waits for from a delegation, or from one of its people, of those that do."""
    if not delegation:
        return {}
    matches = (
        (case, waits_words(case, delegation, book.done(case) if case.step == "open" else (), person)) for case in cases
    )
    return {case.code: words for case, words in matches if words is not None}


def _counts(cases: Sequence[Case], waits: Mapping[str, Message]) -> dict[str, int]:
    by_state = Counter(case.state for case in cases)
    counts = {state: by_state[state] for state in ("open", *CLOSED)}
    return counts | {"mine": len(waits), "closed": len(cases) - by_state["open"], "all": len(cases)}


def _chosen(cases: Sequence[Case], waits: Mapping[str, Message], book: ReviewBook, wanted: Asked) -> list[Case]:
    """Those that the address asks for: what waits in the order of the clock, what is closed the latest first."""
    if wanted.delegation:
        open_cases = [case for case in cases if case.outcome is None]
        of_delegation = set(_waits(book, open_cases, wanted.delegation))
        cases = [case for case in cases if case.outcome is not None or case.code in of_delegation]
    if wanted.is_waiting:
        matches = [case for case in cases if case.outcome is None and (wanted.state == "open" or case.code in waits)]
        return sorted(matches, key=lambda case: (case.code not in waits, _due(case), case.number))
    if wanted.state == "all":
        return list(reversed(cases))
    is_any = wanted.state == "closed"
    return [case for case in reversed(cases) if case.outcome and (is_any or case.state == wanted.state)]


def _due(case: Case) -> datetime:
    return ends_at(case) or case.due


def _groups(view: View, cases: Sequence[Case], waits: Mapping[str, Message]) -> tuple[QueueGroup, ...]:
    """By event; the event whose first case stands first is first."""
    by_incident: dict[str, list[Case]] = {}
    for case in cases:
        by_incident.setdefault(case.incident, []).append(case)
    letters, own = letters_of(view.watch), delegation_of(view)
    parts = {part.id: view.words.name(part.summary) for _, part in view.watch.agreement.stipulations()}
    return tuple(
        QueueGroup(
            incident=incident,
            title=title_of(view, max(group, key=lambda case: case.number)),
            path=_path_of(view, incident),
            rows=tuple(_row(view, case, letters, parts, waits.get(case.code), own) for case in group),
        )
        for incident, group in by_incident.items()
    )


def _row(
    view: View, case: Case, letters: Mapping[str, str], parts: Mapping[str, str], waits: Message | None, own: str
) -> QueueRow:
    until, due = until_words(case)
    return QueueRow(
        case=case,
        clause=parts.get(case.stipulation, ""),
        sides=sides_of(view, case, letters),
        until=until,
        due=due,
        paused=paused_words(view, case),
        waits=waits,
        is_opened=has_opened(view, case),
        own=str(case.standings.get(own, "")) if own else "",
    )


def _path_of(view: View, incident: str) -> str:
    row = view.snapshot.row_of.get(incident)
    return f"/incident/{view.snapshot.codes[row]}" if row is not None else ""


def choice_words() -> dict[str, Message]:
    """What each choice is called."""
    return {
        "open": Message("what waits"),
        "mine": Message("what waits for your delegation"),
        "closed": Message("all that is closed"),
        **{state: STATE_WORDS[state] for state in CLOSED},
        "all": Message("everything"),
    }
