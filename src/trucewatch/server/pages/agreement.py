"""Agreement: instruments, provisions and their checkable sentences, each with its findings and its texts side by side."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import HTMLResponse

from trucewatch.locale import mark
from trucewatch.locale.terms import state_word
from trucewatch.model.agreement import Instrument, Provision, Stipulation, Text
from trucewatch.model.incident import OUTCOMES, Finding
from trucewatch.server.console import Console
from trucewatch.server.menu import MenuItem
from trucewatch.server.snapshot import Snapshot
from trucewatch.server.visit import Visit

MENU = MenuItem("agreement", 10, "/agreement", mark("Agreement"))
MOST_FINDINGS = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """A stipulation with what was found of it: the finding as a whole, those of incidents, and how many of each outcome."""

    stipulation: Stipulation
    whole: Finding | None
    state: str
    findings: list[Finding]
    counts: dict[str, int]
    simulated: int
    due: tuple[datetime, int] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A provision with its instrument, that instrument's texts, and its stipulations."""

    provision: Provision
    instrument: Instrument
    texts: list[Text]
    stipulations: list[Checked]


def routes(console: Console) -> APIRouter:
    """One page, and one for each provision."""
    router = APIRouter(include_in_schema=False)

    @router.get("/agreement")
    def agreement(request: Request) -> HTMLResponse:
        snapshot, visit = console.snapshot, console.visit(request)
        return console.page(
            request, "agreement/agreement.html.jinja", agreement=snapshot.watch.agreement, listed=provisions_of(snapshot, visit),
            most=MOST_FINDINGS, rule=snapshot.watch.settings.association,
        )  # fmt: skip

    return router


def provisions_of(snapshot: Snapshot, visit: Visit) -> list[Listed]:
    """Every provision in the order of the text, with the findings of the shown list."""
    agreement = snapshot.watch.agreement
    instruments = {one.id: one for one in agreement.instrument}
    by_clause: dict[str, list[Finding]] = {}
    for several in snapshot.findings_by_incident.values():
        for one in several:
            by_clause.setdefault(one.stipulation, []).append(one)
    return [
        Listed(
            provision=provision, instrument=instruments[provision.instrument],
            texts=[one for one in agreement.text if one.instrument == provision.instrument],
            stipulations=[
                _checked(snapshot, visit, one, by_clause.get(one.id, [])) for one in provision.stipulation
            ],
        )
        for provision in agreement.provision
    ]  # fmt: skip


def _checked(snapshot: Snapshot, visit: Visit, stipulation: Stipulation, found: list[Finding]) -> Checked:
    whole = next((one for one in found if not one.incident_id), None)
    of_incidents = [one for one in found if one.incident_id]
    telling = sorted(
        (one for one in of_incidents if one.outcome != "not_applicable"),
        key=lambda one: (OUTCOMES.index(one.outcome), snapshot.row_of.get(one.incident_id, 0)),
    )
    return Checked(
        stipulation=stipulation, whole=whole, state=state_word(whole.reason, visit.words) if whole else "",
        findings=telling, counts={name: sum(one.outcome == name for one in of_incidents) for name in OUTCOMES},
        simulated=sum(one.simulated for one in of_incidents),
        due=stipulation.due(snapshot.as_of, snapshot.watch.zone),
    )  # fmt: skip
