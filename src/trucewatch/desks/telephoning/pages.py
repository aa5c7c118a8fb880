"""The directory by function: the list, adding, bringing a table, one function with its numbers, removing, undo."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any, Final

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from trucewatch.desks.telephoning.operations import NotEnteredError, typed_line_of
from trucewatch.desks.telephoning.shown import (
    directory_of,
    form_context,
    line_at,
    line_row,
    sees_numbers,
    state_row,
    typed_line_in,
)
from trucewatch.desks.telephoning.table import BETWEEN, COLUMNS, MOST_BYTES, RefusedRow, bring_table
from trucewatch.errors import TrucewatchError
from trucewatch.messages import Amount, Message
from trucewatch.model.duty_line import line_code
from trucewatch.model.roles import KEEPS_DIRECTORY, Right
from trucewatch.server.forms import Form, file_of, number_of
from trucewatch.server.rights import needs
from trucewatch.server.toast import Toast, after
from trucewatch.server.view import CurrentView, View
from trucewatch.store.journal import Entry

MOST_UNDONE: Final = 500
router = APIRouter(include_in_schema=False)


@router.get("/lines")
@needs(Right.INSIDE)
def lines(view: CurrentView) -> HTMLResponse:
    """The lines of the shift, and the directory."""
    return _list(view)


@router.get("/lines/add")
@needs(*KEEPS_DIRECTORY)
def add_form(view: CurrentView) -> HTMLResponse:
    return _form(view, "", {"of": view.request.query_params.get("of", "")[:60]})


@router.post("/lines/add")
@needs(*KEEPS_DIRECTORY)
def add(view: CurrentView, form: Form) -> Response:
    """A new function."""
    typed = typed_line_in(form)
    try:
        with view.writing() as now:
            now.refuse_in_replay()
            entry = directory_of(now).add(typed, by=now.by)
    except NotEnteredError as exc:
        return _form(view, "", asdict(typed), faults=exc.faults)
    except TrucewatchError as exc:
        return _form(view, "", asdict(typed), trouble=exc.message)
    return entered(view, entry)


@router.get("/lines/bring")
@needs(*KEEPS_DIRECTORY)
def bring_form(view: CurrentView) -> HTMLResponse:
    return _bring(view)


@router.post("/lines/bring")
@needs(*KEEPS_DIRECTORY)
def bring(view: CurrentView, form: Form) -> Response:
    """Functions from a table; what is refused is said line by line."""
    file = file_of(form, "file")
    if file is None:
        return _bring(view, trouble=Message("Choose a file first."))
    content = file.file.read(MOST_BYTES + 1)
    try:
        with view.writing() as now:
            now.refuse_in_replay()
            entries, refused = bring_table(directory_of(now), content, by=now.by)
    except TrucewatchError as exc:
        return _bring(view, trouble=exc.message)
    if refused or not entries:
        return _bring(view, entries=entries, refused=refused)
    receipt = Message("Functions added: {count}.", count=Amount(len(entries)))
    return after("/lines", Toast(receipt, undo=f"/lines/undo?entry={entries[0]}&count={len(entries)}"))


@router.post("/lines/undo")
@needs(*KEEPS_DIRECTORY)
def undo(view: CurrentView, form: Form) -> Response:
    """Take entries of the directory back. It says itself what it takes back, so no reason is typed."""
    try:
        with view.writing() as now:
            now.refuse_in_replay()
            entry = directory_of(now).undo(entries_in(view.request, number_of(form, "entry")), by=now.by)
    except TrucewatchError as exc:
        return after("/lines", Toast(exc.message, trouble=True))
    return entered(view, entry)


@router.get("/lines/{code}")
@needs(Right.INSIDE)
def line_page(view: CurrentView, code: str) -> HTMLResponse:
    """One function: its form for who may change it, else what is shown of it."""
    return _form(view, code)


@router.post("/lines/{code}/change")
@needs(*KEEPS_DIRECTORY)
def change(view: CurrentView, code: str, form: Form) -> Response:
    """Change what the directory says of a function."""
    typed = typed_line_in(form)
    line_at(view, code)
    try:
        with view.writing() as now:
            now.refuse_in_replay()
            entry = directory_of(now).change(code, typed, seen=number_of(form, "seen"), by=now.by)
    except NotEnteredError as exc:
        return _form(view, code, asdict(typed), faults=exc.faults)
    except TrucewatchError as exc:
        return _form(view, code, asdict(typed), trouble=exc.message)
    return entered(view, entry)


@router.post("/lines/{code}/remove")
@needs(*KEEPS_DIRECTORY)
def remove(view: CurrentView, code: str) -> Response:
    """Take a function out of the directory; the entry can be taken back."""
    line_at(view, code)
    try:
        with view.writing() as now:
            now.refuse_in_replay()
            entry = directory_of(now).remove(code, by=now.by)
    except TrucewatchError as exc:
        return _form(view, code, trouble=exc.message)
    return entered(view, entry)


def entered(view: View, entry: Entry) -> Response:
    """Back to the directory, with what was done and what undoes it."""
    record, number = entry.record, entry.number
    if record["act"] == "undone":
        return after("/lines", Toast(Message("Taken back. That is entry {entry} of the ledger.", entry=number)))
    sentence = {
        "added": Message("{code} is added. That is entry {entry} of the ledger.", code=_code(entry), entry=number),
        "changed": Message("{code} is changed. That is entry {entry} of the ledger.", code=_code(entry), entry=number),
        "removed": Message("{code} is removed. That is entry {entry} of the ledger.", code=_code(entry), entry=number),
    }[record["act"]]
    return after("/lines", Toast(sentence, undo=f"/lines/undo?entry={number}"))


def entries_in(request: Request, typed: int) -> set[int]:
    """The entries that a form, or what undoes an act, names: one, or so many from one on."""
    numbers = [request.query_params.get(name, "") for name in ("entry", "count")]
    first, count = (int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0 for text in numbers)
    first = first or typed
    return set(range(first, first + min(max(count, 1), MOST_UNDONE)))


def _code(entry: Entry) -> str:
    return line_code(int(entry.record["number"]))


def _list(view: View) -> HTMLResponse:
    directory = directory_of(view)
    try:
        states = [state_row(view, state) for state in directory.states()]
        trouble = None
    except TrucewatchError as exc:  # the watch's rule cannot be read
        states, trouble = [], exc.message
    return view.page(
        "telephoning/lines.html.jinja",
        states=states,
        lines=[line_row(view, line) for line in directory.lines()],
        sees_numbers=sees_numbers(view),
        is_shift_known=directory.is_shift_known,
        medical_line=directory.medical_line,
        trouble=trouble,
        can_act=view.may(*KEEPS_DIRECTORY) and not view.snapshot.is_replay,
    )


def _form(
    view: View,
    code: str,
    typed: Mapping[str, Any] | None = None,
    *,
    faults: Mapping[str, Message] | None = None,
    trouble: Message | None = None,
) -> HTMLResponse:
    line = line_at(view, code) if code else None
    if typed is None:
        typed = typed_line_of(line) if line and sees_numbers(view) else {}
    return view.page(
        "telephoning/line.html.jinja",
        status=422 if faults or trouble else 200,
        line=line_row(view, line) if line else None,
        seen=line.entry if line else 0,
        may_change=view.may(*KEEPS_DIRECTORY),
        sees_numbers=sees_numbers(view),
        **form_context(view, typed, faults=faults, trouble=trouble),
    )


def _bring(
    view: View,
    *,
    entries: list[int] | None = None,
    refused: list[RefusedRow] | None = None,
    trouble: Message | None = None,
) -> HTMLResponse:
    is_refused = entries is not None and not entries
    return view.page(
        "telephoning/bring.html.jinja",
        status=422 if trouble or is_refused else 200,
        entries=entries,
        refused=refused or (),
        trouble=trouble or view.replay_trouble,
        columns=COLUMNS,
        between=BETWEEN,
        can_act=not view.snapshot.is_replay,
    )
