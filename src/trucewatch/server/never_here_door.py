"""What is never kept in a humanitarian instance is refused at its door: every form, address and file is looked at in
memory before anything else sees it, so that nothing of it is in a form's draft, an access log, an error or a file.

What stays is a record that something was refused: when, at which door, by which rule, by whom (`store/aid_refusals`).
Accounts have names and logins of people, which lie in `private/` and are erased with them: their pages are not asked.
"""

from __future__ import annotations

import io
import re
from collections.abc import AsyncGenerator, Collection, Iterable, Sequence
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qsl, unquote_plus

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData, Headers, UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send
from starlette.types import Message as Part

from trucewatch.errors import NeverHereError, TrucewatchError
from trucewatch.messages import Message
from trucewatch.model.aid_registry import CHOSEN, TABLES
from trucewatch.model.never_here import INSTEAD, Door, refusals, refusals_of_row, rule_of
from trucewatch.pipeline.aid_entering import ids_on_file
from trucewatch.reader import refuse_never_here
from trucewatch.server.forms import MOST_FIELD_BYTES, MOST_FIELDS
from trucewatch.server.lookback import path_without
from trucewatch.server.person import Person
from trucewatch.server.security import SAFE
from trucewatch.server.session_gate import OPEN
from trucewatch.server.view import view_of
from trucewatch.server.ways_in import reach_of
from trucewatch.store.aid_refusals import record_refusal

if TYPE_CHECKING:
    from trucewatch.server.console import Console

OF_ACCOUNTS: Final = (*OPEN, "/people", "/me", "/sign-out", "/door", "/static", "/live", "/words.json")
"""Addresses, with what is below them, that are not asked."""
OF_THE_DIRECTORY: Final = ("/lines", "/post/own", "/post/add", "/post/take")
"""Where whom to call stands, by function, and how a post-box is reached: numbers and addresses are entered there."""
OF_PLACES: Final = frozenset(
    (
        *(field.key for table in TABLES.values() for field in table.fields if field.kind in ("place", "outline")),
        *("outline", "geometry", "corners", "place", "point", "lon", "lat", "bbox", "at", "view", "center", "zoom"),
    )
)
"""Fields that are made for an outline, a point or the part of a map that is looked at."""
_UNASKED: Final = frozenset(("once", "act_id", "draft_id", "entry_id", "step_id", "token", "version"))
"""What pages write into their forms by themselves; it is asked where it has another form than theirs."""
_OF_PAGES: Final = re.compile(r"[A-Za-z0-9_:.+/=-]{0,200}")
SEALED: Final = (b"age-encryption.org/v1\n", b"-----BEGIN AGE ENCRYPTED FILE-----")
"""How what is sealed begins: the post-box looks through it once it is opened, and keeps nothing of it before."""
TAKES_SEALED: Final = ("/post/take",)
"""Where it is brought; anywhere else a list of people could begin so."""
OPENED_FIRST: Final = ("/post/in",)
"""What anybody may bring here is kept only once it opens, and looked through then: looking through a megabyte of a
stranger's takes seconds, and of what does not open nothing stays."""
REFUSED: Final = "refused"
"""Where the state of a request says by which rules the door refused its form, for a handler that forgets what was
typed (`rights.forgets_refused`)."""
IN_A_CENTRE: Final = ("/windows", "/road-notices", "/notices", "/post")
"""The addresses of a joint centre at which humanitarian records are entered, searched and brought. Its other pages are
its own: people are named there, and evidence of what was done to them."""
_MOST_BYTES: Final = 64 * 2**20

Field = tuple[str, str]


class NeverHereDoor:
    """Middleware of a humanitarian instance's console, next to its entrance: nothing that is never kept comes in. only:
    addresses that are asked with what is below them, in a joint centre; all without it."""

    def __init__(self, app: ASGIApp, console: Console, only: Sequence[str] = ()) -> None:
        self._app, self._console, self._only = app, console, only

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not self._asks(path_without(scope["path"])):
            await self._app(scope, receive, send)
            return
        judged = {**scope, "path": path_without(scope["path"])}
        listed = CHOSEN.union(ids_on_file(self._console.snapshot.watch))
        rules, door = await run_in_threadpool(_rules_of_address, judged, listed), "address"
        if not rules and scope["method"] not in SAFE and judged["path"] not in OPENED_FIRST:
            body, receive = await _whole(receive)
            if body is None:
                await self._app(scope, receive, send)
                return
            rules, door = await _rules_of_body(judged, body, listed)
            del body
        if not rules:
            await self._app(scope, receive, send)
            return
        if door == "form" and reach_of(scope["app"]).forgets(judged["path"], scope["method"]):
            await self._enter(scope, rules, "form")
            await self._app({**scope, "state": {**scope.get("state", {}), REFUSED: rules}}, receive, send)
            return
        answer = await self._refuse(scope, rules, "file" if door == "file" else "form" if door == "form" else "address")
        await answer(_without_words(scope), receive, send)

    def _asks(self, path: str) -> bool:
        return _is_below(path, self._only) if self._only else not _is_below(path, OF_ACCOUNTS)

    async def _enter(self, scope: Scope, rules: Sequence[str], door: Door) -> Message | None:
        """Enter that something was refused; why that could not be entered."""
        person = scope.get("state", {}).get("person")
        by = person.reference if isinstance(person, Person) else ""
        console = self._console

        def enter() -> None:
            with console.writing() as store:
                record_refusal(store, door=door, rules=rules, at=console.now(), by=by)

        try:
            await run_in_threadpool(enter)
        except TrucewatchError as exc:  # refused all the same
            return exc.message
        return None

    async def _refuse(self, scope: Scope, rules: Sequence[str], door: Door) -> Response:
        """Enter that something was refused, and say by which rule; nothing of what was sent."""
        sentence = Message("This was refused: {why}. {instead}", why=rule_of(rules[0]).why, instead=INSTEAD)
        if (why := await self._enter(scope, rules, door)) is not None:
            sentence = Message("{refused} That it was refused could not be entered: {why}", refused=sentence, why=why)
        headers = Headers(scope=scope)
        if scope["path"].startswith(("/api", "/ogc")) or "text/html" not in headers.get("accept", "text/html"):
            return JSONResponse({"detail": str(sentence), "rules": list(rules)}, 422)
        view = await view_of(Request(_without_words(scope)))
        return view.page("error.html.jinja", status=422, sentence=sentence, code=422)


