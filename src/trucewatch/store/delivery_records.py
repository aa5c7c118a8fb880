"""Deliveries and channels of the outbox as the journal holds them: `trucewatch/delivery/2` for each step of a delivery,
`trucewatch/outbox-act/2` for what people do to it. Version 1 of both knew issues and webhooks alone; it stays readable.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal

from trucewatch.model.times import iso_utc, read_time
from trucewatch.store.journal import Entry
from trucewatch.store.kind_entries import first_recorded_at

DELIVERY: Final = "trucewatch/delivery/2"
ACT: Final = "trucewatch/outbox-act/2"
FIRST_DELIVERY: Final = "trucewatch/delivery/1"
FIRST_ACT: Final = "trucewatch/outbox-act/1"
State = Literal["queued", "sent", "failed", "given_up"]
STATES: Final[tuple[State, ...]] = ("queued", "failed", "given_up", "sent")
About = Literal["issue", "flash"]
Carries = Literal["issues", "flashes"]
FAULTS: Final = (
    "refused",
    "redirect",
    "gone",
    "slow",
    "tls",
    "unreachable",
    "elsewhere",
    "lost",
    "stopped",
    "removed",
    "bounced",
    "login",
    "no_server",
    "nobody",
    "overtaken",
)
"""Why a delivery was not taken: the receiver's status says no, leads elsewhere or says that nobody is there any more;
it took too long; its certificate is not good; it cannot be reached; its address is one that it may not lead to; the
bytes or the address are gone here; somebody stopped it, or removed the channel. Of a mail: it came back, or its
address was refused for good; our login was refused; no mail server is named here. Of a page: nobody speaks for the
recipient yet. Of an urgent message: what followed it was taken first, so that it comes no more. Each is the state of a
line; none says anything of a side."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """One way out to a recipient. `entry`: from which issue on; `removed_at`: none while it is in use. `carries`:
    notices of issues, or urgent messages; never both."""

    key: str
    kind: str
    recipient: str
    entry: int
    added_at: datetime
    by: str
    carries: Carries = "issues"
    removed_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One delivery as its last record has it, and what was tried since. `next_try`: none where there is none; `code`:
    the last answer's status, 0 where none came.

    Of an urgent message (`about` is `flash`) `number` is its code and `revision` 0, or 1… for what follows it;
    `channel` is one of `flash.WAYS`, `key` that of the line, "" for the page and the telephone.
    """

    id: str
    channel: str
    key: str
    recipient: str
    number: str
    revision: int
    content: str
    size_bytes: int
    state: State
    attempts: int
    code: int
    fault: str
    next_try: datetime | None
    entry: int
    queued_at: datetime
    recorded_at: datetime
    about: About = "issue"
    is_drill: bool = False
    """Of an urgent message that is a drill's, which every line of it says."""
    queued_entry: int = -1
    """The entry that queued it: the order of a line, whatever the clock does."""

    @property
    def is_waiting(self) -> bool:
        return self.state in ("queued", "failed")

    @property
    def is_by_program(self) -> bool:
        """Whether the program itself sends it: the page shows without sending, a person reads out by telephone."""
        return self.channel in ("mail", "webhook")


_AS_RECORDED: Final = (
    "id",
    "channel",
    "key",
    "recipient",
    "number",
    "revision",
    "content",
    "size_bytes",
    "state",
    "attempts",
    "code",
    "fault",
)


def delivery_record(delivery: Delivery) -> dict[str, Any]:
    """The record of a step. That of an urgent message says when it was queued, the same for all of one message."""
    values = {name: getattr(delivery, name) for name in _AS_RECORDED}
    return {
        "schema": DELIVERY,
        **values,
        "about": delivery.about,
        "drill": delivery.is_drill,
        "next_try": iso_utc(delivery.next_try) if delivery.next_try else "",
        "queued_at": iso_utc(delivery.queued_at) if delivery.about == "flash" else "",
    }


def act_record(
    act: str,
    *,
    channel: str,
    key: str,
    recipient: str,
    by: str,
    delivery: str = "",
    carries: Carries = "issues",
) -> dict[str, Any]:
    """The record of what a person did. by: a reference."""
    return {
        "schema": ACT,
        "act": act,
        "channel": channel,
        "key": key,
        "recipient": recipient,
        "delivery": delivery,
        "carries": carries,
        "by": by,
    }


def delivery_in(entry: Entry, earlier: Delivery | None) -> Delivery:
    """The delivery that an entry holds; earlier: the step before it."""
    record, at = entry.record, first_recorded_at(entry.record)
    stated = record.get("queued_at", "")
    first_at = read_time(stated) if stated else at
    return Delivery(
        **{name: record[name] for name in _AS_RECORDED},
        about=record.get("about", "issue"),
        is_drill=record.get("drill") is True,
        next_try=read_time(record["next_try"]) if record["next_try"] else None,
        entry=entry.number,
        queued_at=earlier.queued_at if earlier else first_at,
        recorded_at=at,
        queued_entry=earlier.queued_entry if earlier else entry.number,
    )


def channel_in(entry: Entry) -> Channel:
    """The channel that an entry adds."""
    record = entry.record
    return Channel(
        key=record["key"],
        kind=record["channel"],
        recipient=record["recipient"],
        carries=record.get("carries", "issues"),
        entry=entry.number,
        added_at=first_recorded_at(record),
        by=record["by"],
    )
