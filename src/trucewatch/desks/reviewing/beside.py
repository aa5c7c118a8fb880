"""What goes on beside the pages: a case whose clock ran out is closed, one that late evidence changed is put anew,
and the list is told with what was entered."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from trucewatch.desks.reviewing.entering import tell_what_is_new
from trucewatch.pipeline.review_book import ReviewBook
from trucewatch.pipeline.review_closing import close_due
from trucewatch.pipeline.review_late import reopen_late
from trucewatch.server.console import Console


@dataclass(slots=True)
class Looks:
    """What was looked at last: the list, and how many entries the ledger had."""

    assessment: Any = None
    entries: int = -1


def work(console: Console) -> None:
    """One look, at the watch's own list and clock: a replay is nobody's clock. Costs next to nothing without a case."""
    snapshot = console.snapshot
    if snapshot.is_replay:
        return
    now = snapshot.as_of if console.is_past else console.now()
    book = ReviewBook(console.store, snapshot.watch, now)
    if not book.cases():
        return
    if book.over():
        with console.writing() as store:
            close_due(store, snapshot.watch, now)
    looks, assessment = console.part(_looks), snapshot.assessment
    if assessment is not None and (looks.assessment is not assessment or looks.entries != len(console.store.journal)):
        with console.writing() as store:
            reopen_late(store, assessment, now=now)
            looks.assessment, looks.entries = assessment, len(store.journal)
    tell_what_is_new(console)


def _looks(console: Console) -> Looks:
    return Looks()
