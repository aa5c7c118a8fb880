"""How every part of a clause stood, over ten years and 100,000 records: the command, and the page.

60,000 reports of twenty kinds and 40,000 numbers, simulated and seeded, under the invented agreement moved to their
first year, with a duty that goes on beside its deadlines. The start is what a command takes that opens the same watch
and tells of nothing: `trucewatch meetings`.
"""

from __future__ import annotations

import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
from datetime import timedelta
from pathlib import Path
from typing import Final

import numpy as np
from benchmarks.console import Served, served
from benchmarks.figures import Figure, as_installed, seconds_of
from benchmarks.years import BEGIN, DAYS, HEAD, NOW, ROOT, files_of

REPORTS, NUMBERS, RUNS = 60_000, 40_000, 5
KINDS: Final = (
    *("explosion", "shot", "burst", "thermal_anomaly", "movement", "line_crossing", "weapon_present", "overflight"),
    *("jamming", "access_denied", "harm", "handover", "presence", "meeting", "hostilities", "agreement_act", "other"),
    *("flare", "muzzle_flash", "projectile"),
)
AS_OF: Final = "2029-05-01T00:00:00Z"
_SOURCES: Final = """[[source]]
id = "years"
adapter = "observations"
files = ["inbox/years/*.csv"]
title = { en = "Ten years (simulated)" }
organisation = "Simulated"
simulated = true

[[source]]
id = "numbers"
adapter = "bulletin"
files = ["inbox/numbers.csv"]
title = { en = "Numbers (simulated)" }
organisation = "Simulated"
of = "centre"
time_zone = "Etc/GMT+2"
simulated = true

"""
_DUTY: Final = """
[[provision]]
number = "7"
instrument = "accord"

  [provision.summary]
  en = "The road stays open."

  [[provision.stipulation]]
  id = "7"
  kind = "kept_up"
  what = "presence"
  kinds = ["access_denied"]
  number = { counter = "convoys", at_least = 1 }
  obliged = ["UV"]
  in_force = { from = 2021-05-01T08:00:00Z, term = "P5Y" }
  renewal = { term = "P5Y", notice = "P6M", may = ["UV", "LV"], text = "accord-en" }
    [provision.stipulation.summary]
    en = "The road stays open."
"""
_COUNTERS: Final = ("convoys", "heavy_weapons_stonegate", "heavy_weapons_ambermill", "returnees", "patrols")
_PLACES: Final = ("bridge-road", "storage-stonegate", "storage-ambermill", "", "")


def make_watch(folder: Path) -> Path:
    """The invented watch with these records, its agreement ten years earlier."""
    watch = folder / "two-valleys"
    shutil.copytree(ROOT / "examples" / "two-valleys", watch, ignore=shutil.ignore_patterns(".trucewatch", "texts"))
    settings = (watch / "watch.toml").read_text(encoding="utf-8")
    settings = settings.replace("watch_time = 2031-05-04T00:00:00-02:00", f"watch_time = {NOW:%Y-%m-%dT%H:%M:%SZ}")
    settings = settings.replace('rule = "likelihood"', 'rule = "cylinder"\nradius_m = 1500\ngap_hours = 2')
    settings = settings.replace("[[source]]", _SOURCES + "[[source]]", 1)
    _write_reports(watch)
    _write_numbers(watch)
    (watch / "watch.toml").write_text(settings, encoding="utf-8")
    for name in ("meetings.toml", "initiatives.toml"):
        (watch / name).unlink(missing_ok=True)
    for name in ("agreement.toml", "zones.geojson"):
        text = (watch / name).read_text(encoding="utf-8").replace("2031-", "2021-")
        (watch / name).write_text(text + (_DUTY if name == "agreement.toml" else ""), encoding="utf-8")
    return watch


def _write_reports(watch: Path, *, seed: int = 13) -> None:
    random = np.random.default_rng(seed)
    inbox = watch / "inbox" / "years"
    inbox.mkdir()
    for day, lines in files_of(REPORTS, seed=seed):
        kinds = random.choice(KINDS, len(lines)).tolist()
        rows = []
        for kind, line in zip(kinds, lines, strict=True):
            sensor, means, _, rest = line.split(",", 3)
            rows.append(f"{sensor},{means},{kind},{rest}")
        (inbox / f"{day}.csv").write_text("\n".join([HEAD, *rows]) + "\n", encoding="utf-8")


def _write_numbers(watch: Path, *, seed: int = 5) -> None:
    random = np.random.default_rng(seed)
    rows = ["name,span,zone,date,value,qualifier,unit,claimed_by,known_at,text,source,simulated"]
    for number in range(NUMBERS):
        day, which = BEGIN + timedelta(days=int(random.integers(0, DAYS))), number % len(_COUNTERS)
        span = "cumulative" if _COUNTERS[which] == "returnees" else "level"
        giver = ("UV", "LV", "Joint Commission")[number % 3]
        rows.append(
            f"{_COUNTERS[which]},{span},{_PLACES[which]},{day},{int(random.integers(0, 40))},exactly,items,{giver},"
            f"{day}T22:00:00Z,Simulated row {number},Simulated bulletin,true"
        )
    (watch / "inbox" / "numbers.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")


def figures_of() -> list[Figure]:
    """The command at a moment eight years in, first and again, and the page of all clauses."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        env = as_installed(root)
        watch = make_watch(root)
        command = [sys.executable, "-m", "trucewatch", "run", str(watch)]
        subprocess.run(command, cwd=root, env=env, check=False, stdout=subprocess.DEVNULL)

        def seconds(name: str, *options: str) -> float:
            return seconds_of([sys.executable, "-m", "trucewatch", name, str(watch), *options], cwd=root, env=env)[0]

        first = seconds("provisions", "--as-of", AS_OF)
        seconds("meetings")
        start = statistics.median(seconds("meetings") for _ in range(RUNS))
        again = [seconds("provisions", "--as-of", AS_OF) for _ in range(RUNS)]
        with served(watch) as console:
            _settle(console)
            pages = console.seconds("/agreement", RUNS + 2)
    note = f"{REPORTS + NUMBERS:,} records over ten years; the start itself {start:.2f} s"
    return [
        Figure(
            "`provisions --as-of`, beyond the start", tuple(max(0.0, each - start) for each in again), "s", 0.5, note
        ),
        Figure("the same, first time after a run (what bears on clauses is put together)", (first - start,), "s", None),
        Figure("the page of all clauses, first request", (pages[0],), "s", None),
        Figure("the page of all clauses, later requests", tuple(pages[2:]), "s", 0.2, note),
    ]


def _settle(console: Served) -> None:
    """Wait until the list is worked out: a page that needs all of it answers."""
    for _ in range(600):
        try:
            console.get("/reports")
        except urllib.error.HTTPError:
            time.sleep(0.5)
        else:
            return
    raise SystemExit("the list did not come")
