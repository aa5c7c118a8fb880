"""The pages for whoever has no account: hand a sealed message in, fetch the sealed answers to a key. Nothing of the
watch is on them; who is among the peers neither."""

from __future__ import annotations

import re
import threading
from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from trucewatch.desks.posting.beside import post_of
from trucewatch.desks.posting.files import file_name
from trucewatch.desks.posting.operations import words_for_anybody
from trucewatch.errors import TrucewatchError
from trucewatch.messages import Message
from trucewatch.model.roles import Right
from trucewatch.model.sealed_message import MOST_SEALED_BYTES, SealedMessageError
from trucewatch.pipeline.post import Post
from trucewatch.pipeline.post_receiving import Received, receive
from trucewatch.server.console import Console
from trucewatch.server.refusal import RefusalError
from trucewatch.server.rights import needs
from trucewatch.server.session_gate import address_of
from trucewatch.server.view import CurrentView, View
from trucewatch.store.post_https import SEALED_TYPE
from trucewatch.store.post_peers import Peer, post_peers

MOST_REFUSED: Final = 30
"""Refusals of one address within WITHIN; after that nothing of it is opened until they are past."""
WITHIN: Final = timedelta(minutes=10)
_MOST_ADDRESSES: Final = 10_000
_KEY: Final = re.compile(r"[0-9a-f]{64}")
TOO_MANY: Final = Message("Too much that is refused comes from this address. Try again in ten minutes.")
router = APIRouter(include_in_schema=False)


@dataclass(slots=True)
class Refusals:
    """When what came from which address was refused; kept in memory alone."""

    by_address: OrderedDict[str, list[datetime]] = field(default_factory=OrderedDict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def is_over(self, address: str, now: datetime) -> bool:
        with self.lock:
            times = [at for at in self.by_address.get(address, ()) if now - at < WITHIN]
            if times:
                self.by_address[address] = times
            else:
                self.by_address.pop(address, None)
            return len(times) >= MOST_REFUSED

    def note(self, address: str, now: datetime) -> None:
        with self.lock:
            self.by_address.setdefault(address, []).append(now)
            self.by_address.move_to_end(address)
            while len(self.by_address) > _MOST_ADDRESSES:
                self.by_address.popitem(last=False)


@router.get("/post/in")
@needs(Right.ANYBODY)
def hand_in_form(view: CurrentView) -> HTMLResponse:
    return _hand_in(view)


@router.post("/post/in")
@needs(Right.ANYBODY)
async def hand_in(view: CurrentView, request: Request) -> Response:
    """A sealed message, as the body of the request or as a file of the page's own form. A program is answered with the
    sealed acknowledgement."""
    is_program = request.headers.get("content-type", "").startswith(SEALED_TYPE)
    if is_program:
        content = await request.body()
    else:
        form = await request.form(max_files=1, max_fields=3, max_part_size=MOST_SEALED_BYTES + 1)
        file = form.get("file")
        content = b"" if file is None or isinstance(file, str) else await file.read(MOST_SEALED_BYTES + 1)
        await form.close()
        if not content:
            return _hand_in(view, trouble=Message("Choose a file first."), status=422)
    return await run_in_threadpool(_taken, view, content, is_program=is_program)


@router.get("/post/out")
@needs(Right.ANYBODY)
def answers(view: CurrentView, request: Request) -> HTMLResponse:
    """Which sealed messages wait for a key."""
    signs = request.query_params.get("for", "")
    peer = _peer_of(view, signs)
    post = post_of(view.console)
    numbers = [message.envelope.number for message in post.waiting(peer.id)] if peer else []
    return view.page(
        "posting/answers.html.jinja",
        signs=signs if _KEY.fullmatch(signs) else "",
        numbers=numbers,
        has_acknowledgement=peer is not None and post.acknowledgement(peer.id) is not None,
    )


@router.get("/post/out/{number}")
@needs(Right.ANYBODY)
def answer(view: CurrentView, request: Request, number: int) -> Response:
    """One of them; 0 is the acknowledgement. Only its receiver can open it."""
    peer = _peer_of(view, request.query_params.get("for", ""))
    post = post_of(view.console)
    content = _sealed_for(post, peer.id, number) if peer else None
    if peer is None or content is None:
        raise RefusalError(404, Message("Nothing waits under this address."))
    name = file_name(post.here, peer.id, number, content)
    headers = {"content-disposition": f'attachment; filename="{name}"'}
    return Response(content, media_type=SEALED_TYPE, headers=headers)


def _taken(view: View, content: bytes, *, is_program: bool) -> Response:
    console = view.console
    refused, address = console.part(_refusals), address_of(view.request.scope)
    if refused.is_over(address, console.now()):
        return _refused(view, TOO_MANY, 429, is_program=is_program)
    replayed = view.replay_trouble
    if replayed is not None:
        return _refused(view, replayed, 409, is_program=is_program)
    try:
        with console.writing():
            received = receive(post_of(console), content)
    except SealedMessageError as exc:
        refused.note(address, console.now())
        return _refused(view, words_for_anybody(exc), 422, is_program=is_program)
    except TrucewatchError:
        return _refused(
            view,
            Message("It could not be kept just now; nothing was taken. Send it again."),
            503,
            is_program=is_program,
        )
    if is_program:
        return Response(received.answer or b"", media_type=SEALED_TYPE)
    return _hand_in(view, received=received)


def _refused(view: View, sentence: Message, status: int, *, is_program: bool) -> Response:
    if is_program:
        return Response(str(sentence), status, media_type="text/plain")
    return _hand_in(view, trouble=sentence, status=status)


def _hand_in(
    view: View, *, trouble: Message | None = None, status: int = 200, received: Received | None = None
) -> HTMLResponse:
    signs = ""
    if received is not None:
        peer = post_peers(view.console.store)[received.sender]
        signs = next((key.card.signs for key in reversed(peer.in_force)), "")
    return view.page("posting/hand_in.html.jinja", status=status, trouble=trouble, received=received, signs=signs)


def _peer_of(view: View, signs: str) -> Peer | None:
    if not _KEY.fullmatch(signs):
        return None
    peers = post_peers(view.console.store).values()
    return next((peer for peer in peers if any(key.card.signs == signs for key in peer.in_force)), None)


def _sealed_for(post: Post, peer: str, number: int) -> bytes | None:
    if number == 0:
        return post.acknowledgement(peer)
    message = next((each for each in post.waiting(peer) if each.envelope.number == number), None)
    return post.sealed(message) if message else None


def _refusals(console: Console) -> Refusals:
    return Refusals()
