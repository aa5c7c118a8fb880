"""The board of the floor for programs: moments, pages and counts, without sentences."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter

from trucewatch.desks.watchkeeping.board import board_document
from trucewatch.locale import mark
from trucewatch.model.roles import Right
from trucewatch.server.rights import needs
from trucewatch.server.view import CurrentView

router = APIRouter(tags=["floor"])


@router.get(
    "/floor.json",
    description=mark(
        "The board of the floor by the watch's clock: grave events first, what came in within 12 hours, what waits or "
        "runs. Each line is named by its page; sentences are withheld."
    ),
)
@needs(Right.INSIDE)
def board(view: CurrentView) -> dict[str, Any]:
    """What is simulated in a watch of real records, and what is of a drill, stands in `apart` and in no count beside
    it."""
    return board_document(view)
