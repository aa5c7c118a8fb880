"""The Atom feed of a recipient, and the issued files that it names, byte for byte."""

from __future__ import annotations

import re
from typing import Any, Final, cast

from fastapi import APIRouter, Request, Response

from trucewatch.desks.dispatch.atom import MEDIA_TYPE, feed_of
from trucewatch.desks.dispatch.operations import feed_entries, issued_file
from trucewatch.locale import languages, mark, words
from trucewatch.messages import Message
from trucewatch.model.ids import sha256_of
from trucewatch.model.roles import Right
from trucewatch.model.watch import Recipient
from trucewatch.server.console import Console
from trucewatch.server.entrance import with_token
from trucewatch.server.refusal import RefusalError
from trucewatch.server.rights import exports, needs
from trucewatch.store.kind_entries import first_recorded_at

_ALONE: Final = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; sandbox"
"""A file is for its holder, and no page of the console: whatever is in it acts for nobody."""
_REFUSALS: Final[dict[int | str, dict[str, Any]]] = {
    404: {"description": mark("There is no such thing here; the answer says what there is.")}
}
router = APIRouter(tags=["Feeds"], responses=_REFUSALS)


@router.get(
    "/feed/{recipient}.atom",
    description=mark(
        "The reports that were issued to a recipient, as an Atom feed: one entry a report, with its files. lang: one "
        "of the watch's languages."
    ),
    response_class=Response,
)
@needs(Right.INSIDE)
def feed(request: Request, recipient: str, lang: str = "") -> Response:
    console = _console(request)
    rule = _recipient(console, recipient)
    watch = console.snapshot.watch
    spoken = [code for code in watch.settings.languages if code in languages()] or ["en"]
    language = lang or ("en" if "en" in spoken else spoken[0])
    if language not in spoken:
        raise RefusalError(400, Message("lang: this watch is told in {words}", words=", ".join(spoken)))

    def link(digest: str) -> str:
        address = request.url_for("feed_file", recipient=rule.id, digest=digest)
        return with_token(request, str(address))

    begun = next(console.store.journal.entries(0))
    content = feed_of(
        feed_entries(console.store, rule.id),
        watch=watch,
        recipient=rule,
        words=words(language),
        own=with_token(request, str(request.url)),
        link=link,
        begun=first_recorded_at(begun.record),
    )
    tag = f'"{sha256_of(content)[:32]}"'
    headers = {"etag": tag, "vary": "authorization, cookie"}
    if _has(request.headers.get("if-none-match", ""), tag):
        return Response(status_code=304, headers=headers)
    return Response(content, media_type=MEDIA_TYPE, headers=headers)


@router.get(
    "/feed/{recipient}/files/{digest}",
    name="feed_file",
    description=mark("A file of an issued report by its SHA-256, with the bytes that were issued."),
    response_class=Response,
)
@needs(Right.INSIDE)
@exports
def file(request: Request, recipient: str, digest: str) -> Response:
    console = _console(request)
    return given(console, _recipient(console, recipient), digest)


def given(console: Console, recipient: Recipient, digest: str) -> Response:
    """A file that was issued to a recipient, to be kept and never shown as a page. Raises RefusalError 404."""
    issued = issued_file(console.store, recipient.id, digest)
    if issued is None:
        raise RefusalError(
            404,
            Message(
                "No file of this hash was issued to this recipient, or its bytes are not kept here any more; ask the "
                "centre for it, and hold it against the hash in the ledger."
            ),
        )
    name, media, content = issued
    headers = {
        "content-disposition": f'attachment; filename="{re.sub(r"[^A-Za-z0-9._-]", "-", name)}"',
        "content-security-policy": _ALONE,
        "etag": f'"{digest}"',
    }
    return Response(content, media_type=media, headers=headers)


def _console(request: Request) -> Console:
    return cast(Console, request.app.state.console)


def _recipient(console: Console, recipient: str) -> Recipient:
    rule = console.snapshot.watch.recipient(recipient)
    if rule is None:
        raise RefusalError(404, Message("There is no recipient of this name in this watch."))
    return rule


def _has(header: str, tag: str) -> bool:
    """Whether If-None-Match names a tag: weakly, as RFC 9110 has it for GET."""
    offered = {part.strip().removeprefix("W/") for part in header.split(",")[:50]}
    return tag in offered or "*" in offered
