"""The pages of the post-box for those inside: what came, what waits, peers, files in and out."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from starlette.responses import HTMLResponse, Response

from trucewatch.desks.posting.files import MOST_BYTES, bundle_of, sealed_in
from trucewatch.desks.posting.operations import TakenIn, given_out, queue_rows, send_by_mail, take_in
from trucewatch.desks.posting.shown import (
    ENTERS,
    peer_at,
    peer_rows,
    post_in,
    received_rows,
    sent_rows,
    waiting_rows,
)
from trucewatch.errors import TrucewatchError
from trucewatch.messages import Amount, Message, Plural
from trucewatch.model.post_card import card_bytes, is_https
from trucewatch.model.roles import Right
from trucewatch.server.forms import Form, file_of, text_of
from trucewatch.server.rights import exports, needs
from trucewatch.server.toast import Toast, after
from trucewatch.server.view import CurrentView, View
from trucewatch.store.mail_server import check_address

router = APIRouter(include_in_schema=False)


@router.get("/post")
@needs(Right.INSIDE)
def post_box(view: CurrentView) -> HTMLResponse:
    """What came, what waits, and with whom."""
    return view.page(
        "posting/post.html.jinja",
        peers=peer_rows(view),
        waiting=waiting_rows(view),
        sent=sent_rows(view),
        received=received_rows(view),
        can_act=view.may(*ENTERS) and not view.snapshot.is_replay,
    )


@router.get("/post/own")
@needs(*ENTERS)
def own(view: CurrentView) -> HTMLResponse:
    """This post-box: its card, its digits, the ways by which it is reached."""
    return _own(view)


@router.post("/post/own")
@needs(*ENTERS)
def keep_own(view: CurrentView, form: Form) -> Response:
    """Make the keys at the first use, and keep what the card is to say."""
    mail, https = text_of(form, "mail"), text_of(form, "https")
    try:
        view.refuse_in_replay()
        if mail:
            check_address(mail)
        if https and not is_https(https):
            raise TrucewatchError(Message("the address begins with https:// and names a host; nothing was kept"))
        with view.writing() as now:
            post = post_in(now)
            post.own_key(by=now.by)
            certificate = now.console.certificate
            post.keys.keep_ways(
                mail=mail, https=https, certificate_sha256=certificate.fingerprint if certificate and https else ""
            )
    except TrucewatchError as exc:
        return _own(view, trouble=exc.message, mail=mail, https=https)
    return after("/post/own", Toast(Message("The card says so now. Give it to the others again.")))


@router.post("/post/own/replace")
@needs(*ENTERS)
def replace_keys(view: CurrentView) -> Response:
    """New keys; every peer is told, and compares the new digits."""
    try:
        with view.writing() as now:
            now.refuse_in_replay()
            post_in(now).replace_keys(by=now.by)
    except TrucewatchError as exc:
        return after("/post/own", Toast(exc.message, trouble=True))
    return after(
        "/post/own", Toast(Message("The keys are new. Give the new card to every peer, and compare the new digits."))
    )


@router.get("/post/card")
@needs(*ENTERS)
@exports
def card(view: CurrentView) -> Response:
    """The card as a file, to be given to others."""
    card_of_today = post_in(view).keys.in_force and post_in(view).card()
    if not card_of_today:
        return after("/post/own", Toast(Message("There are no keys yet; make them here first."), trouble=True))
    return _file(card_bytes(card_of_today), "card.json", "application/json")


@router.get("/post/take")
@needs(*ENTERS)
def take_form(view: CurrentView) -> HTMLResponse:
    return _take(view)


@router.post("/post/take")
@needs(*ENTERS)
def take(view: CurrentView, form: Form) -> Response:
    """Sealed messages from a file: one, several, or a mail."""
    file = file_of(form, "file")
    if file is None:
        return _take(view, trouble=Message("Choose a file first."))
    content = file.file.read(MOST_BYTES + 1)
    try:
        sealed = sealed_in(content)
        with view.writing() as now:
            now.refuse_in_replay()
            brought = take_in(post_in(now), sealed)
    except TrucewatchError as exc:
        return _take(view, trouble=exc.message)
    return _take(view, brought=brought)


@router.post("/post/give/{peer_id}")
@needs(*ENTERS)
@exports
def give(view: CurrentView, peer_id: str) -> Response:
    """All that waits for a peer, sealed, in one file."""
    peer_at(view, peer_id)
    try:
        with view.writing() as now:
            now.refuse_in_replay()
            files = given_out(post_in(now), peer_id)
    except TrucewatchError as exc:
        return after(f"/post/peers/{peer_id}", Toast(exc.message, trouble=True))
    sealed = bundle_of(content for _, content in files)
    return _file(sealed, f"{post_in(view).here}-to-{peer_id}.age.txt", "text/plain")


@router.post("/post/mail/{peer_id}")
@needs(*ENTERS)
def mail(view: CurrentView, peer_id: str) -> Response:
    """All that waits for a peer, by mail."""
    peer_at(view, peer_id)
    here = f"/post/peers/{peer_id}"
    try:
        view.refuse_in_replay()
        count = send_by_mail(post_in(view), peer_id, clock=view.console.now, guard=view.console.writing)
    except TrucewatchError as exc:
        return after(here, Toast(exc.message, trouble=True))
    return after(here, Toast(Plural("{count} mail is sent.", "{count} mails are sent.", count, count=Amount(count))))


@router.post("/post/send/{peer_id}")
@needs(*ENTERS)
def send(view: CurrentView, peer_id: str, form: Form) -> Response:
    """Queue items by their codes, with their steps."""
    peer_at(view, peer_id)
    here = f"/post/peers/{peer_id}"
    codes = text_of(form, "codes").replace(",", " ").split()
    try:
        if not codes:
            raise TrucewatchError(Message("Write the numbers of what is to go, as RQ-3."))
        with view.writing() as now:
            now.refuse_in_replay()
            count = queue_rows(post_in(now), codes, peer_id, by=now.by)
    except TrucewatchError as exc:
        return after(here, Toast(exc.message, trouble=True))
    view.console.look_now("posting")
    return after(
        here, Toast(Plural("{count} message is queued.", "{count} messages are queued.", count, count=Amount(count)))
    )


def _own(view: View, *, trouble: Message | None = None, **typed: str) -> HTMLResponse:
    post = post_in(view)
    ways = {**post.keys.ways(), **typed}
    return view.page(
        "posting/own.html.jinja",
        status=422 if trouble else 200,
        card=post.card() if post.keys.in_force else None,
        ways=ways,
        trouble=trouble or view.replay_trouble,
        can_act=not view.snapshot.is_replay,
    )


def _take(view: View, *, trouble: Message | None = None, brought: TakenIn | None = None) -> HTMLResponse:
    answers = sorted({each.sender for each in brought.received if each.answer}) if brought else []
    return view.page(
        "posting/take.html.jinja",
        status=422 if trouble else 200,
        trouble=trouble or view.replay_trouble,
        brought=brought,
        answers=answers,
        can_act=not view.snapshot.is_replay,
    )


def _file(content: bytes, name: str, kind: str) -> Response:
    headers: dict[str, Any] = {"content-disposition": f'attachment; filename="{name}"'}
    return Response(content, media_type=kind, headers=headers)
