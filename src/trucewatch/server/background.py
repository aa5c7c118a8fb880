"""What desks do beside their pages while the console is open: each has a look every few seconds, in one thread."""

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
    """A thread that calls `work(console)` of each desk's `beside.py`. What one raises is said once, and stops neither
    the others nor its next look."""

    def __init__(self, console: Console, every_s: float = LOOK_EVERY_S) -> None:
        self._console, self._every_s = console, every_s
        works = ((desk.name, desk.gives("beside", "work")) for desk in console.desks)
        self._works: dict[str, Callable[[Console], None]] = {name: work for name, work in works if work}
        self._faults: dict[str, str] = {}
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="background", daemon=True)

    def start(self) -> None:
        if self._works:
            self._thread.start()

    def stop(self) -> None:
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join(timeout=LONGEST_END_S)

    def _run(self) -> None:
        while not self._stop.wait(self._every_s):
            self.look()

    def look(self) -> None:
        """Each desk's work once."""
        for name, work in self._works.items():
            try:
                work(self._console)
            except Exception as exc:  # whatever it is, the console goes on
                # Of a fault of our own the kind alone: its words may hold what nobody else is to read.
                fault = str(exc) if isinstance(exc, TrucewatchError) else type(exc).__name__
                if self._faults.get(name) != fault and not self._stop.is_set():
                    _LOG.error("the desk %s could not do its work beside the pages: %s", name, fault)
                self._faults[name] = fault
            else:
                self._faults.pop(name, None)
