"""What the retention clock does in the post-box beyond erasing texts: a message that waits beyond its time goes on
without what it said, and keys that were replaced long ago are dropped."""

from __future__ import annotations

from datetime import datetime

from trucewatch.pipeline.post import KEEP, KEY, NUMBERING
from trucewatch.store import Store
from trucewatch.store.post_keys import OwnPostKey, PostKeys
from trucewatch.store.post_records import post_book, step_record


def lapse_post(store: Store, now: datetime) -> None:
    """Enter both, each once. Raises StoreError."""
    with NUMBERING:
        over = [
            step_record("expired", message.envelope.receiver, message.envelope.number)
            for direction in post_book(store).by_peer.values()
            for message in direction.outgoing.values()
            if message.state in ("queued", "sent") and message.envelope.keep_until <= now
        ]
        if over:
            store.commit(over, is_act=False)
        keys = PostKeys(store.root / "private")
        for key in old_keys(keys, now):
            record = {"schema": KEY, "act": "dropped", "signs": f"ed25519:{key.signs}", "opens": key.opens, "by": ""}
            store.commit([record], is_act=False)
            keys.drop(key.signs)


def old_keys(keys: PostKeys, now: datetime) -> list[OwnPostKey]:
    """The pairs that were replaced so long ago that nothing sealed for them may still be on its way: by then every peer
    has compared the new card, or is asked to."""
    return [key for key in keys.all() if key.until is not None and key.until + KEEP <= now]
