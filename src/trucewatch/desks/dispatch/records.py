"""Deliveries of what was issued, and what people did to the outbox, as the ledger tells of them."""

from __future__ import annotations

from typing import Final

from trucewatch.messages import Message, Term
from trucewatch.model.flash import WAY_WORDS
from trucewatch.model.record_kind import Record, RecordKind

STATES: Final = {
    "queued": Term("delivery", "queued"),
    "failed": Term("delivery", "failed, will be tried again"),
    "given_up": Term("delivery", "given up"),
    "sent": Term("delivery", "sent"),
}
FAULTS: Final = {
    "refused": Message("the receiver answered with an error"),
    "redirect": Message("the receiver's address leads elsewhere, and is not followed"),
    "gone": Message("the receiver says that nobody is there any more"),
    "slow": Message("the receiver took too long"),
    "tls": Message("the receiver's certificate is not good"),
    "unreachable": Message("the receiver cannot be reached"),
    "elsewhere": Message(
        "the address lies in a private network, which this webhook may not lead to, or is without TLS"
    ),
    "lost": Message("its address or its bytes are not kept here any more"),
    "stopped": Message("somebody stopped it"),
    "removed": Message("its webhook was removed"),
    "bounced": Message("the mail came back, or its address was refused for good"),
    "login": Message("the mail server does not accept our login"),
    "no_server": Message("no mail server is named"),
    "nobody": Message("when it was queued nobody had an account that speaks for them"),
    "overtaken": Message("what followed it was taken first"),
}
"""Why a delivery was not taken."""
ACTS: Final = {
    "add": Term("outbox act", "webhook added"),
    "remove": Term("outbox act", "webhook removed"),
    "retry": Term("outbox act", "delivery tried again"),
    "stop": Term("outbox act", "delivery stopped"),
    "read_out": Term("outbox act", "urgent message read out by telephone"),
    "not_read_out": Term("outbox act", "urgent message not read out, entered by mistake"),
}
LINE_ACTS: Final = ACTS | {
    "add": Term("outbox act", "line for urgent messages added"),
    "remove": Term("outbox act", "line for urgent messages removed"),
}
"""The same of what carries urgent messages."""
SHOWN: Final = Term("delivery", "on their page")
READ_OUT: Final = Term("delivery", "read out")
TO_READ_OUT: Final = Term("delivery", "to be read out")
NO_PAGE: Final = Term("delivery", "waits for somebody who speaks for them")


def state_of(record: Record) -> Term:
    """The state of a delivery in words: of a page and of the telephone, in theirs."""
    by_way = {
        ("console", "sent"): SHOWN,
        ("console", "queued"): NO_PAGE,
        ("telephone", "sent"): READ_OUT,
        ("telephone", "queued"): TO_READ_OUT,
    }
    return by_way.get((record["channel"], record["state"]), STATES[record["state"]])


def why(record: Record) -> Message | None:
    """What the last attempt met, in words with the answer's status; None where nothing."""
    fault = FAULTS.get(record["fault"])
    if fault is None or not record["code"]:
        return fault
    return Message("{fault} ({code})", fault=fault, code=record["code"])


def _delivery(record: Record) -> Message:
    if record.get("about") == "flash":
        what = Message(
            "urgent message {number} to {recipient}, {way}: {state}",
            number=record["number"],
            recipient=record["recipient"],
            way=WAY_WORDS[record["channel"]],
            state=state_of(record),
        )
    else:
        what = _of_an_issue(record)
    fault = why(record)
    return Message("{what}; {fault}", what=what, fault=fault) if fault else what


def _of_an_issue(record: Record) -> Message:
    return Message(
        "report {number}, revision {revision}, to {recipient} by webhook: {state}",
        number=record["number"],
        revision=record["revision"],
        recipient=record["recipient"],
        state=STATES[record["state"]],
    )


def _act(record: Record) -> Message:
    acts = LINE_ACTS if record.get("carries") == "flashes" else ACTS
    return Message("{act}: for {recipient}", act=acts[record["act"]], recipient=record["recipient"])


KINDS: Final = (
    RecordKind(name="delivery", title=Term("entry", "Delivery"), sentence=_delivery, by_hand=False),
    RecordKind(
        name="outbox-act",
        title=Term("entry", "Outbox changed"),
        sentence=_act,
        who="by",
        undo=Message(
            "a webhook or line that was added is removed, one that was removed is added anew, from the command line; a "
            "delivery that was stopped is tried again, from the outbox. What was sent stays sent"
        ),
    ),
)
