"""Which dossiers hold something of what is to be erased: their salts go with it."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from typing import Any

from trucewatch.ledger.dossier import RECORD
from trucewatch.store.index import Index
from trucewatch.store.objects import HashedFiles


def dossier_salts_with(index: Index, objects: HashedFiles, names: Collection[str]) -> Iterator[tuple[int, str]]:
    """Entry and salts object of every dossier that holds something of evidence, records, people or words, in order.

    names: SHA-256, `p-…`, `w-…`. Without the salts object its values are gone, and what is closed in any copy can never
    be opened or guessed. It goes if a value names one of these, whichever rows of the evidence it was read from.
    """
    wanted = frozenset(names)
    for number, record_name in index.rows("SELECT number, sha256 FROM entry WHERE schema = ? ORDER BY number", RECORD):
        if record_name not in objects:
            continue
        salts = str(json.loads(objects.get(record_name))["salts"])
        if salts in objects and not wanted.isdisjoint(_texts(json.loads(objects.get(salts))["sections"])):
            yield int(number), salts


def _texts(value: Any) -> Iterator[str]:
    pending = [value]
    while pending:
        inner = pending.pop()
        if isinstance(inner, dict):
            pending += inner.values()
        elif isinstance(inner, list):
            pending += inner
        elif isinstance(inner, str):
            yield inner
