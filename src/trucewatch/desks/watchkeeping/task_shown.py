"""What the pages of tasks share: one task by its number, whom one can ask, words for who was asked and about what."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import pyarrow.compute as pc

from trucewatch.errors import StoreError
from trucewatch.locale.sanitize import printable
from trucewatch.messages import Message
from trucewatch.model.duty_task import SORT_WORDS, STEP_WORDS, DutyTask, StepTaken
from trucewatch.model.roles import OF_A_DELEGATION
from trucewatch.pipeline.duty_tasking import where_words
from trucewatch.server.people_shown import person_words, side_words
from trucewatch.server.refusal import RefusalError
from trucewatch.server.view import View
from trucewatch.sources.recorded.refusal_rows import row_of_refusal
from trucewatch.store.duty_directory import duty_directory
from trucewatch.store.duty_task_records import access_refusals, steps_of, task_of
from trucewatch.store.role_records import grants_on_record

SHORT: Final = 160
"""Characters of what was asked that a row shows."""
_OTHER_PATHS: Final = {"claim": "/claims/", "flash": "/urgent/"}


def task_at(view: View, code: str) -> DutyTask:
    """The task that an address names. Raises RefusalError 404 if there is none."""
    try:
        return task_of(view.console.store, code)
    except StoreError as exc:
        raise RefusalError(404, exc.message) from exc


def choices(view: View) -> list[tuple[str, list[tuple[str, str]]]]:
    """Whom one can ask, in groups: value of the form and name."""
    watch, words, store = view.snapshot.watch, view.words, view.console.store
    sides = [("party", party.id) for party in watch.agreement.party if party.role != "centre"]
    sides += [("delegation", each.id) for each in watch.settings.delegation]
    bodies = [(body.id, body.names) for body in watch.agreement.body]
    sources = [(source.id, source.title) for source in watch.settings.source]
    now = view.console.now()
    people = dict.fromkeys(
        grant.person for grant in grants_on_record(store) if grant.is_held(now) and grant.role in OF_A_DELEGATION
    )

    def named(kind: str, rows: Sequence[tuple[str, Mapping[str, str]]]) -> list[tuple[str, str]]:
        return [(f"{kind}:{name}", printable(words.name(names, otherwise=name))) for name, names in rows]

    groups = [
        (
            words.gettext("Sides and delegations"),
            [(f"{kind}:{name}", side_words(name, watch, words)) for kind, name in sides],
        ),
        (words.gettext("Bodies"), named("body", bodies)),
        (
            words.gettext("Functions of the directory"),
            [(f"function:{line.code}", printable(f"{line.function} ({line.code})")) for line in duty_directory(store)],
        ),
        (words.gettext("Sources"), named("source", sources)),
        (
            words.gettext("People"),
            [
                *((f"person:{person}", person_words(view, person)) for person in people),
                ("person:", words.gettext("somebody else, by name")),
            ],
        ),
    ]
    return [(title, rows) for title, rows in groups if rows]


def asked_of_words(view: View, task: DutyTask) -> str:
    """Who was asked, by name for who may see it."""
    watch, words = view.snapshot.watch, view.words
    if task.to == "person":
        return person_words(view, task.to_id, at=task.recorded_at)
    if task.to == "function":
        line = next((each for each in duty_directory(view.console.store) if each.code == task.to_id), None)
        return printable(f"{line.function} ({line.code})") if line and line.function else task.to_id
    if task.to == "source":
        source = next((each for each in watch.settings.source if each.id == task.to_id), None)
        return printable(words.name(source.title, otherwise=source.id)) if source else task.to_id
    if task.to == "body":
        body = next((each for each in watch.agreement.body if each.id == task.to_id), None)
        return printable(words.name(body.names, otherwise=body.id)) if body else task.to_id
    return side_words(task.to_id, watch, words)


def about_words(view: View, about: str) -> dict[str, str] | None:
    """What a task is about, with where its page is; None for nothing."""
    kind, _, name = about.partition(":")
    if kind == "incident":
        row = view.snapshot.row_of.get(name)
        if row is None:
            return {"label": name, "path": ""}
        code = view.snapshot.codes[row]
        return {"label": code, "path": f"/incident/{code}"}
    return {"label": name, "path": f"{_OTHER_PATHS[kind]}{name}"} if kind in _OTHER_PATHS and name else None


def incident_about(view: View, about: str) -> str:
    """`incident:` with the id of the list, where a page names it by its number."""
    kind, _, name = about.partition(":")
    row = view.snapshot.row_of.get(name) if kind == "incident" else None
    return f"incident:{view.snapshot.ids[row]}" if row is not None else about


def task_row(view: View, task: DutyTask, *, longest: int = SHORT) -> dict[str, Any]:
    """A task as pages show it."""
    return {
        "task": task,
        "code": task.code,
        "who": asked_of_words(view, task),
        "sort": SORT_WORDS[task.sort],
        "asks": kept_text(view, task.asks, longest),
        "state": STEP_WORDS[task.state],
        "reason": kept_text(view, task.reason, longest) if task.reason else "",
        "about": about_words(view, task.about),
        "is_late": task.is_open and task.due is not None and task.due < view.clock,
        "where": _place_words(task),
        "by": person_words(view, task.by, at=task.recorded_at),
        "incident": _incident_of(view, task),
    }


def step_rows(view: View, task: DutyTask) -> list[dict[str, Any]]:
    """What was entered of a task, in order."""
    return [_step_row(view, step) for step in steps_of(view.console.store, task.number)]


def kept_text(view: View, reference: str, longest: int) -> str | Message:
    """What was typed, in one line and cut for a row; or that it was erased."""
    text = view.console.store.typed.words_of(reference)
    if isinstance(text, Message):
        return text
    return text if len(text) <= longest else f"{text[:longest]}…"


def _step_row(view: View, step: StepTaken) -> dict[str, Any]:
    return {
        "step": step,
        "label": STEP_WORDS[step.step],
        "words": view.console.store.typed.words_of(step.words) if step.words else "",
        "by": person_words(view, step.by, at=step.recorded_at),
    }


def _place_words(task: DutyTask) -> str:
    place = task.place
    if place is None:
        return ""
    degrees = where_words(task)
    return printable(f"{place.place_name} ({degrees})" if place.place_name else degrees)


def _incident_of(view: View, task: DutyTask) -> str:
    """The number of the incident of which a refusal of access is part; "" while it is in none of the list."""
    if task.state != "refused" or task.sort != "access":
        return ""
    if not any(each.task == task.number and each.in_list for each in access_refusals(view.console.store)):
        return ""
    name = row_of_refusal(task.number)
    members = view.snapshot.incidents["members"].combine_chunks()
    at = pc.index(members.flatten(), name).as_py()
    return view.snapshot.codes[pc.list_parent_indices(members)[at].as_py()] if at >= 0 else ""
