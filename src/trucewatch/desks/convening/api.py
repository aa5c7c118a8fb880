"""The meetings for programs: ids, moments, clauses and days, without anything that somebody typed here."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter

from trucewatch.desks.convening.forms import book_of
from trucewatch.locale import mark
from trucewatch.model.roles import Right
from trucewatch.server.rights import exports, needs
from trucewatch.server.view import CurrentView

router = APIRouter(tags=["meetings"])


@router.get(
    "/meetings.json",
    description=mark(
        "The meetings by the watch's clock, the latest first, each with its accounts: when, who, level, clauses, "
        "decisions by when they are due, next by. Words that were typed here are withheld."
    ),
)
@needs(Right.INSIDE)
@exports
def meetings(view: CurrentView) -> dict[str, Any]:
    """Those of the watch's file in full, those entered without their words; `withheld` names what is left out."""
    return book_of(view).document()
