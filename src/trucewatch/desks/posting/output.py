"""What the commands of the post-box print."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import tzinfo
from typing import Any

from trucewatch.messages import Message
from trucewatch.model.post_card import PostCard
from trucewatch.model.sealed_message import SignedMessage
from trucewatch.model.times import iso_utc
from trucewatch.pipeline.post import Post
from trucewatch.store.post_peers import post_peers
from trucewatch.store.post_records import post_book


def digits_line(card: PostCard) -> str:
    """The digits that two people compare."""
    return " ".join(card.fingerprint)


def document_of(post: Post) -> dict[str, Any]:
    """The post-box as one JSON document."""
    book = post_book(post.store)
    return {
        "schema": "trucewatch/post/1",
        "id": post.here,
        "as_of": iso_utc(post.now),
        "peers": [
            {
                "id": peer.id,
                "confirmed": bool(peer.in_force),
                "digits": " ".join(peer.card.fingerprint),
                "line_down_since": iso_utc(down) if (down := book.of(peer.id).down_since) else None,
                "waiting": len(book.of(peer.id).waiting),
                "received": len(book.of(peer.id).received),
                "removed": peer.removed_at is not None,
            }
            for peer in post_peers(post.store).values()
        ],
        "waiting": [
            {
                "to": message.envelope.receiver,
                "number": message.envelope.number,
                "sha256": message.envelope.sha256,
                "state": message.state,
                "way": message.way,
                "since": iso_utc(message.queued_at),
                "keep_until": iso_utc(message.envelope.keep_until),
            }
            for message in reversed(post.outgoing())
            if message.is_waiting
        ],
        "received": [
            {
                "from": message.sender,
                "number": message.number,
                "sha256": message.sha256 or None,
                "refused": message.refused or None,
                "rows": [row["code"] for row in message.rows],
                "keep_until": iso_utc(message.keep_until),
            }
            for direction in book.by_peer.values()
            for message in direction.received.values()
        ],
    }


def lines_of(document: dict[str, Any], zone: tzinfo) -> Iterator[Message]:
    """The same in lines."""
    if not document["peers"]:
        yield Message("There is nobody yet: take a card in with: trucewatch post add WATCH CARD")
    for peer in document["peers"]:
        state = Message("removed") if peer["removed"] else Message("compared")
        if not peer["confirmed"] and not peer["removed"]:
            state = Message("digits not compared yet")
        yield Message(
            "{id}: {state}; waits to leave: {waiting}; came: {received}; {digits}",
            id=peer["id"],
            state=state,
            waiting=peer["waiting"],
            received=peer["received"],
            digits=peer["digits"],
        )
        if peer["line_down_since"]:
            yield Message("  line down since {moment}", moment=peer["line_down_since"])


def lines_of_answer(message: SignedMessage) -> Iterator[Message]:
    """What an answer says, for an organisation without a watch."""
    envelope, body = message.envelope, message.body or {}
    yield Message(
        "From {sender}, message {number}, {moment}; keep it until {until}",
        sender=envelope.sender,
        number=envelope.number,
        moment=iso_utc(envelope.sent_at),
        until=iso_utc(envelope.keep_until),
    )
    if envelope.kind == "acknowledgement":
        yield Message("It has your messages up to {number}.", number=body.get("upto", 0))
        for each in body.get("refused", ()):
            yield Message("Message {number} is refused by the rule {rule}.", number=each["number"], rule=each["rule"])
    elif message.body is None:
        yield Message("Its time was over before it was handed over; it holds nothing any more.")
    for row in body.get("rows", ()):
        if "undoes" in row:
            yield Message("{code}: {table}, taken back", code=row["code"], table=row["table"])
        else:
            content = json.dumps(json.loads(row["content"]), ensure_ascii=False, sort_keys=True)
            yield Message("{code}: {table} {content}", code=row["code"], table=row["table"], content=content)
