"""How the centre attended to each side, for its own eyes: how many complaints, how many answered in time, how long it
took. Counts beside each other, never a score."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from trucewatch.desks.complaints.operations import Register
from trucewatch.desks.complaints.states import Complaint, Sender


@dataclass(frozen=True, slots=True, kw_only=True)
class Attention:
    """Of one side: those that stand, those open and of them past the time for a reply, those answered, of the answered
    that had a time agreed how many were in time, and of the answered alone the median time to the first answer; None
    where none was answered."""

    sender: Sender
    total: int
    open: int
    overdue: int
    answered: int
    timed: int
    in_time: int
    median: timedelta | None


def attention_of(register: Register, rows: Sequence[Complaint]) -> list[Attention]:
    """One row for each party, in the order of the watch, also for one that sent none; what was withdrawn counts
    nowhere. An answer given late counts as late for ever, whatever followed it."""
    return [_of(sender, rows, register.now) for sender in register.senders if sender.kind == "party"]


def _of(sender: Sender, rows: Sequence[Complaint], now: datetime) -> Attention:
    own = [row for row in rows if row.sender == sender and not row.withdrawn]
    times = [(row, row.answered_at) for row in own]
    answered = [(row, at) for row, at in times if at is not None]
    timed = [(row.reply_due, at) for row, at in answered if row.reply_due is not None]
    spans = [(at - row.received_at).total_seconds() for row, at in answered]
    return Attention(
        sender=sender,
        total=len(own),
        open=sum(row.state == "open" for row in own),
        overdue=sum(row.is_overdue(now) for row in own),
        answered=len(answered),
        timed=len(timed),
        in_time=sum(due is not None and at <= due for due, at in timed),
        median=timedelta(seconds=median(spans)) if spans else None,
    )
