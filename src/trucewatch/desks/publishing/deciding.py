"""Decisions as pages tell them: what is let out, to whom, how finely, how it stands, and what the recipient would be
told, in the very words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Final

from trucewatch.errors import StoreError
from trucewatch.locale.sanitize import printable
from trucewatch.messages import Message, Term
from trucewatch.model.decisions import OPENS_WORDS, Decision, bars
from trucewatch.model.incident import Incident
from trucewatch.model.review import Case
from trucewatch.pipeline.deciding_release import covers
from trucewatch.pipeline.leaving_by_decision import opened_by
from trucewatch.pipeline.review_book import ReviewBook
from trucewatch.reports.daily_build import public_part
from trucewatch.reports.decided_lines import DecidedTold
from trucewatch.reports.decided_told import told_by
from trucewatch.reports.decided_words import sentences_of
from trucewatch.server.refusal import RefusalError
from trucewatch.server.view import View
from trucewatch.store.decision_records import clock_not_set_back

PLACE_WORDS: Final = {
    "zone": Term("decision", "its zone"),
    "cell": Term("decision", "a cell"),
    "exact": Term("decision", "its point, with how far off it may be"),
}
UNIT_WORDS: Final = {
    "minute": Term("decision", "to the minute"),
    "quarter": Term("decision", "to the quarter of an hour"),
    "hour": Term("decision", "to the hour"),
    "day": Term("decision", "to the day"),
}
NEVER: Final = (
    Message("who called, wrote or came, and where they are"),
    Message("observers, posts and devices, and where they stand"),
    Message("names and data of persons"),
    Message("where fire came from, finer than by its zone, within 24 hours"),
    Message("movements of people and vehicles, within 24 hours"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What one recipient would be told by a decision: the sentences, or why none."""

    name: str
    sentences: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionView:
    """A decision as pages tell it."""

    decision: Decision
    what: tuple[Term, ...]
    to: tuple[str, ...]
    fineness: Message | None
    about: Message
    about_path: str
    standing: Message
    reason: str | Message
    is_open: bool


def book_of(view: View) -> ReviewBook:
    """The cases as they stand at the page's clock."""
    return ReviewBook(view.console.store, view.console.snapshot.watch, view.clock)


def case_named(view: View, code: str) -> Case:
    """The case of a code. Raises RefusalError 404 if there is none."""
    try:
        return book_of(view).case(code.strip().upper())
    except StoreError as exc:
        raise RefusalError(404, exc.message) from exc


def event_named(view: View, incident_id: str, members: Iterable[str] = ()) -> Incident | None:
    """The event of an id, or the one that holds one of these reports now; None where there is none on the list."""
    row = view.snapshot.row_beginning(incident_id) if incident_id else None
    if row is not None:
        return view.snapshot.incident(row)
    first = next(iter(members), "")
    for place, ids in enumerate(view.snapshot.incidents["members"].to_pylist()) if first else ():
        if first in ids:
            return view.snapshot.incident(place)
    return None


def event_of_case(view: View, case: Case) -> Incident | None:
    return event_named(view, case.incident, case.members)


def clock_of(view: View) -> datetime:
    """The page's clock; where it is the watch's own, one that was set back is not earlier than what is on record."""
    return view.clock if view.snapshot.is_replay else clock_not_set_back(view.console.store, view.clock)


def decision_view(view: View, decision: Decision) -> DecisionView:
    is_case = decision.subject.startswith("R-")
    kept = view.console.store.typed.words_of(decision.reason)
    return DecisionView(
        decision=decision,
        what=tuple(OPENS_WORDS[each] for each in decision.opens),
        to=tuple(recipient_name(view, each) for each in decision.to),
        fineness=fineness_of(decision),
        about=Message("review {code}", code=decision.subject) if is_case else Message("an event of the list"),
        about_path=f"/review/{decision.subject}" if is_case else f"/incident/{decision.subject}",
        standing=standing_of(view, decision),
        reason=kept,
        is_open=decision.withdrawn is None and not decision.is_agreed and not decision.has_lapsed(clock_of(view)),
    )


