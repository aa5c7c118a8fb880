"""Dossiers, as the journal holds them: the record with its roots, its salts beside it, and who was given what of it."""

from __future__ import annotations

import base64
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from hashlib import sha256
from typing import Any, Final

from trucewatch.errors import StoreError
from trucewatch.ledger.dossier import RECORD, Fields, dossier_record, read_salts
from trucewatch.messages import Message
from trucewatch.store.journal import Entry
from trucewatch.store.store import Store

GIVEN: Final = "trucewatch/dossier-given/1"


def record_dossier(store: Store, fields: Fields, list_entry: int) -> Entry:
    """Keep the salts, enter the record. The salts are flushed first: a record whose fields nobody can open is none."""
    salts = store.objects.put(fields.salts_object())
    record = dossier_record(fields, list_entry=list_entry, list_object=store.journal.hash_of(list_entry), salts=salts)
    (entry,) = store.commit([record])
    return entry


def record_given(
    store: Store, dossier: Entry, *, recipient: str, opened: Collection[str], content: bytes, by: str
) -> Entry:
    """Enter that a copy is given away: of which dossier, to whom, which columns are opened in how many rows, and the
    copy's hash, by which it is known again.

    opened: paths, of pieces of evidence too.
    """
    parts = (path.split("/")[:3] for path in opened)
    record = {
        "schema": GIVEN,
        "dossier": dossier.sha256,
        "recipient": recipient,
        "opened": dict(Counter(f"{section}/{column}" for section, _, column in parts)),
        # As base64: a text of 64 hexadecimal digits names bytes that are kept here, and the copy is not.
        "copy_sha256": base64.b64encode(sha256(content).digest()).decode(),
        "by": by,
    }
    (entry,) = store.commit([record])
    return entry


def dossiers_of_list(store: Store, list_entry: int) -> Iterator[tuple[Entry, Fields]]:
    """The dossiers that were made from one list and whose salts are kept, the latest first."""
    of_list = {"entry": list_entry, "object": store.journal.hash_of(list_entry)}  # after a loss numbers mean others
    rows = store.index.rows("SELECT number FROM entry WHERE schema = ? ORDER BY number DESC", RECORD)
    for (number,) in rows:
        entry = next(store.journal.entries(number))
        if entry.record.get("list") == of_list and entry.record["salts"] in store.objects:
            yield entry, read_salts(store.objects.get(entry.record["salts"]))


def fields_of(store: Store, record: Mapping[str, Any]) -> Fields:
    """The fields of a dossier. Raises StoreError if its salts were erased: nothing of it can be opened any more."""
    salts = str(record["salts"])
    if salts not in store.objects:
        raise StoreError(
            Message(
                "the salts of this dossier ({sha256}…) are not kept any more: what was closed stays closed for ever, "
                "for everybody",
                sha256=salts[:16],
            )
        )
    return read_salts(store.objects.get(salts))
