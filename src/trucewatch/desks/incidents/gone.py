"""An incident that was listed once and is no more: the page of its old code leads on, and keeps what was done to it."""

from __future__ import annotations

from dataclasses import dataclass

import pyarrow.compute as pc
from starlette.responses import HTMLResponse

from trucewatch.desks.incidents.edit_history import edits_of
from trucewatch.model.incident import Incident, incident_rows
from trucewatch.model.short_codes import code_of
from trucewatch.server.people_shown import names_for
from trucewatch.server.snapshot import Snapshot
from trucewatch.server.view import View


@dataclass(frozen=True, slots=True, kw_only=True)
class Gone:
    """An incident that was listed once and is no more: as it stood first, and the codes of those that hold its
    observations today."""

    incident: Incident
    heirs: tuple[str, ...]


def gone_of(snapshot: Snapshot, text: str) -> Gone | None:
    """The incident of earlier lists whose id begins so; None for none and for several, and for one that is there."""
    if len(text) <= 3 or snapshot.is_replay:
        return None
    mine = snapshot.first.filter(pc.starts_with(snapshot.first["incident_id"], text))
    if len({*mine["incident_id"].to_pylist()}) != 1:
        return None
    now = sorted({name for several in mine["now"].to_pylist() for name in several})
    heirs = tuple(snapshot.codes[snapshot.row_of[name]] for name in now if name in snapshot.row_of)
    out = tuple(name for name in snapshot.rejected["incident_id"].to_pylist() if name in now)
    return Gone(incident=incident_rows(mine.slice(0, 1).drop_columns(["now"]))[0], heirs=(*heirs, *out))


def gone_page(view: View, gone: Gone) -> HTMLResponse:
    """The page of an incident that went into another, by an act or by new reports; it keeps what was done to it."""
    snapshot, incident = view.snapshot, gone.incident
    sentences = [
        (heir, view.telling.sentence(snapshot.incident(snapshot.row_of[heir])) if heir in snapshot.row_of else "")
        for heir in gone.heirs
    ]
    edits = edits_of(
        view.console.store,
        incident.members,
        [incident.incident_id],
        view.telling,
        name_of=names_for(view),
    )
    return view.page(
        "incidents/gone.html.jinja",
        code=code_of(incident.incident_id),
        incident=incident,
        heirs=sentences,
        edits=edits,
        is_replay=snapshot.is_replay,
    )
