"""Keys with which positions are signed and opened: asked for by whose they are, compared by voice, entered and ended by
the head of the delegation. The private halves never come here."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from typing import Any, Final

from fastapi import APIRouter
from starlette.responses import HTMLResponse, JSONResponse, Response

from trucewatch.desks.reviewing.acting import book_of, letters_of, side_of, speaking
from trucewatch.desks.reviewing.entering import entering
from trucewatch.desks.reviewing.json_acts import Sent, answered, bytes_in, text_in
from trucewatch.desks.reviewing.key_view import BY_HEAD, WHY_WORDS, line_of, raw_text, shown_key
from trucewatch.errors import StoreError, TrucewatchError
from trucewatch.ledger.note import read_public_key
from trucewatch.messages import Message
from trucewatch.model.review import ReviewKey
from trucewatch.model.roles import Right, Role
from trucewatch.pipeline.review_keys import ask_key, end_key, enter_key
from trucewatch.server.forms import Form, text_of
from trucewatch.server.rights import needs
from trucewatch.server.toast import Toast, after
from trucewatch.server.view import CurrentView, View
from trucewatch.store.journal import Entry
from trucewatch.store.review_records import WHY_ENDED, WhyEnded

_HERE: Final = "/review/keys"

router = APIRouter(include_in_schema=False)


@router.get("/review/keys")
@needs(Right.INSIDE)
def keys_page(view: CurrentView) -> HTMLResponse:
    """The keys of every delegation; what can be done with those of one's own."""
    return _page(view)


@router.post("/review/keys/paste")
@needs(Right.AGREE)
def paste(view: CurrentView, form: Form) -> Response:
    """Ask for keys that were made with `trucewatch keys new`, or for a recovery key, which opens alone."""
    signs, opens = text_of(form, "signs"), text_of(form, "opens")
    is_recovery = text_of(form, "use") == "recovery"
    try:
        raw = b"" if is_recovery else _raw_of(signs)
        with view.writing() as now:
            entry = ask_key(
                now.console.store,
                now.watch,
                speaking(now),
                signs=raw,
                opens=opens,
                use="recovery" if is_recovery else "officer",
            )
    except TrucewatchError as exc:
        return _page(view, trouble=exc.message, signs=signs, opens=opens)
    return key_asked(entry)


@router.post("/review/keys/{code}/enter")
@needs(Right.AGREE)
def enter(view: CurrentView, code: str) -> Response:
    """That a key was compared, and is in force from now on; by the head."""
    try:
        with view.writing() as now:
            entry = enter_key(now.console.store, now.watch, speaking(now), code)
    except TrucewatchError as exc:
        return _page(view, trouble=exc.message)
    return key_entered(entry)


@router.post("/review/keys/{code}/end")
@needs(Right.AGREE)
def end(view: CurrentView, code: str, form: Form) -> Response:
    """End a key, or refuse one that was asked for."""
    try:
        with view.writing() as now:
            was_in_force = book_of(now).key(code).is_in_force
            entry = end_key(now.console.store, now.watch, speaking(now), code, why=_why_of(text_of(form, "why")))
    except TrucewatchError as exc:
        return _page(view, trouble=exc.message)
    return key_ended(entry, was_in_force=was_in_force)


@router.post("/review/keys/ask")
@needs(Right.AGREE)
def ask(view: CurrentView, sent: Sent) -> JSONResponse:
    """Show the public keys of this browser to the head of one's delegation, who enters them."""
    return answered(view, lambda: _ask(view, sent))


@router.get("/review/keys/mine")
@needs(Right.AGREE)
def own_keys(view: CurrentView) -> JSONResponse:
    """The keys that whoever asks has shown."""
    every: tuple[ReviewKey, ...] = book_of(view).keys()
    keys = [key for key in every if view.person is not None and key.person == view.by]
    return JSONResponse({"keys": [_key(key) for key in keys if key.use == "officer"]})


def _ask(view: View, sent: Mapping[str, Any]) -> dict[str, Any]:
    signs, opens = bytes_in(sent, "signs", "OK"), text_in(sent, "opens", "OK")
    with entering(view) as now:
        entry = ask_key(now.console.store, now.console.snapshot.watch, speaking(now), signs=signs, opens=opens)
    return shown_key(f"OK-{entry.record['number']}", entry.record["signs"], opens)


def _key(key: ReviewKey) -> dict[str, str]:
    state = "ended" if key.ended_entry >= 0 else "in_force" if key.is_in_force else "asked"
    return {"code": key.code, "signs": raw_text(key.signs), "opens": key.opens, "state": state}


def key_asked(entry: Entry) -> Response:
    receipt = Message(
        "OK-{number} is asked for: entry {entry} of the ledger. Its head compares the fingerprint and enters it.",
        number=entry.record["number"],
        entry=entry.number,
    )
    return after(_HERE, Toast(receipt))


def key_entered(entry: Entry) -> Response:
    receipt = Message(
        "OK-{number} is in force: entry {entry} of the ledger.", number=entry.record["number"], entry=entry.number
    )
    return after(_HERE, Toast(receipt))


def key_ended(entry: Entry, *, was_in_force: bool) -> Response:
    form = _ENDED if was_in_force else _NOT_ENTERED
    receipt = Message(form.template, number=entry.record["number"], entry=entry.number)
    return after(_HERE, Toast(receipt))


_ENDED: Final = Message("OK-{number} is in force no more: entry {entry} of the ledger. What it signed before stands.")
_NOT_ENTERED: Final = Message("OK-{number} is not entered, and never was in force: entry {entry} of the ledger.")


def _page(view: View, *, trouble: Message | None = None, signs: str = "", opens: str = "") -> HTMLResponse:
    book, side = book_of(view), side_of(view)
    own = side.delegation if side else ""
    every: tuple[ReviewKey, ...] = book.keys()
    lines = [line_of(view, key) for key in every]
    letters = letters_of(view.watch)
    return view.page(
        "reviewing/keys.html.jinja",
        status=422 if trouble else 200,
        own=own,
        is_head=side is not None and side.role is Role.HEAD,
        can_act=side is not None and not view.snapshot.is_replay,
        sides=[
            (letter, delegation, [line for line in lines if line.key.delegation == delegation])
            for delegation, letter in letters.items()
        ],
        has_recovery=any(
            line.key.delegation == own and line.key.use == "recovery" and line.state == "in_force" for line in lines
        ),
        whys=[(why, WHY_WORDS[why]) for why in BY_HEAD],
        signs=signs,
        opens=opens,
        trouble=trouble or view.replay_trouble,
    )


def _raw_of(text: str) -> bytes:
    """The 32 bytes of a public key as it was pasted: whole (`name+id+base64`), or their base64 alone."""
    if "+" in text and text.count("+") >= 2 and not text.endswith("="):
        return read_public_key(text).raw
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return read_public_key(text).raw


def _why_of(text: str) -> WhyEnded:
    why = next((each for each in WHY_ENDED if each == text and each in BY_HEAD), None)
    if why is None:
        raise StoreError(
            Message("Choose why it ends: lost, replaced, or whose it is left office. Nothing was entered.")
        )
    return why
