"""Replay: a month of a past case in a minute, on the watch's own clock."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form
from starlette.responses import HTMLResponse, Response

from trucewatch.desks.replay.operations import Course, Replay, last_month
from trucewatch.errors import TrucewatchError
from trucewatch.messages import Message
from trucewatch.server.flash import Flash, after
from trucewatch.server.view import CurrentView

DEFAULT_S = 60.0


router = APIRouter(include_in_schema=False)


@router.get("/replay")
def page(view: CurrentView) -> HTMLResponse:
    replay = view.console.part(Replay)
    course = replay.course
    begin, until = (course.begin, course.until) if course else last_month(view.snapshot)
    return view.page(
        "replay/replay.html.jinja",
        begin=view.time_form.write_moment(begin),
        until=view.time_form.write_moment(until),
        seconds=int(DEFAULT_S),
        running=replay.is_running,
    )


@router.post("/replay")
def start(
    view: CurrentView,
    begin: Annotated[str, Form()],
    until: Annotated[str, Form()],
    seconds: Annotated[float, Form()] = DEFAULT_S,
) -> Response:
    try:
        first, last = (view.time_form.read_moment(text) for text in (begin, until))
        view.console.part(Replay).start(Course(begin=first, until=last, seconds=seconds))
    except TrucewatchError as exc:
        return after("/replay", Flash(exc.message, trouble=True))
    return after("/watch", Flash(Message("The replay runs. Its clock stands in the strip above.")))


@router.post("/replay/stop")
def stop(view: CurrentView) -> Response:
    view.console.part(Replay).leave()
    return after("/watch", Flash(Message("The replay is over; this is the watch as it is.")))
