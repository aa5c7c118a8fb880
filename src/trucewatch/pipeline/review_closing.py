"""Cases end: by the clock, or by what was said. The outcome is entered once and never changed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from trucewatch.model.review import Case
from trucewatch.model.review_outcome import settle
from trucewatch.model.watch import Watch
from trucewatch.pipeline.review_book import REVIEWING, ReviewBook
from trucewatch.store import Store
from trucewatch.store.journal import Entry
from trucewatch.store.review_records import WhyOutcome, outcome_record


def close_due(store: Store, watch: Watch, now: datetime) -> list[Entry]:
    """Enter the outcome of every case of which nothing more is to come; the entries, none where there is none. Every
    act does so first and last."""
    with REVIEWING:
        book = ReviewBook(store, watch, now)
        over = book.over()
        if not over:
            return []
        # Nobody's act: a sentence that was sent once more finds its own entry, and never one of these.
        return store.commit([record_of_outcome(book, case, why, by="") for case, why in over], is_act=False)


@contextmanager
def acting(store: Store, watch: Watch, now: datetime) -> Iterator[ReviewBook]:
    """What an act begins with: the book, after what is over was closed. Nobody else enters anything of a review until
    the act has."""
    with REVIEWING:
        close_due(store, watch, now)
        yield ReviewBook(store, watch, now)


def record_of_outcome(
    book: ReviewBook, case: Case, why: WhyOutcome, *, by: str, left: Sequence[str] = ()
) -> dict[str, Any]:
    """The record of what came of a case by the rule with which it was put. by: "" where the clock brought it about;
    left: the delegations whose leaving did."""
    rule = book.rule(case)
    return outcome_record(case, settle(case, rule), rule=rule, why=why, known_at=book.known_at, by=by, left=left)
