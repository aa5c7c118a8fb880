"""The messages of a post-box as the journal holds them, both ways: `post-sent/1`, `post-received/1` and each step of
one, `post-step/1`. Records hold the envelope, its signature and hashes (with `sha256:` before them, since they name no
file here); what a message says lies under `private/words` and goes at its time, and the hashes stay."""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final, Literal, get_args

from trucewatch.model.ids import Sha256
from trucewatch.model.sealed_message import Envelope, MessageKind, SignedMessage
from trucewatch.model.times import iso_utc, read_time
from trucewatch.store.journal import Entry
from trucewatch.store.kind_entries import first_recorded_at
from trucewatch.store.store import Store

SENT: Final = "trucewatch/post-sent/1"
RECEIVED: Final = "trucewatch/post-received/1"
STEP: Final = "trucewatch/post-step/1"
MessageState = Literal["queued", "sent", "acknowledged", "refused", "expired"]
MESSAGE_STATES: Final[tuple[MessageState, ...]] = get_args(MessageState)
Way = Literal["file", "mail", "https"]
WAYS: Final[tuple[Way, ...]] = get_args(Way)


@dataclass(frozen=True, slots=True, kw_only=True)
class OutgoingMessage:
    """A message that leaves, or left. queued_at: when it was entered; state_at: since when it is in its state; way: by
    which it was handed over last. body: the reference of what it says."""

    entry: int
    envelope: Envelope
    signs: str
    signature: str
    body: str
    rows: tuple[Mapping[str, Any], ...]
    queued_at: datetime
    state: MessageState = "queued"
    state_at: datetime
    way: str = ""
    refused_by: str = ""

    @property
    def is_waiting(self) -> bool:
        """Whether the other side has not said yet that it has it."""
        return self.state not in ("acknowledged", "refused")


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceivedMessage:
    """A message that came. sha256: "" of one that was refused for what it said, of which no hash is kept. rows: with
    references `content`; refused: the rule."""

    entry: int
    sender: str
    number: int
    sha256: str
    kind: MessageKind
    sent_at: datetime
    keep_until: datetime
    received_at: datetime
    rows: tuple[Mapping[str, Any], ...]
    refused: str = ""


@dataclass(slots=True)
class Direction:
    """What is known of one peer: messages to it and from it by number, and since when its line is down."""

    outgoing: dict[int, OutgoingMessage] = field(default_factory=dict)
    waiting: dict[int, None] = field(default_factory=dict)
    received: dict[int, ReceivedMessage] = field(default_factory=dict)
    codes_sent: set[str] = field(default_factory=set)
    """The codes of all items that were sent, or about which a step was."""
    forks: dict[int, str] = field(default_factory=dict)
    """By number, the hash of another message that the peer signed under it."""
    down_since: datetime | None = None
    fault: str = ""

    @property
    def last_sent(self) -> OutgoingMessage | None:
        return self.outgoing[len(self.outgoing)] if self.outgoing else None

    @property
    def last_received(self) -> ReceivedMessage | None:
        return self.received[len(self.received)] if self.received else None


@dataclass(slots=True)
class PostBook:
    """All that the journal holds of the post-box, read on from where it was read last. Threads may share it."""

    read_until: int = 0
    by_peer: dict[str, Direction] = field(default_factory=dict)
    reading: threading.Lock = field(default_factory=threading.Lock)

    def of(self, peer: str) -> Direction:
        return self.by_peer.setdefault(peer, Direction())


def post_book(store: Store) -> PostBook:
    """The post-box of a store as it stands now."""
    book = store.memory.of(PostBook)
    with book.reading:
        query = "SELECT number FROM entry WHERE number >= ? AND schema IN (?, ?, ?) ORDER BY number"
        rows = store.index.rows(query, book.read_until, SENT, RECEIVED, STEP)
        for entry in store.journal.entries_at(number for (number,) in rows):
            _take_in(book, entry)
            book.read_until = entry.number + 1
    return book


def sent_record(message: SignedMessage, *, body: str, rows: Sequence[Mapping[str, Any]], by: str) -> dict[str, Any]:
    """The record of a message that is to leave. body: the reference of what it says. rows: what of them stays."""
    return {
        "schema": SENT,
        "from": message.envelope.sender,
        "to": message.envelope.receiver,
        **_of_envelope(message),
        "message": body,
        "rows": [dict(row) for row in rows],
        "by": by,
    }


def received_record(
    message: SignedMessage, rows: Sequence[Mapping[str, Any]], *, is_previous_refused: bool = False
) -> dict[str, Any]:
    """The record of a message that came. rows: with a reference in place of each content. is_previous_refused: then the
    hash of the message before is left out too."""
    previous = {"previous": ""} if is_previous_refused else {}
    return {
        "schema": RECEIVED,
        "from": message.envelope.sender,
        **_of_envelope(message),
        **previous,
        "rows": [dict(row) for row in rows],
        "refused": "",
    }


