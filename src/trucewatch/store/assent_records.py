"""Who agreed to what, as the journal holds it: `trucewatch/assent/1`, and `trucewatch/assent-undo/1` for one that was
taken back. What an assent is of is named by its subject, `release:d-…:4`: act, what, version."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from trucewatch.errors import StoreError
from trucewatch.messages import Message
from trucewatch.model.quorum import Assent
from trucewatch.model.roles import Role
from trucewatch.model.times import iso_utc, read_time
from trucewatch.store.journal import Entry
from trucewatch.store.kind_entries import entries_of_kind, first_recorded_at
from trucewatch.store.store import Store

ASSENT: Final = "trucewatch/assent/1"
UNDO: Final = "trucewatch/assent-undo/1"


def assents_of(store: Store, subject: str, of: str = "") -> tuple[Assent, ...]:
    """Every assent to one version of something, in the order of the entries, those taken back among them. of: the hash
    of what was agreed; then those alone that are of the same content."""
    return tuple(assent for assent, digest in assents(store).get(subject, {}).values() if not of or digest in ("", of))


def assents(store: Store, recorded_by: datetime | None = None) -> dict[str, dict[int, tuple[Assent, str]]]:
    """All that was agreed to: subject → entry → the assent, and the hash of what it is of; as the journal held it at a
    moment, if one is given."""

    def is_held(entry: Entry) -> bool:
        return recorded_by is None or first_recorded_at(entry.record) <= recorded_by

    by_entry: dict[int, tuple[Assent, str]] = {}
    for entry in filter(is_held, entries_of_kind(store, ASSENT)):
        by_entry[entry.number] = _assent(entry)
    for entry in filter(is_held, entries_of_kind(store, UNDO)):
        before = by_entry.get(entry.record["undoes"])
        if before is not None and before[0].person == entry.record["by"]:
            by_entry[entry.record["undoes"]] = replace(before[0], taken_back=True), before[1]
    by_subject: dict[str, dict[int, tuple[Assent, str]]] = {}
    for number, (assent, digest) in by_entry.items():
        by_subject.setdefault(assent.subject, {})[number] = assent, digest
    return by_subject


def enter_assent(
    store: Store, subject: str, *, person: str, side: str, role: Role | str, now: datetime, of: str = ""
) -> Entry:
    """Enter that somebody agrees, for their delegation. of: the hash of what they looked at. Raises StoreError where
    that delegation agreed to this already in the same role, and where two acts cannot take turns."""
    stands = [each for each in assents_of(store, subject, of) if not each.taken_back]
    if any(each.side == side and (each.role == role or each.person == person) for each in stands):
        raise StoreError(Message("{side} agreed to this already; one word of a delegation is enough", side=side or "-"))
    record: dict[str, Any] = {
        "schema": ASSENT,
        "subject": subject,
        "of": of,
        "side": side,
        "role": str(role),
        "by": person,
        "known_at": iso_utc(now),
    }
    (entry,) = store.commit([record])
    return entry


def take_back_assent(store: Store, subject: str, *, person: str, now: datetime) -> Entry:
    """Enter that somebody no longer agrees. Raises StoreError where nothing of theirs stands."""
    own = [each for each in assents_of(store, subject) if each.person == person and not each.taken_back]
    if not own:
        raise StoreError(Message("you did not agree to this, or took it back already; nothing was entered"))
    record = {"schema": UNDO, "subject": subject, "undoes": own[-1].entry, "by": person, "known_at": iso_utc(now)}
    (entry,) = store.commit([record])
    return entry


def _assent(entry: Entry) -> tuple[Assent, str]:
    record = entry.record
    role = record["role"]
    assent = Assent(
        subject=record["subject"],
        person=record["by"],
        side=record["side"],
        role=Role(role) if role in set(Role) else "",
        entry=entry.number,
        recorded_at=first_recorded_at(record),
        known_at=read_time(record["known_at"]) if record.get("known_at") else None,
    )
    return assent, record["of"]
