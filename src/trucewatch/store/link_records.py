"""What was entered of links and corridors, as the journal holds it: `trucewatch/link-entry/1`, one record an act, and
`trucewatch/link-undo/1`, which takes one back.

`fields` of a record are those of the table of that name in `links.geojson`, without `known_at`, which the record says
itself; a number with a fraction is a decimal string. What somebody typed in them lies apart; the record holds
references `w-…`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from trucewatch.model.agreement_entries import TakenBack
from trucewatch.model.ids import canonical, short_id
from trucewatch.model.link_entries import LinkEntry
from trucewatch.model.link_statements import STATEMENTS
from trucewatch.model.record_mapping import record_from
from trucewatch.model.times import iso_utc, read_time
from trucewatch.store.entered_words import in_words, taken_back_by, typed_at
from trucewatch.store.journal import Entry
from trucewatch.store.kind_entries import first_recorded_at
from trucewatch.store.store import Store

ENTRY: Final = "trucewatch/link-entry/1"
UNDO: Final = "trucewatch/link-undo/1"
ERASURE: Final = "trucewatch/erasure/1"


@dataclass(frozen=True, slots=True)
class ReadLinkEntries:
    """What was read last, held while the store is open. numbers: of the records that it rests on, in order."""

    numbers: tuple[int, ...] = ()
    entries: tuple[LinkEntry, ...] = ()


def link_entries(store: Store, recorded_by: datetime | None = None) -> tuple[LinkEntry, ...]:
    """Every entry, in order, those that were taken back among them; those recorded by a moment, if one is given, with
    what was taken back by then. Only records that came since it was asked last are read, unless words were erased."""
    query = "SELECT number, schema FROM entry WHERE schema IN (?, ?, ?) ORDER BY number"
    kinds = {int(number): schema for number, schema in store.index.rows(query, ENTRY, UNDO, ERASURE)}
    numbers, last = tuple(kinds), store.memory.of(ReadLinkEntries)
    if last.numbers != numbers:
        later = numbers[len(last.numbers) :]
        goes_on = numbers[: len(last.numbers)] == last.numbers and all(kinds[number] != ERASURE for number in later)
        entries = _read(store, later, last.entries) if goes_on else _read(store, numbers, ())
        last = ReadLinkEntries(numbers, entries)
        store.memory.put(last)
    if recorded_by is None:
        return last.entries
    return tuple(
        replace(each, undone=None) if each.undone is not None and each.undone.recorded_at > recorded_by else each
        for each in last.entries
        if each.recorded_at <= recorded_by
    )


def link_entry_record(
    store: Store, table: str, about: str, own: Mapping[str, Any], *, known_at: datetime, by: str
) -> dict[str, Any]:
    """The record of what was checked before. own: its fields, with references in place of what was typed."""
    content = {"table": table, "about": about, "fields": dict(own), "known_at": iso_utc(known_at), "by": by}
    # The id stands in the record: after the loss of a ledger its records are entered again, at other places and times.
    name = short_id("l", str(len(store.journal)), canonical(content).decode())
    return {"schema": ENTRY, "id": name, **content}


def link_undo_record(
    undone: LinkEntry, *, reason: str, reason_code: str, known_at: datetime, by: str
) -> dict[str, Any]:
    """The record by which an entry is taken back. reason: a reference; "" with one of REASONS by its code."""
    return {
        "schema": UNDO,
        "undoes": undone.entry_id,
        "table": undone.table,
        "about": undone.about,
        "reason": reason,
        "reason_code": reason_code,
        "by": by,
        "known_at": iso_utc(known_at),
    }


def _read(store: Store, numbers: tuple[int, ...], before: tuple[LinkEntry, ...]) -> tuple[LinkEntry, ...]:
    """The entries read before, with those of these records; an undo may stand before what it takes back, where a
    ledger was entered again."""
    undone: dict[str, TakenBack] = {}
    read: list[Entry] = []
    for entry in store.journal.entries_at(iter(numbers)):
        schema = entry.record["schema"]
        if schema == UNDO:
            undone.setdefault(entry.record["undoes"], taken_back_by(entry))
        elif schema == ENTRY:
            read.append(entry)
    entries = (*before, *(_entry(store, entry) for entry in read))
    return tuple(
        replace(each, undone=undone[each.entry_id]) if each.undone is None and each.entry_id in undone else each
        for each in entries
    )


def _entry(store: Store, entry: Entry) -> LinkEntry:
    record = entry.record
    known_at = read_time(record["known_at"])
    return LinkEntry(
        entry_id=record["id"],
        entry=entry.number,
        table=record["table"],
        about=record["about"],
        row=_row(store, record, known_at),
        known_at=known_at,
        recorded_at=first_recorded_at(record),
        by=record["by"],
        typed=dict(typed_at(record["fields"])),
    )


def _row(store: Store, record: Mapping[str, Any], known_at: datetime) -> Any:
    """The row in words, without those that were erased; None where a later program wrote what this one cannot read."""
    from pydantic import ValidationError

    if record["table"] not in STATEMENTS:
        return None
    own = dict(_without_erased(in_words(record["fields"], lambda reference: store.words.read(reference) or "")))
    try:
        return record_from(STATEMENTS[record["table"]], own | {"known_at": known_at})
    except ValidationError:
        return None


def _without_erased(fields: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Words by language lack those that were erased; a single text is empty then."""
    for key, value in fields.items():
        if isinstance(value, Mapping):
            yield key, {language: text for language, text in value.items() if text != ""}
        else:
            yield key, value
