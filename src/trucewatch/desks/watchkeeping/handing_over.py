"""A hand-over: written by who leaves, with what the program proposed and what they changed; signed by who comes."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from secrets import token_hex
from typing import Any, Final

from trucewatch.desks.watchkeeping.operations import (
    ENTERING,
    Comer,
    NotEnteredError,
    Shifts,
    refuse,
    text_faults,
)
from trucewatch.errors import StoreError
from trucewatch.messages import Message, read_record, record_of
from trucewatch.model.ids import sha256_of
from trucewatch.model.shift import Handover, OnShift, Shift
from trucewatch.model.times import iso_utc, read_time
from trucewatch.store.journal import Entry
from trucewatch.store.shift_records import (
    handover_of,
    handover_record,
    next_handover_number,
    shift_now,
    signature_record,
)

SECTIONS: Final = ("grave", "happened", "open")
"""In this order: grave events, what happened, what is open."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposedItem:
    """One line that the program proposes. part: as the board groups it; key: by which a form names it."""

    section: str
    label: Message
    path: str = ""
    part: str = ""
    since: datetime | None = None
    due: datetime | None = None
    is_late: bool = False
    simulated: bool = False
    is_drill: bool = False
    key: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """What the program proposes of a shift at a moment: lines, who is on, from which to which entry it tells."""

    shift: int
    at: datetime
    from_entry: int
    until_entry: int
    items: tuple[ProposedItem, ...]
    people: tuple[tuple[str, str, bool], ...] = ()

    @property
    def text(self) -> str:
        """As it is kept and hashed: JSON in one form."""
        return _canonical(
            {
                "shift": self.shift,
                "at": iso_utc(self.at),
                "from_entry": self.from_entry,
                "until_entry": self.until_entry,
                "people": [list(each) for each in self.people],
                "items": [_as_json(each) for each in self.items],
            }
        )

    @property
    def hash(self) -> str:
        return sha256_of(self.text.encode())


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """What a person changed of it, by the keys of the lines: marked as told by word of mouth, left out, and what they
    wrote beside one."""

    told: frozenset[str] = frozenset()
    left_out: frozenset[str] = frozenset()
    notes: Mapping[str, str] = field(default_factory=dict)
    salt: str = field(default_factory=lambda: token_hex(16))
    """Kept and erased with the words, so that nobody who guesses them can tell by the hash that they are right."""

    @property
    def text(self) -> str:
        notes = {key: note for key, note in self.notes.items() if note}
        return _canonical(
            {"told": sorted(self.told), "left_out": sorted(self.left_out), "notes": notes, "salt": self.salt}
        )


def write_handover(
    shifts: Shifts, proposal: Proposal, changes: Changes, *, words: str, by: str, name: str = "", is_alone: bool
) -> Entry:
    """Write the hand-over of the shift that is on; one that nobody has signed is written anew so. name: who writes it,
    where there are no accounts. Raises NotEnteredError, StoreError."""
    faults = text_faults("words", words, is_needed=False)
    faults |= text_faults("name", name, is_needed=is_alone) if is_alone else {}
    for key, note in changes.notes.items():
        if fault := text_faults("note", note, is_needed=False).get("note"):
            faults[f"note-{key}"] = fault
    refuse(faults)
    keep = shifts.store.keep_words
    with ENTERING:
        shift = shifts.on()
        if shift.number != proposal.shift:
            raise StoreError(
                Message(
                    "shift {number} is on now, and this hand-over is of another; look at it anew. Nothing was entered",
                    number=shift.code,
                )
            )
        handover = Handover(
            number=next_handover_number(shifts.store),
            shift=shift.number,
            entry=-1,
            by=shifts.who(by),
            name=keep(" ".join(name.split())) if is_alone else "",
            at=max(shifts.now, shift.began_at),
            recorded_at=shifts.now,
            proposed=keep(proposal.text),
            proposed_hash=proposal.hash,
            changes=keep(changes.text),
            changes_hash=sha256_of(changes.text.encode()),
            words=keep(words.strip()),
            until_entry=proposal.until_entry,
            **shifts.label,
        )
        return shifts.enter([handover_record(handover, shifts.now)])


def sign_handover(
    shifts: Shifts,
    code: str,
    *,
    by: str,
    comers: Sequence[Comer] = (),
    name: str = "",
    remark: str = "",
    is_alone: bool,
) -> Entry:
    """Sign a hand-over as who comes: another person than its writer. While its shift is on it ends with that, and the
    next begins with `comers`, or with whoever signs; later the signature alone is entered. Raises NotEnteredError,
    StoreError."""
    faults = text_faults("remark", remark, is_needed=False)
    faults |= text_faults("name", name, is_needed=is_alone) if is_alone else {}
    refuse(faults)
    person = shifts.who(by)
    planned_end = shifts.rule.planned_end(shifts.now, shifts.watch.zone)
    with ENTERING:
        shift, handover = handover_of(shifts.store, code)
        _check_signable(shifts, shift, handover)
        _check_comes(shifts, shift, handover, person, name, is_alone=is_alone)
        is_on = shift.is_on
        if is_on:
            comers = comers or [Comer(name=name) if is_alone else Comer(person=person)]
            shifts.check_comers(comers)
        signed = signature_record(
            handover,
            at=max(shifts.now, handover.at),
            by=person,
            name=shifts.store.keep_words(" ".join(name.split())) if is_alone else "",
            remark=shifts.store.keep_words(remark.strip()),
            known_at=shifts.now,
        )
        records = [signed]
        if is_on:
            records += [shifts.handed_over(shift, by), shifts.beginning(comers, by, planned_end)]
        return shifts.store.commit(records)[0]


