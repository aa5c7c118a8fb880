"""What is entered about the agreement by hand: the form of each thing, the list of what was entered, and the form that
takes an entry back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from fastapi import APIRouter
from starlette.responses import HTMLResponse, Response

from trucewatch.desks.provisions.entry_fields import ENTRY_FORMS, KNOWN_AT, EntryField, EntryForm
from trucewatch.desks.provisions.forms import as_field, chosen_in, forms_for, has_use, part_named, stating_in, typed_in
from trucewatch.desks.provisions.glimpse import glimpse_of
from trucewatch.errors import StoreError, TrucewatchError
from trucewatch.locale.sanitize import printable
from trucewatch.messages import Message
from trucewatch.model.agreement import Stipulation
from trucewatch.model.agreement_entries import AT_ONCE, OF_INSTRUMENTS, REASONS, AgreementEntry
from trucewatch.model.clause_state import RuleLine
from trucewatch.model.roles import Right
from trucewatch.pipeline.agreement_entering import (
    MOST,
    NotTakenError,
    check_statement,
    enter_statement,
    entry_named,
    take_back,
)
from trucewatch.server.filled_field import Filled
from trucewatch.server.forms import Form, typed_of
from trucewatch.server.refusal import RefusalError
from trucewatch.server.rights import needs
from trucewatch.server.toast import Toast, after
from trucewatch.server.view import CurrentView, View
from trucewatch.store.agreement_records import agreement_entries
from trucewatch.store.journal import Entry
from trucewatch.store.reading_assents import may_be_let

_COMES_TO: Final[Mapping[str, Message]] = {
    "extended_afterwards": Message(
        "It was known only when this had been due, so it counts as extended afterwards. If it was known before, take "
        "it back and enter it with that moment."
    ),
    "extension_unchanged": Message("The day is no later than it was due by then: it is kept and changes nothing."),
    "notice_late": Message("It came late for the term that ran; it is kept."),
    "notice_perhaps_late": Message("Whether it came in time cannot be told; it is kept."),
    "notice_not_entitled": Message("By the text others may give notice, so it is no notice; it is kept."),
    "notice_by_nobody": Message("Nobody signs it, so it is no notice; it is kept."),
}
"""What an entry comes to where that may not be what it was meant for, by the rule of the state that says so."""
_HOLDS_NOTHING: Final = Message(
    "It stands beside the clause, and holds nothing back until those agree whom the rule of this watch asks."
)
_WEIGHED: Final = ("extension", "term_notice")
"""Tables whose rows the rules weigh."""
_AT_ONCE_FOR: Final = timedelta(minutes=2)
"""How long the message that follows an entry may take it back without a typed reason."""

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """A text of an entry. lines: None where it was erased; `reference`: by which it is erased."""

    key: str
    reference: str
    lines: tuple[str, ...] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """An entry as pages list it. choices: what was chosen in it, days and moments included, each with its label.
    address: the page of the clause that it is about. may_be_let: whether it is a reading that could hold an outcome
    back, where the quorum rule is held. reason_words: why it was taken back, where nobody typed that."""

    entry: AgreementEntry
    title: Message
    speaker: str
    texts: tuple[Typed, ...]
    choices: tuple[tuple[Message, str], ...] = ()
    address: str = ""
    may_be_let: bool = False
    reason: Typed | None = None
    reason_words: Message | None = None


@router.get("/agreement/enter")
@needs(Right.ADMIT)
def enter_form(view: CurrentView, about: str = "", table: str = "") -> HTMLResponse:
    """Without a thing to enter the choice of one; else its form."""
    form = _form_for(view, about, table)
    if form is None:
        return _choice(view, about)
    now = as_field(view, _clock(view))
    first = {each.name: [choices[0][0]] for each in form.fields if (choices := _languages_of(each, view))}
    return _entry_form(view, form, about, {**first, KNOWN_AT.name: [now]})


@router.post("/agreement/enter")
@needs(Right.ADMIT)
def enter(view: CurrentView, form: Form) -> Response:
    """Enter what was typed; where that is looked at once more, after that."""
    about, table, step = (typed_of(form, name) for name in ("about", "table", "confirm"))
    entry_form = _form_for(view, about, table)
    if entry_form is None:
        return _choice(view, about, trouble=Message("Choose what it is and what it is about. Nothing was entered."))
    typed = typed_in(form, entry_form)
    try:
        with view.writing() as now:
            now.refuse_in_replay()
            stating = stating_in(now, entry_form, about, typed)
            before = _lines_of(now, about) if table in _WEIGHED else []
            if entry_form.is_confirmed and step != "yes":
                check_statement(now.snapshot.watch, stating, now=_clock(now))
                return _entry_form(now, entry_form, about, typed, is_checked=step != "change")
            entry, remarks = enter_statement(now.console.store, now.snapshot.watch, stating, by=now.by, now=_clock(now))
            later = now.of(now.console.refresh())
    except NotTakenError as exc:
        return _entry_form(view, entry_form, about, typed, faults=exc.faults)
    except TrucewatchError as exc:
        return _entry_form(view, entry_form, about, typed, trouble=exc.message)
    if not remarks or table not in _WEIGHED or later.console.trouble:
        return entered(later, entry, remarks)
    codes = dict.fromkeys(line.code for line in _lines_of(later, about) if line not in before)
    return entered(later, entry, [_COMES_TO[code] for code in codes] or remarks)


@router.get("/agreement/entered")
@needs(Right.INSIDE)
def entered_list(view: CurrentView) -> HTMLResponse:
    """Everything that was entered, the latest first."""
    rows = [listed(view, each) for each in reversed(_entries(view))]
    return view.page("provisions/entered.html.jinja", rows=rows, can_act=not view.snapshot.is_replay)


@router.get("/agreement/entered/{entry_id}/undo")
@needs(Right.ADMIT)
def undo_form(view: CurrentView, entry_id: str) -> HTMLResponse:
    return _undo_form(view, entry_at(view, entry_id), "")


@router.post("/agreement/entered/{entry_id}/undo")
@needs(Right.ADMIT)
def undo(view: CurrentView, entry_id: str, form: Form) -> Response:
    """Take an entry back. Straight after it no reason need be typed; later one is asked for."""
    entry, reason = entry_at(view, entry_id), typed_of(form, "reason").replace("\r\n", "\n")
    try:
        with view.writing() as now:
            now.refuse_in_replay()
            is_at_once = now.console.now() - entry.recorded_at <= _AT_ONCE_FOR
            code = AT_ONCE if "reason" not in form and is_at_once else ""
            undoing = take_back(
                now.console.store, entry_id, by=now.by, now=_clock(now), reason=reason, reason_code=code
            )
            later = now.of(now.console.refresh())
    except NotTakenError as exc:
        return _undo_form(view, entry, reason, faults=exc.faults)
    except TrucewatchError as exc:
        return _undo_form(view, entry, reason, trouble=exc.message)
    return taken_back(later, undoing)


def entered(view: View, entry: Entry, remarks: Sequence[Message] = ()) -> Response:
    """On to the list of what was entered. remarks: what is to be said of it all the same."""
    name = entry.record["id"]
    receipt = Message("It is entered: entry {entry} of the ledger.", entry=entry.number)
    if view.person is not None and any(each.entry_id == name and may_be_let(each) for each in _entries(view)):
        remarks = (*remarks, _HOLDS_NOTHING)
    for remark in remarks:
        receipt = Message("{before} {after}", before=receipt, after=remark)
    return after(
        f"/agreement/entered#{name}", Toast(_with_trouble(view, receipt), undo=f"/agreement/entered/{name}/undo")
    )


def _lines_of(view: View, about: str) -> list[RuleLine]:
    """What the rules make of the later days and notices of a part at the page's clock, as its page tells it."""
    states = glimpse_of(view).states()
    return [line for state in states if state.stipulation == about for line in state.rule if line.code in _COMES_TO]


