"""What is answered to who sends an act once more, or whose answer was lost: where the first one led, by its entry."""

from __future__ import annotations

from typing import Final

from starlette.responses import Response

from trucewatch.desks.incidents.edit_pages import answer_to as answer_to_act
from trucewatch.desks.incidents.verification_pages import answer_to as answer_to_step
from trucewatch.server.acts import Answer
from trucewatch.server.view import View
from trucewatch.store.edit_records import ACT, recorded_acts
from trucewatch.store.journal import Entry
from trucewatch.store.verification_records import STEP, recorded_steps


def _act(view: View, entry: Entry) -> Response:
    return answer_to_act(view, next(act for act in recorded_acts(view.console.store) if act.entry == entry.number))


def _step(view: View, entry: Entry) -> Response:
    step = next(step for step in recorded_steps(view.console.store) if step.entry == entry.number)
    row = view.snapshot.row_of.get(step.incident_id)
    return answer_to_step(step.incident_id if row is None else view.snapshot.codes[row], step)


AGAIN: Final[dict[str, Answer]] = {ACT: _act, STEP: _step}
