"""What is answered to who sends an entry once more, or whose answer was lost: where the first one led."""

from __future__ import annotations

from typing import Final

from trucewatch.desks.convening.pages import entered, taken_back
from trucewatch.server.acts import Answer
from trucewatch.store.meeting_records import MEETING, UNDO

AGAIN: Final[dict[str, Answer]] = {MEETING: entered, UNDO: taken_back}
