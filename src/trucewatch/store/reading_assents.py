"""Which delegations let a reading that was entered hold an outcome back, where people have accounts: by their assents
to `reading:e-…:1` under the quorum rule. A reading of `agreement.toml` is the watch's own text, agreed outside of the
program: what it says stays as it is.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from trucewatch.model.agreement_entries import AgreementEntry
from trucewatch.model.clause_parts import Reading
from trucewatch.model.quorum import standing
from trucewatch.model.watch import Watch
from trucewatch.store.assent_records import assents
from trucewatch.store.role_records import accounts_since
from trucewatch.store.store import Store


def reading_subject(entry_id: str) -> str:
    """What an assent to an entered reading is of. An entry never changes, so that it has one version."""
    return f"reading:{entry_id}:1"


def may_be_let(entry: AgreementEntry) -> bool:
    """Whether an entry is a reading that could hold something back: one that says what differs under it."""
    row = entry.row
    return entry.stands and isinstance(row, Reading) and bool(row.reads.permits or row.reads.changed or _due(row))


def with_assents(
    store: Store, watch: Watch, entries: tuple[AgreementEntry, ...], recorded_by: datetime | None = None
) -> tuple[AgreementEntry, ...]:
    """The entries with who lets each reading hold an outcome back; by a moment, if one is given.

    Once the rule is reached all delegations do, until somebody takes their assent back. What an entry says of it itself
    counts only where it was made before the first account was completed. watch: its rule and its delegations.
    """
    since = accounts_since(store, recorded_by)
    if since is None or not any(isinstance(each.row, Reading) for each in entries):
        return entries
    return tuple(_let(store, watch, entries, since, recorded_by))


def _let(
    store: Store, watch: Watch, entries: Iterable[AgreementEntry], since: datetime, recorded_by: datetime | None
) -> Iterable[AgreementEntry]:
    every, needs = assents(store, recorded_by), watch.settings.quorum.needs("reading")
    delegations = sorted(watch.delegation_ids)
    for entry in entries:
        if not isinstance(entry.row, Reading):
            yield entry
            continue
        agreed = every.get(reading_subject(entry.entry_id), {}).values()
        now = standing(needs, (assent for assent, _ in agreed), delegations)
        # Where anybody's word would do, one that is missing stands for all.
        let = () if "" in now.missing else tuple(each for each in delegations if each not in now.missing)
        stated = entry.row.let_by if entry.recorded_at < since else ()
        let_by = tuple(dict.fromkeys((*stated, *let)))
        yield (
            entry
            if let_by == entry.row.let_by
            else replace(entry, row=replace(entry.row, let_by=let_by), let_by=let_by)
        )


def _due(reading: Reading) -> bool:
    return reading.reads.day is not None or reading.reads.bound is not None
