"""A report on its way: drafted, checked, issued; and who took which file of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, Literal

from trucewatch.model.report import DAILY, CoverNote, EditorsNote

DraftState = Literal["draft", "checked", "issued", "discarded"]
DraftAct = Literal["begin", "write", "renew", "check", "reopen", "discard", "undo", "issue"]
UNDOABLE: Final[tuple[DraftAct, ...]] = ("begin", "write", "renew", "check", "reopen", "discard")
"""What is private work and can be taken back; an issue is not undone but corrected."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportDraft:
    """A draft as one act left it: whole, so that the last version is all that there is to know.

    Its figures are those of one list: `list_entry` and `cut_off` name it, `figures` is a hash of all that is counted
    and shown of it. The editors' notes are the only thing in it that people write.
    """

    draft_id: str
    version: int
    """From 1; each act makes the next one."""
    act: DraftAct
    state: DraftState
    by: str
    known_at: datetime
    """By the watch's own clock."""
    recipient: str
    day_from: date
    day_until: date
    """The first day after the period."""
    languages: tuple[str, ...]
    formats: tuple[str, ...]
    list_entry: int
    cut_off: datetime
    figures: str
    notes: tuple[EditorsNote, ...] = ()
    corrects: str = ""
    """The number of the issued report that it corrects, and of which revision; empty for a first issue."""
    corrects_revision: int = 0
    number: str = ""
    """Under which number and revision it was issued; empty and 0 until then."""
    revision: int = 0
    kind: str = DAILY
    incident: str = ""
    """Of a report on one event the event's own id."""
    cover: CoverNote | None = None
    recorded_at: datetime | None = None
    entry: int = -1


@dataclass(frozen=True, slots=True, kw_only=True)
class Export:
    """One file that somebody took."""

    number: str
    revision: int
    recipient: str
    is_issued: bool
    """Whether it is a file of an issued report; else it says of itself that it is a draft."""
    format: str
    language: str
    content: str
    """`sha256:` and the hash of its bytes."""
    size_bytes: int
    by: str
    known_at: datetime
    recorded_at: datetime | None = None
    entry: int = -1
