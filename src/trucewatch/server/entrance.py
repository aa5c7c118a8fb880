"""The door as every request meets it: a person with a cookie goes in, a program reaches what its token is for, and
whoever has neither is told how to come in, and nothing of the watch. Once there are accounts the cookie is a session's.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.requests import Request, cookie_parser
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from trucewatch.errors import TrucewatchError
from trucewatch.messages import Message
from trucewatch.server.door import Door, Program
from trucewatch.server.security import SAFE, is_cross_site
from trucewatch.server.session_gate import (
    FIRST,
    MOST_FORM_BYTES,
    NOT_SIGNED_IN,
    OPEN,
    OPEN_FILES,
    SIGN_IN,
    SessionGate,
    local_address,
)
from trucewatch.server.view import view_of
from trucewatch.store.sessions import Ending

ENTRANCE: Final = "/door"
"""The address that takes a token and gives a cookie: `/door?once=TOKEN`."""
PROOF: Final = "/door/proof"
"""The address at which a console proves to another one on this computer whose it is: `/door/proof?of=NONCE`."""
FOR_ITS_PAGE: Final = ("/static/css/tokens.css", "/static/css/door.css", "/static/mark.svg")
"""The files that the door's own page names. They hold nothing of any watch."""
TOKEN: Final = "token"  # noqa: S105 - a parameter's name
"""The parameter that a program which takes an address alone writes its token into."""
MOST_FROM_ANYBODY: Final = 1_100_000
"""Bytes that somebody without an account may bring at once, where a desk takes anything from them."""
_YEAR_S: Final = 365 * 86_400
_LOG = logging.getLogger("trucewatch.server")

NO_TOKEN: Final = Message(
    "This needs a token: make one with trucewatch tokens WATCH add NAME --for RECIPIENT --scope read, and send it as "
    "Authorization: Bearer TOKEN."
)
WRONG_TOKEN: Final = Message(
    "This token opens nothing: it was revoked, or never given. Make another: trucewatch tokens WATCH add NAME --for "
    "RECIPIENT --scope read"
)
NOT_FOR_THIS: Final = Message(
    "This token is not for that. A token that reads is for one recipient's release, one that brings files for the "
    "inbox; trucewatch tokens WATCH list says which."
)
NOT_ENTERED: Final = Message(
    "You are not signed in any more, so nothing was entered. Sign in in another tab, come back to this one, and go "
    "back by the browser's own way: what you typed is still there. Then send it again."
)
USED: Final = Message("This address was used already, or is not the latest. Every address opens the console once.")


@dataclass(frozen=True, slots=True)
class Open:
    """What desks open to programs: `reads`, the addresses of one recipient's release, as `/ogc/{recipient}`; `lists`,
    those that name to each program what it may read, as `/ogc`; `brings`, those that take a file for a source, as
    `/api/inbox/{source}`. All below an address that is read goes with it. `anybody`: what is open to whoever asks, as a
    post-box; those ending in `/` with a number after it."""

    reads: tuple[str, ...] = ()
    lists: tuple[str, ...] = ()
    brings: tuple[str, ...] = ()
    anybody: tuple[str, ...] = ()

    def lets(self, program: Program, method: str, path: str) -> bool:
        """Whether a program may ask for this."""
        if program.reads:
            return method in SAFE and (path in self.lists or self.is_of(program.holder, path))
        return method == "POST" and any(_holder(bring, path, below=False) is not None for bring in self.brings)

    def is_of(self, holder: str, path: str) -> bool:
        """Whether an address is of this recipient's release."""
        return any(_holder(read, path, below=True) == holder for read in self.reads)

    def is_for_anybody(self, path: str) -> bool:
        """Whether an address is open to who has no account."""
        head, slash, number = path.rpartition("/")
        return path in self.anybody or (number.isascii() and number.isdigit() and f"{head}{slash}" in self.anybody)

    def is_read(self, path: str) -> bool:
        """Whether an address is of a recipient's release, or names those that there are."""
        return path in self.lists or any(_holder(read, path, below=True) is not None for read in self.reads)


