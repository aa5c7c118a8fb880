"""The console as an ASGI application: the pages of its desks, its files, and what is said when something goes
wrong."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Any, Final

from fastapi import APIRouter, Depends, FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import BaseRoute

from trucewatch import __version__
from trucewatch.errors import TrucewatchError
from trucewatch.messages import Message
from trucewatch.model.roles import Right
from trucewatch.server import routes, watch_routes
from trucewatch.server.access import Noting
from trucewatch.server.acts import Acts, answers_of
from trucewatch.server.console import Console
from trucewatch.server.entrance import Entrance, read_addresses
from trucewatch.server.lookback import ENDED, PREFIX, UnderPrefix, address_of_today
from trucewatch.server.never_here_door import IN_A_CENTRE, NeverHereDoor
from trucewatch.server.refusal import RefusalError
from trucewatch.server.rights import NOT_YOURS, check_rights, needs
from trucewatch.server.security import Guard
from trucewatch.server.shared_work import ASK_AGAIN, StillWorkingError
from trucewatch.server.static_files import OwnFiles
from trucewatch.server.view import view_of
from trucewatch.server.ways_in import reach_of

MOST_BYTES = 64 * 2**20
"""What one request may bring; larger files go into the inbox folder itself."""
LOOPBACK = ("localhost", "127.0.0.1", "::1")
_LOG = logging.getLogger("trucewatch.server")


class _Substitutes:
    """What stands in for a dependency in tests; of all applications of this process, as their routes are."""

    dependency_overrides: Final[dict[Callable[..., Any], Callable[..., Any]]] = {}


_routes: Final[dict[int, tuple[APIRouter, list[BaseRoute]]]] = {}


def create_app(console: Console, hosts: Iterable[str] = LOOPBACK) -> FastAPI:
    """The application of one console, reached by these host names."""
    app = FastAPI(
        title="Trucewatch",
        version=__version__,
        docs_url=None,
        redoc_url=None,
        openapi_url="/api/openapi.json",
        dependencies=[Depends(check_rights)],
        description="One watch on this computer. Pages for people are left out here; what is listed is for programs.",
        # Errors as pages for people and as JSON for programs; never a stack trace, never what was sent.
        exception_handlers={
            TrucewatchError: _ours,
            HTTPException: _refused,
            RequestValidationError: _invalid,
            Exception: _unforeseen,
        },
    )
    for route in app.routes:  # so far its own description alone
        needs(Right.OWN)(getattr(route, "endpoint", _home))
    app.state.console, app.state.next_suspicion = console, 0.0
    app.dependency_overrides = _Substitutes.dependency_overrides
    app.router.routes.extend(_routes_of(routes.router))
    app.router.routes.extend(_routes_of(watch_routes.router))
    for desk in console.desks:
        for router in desk.routers:
            app.router.routes.extend(_routes_of(router))
    app.mount("/static", OwnFiles(console.pages.files))
    app.add_route("/", _home, include_in_schema=False)

    app.add_middleware(Noting, log=console.access, gate=console.gate)
    app.add_middleware(Acts, again=answers_of(console.desks))
    app.add_middleware(UnderPrefix, lookbacks=console.lookbacks)
    app.add_middleware(GZipMiddleware, minimum_size=1000, compresslevel=5)
    is_instance = console.snapshot.watch.kind == "humanitarian"
    app.add_middleware(NeverHereDoor, console=console, only=() if is_instance else IN_A_CENTRE)
    app.add_middleware(Entrance, door=console.door, programs=read_addresses(console.desks), gate=console.gate)
    app.add_middleware(Guard, hosts=hosts, most_bytes=MOST_BYTES)
    return app


def _routes_of(router: APIRouter) -> list[BaseRoute]:
    """The routes of a router as every application of ours has them, behind the check of rights. FastAPI looks through
    the signatures of all two hundred again for each application that includes them, a fifth of a second at its first
    request; so they are included once, for all consoles that this process opens."""
    if id(router) not in _routes:
        shared = APIRouter(dependencies=[Depends(check_rights)], dependency_overrides_provider=_Substitutes)
        shared.include_router(router)
        _routes[id(router)] = router, shared.routes
    return _routes[id(router)][1]


@needs(Right.OWN)
async def _home(request: Request) -> Response:
    """On to the first page of the menu that whoever asks may open; of a console that was begun with a look back nobody
    saw yet, there."""
    console: Console = request.app.state.console
    view = await view_of(request)
    reach = reach_of(request.app)
    own = [item.path for item in console.pages.menu_of(lambda path: reach.lets(view.rights, path))]
    if console.pages.menu and not own:
        raise RefusalError(403, NOT_YOURS)
    first = own[0] if own else "/api/state"
    lookback = console.opens_at if view.may(Right.INSIDE) else None
    return RedirectResponse(first if lookback is None or lookback.was_opened else lookback.root + first)


async def _answer(request: Request, status: int, message: Message | str) -> Response:
    wants_page = "text/html" in request.headers.get("accept", "text/html")
    if request.url.path.startswith(("/api", "/ogc", "/feed/")) or not wants_page:
        return JSONResponse({"detail": str(message)}, status)
    view = await view_of(request)
    if view.person is None and view.console.gate.in_use:  # nothing of the watch, its name neither
        return view.page("signed_out.html.jinja", status=status, sentence=message, onward="")
    return view.page("error.html.jinja", status=status, sentence=message, code=status)


async def _ours(request: Request, exc: Exception) -> Response:
    return await _answer(request, 409, exc.message if isinstance(exc, TrucewatchError) else str(exc))


async def _refused(request: Request, exc: Exception) -> Response:
    assert isinstance(exc, HTTPException)
    if isinstance(exc, StillWorkingError):
        return await _still_working(request, exc)
    if exc.status_code == 404 and request.url.path.startswith(PREFIX):
        return await _ended(request)
    if exc.detail in ("Not Found", "Method Not Allowed") and exc.status_code in _STANDARD:
        return await _answer(request, exc.status_code, _STANDARD[exc.status_code])
    return await _answer(request, exc.status_code, exc.message if isinstance(exc, RefusalError) else exc.detail)


async def _ended(request: Request) -> Response:
    """What stands under the address of a look back that is over: the way to the same page of today."""
    wants_page = "text/html" in request.headers.get("accept", "text/html")
    if not wants_page:
        return JSONResponse({"detail": str(ENDED)}, 410)
    view = await view_of(request)
    return view.page("ended.html.jinja", status=410, sentence=ENDED, address=address_of_today(request.url))


async def _still_working(request: Request, exc: StillWorkingError) -> Response:
    """The page that opens the answer by itself; a program is told when to ask again."""
    wants_page = "text/html" in request.headers.get("accept", "text/html")
    if request.method != "GET" or not wants_page:
        answer = await _answer(request, exc.status_code, exc.message)
        answer.headers["retry-after"] = ASK_AGAIN["retry-after"]
        return answer
    view = await view_of(request)
    address = f"{request.url.path}?{request.url.query}" if request.url.query else request.url.path
    page = view.page("working.html.jinja", status=exc.status_code, sentence=exc.message, address=address)
    page.headers.update(ASK_AGAIN)
    return page


async def _invalid(request: Request, exc: Exception) -> Response:
    assert isinstance(exc, RequestValidationError)
    faults = [f"{'.'.join(str(part) for part in fault['loc'][1:])}: {fault['msg']}" for fault in exc.errors()[:5]]
    return await _answer(request, 422, "; ".join(faults))


async def _unforeseen(request: Request, exc: Exception) -> Response:
    _LOG.error("%s in %s %s", type(exc).__name__, request.method, request.url.path, exc_info=exc)
    state = request.app.state
    if time.monotonic() >= state.next_suspicion:
        state.next_suspicion = time.monotonic() + _SUSPICION_S
        with suppress(TrucewatchError):  # what a damaged index made fail succeeds the next time
            await run_in_threadpool(state.console.store.suspect_index)
    return await _answer(request, 500, _FAILED)


_STANDARD: Final = {
    404: Message("There is nothing under this address. The menu leads to every page."),
    405: Message("This address does not take that kind of request."),
}
_SUSPICION_S: Final = 60.0
"""The index is looked through after a failure at most once in so many seconds."""
_FAILED: Final = Message(
    "Something in the program failed. Nothing that was acknowledged is lost. Try again; the program's output says more."
)
