"""What decisions of the heads let out, before the rule of who receives it: the decision with what it opens as that
stood when it was put, and the objections that parties made in writing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from trucewatch.model.decisions import Decision
from trucewatch.model.review import Answer, Standing


@dataclass(frozen=True, slots=True, kw_only=True)
class PositionOut:
    """One position of a delegation; never whose hand gave it. versions, reasons: by question; None where their words
    were erased. names: to *who*, the party that it names."""

    delegation: str
    role: str
    turn: int
    answers: Mapping[str, Answer]
    names: str
    versions: Mapping[str, str] | None
    reasons: Mapping[str, str] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectionOut:
    """A written objection that its party asked to be printed. words: None where they were erased. incident_id: of the
    event that its case is of, "" for one to a decision, with the members as they were put."""

    code: str
    about: str
    party: str
    language: str
    words: str | None
    known_at: datetime
    incident_id: str = ""
    members: tuple[str, ...] = ()
    stipulation: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LetOut:
    """A decision and what it opens. incident_id: of the event, or of that of its case; "" for none. event_put: what of
    the event was put to the heads; "" where the record holds nothing of it, None where it was erased. state: of the
    case, as it stands outside. silent: with positions, each delegation of which there is none, with why. wording: by
    language. attributed: whom the delegations held it to be, "" for nobody; None where it is not let out. Of wording
    None, of positions nothing, where it is not or where the words were erased."""

    decision: Decision
    incident_id: str = ""
    members: tuple[str, ...] = ()
    event_put: str | None = ""
    stipulation: str = ""
    state: str = ""
    simulated: bool = False
    positions: tuple[PositionOut, ...] = ()
    silent: tuple[tuple[str, Standing], ...] = ()
    wording: Mapping[str, str] | None = None
    attributed: str | None = None
    objections: tuple[ObjectionOut, ...] = ()
