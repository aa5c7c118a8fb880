"""Initiatives for programs: numbers, ids, days and words of ours, without anything that somebody typed."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter

from trucewatch.desks.proposing.forms import initiative_at, list_of
from trucewatch.locale import mark
from trucewatch.model.roles import Right
from trucewatch.server.rights import needs
from trucewatch.server.view import CurrentView

router = APIRouter(tags=["initiatives"])


@router.get(
    "/initiatives.json",
    description=mark(
        "The initiatives by the watch's clock: number, who to whom, day, about what, who stands by which word, steps "
        "with days. What was proposed and said, sources and reasons are withheld."
    ),
)
@needs(Right.INSIDE)
def initiatives(view: CurrentView) -> dict[str, Any]:
    """The latest first. `standing`: word → whose word it is; `nothing_on_record_from`: to whom it was addressed and of
    whom nothing is on record. `withheld` names what is left out."""
    return list_of(view).document()


@router.get(
    "/initiatives/{number}.json",
    description=mark("One initiative by its number, such as P-3; the same is withheld as in the list."),
    responses={404: {"description": mark("There is no initiative of this number.")}},
)
@needs(Right.INSIDE)
def initiative(view: CurrentView, number: str) -> dict[str, Any]:
    """One initiative. Raises RefusalError 404 for a number that there is not."""
    return list_of(view).document_of(initiative_at(view, number))
