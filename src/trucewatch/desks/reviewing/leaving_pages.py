"""A delegation leaves the review and comes back: by its own head alone, in two steps, the first saying what follows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from fastapi import APIRouter
from starlette.responses import HTMLResponse, Response

from trucewatch.desks.reviewing.acting import book_of, letters_of, side_of, speaking
from trucewatch.desks.reviewing.entering import entering
from trucewatch.errors import TrucewatchError
from trucewatch.messages import Message
from trucewatch.model.roles import Right, Role
from trucewatch.model.times import read_time
from trucewatch.pipeline.review_leaving import come_back, leave
from trucewatch.server.forms import Form, text_of, words_of
from trucewatch.server.rights import needs
from trucewatch.server.toast import Toast, after
from trucewatch.server.view import CurrentView, View
from trucewatch.store.journal import Entry
from trucewatch.store.kind_entries import entries_of_kind
from trucewatch.store.review_records import LEFT

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


@dataclass(frozen=True, slots=True, kw_only=True)
class LeavingShown:
    """That a delegation left or came back. reason: its head's words, or that they were erased."""

    is_return: bool
    at: datetime
    reason: str | Message
    entry: int


def _acts(view: View) -> dict[str, list[LeavingShown]]:
    """Delegation → each time that it left and came back by the moment of the page, in order."""
    acts: dict[str, list[LeavingShown]] = {each: [] for each in view.watch.delegation_ids}
    for entry in entries_of_kind(view.console.store, LEFT):
        at = read_time(entry.record["known_at"])
        if entry.record["delegation"] in acts and (not view.snapshot.is_replay or at <= view.snapshot.as_of):
            acts[entry.record["delegation"]].append(
                LeavingShown(
                    is_return=entry.record["act"] == "return",
                    at=at,
                    reason=view.console.store.typed.words_of(entry.record["reason"]),
                    entry=entry.number,
                )
            )
    return acts


def _page(view: View, *, trouble: Message | None = None, typed: str = "", asked: str = "") -> HTMLResponse:
    book, side = book_of(view), side_of(view)
    own = side.delegation if side else ""
    left = book.left()
    return view.page(
        "reviewing/leaving.html.jinja",
        status=422 if trouble else 200,
        sides=[(letter, delegation, left.get(delegation)) for delegation, letter in letters_of(view.watch).items()],
        acts=_acts(view),
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
