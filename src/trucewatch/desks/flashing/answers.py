"""What is answered to who sends an entry once more, or whose answer was lost: where the first one led."""

from __future__ import annotations

from typing import Final

from starlette.responses import Response

from trucewatch.desks.flashing.draft_pages import sent
from trucewatch.desks.flashing.step_pages import acted
from trucewatch.server.acts import Answer
from trucewatch.server.view import View
from trucewatch.store.flash_records import ACT, FLASH, flash_in
from trucewatch.store.journal import Entry


def _sent(view: View, entry: Entry) -> Response:
    return sent(flash_in(entry))


AGAIN: Final[dict[str, Answer]] = {FLASH: _sent, ACT: acted}
