"""What desks do beside their pages while the console is open: each has a look every few seconds, in a thread of its
own, so that nothing that waits for a slow receiver holds up another; and at once when it is told to."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import Final

from trucewatch.errors import TrucewatchError
from trucewatch.server.console import Console

LOOK_EVERY_S: Final = 5.0
LONGEST_END_S: Final = 5.0
"""How long the end of the console waits for a look that goes on; what it did not record is done again."""
_LOG = logging.getLogger("trucewatch.server")


class Background:
    """A thread for each desk with a `beside.py`, which calls its `work(console)`. What one raises is said once, and
    stops neither the others nor its next look. `console.look_now(desk)` has one look at once."""

    def __init__(self, console: Console, every_s: float = LOOK_EVERY_S) -> None:
        self._console, self._every_s = console, every_s
        works = ((desk.name, desk.gives("beside", "work")) for desk in console.desks)
        self._works: dict[str, Callable[[Console], None]] = {name: work for name, work in works if work}
        self._faults: dict[str, str] = {}
        self._is_ending = False
        self._threads = [
            threading.Thread(target=self._run, args=(name,), name=f"beside-{name}", daemon=True) for name in self._works
        ]

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        self._is_ending = True
        for name in self._works:
            self._console.look_now(name)
        for thread in self._threads:
            if thread.is_alive():
                thread.join(timeout=LONGEST_END_S)

    def _run(self, name: str) -> None:
        asked = self._console.asked_to_look(name)
        while not self._is_ending:
            asked.wait(self._every_s)
            asked.clear()
            if not self._is_ending:
                self._look(name, self._works[name])

    def look(self) -> None:
        """Each desk's work once, one after the other."""
        for name, work in self._works.items():
            self._look(name, work)

    def _look(self, name: str, work: Callable[[Console], None]) -> None:
        try:
            work(self._console)
        except Exception as exc:  # whatever it is, the console goes on
            # Of a fault of our own the kind alone: its words may hold what nobody else is to read.
            fault = str(exc) if isinstance(exc, TrucewatchError) else type(exc).__name__
            if self._faults.get(name) != fault and not self._is_ending:
                _LOG.error("the desk %s could not do its work beside the pages: %s", name, fault)
            self._faults[name] = fault
        else:
            self._faults.pop(name, None)
