"""Beginning and ending a drill, each rule once.

One drill at a time, and none beside something real that waits for an answer. What it is called is kept apart, so that
it can be erased. Raises DrillRefusedError with what is wrong with the label, StoreError where something stands in the
way.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from trucewatch.errors import StoreError, TrucewatchError
from trucewatch.messages import Amount, Message
from trucewatch.model.claim_draft import ClaimDraft
from trucewatch.model.claim_record import Claim
from trucewatch.model.drill import Drill, DrillEnd
from trucewatch.model.duty_task import DutyTask
from trucewatch.model.flash import Flash
from trucewatch.model.shift import LogLine, Shift
from trucewatch.model.times import as_utc
from trucewatch.model.typed_text import as_typed, refusal_of
from trucewatch.model.watch import Watch
from trucewatch.pipeline.claim_entering import enter_claim
from trucewatch.store import Store
from trucewatch.store.claim_records import claim_versions, claims_on_record
from trucewatch.store.drill_records import drill_in, drill_now, drill_of, drill_record, drills_on_record
from trucewatch.store.drill_records import drill_label as label_of
from trucewatch.store.duty_task_records import tasks_on_record
from trucewatch.store.flash_records import flashes_on_record
from trucewatch.store.shift_records import lines_on_record, shifts_on_record

LONGEST_LABEL: Final = 80
"""Characters: it stands at the head of every page and in every message."""
_DRILLING: Final = threading.RLock()
"""Held from the look at what runs until the entry: no two begin, and none ends twice."""


class DrillRefusedError(TrucewatchError):
    """A drill cannot be begun under this label."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Drilled:
    """What was entered in a drill: claims, urgent messages, shifts, lines of the watch log, tasks. Never added to what
    is real."""

    claims: tuple[Claim, ...]
    flashes: tuple[Flash, ...]
    shifts: tuple[Shift, ...]
    lines: tuple[LogLine, ...]
    tasks: tuple[DutyTask, ...]


def begin_drill(store: Store, watch: Watch, label: str, *, by: str, now: datetime) -> Drill:
    """Begin a drill. label: what it is called, one line; now: the watch's clock."""
    label = _checked(label)
    if watch.settings.watch_time is not None and not watch.settings.simulated:
        raise StoreError(
            Message("This is a past case: its clock stands, and nobody drills in it. Nothing was entered.")
        )
    with _DRILLING:
        running = drill_now(store)
        if running is not None:
            raise StoreError(
                Message(
                    "{drill} runs already; end it before another one begins. Nothing was entered.", drill=running.code
                )
            )
        waiting = waiting_flash(flashes_on_record(store))
        if waiting is not None:
            raise StoreError(
                Message(
                    "The urgent message {flash} is real and waits for an answer; a drill would hide it. Begin when "
                    "both sides have answered, or when it is closed. Nothing was entered.",
                    flash=waiting.code,
                )
            )
        drill = Drill(
            number=max((each.number for each in drills_on_record(store)), default=0) + 1,
            entry=-1,
            label=store.keep_words(label),
            began_at=as_utc(now).replace(microsecond=0),
            by=_who(store, by),
            recorded_at=as_utc(now),
        )
        (entry,) = store.commit([drill_record(drill)])
        return drill_in(entry)


def end_drill(store: Store, watch: Watch, *, end: DrillEnd, by: str, now: datetime, ended_for: str = "") -> Drill:
    """End the drill that runs. A clock that jumped back ends it at the moment at which it began: whatever a clock
    shows, something real ends a drill. ended_for: the claim that was real."""
    with _DRILLING:
        running = drill_now(store)
        if running is None:
            raise StoreError(Message("No drill runs; somebody ended it before. Nothing was entered."))
        at = max(as_utc(now).replace(microsecond=0), running.began_at)
        store.commit(
            [drill_record(replace(running, ended_at=at, end=end, ended_by=_who(store, by), ended_for=ended_for))]
        )
        ended = drill_of(store, running.number)
        assert ended is not None
        return ended


def end_for_real(store: Store, watch: Watch, *, by: str, now: datetime, ended_for: str = "") -> Drill | None:
    """End the drill that runs, because something is real; None where none ran, and then nothing is entered."""
    with _DRILLING:
        if drill_now(store) is None:
            return None
        return end_drill(store, watch, end="real", by=by, now=now, ended_for=ended_for)


def enter_real_call(
    store: Store, watch: Watch, draft: ClaimDraft, *, by: str, now: datetime
) -> tuple[Claim, Drill | None]:
    """Enter a call that turned out to be real, outside the drill that runs, which it ends. A call that cannot be
    entered raises ClaimRefusedError and ends nothing; then `end_for_real` does. The drill is None where none ran."""
    with _DRILLING:
        claim = enter_claim(store, watch, replace(draft, is_drill=False), by=by, now=now)
        return claim, end_for_real(store, watch, by=by, now=now, ended_for=claim.code)


def drill_label(store: Store, drill: Drill) -> str:
    """What people call a drill; "(erased)" where that was erased."""
    return str(label_of(store, drill))


def drilled(store: Store, drill: Drill) -> Drilled:
    """What was entered in a drill, by when each was entered first."""
    first = {each.number: each.entry for each in claim_versions(store) if each.version == 1}
    claims = tuple(each for each in claims_on_record(store) if each.is_drill and drill.holds(first[each.number]))
    number = drill.number
    return Drilled(
        claims=claims,
        flashes=tuple(each for each in flashes_on_record(store) if each.draft.drill == number),
        shifts=tuple(each for each in shifts_on_record(store) if each.drill == number),
        lines=tuple(each for each in lines_on_record(store).values() if each.drill == number and not each.struck),
        tasks=tuple(each for each in tasks_on_record(store) if each.drill == number and each.state != "undone"),
    )


def drill_codes(store: Store, claims: Iterable[Claim]) -> Mapping[int, str]:
    """Which drill each claim of one is of: its number → `DR-2`. A claim that was marked so while none ran has none."""
    drills = drills_on_record(store)
    chosen = {each.number for each in claims if each.is_drill} if drills else set()
    first = {each.number: each.entry for each in claim_versions(store) if each.version == 1} if chosen else {}
    return {number: drill.code for number in sorted(chosen) for drill in drills if drill.holds(first.get(number, -1))}


def waiting_flash(flashes: Sequence[Flash]) -> Flash | None:
    """The first real message that is open and of which a side has said nothing yet; None if there is none."""
    return next(
        (
            flash
            for flash in flashes
            if not flash.is_drill
            and flash.ended is None
            and flash.quiet_at is None
            and any(not flash.acknowledged(party) and not flash.quiet(party) for party in flash.parties)
        ),
        None,
    )


def _checked(label: str) -> str:
    label = as_typed(label)
    refusal = refusal_of(label)
    if refusal is not None:
        raise DrillRefusedError(refusal)
    if not label:
        raise DrillRefusedError(Message("This is empty; write what the drill is called."))
    if "\n" in label or "\t" in label:
        raise DrillRefusedError(Message("Write it in one line."))
    if len(label) > LONGEST_LABEL:
        raise DrillRefusedError(
            Message(
                "This has {count} characters, at most {most} are kept; shorten it.",
                count=Amount(len(label)),
                most=Amount(LONGEST_LABEL),
            )
        )
    return label


def _who(store: Store, by: str) -> str:
    return store.keys.reference_of(by)
