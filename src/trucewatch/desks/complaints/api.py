"""The register for programs: numbers, moments and states, without anything that somebody typed."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter

from trucewatch.desks.complaints.forms import complaint_at, register_of
from trucewatch.locale import mark
from trucewatch.model.roles import Right
from trucewatch.server.rights import needs
from trucewatch.server.view import CurrentView

router = APIRouter(tags=["complaints"])


@router.get(
    "/complaints.json",
    description=mark(
        "The register of complaints by the watch's clock: number, from whom, received, reply due, state. Name, "
        "call-back, the sender's own number and all words are withheld."
    ),
)
@needs(Right.INSIDE)
def complaints(view: CurrentView) -> dict[str, Any]:
    """Open ones first, by when a reply is due; `reply_due` is null where the watch agreed no time. `withheld` names
    what is left out: the sender's own number, name, call-back, words, answer, reasons."""
    return register_of(view).document()


@router.get(
    "/complaints/{number}.json",
    description=mark("One complaint by our number, such as C-3; the same is withheld as in the register."),
    responses={404: {"description": mark("There is no complaint of this number.")}},
)
@needs(Right.INSIDE)
def complaint(view: CurrentView, number: str) -> dict[str, Any]:
    """One complaint. Raises RefusalError 404 for a number that there is not."""
    return register_of(view).document_of(complaint_at(view, number))
