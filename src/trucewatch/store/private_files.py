"""The files of `private/`: read and written here, so that what protects that folder stands in one place.

Where the watch has a passphrase (`store/vault.py`) they are encrypted, as `NAME.age`; the names here never have that
ending. A plain file of a name that is encrypted too is older: the encrypted one counts.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from trucewatch.errors import StoreError
from trucewatch.ledger.durable import move_durably, sync_folder
from trucewatch.messages import Message
from trucewatch.store.disk_errors import make_folder, translating, write_durably
from trucewatch.store.vault import SUFFIX, VAULT, decrypted, encrypted, is_protected

NEVER_ENCRYPTED: Final = ("high-water", "open.html")
"""What is read without a passphrase: up to where the ledger is signed, by commands that open nothing; an address that
opens a console once, by the browser."""


def read_private(folder: Path, name: str, *, most: int = -1) -> bytes | None:
    """The bytes of one private file, at most so many; None if there is none. Raises Locked; StoreError for a link, pipe
    or device."""
    content = _read(folder / (name + SUFFIX))
    if content is not None:
        plain = decrypted(folder, content, folder / (name + SUFFIX))
        return plain if most < 0 else plain[:most]
    return _read(folder / name, most)


def write_private(folder: Path, name: str, content: bytes) -> None:
    """Put the whole file in place, on disk when this returns, readable by its owner alone. Raises StoreError."""
    path = folder / name
    make_folder(path.parent, mode=0o700)
    if name in NEVER_ENCRYPTED or not is_protected(folder):
        write_durably(path, content, mode=0o600)
        return
    write_durably(folder / (name + SUFFIX), encrypted(folder, content), mode=0o600)
    _remove(path)


def private_path(folder: Path, name: str) -> Path:
    """Where one private file lies, or would."""
    closed = folder / (name + SUFFIX)
    return closed if closed.is_file() else folder / name


def has_private(folder: Path, name: str) -> bool:
    return (folder / name).is_file() or (folder / (name + SUFFIX)).is_file()


def remove_private(folder: Path, name: str) -> None:
    """Remove one private file, and flush that it is gone; no error if there is none."""
    for path in (folder / name, folder / (name + SUFFIX)):
        _remove(path)


def move_private(folder: Path, name: str, other: str) -> None:
    """Give one private file another name, in the place of the one that is there."""
    for ending, rival in ((SUFFIX, ""), ("", SUFFIX)):
        path = folder / (name + ending)
        if path.is_file():
            with translating(path):
                move_durably(path, folder / (other + ending))
            _remove(folder / (other + rival))
            return


def private_names(folder: Path, below: str = "") -> list[str]:
    """Names of the private files, sorted, those in folders of it as `folder/name`; not the vault's own."""
    names = {
        path.relative_to(folder).as_posix().removesuffix(SUFFIX)
        for path in _files(folder / below if below else folder)
        if path != folder / VAULT and not path.name.endswith(".tmp")
    }
    return sorted(names)


def encrypt_plain_files(folder: Path) -> int:
    """Encrypt every private file that is still plain; how many those were. The watch has to be protected and open.

    Not what waits to be accepted (`pending…`): it is removed after an hour.
    """
    plain = [
        path
        for path in _files(folder)
        if path.name not in NEVER_ENCRYPTED
        and path.suffix not in (SUFFIX, ".tmp")
        and not path.relative_to(folder).parts[0].startswith("pending")
    ]
    for path in plain:
        name = path.relative_to(folder).as_posix()
        if (folder / (name + SUFFIX)).is_file():
            _remove(path)  # a run that was killed between writing the one and removing the other
        else:
            write_private(folder, name, _read(path) or b"")
    return len(plain)


def decrypt_files(folder: Path) -> int:
    """Write every private file plain again, as before there was a passphrase; how many those were."""
    paths = [path for path in _files(folder) if path.suffix == SUFFIX and path != folder / VAULT]
    for path in paths:
        write_durably(path.with_suffix(""), decrypted(folder, _read(path) or b"", path), mode=0o600)
    for path in paths:
        _remove(path)
    return len(paths)


def _files(folder: Path) -> Iterator[Path]:
    if folder.is_dir():
        yield from sorted(path for path in folder.rglob("*") if path.is_file() and not path.is_symlink())


def _remove(path: Path) -> None:
    if path.is_file():
        with translating(path):
            overwrite(path)
            path.unlink(missing_ok=True)
            sync_folder(path.parent)


def overwrite(path: Path) -> None:
    """Zeros in the place of what a file holds, as far as its disk writes in place: flash memory and file systems that
    copy on writing keep the old blocks until they need them."""
    if path.is_symlink():
        return
    descriptor = os.open(path, os.O_WRONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    with os.fdopen(descriptor, "wb") as stream:
        stream.write(bytes(os.fstat(descriptor).st_size))
        stream.flush()
        os.fsync(descriptor)


def _read(path: Path, most: int = -1) -> bytes | None:
    with translating(path):
        try:
            descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        except FileNotFoundError:
            return None
        if stat.S_ISREG(os.fstat(descriptor).st_mode):
            with os.fdopen(descriptor, "rb") as stream:
                return stream.read(most)
        os.close(descriptor)
    raise StoreError(Message("{path} is no regular file; put the right one there, or remove it", path=path))
