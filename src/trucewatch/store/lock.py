"""One run at a time on one watch. The system gives the lock back when a process ends, however it ends."""

from __future__ import annotations

import fcntl
import os
from datetime import datetime
from pathlib import Path
from types import TracebackType

from trucewatch.errors import WatchBusy
from trucewatch.ledger.durable import is_in_place
from trucewatch.messages import Message
from trucewatch.store.disk_errors import translating


class WatchLock:
    """Held between `__enter__` and `__exit__`. Raises WatchBusy with who holds it and since when."""

    def __init__(self, path: Path, now: datetime) -> None:
        self._path, self._now = path, now
        self._descriptor = -1

    def __enter__(self) -> WatchLock:
        with translating(self._path):
            self._descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            holder = os.pread(self._descriptor, 200, 0).decode("ascii", "replace").strip()
            os.close(self._descriptor)
            since, _, process = holder.partition(" ")
            if not process:
                raise WatchBusy(
                    Message(
                        "Another run or its console has held this watch. Wait, or end it; a console's own pages work "
                        "on."
                    )
                ) from None
            raise WatchBusy(
                Message(
                    "Another run or its console has held this watch since {moment} (process {process}). Wait, or end "
                    "it; a console's own pages work on.",
                    moment=since,
                    process=process,
                )
            ) from None
        try:
            with translating(self._path):
                os.ftruncate(self._descriptor, 0)
                os.pwrite(self._descriptor, f"{self._now:%H:%MZ} {os.getpid()}\n".encode(), 0)
        except BaseException:
            os.close(self._descriptor)
            raise
        return self

    @property
    def is_in_place(self) -> bool:
        """Whether the file that is held lies under its name. Raises OSError."""
        return is_in_place(self._path, self._descriptor)

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        os.close(self._descriptor)
