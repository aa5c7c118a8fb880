"""Secret keys in files: PKCS#8 PEM under four lines that say whose it is. The key never leaves the computer that made
it.

    # trucewatch secret key 1; never give this file to anyone
    # name: example.org/log
    # algorithm: ed25519
    # public: example.org/log+0a1b2c3d+AX…
    -----BEGIN ENCRYPTED PRIVATE KEY-----

The algorithm is `ed25519` (a log's checkpoints, a delegation's records) or `cosignature/v1` (a witness). The public key
can be read, and given to everyone, without the passphrase. Under a passphrase the PEM is PBES2 (RFC 8018) with
AES-256-CBC and a key from scrypt (RFC 7914; N = 16,384, r = 8, p = 5): the library's own writer would use 2,048 rounds
of PBKDF2, which a stolen file does not withstand. Any tool that reads PKCS#8 opens it.
"""

from __future__ import annotations

import base64
import os
import re
import secrets
import stat
from contextlib import suppress
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from trucewatch.errors import LedgerError
from trucewatch.ledger.durable import sync_folder, write_all
from trucewatch.ledger.note import LOG_ALGORITHM, WITNESS_ALGORITHM, PublicKey, SecretKey, read_public_key
from trucewatch.messages import Message

ALGORITHMS = {"ed25519": LOG_ALGORITHM, "cosignature/v1": WITNESS_ALGORITHM}
"""How a key file names the algorithms."""

_FIRST_LINE = "# trucewatch secret key 1; never give this file to anyone"
_HEAD = re.compile(
    r"\A" + re.escape(_FIRST_LINE) + r"\n# name: (\S+)\n# algorithm: (\S+)\n# public: (\S+)\n(?=-----BEGIN )"
)
_LARGEST_FILE = 16_384
_SCRYPT_N, _SCRYPT_R, _SCRYPT_P = 1 << 14, 8, 5
_PBES2 = bytes.fromhex("06092a864886f70d01050d")
_SCRYPT = bytes.fromhex("06092b06010401da47040b")
_AES_256_CBC = bytes.fromhex("060960864801650304012a")


def check_name(name: str) -> None:
    """Refuse a name for a new key that could be read as another, or that a shell could take for a command.

    Raises LedgerError. Keys of before may have any printable ASCII but blank and plus: they go on signing.
    """
    if not re.fullmatch(r"[A-Za-z0-9._/:-]{1,200}", name):
        raise LedgerError(
            Message(
                "{name} cannot name a key; use 1 to 200 Latin letters, digits, dots, hyphens, underlines, colons and "
                "slashes, for example monitors.example/log",
                name=f"{name[:60]!r}",
            )
        )


def new_key(name: str, algorithm: bytes) -> SecretKey:
    """A fresh Ed25519 key with this name, for `LOG_ALGORITHM` or `WITNESS_ALGORITHM`. Raises LedgerError."""
    check_name(name)
    if algorithm not in ALGORITHMS.values():
        raise LedgerError(Message("there is no key algorithm {value}", value=algorithm.hex() or "without a number"))
    return SecretKey(name, algorithm, Ed25519PrivateKey.generate())


def write_key(path: Path, key: SecretKey, passphrase: bytes | None) -> None:
    """Write a key file, durably, readable by its owner only; encrypted under a passphrase if one is given.

    Never overwrites. Raises LedgerError if the file exists, the passphrase is empty or the disk keeps no permissions;
    OSError if it cannot be written.
    """
    check_name(key.name)
    if passphrase == b"":
        raise LedgerError(
            Message("the passphrase is empty; set TRUCEWATCH_PASSPHRASE to one, or remove the variable on purpose")
        )
    content = _head(key.public) + _pem(key.private, passphrase)
    aside = path.with_name(f".{path.name}.{secrets.token_hex(8)}.tmp")
    try:
        descriptor = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        try:
            os.fchmod(descriptor, 0o600)
            if stat.S_IMODE(os.fstat(descriptor).st_mode) & 0o077:
                raise LedgerError(
                    Message(
                        "{path}: this disk keeps no permissions, so others could read the key; use another disk",
                        path=path,
                    )
                )
            write_all(descriptor, content)
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        os.link(aside, path)  # fails if the name is taken; a rename would replace the key that is there
    except FileExistsError as exc:
        raise LedgerError(Message("{path} exists and is kept; choose another name for the new key", path=path)) from exc
    finally:
        with suppress(OSError):
            aside.unlink(missing_ok=True)
    sync_folder(path.parent)


