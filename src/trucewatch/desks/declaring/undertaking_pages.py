"""Undertakings: the list by the days that the words name, one with what became of it, and the forms to enter a step
and to take one back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from fastapi import APIRouter
from starlette.datastructures import FormData
from starlette.responses import HTMLResponse, Response

from trucewatch.desks.declaring.undertaking_list import SHOWS, Show, undertaking_at, undertakings_by_day
from trucewatch.desks.declaring.wording import about_links, clause_choices, clock_of, voices, who_names
from trucewatch.errors import StoreError, TimeError, TrucewatchError
from trucewatch.locale.sanitize import printable
from trucewatch.messages import Message
from trucewatch.model.agreement_entries import AT_ONCE
from trucewatch.model.roles import Right
from trucewatch.model.statement_record import later_version
from trucewatch.model.typed_text import as_typed
from trucewatch.model.undertakings import (
    WORDS,
    Undertaking,
    UndertakingStep,
    Word,
    clock_message,
    undertaking_step_message,
)
from trucewatch.pipeline.agreement_entering import NotTakenError
from trucewatch.pipeline.annotation_checks import MOST
from trucewatch.pipeline.annotation_entering import REASONS
from trucewatch.pipeline.undertaking_steps import enter_step, take_back_step
from trucewatch.server.forms import Form, number_of, texts_of, typed_of
from trucewatch.server.refusal import RefusalError
from trucewatch.server.rights import needs
from trucewatch.server.toast import Toast, after
from trucewatch.server.view import CurrentView, View
from trucewatch.store.journal import Entry
from trucewatch.store.statement_records import statement_numbered
from trucewatch.store.undertaking_records import undertakings

_AT_ONCE_FOR: Final = timedelta(minutes=2)
"""How long the message that follows an entry may take it back without a typed reason."""
_TEXTS: Final = ("word", "name", "day", "says", "source", "known_at")
WORD_LABELS: Final[Mapping[Word, Message]] = {
    "done": Message("it is done"),
    "done_in_part": Message("it is done in part"),
    "not_done": Message("it is not done"),
    "later_day": Message("it will be done by a later day"),
    "withdrawn": Message("it is withdrawn"),
}
SHOW_LABELS: Final[Mapping[Show, Message]] = {
    "all": Message("all"),
    "running": Message("whose clock runs"),
    "passed": Message("whose clock has run out"),
    "open": Message("of which nothing was entered since"),
}

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """What a form brought: texts by field, and who was chosen."""

    texts: Mapping[str, str]
    by: tuple[str, ...] = ()

    def text(self, field: str) -> str:
        return self.texts.get(field, "")


@router.get("/undertakings")
@needs(Right.INSIDE)
def undertakings_page(view: CurrentView, show: str = "all", about: str = "", who: str = "") -> HTMLResponse:
    """The list, by the days that the words name; all, or a choice."""
    store, at = view.console.store, clock_of(view)
    every = undertakings(store, view.watch.zone, at)
    clauses = clause_choices(view)
    about = about if about in {name for name, _ in clauses} else ""
    people = [(name, label) for name, label in voices(view) if any(name in each.who for each in every)]
    who = who if who in {name for name, _ in people} else ""
    chosen: Show = next((name for name in SHOWS if name == show), "all")
    listed = undertakings_by_day(store, view.watch, at, show=chosen, about=about, who=who)
    return view.page(
        "declaring/undertakings.html.jinja",
        rows=[_row(view, each) for each in listed],
        has_any=bool(every),
        show=chosen,
        shows=SHOW_LABELS,
        about=about,
        clauses=clauses,
        who=who,
        people=people,
    )


@router.get("/undertakings/{number}")
@needs(Right.INSIDE)
def undertaking_page(view: CurrentView, number: str) -> HTMLResponse:
    return view.page("declaring/undertaking.html.jinja", **_whole(view, _named(view, number)))


@router.get("/undertakings/{number}/step")
@needs(Right.ASSESS)
def step_form(view: CurrentView, number: str) -> HTMLResponse:
    return _step_form(view, _named(view, number), _blank(view))


@router.post("/undertakings/{number}/step")
@needs(Right.ASSESS)
def step(view: CurrentView, number: str, form: Form) -> Response:
    typed = _typed_in(form)
    with view.writing() as now:
        undertaking = _named(now, number)
        try:
            now.refuse_in_replay()
            entry = _entered(now, undertaking, typed)
        except NotTakenError as exc:
            return _step_form(now, undertaking, typed, faults=exc.faults)
        except TrucewatchError as exc:
            return _step_form(now, undertaking, typed, trouble=exc.message)
    return stepped(view, entry)


@router.get("/undertakings/{number}/undo")
@needs(Right.ASSESS)
def undo_form(view: CurrentView, number: str, step: int = 0) -> HTMLResponse:
    return _undo_form(view, _named(view, number), step, "")


@router.post("/undertakings/{number}/undo")
@needs(Right.ASSESS)
def undo(view: CurrentView, number: str, form: Form) -> Response:
    """Take a step back. Straight after its entry no reason need be typed; later one is asked for."""
    reason = as_typed(typed_of(form, "reason"))
    of = number_of(form, "step") if "step" in form else _step_in(view)
    with view.writing() as now:
        undertaking = _named(now, number)
        standing = next((each for each in undertaking.standing_steps if each.number == of), None)
        is_at_once = standing is not None and now.console.now() - standing.recorded_at <= _AT_ONCE_FOR
        code = AT_ONCE if "reason" not in form and is_at_once else ""
        try:
            now.refuse_in_replay()
            entry = take_back_step(
                now.console.store,
                now.watch,
                undertaking.number,
                of,
                by=now.by,
                now=now.clock,
                reason=reason,
                reason_code=code,
            )
        except NotTakenError as exc:
            return _undo_form(now, undertaking, of, reason, faults=exc.faults)
        except TrucewatchError as exc:
            return _undo_form(now, undertaking, of, reason, trouble=exc.message)
    return step_undone(view, entry)


def stepped(view: View, entry: Entry) -> Response:
    """Back to the undertaking of which a step was entered."""
    number, of = int(entry.record["undertaking"]), int(entry.record["number"])
    receipt = Message("The step of {code} is entry {entry} of the ledger.", code=f"U-{number}", entry=entry.number)
    return after(f"/undertakings/U-{number}", Toast(receipt, undo=f"/undertakings/U-{number}/undo?step={of}"))


def step_undone(view: View, entry: Entry) -> Response:
    """Back to the undertaking of which a step was taken back."""
    receipt = Message("Taken back. That is entry {entry} of the ledger; both stay.", entry=entry.number)
    return after(f"/undertakings/U-{entry.record['number']}", Toast(receipt))


def _named(view: View, code: str) -> Undertaking:
    """The undertaking that an address names. Raises RefusalError 404 if there is none by now."""
    try:
        return undertaking_at(view.console.store, view.watch, clock_of(view), code)
    except StoreError as exc:
        raise RefusalError(404, exc.message) from exc


def _step_in(view: View) -> int:
    """What the message after an entry offers to take back, by its address; 0, which no step is, where it says none."""
    text = view.request.query_params.get("step", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else 0


def _entered(view: View, undertaking: Undertaking, typed: Typed) -> Entry:
    """Raises NotTakenError with all that is wrong with what was typed."""
    faults: dict[str, Message] = {}
    day, known_at = clock_of(view).astimezone(view.watch.zone).date(), clock_of(view)
    try:
        day = view.time_form.read_day(typed.text("day"))
    except TimeError as exc:
        faults["day"] = Message("{why}.", why=exc.message)
    try:
        known_at = view.time_form.read_moment(typed.text("known_at"))
    except TimeError as exc:
        faults["known_at"] = Message("{why}.", why=exc.message)
    word = next((word for word in WORDS if word == typed.text("word")), None)
    if word is None:
        faults["word"] = Message("Choose what is said of it.")
    who = tuple(each for each in (*typed.by, typed.text("name").strip()) if each)
    if not who:
        faults["by"] = Message("Say whose word it is: a party, a body, a delegation, or a name.")
    if not typed.text("source").strip():
        faults["source"] = Message("Say where anybody can read it, or who told it.")
    if faults or word is None:
        raise NotTakenError(faults)
    try:
        return enter_step(
            view.console.store,
            view.watch,
            undertaking.number,
            word=word,
            day=day,
            who=who,
            says=typed.text("says"),
            source=typed.text("source"),
            known_at=known_at,
            by=view.by,
            now=view.clock,
        )
    except NotTakenError as exc:
        raise NotTakenError({"by" if field == "who" else field: why for field, why in exc.faults.items()}) from exc


def _typed_in(form: FormData) -> Typed:
    return Typed(texts={name: as_typed(typed_of(form, name)) for name in _TEXTS}, by=tuple(texts_of(form, "by")))


def _blank(view: View) -> Typed:
    """What stands in the form before anybody typed: today, and now."""
    at = clock_of(view)
    day = view.time_form.write_day(at.astimezone(view.watch.zone).date())
    return Typed(texts={"day": day, "known_at": view.time_form.write_moment(at)})


def _row(view: View, undertaking: Undertaking) -> dict[str, Any]:
    steps = undertaking.standing_steps
    return {
        "undertaking": undertaking,
        "who": who_names(view, undertaking.who),
        "to": who_names(view, undertaking.to),
        "attributed_to": who_names(view, undertaking.attributed_to),
        "about": about_links(view, undertaking.about),
        "clock": clock_message(undertaking, clock_of(view)),
        "steps": [_step(view, each) for each in steps],
        "paragraph": _paragraph(undertaking),
    }


def _paragraph(undertaking: Undertaking) -> str:
    """The words in the reader's page of their statement."""
    query = f"language={undertaking.language}&version={undertaking.version}#{undertaking.paragraph}"
    return f"/statements/S-{undertaking.statement}?{query}"


