"""What can be done with a task of the shift, each rule once: asked, accepted, done, refused with a reason, taken back.

Access that was asked for and refused is an observation of the centre's own: it comes into the list with the step, and
leaves it when the step is taken back. now: the watch's clock, as the caller has it.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from trucewatch.errors import PlaceError, StoreError, TrucewatchError
from trucewatch.messages import Amount, Message
from trucewatch.model.duty_task import TASK_SORTS, TASK_TO, DutyTask, StepTaken, TaskSort, TaskStep, TaskTo
from trucewatch.model.ids import PERSON_REFERENCE
from trucewatch.model.spoken import SpokenPlace
from trucewatch.model.times import as_utc
from trucewatch.model.typed_text import as_typed, refusal_of
from trucewatch.model.watch import Watch
from trucewatch.sources.gazetteer import gazetteer_of
from trucewatch.sources.spoken_where import read_where
from trucewatch.store.claim_records import claim_of
from trucewatch.store.drill_records import drill_now
from trucewatch.store.duty_directory import duty_line
from trucewatch.store.duty_task_records import (
    next_task_number,
    step_in,
    step_record,
    steps_of,
    task_in,
    task_of,
    task_record,
)
from trucewatch.store.flash_records import flash_of
from trucewatch.store.store import Store

MOST: Final = {"asks": 2000, "words": 2000, "where": 200, "name": 200}
AHEAD: Final = timedelta(minutes=15)
"""By how much a clock may be ahead of the watch's before a moment is taken to be still to come."""
LONGEST: Final = timedelta(days=31)
ENTERING: Final = threading.RLock()
"""Held from the look at what stands until the entry: no number is given twice, no step is taken twice."""
_ABOUT: Final = re.compile(r"incident:i-[a-z2-7]{4,52}|claim:CL-[0-9]{1,9}|flash:UM-[0-9]{1,9}")
_OPEN: Final[Mapping[TaskStep, tuple[TaskStep, ...]]] = {
    "asked": ("accepted", "done", "refused"),
    "accepted": ("done", "refused"),
}
"""State → the steps that may follow it; from every other none but its taking back."""


class TaskRefusedError(TrucewatchError):
    """Nothing was entered. faults: what is wrong, by field."""

    def __init__(self, faults: Mapping[str, Message]) -> None:
        super().__init__(Message("{why}. Nothing was entered.", why=next(iter(faults.values()))))
        self.faults = faults


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskDraft:
    """A task as it was typed. to: of TASK_TO with its id, `party:UV`, `source:cameras`, `function:F-3`, `person:p-…`;
    `person:` with a name in `name`. where: needed for access. about: `incident:i-…`, `claim:CL-7`, `flash:UM-3` or
    ""."""

    to: str
    sort: str
    asks: str
    name: str = ""
    where: str = ""
    about: str = ""
    due: datetime | None = None


def steps_after(task: DutyTask) -> tuple[TaskStep, ...]:
    """The steps that may follow as it stands."""
    return _OPEN.get(task.state, ())


