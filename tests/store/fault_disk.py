"""A disk that fails when a test says so, and that knows what a power cut may leave of it.

`FaultDisk(folder)` stands in for the functions of `os` and `io` through which the store and the ledger write, passes
every call on to the real disk, and keeps each change as a step. `left(step, luck)` is what may be found after a power
cut then:

- bytes are sure after the fsync of their file, names after the fsync of their folder; nothing else is;
- what is not sure is there, missing, or there in part (sectors of 512 bytes, zeros in the gaps), later without earlier;
- a rename never loses the file: the old name may stay beside the new one, or stay alone, but one of them is there;
- a renamed folder has the old name or the new one, and all that was in it.

SQLite writes unseen: its files are kept as they were at each step, and come back so from any of them, or not at all.
"""

from __future__ import annotations

import errno
import io
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from random import Random
from types import TracebackType
from typing import Any, Literal

import pytest

SECTOR = 512
FOLDER = 0
"""The number that a folder has where a file has its own."""

Luck = Random | Literal["nothing", "everything"]
"""Which of the bytes and names that are not sure are there after the power cut."""


class Killed(BaseException):
    """The program ended here as under kill -9: what it had written stays, flushed or not."""


@dataclass(frozen=True, slots=True)
class Wrote:
    """Bytes at a place of a file."""

    file: int
    offset: int
    data: bytes


@dataclass(frozen=True, slots=True)
class Cut:
    """A file brought to a length."""

    file: int
    length: int


@dataclass(frozen=True, slots=True)
class Named:
    """A name given to a file or folder, or taken away (None); `came_from` is the old name in a rename."""

    path: str
    file: int | None
    came_from: str = ""


@dataclass(frozen=True, slots=True)
class Flushed:
    """An fsync, of a file by its number or of a folder by its path."""

    file: int
    folder: str = ""


