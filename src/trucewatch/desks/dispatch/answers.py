"""What is answered to who sends an act on the outbox once more, or whose answer was lost: where the first one led."""

from __future__ import annotations

from typing import Final

from trucewatch.desks.dispatch.pages import answered
from trucewatch.server.acts import Answer
from trucewatch.store.outbox import ACT

AGAIN: Final[dict[str, Answer]] = {ACT: answered}
