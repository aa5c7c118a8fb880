"""What is answered to who sends an entry once more, or whose answer was lost: where the first one led."""

from __future__ import annotations

from typing import Final

from trucewatch.desks.declaring.decision_pages import decided_answer, joined_answer, undone_answer
from trucewatch.desks.declaring.intake_pages import taken_in
from trucewatch.desks.declaring.undertaking_pages import stepped
from trucewatch.server.acts import Answer
from trucewatch.store.statement_entries import ANNOTATION, LINK, STATEMENT, UNDO
from trucewatch.store.undertaking_records import STEP

AGAIN: Final[dict[str, Answer]] = {
    STATEMENT: taken_in,
    ANNOTATION: decided_answer,
    LINK: joined_answer,
    UNDO: undone_answer,
    STEP: stepped,
}
