"""Measures the ledger: appends, opening, proofs, verification, growth, kills and flipped bytes. Called by
benchmarks/run.py."""

from __future__ import annotations

import contextlib
import io
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.figures import Figure, seconds_of

ROOT = Path(__file__).resolve().parents[1]
ENTRY = b'{"at":"2031-05-04T17:55:00Z","kind":"trucewatch/bench/1","object":"' + b"0" * 64 + b'"}'


def percentile_99(values: list[float]) -> float:
    return statistics.quantiles(values, n=100)[98]


def appends() -> list[Figure]:
    """Groups of 1,000 with one flush, single durable acts, and bare flushes of two files, in one run; pymerkle beside
    them."""
    from trucewatch.ledger.log import Log
    from trucewatch.store import Store

    with tempfile.TemporaryDirectory(dir=ROOT) as folder:
        log = Log(Path(folder) / "log")
        rates = []
        for _ in range(30):
            begun = time.perf_counter()
            log.append([ENTRY] * 1000)
            rates.append(1000 / (time.perf_counter() - begun))
        log.close()
        bare, acts = [], []
        with Store(Path(folder) / "watch", lambda: datetime.now(UTC)) as store:
            for number in range(500):
                bare.append(timed(lambda number=number: two_files(Path(folder), number)))  # type: ignore[misc]
                record = {"schema": "trucewatch/bench/1", "n": str(number)}
                acts.append(timed(lambda record=record: store.journal.commit([record])))  # type: ignore[misc]
        figures = [
            Figure("ledger: append in groups of 1,000, each flushed", tuple(rates), "entries/s", 20_000, at_least=True),
            Figure("ledger: one durable act (object and entry), p99", (percentile_99(acts) * 1e3,), "ms", None),
            Figure("bare flush of two files, p99", (percentile_99(bare) * 1e3,), "ms", None),
            Figure(
                "one durable act ÷ bare flush of two files, p99", (percentile_99(acts) / percentile_99(bare),), "×", 2.0
            ),
        ]
        return figures + pymerkle_beside(Path(folder), statistics.median(rates), statistics.median(acts))


def pymerkle_beside(folder: Path, our_rate: float, our_act_s: float) -> list[Figure]:
    """The same with pymerkle's SQLite tree: group against group, single against single."""
    try:
        from pymerkle import SqliteTree
    except ImportError:
        return []
    tree = SqliteTree(str(folder / "merkle.db"), algorithm="sha256")
    begun = time.perf_counter()
    tree.append_entries([ENTRY] * 1000)
    group = 1000 / (time.perf_counter() - begun)
    single = statistics.median(timed(lambda: tree.append_entry(ENTRY)) for _ in range(200))
    tree.con.close()
    return [
        Figure(
            "pymerkle (SQLite): append in groups of 1,000",
            (group,),
            "entries/s",
            None,
            f"ours ÷ pymerkle = {our_rate / group:.1f}",
        ),
        Figure(
            "pymerkle (SQLite): one append, median",
            (single * 1e3,),
            "ms",
            None,
            f"pymerkle ÷ our durable act = {single / our_act_s:.2f}",
        ),
    ]


def timed(act: Callable[[], object]) -> float:
    begun = time.perf_counter()
    act()
    return time.perf_counter() - begun


def two_files(folder: Path, number: int) -> None:
    """What any durable act costs at least: two small files written and flushed."""
    for name in ("a", "b"):
        descriptor = os.open(folder / f"{name}{number}", os.O_WRONLY | os.O_CREAT, 0o644)
        os.write(descriptor, b"x" * 200)
        os.fsync(descriptor)
        os.close(descriptor)


MAKE = """
import json, sys
from pathlib import Path
from trucewatch.ledger.log import Log
from trucewatch.ledger.keyfile import new_key
from trucewatch.ledger.note import LOG_ALGORITHM
from trucewatch.model.ids import canonical
from trucewatch.store.keys import key_record
from trucewatch.store.objects import HashedFiles
folder, size = Path(sys.argv[1]), int(sys.argv[2])
objects = HashedFiles(folder / "objects")
key = new_key("bench/log", LOG_ALGORITHM)
at = "2031-05-04T17:55:00Z"
def entry(record):
    stamped = {**record, "recorded_at": at}
    return canonical({"at": at, "kind": stamped["schema"], "object": objects.put(canonical(stamped))})
log = Log(folder / "ledger")
log.append([entry(key_record("new", "log", str(key.public)))])
shared = [entry({"schema": "trucewatch/bench/1", "n": str(number)}) for number in range(min(size, 1000))]
while log.size < size:
    log.append([shared[(log.size + at_) % len(shared)] for at_ in range(min(5000, size - log.size))])
log.publish(key.name, [key])
log.close()
"""

