"""What is answered to who sends an entry once more, or whose answer was lost: where the first one led."""

from __future__ import annotations

from typing import Final

from trucewatch.desks.complaints.pages import answered, registered, taken_back
from trucewatch.desks.complaints.records import ANSWER, COMPLAINT, UNDO
from trucewatch.server.acts import Answer

AGAIN: Final[dict[str, Answer]] = {COMPLAINT: registered, ANSWER: answered, UNDO: taken_back}
