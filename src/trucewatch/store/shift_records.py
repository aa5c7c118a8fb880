"""Shifts as the journal holds them: `trucewatch/shift/1` (it begins, people come and go, it ends), `handover/1`,
`handover-sign/1`, `log-line/1`, and `shift-undo/1`, which takes back what an earlier entry says.

Names and words lie apart; records hold their references `w-…`. Asking costs what was entered since it was asked last.
"""

from __future__ import annotations

import threading
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final

from trucewatch.errors import StoreError
from trucewatch.messages import Message
from trucewatch.model.shift import Handover, LogLine, OnShift, Shift, Signature
from trucewatch.model.times import iso_utc, read_time
from trucewatch.store.journal import Entry
from trucewatch.store.kind_entries import first_recorded_at
from trucewatch.store.store import Store

SHIFT: Final = "trucewatch/shift/1"
HANDOVER: Final = "trucewatch/handover/1"
SIGNATURE: Final = "trucewatch/handover-sign/1"
LINE: Final = "trucewatch/log-line/1"
UNDO: Final = "trucewatch/shift-undo/1"
SCHEMAS: Final = (SHIFT, HANDOVER, SIGNATURE, LINE, UNDO)
_AS_HASH: Final = "sha256:"
"""Before a hash that names no object: what a record names bare, a verifier looks for."""
_READING: Final = threading.Lock()
"""Pages ask from many threads, and one of them reads on."""


@dataclass(slots=True)
class _Read:
    """What was read of the journal, up to the entries that the index knew then; `store.erase` lets go of it."""

    until: int = 0
    of_shift: dict[int, list[Entry]] = field(default_factory=dict)
    """Shift → its entries, without those that a later one takes back."""
    shift_of: dict[int, int] = field(default_factory=dict)
    """Entry → its shift, of those that can be taken back."""
    shifts: dict[int, Shift] = field(default_factory=dict)
    lines: dict[int, LogLine] = field(default_factory=dict)
    handovers: int = 0
    """The highest number of one, also of those taken back."""
    last_shift: int = 0
    """The same of shifts."""


def shift_now(store: Store) -> Shift | None:
    """The shift that is on; None while none is. Cheap: every page asks."""
    return next((each for each in reversed(shifts_on_record(store)) if each.is_on), None)


def shifts_on_record(store: Store) -> tuple[Shift, ...]:
    """Every shift in the order of their numbers; without those that were begun by mistake and taken back."""
    return tuple(_read(store).shifts.values())


def shift_of(store: Store, code: str) -> Shift:
    """A shift by its number, `SH-3` or `3`. Raises StoreError if there is none."""
    number = _number(code, "SH-")
    shift = _read(store).shifts.get(number)
    if shift is None:
        raise StoreError(Message('there is no shift "{number}"; the list has those there are', number=code[:20]))
    return shift


def handover_of(store: Store, code: str) -> tuple[Shift, Handover]:
    """A hand-over with its shift by its number, `H-3` or `3`. Raises StoreError if there is none."""
    number = _number(code, "H-")
    for shift in reversed(shifts_on_record(store)):
        for handover in shift.handovers:
            if handover.number == number:
                return shift, handover
    raise StoreError(Message('there is no hand-over "{number}"; the list has those there are', number=code[:20]))


def lines_on_record(store: Store) -> Mapping[int, LogLine]:
    """Every line of the log by its entry, in their order, those struck out among them."""
    return _read(store).lines


def next_shift_number(store: Store) -> int:
    """The number that the next shift bears; asked while nobody else enters one."""
    return _read(store).last_shift + 1


def next_handover_number(store: Store) -> int:
    return _read(store).handovers + 1


def unsigned_since(store: Store, at: datetime) -> bool:
    """Whether what was entered at a moment of the watch's clock was entered while a hand-over stood unsigned: after it
    was written, before somebody signed it or a later one was signed."""
    return any(begun <= at and (end is None or at < end) for begun, end in _spans(store, by_entry=False))


def unsigned_at_entry(store: Store, entries: Iterable[int]) -> frozenset[int]:
    """Those of some entries of the ledger that were entered while a hand-over stood unsigned. Exact where clocks
    jumped: it goes by the order of the entries."""
    spans = _spans(store, by_entry=True)
    begins = [begun for begun, _ in spans]
    own = {handover.entry for shift in shifts_on_record(store) for handover in shift.handovers}

    def is_within(entry: int) -> bool:
        before = spans[: bisect_right(begins, entry)]
        return entry not in own and any(begun < entry and (end is None or entry < end) for begun, end in before)

    return frozenset(entry for entry in entries if is_within(entry))


