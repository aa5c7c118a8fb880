"""An act is answered by its entry alone: once it is entered, it is said to be, whatever fails afterwards; and the same
act sent again, by a second click, the way back or after a kill, is answered as the first was and enters nothing.

Every form carries a token, drawn when its page was made; programs send `Idempotency-Key`. Token and
content make the mark that the record of the act holds, so that a retry is known by what is on record.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
import re
import secrets
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping, MutableMapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from weakref import WeakValueDictionary

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send
from starlette.types import Message as Part

from trucewatch.messages import Message
from trucewatch.model.ids import short_id
from trucewatch.server.entered_again import AGAIN
from trucewatch.server.security import SAFE
from trucewatch.server.session_gate import OPEN
from trucewatch.server.toast import Toast, after, is_refusal
from trucewatch.server.view import view_of
from trucewatch.store.assent_records import ASSENT
from trucewatch.store.assent_records import UNDO as ASSENT_UNDO
from trucewatch.store.entering import Attempt, attempting, entered_before

if TYPE_CHECKING:
    from trucewatch.server.view import View
    from trucewatch.store.journal import Entry

Answer = Callable[["View", "Entry"], Response]
"""What a desk answers to an act of a kind that is on record: where the first answer led, by the entry."""
ONCE: Final = "once"
_KEY: Final = re.compile(r"[A-Za-z0-9_.:+/=-]{8,200}")
_MOST_KEPT: Final = 1000
_MOST_BODY: Final = 2**20
"""Bytes of a form that are part of the mark; of longer ones, and of files, the token alone is."""
_BEGINNING: Final = 4096
"""Bytes of what is sent in which the token is looked for."""
_CLICKS_S: Final = 5.0
"""For how long an answer that no entry stands for, such as the first step of a new watch, is given again."""
_FORM: Final = re.compile(r'<form\b[^>]*\bmethod="post"[^>]*>')
_IN_FORM: Final = re.compile(rb"(?:^|&)once=([A-Za-z0-9_-]{8,200})(?:&|$)")
_IN_PARTS: Final = re.compile(rb'name="once"\r\n\r\n([A-Za-z0-9_-]{8,200})\r\n')
_LOG = logging.getLogger("trucewatch.server")

ENTERED: Final = Message(
    "It is entered: entry {entry} of the ledger. The page that follows could not be made just now; nothing need be "
    "entered again."
)
ALREADY: Final = Message("This was entered already: it is entry {entry} of the ledger. Nothing was entered twice.")


@dataclass(frozen=True, slots=True)
class _Answered:
    """An answer as it was given."""

    status: int
    headers: list[tuple[bytes, bytes]]
    body: bytes
    until_s: float


class Acts:
    """Middleware: what changes something is done once for each token, and answered by what was entered."""

    def __init__(self, app: ASGIApp, again: Mapping[str, Answer]) -> None:
        self._app, self._again = app, again
        self._answers: OrderedDict[str, _Answered] = OrderedDict()
        self._locks: MutableMapping[str, asyncio.Lock] = WeakValueDictionary()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] in SAFE:
            await self._app(scope, receive, send)
            return
        key, receive = await _key_of(scope, receive)
        if not key:
            await self._attempt(Attempt(), scope, receive, send)
            return
        lock = self._locks.setdefault(key, asyncio.Lock())
        async with lock:  # the second click waits for the first
            earlier = self._answers.get(key)
            if earlier is not None and earlier.until_s >= time.monotonic():
                await _give(earlier, send)
                return
            entry = await run_in_threadpool(entered_before, scope["app"].state.console.store, key)
            if entry is not None:
                answer = await self._answer_to(entry, scope, ALREADY)
                await answer(scope, receive, send)
                return
            await self._attempt(Attempt(key), scope, receive, send)

    async def _attempt(self, attempt: Attempt, scope: Scope, receive: Receive, send: Send) -> None:
        """Let the act be done. Once there is an entry, an answer that says it failed is not given."""
        start: Part | None = None
        body = b""
        is_withheld = False

        async def passing(message: Part) -> None:
            nonlocal start, body, is_withheld
            if message["type"] == "http.response.start":
                # A copy: whatever passes it on writes into its headers, as that the body is packed.
                start = {**message, "headers": list(message["headers"])}
                is_refused = message["status"] >= 400 or is_refusal(message["headers"])
                is_withheld = attempt.entry is not None and is_refused
            elif message["type"] == "http.response.body" and len(body) <= _MOST_BODY:
                body += message.get("body", b"")
            if not is_withheld:
                await send(message)

        try:
            with attempting(attempt):
                await self._app(scope, receive, passing)
        except Exception as exc:
            if attempt.entry is None or (start is not None and not is_withheld):
                raise
            _LOG.error("%s after entry %d in %s", type(exc).__name__, attempt.entry.number, scope["path"], exc_info=exc)
            is_withheld = True
        if is_withheld and attempt.entry is not None:
            start, body, is_withheld = None, b"", False
            await (await self._answer_to(attempt.entry, scope, ENTERED))(scope, receive, passing)
        if not attempt.key or start is None:
            return
        is_done = start["status"] in (201, 303) and not is_refusal(start["headers"])
        if attempt.entry is not None or is_done:
            self._keep(attempt, start, body)

    def _keep(self, attempt: Attempt, start: Part, body: bytes) -> None:
        if len(body) > _MOST_BODY:
            return
        until_s = float("inf") if attempt.entry is not None else time.monotonic() + _CLICKS_S
        self._answers[attempt.key] = _Answered(start["status"], list(start["headers"]), body, until_s)
        while len(self._answers) > _MOST_KEPT:
            self._answers.popitem(last=False)

    async def _answer_to(self, entry: Entry, scope: Scope, sentence: Message) -> Response:
        """Where the act's own answer leads, by its entry; where that fails too, on, with the entry's number."""
        view = await view_of(Request(scope))
        receipt = Message(sentence.template, entry=entry.number)
        if scope["path"].startswith("/api/"):
            return JSONResponse({"detail": str(receipt), "entry": entry.number})
        of_kind = self._again.get(_kind_of(entry))
        if of_kind is not None:
            try:
                return await run_in_threadpool(of_kind, view, entry)
            except Exception as exc:
                _LOG.error("%s in the answer to entry %d", type(exc).__name__, entry.number, exc_info=exc)
        return after("/", Toast(receipt))


def _kind_of(entry: Entry) -> str:
    """The schema of a record; of an assent with the act that it is of, since several desks have one."""
    schema, subject = str(entry.record["schema"]), str(entry.record.get("subject", ""))
    return f"{schema} {subject.partition(':')[0]}" if schema in (ASSENT, ASSENT_UNDO) else schema


def answers_of(desks: Iterable[Any]) -> dict[str, Answer]:
    """Schema of a record, of an assent with the act it is of, → what its desk answers to an act that led to one:
    `AGAIN` of its `answers.py`; of records whose pages the kit makes what the kit answers."""
    answers: dict[str, Answer] = dict(AGAIN)
    for desk in desks:
        answers |= desk.gives("answers", "AGAIN") or {}
    return answers


def with_tokens(page: str) -> str:
    """A page whose forms carry a token, each page another one; it is the first field, so that it is read before files
    are."""
    if 'method="post"' not in page:
        return page
    field = f'<input type="hidden" name="{ONCE}" value="{secrets.token_urlsafe(16)}">'
    return _FORM.sub(lambda form: form[0] + field, page)


async def _key_of(scope: Scope, receive: Receive) -> tuple[str, Receive]:
    """The mark of an attempt, "" for one without a token, and what gives its body, of which the beginning is read."""
    headers = Headers(scope=scope)
    kind, length = headers.get("content-type", ""), headers.get("content-length", "")
    is_form = kind.startswith("application/x-www-form-urlencoded")
    is_short = is_form and length.isdigit() and int(length) <= _MOST_BODY
    message = await receive()
    if message["type"] != "http.request":
        return "", _first(message, receive)
    body, more = message.get("body", b""), message.get("more_body", False)
    while more and (is_short or len(body) < _BEGINNING):
        message = await receive()
        if message["type"] != "http.request":
            return "", _first(message, receive)
        body, more = body + message.get("body", b""), message.get("more_body", False)
    begun: Part = {"type": "http.request", "body": body, "more_body": more}
    field = (_IN_FORM if is_form else _IN_PARTS).search(body[:_BEGINNING])
    token = headers.get("idempotency-key", "") or (field[1].decode() if field else "")
    if not _KEY.fullmatch(token):
        return "", _first(begun, receive)
    content = hashlib.sha256(body).hexdigest() if is_short else ""
    return short_id("k", token, scope["path"], content, *_who(scope)), _first(begun, receive)


def _who(scope: Scope) -> tuple[str, ...]:
    """Whose attempt it is, as part of the mark: nobody is given the answer to what another did. Nobody's where people
    sign in: who a second click there is of, only the first one's answer says."""
    state = {} if scope["path"] in OPEN else scope.get("state", {})
    person, program = state.get("person"), state.get("program")
    if person is not None:
        return (person.reference,)
    return (program.name,) if program is not None else ()


def _first(message: Part, receive: Receive) -> Receive:
    waiting = [message]

    async def replayed() -> Part:
        return waiting.pop() if waiting else await receive()

    return replayed


async def _give(earlier: _Answered, send: Send) -> None:
    await send({"type": "http.response.start", "status": earlier.status, "headers": earlier.headers})
    await send({"type": "http.response.body", "body": earlier.body})
