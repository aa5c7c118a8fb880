"""A delegation leaves the review and comes back: by its own head alone, in two steps, the first saying what follows."""

from __future__ import annotations

from typing import Final

from fastapi import APIRouter
from starlette.responses import HTMLResponse, Response

from trucewatch.desks.reviewing.acting import book_of, letters_of, side_of, speaking
from trucewatch.desks.reviewing.entering import entering
from trucewatch.errors import TrucewatchError
from trucewatch.messages import Message
from trucewatch.model.roles import Right, Role
from trucewatch.pipeline.review_leaving import come_back, leave
from trucewatch.server.forms import Form, text_of, words_of
from trucewatch.server.rights import needs
from trucewatch.server.toast import Toast, after
from trucewatch.server.view import CurrentView, View
from trucewatch.store.journal import Entry

MOST_REASON: Final = 1000
_HERE: Final = "/review/leaving"

router = APIRouter(include_in_schema=False)


@router.get("/review/leaving")
@needs(Right.INSIDE)
def leaving_page(view: CurrentView) -> HTMLResponse:
    """Who takes part, who left and since when."""
    return _page(view)


@router.post("/review/leaving")
@needs(Right.AGREE)
def go_or_return(view: CurrentView, form: Form) -> Response:
    """The first step shows what follows and enters nothing; the second, with `confirm`, enters it."""
    act, typed = text_of(form, "act"), str(form.get("reason") or "")
    try:
        view.refuse_in_replay()
        reason = words_of(form, "reason", MOST_REASON)
        if text_of(form, "confirm") != "yes":
            return _page(view, typed=typed, asked=act)
        with entering(view) as now:
            if act == "return":
                entry = come_back(now.console.store, now.watch, speaking(now), reason=reason)
            else:
                entry = leave(now.console.store, now.watch, speaking(now), reason=reason)[0]
    except TrucewatchError as exc:
        return _page(view, trouble=exc.message, typed=typed)
    return gone_or_back(entry)


def gone_or_back(entry: Entry) -> Response:
    """Back to who takes part."""
    if entry.record["act"] == "return":
        receipt = Message("Your delegation is back: entry {entry} of the ledger.", entry=entry.number)
    else:
        receipt = Message(
            "Your delegation takes part in the review no more: entry {entry} of the ledger.", entry=entry.number
        )
    return after(_HERE, Toast(receipt))


def _page(view: View, *, trouble: Message | None = None, typed: str = "", asked: str = "") -> HTMLResponse:
    book, side = book_of(view), side_of(view)
    own = side.delegation if side else ""
    left = book.left()
    return view.page(
        "reviewing/leaving.html.jinja",
        status=422 if trouble else 200,
        sides=[(letter, delegation, left.get(delegation)) for delegation, letter in letters_of(view.watch).items()],
        own=own,
        is_head=side is not None and side.role is Role.HEAD,
        has_left=own in left,
        waiting=sum(own in case.delegations for case in book.waiting()) if own else 0,
        keys=len(book.keys_in_force(own)) if own else 0,
        asked=asked,
        typed=typed,
        most_reason=MOST_REASON,
        can_act=not view.snapshot.is_replay,
        trouble=trouble or view.replay_trouble,
    )
