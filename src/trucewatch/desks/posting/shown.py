"""What the pages of the post-box show: this post-box, its peers, what waits to leave, what came and until when it may
be kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from trucewatch.desks.posting.beside import post_of
from trucewatch.errors import StoreError
from trucewatch.messages import Message
from trucewatch.model.aid_registry import TABLES
from trucewatch.model.post_card import PostCard
from trucewatch.model.roles import Right
from trucewatch.pipeline.post import Post
from trucewatch.server.refusal import RefusalError
from trucewatch.server.view import View
from trucewatch.store.post_peers import Peer, PeerKey, post_peer, post_peers
from trucewatch.store.post_records import Direction, OutgoingMessage, ReceivedMessage, post_book

ENTERS: Final = (Right.COORDINATE, Right.SHIFT)
"""Who acts here: the coordinator of a humanitarian instance, the shift of a centre."""
MOST_SHOWN: Final = 200
STATES: Final[Mapping[str, Message]] = {
    "queued": Message("waits to leave"),
    "sent": Message("handed over, not acknowledged yet"),
    "acknowledged": Message("acknowledged"),
    "refused": Message("refused there"),
    "expired": Message("its time is over; it leaves without its content"),
}
WAYS: Final[Mapping[str, Message]] = {
    "": Message("by no way yet"),
    "file": Message("as a file"),
    "mail": Message("by mail"),
    "https": Message("over HTTPS"),
}
FAULTS: Final[Mapping[str, Message]] = {
    "unreachable": Message("nobody answers at its address"),
    "slow": Message("it answers too slowly"),
    "tls": Message("its certificate is not the one of its card"),
    "redirect": Message("its address leads elsewhere"),
    "refused": Message("its post-box does not take messages of this one"),
    "answer": Message("what it answers cannot be read"),
}
KINDS: Final[Mapping[str, Message]] = {
    "rows": Message("records"),
    "acknowledgement": Message("acknowledgement"),
    "key": Message("a new key"),
    "leaving": Message("that its sender leaves"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyRow:
    """A key of a peer: its digits, and how it stands."""

    signs: str
    digits: tuple[str, ...]
    confirmed_on: date | None
    function: str | Message
    is_revoked: bool
    is_waiting: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PeerRow:
    """A peer of the list. waiting: messages that it did not acknowledge; since: when the first of them was queued."""

    id: str
    card: PostCard
    keys: tuple[KeyRow, ...]
    waiting: int
    since: datetime | None
    down_since: datetime | None
    fault: Message | None
    last_came: datetime | None
    left_at: datetime | None
    removed_at: datetime | None

    @property
    def is_in_force(self) -> bool:
        return any(key.confirmed_on and not key.is_revoked for key in self.keys) and self.removed_at is None


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageRow:
    """A message either way. what: its rows, by code and table; state, way: in words."""

    peer: str
    number: int
    what: tuple[Message, ...]
    at: datetime
    keep_until: datetime
    sha256: str
    state: Message
    way: Message | None = None
    entry: int = 0


def post_in(view: View) -> Post:
    """The post-box at the moment of the view."""
    return post_of(view.console)


def peer_rows(view: View) -> list[PeerRow]:
    """Every peer, by id; those that were removed last."""
    rows = [_peer_row(view, peer) for peer in post_peers(view.console.store).values()]
    return sorted(rows, key=lambda row: (row.removed_at is not None, row.id))


def peer_at(view: View, peer_id: str) -> PeerRow:
    """The peer of an address. Raises RefusalError 404."""
    try:
        return _peer_row(view, post_peer(view.console.store, peer_id))
    except StoreError as exc:
        raise RefusalError(404, exc.message) from None


def waiting_rows(view: View) -> list[MessageRow]:
    """What did not arrive yet as far as is known, in its order; then what was refused."""
    messages = [message for message in post_in(view).outgoing() if message.state != "acknowledged"]
    return [_outgoing_row(message) for message in reversed(messages)][:MOST_SHOWN]


def sent_rows(view: View) -> list[MessageRow]:
    """What was acknowledged, the latest first."""
    messages = [message for message in post_in(view).outgoing() if message.state == "acknowledged"]
    return [_outgoing_row(message) for message in messages][:MOST_SHOWN]


def received_rows(view: View) -> list[MessageRow]:
    """What came, the latest first."""
    book = post_book(view.console.store)
    messages = [message for direction in book.by_peer.values() for message in direction.received.values()]
    latest = sorted(messages, key=lambda message: message.entry, reverse=True)[:MOST_SHOWN]
    return [_received_row(view, message) for message in latest]


def _peer_row(view: View, peer: Peer) -> PeerRow:
    direction: Direction = post_book(view.console.store).of(peer.id)
    waiting = [direction.outgoing[number] for number in sorted(direction.waiting)]
    last = direction.last_received
    return PeerRow(
        id=peer.id,
        card=peer.in_force[-1].card if peer.in_force else peer.card,
        keys=tuple(_key_row(view, peer, signs, key) for signs, key in peer.keys.items()),
        waiting=len(waiting),
        since=waiting[0].queued_at if waiting else None,
        down_since=direction.down_since,
        fault=FAULTS.get(direction.fault) if direction.down_since else None,
        last_came=last.received_at if last else None,
        left_at=peer.left_at,
        removed_at=peer.removed_at,
    )


def _key_row(view: View, peer: Peer, signs: str, key: PeerKey) -> KeyRow:
    return KeyRow(
        signs=signs,
        digits=key.card.fingerprint,
        confirmed_on=key.confirmed_on,
        function=view.console.store.typed.words_of(key.by_function) if key.by_function else "",
        is_revoked=key.revoked_at is not None,
        is_waiting=key in peer.waiting,
    )


def _outgoing_row(message: OutgoingMessage) -> MessageRow:
    return MessageRow(
        peer=message.envelope.receiver,
        number=message.envelope.number,
        what=_what(message.rows, message.envelope.kind),
        at=message.queued_at,
        keep_until=message.envelope.keep_until,
        sha256=message.envelope.sha256,
        state=STATES[message.state],
        way=WAYS.get(message.way),
        entry=message.entry,
    )


def _received_row(view: View, message: ReceivedMessage) -> MessageRow:
    contents = [row["content"] for row in message.rows if row.get("content")]
    is_erased = bool(contents) and not any(map(view.console.store.words.has, contents))
    if message.refused:
        state = Message("refused by the rule {rule}; nothing of it is kept", rule=message.refused)
    elif is_erased:
        state = Message("erased: its time was over")
    else:
        state = Message("kept")
    return MessageRow(
        peer=message.sender,
        number=message.number,
        what=_what(message.rows, message.kind),
        at=message.received_at,
        keep_until=message.keep_until,
        sha256=message.sha256,
        state=state,
        entry=message.entry,
    )


def _what(rows: tuple[Mapping[str, Any], ...], kind: str) -> tuple[Message, ...]:
    if not rows:
        return (KINDS[kind],)
    words = []
    for row in rows[:5]:
        table = TABLES.get(row["table"])
        title: Message | str = table.title if table else row["table"]
        code = row["code"]
        if "undoes" in row:
            words.append(Message("{code}: {what}, taken back", code=code, what=title))
        else:
            words.append(Message("{code}: {what}", code=code, what=title))
    if len(rows) > 5:
        words.append(Message("and {count} more", count=len(rows) - 5))
    return tuple(words)
