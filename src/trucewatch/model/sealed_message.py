"""One message between two post-boxes: an envelope that is signed, a body that the envelope names by its hash, both
sealed for the receiver.

1. `body`: canonical JSON (RFC 8785) with a salt of 128 random bits. `envelope`: schema, from, to, number, previous,
   times, kind and the SHA-256 of the body. The hash of a message is that of its envelope; both logs hold it. When the
   body is erased, salt and all, the hash says nothing of what was in it, and the order of messages still verifies.
2. Signed: Ed25519 over `trucewatch/message/1`, a line feed, and the canonical envelope.
3. Sealed: age (age-encryption.org/v1) for the X25519 keys of the receiver that are in force.

A message whose time to be kept is over travels without its body: the ones after it then still have the one before.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any, Final, Literal, NoReturn, get_args

from trucewatch.errors import TrucewatchError
from trucewatch.messages import Amount, Message
from trucewatch.model.ids import Sha256, canonical, sha256_of
from trucewatch.model.post_card import is_post_id
from trucewatch.model.times import iso_utc, read_time

SCHEMA: Final = "trucewatch/message/1"
MessageKind = Literal["rows", "acknowledgement", "key", "leaving"]
MESSAGE_KINDS: Final[tuple[MessageKind, ...]] = get_args(MessageKind)
MOST_SEALED_BYTES: Final = 1_000_000
"""Of one sealed message: what is larger is refused before it is opened."""
MOST_ROWS: Final = 500
Rule = Literal[
    "size",
    "age",
    "receiver",
    "form",
    "address",
    "peer",
    "unconfirmed",
    "key",
    "revoked",
    "key_time",
    "signature",
    "body",
    "previous",
    "forked",
    "full",
    "table",
    "never_here",
]
"""Why a message is refused."""
_ENVELOPE: Final = frozenset(
    ("schema", "from", "to", "number", "previous_sha256", "sent_at", "keep_until", "kind", "body_sha256")
)
_HEX: Final = frozenset("0123456789abcdef")


class SealedMessageError(TrucewatchError):
    """A sealed message is refused; nothing of it is kept. rule: why, in one word."""

    def __init__(self, rule: Rule, message: Message) -> None:
        super().__init__(message)
        self.rule: Rule = rule


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """What is signed. number: 1, 2, 3 … of this direction; 0 of an acknowledgement, which needs none itself.
    previous_sha256: the hash of the message before; None of the first."""

    sender: str
    receiver: str
    number: int
    previous_sha256: Sha256 | None
    sent_at: datetime
    keep_until: datetime
    kind: MessageKind
    body_sha256: Sha256

    @property
    def content(self) -> bytes:
        """Its canonical JSON."""
        return canonical(
            {
                "schema": SCHEMA,
                "from": self.sender,
                "to": self.receiver,
                "number": self.number,
                "previous_sha256": self.previous_sha256,
                "sent_at": iso_utc(self.sent_at),
                "keep_until": iso_utc(self.keep_until),
                "kind": self.kind,
                "body_sha256": self.body_sha256,
            }
        )

    @property
    def sha256(self) -> Sha256:
        """The hash of the message, as both logs hold it."""
        return sha256_of(self.content)


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedMessage:
    """An envelope with its signature. body: None where its time to be kept was over before it was handed over. signs:
    the public key, 64 hexadecimal digits. signature: 128 of them."""

    envelope: Envelope
    body: Mapping[str, Any] | None
    signs: str
    signature: str

    @property
    def document(self) -> bytes:
        """Its canonical JSON, as it is sealed."""
        return canonical(
            {
                "envelope": json.loads(self.envelope.content),
                "body": self.body,
                "key": self.signs,
                "signature": self.signature,
            }
        )


def sign_message(envelope: Envelope, body: Mapping[str, Any], seed: bytes) -> SignedMessage:
    """The signed message. seed: the 32 bytes of an Ed25519 key. Raises ValueError for a body that the envelope does not
    name."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    if body_hash(body) != envelope.body_sha256:
        raise ValueError("the envelope names another body")
    key = Ed25519PrivateKey.from_private_bytes(seed)
    return SignedMessage(
        envelope=envelope,
        body=body,
        signs=key.public_key().public_bytes_raw().hex(),
        signature=key.sign(signed_bytes(envelope)).hex(),
    )


def body_hash(body: Mapping[str, Any]) -> Sha256:
    """The SHA-256 of a body's canonical JSON."""
    return sha256_of(canonical(body))


def signed_bytes(envelope: Envelope) -> bytes:
    """What the signature is over. Nothing else that this program signs begins so."""
    return f"{SCHEMA}\n".encode() + envelope.content


def verify_signature(message: SignedMessage) -> None:
    """Raises SealedMessageError where the key that it names did not sign this envelope."""
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    try:
        key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(message.signs))
        key.verify(bytes.fromhex(message.signature), signed_bytes(message.envelope))
    except (InvalidSignature, ValueError):
        raise SealedMessageError(
            "signature",
            Message(
                "the signature under message {number} of {sender} is not good: it was changed on its way, or another "
                "wrote it. Nothing of it is kept; ask for it again",
                number=message.envelope.number,
                sender=message.envelope.sender,
            ),
        ) from None


