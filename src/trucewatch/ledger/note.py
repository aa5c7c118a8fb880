"""Signed notes (C2SP signed-note), checkpoints (C2SP tlog-checkpoint) and cosignatures (C2SP tlog-cosignature)."""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass, field, replace
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from trucewatch.errors import LedgerError
from trucewatch.messages import Message

LOG_ALGORITHM = b"\x01"
"""Plain Ed25519 over the note's text."""
WITNESS_ALGORITHM = b"\x04"
"""cosignature/v1: Ed25519 over a line with the time and the note's text."""

# RFC 8032: a public key is a y below 2**255 - 19 and a sign. Under the y of these points, whose order is 1, 2, 4 or 8,
# one signature fits every text, so that whoever brings such a key can deny all that it signed.
_PRIME = 2**255 - 19
_SMALL_ORDER = (
    0,
    1,
    _PRIME - 1,
    2707385501144840649318225287225658788936804267575313519463743609750303402022,
    55188659117513257062467267217118295137698188065244968500265048394206261417927,
)

_NAME = re.compile(r"^[^\s+\x00-\x1f\x7f]{1,200}$")
_SIGNATURE_LINE = re.compile(r"^— (\S+) (\S+)$")


@dataclass(frozen=True, slots=True)
class PublicKey:
    """A verifier key: name, algorithm byte and 32 bytes of Ed25519. Written `name+key id+base64`."""

    name: str
    algorithm: bytes
    raw: bytes

    @property
    def key_id(self) -> bytes:
        """Four bytes: SHA-256(name || 0x0A || algorithm || key)[:4]."""
        return sha256(self.name.encode() + b"\n" + self.algorithm + self.raw).digest()[:4]

    def __str__(self) -> str:
        return f"{self.name}+{self.key_id.hex()}+{base64.b64encode(self.algorithm + self.raw).decode()}"

    def verifies(self, text: bytes, signature: bytes) -> bool:
        """Whether the signature (without key id) is this key's over the text."""
        message = text
        if self.algorithm == WITNESS_ALGORITHM:
            if len(signature) != 72:
                return False
            message = cosigned_message(text, int.from_bytes(signature[:8], "big"))
            signature = signature[8:]
        try:
            Ed25519PublicKey.from_public_bytes(self.raw).verify(signature, message)
        except (InvalidSignature, ValueError):
            return False
        return True


def read_public_key(text: str) -> PublicKey:
    """The key that a text names. Raises LedgerError for anything that is not exactly `name+key id+base64`, and for a
    key of small order or in another spelling than its own."""
    parts = text.strip().split("+", 2)
    if len(parts) != 3 or not _NAME.match(parts[0]):
        raise LedgerError(Message('"{text}" is no key; it is written name+keyid+base64', text=text[:60]))
    raw = decode_base64(parts[2])
    key = PublicKey(parts[0], raw[:1], raw[1:])
    if len(raw) != 33 or raw[:1] not in (LOG_ALGORITHM, WITNESS_ALGORITHM) or key.key_id.hex() != parts[1]:
        raise LedgerError(Message('the key "{parts}" does not match its own id; copy it again, whole', parts=parts[0]))
    y = int.from_bytes(key.raw, "little") % 2**255
    if y >= _PRIME or y in _SMALL_ORDER:
        raise LedgerError(
            Message('anybody can sign under the key "{parts}"; ask its holder for a new one', parts=parts[0])
        )
    return key


def decode_base64(text: str) -> bytes:
    """Bytes of canonical base64; a text that re-encodes otherwise is refused. Raises LedgerError."""
    try:
        raw = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as exc:
        raise LedgerError(Message('"{text}" is no base64', text=text[:40])) from exc
    if base64.b64encode(raw).decode() != text:
        raise LedgerError(Message('"{text}" is not canonical base64', text=text[:40]))
    return raw


@dataclass(frozen=True, slots=True)
class SecretKey:
    """A signing key with its name."""

    name: str
    algorithm: bytes
    private: Ed25519PrivateKey = field(repr=False)

    @property
    def public(self) -> PublicKey:
        return PublicKey(self.name, self.algorithm, self.private.public_key().public_bytes_raw())

    def signature_line(self, text: bytes, *, posix_seconds: int = 0) -> str:
        """The line under a note: plain for a log, with the time for a witness."""
        if self.algorithm == WITNESS_ALGORITHM:
            stamp = posix_seconds.to_bytes(8, "big")
            signature = stamp + self.private.sign(cosigned_message(text, posix_seconds))
        else:
            signature = self.private.sign(text)
        encoded = base64.b64encode(self.public.key_id + signature).decode()
        return f"— {self.name} {encoded}\n"