def _holder(template: str, path: str, *, below: bool) -> str | None:
    """Whose an address is by its template; None for an address of another form."""
    head, _, rest = template.partition("{")
    tail = rest.partition("}")[2]
    match = re.fullmatch(rf"{re.escape(head)}([^/]+){re.escape(tail)}{'(?:/.*)?' if below else ''}", path)
    return match[1] if match else None


class Entrance:
    """Middleware: lets in who has a cookie of this door, or of a session once there are accounts, or a token for what
    is asked."""

    def __init__(self, app: ASGIApp, door: Door, programs: Open, gate: SessionGate) -> None:
        self._app, self._door, self._programs, self._gate = app, door, programs, gate

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        answer = await self._answer(scope)
        if answer is None:
            await self._app(scope, receive, send)
        else:
            if scope["method"] not in SAFE:
                answer.headers["connection"] = "close"  # what it brought is not read
            await answer(scope, receive, send)

    async def _answer(self, scope: Scope) -> Response | None:
        """What is answered here; None for a request that may go on, whose scope then holds no token any more."""
        path, headers = scope["path"], Headers(scope=scope)
        if path == ENTRANCE and not self._gate.in_use:
            return await self._enter(scope, headers)
        if path == PROOF:
            asked = dict(parse_qsl(scope["query_string"].decode("latin-1"))).get("of", "")
            return PlainTextResponse(self._door.proof(asked), headers={"cache-control": "no-store"})
        if path in FOR_ITS_PAGE or path in OPEN_FILES:
            return None
        if self._programs.is_for_anybody(path):
            return _refused_size(scope, headers)
        offered = _bearer(headers)
        in_address = ""
        if self._programs.is_read(path):
            in_address = _take_token(scope)
        if offered or in_address:
            program = self._door.program_of(offered or in_address)
            if program is None:
                return _refusal(401, WRONG_TOKEN)
            if (in_address and not program.reads) or not self._programs.lets(program, scope["method"], path):
                return _refusal(403, NOT_FOR_THIS)
            scope.setdefault("state", {})["program"] = program
            scope["state"]["token_in_address"] = in_address
            return None
        if self._gate.in_use:
            return await self._by_session(scope, headers)
        if path == FIRST and self._gate.is_invitation(scope):
            return _refused_form(scope, headers)
        if not is_cross_site(headers) and self._door.is_session(_cookies(headers).get(cookie_name(scope), "")):
            return None
        return await self._closed(scope, headers)

    async def _by_session(self, scope: Scope, headers: Headers) -> Response | None:
        """What is answered once there are accounts; None for a request that may go on, whose scope says who asks."""
        path, trouble = scope["path"], self._gate.trouble
        if trouble is not None and not (path == FIRST and self._gate.is_invitation(scope)):
            if not _wants_page(scope, headers):
                return JSONResponse({"detail": str(trouble)}, 503, {"cache-control": "no-store"})
            return await self._signed_out(scope, 503, trouble)
        if path == ENTRANCE:
            return RedirectResponse(SIGN_IN, 303)
        admission = await run_in_threadpool(self._gate.admit, scope)
        is_own = not is_cross_site(headers)
        if admission.person is not None and is_own:
            scope.setdefault("state", {})["person"] = admission.person
        if path in OPEN and scope["method"] in ("GET", "POST"):
            return _refused_form(scope, headers)
        if admission.person is not None and is_own:
            return None
        if not _wants_page(scope, headers):
            refusal = _refusal(401, NOT_SIGNED_IN)
            if headers.get("hx-request") == "true":  # a part of a page: its page goes on to signing in
                shown = urlsplit(headers.get("hx-current-url", ""))
                refusal.headers["hx-redirect"] = _sign_in_for(shown.path or "/", admission.ending)
            return refusal
        if scope["method"] not in SAFE:
            return await self._signed_out(scope, 401, NOT_ENTERED)
        if not is_own:  # a browser keeps a strict cookie back on the way from another site's link
            return await self._signed_out(scope, 401, None, onward=_local(scope))
        return RedirectResponse(_sign_in_for(_local(scope), admission.ending), 303, {"cache-control": "no-store"})

    async def _signed_out(self, scope: Scope, status: int, sentence: Message | None, *, onward: str = "") -> Response:
        view = await view_of(Request(scope))
        page = view.page("signed_out.html.jinja", status=status, sentence=sentence, onward=onward)
        page.headers["cache-control"] = "no-store"
        return page

    async def _enter(self, scope: Scope, headers: Headers) -> Response:
        """A token becomes a cookie, and goes from the address. A browser that only looks ahead uses nothing up."""
        query = dict(parse_qsl(scope["query_string"].decode("latin-1")))
        is_ahead = "prefetch" in headers.get("sec-purpose", headers.get("purpose", ""))
        is_in = self._door.is_session(_cookies(headers).get(cookie_name(scope), ""))
        if scope["method"] != "GET" or scope.get("state", {}).get("is_head") or is_ahead:
            return await self._page(scope, headers)
        cookie = None
        try:
            cookie = self._door.use(query.get("once", ""))
        except TrucewatchError as exc:  # the disk refused: the address stays good
            return await self._page(scope, headers, trouble=exc.message)
        if cookie is None and not is_in:
            return await self._page(scope, headers, trouble=USED if query.get("once") else None)
        # A page of another site, or a file, that led here would lead on without the cookie: its next step is ours.
        answer: Response = RedirectResponse("/", 303)
        if is_cross_site(headers):
            answer = await self._page(scope, headers, onward="/")
        if cookie is not None:
            answer.set_cookie(
                cookie_name(scope),
                cookie,
                max_age=_YEAR_S,
                httponly=True,
                samesite="strict",
                secure=scope["scheme"] == "https",
            )
        answer.headers["referrer-policy"] = "no-referrer"
        return answer

    async def _closed(self, scope: Scope, headers: Headers) -> Response:
        if not _wants_page(scope, headers) or scope["method"] not in SAFE:
            return _refusal(401, NO_TOKEN)
        # Whoever comes from another site's link may have a cookie that browsers keep back on the way from there.
        return await self._page(scope, headers, again=_local(scope) if is_cross_site(headers) else "")

    async def _page(
        self, scope: Scope, headers: Headers, *, trouble: Message | None = None, onward: str = "", again: str = ""
    ) -> Response:
        view = await view_of(Request(scope))
        page = view.page("door.html.jinja", status=200 if onward else 401, trouble=trouble, again=onward or again)
        if onward:
            page.headers["refresh"] = f"0; url={onward}"
        else:
            page.headers["www-authenticate"] = 'Bearer realm="Trucewatch"'
        page.headers["cache-control"] = "no-store"
        page.headers["referrer-policy"] = "no-referrer"
        return page


