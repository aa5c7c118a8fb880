"""What comes to a post-box: sealed bytes → a record, or a refusal of which nothing is kept. Opened in memory; the steps
are numbered as docs/post.md has them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from trucewatch.errors import NeverHereError, TrucewatchError
from trucewatch.messages import Message
from trucewatch.model.post_card import card_of
from trucewatch.model.sealed_message import (
    SealedMessageError,
    SignedMessage,
    check_body,
    open_message,
    read_document,
    verify_signature,
)
from trucewatch.pipeline.post import NUMBERING, Post
from trucewatch.pipeline.post_rows import Between, check_rows, kept_rows
from trucewatch.store.aid_refusals import record_refusal
from trucewatch.store.journal import Entry
from trucewatch.store.post_held import forget_held, held_sealed, hold_sealed
from trucewatch.store.post_peers import Peer, add_peer, peer_left, post_peers
from trucewatch.store.post_records import post_book, received_record, refused_record, step_record

ReceivedState = Literal["kept", "doubled", "held", "refused", "acknowledgement"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """What became of a message that came. refused: the rule of one that is counted, and of which nothing is kept.
    answer: the sealed acknowledgement for its sender; None of an acknowledgement itself. numbers: those that are on
    record by it, those that were held for it among them."""

    sender: str
    number: int
    state: ReceivedState
    refused: str = ""
    answer: bytes | None = None
    numbers: tuple[int, ...] = ()


def receive(post: Post, content: bytes) -> Received:
    """Take in one sealed message. Raises SealedMessageError for what is refused without a trace: for another, cut,
    changed, by nobody known, of a key that is not in force, of another number than the same before."""
    with NUMBERING:
        message = _opened(post, content)
        envelope = message.envelope
        if envelope.kind == "acknowledgement":
            _take_acknowledgement(post, message)
            return Received(sender=envelope.sender, number=0, state="acknowledgement")
        # 9. its number, and the one before
        direction = post_book(post.store).of(envelope.sender)
        last = direction.last_received
        expected = last.number + 1 if last else 1
        if envelope.number < expected:
            _check_same(post, message)
            answer = post.acknowledgement(envelope.sender)
            return Received(sender=envelope.sender, number=envelope.number, state="doubled", answer=answer)
        if envelope.number > expected:
            if not hold_sealed(post.store.root / "private", envelope.sender, envelope.number, content):
                raise SealedMessageError(
                    "full",
                    Message("too many messages of {sender} wait for one that is missing", sender=envelope.sender),
                )
            answer = post.acknowledgement(envelope.sender)
            return Received(sender=envelope.sender, number=envelope.number, state="held", answer=answer)
        refused = _keep(post, message)
        numbers = (envelope.number, *_keep_held(post, envelope.sender, envelope.number + 1))
        return Received(
            sender=envelope.sender,
            number=envelope.number,
            state="refused" if refused else "kept",
            refused=refused,
            answer=post.acknowledgement(envelope.sender),
            numbers=numbers,
        )


def _opened(post: Post, content: bytes) -> SignedMessage:
    """Steps 1 to 8. Raises SealedMessageError."""
    # 1. size, 2. age
    if not (identities := post.keys.identities()):  # whoever knocks makes no keys
        raise SealedMessageError("receiver", Message("this post-box has no keys yet; nothing was kept"))
    document = open_message(content, identities)
    # 3. JSON, and 4. the form
    message = read_document(document)
    envelope = message.envelope
    # 5. for this post-box
    if envelope.receiver != post.here:
        raise SealedMessageError(
            "address",
            Message(
                "the message is for {receiver}, not for this post-box; nothing was kept", receiver=envelope.receiver
            ),
        )
    # 6. from a peer, 7. by a key of it that is in force
    peer = post_peers(post.store).get(envelope.sender)
    if peer is None or peer.removed_at:
        raise SealedMessageError(
            "peer",
            Message("nobody called {sender} is among the peers here; nothing was kept", sender=envelope.sender[:64]),
        )
    _check_key(peer, message)
    # 8. signed by it, body and all
    verify_signature(message)
    check_body(message)
    return message


def _check_key(peer: Peer, message: SignedMessage) -> None:
    key = peer.keys.get(message.signs)
    if key is None:
        raise SealedMessageError(
            "key", Message("the message is signed by a key that is not of {sender}; nothing was kept", sender=peer.id)
        )
    if key.revoked_at:
        raise SealedMessageError(
            "revoked",
            Message("the message is signed by a key of {sender} that was revoked; nothing was kept", sender=peer.id),
        )
    if key.confirmed_at is None:
        raise SealedMessageError(
            "unconfirmed",
            Message(
                "nobody compared the digits of this key of {sender} yet; nothing was kept. Compare them by telephone, "
                "then have it sent again",
                sender=peer.id,
            ),
        )
    if message.envelope.sent_at < key.card.since.replace(microsecond=0):
        raise SealedMessageError(
            "key_time",
            Message("the message of {sender} says an hour before its key was made; nothing was kept", sender=peer.id),
        )


def _check_same(post: Post, message: SignedMessage) -> None:
    """Raises SealedMessageError where another message stands under this number: both are signed, and that is entered
    once. Of one that was refused nothing was kept to compare with."""
    envelope = message.envelope
    direction = post_book(post.store).of(envelope.sender)
    before = direction.received[envelope.number]
    if not before.sha256 or before.sha256 == envelope.sha256:
        return
    if direction.forks.get(envelope.number) != envelope.sha256:
        post.store.commit([step_record("forked", envelope.sender, envelope.number, acknowledged=message)], is_act=False)
    raise SealedMessageError(
        "forked",
        Message(
            "{sender} signed two messages under number {number}: {before}… is on record here since {at}, and {other}… "
            "came now, which is not kept. Ask {sender} whether its store was put back from a copy",
            sender=envelope.sender,
            number=envelope.number,
            before=before.sha256[:16],
            at=before.received_at,
            other=envelope.sha256[:16],
        ),
    )


def _keep(post: Post, message: SignedMessage) -> str:
    """Steps 9 to 11 for the next message of its sender: it is on record when this returns. The rule by which it is
    refused, and counted; "" for one that is kept. Raises SealedMessageError."""
    envelope = message.envelope
    last = post_book(post.store).of(envelope.sender).last_received
    if last is not None and last.sha256 and envelope.previous_sha256 != last.sha256:
        raise SealedMessageError(
            "previous",
            Message(
                "message {number} of {sender} follows another than the one that is on record here ({before}…); it is "
                "not kept. Compare both logs",
                number=envelope.number,
                sender=envelope.sender,
                before=last.sha256[:16],
            ),
        )
    body: Mapping[str, Any] = message.body or {}
    rows: list[dict[str, Any]] = []
    try:
        # 10. what it says, before a byte of it is stored
        if envelope.kind == "rows" and message.body is not None:
            checked = check_rows(body.get("rows"), _between(post, envelope.sender))
            # 11. kept
            rows = kept_rows(
                post.store, checked, here=post.here, now=post.now, with_content=envelope.keep_until > post.now
            )
        elif envelope.kind == "key" and message.body is not None:
            _take_key(post, envelope.sender, body)
    except NeverHereError as exc:
        record_refusal(post.store, door="message", rules=exc.rules, at=post.now)
        return _refuse(post, message, exc.rules[0] if exc.rules else "never_here")
    except SealedMessageError as exc:
        return _refuse(post, message, exc.rule)
    record = received_record(message, rows, is_previous_refused=last is not None and not last.sha256)
    post.store.commit([record], is_act=False)
    if envelope.kind == "leaving":
        peer_left(post.store, envelope.sender)
    return ""


def _between(post: Post, sender: str) -> Between:
    return Between(
        sender=sender,
        sender_kind=post_peers(post.store)[sender].card.kind,
        here=post.here,
        kind=post.kind,
        sent=post_book(post.store).of(sender).codes_sent,
    )


def _refuse(post: Post, message: SignedMessage, rule: str) -> str:
    post.store.commit([refused_record(message.envelope, rule)], is_act=False)
    return rule


def _take_key(post: Post, sender: str, body: Mapping[str, Any]) -> Entry | None:
    """A new card of a peer, by its key of before: taken in, and it waits to be compared by a person."""
    try:
        card = card_of(body["card"])
        if card.id != sender:
            raise SealedMessageError("address", Message("the card is of another post-box; it is not taken in"))
        return add_peer(post.store, card, own_id=post.here, by="")
    except (SealedMessageError, NeverHereError):
        raise
    except (KeyError, TypeError, TrucewatchError):
        raise SealedMessageError(
            "form", Message("the card of the message cannot be read; it is not taken in")
        ) from None


def _keep_held(post: Post, sender: str, number: int) -> list[int]:
    """Take in what was held for the message before; the numbers that are on record now."""
    private, numbers = post.store.root / "private", list[int]()
    while (content := held_sealed(private, sender, number)) is not None:
        try:
            message = _opened(post, content)
            if message.envelope.number == number and message.envelope.sender == sender:
                _keep(post, message)
                numbers.append(number)
        except SealedMessageError:
            forget_held(private, sender, number)  # its key was revoked meanwhile; its sender has it still
            break
        forget_held(private, sender, number)
        number += 1
    return numbers


def _take_acknowledgement(post: Post, message: SignedMessage) -> None:
    """What a peer says that it has. Raises SealedMessageError where it is not what was sent."""
    sender, body = message.envelope.sender, message.body or {}
    direction = post_book(post.store).of(sender)
    upto, sha256, refused = body.get("upto"), body.get("sha256"), body.get("refused")
    if type(upto) is not int or not isinstance(sha256, str) or not isinstance(refused, list) or upto < 1:
        raise SealedMessageError("form", Message("the acknowledgement of {sender} cannot be read", sender=sender))
    outgoing = direction.outgoing.get(upto)
    if outgoing is None or (sha256 and sha256 != outgoing.envelope.sha256):
        raise SealedMessageError(
            "forked",
            Message(
                "{sender} says that it has message {number}, {other}…, which this log does not hold. If this store was "
                "put back from a copy, messages after that copy are only there",
                sender=sender,
                number=upto,
                other=sha256[:16],
            ),
        )
    records = []
    for each in refused:
        number = each.get("number") if isinstance(each, Mapping) else None
        if isinstance(number, int) and number in direction.waiting and number <= upto:
            rule = str(each.get("rule"))[:40]
            records.append(step_record("refused", sender, number, fault=rule if rule.isidentifier() else "form"))
    counted = {record["number"] for record in records}
    if any(number <= upto and number not in counted for number in direction.waiting):
        records.append(step_record("acknowledged", sender, upto, acknowledged=message))
    if records:
        post.store.commit(records, is_act=False)
