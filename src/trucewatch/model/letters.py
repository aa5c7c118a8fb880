"""A letter on record: who wrote it, when it came, and its text, from which what it says is entered row by row."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, Literal

from trucewatch.model.claim_record import Speaker

LetterVia = Literal["letter", "message"]
LETTER_VIAS: Final[tuple[LetterVia, ...]] = ("letter", "message")


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterUndone:
    """That a letter was taken back as entered by mistake. reason: a reference `w-…`, or reason_code."""

    entry: int
    recorded_at: datetime
    by: str
    reason: str
    reason_code: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A letter as it stands. sender: whose words it is. their_number, subject, text: references `w-…`.

    stated_day: the day that it bears; None where it bears none. evidence: SHA-256 of the mail, "" for a text that was
    pasted, which is kept as words alone. language: of the words. What was entered from it names its number: claims
    (`Claim.letter`, `Claim.row`) and files (`letter:L-1`).
    """

    number: int
    entry: int
    sender: Speaker
    via: LetterVia
    received_at: datetime
    recorded_at: datetime
    known_at: datetime
    by: str
    text: str
    language: str
    their_number: str = ""
    subject: str = ""
    stated_day: date | None = None
    evidence: str = ""
    undone: LetterUndone | None = None

    @property
    def code(self) -> str:
        return letter_code(self.number)

    @property
    def about(self) -> str:
        """As a file names it that is about this letter."""
        return f"letter:{self.code}"

    @property
    def stands(self) -> bool:
        return self.undone is None


def letter_code(number: int) -> str:
    """Our number of a letter as people write it.

    >>> letter_code(4)
    'L-4'
    """
    return f"L-{number}"
