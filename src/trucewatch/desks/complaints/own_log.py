"""What a side reads of the register: its own complaints with the replies that were sent to it, and of the other side
those that people linked with one of its own, as complaint and reply.

What each line may hold is declared here, and nothing else is put into one.
"""

from __future__ import annotations

from collections.abc import Mapping, Set
from datetime import datetime
from typing import Any, Final

from trucewatch.desks.complaints.operations import Register
from trucewatch.desks.complaints.states import Complaint, Reply, Sender

OWN_FIELDS: Final = (
    *("number", "own_number", "sort", "received_at", "reply_due", "state", "says", "objections", "replies"),
)
"""Of its own complaint: our number, its own, what it is, the moments that both know, its words, and what was sent."""
SENT_FIELDS: Final = ("version", "outcome", "grounds", "says", "sent_at", "how")
"""Of a reply that was sent to it. The incident's number stays inside: each recipient has numbers of its own."""
OTHER_FIELDS: Final = ("number", "sort", "received_on", "with_own", "outcome", "says", "sent_on")
"""Of the other side's complaint that shares an incident or a claim with one of its own, once a reply to it was sent:
our number, what it is, the day, with which of its own it is linked, and the last reply. Not its words, numbers, names,
claims or incidents, nor who was on watch."""


def own_rows(register: Register, side: Sender) -> list[dict[str, Any]]:
    """A side's own complaints, each with OWN_FIELDS. What the centre registered by mistake is left out: it may be
    somebody else's. What the side's own liaison handed in stays, also where the centre withdrew its registration."""
    return [
        {
            "number": row.code,
            "own_number": row.own_number,
            "sort": row.sort,
            "received_at": row.received_at,
            "reply_due": row.due,
            "state": row.state,
            "says": row.says,
            "objections": tuple((appeal.received_at, appeal.says) for appeal in row.appeals),
            "replies": tuple(_sent(reply, reply.sent.at) for reply in row.sent if reply.sent),
        }
        for row in register.complaints(side=side.code)
        if not row.withdrawn or row.via == "console"
    ]


def other_rows(register: Register, side: Sender) -> list[dict[str, Any]]:
    """Of other parties' complaints those that are linked with one of this side's, each with OTHER_FIELDS; none before
    a reply to it was sent."""
    everything = [row for row in register.complaints() if not row.withdrawn]
    own = [(row, register.of_one_event(row)) for row in everything if row.sender == side]
    rows = []
    for row in everything:
        shared = [mine.code for mine, claims in own if _is_linked(mine, claims, row)]
        reply = row.sent[-1] if row.sent else None
        if row.sender.kind != "party" or row.sender == side or not shared or reply is None or reply.sent is None:
            continue
        rows.append(
            {
                "number": row.code,
                "sort": row.sort,
                "received_on": row.received_at,
                "with_own": tuple(shared),
                "outcome": reply.outcome,
                "says": reply.says,
                "sent_on": reply.sent.at,
            }
        )
    return rows


def _is_linked(mine: Complaint, claims: Set[str], theirs: Complaint) -> bool:
    """Whether two share an incident or a claim. claims: those of one event with claims of the first."""
    return bool(set(mine.all_incidents) & set(theirs.all_incidents) or claims & set(theirs.all_claims))


def _sent(reply: Reply, at: datetime) -> Mapping[str, Any]:
    return {
        "version": reply.version,
        "outcome": reply.outcome,
        "grounds": reply.grounds,
        "says": reply.says,
        "sent_at": at,
        "how": reply.sent.how if reply.sent else "",
    }
