"""Initiatives: the list, one initiative, and the forms to propose, to enter a step and to take back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from fastapi import APIRouter
from starlette.responses import HTMLResponse, Response

from trucewatch.desks.proposing.forms import (
    PROPOSAL_FIELDS,
    STEP_FIELDS,
    Typed,
    Wording,
    about_words,
    clause_links,
    clauses,
    initiative_at,
    languages_of,
    list_of,
    names_of,
    origin_labels,
    people,
    proposal_in,
    sides_words,
    standing_words,
    step_in,
    typed_in,
    word_labels,
    wording_for,
    wordings,
)
from trucewatch.desks.proposing.operations import MOST_REASON, InitiativeList, Listed, NotEnteredError
from trucewatch.desks.proposing.records import AT_ONCE, REASONS
from trucewatch.errors import TrucewatchError
from trucewatch.locale.sanitize import printable
from trucewatch.messages import Message
from trucewatch.model.initiatives import MOST, step_message
from trucewatch.model.roles import Right
from trucewatch.model.typed_text import as_typed
from trucewatch.server.forms import Form, number_of, typed_of
from trucewatch.server.rights import needs
from trucewatch.server.toast import Toast, after
from trucewatch.server.view import CurrentView, View
from trucewatch.store.initiative_records import TakenBack, code_of
from trucewatch.store.journal import Entry

_AT_ONCE_FOR: Final = timedelta(minutes=2)
"""How long the message that follows an entry may take it back without a typed reason."""

router = APIRouter(include_in_schema=False)


@router.get("/initiatives")
@needs(Right.INSIDE)
def initiatives(view: CurrentView, show: str = "all", about: str = "") -> HTMLResponse:
    """The list: all, or the open ones; about everything, or about a clause or the work."""
    listed = list_of(view)
    choices = clauses(view)
    about = about if about in {name for name, _ in choices} else ""
    rows = [_row(view, row) for row in listed.listed(open_only=show == "open", about=about)]
    return view.page(
        "proposing/initiatives.html.jinja",
        rows=rows,
        has_any=bool(rows) or bool(listed.listed()),
        show="open" if show == "open" else "all",
        about=about,
        choices=choices,
    )


@router.get("/initiatives/new")
@needs(Right.ASSESS)
def new(view: CurrentView) -> HTMLResponse:
    return _proposal_form(view, _blank(view))


@router.post("/initiatives/new")
@needs(Right.ASSESS)
def propose(view: CurrentView, form: Form) -> Response:
    typed = typed_in(view, form, PROPOSAL_FIELDS, "what")
    try:
        with view.writing() as now:
            now.refuse_in_replay()
            entry = list_of(now).propose(proposal_in(now, typed), by=now.by)
    except NotEnteredError as exc:
        return _proposal_form(view, typed, faults=exc.faults)
    except TrucewatchError as exc:
        return _proposal_form(view, typed, trouble=exc.message)
    return proposed(view, entry)


@router.get("/initiatives/{number}")
@needs(Right.INSIDE)
def initiative_page(view: CurrentView, number: str) -> HTMLResponse:
    return view.page("proposing/initiative.html.jinja", **_whole(view, initiative_at(view, number)))


@router.get("/initiatives/{number}/step")
@needs(Right.ASSESS)
def step_form(view: CurrentView, number: str) -> HTMLResponse:
    return _step_form(view, initiative_at(view, number), _blank(view))


@router.post("/initiatives/{number}/step")
@needs(Right.ASSESS)
def enter_step(view: CurrentView, number: str, form: Form) -> Response:
    typed = typed_in(view, form, STEP_FIELDS, "says")
    with view.writing() as now:
        row = initiative_at(now, number)
        try:
            now.refuse_in_replay()
            code = row.initiative.code
            entry = list_of(now).take_step(code, step_in(now, code, typed), by=now.by)
        except NotEnteredError as exc:
            return _step_form(now, row, typed, faults=exc.faults)
        except TrucewatchError as exc:
            return _step_form(now, row, typed, trouble=exc.message)
    return stepped(view, entry)


@router.get("/initiatives/{number}/undo")
@needs(Right.ASSESS)
def undo_form(view: CurrentView, number: str) -> HTMLResponse:
    return _undo_form(view, initiative_at(view, number), "")


@router.post("/initiatives/{number}/undo")
@needs(Right.ASSESS)
def undo(view: CurrentView, number: str, form: Form) -> Response:
    """Take back what was entered last. Straight after an entry no reason need be typed; later one is asked for."""
    reason = as_typed(typed_of(form, "reason"))
    stands = number_of(form, "stands") if "stands" in form else _stands_in(view)
    with view.writing() as now:
        row = initiative_at(now, number)
        entered_at = _entered_last(row)
        is_at_once = entered_at is not None and now.console.now() - entered_at <= _AT_ONCE_FOR
        code = AT_ONCE if "reason" not in form and is_at_once else ""
        try:
            now.refuse_in_replay()
            entry = list_of(now).undo(row.initiative.code, stands, by=now.by, reason=reason, reason_code=code)
        except NotEnteredError as exc:
            return _undo_form(now, row, reason, faults=exc.faults)
        except TrucewatchError as exc:
            return _undo_form(now, row, reason, trouble=exc.message)
    return taken_back(view, entry)


def proposed(view: View, entry: Entry) -> Response:
    """On to an initiative that was entered."""
    code = code_of(entry.record["number"])
    receipt = Message("{number} is entered. It is entry {entry} of the ledger.", number=code, entry=entry.number)
    return after(f"/initiatives/{code}", Toast(receipt, undo=f"/initiatives/{code}/undo?stands=0"))


def stepped(view: View, entry: Entry) -> Response:
    """Back to the initiative of which a step was entered."""
    code, number = code_of(entry.record["initiative"]), entry.record["number"]
    receipt = Message("The step of {number} is entry {entry} of the ledger.", number=code, entry=entry.number)
    return after(f"/initiatives/{code}", Toast(receipt, undo=f"/initiatives/{code}/undo?stands={number}"))


def taken_back(view: View, entry: Entry) -> Response:
    """Back to the initiative of which something was taken back."""
    receipt = Message("Taken back. That is entry {entry} of the ledger; both stay.", entry=entry.number)
    return after(f"/initiatives/{code_of(entry.record['initiative'])}", Toast(receipt))


def _stands_in(view: View) -> int:
    """What the message after an entry offers to take back, by its address; -1, which nothing is, where it says none."""
    text = view.request.query_params.get("stands", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else -1


def _entered_last(row: Listed) -> datetime | None:
    step = row.entered.standing_step
    return step.recorded_at if step is not None else row.entered.recorded_at


def _row(view: View, row: Listed) -> dict[str, Any]:
    initiative = row.initiative
    return {
        "row": row,
        "initiative": initiative,
        "proposed_by": names_of(view, initiative.proposed_by),
        "to": names_of(view, initiative.to),
        "about": about_words(view, initiative.about),
        "wording": wording_for(view, initiative.what),
        "standing": standing_words(view, row),
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One entry about an initiative, as its page lists it."""

    what: Message
    entry: int
    at: datetime
    reason: Wording | None = None
    reason_words: Message | None = None
    """A reason that nobody had to type."""


