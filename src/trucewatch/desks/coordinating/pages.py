"""The first page of a humanitarian instance: today."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import HTMLResponse

from trucewatch.desks.coordinating.day import day_of_view
from trucewatch.model.roles import Right
from trucewatch.server.rights import needs
from trucewatch.server.view import CurrentView

router = APIRouter(include_in_schema=False)


@router.get("/today")
@needs(Right.INSIDE)
def today(view: CurrentView) -> HTMLResponse:
    """The day, as far as it is on record."""
    return view.page("coordinating/today.html.jinja", day=day_of_view(view))
