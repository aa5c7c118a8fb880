"""Steps of a reply as tests take them, without pages."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from trucewatch.desks.complaints.operations import Register
from trucewatch.desks.complaints.replies import Actor, Draft, Replies
from trucewatch.model.claim_draft import ClaimDraft
from trucewatch.model.claim_record import ClaimWords, Speaker, StatedEvent
from trucewatch.model.times import iso_utc
from trucewatch.model.watch import Watch
from trucewatch.pipeline.claim_entering import enter_claims
from trucewatch.store import Store
from trucewatch.store.journal import Entry

ALONE: Final = Actor(by="Ann Example", is_alone=True)
NOT_OBSERVED: Final = Draft(outcome="not_observable", says="fog all night")


def claims_until(store: Store, watch: Watch, number: int, now: datetime) -> None:
    """Claims CL-1 to the one of this number, each a call of whom nobody knows who it was."""
    draft = ClaimDraft(
        event=StatedEvent(),
        words=ClaimWords(says="a bang"),
        speaker=Speaker("not_said"),
        via="telephone",
        received_at=now,
    )
    enter_claims(store, watch, [draft] * number, by="Ann", now=now)


def latest(register: Register, code: str) -> int:
    """The latest version of any reply to a complaint; 0 for none."""
    return max((reply.version for reply in register.complaint(code).replies), default=0)


def sent(register: Register, code: str, at: datetime, draft: Draft = NOT_OBSERVED) -> Entry:
    """A reply through all its steps, by the one person of a watch without accounts."""
    replies = Replies(register)
    version = latest(register, code) + 1
    replies.draft(code, draft, actor=ALONE, seen=version - 1)
    replies.check(code, version, actor=ALONE)
    replies.agree(code, version, actor=ALONE)
    return replies.send(code, version, actor=ALONE, sent_at=at, how="letter")


def answered_as_before(register: Register, code: str, says: str, *, answered_at: datetime, by: str) -> Entry:
    """An answer as it was entered before there were replies: such records stay readable."""
    complaint = register.complaint(code)
    record: dict[str, Any] = {
        "schema": "trucewatch/complaint-answer/1",
        "complaint": complaint.number,
        "number": len(register.answers(complaint)) + 1,
        "answered_at": iso_utc(answered_at),
        "says": register.store.keep_words(says),
        "by": register.who(by),
        "known_at": iso_utc(register.now),
    }
    return register.enter(record)