def read_key(path: Path, passphrase: bytes | None) -> SecretKey:
    """The key in a file. Raises LedgerError: not there, not a key file, open to others, passphrase wrong or missing."""
    content, public = _read_file(path)
    pem = content[content.index("-----BEGIN ") :].encode()
    is_encrypted = pem.startswith(b"-----BEGIN ENCRYPTED PRIVATE KEY-----")
    if is_encrypted and not passphrase:
        raise LedgerError(
            Message("{path} is encrypted; give its passphrase in the variable TRUCEWATCH_PASSPHRASE", path=path)
        )
    try:
        private = load_pem_private_key(pem, password=passphrase if is_encrypted else None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as exc:
        if is_encrypted:
            raise LedgerError(Message("{path}: the passphrase is wrong, or the file is damaged", path=path)) from exc
        raise LedgerError(Message("{path} is damaged; restore it from a copy", path=path)) from exc
    if not isinstance(private, Ed25519PrivateKey):
        raise LedgerError(Message("{path} holds a key of another kind; only Ed25519 keys sign here", path=path))
    key = SecretKey(public.name, public.algorithm, private)
    if key.public != public:
        raise LedgerError(
            Message(
                "{path}: the secret key does not belong to the public key above it; restore it from a copy", path=path
            )
        )
    return key


def read_public_part(path: Path) -> PublicKey:
    """The public key that a key file names; asks for no passphrase. Raises LedgerError as `read_key`."""
    return _read_file(path)[1]


def is_encrypted(path: Path) -> bool:
    """Whether a key file needs a passphrase. Raises LedgerError as `read_key`."""
    return "-----BEGIN ENCRYPTED PRIVATE KEY-----" in _read_file(path)[0]


def is_key_file(path: Path) -> bool:
    """Whether a file begins as a secret key does, whoever may read it."""
    try:
        with path.open("rb") as stream:
            return stream.read(len(_FIRST_LINE)) == _FIRST_LINE.encode()
    except OSError:
        return False


def _read_file(path: Path) -> tuple[str, PublicKey]:
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
    except OSError as exc:
        raise LedgerError(Message("{value} cannot be read: {why}", value=path, why=exc.strerror)) from exc
    try:
        mode = os.fstat(descriptor).st_mode
        if not stat.S_ISREG(mode):
            raise LedgerError(Message("{path} is not a key file", path=path))
        if mode & 0o077:
            raise LedgerError(Message("{path} can be read or changed by others; first: chmod 600 {path}", path=path))
        raw = os.read(descriptor, _LARGEST_FILE + 1)
    finally:
        os.close(descriptor)
    content = raw.decode("ascii") if len(raw) <= _LARGEST_FILE and raw.isascii() else ""
    head = _HEAD.match(content)
    if head is None:
        raise LedgerError(
            Message(
                "{path} is not a key file; one begins with the line: {first_line}", path=path, first_line=_FIRST_LINE
            )
        )
    public = read_public_key(head[3])
    if (head[1], ALGORITHMS.get(head[2])) != (public.name, public.algorithm):
        raise LedgerError(
            Message(
                "{path}: the name or algorithm is not that of the public key below it; restore it from a copy",
                path=path,
            )
        )
    return content, public


def _head(public: PublicKey) -> bytes:
    algorithm = next(word for word, number in ALGORITHMS.items() if number == public.algorithm)
    return f"{_FIRST_LINE}\n# name: {public.name}\n# algorithm: {algorithm}\n# public: {public}\n".encode()


def _pem(private: Ed25519PrivateKey, passphrase: bytes | None) -> bytes:
    if passphrase is None:
        return private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    salt, start = secrets.token_bytes(16), secrets.token_bytes(16)
    secret = Scrypt(salt=salt, length=32, n=_SCRYPT_N, r=_SCRYPT_R, p=_SCRYPT_P).derive(passphrase)
    plain = private.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    padding = 16 - len(plain) % 16
    cipher = Cipher(algorithms.AES(secret), modes.CBC(start)).encryptor()
    hidden = cipher.update(plain + bytes([padding]) * padding) + cipher.finalize()
    numbers = [
        _der(0x02, number.to_bytes(number.bit_length() // 8 + 1, "big")) for number in (_SCRYPT_N, _SCRYPT_R, _SCRYPT_P)
    ]
    derivation = _der(0x30, _SCRYPT, _der(0x30, _der(0x04, salt), *numbers))
    encryption = _der(0x30, _AES_256_CBC, _der(0x04, start))
    document = _der(0x30, _der(0x30, _PBES2, _der(0x30, derivation, encryption)), _der(0x04, hidden))
    lines = re.findall(".{1,64}", base64.b64encode(document).decode())
    return "\n".join(
        ("-----BEGIN ENCRYPTED PRIVATE KEY-----", *lines, "-----END ENCRYPTED PRIVATE KEY-----", "")
    ).encode()


def _der(tag: int, *parts: bytes) -> bytes:
    """One DER value of up to 65,535 bytes."""
    content = b"".join(parts)
    size = len(content)
    length = (
        bytes([size]) if size < 0x80 else bytes([0x81, size]) if size < 0x100 else b"\x82" + size.to_bytes(2, "big")
    )
    return bytes([tag]) + length + content