def _whole(view: View, row: Listed) -> dict[str, Any]:
    """An initiative with everything that is on record of it."""
    listed, initiative, entered = list_of(view), row.initiative, row.entered
    steps = [(step, of) for step, of in entered.steps_with_entries if step.known_at <= listed.now]
    erasable = [
        *entered.references.values(),
        *(reference for step in entered.steps for reference in step.references.values()),
        *(back.reason for back in _backs(row) if back.reason),
    ]
    return _row(view, row) | {
        "wordings": wordings(initiative.what),
        "clauses": clause_links(view, initiative.about),
        "origin": origin_labels(view)[initiative.origin],
        "source": printable(initiative.source),
        "reference": printable(initiative.reference),
        "steps": [
            {
                "step": step,
                "words": step_message(step, lambda ids: names_of(view, ids)),
                "source": printable(step.source),
            }
            for step, _ in steps
        ],
        "sides": sides_words(view, row),
        "lines": _lines(listed, row),
        "erasable": [reference for reference in erasable if listed.words(reference) is not None],
        "can_act": not view.snapshot.is_replay,
        "is_out": entered.taken_back is not None,
        "stands": entered.stands,
    }


def _backs(row: Listed) -> list[TakenBack]:
    steps = [step.taken_back for step in row.entered.steps if step.taken_back is not None]
    return [*steps, *([row.entered.taken_back] if row.entered.taken_back else [])]


