"""Open tasks, for the board of the floor and for the hand-over of a shift."""

from __future__ import annotations

from trucewatch.desks.base import FloorItem
from trucewatch.desks.watchkeeping.task_shown import asked_of_words
from trucewatch.messages import Message
from trucewatch.model.duty_task import SORT_WORDS, STEP_WORDS, DutyTask
from trucewatch.model.roles import Right
from trucewatch.server.view import View
from trucewatch.store.duty_task_records import tasks_on_record


def task_items(view: View) -> tuple[FloorItem, ...]:
    """One item a task that is open: whose it is, and since and until when. What was asked in words stays on its
    page."""
    if not view.may(Right.INSIDE):
        return ()
    return tuple(_item(view, task) for task in tasks_on_record(view.console.store) if task.is_open)


def _item(view: View, task: DutyTask) -> FloorItem:
    label = Message(
        "{code} to {who}: {sort}, {state}",
        code=task.code,
        who=asked_of_words(view, task),
        sort=SORT_WORDS[task.sort],
        state=STEP_WORDS[task.state],
    )
    return FloorItem(
        part="task",
        label=label,
        path=f"/shift/tasks/{task.code}",
        since=task.asked_at,
        due=task.due,
        is_late=task.due is not None and task.due < view.clock,
        simulated=task.simulated and not view.snapshot.watch.settings.simulated,
        is_drill=bool(task.drill),
    )
