"""Claims for programs: numbers, moments, places and who speaks, without anything that somebody typed."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter

from trucewatch.desks.claiming.entry_pages import claim_at
from trucewatch.desks.claiming.operations import claim_document, claims_document
from trucewatch.locale import mark
from trucewatch.model.roles import Right
from trucewatch.server.rights import exports, needs
from trucewatch.server.view import CurrentView

router = APIRouter(tags=["claims"])


@router.get(
    "/claims.json",
    description=mark(
        "Claims by the watch's clock: number, who speaks, received, what, when and where as they say. Words, names and "
        "call-backs are withheld. A claim is never more than that."
    ),
)
@needs(Right.INSIDE)
@exports
def claims(view: CurrentView) -> dict[str, Any]:
    """The latest first. `withheld` names what is left out; `in_no_list` says why a claim stands in no list."""
    return claims_document(view.console.store, view.watch, view.clock)


@router.get(
    "/claims/{code}.json",
    description=mark("One claim by our number, such as CL-3; the same is withheld as in the list."),
    responses={404: {"description": mark("There is no claim of this number.")}},
)
@needs(Right.INSIDE)
@exports
def claim(view: CurrentView, code: str) -> dict[str, Any]:
    """One claim. Raises RefusalError 404 for a number that there is not."""
    return claim_document(view.watch, claim_at(view, code), view.clock)
