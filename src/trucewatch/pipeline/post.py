"""The post-box of an instance: what leaves to a peer, in order, each message on disk before it is acknowledged; and
what waits until the peer says that it has it. What comes is taken in by `post_receiving.py`."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from trucewatch.errors import StoreError
from trucewatch.messages import Message
from trucewatch.model.aid_items import AidEntry
from trucewatch.model.aid_registry import TABLES
from trucewatch.model.ids import canonical
from trucewatch.model.post_card import PostCard
from trucewatch.model.sealed_message import (
    MOST_ROWS,
    Envelope,
    MessageKind,
    SignedMessage,
    body_hash,
    seal_message,
    sign_message,
)
from trucewatch.model.times import as_utc
from trucewatch.model.watch import Watch
from trucewatch.pipeline.post_rows import outgoing_rows, summary_of
from trucewatch.store import Store
from trucewatch.store.aid_rows import row_from_text
from trucewatch.store.journal import Entry
from trucewatch.store.post_keys import OwnPostKey, PostKeys
from trucewatch.store.post_peers import Peer, post_peer, post_peers, remove_peer
from trucewatch.store.post_records import (
    Direction,
    OutgoingMessage,
    Way,
    post_book,
    sent_record,
    signed_again,
    step_record,
)

KEY: Final = "trucewatch/post-key/1"
KEEP: Final = timedelta(days=90)
"""For how long the other side may keep a message that holds no rows; and for which old keys open what was sealed."""
AT_ONCE: Final = 50
"""Messages that one look hands over to one peer."""
MOST_BODY: Final = 600_000
"""Bytes of what one message says."""
NUMBERING: Final = threading.RLock()
"""Held from the look at the last number until the entry: no number is given or taken twice."""


class Post:
    """The post-box of a watch at a moment, `now`; made for each look. Raises StoreError with what stands in the way."""

    def __init__(self, store: Store, watch: Watch, now: datetime) -> None:
        self.store, self.watch = store, watch
        self.now = as_utc(now).replace(microsecond=0)
        self.keys = PostKeys(store.root / "private")

    # Who this is

    @property
    def here(self) -> str:
        """The id of this post-box."""
        return self.watch.settings.id

    @property
    def kind(self) -> str:
        """`centre` or `humanitarian`."""
        return self.watch.settings.kind

    def own_key(self, *, by: str = "") -> OwnPostKey:
        """The keys in force, made at the first use, which is a record."""
        with NUMBERING:
            return self.keys.in_force or self._new_key("made", by)

    def card(self, *, by: str = "") -> PostCard:
        """What to give to a peer."""
        self.own_key(by=by)
        names = self.watch.settings.names
        name = names.get("en") or next(iter(names.values()), self.here)
        card = self.keys.card(name=name, post_id=self.here, kind=self.kind)
        assert card is not None
        return card

    def replace_keys(self, *, by: str) -> OwnPostKey:
        """New keys from now on: every peer is told by a message that the old key signs, and takes nothing that the new
        one signs until a person there has compared its digits. What waits keeps the signature that it has."""
        with NUMBERING:
            if self.keys.in_force is None:
                return self.own_key(by=by)
            before = self.own_key(by=by)
            key = self._new_key("replaced", by)
            card = self.card()
            for peer in post_peers(self.store).values():
                if peer.in_force:
                    self._send(peer, "key", {"card": _card_record(card)}, (), by=by, key=before)
        return key

    def _new_key(self, act: str, by: str) -> OwnPostKey:
        key = self.keys.make(self.now)
        record = {"schema": KEY, "act": act, "signs": f"ed25519:{key.signs}", "opens": key.opens, "by": self._who(by)}
        self.store.commit([record], is_act=bool(by))
        return key

    # What leaves

    def send_rows(
        self, to: str, entries: Iterable[AidEntry], *, by: str, keep_until: datetime | None = None
    ) -> list[Entry]:
        """Queue entries of this instance for a peer, in order, on disk when this returns. keep_until: how long the
        peer may keep them; without it, for the days of `humanitarian.toml` for things of their kinds. Raises
        StoreError, NeverHereError."""
        with NUMBERING:
            peer = self._peer(to)
            rows = outgoing_rows(entries, here=self.here, to=to, kind=peer.card.kind)
            return self.send_written(to, rows, by=by, keep_until=keep_until)

    def send_written(
        self, to: str, rows: Sequence[Mapping[str, Any]], *, by: str, keep_until: datetime | None = None
    ) -> list[Entry]:
        """The same with rows as `outgoing_rows` and `undo_row` write them."""
        if keep_until is not None and keep_until <= self.now:
            raise StoreError(Message("the day until which it may be kept is past; nothing was sent"))
        with NUMBERING:
            peer = self._peer(to)
            return [
                self._send(
                    peer,
                    "rows",
                    {"rows": part},
                    summary_of(part),
                    by=by,
                    keep_until=keep_until or self._may_be_kept(part),
                )
                for part in _parts(rows)
            ]

    def _may_be_kept(self, rows: Sequence[Mapping[str, Any]]) -> datetime:
        """Until when the peer may keep rows where nobody states a day: as this watch itself keeps things of their
        kinds, from when each is over."""
        on_file = self.watch.humanitarian
        if on_file is None:
            return self.now + KEEP
        ends = []
        for row in rows:
            table = TABLES[row["table"]]
            content = row_from_text(table.name, row["content"]) if row.get("content") else None
            over = table.ends_at(content, self.watch.zone) if content is not None else None
            ends.append(max(self.now, over or self.now) + timedelta(days=on_file.kept_days(table.name)))
        return min(ends, default=self.now + KEEP)

    def leave(self, to: str, *, by: str) -> Entry:
        """Tell a peer that this post-box leaves. What was queued before still goes."""
        with NUMBERING:
            return self._send(self._peer(to), "leaving", {}, (), by=by)

    def remove(self, to: str, *, by: str) -> Entry:
        """Remove a peer: nothing more is sent to it or taken from it. What waits for it can still be taken as files,
        and what it sent stays until its time."""
        return remove_peer(self.store, to, by=self._who(by))

    def _peer(self, to: str) -> Peer:
        peer = post_peer(self.store, to)
        if not peer.in_force:
            raise StoreError(
                Message(
                    "no key of {id} is confirmed: compare the digits of its card by telephone first. Nothing was sent",
                    id=to,
                )
            )
        return peer

    def _send(
        self,
        peer: Peer,
        kind: MessageKind,
        content: Mapping[str, Any],
        rows: Sequence[Mapping[str, Any]],
        *,
        by: str,
        keep_until: datetime | None = None,
        key: OwnPostKey | None = None,
    ) -> Entry:
        last = self._direction(peer.id).last_sent
        message, text = self._signed(
            peer.id,
            kind,
            content,
            number=last.envelope.number + 1 if last else 1,
            previous=last.envelope if last else None,
            keep_until=keep_until or self.now + KEEP,
            key=key or self.own_key(by=by),
        )
        record = sent_record(message, body=self.store.keep_words(text), rows=rows, by=self._who(by))
        (entry,) = self.store.commit([record], is_act=bool(by))
        return entry

    def _signed(
        self,
        to: str,
        kind: MessageKind,
        content: Mapping[str, Any],
        *,
        number: int,
        previous: Envelope | None,
        keep_until: datetime,
        key: OwnPostKey,
    ) -> tuple[SignedMessage, str]:
        body = {"salt": secrets.token_hex(16), **content}
        envelope = Envelope(
            sender=self.here,
            receiver=to,
            number=number,
            previous_sha256=previous.sha256 if previous else None,
            sent_at=self.now,
            keep_until=as_utc(keep_until).replace(microsecond=0),
            kind=kind,
            body_sha256=body_hash(body),
        )
        return sign_message(envelope, body, key.seed), canonical(body).decode()

    # What waits

    def outgoing(self, to: str = "") -> list[OutgoingMessage]:
        """Every message to a peer, or to all, the latest first."""
        book = post_book(self.store)
        directions = [book.of(to)] if to else list(book.by_peer.values())
        messages = [message for direction in directions for message in direction.outgoing.values()]
        return sorted(messages, key=lambda message: message.entry, reverse=True)

    def waiting(self, to: str) -> list[OutgoingMessage]:
        """What the peer did not acknowledge yet, in its order."""
        direction = self._direction(to)
        return [direction.outgoing[number] for number in sorted(direction.waiting)]

    def sealed(self, outgoing: OutgoingMessage) -> bytes:
        """A message sealed for the keys of its receiver that are in force now. Raises StoreError where none is."""
        peer = post_peer(self.store, outgoing.envelope.receiver)
        opens = [key.card.opens for key in peer.keys.values() if key.is_in_force]  # of one that was removed as well
        if not opens:
            raise StoreError(Message("no key of {id} is in force; nothing can be sealed for it", id=peer.id))
        return seal_message(signed_again(self.store, outgoing).document, opens)

    def handed(self, outgoing: Iterable[OutgoingMessage], way: Way) -> None:
        """Enter that messages went by a way; one that went by it before is not entered again."""
        records = [
            step_record("handed", each.envelope.receiver, each.envelope.number, way=way)
            for each in outgoing
            if each.state in ("queued", "sent") and each.way != way
        ]
        if records:
            self.store.commit(records, is_act=False)

    def line(self, to: str, fault: str) -> None:
        """Enter that the line to a peer is down (a word of the outbox's faults), or up again (""); once a change."""
        direction = self._direction(to)
        if bool(fault) != (direction.down_since is not None):
            record = step_record("down" if fault else "up", to, 0, way="https", fault=fault)
            self.store.commit([record], is_act=False)

    def acknowledgement(self, to: str) -> bytes | None:
        """The sealed word of what has come from a peer so far; None where nothing has, or no key of it is in force."""
        peer, direction = post_peers(self.store).get(to), self._direction(to)
        last = direction.last_received
        if peer is None or not peer.in_force or last is None:
            return None
        refused = [
            {"number": each.number, "rule": each.refused} for each in direction.received.values() if each.refused
        ]
        message, _ = self._signed(
            to,
            "acknowledgement",
            {"upto": last.number, "sha256": last.sha256, "refused": refused[-100:]},
            number=0,
            previous=None,
            keep_until=self.now + KEEP,
            key=self.own_key(),
        )
        return seal_message(message.document, [key.card.opens for key in peer.in_force])

    def _direction(self, peer: str) -> Direction:
        return post_book(self.store).of(peer)

    def _who(self, by: str) -> str:
        return self.store.keys.reference_of(by) if by else ""


def _card_record(card: PostCard) -> dict[str, Any]:
    import json

    from trucewatch.model.post_card import card_bytes

    record: dict[str, Any] = json.loads(card_bytes(card))
    return record


def _parts(rows: Sequence[Mapping[str, Any]]) -> Iterable[list[dict[str, Any]]]:
    """Rows by messages: so many and so large as one may be, in order. Raises StoreError for a row that fits in none."""
    part: list[dict[str, Any]] = []
    size = 0
    for row in rows:
        length = len(canonical(dict(row)))
        if length > MOST_BODY:
            raise StoreError(Message("{code} is too large for one message; nothing was sent", code=row["code"]))
        if part and (len(part) >= MOST_ROWS or size + length > MOST_BODY):
            yield part
            part, size = [], 0
        part.append(dict(row))
        size += length
    if part:
        yield part
