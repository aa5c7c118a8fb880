"""Calibrating anew: what it would change is worked out first; once entered it stands for every list that follows."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from trucewatch.errors import StoreError, WatchError
from trucewatch.locale import words
from trucewatch.messages import Message
from trucewatch.model.calibration import Calibrations
from trucewatch.model.ids import canonical
from trucewatch.reports.sureness_words import probability_words
from trucewatch.store import Store
from trucewatch.store.calibration_records import (
    EVERY,
    Calibrated,
    NewCalibration,
    Recalibration,
    calibration_entry,
    calibrations_in_force,
    record_calibrations,
)
from trucewatch.store.edit_records import check_reason

if TYPE_CHECKING:
    import pyarrow as pa

    from trucewatch.pipeline import Knowledge, Steps

_MONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])")
_PLACED = ("lon", "lat", "semi_major_m", "semi_minor_m", "occurred_start", "occurred_end", "members")


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """How a list would differ: incidents that come and go by their id, and of those that stay how many are said with
    another probability, or with other reports, another place or another time."""

    before: int
    now: int
    coming: int
    going: int
    surer_or_less: int
    moved: int

    @property
    def any(self) -> bool:
        return bool(self.coming or self.going or self.surer_or_less or self.moved)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlook:
    """What calibrating anew would record, and what of the list it would change; nothing is entered yet."""

    anew_from: str
    knowledge: Knowledge
    new: tuple[NewCalibration, ...]
    changes: Changes


def month_of(text: str | None) -> str:
    """A month as it was typed; EVERY for none. Raises WatchError for anything else."""
    if text is None:
        return EVERY
    if not _MONTH.fullmatch(text):
        raise WatchError(Message('"{text}" is no month; write it like 2031-05', text=text[:40]))
    return text


def look_ahead(store: Store, folder: Path, *, now: datetime, anew_from: str, steps: Steps) -> Outlook:
    """Learn anew from all that is held, from a month on (EVERY: all of it), and hold the list beside the one of now.

    Reads what is new in the inbox, as a run does; enters no calibration. Raises StoreError, WatchError.
    """
    from trucewatch.pipeline import fuse_knowledge, knowledge_at
    from trucewatch.pipeline.calibrations import learn_anew, standing_at, standing_with

    knowledge = knowledge_at(store, folder, now=now, steps=steps)
    with steps.timed("learn") as saw:
        new = learn_anew(
            store,
            knowledge.to_learn_from(),
            knowledge.current,
            knowledge.as_of,
            anew_from=anew_from,
            advance=lambda position, total: steps.advance("learn", position, total),
        )
        saw(sum(each.calibration.rows for each in new))
    with steps.timed("fuse") as saw:
        try:
            standing = standing_at(store, knowledge.as_of).calibrations
        except StoreError:  # of a later version: to make them anew is the way out
            standing = Calibrations()
        before = fuse_knowledge(knowledge, standing)
        after = fuse_knowledge(knowledge, standing_with(new, store, knowledge.as_of, anew_from))
        saw(knowledge.current.num_rows)
    return Outlook(
        anew_from=anew_from,
        knowledge=knowledge,
        new=tuple(new),
        changes=changes_between(before.incidents, after.incidents),
    )


def enter(store: Store, outlook: Outlook, *, reason: str, by: str) -> list[Calibrated]:
    """Record what was looked at. The reason is kept apart, so that it can be erased. Raises StoreError, WatchError."""
    who = store.keys.actor_reference(by, outlook.knowledge.watch.delegation_ids)
    check_reason(reason.strip())
    anew = Recalibration(anew_from=outlook.anew_from, reason=store.keep_words(reason.strip()), by=who)
    acts = [act.entry for act in outlook.knowledge.acts]
    return record_calibrations(store, outlook.new, batches=outlook.knowledge.batches, acts=acts, anew=anew)


def check_act(reason: str, by: str) -> None:
    """Raises what `enter` would, before anything is worked out."""
    check_reason(reason.strip())
    if not by.strip():
        raise WatchError(Message("say whose act it is: --by NAME; nothing was entered"))


def changes_between(before: pa.Table, after: pa.Table) -> Changes:
    """How two lists of the same rows differ."""
    columns = ("incident_id", "happened", *_PLACED)
    then = {row["incident_id"]: row for row in before.select(columns).to_pylist()}
    now = {row["incident_id"]: row for row in after.select(columns).to_pylist()}
    both = then.keys() & now.keys()
    return Changes(
        before=len(then),
        now=len(now),
        coming=len(now.keys() - then.keys()),
        going=len(then.keys() - now.keys()),
        surer_or_less=sum(_shown(then[name]["happened"]) != _shown(now[name]["happened"]) for name in both),
        moved=sum(any(then[name][column] != now[name][column] for column in _PLACED) for name in both),
    )


def _shown(probability: float | None) -> str:
    """With the two decimals that people see."""
    return "" if probability is None else probability_words(probability, words("en"))


def exported(store: Store, period: str = "") -> bytes:
    """The record of a calibration that stands, as a file: that of a period, or the latest. Raises WatchError."""
    records = calibrations_in_force(store)
    of_period = [record for record in records if not period or record.period == period]
    if not of_period:
        known = ", ".join(sorted({record.period for record in records}))
        if known:
            raise WatchError(Message("nothing was learnt for {period}; there is: {known}", period=period, known=known))
        raise WatchError(
            Message("nothing was learnt yet: the first calibration is made by a run after the first midnight UTC")
        )
    chosen = max(of_period, key=lambda record: (record.until, record.entry))
    return canonical(calibration_entry(store, chosen)) + b"\n"


def acts_words(store: Store, records: Sequence[Calibrated]) -> dict[str, tuple[str, str]]:
    """Who calibrated anew and why, by act; a reason that was erased is empty."""
    acts: dict[str, tuple[str, str]] = {}
    for record in records:
        if record.act and record.act not in acts:
            entry: dict[str, Any] = calibration_entry(store, record)
            acts[record.act] = (str(entry["by"]), store.words.read(str(entry["reason"])) or "")
    return acts