def ask_task(store: Store, watch: Watch, draft: TaskDraft, *, by: str, now: datetime) -> DutyTask:
    """Enter a task under the next number. Raises TaskRefusedError with all that is wrong."""
    moment = _second(now)
    with ENTERING:
        faults: dict[str, Message] = {}
        to, to_id = _asked_of(store, watch, draft, faults)
        sort = _sort_of(draft.sort, faults)
        asks = _text("asks", draft.asks, faults, is_needed=True)
        where = _text("where", draft.where, faults)
        place = None
        if sort == "access" and "where" not in faults:
            place = _place_of(where, watch, faults)
        _check_about(store, draft.about, faults)
        due = _second(draft.due) if draft.due else None
        if due is not None and not moment - AHEAD <= due <= moment + LONGEST:
            faults["due"] = Message("Write a moment from now on, within {days} days.", days=LONGEST.days)
        if faults:
            raise TaskRefusedError(faults)
        if to == "person" and not to_id:
            to_id = store.keys.person_reference(as_typed(draft.name))
        drill = drill_now(store)
        is_invented = watch.settings.simulated
        source = next((each for each in watch.settings.source if to == "source" and each.id == to_id), None)
        task = DutyTask(
            number=next_task_number(store),
            entry=0,
            to=to,
            to_id=to_id,
            sort=sort,
            asks=store.keep_words(asks),
            about=draft.about,
            asked_at=moment,
            by=_person(store, by),
            recorded_at=moment,
            due=due,
            place=place,
            drill=drill.number if drill else 0,
            simulated=is_invented or drill is not None or (source is not None and source.simulated),
            is_of_simulated=source is not None and source.simulated and not is_invented,
        )
        return task_in(store.commit([task_record(task)])[0])


def step_task(
    store: Store,
    watch: Watch,
    code: str,
    step: TaskStep,
    *,
    by: str,
    now: datetime,
    seen: int = 0,
    words: str = "",
    at: datetime | None = None,
    where: str | None = None,
) -> StepTaken:
    """Enter that a task was accepted, done or refused. seen: the entry that the form showed as its last, or 0. words:
    the reason of a refusal, which it needs. at: when, now without it. where: of access that was refused, the place as
    the task has it without it. Raises TaskRefusedError; StoreError where it stands otherwise by now."""
    moment = _second(now)
    with ENTERING:
        task = task_of(store, code)
        _check_seen(task, seen)
        if step not in steps_after(task):
            raise StoreError(
                Message(
                    "{code} cannot take this step as it stands. Nothing was entered; look at it again.", code=task.code
                )
            )
        faults: dict[str, Message] = {}
        text = _text("words", words, faults, is_needed=step == "refused")
        stated = _second(at) if at else moment
        if stated > moment + AHEAD:
            faults["at"] = Message(
                "This lies ahead of the watch's clock, which shows {moment}; correct it.", moment=moment
            )
        elif stated < task.asked_at - AHEAD:
            faults["at"] = Message("This was before it was asked, {moment}; correct it.", moment=task.asked_at)
        place = None
        if step == "refused" and task.sort == "access":
            written = _text("where", where or "", faults)
            place = _place_of(written, watch, faults) if written else task.place
        if faults:
            raise TaskRefusedError(faults)
        drill = drill_now(store)
        step_entered = StepTaken(
            entry=0,
            task=task.number,
            step=step,
            at=min(stated, moment),
            known_at=moment,
            recorded_at=moment,
            by=_person(store, by),
            words=store.keep_words(text),
            place=place,
            drill=task.drill or (drill.number if drill else 0),
        )
        return step_in(store.commit([step_record(step_entered)])[0])


def undo_task(store: Store, code: str, entry: int, *, by: str, now: datetime) -> StepTaken:
    """Take back the last step of a task that stands, or the task itself where none was entered of it. entry: which one
    was looked at. What was a refusal of access leaves the list."""
    moment = _second(now)
    with ENTERING:
        task = task_of(store, code)
        if task.state == "undone" or task.state_entry != entry:
            raise StoreError(
                Message("{code} changed since it was looked at. Nothing was entered; look at it again.", code=task.code)
            )
        undone = StepTaken(
            entry=0,
            task=task.number,
            step="undone",
            at=moment,
            known_at=moment,
            recorded_at=moment,
            by=_person(store, by),
            undoes=entry,
            drill=task.drill,
        )
        return step_in(store.commit([step_record(undone)])[0])


def where_words(task: DutyTask) -> str:
    """The place of a task as it can be typed again: degrees, latitude first."""
    place = task.place
    return "" if place is None or place.lon is None or place.lat is None else f"{place.lat:.5f}, {place.lon:.5f}"


