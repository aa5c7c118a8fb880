"""What can be done with the post-box, each once: take in, give out, send by mail, look what is due."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from trucewatch.desks.posting.files import armoured, file_name
from trucewatch.errors import StoreError, TrucewatchError
from trucewatch.messages import Amount, Message, Plural
from trucewatch.model.aid_items import AidEntry
from trucewatch.model.aid_registry import TABLES
from trucewatch.model.sealed_message import SealedMessageError
from trucewatch.pipeline.post import Post
from trucewatch.pipeline.post_receiving import Received, receive
from trucewatch.pipeline.post_rows import may_travel
from trucewatch.pipeline.post_sending import follow_up
from trucewatch.store.mail_post import Mail, post_mail
from trucewatch.store.mail_server import read_mail_server
from trucewatch.store.post_peers import post_peer

NOT_TAKEN: Final = Message(
    "This post-box does not take it: its sender is not among those whose card was compared here, or its key is not in "
    "force. Ask the other side by telephone."
)
"""What is said to whoever asks, of all that would tell who the peers are."""
_TELLS_OF_PEERS: Final = ("peer", "unconfirmed", "key", "revoked", "key_time", "signature")


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenIn:
    """What became of messages that were brought together."""

    received: tuple[Received, ...]
    refused: tuple[SealedMessageError, ...]

    @property
    def sentence(self) -> Message:
        number = sum(len(each.numbers) for each in self.received)
        count = Plural("{count} message is kept", "{count} messages are kept", number, count=Amount(number))
        rest = Message(
            "here already: {doubled}; wait for one before: {held}; acknowledgements: {answers}; refused: {refused}",
            doubled=self._count("doubled"),
            held=self._count("held"),
            answers=self._count("acknowledgement"),
            refused=Amount(len(self.refused) + sum(bool(each.refused) for each in self.received)),
        )
        return Message("{kept}; {rest}.", kept=count, rest=rest)

    def _count(self, state: str) -> Amount:
        return Amount(sum(each.state == state for each in self.received))


def take_in(post: Post, sealed: Iterable[bytes]) -> TakenIn:
    """Take sealed messages in, each by itself: one that is refused keeps no other out."""
    received: list[Received] = []
    refused: list[SealedMessageError] = []
    for content in sealed:
        try:
            received.append(receive(post, content))
        except SealedMessageError as exc:
            refused.append(exc)
    return TakenIn(received=tuple(received), refused=tuple(refused))


def words_for_anybody(refused: SealedMessageError) -> Message:
    """Why a message was refused, as it is said to whoever asks: nothing of who the peers are."""
    return NOT_TAKEN if refused.rule in _TELLS_OF_PEERS else refused.message


def given_out(post: Post, to: str) -> list[tuple[str, bytes]]:
    """All that waits for a peer as files, and what this side has of its messages; that they went is entered. What was
    entered a moment ago about what it sent, or got, is among it."""
    follow_up(post)
    waiting = post.waiting(to)
    files = []
    for outgoing in waiting:
        content = post.sealed(outgoing)
        files.append((file_name(post.here, to, outgoing.envelope.number, content), content))
    answer = post.acknowledgement(to)
    if answer is not None:
        files.append((file_name(post.here, to, 0, answer), answer))
    if not files:
        raise StoreError(Message("nothing waits for {id}, and nothing came from it; there is no file to give", id=to))
    post.handed(waiting, "file")
    return files


def send_by_mail(
    post: Post, to: str, *, clock: Callable[[], datetime], guard: Callable[[], AbstractContextManager[object]]
) -> int:
    """Send what waits for a peer, and the acknowledgement, by mail, each in one of its own; how many were taken by the
    mail server. Raises StoreError where there is no server or no address, and for the first that was not taken."""
    server = read_mail_server(post.store.root / "private")
    addresses = [key.card.mail for key in post_peer(post.store, to).in_force if key.card.mail]
    if server is None:
        raise StoreError(
            Message("no mail server is named here; name one with: trucewatch outbox WATCH mail-server HOST")
        )
    if not addresses:
        raise StoreError(Message("the card of {id} names no mail address", id=to))
    follow_up(post)
    waiting = post.waiting(to)
    contents = [(each, post.sealed(each)) for each in waiting]
    answer = post.acknowledgement(to)
    for outgoing, content in [*contents, *([(None, answer)] if answer else [])]:
        number = outgoing.envelope.number if outgoing else 0
        name = file_name(post.here, to, number, content)
        mail = Mail(
            to=addresses[-1],
            subject=f"Sealed message {number} from {post.here}",
            text=armoured(content),
            message_id=f"<{name}@{server.sender.rpartition('@')[2]}>",
            date=clock(),
        )
        answered = post_mail(server, mail)
        if answered.fault:
            raise StoreError(
                Message(
                    "the mail server did not take it ({fault}); what waits stays. Try again later", fault=answered.fault
                )
            )
        if outgoing is not None:
            with guard():
                post.handed([outgoing], "mail")
    return len(contents) + bool(answer)


def _may_go(step: AidEntry, kind: str) -> bool:
    table = TABLES.get(step.table)
    return table is not None and step.row is not None and may_travel(table, kind)


def queue_rows(post: Post, codes: Iterable[str], to: str, *, by: str, keep_until: datetime | None = None) -> int:
    """Queue items by their codes, with the steps that are entered here about them. Raises TrucewatchError."""
    from trucewatch.pipeline.aid_entering import AidBook

    book, kind = AidBook(post.store, post.watch, post.now), post_peer(post.store, to).card.kind
    entries = []
    for code in codes:
        item = book.item(code)
        if item.origin:
            raise TrucewatchError(Message("{code} is of another instance, which alone sends it", code=item.code))
        entries += [item.last, *(step for step in item.steps if not step.origin and _may_go(step, kind))]
    return len(post.send_rows(to, entries, by=by, keep_until=keep_until))
