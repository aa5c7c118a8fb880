"""A list that was worked out → its record in the journal: whole, or as what differs from the one before."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from trucewatch.errors import StoreError
from trucewatch.findings import rules_in_force
from trucewatch.fusion.list_changes import Listed, Revision, first_list, revise_list
from trucewatch.model.edits import FIRST_SCHEMA, HISTORY_SCHEMA
from trucewatch.model.sorted_rows import IN_ORDER, SortedRows, rows_at
from trucewatch.pipeline.last_work import LastWork
from trucewatch.store import Store
from trucewatch.store.arranged_rows import NO_START
from trucewatch.store.batches import StandingBatch
from trucewatch.store.kept_trees import Change, change_tables, keep_tables, restore_tables
from trucewatch.store.list_tables import KEYS, schema_in_tree
from trucewatch.store.lists import (
    Entered,
    RecordedList,
    is_made_from,
    last_list,
    list_before,
    record_list,
    record_roots,
    recorded_list,
    same_list,
)
from trucewatch.store.trees import Key

Replay = Callable[[RecordedList], dict[str, pa.Table]]
"""Works a list out again from what the journal held when it was recorded: its incidents, and those rejected."""


def record_work(
    store: Store,
    work: LastWork,
    last: LastWork,
    batches: Sequence[StandingBatch],
    acts: Sequence[Entered],
    as_of: datetime,
    calibrations: Sequence[str],
    replay: Replay,
) -> tuple[pa.Table, pa.Table]:
    """Record a list, unless it is the last one again; its L1, and what changed. These are a matter of arrival.

    `work` learns its entry and its L1. last: the work that it went on from. replay: for a list before of which a part
    cannot be read.
    """
    before = list_before(store, as_of)
    is_next = work.goes_on_from(last) and last.entry == _last_entry(store)
    if is_next and before is not None and before.entry == last.entry and before.version > 1:
        with suppress(StoreError):  # a part of it is missing or damaged: written whole, it is made again
            return _record_changes(store, work, last, before, batches, acts, as_of, calibrations)
    tables = work.tables()
    if same := same_list(store, tables, batches, acts, calibrations):
        work.entry, first = same.entry, _first_of(store, same, replay)
        work.first = SortedRows.in_order(first, IN_ORDER)
        return first, _history_of(store, same, replay)
    now = Listed(incidents=tables["incidents"], rejected=tables["rejected"])
    revision = first_list(now) if before is None else _revised(store, now, before, replay)
    whole = tables | {"first": revision.first.table, "history": revision.history}
    rules = rules_in_force()
    work.entry = record_list(store, whole, batches, acts, as_of, before, calibrations=calibrations, rules=rules)
    work.first = revision.first
    return revision.first.table, revision.history


def revision_made(store: Store, recorded: RecordedList | None) -> tuple[pa.Table, pa.Table]:
    """L1 and what changed as a list was recorded with; never worked out again."""
    if recorded is None:
        return FIRST_SCHEMA.empty_table(), HISTORY_SCHEMA.empty_table()
    return recorded.table(store, "first"), recorded.table(store, "history")


def _last_entry(store: Store) -> int:
    last = last_list(store)
    return -1 if last is None else last.entry


def _revised(store: Store, now: Listed, before: RecordedList, replay: Replay) -> Revision:
    """The revision of a list as it was recorded; what of it cannot be read is made again."""
    return revise_list(now, _listed(store, before, replay), _first_of(store, before, replay))


def _listed(store: Store, recorded: RecordedList, replay: Replay) -> Listed:
    """The incidents of a list, and those rejected; from the evidence where they cannot be read."""
    names = ("incidents", "rejected")
    try:
        tables = {name: recorded.table(store, name) for name in names}
    except StoreError:
        restore_tables(store, replay(recorded))
        tables = {name: recorded.table(store, name) for name in names}
    return Listed(incidents=tables["incidents"], rejected=tables["rejected"])


def _first_of(store: Store, recorded: RecordedList, replay: Replay) -> pa.Table:
    """L1 of a list; where it cannot be read, from the last before that can be, list by list as it was made."""
    pending, first = list[RecordedList](), None
    each: RecordedList | None = recorded
    while each is not None and first is None:
        try:
            first = each.table(store, "first")
        except StoreError:
            pending.append(each)
            if (before := _before(store, each)) is None and each.follows >= 0:
                raise
            each = before
    for revised in reversed(pending):
        first = _revision_of(store, revised, each, first, replay).first.table
        each = revised
    if pending:
        restore_tables(store, {"first": first})
        first = recorded.table(store, "first")
    return first


def _history_of(store: Store, recorded: RecordedList, replay: Replay) -> pa.Table:
    """What changed with a list; made again where it cannot be read."""
    try:
        return recorded.table(store, "history")
    except StoreError:
        if (before := _before(store, recorded)) is None and recorded.follows >= 0:
            raise
        first = _first_of(store, before, replay) if before else None
        restore_tables(store, {"history": _revision_of(store, recorded, before, first, replay).history})
        return recorded.table(store, "history")


def _before(store: Store, recorded: RecordedList) -> RecordedList | None:
    return recorded_list(store, recorded.follows)


def _revision_of(
    store: Store, recorded: RecordedList, before: RecordedList | None, first: pa.Table | None, replay: Replay
) -> Revision:
    """How a list came of the one before. first: L1 of that."""
    now = _listed(store, recorded, replay)
    if before is None or first is None:
        return first_list(now)
    return revise_list(now, _listed(store, before, replay), first)


def _record_changes(
    store: Store,
    work: LastWork,
    last: LastWork,
    before: RecordedList,
    batches: Sequence[StandingBatch],
    acts: Sequence[Entered],
    as_of: datetime,
    calibrations: Sequence[str],
) -> tuple[pa.Table, pa.Table]:
    """The same, by what went from the last list and what came."""
    listing, then = work.listing, last.listing
    assert listing is not None
    assert then is not None
    assert last.first is not None
    came = listing.came
    revision = revise_list(
        Listed(incidents=came, rejected=listing.rejected),
        Listed(incidents=listing.left, rejected=then.rejected),
        last.first,
    )
    new_first = rows_at(revision.first.table, np.flatnonzero(~revision.stays))
    changes = {
        "incidents": _change("incidents", listing.left, came),
        "findings": _change("findings", *work.findings_exchanged(last)),
        "contributions": _change("contributions", *work.contributions_exchanged(last)),
        "first": _change("first", rows_at(last.first.table, revision.left), new_first),
    }
    roots = {name: before.tables[name] for name in changes}
    roots = change_tables(store, roots, {name: change for name, change in changes.items() if change is not None})
    roots |= keep_tables(store, {"rejected": listing.rejected})
    work.first = revision.first
    is_same = all(before.tables.get(name) == root for name, root in roots.items())
    if is_same and is_made_from(store, before, batches, acts, calibrations):
        work.entry = before.entry
        return revision.first.table, before.table(store, "history")
    roots |= keep_tables(store, {"history": revision.history})
    rules = rules_in_force()
    work.entry = record_roots(store, roots, batches, acts, as_of, before, calibrations=calibrations, rules=rules)
    return revision.first.table, revision.history


def _change(name: str, gone: pa.Table, come: pa.Table) -> Change | None:
    """What of rows that went and came is not the same; None where nothing is."""
    schema = schema_in_tree(name)
    gone, come = gone.select(schema.names), come.select(schema.names).cast(schema)
    keys, others = _keys(name, gone), _keys(name, come)
    # Two of one key are not told apart here: both go, and both come.
    is_single = len({*keys}) == len(keys) and len({*others}) == len(others)
    if is_single and len(keys) + len(others) <= _MOST_COMPARED:
        left, right = dict(zip(keys, gone.to_pylist(), strict=True)), dict(zip(others, come.to_pylist(), strict=True))
        alike = {key for key, row in left.items() if right.get(key) == row}
        come = come.filter(pa.array([key not in alike for key in others], pa.bool_()))
        keys = [key for key in keys if key not in alike]
    return Change(keys, come.combine_chunks()) if keys or come.num_rows else None


_MOST_COMPARED: Final = 20_000


def _keys(name: str, rows: pa.Table) -> list[Key]:
    """The key of each row in the tree of a table."""
    start, ids = KEYS[name]
    times = pc.fill_null(rows[start].cast(pa.timestamp("us", "UTC")).cast(pa.int64()), NO_START).to_pylist()
    return [*zip(times, *(rows[column].to_pylist() for column in ids), strict=True)]
