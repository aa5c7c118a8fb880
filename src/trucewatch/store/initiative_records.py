"""Initiatives as the journal holds them, beside those of the watch's file: `trucewatch/initiative/1`,
`trucewatch/initiative-step/1`, `trucewatch/initiative-undo/1`.

Words, sources and names of statements lie apart; a record holds their references `w-…`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any, Final

from trucewatch.errors import StoreError, TrucewatchError
from trucewatch.messages import Message
from trucewatch.model.initiatives import ORIGINS, WORDS, Initiative, Step
from trucewatch.model.times import iso_utc, read_time
from trucewatch.store.journal import Entry
from trucewatch.store.kind_entries import entries_of_kind, first_recorded_at
from trucewatch.store.store import Store

INITIATIVE: Final = "trucewatch/initiative/1"
STEP: Final = "trucewatch/initiative-step/1"
UNDO: Final = "trucewatch/initiative-undo/1"
PROPOSAL: Final = 0
"""What an undo names where it takes back the proposal; any other number is that of a step entered by hand."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenBack:
    """That something was taken back: in which entry, when, by whom, why (a reference, or a code)."""

    entry: int
    recorded_at: datetime
    by: str
    reason: str
    reason_code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptStep:
    """A step that was entered by hand; `number` counts from 1 within its initiative. `references`: field (`source`,
    `says-en`) → reference."""

    number: int
    entry: int
    recorded_at: datetime
    by: str
    step: Step
    references: Mapping[str, str]
    taken_back: TakenBack | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptInitiative:
    """An initiative with everything that was entered of it. `initiative` has the steps that stand, whenever they became
    known. `entry` is 0, and `recorded_at` None, for one of the watch's file."""

    initiative: Initiative
    entry: int = 0
    recorded_at: datetime | None = None
    by: str = ""
    references: Mapping[str, str] = field(default_factory=dict)
    steps: tuple[KeptStep, ...] = ()
    taken_back: TakenBack | None = None

    @property
    def code(self) -> str:
        return self.initiative.code

    @property
    def standing_step(self) -> KeptStep | None:
        """The last step entered by hand that was not taken back."""
        standing = [step for step in self.steps if step.taken_back is None]
        return standing[-1] if standing else None

    @property
    def steps_with_entries(self) -> tuple[tuple[Step, KeptStep | None], ...]:
        """The steps that stand, in the order of their days, each with its entry; None for one of the watch's file."""
        standing = [step for step in self.steps if step.taken_back is None]
        of_file = self.initiative.step[: len(self.initiative.step) - len(standing)]
        steps = [*((step, None) for step in of_file), *((entered.step, entered) for entered in standing)]
        return tuple(sorted(steps, key=lambda pair: pair[0].day))

    @property
    def stands(self) -> int | None:
        """What an undo would take back: the number of the last step that stands, else PROPOSAL; None where nothing of
        it was entered by hand, or nothing is left."""
        if self.standing_step is not None:
            return self.standing_step.number
        return PROPOSAL if self.entry and self.taken_back is None else None


def code_of(number: object) -> str:
    """The number of an initiative as people write it.

    >>> code_of(3)
    'P-3'
    """
    return f"P-{number}"


def initiatives(
    store: Store, at: datetime, recorded_by: datetime | None = None, *, on_file: Iterable[Initiative] = ()
) -> tuple[Initiative, ...]:
    """What was known of every initiative by `at`, in the order of their numbers: of the watch's file (`on_file`), and
    as recorded by a moment, if one is given. What was taken back is left out. Words that were erased are "".

    Raises StoreError for a record of a later version, and for a number that file and ledger give to two.
    """
    return tuple(
        entered.initiative.known_by(at)
        for entered in kept_initiatives(store, recorded_by, on_file=on_file)
        if entered.taken_back is None and entered.initiative.known_at <= at
    )


def kept_initiatives(
    store: Store, recorded_by: datetime | None = None, *, on_file: Iterable[Initiative] = ()
) -> tuple[KeptInitiative, ...]:
    """Every initiative with all that was entered of it, taken back or not, in the order of their numbers. Raises
    StoreError as `initiatives` does."""
    by_number = {initiative.number: KeptInitiative(initiative=initiative) for initiative in on_file}
    words = store.words.read
    for entry in _entries(store, recorded_by):
        try:
            _take_in(by_number, entry, lambda reference: words(reference) or "")
        except (KeyError, TypeError, ValueError, AttributeError, TrucewatchError) as exc:
            if isinstance(exc, StoreError):
                raise
            raise StoreError(
                Message(
                    "entry {entry} tells of an initiative in a way that this program does not know; a later version "
                    "wrote it: use that one",
                    entry=entry.number,
                )
            ) from exc
    return tuple(by_number[number] for number in sorted(by_number))


def _entries(store: Store, recorded_by: datetime | None) -> Iterator[Entry]:
    entries = sorted(
        (entry for schema in (INITIATIVE, STEP, UNDO) for entry in entries_of_kind(store, schema)),
        key=lambda entry: entry.number,
    )
    return (entry for entry in entries if recorded_by is None or first_recorded_at(entry.record) <= recorded_by)


