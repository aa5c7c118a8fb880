"""The kinds of records of the post-box, each with its one line for the ledger."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from trucewatch.messages import Amount, Message, Plural, Term
from trucewatch.model.record_kind import Record, RecordKind

_KEY_ACTS: Final[Mapping[str, Message]] = {
    "made": Message("the keys of this post-box made"),
    "replaced": Message("new keys of this post-box; the ones before sign nothing any more"),
    "dropped": Message("keys that were replaced long ago are removed; what was sealed for them opens no more"),
}
_PEER_ACTS: Final[Mapping[str, Message]] = {
    "added": Message("a card taken in"),
    "confirmed": Message("its digits compared, and the same"),
    "revoked": Message("its key revoked"),
    "left": Message("it leaves"),
    "removed": Message("removed"),
}
_STEPS: Final[Mapping[str, Message]] = {
    "handed": Message("handed over"),
    "acknowledged": Message("acknowledged up to this one"),
    "refused": Message("refused there"),
    "expired": Message("its time to be kept is over; its content is erased"),
    "forked": Message("two messages signed under this number"),
    "down": Message("the line is down"),
    "up": Message("the line is up again"),
}


def _key(record: Record) -> Message:
    return _KEY_ACTS[record["act"]]


def _peer(record: Record) -> Message:
    return Message("{peer}: {act}", peer=record["peer"], act=_PEER_ACTS[record["act"]])


def _sent(record: Record) -> Message:
    return Message(
        "message {number} to {peer}: {rows}",
        number=record["number"],
        peer=record["to"],
        rows=_rows(len(record["rows"])),
    )


def _received(record: Record) -> Message:
    if record["refused"]:
        return Message(
            "message {number} of {peer}: refused by the rule {rule}; nothing of it is kept",
            number=record["number"],
            peer=record["from"],
            rule=record["refused"],
        )
    return Message(
        "message {number} of {peer}: {rows}",
        number=record["number"],
        peer=record["from"],
        rows=_rows(len(record["rows"])),
    )


def _step(record: Record) -> Message:
    if not record["number"]:
        return Message("{peer}: {act}", peer=record["peer"], act=_STEPS[record["act"]])
    return Message(
        "{peer}, message {number}: {act}", peer=record["peer"], number=record["number"], act=_STEPS[record["act"]]
    )


def _rows(count: int) -> Message:
    return Plural("{count} row", "{count} rows", count, count=Amount(count))


POST_KINDS: Final = (
    RecordKind(
        name="post-key",
        title=Term("entry", "Key of the post-box"),
        sentence=_key,
        who="by",
        undo=Message("it cannot be: make new keys, and have the others compare their digits"),
    ),
    RecordKind(
        name="post-peer",
        title=Term("entry", "Peer of the post-box"),
        sentence=_peer,
        who="by",
        undo=Message("from the page of the post-box: take the card in again, and compare its digits"),
    ),
    RecordKind(
        name="post-sent",
        title=Term("entry", "Message to another instance"),
        sentence=_sent,
        who="by",
        undo=Message("it cannot be; what it holds can be taken back, which goes after it"),
    ),
    RecordKind(
        name="post-received", title=Term("entry", "Message of another instance"), sentence=_received, by_hand=False
    ),
    RecordKind(name="post-step", title=Term("entry", "Step of a message"), sentence=_step, by_hand=False),
)
