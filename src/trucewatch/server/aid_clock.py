"""The retention clock while a console is open: what is due goes before the first page is served, and each hour."""

from __future__ import annotations

import time
from dataclasses import dataclass

from trucewatch.model.aid_keeping import EVERY_S
from trucewatch.pipeline.aid_retention import lapse
from trucewatch.server.console import Console


@dataclass(slots=True)
class _Looked:
    at_s: float | None = None


def _looked(console: Console) -> _Looked:
    return _Looked()


def let_lapse(console: Console) -> int:
    """Erase what is due by the watch's own clock; how many texts and files. Raises StoreError."""
    snapshot = console.snapshot
    now = snapshot.as_of if snapshot.is_past else console.now()
    with console.writing() as store:
        gone = lapse(store, snapshot.watch, now)
    return len(gone)


def let_lapse_hourly(console: Console) -> None:
    """The same, if the last time is an hour ago."""
    looked = console.part(_looked)
    if looked.at_s is None or time.monotonic() - looked.at_s >= EVERY_S:
        let_lapse(console)
        looked.at_s = time.monotonic()
