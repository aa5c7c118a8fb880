"""Replay: a month of a past case in a minute, on the watch's own clock, in one tab."""

from __future__ import annotations

from typing import Annotated, Final

from fastapi import APIRouter, Form
from starlette.responses import HTMLResponse, JSONResponse, Response

from trucewatch.desks.replay.course import Course, last_month
from trucewatch.desks.replay.operations import Replay, Replays
from trucewatch.errors import TrucewatchError
from trucewatch.messages import Message
from trucewatch.model.roles import Right
from trucewatch.server.rights import needs
from trucewatch.server.toast import Toast, after
from trucewatch.server.view import CurrentView, View

DEFAULT_S: Final = 60.0
_NO_REPLAY: Final = Message("No replay runs in this tab. Begin one here; other tabs and their replays go on.")

router = APIRouter(include_in_schema=False)


@router.get("/replay")
@needs(Right.INSIDE)
def page(view: CurrentView) -> HTMLResponse:
    replay = _replay_of(view)
    begin, until = (replay.course.begin, replay.course.until) if replay else last_month(view.snapshot)
    return view.page(
        "replay/replay.html.jinja",
        begin=view.time_form.write_moment(begin),
        until=view.time_form.write_moment(until),
        seconds=int(replay.seconds if replay else DEFAULT_S),
        running=replay is not None,
    )


@router.post("/replay")
@needs(Right.INSIDE)
def start(
    view: CurrentView,
    begin: Annotated[str, Form()],
    until: Annotated[str, Form()],
    seconds: Annotated[float, Form()] = DEFAULT_S,
) -> Response:
    """Begin one, in the place of the one that this tab shows."""
    try:
        first, last = (view.time_form.read_moment(text) for text in (begin, until))
        course = Course(begin=first, until=last, seconds=seconds)
        if earlier := _replay_of(view):
            earlier.end()
        replay = view.console.part(Replays).begin(course)
    except TrucewatchError as exc:
        return after("/replay", Toast(exc.message, trouble=True))
    return Response(status_code=303, headers={"location": f"{replay.lookback.root}/watch"})


@router.post("/replay/move")
@needs(Right.INSIDE)
def move(
    view: CurrentView,
    act: Annotated[str, Form()] = "",
    at: Annotated[int, Form()] = 0,
    seconds: Annotated[float, Form()] = DEFAULT_S,
    back: Annotated[str, Form()] = "/watch",
) -> Response:
    """Pause, go on, to another moment, at another pace: as a page of the tab asks. A script is answered how the
    replay stands, a form with the page that it came from."""
    replay = _replay_of(view)
    if replay is None:
        return after("/replay", Toast(_NO_REPLAY, trouble=True))
    try:
        _steer(replay, act, at, seconds)
    except TrucewatchError as exc:
        return after("/replay", Toast(exc.message, trouble=True))
    if "application/json" in view.request.headers.get("accept", ""):
        return JSONResponse(replay.standing())
    is_ours = back.startswith("/") and not back.startswith(("//", "/\\")) and back.isprintable()
    return Response(status_code=303, headers={"location": back if is_ours and back.isascii() else "/watch"})


def _steer(replay: Replay, act: str, at: int, seconds: float) -> None:
    match act:
        case "pause":
            replay.pause()
        case "go":
            replay.go_on()
        case "again":
            replay.begin_again()
        case "back":
            replay.move_by(-1)
        case "forth":
            replay.move_by(1)
        case "change":
            replay.move_to_change()
        case "to":
            replay.move_to(at)
        case "pace":
            replay.run_in(seconds)
        case _:
            raise TrucewatchError(Message("A replay can be paused, moved and ended, and nothing else."))


@router.post("/replay/stop")
@needs(Right.INSIDE)
def stop(view: CurrentView) -> Response:
    if replay := _replay_of(view):
        replay.end()
    return after("/watch", Toast(Message("The replay is over; this is the watch as it is.")))


def _replay_of(view: View) -> Replay | None:
    """The one whose pages these are."""
    course = view.lookback.course if view.lookback else None
    return course if isinstance(course, Replay) else None
