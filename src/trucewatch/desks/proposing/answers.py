"""What is answered to who sends an entry once more, or whose answer was lost: where the first one led."""

from __future__ import annotations

from typing import Final

from trucewatch.desks.proposing.pages import proposed, stepped, taken_back
from trucewatch.server.acts import Answer
from trucewatch.store.initiative_records import INITIATIVE, STEP, UNDO

AGAIN: Final[dict[str, Answer]] = {INITIATIVE: proposed, STEP: stepped, UNDO: taken_back}