def _step(view: View, step: UndertakingStep) -> dict[str, Any]:
    back = step.undone
    typed = view.console.store.words.read(back.reason) or "" if back and back.reason else ""
    return {
        "step": step,
        "words": undertaking_step_message(step, lambda who: who_names(view, who)),
        "says": printable(step.says),
        "source": printable(step.source),
        "back": back,
        "reason": printable(typed),
        "reason_words": REASONS.get(back.reason_code) if back else None,
    }


def _whole(view: View, undertaking: Undertaking) -> dict[str, Any]:
    erasable = [
        *(reference for step in undertaking.steps for reference in step.references.values()),
        *(step.undone.reason for step in undertaking.steps if step.undone and step.undone.reason),
    ]
    return _row(view, undertaking) | {
        "steps": [_step(view, each) for each in undertaking.steps],
        "later_version": _later_version(view, undertaking),
        "due": _due_words(view, undertaking.due),
        "erasable": [each for each in erasable if view.console.store.words.read(each) is not None],
        "can_act": not view.snapshot.is_replay and view.may(Right.ASSESS),
    }


def _later_version(view: View, undertaking: Undertaking) -> int:
    statement = statement_numbered(view.console.store, undertaking.statement)
    return later_version(statement, undertaking.language, undertaking.version, clock_of(view))


