"""The form of a row of a humanitarian table: empty, with faults beside its fields, with what it comes to before it is
entered, and the entry.

What the guard refuses is said by its rule and never again: the form comes back with nothing that was typed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from starlette.datastructures import FormData
from starlette.responses import HTMLResponse, Response

from trucewatch.errors import NeverHereError, StoreError, TrucewatchError
from trucewatch.messages import Message
from trucewatch.model.aid_items import Item
from trucewatch.model.aid_tables import AidTable
from trucewatch.model.typed_text import as_typed
from trucewatch.pipeline.aid_entering import LONGEST_REASON, AidBook, AidRefusedError, refuse_never_here
from trucewatch.server.aid_fields import (
    Typed,
    asked_for,
    beginning,
    choices_of,
    fields_of,
    filled_fields,
    fixed_fields,
    shown_fields,
    typed_in,
    typed_of_row,
)
from trucewatch.server.aid_picture import pictures_of
from trucewatch.server.aid_view import (
    acting_for,
    book_of,
    may_enter,
    names_of,
    note_refusal,
    refused_at_door,
    refused_reasons,
)
from trucewatch.server.entered_table import TablePages
from trucewatch.server.forms import number_of, typed_of
from trucewatch.server.refusal import RefusalError
from trucewatch.server.rights import NOT_YOURS
from trucewatch.server.toast import Toast, after
from trucewatch.server.view import View
from trucewatch.store.journal import Entry

NOTHING_CHANGED: Final = Message(
    "Nothing is different from what stands, so nothing was entered. Change what is wrong, or leave it."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """One form: of a new item, of a step about an item, or of the next version of an item.

    table: whose row is entered. about: the item that a step is about; corrects: the item that is corrected.
    """

    pages: TablePages
    table: AidTable
    about: Item | None = None
    corrects: Item | None = None

    @property
    def item(self) -> Item | None:
        return self.about or self.corrects

    @property
    def action(self) -> str:
        if self.about is not None:
            return f"{self.pages.item_path(self.about.code)}/add/{self.table.name}"
        if self.corrects is not None:
            return f"{self.pages.item_path(self.corrects.code)}/correct"
        return f"{self.pages.path}/new"

    @property
    def back(self) -> str:
        return self.pages.item_path(self.item.code) if self.item else self.pages.path


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """A field of an item with its words before and after; "" where it is empty."""

    label: Message
    before: str
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sent:
    """What was sent, or begins. version: of the item that was looked at, where it is corrected."""

    typed: Typed
    reason: str = ""
    version: int = 0


class FormFaultsError(Exception):
    """Everything that is wrong with a form, by the key of the field."""

    def __init__(self, faults: Mapping[str, Message]) -> None:
        super().__init__()
        self.faults = faults


def check_may_enter(view: View, pages: TablePages, table: AidTable) -> None:
    """Raises RefusalError for who may not enter rows of a table, whatever they fill in."""
    if view.watch.kind not in table.only_in:
        raise RefusalError(404, Message("this is entered in the other instance, not here"))
    rights = pages.rights_of(table.name)
    if not view.may(*rights):
        raise RefusalError(403, NOT_YOURS)
    if not view.snapshot.is_replay and not may_enter(view, table.name, rights):
        raise RefusalError(403, Message("The coordinator enters this; ask them to."))


def empty_form(view: View, sheet: Sheet) -> HTMLResponse:
    """The form as it begins; of a correction with what stands."""
    check_may_enter(view, sheet.pages, sheet.table)
    if sheet.corrects is None:
        begins = beginning(view, sheet.table) | asked_for(view, book_of(view), sheet.table)
        return _form(view, sheet, _Sent(typed=begins))
    typed = typed_of_row(view, sheet.table, sheet.corrects.row)
    return _form(view, sheet, _Sent(typed=typed, version=sheet.corrects.version))


def take_form(view: View, sheet: Sheet, form: FormData) -> Response:
    """What the row comes to, and after that its entry; the form again with what is wrong."""
    check_may_enter(view, sheet.pages, sheet.table)
    step = typed_of(form, "confirm")[:10]
    reason, version = as_typed(typed_of(form, "reason")), number_of(form, "version")
    typed = typed_in(form, sheet.table) | {key: [value] for key, value in fixed_fields(view, sheet.table).items()}
    sent = _Sent(typed=typed, reason=reason, version=version)
    if rules := refused_at_door(view):
        return _form(view, sheet, _chosen_alone(view, sheet, sent), refused=refused_reasons(rules))
    try:
        # First of all, and before any sentence that says a text again.
        refuse_never_here([*(text for texts in typed.values() for text in texts), reason])
        with view.writing() as now:
            now.refuse_in_replay()
            if step == "change":
                return _form(now, sheet, sent)
            row = _checked(now, sheet, sent)
            if step != "yes":
                return _summary(now, sheet, sent, row)
            entry = _enter(now, sheet, sent)
    except NeverHereError as exc:
        note_refusal(view, exc.rules)
        return _form(view, sheet, _chosen_alone(view, sheet, sent), refused=refused_reasons(exc.rules))
    except FormFaultsError as exc:
        return _form(view, sheet, sent, faults=exc.faults)
    except AidRefusedError as exc:
        return _form(view, sheet, sent, faults=by_key(exc))
    except TrucewatchError as exc:
        return _form(view, sheet, sent, trouble=exc.message)
    return _entered(sheet, entry)


def by_key(exc: AidRefusedError) -> dict[str, Message]:
    """Why something was refused, by the field that each trouble is about; of a field the first."""
    faults: dict[str, Message] = {}
    for trouble in exc.troubles:
        faults.setdefault(str(trouble.at[0]), trouble.sentence)
    return faults


def changes_between(view: View, book: AidBook, table: AidTable, before: Any, after: Any) -> list[Changed]:
    """The fields in which two rows of a table differ, in words."""
    old = {each.key: each.words for each in shown_fields(view, book, table, before)}
    new = {each.key: each.words for each in shown_fields(view, book, table, after)}
    return [
        Changed(label=each.label, before=old.get(each.key, ""), after=new.get(each.key, ""))
        for each in table.fields
        if old.get(each.key) != new.get(each.key)
    ]


def _checked(view: View, sheet: Sheet, sent: _Sent) -> Any:
    """The row. Raises FormFaultsError with everything that is wrong with it at once."""
    fields, faults = fields_of(view, sheet.table, sent.typed)
    if sheet.corrects is not None:
        _refuse_other_version(sheet.corrects, sent.version)
        if not sent.reason:
            faults["reason"] = Message("this is empty; write why it is corrected")
    row = None
    try:
        about = sheet.about.code if sheet.about else ""
        row = book_of(view).check(sheet.table.name, fields, about=about, acting_for=acting_for(view))
    except AidRefusedError as exc:
        faults = by_key(exc) | faults
    if faults:
        raise FormFaultsError(faults)
    if sheet.corrects is not None and row == sheet.corrects.row:
        raise StoreError(NOTHING_CHANGED)
    return row


def _enter(view: View, sheet: Sheet, sent: _Sent) -> Entry:
    book, who = book_of(view), acting_for(view)
    fields, _ = fields_of(view, sheet.table, sent.typed)
    if sheet.corrects is not None:
        code = sheet.corrects.code
        return book.correct(code, sent.version, fields, reason=sent.reason, by=view.by, acting_for=who)
    about = sheet.about.code if sheet.about else ""
    return book.enter(sheet.table.name, fields, by=view.by, about=about, acting_for=who)


def _refuse_other_version(item: Item, version: int) -> None:
    if item.version != version:
        raise StoreError(
            Message(
                "{code} was corrected by somebody else meanwhile, so nothing was entered. Look at it as it stands now, "
                "and begin again from there",
                code=item.code,
            )
        )


def _entered(sheet: Sheet, entry: Entry) -> Response:
    """On to the page of the item, where it stands, with what takes it back."""
    name, code = entry.record["id"], entry.record["code"]
    receipt = Message("{code}: it is entered, entry {entry} of the ledger.", code=code, entry=entry.number)
    where = sheet.pages.item_path(code) + (f"#{name}" if sheet.about else "")
    return after(where, Toast(receipt, undo=f"{sheet.pages.path}/entries/{name}/undo"))


def _chosen_alone(view: View, sheet: Sheet, sent: _Sent) -> _Sent:
    """What was chosen, without anything that was typed or sent in the place of a choice."""
    book = book_of(view)
    chosen: dict[str, list[str]] = {}
    for each in sheet.table.fields:
        offered = {value for value, _ in choices_of(view, book, each)}
        chosen[each.key] = [value for value in sent.typed.get(each.key, ()) if value in offered]
    return _Sent(typed=chosen, version=sent.version)


def _form(
    view: View,
    sheet: Sheet,
    sent: _Sent,
    *,
    faults: Mapping[str, Message] | None = None,
    trouble: Message | None = None,
    refused: Sequence[Message] = (),
) -> HTMLResponse:
    left = dict(faults or {})
    filled = filled_fields(view, book_of(view), sheet.table, sent.typed, left)
    for each in filled:
        left.pop(each.field.key, None)
    reason_fault = left.pop("reason", None)
    fixed = fixed_fields(view, sheet.table)
    return _page(
        view,
        sheet,
        sent,
        status=422 if faults or refused else 409 if trouble else 200,
        filled=filled,
        has_faults=bool(faults),
        reason_fault=reason_fault,
        first_key=next((each.key for each in sheet.table.fields if each.key not in fixed), ""),
        first_fault=next((each.field.key for each in filled if each.fault), "reason" if reason_fault else ""),
        trouble=trouble or next(iter(left.values()), None) or view.replay_trouble,
        refused=refused,
        example_place=example_place(view),
    )


def _summary(view: View, sheet: Sheet, sent: _Sent, row: Any) -> HTMLResponse:
    """What will be entered, and what whoever enters it should look at first; it hinders nothing."""
    book = book_of(view)
    corrects = sheet.corrects
    return _page(
        view,
        sheet,
        sent,
        summary=True,
        line=sheet.table.line(row, names_of(view)),
        shown_fields=shown_fields(view, book, sheet.table, row),
        changes=changes_between(view, book, sheet.table, corrects.row, row) if corrects else (),
        before=sheet.pages.before(view, book, row, sheet.item),
        pictures=pictures_of(view, sheet.table, row),
        hidden=[(key, value) for key, values in sent.typed.items() for value in values],
    )


def _page(view: View, sheet: Sheet, sent: _Sent, *, status: int = 200, **own: Any) -> HTMLResponse:
    item, standing = sheet.item, {"summary": False, "trouble": None, "refused": (), "has_faults": False}
    return view.page(
        "entered/form.html.jinja",
        status=status,
        **standing
        | {
            "sheet": sheet,
            "sent": sent,
            "fixed": fixed_fields(view, sheet.table),
            "item_line": sheet.pages.declared.line(item.row, names_of(view)) if item and item.row else None,
            "most_reason": LONGEST_REASON,
            "can_act": not view.snapshot.is_replay,
        }
        | own,
    )


def example_place(view: View) -> str:
    """The middle of the watch's map, as a field for a place takes it."""
    west, south, east, north = view.watch.settings.area
    return f"{(west + east) / 2:.2f}, {(south + north) / 2:.2f}"
