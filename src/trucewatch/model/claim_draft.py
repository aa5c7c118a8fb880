"""A claim before it is entered: what was typed of it, what it was taken to mean, and why it cannot be entered so."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from trucewatch.errors import TrucewatchError
from trucewatch.messages import Message
from trucewatch.model.claim_record import CallerAnswers, ClaimWords, Speaker, StatedEvent, Via


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimDraft:
    """A claim as somebody took it down. received_at: when it was said or came in, UTC. language: of the words, as
    "ru"; "" where nobody said. letter, row: where it stands in a letter; 0 for none. attachments: SHA-256 of files that
    are kept already."""

    event: StatedEvent
    words: ClaimWords
    speaker: Speaker
    via: Via
    received_at: datetime
    language: str = ""
    answers: CallerAnswers = field(default_factory=CallerAnswers)
    letter: int = 0
    row: int = 0
    is_drill: bool = False
    attachments: tuple[str, ...] = ()


class ClaimRefusedError(TrucewatchError):
    """A claim cannot be entered as it was typed; `faults` says why, by the field that each is about. place: which of
    several drafts, from 0."""

    def __init__(self, faults: Mapping[str, Message], place: int = 0) -> None:
        super().__init__(Message("{why}. Nothing was entered.", why=next(iter(faults.values()))))
        self.faults = faults
        self.place = place
