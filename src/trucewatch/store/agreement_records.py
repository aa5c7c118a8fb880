"""What was entered of the agreement, as the journal holds it: `trucewatch/agreement-entry/1`, one record an act, and
`trucewatch/agreement-undo/1`, which takes one back.

`fields` of a record are those of the table of that name in `agreement.toml`, without `known_at` and without what the
record says of itself. What somebody typed in them lies apart; the record holds references `w-…`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from trucewatch.model.agreement_entries import (
    TABLES,
    AgreementEntry,
    TakenBack,
    row_mapping,
    with_entries,
)
from trucewatch.model.ids import canonical, short_id
from trucewatch.model.record_mapping import record_from
from trucewatch.model.times import iso_utc, read_time
from trucewatch.model.watch import Watch
from trucewatch.store.entered_words import in_words, taken_back, typed_at
from trucewatch.store.journal import Entry
from trucewatch.store.kind_entries import entries_of_kind, first_recorded_at
from trucewatch.store.reading_assents import with_assents
from trucewatch.store.store import Store

ENTRY: Final = "trucewatch/agreement-entry/1"
UNDO: Final = "trucewatch/agreement-undo/1"
ERASURE: Final = "trucewatch/erasure/1"


@dataclass(frozen=True, slots=True)
class ReadEntries:
    """What was read last, held while the store is open. numbers: of the entries that it rests on."""

    numbers: tuple[int, ...] = ()
    entries: tuple[AgreementEntry, ...] = ()


def agreement_entries(store: Store, recorded_by: datetime | None = None) -> tuple[AgreementEntry, ...]:
    """Every entry, in order, those that were taken back among them; those recorded by a moment, if one is given, with
    what was taken back by then."""
    query = "SELECT number FROM entry WHERE schema IN (?, ?, ?) ORDER BY number"
    numbers = tuple(int(number) for (number,) in store.index.rows(query, ENTRY, UNDO, ERASURE))
    last_read = store.memory.of(ReadEntries)
    if last_read.numbers != numbers:
        last_read = ReadEntries(numbers, tuple(_entries(store)))
        store.memory.put(last_read)
    if recorded_by is None:
        return last_read.entries
    return tuple(
        replace(each, undone=None) if each.undone is not None and each.undone.recorded_at > recorded_by else each
        for each in last_read.entries
        if each.recorded_at <= recorded_by
    )


def counting_entries(store: Store, watch: Watch, recorded_by: datetime | None = None) -> tuple[AgreementEntry, ...]:
    """The same as they count in a watch: each reading with who lets it hold an outcome back."""
    return with_assents(store, watch, agreement_entries(store, recorded_by), recorded_by)


def watch_with_entries(store: Store, watch: Watch, recorded_by: datetime | None = None) -> Watch:
    """The watch with what its files say of the agreement and what was entered of it since; by a moment, if one is
    given. Who asks what was known at a moment asks the agreement (`known_at`), as of its file."""
    agreement = with_entries(watch.agreement, counting_entries(store, watch, recorded_by))
    return watch if agreement is watch.agreement else replace(watch, agreement=agreement)


def record_entry(store: Store, table: str, about: str, own: Mapping[str, Any], *, known_at: datetime, by: str) -> Entry:
    """Enter what was checked before. own: its fields, with references in place of what was typed."""
    (entry,) = store.commit([entry_record(store, table, about, own, known_at=known_at, by=by)])
    return entry


def entry_record(
    store: Store, table: str, about: str, own: Mapping[str, Any], *, known_at: datetime, by: str
) -> dict[str, Any]:
    """The record of what was checked before, for who enters it with others at once."""
    content = {"table": table, "about": about, "fields": dict(own), "known_at": iso_utc(known_at), "by": by}
    # The id stands in the record: after the loss of a ledger its records are entered again, at other places and times.
    name = short_id("e", str(len(store.journal)), canonical(content).decode())
    return {"schema": ENTRY, "id": name, **content}


def record_undo(
    store: Store, undone: AgreementEntry, *, reason: str, reason_code: str, known_at: datetime, by: str
) -> Entry:
    """Take an entry back. reason: a reference; "" with one of REASONS by its code."""
    record = undo_record(undone, reason=reason, reason_code=reason_code, known_at=known_at, by=by)
    (entry,) = store.commit([record])
    return entry


def undo_record(
    undone: AgreementEntry, *, reason: str, reason_code: str, known_at: datetime, by: str
) -> dict[str, Any]:
    """The record by which an entry is taken back."""
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


def _entries(store: Store) -> Iterator[AgreementEntry]:
    undone = taken_back(store, UNDO)
    for entry in entries_of_kind(store, ENTRY):
        yield _entry(store, entry, undone.get(entry.record["id"]))


def _entry(store: Store, entry: Entry, undone: TakenBack | None) -> AgreementEntry:
    record = entry.record
    known_at = read_time(record["known_at"])
    return AgreementEntry(
        entry_id=record["id"],
        entry=entry.number,
        table=record["table"],
        about=record["about"],
        row=_row(store, entry, known_at),
        known_at=known_at,
        recorded_at=first_recorded_at(record),
        by=record["by"],
        typed=dict(typed_at(record["fields"])),
        undone=undone,
    )


def _row(store: Store, entry: Entry, known_at: datetime) -> Any:
    """The row in words; None where a later program wrote what this one cannot read."""
    from pydantic import ValidationError

    record = entry.record
    if record["table"] not in TABLES:
        return None
    own = in_words(record["fields"], lambda reference: str(store.typed.words_of(reference)))
    mapping = row_mapping(record["table"], record["about"], own, known_at=known_at, by=record["by"], entry=entry.number)
    try:
        return record_from(TABLES[record["table"]], mapping)
    except ValidationError:
        return None