def cosigned_message(text: bytes, posix_seconds: int) -> bytes:
    """What a witness signs: when it saw the checkpoint, and the checkpoint."""
    return f"cosignature/v1\ntime {posix_seconds}\n".encode() + text


@dataclass(frozen=True, slots=True)
class Signature:
    """One line under a note."""

    name: str
    key_id: bytes
    signature: bytes
    line: str

    @property
    def posix_seconds(self) -> int:
        """When a witness says that it signed."""
        return int.from_bytes(self.signature[:8], "big")

    def is_of(self, key: PublicKey) -> bool:
        """Whether it stands under the key's name and id; whether it is good, `verifies` tells."""
        return (self.name, self.key_id) == (key.name, key.key_id)


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What a log says of itself: origin, number of entries, root; with the lines of those who signed it."""

    origin: str
    size: int
    root: bytes
    text: bytes
    signatures: tuple[Signature, ...]

    def signed_by(self, key: PublicKey) -> bool:
        """Whether one of the lines is a good signature of this key."""
        return any(self.signed_by_line(key, line) for line in self.signatures)

    def signed_by_line(self, key: PublicKey, line: Signature) -> bool:
        """Whether this line is a good signature of this key."""
        return line.is_of(key) and key.verifies(self.text, line.signature)

    def __bytes__(self) -> bytes:
        return self.text + b"\n" + "".join(signature.line + "\n" for signature in self.signatures).encode()


def checkpoint_text(origin: str, size: int, root: bytes) -> bytes:
    """The three lines that are signed."""
    return f"{origin}\n{size}\n{base64.b64encode(root).decode()}\n".encode()


def sign_checkpoint(origin: str, size: int, root: bytes, keys: list[SecretKey]) -> bytes:
    """A checkpoint as a signed note. Ed25519 is deterministic: the same log again gives the same bytes."""
    text = checkpoint_text(origin, size, root)
    return text + b"\n" + "".join(key.signature_line(text) for key in keys).encode()


def read_checkpoint(content: bytes) -> Checkpoint:
    """A checkpoint from its bytes; signatures are parsed, not verified. Raises LedgerError with what is wrong."""
    if len(content) > 1 << 20:
        raise LedgerError(Message("the checkpoint is larger than a megabyte"))
    try:
        whole = content.decode()
    except UnicodeDecodeError as exc:
        raise LedgerError(Message("the checkpoint is not UTF-8")) from exc
    body, gap, under = whole.rpartition("\n\n")
    if not gap or not under.endswith("\n"):
        raise LedgerError(Message("the checkpoint is cut off or has no signature; fetch it again"))
    lines = (body + "\n").split("\n")
    if len(lines) != 4 or not _NAME.match(lines[0]) or not re.fullmatch(r"0|[1-9]\d{0,15}", lines[1], re.ASCII):
        raise LedgerError(Message("the checkpoint does not have its three lines: origin, size, root"))
    root = decode_base64(lines[2])
    if len(root) != 32:
        raise LedgerError(Message("the checkpoint's root is not 32 bytes"))
    signatures = tuple(_read_signature(line) for line in under[:-1].split("\n"))
    return Checkpoint(lines[0], int(lines[1]), root, (body + "\n").encode(), signatures)


def _read_signature(line: str) -> Signature:
    form = _SIGNATURE_LINE.match(line)
    if form is None:
        raise LedgerError(Message("a signature line is not of the form: — name base64"))
    raw = decode_base64(form[2])
    if len(raw) < 68:
        raise LedgerError(Message("the signature of {found} is too short", found=form[1][:60]))
    return Signature(form[1], raw[:4], raw[4:], line)


def without_cosignatures(content: bytes) -> bytes:
    """The checkpoint with the lines of its own log alone: what it was when it was made."""
    checkpoint = read_checkpoint(content)
    own = tuple(signature for signature in checkpoint.signatures if signature.name == checkpoint.origin)
    return bytes(replace(checkpoint, signatures=own))
