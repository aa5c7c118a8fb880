"""What the desk has of an incident: what of it was put to the heads for release, and the form that puts it."""

from __future__ import annotations

from trucewatch.desks.base import BesideIncident
from trucewatch.desks.publishing.deciding import clock_of
from trucewatch.messages import Message
from trucewatch.model.decisions import Decision
from trucewatch.model.roles import Right
from trucewatch.pipeline.deciding_release import decisions
from trucewatch.server.view import View


def lines(view: View, code: str) -> tuple[BesideIncident, ...]:
    """A link for each decision of it; for who can let something leave the form."""
    row = view.snapshot.row_beginning(code)
    if row is None or not view.may(Right.INSIDE):
        return ()
    incident = view.snapshot.incident(row)
    links = tuple(
        BesideIncident(label=_label(view, each), path=f"/decisions/{each.code}")
        for each in decisions(view.console.store, view.snapshot.watch)
        if each.subject == incident.incident_id and each.known_at <= clock_of(view)
    )
    if view.snapshot.is_replay or not view.may(Right.RELEASE):
        return links
    return (
        *links,
        BesideIncident(
            label=Message("Let out beside the rules …"),
            path=f"/decisions/new?incident={incident.incident_id}",
            stands="in_menu",
        ),
    )


def _label(view: View, decision: Decision) -> Message:
    if decision.withdrawn is not None:
        return Message("{code}: withdrawn", code=decision.code)
    if decision.is_agreed:
        return Message("{code}: let out by decision of the heads", code=decision.code)
    if decision.has_lapsed(clock_of(view)):
        return Message("{code}: lapsed, not let out", code=decision.code)
    return Message("{code}: waits for the heads", code=decision.code)
