"""The pages of peers: take a card in, compare its digits, revoke, leave, remove."""

from __future__ import annotations

from datetime import date

from fastapi import APIRouter
from starlette.responses import HTMLResponse, Response

from trucewatch.desks.posting.shown import ENTERS, peer_at, post_in
from trucewatch.errors import TrucewatchError
from trucewatch.messages import Message
from trucewatch.model.never_here import refusals
from trucewatch.model.post_card import MOST_CARD_BYTES, read_card
from trucewatch.model.roles import Right
from trucewatch.server.forms import Form, file_of, text_of
from trucewatch.server.rights import needs
from trucewatch.server.toast import Toast, after
from trucewatch.server.view import CurrentView, View
from trucewatch.store.post_peers import add_peer, confirm_peer, revoke_peer_key

router = APIRouter(include_in_schema=False)


@router.get("/post/add")
@needs(*ENTERS)
def add_form(view: CurrentView) -> HTMLResponse:
    return _add(view)


@router.post("/post/add")
@needs(*ENTERS)
def add(view: CurrentView, form: Form) -> Response:
    """Take a card in; nothing goes either way until its digits are compared."""
    file = file_of(form, "file")
    if file is None:
        return _add(view, trouble=Message("Choose a file first."))
    try:
        card = read_card(file.file.read(MOST_CARD_BYTES + 1))
        with view.writing() as now:
            now.refuse_in_replay()
            add_peer(now.console.store, card, own_id=post_in(now).here, by=_who(now))
    except TrucewatchError as exc:
        return _add(view, trouble=exc.message)
    return after(f"/post/peers/{card.id}", Toast(Message("The card is taken in. Now compare its digits by telephone.")))


@router.get("/post/peers/{peer_id}")
@needs(Right.INSIDE)
def peer_page(view: CurrentView, peer_id: str) -> HTMLResponse:
    """One peer: its keys with their digits, its ways, what waits for it."""
    return _peer(view, peer_id)


@router.post("/post/peers/{peer_id}/confirm")
@needs(*ENTERS)
def confirm(view: CurrentView, peer_id: str, form: Form) -> Response:
    """That somebody compared the digits with the owner."""
    peer_at(view, peer_id)
    function, signs = text_of(form, "function", 200), text_of(form, "signs", 64)
    try:
        if text_of(form, "same") != "yes":
            raise TrucewatchError(Message("Say that all digits are the same; if one is not, take nothing from it."))
        for refusal in refusals(function):
            raise TrucewatchError(Message("{why} Write a function, as: duty officer.", why=refusal.why))
        with view.writing() as now:
            now.refuse_in_replay()
            on: date = post_in(now).now.astimezone(now.reader.zone).date()
            confirm_peer(now.console.store, peer_id, signs, function=function, on=on, by=_who(now))
    except TrucewatchError as exc:
        return _peer(view, peer_id, trouble=exc.message)
    return after(
        f"/post/peers/{peer_id}", Toast(Message("The digits are compared. Messages go both ways from now on."))
    )


@router.post("/post/peers/{peer_id}/revoke")
@needs(*ENTERS)
def revoke(view: CurrentView, peer_id: str, form: Form) -> Response:
    """Take nothing any more that a key signed."""
    peer_at(view, peer_id)
    try:
        with view.writing() as now:
            now.refuse_in_replay()
            revoke_peer_key(now.console.store, peer_id, text_of(form, "signs", 64), by=_who(now))
    except TrucewatchError as exc:
        return _peer(view, peer_id, trouble=exc.message)
    return after(f"/post/peers/{peer_id}", Toast(Message("The key is revoked. Ask for a card of today.")))


@router.post("/post/peers/{peer_id}/leave")
@needs(*ENTERS)
def leave(view: CurrentView, peer_id: str) -> Response:
    """Tell a peer that this post-box leaves."""
    peer_at(view, peer_id)
    try:
        with view.writing() as now:
            now.refuse_in_replay()
            post_in(now).leave(peer_id, by=now.by)
    except TrucewatchError as exc:
        return _peer(view, peer_id, trouble=exc.message)
    return after(
        f"/post/peers/{peer_id}", Toast(Message("It is told so after all that waits. Remove it when that is there."))
    )


@router.post("/post/peers/{peer_id}/remove")
@needs(*ENTERS)
def remove(view: CurrentView, peer_id: str) -> Response:
    """Nothing to it and from it any more."""
    peer_at(view, peer_id)
    try:
        with view.writing() as now:
            now.refuse_in_replay()
            post_in(now).remove(peer_id, by=now.by)
    except TrucewatchError as exc:
        return _peer(view, peer_id, trouble=exc.message)
    return after(
        f"/post/peers/{peer_id}",
        Toast(Message("It is removed. What it sent stays until its time; what waits for it can be taken as files.")),
    )


def _who(view: View) -> str:
    by = view.by
    return view.console.store.keys.reference_of(by)


def _add(view: View, *, trouble: Message | None = None) -> HTMLResponse:
    return view.page(
        "posting/add.html.jinja",
        status=422 if trouble else 200,
        trouble=trouble or view.replay_trouble,
        can_act=not view.snapshot.is_replay,
    )


def _peer(view: View, peer_id: str, *, trouble: Message | None = None) -> HTMLResponse:
    return view.page(
        "posting/peer.html.jinja",
        status=422 if trouble else 200,
        peer=peer_at(view, peer_id),
        trouble=trouble,
        can_act=view.may(*ENTERS) and not view.snapshot.is_replay,
    )