def _spans(store: Store, *, by_entry: bool) -> list[tuple[Any, Any]]:
    """From when to when a hand-over stood unsigned, each as entries or as moments; an open end is None."""
    signatures: list[Signature] = []
    counted: list[Handover] = []
    for shift in shifts_on_record(store):
        if shift.handover is not None:
            counted.append(shift.handover)
            if shift.handover.signed:
                signatures.append(shift.handover.signed)
    spans: list[tuple[Any, Any]] = []
    for handover in counted:
        closing = min((each for each in signatures if each.entry > handover.entry), key=_entry_of, default=None)
        begun, end = (
            (handover.until_entry, closing and closing.entry) if by_entry else (handover.at, closing and closing.at)
        )
        spans.append((begun, end))
    return sorted(spans, key=lambda span: span[0])


def _entry_of(signature: Signature) -> int:
    return signature.entry


def shift_record(
    act: str,
    *,
    shift: int,
    at: datetime,
    by: str,
    known_at: datetime,
    people: Sequence[tuple[str, str, bool]] = (),
    planned_end: datetime | None = None,
    takes_over: int = 0,
    end: str = "",
    drill: int = 0,
    simulated: bool = False,
) -> dict[str, Any]:
    """A record of what happens to a shift. act: begin, come, go, end. people: who, side, whether they lead; who begin
    it, come or go."""
    return {
        "schema": SHIFT,
        "act": act,
        "shift": shift,
        "at": iso_utc(at),
        "persons": [{"who": who, "side": side, "lead": is_lead} for who, side, is_lead in people],
        "planned_end": iso_utc(planned_end) if planned_end else "",
        "takes_over": takes_over,
        "ending": end,
        "drill": drill,
        "simulated": simulated,
        "by": by,
        "known_at": iso_utc(known_at),
    }


def handover_record(handover: Handover, known_at: datetime) -> dict[str, Any]:
    return {
        "schema": HANDOVER,
        "number": handover.number,
        "shift": handover.shift,
        "at": iso_utc(handover.at),
        "proposed": handover.proposed,
        "proposed_hash": _AS_HASH + handover.proposed_hash,
        "changes": handover.changes,
        "changes_hash": _AS_HASH + handover.changes_hash,
        "words": handover.words,
        "name": handover.name,
        "until_entry": handover.until_entry,
        "drill": handover.drill,
        "simulated": handover.simulated,
        "by": handover.by,
        "known_at": iso_utc(known_at),
    }


def signature_record(
    handover: Handover, *, at: datetime, by: str, name: str, remark: str, known_at: datetime
) -> dict[str, Any]:
    return {
        "schema": SIGNATURE,
        "handover": handover.number,
        "shift": handover.shift,
        "at": iso_utc(at),
        "name": name,
        "remark": remark,
        "drill": handover.drill,
        "simulated": handover.simulated,
        "by": by,
        "known_at": iso_utc(known_at),
    }


def line_record(line: LogLine) -> dict[str, Any]:
    return {
        "schema": LINE,
        "shift": line.shift,
        "at": iso_utc(line.at),
        "words": line.words,
        "about": list(line.about),
        "drill": line.drill,
        "simulated": line.simulated,
        "by": line.by,
        "known_at": iso_utc(line.known_at),
    }


def undo_record(
    *, shift: int, undoes: int, is_line: bool, reason: str, reason_code: str, by: str, known_at: datetime
) -> dict[str, Any]:
    return {
        "schema": UNDO,
        "act": "strike" if is_line else "undo",
        "shift": shift,
        "undoes_entry": undoes,
        "reason": reason,
        "reason_code": reason_code,
        "by": by,
        "known_at": iso_utc(known_at),
    }


def _number(code: str, before: str) -> int:
    text = code.strip().upper().removeprefix(before)
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def _read(store: Store) -> _Read:
    until = store.index.applied
    if (read := store.memory.of(_Read)).until == until:
        return read
    with _READING:
        read = store.memory.of(_Read)
        if read.until == until:
            return read
        since = read.until if read.until < until else 0  # less: the index was made anew over another journal
        grown = (
            _Read(
                until=until,
                of_shift=dict(read.of_shift),
                shift_of=dict(read.shift_of),
                shifts=dict(read.shifts),
                lines=dict(read.lines),
                handovers=read.handovers,
                last_shift=read.last_shift,
            )
            if since
            else _Read(until=until)
        )
        marks = ", ".join("?" for _ in SCHEMAS)
        rows = store.index.rows(
            f"SELECT number FROM entry WHERE schema IN ({marks}) AND number >= ? ORDER BY number", *SCHEMAS, since
        )
        touched: dict[int, None] = {}
        for entry in store.journal.entries_at(number for (number,) in rows):
            if entry.number not in grown.shift_of and entry.number not in grown.lines:
                for shift in _take(grown, entry):
                    touched[shift] = None
        for shift in touched:
            _fold(grown, shift)
        store.memory.put(grown)
        return grown


