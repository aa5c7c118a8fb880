"""Who has what rang, as the journal holds it: `trucewatch/alarm/1`, one record a click, and one that takes it back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from trucewatch.errors import StoreError
from trucewatch.messages import Message
from trucewatch.model.alarm import AlarmHad, AlarmThing
from trucewatch.model.times import iso_utc, read_time
from trucewatch.store.journal import Entry
from trucewatch.store.store import Store

ALARM: Final = "trucewatch/alarm/1"


class AlarmTakenError(StoreError):
    """Somebody else has it already. had: who and since when."""

    def __init__(self, had: AlarmHad) -> None:
        super().__init__(Message("somebody has it already; nothing was entered"))
        self.had = had


@dataclass(frozen=True, slots=True)
class _Entered:
    until: int = 0
    acts: Mapping[int, AlarmHad] = field(default_factory=dict)
    had: Mapping[str, AlarmHad] = field(default_factory=dict)


def had_on_record(store: Store) -> Mapping[str, AlarmHad]:
    """What somebody has, by the thing's key. Costs what was entered since it was asked last."""
    return _entered(store).had


def have_alarm(store: Store, things: Sequence[AlarmThing], *, by: str, now: datetime) -> Entry:
    """Enter that somebody has what rang: of several the part that nobody has. While nobody else enters anything: of two
    who click in one second the first has it. Raises AlarmTakenError for who comes second; StoreError for nothing."""
    had = had_on_record(store)
    waiting = [thing for thing in things if thing.key not in had]
    if not things:
        raise StoreError(Message("there is no such alarm any more; the page of alarms has those there are"))
    if not waiting:
        raise AlarmTakenError(had[things[0].key])
    (entry,) = store.commit(
        [
            {
                "schema": ALARM,
                "act": "have",
                "about": [thing.key for thing in waiting],
                "at": iso_utc(now),
                "undoes": -1,
                "by": store.keys.person_reference(by),
                "simulated": all(thing.simulated or thing.is_drill for thing in waiting),
                "drill": all(thing.is_drill for thing in waiting),
            }
        ]
    )
    return entry


def undo_have(store: Store, entry: int, *, by: str, now: datetime) -> Entry:
    """Enter that whoever had it does not have it after all. Raises StoreError for an entry that is none of theirs, or
    was taken back."""
    act = _entered(store).acts.get(entry)
    reference = store.keys.person_reference(by)
    if act is None or act.by != reference:
        raise StoreError(Message("entry {entry}: you do not have that alarm; nothing was changed", entry=entry))
    taken = next(store.journal.entries(entry)).record
    (undone,) = store.commit(
        [
            {
                "schema": ALARM,
                "act": "undo",
                "about": list(act.things),
                "at": iso_utc(now),
                "undoes": entry,
                "by": reference,
                "simulated": taken.get("simulated") is True,
                "drill": taken.get("drill") is True,
            }
        ]
    )
    return undone


def _entered(store: Store) -> _Entered:
    last, until = store.memory.of(_Entered), store.index.applied
    if until == last.until:
        return last
    since = last.until if until > last.until else 0
    acts = dict(last.acts) if since else {}
    rows = store.index.rows("SELECT number FROM entry WHERE schema = ? AND number >= ? ORDER BY number", ALARM, since)
    for entry in list(store.journal.entries_at(number for (number,) in rows)):
        _apply(acts, entry)
    had = {thing: act for act in acts.values() for thing in act.things}
    entered = _Entered(until, acts, had)
    store.memory.put(entered)
    return entered


def _apply(acts: dict[int, AlarmHad], entry: Entry) -> None:
    record: Mapping[str, Any] = entry.record
    if record["act"] == "undo":
        acts.pop(record["undoes"], None)
        return
    acts[entry.number] = AlarmHad(
        entry=entry.number, by=record["by"], at=read_time(record["at"]), things=tuple(record["about"])
    )