def _check_signable(shifts: Shifts, shift: Shift, handover: Handover) -> None:
    if handover.signed is not None:
        raise StoreError(
            Message(
                "hand-over {number} was signed already, {moment}; nothing was entered",
                number=handover.code,
                moment=handover.signed.at,
            )
        )
    if shift.handover is not None and handover.number != shift.handover.number:
        raise StoreError(
            Message(
                "hand-over {number} was written anew as {later}; read and sign that one. Nothing was entered",
                number=handover.code,
                later=shift.handover.code,
            )
        )


def _check_comes(shifts: Shifts, shift: Shift, handover: Handover, person: str, name: str, *, is_alone: bool) -> None:
    """That whoever signs neither wrote it nor left with it. Where the name of its writer was erased that cannot be
    told: while its shift is on it is written anew."""
    present = shift_now(shifts.store)
    if is_alone:
        is_writer = shifts.same_name(handover.name, name)
        left = any(each.until_at is not None and shifts.same_name(each.who, name) for each in shift.people)
    else:
        is_writer = handover.by == person
        left = any(each.until_at is not None and each.who == person for each in shift.people)
        left = left and not any(each.who == person for each in (present.on if present else ()))
    field_name = "name" if is_alone else "sign"
    if is_alone and shift.is_on and handover.name and shifts.store.words.read(handover.name) is None:
        raise NotEnteredError(
            {
                field_name: Message(
                    "The name of whoever wrote this hand-over was erased, so it cannot be told whether another person "
                    "signs it. Write it anew; who comes signs that one."
                )
            }
        )
    if is_writer:
        raise NotEnteredError(
            {field_name: Message("Whoever wrote the hand-over does not sign it; who comes reads it and signs.")}
        )
    if left:
        raise NotEnteredError(
            {field_name: Message("They left this shift; who comes reads the hand-over and signs it.")}
        )


def read_proposal(text: str | None) -> Proposal | None:
    """A proposal as it was kept; None where it was erased or cannot be read."""
    try:
        values = json.loads(text or "")
        return Proposal(
            shift=int(values["shift"]),
            at=read_time(values["at"]),
            from_entry=int(values["from_entry"]),
            until_entry=int(values["until_entry"]),
            people=tuple((str(who), str(side), bool(is_lead)) for who, side, is_lead in values["people"]),
            items=tuple(_item_in(each) for each in values["items"]),
        )
    except (KeyError, TypeError, ValueError):
        return None


def read_changes(text: str | None) -> Changes:
    """What was changed as it was kept; nothing where it was erased."""
    try:
        values = json.loads(text or "{}")
        return Changes(
            told=frozenset(map(str, values.get("told", ()))),
            left_out=frozenset(map(str, values.get("left_out", ()))),
            notes={str(key): str(note) for key, note in values.get("notes", {}).items()},
            salt=str(values.get("salt", "")),
        )
    except (AttributeError, TypeError, ValueError):
        return Changes()


def with_keys(items: Sequence[ProposedItem]) -> tuple[ProposedItem, ...]:
    """The lines, each with a key of its own that stays the same as long as its words do."""
    keys_so_far: set[str] = set()
    keyed = []
    for item in items:
        key = sha256_of(f"{item.section}|{item.path}|{item.label}".encode())[:10]
        while key in keys_so_far:
            key += "x"
        keys_so_far.add(key)
        keyed.append(replace(item, key=key))
    return tuple(keyed)


def people_of(people: Sequence[OnShift]) -> tuple[tuple[str, str, bool], ...]:
    return tuple((each.who, each.side, each.is_lead) for each in people)


def _as_json(item: ProposedItem) -> dict[str, Any]:
    return {
        "key": item.key,
        "section": item.section,
        "part": item.part,
        "text": str(item.label),
        "message": record_of(item.label),
        "path": item.path,
        "since": iso_utc(item.since) if item.since else "",
        "due": iso_utc(item.due) if item.due else "",
        "late": item.is_late,
        "simulated": item.simulated,
        "drill": item.is_drill,
    }


def _item_in(values: Mapping[str, Any]) -> ProposedItem:
    path = str(values["path"])
    return ProposedItem(
        key=str(values["key"]),
        section=str(values["section"]),
        part=str(values["part"]),
        label=read_record(str(values["message"]), str(values["text"])),
        path=path if path.startswith("/") and not path.startswith("//") else "",
        since=read_time(values["since"]) if values["since"] else None,
        due=read_time(values["due"]) if values["due"] else None,
        is_late=bool(values["late"]),
        simulated=bool(values["simulated"]),
        is_drill=bool(values["drill"]),
    )


def _canonical(values: Any) -> str:
    return json.dumps(values, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
