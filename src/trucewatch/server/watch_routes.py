"""The way from one watch to another on this computer: open it here, go on to it, close it again."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import Final
from urllib.parse import quote

from fastapi import APIRouter
from starlette.responses import RedirectResponse, Response

from trucewatch.errors import TrucewatchError
from trucewatch.messages import Message
from trucewatch.model.roles import Right
from trucewatch.server.child_consoles import child_consoles
from trucewatch.server.neighbours import Neighbour, neighbours_of
from trucewatch.server.refusal import RefusalError
from trucewatch.server.rights import needs
from trucewatch.server.security import host_name
from trucewatch.server.toast import Toast, after
from trucewatch.server.view import CurrentView, View
from trucewatch.store.store import FOLDER
from trucewatch.watch import load_watch

LOOK_AGAIN_S: Final = 1
"""How soon a page asks again whether the console it opened answers."""
CLOSED: Final = Message("{watch} is closed; nothing that was acknowledged is lost.")
NOT_OURS: Final = Message("{watch} was not opened from here; whoever opened it closes it, with Ctrl+C in its terminal.")

router = APIRouter(include_in_schema=False)


@router.get("/watches/{name}")
@needs(Right.KEEP)
def watch_page(view: CurrentView, name: str) -> Response:
    """How a watch beside this one stands: closed, being opened, open, or why it could not be opened. `?opening`: who
    was just opening it is led on."""
    is_being_opened = "opening" in view.request.query_params
    children = child_consoles(view.console)
    child = children.of(name)  # before it is looked at who holds the watch
    watch = _watch(view, name)
    is_up = bool(children.address_of(watch.folder))
    is_awaited = not is_up and child is not None and child.is_running
    with suppress(TrucewatchError):  # one with faults has a page too; a console would say which they are
        view = view.about(load_watch(watch.folder))
    page = view.page(
        "other_watch.html.jinja",
        watch_beside=watch,
        child=child,
        is_up=is_up,
        is_awaited=is_awaited,
        log_name=_log_name(watch.folder) if is_up else "",
        is_protected=watch.is_locked,
    )
    # By a refresh, not a redirect: what follows a form may lead to this console's own pages alone, by its policy.
    if is_awaited:
        page.headers["refresh"] = str(LOOK_AGAIN_S)
    elif is_up and is_being_opened and child is not None and not child.is_first:
        page.headers["refresh"] = f"0; url=/watches/{quote(name)}/go"
    return page


@router.get("/watches/{name}/go")
@needs(Right.KEEP)
def go(view: CurrentView, name: str) -> Response:
    """On to its open console, with a ticket that is used once; without one back to its page, which says how it
    stands."""
    watch = _watch(view, name)
    onward = child_consoles(view.console).way_to(watch.folder, host_name(view.request.headers.get("host", "")))
    answer = RedirectResponse(onward or f"/watches/{quote(name)}", 303)
    answer.headers["referrer-policy"] = "no-referrer"
    return answer


@router.post("/watches/{name}/open")
@needs(Right.KEEP)
def open_watch(view: CurrentView, name: str) -> Response:
    """Open it here, or find it open; its page says the rest."""
    watch = _watch(view, name)
    try:
        child_consoles(view.console).start(watch)
    except TrucewatchError as exc:
        return after(f"/watches/{quote(name)}", Toast(exc.message, trouble=True))
    return RedirectResponse(f"/watches/{quote(name)}?opening", 303)


@router.post("/watches/{name}/close")
@needs(Right.KEEP)
def close_watch(view: CurrentView, name: str) -> Response:
    """Close one that was opened from here."""
    watch = _watch(view, name)
    is_closed = child_consoles(view.console).end(watch.name)
    sentence = CLOSED if is_closed else NOT_OURS
    title = view.words.name(watch.names)
    return after(f"/watches/{quote(name)}", Toast(Message(sentence.template, watch=title), trouble=not is_closed))


def _watch(view: View, name: str) -> Neighbour:
    watch = neighbours_of(view.console).get(name)
    if watch is None:
        raise RefusalError(404, Message("There is no such watch beside this one that can be opened from here."))
    return watch


def _log_name(folder: Path) -> str:
    """What the log of a watch is called, by the first line of its latest checkpoint; "" before there is one."""
    try:
        return (folder / FOLDER / "ledger" / "checkpoint").read_text(encoding="utf-8").partition("\n")[0][:100]
    except (OSError, ValueError):
        return ""
