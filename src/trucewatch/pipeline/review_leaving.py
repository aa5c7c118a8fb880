"""A delegation leaves the review, and comes back."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from trucewatch.errors import StoreError
from trucewatch.messages import Message
from trucewatch.model.roles import Role
from trucewatch.model.watch import Watch
from trucewatch.pipeline.review_book import check_has_not_left
from trucewatch.pipeline.review_closing import acting, record_of_outcome
from trucewatch.pipeline.review_keys import record_of_key
from trucewatch.pipeline.review_speaker import Speaker
from trucewatch.store import Store
from trucewatch.store.journal import Entry
from trucewatch.store.review_records import left_record

MOST_REASON: Final = 2000


def leave(store: Store, watch: Watch, speaker: Speaker, *, reason: str) -> list[Entry]:
    """Enter, by its own head, that a delegation leaves: its keys end, and every case that is open is closed
    unreviewed. The entry of the leaving is the first. Raises StoreError."""
    with acting(store, watch, speaker.now) as book:
        _check(watch, speaker, reason)
        delegation = speaker.delegation
        check_has_not_left(book, delegation)
        person, known_at, every = speaker.reference(store), book.known_at, book.keys()
        left = left_record(
            "leave", delegation=delegation, reason=store.keep_words(reason.strip()), known_at=known_at, by=person
        )
        ended = [
            record_of_key("end", key, known_at=known_at, by=person, why="departure")
            for key in every
            if key.delegation == delegation and key.ended_entry < 0
        ]
        closed = [
            record_of_outcome(
                book,
                replace(case, standings={**case.standings, delegation: "left"}),
                "departure",
                by=person,
                left=(delegation,),
            )
            for case in book.cases()
            if case.outcome is None and delegation in case.delegations
        ]
        return store.commit([left, *ended, *closed])


def come_back(store: Store, watch: Watch, speaker: Speaker, *, reason: str) -> Entry:
    """Enter, by its own head, that a delegation is back. Its keys are asked for and entered anew; what was closed
    stays closed, and can be put once more. Raises StoreError."""
    with acting(store, watch, speaker.now) as book:
        _check(watch, speaker, reason)
        if speaker.delegation not in book.left():
            raise StoreError(Message("{delegation} has not left; nothing was entered", delegation=speaker.delegation))
        record = left_record(
            "return",
            delegation=speaker.delegation,
            reason=store.keep_words(reason.strip()),
            known_at=book.known_at,
            by=speaker.reference(store),
        )
        (entry,) = store.commit([record])
        return entry


def _check(watch: Watch, speaker: Speaker, reason: str) -> None:
    if speaker.delegation not in watch.delegation_ids:
        raise StoreError(Message("this watch has no delegation {delegation}", delegation=speaker.delegation[:60]))
    if speaker.role != Role.HEAD:
        raise StoreError(Message("that a delegation leaves or comes back is entered by its own head alone"))
    if not reason.strip():
        raise StoreError(Message("say why, in a sentence; nothing was entered"))
    if len(reason) > MOST_REASON:
        raise StoreError(Message("the reason is longer than {most} characters; shorten it", most=MOST_REASON))
