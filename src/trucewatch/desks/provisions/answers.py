"""What is answered to who sends an entry once more, or whose answer was lost: where the first one led."""

from __future__ import annotations

from typing import Final

from trucewatch.desks.provisions.entry_pages import entered, taken_back
from trucewatch.server.acts import Answer
from trucewatch.store.agreement_records import ENTRY, UNDO

AGAIN: Final[dict[str, Answer]] = {ENTRY: entered, UNDO: taken_back}
