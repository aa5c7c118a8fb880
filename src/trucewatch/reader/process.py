"""The program's side of a reader: begins the process, hands it one file after another, watches its time and memory, and
puts a new one in its place.

The process is begun when the first file is to be read and lives on. It gets no secrets: an environment of a few names,
no descriptor but its two pipes, no terminal. It ends with the program, however that ends.
"""

from __future__ import annotations

import atexit
import os
import select
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import pyarrow as pa

import trucewatch
from trucewatch.errors import InputTooLarge, ReadingEnded, UnreadableInput, system_words
from trucewatch.messages import Amount, Message, read_record
from trucewatch.model.batch import ReadingContext
from trucewatch.model.evidence import REJECTED_SCHEMA
from trucewatch.model.observation import empty_counters, empty_observations
from trucewatch.model.sender import empty_senders
from trucewatch.model.track import empty_tracks
from trucewatch.reader.frames import DamagedFrameError, Frames, pack
from trucewatch.reader.requests import context_as_json

_LOOK_EVERY_S: Final = 0.02
_PIECE: Final = 1 << 20
_FAT_MB: Final = 400
"""A reader that holds so much after a file is ended: what it grew by is not the next file's fault."""
_SILENT_PART: Final = 30
"""Of the time that a file's size adds, one part may pass without a batch."""
_MOST_REMEMBERED: Final = 32
_PAGE_MB: Final = os.sysconf("SC_PAGE_SIZE") / (1 << 20)
_NO_OBSERVATIONS: Final = empty_observations()
_NO_COUNTERS: Final = empty_counters()
_NO_REJECTED: Final = REJECTED_SCHEMA.empty_table()
_NO_TRACKS: Final = empty_tracks()
_NO_SENDERS: Final = empty_senders()
_NAMES: Final = ("observations", "counters", "rejected", "tracks", "senders")
_PASSED_ON: Final = ("LANG", "LC_ALL", "PYTHONPATH", "PYTHONUTF8", "SYSTEMROOT", "TZ")
"""What of the environment a reader sees. No key, no token, no home."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """What one file may take: time by its size, and memory beyond what the reader holds before it."""

    seconds: float
    """In all, beside what its size adds; and from one batch to the next."""
    seconds_per_mb: float
    memory_mb: int
    is_look: bool = False
    """Whether a page waits for it: these bounds are the program's own, and no setting of the watch."""

    def time_for(self, size_bytes: int) -> float:
        """Seconds for a file of this size, which goes on handing over batches."""
        return self.seconds + self.seconds_per_mb * size_bytes / (1 << 20)

    def silence_for(self, size_bytes: int) -> float:
        """Seconds without a batch; a large workbook needs some before its first."""
        return self.seconds + self.seconds_per_mb / _SILENT_PART * size_bytes / (1 << 20)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tables:
    """One batch of a file as it came over the pipe; their schemas are not looked at yet."""

    observations: pa.Table = field(default_factory=lambda: _NO_OBSERVATIONS)
    counters: pa.Table = field(default_factory=lambda: _NO_COUNTERS)
    rejected: pa.Table = field(default_factory=lambda: _NO_REJECTED)
    tracks: pa.Table = field(default_factory=lambda: _NO_TRACKS)
    senders: pa.Table = field(default_factory=lambda: _NO_SENDERS)
    remarks: tuple[Message, ...] = ()
    is_cut: bool = False
    """Whether as many rows were read as were wanted, and the file may hold more."""


class EndedByUsError(RuntimeError):
    """The program ends its readers: what was being read is neither taken nor refused."""