def seal_message(document: bytes, opens: Sequence[str]) -> bytes:
    """An age file that any of these keys opens. opens: `age1…`, one at least."""
    from pyrage import encrypt, x25519

    return bytes(encrypt(document, [x25519.Recipient.from_str(each) for each in opens]))


def open_message(content: bytes, identities: Collection[str]) -> bytes:
    """The document in a sealed message. identities: `AGE-SECRET-KEY-1…`. Raises SealedMessageError: too large, cut,
    changed, or sealed for another."""
    from pyrage import DecryptError, decrypt, x25519

    if len(content) > MOST_SEALED_BYTES:
        raise SealedMessageError(
            "size",
            Message("the message has more than {most} bytes; it was not opened", most=Amount(MOST_SEALED_BYTES)),
        )
    try:
        return bytes(decrypt(content, [x25519.Identity.from_str(each) for each in identities]))
    except DecryptError as exc:
        if "No matching keys" in str(exc):
            raise SealedMessageError(
                "receiver",
                Message(
                    "the message does not open with a key of this post-box: it is sealed for another, or for a key "
                    "that is no longer here. Send the sender the card of today"
                ),
            ) from None
        raise SealedMessageError(
            "age",
            Message("the message is cut or was changed on its way; nothing of it is kept. Ask for it again"),
        ) from None


def read_document(content: bytes) -> SignedMessage:
    """The signed message in an opened document; its signature is not looked at yet. Raises SealedMessageError."""
    try:
        record = json.loads(content, object_pairs_hook=_without_doubles, parse_float=_refuse_number)
        if not isinstance(record, dict) or canonical(record) != content:
            raise ValueError
        return _message_in(record)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError, UnicodeError, TrucewatchError):
        raise SealedMessageError(
            "form",
            Message(
                "what is sealed is no message of the form {schema}; nothing of it is kept. The sender may have another "
                "version of this program",
                schema=SCHEMA,
            ),
        ) from None


def _message_in(record: Mapping[str, Any]) -> SignedMessage:
    if set(record) != {"envelope", "body", "key", "signature"}:
        raise ValueError
    envelope, body = envelope_of(record["envelope"]), record["body"]
    if body is not None and not isinstance(body, dict):
        raise ValueError
    if not (_is_hex(record["key"], 64) and _is_hex(record["signature"], 128)):
        raise ValueError
    return SignedMessage(envelope=envelope, body=body, signs=record["key"], signature=record["signature"])


def envelope_of(record: Mapping[str, Any]) -> Envelope:
    """The envelope in an object of JSON. Raises ValueError, KeyError, TypeError, TimeError."""
    if set(record) != _ENVELOPE or record["schema"] != SCHEMA or record["kind"] not in MESSAGE_KINDS:
        raise ValueError
    number, previous = record["number"], record["previous_sha256"]
    if type(number) is not int or not 0 <= number < 1 << 31:
        raise ValueError
    if (number == 0) != (record["kind"] == "acknowledgement") or (previous is None) != (number < 2):
        raise ValueError
    if not (previous is None or _is_hex(previous, 64)) or not _is_hex(record["body_sha256"], 64):
        raise ValueError
    if not (is_post_id(record["from"]) and is_post_id(record["to"])):
        raise ValueError
    envelope = Envelope(
        sender=record["from"],
        receiver=record["to"],
        number=number,
        previous_sha256=None if previous is None else Sha256(previous),
        sent_at=read_time(record["sent_at"]),
        keep_until=read_time(record["keep_until"]),
        kind=record["kind"],
        body_sha256=Sha256(record["body_sha256"]),
    )
    if json.loads(envelope.content) != dict(record):
        raise ValueError  # a time that is written otherwise
    return envelope


def check_body(message: SignedMessage) -> None:
    """Raises SealedMessageError where the body is not the one that the envelope names. One that is left out is none."""
    if message.body is not None and body_hash(message.body) != message.envelope.body_sha256:
        raise SealedMessageError(
            "body",
            Message(
                "the content of message {number} of {sender} is not the one that was signed; nothing of it is kept. "
                "Ask for it again",
                number=message.envelope.number,
                sender=message.envelope.sender,
            ),
        )


def texts_in(value: Any) -> Iterable[str]:
    """Every text and every name of a field in an object of JSON, for who looks at what a message says."""
    if isinstance(value, Mapping):
        for name, inner in value.items():
            yield str(name)
            yield from texts_in(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from texts_in(inner)
    elif isinstance(value, str):
        yield value


def sealed_name(content: bytes) -> str:
    """A short name of a sealed file, that says nothing of what is in it.

    >>> sealed_name(b"")
    'e3b0c44298fc.age'
    """
    return f"{sha256(content).hexdigest()[:12]}.age"


def _is_hex(text: object, length: int) -> bool:
    return isinstance(text, str) and len(text) == length and set(text) <= _HEX


def _without_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    record = dict(pairs)
    if len(record) < len(pairs):
        raise ValueError
    return record


def _refuse_number(text: str) -> NoReturn:
    raise ValueError
