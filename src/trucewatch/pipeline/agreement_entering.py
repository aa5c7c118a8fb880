"""What somebody states of the agreement → an entry of the journal, checked as `agreement.toml` is: by the same reading
of a row, and by the same checks of the whole agreement with the row in it. What is refused enters nothing, and says why
by the field that each fault is about.

Who enters something is named by a salted reference; what was typed is kept apart, so that it can be erased.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import MISSING, dataclass, field, fields, replace
from datetime import datetime
from typing import Any, Final, get_args

from trucewatch.errors import StoreError, TrucewatchError
from trucewatch.messages import Amount, Message
from trucewatch.model.agreement_entries import (
    OF_ENTRY,
    OF_INSTRUMENTS,
    REASONS,
    TABLES,
    AgreementEntry,
    TableName,
    row_mapping,
    with_entries,
)
from trucewatch.model.faults import Fault
from trucewatch.model.record_mapping import KEY_OF_FIELD, mapping_from
from trucewatch.model.times import as_utc
from trucewatch.model.typed_text import refusal_of
from trucewatch.model.watch import Watch
from trucewatch.store import Store
from trucewatch.store.agreement_records import agreement_entries, entry_record, record_undo
from trucewatch.store.journal import Entry
from trucewatch.watch.consistency import check_agreement
from trucewatch.watch.provision_checks import check_provisions
from trucewatch.watch.toml_lines import Path, TomlLines
from trucewatch.watch.toml_records import did_you_mean, read_row

MOST: Final = {"says": 4000, "source": 500, "reason": 500, "by": 120, "names": 200}
"""Characters of what is typed, by its key."""
CHECKS: Final = (check_agreement, check_provisions)
"""What an agreement is held against: a row is refused for each fault that is there with it and not without it."""
_WORDS: Final[Mapping[TableName, tuple[str, ...]]] = {"by_hand": ("reason",)} | {
    table: (*(("says",) if table in ("reading", "part", "claim", "gap", "read_as") else ()), "source")
    for table in get_args(TableName)
    if table != "by_hand"
}
"""What has to be said in words."""
ENTERING: Final = threading.RLock()
"""Held from the look at what stands until the entry: nothing is taken back twice."""


class NotTakenError(TrucewatchError):
    """Something cannot be entered as it was typed; `faults` says why, by the key that each is about."""

    def __init__(self, faults: Mapping[str, Message]) -> None:
        super().__init__(Message("{why}. Nothing was entered.", why=next(iter(faults.values()))))
        self.faults = faults


@dataclass(frozen=True, slots=True, kw_only=True)
class Stating:
    """What somebody states of a part of a clause, or of `read_as` of an instrument, as it was typed.

    own: the keys of the table in `agreement.toml` with what they hold, days and moments as ISO 8601 writes them;
    without `known_at`, and for a reading without `about`. known_at: since when it is known.
    """

    table: TableName
    about: str
    own: Mapping[str, Any] = field(default_factory=dict)
    known_at: datetime


@dataclass(frozen=True, slots=True)
class Checked:
    """The row that a statement comes to. remarks: what is to be said of it all the same, such as that a notice is none
    because who gave it may not."""

    row: Any
    remarks: tuple[Message, ...] = ()


def enter_statement(
    store: Store, watch: Watch, stating: Stating, *, by: str, now: datetime
) -> tuple[Entry, tuple[Message, ...]]:
    """Check and enter it: its entry, and what is to be said of it all the same. watch: with what was entered of it;
    now: its clock. Raises NotTakenError, StoreError."""
    with ENTERING:
        record, remarks = checked_record(store, watch, stating, by=by, now=now)
        (entry,) = store.commit([record])
        return entry, remarks


def checked_record(
    store: Store, watch: Watch, stating: Stating, *, by: str, now: datetime
) -> tuple[dict[str, Any], tuple[Message, ...]]:
    """The record of a statement that was checked, for who enters it together with others while ENTERING is held.
    Arguments and errors as of `enter_statement`."""
    checked = check_statement(watch, stating, now=now)
    said_once = ("known_at", *OF_ENTRY.get(stating.table, ()))
    own = {key: value for key, value in mapping_from(checked.row).items() if key not in said_once}
    own = _with_references(store, own, _speakers(watch))
    known_at = as_utc(stating.known_at).replace(microsecond=0)
    record = entry_record(store, stating.table, stating.about, own, known_at=known_at, by=_who(store, by))
    return record, checked.remarks


def take_back(store: Store, entry_id: str, *, by: str, now: datetime, reason: str = "", reason_code: str = "") -> Entry:
    """Take an entry back, with a reason that was typed or one of REASONS by its code. Raises NotTakenError without one,
    StoreError for what is not there or was taken back already."""
    with ENTERING:
        entry = entry_named(store, entry_id)
        if entry.undone is not None:
            raise StoreError(
                Message(
                    "entry {entry} was taken back already, by entry {undo}; nothing was entered",
                    entry=entry.entry,
                    undo=entry.undone.entry,
                )
            )
        if reason_code not in REASONS:
            _refuse(dict(_text_faults("reason", reason.strip(), is_needed=True)))
        return record_undo(
            store,
            entry,
            reason="" if reason_code in REASONS else store.keep_words(reason.strip()),
            reason_code=reason_code if reason_code in REASONS else "",
            known_at=now,
            by=_who(store, by),
        )


def entry_named(store: Store, entry_id: str) -> AgreementEntry:
    """The entry of this name. Raises StoreError if there is none."""
    for entry in agreement_entries(store):
        if entry.entry_id == entry_id:
            return entry
    raise StoreError(
        Message('nothing called "{name}" was entered about the agreement; look at the clause', name=entry_id[:40])
    )


def check_statement(watch: Watch, stating: Stating, *, now: datetime) -> Checked:
    """The row that it comes to; nothing is entered. watch: with all that stands. Raises NotTakenError with everything
    that is wrong."""
    if stating.table not in TABLES:
        raise NotTakenError({"table": Message("Choose what it is; this is none of the things that can be entered.")})
    table = stating.table
    faults = dict(_faults_of_place(watch, table, stating))
    faults |= _later_faults(stating.known_at, now)
    for name, text in _texts(stating.own):
        faults |= _text_faults(name, text, is_needed=False)
    for name in _WORDS[table]:
        if not any(key == name and text.strip() for key, text in _texts(stating.own)):
            faults[name] = Message("This is empty; write it in words.")
    _refuse(faults)
    own = _without_said_once(table, stating)
    mapping = row_mapping(table, stating.about, own, known_at=stating.known_at, by="p-", entry=0)
    _refuse({key: Message("This is empty; fill it in.") for key in _lacking_keys(TABLES[table], mapping)})
    row, wrong = read_row(mapping, TABLES[table])
    faults = {key.strip(): _sentence(fault) for key, fault in reversed(wrong)}
    _refuse(faults)
    faults, remarks = _faults_of_whole(watch, table, stating.about, row)
    _refuse(faults)
    return Checked(row, remarks)


def _lacking_keys(record: type[Any], mapping: Mapping[str, Any]) -> Iterator[str]:
    for each in fields(record):
        key = KEY_OF_FIELD.get(each.name, each.name)
        if each.default is MISSING and each.default_factory is MISSING and key not in mapping:
            yield key


def _without_said_once(table: TableName, stating: Stating) -> dict[str, Any]:
    """Its own keys; one that the entry itself says is no key of its own, and is refused as unknown."""
    barred = {"known_at", *OF_ENTRY.get(table, ())}
    return {(f"{key} " if key in barred else key): value for key, value in stating.own.items()}


def _faults_of_place(watch: Watch, table: TableName, stating: Stating) -> Iterator[tuple[str, Message]]:
    if table in OF_INSTRUMENTS:
        names = [instrument.id for instrument in watch.agreement.instrument]
        if stating.about not in names:
            what = Message(
                'There is no instrument "{name}"; {remedy}.',
                name=stating.about[:40],
                remedy=did_you_mean(stating.about, names),
            )
            yield "about", what
        return
    parts = {part.id: provision for provision, part in watch.agreement.stipulations()}
    if stating.about not in parts:
        near = did_you_mean(stating.about, list(parts))
        yield "about", Message('There is no part "{name}" of a clause; {remedy}.', name=stating.about[:40], remedy=near)


def _later_faults(known_at: datetime, now: datetime) -> dict[str, Message]:
    try:
        is_to_come = as_utc(known_at).replace(microsecond=0) > now
    except TrucewatchError as exc:
        return {"known_at": exc.message}
    if not is_to_come:
        return {}
    return {"known_at": Message("This lies ahead of the watch's clock, which shows {moment}; correct it.", moment=now)}


def _texts(own: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Every text that somebody typed, with its key."""
    for key in MOST:
        value = own.get(key)
        texts = value.values() if isinstance(value, Mapping) else value if isinstance(value, list | tuple) else [value]
        yield from ((key, text) for text in texts if isinstance(text, str))


