"""What a side was told beside the rules and of reviews, and until when it can object in writing; the clock is the same
for all parties."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from trucewatch.desks.publishing.deciding import book_of, clock_of, recipient_name, sentences_as_told
from trucewatch.errors import StoreError
from trucewatch.locale.sanitize import printable
from trucewatch.messages import Message
from trucewatch.model.decisions import Decision
from trucewatch.model.incident import Incident
from trucewatch.model.report import ReportInputs
from trucewatch.model.review import OUTSIDE, STATE_WORDS, Case
from trucewatch.model.review_list import names_of_events
from trucewatch.model.watch import Recipient
from trucewatch.pipeline.deciding_release import decision_named
from trucewatch.pipeline.leaving_by_decision import reaches, told_at, told_of_case
from trucewatch.pipeline.review_effects import let_out_known
from trucewatch.reports.decided_lines import codes_issued
from trucewatch.reports.decided_told import event_listed, told_by
from trucewatch.server.view import View

ISSUED_BEFORE: Final = Message(
    "What was told of it stands in the reports that were issued to you. As things are now nothing more of it is told."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldToSide:
    """One thing that a side was told. code: inside the centre, `D-1` or `R-4`, which would tell a side how many there
    are of which it was not told. about: what its form sends, the hash of a decision, or a case's place in a report.
    until: when the clock runs out; None while another party was not told yet."""

    code: str
    about: str
    title: Message
    sentences: tuple[str, ...]
    until: datetime | None
    is_over: bool


def recipients_of(view: View, side: str) -> list[Recipient]:
    """To whom what is released reaches a side."""
    watch = view.snapshot.watch
    return [each for each in watch.settings.recipient if each.id == side or reaches(each, side, watch)]


def told_to_side(view: View, side: str) -> list[ToldToSide]:
    """What was let out to a side, then the reviews of which it was told how they came out. In a view that is whole."""
    return [*_decisions(view, side), *_cases(view, side)]


def _inputs(view: View) -> ReportInputs:
    """What reports take, with what is let out by now: the list that is shown was worked out before the last head
    agreed, and the clock of who may object runs already."""
    inputs = view.assessment.report_inputs()
    if view.snapshot.is_replay:
        return inputs
    opened, objections = let_out_known(view.console.store, view.snapshot.watch, view.clock)
    return replace(inputs, let_out=opened, objections=objections)


def _decisions(view: View, side: str) -> list[ToldToSide]:
    inputs = _inputs(view)
    lines: list[ToldToSide] = []
    for let_out in reversed(inputs.let_out):
        for recipient in recipients_of(view, side):
            decision = let_out.decision
            if recipient.id not in decision.to or any(each.code == decision.code for each in lines):
                continue
            telling = told_by(inputs, recipient, let_out)
            if telling is not None:
                sentences = sentences_as_told(view, recipient.id, telling)
            elif decision.code in codes_issued(inputs.earlier, recipient.id):
                sentences = (view.words.say(ISSUED_BEFORE),)
            else:
                continue
            since = told_at(view.snapshot.watch, decision, (), ())
            until = until_of(view, since)
            title = Message(
                "Let out to {recipient} by decision of the heads, {moment}",
                recipient=recipient_name(view, recipient.id),
                moment=view.telling.moment(since or decision.known_at),
            )
            lines.append(
                ToldToSide(
                    code=decision.code,
                    about=decision.digest,
                    title=title,
                    sentences=sentences,
                    until=until,
                    is_over=until is not None and clock_of(view) >= until,
                )
            )
    return lines


def _cases(view: View, side: str) -> list[ToldToSide]:
    publications, watch = view.assessment.earlier, view.snapshot.watch
    lines = []
    for case, names in _with_names(view, book_of(view).cases()):
        matches = told_of_case(watch, case, names, publications, side)
        if matches is None:
            continue
        publication, number = matches
        until = until_of(view, told_at(watch, case, names, publications))
        lines.append(
            ToldToSide(
                code=case.code,
                about=f"{publication.number}#{number}",
                title=Message("Report {report}, no. {number}", report=printable(publication.number), number=number),
                sentences=(view.words.say(Message("Review: {state}.", state=STATE_WORDS[OUTSIDE[case.state]])),),
                until=until,
                is_over=until is not None and clock_of(view) >= until,
            )
        )
    return lines


def _with_names(view: View, cases: Sequence[Case]) -> Iterator[tuple[Case, frozenset[str]]]:
    """Each case with the ids under which its event may have been told."""
    events = ((case.incident, case.members) for case in cases)
    return zip(cases, names_of_events(events, view.assessment.incidents), strict=True)


def until_of(view: View, since: datetime | None) -> datetime | None:
    """When the clock for objections runs out. since: when it began, None while it did not."""
    return since + timedelta(hours=view.snapshot.watch.settings.review.objection_hours) if since else None


def subject_of(view: View, side: str, about: str, *, on_paper: bool = False) -> tuple[str, datetime | None]:
    """The code that an objection names, and from when the clock runs: of what the side was told, by `about`; on paper
    by the code of the centre. Raises StoreError for what it was not told."""
    thing = _thing(view, side, about.strip(), on_paper=on_paper)
    if thing is None:
        raise StoreError(Message("Choose what you object to from what you were told; nothing was entered."))
    names = frozenset[str]()
    if isinstance(thing, Case):
        ((_, names),) = _with_names(view, [thing])
    return thing.code, told_at(view.snapshot.watch, thing, names, view.assessment.earlier)


def event_objected_to(view: View, code: str) -> Incident | None:
    """The event of which a decision or a case is, as the list has it; None for what is of none. In a view that is
    whole."""
    inputs = _inputs(view)
    of_decisions = ((each.decision.code, each.incident_id, each.members) for each in inputs.let_out)
    of_cases = ((each.code, each.incident, each.members) for each in book_of(view).cases())
    for name, incident_id, members in (*of_decisions, *of_cases):
        if name == code:
            return event_listed(inputs.incidents, incident_id, members)
    return None


def _thing(view: View, side: str, about: str, *, on_paper: bool) -> Decision | Case | None:
    watch = view.snapshot.watch
    lines = _decisions(view, side)
    if on_paper:
        codes = {each.code: each.code for each in lines}
    else:  # by its hash, or as the side counts what it was told
        codes = {each.about: each.code for each in lines}
        codes |= {f"D-{number}": each.code for number, each in enumerate(reversed(lines), 1)}
    if about in codes:
        return decision_named(view.console.store, watch, codes[about])
    for case, names in _with_names(view, book_of(view).cases()):
        matches = told_of_case(watch, case, names, view.assessment.earlier, side)
        if matches is not None and about in (case.code, f"{matches[0].number}#{matches[1]}"):
            return case
    return None


def codes_told(view: View, sides: Sequence[str]) -> list[str]:
    """What parties were told, by its code: for who enters a paper."""
    watch = view.snapshot.watch
    decided = [each.code for side in sides for each in _decisions(view, side)]
    cases = [
        case.code
        for case, names in _with_names(view, book_of(view).cases())
        if any(told_of_case(watch, case, names, view.assessment.earlier, side) for side in sides)
    ]
    return list(dict.fromkeys([*decided, *cases]))
