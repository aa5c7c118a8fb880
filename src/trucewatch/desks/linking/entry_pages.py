"""What is stated of a link by hand: the form of each thing, what it comes to before it is entered, the list of what was
entered, and the form that takes an entry back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from fastapi import APIRouter
from starlette.responses import HTMLResponse, Response

from trucewatch.desks.linking.forms import (
    KNOWN_AT,
    LINK_FORMS,
    LinkField,
    LinkForm,
    Subject,
    TypedError,
    row_in,
    subject_name,
    typed_in,
)
from trucewatch.desks.linking.outcomes import book_of, outcome_lines, undo
from trucewatch.desks.linking.wording import name_of
from trucewatch.errors import StoreError, TrucewatchError
from trucewatch.locale.sanitize import printable
from trucewatch.messages import Message
from trucewatch.model.link_entries import REASONS, LinkEntry, subjects_of
from trucewatch.model.record_mapping import mapping_from
from trucewatch.model.roles import Right
from trucewatch.pipeline.link_entering import MOST, LinkRefusedError
from trucewatch.server.filled_field import Filled
from trucewatch.server.forms import Form, typed_of
from trucewatch.server.refusal import RefusalError
from trucewatch.server.rights import needs
from trucewatch.server.toast import Toast, after
from trucewatch.server.view import CurrentView, View
from trucewatch.store.journal import Entry

PAGE: Final = 50
LISTED: Final = 400
"""Ids of links that a field offers; whoever knows another types it."""

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """A text of an entry, with the label of its field. text: None where it was erased; `reference`: by which it is
    erased."""

    label: Message
    reference: str
    text: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """An entry as pages list it. choices: what was chosen in it, each with its label."""

    entry: LinkEntry
    about: str
    title: Message
    speaker: str
    texts: tuple[Typed, ...]
    choices: tuple[tuple[Message, str], ...]
    reason: str | None
    reason_words: Message | None


@router.get("/links/entries")
@needs(Right.INSIDE)
def entries(view: CurrentView, about: str = "", offset: int = 0) -> HTMLResponse:
    """Everything that was entered, the latest first; of one link where one is chosen."""
    everything = book_of(view).entries_of(about[:80])[::-1]
    first = min(max(offset, 0), max(len(everything) - 1, 0))
    return view.page(
        "linking/entries.html.jinja",
        rows=[listed(view, each) for each in everything[first : first + PAGE]],
        total=len(everything),
        about=about[:80],
        nowhere=book_of(view).counting_nowhere(),
        first=first,
        page_size=PAGE,
        can_act=not view.snapshot.is_replay,
    )


@router.get("/links/entries/new")
@needs(Right.ADMIT)
def new(view: CurrentView, table: str = "", about: str = "") -> HTMLResponse:
    """Without a thing to state the choice of one; else its form."""
    form, subject = _form_for(view, table, about)
    if form is None:
        return _choice(view, table, about)
    now = view.time_form.write_moment(view.clock.replace(microsecond=0))
    first = {
        each.name: [choices[0][0]]
        for each in form.fields
        if each.name in ("language", "direction") and (choices := _choices(view, each, subject))
    }
    return _form(view, form, subject, {**first, KNOWN_AT.name: [now]})


@router.post("/links/entries/new")
@needs(Right.ADMIT)
def enter(view: CurrentView, form: Form) -> Response:
    """What it comes to, and after that the entry."""
    table, about, step = (typed_of(form, name)[:80] for name in ("table", "about", "confirm"))
    link_form, subject = _form_for(view, table, about)
    if link_form is None:
        return _choice(
            view, table, about, trouble=Message("Choose what it is and what it is about. Nothing was entered.")
        )
    typed = typed_in(form, link_form)
    try:
        with view.writing() as now:
            now.refuse_in_replay()
            row = row_in(now, link_form, typed)
            if step == "change":
                return _form(now, link_form, subject, typed)
            if step != "yes":
                checked = book_of(now).check(table, about, row)
                return _form(now, link_form, subject, typed, outcome=outcome_lines(now, subject, checked))
            entry = book_of(now).enter(table, about, row, by=now.by)
    except TypedError as exc:
        return _form(view, link_form, subject, typed, faults=exc.faults)
    except LinkRefusedError as exc:
        return _form(view, link_form, subject, typed, faults=_by_field(exc))
    except TrucewatchError as exc:
        return _form(view, link_form, subject, typed, trouble=exc.message)
    return entered(entry)


@router.get("/links/entries/{entry_id}/undo")
@needs(Right.ADMIT)
def undo_form(view: CurrentView, entry_id: str) -> HTMLResponse:
    return _undo_form(view, _entry_at(view, entry_id), "")


@router.post("/links/entries/{entry_id}/undo")
@needs(Right.ADMIT)
def take_back(view: CurrentView, entry_id: str, form: Form) -> Response:
    """Take an entry back. Straight after it no reason need be typed; later one is asked for."""
    entry, reason = _entry_at(view, entry_id), typed_of(form, "reason").replace("\r\n", "\n")
    try:
        with view.writing() as now:
            now.refuse_in_replay()
            undoing = undo(now, entry, reason, is_typed="reason" in form)
    except LinkRefusedError as exc:
        return _undo_form(view, entry, reason, faults=_by_field(exc))
    except TrucewatchError as exc:
        return _undo_form(view, entry, reason, trouble=exc.message)
    return taken_back(undoing)


def taken_back(undoing: Entry) -> Response:
    """On to the list, where both entries stand."""
    receipt = Message("Taken back. That is entry {entry} of the ledger; both stay.", entry=undoing.number)
    return after(f"/links/entries#{undoing.record['undoes']}", Toast(receipt))


def entered(entry: Entry) -> Response:
    """On to the list of what was entered."""
    name = entry.record["id"]
    receipt = Message("It is entered: entry {entry} of the ledger.", entry=entry.number)
    return after(f"/links/entries#{name}", Toast(receipt, undo=f"/links/entries/{name}/undo"))


def listed(view: View, entry: LinkEntry) -> Listed:
    """An entry as pages list it."""
    network, form, undone = book_of(view).network, LINK_FORMS.get(entry.table), entry.undone
    labels = {each.name: each.label for each in form.fields} if form else {}
    speaker = str(getattr(entry.row, "by", ""))
    read = view.console.store.words.read
    return Listed(
        entry=entry,
        about=subject_name(view, Subject(network, entry.about)),
        title=form.title if form else Message("Something that this version of the program does not know"),
        speaker=name_of(view, network, speaker) if speaker else "",
        texts=tuple(
            Typed(label=labels.get(key.partition(".")[0], _UNLABELLED), reference=reference, text=read(reference))
            for key, reference in entry.typed.items()
        ),
        choices=tuple(_chosen_in(view, form, entry, Subject(network, entry.about))) if form and entry.row else (),
        reason=read(undone.reason) if undone else "",
        reason_words=REASONS.get(undone.reason_code) if undone else None,
    )


_UNLABELLED: Final = Message("In words")


def _chosen_in(view: View, form: LinkForm, entry: LinkEntry, subject: Subject) -> list[tuple[Message, str]]:
    """What was chosen in an entry, each with the label of its field, in the order of the form."""
    own, lines = mapping_from(entry.row), []
    typed = {key.partition(".")[0] for key in entry.typed}
    for each in form.fields:
        value = getattr(entry.row, "direction", None) if each.name == "direction" else own.get(each.name)
        if value in (None, "", [], {}) or each.name in typed or each.name in ("by", "known_at"):
            continue
        lines.append((each.label, _in_words(view, each, subject, value)))
    return lines


def _in_words(view: View, each: LinkField, subject: Subject, value: Any) -> str:
    """What stands in a field of an entry, as a reader is told it."""
    if each.kind == "day":
        return view.words.short_day(date.fromisoformat(str(value)))
    if each.kind == "moment":
        return view.telling.moment(datetime.fromisoformat(str(value)))
    if each.kind in ("number", "count"):
        return view.words.number(float(value))
    named = dict(_choices(view, each, subject))
    values = value if isinstance(value, list | tuple) else [value]
    return ", ".join(named.get(str(code), str(code)) for code in values)


def _form_for(view: View, table: str, about: str) -> tuple[LinkForm | None, Subject]:
    """The form that an address names; None where it names none, or nothing that it could be about."""
    network = book_of(view).network
    form = LINK_FORMS.get(table)
    return (form if form and about in subjects_of(network, table) else None), Subject(network, about)


def _entry_at(view: View, entry_id: str) -> LinkEntry:
    try:
        return book_of(view).entry(entry_id)
    except StoreError as exc:
        raise RefusalError(404, exc.message) from exc


def _by_field(exc: LinkRefusedError) -> dict[str, Message]:
    """Why something was refused, by the field that each trouble is about; of a field the first."""
    faults: dict[str, Message] = {}
    for trouble in exc.troubles:
        faults.setdefault(str(trouble.at[0]), trouble.sentence)
    return faults


def _choices(view: View, each: LinkField, subject: Subject) -> Sequence[tuple[str, str]]:
    return each.choices(view, subject) if each.choices else ()


def _choice(view: View, table: str, about: str, trouble: Message | None = None) -> HTMLResponse:
    """What can be stated, and of what."""
    network = book_of(view).network
    names = list(dict.fromkeys((*subjects_of(network, "need"), *subjects_of(network, "queue"))))
    return view.page(
        "linking/entry_choice.html.jinja",
        status=422 if trouble else 200,
        trouble=trouble or view.replay_trouble,
        forms=[form for form in LINK_FORMS.values() if about not in names or about in subjects_of(network, form.table)],
        about=about,
        subject_name=subject_name(view, Subject(network, about)),
        is_there=about in names,
        table=table,
        names=[printable(name) for name in names[:LISTED]],
        has_links=bool(names),
        can_act=not view.snapshot.is_replay,
    )


def _form(
    view: View,
    form: LinkForm,
    subject: Subject,
    typed: Mapping[str, list[str]],
    *,
    outcome: Sequence[Message] = (),
    faults: Mapping[str, Message] | None = None,
    trouble: Message | None = None,
) -> HTMLResponse:
    left = dict(faults or {})
    filled = [
        Filled(
            field=each,
            values=typed.get(each.name, []),
            choices=_choices(view, each, subject),
            fault=left.pop(each.name, None),
        )
        for each in form.fields
    ]
    return view.page(
        "linking/entry.html.jinja",
        status=422 if faults or trouble else 200,
        form=form,
        subject=subject,
        subject_name=subject_name(view, subject),
        filled=filled,
        outcome=outcome,
        faults=faults or {},
        trouble=trouble or next(iter(left.values()), None) or view.replay_trouble,
        can_act=not view.snapshot.is_replay,
    )


def _undo_form(
    view: View,
    entry: LinkEntry,
    reason: str,
    *,
    faults: Mapping[str, Message] | None = None,
    trouble: Message | None = None,
) -> HTMLResponse:
    return view.page(
        "linking/entry_undo.html.jinja",
        status=422 if faults or trouble else 200,
        row=listed(view, entry),
        reason=reason,
        faults=faults or {},
        trouble=trouble or view.replay_trouble,
        most=MOST,
        can_act=not view.snapshot.is_replay,
    )