def _without_words(scope: Scope) -> Scope:
    """The request without what was sent with it: a page shows its own address again."""
    headers = [(name, value) for name, value in scope["headers"] if name not in (b"referer", b"hx-current-url")]
    return {**scope, "path": "/", "raw_path": b"/", "query_string": b"", "headers": headers}


def _is_below(path: str, roots: Iterable[str]) -> bool:
    return any(path == root or path.startswith(f"{root}/") for root in roots)


def _rules_of_address(scope: Scope, listed: Collection[str]) -> tuple[str, ...]:
    """Rules that the words of an address meet, those of its path and of its query."""
    query = parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True, encoding="utf-8")
    path = " ; ".join(part for part in unquote_plus(scope["path"]).split("/") if part)
    rules = {refusal.rule for refusal in refusals(path, allow=("position",))}
    return _in_order(rules | set(_rules_of_fields(query, scope["path"], listed)))


def _rules_of_fields(fields: Iterable[Field], path: str, listed: Collection[str]) -> tuple[str, ...]:
    allow = _allowed(path)
    fields_asked = [(name, text) for name, text in fields if text and not _is_of_page(name, text)]
    of_places = [text for name, text in fields_asked if name.rpartition(".")[2] in OF_PLACES]
    others = [text for name, text in fields_asked if name.rpartition(".")[2] not in OF_PLACES]
    rules = {refusal.rule for text in of_places for refusal in refusals(text, allow=(*allow, "position"))}
    return _in_order(rules | {refusal.rule for refusal in refusals_of_row(others, allow=allow, listed=listed)})


def _is_of_page(name: str, text: str) -> bool:
    return name in _UNASKED and _OF_PAGES.fullmatch(text) is not None


def _allowed(path: str) -> tuple[str, ...]:
    return ("contact",) if _is_below(path, OF_THE_DIRECTORY) else ()


async def _rules_of_body(scope: Scope, body: bytes, listed: Collection[str]) -> tuple[tuple[str, ...], str]:
    """Rules that what was sent meets, and whether it was a form or a file."""
    kind = Headers(scope=scope).get("content-type", "").partition(";")[0].strip().lower()
    if kind == "multipart/form-data":
        form = await _form_in_memory(scope, body)
        if form is None:
            return ("unreadable",), "form"
        try:
            return await run_in_threadpool(_rules_of_form, form, scope["path"], listed)
        finally:
            await form.close()
    if kind == "application/x-www-form-urlencoded":
        fields = parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True)
        return await run_in_threadpool(_rules_of_fields, fields, scope["path"], listed), "form"
    return await run_in_threadpool(_rules_of_file, body, scope["path"]), "file"


def _rules_of_form(form: FormData, path: str, listed: Collection[str]) -> tuple[tuple[str, ...], str]:
    fields = [(name, value) for name, value in form.multi_items() if isinstance(value, str)]
    if rules := _rules_of_fields(fields, path, listed):
        return rules, "form"
    for _, value in form.multi_items():
        if isinstance(value, UploadFile) and value.filename:
            named = refusals(value.filename)
            rules = tuple(refusal.rule for refusal in named) or _rules_of_file(value.file.read(), path)
            if rules:
                return rules, "file"
    return (), "form"


def _rules_of_file(content: bytes, path: str) -> tuple[str, ...]:
    if content.startswith(SEALED) and path in TAKES_SEALED:
        return ()
    try:
        refuse_never_here(io.BytesIO(content), allow=_allowed(path))
    except NeverHereError as exc:
        return exc.rules
    return ()


class _InMemory(MultiPartParser):
    """Parts of a form as they are sent, none of them on a disk."""

    spool_max_size = _MOST_BYTES * 2


async def _form_in_memory(scope: Scope, body: bytes) -> FormData | None:
    async def stream() -> AsyncGenerator[bytes, None]:
        yield body

    try:
        parser = _InMemory(
            Headers(scope=scope), stream(), max_files=20, max_fields=MOST_FIELDS, max_part_size=MOST_FIELD_BYTES
        )
        return await parser.parse()
    except (MultiPartException, LookupError, UnicodeError):
        return None


async def _whole(receive: Receive) -> tuple[bytes | None, Receive]:
    """What a request brings, whole and in memory; None where it was cut off. And what gives it again."""
    parts: list[bytes] = []
    while True:
        part = await receive()
        if part["type"] != "http.request":
            return None, _again(part, receive)
        parts.append(part.get("body", b""))
        if not part.get("more_body", False):
            break
    body = b"".join(parts)
    return body, _again({"type": "http.request", "body": body, "more_body": False}, receive)


def _again(first: Part, receive: Receive) -> Receive:
    waiting = [first]

    async def replayed() -> Part:
        return waiting.pop() if waiting else await receive()

    return replayed


def _in_order(rules: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(rules))
