"""The line check: one page with a row for each line that is checked in a shift, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from fastapi import APIRouter
from starlette.datastructures import FormData
from starlette.responses import HTMLResponse, Response

from trucewatch.desks.telephoning.operations import MOST, NotEnteredError, TypedCheck
from trucewatch.desks.telephoning.pages import entries_in
from trucewatch.desks.telephoning.shown import check_row, directory_of, name_of, state_row
from trucewatch.errors import TrucewatchError
from trucewatch.messages import Amount, Message
from trucewatch.model.duty_line import RESULT_WORDS
from trucewatch.model.roles import KEEPS_DIRECTORY
from trucewatch.server.forms import Form, number_of, typed_of
from trucewatch.server.rights import needs
from trucewatch.server.toast import Toast, after
from trucewatch.server.view import CurrentView, View
from trucewatch.store.journal import Entry
from trucewatch.store.line_check_records import line_checks

RECENT = 30
"""How many checks the page lists."""
router = APIRouter(include_in_schema=False)


@router.get("/lines/check")
@needs(*KEEPS_DIRECTORY)
def check_form(view: CurrentView) -> HTMLResponse:
    return _page(view)


@router.post("/lines/check")
@needs(*KEEPS_DIRECTORY)
def check(view: CurrentView, form: Form) -> Response:
    """Enter what came of each line of which something was chosen."""
    typed = _typed(form, directory_of(view).to_check)
    try:
        with view.writing() as now:
            now.refuse_in_replay()
            entries = directory_of(now).check(typed, by=now.by)
    except NotEnteredError as exc:
        return _page(view, form, faults=exc.faults)
    except TrucewatchError as exc:
        return _page(view, form, trouble=exc.message)
    if len(entries) == 1:
        return checked(view, entries[0])
    receipt = Message("Line checks entered: {count}.", count=Amount(len(entries)))
    return after("/lines/check", Toast(receipt, undo=_undo(entries[0], len(entries))))


@router.post("/lines/check/undo")
@needs(*KEEPS_DIRECTORY)
def undo_check(view: CurrentView, form: Form) -> Response:
    """Take checks back. It says itself what it takes back, so no reason is typed."""
    try:
        with view.writing() as now:
            now.refuse_in_replay()
            entry = directory_of(now).undo_checks(entries_in(view.request, number_of(form, "entry")), by=now.by)
    except TrucewatchError as exc:
        return after("/lines/check", Toast(exc.message, trouble=True))
    return checked(view, entry)


def checked(view: View, entry: Entry) -> Response:
    """Back to the line check, with what was entered."""
    if entry.record["undoes"]:
        receipt = Message("Taken back. That is entry {entry} of the ledger.", entry=entry.number)
        return after("/lines/check", Toast(receipt))
    receipt = Message("The line check is entered: entry {entry} of the ledger.", entry=entry.number)
    return after("/lines/check", Toast(receipt, undo=_undo(entry, 1)))


def _undo(first: Entry, count: int) -> str:
    return f"/lines/check/undo?entry={first.number}&count={count}"


def _typed(form: FormData, lines: Sequence[str]) -> list[TypedCheck]:
    """The rows of the form of which something was filled in; a row with words alone is one whose result is missing."""
    rows = [
        TypedCheck(
            of=of,
            result=typed_of(form, f"result-{of}"),
            number=typed_of(form, f"number-{of}"),
            words=typed_of(form, f"words-{of}"),
        )
        for of in lines
    ]
    return [row for row in rows if row.result or row.words.strip()]


def _page(
    view: View,
    form: FormData | None = None,
    *,
    faults: Mapping[str, Message] | None = None,
    trouble: Message | None = None,
) -> HTMLResponse:
    directory = directory_of(view)
    states = [state_row(view, state) for state in directory.states()]
    recent = [each for each in reversed(line_checks(view.console.store)) if each.at <= directory.now][:RECENT]
    typed = {} if form is None else {name: typed_of(form, name) for name in form if name != "once"}
    return view.page(
        "telephoning/check.html.jinja",
        status=422 if faults or trouble else 200,
        states=states,
        results=RESULT_WORDS,
        recent=[(name_of(view, each.of), check_row(view, each)) for each in recent],
        typed=typed,
        faults=faults or {},
        trouble=trouble or view.replay_trouble,
        is_shift_known=directory.is_shift_known,
        most=MOST,
        can_act=not view.snapshot.is_replay,
    )
