"""Two post-boxes of an example: cards exchanged and confirmed; what is sent between them really sealed, taken in and
acknowledged, as files that are never on disk. Whatever was broken off goes on where it stopped; nothing goes twice."""

from __future__ import annotations

from typing import Final

from trucewatch.pipeline.aid_entering import AidBook
from trucewatch.pipeline.aid_notifying import shared_items, show_centre
from trucewatch.pipeline.post import AT_ONCE, Post
from trucewatch.pipeline.post_receiving import receive
from trucewatch.pipeline.post_sending import follow_up
from trucewatch.store.aid_records import aid_entries
from trucewatch.store.post_peers import add_peer, confirm_peer, post_peers

COMPARED_WITH: Final = "duty officer (simulated)"
"""The function with which the digits of a card were compared by telephone."""
_SHARED: Final = ("shared_notice", "shared_passage")


def carry(first: Post, second: Post, *, by: str) -> int:
    """Let what waits on either side reach the other, both ways, until nothing waits; how many messages went. Cards are
    exchanged before the first."""
    for own, other in ((first, second), (second, first)):
        _introduce(own, other, by=by)
    count = 0
    for own, other in ((first, second), (second, first)):
        follow_up(own, by=by)
        while waiting := own.waiting(other.here)[:AT_ONCE]:
            own.handed(waiting, "file")
            for message in waiting:
                answer = receive(other, own.sealed(message)).answer
                if answer is not None:
                    receive(own, answer)
                count += 1
    return count


def send_once(post: Post, book: AidBook, code: str, *, to: str, by: str) -> None:
    """Queue an item with its own steps for a peer, as far as they were not queued before."""
    sent = {row.get("entry") for message in post.outgoing(to) for row in message.rows}
    item = book.item(code)
    entries = [item.last, *(step for step in item.steps if not step.origin)]
    left = [entry for entry in entries if entry.entry_id not in sent]
    if left:
        post.send_rows(to, left, by=by)


def show_once(book: AidBook, code: str, *, by: str, acting_for: str) -> str:
    """Let the centre be shown what was ticked of a notification; the code of the row that it sees."""
    item = book.item(code)
    if not shared_items(book, item):
        # Broken off between the row and the word that it was shown: the row stands, and the word follows.
        alone = [
            entry
            for entry in aid_entries(book.store)
            if entry.table in _SHARED and entry.known_at == book.now and not entry.origin
        ]
        if alone:
            fields = {"organisation": item.row.organisation, "shared": alone[-1].code}
            book.enter("notice_shown", fields, by=by, about=item.code, acting_for=acting_for)
        else:
            show_centre(book, item, by=by, acting_for=acting_for)
    return shared_items(book, book.item(code))[-1].code


def _introduce(own: Post, other: Post, *, by: str) -> None:
    """Take the card of the other in, and enter that its digits were compared."""
    person = own.store.keys.person_reference(by)
    card = other.card(by=by)
    peer = post_peers(own.store).get(card.id)
    if peer is None:
        add_peer(own.store, card, own_id=own.here, by=person)
        peer = post_peers(own.store)[card.id]
    if not peer.in_force and not peer.left_at and not peer.removed_at and card.signs in peer.keys:
        day = own.now.astimezone(own.watch.zone).date()
        confirm_peer(own.store, card.id, card.signs, function=COMPARED_WITH, on=day, by=person)
