"""Which words were made from the bytes of an official statement: they go when the bytes do."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from trucewatch.store.typed_words import references_in

if TYPE_CHECKING:
    from trucewatch.store.journal import Entry
    from trucewatch.store.store import Store

# Written out: what reads these records stands above the store, of which erasing is a part.
_STATEMENT: Final = "trucewatch/official-statement/1"
_ANNOTATION: Final = "trucewatch/statement-annotation/1"
_AGREEMENT_ENTRY: Final = "trucewatch/agreement-entry/1"


def words_made_from(store: Store, sha256: str) -> list[str]:
    """References to the text and heading of the versions that were read from these bytes, to what decisions quote of
    them, and to the readings of clauses that these led to; each once."""
    references: dict[str, None] = {}
    versions = set()
    for entry in _entries(store, _STATEMENT):
        record = entry.record
        if record["evidence"] == sha256:
            versions.add((record["number"], record["language"], record["version"]))
            references |= dict.fromkeys(references_in(record))
    if not versions:
        return []
    readings: set[str] = set()
    for entry in _entries(store, _ANNOTATION):
        record = entry.record
        if (record["statement"], record["language"], record["version"]) in versions:
            references |= dict.fromkeys(references_in(record))
            readings.update(record["leads_to"].split())
    for entry in _entries(store, _AGREEMENT_ENTRY) if readings else ():
        if entry.record["id"] in readings:
            references |= dict.fromkeys(references_in(entry.record))
    return list(references)


def _entries(store: Store, schema: str) -> Iterator[Entry]:
    for (number,) in store.index.rows("SELECT number FROM entry WHERE schema = ? ORDER BY number", schema):
        yield next(store.journal.entries(int(number)))
