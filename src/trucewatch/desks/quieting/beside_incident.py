"""The window's own finding on an incident, beside those of the clauses."""

from __future__ import annotations

from trucewatch.desks.base import BesideIncident
from trucewatch.desks.quieting.blocks import outcome_text
from trucewatch.messages import Message
from trucewatch.model.roles import Right
from trucewatch.pipeline.window_findings import window_findings
from trucewatch.server.aid_view import book_of
from trucewatch.server.view import View


def lines(view: View, code: str) -> tuple[BesideIncident, ...]:
    """A line for each window inside which the incident lies, or may lie, for who reads inside."""
    row = view.snapshot.row_of.get(code)
    if row is None or not view.may(Right.INSIDE):
        return ()
    items = book_of(view).items("window")
    if not items:
        return ()
    incident = view.snapshot.incidents.slice(row, 1)
    findings = window_findings(items, incident, watch=view.snapshot.watch, as_of=view.snapshot.as_of)
    return tuple(
        BesideIncident(
            label=Message(
                "Window of silence {code}: {outcome}", code=finding.window, outcome=outcome_text(view, finding)
            ),
            path=f"/windows/{finding.window}",
        )
        for finding in findings
        if finding.is_inside
    )
