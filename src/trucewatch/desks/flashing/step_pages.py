"""What is entered of a message by hand: answers that came another way, quiet, a reading-out, its end, what is taken
back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Final

from fastapi import APIRouter
from starlette.datastructures import FormData
from starlette.responses import HTMLResponse, Response

from trucewatch.desks.flashing import acting
from trucewatch.desks.flashing.drafting import drill_label_of
from trucewatch.desks.flashing.own_pages import HERE, after_own
from trucewatch.desks.flashing.pages import MOST_PASTED, message_page
from trucewatch.desks.flashing.reach import BY_HAND
from trucewatch.desks.flashing.shown import flash_at, history_of, lines_of
from trucewatch.desks.flashing.wording import name_of
from trucewatch.errors import TimeError, TrucewatchError
from trucewatch.messages import Message
from trucewatch.model.flash import Flash, FlashAct, Via, flash_code
from trucewatch.model.roles import Right
from trucewatch.pipeline.flash_acts import LONGEST_WORDS
from trucewatch.pipeline.flash_wording import follow_texts
from trucewatch.server.forms import Form, file_of, number_of, typed_of
from trucewatch.server.rights import needs
from trucewatch.server.toast import Toast, after
from trucewatch.server.view import CurrentView, View
from trucewatch.sources.bounce_file import MOST_BYTES
from trucewatch.store.journal import Entry

_FIELDS: Final = ("to", "via", "at", "words")
router = APIRouter(include_in_schema=False)


@router.post("/urgent/{code}/acknowledge")
@needs(Right.FLASH)
def acknowledge(view: CurrentView, code: str, form: Form) -> Response:
    def act(now: View, flash: Flash, at: datetime, typed: dict[str, str]) -> FlashAct:
        return acting.acknowledge(now, flash.code, to=typed["to"], via=_via(typed), at=at)

    return _step(view, code, "acknowledge", form, act)


@router.post("/urgent/{code}/quiet")
@needs(Right.FLASH)
def report_quiet(view: CurrentView, code: str, form: Form) -> Response:
    def act(now: View, flash: Flash, at: datetime, typed: dict[str, str]) -> FlashAct:
        return acting.report_quiet(now, flash.code, to=typed["to"], via=_via(typed), at=at)

    return _step(view, code, "quiet", form, act)


@router.post("/urgent/{code}/own-quiet")
@needs(Right.FLASH)
def report_own_quiet(view: CurrentView, code: str, form: Form) -> Response:
    def act(now: View, flash: Flash, at: datetime, typed: dict[str, str]) -> FlashAct:
        return acting.report_own_quiet(now, flash.code, at=at, words=typed["words"])

    return _step(view, code, "own-quiet", form, act)


@router.post("/urgent/{code}/read-out")
@needs(Right.FLASH)
def read_out(view: CurrentView, code: str, form: Form) -> Response:
    def act(now: View, flash: Flash, at: datetime, typed: dict[str, str]) -> FlashAct:
        return acting.read_out(now, flash.code, to=typed["to"], at=at)

    return _step(view, code, "read-out", form, act)


@router.post("/urgent/{code}/bounce")
@needs(Right.FLASH)
def enter_bounce(view: CurrentView, code: str, form: Form) -> Response:
    """A mail that came back, as a file or pasted. It says nothing of the side."""
    typed = {"form": "bounce", "to": typed_of(form, "to").strip(), "pasted": typed_of(form, "pasted")[:MOST_PASTED]}
    file = file_of(form, "file")
    content = file.file.read(MOST_BYTES + 1) if file else typed["pasted"].encode()
    with view.writing() as now:
        flash = flash_at(now, code)
        if not content.strip():
            nothing = Message("Choose the file, or paste the mail that came back with its head.")
            return message_page(now, flash, typed=typed, faults={"file": nothing})
        try:
            now.refuse_in_replay()
            act = acting.record_bounce(now, flash.code, content, to=typed["to"])
        except TrucewatchError as exc:
            return message_page(now, flash, typed=typed, faults={"file": exc.message})
    return _entered(flash.code, act.entry)


@router.post("/urgent/{code}/close")
@needs(Right.FLASH)
def close(view: CurrentView, code: str) -> Response:
    return _end(view, code, acting.close)


@router.post("/urgent/{code}/reopen")
@needs(Right.FLASH)
def reopen(view: CurrentView, code: str) -> Response:
    return _end(view, code, acting.reopen)


@router.get("/urgent/{code}/withdraw")
@needs(Right.FLASH)
def withdraw_form(view: CurrentView, code: str) -> HTMLResponse:
    """What withdrawing means, and what all would be told."""
    return _withdraw_page(view, flash_at(view, code))


@router.post("/urgent/{code}/withdraw")
@needs(Right.FLASH)
def withdraw(view: CurrentView, code: str, form: Form) -> Response:
    words = typed_of(form, "words").replace("\r\n", "\n").strip()
    with view.writing() as now:
        flash = flash_at(now, code)
        if len(words) > LONGEST_WORDS:
            too_long = Message("These are too many words; write at most {most} characters.", most=LONGEST_WORDS)
            return _withdraw_page(now, flash, words, faults={"words": too_long})
        try:
            now.refuse_in_replay()
            act = acting.withdraw(now, flash, words=words)
        except TrucewatchError as exc:
            return _withdraw_page(now, flash, words, trouble=exc.message)
    receipt = Message(
        "{code} is withdrawn; that is on its way to all who got it. It is entry {entry}.",
        code=flash.code,
        entry=act.entry,
    )
    return after(f"/urgent/{flash.code}", Toast(receipt))


@router.get("/urgent/{code}/undo")
@needs(Right.FLASH)
def undo_form(view: CurrentView, code: str, entry: int = -1) -> HTMLResponse:
    return _undo_page(view, flash_at(view, code), entry)


@router.post("/urgent/{code}/undo")
@needs(Right.FLASH)
def undo(view: CurrentView, code: str, form: Form) -> Response:
    """Take back what one entry says; from the message that follows an entry its address names it."""
    text = view.request.query_params.get("entry", "")
    entry = number_of(form, "entry") or (int(text) if text.isascii() and text.isdigit() and len(text) < 9 else -1)
    with view.writing() as now:
        flash = flash_at(now, code)
        try:
            now.refuse_in_replay()
            act = acting.undo_act(now, flash.code, entry)
        except TrucewatchError as exc:
            return _undo_page(now, flash, entry, trouble=exc.message)
    return after(f"/urgent/{flash.code}", _taken_back(act.entry))


def acted(view: View, entry: Entry) -> Response:
    """Back to the message of which something was entered, or to the liaison's own page."""
    record, code = entry.record, flash_code(entry.record["flash"])
    if not view.may(Right.INSIDE) or view.request.url.path.startswith(f"{HERE}/"):
        return after_own(record.get("to", ""), code, 0, Message("{code}: entered.", code=code))
    if record["act"] == "undone":
        return after(f"/urgent/{code}", _taken_back(entry.number))
    return _entered(code, entry.number, can_go=record["act"] != "withdrawn")


