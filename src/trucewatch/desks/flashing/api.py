"""Urgent messages for programs of the joint centre: moments and states, without texts and without typed words."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from trucewatch.desks.flashing.beside import outbox_of
from trucewatch.desks.flashing.operations import csv_text, message_document, messages_document
from trucewatch.desks.flashing.shown import flash_at
from trucewatch.locale import mark
from trucewatch.model.roles import Right
from trucewatch.server.rights import exports, needs
from trucewatch.server.view import CurrentView, View

router = APIRouter(tags=["urgent"])


@router.get(
    "/api/urgent",
    description=mark(
        "Urgent messages to both sides, open ones first: moments, states, ways and figures in seconds. Texts, typed "
        "words, who did what and addresses are withheld. A silent line is no answer and no quiet."
    ),
)
@needs(Right.INSIDE)
@exports
def urgent_messages(view: CurrentView) -> dict[str, Any]:
    """Every message. `stands` of a recipient: quiet, acknowledged, silent, silent_late, on_its_way, not_known; the last
    where no way is known to have carried it."""
    return _document(view)


@router.get(
    "/api/urgent/{code}",
    description=mark("One urgent message by our number, such as UM-3, with what came of it."),
    responses={404: {"description": mark("There is no urgent message of this number.")}},
)
@needs(Right.INSIDE)
@exports
def urgent_message(view: CurrentView, code: str) -> dict[str, Any]:
    """One message. Raises RefusalError 404 for a number that there is not."""
    flash, console = flash_at(view, code), view.console
    return message_document(console.store, view.watch, outbox_of(console), flash, now=view.clock, clock=console.now())


@router.get("/urgent.csv", include_in_schema=False)
@needs(Right.INSIDE)
@exports
def urgent_table(view: CurrentView) -> Response:
    """The list as a table, one row a recipient of a message."""
    return Response(
        csv_text(_document(view)),
        media_type="text/csv; charset=utf-8",
        headers={"content-disposition": 'attachment; filename="urgent.csv"'},
    )


def _document(view: View) -> dict[str, Any]:
    console = view.console
    return messages_document(console.store, view.watch, outbox_of(console), now=view.clock, clock=console.now())