def _wants_page(scope: Scope, headers: Headers) -> bool:
    """Whether a browser asks for a page to show, and not a program, nor a page for a part of itself."""
    path = scope["path"]
    accepts = "text/html" in headers.get("accept", "text/html" if path == "/" else "")
    is_for_programs = path.startswith(("/api/", "/ogc/", "/feed/")) or path == "/ogc"
    return accepts and not is_for_programs and headers.get("hx-request") != "true"


def _sign_in_for(address: str, ending: Ending) -> str:
    """Where somebody signs in who is led on to this address then, and is told why."""
    query = {"next": local_address(address)} if local_address(address) != "/" else {}
    if ending is not Ending.UNKNOWN:
        query["why"] = ending.value
    return f"{SIGN_IN}?{urlencode(query)}" if query else SIGN_IN


def _refused_form(scope: Scope, headers: Headers) -> Response | None:
    """What is answered to a stranger who sends more than a form of a few words; None for anything else."""
    if scope["method"] in SAFE:
        return None
    kind, length = headers.get("content-type", ""), headers.get("content-length", "")
    if not kind.startswith("application/x-www-form-urlencoded"):
        return PlainTextResponse("This takes the form of its own page.\n", 415)
    if not length.isdigit() or int(length) > MOST_FORM_BYTES:
        return PlainTextResponse("This form takes a few words.\n", 413)
    return None


