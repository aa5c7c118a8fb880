"""Tasks of the shift: who was asked for what, what came of it, and the forms to ask, answer and take back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from fastapi import APIRouter
from starlette.responses import HTMLResponse, Response

from trucewatch.desks.watchkeeping.task_shown import (
    SHORT,
    about_words,
    asked_of_words,
    choices,
    incident_about,
    step_rows,
    task_at,
    task_row,
)
from trucewatch.errors import TimeError, TrucewatchError
from trucewatch.messages import Message
from trucewatch.model.duty_task import SORT_WORDS, STEP_WORDS, DutyTask, TaskStep, task_code
from trucewatch.model.roles import Right
from trucewatch.pipeline.duty_tasking import (
    MOST,
    TaskDraft,
    TaskRefusedError,
    ask_task,
    step_task,
    steps_after,
    undo_task,
    where_words,
)
from trucewatch.server.forms import Form, number_of, typed_of
from trucewatch.server.rights import needs
from trucewatch.server.toast import Toast, after
from trucewatch.server.view import CurrentView, View
from trucewatch.store.drill_records import drill_now
from trucewatch.store.duty_task_records import tasks_on_record
from trucewatch.store.journal import Entry

ASK_FIELDS: Final = ("to", "name", "sort", "asks", "where", "about", "due")
STEP_FIELDS: Final = ("step", "words", "at", "where")
PAGE: Final = 100
"""How many closed tasks the list shows."""
router = APIRouter(include_in_schema=False)


@router.get("/shift/tasks")
@needs(Right.INSIDE)
def tasks(view: CurrentView) -> HTMLResponse:
    """Open tasks by when they are due, then those that are closed."""
    everything = [task for task in tasks_on_record(view.console.store) if task.asked_at <= view.clock]
    opened = sorted(
        (task for task in everything if task.is_open), key=lambda task: (task.due or task.asked_at, task.number)
    )
    closed = [task for task in reversed(everything) if not task.is_open]
    return view.page(
        "watchkeeping/tasks.html.jinja",
        opened=[task_row(view, task) for task in opened],
        closed=[task_row(view, task) for task in closed[:PAGE]],
        more=max(len(closed) - PAGE, 0),
        can_act=view.may(Right.SHIFT) and not view.snapshot.is_replay,
    )


@router.get("/shift/tasks/ask")
@needs(Right.SHIFT)
def ask_form(view: CurrentView, about: str = "", to: str = "") -> HTMLResponse:
    return _ask_page(view, {"about": incident_about(view, about)[:80], "to": to[:200], "sort": "look"})


@router.post("/shift/tasks/ask")
@needs(Right.SHIFT)
def ask(view: CurrentView, form: Form) -> Response:
    """Ask somebody for something."""
    typed = {name: typed_of(form, name) for name in ASK_FIELDS}
    faults: dict[str, Message] = {}
    due = _moment(view, typed["due"], "due", faults)
    try:
        with view.writing() as now:
            now.refuse_in_replay()
            if faults:
                raise TaskRefusedError(faults)
            draft = TaskDraft(
                to=typed["to"],
                name=typed["name"],
                sort=typed["sort"],
                asks=typed["asks"],
                where=typed["where"] if typed["sort"] == "access" else "",
                about=typed["about"],
                due=due,
            )
            task = ask_task(now.console.store, now.snapshot.watch, draft, by=now.by, now=now.clock)
    except TaskRefusedError as exc:
        return _ask_page(view, typed, faults=exc.faults)
    except TrucewatchError as exc:
        return _ask_page(view, typed, trouble=exc.message)
    return _to_asked(task.number, task.entry)


@router.get("/shift/tasks/{code}")
@needs(Right.INSIDE)
def task_page(view: CurrentView, code: str) -> HTMLResponse:
    return _page(view, code)


@router.post("/shift/tasks/{code}/step")
@needs(Right.SHIFT)
def step(view: CurrentView, code: str, form: Form) -> Response:
    """Enter what was answered."""
    typed = {name: typed_of(form, name) for name in STEP_FIELDS}
    task = task_at(view, code)
    faults: dict[str, Message] = {}
    at = _moment(view, typed["at"], "at", faults)
    chosen: TaskStep | None = next((each for each in steps_after(task) if each == typed["step"]), None)
    if chosen is None:
        faults["step"] = Message("Choose what came of it; another may have entered it meanwhile.")
    try:
        with view.writing() as now:
            now.refuse_in_replay()
            if faults or chosen is None:
                raise TaskRefusedError(faults)
            step_entered = step_task(
                now.console.store,
                now.snapshot.watch,
                code,
                chosen,
                by=now.by,
                now=now.clock,
                seen=number_of(form, "seen"),
                words=typed["words"],
                at=at,
                where=typed["where"],
            )
    except TaskRefusedError as exc:
        return _page(view, code, typed, faults=exc.faults)
    except TrucewatchError as exc:
        return _page(view, code, typed, trouble=exc.message)
    return _stepped(step_entered.task, step_entered.entry, chosen)


@router.post("/shift/tasks/{code}/undo")
@needs(Right.SHIFT)
def undo(view: CurrentView, code: str, form: Form) -> Response:
    """Take back the last step, or the task where none was entered. It says itself what it takes back."""
    text = typed_of(form, "entry") or view.request.query_params.get("entry", "")
    entry = int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1
    task_at(view, code)
    try:
        with view.writing() as now:
            now.refuse_in_replay()
            step_entered = undo_task(now.console.store, code, entry, by=now.by, now=now.clock)
    except TrucewatchError as exc:
        return _page(view, code, trouble=exc.message)
    return _stepped(step_entered.task, step_entered.entry, "undone")


def to_task(view: View, entry: Entry) -> Response:
    """Where an entry about a task led: its page."""
    record = entry.record
    if "task" in record:
        return _stepped(record["task"], entry.number, record["step"])
    return _to_asked(record["number"], entry.number)


def _to_asked(number: int, entry: int) -> Response:
    code = task_code(number)
    receipt = Message("{code} is asked. That is entry {entry} of the ledger.", code=code, entry=entry)
    return after(f"/shift/tasks/{code}", Toast(receipt, undo=f"/shift/tasks/{code}/undo?entry={entry}"))


def _stepped(number: int, entry: int, step: str) -> Response:
    code = task_code(number)
    if step == "undone":
        receipt = Message("Taken back. That is entry {entry} of the ledger; both stay.", entry=entry)
        return after(f"/shift/tasks/{code}", Toast(receipt))
    receipt = Message(
        "{code}: {step}. That is entry {entry} of the ledger.", code=code, step=STEP_WORDS[step], entry=entry
    )
    return after(f"/shift/tasks/{code}", Toast(receipt, undo=f"/shift/tasks/{code}/undo?entry={entry}"))


def _moment(view: View, text: str, field: str, faults: dict[str, Message]) -> datetime | None:
    """The moment of a field; None for an empty one, and for one with a fault."""
    if not text.strip():
        return None
    try:
        return view.time_form.read_moment(text)
    except TimeError as exc:
        faults[field] = exc.message
        return None


def _ask_page(
    view: View,
    typed: Mapping[str, str],
    *,
    faults: Mapping[str, Message] | None = None,
    trouble: Message | None = None,
) -> HTMLResponse:
    drill = drill_now(view.console.store)
    return view.page(
        "watchkeeping/task_ask.html.jinja",
        status=422 if faults or trouble else 200,
        typed=typed,
        faults=faults or {},
        trouble=trouble or view.replay_trouble,
        groups=choices(view),
        sorts=SORT_WORDS,
        about=about_words(view, typed.get("about", "")),
        most=MOST,
        is_drill=drill is not None,
        can_act=not view.snapshot.is_replay,
    )


def _page(
    view: View,
    code: str,
    typed: Mapping[str, str] | None = None,
    *,
    faults: Mapping[str, Message] | None = None,
    trouble: Message | None = None,
) -> HTMLResponse:
    task = task_at(view, code)
    may_act = view.may(Right.SHIFT)
    drill = drill_now(view.console.store)
    return view.page(
        "watchkeeping/task.html.jinja",
        status=422 if faults or trouble else 200,
        row=task_row(view, task, longest=MOST["asks"]),
        steps=step_rows(view, task),
        following=[(each, STEP_WORDS[each]) for each in steps_after(task)],
        typed=typed or _offered(task),
        faults=faults or {},
        trouble=trouble,
        most=MOST,
        short=SHORT,
        may_act=may_act,
        is_drill=drill is not None and not task.drill,
        who=asked_of_words(view, task),
        can_act=may_act and not view.snapshot.is_replay,
    )


def _offered(task: DutyTask) -> dict[str, str]:
    return {"where": where_words(task)}