def _take(read: _Read, entry: Entry) -> tuple[int, ...]:
    """Put an entry at its place; the shifts that it changes."""
    record = entry.record
    schema, shift = record["schema"], record["shift"]
    if schema == LINE:
        read.lines[entry.number] = line_in(entry)
        return ()
    read.shift_of[entry.number] = shift
    if schema == UNDO:
        undone = record["undoes_entry"]
        line = read.lines.get(undone)
        if line is not None:
            if not line.struck:
                read.lines[undone] = replace(
                    line,
                    struck=entry.number,
                    struck_by=record["by"],
                    reason=record["reason"],
                    reason_code=record["reason_code"],
                )
            return ()
        entries = read.of_shift.get(shift, [])
        read.of_shift[shift] = [each for each in entries if each.number != undone]
        return (shift,)
    if schema == HANDOVER:
        read.handovers = max(read.handovers, record["number"])
    read.last_shift = max(read.last_shift, shift)
    read.of_shift[shift] = [*read.of_shift.get(shift, ()), entry]
    return (shift,)


def _fold(read: _Read, number: int) -> None:
    """What stands of a shift after its entries."""
    shift: Shift | None = None
    for entry in read.of_shift[number]:
        schema, act = entry.record["schema"], entry.record.get("act", "")
        if schema == SHIFT and act == "begin":
            shift = shift or shift_in(entry)
        elif shift is not None:
            shift = _after(shift, entry)
    if shift is None:
        read.shifts.pop(number, None)
    else:
        read.shifts[number] = shift
        if next(reversed(read.shifts)) != number:  # a take-over that was taken back lets the one before stand again
            read.shifts = {each: read.shifts[each] for each in sorted(read.shifts)}


def _after(shift: Shift, entry: Entry) -> Shift:
    record = entry.record
    schema = record["schema"]
    if schema == HANDOVER:
        return replace(shift, handovers=(*shift.handovers, handover_in(entry)))
    if schema == SIGNATURE:
        signature = Signature(
            entry=entry.number,
            by=record["by"],
            name=record["name"],
            at=read_time(record["at"]),
            remark=record["remark"],
            recorded_at=first_recorded_at(record),
        )
        handovers = tuple(
            replace(each, signed=each.signed or signature) if each.number == record["handover"] else each
            for each in shift.handovers
        )
        return replace(shift, handovers=handovers)
    if record["act"] == "come":
        return replace(shift, people=(*shift.people, *_people(entry)))
    if record["act"] == "go":
        gone, at = {each["who"] for each in record["persons"]}, read_time(record["at"])
        people = tuple(
            replace(each, until_at=at, left_entry=entry.number) if each.who in gone and each.until_at is None else each
            for each in shift.people
        )
        return replace(shift, people=people)
    if shift.is_on:
        return replace(
            shift, ended_at=read_time(record["at"]), end=record["ending"], end_entry=entry.number, ended_by=record["by"]
        )
    return shift


def _people(entry: Entry) -> tuple[OnShift, ...]:
    at = read_time(entry.record["at"])
    return tuple(
        OnShift(who=each["who"], side=each["side"], is_lead=each["lead"], from_at=at, entry=entry.number)
        for each in entry.record["persons"]
    )


def shift_in(entry: Entry) -> Shift:
    """A shift as the entry that begins it says."""
    record = entry.record
    return Shift(
        number=record["shift"],
        entry=entry.number,
        by=record["by"],
        began_at=read_time(record["at"]),
        recorded_at=first_recorded_at(record),
        planned_end=read_time(record["planned_end"]) if record["planned_end"] else None,
        people=_people(entry),
        takes_over=record["takes_over"],
        drill=record["drill"],
        simulated=record["simulated"],
    )


def handover_in(entry: Entry) -> Handover:
    record = entry.record
    return Handover(
        number=record["number"],
        shift=record["shift"],
        entry=entry.number,
        by=record["by"],
        name=record["name"],
        at=read_time(record["at"]),
        recorded_at=first_recorded_at(record),
        proposed=record["proposed"],
        proposed_hash=record["proposed_hash"].removeprefix(_AS_HASH),
        changes=record["changes"],
        changes_hash=record["changes_hash"].removeprefix(_AS_HASH),
        words=record["words"],
        until_entry=record["until_entry"],
        drill=record["drill"],
        simulated=record["simulated"],
    )


def line_in(entry: Entry) -> LogLine:
    record = entry.record
    return LogLine(
        entry=entry.number,
        shift=record["shift"],
        at=read_time(record["at"]),
        known_at=read_time(record["known_at"]),
        recorded_at=first_recorded_at(record),
        words=record["words"],
        about=tuple(record["about"]),
        by=record["by"],
        drill=record["drill"],
        simulated=record["simulated"],
    )
