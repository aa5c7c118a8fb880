"""What encrypts the private files and the restricted evidence of a watch: one age identity under a passphrase.

`private/vault.age` holds the identity, encrypted with the passphrase (`age_passphrase`). Every other file is encrypted
to it and named `NAME.age`. The passphrase can be changed without touching them, and without `vault.age` nobody reads
them again, whatever they know. An opened identity stays in the memory of this process and nowhere else.

Format: age v1 (age-encryption.org/v1), by the library pyrage but for `vault.age`, so that any program for age reads
the files too.
"""

from __future__ import annotations

import os
import threading
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Final

from trucewatch.errors import Locked, StoreError
from trucewatch.ledger.durable import sync_folder
from trucewatch.messages import Message
from trucewatch.store.disk_errors import translating, write_durably

if TYPE_CHECKING:
    from pyrage.x25519 import Identity

PASSPHRASE: Final = "TRUCEWATCH_PASSPHRASE"  # noqa: S105 - the name of a variable
VAULT: Final = "vault.age"
SUFFIX: Final = ".age"
FEWEST_CHARACTERS: Final = 12
_open: dict[str, Identity] = {}
_opening = threading.Lock()


def is_protected(private: Path) -> bool:
    """Whether the watch of this folder `private/` has a passphrase."""
    return (private / VAULT).is_file()


def is_open(private: Path) -> bool:
    """Whether this process can read what is encrypted there; true where nothing is."""
    return not is_protected(private) or str(private.resolve()) in _open


def unlock(private: Path, passphrase: str | None = None) -> None:
    """Open what is encrypted for this process; nothing to do where nothing is, or where it is open already.

    passphrase: without it the one in the variable TRUCEWATCH_PASSPHRASE. Raises Locked if there is none or it is wrong.
    """
    identity_of(private, passphrase)


def identity_of(private: Path, passphrase: str | None = None) -> Identity | None:
    """The opened identity; None where the watch has no passphrase. Raises Locked."""
    path = private / VAULT
    if not path.is_file():
        return None
    name = str(private.resolve())
    with _opening:
        if name not in _open:
            word = os.environ.get(PASSPHRASE) if passphrase is None else passphrase
            if not word:
                raise Locked(
                    Message(
                        "{path} is protected by a passphrase; run again at a terminal, which asks for it, or give it "
                        "in the variable TRUCEWATCH_PASSPHRASE",
                        path=private,
                    )
                )
            _open[name] = _read_vault(path, word)
        return _open[name]


def forget(private: Path) -> None:
    """Close it again for this process."""
    with _opening:
        _open.pop(str(private.resolve()), None)


def make_vault(private: Path, passphrase: str) -> None:
    """Give a watch a passphrase: from now on private files are written encrypted. Raises StoreError for a short one."""
    from pyrage import x25519

    check_strength(passphrase)
    if is_protected(private):
        raise StoreError(
            Message("this watch has a passphrase already; change it with: trucewatch protect WATCH --change")
        )
    identity = x25519.Identity.generate()
    _write_vault(private, identity, passphrase)
    with _opening:
        _open[str(private.resolve())] = identity


def change_passphrase(private: Path, passphrase: str) -> None:
    """Put the opened identity under another passphrase. A copy of the old `vault.age` still opens with the old one."""
    check_strength(passphrase)
    identity = identity_of(private)
    if identity is None:
        raise StoreError(Message("this watch has no passphrase; set one with: trucewatch protect WATCH"))
    _write_vault(private, identity, passphrase)


def drop_vault(private: Path) -> None:
    """Remove the identity: what is still encrypted can never be read again."""
    forget(private)
    with translating(private):
        (private / VAULT).unlink(missing_ok=True)
        sync_folder(private)


def check_strength(passphrase: str) -> None:
    """Raises StoreError for a passphrase that is too short."""
    if len(passphrase) < FEWEST_CHARACTERS:
        raise StoreError(
            Message(
                "the passphrase has fewer than {least} characters; take five words or more, which only you know",
                least=FEWEST_CHARACTERS,
            )
        )


def encrypted(private: Path, content: bytes) -> bytes:
    """The bytes as they are kept: under the identity where there is one."""
    from pyrage import encrypt

    identity = identity_of(private)
    return content if identity is None else bytes(encrypt(content, [identity.to_public()]))


def decrypted(private: Path, content: bytes, path: Path) -> bytes:
    """What was encrypted. Raises Locked, and StoreError for bytes that this identity did not encrypt."""
    from pyrage import DecryptError, decrypt

    identity = identity_of(private)
    try:
        if identity is not None:
            return bytes(decrypt(content, [identity]))
    except DecryptError as exc:
        raise _damaged(path) from exc
    raise _without_vault(path)


def encrypt_stream(private: Path, source: BinaryIO, target: BinaryIO) -> None:
    """Encrypt all of a stream without holding it in memory; the watch has to be protected and open."""
    from pyrage import encrypt_io

    identity = identity_of(private)
    assert identity is not None
    encrypt_io(source, target, [identity.to_public()])


def decrypted_file(private: Path, path: Path) -> BinaryIO:
    """An encrypted file as a stream in memory that has a name to open it by (`/proc/…`) and is on no disk."""
    from pyrage import DecryptError, decrypt_io

    identity = identity_of(private)
    if identity is None:
        raise _without_vault(path)
    plain = os.fdopen(os.memfd_create("evidence", os.MFD_CLOEXEC), "w+b")
    try:
        with translating(path), path.open("rb") as source:
            decrypt_io(source, plain, [identity])
        plain.flush()
        plain.seek(0)
    except DecryptError as exc:
        plain.close()
        raise _damaged(path) from exc
    except BaseException:
        plain.close()
        raise
    return plain


def _damaged(path: Path) -> StoreError:
    return StoreError(
        Message("{path} is damaged, or was encrypted for another watch; put it back from a copy", path=path)
    )


def _without_vault(path: Path) -> StoreError:
    return StoreError(Message("{path} is encrypted, and vault.age is gone; put it back from a copy", path=path))


def _read_vault(path: Path, passphrase: str) -> Identity:
    from pyrage import IdentityError, x25519

    from trucewatch.store.age_passphrase import unseal

    with translating(path):
        content = path.read_bytes()
    try:
        return x25519.Identity.from_str(unseal(content, passphrase).decode("ascii"))
    except (IdentityError, ValueError) as exc:
        raise Locked(
            Message(
                "{path} does not open: the passphrase is wrong, or the file is damaged. Try again, or put the file "
                "back from a copy",
                path=path,
            )
        ) from exc


def _write_vault(private: Path, identity: Identity, passphrase: str) -> None:
    from trucewatch.store.age_passphrase import seal

    write_durably(private / VAULT, seal(str(identity).encode("ascii"), passphrase), mode=0o600)
