"""What can be done with road notices: decided ones go to the post-box at once."""

from __future__ import annotations

from trucewatch.pipeline.aid_entering import AidBook
from trucewatch.pipeline.post import Post
from trucewatch.pipeline.road_notices import send_road_notices
from trucewatch.server.console import Console
from trucewatch.server.person import WHO


def alone_in(console: Console) -> str:
    """The reference of the one person of a watch without accounts; "" where there are accounts."""
    return "" if console.accounts.in_use else console.store.keys.person_reference(WHO)


def send_decided(console: Console, *, by: str) -> int:
    """Queue what the shift decided for every humanitarian recipient; how many messages."""
    snapshot = console.snapshot
    now = snapshot.as_of if snapshot.is_past else console.now()
    post = Post(console.store, snapshot.watch, now)
    book = AidBook(console.store, snapshot.watch, now)
    return send_road_notices(post, book, by=by, alone=alone_in(console))
