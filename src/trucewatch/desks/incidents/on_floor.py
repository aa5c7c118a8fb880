"""What of incidents waits: the verifications of grave events, each with its clock and what of it is open; and the
incidents that became known."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from trucewatch.desks.base import CameIn, FloorItem
from trucewatch.desks.incidents.detail import IncidentDetail
from trucewatch.desks.incidents.verification import verification_of
from trucewatch.messages import Amount, Message
from trucewatch.model.incident import Incident
from trucewatch.model.outcomes import HELD, OUTCOMES, SAID
from trucewatch.model.roles import Right
from trucewatch.model.standing import Standing
from trucewatch.model.verification import STEPS, VerificationStep, standing_steps
from trucewatch.server.console import Console
from trucewatch.server.snapshot import Ints
from trucewatch.server.view import View
from trucewatch.store.verification_records import recorded_steps

MOST: Final = 30
"""Verifications that the floor names, the newest; the list of incidents has the others."""
_TIME: Final = pa.timestamp("us", tz="UTC")
_OVER: Final = frozenset(("none", "refused"))
"""What came of a step that waits for nobody any more, though nothing was given."""


@dataclass(slots=True)
class _WorkedOut:
    """How each verification stood when it was asked last: (incident, its observations, its steps, language) → how many
    steps are settled, the names of the open ones. Kept for those of the last look."""

    of: dict[tuple[str, tuple[str, ...], tuple[str, ...], str], tuple[int, tuple[str, ...]]] = field(
        default_factory=dict
    )


def items(view: View) -> tuple[FloorItem, ...]:
    """The verifications of which a step is open, the newest event first; at most MOST."""
    if not view.may(Right.INSIDE):
        return ()
    snapshot, now = view.snapshot, view.clock
    steps = recorded_steps(view.console.store)
    last, looked = view.console.part(_worked_out), _WorkedOut()
    lines = []
    for row in _rows(view, steps):
        incident = snapshot.incident(row)
        entered = tuple(step.step_id for step in standing_steps(steps, incident.members, now))
        key = (incident.incident_id, tuple(incident.members), entered, view.words.language)
        state = last.of.get(key) or _state_of(view, row, incident, now)
        looked.of[key] = state
        if state[1]:
            lines.append(_line(view, snapshot.codes[row], incident, state))
    last.of = looked.of
    return tuple(lines)


def came_in(view: View, since: datetime) -> tuple[CameIn, ...]:
    """The incidents of which something first became known after a moment of the watch's clock, the last one first."""
    if not view.may(Right.INSIDE):
        return ()
    snapshot = view.snapshot
    known = snapshot.incidents["first_known_at"]
    is_new = pc.and_(pc.greater(known, pa.scalar(since, _TIME)), pc.less_equal(known, pa.scalar(view.clock, _TIME)))
    rows = np.flatnonzero(np.asarray(is_new.combine_chunks()))
    moments = known.take(pa.array(rows, pa.int64())).to_pylist()
    held = {code: _held_words(view, *code) for code in set(_codes(view, rows))}
    came = [
        CameIn(
            sort="incident",
            says=partial(_says, view, row),
            path=f"/incident/{snapshot.codes[row]}",
            at=at,
            held=held[code],
            simulated=bool(snapshot.simulated[row]),
        )
        for row, at, code in zip(rows.tolist(), moments, _codes(view, rows), strict=True)
    ]
    return tuple(sorted(came, key=lambda each: each.at, reverse=True))


def _says(view: View, row: int) -> Message:
    incident = view.snapshot.incident(row)
    return Message(
        "{code}: {what}, {where}",
        code=view.snapshot.codes[row],
        what=view.telling.what(incident),
        where=view.telling.where(incident, beside=True),
    )


def _codes(view: View, rows: Ints) -> list[tuple[int, int]]:
    """Of each row the outcome and why it is held back, as places in their tables."""
    snapshot = view.snapshot
    return list(zip(snapshot.outcome[rows].tolist(), snapshot.held_back[rows].tolist(), strict=True))


def _held_words(view: View, outcome: int, held: int) -> str | None:
    standing = Standing(OUTCOMES[outcome], HELD[held] if held >= 0 else "")
    return None if standing.outcome in SAID else view.telling.standing(standing)


def _rows(view: View, steps: tuple[VerificationStep, ...]) -> list[int]:
    """The incidents of which a verification may be open: the grave ones, and those of which a step was entered."""
    snapshot = view.snapshot
    grave = set(np.flatnonzero(snapshot.grave)[:MOST].tolist())
    entered = {snapshot.row_of[step.incident_id] for step in steps if step.incident_id in snapshot.row_of}
    return sorted(grave | entered)[: 2 * MOST]


def _state_of(view: View, row: int, incident: Incident, now: datetime) -> tuple[int, tuple[str, ...]]:
    detail = IncidentDetail(view.console.store, view.snapshot, incident, view.snapshot.codes[row], row)
    verification = verification_of(detail, view.telling, now)
    if verification is None:
        return 0, ()
    waiting = tuple(step.name for step in verification.steps if not step.is_settled and step.state not in _OVER)
    return verification.settled, waiting


def _line(view: View, code: str, incident: Incident, state: tuple[int, tuple[str, ...]]) -> FloorItem:
    settled, waiting = state
    return FloorItem(
        part="verification",
        label=Message(
            "Verification of {code}: {settled} of {steps} steps settled; open: {open}",
            code=code,
            settled=Amount(settled),
            steps=Amount(len(STEPS)),
            open=view.words.listed(list(waiting)),
        ),
        path=f"/incident/{code}",
        since=incident.first_known_at,
        simulated=incident.simulated,
    )


def _worked_out(console: Console) -> _WorkedOut:
    return _WorkedOut()