def refused_record(envelope: Envelope, rule: str) -> dict[str, Any]:
    """The record of a message of which nothing is kept, no hash either: its number, so that the next ones follow."""
    return {
        "schema": RECEIVED,
        "from": envelope.sender,
        "number": envelope.number,
        "message_sha256": "",
        "kind": envelope.kind,
        "sent_at": iso_utc(envelope.sent_at),
        "keep_until": iso_utc(envelope.keep_until),
        "rows": [],
        "refused": rule,
    }


def step_record(
    act: str, peer: str, number: int, *, way: str = "", fault: str = "", acknowledged: SignedMessage | None = None
) -> dict[str, Any]:
    """The record of a step: `handed` over by a way, `acknowledged`, `refused` by the peer, `expired`; number 0: the
    line to the peer is `down`, or `up` again; `forked`: the peer signed two under one number. acknowledged: the signed
    word of the peer."""
    return {
        "schema": STEP,
        "act": act,
        "peer": peer,
        "number": number,
        "way": way,
        "fault": fault,
        "their_sha256": f"sha256:{acknowledged.envelope.sha256}" if acknowledged else "",
        "key": f"ed25519:{acknowledged.signs}" if acknowledged else "",
        "signature": acknowledged.signature if acknowledged else "",
    }


def signed_again(store: Store, outgoing: OutgoingMessage) -> SignedMessage:
    """The signed message as it was entered; without its body where that is erased."""
    text = store.words.read(outgoing.body)
    body = None if text is None else json.loads(text)
    return SignedMessage(envelope=outgoing.envelope, body=body, signs=outgoing.signs, signature=outgoing.signature)


def _of_envelope(message: SignedMessage) -> dict[str, Any]:
    envelope = message.envelope
    return {
        "number": envelope.number,
        "message_sha256": f"sha256:{envelope.sha256}",
        "previous": f"sha256:{envelope.previous_sha256}" if envelope.previous_sha256 else "",
        "kind": envelope.kind,
        "sent_at": iso_utc(envelope.sent_at),
        "keep_until": iso_utc(envelope.keep_until),
        "body": f"sha256:{envelope.body_sha256}",
        "key": f"ed25519:{message.signs}",
        "signature": message.signature,
    }


def _take_in(book: PostBook, entry: Entry) -> None:
    record = entry.record
    if record["schema"] == SENT:
        direction = book.of(record["to"])
        direction.outgoing[record["number"]] = _outgoing(entry, record)
        direction.waiting[record["number"]] = None
        direction.codes_sent.update(row["code"] for row in record["rows"])
    elif record["schema"] == RECEIVED:
        book.of(record["from"]).received[record["number"]] = _received(entry, record)
    else:
        _step(book.of(record["peer"]), record)


def _outgoing(entry: Entry, record: Mapping[str, Any]) -> OutgoingMessage:
    at = first_recorded_at(record)
    previous = record["previous"].removeprefix("sha256:")
    envelope = Envelope(
        sender=record["from"],
        receiver=record["to"],
        number=record["number"],
        previous_sha256=Sha256(previous) if previous else None,
        sent_at=read_time(record["sent_at"]),
        keep_until=read_time(record["keep_until"]),
        kind=record["kind"],
        body_sha256=Sha256(record["body"].removeprefix("sha256:")),
    )
    return OutgoingMessage(
        entry=entry.number,
        envelope=envelope,
        signs=record["key"].removeprefix("ed25519:"),
        signature=record["signature"],
        body=record["message"],
        rows=tuple(record["rows"]),
        queued_at=at,
        state_at=at,
    )


def _received(entry: Entry, record: Mapping[str, Any]) -> ReceivedMessage:
    return ReceivedMessage(
        entry=entry.number,
        sender=record["from"],
        number=record["number"],
        sha256=record["message_sha256"].removeprefix("sha256:"),
        kind=record["kind"],
        sent_at=read_time(record["sent_at"]),
        keep_until=read_time(record["keep_until"]),
        received_at=first_recorded_at(record),
        rows=tuple(record["rows"]),
        refused=record["refused"],
    )


def _step(direction: Direction, record: Mapping[str, Any]) -> None:
    act, number, at = record["act"], record["number"], first_recorded_at(record)
    if act in ("down", "up"):
        direction.down_since, direction.fault = (at, record["fault"]) if act == "down" else (None, "")
        return
    if act == "acknowledged":  # of all up to this number
        for each in [waiting for waiting in direction.waiting if waiting <= number]:
            direction.waiting.pop(each)
            direction.outgoing[each] = replace(direction.outgoing[each], state="acknowledged", state_at=at)
        return
    if act == "forked":
        direction.forks[number] = record["their_sha256"].removeprefix("sha256:")
        return
    outgoing = direction.outgoing.get(number)
    if outgoing is None:
        return
    if act == "refused":
        direction.waiting.pop(number, None)
        direction.outgoing[number] = replace(outgoing, state="refused", state_at=at, refused_by=record["fault"])
    elif act == "expired" and number in direction.waiting:
        direction.outgoing[number] = replace(outgoing, state="expired", state_at=at)
    elif act == "handed" and outgoing.state in ("queued", "sent"):
        direction.outgoing[number] = replace(outgoing, state="sent", state_at=at, way=record["way"])