def _take_in(by_number: dict[int, KeptInitiative], entry: Entry, words: Callable[[str], str]) -> None:
    """Take in one entry. A number that is there already stays what it was first."""
    record = entry.record
    recorded_at, by = first_recorded_at(record), str(record["by"])
    if record["schema"] == INITIATIVE:
        number = int(record["number"])
        before = by_number.get(number)
        if before is not None and not before.entry:
            raise StoreError(
                Message(
                    "initiatives.toml gives the number {code} to one, and the ledger to another (entry {entry}); give "
                    "the one of the file another number",
                    code=code_of(number),
                    entry=entry.number,
                )
            )
        if before is None:
            by_number[number] = KeptInitiative(
                initiative=_initiative(record, words),
                entry=entry.number,
                recorded_at=recorded_at,
                by=by,
                references=_references(record, "what"),
            )
        return
    number = int(record["initiative"])
    whole = by_number.get(number)
    if whole is None:  # of a file that has it no more
        return
    if record["schema"] == STEP:
        step = KeptStep(
            number=int(record["number"]),
            entry=entry.number,
            recorded_at=recorded_at,
            by=by,
            step=_step(record, words),
            references=_references(record, "says"),
        )
        if all(step.number != other.number for other in whole.steps):
            initiative = replace(whole.initiative, step=(*whole.initiative.step, step.step))
            by_number[number] = replace(whole, initiative=initiative, steps=(*whole.steps, step))
        return
    back = TakenBack(
        entry=entry.number,
        recorded_at=recorded_at,
        by=by,
        reason=str(record["reason"]),
        reason_code=str(record["reason_code"]),
    )
    by_number[number] = _without(whole, int(record["undoes"]), back)


def _without(whole: KeptInitiative, undoes: int, back: TakenBack) -> KeptInitiative:
    if undoes == PROPOSAL:
        return whole if whole.taken_back or not whole.entry else replace(whole, taken_back=back)
    steps = tuple(
        replace(step, taken_back=back) if step.number == undoes and step.taken_back is None else step
        for step in whole.steps
    )
    entered = sum(step.taken_back is None for step in whole.steps)
    of_file = whole.initiative.step[: len(whole.initiative.step) - entered]
    standing = tuple(step.step for step in steps if step.taken_back is None)
    return replace(whole, steps=steps, initiative=replace(whole.initiative, step=(*of_file, *standing)))


# Records


def initiative_record(initiative: Initiative, *, by: str, keep: Callable[[str], str]) -> dict[str, Any]:
    """The record of a proposal. keep: keeps a text apart and gives its reference."""
    return {
        "schema": INITIATIVE,
        "number": initiative.number,
        "proposed_by": list(initiative.proposed_by),
        "to": list(initiative.to),
        "day": initiative.day.isoformat(),
        "what": {language: keep(text) for language, text in initiative.what.items()},
        "quoted": initiative.quoted,
        "about": list(initiative.about),
        "origin": initiative.origin,
        "meeting": initiative.reference if initiative.origin == "meeting" else "",
        "statement": keep(initiative.reference) if initiative.origin == "statement" and initiative.reference else "",
        "source": keep(initiative.source),
        "simulated": initiative.simulated,
        "by": by,
        "known_at": iso_utc(initiative.known_at),
    }


def step_record(code: str, number: int, step: Step, *, by: str, keep: Callable[[str], str]) -> dict[str, Any]:
    """The record of a step of an initiative; by: who enters it, as a reference."""
    return {
        "schema": STEP,
        "initiative": int(code.removeprefix("P-")),
        "number": number,
        "day": step.day.isoformat(),
        "word": step.word,
        "who": list(step.by),
        "says": {language: keep(text) for language, text in step.says.items()},
        "quoted": step.quoted,
        "meeting": step.meeting,
        "source": keep(step.source),
        "by": by,
        "known_at": iso_utc(step.known_at),
    }


def undo_record(code: str, undoes: int, *, by: str, reason: str, reason_code: str, now: datetime) -> dict[str, Any]:
    """The record of what is taken back. reason: a reference; now: what the watch's clock shows."""
    return {
        "schema": UNDO,
        "initiative": int(code.removeprefix("P-")),
        "undoes": undoes,
        "reason": reason,
        "reason_code": reason_code,
        "by": by,
        "known_at": iso_utc(now),
    }


def _initiative(record: Mapping[str, Any], words: Callable[[str], str]) -> Initiative:
    origin, statement = record["origin"], record["statement"]
    if origin not in ORIGINS:
        raise ValueError(origin)
    return Initiative(
        code=code_of(int(record["number"])),
        proposed_by=tuple(map(str, record["proposed_by"])),
        to=tuple(map(str, record["to"])),
        day=date.fromisoformat(record["day"]),
        what={language: words(reference) for language, reference in record["what"].items()},
        quoted=bool(record["quoted"]),
        about=tuple(map(str, record["about"])),
        origin=origin,
        reference=words(statement) if statement else str(record["meeting"]),
        source=words(record["source"]),
        known_at=read_time(record["known_at"]),
        simulated=bool(record["simulated"]),
    )


def _step(record: Mapping[str, Any], words: Callable[[str], str]) -> Step:
    if record["word"] not in WORDS:
        raise ValueError(record["word"])
    return Step(
        day=date.fromisoformat(record["day"]),
        word=record["word"],
        by=tuple(map(str, record["who"])),
        says={language: words(reference) for language, reference in record["says"].items()},
        quoted=bool(record["quoted"]),
        meeting=str(record["meeting"]),
        source=words(record["source"]),
        known_at=read_time(record["known_at"]),
    )


def _references(record: Mapping[str, Any], texts: str) -> dict[str, str]:
    named = {f"{texts}-{language}": str(reference) for language, reference in record[texts].items()}
    named |= {name: str(record.get(name, "")) for name in ("source", "statement")}
    return {name: reference for name, reference in named.items() if reference}