def _refused_size(scope: Scope, headers: Headers) -> Response | None:
    """What is answered to somebody without an account who sends more than one small file, or does not say how much."""
    if scope["method"] in SAFE:
        return None
    length = headers.get("content-length", "")
    if not length.isdigit() or int(length) > MOST_FROM_ANYBODY:
        return PlainTextResponse(f"At most {MOST_FROM_ANYBODY:,} bytes are taken here.\n", 413)
    return None


def cookie_name(scope: Scope) -> str:
    """The cookie of the console behind this address: browsers give one host's cookies to all its ports, so that two
    consoles need two names. Under TLS the browser holds it to this host, and to TLS."""
    port = Headers(scope=scope).get("host", "").rpartition(":")[2]
    number = port if port.isascii() and port.isdigit() else "0"
    return f"{'__Host-' if scope['scheme'] == 'https' else ''}tw_door_{number}"


def read_addresses(desks: Iterable[object]) -> Open:
    """What desks open to programs, as each says in its own `programs.py`: READS, LISTS, BRINGS and ANYBODY."""
    reads: list[str] = []
    lists: list[str] = []
    brings: list[str] = []
    anybody: list[str] = []
    for desk in desks:
        reads += desk.gives("programs", "READS")  # type: ignore[attr-defined]
        lists += desk.gives("programs", "LISTS")  # type: ignore[attr-defined]
        brings += desk.gives("programs", "BRINGS")  # type: ignore[attr-defined]
        anybody += desk.gives("programs", "ANYBODY")  # type: ignore[attr-defined]
    return Open(tuple(reads), tuple(lists), tuple(brings), tuple(anybody))


def with_token(request: Request, address: str) -> str:
    """A link of an answer, with the token that stood in the address of the request, so that whoever follows it comes in
    again; without one as it is."""
    token = request.scope.get("state", {}).get("token_in_address", "")
    if not token:
        return address
    return f"{address}{'&' if '?' in address else '?'}{TOKEN}={quote(token, safe='')}"


def _take_token(scope: Scope) -> str:
    """The token in an address, which goes from it: nothing further on sees it, logs it or takes it for a parameter."""
    query = scope["query_string"].decode("latin-1")
    if TOKEN not in query:
        return ""
    pairs = parse_qsl(query, keep_blank_values=True)
    scope["query_string"] = urlencode([pair for pair in pairs if pair[0] != TOKEN]).encode()
    return next((value for name, value in pairs if name == TOKEN), "")


def _bearer(headers: Headers) -> str:
    kind, _, token = headers.get("authorization", "").partition(" ")
    return token.strip() if kind.lower() == "bearer" else ""


def _cookies(headers: Headers) -> dict[str, str]:
    return cookie_parser(headers.get("cookie", ""))


def _local(scope: Scope) -> str:
    """The request's own address, to be asked for again from a page of ours."""
    query = scope["query_string"].decode("latin-1")
    address = quote(scope["path"]) + (f"?{query}" if query else "")
    return "/" if address.startswith(("//", "/\\")) else address


def _refusal(status: int, sentence: Message) -> Response:
    headers = {"cache-control": "no-store"}
    if status == 401:
        headers["www-authenticate"] = 'Bearer realm="Trucewatch"'
    return JSONResponse({"detail": str(sentence)}, status, headers)
