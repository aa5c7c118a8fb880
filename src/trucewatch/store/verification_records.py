"""Steps of a verification, as the journal holds them: `trucewatch/verification-step/1`, one record a step."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from trucewatch.model.ids import canonical, short_id
from trucewatch.model.incident import Incident
from trucewatch.model.times import iso_utc, read_time
from trucewatch.model.verification import VerificationStep
from trucewatch.store.journal import Entry
from trucewatch.store.kind_entries import entries_of_kind, first_recorded_at
from trucewatch.store.store import Store

STEP: Final = "trucewatch/verification-step/1"


def recorded_steps(store: Store, recorded_by: datetime | None = None) -> tuple[VerificationStep, ...]:
    """Every step, in the order of its entries; those recorded by a moment, if one is given. Those that were taken back
    are among them."""
    steps = [_step(entry) for entry in entries_of_kind(store, STEP)]
    return tuple(step for step in steps if recorded_by is None or step.recorded_at <= recorded_by)


def record_step(
    store: Store,
    incident: Incident | VerificationStep,
    *,
    step: str,
    answer: str,
    who: str,
    note: str,
    by: str,
    known_at: datetime,
    undoes: str = "",
) -> VerificationStep:
    """Enter a step of the verification of an incident. by: a salted reference; note: words, which are kept apart."""
    content = {
        "incident": incident.incident_id,
        "members": sorted(incident.members),
        "step": step,
        "answer": answer,
        "who": who,
        "note": store.keep_words(note) if note else "",
        "by": by,
        "known_at": iso_utc(known_at),
        "undoes": undoes,
    }
    # The id stands in the record: after the loss of a ledger its records are entered again, at other places and times.
    name = short_id("v", str(len(store.journal)), canonical(content).decode())
    (entry,) = store.commit([{"schema": STEP, "id": name, **content}])
    return _step(entry)


def _step(entry: Entry) -> VerificationStep:
    record = entry.record
    return VerificationStep(
        step_id=record["id"],
        entry=entry.number,
        incident_id=record["incident"],
        members=tuple(record["members"]),
        step=record["step"],
        answer=record["answer"],
        who=record["who"],
        note=record["note"],
        by=record["by"],
        known_at=read_time(record["known_at"]),
        recorded_at=first_recorded_at(record),
        undoes=record["undoes"],
    )
