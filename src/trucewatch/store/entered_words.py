"""What somebody entered by hand, as the journal holds it: references `w-…` in place of what was typed, the words again
for who reads it, and that an entry was taken back. Every kind of record with a table, its fields and an undo is held
so."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from trucewatch.model.agreement_entries import TakenBack
from trucewatch.store.journal import Entry
from trucewatch.store.kind_entries import entries_of_kind, first_recorded_at
from trucewatch.store.store import Store
from trucewatch.store.typed_words import is_reference


def in_words(value: Any, words_of: Callable[[str], str]) -> Any:
    """The same with what was typed in place of references. words_of: what stands for a reference, also for one of
    which the words were erased."""
    if isinstance(value, Mapping):
        return {key: in_words(inner, words_of) for key, inner in value.items()}
    if isinstance(value, list):
        return [in_words(inner, words_of) for inner in value]
    return words_of(value) if is_reference(value) else value


def typed_at(value: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Every reference with the key that it stands at: `source`, `says.en`, `by.0`."""
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from typed_at(inner, f"{path}.{key}" if path else key)
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from typed_at(inner, f"{path}.{number}")
    elif is_reference(value):
        yield path, value


def taken_back_by(entry: Entry) -> TakenBack:
    """That something was taken back, of the record that says so."""
    record = entry.record
    return TakenBack(
        entry=entry.number,
        recorded_at=first_recorded_at(record),
        by=record["by"],
        reason=record["reason"],
        reason_code=record["reason_code"],
    )


def taken_back(store: Store, schema: str) -> dict[str, TakenBack]:
    """What was taken back by records of this kind, by the id of each entry; the first undo of an entry counts."""
    undone: dict[str, TakenBack] = {}
    for entry in entries_of_kind(store, schema):
        undone.setdefault(entry.record["undoes"], taken_back_by(entry))
    return undone