def _lines(listed: InitiativeList, row: Listed) -> list[Line]:
    """What was entered of an initiative, in the order of the ledger; nothing for what stands in a file."""
    entered, lines = row.entered, list[Line]()
    if entered.entry and entered.recorded_at is not None:
        lines.append(Line(what=Message("entered"), entry=entered.entry, at=entered.recorded_at))
    for step in entered.steps:
        if step.step.known_at > listed.now:
            continue
        lines.append(Line(what=Message("step {step}", step=step.number), entry=step.entry, at=step.recorded_at))
        if step.taken_back is not None:
            lines.append(_undone(listed, step.taken_back, Message("step {step} taken back", step=step.number)))
    if entered.taken_back is not None:
        lines.append(_undone(listed, entered.taken_back, Message("taken out, entered by mistake")))
    return sorted(lines, key=lambda line: line.entry)


def _undone(listed: InitiativeList, back: TakenBack, what: Message) -> Line:
    (reason,) = wordings({"": listed.words(back.reason) or ""}) if back.reason else (None,)
    return Line(
        what=what,
        entry=back.entry,
        at=back.recorded_at,
        reason=reason,
        reason_words=REASONS.get(back.reason_code),
    )


def _blank(view: View) -> Typed:
    """What stands in a form before anybody typed: today, and now."""
    listed, form = list_of(view), view.time_form
    day = form.write_day(listed.now.astimezone(listed.watch.zone).date())
    return Typed({"day": day, "known_at": form.write_moment(listed.now), "origin": "by_hand"}, {})


def _shared(view: View, typed: Typed, faults: Mapping[str, Message] | None) -> dict[str, Any]:
    return {
        "typed": typed,
        "faults": faults or {},
        "people": people(view),
        "tongues": [(language, view.words.language_name(language)) for language in _tongues(view)],
        "most": MOST,
        "can_act": not view.snapshot.is_replay,
    }


def _tongues(view: View) -> list[str]:
    """The languages in which words are typed, the reader's own first."""
    return sorted(languages_of(view), key=lambda language: language != view.words.language)


def _proposal_form(
    view: View, typed: Typed, *, faults: Mapping[str, Message] | None = None, trouble: Message | None = None
) -> HTMLResponse:
    return view.page(
        "proposing/new.html.jinja",
        status=422 if faults or trouble else 200,
        trouble=trouble or view.replay_trouble,
        choices=clauses(view),
        origins=origin_labels(view),
        **_shared(view, typed, faults),
    )


def _step_form(
    view: View,
    row: Listed,
    typed: Typed,
    *,
    faults: Mapping[str, Message] | None = None,
    trouble: Message | None = None,
) -> HTMLResponse:
    return view.page(
        "proposing/step.html.jinja",
        status=422 if faults or trouble else 200,
        trouble=trouble or view.replay_trouble,
        word_labels=word_labels(view),
        **_whole(view, row) | _shared(view, typed, faults),
    )


def _undo_form(
    view: View,
    row: Listed,
    reason: str,
    *,
    faults: Mapping[str, Message] | None = None,
    trouble: Message | None = None,
) -> HTMLResponse:
    step = row.entered.standing_step
    return view.page(
        "proposing/undo.html.jinja",
        status=422 if faults or trouble else 200,
        reason=reason,
        undone=step_message(step.step, lambda ids: names_of(view, ids)) if step is not None else None,
        undone_day=step.step.day if step is not None else None,
        faults=faults or {},
        trouble=trouble or view.replay_trouble,
        most_reason=MOST_REASON,
        **_whole(view, row),
    )
