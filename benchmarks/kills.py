"""Kill -9 of a real console with acts, uploads and reads in flight: what it acknowledged is there, and there once."""

from __future__ import annotations

import random
import tempfile
from pathlib import Path

from benchmarks.figures import Figure

KILLS = 1000
A_WATCH = 25
"""Kills before a watch is begun anew, so that its list stays small and its acts quick."""


def console(count: int = KILLS) -> list[Figure]:
    """Acknowledged things that were lost or entered twice, and ledgers that failed to verify right after a kill."""
    from tests.server.killed_console import Promised, check_after_kill, check_at_end, kill_once, make_killed_watch

    rng, faults, acts, files, reads, refused = random.Random(12), list[str](), 0, 0, 0, list[str]()
    for first in range(0, count, A_WATCH):
        with tempfile.TemporaryDirectory() as folder:
            watch, promised = make_killed_watch(Path(folder) / "watch"), Promised()
            for number in range(first, min(first + A_WATCH, count)):
                try:
                    kill_once(watch, number, rng, promised)
                    found = check_after_kill(watch, promised)
                except Exception as exc:
                    found = [f"{type(exc).__name__}: {exc}"[:300]]
                faults += [f"kill {number}: {fault}" for fault in found]
            faults += check_at_end(watch, promised)
            acts, files, reads = acts + len(promised.acts), files + len(promised.files), reads + promised.reads
            refused += promised.refused
    note = f"{acts:,} acts and {files:,} uploads acknowledged, {reads:,} pages read"
    return [
        Figure(
            f"{count:,} kills of the console: lost, entered twice, or not verifying",
            (len(faults),),
            "",
            0.0,
            f"{note}{f'; first: {faults[0]}' if faults else ''}",
        ),
        Figure(
            f"{count:,} kills of the console: answers that were neither yes nor silence",
            (len(refused),),
            "",
            0.0,
            f"first: {refused[0]}" if refused else "",
        ),
    ]
