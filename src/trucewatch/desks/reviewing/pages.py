"""Review: what waits for whom, until when; what came of what was judged."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from starlette.responses import HTMLResponse

from trucewatch.desks.reviewing.acting import NO_ACCOUNTS, letters_of, side_of
from trucewatch.desks.reviewing.queue import CHOICES, MOST_OPEN, asked_for, choice_words, queue_of
from trucewatch.locale.reasons import party_name
from trucewatch.messages import Message
from trucewatch.model.roles import Right
from trucewatch.server.rights import needs
from trucewatch.server.view import CurrentView, View

router = APIRouter(include_in_schema=False)

REPLAY_NOTE = Message(
    "Reviews are shown as they stood at the moment of this replay, by what was known then; what came later is left out."
)


@router.get("/review")
@needs(Right.INSIDE)
def queue_page(view: CurrentView, state: str = "", delegation: str = "", page: int = 1) -> HTMLResponse:
    """The queue: what waits first, or what the address asks for."""
    queue = queue_of(view, asked_for(view, state, delegation, page))
    return view.page(
        "reviewing/queue.html.jinja",
        queue=queue,
        choices=_choices(queue.counts, own=queue.own),
        choice_words=choice_words(),
        most_open=MOST_OPEN,
        delegations=[(each.id, party_name(each.id, view.watch, view.words)) for each in view.watch.settings.delegation],
        letters=letters_of(view.watch),
        **shared(view),
    )


def _choices(counts: Any, *, own: str) -> list[tuple[str, int]]:
    """Choices with how many cases each has; one's own only for who works for a delegation."""
    return [(choice, counts[choice]) for choice in CHOICES if choice != "mine" or own]


def shared(view: View) -> dict[str, Any]:
    """What every page of the desk says of who looks: the sentence for a watch without accounts, and for a replay."""
    return {
        "side": side_of(view),
        "no_accounts": NO_ACCOUNTS if view.person is None else None,
        "replay_note": REPLAY_NOTE if view.snapshot.is_replay else None,
        "can_act": not view.snapshot.is_replay,
    }
