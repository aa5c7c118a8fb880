"""What a side or a body reads of its own line: when it was last tested from the centre, and what came of it."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import HTMLResponse

from trucewatch.desks.telephoning.shown import directory_of, name_of
from trucewatch.model.duty_line import RESULT_WORDS
from trucewatch.model.roles import Right, Role
from trucewatch.server.rights import needs
from trucewatch.server.view import CurrentView

router = APIRouter(include_in_schema=False)


@router.get("/lines/own")
@needs(Right.LIAISE)
def own_lines(view: CurrentView) -> HTMLResponse:
    """The lines of those for whom whoever asks speaks: a liaison of one of them; without accounts all."""
    directory = directory_of(view)
    own = view.person.sides_as(Role.LIAISON) if view.person else directory.to_check
    states = [directory.state(of) for of in own]
    return view.page(
        "telephoning/own.html.jinja",
        rows=[
            {
                "name": name_of(view, state.of),
                "at": state.last.at if state.last else None,
                "result": RESULT_WORDS[state.last.result] if state.last else None,
                "is_answered": state.last is not None and state.last.is_answered,
            }
            for state in states
        ],
    )
