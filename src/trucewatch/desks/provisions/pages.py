"""Agreement: instruments, provisions and their checkable sentences, each with its findings and its texts side by
side."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import numpy as np
from fastapi import APIRouter
from starlette.responses import HTMLResponse

from trucewatch.locale.terms import state_word
from trucewatch.model.agreement import Instrument, Provision, Stipulation
from trucewatch.model.incident import Finding
from trucewatch.model.outcomes import OUTCOMES
from trucewatch.server.preferences import Visit
from trucewatch.server.snapshot import Snapshot
from trucewatch.server.view import CurrentView

MOST_FINDINGS = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """A stipulation with what was found of it: the finding as a whole, those of incidents, and how many of each
    outcome."""

    stipulation: Stipulation
    whole: Finding | None
    state: str
    findings: list[Finding]
    """The first of those that tell something, the worst first."""
    more: int
    counts: dict[str, int]
    simulated: int
    due: tuple[datetime, int] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A provision with its instrument and its stipulations."""

    provision: Provision
    instrument: Instrument
    stipulations: list[Checked]


router = APIRouter(include_in_schema=False)


@router.get("/agreement")
def agreement(view: CurrentView) -> HTMLResponse:
    watch = view.snapshot.watch
    return view.page(
        "provisions/agreement.html.jinja",
        agreement=watch.agreement.known_at(view.snapshot.as_of),
        listed=provisions_of(view.snapshot, view.reader),
        rule=watch.settings.association,
    )


def provisions_of(snapshot: Snapshot, visit: Visit) -> list[Listed]:
    """Every provision that was known at the watch's clock, in the order of the text, with the findings of the shown
    list."""
    agreement = snapshot.watch.agreement.known_at(snapshot.as_of)
    instruments = {instrument.id: instrument for instrument in agreement.instrument}
    return [
        Listed(
            provision=provision,
            instrument=instruments[provision.instrument],
            stipulations=[_checked(snapshot, visit, stipulation) for stipulation in provision.stipulation],
        )
        for provision in agreement.provision
    ]


def _checked(snapshot: Snapshot, visit: Visit, stipulation: Stipulation) -> Checked:
    places = snapshot.clauses.get(stipulation.id, np.zeros(0, dtype=np.int64))
    rows, outcomes = snapshot.finding_incident[places], snapshot.finding_outcome[places]
    wholes = snapshot.findings_at(places[rows < 0])
    whole = next((finding for finding in wholes if not finding.incident_id), None)
    listed = rows >= 0
    telling = places[listed & (outcomes != OUTCOMES.index("not_applicable"))]
    return Checked(
        stipulation=stipulation,
        whole=whole,
        state=state_word(whole.reason, visit.words) if whole else "",
        findings=snapshot.findings_at(telling[:MOST_FINDINGS]),
        more=max(len(telling) - MOST_FINDINGS, 0),
        counts={name: int((listed & (outcomes == code)).sum()) for code, name in enumerate(OUTCOMES)},
        simulated=int(snapshot.simulated[rows[listed]].sum()),
        due=stipulation.due(snapshot.as_of, snapshot.watch.zone),
    )
