"""Drills as the journal holds them: `trucewatch/drill/1`, one record that begins and one that ends each."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

from trucewatch.model.drill import Drill
from trucewatch.model.times import iso_utc, read_time
from trucewatch.store.journal import Entry
from trucewatch.store.kind_entries import entries_of_kind, first_recorded_at
from trucewatch.store.store import Store

DRILL: Final = "trucewatch/drill/1"


def drills_on_record(store: Store) -> tuple[Drill, ...]:
    """Every drill, in the order of their numbers."""
    drills: dict[int, Drill] = {}
    for entry in entries_of_kind(store, DRILL):
        record = entry.record
        number = record["number"]
        if record["act"] == "begin":
            drills.setdefault(number, drill_in(entry))
        elif number in drills and drills[number].runs:
            drills[number] = replace(
                drills[number],
                ended_at=read_time(record["at"]),
                end=record["end"],
                ended_by=record["by"],
                ended_for=record["for"],
            )
    return tuple(drills[number] for number in sorted(drills))


def drill_now(store: Store) -> Drill | None:
    """The drill that runs; None while none does. Cheap: every page asks."""
    last = next(reversed(drills_on_record(store)), None)
    return last if last is not None and last.runs else None


def drill_record(drill: Drill) -> dict[str, Any]:
    """The record that begins a drill, or of one that has ended the one that ends it."""
    is_over = drill.ended_at is not None
    return {
        "schema": DRILL,
        "act": "end" if is_over else "begin",
        "number": drill.number,
        "label": "" if is_over else drill.label,
        "at": iso_utc(drill.ended_at or drill.began_at),
        "end": drill.end,
        "for": drill.ended_for,
        "by": drill.ended_by if is_over else drill.by,
        "simulated": True,
    }


def drill_in(entry: Entry) -> Drill:
    record = entry.record
    return Drill(
        number=record["number"],
        entry=entry.number,
        label=record["label"],
        began_at=read_time(record["at"]),
        by=record["by"],
        recorded_at=first_recorded_at(record),
    )
