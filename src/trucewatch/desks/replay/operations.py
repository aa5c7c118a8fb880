"""A past case again, on its own clock: the list as it was known from day to day. Nothing of a replay is recorded."""

from __future__ import annotations

import logging
import threading
import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from trucewatch.errors import TrucewatchError
from trucewatch.messages import Message

if TYPE_CHECKING:
    from trucewatch.server.console import Console
    from trucewatch.server.snapshot import Snapshot

LEAST_STEP_S: Final = 0.5
MOST_STEPS: Final = 400
_LOG = logging.getLogger("trucewatch.server")


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """From which moment to which, and in how many seconds of the reader's. Raises TrucewatchError if it would end
    before it begins, or take less than a second or more than an hour."""

    begin: datetime
    until: datetime
    seconds: float

    def __post_init__(self) -> None:
        if self.until <= self.begin:
            raise TrucewatchError(Message("A replay ends after it begins; choose a later end."))
        if not 1 <= self.seconds <= 3600:
            raise TrucewatchError(Message("A replay takes between one second and an hour; write 60 for a minute."))

    @property
    def steps(self) -> int:
        """As many as there are half-seconds, a day at most for each where the days are fewer."""
        days = max(round((self.until - self.begin) / timedelta(days=1)), 1)
        return max(1, min(int(self.seconds / LEAST_STEP_S), days * 4, MOST_STEPS))


MONTH: Final = timedelta(days=30)


def last_month(snapshot: Snapshot) -> tuple[datetime, datetime]:
    """The month that ends when the latest record of a list became known."""
    moments = [moment for moment in snapshot.incidents["last_known_at"].to_pylist() if moment is not None]
    until = max(moments, default=snapshot.as_of) + timedelta(hours=1)
    return until - MONTH, until


class Replay:
    """Steps the console's list through a course, in a thread of its own."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        self.course: Course | None = None

    @property
    def is_running(self) -> bool:
        return self._thread is not None and self._thread.is_alive()

    def start(self, course: Course) -> None:
        """Begin a course; one that is going on ends."""
        self.close()
        self.course = course
        self._stop.clear()
        self._console.replay_at(course.begin)
        self._thread = threading.Thread(target=self._run, args=(course,), name="replay", daemon=True)
        self._thread.start()

    def month_in(self, seconds: float) -> None:
        """Begin with the last month again, in so many seconds."""
        self._console.assessment()
        begin, until = last_month(self._console.snapshot)
        self.start(Course(begin=begin, until=until, seconds=seconds))

    def close(self) -> None:
        """End a course, where it stands; the console calls it too when it closes."""
        self._stop.set()
        if self._thread is not None and self._thread is not threading.current_thread():
            self._thread.join(timeout=60)
        self._thread = None

    def leave(self) -> None:
        """End it and show the watch as it is."""
        self.close()
        self.course = None
        self._console.refresh()

    def _run(self, course: Course) -> None:
        begun = time.monotonic()
        for number in range(1, course.steps + 1):
            due = begun + course.seconds * number / course.steps
            if self._stop.wait(max(due - time.monotonic(), 0)):
                return
            behind = time.monotonic() - due
            if behind > course.seconds / course.steps and number < course.steps:
                continue  # slower than its clock: this step is left out, the next one shows more
            moment = course.begin + (course.until - course.begin) * number / course.steps
            try:
                self._console.replay_at(moment)
            except TrucewatchError:
                _LOG.exception("the replay stopped")
                return
