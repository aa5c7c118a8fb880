"""What is answered to who sends an entry once more, or whose answer was lost: where the first one led."""

from __future__ import annotations

from typing import Final

from trucewatch.desks.watchkeeping.drill_pages import moved_again
from trucewatch.desks.watchkeeping.handover_pages import signed, written
from trucewatch.desks.watchkeeping.log_pages import logged
from trucewatch.desks.watchkeeping.shift_pages import moved, taken_back
from trucewatch.desks.watchkeeping.task_pages import to_task
from trucewatch.server.acts import Answer
from trucewatch.store.drill_records import DRILL
from trucewatch.store.duty_task_records import STEP, TASK
from trucewatch.store.shift_records import HANDOVER, LINE, SHIFT, SIGNATURE, UNDO

SHIFT_ANSWERS: Final[dict[str, Answer]] = {
    SHIFT: moved,
    HANDOVER: written,
    SIGNATURE: signed,
    LINE: logged,
    UNDO: taken_back,
}
AGAIN: Final[dict[str, Answer]] = {**SHIFT_ANSWERS, TASK: to_task, STEP: to_task, DRILL: moved_again}
