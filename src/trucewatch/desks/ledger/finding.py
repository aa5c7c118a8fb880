"""Which entries of the ledger are looked for: a kind, a day, a person."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from trucewatch.model.record_kind import Kinds, kind_name
from trucewatch.store.journal import Entry
from trucewatch.store.ledger_lines import MOST, LogPage, entries_for_people

MOST_READ: Final = 10_000
"""Of each kind that people enter so many of the newest are looked through for a person."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What is looked for; what is empty or None is not asked."""

    kind: str = ""
    span: tuple[datetime, datetime] | None = None
    who: str = ""
    """A person's reference, or the id of a delegation."""


def find_entries(root: Path, kinds: Kinds, wanted: Wanted, *, offset: int, limit: int) -> LogPage:
    """One page of the entries of a store that are looked for, the newest first.

    The index knows kinds and times. Who stands behind an entry its record says, so those that people enter are read,
    the newest of each kind first.
    """
    if not wanted.who:
        return entries_for_people(
            root, kinds, kind=wanted.kind, span=wanted.span, offset=min(offset, (1 << 53) - 1), limit=limit
        )
    names = [wanted.kind] if wanted.kind else [name for name, kind in kinds.items() if kind.by_hand]
    theirs = [
        entry
        for name in names
        for entry in _entries(root, kinds, name, wanted.span)
        if (kind := kinds.get(kind_name(str(entry.record["schema"])))) and entry.record.get(kind.who) == wanted.who
    ]
    theirs.sort(key=lambda entry: entry.number, reverse=True)
    return LogPage(tuple(theirs[offset : offset + limit]), len(theirs))


def _entries(root: Path, kinds: Kinds, kind: str, span: tuple[datetime, datetime] | None) -> Iterator[Entry]:
    for offset in range(0, MOST_READ, MOST):
        page = entries_for_people(root, kinds, kind=kind, span=span, offset=offset, limit=MOST)
        yield from page.entries
        if offset + MOST >= page.total:
            return