def taken_back(view: View, entry: Entry) -> Response:
    """Back to the list of what was entered."""
    receipt = Message("Taken back. That is entry {entry} of the ledger; both stay.", entry=entry.number)
    return after(f"/agreement/entered#{entry.record['undoes']}", Toast(_with_trouble(view, receipt)))


def entries_about(view: View, about: str) -> list[Listed]:
    """What was entered of a part of a clause, or of an instrument, as far as it was known by the page's clock; taken
    back or not. In the order of the ledger."""
    return [listed(view, each) for each in _entries(view) if each.about == about]


def _entries(view: View) -> list[AgreementEntry]:
    return [each for each in agreement_entries(view.console.store) if each.known_at <= view.clock]


def _with_trouble(view: View, receipt: Message) -> Message:
    if view.console.trouble:
        return Message("{receipt} It will show once the list can be made again.", receipt=receipt)
    return receipt


def _clock(view: View) -> datetime:
    return view.clock.replace(microsecond=0)


def _form_for(view: View, about: str, table: str) -> EntryForm | None:
    """The form that an address names; None where it names none, or nothing that it could be about."""
    form = ENTRY_FORMS.get(table)
    if form is None:
        return None
    instruments = {instrument.id for instrument in view.watch.agreement.instrument}
    is_there = about in instruments if form.table in OF_INSTRUMENTS else part_named(view.watch, about) is not None
    return form if is_there else None