def last_step(store: Store, task: DutyTask) -> StepTaken | None:
    """The last step that stands; None for a task of which nothing was entered since it was asked."""
    return next((each for each in reversed(steps_of(store, task.number)) if each.entry == task.state_entry), None)


def tasks_about(tasks: Iterable[DutyTask], about: str) -> tuple[DutyTask, ...]:
    """Those about an incident, a claim or an urgent message, that were not taken back."""
    return tuple(task for task in tasks if task.about == about and task.state != "undone")


def _asked_of(store: Store, watch: Watch, draft: TaskDraft, faults: dict[str, Message]) -> tuple[TaskTo, str]:
    """Who is asked; "" for the id of a person by a typed name."""
    kind, _, name = draft.to.partition(":")
    to: TaskTo | None = next((each for each in TASK_TO if each == kind), None)
    allowed = {
        "source": {source.id for source in watch.settings.source},
        "party": {party.id for party in watch.agreement.party},
        "delegation": set(watch.delegation_ids),
        "body": {body.id for body in watch.agreement.body},
    }
    if to is None:
        faults["to"] = Message("Choose who is asked.")
        return "person", ""
    if to in allowed and name not in allowed[to]:
        faults["to"] = Message("This watch has no such source, side or body; choose another.")
    elif to == "function":
        try:
            name = duty_line(store, name).code
        except StoreError:
            faults["to"] = Message("The directory has no such function; choose another.")
    elif to == "person" and not name:
        if _text("name", draft.name, faults, is_needed=True) and len(draft.name.split("\n")) > 1:
            faults["name"] = Message("A name stands in one line.")
    elif to == "person" and not (PERSON_REFERENCE.fullmatch(name) and store.keys.name_of(name)):
        faults["to"] = Message("This person is not known here; choose another.")
    return to, name


def _sort_of(sort: str, faults: dict[str, Message]) -> TaskSort:
    allowed: TaskSort | None = next((each for each in TASK_SORTS if each == sort), None)
    if allowed is None:
        faults["sort"] = Message("Choose what is asked for.")
    return allowed or "other"


def _place_of(where: str, watch: Watch, faults: dict[str, Message]) -> SpokenPlace | None:
    """The place that words name, with a position of its own."""
    if not where:
        faults["where"] = Message("Say to which place access is asked.")
        return None
    try:
        place = read_where(where, gazetteer_of(watch))
    except PlaceError as exc:
        faults["where"] = Message("{why}.", why=exc.message)
        return None
    if place.lon is None or place.lat is None:
        faults["where"] = Message("This is a direction only; name the place, or say how far it is.")
        return None
    return place


def _check_about(store: Store, about: str, faults: dict[str, Message]) -> None:
    if not about:
        return
    if not _ABOUT.fullmatch(about):
        faults["about"] = Message("It is about nothing that is on record here; leave it out.")
        return
    kind, _, name = about.partition(":")
    try:
        if kind == "claim":
            claim_of(store, name)
        elif kind == "flash":
            flash_of(store, name)
    except StoreError as exc:
        faults["about"] = exc.message


def _check_seen(task: DutyTask, seen: int) -> None:
    if seen and task.state_entry != seen:
        raise StoreError(
            Message("{code} changed since it was looked at. Nothing was entered; look at it again.", code=task.code)
        )


def _text(name: str, typed: str, faults: dict[str, Message], *, is_needed: bool = False) -> str:
    text = as_typed(typed)
    if is_needed and not text:
        faults[name] = Message("This is empty; write it in words.")
    elif refusal := refusal_of(text):
        faults[name] = Message("{why}.", why=refusal)
    elif len(text) > MOST[name]:
        faults[name] = Message("Write at most {most} characters.", most=Amount(MOST[name]))
    return text


def _person(store: Store, by: str) -> str:
    return store.keys.reference_of(by)


def _second(moment: datetime) -> datetime:
    return as_utc(moment).replace(microsecond=0)
