"""What can be done with a shift: begin it, come and go, end it, take back; each rule once.

Who enters something is named by a salted reference; typed names are kept apart, so that they can be erased.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from trucewatch.desks.watchkeeping.records import REASONS
from trucewatch.desks.watchkeeping.rule import ShiftRule, read
from trucewatch.errors import StoreError, TrucewatchError
from trucewatch.messages import Amount, Message
from trucewatch.model.shift import OnShift, Shift
from trucewatch.model.times import as_utc
from trucewatch.model.typed_text import refusal_of
from trucewatch.model.watch import Watch
from trucewatch.store import Store
from trucewatch.store.drill_records import drill_now
from trucewatch.store.handed_files import person_of
from trucewatch.store.journal import Entry
from trucewatch.store.shift_records import (
    lines_on_record,
    next_shift_number,
    shift_now,
    shift_record,
    shifts_on_record,
    undo_record,
)

MOST: Final = {"names": 400, "name": 120, "line": 1000, "reason": 500, "words": 8000, "note": 500, "remark": 2000}
"""Characters of what is typed."""
MOST_PEOPLE: Final = 40
ENTERING: Final = threading.RLock()
"""Held from the look at what stands until the entry: no two shifts begin at once, nothing is signed twice."""


class NotEnteredError(TrucewatchError):
    """Something cannot be entered as it was typed; `faults` says why, by the field that each is about."""

    def __init__(self, faults: Mapping[str, Message]) -> None:
        super().__init__(Message("{why}. Nothing was entered.", why=next(iter(faults.values()))))
        self.faults = faults


class AlreadyOnError(NotEnteredError):
    """Another shift is on; who begins all the same says so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Comer:
    """Somebody who comes on: a person `p-…`, or where there are no accounts a name as it was typed."""

    person: str = ""
    name: str = ""
    side: str = ""
    is_lead: bool = False


