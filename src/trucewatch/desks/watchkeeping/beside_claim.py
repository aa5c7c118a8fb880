"""What the shift has of a claim, and offers to do with it: to ask somebody about it."""

from __future__ import annotations

from urllib.parse import urlencode

from trucewatch.desks.base import BesideClaim
from trucewatch.messages import Message
from trucewatch.model.roles import Right
from trucewatch.pipeline.duty_tasking import tasks_about
from trucewatch.server.view import View
from trucewatch.store.duty_task_records import tasks_on_record


def lines(view: View, code: str) -> tuple[BesideClaim, ...]:
    """The tasks about a claim, for who reads inside; a link for whoever stands the watch."""
    about = f"claim:{code}"
    tasks_of_it = tasks_about(tasks_on_record(view.console.store), about) if view.may(Right.INSIDE) else ()
    links = tuple(
        BesideClaim(label=Message("Task {code}", code=task.code), path=f"/shift/tasks/{task.code}")
        for task in tasks_of_it
    )
    if view.snapshot.is_replay or not view.may(Right.SHIFT):
        return links
    path = f"/shift/tasks/ask?{urlencode({'about': about})}"
    return (*links, BesideClaim(label=Message("Ask for …"), path=path))
