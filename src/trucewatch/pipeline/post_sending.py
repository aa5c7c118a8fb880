"""What waits in the post-box goes to peers that have an HTTPS address, in order, again and again until each says that
it has it: after a fault a minute later, then twice as long each time, up to an hour, for as many days as it takes."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from trucewatch.errors import TrucewatchError
from trucewatch.model.aid_items import AidEntry
from trucewatch.model.aid_registry import TABLES
from trucewatch.model.post_card import PostCard
from trucewatch.pipeline.post import AT_ONCE, Post
from trucewatch.pipeline.post_receiving import receive
from trucewatch.pipeline.post_rows import may_travel, outgoing_rows, undo_row
from trucewatch.store.aid_records import aid_entries
from trucewatch.store.post_https import HandedOver
from trucewatch.store.post_peers import Peer, post_peers

FIRST_WAIT: Final = timedelta(minutes=1)
LONGEST_WAIT: Final = timedelta(hours=1)
HandOver = Callable[[PostCard, bytes], HandedOver]
Guard = Callable[[], AbstractContextManager[object]]


@dataclass(slots=True)
class Waits:
    """When each peer is tried next; forgotten with the process, which then tries at once."""

    until: dict[str, datetime] = field(default_factory=dict)
    attempts: dict[str, int] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def is_due(self, peer: str, now: datetime) -> bool:
        return self.until.get(peer, now) <= now

    def failed(self, peer: str, now: datetime) -> None:
        attempts = self.attempts[peer] = self.attempts.get(peer, 0) + 1
        self.until[peer] = now + min(FIRST_WAIT * 2 ** min(attempts - 1, 10), LONGEST_WAIT)

    def passed(self, peer: str) -> None:
        self.until.pop(peer, None)
        self.attempts.pop(peer, None)


def send_due(post_at: Callable[[], Post], waits: Waits, *, hand_over: HandOver, guard: Guard) -> int:
    """One look: to each peer with an HTTPS address what waits for it; how many messages were acknowledged. guard: held
    while something is entered, and not while the network is waited for."""
    acknowledged = 0
    with waits.lock:
        post = post_at()
        for peer in post_peers(post.store).values():
            card = _reached_at(peer)
            if card is not None and waits.is_due(peer.id, post.now):
                acknowledged += _send_to(post_at, peer.id, card, waits, hand_over, guard)
    return acknowledged


def follow_up(post: Post, *, by: str = "") -> int:
    """Queue what follows from messages that went before: our steps about items of a peer go to it; later versions,
    steps and undoing of what it got from us go after it. How many rows."""
    count = 0
    for peer in post_peers(post.store).values():
        if peer.in_force:
            rows = _following(post, peer)
            if rows:
                post.send_written(peer.id, rows, by=by)
                count += len(rows)
    return count


def _following(post: Post, peer: Peer) -> list[dict[str, Any]]:
    rows_sent = [row for message in post.outgoing(peer.id) for row in message.rows]
    entries_sent = {row["entry"] for row in rows_sent if "entry" in row}
    codes_sent = {row["code"] for row in rows_sent}
    undone_sent = {row["undoes"] for row in rows_sent if "undoes" in row}
    own = [entry for entry in aid_entries(post.store) if not entry.origin and entry.known_at <= post.now]
    kind = peer.in_force[-1].card.kind
    rows: list[dict[str, Any]] = []
    for entry in own:
        if entry.entry_id in entries_sent:
            if entry.undone is not None and entry.entry_id not in undone_sent:
                rows.append(undo_row(entry, here=post.here, known_at=post.now))
        elif entry.stands and entry.row is not None and _follows(entry, peer.id, kind, codes_sent, post.here):
            rows.extend(outgoing_rows([entry], here=post.here, to=peer.id, kind=kind))
    return rows


def _follows(entry: AidEntry, peer: str, kind: str, codes_sent: set[str], here: str) -> bool:
    """Whether an entry goes to a peer by itself: a step about its item, or more about what it got from us."""
    is_answer = entry.about.startswith(f"{peer}:")
    is_more = f"{here}:{entry.code}" in codes_sent
    return (is_answer or is_more) and may_travel(TABLES[entry.table], kind, is_answer=is_answer)


def _reached_at(peer: Peer) -> PostCard | None:
    """The card by whose address a peer is reached: of a key that somebody confirmed."""
    cards: Sequence[PostCard] = [key.card for key in peer.in_force if key.card.https]
    return cards[-1] if cards else None


def _send_to(
    post_at: Callable[[], Post], peer: str, card: PostCard, waits: Waits, hand_over: HandOver, guard: Guard
) -> int:
    acknowledged = 0
    for outgoing in post_at().waiting(peer)[:AT_ONCE]:
        handed = hand_over(card, post_at().sealed(outgoing))
        with guard():
            post = post_at()
            fault = handed.fault
            if not fault:
                post.handed([outgoing], "https")
                fault = _answer_fault(post, handed.answer)
            post.line(peer, fault)
            if fault:
                waits.failed(peer, post.now)
                return acknowledged
            waits.passed(peer)
        acknowledged += 1
    return acknowledged


def _answer_fault(post: Post, answer: bytes) -> str:
    try:
        receive(post, answer)
    except TrucewatchError:
        return "answer"
    return ""
