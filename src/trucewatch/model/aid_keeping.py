"""How long what was entered in a humanitarian instance stays, as the ledger says it of what went."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from trucewatch.messages import Message

LAPSE, KEEP_DAYS, KEEP_UNTIL = "lapse", "keep_days", "keep_until"
KEEPING_RULES: Final[Mapping[str, Message]] = {
    LAPSE: Message("by the clock: routes and times lapse so many hours after the end; numbers stay"),
    KEEP_DAYS: Message("by the clock: the days for which things of this kind are kept are over; numbers stay"),
    KEEP_UNTIL: Message("by the clock: its sender lets it be kept until then and no longer"),
}
"""The rules by which content goes by itself; by code, as a record of an erasure has them in `reason_code`."""
EVIDENCE: Final = "evidence"
"""The name in `keep_days` for files that were brought."""
EARLIEST: Final = "retention.json"
"""The private file that says when the next thing is due, so that a copy can say when it has to forget."""
EVERY_S: Final = 3600.0