def _text_faults(name: str, text: str, *, is_needed: bool) -> dict[str, Message]:
    if is_needed and not text:
        return {name: Message("This is empty; write it in words.")}
    if refusal := refusal_of(text):
        return {name: Message("{why}.", why=refusal)}
    if len(text) > MOST[name]:
        return {
            name: Message(
                "This has {count} characters, at most {most} are kept; shorten it.",
                count=Amount(len(text)),
                most=Amount(MOST[name]),
            )
        }
    return {}


def _faults_of_whole(
    watch: Watch, table: TableName, about: str, row: Any
) -> tuple[dict[str, Message], tuple[Message, ...]]:
    """The faults of the agreement with a row that are none without it, each with the key of the row; and those that are
    warnings, in which the row is kept."""
    entry = AgreementEntry(
        entry_id="",
        entry=0,
        table=table,
        about=about,
        row=row,
        known_at=row.known_at,
        recorded_at=row.known_at,
        by="",
        typed={},
    )
    without = Counter(_marks(_faults(watch, _Places())))
    filled = replace(watch, agreement=with_entries(watch.agreement, [entry]))
    places = _Places()
    faults, remarks = dict[str, Message](), list[Message]()
    for fault in _faults(filled, places):
        (mark,) = _marks([fault])
        if without[mark]:
            without[mark] -= 1
        elif fault.severity == "error":
            faults.setdefault(places.key_of(fault.line, table), _sentence(fault))
        else:
            remarks.append(_sentence(fault))
    return faults, tuple(remarks)