class Shifts:
    """The shifts of a watch at a moment of its clock, `now`. Raises NotEnteredError and StoreError with what stands in
    the way of an entry, WatchError if the watch's rule cannot be read."""

    def __init__(self, store: Store, watch: Watch, now: datetime) -> None:
        self.store, self.watch = store, watch
        self.now = as_utc(now).replace(microsecond=0)

    @property
    def rule(self) -> ShiftRule:
        """When the watch hands over."""
        return read(self.watch.settings.desk.get("watchkeeping", {}))

    @property
    def label(self) -> dict[str, Any]:
        """What marks an entry of this moment: the drill that runs, and that a drill or the whole watch is simulated."""
        drill = drill_now(self.store)
        return {"drill": drill.number if drill else 0, "simulated": bool(drill) or self.watch.settings.simulated}

    def begin(self, comers: Sequence[Comer], *, by: str, takes_over: bool = False) -> Entry:
        """Begin a shift with who is on. Raises AlreadyOnError where another is on, unless it is taken over: that it was
        not handed over stands on record then."""
        planned_end = self.rule.planned_end(self.now, self.watch.zone)
        self.check_comers(comers)
        with ENTERING:
            before = shift_now(self.store)
            if before is not None and not takes_over:
                raise AlreadyOnError(
                    {
                        "takes_over": Message(
                            "Shift {number} is on. Sign its hand-over on its page; or say below that you take over "
                            "without one.",
                            number=before.code,
                        )
                    }
                )
            ending = [] if before is None else [self._ending(before, "taken_over", by)]
            return self.enter(
                [*ending, self.beginning(comers, by, planned_end, takes_over=before.number if before else 0)]
            )

    def beginning(
        self, comers: Sequence[Comer], by: str, planned_end: datetime | None, *, takes_over: int = 0
    ) -> dict[str, Any]:
        """The record that begins the next shift; entered while nobody else enters one."""
        earlier = [each.ended_at or each.began_at for each in shifts_on_record(self.store)[-1:]]
        return shift_record(
            "begin",
            shift=next_shift_number(self.store),
            at=max([self.now, *earlier]) if takes_over else self.now,
            by=self.who(by),
            known_at=self.now,
            people=self._kept(comers),
            planned_end=planned_end,
            takes_over=takes_over,
            **self.label,
        )

    def come(self, comers: Sequence[Comer], *, by: str) -> Entry:
        """Enter that people come on."""
        self.check_comers(comers)
        with ENTERING:
            shift = self.on()
            own = [each for each in comers if not self._is_on(shift, each)]
            if not own:
                raise NotEnteredError({"on": Message("They are on already.")})
            leads = {each.side: each for each in shift.on if each.is_lead}
            doubled = next((each.side for each in own if each.is_lead and each.side in leads), None)
            if doubled is not None:
                raise NotEnteredError({"lead": _two_leads(doubled)})
            return self.enter([self._moved("come", shift, self._kept(own), by)])

    def go(self, who: str, *, by: str) -> Entry:
        """Enter that somebody goes. who: as the shift names them."""
        with ENTERING:
            shift = self.on()
            own = next((each for each in shift.on if each.who == who), None)
            if own is None:
                raise StoreError(Message("they are not on any more; nothing was entered"))
            if len(shift.on) == 1:
                raise StoreError(
                    Message("nobody else is on: hand the shift over, or end it. Nothing was entered"),
                )
            return self.enter([self._moved("go", shift, [(own.who, own.side, own.is_lead)], by)])

    def end(self, *, by: str) -> Entry:
        """End the shift that is on; nobody comes after it."""
        with ENTERING:
            return self.enter([self._ending(self.on(), "ended", by)])

    def on(self) -> Shift:
        """The shift that is on. Raises StoreError."""
        shift = shift_now(self.store)
        if shift is None:
            raise StoreError(Message("no shift is on; begin one on the page Shift. Nothing was entered"))
        return shift

    # What is taken back

    def undo(self, entry: int, *, by: str, reason: str = "", reason_code: str = "") -> Entry:
        """Take back what an entry says of a shift, as long as nothing follows from it; with a beginning or a signature
        what was entered in the same act. Raises StoreError."""
        if reason_code not in REASONS:
            refuse(text_faults("reason", reason, is_needed=True))
        with ENTERING:
            entries = self._undoable(entry)
            reason_kept = "" if reason_code in REASONS else self.store.keep_words(reason.strip())
            records = [
                undo_record(
                    shift=shift_number,
                    undoes=number,
                    is_line=False,
                    reason=reason_kept,
                    reason_code=reason_code if reason_code in REASONS else "",
                    by=self.who(by),
                    known_at=self.now,
                )
                for shift_number, number in entries
            ]
            return self.enter(records)

    def _undoable(self, entry: int) -> list[tuple[int, int]]:
        """An entry and what goes with it, each as its shift and its number."""
        shifts = shifts_on_record(self.store)
        last = shifts[-1] if shifts else None
        for place, shift in enumerate(shifts):
            after = shifts[place + 1] if place + 1 < len(shifts) else None
            handover = shift.handover
            if entry == shift.entry and shift is last:
                return self._beginning_back(shift, shifts[place - 1] if place else None)
            if entry == shift.end_entry and shift.end == "ended" and after is None:
                return [(shift.number, entry)]
            if handover is not None and handover.signed is not None and entry == handover.signed.entry:
                if shift.end != "handed_over":
                    return [(shift.number, entry)]
                if after is None:
                    return [(shift.number, entry), (shift.number, shift.end_entry)]
                if after is last:
                    return self._beginning_back(after, shift)
            if handover is not None and entry == handover.entry and shift.is_on and handover.signed is None:
                return [(shift.number, entry)]
            moved = {each.entry for each in shift.people} | {each.left_entry for each in shift.people}
            if shift.is_on and entry in moved - {shift.entry, 0}:
                return [(shift.number, entry)]
        raise StoreError(
            Message("entry {entry} cannot be taken back now: other entries follow from it. Both stay", entry=entry)
        )

    def _beginning_back(self, shift: Shift, before: Shift | None) -> list[tuple[int, int]]:
        """A beginning with the end, and with the signature, that were entered in the same act."""
        has_lines = any(line.shift == shift.number for line in lines_on_record(self.store).values())
        if has_lines or shift.handovers or not shift.is_on:
            raise StoreError(
                Message(
                    "shift {number} has entries of its own, so its beginning stays; end it or hand it over instead. "
                    "Nothing was entered",
                    number=shift.code,
                )
            )
        entries = [(shift.number, shift.entry)]
        # What was entered in one act stands side by side.
        if before is not None and before.end_entry == shift.entry - 1:
            entries.append((before.number, before.end_entry))
            signed = before.handover.signed if before.handover else None
            if signed is not None and signed.entry == before.end_entry - 1:
                entries.append((before.number, signed.entry))
        return entries

    # What is checked before

    def check_comers(self, comers: Sequence[Comer]) -> None:
        """Raises NotEnteredError with what is wrong with who is to come on."""
        if not comers:
            raise NotEnteredError({"on": Message("Say who is on.")})
        if len(comers) > MOST_PEOPLE:
            raise NotEnteredError(
                {"on": Message("These are more than {most} people; leave some out.", most=Amount(MOST_PEOPLE))}
            )
        for comer in comers:
            if not comer.person:
                fault = text_faults("name", comer.name, is_needed=True).get("name")
                refuse({"on": fault} if fault else {})
        leads = [comer.side for comer in comers if comer.is_lead]
        doubled = next((side for side in leads if leads.count(side) > 1), None)
        if doubled is not None:
            raise NotEnteredError({"lead": _two_leads(doubled)})

    def _is_on(self, shift: Shift, comer: Comer) -> bool:
        if comer.person:
            return any(each.who == comer.person for each in shift.on)
        return any(self.same_name(each.who, comer.name) for each in shift.on)

    def same_name(self, reference: str, name: str) -> bool:
        """Whether a kept name is the same as a typed one; not where it was erased."""
        words_of_name = self.store.words.read(reference) if reference.startswith("w-") else None
        return bool(words_of_name) and folded_name(str(words_of_name)) == folded_name(name)

    # How it is entered

    def _ending(self, shift: Shift, end: str, by: str) -> dict[str, Any]:
        return shift_record(
            "end",
            shift=shift.number,
            at=max(self.now, shift.began_at),
            by=self.who(by),
            known_at=self.now,
            end=end,
            **self.label,
        )

    def handed_over(self, shift: Shift, by: str) -> dict[str, Any]:
        """The record that ends a shift whose hand-over was signed."""
        return self._ending(shift, "handed_over", by)

    def _moved(self, act: str, shift: Shift, people: Sequence[tuple[str, str, bool]], by: str) -> dict[str, Any]:
        at = max(self.now, shift.began_at)
        return shift_record(
            act, shift=shift.number, at=at, by=self.who(by), known_at=self.now, people=people, **self.label
        )

    def _kept(self, comers: Sequence[Comer]) -> list[tuple[str, str, bool]]:
        return [
            (comer.person or self.store.keep_words(comer.name.strip()), comer.side, comer.is_lead) for comer in comers
        ]

    def enter(self, records: Sequence[Mapping[str, Any]]) -> Entry:
        """Enter them in one act; the last of the entries. Nobody else enters in between."""
        return self.store.commit(records)[-1]

    def who(self, by: str) -> str:
        return person_of(self.store, by)


