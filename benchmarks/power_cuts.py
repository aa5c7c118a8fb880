"""Power cuts at every step of a store's life, what was not flushed lost and torn as 25 seeded draws say: what does not
hold. A sample: the subsets that a cut may leave are far more."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random

from benchmarks.figures import Figure

WAYS = 25
"""Power cuts at each step, each with other luck."""


def cuts(ways: int = WAYS) -> list[Figure]:
    """States after a power cut that lose what was acknowledged, hold what was not, or do not verify."""
    from tests.store.fault_disk import FaultDisk
    from tests.store.lives import Life, check_restart, cut_power, live, settle

    faults, states = list[str](), 0
    lives: tuple[Callable[[Life], None], ...] = (live, settle)
    for act in lives:
        with _in_memory() as folder:
            life = Life(FaultDisk(folder))
            with life.disk:
                act(life)
            for at in range(len(life.disk.steps) + 1):
                for way in range(ways):
                    states += 1
                    try:
                        check_restart(life, at, cut_power(life, at, Random(f"{at}/{way}")))
                    except Exception as exc:
                        faults.append(f"{act.__name__}, step {at}, way {way}: {type(exc).__name__}: {exc}"[:300])
    note = f"first: {faults[0]}" if faults else ""
    return [Figure(f"{states:,} states after a power cut: not whole", (len(faults),), "", 0.0, note)]


@contextmanager
def _in_memory() -> Iterator[Path]:
    """A folder for a store, on a disk in memory where there is one."""
    where = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
    with tempfile.TemporaryDirectory(dir=where) as parent:
        (Path(parent) / "live").mkdir()
        yield Path(parent) / "live"
