"""What was entered in the tables of a humanitarian response centre, as the journal holds it: `trucewatch/aid-entry/1`,
one record an act, and `trucewatch/aid-undo/1`, which takes one back.

A record holds no row and no number: `content` and `totals` are references to them, so that routes, places and words can
go while the record and the totals stay, and a copy of the ledger counts nobody. Rows that another instance sent are
read from the records of the post-box and stand beside the own.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from trucewatch.model.agreement_entries import TakenBack
from trucewatch.model.aid_items import AidEntry
from trucewatch.model.ids import canonical, short_id
from trucewatch.model.times import iso_utc, read_time
from trucewatch.store.aid_rows import keep_totals, kept_row, kept_totals, row_text
from trucewatch.store.entered_words import taken_back_by
from trucewatch.store.journal import Entry
from trucewatch.store.kind_entries import first_recorded_at
from trucewatch.store.post_aid import received_entries
from trucewatch.store.post_records import RECEIVED
from trucewatch.store.store import Store

ENTRY: Final = "trucewatch/aid-entry/1"
UNDO: Final = "trucewatch/aid-undo/1"
_ERASURE: Final = "trucewatch/erasure/1"


@dataclass(frozen=True, slots=True)
class ReadAidEntries:
    """What was read last, held while the store is open. until: the last entry of the ledger then, -1 before the first;
    last: the last record that it rests on."""

    until: int = -1
    last: int = -1
    entries: tuple[AidEntry, ...] = ()


def aid_entries(store: Store, recorded_by: datetime | None = None) -> tuple[AidEntry, ...]:
    """Every entry, in order, those that were taken back among them; recorded by a moment, if one is given, with what
    was taken back by then. Only records that came since it was asked last are read, unless something was erased; where
    nothing came it is the same tuple."""
    before = store.memory.of(ReadAidEntries)
    ((newest,),) = store.index.rows("SELECT max(number) FROM entry")
    until = -1 if newest is None else int(newest)
    if until != before.until:
        before = _read_on(store, before, until)
        store.memory.put(before)
    if recorded_by is None:
        return before.entries
    return tuple(
        replace(each, undone=None) if each.undone is not None and each.undone.recorded_at > recorded_by else each
        for each in before.entries
        if each.recorded_at <= recorded_by
    )


def _read_on(store: Store, before: ReadAidEntries, until: int) -> ReadAidEntries:
    query = "SELECT number, schema FROM entry WHERE number > ? AND schema IN (?, ?, ?, ?) ORDER BY number"
    kinds = (ENTRY, UNDO, RECEIVED, _ERASURE)
    goes_on = before.until < until and store.index.rows("SELECT 1 FROM entry WHERE number = ?", max(before.last, 0))
    later = list(store.index.rows(query, before.until, *kinds)) if goes_on else []
    if not goes_on or any(schema == _ERASURE for _, schema in later):
        before, later = ReadAidEntries(), list(store.index.rows(query, -1, *kinds))
    if not later:
        return replace(before, until=until)
    numbers = [int(number) for number, _ in later]
    return ReadAidEntries(until, numbers[-1], _read(store, numbers, before.entries))


def aid_entry_record(
    store: Store,
    table: str,
    row: Any,
    *,
    code: str,
    about: str,
    version: int,
    acting_for: str,
    reason: str,
    known_at: datetime,
    by: str,
) -> dict[str, Any]:
    """The record of what was checked before; its row is kept apart and on disk when this returns."""
    content = {
        "table": table,
        "code": code,
        "about": about,
        "version": version,
        "content": store.keep_words(row_text(row)),
        "totals": keep_totals(store, table, row),
        "acting_for": acting_for,
        "reason": store.keep_words(reason),
        "known_at": iso_utc(known_at),
        "by": by,
    }
    # The id stands in the record: after the loss of a ledger its records are entered again, at other places and times.
    name = short_id("a", str(len(store.journal)), canonical(content).decode())
    return {"schema": ENTRY, "id": name, **content}


def aid_undo_record(undone: AidEntry, *, reason: str, reason_code: str, known_at: datetime, by: str) -> dict[str, Any]:
    """The record by which an entry is taken back. reason: a reference; "" with one of REASONS by its code."""
    return {
        "schema": UNDO,
        "undoes": undone.entry_id,
        "table": undone.table,
        "code": undone.code,
        "reason": reason,
        "reason_code": reason_code,
        "by": by,
        "known_at": iso_utc(known_at),
    }


def _read(store: Store, numbers: Iterable[int], before: tuple[AidEntry, ...]) -> tuple[AidEntry, ...]:
    """The entries read before, with those of these records; an undo may stand before what it takes back, where a
    ledger was entered again."""
    undone: dict[str, TakenBack] = {}
    read: list[AidEntry] = []
    for entry in store.journal.entries_at(iter(numbers)):
        schema = entry.record["schema"]
        if schema == UNDO:
            undone.setdefault(entry.record["undoes"], taken_back_by(entry))
        elif schema == ENTRY:
            read.append(_entry(store, entry))
        elif schema == RECEIVED:
            rows, taken_back = received_entries(store, entry)
            read.extend(rows)
            for entry_id, undo in taken_back.items():
                undone.setdefault(entry_id, undo)
    if not undone:
        return (*before, *read)
    return tuple(
        replace(each, undone=undone[each.entry_id]) if each.undone is None and each.entry_id in undone else each
        for each in (*before, *read)
    )


def _entry(store: Store, entry: Entry) -> AidEntry:
    record = entry.record
    row = kept_row(store, record["table"], record["content"])
    return AidEntry(
        entry_id=record["id"],
        entry=entry.number,
        table=record["table"],
        code=record["code"],
        about=record["about"],
        version=record["version"],
        row=row,
        totals=kept_totals(store, record["table"], row, record["totals"]),
        known_at=read_time(record["known_at"]),
        recorded_at=first_recorded_at(record),
        by=record["by"],
        acting_for=record["acting_for"],
        content=record["content"],
        reason=record["reason"],
    )
