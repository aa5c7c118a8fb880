"""What the shift has of an incident, and offers to do with it: to ask somebody to look, or to let us in."""

from __future__ import annotations

from urllib.parse import urlencode

from trucewatch.desks.base import BesideIncident
from trucewatch.desks.watchkeeping.task_shown import incident_about
from trucewatch.messages import Message
from trucewatch.model.roles import Right
from trucewatch.pipeline.duty_tasking import tasks_about
from trucewatch.server.view import View
from trucewatch.store.duty_task_records import tasks_on_record


def lines(view: View, code: str) -> tuple[BesideIncident, ...]:
    """The tasks about an incident, for who reads inside; a link for whoever stands the watch."""
    about = incident_about(view, f"incident:{code}")
    about_it = tasks_about(tasks_on_record(view.console.store), about) if view.may(Right.INSIDE) else ()
    links = tuple(
        BesideIncident(label=Message("Task {code}", code=task.code), path=f"/shift/tasks/{task.code}")
        for task in about_it
    )
    if view.snapshot.is_replay or not view.may(Right.SHIFT):
        return links
    path = f"/shift/tasks/ask?{urlencode({'about': f'incident:{code}'})}"
    return (*links, BesideIncident(label=Message("Ask for …"), path=path, stands="in_menu"))
