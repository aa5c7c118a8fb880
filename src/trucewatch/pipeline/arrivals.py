"""What lies in an inbox under the names that a watch's sources read: files, and what is none, with its remedy."""

from __future__ import annotations

import stat
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from trucewatch.errors import system_words
from trucewatch.messages import Message
from trucewatch.model.watch import SourceSetting

LARGE_BYTES: Final = 2_000_000
"""A reading may take minutes from here on, by the bound of seconds for every MB: the smaller files are read before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """Something of a fitting name. `fault`: why no byte of it is taken; None for a file. size_bytes: 0 where none can
    be told. marks: what changes when it does, as it was when it was looked for. label: the pattern that it matches and
    its number among those that do, for who may not say its name."""

    source: SourceSetting
    path: Path
    size_bytes: int = 0
    fault: Message | None = None
    marks: Marks | None = None
    label: str = ""

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
    arrivals: list[Arrival] = []
    is_linked: dict[Path, bool] = {}
    for source in sources:
        labels: dict[Path, str] = {}
        for pattern in source.files:
            matched = sorted(_matched(folder, pattern), key=_parts)
            if not matched:
                warnings.append(
                    Message('source "{source}": no file matches "{pattern}"', source=source.id, pattern=pattern)
                )
            for number, path in enumerate(matched, 1):
                labels.setdefault(path, f"{pattern} ({number})" if "*" in pattern or "?" in pattern else pattern)
        arrivals += [_arrival(folder, source, path, is_linked, label) for path, label in labels.items()]
    return sorted(arrivals, key=lambda arrival: arrival.size_bytes if arrival.is_large else 0)


def _matched(folder: Path, pattern: str) -> Iterator[Path]:
    """The paths of a pattern. A pattern with a star that fits folders too means their files, not the folders."""
    is_all = pattern.endswith("**")
    for path in folder.glob(pattern):
        if not (is_all and path.is_dir()):
            yield path


def _parts(path: Path) -> tuple[str, ...]:
    return tuple(str(path).split("/"))  # the same as its parts, of thousands at every look


def _arrival(folder: Path, source: SourceSetting, path: Path, is_linked: dict[Path, bool], label: str) -> Arrival:
    """What lies under a name, by one look at it. is_linked: of folders whether one is a link on the way to them."""
    try:
        state = path.lstat()
    except OSError as exc:
        unread = Message("cannot be read: {error}; copy the file itself into the inbox", error=system_words(exc))
        return Arrival(source=source, path=path, fault=unread)
    fault = next((message for is_so, message in _NO_FILE if is_so(state.st_mode)), None)
    above = path.parent
    if above not in is_linked:
        is_linked[above] = _lies_behind_link(folder, path)
    if fault is None and is_linked[above]:
        fault = Message("lies behind a link; copy the folder itself into the watch")
    return Arrival(source=source, path=path, size_bytes=state.st_size, fault=fault, marks=_marks_of(state), label=label)


def _lies_behind_link(folder: Path, path: Path) -> bool:
    inside = path.parent
    while inside not in (folder, inside.parent):
        if inside.is_symlink():
            return True
        inside = inside.parent
    return False


Marks = tuple[int, int, int, int, int]
_SETTLED_NS: Final = 2_000_000_000
"""A file that changed so shortly before it was read may change once more within the same tick of its clock."""


def _marks_of(state: Any) -> Marks | None:
    """What changes when a file does: device, number, size and times; None where nothing can be said yet, or ever."""
    is_settled = max(state.st_mtime_ns, state.st_ctime_ns) < time.time_ns() - _SETTLED_NS
    marks = (state.st_dev, state.st_ino, state.st_size, state.st_mtime_ns, state.st_ctime_ns)
    return marks if is_settled and stat.S_ISREG(state.st_mode) else None


class SeenFiles:
    """The hashes of files of the inbox that this process read, so that a file that did not change is not hashed anew.
    Source of the rule about fresh times: Git's index (racy entries)."""

    def __init__(self) -> None:
        self._hashes: dict[str, tuple[Marks, str]] = {}

    def hash_of(self, arrival: Arrival) -> str:
        """The hash of a file that is as it was, else ""."""
        marks, sha256 = self._hashes.get(str(arrival.path), (None, ""))
        return sha256 if marks is not None and marks == arrival.marks else ""

    def add(self, arrival: Arrival, sha256: str) -> None:
        """After it was read; its marks are of before that."""
        if arrival.marks is not None:
            self._hashes[str(arrival.path)] = arrival.marks, sha256


class ListsOfPeople:
    """The files of the inbox that this process refused as lists of people, and why, so that none is looked through
    again while it lies there unchanged. In memory alone: nothing of them is on record, their names neither."""

    def __init__(self) -> None:
        self._reasons: dict[str, tuple[Marks, Message]] = {}

    def reason_of(self, arrival: Arrival) -> Message | None:
        """Why a file that is as it was is refused, if it is."""
        marks, reason = self._reasons.get(str(arrival.path), (None, None))
        return reason if marks is not None and marks == arrival.marks else None

    def add(self, arrival: Arrival, reason: Message) -> None:
        if arrival.marks is not None:
            self._reasons[str(arrival.path)] = arrival.marks, reason