def _faults(watch: Watch, places: _Places) -> Iterator[Fault]:
    for check in CHECKS:
        yield from check(watch.agreement, watch.settings, list(watch.zones), places)


def _marks(faults: Any) -> Iterator[tuple[str, str, str]]:
    return ((str(fault.place), str(fault.what), fault.severity) for fault in faults)


class _Places(TomlLines):
    """Numbers the places that faults are about in place of lines, since nothing here stands in a file."""

    def __init__(self) -> None:
        super().__init__("")
        self._paths: list[Path] = []

    def line_of(self, path: Path) -> int:
        self._paths.append(path)
        return len(self._paths)

    def key_of(self, number: int, table: str) -> str:
        """The key of the row that a fault is about; that of all of it where it names none."""
        path = self._paths[number - 1] if 0 < number <= len(self._paths) else ()
        keys = [step for step in path[path.index(table) + 1 :] if isinstance(step, str)] if table in path else []
        return keys[0] if keys else "about"


def _sentence(fault: Fault) -> Message:
    return Message("{fault}.", fault=replace(fault, file="", line=0).message)


def _speakers(watch: Watch) -> frozenset[str]:
    """Who may speak in a row by an id: parties, bodies and delegations; no text of a person."""
    bodies = (body.id for body in watch.agreement.body)
    return frozenset((*watch.agreement.party_ids, *bodies, *(each.id for each in watch.settings.delegation)))


def _with_references(store: Store, own: Mapping[str, Any], speakers: frozenset[str]) -> dict[str, Any]:
    """The same keys with a reference in place of all that was typed in words; ids of speakers stay."""

    def referring(key: str, value: Any) -> Any:
        if isinstance(value, Mapping):
            return {language: referring(key, text) for language, text in value.items()}
        if isinstance(value, list | tuple):
            return [referring(key, text) for text in value]
        is_word = key == "by" and (value in speakers or value == "text" or value.removeprefix("reading:") in speakers)
        return value if is_word or not isinstance(value, str) else store.keep_words(value.strip())

    return {key: referring(key, value) if key in MOST else value for key, value in own.items()}


def _who(store: Store, by: str) -> str:
    return store.keys.reference_of(by)


def _refuse(faults: Mapping[str, Message]) -> None:
    if faults:
        raise NotTakenError(faults)
