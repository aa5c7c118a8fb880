"""What the retention clock does in the post-box beyond erasing texts: a message that waits beyond its time goes on
without what it said, and keys that were replaced long ago are dropped."""

from __future__ import annotations

from datetime import datetime

from trucewatch.model.sealed_message import SealedMessageError, open_message, read_document
from trucewatch.pipeline.post import KEEP, KEY, NUMBERING
from trucewatch.store import Store
from trucewatch.store.post_held import forget_held, held_messages, held_sealed
from trucewatch.store.post_keys import OwnPostKey, PostKeys
from trucewatch.store.post_records import post_book, step_record


def lapse_post(store: Store, now: datetime) -> None:
    """Enter both, each once; and forget what is held for a message before it, past its time. Raises StoreError."""
    with NUMBERING:
        _forget_held(store, now)
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


def _forget_held(store: Store, now: datetime) -> None:
    """What came before its turn lies sealed beside the key that opens it: its time ends as that of all else."""
    private = store.root / "private"
    identities = PostKeys(private).identities()
    for peer, number in held_messages(private):
        try:
            envelope = read_document(open_message(held_sealed(private, peer, number) or b"", identities)).envelope
            is_over = min(envelope.keep_until, envelope.sent_at + KEEP) <= now
        except SealedMessageError:
            is_over = True  # its key was dropped: nobody opens it any more
        if is_over:
            forget_held(private, peer, number)


def old_keys(keys: PostKeys, now: datetime) -> list[OwnPostKey]:
    """The pairs that were replaced so long ago that nothing sealed for them may still be on its way: by then every peer
    has compared the new card, or is asked to."""
    return [key for key in keys.all() if key.until is not None and key.until + KEEP <= now]
