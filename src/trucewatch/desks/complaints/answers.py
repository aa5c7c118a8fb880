"""What is answered to who sends an entry once more, or whose answer was lost: where the first one led."""

from __future__ import annotations

from typing import Final

from trucewatch.desks.complaints.log_pages import logged
from trucewatch.desks.complaints.pages import answered, registered, stepped, taken_back
from trucewatch.desks.complaints.records import (
    ANSWER,
    APPEAL,
    COMPLAINT,
    COMPLAINT_1,
    LINK,
    REPLY,
    SIDE_LOG,
    STEP,
    UNDO,
    UNDO_ENTRY,
)
from trucewatch.server.acts import Answer
from trucewatch.store.assent_records import ASSENT
from trucewatch.store.assent_records import UNDO as ASSENT_UNDO

AGAIN: Final[dict[str, Answer]] = {
    COMPLAINT_1: registered,
    COMPLAINT: registered,
    ANSWER: answered,
    UNDO: taken_back,
    REPLY: stepped,
    STEP: stepped,
    APPEAL: stepped,
    LINK: stepped,
    SIDE_LOG: logged,
    UNDO_ENTRY: taken_back,
    f"{ASSENT} reply": stepped,
    f"{ASSENT_UNDO} reply": taken_back,
}
