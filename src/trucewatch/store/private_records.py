"""A private file that holds one JSON object, read by many and changed by one process at a time.

A running console and a command beside it write the same file: whoever changes it reads it again under the lock first,
so that nothing that the other wrote is lost. Encrypted where the watch has a passphrase, as every private file is.
"""

from __future__ import annotations

import copy
import fcntl
import json
import os
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from trucewatch.errors import Locked, StoreError
from trucewatch.messages import Message
from trucewatch.store.disk_errors import make_folder, translating
from trucewatch.store.private_files import move_private, private_path, read_private, write_private


class DamagedRecord(StoreError):
    """A private file is there and cannot be read as what it has to be."""


class PrivateRecord:
    """One file `private/NAME`. Reading asks the disk whether it changed and no more; threads may share it."""

    def __init__(self, private: Path, name: str, schema: str) -> None:
        self.private, self.name, self._schema = private, name, schema
        self._threads = threading.RLock()
        self._mark: tuple[int, int, int] | None = None
        self._content: Mapping[str, Any] = {}

    @property
    def mark(self) -> tuple[int, int, int] | None:
        """What changes whenever the file does; None where there is none."""
        try:
            state = private_path(self.private, self.name).stat(follow_symlinks=False)
        except OSError:
            return None
        return state.st_ino, state.st_size, state.st_mtime_ns

    def read(self) -> Mapping[str, Any]:
        """What it holds, not to be changed; empty where there is no file. Raises DamagedRecord, Locked, StoreError."""
        with self._threads:
            mark = self.mark
            if mark is None:
                self._mark, self._content = None, {}
            elif mark != self._mark:
                self._content = self._parsed()
                self._mark = mark
            return self._content

    @contextmanager
    def changing(self) -> Iterator[dict[str, Any]]:
        """A copy of what it holds, to be changed; on disk when the block ends without an error. One at a time, over
        threads and processes, whichever file: no block stands within another's. Raises as `read`."""
        with self._threads, self._held():
            content = copy.deepcopy(dict(self._parsed()))
            before = json.dumps(content, sort_keys=True)
            yield content
            if json.dumps(content, sort_keys=True) != before:
                self._write(content)

    def replace(self, content: Mapping[str, Any]) -> None:
        """Put this in the place of whatever the file holds, a damaged one too. Raises StoreError."""
        with self._threads, self._held():
            self._write(content)

    def set_aside(self) -> None:
        """Give the file another name, `NAME.damaged`, so that it is begun anew and nothing of it is lost."""
        with self._threads, self._held():
            move_private(self.private, self.name, f"{self.name}.damaged")
            self._mark, self._content = None, {}

    def _write(self, content: Mapping[str, Any]) -> None:
        content = {"schema": self._schema, **content}
        write_private(self.private, self.name, json.dumps(content, indent=1).encode() + b"\n")
        self._mark = None

    @contextmanager
    def _held(self) -> Iterator[None]:
        make_folder(self.private, mode=0o700)
        with translating(self.private):
            folder = os.open(self.private, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            with translating(self.private):
                fcntl.flock(folder, fcntl.LOCK_EX)
            yield
        finally:
            os.close(folder)

    def _parsed(self) -> Mapping[str, Any]:
        try:
            content = read_private(self.private, self.name)
        except Locked:
            raise
        except StoreError as exc:  # a link, or encrypted bytes that were cut off
            raise self._damaged() from exc
        if content is None:
            return {}
        try:
            record = json.loads(content)
        except (ValueError, RecursionError) as exc:
            raise self._damaged() from exc
        if not isinstance(record, dict) or record.get("schema") != self._schema:
            raise self._damaged()
        return record

    def _damaged(self) -> DamagedRecord:
        return DamagedRecord(
            Message(
                "private/{name} cannot be read, or is of another version of this program; put back the one of a copy "
                "of private/",
                name=self.name,
            )
        )
