"""Who read what, noted as it is answered, once there are accounts: middleware next to the pages.

What is read is noted in memory, and beside the pages written within seconds. What is taken away and what was refused is
on disk before the answer goes out. Nothing is noted of what a page asks for by itself, nor of a person's own account.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from starlette.concurrency import run_in_threadpool
from starlette.types import ASGIApp, Receive, Scope, Send
from starlette.types import Message as Part

from trucewatch.errors import TrucewatchError
from trucewatch.model.roles import Right
from trucewatch.server.door import Program
from trucewatch.server.person import Person
from trucewatch.server.rights import is_export, needed
from trucewatch.server.security import SAFE
from trucewatch.server.session_gate import UNASKED, SessionGate, address_of
from trucewatch.server.static_files import AnyDesk
from trucewatch.store.access_log import KEEP_DAYS, Access, AccessLog
from trucewatch.store.store import Store

_OF_NOTHING: Final = frozenset((Right.ANYBODY, Right.OWN))
"""What shows nothing of the watch: signing in, one's own account, how pages look."""
CODES: Final = frozenset(
    ("act_id", "code", "decision", "draft_id", "entry_id", "number", "reference", "sha256", "step_id", "delivery_id")
)
"""Parts of addresses that name a record. All others stay as their pattern has them: they may be somebody's words."""
_CODE: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:/-]{0,99}")
_PART: Final = re.compile(r"\{([a-z_0-9]+)(?::[a-z]+)?\}")
_PROGRAM: Final = "t-"
"""Before the first digits of the hash of a program's token, by which it is named here."""


class Noting:
    """Middleware: tells the access log of a console who was answered what."""

    def __init__(self, app: ASGIApp, log: AccessLog, gate: SessionGate) -> None:
        self._app, self._log, self._gate = app, log, gate

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        state = scope.get("state", {}) if scope["type"] == "http" else {}
        who = _who(state)
        if not who or scope["path"].endswith(UNASKED):
            await self._app(scope, receive, send)
            return
        if who.startswith(_PROGRAM) and not self._gate.in_use:
            await self._app(scope, receive, send)
            return

        async def noting(part: Part) -> None:
            if part["type"] == "http.response.start":
                await self._note(scope, who, part["status"])
            await send(part)

        await self._app(scope, receive, noting)

    async def _note(self, scope: Scope, who: str, status: int) -> None:
        handler = scope.get("endpoint")
        rights = needed(handler)
        what = access_of(scope["method"], status, is_taken_away=is_export(handler), is_program=who.startswith(_PROGRAM))
        if what is None or rights is None or rights <= _OF_NOTHING:
            return
        right = " ".join(sorted(rights))
        where, address = where_of(scope), address_of(scope)
        if what is Access.READ:
            self._log.add(what, who, right=right, where=where, address=address)
        else:
            await run_in_threadpool(self._log.add, what, who, right=right, where=where, address=address, at_once=True)


def access_of(method: str, status: int, *, is_taken_away: bool, is_program: bool = False) -> Access | None:
    """What an answer is in the access log; None for none: a fault, an act, which the ledger holds.

    >>> [access_of("GET", status, is_taken_away=False) for status in (200, 304, 403, 404)]
    [<Access.READ: 'read'>, <Access.READ: 'read'>, <Access.REFUSED: 'refused'>, None]
    >>> access_of("POST", 200, is_taken_away=True), access_of("POST", 303, is_taken_away=False)
    (<Access.TOOK: 'took'>, None)
    """
    if status == 403:
        return Access.REFUSED
    is_shown = status in (200, 206, 304)
    if not is_shown:
        return None
    if is_program:
        return Access.TOOK if method in SAFE else None
    if is_taken_away:
        return Access.EXPORT if method in SAFE else Access.TOOK
    return Access.READ


def where_of(scope: Mapping[str, Any]) -> str:
    """The pattern of a request's address with the codes in it: never a query, nor anything else that was typed.

    >>> class Route:
    ...     path = "/incident/{code}/{name}"
    >>> where_of({"route": Route, "path_params": {"code": "SUN-4", "name": "a person"}})
    '/incident/SUN-4/{name}'
    """
    pattern = str(getattr(scope.get("route"), "path", ""))
    values = scope.get("path_params", {})

    def filled(part: re.Match[str]) -> str:
        value = str(values.get(part[1], ""))
        return value if part[1] in CODES and _CODE.fullmatch(value) else part[0]

    return _PART.sub(filled, pattern)


def _who(state: Mapping[str, Any]) -> str:
    person, program = state.get("person"), state.get("program")
    if isinstance(person, Person):
        return person.reference
    return f"{_PROGRAM}{program.hash[:12]}" if isinstance(program, Program) else ""


def access_log_of(
    store: Store, now: Callable[[], datetime], desks: Sequence[AnyDesk], rules: Mapping[str, Any]
) -> AccessLog:
    """The access log of a watch, kept for as many days as it agreed; rules: `[desk.…]` of watch.toml. One that cannot
    be is said by `check`, and counts as none."""
    days = KEEP_DAYS
    for desk in desks:
        read_days = desk.gives("access_pages", "days_kept")
        if read_days:
            try:
                days = read_days(rules.get(desk.name, {}))
            except TrucewatchError:
                days = KEEP_DAYS
    return AccessLog(store.root / "private", now, keep_days=days)