OPEN = """
import sys, time
from pathlib import Path
from trucewatch.ledger.log import Log
begun = time.perf_counter()
log = Log(Path(sys.argv[1]) / "ledger")
opened = time.perf_counter() - begun
from trucewatch.ledger.tree import inclusion_proof
import random
rng, times = random.Random(3), []
for _ in range(300):
    index = rng.randrange(log.size)
    begun = time.perf_counter()
    inclusion_proof(log.node, index, log.size)
    times.append(time.perf_counter() - begun)
times.sort()
print(opened, times[150])
"""


def growth() -> list[Figure]:
    """Verification, opening and proofs from 1e3 to 1e6 entries; the inspector in a process of its own, pinned to one
    core."""
    figures = []
    one_core = ["taskset", "-c", "0"] if Path("/usr/bin/taskset").exists() else []
    for size in (1_000, 10_000, 100_000, 1_000_000):
        last = size == 1_000_000
        with tempfile.TemporaryDirectory() as folder:
            subprocess.run([sys.executable, "-c", MAKE, folder, str(size)], check=True)
            inspector = [*one_core, sys.executable, str(ROOT / "src/trucewatch/ledger/inspector.py"), folder]
            wall, cpu, peak = seconds_of(inspector, cwd=Path(folder))
            opened, proof = (
                float(word) for word in subprocess.check_output([sys.executable, "-c", OPEN, folder], text=True).split()
            )
        figures += [
            Figure(
                f"ledger of {size:,}: full verification on one core",
                (wall,),
                "s",
                30.0 if last else None,
                f"{cpu:.1f} CPU s",
            ),
            Figure(f"ledger of {size:,}: memory of the inspector", (peak,), "MB", 300.0 if last else None),
            Figure(f"ledger of {size:,}: opening the log", (opened,), "s", 0.5 if last else None),
            Figure(f"ledger of {size:,}: one inclusion proof, median", (proof * 1e3,), "ms", 1.0 if last else None),
        ]
    return figures


def kills(count: int = 1000) -> list[Figure]:
    """Kill -9 at random moments under two committing threads; the store is made anew every 50 kills."""
    from tests.store.test_ledger_of_a_store import kill_and_check

    rng, failed = random.Random(5), list[str]()
    for batch in range(count // 50):
        with tempfile.TemporaryDirectory() as folder, contextlib.redirect_stdout(io.StringIO()):
            for attempt in range(50):
                try:
                    kill_and_check(Path(folder), batch * 50 + attempt, rng.uniform(0, 0.05))
                except Exception as exc:
                    failed.append(f"kill {batch * 50 + attempt}: {type(exc).__name__}: {exc}"[:300])
    title = f"{count:,} random kills: acts lost, stores that do not open, or ledgers that fail to verify"
    return [Figure(title, (len(failed),), "", 0.0, f"first: {failed[0]}" if failed else "")]


def flips(tries: int = 20_000) -> list[Figure]:
    """Every byte of a 50-entry log flipped in turn, and random bytes of a 1,000-entry one: how many go unnoticed."""
    from tests.ledger.small_log import flip_every_byte, flip_random_bytes, sample_log

    with tempfile.TemporaryDirectory() as folder:
        flipped, missed = flip_every_byte(*sample_log(Path(folder) / "small", 50))
        _, overlooked = flip_random_bytes(*sample_log(Path(folder) / "large", 1000), tries)
    return [
        Figure(f"every byte of a 50-entry log flipped ({flipped:,}): unnoticed", (missed,), "", 0.0),
        Figure(f"{tries:,} random bytes of a 1,000-entry log flipped: unnoticed", (overlooked,), "", 0.0),
    ]
