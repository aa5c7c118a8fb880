"""The page of an item of a humanitarian table: how it stands, what stands in it, its steps in the order of time, its
versions with what changed and why; and the form that takes an entry back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from starlette.datastructures import FormData
from starlette.responses import HTMLResponse, Response

from trucewatch.errors import NeverHereError, StoreError, TrucewatchError
from trucewatch.messages import Message, Term
from trucewatch.model.aid_items import AT_ONCE, REASONS, AidEntry, Item
from trucewatch.model.aid_registry import TABLES, steps_about
from trucewatch.model.aid_tables import AidTable
from trucewatch.model.typed_text import as_typed
from trucewatch.pipeline.aid_entering import LONGEST_REASON, AidBook, AidRefusedError, refuse_never_here
from trucewatch.server.aid_fields import FieldShown, shown_fields, speaks_for_a_side
from trucewatch.server.aid_picture import Picture, pictures_of
from trucewatch.server.aid_view import (
    acting_for,
    book_of,
    may_enter,
    names_of,
    note_refusal,
    refused_at_door,
    refused_reasons,
)
from trucewatch.server.entered_form import Changed, by_key, changes_between
from trucewatch.server.entered_table import TablePages
from trucewatch.server.forms import typed_of
from trucewatch.server.refusal import RefusalError
from trucewatch.server.rights import NOT_YOURS
from trucewatch.server.toast import Toast, after
from trucewatch.server.view import View
from trucewatch.store.aid_erasures import Erased, erased_by

AT_ONCE_FOR: Final = timedelta(minutes=2)
"""How long the message that follows an entry may take it back without a typed reason."""
_TOTAL_WORDS: Final[Mapping[str, Message]] = {
    "people_went": Term("total", "people who went"),
    "buses_went": Term("total", "buses that went"),
    "left_again": Term("total", "people who left again"),
    "movements": Term("total", "movements"),
    "sites": Term("total", "fixed sites"),
    "passages": Term("total", "medical passages"),
    "devices": Term("total", "devices"),
}
"""Totals that are no field of their table."""
_UNKNOWN: Final = Message("Something that this version of the program does not know")


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryShown:
    """An entry as an item's page lists it: a version or a step.

    line: None once its content was erased; then `erased` says when and by which rule, if that is on record. changes:
    of a version against the one before it. reason: why it was corrected, None where that was erased; undone_reason:
    why it was taken back.
    """

    entry: AidEntry
    title: Message
    line: Message | None
    fields: tuple[FieldShown, ...] = ()
    pictures: tuple[Picture, ...] = ()
    totals: tuple[tuple[Message | str, int], ...] = ()
    erased: Erased | None = None
    changes: tuple[Changed, ...] = ()
    reason: str | None = ""
    undone_reason: str | Message | None = ""
    may_undo: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class StepToAdd:
    """A step that who asks may add to an item."""

    title: Message
    path: str


def item_at(view: View, pages: TablePages, code: str) -> tuple[AidBook, Item]:
    """The item of an address. Raises RefusalError 404 where there is none, with what became of it."""
    book = book_of(view)
    item = book.item_or_none(code[:100])
    if item is not None and item.table == pages.table:
        return book, item
    if any(entry.code == code and entry.table == pages.table and not entry.about for entry in book.entries()):
        raise RefusalError(404, Message("{code} was taken back; the ledger holds both entries.", code=code))
    raise RefusalError(404, Message("There is nothing of this number by now; the list has those there are."))


def item_page(view: View, pages: TablePages, code: str) -> HTMLResponse:
    """Everything about one item."""
    book, item = item_at(view, pages, code)
    row = item.row
    return view.page(
        "entered/item.html.jinja",
        pages=pages,
        item=item,
        line=None if row is None else pages.declared.line(row, names_of(view)),
        state=None if row is None else pages.state(book, item),
        printed=() if row is None else pages.printed(view, book, item),
        desk_blocks=() if row is None else pages.blocks(view, book, item),
        acts=() if row is None else pages.acts(view, book, item),
        standing=entry_shown(view, book, pages, item.last),
        steps=[entry_shown(view, book, pages, step) for step in item.steps],
        steps_undone=[entry_shown(view, book, pages, step) for step in _steps_undone(book, item)],
        versions=_versions(view, book, pages, item),
        to_add=steps_to_add(view, pages, item),
        may_correct=row is not None and may_change(view, pages, item.first),
        can_act=not view.snapshot.is_replay,
    )


def steps_to_add(view: View, pages: TablePages, item: Item) -> list[StepToAdd]:
    """The steps that who asks may add; of an item of another instance those that go back there."""
    return [
        StepToAdd(title=step.title, path=f"{pages.item_path(item.code)}/add/{step.name}")
        for step in steps_about(pages.table)
        if item.row is not None
        and may_enter(view, step.name, pages.rights_of(step.name))
        and (not item.origin or step.travels or step.name in pages.steps)
    ]


def may_change(view: View, pages: TablePages, entry: AidEntry) -> bool:
    """Whether who asks may correct or take back an entry: their own organisation's, and of this instance alone. Who
    speaks for a side takes back what they entered themselves."""
    table = TABLES.get(entry.table)
    if table is None or entry.origin or not may_enter(view, entry.table, pages.rights_of(entry.table)):
        return False
    if speaks_for_a_side(view):
        return entry.by == view.by
    organisation = acting_for(view)
    return not organisation or organisation == (
        str(getattr(entry.row, table.owner)) if table.owner and entry.row is not None else entry.acting_for
    )


def entry_shown(view: View, book: AidBook, pages: TablePages, entry: AidEntry, before: Any = None) -> EntryShown:
    """An entry in words. before: the row of the version before it."""
    table, row, undone = TABLES.get(entry.table), entry.row, entry.undone
    read = view.console.store.words.read
    if table is None or row is None:
        return EntryShown(
            entry=entry,
            title=table.title if table else _UNKNOWN,
            line=None,
            totals=tuple(_totals(table, entry.totals)),
            erased=erased_by(view.console.store, entry.content),
            may_undo=undone is None and may_change(view, pages, entry),
        )
    return EntryShown(
        entry=entry,
        title=table.title,
        line=table.line(row, names_of(view)),
        fields=tuple(shown_fields(view, book, table, row)),
        pictures=tuple(pictures_of(view, table, row)),
        changes=tuple(changes_between(view, book, table, before, row)) if before is not None else (),
        reason=read(entry.reason) if entry.reason else "",
        undone_reason=(REASONS.get(undone.reason_code) or read(undone.reason)) if undone else "",
        may_undo=undone is None and may_change(view, pages, entry),
    )


def undo_form(view: View, pages: TablePages, entry_id: str) -> HTMLResponse:
    """The form that asks why an entry is taken back."""
    book, entry = _entry_at(view, pages, entry_id)
    return _undo_page(view, book, pages, entry, "")


def take_back(view: View, pages: TablePages, entry_id: str, form: FormData) -> Response:
    """Take an entry back. Straight after it no reason need be typed; later one is asked for."""
    book, entry = _entry_at(view, pages, entry_id)
    reason = as_typed(typed_of(form, "reason"))
    if rules := refused_at_door(view):
        return _undo_page(view, book, pages, entry, "", refused=refused_reasons(rules))
    try:
        refuse_never_here([reason])
        with view.writing() as now:
            now.refuse_in_replay()
            is_at_once = "reason" not in form and now.console.now() - entry.recorded_at <= AT_ONCE_FOR
            undoing = book_of(now).undo(
                entry.entry_id,
                by=now.by,
                reason=reason,
                reason_code=AT_ONCE if is_at_once else "",
                acting_for=acting_for(now),
            )
            is_there = book_of(now).item_or_none(entry.code) is not None
    except NeverHereError as exc:
        note_refusal(view, exc.rules)
        return _undo_page(view, book, pages, entry, "", refused=refused_reasons(exc.rules))
    except AidRefusedError as exc:
        return _undo_page(view, book, pages, entry, reason, fault=by_key(exc).get("reason"), trouble=None)
    except TrucewatchError as exc:
        return _undo_page(view, book, pages, entry, reason, trouble=exc.message)
    receipt = Message(
        "{code}: taken back by entry {entry}; both stay in the ledger.", code=entry.code, entry=undoing.number
    )
    return after(pages.item_path(entry.code) if is_there else pages.path, Toast(receipt))


def _entry_at(view: View, pages: TablePages, entry_id: str) -> tuple[AidBook, AidEntry]:
    book = book_of(view)
    try:
        entry = book.entry(entry_id)
    except StoreError as exc:
        raise RefusalError(404, exc.message) from exc
    if entry.table != pages.table and entry.table not in {step.name for step in steps_about(pages.table)}:
        raise RefusalError(404, Message("There is no such entry by now; the list has those there are."))
    if not view.snapshot.is_replay and not entry.origin and not may_change(view, pages, entry):
        raise RefusalError(403, NOT_YOURS)
    return book, entry


def _undo_page(
    view: View,
    book: AidBook,
    pages: TablePages,
    entry: AidEntry,
    reason: str,
    *,
    fault: Message | None = None,
    trouble: Message | None = None,
    refused: Sequence[Message] = (),
) -> HTMLResponse:
    item = book.item_or_none(entry.code)
    return view.page(
        "entered/undo.html.jinja",
        status=422 if fault or refused else 409 if trouble else 200,
        pages=pages,
        entry=entry,
        row=entry_shown(view, book, pages, entry),
        back=pages.item_path(entry.code) if item else pages.path,
        is_whole=item is not None and not entry.about and sum(each.stands for each in item.versions) == 1,
        steps=len(item.steps) if item else 0,
        reason=reason,
        fault=fault,
        refused=refused,
        trouble=trouble or view.replay_trouble,
        most_reason=LONGEST_REASON,
        can_act=not view.snapshot.is_replay,
    )


def _versions(view: View, book: AidBook, pages: TablePages, item: Item) -> list[EntryShown]:
    """Each against the one that stood before it."""
    rows: list[EntryShown] = []
    before: Any = None
    for entry in item.versions:
        rows.append(entry_shown(view, book, pages, entry, before))
        if entry.stands:
            before = entry.row
    return rows


def _steps_undone(book: AidBook, item: Item) -> list[AidEntry]:
    return [entry for entry in book.entries() if entry.about == item.code and not entry.stands]


def _totals(table: AidTable | None, totals: Mapping[str, int]) -> list[tuple[Message | str, int]]:
    """The numbers that stay, each with the label of its field where it has one."""
    labels = {**_TOTAL_WORDS, **({each.name: each.label for each in table.fields} if table else {})}
    return [(labels.get(name, name), number) for name, number in totals.items()]
