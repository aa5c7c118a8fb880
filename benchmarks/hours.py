"""An hour of 100 rows a minute over ten years on record: how far the list lags, and what it takes; then `verify`.

    python -m benchmarks.hours --rows 10000 --minutes 5

Each minute a device's file lies in the inbox; its lag is the time until the list that holds it is durable. Afterwards
some rows come one by one, with what the program keeps in memory and without it: without it every row works the whole
list out anew, as every row did before.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Final

import numpy as np

ROOT: Final = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks import years
from benchmarks.figures import Figure

SIZES: Final = (10_000, 100_000)
MINUTES: Final = 60
A_MINUTE: Final = 100
LAG_S, MEMORY_MB, HOUR_MB, VERIFY_S = 2.0, 900.0, 400.0, 30.0
_ONE_BY_ONE: Final = 3


def measured(watch: Path, minutes: int) -> dict[str, object]:
    """The hour in this process, over a watch that was not run yet: seconds, bytes of disk, memory, lists."""
    from trucewatch.pipeline import assess
    from trucewatch.store import Store

    moment = [years.NOW]
    with Store(watch, clock=lambda: moment[0]) as store:
        assess(store, watch, now=moment[0])
        years.one_more(watch, 0)
        assess(store, watch, now=moment[0])  # warms what is kept
        before, lists = years.bytes_of(store.root), _lists(store)
        _forget_peak()
        lags = []
        for minute in range(minutes):
            moment[0] += timedelta(minutes=1)
            _a_minute(watch, minute)
            begun = time.perf_counter()
            assess(store, watch, now=moment[0])
            lags.append(time.perf_counter() - begun)
        figures: dict[str, object] = {
            "lags": lags,
            "memory_mb": _peak_mb(),
            "bytes": years.bytes_of(store.root) - before,
            "lists": _lists(store) - lists,
        }
        kept, anew = [], []
        for number in range(1, 2 * _ONE_BY_ONE + 1):
            if number > _ONE_BY_ONE:
                store.memory.clear()
            years.one_more(watch, number)
            begun = time.perf_counter()
            assess(store, watch, now=moment[0])
            (anew if number > _ONE_BY_ONE else kept).append(time.perf_counter() - begun)
    begun = time.perf_counter()
    command = [sys.executable, "-m", "trucewatch", "verify", str(watch)]
    verify = subprocess.run(command, capture_output=True, text=True, check=False)
    if verify.returncode:
        raise SystemExit(verify.stderr[-2000:] or verify.stdout[-2000:])
    return figures | {"kept_s": kept, "anew_s": anew, "verify_s": time.perf_counter() - begun}


def _a_minute(watch: Path, minute: int) -> None:
    """A file of a minute's rows, on a day of the seventh year."""
    random = np.random.default_rng(50_000 + minute)
    lines = [years.line_of(random, 2_300, 2_300, 8_000_000 + minute * A_MINUTE + row) for row in range(A_MINUTE)]
    aside = watch / f"minute-{minute:02}.csv"
    aside.write_text("\n".join([years.HEAD, *lines, ""]), encoding="utf-8")
    aside.rename(watch / "inbox" / "years" / aside.name)


def _lists(store: object) -> int:
    ((count,),) = store.index.rows("SELECT count(*) FROM list")  # type: ignore[attr-defined]
    return int(count)


def _forget_peak() -> None:
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")


def _peak_mb() -> float:
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM"))


def figures_of(sizes: Sequence[int] = SIZES, rule: str = "likelihood", minutes: int = MINUTES) -> list[Figure]:
    """The figures of each size."""
    figures = []
    for size in sizes:
        found = in_a_process(size, rule, minutes)
        name = f"ten years, {rule}, {size:,} rows"
        lags, note = found["lags"], f"{minutes} files of {A_MINUTE} rows"
        figures += [
            Figure(f"{name}: an hour of 100 rows a minute, lag p50", (float(np.median(lags)),), "s", None, note),
            Figure(f"{name}: the same, lag p95", (float(np.quantile(lags, 0.95)),), "s", LAG_S, note),
            Figure(f"{name}: the same, memory", (found["memory_mb"],), "MB", MEMORY_MB, note),
            Figure(f"{name}: the same, disk", (found["bytes"] / 1e6,), "MB", HOUR_MB, f"{found['lists']} lists"),
            Figure(
                f"{name}: one more row, whole list anew ÷ what it touches",
                (float(np.median(found["anew_s"]) / np.median(found["kept_s"])),),
                "×",
                None,
            ),
            Figure(f"{name}: `trucewatch verify`", (found["verify_s"],), "s", VERIFY_S),
        ]
    return figures


def in_a_process(rows: int, rule: str, minutes: int) -> dict:
    command = [sys.executable, "-m", "benchmarks.hours", "--rows", str(rows), "--rule", rule]
    done = subprocess.run([*command, "--minutes", str(minutes)], cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(done.stderr[-2000:])
    return json.loads(done.stdout.splitlines()[-1])


def main() -> None:
    parser = argparse.ArgumentParser(description="An hour of 100 rows a minute over ten years on record.")
    parser.add_argument("--rows", type=int, default=SIZES[0])
    parser.add_argument("--rule", choices=("likelihood", "cylinder"), default="likelihood")
    parser.add_argument("--minutes", type=int, default=MINUTES)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        watch = years.make_watch(Path(temporary), chosen.rows, rule=chosen.rule)
        print(json.dumps(measured(watch, chosen.minutes)), flush=True)


if __name__ == "__main__":
    main()
