"""A small age file under a passphrase, whose cost is the same whoever makes it and wherever it is opened.

pyrage measures the machine first, for a millisecond. Where that is long because much else runs, it encrypts with less
work than was meant, and refuses as too much work what it encrypted itself at a quieter time, as if the passphrase were
wrong; where it is short, opening takes a gigabyte. Here the work is that of age's own program, and what that opens is
opened: 256 MiB for each, half a second to a second.

Format: age-encryption.org/v1 with one scrypt stanza and one chunk, so that any program for age reads it.
"""

from __future__ import annotations

import hmac
import re
import secrets
from base64 import b64decode, b64encode
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

WORK: Final = 18
"""scrypt's N = 2 ** this."""
MOST_WORK: Final = 22
"""More is refused, as by age's own program: it would take 8 GiB."""
MOST_BYTES: Final = 1 << 16
_HEADER: Final = re.compile(
    rb"(age-encryption\.org/v1\n-> scrypt ([A-Za-z0-9+/]{22}) ([1-9][0-9]?)\n([A-Za-z0-9+/]{43})\n---) "
    rb"([A-Za-z0-9+/]{43})\n"
)
_LAST_CHUNK: Final = bytes(11) + b"\1"


def seal(content: bytes, passphrase: str, *, work: int = WORK) -> bytes:
    """The bytes of an age file that this passphrase opens. Raises ValueError for more than one chunk."""
    if len(content) > MOST_BYTES:
        raise ValueError(f"more than {MOST_BYTES} bytes")
    salt, file_key, nonce = secrets.token_bytes(16), secrets.token_bytes(16), secrets.token_bytes(16)
    body = ChaCha20Poly1305(_wrap_key(passphrase, salt, work)).encrypt(bytes(12), file_key, None)
    header = b"age-encryption.org/v1\n-> scrypt %s %d\n%s\n---" % (_text(salt), work, _text(body))
    chunk = ChaCha20Poly1305(_derived(file_key, nonce, b"payload")).encrypt(_LAST_CHUNK, content, None)
    return header + b" " + _text(_mac(file_key, header)) + b"\n" + nonce + chunk


def unseal(sealed: bytes, passphrase: str) -> bytes:
    """What was sealed, whatever program did. Raises ValueError for another passphrase and for a damaged file."""
    head = _HEADER.match(sealed)
    if head is None:
        raise ValueError("not an age file under a passphrase")
    header, salt, work, body, mac = head.groups()
    if int(work) > MOST_WORK:
        raise ValueError("more work than anybody asks for")
    try:
        wrap_key = _wrap_key(passphrase, _bytes(salt), int(work))
        file_key = ChaCha20Poly1305(wrap_key).decrypt(bytes(12), _bytes(body), None)
        if not hmac.compare_digest(_mac(file_key, header), _bytes(mac)):
            raise ValueError("the header is not as it was written")
        nonce, chunk = sealed[head.end() : head.end() + 16], sealed[head.end() + 16 :]
        return ChaCha20Poly1305(_derived(file_key, nonce, b"payload")).decrypt(_LAST_CHUNK, chunk, None)
    except InvalidTag as exc:
        raise ValueError("another passphrase, or a damaged file") from exc


def _wrap_key(passphrase: str, salt: bytes, work: int) -> bytes:
    scrypt = Scrypt(salt=b"age-encryption.org/v1/scrypt" + salt, length=32, n=1 << work, r=8, p=1)
    return scrypt.derive(passphrase.encode())


def _derived(key: bytes, salt: bytes, purpose: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=salt, info=purpose).derive(key)


def _mac(file_key: bytes, header: bytes) -> bytes:
    return hmac.digest(_derived(file_key, b"", b"header"), header, "sha256")


def _text(content: bytes) -> bytes:
    return b64encode(content).rstrip(b"=")


def _bytes(text: bytes) -> bytes:
    """Raises ValueError for text that stands for these bytes but is not how they are written."""
    content = b64decode(text + b"=" * (-len(text) % 4), validate=True)
    if _text(content) != text:
        raise ValueError("not how these bytes are written")
    return content
