"""Humanitarian records → what a terminal shows: no words that were typed, no points."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.markup import escape

from trucewatch.model.aid_naming import AidNaming
from trucewatch.model.aid_registry import TABLES
from trucewatch.model.times import zone_label
from trucewatch.pipeline.aid_states import state_of
from trucewatch.terminal.inventory import plural

if TYPE_CHECKING:
    from datetime import datetime

    from rich.console import Console

    from trucewatch.model.aid_items import AidEntry, Item
    from trucewatch.model.aid_tables import AidTable
    from trucewatch.model.watch import Watch
    from trucewatch.pipeline.aid_entering import AidBook

NEVER: str = "No names, no cases of people, no live positions are kept here."


def show_tables(out: Console, book: AidBook) -> None:
    """`trucewatch humanitarian WATCH`: each table with what it has, and where to go on."""
    _head(out, book)
    rows = [(table, len(book.items(table.name))) for table in TABLES.values() if not table.is_step]
    for table, count in rows:
        if count:
            out.print(escape(f"{table.name:<16} {plural(count, 'item')}"))
    if not any(count for _, count in rows):
        out.print("Nothing is on record yet. Enter it on the console's pages, or: --fields, then --enter")
    out.print(f"Tables: {', '.join(table.name for table, _ in rows)}")


def show_items(out: Console, book: AidBook, table: AidTable, items: Sequence[Item]) -> None:
    """`trucewatch humanitarian WATCH TABLE`: one a line, in the order of entry."""
    _head(out, book)
    for item in items:
        out.print(escape(f"{item.code}  {_line(book, item.last)}: {state_of(book, item)}"))
    if not items:
        out.print(escape(f"Nothing of {table.name} is on record by then."))
    out.print(escape(f"{plural(len(items), 'item')} of {table.name}."))


def show_item(out: Console, book: AidBook, item: Item) -> None:
    """`trucewatch humanitarian WATCH CODE`: the item, its versions, its steps in order."""
    _head(out, book)
    for version in item.versions:
        back = "" if version.stands else "  (taken back)"
        out.print(escape(f"{item.code}  version {version.version}  {_line(book, version)}{back}"))
    out.print(escape(f"It stands: {state_of(book, item)}."))
    for step in item.steps:
        out.print(escape(f"  {_moment(book, step.known_at)}  {step.table}: {_line(book, step)}"))
    out.print(escape(f"{plural(len(item.steps), 'step')}."))


def show_fields(out: Console, table: AidTable, watch: Watch) -> None:
    """`--fields`: what a row of a table holds, as a TOML file writes it."""
    out.print(escape(f"{table.name}: {table.note}"))
    if table.about:
        out.print(escape(f"A step of: {', '.join(sorted(table.about))}; name the item with --about"))
    on_file = watch.humanitarian
    ids = {
        "organisation": [each.id for each in on_file.organisation] if on_file else [],
        "district": [each.id for each in on_file.district] if on_file else [],
        "side": list(watch.agreement.bound_ids),
    }
    for each in table.fields:
        words = list(each.choices) or ids.get(each.kind.removesuffix("s"), [])
        choices = f"  one of: {', '.join(words)}" if words else ""
        needed = "" if each.is_needed else "  (may be left out)"
        out.print(escape(f"  {each.key} = {each.kind}  {each.label}{needed}{choices}"))


def _head(out: Console, book: AidBook) -> None:
    simulated = "Simulated: this watch is invented. " if book.watch.settings.simulated else ""
    zone = zone_label(book.now, book.watch.zone)
    out.print(escape(f"{simulated}Known by {_moment(book, book.now)} ({zone}). {NEVER}"))


def _line(book: AidBook, entry: AidEntry) -> str:
    if entry.row is None:
        totals = ", ".join(f"{name} {number}" for name, number in entry.totals.items())
        return f"its content is erased{f'; {totals}' if totals else ''}"
    origin = f"  from {entry.origin}" if entry.origin else ""
    return f"{TABLES[entry.table].line(entry.row, AidNaming(book.watch, 'en'))}{origin}"


def _moment(book: AidBook, moment: datetime) -> str:
    return f"{moment.astimezone(book.watch.zone):%Y-%m-%d %H:%M}"
