"""The board of the floor as a page, which asks for itself anew while it is open."""

from __future__ import annotations

from functools import partial
from typing import Any, Final
from urllib.parse import urlencode

from fastapi import APIRouter
from starlette.responses import HTMLResponse, Response

from trucewatch.desks.base import FLOOR_PARTS
from trucewatch.desks.watchkeeping.board import HOURS, board_key, floor_board
from trucewatch.desks.watchkeeping.board_words import (
    PARTS,
    SORTS,
    clock_words,
    counted,
    drill_words,
    hour_words,
    lasting,
    on_duty,
    since_words,
)
from trucewatch.model.roles import Right
from trucewatch.server.rights import needs
from trucewatch.server.view import CurrentView, View

USUAL_HOURS: Final = 3
MOST_CAME_IN: Final = 12
MOST_OF_A_PART: Final = 8
"""Lines of what came in, and of each part that waits, until a reader opens all of it."""
ALL: Final = ("came_in", *FLOOR_PARTS)

router = APIRouter(include_in_schema=False)


@router.get("/floor")
@needs(Right.INSIDE)
def floor(view: CurrentView, hours: int = USUAL_HOURS, whole: str = "") -> HTMLResponse:
    """The board. hours: how far back it looks; whole: the part of which every line is shown."""
    return view.page("watchkeeping/floor.html.jinja", **_context(view, hours, whole))


@router.get("/floor/board")
@needs(Right.INSIDE)
def board(view: CurrentView, hours: int = USUAL_HOURS, whole: str = "", of: str = "") -> Response:
    """The board alone, for a page that shows the one `of`; nothing where that is the same still."""
    hours = hours if hours in HOURS else USUAL_HOURS
    if of and of == board_key(view, hours):
        return Response(status_code=204)
    return view.fragment("watchkeeping/floor_board.html.jinja", **_context(view, hours, whole))


def _context(view: View, hours: int, whole: str) -> dict[str, Any]:
    hours = hours if hours in HOURS else USUAL_HOURS
    whole = whole if whole in ALL else ""
    key = board_key(view, hours)
    floor_shown = floor_board(view, hours)

    def address(path: str = "/floor", **changed: object) -> str:
        own: dict[str, object] = {"hours": hours, "whole": whole} | changed
        pairs = {name: value for name, value in own.items() if value and (name, value) != ("hours", USUAL_HOURS)}
        return f"{path}?{urlencode(pairs)}" if pairs else path

    return {
        "board": floor_shown,
        "address": address,
        "key": key,
        "whole": whole,
        "hours_offered": HOURS,
        "most": {"came_in": MOST_CAME_IN, "part": MOST_OF_A_PART},
        "part_titles": PARTS,
        "sort_words": SORTS,
        "counted": counted,
        "lasting": lasting,
        "clock_of": partial(clock_words, view, now=floor_shown.at),
        "since_of": partial(since_words, view, now=floor_shown.at),
        "hour_of": partial(hour_words, view, now=floor_shown.at),
        "on_duty": on_duty(view, floor_shown),
        "drill_label": drill_words(view, floor_shown.drill) if floor_shown.drill else "",
    }
