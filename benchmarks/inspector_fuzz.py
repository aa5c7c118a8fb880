"""Twenty thousand hostile copies for the inspector: writes, hangs and tracebacks, all of which have to be nought.
Called by benchmarks/run.py."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

from benchmarks.figures import Figure


def fuzzed(tries: int = 20_000, *, seed: int = 1) -> list[Figure]:
    """What came of so many inputs, one in a hundred in a process of its own."""
    from tests.ledger.inspector_fuzzing import SECONDS_PER_MB, fuzz

    begun = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        outcome = fuzz(Path(folder), tries, seed=seed)
    ends = ", ".join(f"exit {code}: {count:,}" for code, count in sorted(outcome.ends.items()))
    title = f"{tries:,} hostile copies, {outcome.processes} in a process of their own"
    faults = {
        "written where nothing was asked for": outcome.writes,
        f"slower than 2 s and {SECONDS_PER_MB:g} s/MB": outcome.hangs,
        "tracebacks": outcome.tracebacks,
    }
    figures = [
        Figure(f"{title}: {name}", (len(told),), "", 0.0, told[0][:120] if told else "")
        for name, told in faults.items()
    ]
    return [
        *figures,
        Figure(f"{title}: slowest", (outcome.slowest_s,), "s", None, ends),
        Figure(f"{title}: all", (time.perf_counter() - begun,), "s", 1800.0, "one run"),
    ]
