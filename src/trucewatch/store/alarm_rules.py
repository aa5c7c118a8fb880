"""The alarm rules of each person: `private/alarm-rules`. Habits of a person, kept apart from what is on record, gone
with who has them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any, Final

from trucewatch.errors import StoreError
from trucewatch.messages import Message
from trucewatch.model.alarm import ALARM_ABOUT, ALARM_WAYS, MOST_RULES, AlarmHabits, AlarmRule
from trucewatch.store.private_records import DamagedRecord, PrivateRecord

_SCHEMA: Final = "trucewatch/alarm-rules/1"
NAME: Final = "alarm-rules.json"


class AlarmRules:
    """The rules of everybody, by reference. Threads may share it."""

    def __init__(self, private: Path) -> None:
        self._record = PrivateRecord(private, NAME, _SCHEMA)

    @property
    def mark(self) -> object:
        """What changes whenever a rule does."""
        return self._record.mark

    def of(self, person: str) -> AlarmHabits | None:
        """What somebody chose; None while they have chosen nothing. Raises DamagedRecord, Locked."""
        row = self._people().get(person)
        return None if row is None else _habits_in(row)

    def everybody(self) -> Mapping[str, AlarmHabits]:
        """The same of all who have chosen something."""
        return {person: _habits_in(row) for person, row in self._people().items()}

    def put(self, person: str, habits: AlarmHabits) -> None:
        """Keep what somebody chose. Raises StoreError for more rules than anyone may have."""
        if len(habits.rules) > MOST_RULES:
            raise StoreError(
                Message("nobody has more than {most} alarm rules; remove one that you do not need", most=MOST_RULES)
            )
        with self._record.changing() as content:
            content.setdefault("people", {})[person] = _row_of(habits)

    def keep_only(self, people: Collection[str]) -> None:
        """Forget those of everybody else, whose accounts were removed."""
        if any(person not in people for person in self._people()):
            with self._record.changing() as content:
                kept = content.get("people", {})
                content["people"] = {person: row for person, row in kept.items() if person in people}

    def _people(self) -> Mapping[str, Any]:
        people = self._record.read().get("people", {})
        if not isinstance(people, dict):
            raise _damaged()
        return people


def _row_of(habits: AlarmHabits) -> dict[str, Any]:
    return {
        "mail": habits.mail,
        "zone": habits.zone,
        "language": habits.language,
        "quiet": list(habits.quiet) if habits.quiet else None,
        "grave_rings": habits.grave_rings,
        "rules": [
            {
                "number": rule.number,
                "name": rule.name,
                "about": rule.about,
                "kinds": list(rule.kinds),
                "zones": list(rule.zones),
                "rung": rule.rung,
                "happened": rule.happened,
                "clause": rule.clause,
                "outcomes": list(rule.outcomes),
                "drills": rule.drills,
                "ways": list(rule.ways),
            }
            for rule in habits.rules
        ],
    }


def _habits_in(row: Any) -> AlarmHabits:
    try:
        begin_end = row["quiet"]
        return AlarmHabits(
            mail=str(row["mail"]),
            zone=str(row["zone"]),
            language=str(row["language"]),
            quiet=None if begin_end is None else (int(begin_end[0]), int(begin_end[1])),
            grave_rings=bool(row["grave_rings"]),
            rules=tuple(_rule_in(rule) for rule in row["rules"]),
        )
    except (KeyError, TypeError, ValueError, IndexError, StopIteration) as exc:
        raise _damaged() from exc


def _rule_in(row: Any) -> AlarmRule:
    return AlarmRule(
        number=int(row["number"]),
        name=str(row["name"]),
        about=next(about for about in ALARM_ABOUT if about == row["about"]),
        kinds=tuple(map(str, row["kinds"])),
        zones=tuple(map(str, row["zones"])),
        rung=str(row["rung"]),
        happened=None if row["happened"] is None else float(row["happened"]),
        clause=str(row["clause"]),
        outcomes=tuple(map(str, row["outcomes"])),
        drills=bool(row["drills"]),
        ways=tuple(way for way in ALARM_WAYS if way in row["ways"]),
    )


def _damaged() -> DamagedRecord:
    return DamagedRecord(
        Message("private/{name} cannot be read; put back the one of a copy of private/, or remove it", name=NAME)
    )
