"""The invented day of a humanitarian example, `day.toml`, entered as organisations would enter it, and as the shift of
the centre beside it would: each act once, whoever plays it again. What is sent goes between the two as sealed messages.

An act is known again by its table, its moment and the organisation for which it was entered, so that what was taken
back or erased meanwhile stays so. What an instance refuses is no accident of the demo and stops it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ClassVar, Final, Literal

from trucewatch import desks
from trucewatch.cli.play_post import carry, send_once, show_once
from trucewatch.cli.play_watch import of_a_desk
from trucewatch.errors import NeverHereError, StoreError, WatchError
from trucewatch.messages import Message
from trucewatch.model.aid_items import AidEntry, full_code
from trucewatch.model.times import as_utc
from trucewatch.model.watch import Watch
from trucewatch.pipeline.aid_entering import AidBook, AidRefusedError
from trucewatch.pipeline.post import Post
from trucewatch.store import Store
from trucewatch.store.aid_records import aid_entries
from trucewatch.store.duty_directory import DIRECTORY
from trucewatch.store.kind_entries import entries_of_kind
from trucewatch.store.line_check_records import line_checks
from trucewatch.store.post_records import post_book
from trucewatch.watch.faults_of_file import FaultList
from trucewatch.watch.toml_records import read_record

FILE: Final = "day.toml"
BY: Final = "somebody of the day (simulated)"
"""Who enters it: nobody is named in it, not even somebody invented."""
_NAMED: Final = re.compile(r"\{([a-z0-9-]{1,40})\}")
_STRICT: dict[str, Any] = {"extra": "forbid"}
_BEFORE: Final = datetime.min.replace(tzinfo=UTC)
Deed = Literal["enter", "correct", "undo", "send", "show"]


@dataclass(frozen=True, slots=True, kw_only=True)
class AidAct:
    """One act of the day. key: by which later acts name what it enters. about: the key of the item of which it is a
    step; of a correction the key of the item, of what is taken back the key of that act. A name that is no key is a
    code, as of an item that another instance sent: `two-valleys:WN-1`. In `fields` a key in braces, `{buses}`, stands
    for its code. acting_for: an organisation; "" for the coordinator, and in the centre for the shift.

    instance: where it is done, by the id of a watch; "" for the example itself. `send`: what `about` names goes to the
    other watch, and what is entered about it later goes after it by itself. `show`: the centre is shown what was ticked
    of a notification or passage; `key` then names the row that the centre sees."""

    __pydantic_config__: ClassVar[dict[str, Any]] = _STRICT
    at: datetime
    table: str = ""
    instance: str = ""
    key: str = ""
    about: str = ""
    acting_for: str = ""
    act: Deed = "enter"
    reason: str = ""
    fields: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class AidFunction:
    """A function of the directory: whom to call, never a person. answered_at: when its first number was tested and
    somebody answered."""

    __pydantic_config__: ClassVar[dict[str, Any]] = _STRICT
    at: datetime
    function: str
    of: str = ""
    telephone: str = ""
    radio: str = ""
    languages: str = ""
    hours: str = ""
    answered_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AidPlace:
    """A watch in which acts of the day are done, open."""

    store: Store
    watch: Watch

    @property
    def id(self) -> str:
        return self.watch.settings.id

    @property
    def reached(self) -> datetime:
        """The moment of the last entry and of the last message from here."""
        moments = [entry.known_at for entry in aid_entries(self.store) if not entry.origin]
        for direction in post_book(self.store).by_peer.values():
            moments += [message.envelope.sent_at for message in direction.outgoing.values()]
        return max(moments, default=_BEFORE)

    def book(self, at: datetime) -> AidBook:
        return AidBook(self.store, self.watch, at)

    def post(self, at: datetime) -> Post:
        return Post(self.store, self.watch, at)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Keys:
    """Of each key the watch in which its item stands, and its code there."""

    codes: dict[str, tuple[str, str]] = field(default_factory=dict)

    def code(self, name: str, here: str) -> str:
        """What a key, or a code, is called in a watch."""
        if name not in self.codes:
            return name
        origin, code = self.codes[name]
        return code if origin == here else full_code(code, origin)


@dataclass(frozen=True, slots=True, kw_only=True)
class AidDay:
    """`day.toml`, as it stands; `act` in the order in which they happened."""

    __pydantic_config__: ClassVar[dict[str, Any]] = _STRICT
    schema: Literal[1]
    simulated: Literal[True]
    function: tuple[AidFunction, ...] = ()
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


def play_aid_day(
    store: Store, watch: Watch, day: AidDay, *, beside: AidPlace | None = None, until: datetime | None = None
) -> Counter[str]:
    """Enter what is not entered yet, up to a moment; how many rows of each table were, in both watches together. What
    is done in a watch that is not beside, or came of one and is not here yet, is left for the next time, with all that
    is about it."""
    entered: Counter[str] = Counter()
    keys = _Keys()
    own = AidPlace(store=store, watch=watch)
    places = {place.id: place for place in (own, beside) if place is not None}
    # What a play that was broken off queued goes at its own moment, not at that of the first act.
    last = max((place.reached for place in places.values()), default=_BEFORE)
    for number, act in enumerate(day.act, 1):
        if until is not None and act.at > until:
            break
        place = places.get(act.instance or own.id)
        if place is None:
            continue
        try:
            if _is_done(place, act, keys):
                continue
            if beside is not None:
                # What was done before goes over first, also where the day was broken off in between.
                before = act.at if last == _BEFORE else last
                carry(own.post(before), beside.post(before), by=BY)
            if _is_there(place, act, keys):
                entered[act.table] += _do(place, day, act, keys, beside=next_to(place, places))
        except (AidRefusedError, NeverHereError, StoreError) as exc:
            what = Message(
                "{file}, act {number} ({table}): {why}", file=FILE, number=number, table=act.table, why=exc.message
            )
            raise WatchError(what) from None
        finally:
            last = max(last, act.at)
    if beside is not None and last != _BEFORE:
        carry(own.post(last), beside.post(last), by=BY)
    return +entered


def play_functions(store: Store, watch: Watch, day: AidDay) -> int:
    """Add the functions of the day to the directory, each once, also where one was changed or removed since, and then
    enter which of them answered; how many functions were added."""
    by = store.keys.person_reference(BY)
    added = sum(entry.record["act"] == "added" for entry in entries_of_kind(store, DIRECTORY))
    for line in day.function[added:]:
        typed = {each.name: getattr(line, each.name) for each in fields(line) if not each.name.endswith("at")}
        _directory(store, watch, line.at).add(of_a_desk("operations", "TypedLine")(**typed), by=by)
    tested = [(at, line) for line in day.function if (at := line.answered_at) is not None]
    for at, line in tested[len(line_checks(store)) :]:
        directory = _directory(store, watch, at)
        code = next((each.code for each in directory.lines() if each.function == line.function), "")
        check = of_a_desk("operations", "TypedCheck")(of=line.of, result="answered", number=code and f"{code}:1")
        directory.check([check], by=by)
    return len(day.function[added:])


def _directory(store: Store, watch: Watch, at: datetime) -> Any:
    return of_a_desk("operations", "Directory")(store, watch, at, desks.find())


def next_to(place: AidPlace, places: Mapping[str, AidPlace]) -> AidPlace | None:
    """The other of two watches; None where there is one."""
    return next((other for other in places.values() if other is not place), None)


def _is_done(place: AidPlace, act: AidAct, keys: _Keys) -> bool:
    """Whether an act was done before, as far as its own entry shows; its key is known from then on."""
    if act.act not in ("enter", "correct"):
        return False
    entry = _entry_of(place.store, act)
    if entry is not None and act.key:
        keys.codes[act.key] = (place.id, entry.code)
    return entry is not None


def _do(place: AidPlace, day: AidDay, act: AidAct, keys: _Keys, *, beside: AidPlace | None) -> bool:
    """Do one act; whether a row was entered by it."""
    about = keys.code(act.about, place.id)
    if act.act == "undo":
        return _undo(place, day, act)
    if act.act in ("send", "show"):
        code = show_once(place.book(act.at), about, by=BY, acting_for=act.acting_for) if act.act == "show" else about
        if act.key:
            keys.codes[act.key] = (place.id, code)
        if beside is not None:
            send_once(place.post(act.at), place.book(act.at), code, to=beside.id, by=BY)
        return False
    _enter(place.book(act.at), act, about, keys)
    return _is_done(place, act, keys)


def _enter(book: AidBook, act: AidAct, about: str, keys: _Keys) -> None:
    values = {name: _with_codes(value, keys, book.here) for name, value in act.fields.items()}
    if act.act == "correct":
        version = max(each.version for each in book.item(about).versions)
        book.correct(about, version, values, reason=act.reason, by=BY, acting_for=act.acting_for)
        return
    book.enter(act.table, values, by=BY, about=about, acting_for=act.acting_for)


def _undo(place: AidPlace, day: AidDay, act: AidAct) -> bool:
    """Take back what an earlier act entered; whether it was new."""
    entry = _entry_of(place.store, next(each for each in day.act if each.key == act.about))
    if entry is None or entry.undone is not None:
        return False
    place.book(act.at).undo(entry.entry_id, by=BY, reason=act.reason, acting_for=act.acting_for)
    return True


def _entry_of(store: Store, act: AidAct) -> AidEntry | None:
    """What an act entered before, those taken back among it."""
    moment = as_utc(act.at)
    for entry in aid_entries(store):
        is_same = (entry.table, entry.known_at, entry.acting_for) == (act.table, moment, act.acting_for)
        if is_same and not entry.origin:
            return entry
    return None


def _is_there(place: AidPlace, act: AidAct, keys: _Keys) -> bool:
    """Whether what an act is about and what its fields name stands in the watch in which it is done."""
    if act.act == "undo":
        return True
    if any(key not in keys.codes for value in act.fields.values() for key in _keys_in(value)):
        return False
    return not act.about or place.book(act.at).item_or_none(keys.code(act.about, place.id)) is not None


def _with_codes(value: Any, keys: _Keys, here: str) -> Any:
    """A value of the file with the codes of what it names."""
    if isinstance(value, list | tuple):
        return [_with_codes(each, keys, here) for each in value]
    names = _keys_in(value)
    return keys.code(names[0], here) if names else value


def _keys_in(value: Any) -> list[str]:
    """The keys in braces of a value of the file, one a text."""
    if isinstance(value, list | tuple):
        return [key for each in value for key in _keys_in(each)]
    named = _NAMED.fullmatch(value) if isinstance(value, str) else None
    return [named[1]] if named else []


def _check(day: AidDay, faults: FaultList) -> None:
    faults.unique("key", (act.key for act in day.act if act.key))
    keys: set[str] = set()
    marks: set[tuple[str, str, datetime, str]] = set()
    last: datetime | None = None
    for index, act in enumerate(day.act):
        path = ("act", index)
        mark = (act.instance, act.table, as_utc(act.at), act.acting_for)
        if act.act in ("enter", "correct"):
            if mark in marks:
                what = Message("two acts of one table and organisation have one moment; they could not be told apart")
                faults.error((*path, "at"), what, Message("let one of them come a second later"))
            marks.add(mark)
        if last is not None and act.at < last:
            faults.error((*path, "at"), Message("stands after what came later"), Message("keep the order of the day"))
        last = act.at
        is_from_elsewhere = act.act == "enter" and (not act.about or ":" in act.about)
        if act.about not in keys and not is_from_elsewhere:
            what = Message('"{key}" is the key of no earlier act', key=act.about[:40])
            faults.error((*path, "about"), what, Message("name the act that it is about"))
        keys.add(act.key)
