"""Drills: begin one, end it, and those there were, with what was entered in each, apart from everything that is
real."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from fastapi import APIRouter
from starlette.responses import HTMLResponse, Response

from trucewatch.errors import TrucewatchError
from trucewatch.messages import Amount, Message, Plural, Term
from trucewatch.model.drill import Drill, DrillEnd
from trucewatch.model.roles import Right
from trucewatch.pipeline.drilling import (
    LONGEST_LABEL,
    Drilled,
    DrillRefusedError,
    begin_drill,
    drilled,
    end_drill,
    end_for_real,
)
from trucewatch.server.drill_shown import tell_drill, tell_drill_ended
from trucewatch.server.forms import Form, typed_of
from trucewatch.server.rights import needs
from trucewatch.server.toast import Toast, after
from trucewatch.server.view import CurrentView, View
from trucewatch.store.drill_records import drill_label, drills_on_record

SHOWN: Final = 100
"""How many past drills a page tells of."""
END_WORDS: Final = {
    "over": Term("drill", "over"),
    "real": Term("drill", "ended by something real"),
    "mistake": Term("drill", "begun by mistake"),
}

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class DrillRow:
    """A drill as the page tells it. counts: what was entered in it, each kind by itself."""

    drill: Drill
    label: str | Message
    counts: tuple[Message, ...]
    claims: tuple[str, ...]
    """Numbers of its claims."""


@router.get("/drills")
@needs(Right.INSIDE)
def drills(view: CurrentView) -> HTMLResponse:
    return _page(view)


@router.post("/drills/begin")
@needs(Right.SHIFT)
def begin(view: CurrentView, form: Form) -> Response:
    label = typed_of(form, "label")
    try:
        with view.writing() as now:
            now.refuse_in_replay()
            drill = begin_drill(now.console.store, now.watch, label, by=now.by, now=now.clock)
    except DrillRefusedError as exc:
        return _page(view, label=label, faults={"label": exc.message})
    except TrucewatchError as exc:
        return _page(view, label=label, trouble=exc.message)
    tell_drill(view)
    return after("/drills", Toast(Message("{drill} has begun. Every page says so until it ends.", drill=drill.code)))


@router.post("/drills/end")
@needs(Right.SHIFT)
def end(view: CurrentView, form: Form) -> Response:
    """It is over, or was begun by mistake."""
    try:
        with view.writing() as now:
            now.refuse_in_replay()
            why: DrillEnd = "mistake" if typed_of(form, "end") == "mistake" else "over"
            drill = end_drill(now.console.store, now.watch, end=why, by=now.by, now=now.clock)
    except TrucewatchError as exc:
        return _page(view, trouble=exc.message)
    tell_drill_ended(view, drill)
    return after("/drills", Toast(Message("{drill} is over. What is entered now is real.", drill=drill.code)))


@router.post("/drills/real")
@needs(Right.SHIFT, Right.TAKE, Right.FLASH)
def real(view: CurrentView) -> Response:
    """Something real came: the drill ends, and the form of a call stands open. Nothing is refused where somebody else
    ended it a moment before."""
    try:
        with view.writing() as now:
            now.refuse_in_replay()
            drill = end_for_real(now.console.store, now.watch, by=now.by, now=now.clock)
    except TrucewatchError as exc:
        return _page(view, trouble=exc.message)
    if drill is not None:
        tell_drill_ended(view, drill)
        ended = Message("{drill} is over. What is entered now is real.", drill=drill.code)
    else:
        ended = Message("No drill runs any more. What is entered now is real.")
    return after("/claims/new" if view.may(Right.TAKE) else "/drills", Toast(ended))


def _page(
    view: View, *, label: str = "", faults: dict[str, Message] | None = None, trouble: Message | None = None
) -> HTMLResponse:
    store = view.console.store
    recorded = drills_on_record(store)
    rows = [_row(view, drill) for drill in reversed(recorded[-SHOWN:])]
    return view.page(
        "watchkeeping/drills.html.jinja",
        status=422 if faults or trouble else 200,
        running=next((row for row in rows if row.drill.runs), None),
        past=[row for row in rows if not row.drill.runs],
        more=max(len(recorded) - SHOWN, 0),
        label=label,
        faults=faults or {},
        trouble=trouble or view.replay_trouble,
        most=LONGEST_LABEL,
        end_words=END_WORDS,
        can_act=not view.snapshot.is_replay and view.may(Right.SHIFT),
    )


def _row(view: View, drill: Drill) -> DrillRow:
    entered = drilled(view.console.store, drill)
    return DrillRow(
        drill=drill,
        label=drill_label(view.console.store, drill),
        counts=_counts(entered),
        claims=tuple(claim.code for claim in entered.claims),
    )


def _counts(entered: Drilled) -> tuple[Message, ...]:
    claims, flashes = len(entered.claims), len(entered.flashes)
    shifts, lines, tasks = len(entered.shifts), len(entered.lines), len(entered.tasks)
    return (
        Plural("{n} claim", "{n} claims", claims, n=Amount(claims)),
        Plural("{n} urgent message", "{n} urgent messages", flashes, n=Amount(flashes)),
        Plural("{n} shift", "{n} shifts", shifts, n=Amount(shifts)),
        Plural("{n} line of the log", "{n} lines of the log", lines, n=Amount(lines)),
        Plural("{n} task", "{n} tasks", tasks, n=Amount(tasks)),
    )