class ReaderProcess:
    """A process that reads files, one at a time; several threads may ask it.

    waits_s: how long one waits for the others' files; for ever without it. remembers: a file that ended it is not tried
    again as long as it is the same, for pages that ask for one file again and again.
    """

    def __init__(self, *, waits_s: float = -1, remembers: bool = False) -> None:
        self._turn = threading.Lock()
        self._waits_s, self._remembers = waits_s, remembers
        self._process: subprocess.Popen[bytes] | None = None
        self._owner = 0
        self._context: ReadingContext | None = None
        self._is_ended = False
        self._ended_on: dict[tuple[str, int, int], Message] = {}
        atexit.register(self.end)

    def tables(
        self, request: Mapping[str, Any], context: ReadingContext, path: Path, bounds: Bounds
    ) -> Iterator[Tables]:
        """What it reads of a file. Whoever leaves before the end ends the process. Raises ReadingEnded."""
        for message, tables in self._frames(request, context, path, bounds):
            named = {name: tables[name] for name in _NAMES if name in tables}
            remarks = tuple(read_record(*remark) for remark in message.get("remarks") or ())
            yield Tables(**named, remarks=remarks, is_cut=bool(message.get("is_cut")))

    def answer(
        self, request: Mapping[str, Any], path: Path | None, bounds: Bounds, content: bytes = b""
    ) -> dict[str, Any]:
        """Its answer in one piece. content: instead of a file, bytes that lie nowhere. Raises UnreadableInput with the
        reason that it gives; ReadingEnded."""
        return self.answer_with_tables(request, path, bounds, content)[0]

    def answer_with_tables(
        self, request: Mapping[str, Any], path: Path | None, bounds: Bounds, content: bytes = b""
    ) -> tuple[dict[str, Any], dict[str, pa.Table]]:
        """The same with the tables that came with it, whose schemas are not looked at yet."""
        # Heard to the end, since who leaves before it ends the process, and the next file would wait for another.
        answers = list(self._frames(request, self._context, path, bounds, content))
        if not answers:
            raise ReadingEnded(ended("it gave no answer"))
        message, tables = answers[0]
        if fault := message.get("fault"):
            kind = InputTooLarge if message.get("is_too_large") else UnreadableInput
            raise kind(read_record(*fault))
        return message, tables

    def end(self) -> None:
        """End the process. Whoever is reading in another thread gets EndedByUsError."""
        process = self._process
        if process is None or self._owner != os.getpid():
            return
        self._is_ended = True
        process.kill()
        if self._turn.acquire(timeout=5):
            try:
                _kill(process)
                self._process = None
            finally:
                self._turn.release()
        self._is_ended = False

    def _frames(
        self,
        request: Mapping[str, Any],
        context: ReadingContext | None,
        path: Path | None,
        bounds: Bounds,
        content: bytes = b"",
    ) -> Iterator[tuple[dict[str, Any], dict[str, pa.Table]]]:
        if not self._turn.acquire(timeout=self._waits_s):
            raise ReadingEnded(Message("other files are being looked at; try again in a moment"))
        try:
            state = _state_of(path) if path is not None else None
            mark = (str(path), state.st_size, state.st_mtime_ns) if state is not None else ("", 0, 0)
            if mark in self._ended_on:
                raise ReadingEnded(self._ended_on[mark])
            process = self._running()
            is_whole = False
            try:
                size = len(content) if state is None else state.st_size
                yield from self._exchange(process, request, context, size, bounds, content)
                is_whole = True
            except ReadingEnded as exc:
                if self._is_ended:
                    raise EndedByUsError("the reader was ended by its program") from None
                if self._remembers and state is not None:
                    self._ended_on = dict([*self._ended_on.items(), (mark, exc.message)][-_MOST_REMEMBERED:])
                raise
            finally:
                if not is_whole or _resident_mb(process) > _FAT_MB:
                    _kill(process)
                    self._process = None
        finally:
            self._turn.release()

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is None or self._owner != os.getpid() or self._process.poll() is not None:
            self._process, self._owner, self._context = _begin(), os.getpid(), None
        return self._process

    def _exchange(
        self,
        process: subprocess.Popen[bytes],
        request: Mapping[str, Any],
        context: ReadingContext | None,
        size_bytes: int,
        bounds: Bounds,
        content: bytes = b"",
    ) -> Iterator[tuple[dict[str, Any], dict[str, pa.Table]]]:
        assert process.stdin is not None
        assert process.stdout is not None
        # The watch's towns and area are told once: they are the same for thousands of files.
        news = {} if context is None or context == self._context else {"context": context_as_json(context)}
        seconds, silence = bounds.time_for(size_bytes), bounds.silence_for(size_bytes)
        limits = {"memory_mb": bounds.memory_mb, "cpu_seconds": seconds}
        try:
            more = {"bytes": len(content)} if content else {}
            for piece in (*pack({**request, **news, **more, "limits": limits}), content):
                process.stdin.write(piece)
            process.stdin.flush()
        except OSError as exc:
            raise ReadingEnded(ended(_how(process))) from exc
        self._context = context
        frames, floor_mb = Frames(), 0.0
        begun = heard = time.monotonic()
        descriptor = process.stdout.fileno()
        looked_at = 0.0
        while True:
            ready, _, _ = select.select([descriptor], [], [], _LOOK_EVERY_S)
            now = time.monotonic()
            if now - looked_at >= _LOOK_EVERY_S:
                looked_at, held_mb = now, _resident_mb(process)
                floor_mb = floor_mb or held_mb
                if held_mb - floor_mb > bounds.memory_mb:
                    raise ReadingEnded(_too_much_memory(bounds))
                if now - heard > silence or now - begun > seconds:
                    raise ReadingEnded(_too_long(bounds, silence if now - heard > silence else seconds))
            if not ready:
                continue
            piece = os.read(descriptor, _PIECE)
            if not piece:
                raise ReadingEnded(ended(_how(process)))
            try:
                for message, tables in frames.feed(piece):
                    kind = message.get("kind")
                    if kind == "begun":
                        begun = heard = time.monotonic()
                        floor_mb = _resident_mb(process)
                    elif kind == "end":
                        return
                    elif kind == "no_memory":
                        raise ReadingEnded(_too_much_memory(bounds))
                    else:
                        waited = time.monotonic()
                        yield message, tables
                        heard = time.monotonic()
                        begun += heard - waited  # what our own side takes is not the file's fault
            except DamagedFrameError as exc:
                raise ReadingEnded(ended("its answer was damaged")) from exc


