"""The directory by function: `trucewatch/directory/1`, one record a change. Names of functions and their numbers lie
under `private/` with a salt of their own, as everything that is typed does: encrypted where the watch has a passphrase,
part of a copy of the watch, erased by the reference `w-…` that the record holds. No number is in the ledger."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, get_args

from trucewatch.errors import StoreError
from trucewatch.messages import Message
from trucewatch.model.duty_line import DirectoryAct, DutyLine, DutyNumber, NumberSort
from trucewatch.store.journal import ERASURE
from trucewatch.store.kind_entries import entries_of_kind
from trucewatch.store.line_check_records import CHECK, line_checks
from trucewatch.store.store import Store

DIRECTORY: Final = "trucewatch/directory/1"
CONTENT: Final = ("function", "of", "numbers", "languages", "hours", "remark")
"""What a version holds, and what a change can be of."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DirectoryEntry:
    """One entry of the directory. content: the reference of the version, "" of a removal. stands: was not taken
    back."""

    entry: int
    number: int
    act: DirectoryAct
    content: str
    stands: bool = True


@dataclass(frozen=True, slots=True)
class _Directory:
    """What was read last, and up to which entry the index had been read then."""

    until: int = -2
    lines: tuple[DutyLine, ...] = ()


def duty_directory(store: Store) -> tuple[DutyLine, ...]:
    """Every function that stands in the directory, by number, with its last check. Costs nothing until something is
    entered."""
    read, until = store.memory.of(_Directory), _newest(store)
    if read.until != until:
        read = _Directory(until, tuple(_lines(store)))
        store.memory.put(read)
    return read.lines


def numbers_for(store: Store, recipient_id: str) -> tuple[DutyLine, ...]:
    """The functions of a party, delegation or body, for whoever may see numbers: whom to ring. () for none."""
    return tuple(line for line in duty_directory(store) if recipient_id and line.of == recipient_id)


def duty_line(store: Store, code: str) -> DutyLine:
    """A function by our number, `F-3` or `3`. Raises StoreError if none stands under it."""
    number = code.strip().upper().removeprefix("F-")
    is_number = number.isascii() and number.isdigit() and len(number) < 7
    line = next((each for each in duty_directory(store) if is_number and each.number == int(number)), None)
    if line is None:
        raise StoreError(
            Message('there is no function "{number}" in the directory; its list has those there are', number=code[:20])
        )
    return line


def directory_entries(store: Store) -> tuple[DirectoryEntry, ...]:
    """Every entry of the directory, in order, with whether it stands."""
    undone: set[int] = set()
    entries: list[DirectoryEntry] = []
    for entry in entries_of_kind(store, DIRECTORY):
        record = entry.record
        if record["act"] == "undone":
            undone.update(record["undoes"])
        else:
            entries.append(
                DirectoryEntry(entry=entry.number, number=record["number"], act=record["act"], content=record["kept"])
            )
    return tuple(replace(each, stands=each.entry not in undone) for each in entries)


def directory_record(
    number: int, act: DirectoryAct, *, content: str = "", what: Sequence[str] = (), undoes: Sequence[int] = (), by: str
) -> dict[str, Any]:
    """The record of a change. content: the reference that `kept_version` gave; what: which of CONTENT were changed;
    undoes: entries that are taken back."""
    return {
        "schema": DIRECTORY,
        "number": number,
        "act": act,
        "kept": content,
        "changed": list(what),
        "undoes": list(undoes),
        "by": by,
    }


def kept_version(store: Store, line: DutyLine) -> str:
    """Keep what a line says, on disk when this returns; its reference."""
    return store.keep_words(json.dumps(content_of(line), ensure_ascii=False, sort_keys=True))


def content_of(line: DutyLine) -> dict[str, Any]:
    """What a version of a line holds."""
    return {
        "function": line.function,
        "of": line.of,
        "numbers": [[each.sort, each.number] for each in line.numbers],
        "languages": list(line.languages),
        "hours": line.hours,
        "remark": line.remark,
    }


def next_line_number(store: Store) -> int:
    """The number that the next function bears; asked while nobody else enters one. None is given twice."""
    return max((each.number for each in directory_entries(store)), default=0) + 1


def undone_record(entries: Iterable[DirectoryEntry], *, by: str) -> dict[str, Any]:
    """The record that takes entries back."""
    undone = tuple(entries)
    return directory_record(undone[0].number, "undone", undoes=[each.entry for each in undone], by=by)


def _newest(store: Store) -> int:
    """The last entry that changes what the directory says; what else is entered costs no reading."""
    ((number,),) = store.index.rows(
        "SELECT max(number) FROM entry WHERE schema IN (?, ?, ?)", DIRECTORY, CHECK, ERASURE
    )
    return -1 if number is None else int(number)


def _lines(store: Store) -> Iterable[DutyLine]:
    versions: dict[int, DirectoryEntry] = {}
    for each in directory_entries(store):
        if each.stands:
            versions[each.number] = each
    tested = {check.function: check for check in line_checks(store) if check.function}
    for number, version in sorted(versions.items()):
        if version.act != "removed":
            yield replace(_line(store, version), tested=tested.get(number))


def _line(store: Store, version: DirectoryEntry) -> DutyLine:
    text = store.words.read(version.content)
    if text is None:
        return DutyLine(number=version.number, entry=version.entry, function="", of="", numbers=(), is_erased=True)
    content: Mapping[str, Any] = json.loads(text)
    return DutyLine(
        number=version.number,
        entry=version.entry,
        function=content["function"],
        of=content["of"],
        numbers=tuple(
            DutyNumber(sort=sort, number=number) for sort, number in content["numbers"] if sort in get_args(NumberSort)
        ),
        languages=tuple(content["languages"]),
        hours=content["hours"],
        remark=content["remark"],
    )
