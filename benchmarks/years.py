"""Ten years of a watch: 3,650 daily files, and what one more row then costs.

    python -m benchmarks.years --rows 10000 100000      first run, then single rows: seconds, bytes, memory
    python -m benchmarks.years --rows 1000000 --rule cylinder --keep FOLDER

Simulated rows on the invented island, seeded. Half of them are heat pixels of satellite passes, the rest devices,
patrols and lists that know a day only, on a front that moves; 5 % of the rows come weeks late. Each size is worked out
in a process of its own, so that the memory is that of one.
"""

from __future__ import annotations

import argparse
import json
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Final

import numpy as np

ROOT: Final = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.figures import Figure

DAYS: Final = 3650
BEGIN: Final = date(2021, 1, 1)
NOW: Final = datetime(2031, 6, 1, tzinfo=UTC)
SIZES: Final = (10_000, 100_000)
"""A million takes a quarter of an hour and more memory than a small machine has: only who asks for it gets it."""
MORE: Final = 7
"""Single rows after the first run: the first warms what is kept, the others are measured."""
ONE_ROW_S, ONE_ROW_BYTES, FIRST_S = 0.25, 200_000, 60.0
LATE: Final = 0.05
HEAD: Final = (
    "sensor,means,kind,occurred_start,occurred_end,time_sd_s,lon,lat,semi_major_m,semi_minor_m,major_azimuth_deg,"
    "count_min,count_best,count_max,simulated,known_at,text"
)
DEVICES: Final = (("ac-1", "acoustic"), ("ac-3", "acoustic"), ("ac-5", "acoustic"), ("cam-east", "camera"))
_KINDS: Final = ("explosion", "explosion", "shot", "burst")
_SOURCE: Final = """[[source]]
id = "years"
adapter = "observations"
files = ["inbox/years/*.csv"]
title = { en = "Ten years (simulated)" }
organisation = "Simulated"
simulated = true

"""


def make_watch(folder: Path, rows: int, *, rule: str = "likelihood", seed: int = 13) -> Path:
    """The invented watch with ten years of rows beside its own three days."""
    watch = folder / "two-valleys"
    shutil.copytree(ROOT / "examples" / "two-valleys", watch, ignore=shutil.ignore_patterns(".trucewatch"))
    settings = (watch / "watch.toml").read_text(encoding="utf-8")
    settings = settings.replace("watch_time = 2031-05-04T00:00:00-02:00", f"watch_time = {NOW:%Y-%m-%dT%H:%M:%SZ}")
    if rule == "cylinder":
        settings = settings.replace('rule = "likelihood"', 'rule = "cylinder"\nradius_m = 1500\ngap_hours = 2')
    (watch / "watch.toml").write_text(settings.replace("[[source]]", _SOURCE + "[[source]]", 1), encoding="utf-8")
    inbox = watch / "inbox" / "years"
    inbox.mkdir()
    for day, lines in files_of(rows, seed=seed):
        (inbox / f"{day}.csv").write_text("\n".join([HEAD, *lines]) + "\n", encoding="utf-8")
    return watch


def files_of(rows: int, *, seed: int = 13) -> Iterator[tuple[date, list[str]]]:
    """The lines of each day's file, days without a row left out."""
    random = np.random.default_rng(seed)
    by_day: dict[int, list[str]] = defaultdict(list)
    day = np.sort(random.integers(0, DAYS, rows))
    delay = np.where(random.random(rows) < LATE, random.integers(7, 60, rows), 0)
    for number in range(rows):
        arrives = min(int(day[number] + delay[number]), DAYS - 1)
        by_day[arrives].append(line_of(random, int(day[number]), arrives, number))
    for arrives in sorted(by_day):
        yield BEGIN + timedelta(days=arrives), by_day[arrives]


def line_of(random: np.random.Generator, day: int, arrives: int, number: int) -> str:
    """One row: a pixel of a pass, or what a device, a patrol or a list tells of the front."""
    at = datetime.combine(BEGIN, datetime.min.time(), UTC) + timedelta(days=day)
    lon = -25.6 + 1.2 * random.random()
    front = -35.0 + 0.08 * np.sin(4 * lon + day / 400)
    lat, kind, sensor, sd, size = front + random.normal(0, 0.03), str(random.choice(_KINDS)), "", 2.0, 400.0
    start = at + timedelta(seconds=int(random.integers(0, 86_000)))
    end, known = start + timedelta(seconds=int(random.integers(1, 20))), at + timedelta(days=arrives - day, hours=25)
    draw = random.random()
    if draw < 0.5:  # a pass in the night or after noon
        kind, means, lat, size = "thermal_anomaly", "satellite", -35.4 + 0.8 * random.random(), 190.0
        start = end = at + timedelta(hours=(3, 15)[number % 2], minutes=int(random.integers(0, 40)))
    elif draw < 0.8:
        sensor, means = DEVICES[int(random.integers(0, len(DEVICES)))]
    elif draw < 0.9:
        sensor, means, sd, size = "patrol-east", "patrol", 240.0, 180.0
    else:
        means, sd, size, start, end = "event_list", 0.0, 2000.0, at, at + timedelta(days=1)
    azimuth, count = number % 180, 1 + int(random.integers(0, 4))
    return (
        f"{sensor},{means},{kind},{start:%Y-%m-%dT%H:%M:%SZ},{end:%Y-%m-%dT%H:%M:%SZ},{sd},{lon:.5f},{lat:.5f},{size},"
        f"{size / 2},{azimuth},{count},{count},{count + 1},true,{known:%Y-%m-%dT%H:%M:%SZ},Simulated: row {number}"
    )


