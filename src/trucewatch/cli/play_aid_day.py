"""The invented day of a humanitarian example, `day.toml`, entered as organisations would enter it: each act once,
whoever plays it again.

An act is known again by its table, its moment and the organisation for which it was entered, so that what was taken
back or erased meanwhile stays so. What an instance refuses is no accident of the demo and stops it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, ClassVar, Final, Literal

from trucewatch.errors import NeverHereError, StoreError, WatchError
from trucewatch.messages import Message
from trucewatch.model.aid_items import AidEntry
from trucewatch.model.times import as_utc
from trucewatch.model.watch import Watch
from trucewatch.pipeline.aid_entering import AidBook, AidRefusedError
from trucewatch.store import Store
from trucewatch.store.aid_records import aid_entries
from trucewatch.watch.faults_of_file import FaultList
from trucewatch.watch.toml_records import read_record

FILE: Final = "day.toml"
BY: Final = "somebody of the day (simulated)"
"""Who enters it: nobody is named in it, not even somebody invented."""
_NAMED: Final = re.compile(r"\{([a-z0-9-]{1,40})\}")
_STRICT: dict[str, Any] = {"extra": "forbid"}
Deed = Literal["enter", "correct", "undo"]


@dataclass(frozen=True, slots=True, kw_only=True)
class AidAct:
    """One act of the day. key: by which later acts name what it enters. about: the key of the item of which it is a
    step; of a correction the key of the item, of what is taken back the key of that act. A name that is no key is a
    code, as of an item that another instance sent: `two-valleys:WN-1`. In `fields` a key in braces, `{buses}`, stands
    for its code. acting_for: an organisation; "" for the coordinator."""

    __pydantic_config__: ClassVar[dict[str, Any]] = _STRICT
    table: str
    at: datetime
    key: str = ""
    about: str = ""
    acting_for: str = ""
    act: Deed = "enter"
    reason: str = ""
    fields: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class AidDay:
    """`day.toml`, as it stands; `act` in the order in which they happened."""

    __pydantic_config__: ClassVar[dict[str, Any]] = _STRICT
    schema: Literal[1]
    simulated: Literal[True]
    act: tuple[AidAct, ...] = ()


def aid_day_of(example: Path) -> AidDay | None:
    """The day of an example; None for one without. Raises WatchError with every fault."""
    path = example / FILE
    if not path.is_file():
        return None
    day, lines, read_faults = read_record(path.read_bytes(), FILE, AidDay)
    faults = FaultList(FILE, lines)
    faults += read_faults
    if day is not None:
        _check(day, faults)
    if day is None or faults:
        raise WatchError(faults[0].message if faults else Message("{file} cannot be read", file=FILE), tuple(faults))
    return day


def play_aid_day(store: Store, watch: Watch, day: AidDay, *, until: datetime | None = None) -> Counter[str]:
    """Enter what is not entered yet, up to a moment; how many rows of each table were. What came of another instance
    and is not here yet is left for the next time, with all that is about it."""
    entered: Counter[str] = Counter()
    codes: dict[str, str] = {}
    for number, act in enumerate(day.act, 1):
        if until is not None and act.at > until:
            break
        entry = _entry_of(store, act)
        if entry is None and act.act != "undo":
            if not _is_there(store, watch, act, codes):
                continue
            try:
                _enter(AidBook(store, watch, act.at), act, codes)
            except (AidRefusedError, NeverHereError, StoreError) as exc:
                what = Message(
                    "{file}, act {number} ({table}): {why}", file=FILE, number=number, table=act.table, why=exc.message
                )
                raise WatchError(what) from None
            entered[act.table] += 1
            entry = _entry_of(store, act)
        if act.act == "undo":
            entered[act.table] += _undo(store, watch, day, act)
        elif entry is not None and act.key:
            codes[act.key] = entry.code
    return entered


def _enter(book: AidBook, act: AidAct, codes: Mapping[str, str]) -> None:
    fields = {name: _with_codes(value, codes) for name, value in act.fields.items()}
    about = codes.get(act.about, act.about)
    if act.act == "correct":
        version = max(each.version for each in book.item(about).versions)
        book.correct(about, version, fields, reason=act.reason, by=BY, acting_for=act.acting_for)
        return
    book.enter(act.table, fields, by=BY, about=about, acting_for=act.acting_for)


def _undo(store: Store, watch: Watch, day: AidDay, act: AidAct) -> bool:
    """Take back what an earlier act entered; whether it was new."""
    entry = _entry_of(store, next(each for each in day.act if each.key == act.about))
    if entry is None or entry.undone is not None:
        return False
    AidBook(store, watch, act.at).undo(entry.entry_id, by=BY, reason=act.reason, acting_for=act.acting_for)
    return True


def _entry_of(store: Store, act: AidAct) -> AidEntry | None:
    """What an act entered before, those taken back among it."""
    moment = as_utc(act.at)
    for entry in aid_entries(store):
        is_same = (entry.table, entry.known_at, entry.acting_for) == (act.table, moment, act.acting_for)
        if is_same and not entry.origin:
            return entry
    return None


def _is_there(store: Store, watch: Watch, act: AidAct, codes: Mapping[str, str]) -> bool:
    """Whether what an act is about and what its fields name stands here."""
    code = codes.get(act.about, act.about)
    if any(key not in codes for value in act.fields.values() for key in _keys_in(value)):
        return False
    return not code or AidBook(store, watch, act.at).item_or_none(code) is not None


def _with_codes(value: Any, codes: Mapping[str, str]) -> Any:
    """A value of the file with the codes of what it names."""
    if isinstance(value, list | tuple):
        return [_with_codes(each, codes) for each in value]
    keys = _keys_in(value)
    return codes[keys[0]] if keys else value


def _keys_in(value: Any) -> list[str]:
    """The keys in braces of a value of the file, one a text."""
    if isinstance(value, list | tuple):
        return [key for each in value for key in _keys_in(each)]
    named = _NAMED.fullmatch(value) if isinstance(value, str) else None
    return [named[1]] if named else []


def _check(day: AidDay, faults: FaultList) -> None:
    faults.unique("key", (act.key for act in day.act if act.key))
    keys: set[str] = set()
    moments: set[tuple[str, datetime, str]] = set()
    last: datetime | None = None
    for index, act in enumerate(day.act):
        path = ("act", index)
        mark = (act.table, as_utc(act.at), act.acting_for)
        if act.act != "undo" and mark in moments:
            what = Message("two acts of one table and organisation have one moment; they could not be told apart")
            faults.error((*path, "at"), what, Message("let one of them come a second later"))
        moments.add(mark)
        if last is not None and act.at < last:
            faults.error((*path, "at"), Message("stands after what came later"), Message("keep the order of the day"))
        last = act.at
        is_from_elsewhere = act.act == "enter" and (not act.about or ":" in act.about)
        if act.about not in keys and not is_from_elsewhere:
            what = Message('"{key}" is the key of no earlier act', key=act.about[:40])
            faults.error((*path, "about"), what, Message("name the act that it is about"))
        keys.add(act.key)
