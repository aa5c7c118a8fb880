"""Line checks as the journal holds them: `trucewatch/line-check/1`, one record a check or its taking back. No number
stands in one: only which of the function's numbers it was."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from trucewatch.model.duty_line import LineCheck
from trucewatch.model.times import iso_utc, read_time
from trucewatch.store.journal import Entry
from trucewatch.store.kind_entries import entries_of_kind, first_recorded_at
from trucewatch.store.store import Store

CHECK: Final = "trucewatch/line-check/1"


@dataclass(frozen=True, slots=True)
class _Checks:
    """What was read last, and up to which entry the index had been read then."""

    until: int = -1
    checks: tuple[LineCheck, ...] = ()


def line_checks(store: Store) -> tuple[LineCheck, ...]:
    """Every check that was not taken back, by when it was made. Costs nothing until something is entered."""
    read, until = store.memory.of(_Checks), store.index.applied
    if read.until != until:
        entries = list(entries_of_kind(store, CHECK))
        undone = {number for entry in entries for number in entry.record["undoes"]}
        checks = [check_in(entry) for entry in entries if not entry.record["undoes"] and entry.number not in undone]
        read = _Checks(until, tuple(sorted(checks, key=lambda check: (check.at, check.entry))))
        store.memory.put(read)
    return read.checks


def last_check(store: Store, of: str) -> LineCheck | None:
    """The last check of the line of a party, delegation or body; None for one that was never checked."""
    return next((check for check in reversed(line_checks(store)) if check.of == of), None)


def check_record(check: LineCheck) -> dict[str, Any]:
    """The record of a check; its entry is given when it is committed."""
    return {
        "schema": CHECK,
        "line": check.of,
        "result": check.result,
        "at": iso_utc(check.at),
        "function": check.function,
        "number_sort": check.via,
        "number_place": check.place,
        "directory_entry": check.version,
        "words": check.words,
        "undoes": [],
        "by": check.by,
    }


def unchecked_record(checks: Iterable[LineCheck], *, by: str) -> dict[str, Any]:
    """The record that takes checks back."""
    undone = tuple(checks)
    return check_record(undone[0]) | {
        "words": "",
        "undoes": [check.entry for check in undone],
        "by": by,
    }


def check_in(entry: Entry) -> LineCheck:
    record = entry.record
    return LineCheck(
        entry=entry.number,
        of=record["line"],
        result=record["result"],
        at=read_time(record["at"]),
        by=record["by"],
        recorded_at=first_recorded_at(record),
        function=record["function"],
        via=record["number_sort"],
        place=record["number_place"],
        version=record["directory_entry"],
        words=record["words"],
    )
