"""Urgent messages: the list, open ones first with what is missing, and one message with what came of it."""

from __future__ import annotations

import hashlib
import re
from typing import Any, Final

from fastapi import APIRouter
from starlette.responses import HTMLResponse, Response

from trucewatch.desks.flashing.reach import BY_HAND
from trucewatch.desks.flashing.shown import (
    drill_labels,
    flash_at,
    live_part,
    rows_of,
    texts_of_message,
)
from trucewatch.desks.flashing.wording import hour, name_of, second
from trucewatch.messages import Message
from trucewatch.model.flash import MATTER_WORDS, VIA_WORDS, Flash
from trucewatch.model.roles import Right
from trucewatch.pipeline.flash_acts import LONGEST_WORDS
from trucewatch.server.rights import needs
from trucewatch.server.view import CurrentView, View

PAGE: Final = 50
MOST_PASTED: Final = 200_000
_TOKEN: Final = re.compile(rb'name="once" value="[A-Za-z0-9_-]{1,200}"')
router = APIRouter(include_in_schema=False)


@router.get("/urgent")
@needs(Right.INSIDE)
def urgent_messages(view: CurrentView, offset: int = 0) -> HTMLResponse:
    """Open ones all; of those that have ended a page."""
    rows = rows_of(view)
    ended = [row for row in rows if not row.is_open]
    first = min(max(offset, 0), max(len(ended) - 1, 0))
    return view.page(
        "flashing/urgent.html.jinja",
        waiting=[row for row in rows if row.is_open],
        ended=ended[first : first + PAGE],
        ended_count=len(ended),
        first=first,
        page_size=PAGE,
        parties=[name_of(view, party.id) for party in view.watch.agreement.party if party.role == "party"],
    )


@router.get("/urgent/{code}")
@needs(Right.INSIDE)
def urgent_message(view: CurrentView, code: str) -> HTMLResponse:
    return message_page(view, flash_at(view, code))


@router.get("/urgent/{code}/live")
@needs(Right.INSIDE)
def message_now(view: CurrentView, code: str, shown: str = "") -> Response:
    """The part of a message's page that changes by itself; 204, and nothing is touched on the page, where it is as it
    was shown."""
    part = live_part(view, flash_at(view, code))
    return part_or_nothing(view, "flashing/message_live.html.jinja", part, shown)


@router.get("/urgent/{code}/paper")
@needs(Right.INSIDE)
def message_on_paper(view: CurrentView, code: str) -> HTMLResponse:
    """One message with its history, for the file."""
    flash = flash_at(view, code)
    return view.page("flashing/paper.html.jinja", **_whole(view, flash), **live_part(view, flash))


def message_page(
    view: View,
    flash: Flash,
    *,
    typed: dict[str, str] | None = None,
    faults: dict[str, Message] | None = None,
    trouble: Message | None = None,
) -> HTMLResponse:
    """The page of one message. typed, faults: of the form that was sent and refused."""
    part = live_part(view, flash)
    return view.page(
        "flashing/message.html.jinja",
        status=422 if faults or trouble else 200,
        typed=typed or {},
        faults=faults or {},
        trouble=trouble or view.replay_trouble,
        now_field=view.time_form.write_moment(view.clock),
        vias=[(via, VIA_WORDS[via]) for via in BY_HAND],
        most_words=LONGEST_WORDS,
        most_pasted=MOST_PASTED,
        mark=mark_of(view, "flashing/message_live.html.jinja", part),
        **_whole(view, flash),
        **part,
    )


def part_or_nothing(view: View, template: str, part: dict[str, Any], shown: str) -> Response:
    """A part of a page; 204 where it is as the page shows it. shown: its mark."""
    mark = mark_of(view, template, part)
    if shown == mark:
        return Response(status_code=204)
    return view.fragment(template, mark=mark, **part)


def mark_of(view: View, template: str, part: dict[str, Any]) -> str:
    """A mark of a part of a page as it is now: another one if anything that it says is another."""
    # What differs in every answer, the token of a form and the moment that a field offers, is no change.
    body = view.fragment(template, mark="", **(part | {"now_field": ""})).body
    return hashlib.sha256(_TOKEN.sub(b"", bytes(body))).hexdigest()[:16]


def _whole(view: View, flash: Flash) -> dict[str, Any]:
    """What of a message stays as it was sent."""
    draft = flash.draft
    return {
        "matter": MATTER_WORDS[draft.matter],
        "sent": hour(view, flash.sent_at),
        "queued": second(view, flash.queued_at),
        "texts": texts_of_message(view, flash),
        "about": [about_words(view, each) for each in draft.about],
        "drill": drill_labels(view).get(draft.drill, ""),
        "parties": [(each, name_of(view, each)) for each in flash.parties],
        "recipients": [(each.id, name_of(view, each.id)) for each in flash.to],
        "by_words": flash.by,
        "sent_at": flash.sent_at,
        "answer_by": hour(view, draft.answer_by),
    }


def about_words(view: View, about: str) -> tuple[str, str, str]:
    """What a message rests on: its kind, its number as it is today, its address; "" where today's list has none."""
    kind, _, code = about.partition(":")
    if kind == "claim":
        return kind, code, f"/claims/{code}"
    row = view.snapshot.row_of.get(code)
    number = view.snapshot.codes[row] if row is not None else ""
    return kind, number, f"/incident/{number}" if number else ""