def _due_words(view: View, due: datetime | None) -> str:
    return view.telling.moment(due) if due else ""


def _step_form(
    view: View,
    undertaking: Undertaking,
    typed: Typed,
    *,
    faults: Mapping[str, Message] | None = None,
    trouble: Message | None = None,
) -> HTMLResponse:
    return view.page(
        "declaring/undertaking_step.html.jinja",
        status=422 if faults or trouble else 200,
        typed=typed,
        faults=faults or {},
        trouble=trouble or view.replay_trouble,
        word_labels=WORD_LABELS,
        people=voices(view),
        most=MOST,
        **_whole(view, undertaking),
    )


def _undo_form(
    view: View,
    undertaking: Undertaking,
    number: int,
    reason: str,
    *,
    faults: Mapping[str, Message] | None = None,
    trouble: Message | None = None,
) -> HTMLResponse:
    standing = undertaking.standing_steps
    number = number or (standing[-1].number if standing else 0)
    step = next((each for each in standing if each.number == number), None)
    return view.page(
        "declaring/undertaking_undo.html.jinja",
        status=422 if faults or trouble else 200,
        back_of=_step(view, step) if step else None,
        reason=reason,
        faults=faults or {},
        trouble=trouble or view.replay_trouble,
        most=MOST,
        **_whole(view, undertaking),
    )