def _entered(code: str, entry: int, *, can_go: bool = True) -> Response:
    receipt = Message("{code}: entered. It is entry {entry} of the ledger.", code=code, entry=entry)
    return after(f"/urgent/{code}", Toast(receipt, undo=f"/urgent/{code}/undo?entry={entry}" if can_go else ""))


def _taken_back(entry: int) -> Toast:
    return Toast(Message("Taken back. That is entry {entry} of the ledger; both stay.", entry=entry))


def _via(typed: dict[str, str]) -> Via:
    return next((via for via in BY_HAND if via == typed["via"]), "telephone")


def _step(
    view: View,
    code: str,
    name: str,
    form: FormData,
    act: Callable[[View, Flash, datetime, dict[str, str]], FlashAct],
) -> Response:
    """One thing that came of a message; where it is refused, its form is open again and says why."""
    typed = {field: typed_of(form, field).replace("\r\n", "\n").strip() for field in _FIELDS} | {"form": name}
    with view.writing() as now:
        flash = flash_at(now, code)
        faults = _missing(flash, name, typed)
        at = now.clock
        try:
            at = now.time_form.read_moment(typed["at"])
        except TimeError as exc:
            faults["at"] = exc.message
        if faults:
            return message_page(now, flash, typed=typed, faults=faults)
        try:
            now.refuse_in_replay()
            entered = act(now, flash, at, typed)
        except TrucewatchError as exc:
            return message_page(now, flash, typed=typed, faults={"at": exc.message})
    return _entered(flash.code, entered.entry)


def _missing(flash: Flash, name: str, typed: dict[str, str]) -> dict[str, Message]:
    faults: dict[str, Message] = {}
    if name != "own-quiet" and typed["to"] not in {each.id for each in flash.to}:
        faults["to"] = Message("Choose one of those to whom it went.")
    if name == "own-quiet" and not typed["words"]:
        faults["words"] = Message("Say by what it was seen or heard; it stays inside.")
    elif len(typed["words"]) > LONGEST_WORDS:
        faults["words"] = Message("These are too many words; write at most {most} characters.", most=LONGEST_WORDS)
    return faults


def _end(view: View, code: str, act: Callable[[View, str], FlashAct]) -> Response:
    with view.writing() as now:
        flash = flash_at(now, code)
        try:
            now.refuse_in_replay()
            entered = act(now, flash.code)
        except TrucewatchError as exc:
            return message_page(now, flash, trouble=exc.message)
    return _entered(flash.code, entered.entry)


def _withdraw_page(
    view: View,
    flash: Flash,
    words: str = "",
    *,
    faults: dict[str, Message] | None = None,
    trouble: Message | None = None,
) -> HTMLResponse:
    label = drill_label_of(view.console.store, flash.draft.drill)
    texts = follow_texts(view.watch, flash, "withdrawn", at=view.clock, drill_label=label)
    whole = next((text.whole for text in texts.values()), "")
    return view.page(
        "flashing/withdraw.html.jinja",
        status=422 if faults or trouble else 200,
        flash=flash,
        names=[name_of(view, each.id) for each in flash.to],
        announced=lines_of(whole),
        typed={"words": words},
        faults=faults or {},
        trouble=trouble or view.replay_trouble,
        most_words=LONGEST_WORDS,
    )


def _undo_page(view: View, flash: Flash, entry: int, *, trouble: Message | None = None) -> HTMLResponse:
    line = next((line for line in history_of(view, flash) if line.entry == entry and line.can_go), None)
    gone = (
        Message("There is nothing to take back here; look at the message as it stands now.") if line is None else None
    )
    return view.page(
        "flashing/undo.html.jinja",
        status=422 if trouble else 200,
        flash=flash,
        entry=entry,
        line=line,
        trouble=trouble or gone or view.replay_trouble,
    )
