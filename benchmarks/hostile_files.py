"""Hostile files, each alone beside a good one, for every adapter: how long a run takes at worst, how much memory, and
whether the good rows are there. And an inbox of 5,000 small files."""

from __future__ import annotations

import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

from benchmarks.figures import Figure
from tests.hostile.files import HOSTILE, open_quote
from tests.hostile.watches import SAMPLES, Done, files_read, run, watch_of

from trucewatch.sources import adapters

_FILES = 5_000
_HEAVY = {"open_quote_60_mb.csv": lambda good: open_quote(good) * 3}
"""As much as the console takes at once."""


def hostile() -> list[Figure]:
    """One run a file and adapter; the worst of them is told."""
    runs: list[tuple[str, Done]] = []
    refused = missing = 0
    for adapter in adapters():
        good = (SAMPLES / adapter / "good.csv").read_bytes()
        for name, make in {**HOSTILE, **_HEAVY}.items():
            with tempfile.TemporaryDirectory() as place:
                folder = watch_of(Path(place) / "w", adapter)
                (folder / "inbox" / name).write_bytes(make(good))
                (folder / "inbox" / "z_good.csv").write_bytes(good)
                runs.append((f"{adapter}, {name}", run(folder, "--json")))
                read = files_read(folder)
                refused += bool(read[f"inbox/{name}"].refused)
                missing += not read["inbox/z_good.csv"].rows
    slowest = max(runs, key=lambda pair: pair[1].seconds)
    largest = max(runs, key=lambda pair: pair[1].peak_mb)
    return [
        Figure(f"the slowest run ({slowest[0]})", (slowest[1].seconds,), "s", 60),
        Figure(f"the most memory ({largest[0]})", (largest[1].peak_mb,), "MB", 700),
        Figure(f"hostile files refused, of {len(runs)}", (refused,), "", len(runs), at_least=True),
        Figure("runs without the good file's rows", (missing,), "", 0),
        *_many(),
    ]


def _many() -> list[Figure]:
    """An inbox of many small files, read and read again."""
    with tempfile.TemporaryDirectory() as place:
        folder = watch_of(Path(place) / "w", "observations")
        begin = datetime(2031, 3, 1, tzinfo=UTC)
        for number in range(_FILES):
            row = f"explosion,patrol,{begin + timedelta(minutes=7 * number):%Y-%m-%dT%H:%MZ},20.{number % 997:03},10.1"
            text = f"kind,means,occurred_start,lon,lat\n{row}\n"
            (folder / "inbox" / f"{number:05}.csv").write_text(text, encoding="utf-8")
        first, again = run(folder, "--json"), run(folder, "--json")
    title = f"an inbox of {_FILES:,} files"
    return [
        Figure(title, (first.seconds,), "s", None),
        Figure(f"{title}: peak memory", (first.peak_mb,), "MB", 900),
        Figure(f"{title}: a run that finds nothing new", (again.seconds,), "s", None),
    ]
