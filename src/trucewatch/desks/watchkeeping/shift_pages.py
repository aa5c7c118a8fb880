"""The shift: who is on and until when, to begin, come, go and end, and the shifts before."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from fastapi import APIRouter
from starlette.responses import HTMLResponse, Response

from trucewatch.desks.watchkeeping.forms import (
    AT_ONCE_FOR,
    comers_in,
    drill_words,
    late_words,
    log_of,
    name_words,
    on_words,
    shifts_of,
    span_words,
    typed_in,
    unsigned_words,
    who_may_come,
)
from trucewatch.desks.watchkeeping.log_lines import strike_line
from trucewatch.desks.watchkeeping.log_rows import Asked
from trucewatch.desks.watchkeeping.operations import MOST, NotEnteredError, lead_first
from trucewatch.desks.watchkeeping.records import AT_ONCE
from trucewatch.errors import StoreError, TrucewatchError, WatchError
from trucewatch.messages import Message
from trucewatch.model.roles import Right
from trucewatch.model.shift import Shift, shift_code
from trucewatch.server.forms import Form, text_of, texts_of, typed_of
from trucewatch.server.refusal import RefusalError
from trucewatch.server.rights import needs
from trucewatch.server.toast import Toast, after
from trucewatch.server.view import CurrentView, View
from trucewatch.store.journal import Entry
from trucewatch.store.kind_entries import first_recorded_at
from trucewatch.store.shift_records import (
    lines_on_record,
    shift_now,
    shift_of,
    shifts_on_record,
)

PAGE: Final = 30

router = APIRouter(include_in_schema=False)


@router.get("/shift")
@needs(Right.INSIDE)
def shift_shown(view: CurrentView, before: int = 0) -> HTMLResponse:
    """The shift that is on, or how one begins; and those before, a page of them."""
    return shift_page(view, before=before)


@router.get("/shift/of/{number}")
@needs(Right.INSIDE)
def earlier_shift(view: CurrentView, number: str) -> HTMLResponse:
    try:
        shift = shift_of(view.console.store, number)
    except StoreError as exc:
        raise RefusalError(404, exc.message) from exc
    log = log_of(view)
    return view.page(
        "watchkeeping/earlier.html.jinja",
        lines=len(log.entries(Asked(shift=shift.number, sort="line"))),
        acts=len(log.entries(Asked(shift=shift.number, sort="act"))),
        **shift_words(view, shift),
    )


@router.post("/shift/begin")
@needs(Right.SHIFT)
def begin(view: CurrentView, form: Form) -> Response:
    """Begin a shift; while another is on only for who says that they take over without its hand-over."""
    typed = typed_in(form, ("names", "takes_over"))
    chosen = {"on": texts_of(form, "on"), "lead": texts_of(form, "lead")}
    try:
        with view.writing() as now:
            now.refuse_in_replay()
            comers = comers_in(now, form)
            entry = shifts_of(now).begin(comers, by=now.by, takes_over=typed["takes_over"] == "yes")
    except NotEnteredError as exc:
        return shift_page(view, typed=typed, chosen=chosen, faults=exc.faults)
    except TrucewatchError as exc:
        return shift_page(view, typed=typed, chosen=chosen, trouble=exc.message)
    return moved(view, entry)


@router.post("/shift/come")
@needs(Right.SHIFT)
def come(view: CurrentView, form: Form) -> Response:
    """People come on."""
    typed = typed_in(form, ("names",))
    chosen = {"on": texts_of(form, "on"), "lead": texts_of(form, "lead")}
    try:
        with view.writing() as now:
            now.refuse_in_replay()
            entry = shifts_of(now).come(comers_in(now, form), by=now.by)
    except NotEnteredError as exc:
        return shift_page(view, typed=typed, chosen=chosen, faults=exc.faults)
    except TrucewatchError as exc:
        return shift_page(view, typed=typed, chosen=chosen, trouble=exc.message)
    return moved(view, entry)


@router.post("/shift/go")
@needs(Right.SHIFT)
def go(view: CurrentView, form: Form) -> Response:
    """Somebody goes, the others stay."""
    try:
        with view.writing() as now:
            now.refuse_in_replay()
            entry = shifts_of(now).go(text_of(form, "who", 60), by=now.by)
    except TrucewatchError as exc:
        return shift_page(view, trouble=exc.message)
    return moved(view, entry)


@router.post("/shift/end")
@needs(Right.SHIFT)
def end(view: CurrentView) -> Response:
    """The shift ends, and nobody comes."""
    try:
        with view.writing() as now:
            now.refuse_in_replay()
            entry = shifts_of(now).end(by=now.by)
    except TrucewatchError as exc:
        return shift_page(view, trouble=exc.message)
    return moved(view, entry)


@router.get("/shift/undo")
@needs(Right.SHIFT)
def undo_form(view: CurrentView, entry: int = -1) -> HTMLResponse:
    return _undo_page(view, entry, "")


@router.post("/shift/undo")
@needs(Right.SHIFT)
def undo(view: CurrentView, form: Form) -> Response:
    """Take back what an entry says, or strike a line out. Straight after it no reason need be typed; later one is."""
    text = text_of(form, "entry", 12) or view.request.query_params.get("entry", "")
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1
    reason = typed_of(form, "reason")
    try:
        with view.writing() as now:
            now.refuse_in_replay()
            shifts = shifts_of(now)
            code = AT_ONCE if "reason" not in form and _is_at_once(now, number) else ""
            if number in lines_on_record(now.console.store):
                entry = strike_line(shifts, number, by=now.by, reason=reason, reason_code=code)
            else:
                entry = shifts.undo(number, by=now.by, reason=reason, reason_code=code)
    except NotEnteredError as exc:
        return _undo_page(view, number, reason, faults=exc.faults)
    except TrucewatchError as exc:
        return _undo_page(view, number, reason, trouble=exc.message)
    return taken_back(view, entry)


def moved(view: View, entry: Entry) -> Response:
    """Back to the shift that began, to which people came, from which they went, or that ended."""
    record = entry.record
    number = shift_code(record["shift"])
    values = {"number": number, "entry": entry.number}
    receipt = {
        "begin": Message("Shift {number} is on. It is entry {entry} of the ledger.", **values),
        "come": Message("Shift {number}: they are on. It is entry {entry} of the ledger.", **values),
        "go": Message("Shift {number}: they went. It is entry {entry} of the ledger.", **values),
        "end": Message("Shift {number} has ended. It is entry {entry} of the ledger.", **values),
    }[record["act"]]
    return after("/shift", Toast(receipt, undo=f"/shift/undo?entry={entry.number}"))


def taken_back(view: View, entry: Entry) -> Response:
    """Back to where what was taken back stands."""
    if entry.record["act"] == "strike":
        receipt = Message(
            "Line {line} is struck out by entry {entry}; both stay.",
            line=entry.record["undoes_entry"],
            entry=entry.number,
        )
        return after("/shift/log", Toast(receipt))
    receipt = Message("Taken back. That is entry {entry} of the ledger; both stay.", entry=entry.number)
    return after("/shift", Toast(receipt))


def shift_page(
    view: View,
    *,
    before: int = 0,
    typed: Mapping[str, str] | None = None,
    chosen: Mapping[str, list[str]] | None = None,
    faults: Mapping[str, Message] | None = None,
    trouble: Message | None = None,
) -> HTMLResponse:
    store = view.console.store
    shifts, present = shifts_of(view), shift_now(store)
    everything = shifts_on_record(store)
    earlier = [each for each in reversed(everything) if not each.is_on and (not before or each.number < before)]
    try:
        planned_end = shifts.rule.planned_end(shifts.now, view.watch.zone)
    except WatchError as exc:
        planned_end, trouble = None, trouble or exc.message
    coming = who_may_come(view)
    own = next((each.value for each in coming if each.person == view.by), "")
    return view.page(
        "watchkeeping/shift.html.jinja",
        status=422 if faults or trouble else 200,
        present=shift_words(view, present) if present else None,
        late=late_words(view, present) if present else None,
        unsigned=unsigned_words(everything),
        shifts=[shift_words(view, each) for each in earlier[:PAGE]],
        more=earlier[PAGE - 1].number if len(earlier) > PAGE else 0,
        coming=coming,
        typed=typed or {},
        chosen=chosen or {"on": [own], "lead": []},
        planned_end=planned_end,
        faults=faults or {},
        trouble=trouble or view.replay_trouble,
        most=MOST,
        can_act=not view.snapshot.is_replay and view.may(Right.SHIFT),
    )


def shift_words(view: View, shift: Shift) -> dict[str, Any]:
    """A shift as pages show it."""
    handover = shift.handover
    return {
        "shift": shift,
        "people": on_words(view, lead_first(shift.on)),
        "gone": on_words(view, [each for each in shift.people if each.until_at is not None]),
        "lasted": span_words(view, shift.lasted(shifts_of(view).now)),
        "begun_by": name_words(view, shift.by, at=shift.recorded_at),
        "takes_over": shift_code(shift.takes_over) if shift.takes_over else "",
        "handover": handover,
        "drill": drill_words(view, shift.drill) if shift.drill else "",
    }


def _is_at_once(view: View, entry: int) -> bool:
    """Whether what is taken back was entered just now."""
    at = _recorded_at(view, entry)
    return at is not None and view.console.now() - at <= AT_ONCE_FOR


def _recorded_at(view: View, entry: int) -> datetime | None:
    if not 0 <= entry < view.console.store.index.applied:
        return None
    return first_recorded_at(next(view.console.store.journal.entries(entry)).record)


def _undo_page(
    view: View,
    entry: int,
    reason: str,
    *,
    faults: Mapping[str, Message] | None = None,
    trouble: Message | None = None,
) -> HTMLResponse:
    store = view.console.store
    row = None
    if 0 <= entry < store.index.applied:
        row = log_of(view).rows([entry])[0]
    return view.page(
        "watchkeeping/undo.html.jinja",
        status=422 if faults or trouble else 200,
        entry=entry,
        row=row,
        typed_line=store.words.read(row.line.words) if row and row.line else None,
        reason=reason,
        faults=faults or {},
        trouble=trouble or view.replay_trouble,
        most=MOST,
        can_act=not view.snapshot.is_replay,
    )
