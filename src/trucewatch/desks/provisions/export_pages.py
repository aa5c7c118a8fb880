"""Files of how clauses stand and stood, for use inside the centre."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import Response

from trucewatch.desks.provisions.glimpse import Glimpse, glimpse_of
from trucewatch.desks.provisions.state_rows import (
    CHANGE_COLUMNS,
    STATE_COLUMNS,
    change_rows,
    csv_text,
    json_text,
    state_rows,
)
from trucewatch.locale import words
from trucewatch.messages import Message
from trucewatch.model.roles import Right
from trucewatch.server.refusal import RefusalError
from trucewatch.server.rights import exports, needs
from trucewatch.server.view import CurrentView, View

router = APIRouter(include_in_schema=False)


@router.get("/agreement/states.csv")
@needs(Right.INSIDE)
@exports
def states_csv(view: CurrentView) -> Response:
    glimpse = _glimpse(view)
    rows = state_rows(glimpse, view.snapshot.watch, words("en"))
    return _file(view, "states.csv", "text/csv; charset=utf-8", csv_text(rows, STATE_COLUMNS))


@router.get("/agreement/states.json")
@needs(Right.INSIDE)
@exports
def states_json(view: CurrentView) -> Response:
    glimpse, watch = _glimpse(view), view.snapshot.watch
    return _file(
        view, "states.json", "application/json", json_text(state_rows(glimpse, watch, words("en")), glimpse, watch)
    )


@router.get("/agreement/changes.csv")
@needs(Right.INSIDE)
@exports
def changes_csv(view: CurrentView) -> Response:
    rows = change_rows(_glimpse(view), view.snapshot.watch)
    return _file(view, "changes.csv", "text/csv; charset=utf-8", csv_text(rows, CHANGE_COLUMNS))


def _glimpse(view: View) -> Glimpse:
    """Raises RefusalError in a replay, which is no record, and for a moment that cannot be shown."""
    if view.snapshot.is_replay:
        raise RefusalError(
            409,
            Message("This is a replay; its states are no record and are not given as a file. Stop the replay first."),
        )
    glimpse = glimpse_of(view)
    if glimpse.fault is not None:
        raise RefusalError(400, glimpse.fault)
    return glimpse


def _file(view: View, name: str, media_type: str, content: str) -> Response:
    file = f"inside-{view.snapshot.watch.settings.id}-{name}"
    headers = {"content-disposition": f'attachment; filename="{file}"', "cache-control": "no-store"}
    return Response(content, media_type=media_type, headers=headers)
