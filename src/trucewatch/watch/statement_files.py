"""The files in `statements/` of a watch, and below it in folders that are named by whose statements they hold."""

from __future__ import annotations

import errno
import os
import stat
import time
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Final

from trucewatch.errors import UnreadableInput
from trucewatch.messages import Amount, Message

LARGEST_BYTES: Final = 50_000_000
MOST_FILES: Final = 20_000
_SETTLED_NS: Final = 2_000_000_000
"""A file that changed so shortly before may change once more within the same tick of its clock."""

FileMarks = tuple[int, int, int, int, int]


def statement_files(root: Path, voices: Collection[str]) -> Iterator[tuple[Path, str, Message | None]]:
    """Every file of the folder and of those below it, with whose it is by its folder, and why it is none that can be
    taken in. voices: parties, bodies and delegations of the watch."""
    link = Message("is a link; copy the file itself into the folder")
    if root.is_symlink() or not root.is_dir():
        yield root, "", Message("is no folder; make one of this name and put the files into it")
        return
    for count, (path, voice) in enumerate(_below(root), 1):
        if count > MOST_FILES:
            yield (
                path,
                "",
                Message(
                    "more than {count} files lie here, and the rest is not read; move those of past years away",
                    count=Amount(MOST_FILES),
                ),
            )
            return
        state = path.lstat()
        if stat.S_ISLNK(state.st_mode):
            yield path, voice, link
        elif not stat.S_ISREG(state.st_mode):
            yield path, voice, Message("is no file; put the files themselves into statements, or one folder below it")
        elif state.st_size > LARGEST_BYTES:
            yield (
                path,
                voice,
                Message("is larger than {size} MB; save the text of the statement alone", size=LARGEST_BYTES // 10**6),
            )
        elif voice and voice not in voices:
            yield (
                path,
                voice,
                Message(
                    'lies in a folder "{name}", and that is no party, body or delegation of this watch; move it',
                    name=voice[:40],
                ),
            )
        else:
            yield path, voice, None


def _below(root: Path) -> Iterator[tuple[Path, str]]:
    """What lies in the folder and one below, in the order of the names; what begins with a dot is nobody's file."""
    for path in sorted(root.iterdir()):
        if path.name.startswith("."):
            continue
        if path.is_dir() and not path.is_symlink():
            for inside in sorted(path.iterdir()):
                if not inside.name.startswith("."):
                    yield inside, path.name
        else:
            yield path, ""


def content_of(path: Path) -> bytes:
    """The bytes of a file as they stand. Raises OSError, UnreadableInput for one that is being written."""
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    with os.fdopen(descriptor, "rb") as stream:
        before = os.fstat(stream.fileno())
        if not stat.S_ISREG(before.st_mode):
            raise OSError(errno.EINVAL, os.strerror(errno.EINVAL))
        content = stream.read(LARGEST_BYTES + 1)
        after = os.fstat(stream.fileno())
    if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns):
        raise UnreadableInput(Message("is being written; it is read when it is whole"))
    return content


def marks_of(state: os.stat_result) -> FileMarks | None:
    """What changes when a file does; None where it may change without that."""
    is_settled = max(state.st_mtime_ns, state.st_ctime_ns) < time.time_ns() - _SETTLED_NS
    return (state.st_dev, state.st_ino, state.st_size, state.st_mtime_ns, state.st_ctime_ns) if is_settled else None
