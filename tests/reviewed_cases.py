"""Cases of the review built by hand: what was put of an incident, and what came of it, without a journal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from tests.builders import NOON
from trucewatch.model.incident import Incident
from trucewatch.model.review import QUESTIONS, Case, CaseState, Outcome, QuestionState
from trucewatch.model.times import iso_utc

ALL_AGREED: dict[str, QuestionState] = dict.fromkeys(QUESTIONS, "agreed")


def put_of(incident: Incident, *, outcome: str = "inconsistent", held: str = "") -> dict[str, Any]:
    """What is put of an incident, as a record holds it."""
    return {
        "incident_id": incident.incident_id,
        "members": list(incident.members),
        "kind": incident.kind,
        "aspect": incident.aspect,
        "occurred_start": iso_utc(incident.occurred_start),
        "occurred_end": iso_utc(incident.occurred_end),
        "lon": "" if incident.lon is None else str(incident.lon),
        "lat": "" if incident.lat is None else str(incident.lat),
        "semi_major_m": "" if incident.semi_major_m is None else str(incident.semi_major_m),
        "outcome": outcome,
        "held": held,
    }


def case_of(
    incident: Incident,
    *,
    number: int = 1,
    stipulation: str = "1a",
    state: CaseState = "agreed",
    questions: Mapping[str, QuestionState] | None = None,
    delegations: Sequence[str] = ("D1", "D2"),
    put: Mapping[str, Any] | None = None,
    put_at: datetime = NOON,
    decided_at: datetime | None = None,
    **changes: Any,
) -> Case:
    """A case of one finding of an incident; `open` has no outcome."""
    decided = decided_at or put_at + timedelta(hours=1)
    came = {} if state == "withheld" else dict(ALL_AGREED if questions is None else questions)
    outcome = Outcome(
        state=state,
        questions=came,
        attributed_to="",
        entry=number * 10 + 5,
        known_at=decided,
        recorded_at=decided,
    )
    plain: dict[str, Any] = {
        "number": number,
        "finding": f"f-{incident.incident_id}-{stipulation}",
        "incident": incident.incident_id,
        "stipulation": stipulation,
        "questions": QUESTIONS,
        "put": put_of(incident) if put is None else put,
        "dossier_entry": number * 10,
        "list_entry": 3,
        "turn": 1,
        "entry": number * 10 + 1,
        "sha256": f"{number:064x}",
        "put_at": put_at,
        "put_by": "p-1",
        "due": put_at + timedelta(hours=24),
        "paused_s": 0,
        "before": "",
        "why": "put",
        "delegations": tuple(delegations),
        "step": "open" if state == "open" else "closed",
        "standings": dict.fromkeys(delegations, "opened"),
        "outcome": None if state == "open" else outcome,
    }
    return Case(**plain | changes)
