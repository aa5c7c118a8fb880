"""Undertakings for programs: numbers, ids, days and words of ours, without any words of a statement."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter

from trucewatch.desks.declaring.undertaking_list import document_of, list_document, undertaking_at, undertakings_by_day
from trucewatch.desks.declaring.wording import clock_of
from trucewatch.errors import StoreError
from trucewatch.locale import mark
from trucewatch.model.roles import Right
from trucewatch.server.refusal import RefusalError
from trucewatch.server.rights import needs
from trucewatch.server.view import CurrentView

router = APIRouter(tags=["undertakings"])


@router.get(
    "/undertakings.json",
    description=mark(
        "The undertakings by the watch's clock, in the order of the days that their words name: number, statement and "
        "paragraph, who to whom, day, steps with days. Words of statements, and what was typed, are withheld."
    ),
)
@needs(Right.INSIDE)
def undertakings(view: CurrentView) -> dict[str, Any]:
    """`clock_has_run_out` says nothing of what became of it. `withheld` names what is left out."""
    at = clock_of(view)
    return list_document(view.watch, at, undertakings_by_day(view.console.store, view.watch, at))


@router.get(
    "/undertakings/{number}.json",
    description=mark("One undertaking by its number, such as U-12; the same is withheld as in the list."),
    responses={404: {"description": mark("There is no undertaking of this number.")}},
)
@needs(Right.INSIDE)
def undertaking(view: CurrentView, number: str) -> dict[str, Any]:
    """One undertaking. Raises RefusalError 404 for a number that there is not."""
    at = clock_of(view)
    try:
        return document_of(view.watch, at, undertaking_at(view.console.store, view.watch, at, number))
    except StoreError as exc:
        raise RefusalError(404, exc.message) from exc
