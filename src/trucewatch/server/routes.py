"""The addresses that every page uses, whatever desks there are: feed, preferences, the browser's words, state."""

from __future__ import annotations

from collections import Counter
from functools import partial
from typing import Annotated, Final

from fastapi import APIRouter, Form
from pydantic import BaseModel
from starlette.responses import JSONResponse, RedirectResponse, Response

from trucewatch.locale import mark
from trucewatch.messages import Message
from trucewatch.model.outcomes import HELD
from trucewatch.model.roles import Right
from trucewatch.model.times import iso_utc
from trucewatch.server.client_messages import browser_words
from trucewatch.server.feed import Feed
from trucewatch.server.refusal import RefusalError
from trucewatch.server.rights import needed, needs
from trucewatch.server.view import CurrentView

_YEAR_S: Final = 365 * 86_400
router = APIRouter()


@router.get("/live", include_in_schema=False)
@needs(Right.INSIDE)
async def live(view: CurrentView) -> Response:
    """What changes, as server-sent events. 503 where too many pages listen."""
    if not view.console.hub.take_place():
        raise RefusalError(
            503, Message("Too many pages listen at once; this one shows what it was given and asks again later.")
        )
    hub = view.lookback.hub if view.lookback else view.console.hub
    if view.person is None:
        return Feed(hub, view.console.hub)
    rights = needed(view.request.scope.get("endpoint")) or frozenset((Right.INSIDE,))
    return Feed(hub, view.console.hub, partial(view.console.gate.may_go_on, view.person, rights))


@router.get("/drilling", include_in_schema=False)
@needs(Right.INSIDE)
def drilling(view: CurrentView) -> Response:
    """The strip of the drill that runs, for a page that was open when it began; empty while none does."""
    return view.fragment("drill_now.html.jinja")


@router.get("/words.json", include_in_schema=False)
@needs(Right.OWN)
def words(view: CurrentView) -> JSONResponse:
    """The words of the browser side in the page's language."""
    return JSONResponse(browser_words(view.words), headers={"cache-control": "no-cache"})


@router.post("/settings", include_in_schema=False)
@needs(Right.OWN)
def settings(
    back: Annotated[str, Form()] = "/",
    lang: Annotated[str, Form()] = "",
    zone: Annotated[str, Form()] = "",
    theme: Annotated[str, Form()] = "",
    keys: Annotated[str, Form()] = "",
) -> Response:
    """How a reader wants pages: kept in cookies of this browser, nowhere else."""
    is_ours = back.startswith("/") and not back.startswith(("//", "/\\")) and back.isprintable()
    response = RedirectResponse(back if is_ours else "/", status_code=303)
    for name, value in (("tw_lang", lang), ("tw_zone", zone), ("tw_theme", theme), ("tw_keys", keys)):
        if value and len(value) < 60 and value.isascii() and value.isprintable():
            response.set_cookie(name, value, max_age=_YEAR_S, samesite="strict", httponly=True)
    return response


@router.get("/certificate", include_in_schema=False)
@needs(Right.OWN)
def certificate(view: CurrentView) -> Response:
    """The card of this console's own certificate, to be printed and laid beside every screen of the room."""
    return view.page("certificate.html.jinja", own=view.console.certificate)


class State(BaseModel):
    """How the watch stands."""

    watch: str
    as_of: str
    version: str
    incidents: int
    findings: dict[str, int]
    held: dict[str, int]
    simulated: int
    entries: int
    trouble: str


@router.get(
    "/api/state",
    tags=["watch"],
    description=mark("The watch's clock, its list, and whether anything keeps it from being of today."),
)
@needs(Right.INSIDE)
def state(view: CurrentView) -> State:
    """How the watch stands, for programs."""
    snapshot = view.snapshot
    return State(
        watch=snapshot.watch.settings.id,
        as_of=iso_utc(snapshot.as_of),
        version=snapshot.version,
        incidents=snapshot.rows,
        findings=Counter(snapshot.findings["outcome"].to_pylist()),
        held=Counter(HELD[code] for code in snapshot.finding_held[snapshot.finding_held >= 0].tolist()),
        simulated=int(snapshot.simulated.sum()),
        entries=len(view.console.store.journal),
        trouble=str(view.trouble or ""),
    )
