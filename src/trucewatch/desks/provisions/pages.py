"""Agreement: instruments, provisions and their checkable sentences, each with its findings and its texts side by
side."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import numpy as np
from fastapi import APIRouter
from markupsafe import Markup
from starlette.responses import HTMLResponse

from trucewatch.desks.provisions.state_signs import draw_state
from trucewatch.desks.provisions.texts_beside import CopiesBeside, copies_beside
from trucewatch.locale import Words
from trucewatch.locale.reasons import time_words
from trucewatch.locale.terms import STATE_OF_REASON, aspect_word, state_named
from trucewatch.model.agreement import Instrument, Provision, Stipulation
from trucewatch.model.clause_parts import Reading
from trucewatch.model.incident import Finding
from trucewatch.model.outcomes import HELD, OUTCOMES
from trucewatch.model.watch import Watch
from trucewatch.server.preferences import Visit
from trucewatch.server.snapshot import Snapshot
from trucewatch.server.view import CurrentView

MOST_FINDINGS = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """What somebody says that a clause means. `missing`: the delegations whose heads do not let it hold an outcome
    back; `after`: how many events that the clause bears on had happened before it was first stated."""

    reading: Reading
    missing: tuple[str, ...]
    after: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """A stipulation with what was found of it: the finding as a whole, those of incidents, and how many of each
    outcome."""

    stipulation: Stipulation
    whole: Finding | None
    state: str
    """One of the states in `locale/terms.py`."""
    findings: list[Finding]
    """The first of those that tell something, the worst first."""
    more: int
    incidents: list[tuple[str, str]]
    """Those incidents by code, with the finding of each."""
    counts: dict[str, int]
    held_back: str
    """How many are held back, and why; empty for none."""
    simulated: int
    due: tuple[datetime, int] | None
    readings: list[Heard]
    beside: CopiesBeside | None
    """The texts' own words for it; None where they stand with the clause or are not on file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A provision with its instrument and its stipulations."""

    provision: Provision
    instrument: Instrument
    stipulations: list[Checked]
    beside: CopiesBeside


router = APIRouter(include_in_schema=False)


@router.get("/agreement")
def agreement(view: CurrentView) -> HTMLResponse:
    watch = view.snapshot.watch
    known = watch.agreement.known_at(view.clock)
    return view.page(
        "provisions/agreement.html.jinja",
        agreement=known,
        instruments=[
            (instrument, [text for text in known.text if text.instrument == instrument.id])
            for instrument in known.instrument
        ],
        zone_of=watch.zone_with,
        unless_words=lambda word: unless_words(word, view.words),
        met_words=lambda part: met_at(part, watch, view.words),
        numbers_of=numbers_of,
        state_sign=lambda state: Markup(draw_state(state)),  # our own drawing
        state_words=lambda state: state_named(state, view.words),
        listed=provisions_of(view.snapshot, view.reader, view.clock),
        rule=watch.settings.association,
    )


def provisions_of(snapshot: Snapshot, visit: Visit, now: datetime) -> list[Listed]:
    """Every provision that was known at `now`, in the order of the text, with the findings of the shown list."""
    agreement = snapshot.watch.agreement.known_at(now)
    instruments = {instrument.id: instrument for instrument in agreement.instrument}
    return [
        Listed(
            provision=provision,
            instrument=instruments[provision.instrument],
            stipulations=[
                _checked(snapshot, visit, provision, stipulation, now) for stipulation in provision.stipulation
            ],
            beside=copies_beside(snapshot.watch, provision.number, now, instrument=provision.instrument),
        )
        for provision in agreement.provision
        if provision.instrument in instruments
    ]


def unless_words(word: str, words: Words) -> str:
    """One exception of a clause: an announcement, or what an act was."""
    kind, _, aspect = word.partition(":")
    if kind == "aspect":
        return words.gettext("it was {aspect}").format(aspect=aspect_word(aspect, words))
    return words.gettext("it was announced beforehand")


def _state_by_dates(stipulation: Stipulation, now: datetime) -> str:
    """Where something stands of which each incident alone is judged: in force, not yet, or no longer."""
    if now < stipulation.in_force.surely_from:
        return "not_in_force"
    return "no_longer_in_force" if now >= stipulation.in_force.surely_until else "in_force"


def met_at(part: Checked, watch: Watch, words: Words) -> str:
    """When what was owed happened, as it is recorded; empty for what is not met, and where nobody says when."""
    occurred = part.whole.facts.get("occurred") if part.whole and part.state in ("met", "late") else None
    return time_words(str(occurred), watch, words) if occurred else ""


def numbers_of(part: Checked) -> int:
    """How many reported numbers its finding rests on."""
    return sum(reference.startswith("c-") for reference in part.whole.evidence) if part.whole else 0


def _checked(
    snapshot: Snapshot, visit: Visit, provision: Provision, stipulation: Stipulation, now: datetime
) -> Checked:
    places = snapshot.clauses.get(stipulation.id, np.zeros(0, dtype=np.int64))
    rows, outcomes = snapshot.finding_incident[places], snapshot.finding_outcome[places]
    wholes = snapshot.findings_at(places[rows < 0])
    beside = copies_beside(snapshot.watch, stipulation.id, now, instrument=provision.instrument)
    due = stipulation.due(now, snapshot.watch.zone)
    whole = next((finding for finding in wholes if not finding.incident_id), None)
    listed = rows >= 0
    reasons = snapshot.finding_held[places[listed]]
    telling = places[listed & (outcomes != OUTCOMES.index("not_applicable"))]
    return Checked(
        stipulation=stipulation,
        whole=whole,
        state=STATE_OF_REASON.get(whole.reason, "unclear") if whole else _state_by_dates(stipulation, now),
        findings=snapshot.findings_at(telling[:MOST_FINDINGS]),
        more=max(len(telling) - MOST_FINDINGS, 0),
        incidents=[
            (snapshot.codes[row], finding.finding_id)
            for finding in snapshot.findings_at(telling[:MOST_FINDINGS])
            if (row := snapshot.row_of.get(finding.incident_id)) is not None
        ],
        counts={name: int((listed & (outcomes == code)).sum()) for code, name in enumerate(OUTCOMES)},
        held_back=visit.telling.held_back(np.bincount(reasons[reasons >= 0], minlength=len(HELD)).tolist()),
        simulated=int(snapshot.simulated[rows[listed]].sum()),
        due=(due.moment, due.extension) if due else None,
        beside=beside if beside.copies and stipulation.id != provision.number else None,
        readings=[
            Heard(
                reading=reading,
                missing=tuple(each for each in snapshot.watch.delegation_ids if each not in reading.let_by),
                after=int((snapshot.start_s[snapshot.finding_incident[telling]] < reading.known_at.timestamp()).sum()),
            )
            for reading in snapshot.watch.agreement.readings_of(stipulation.id, now)
        ],
    )