class FaultDisk:
    """Everything below `folder`, which exists. A context: outside of it the system's functions are as they always were.

    before: called with the verb and the path of every change before it is made; may raise OSError or Killed.
    forgets: "files", "folders" or both: their fsync does nothing, as on a disk that lies or in a program that forgets
    it.
    index: the name of the SQLite file below the folder.
    """

    def __init__(self, folder: Path, *, forgets: str = "", index: str = ".trucewatch/records.sqlite") -> None:
        self.folder, self._forgets = folder, forgets
        self._index = [folder / index, folder / f"{index}-wal"]
        self.steps: list[Wrote | Cut | Named | Flushed] = []
        self.index_states: list[tuple[int, dict[str, bytes]]] = [(0, {})]
        self.before: Callable[[str, str], None] = lambda verb, path: None
        self._names: dict[str, int] = {}
        self._descriptors: dict[int, tuple[int, str]] = {}
        self._cut_short = False
        self._stamp: object = None
        self._patch = pytest.MonkeyPatch()

    def __enter__(self) -> FaultDisk:
        stand_ins = {name.removeprefix("_do_"): getattr(self, name) for name in dir(self) if name.startswith("_do_")}
        self._real = {name: getattr(os, name) for name in stand_ins}
        self._real_open = io.open
        for name, stand_in in stand_ins.items():
            self._patch.setattr(os, name, stand_in)
        self._patch.setattr(io, "open", self._open_stream)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._patch.undo()

    def fails_from(
        self, step: int, number: int, verbs: str = "open write pwrite mkdir link replace rename fsync"
    ) -> None:
        """From this step on every call of these verbs fails; a full disk first takes half of one more write."""
        self._cut_short = number != errno.ENOSPC

        def fail(verb: str, path: str) -> None:
            if len(self.steps) >= step and verb in verbs.split():
                raise OSError(number, os.strerror(number), path)

        self.before = fail

    def killed_at(self, step: int) -> None:
        """From this step on nothing is written any more, not even by what would tidy up."""

        def end(verb: str, path: str) -> None:
            if len(self.steps) >= step:
                raise Killed

        self.before = end

    def revived(self) -> None:
        """Everything works again."""
        self.before = lambda verb, path: None

    def left(self, at: int, luck: Luck) -> dict[str, bytes | None]:
        """What may be found if the power fails before step `at`: path → bytes, None for a folder."""
        flushed: dict[int | str, int] = {}
        for number, step in enumerate(self.steps[:at]):
            if isinstance(step, Flushed):
                flushed[step.file or step.folder] = number
        names: dict[str, int] = {}
        files: dict[int, bytearray] = {}
        for number, step in enumerate(self.steps[:at]):
            if isinstance(step, Wrote | Cut):
                content = files.setdefault(step.file, bytearray())
                _keep_bytes(content, step, "everything" if flushed.get(step.file, -1) > number else luck)
            elif isinstance(step, Named):
                new = flushed.get(_parent(step.path), -1) > number
                old = bool(step.came_from) and flushed.get(_parent(step.came_from), -1) > number
                if new or old or _is_kept(luck):
                    if step.file == FOLDER and step.came_from:
                        _move_folder(names, step.came_from, step.path)  # never beside: a folder has one name
                        continue
                    if step.file is None:
                        names.pop(step.path, None)
                    else:
                        names[step.path] = step.file
                    if step.came_from and (old or _parent(step.came_from) == _parent(step.path) or _is_kept(luck)):
                        names.pop(step.came_from, None)
        found: dict[str, bytes | None] = {}
        for path, file in sorted(names.items()):
            if _parent(path) == "." or found.get(_parent(path), b"") is None:
                found[path] = bytes(files.get(file, b"")) if file else None
        return found

    def index_left(self, at: int, luck: Luck) -> dict[str, bytes]:
        """SQLite's files as they were just now, or by luck as they were at an earlier step."""
        states = [state for step, state in self.index_states if step <= at]
        return states[-1] if luck == "everything" else {} if luck == "nothing" else luck.choice(states)

    # What stands in for the system

    def _inside(self, path: Any) -> str:
        """The path below the folder; "" for anything else."""
        given = Path(os.fsdecode(path)) if isinstance(path, str | bytes | os.PathLike) else Path("/")
        return given.relative_to(self.folder).as_posix() if given.is_relative_to(self.folder) else ""

    def _keep(self, step: Wrote | Cut | Named | Flushed) -> None:
        self.steps.append(step)
        if isinstance(step, Named) and step.file == FOLDER and step.came_from:
            _move_folder(self._names, step.came_from, step.path)
        elif isinstance(step, Named):
            self._names.pop(step.came_from, None)
            self._names.pop(step.path, None)
            self._names |= {} if step.file is None else {step.path: step.file}
        there = [path for path in self._index if path.exists()]
        stamp = [(path, path.stat().st_size, path.stat().st_mtime_ns) for path in there]
        if stamp != self._stamp:
            self._stamp = stamp
            self.index_states.append((len(self.steps), {self._inside(path): path.read_bytes() for path in there}))

    def _do_open(self, path: Any, flags: int, mode: int = 0o777, **more: Any) -> int:
        name = self._inside(path)
        is_written = bool(name) and flags & (os.O_WRONLY | os.O_RDWR) != 0
        if is_written:
            self.before("open", name)
        descriptor: int = self._real["open"](path, flags, mode, **more)
        if is_written and name not in self._names:
            self._keep(Named(name, len(self.steps) + 1))
        elif is_written and flags & os.O_TRUNC:
            self._keep(Cut(self._names[name], 0))
        self._descriptors[descriptor] = (self._names.get(name, FOLDER), name)
        return descriptor

    def _open_stream(self, file: Any, mode: str = "r", *rest: Any, **more: Any) -> Any:
        is_ours = mode == "wb" and self._inside(file)
        return io.BufferedWriter(_Raw(file)) if is_ours else self._real_open(file, mode, *rest, **more)

    def _do_close(self, descriptor: int) -> None:
        self._descriptors.pop(descriptor, None)
        self._real["close"](descriptor)

    def _do_write(self, descriptor: int, data: Any) -> int:
        return self._write_at(descriptor, data, None)

    def _do_pwrite(self, descriptor: int, data: Any, offset: int) -> int:
        return self._write_at(descriptor, data, offset)

    def _write_at(self, descriptor: int, data: Any, offset: int | None) -> int:
        file, name = self._descriptors.get(descriptor, (FOLDER, ""))
        if name:
            try:
                self.before("write", name)
            except OSError:
                if self._cut_short or len(data) < 2:
                    raise
                self._cut_short = True
                data = bytes(data)[: len(data) // 2]
        at = os.lseek(descriptor, 0, os.SEEK_CUR) if offset is None else offset
        written: int = self._real["pwrite"](descriptor, data, at)
        if offset is None:
            os.lseek(descriptor, at + written, os.SEEK_SET)
        if name:
            self._keep(Wrote(file, at, bytes(data)[:written]))
        return written

    def _do_ftruncate(self, descriptor: int, length: int) -> None:
        file, name = self._descriptors.get(descriptor, (FOLDER, ""))
        if name:
            self.before("ftruncate", name)
            self._keep(Cut(file, length))
        self._real["ftruncate"](descriptor, length)

    def _do_fsync(self, descriptor: int) -> None:
        file, name = self._descriptors.get(descriptor, (FOLDER, ""))
        if name:
            self.before("fsync", name)
            if ("files" if file else "folders") not in self._forgets:
                self._keep(Flushed(file, "" if file else name))

    def _do_sync(self) -> None:
        """All that was written to any disk is flushed when this returns."""
        self.before("fsync", self.folder.name)
        for path, file in list(self._names.items()):
            if ("files" if file else "folders") not in self._forgets:
                self._keep(Flushed(file, "" if file else path))
        self._real["sync"]()

    def _do_mkdir(self, path: Any, mode: int = 0o777, **more: Any) -> None:
        self._name("mkdir", path, path, FOLDER, mode, **more)

    def _do_rmdir(self, path: Any, **more: Any) -> None:
        self._name("rmdir", path, path, None, **more)

    def _do_unlink(self, path: Any, **more: Any) -> None:
        self._name("unlink", path, path, None, **more)

    def _do_link(self, source: Any, target: Any, **more: Any) -> None:
        self._name("link", source, target, self._names.get(self._inside(source)), target, **more)

    def _do_replace(self, source: Any, target: Any, **more: Any) -> None:
        self._name("replace", source, target, self._names.get(self._inside(source)), target, **more)

    def _do_rename(self, source: Any, target: Any, **more: Any) -> None:
        self._name("rename", source, target, self._names.get(self._inside(source)), target, **more)

    def _name(self, verb: str, path: Any, target: Any, file: int | None, *rest: Any, **more: Any) -> None:
        name = self._inside(target)
        if name:
            self.before(verb, name)
        self._real[verb](path, *rest, **more)
        if name and (file is not None or name in self._names):
            self._keep(Named(name, file, self._inside(path) if verb in ("replace", "rename") else ""))


class _Raw(io.RawIOBase):
    """A file opened for writing through `io.open`: its bytes go through `os.write`, where they are seen."""

    def __init__(self, path: Any) -> None:
        self._descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o666)

    def writable(self) -> bool:
        return True

    def fileno(self) -> int:
        return self._descriptor

    def write(self, data: Any) -> int:
        return os.write(self._descriptor, bytes(data))

    def close(self) -> None:
        if not self.closed:
            super().close()
            os.close(self._descriptor)