def names_in(text: str) -> list[str]:
    """The names of a field, parted by commas or lines, each once.

    >>> names_in("Ada North, Ben Hill\\n ada north")
    ['Ada North', 'Ben Hill']
    """
    names: dict[str, str] = {}
    for part in text.replace("\n", ",").replace(";", ",").split(","):
        if name := " ".join(part.split()):
            names.setdefault(folded_name(name), name)
    return list(names.values())


def folded_name(name: str) -> str:
    return " ".join(name.casefold().split())


def is_on(shift: Shift | None, who: str) -> bool:
    return shift is not None and any(each.who == who for each in shift.on)


def lead_first(people: Sequence[OnShift]) -> list[OnShift]:
    return sorted(people, key=lambda each: (not each.is_lead, each.side, each.entry))


def refuse(faults: Mapping[str, Message]) -> None:
    if faults:
        raise NotEnteredError(faults)


def text_faults(field: str, text: str, *, is_needed: bool) -> dict[str, Message]:
    if is_needed and not text.strip():
        return {field: Message("This is empty; write it in words.")}
    if len(text) > MOST[field]:
        return {
            field: Message(
                "This has {count} characters, at most {most} are kept; shorten it.",
                count=Amount(len(text)),
                most=Amount(MOST[field]),
            )
        }
    refusal = refusal_of(text)
    return {field: refusal} if refusal else {}


def _two_leads(side: str) -> Message:
    if side:
        return Message("{side} has two leads; choose one of them.", side=side)
    return Message("There are two leads; choose one of them.")
