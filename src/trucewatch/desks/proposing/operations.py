"""The list of initiatives: what stands in it at a moment of the watch's clock, and what can be entered.

Who enters something is named by a salted reference; what was typed is kept apart, so that it can be erased.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Final

from trucewatch.desks.proposing.records import REASONS
from trucewatch.errors import StoreError, TrucewatchError
from trucewatch.messages import Amount, Message
from trucewatch.model.faults import Fault
from trucewatch.model.initiatives import (
    WORDS,
    Circle,
    Initiative,
    Standing,
    Step,
    Trouble,
    circle_of,
    standing_of,
    troubles_of,
)
from trucewatch.model.times import as_utc, iso_utc
from trucewatch.model.typed_text import refusal_of
from trucewatch.model.watch import Watch
from trucewatch.store import Store
from trucewatch.store.initiative_records import (
    KeptInitiative,
    code_of,
    initiative_record,
    kept_initiatives,
    step_record,
    undo_record,
)
from trucewatch.store.journal import Entry

MOST_REASON: Final = 500
WITHHELD: Final = ("what", "says", "source", "statement", "reason")
"""What programs are not given: whatever somebody typed."""
_ENTERING: Final = threading.RLock()
"""Held from the look at what stands until the entry: no number is given twice, no step enters what it does not fit."""
_TEXTS: Final = ("what", "says")


class NotEnteredError(TrucewatchError):
    """Something cannot be entered as it was typed; `faults` says why, by the field that each is about."""

    def __init__(self, faults: Mapping[str, Message]) -> None:
        super().__init__(Message("{why}. Nothing was entered", why=next(iter(faults.values()))))
        self.faults = faults


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """An initiative as the list shows it: what was known of it, and how it stands by that."""

    entered: KeptInitiative
    initiative: Initiative
    standing: Standing


class InitiativeList:
    """The initiatives of a watch at a moment of its clock, `now`: those that were known by then, with the steps that
    were. What was taken back counts at no moment.

    Raises NotEnteredError and StoreError with what stands in the way of an entry.
    """

    def __init__(self, store: Store, watch: Watch, now: datetime) -> None:
        self.store, self.watch = store, watch
        self.now = as_utc(now).replace(microsecond=0)

    @property
    def circle(self) -> Circle:
        """Who can propose and answer in this watch, and about what."""
        return circle_of(self.watch.agreement, self.watch.delegation_ids, self.watch.zone)

    # What is shown

    def listed(self, *, open_only: bool = False, about: str = "") -> list[Listed]:
        """In the order of their days, the latest first. about: a part of a clause, a provision, or "work"."""
        circle = self.circle
        rows = [self._row(entered, circle) for entered in self._known_by_now() if entered.taken_back is None]
        rows = [
            row
            for row in rows
            if (not open_only or row.standing.is_open)
            and (not about or row.initiative.concerns(about, self.watch.agreement))
        ]
        return sorted(rows, key=lambda row: (row.initiative.day, row.initiative.number), reverse=True)

    def initiative(self, code: str) -> Listed:
        """An initiative by its number, `P-3` or `3`, taken back or not. Raises StoreError if there is none by now."""
        number = code.strip().upper().removeprefix("P-")
        if number.isascii() and number.isdigit() and len(number) < 10:
            for entered in self._known_by_now():
                if entered.initiative.number == int(number):
                    return self._row(entered, self.circle)
        raise StoreError(
            Message('there is no initiative "{number}" by now; the list has those there are', number=code[:20])
        )

    def words(self, reference: str) -> str | None:
        """What somebody typed; None if it was erased."""
        return self.store.words.read(reference)

    def _known_by_now(self) -> Iterable[KeptInitiative]:
        return (entered for entered in self._entered() if entered.initiative.known_at <= self.now)

    def _entered(self) -> tuple[KeptInitiative, ...]:
        return kept_initiatives(self.store, on_file=self.watch.initiatives)

    def _row(self, entered: KeptInitiative, circle: Circle) -> Listed:
        initiative = entered.initiative.known_by(self.now)
        return Listed(entered=entered, initiative=initiative, standing=standing_of(initiative, circle))

    # Acts

    def propose(self, initiative: Initiative, *, by: str) -> Entry:
        """Enter a proposal under the next number, whatever its code says; its steps follow by themselves."""
        self.check(initiative)
        with _ENTERING:
            number = max((entered.initiative.number for entered in self._entered()), default=0) + 1
            numbered = replace(initiative, code=code_of(number), step=())
            return self._enter(initiative_record(numbered, by=self._who(by), keep=self.store.keep_words))

    def take_step(self, code: str, step: Step, *, by: str) -> Entry:
        """Enter a step of an initiative that stands."""
        with _ENTERING:
            entered = self.check_step(code, step)
            number = max((other.number for other in entered.steps), default=0) + 1
            return self._enter(step_record(entered.code, number, step, by=self._who(by), keep=self.store.keep_words))

    def undo(self, code: str, stands: int, *, by: str, reason: str = "", reason_code: str = "") -> Entry:
        """Take back what was entered last: the step of this number, or the proposal (0) where no step stands.

        stands: what the one who asks saw; raises StoreError if another thing stands meanwhile, and for what is of the
        watch's file. reason: typed, or one of REASONS by its code.
        """
        with _ENTERING:
            entered = self.initiative(code).entered
            if entered.stands is None:
                raise StoreError(self._nothing_to_undo(entered))
            if entered.stands != stands:
                raise StoreError(
                    Message(
                        "{number} changed since it was looked at; nothing was entered. Look at it as it stands now",
                        number=entered.code,
                    )
                )
            if reason_code not in REASONS:
                _refuse(_reason_faults(reason))
            return self._enter(
                undo_record(
                    entered.code,
                    stands,
                    by=self._who(by),
                    reason="" if reason_code in REASONS else self.store.keep_words(reason),
                    reason_code=reason_code,
                    now=self.now,
                )
            )

    def _nothing_to_undo(self, entered: KeptInitiative) -> Message:
        if entered.taken_back is not None:
            return Message("{number} is taken out already; nothing was entered", number=entered.code)
        return Message(
            "nothing of {number} was entered here: it stands in initiatives.toml; change it there. Nothing was entered",
            number=entered.code,
        )

    # What is checked before

    def check(self, initiative: Initiative) -> None:
        """Raises NotEnteredError with everything that is wrong with a proposal as it was typed."""
        faults: dict[str, Message] = {}
        for trouble in troubles_of(replace(initiative, step=()), self.circle):
            faults.setdefault(_field(trouble.path), _sentence(trouble))
        _refuse(self._moment_faults(initiative.day, initiative.known_at) | faults)

    def check_step(self, code: str, step: Step) -> KeptInitiative:
        """The initiative that a step is for. Raises StoreError if it was taken out, NotEnteredError for what was
        typed."""
        entered = self.initiative(code).entered
        if entered.taken_back is not None:
            raise StoreError(
                Message("{number} is taken out, so no step can be entered; nothing was entered", number=entered.code)
            )
        before = entered.initiative
        index = len(before.step)
        earlier = {(trouble.path, str(trouble.what)) for trouble in troubles_of(before, self.circle)}
        faults: dict[str, Message] = {}
        for trouble in troubles_of(replace(before, step=(*before.step, step)), self.circle):
            if trouble.path[0] != "step" or (trouble.path, str(trouble.what)) in earlier:
                continue
            sentence = _sentence(trouble)
            if trouble.path[1] != index:
                other = before.step[int(trouble.path[1])]
                sentence = Message("the step of {day} would no longer fit: {why}", day=other.day, why=sentence)
            faults.setdefault(_field(trouble.path[2:]), sentence)
        _refuse(self._moment_faults(step.day, step.known_at) | faults)
        return entered

    def _moment_faults(self, day: date, known_at: datetime) -> dict[str, Message]:
        faults = {}
        ahead = Message("this lies ahead of the watch's clock, which shows {moment}; correct it", moment=self.now)
        if day > self.now.astimezone(self.watch.zone).date():
            faults["day"] = ahead
        if known_at.tzinfo is not None and known_at > self.now:
            faults["known_at"] = ahead
        return faults

    def _enter(self, record: Mapping[str, Any]) -> Entry:
        (entry,) = self.store.commit([record])
        return entry

    def _who(self, by: str) -> str:
        return self.store.keys.reference_of(by)

    # For programs

    def document(self) -> dict[str, Any]:
        """The list without what anybody typed: `trucewatch initiatives --json`, `/initiatives.json`."""
        return self._head() | {"initiatives": [self.row(row) for row in self.listed()]}

    def document_of(self, row: Listed) -> dict[str, Any]:
        """One initiative without what anybody typed: `/initiatives/P-3.json`."""
        return self._head() | {"initiative": self.row(row)}

    def _head(self) -> dict[str, Any]:
        return {
            "schema": "trucewatch/initiatives/1",
            "watch": self.watch.settings.id,
            "simulated": self.watch.settings.simulated,
            "as_of": iso_utc(self.now),
            "withheld": list(WITHHELD),
        }

    def row(self, row: Listed) -> dict[str, Any]:
        """One initiative: who, to whom, when, about what, who stands by which word, and its steps."""
        initiative, standing, entered = row.initiative, row.standing, row.entered
        steps = [(step, of) for step, of in entered.steps_with_entries if step.known_at <= self.now]
        return {
            "number": initiative.code,
            "proposed_by": list(initiative.proposed_by),
            "to": list(initiative.to),
            "day": initiative.day.isoformat(),
            "about": list(initiative.about),
            "origin": initiative.origin,
            "meeting": (initiative.reference if initiative.origin == "meeting" else "") or None,
            "known_at": iso_utc(initiative.known_at),
            "simulated": initiative.simulated,
            "open": standing.is_open and entered.taken_back is None,
            "standing": {word: sorted(standing.by_word[word]) for word in WORDS if standing.by_word[word]},
            "nothing_on_record_from": sorted(standing.silent),
            "done_by_all": standing.done_by_all or None,
            "steps": [
                {
                    "day": step.day.isoformat(),
                    "word": step.word,
                    "by": list(step.by),
                    "meeting": step.meeting or None,
                    "known_at": iso_utc(step.known_at),
                    "entry": of.entry if of else None,
                }
                for step, of in steps
            ],
            "entry": entered.entry or None,
            "taken_out_entry": entered.taken_back.entry if entered.taken_back else None,
        }


def watch_clock(watch: Watch, clock: Callable[[], datetime]) -> datetime:
    """What the watch's own clock shows: on a past case its `watch_time`, else the computer's time."""
    return watch.settings.watch_time or clock()


def _field(path: tuple[str | int, ...]) -> str:
    """The field of a form that a trouble is about: `what-en` for the words in a language."""
    return "-".join(map(str, path[:2])) if path[0] in _TEXTS else str(path[0])


def _sentence(trouble: Trouble) -> Message:
    return Fault("", 0, "", trouble.what, trouble.remedy).message


def _reason_faults(reason: str) -> dict[str, Message]:
    if not reason.strip():
        return {"reason": Message("this is empty; write it in words")}
    if len(reason) > MOST_REASON:
        return {
            "reason": Message(
                "this has {count} characters, at most {most} are kept; shorten it",
                count=Amount(len(reason)),
                most=Amount(MOST_REASON),
            )
        }
    refusal = refusal_of(reason)
    return {"reason": refusal} if refusal else {}


def _refuse(faults: Mapping[str, Message]) -> None:
    if faults:
        raise NotEnteredError(faults)
