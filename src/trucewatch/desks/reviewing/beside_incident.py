"""What the desk has of an incident: its cases, and the page on which findings are put."""

from __future__ import annotations

from trucewatch.desks.base import BesideIncident
from trucewatch.desks.reviewing.acting import book_of
from trucewatch.messages import Message
from trucewatch.model.review import STATE_WORDS
from trucewatch.model.roles import Right
from trucewatch.server.view import View


def lines(view: View, code: str) -> tuple[BesideIncident, ...]:
    """A link for each case of it, the last of each finding; for who speaks for a delegation the page that puts."""
    row = view.snapshot.row_beginning(code)
    if row is None or not view.may(Right.INSIDE):
        return ()
    incident = view.snapshot.incident(row)
    cases = book_of(view).of_incident(incident.incident_id, incident.members)
    followed = {case.before for case in cases if case.why == "late_evidence"}
    links = tuple(
        BesideIncident(
            label=Message("Review {code}: {state}", code=case.code, state=STATE_WORDS[case.state]),
            path=f"/review/{case.code}",
        )
        for case in cases
        if case.code not in followed
    )
    if links or view.snapshot.is_replay or not view.may(Right.AGREE):
        return links
    return (BesideIncident(label=Message("Put to the delegations …"), path="/review/put", stands="in_view"),)