def recipient_name(view: View, recipient_id: str) -> str:
    recipient = view.watch.recipient(recipient_id)
    return printable(view.words.name(recipient.names, otherwise=recipient_id)) if recipient else recipient_id


def fineness_of(decision: Decision) -> Message | None:
    """How finely an event is told; None of what is of no event."""
    if not decision.place or decision.unit not in UNIT_WORDS:
        return None
    if decision.place == "cell":
        return Message(
            "place: a cell of {metres} m; time: {unit}", metres=decision.cell_m, unit=UNIT_WORDS[decision.unit]
        )
    return Message("place: {place}; time: {unit}", place=PLACE_WORDS[decision.place], unit=UNIT_WORDS[decision.unit])


def standing_of(view: View, decision: Decision) -> Message:
    if decision.withdrawn is not None:
        return Message("Withdrawn: nothing more leaves by it.")
    if decision.agreed_known_at is not None:
        return Message(
            "Agreed by the head of each delegation, {moment}.", moment=view.telling.moment(decision.agreed_known_at)
        )
    due = view.telling.moment(decision.due)
    if decision.has_lapsed(clock_of(view)):
        return Message(
            "Lapsed, {moment}: by then not every head had agreed. Nobody’s silence agreed, and nothing leaves by it.",
            moment=due,
        )
    return Message("Inside only. The heads can agree to it until {moment}.", moment=due)


def barred_now(view: View, decision: Decision) -> tuple[Message, ...]:
    """Why nothing of a decision can leave as things are now, whoever agreed."""
    case = case_named(view, decision.subject) if decision.subject.startswith("R-") else None
    incident = event_of_case(view, case) if case else event_named(view, decision.subject, decision.members)
    if incident is None and (case is None or case.incident):
        return (Message("The event is not on the list any more, so nothing of it can leave. Decide again."),)
    if incident is not None and decision.kind not in ("", incident.kind):
        return (Message("What kind of event it was stands otherwise since this was put. Decide again."),)
    if not covers(view.console.store, view.snapshot.watch, decision, incident):
        return (CHANGED,)
    troubles = tuple(bars(view.snapshot.watch, decision.opens, decision.place, incident, view.clock))
    if troubles or case is None:
        return troubles
    let_out = opened_by(view.console.store, view.snapshot.watch, decision, case, book_of(view))
    return () if let_out is not None else (GIVES_AWAY,)


CHANGED: Final = Message(
    "The event changed since this was put: what would be told of it now, the heads did not see. This decision no "
    "longer covers it, and nothing of the event leaves by it. Put the event to the heads again."
)
GIVES_AWAY: Final = Message(
    "The words name a device, a post, a person or a place by its coordinates, which no decision tells. Agree a wording "
    "without it, and let that out."
)


def told_to_each(view: View, decision: Decision, case: Case | None, *, is_new: bool = False) -> tuple[Told, ...]:
    """What each recipient would be told by a decision, in the reader's language. is_new: of one that is not put yet, by
    all that stands now. In a view that is whole."""
    if is_new:
        decision = replace(decision, recorded_at=datetime.max.replace(tzinfo=UTC))
    watch = view.snapshot.watch
    let_out = opened_by(view.console.store, watch, decision, case, book_of(view))
    inputs = view.assessment.report_inputs()
    tellings = []
    for recipient_id in decision.to:
        recipient = watch.recipient(recipient_id)
        if recipient is None:
            continue
        telling = told_by(inputs, recipient, let_out) if let_out is not None else None
        sentences = sentences_as_told(view, recipient_id, telling) if telling is not None else ()
        tellings.append(Told(name=recipient_name(view, recipient_id), sentences=sentences))
    return tuple(tellings)


def sentences_as_told(view: View, recipient_id: str, telling: DecidedTold) -> tuple[str, ...]:
    """The very sentences that a recipient is told, with places called as it is told of them."""
    watch = view.snapshot.watch
    recipient = watch.recipient(recipient_id)
    assert recipient is not None
    public = public_part(watch, recipient, view.assessment.as_of)
    return tuple(sentence for _, sentence in sentences_of(telling, public, view.words))
