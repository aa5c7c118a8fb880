"""Drills as the journal holds them: `trucewatch/drill/1`, one record that begins and one that ends each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from trucewatch.messages import Message
from trucewatch.model.drill import Drill
from trucewatch.model.times import iso_utc, read_time
from trucewatch.store.journal import Entry
from trucewatch.store.kind_entries import first_recorded_at
from trucewatch.store.store import Store

DRILL: Final = "trucewatch/drill/1"


@dataclass(frozen=True, slots=True)
class _Entered:
    """What was read last, and up to which entry the index had been read then."""

    until: int = 0
    drills: Mapping[int, Drill] | None = None


def drills_on_record(store: Store) -> tuple[Drill, ...]:
    """Every drill, in the order of their numbers. Costs what was entered since it was asked last."""
    return tuple(_entered(store).values())


def drill_of(store: Store, number: int) -> Drill | None:
    return _entered(store).get(number)


def drill_now(store: Store) -> Drill | None:
    """The drill that runs; None while none does. Cheap: every page asks."""
    last = next(reversed(drills_on_record(store)), None)
    return last if last is not None and last.runs else None


def drill_label(store: Store, drill: Drill) -> str | Message:
    """What people call it; where it was erased since, that it was."""
    return store.typed.words_of(drill.label)


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


def _entered(store: Store) -> Mapping[int, Drill]:
    last, until = store.memory.of(_Entered), store.index.applied
    if last.drills is not None and until == last.until:
        return last.drills
    is_later = last.drills is not None and until > last.until
    drills = dict(last.drills or {}) if is_later else {}
    rows = store.index.rows(
        "SELECT number FROM entry WHERE schema = ? AND number >= ? ORDER BY number",
        DRILL,
        last.until if is_later else 0,
    )
    for entry in list(store.journal.entries_at(number for (number,) in rows)):
        number = entry.record["number"]
        if entry.record["act"] == "begin":
            drills.setdefault(number, drill_in(entry))
        elif number in drills and drills[number].runs:
            drills[number] = _ended(drills[number], entry)
    store.memory.put(_Entered(until, drills))
    return drills


def _ended(drill: Drill, entry: Entry) -> Drill:
    record = entry.record
    return replace(
        drill,
        ended_at=read_time(record["at"]),
        end=record["end"],
        ended_by=record["by"],
        ended_for=record["for"],
        end_entry=entry.number,
    )
