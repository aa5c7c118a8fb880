"""A past case again, on its own clock: the list as it was known from step to step, in the tab that asked for it.
Nothing of a replay is recorded."""

from __future__ import annotations

import logging
import threading
import time
from typing import TYPE_CHECKING, Any, Final

from trucewatch.desks.replay.course import Changes, Course, changes_of, check_seconds, last_month
from trucewatch.errors import TrucewatchError
from trucewatch.messages import Message
from trucewatch.model.times import iso_utc

if TYPE_CHECKING:
    from trucewatch.server.console import Console

LEAST_STEP_S: Final = 0.5
"""While it runs no two lists follow each other faster."""
LOOK_EVERY_S: Final = 1.0
"""How often a replay that stands still looks whether its tab is gone."""
PACES_S: Final = (15, 30, 60, 120, 300, 600)
_LOG = logging.getLogger("trucewatch.server")


class Replay:
    """One course through the past, with its clock, in a thread of its own. Every method may be called from any
    thread."""

    def __init__(self, console: Console, course: Course, *, waits: bool = False) -> None:
        """waits: it begins to run when its first page is opened. Raises TrucewatchError where there is no room for
        another, and what working out its first list meets."""
        self._console = console
        self.course = course
        self.changes: Changes = changes_of(course, console.snapshot)
        self.seconds = course.seconds
        self._changed = threading.Condition()
        self._is_running, self._waits, self._is_over = True, waits, False
        self._at, self._listed, self._turn = 0, 0, 0
        self._from, self._since_s = 0, time.monotonic()
        self.lookback = console.look_back(course.begin, bar="replay/bar.html.jinja", course=self)
        if not waits:
            self.lookback.touch()
        self._thread = threading.Thread(target=self._run, name="replay", daemon=True)
        self._thread.start()

    @property
    def is_over(self) -> bool:
        """Whether it was ended, or nobody looked at it any more."""
        return self._is_over

    @property
    def paces(self) -> list[int]:
        """In how many seconds the whole course may be made to run; its own pace is one of them."""
        return sorted({*PACES_S, round(self.seconds)})

    def standing(self) -> dict[str, Any]:
        """How it stands, as its pages and their feed take it: each `turn` is later than all before, whichever way it
        came and whenever."""
        with self._changed:
            self._turn += 1
            due = self._due()
            return {
                "turn": self._turn,
                "at": self._listed if self._is_running else due,
                "steps": self.course.steps,
                "begin": iso_utc(self.course.begin),
                "until": iso_utc(self.course.until),
                "step_s": self.course.step.total_seconds(),
                "seconds": self.seconds,
                "running": self._is_running,
                "working": due != self._listed,
                "ended": not self._is_running and due == self._listed == self.course.steps,
                "failed": self.lookback.trouble is not None,
            }

    # What its tab can do

    def pause(self) -> None:
        """Stand still where the clock is."""
        with self._changed:
            self._halt(self._listed)

    def go_on(self) -> None:
        """Run on from here; from the beginning where it came to its end."""
        with self._changed:
            self._at = 0 if self._due() >= self.course.steps else self._due()
            self._run_from(self._at)

    def begin_again(self) -> None:
        """Run from the beginning."""
        with self._changed:
            self._run_from(0)

    def move_to(self, number: int) -> None:
        """Stand still at a step; beyond the ends at the nearest."""
        with self._changed:
            self._halt(max(0, min(number, self.course.steps)))

    def move_by(self, steps: int) -> None:
        """Stand still so many steps further, or back."""
        with self._changed:
            self._halt(max(0, min(self._due() + steps, self.course.steps)))

    def move_to_change(self) -> None:
        """Stand still at the next step at which a record became known or a zone changes; without one, at the end."""
        with self._changed:
            following = self.changes.after(self._due())
            self._halt(self.course.steps if following is None else following)

    def run_in(self, seconds: float) -> None:
        """From here on at the pace at which the whole course takes so many seconds. Raises TrucewatchError for fewer
        than one and more than an hour."""
        check_seconds(seconds)
        with self._changed:
            at = self._due()
            self.seconds = seconds
            if self._is_running:
                self._run_from(at)

    def end(self) -> None:
        """End it; its address says from now on that it is over."""
        with self._changed:
            self._is_over = True
            self._changed.notify_all()
        if self._thread is not threading.current_thread():
            self._thread.join(timeout=60)
        self._console.lookbacks.end(self.lookback)

    # How it goes on

    def _halt(self, number: int) -> None:
        self._is_running, self._at = False, number
        self.lookback.trouble = None
        self._changed.notify_all()

    def _run_from(self, number: int) -> None:
        self._is_running, self._from, self._since_s = True, number, time.monotonic()
        self.lookback.trouble = None
        self._changed.notify_all()

    def _due(self) -> int:
        """The step that the clock asks for now."""
        if not self._is_running:
            return self._at
        if self._waits and not self.lookback.was_opened:
            self._since_s = time.monotonic()
            return self._from
        gone = (time.monotonic() - self._since_s) / self.seconds
        return min(self._from + int(gone * self.course.steps), self.course.steps)

    def _run(self) -> None:
        last: dict[str, Any] | None = None
        listed_s = time.monotonic()
        while True:
            with self._changed:
                due = self._due()
                if self._is_running and due == self._listed == self.course.steps:
                    self._halt(due)
                rest = max(listed_s + LEAST_STEP_S - time.monotonic(), 0) if self._is_running else 0.0
                is_still = due == self._listed or rest > 0 or self.lookback.trouble is not None
                standing = self.standing()
            if last is None or standing | {"turn": last["turn"]} != last:
                last = standing
                self.lookback.tell(standing)
            if is_still:
                with self._changed:
                    if not self._is_over and self._due() in (due, self._listed):
                        self._changed.wait(rest or (LEAST_STEP_S / 5 if self._is_running else LOOK_EVERY_S))
            else:
                self._list(due)
                listed_s = time.monotonic()
            if self._is_over:
                return
            if self.lookback.is_idle or self._console.lookbacks.of(self.lookback.key) is None:
                self._is_over = True
                self._console.lookbacks.end(self.lookback)
                return

    def _list(self, number: int) -> None:
        """Work out the list of a step and show it; where that fails it stands still, and says so."""
        try:
            snapshot = self._console.list_at(self.course.moment(number))
        except Exception as exc:
            _LOG.exception("the replay stopped")
            ours = exc.message if isinstance(exc, TrucewatchError) else None
            with self._changed:
                self._is_running, self._at = False, self._listed
                self.lookback.trouble = ours or Message("The list of this moment could not be worked out.")
            return
        with self._changed:
            self._listed = number
        self.lookback.show(snapshot)


class Replays:
    """Those of one console."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._begun: list[Replay] = []

    def begin(self, course: Course, *, waits: bool = False) -> Replay:
        """Begin a course beside those that are going on. Raises TrucewatchError where there is no room for another."""
        replay = Replay(self._console, course, waits=waits)
        self._begun = [*(earlier for earlier in self._begun if not earlier.is_over), replay]
        return replay

    def month_in(self, seconds: float) -> Replay:
        """The last month in so many seconds, shown to whoever opens the console first: it runs from then on."""
        self._console.assessment()
        begin, until = last_month(self._console.snapshot)
        replay = self.begin(Course(begin=begin, until=until, seconds=seconds), waits=True)
        self._console.opens_at = replay.lookback
        return replay

    def close(self) -> None:
        """End them all; the console calls it when it closes."""
        for replay in self._begun:
            replay.end()
