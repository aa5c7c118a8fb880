"""What is answered to who sends an entry once more, or whose answer was lost: to the page of alarms, as the first."""

from __future__ import annotations

from typing import Final

from starlette.responses import Response

from trucewatch.desks.alerting.pages import had, handed_back
from trucewatch.server.acts import Answer
from trucewatch.server.view import View
from trucewatch.store.alarm_records import ALARM
from trucewatch.store.journal import Entry


def _answered(_view: View, entry: Entry) -> Response:
    return handed_back() if entry.record["act"] == "undo" else had(entry)


AGAIN: Final[dict[str, Answer]] = {ALARM: _answered}