def one_more(watch: Path, number: int) -> None:
    """A file of one row, as a device delivers it, on a day of the sixth year."""
    random = np.random.default_rng(1_000 + number)
    line = line_of(random, 2_000 + number, 2_000 + number, 9_000_000 + number)
    aside = watch / f"more-{number}.csv"
    aside.write_text(f"{HEAD}\n{line}\n", encoding="utf-8")
    aside.rename(watch / "inbox" / "years" / aside.name)


def measured(watch: Path) -> dict[str, object]:
    """The first run, and single rows after it, in this process: seconds, bytes of disk, memory."""
    from trucewatch.pipeline import assess
    from trucewatch.store import Store

    with Store(watch, clock=lambda: NOW) as store:
        begun = time.perf_counter()
        first = assess(store, watch, now=NOW)
        figures: dict[str, object] = {"first_s": time.perf_counter() - begun, "incidents": first.incidents.num_rows}
        figures["first_memory_mb"] = _memory_mb()
        seconds, grown = [], []
        for number in range(MORE):
            one_more(watch, number)
            before = bytes_of(store.root)
            begun = time.perf_counter()
            assess(store, watch, now=NOW)
            seconds.append(time.perf_counter() - begun)
            grown.append(bytes_of(store.root) - before)
    return figures | {"row_s": seconds[1:], "row_bytes": grown[1:], "memory_mb": _memory_mb()}


def _memory_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def bytes_of(folder: Path) -> int:
    """What the ledger, the objects and the evidence take; not the index, which can be thrown away."""
    files = (path for part in ("ledger", "objects", "evidence") for path in (folder / part).rglob("*"))
    return sum(path.lstat().st_blocks * 512 for path in files)


def figures_of(sizes: Sequence[int] = SIZES, rule: str = "likelihood") -> list[Figure]:
    """The figures of each size, and the ratio of the largest to the smallest."""
    figures, medians = [], []
    for size in sizes:
        found = in_a_process(size, rule, None)
        name = f"ten years, {rule}, {size:,} rows"
        note = f"{found['incidents']:,} incidents"
        figures += [
            Figure(f"{name}: first run", (found["first_s"],), "s", FIRST_S if size == 1_000_000 else None, note),
            Figure(f"{name}: first run, memory", (found["first_memory_mb"],), "MB", None),
            Figure(f"{name}: one more row", tuple(found["row_s"]), "s", ONE_ROW_S),
            Figure(
                f"{name}: disk for one more row", tuple(b / 1e3 for b in found["row_bytes"]), "kB", ONE_ROW_BYTES / 1e3
            ),
        ]
        medians.append(float(np.median(found["row_s"])))
    if len(medians) > 1:
        title = f"ten years, {rule}: one more row, {sizes[-1]:,} ÷ {sizes[0]:,} on record"
        figures.append(Figure(title, (medians[-1] / medians[0],), "×", 1.5))
    return figures


def in_a_process(rows: int, rule: str, keep: Path | None) -> dict:
    command = [sys.executable, "-m", "benchmarks.years", "--rows", str(rows), "--rule", rule, "--measure"]
    command += ["--keep", str(keep)] if keep else []
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(done.stderr[-2000:])
    return json.loads(done.stdout.splitlines()[-1])


def main() -> None:
    parser = argparse.ArgumentParser(description="Ten years on record, and one more row.")
    parser.add_argument("--rows", type=int, nargs="+", default=list(SIZES))
    parser.add_argument("--rule", choices=("likelihood", "cylinder"), default="likelihood")
    parser.add_argument("--keep", type=Path, help="leave the watch here")
    parser.add_argument("--measure", action="store_true", help="in this process, as one line of JSON")
    chosen = parser.parse_args()
    for rows in chosen.rows:
        if not chosen.measure:
            print(json.dumps(in_a_process(rows, chosen.rule, chosen.keep), indent=1), flush=True)
            continue
        with tempfile.TemporaryDirectory() as temporary:
            print(json.dumps(measured(make_watch(chosen.keep or Path(temporary), rows, rule=chosen.rule))), flush=True)


if __name__ == "__main__":
    main()
