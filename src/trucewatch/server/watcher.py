"""Looks after the watch's folder: whatever comes into `inbox/` or changes in its files is read without anybody asking;
and whatever was claimed since is taken into the list, so that nobody who takes a call down waits for it."""

from __future__ import annotations

import logging
import stat
import threading
import time
from pathlib import Path
from typing import Final

from trucewatch.errors import TrucewatchError
from trucewatch.server.console import Console
from trucewatch.store.claim_records import claims_mark
from trucewatch.store.duty_task_records import refusals_mark

LOOK_EVERY_S: Final = 1.0
FIRST_LOOK_S: Final = 2.0
"""How long the first look waits for the first page, which shows the list on record."""
SAY_EVERY_S: Final = 60.0
"""How often open pages are told how fresh they are although nothing came."""
TRY_AGAIN_S: Final = 30.0
"""How long after a list could not be made it is tried again, although no file changed: a disk may have space again."""
_LOG = logging.getLogger("trucewatch.server")

Marks = frozenset[tuple[str, int, int]]


class Watcher:
    """A thread that refreshes the console once a change has come to rest for one look."""

    def __init__(self, console: Console, every_s: float = LOOK_EVERY_S) -> None:
        self._console, self._every_s = console, every_s
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="watcher", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stop.set()
        self._thread.join(timeout=30)

    def _run(self) -> None:
        last_read = before = marks_of(self._console.folder)
        claimed = self._claimed(0)
        if self._console.snapshot.assessment is None:
            self._stop.wait(FIRST_LOOK_S)
        self._refresh()
        announced_s = refreshed_s = time.monotonic()
        while not self._stop.wait(self._every_s):
            now = marks_of(self._console.folder)
            is_changed = now != last_read and now == before
            is_due = self._console.trouble is not None and time.monotonic() - refreshed_s > TRY_AGAIN_S
            last_claimed, claimed = claimed, self._claimed(claimed)
            if is_changed or is_due or claimed != last_claimed:
                last_read = now if is_changed or is_due else last_read
                self._refresh()
                refreshed_s = time.monotonic()
            before = now
            if time.monotonic() - announced_s > SAY_EVERY_S:
                self._console.tell_state()
                announced_s = time.monotonic()

    def _claimed(self, before: int) -> int:
        """A number that another claim or refusal of access changes; that of before where it cannot be told just now."""
        try:
            return claims_mark(self._console.store) + refusals_mark(self._console.store)
        except TrucewatchError:
            return before

    def _refresh(self) -> None:
        try:
            self._console.refresh()
        except Exception:
            _LOG.exception("the watch could not be read again")


def marks_of(folder: Path) -> Marks:
    """Name, size and time of change of every file that a run would read; of what is no file, that it is there."""
    marks = set()
    below = ("*", "texts/*", "inbox/**/*", "statements/**/*")
    for path in (path for pattern in below for path in folder.glob(pattern)):
        try:
            state = path.lstat()
        except OSError:
            continue
        if path.name.startswith("."):
            continue
        is_file = stat.S_ISREG(state.st_mode)
        if path.parent == folder and not is_file:
            continue
        marks.add((str(path), state.st_size if is_file else 0, state.st_mtime_ns if is_file else 0))
    return frozenset(marks)