def _begin() -> subprocess.Popen[bytes]:
    home = str(Path(trucewatch.__file__).parents[1])
    paths = [home, *(path for path in os.environ.get("PYTHONPATH", "").split(os.pathsep) if path and path != home)]
    environment = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    environment |= {"PYTHONPATH": os.pathsep.join(paths), "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.Popen(
        [sys.executable, "-P", "-m", "trucewatch.reader.child"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=environment,
        cwd="/",
        close_fds=True,
        start_new_session=True,  # a key press in the terminal is for the program, which then ends its readers
    )


def _kill(process: subprocess.Popen[bytes]) -> None:
    process.kill()
    process.wait()
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            with suppress(OSError):  # what was still to be written has nobody to read it
                pipe.close()


def _state_of(path: Path) -> os.stat_result:
    try:
        return path.stat()
    except OSError as exc:
        raise ReadingEnded(
            Message("the file cannot be read: {error}; bring it again", error=system_words(exc))
        ) from exc


def _resident_mb(process: subprocess.Popen[bytes]) -> float:
    """Memory that the process holds now; 0 where the system does not say."""
    try:
        return int(Path(f"/proc/{process.pid}/statm").read_bytes().split()[1]) * _PAGE_MB
    except (OSError, IndexError, ValueError):
        return 0.0


def _how(process: subprocess.Popen[bytes]) -> str:
    """How a process ended, as the system names it."""
    try:
        code = process.wait(timeout=5)
    except subprocess.TimeoutExpired:
        return "it closed its pipe"
    if code < 0:
        try:
            return signal.Signals(-code).name
        except ValueError:
            return f"signal {-code}"
    return f"exit code {code}"


def ended(how: str) -> Message:
    """What is said of a file on which its reader ended."""
    return Message(
        "reading this file ended the process that read it ({how}), and nothing of the file was taken; save it anew in "
        "the program that wrote it, or split it",
        how=how,
    )


def _too_much_memory(bounds: Bounds) -> Message:
    size = Amount(bounds.memory_mb)
    if bounds.is_look:
        return Message(
            "looking at this file took more than {size} MB of memory; split it and bring the parts", size=size
        )
    return Message(
        "reading this file took more than {size} MB of memory, and nothing of it was taken; split it, or raise "
        "read_memory_mb in watch.toml",
        size=size,
    )


def _too_long(bounds: Bounds, seconds: float) -> Message:
    amount = Amount(round(seconds))
    if bounds.is_look:
        return Message(
            "looking at this file took longer than {seconds} seconds; split it and bring the parts", seconds=amount
        )
    return Message(
        "reading this file took longer than {seconds} seconds, and nothing of it was taken; split it, or raise "
        "read_seconds in watch.toml",
        seconds=amount,
    )