def _languages_of(each: EntryField, view: View) -> Sequence[tuple[str, str]]:
    return each.choices(view, None) if each.name == "language" and each.choices else ()


def entry_at(view: View, entry_id: str) -> AgreementEntry:
    """The entry of this name. Raises RefusalError 404."""
    try:
        return entry_named(view.console.store, entry_id)
    except StoreError as exc:
        raise RefusalError(404, exc.message) from exc


def _choice(view: View, about: str, trouble: Message | None = None) -> HTMLResponse:
    """What can be entered, of each part of a clause and of each instrument."""
    words, agreement = view.words, view.watch.agreement.known_at(view.clock)
    parts = [(part.id, words.name(part.summary, otherwise=part.id)) for _, part in agreement.stipulations()]
    instruments = [(each.id, words.name(each.names, otherwise=each.id)) for each in agreement.instrument]
    chosen = [(name, text) for name, text in (*parts, *instruments) if name == about]
    return view.page(
        "provisions/entry.html.jinja",
        status=422 if trouble else 200,
        form=None,
        trouble=trouble or view.replay_trouble,
        choices=[(name, text, forms_for(view, name)) for name, text in chosen or (*parts, *instruments)],
        can_act=not view.snapshot.is_replay,
    )


def _entry_form(
    view: View,
    form: EntryForm,
    about: str,
    typed: Mapping[str, list[str]],
    *,
    is_checked: bool = False,
    faults: Mapping[str, Message] | None = None,
    trouble: Message | None = None,
) -> HTMLResponse:
    part = part_named(view.watch, about)
    left = dict(faults or {})
    filled = []
    for each in (*form.fields, KNOWN_AT):
        if form.table == "reading" and not has_use(each, part) and not typed.get(each.name):
            continue
        fault = left.pop(each.name, None) or left.pop(each.key, None)
        choices = each.choices(view, part) if each.choices else ()
        filled.append(Filled(field=each, values=typed.get(each.name, []), choices=choices, fault=fault))
    of_whole = next(iter(left.values()), None)
    return view.page(
        "provisions/entry.html.jinja",
        status=422 if faults or trouble else 200,
        form=form,
        about=about,
        subject=_subject(view, about, part),
        filled=filled,
        faults=faults or {},
        is_checked=is_checked,
        trouble=trouble or of_whole or view.replay_trouble,
        can_act=not view.snapshot.is_replay,
    )


def _subject(view: View, about: str, part: Stipulation | None) -> str:
    """What an entry is about, in words."""
    if part is not None:
        return view.words.name(part.summary, otherwise=about)
    instruments = {instrument.id: instrument.names for instrument in view.watch.agreement.instrument}
    return view.words.name(instruments.get(about, {}), otherwise=about)


def _undo_form(
    view: View,
    entry: AgreementEntry,
    reason: str,
    *,
    faults: Mapping[str, Message] | None = None,
    trouble: Message | None = None,
) -> HTMLResponse:
    return view.page(
        "provisions/undo.html.jinja",
        status=422 if faults or trouble else 200,
        row=listed(view, entry),
        reason=reason,
        faults=faults or {},
        trouble=trouble or view.replay_trouble,
        most=MOST,
        can_act=not view.snapshot.is_replay,
    )


def listed(view: View, entry: AgreementEntry) -> Listed:
    """An entry as pages list it."""
    undone = entry.undone
    form = ENTRY_FORMS.get(entry.table)
    speaker = getattr(entry.row, "by", "") if entry.table != "by_hand" else ""
    return Listed(
        entry=entry,
        title=form.title if form else Message("Something that this version of the program does not know"),
        speaker=speaker if isinstance(speaker, str) and speaker not in ("", "text") and "by" not in entry.typed else "",
        texts=tuple(_typed_text(view, key, reference) for key, reference in entry.typed.items()),
        choices=tuple(chosen_in(view, form, entry)) if form and entry.row is not None else (),
        address=_address_of(view, entry.about),
        may_be_let=view.person is not None and may_be_let(entry),
        reason=_typed_text(view, "reason", undone.reason) if undone and undone.reason else None,
        reason_words=REASONS.get(undone.reason_code) if undone else None,
    )


def _address_of(view: View, about: str) -> str:
    for provision, part in view.watch.agreement.stipulations():
        if part.id == about:
            return f"/agreement/{provision.number}#{part.id}"
    return "/agreement/instruments"


def _typed_text(view: View, key: str, reference: str) -> Typed:
    text = view.console.store.words.read(reference)
    lines = None if text is None else tuple(printable(line) for line in text.splitlines())
    return Typed(key=key.partition(".")[0], reference=reference, lines=lines)