def lay_out(found: dict[str, bytes | None], folder: Path) -> None:
    """Make a disk as `left` describes it, in a new folder; secret as a store is."""
    folder.mkdir(mode=0o700)
    for path, content in found.items():
        if content is None:
            (folder / path).mkdir(mode=0o700)
        else:
            (folder / path).write_bytes(content)
            (folder / path).chmod(0o600)


def _move_folder(names: dict[str, int], source: str, target: str) -> None:
    """A folder renamed with all that is in it."""
    for path in [path for path in names if path == source or path.startswith(f"{source}/")]:
        names[target + path.removeprefix(source)] = names.pop(path)


def _parent(path: str) -> str:
    return path.rpartition("/")[0] or "."


def _is_kept(luck: Luck) -> bool:
    return luck.random() < 0.5 if isinstance(luck, Random) else luck == "everything"


def _keep_bytes(content: bytearray, step: Wrote | Cut, luck: Luck) -> None:
    """Apply a change of a file as far as luck has it: wholly, not, its first part, some of its sectors, or zeros
    only."""
    way = luck.choice(["all", "none", "first", "sectors", "zeros"]) if isinstance(luck, Random) else luck
    if way in ("none", "nothing"):
        return
    if isinstance(step, Cut):
        content[step.length :] = bytes(max(step.length - len(content), 0))
        return
    length = len(content)
    content.extend(bytes(max(step.offset + len(step.data) - length, 0)))
    end = luck.randrange(len(step.data) + 1) if way == "first" and isinstance(luck, Random) else len(step.data)
    for at in range(0, len(step.data), SECTOR):
        if way in ("all", "everything") or (way == "sectors" and _is_kept(luck)) or (way == "first" and at < end):
            piece = step.data[at : min(at + SECTOR, end)]
            content[step.offset + at : step.offset + at + len(piece)] = piece
    if way == "first":
        del content[max(length, step.offset + end) :]
