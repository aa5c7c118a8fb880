"""What lies in an inbox under the names that a watch's sources read: files, and what is none, with its remedy."""

from __future__ import annotations

import stat
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from trucewatch.errors import system_words
from trucewatch.messages import Message
from trucewatch.model.watch import SourceSetting

LARGE_BYTES: Final = 2_000_000
"""A reading may take minutes from here on, by the bound of seconds for every MB: the smaller files are read before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """Something of a fitting name. `fault`: why no byte of it is taken; None for a file. size_bytes: 0 where none can
    be told."""

    source: SourceSetting
    path: Path
    size_bytes: int = 0
    fault: Message | None = None

    @property
    def is_large(self) -> bool:
        return self.size_bytes > LARGE_BYTES


_LINK: Final = Message("is a link; copy the file itself into the inbox")
_NO_FILE: Final = (
    (stat.S_ISLNK, _LINK),
    (stat.S_ISDIR, Message("is a folder; put the files in it into the inbox, or name them in watch.toml")),
    (
        stat.S_ISFIFO,
        Message("is a pipe and holds no bytes to keep; remove it and send the file itself"),
    ),
    (stat.S_ISSOCK, Message("is a socket and holds no bytes to keep; remove it and send the file itself")),
    (stat.S_ISCHR, Message("is no regular file; remove it and send the file itself")),
    (stat.S_ISBLK, Message("is no regular file; remove it and send the file itself")),
)


def arrivals_of(folder: Path, sources: Sequence[SourceSetting], warnings: list[Message]) -> list[Arrival]:
    """All that the sources' patterns match, source by source, each path once a source, and large files last, the
    smallest of them first: one that takes long holds up none but larger ones. A warning for each pattern that matches
    nothing."""
    arrivals = []
    for source in sources:
        paths: list[Path] = []
        for pattern in source.files:
            matched = sorted(_matched(folder, pattern))
            if not matched:
                warnings.append(
                    Message('source "{source}": no file matches "{pattern}"', source=source.id, pattern=pattern)
                )
            paths += matched
        arrivals += [
            Arrival(source=source, path=path, size_bytes=_size_of(path), fault=_fault_of(folder, path))
            for path in dict.fromkeys(paths)
        ]
    return sorted(arrivals, key=lambda arrival: arrival.size_bytes if arrival.is_large else 0)


def _matched(folder: Path, pattern: str) -> Iterator[Path]:
    """The paths of a pattern. A pattern with a star that fits folders too means their files, not the folders."""
    is_all = pattern.endswith("**")
    for path in folder.glob(pattern):
        if not (is_all and path.is_dir()):
            yield path


def _size_of(path: Path) -> int:
    try:
        return path.lstat().st_size
    except OSError:
        return 0


def _fault_of(folder: Path, path: Path) -> Message | None:
    """Why this is no file to be read; None for one."""
    try:
        mode = path.lstat().st_mode
    except OSError as exc:
        return Message("cannot be read: {error}; copy the file itself into the inbox", error=system_words(exc))
    for is_so, message in _NO_FILE:
        if is_so(mode):
            return message
    inside = path.parent
    while inside not in (folder, inside.parent):
        if inside.is_symlink():
            return Message("lies behind a link; copy the folder itself into the watch")
        inside = inside.parent
    return None


Marks = tuple[int, int, int, int, int]
_SETTLED_NS: Final = 2_000_000_000
"""A file that changed so shortly before it was read may change once more within the same tick of its clock."""


def marks_of_file(path: Path) -> Marks | None:
    """What changes when a file does: device, number, size and times; None where nothing can be said yet, or ever."""
    try:
        state = path.lstat()
    except OSError:
        return None
    is_settled = max(state.st_mtime_ns, state.st_ctime_ns) < time.time_ns() - _SETTLED_NS
    marks = (state.st_dev, state.st_ino, state.st_size, state.st_mtime_ns, state.st_ctime_ns)
    return marks if is_settled and stat.S_ISREG(state.st_mode) else None


class SeenFiles:
    """The hashes of files of the inbox that this process read, so that a file that did not change is not hashed anew.
    Source of the rule about fresh times: Git's index (racy entries)."""

    def __init__(self) -> None:
        self._hashes: dict[Path, tuple[Marks, str]] = {}

    def hash_of(self, path: Path) -> str:
        """The hash of a file that is as it was, else ""."""
        marks, sha256 = self._hashes.get(path, (None, ""))
        return sha256 if marks is not None and marks == marks_of_file(path) else ""

    def add(self, path: Path, marks: Marks | None, sha256: str) -> None:
        """marks: of before it was read."""
        if marks is not None:
            self._hashes[path] = marks, sha256
