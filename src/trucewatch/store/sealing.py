"""Sealing: in a few seconds nobody is signed in, no process holds a key, and nothing waits in the clear.

It needs no passphrase and opens nothing, so that whoever may end the program may also seal the watch.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import signal
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from trucewatch.errors import StoreError
from trucewatch.messages import Message
from trucewatch.store.private_files import private_names, remove_private
from trucewatch.store.store import FOLDER
from trucewatch.store.vault import VAULT, drop_vault, forget, is_protected

SESSIONS: tuple[str, ...] = ("door.json", "sessions.json", "programs.json")
"""The private files by which browsers, who is signed in, and programs are known to a console."""
PATIENCE_S: Final = 2.0
"""How long a process that holds the watch has to end by itself; then it is ended."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sealed:
    """What a seal did, and what it found."""

    ended: int
    """The process that held the watch and was ended; 0 where none did."""
    sessions: bool
    """Whether there were sessions or tokens, which are void now."""
    is_protected: bool
    is_destroyed: bool = False
    plain: tuple[str, ...] = ()
    """Names of private files that lie in the clear."""


def seal(watch_folder: Path, *, destroy: bool = False) -> Sealed:
    """End whoever holds the watch, void every session and token, remove what waits to be accepted.

    destroy: also remove the key of everything that is encrypted, or, where there is no passphrase, the private files
    themselves. There is no way back. Raises StoreError if another user's process holds the watch, or if there
    is no store.
    """
    root = watch_folder / FOLDER
    private = root / "private"
    if not root.is_dir():
        raise StoreError(Message("{folder} has no {store} yet: nothing to seal", folder=watch_folder, store=FOLDER))
    ended = _end_holder(root / "lock")
    names = private_names(private)
    sessions = [name for name in SESSIONS if name in names]
    for name in sessions:
        remove_private(private, name)
    for pending in private.glob("pending*"):
        shutil.rmtree(pending, ignore_errors=True)
    protected = is_protected(private)
    forget(private)
    if destroy and protected:
        drop_vault(private)
    elif destroy:
        for name in private_names(private):
            remove_private(private, name)
    plain = () if protected else tuple(private_names(private))
    return Sealed(ended=ended, sessions=bool(sessions), is_protected=protected, is_destroyed=destroy, plain=plain)


def _end_holder(lock: Path) -> int:
    """End the process that holds the lock, by asking and then by force; its number, 0 if nobody does."""
    if not lock.is_file() or _is_free(lock):
        return 0
    holder = lock.read_bytes()[:200].decode("ascii", "replace").split()
    process = int(holder[-1]) if holder and holder[-1].isdigit() else 0
    if process in (0, 1, os.getpid()):
        raise StoreError(Message("a process holds the watch and does not say which; end it, then seal again"))
    for number in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.kill(process, number)
        except ProcessLookupError:
            pass
        except PermissionError as exc:
            raise StoreError(
                Message(
                    "process {process} of another user holds the watch and cannot be ended from here; seal as that "
                    "user, or as root",
                    process=process,
                )
            ) from exc
        until = time.monotonic() + PATIENCE_S
        while time.monotonic() < until:
            if _is_free(lock):
                return process
            time.sleep(0.02)
    raise StoreError(Message("process {process} does not end; switch the machine off", process=process))


def _is_free(lock: Path) -> bool:
    descriptor = os.open(lock, os.O_RDWR | os.O_CLOEXEC | os.O_NOFOLLOW)
    try:
        with suppress(OSError):
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return True
        return False
    finally:
        os.close(descriptor)


def lines_of(sealed: Sealed) -> list[Message]:
    """What a seal did, in sentences, the most important first."""
    lines = []
    if sealed.ended:
        lines.append(
            Message(
                "Process {process} held the watch and was ended; its keys are gone from memory.", process=sealed.ended
            )
        )
    if sealed.sessions:
        lines.append(Message("Every browser and every program has to be let in anew."))
    if sealed.is_destroyed and sealed.is_protected:
        lines.append(
            Message(
                "{name} is gone: nobody can open the private files and the encrypted evidence again, even with the "
                "passphrase. A copy of it elsewhere still opens them.",
                name=VAULT,
            )
        )
    elif sealed.is_destroyed:
        lines.append(
            Message(
                "The private files are removed. They lay in the clear: what a disk keeps of removed files can be found."
            )
        )
    elif sealed.is_protected:
        lines.append(Message("Private files and evidence that is not open lie encrypted; the passphrase opens them."))
    else:
        lines.append(
            Message(
                "There is no passphrase: whoever has the disk reads the private files, the log's key among them. "
                "Set one with: trucewatch protect WATCH"
            )
        )
    lines.append(Message("What the finder of this machine reads all the same: docs/protection.md."))
    return lines
