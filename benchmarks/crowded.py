"""A day with ten thousand records, and three hundred thousand over a thousand days: what reports and pages then take.

    python -m benchmarks.crowded                      every layout, all formats, four recipients, three languages
    python -m benchmarks.crowded --layout point       of one layout only
    python -m benchmarks.crowded --profile            where the time goes, by function

Simulated rows on the invented island, seeded. Reports are made in this process from one list that was worked out
before, as the console has it; pages are asked over loopback of a console in a process of its own.
"""

from __future__ import annotations

import argparse
import cProfile
import pstats
import shutil
import sys
import tempfile
import time
import urllib.error
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

ROOT: Final = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.console import Served, served
from benchmarks.figures import Figure

if TYPE_CHECKING:
    from trucewatch.pipeline import Assessment

RECORDS: Final = 10_000
LONG: Final = 300_000
PAGE_S: Final = 1.0
PAGES: Final = (
    "/watch",
    "/watch?kind=shot",
    "/watch?from=1900-01-01T00:00Z&to=2200-01-01T00:00Z",
    "/incidents",
    "/reports?from=2030-05-02&to=2030-05-02",
    "/reports/look?recipient=joint-centre&from=2030-05-02&to=2030-05-02",
    "/reports/compare?recipient=parties&from=2030-05-02&to=2030-05-02",
    "/ogc/joint-centre/collections/incidents/items",
)
OF_ONE: Final = ("/incident/{code}", "/show/{code}")
"""Pages of the one incident of `one_event`."""
BOUND_S: Final = 20.0
LANGUAGES: Final = ("en", "ru", "tr")
DAY: Final = date(2030, 5, 2)
LAYOUTS: Final = ("spread", "point", "line", "cell", "days")
KINDS: Final = ("explosion", "shot", "burst", "movement", "thermal_anomaly", "flare")
MEANS: Final = ("acoustic", "seismic", "camera", "patrol", "uav")
HEAD: Final = (
    "means,kind,occurred_start,occurred_end,time_sd_s,lon,lat,semi_major_m,semi_minor_m,major_azimuth_deg,"
    "count_min,count_best,count_max,simulated,known_at,text"
)
_FOURTH: Final = """
[[recipient]]
id = "relief"
names = { en = "Relief bodies" }
delay_hours = 0
place = "cell"
cell_m = 5000
time = "hour"
smallest_count = 3
"""


def make_watch(folder: Path, layout: str, records: int = RECORDS) -> Path:
    """The invented watch with so many incidents more, each of one report, for four recipients."""
    watch = folder / "two-valleys"
    shutil.copytree(ROOT / "examples" / "two-valleys", watch, ignore=shutil.ignore_patterns(".trucewatch"))
    settings = (watch / "watch.toml").read_text(encoding="utf-8")
    source = (
        '[[source]]\nid = "many"\nadapter = "observations"\nfiles = ["inbox/many*.csv"]\n'
        'title = { en = "Many (simulated)" }\norganisation = "Simulated"\nsimulated = true\n\n'
    )
    # No two rows are one event, however near they lie.
    settings = settings.replace('rule = "likelihood"', 'rule = "cylinder"\nradius_m = 1.0\ngap_hours = 0.0001')
    settings = settings.replace("watch_time = 2031-05-04", "watch_time = 2034-01-01")
    settings = settings.replace("[[source]]", source + "[[source]]", 1) + _FOURTH
    (watch / "watch.toml").write_text(settings, encoding="utf-8")
    (watch / "inbox" / "many.csv").write_text(rows(layout, records), encoding="utf-8")
    return watch


def one_event(watch: Path) -> None:
    """Let all records of a point on one day be one incident."""
    settings = (watch / "watch.toml").read_text(encoding="utf-8")
    settings = settings.replace("radius_m = 1.0\ngap_hours = 0.0001", "radius_m = 20000.0\ngap_hours = 30")
    (watch / "watch.toml").write_text(settings, encoding="utf-8")


def rows(layout: str, count: int, *, seed: int = 12) -> str:
    """So many reports as our own table, on one day (`days`: on a thousand), where the layout puts them."""
    random = np.random.default_rng(seed)
    days = 1000 if layout == "days" else 1
    seconds = np.sort(random.choice(days * 86_000, count, replace=False)) + 60
    begin = np.datetime64(f"{DAY}T02:00:00") + seconds
    lons, lats = places(layout, count, random)
    kinds, means = random.choice(KINDS, count), random.choice(MEANS, count)
    sizes, best = random.uniform(80, 900, count), random.integers(1, 9, count)
    lines = [
        f"{means[n]},{kinds[n]},{begin[n]}Z,{begin[n]}Z,0,{lons[n]:.5f},{lats[n]:.5f},"
        f"{sizes[n]:.0f},{sizes[n] / 2:.0f},{n % 180},"
        f"{best[n]},{best[n]},{best[n] + 1},true,{begin[n]}Z,Simulated: benchmark row {n}"
        for n in range(count)
    ]
    return "\n".join([HEAD, *lines]) + "\n"


def places(layout: str, count: int, random: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Longitudes and latitudes of a layout: over the island, at one point, along a line, within one cell."""
    if layout == "point":
        return np.full(count, -24.95), np.full(count, -35.05)
    if layout == "line":
        along = np.linspace(0, 1, count)
        return -25.4 + 0.9 * along, -35.3 + 0.5 * along
    if layout == "cell":
        return -24.95 + random.uniform(0, 0.02, count), -35.05 + random.uniform(0, 0.02, count)
    return random.uniform(-25.5, -24.4, count), random.uniform(-35.4, -34.7, count)


def assessed(watch: Path) -> Assessment:
    """The list of the watch, worked out."""
    from trucewatch.pipeline import assess
    from trucewatch.store import Store

    moment = datetime(2034, 1, 1, tzinfo=UTC)
    with Store(watch, clock=lambda: moment) as store:
        return assess(store, watch, now=moment)


def report_all(assessment: Assessment) -> dict[tuple[str, str, str], bytes]:
    """Drafts of the day: every recipient, three languages, all formats."""
    from trucewatch.pipeline.recipients_apart import drafts_of_all
    from trucewatch.reports import FORMATS

    written = {}
    for drafts in drafts_of_all(
        assessment, day_from=DAY, day_until=DAY + timedelta(days=1), languages=LANGUAGES, formats=tuple(FORMATS)
    ):
        if drafts.fault:
            raise SystemExit(f"{drafts.recipient}: {drafts.fault}")
        written |= {(drafts.recipient, *which): content for which, content in drafts.products.items()}
    return written


def reports() -> list[Figure]:
    """Seconds for all drafts of the crowded day: four recipients, three languages, all formats."""
    figures = []
    for layout in LAYOUTS:
        with tempfile.TemporaryDirectory() as folder:
            assessment = assessed(make_watch(Path(folder), layout))
            begun = time.perf_counter()
            written = report_all(assessment)
            taken = time.perf_counter() - begun
        note = f"{len(written)} files, the largest {max(map(len, written.values())) / 1e6:.1f} MB"
        figures.append(
            Figure(f"crowded day, {layout}: all drafts of {RECORDS:,} records", (taken,), "s", BOUND_S, note)
        )
    return figures


def pages() -> list[Figure]:
    """Seconds of each page over the crowded day, and over 300,000 records on a thousand days: the first answer, which
    may say that the work goes on, and the one after it is done."""
    figures = []
    for layout, records in (("spread", RECORDS), ("days", LONG)):
        with tempfile.TemporaryDirectory() as folder:
            watch = make_watch(Path(folder), layout, records)
            assessed(watch)
            with served(watch) as console:
                for path in PAGES:
                    name = f"{records:,} records, {layout}: {path.partition('?')[0]}"
                    figures += [
                        Figure(f"{name}, first", (answered(console, path),), "s", PAGE_S),
                        Figure(f"{name}, when it is ready", (ready(console, path),), "s", PAGE_S),
                    ]
    return figures + pages_of_one()


def pages_of_one() -> list[Figure]:
    """Seconds of each page of one incident that holds most of 10,000 observations."""
    with tempfile.TemporaryDirectory() as folder:
        watch = make_watch(Path(folder), "point")
        one_event(watch)
        incidents = assessed(watch).incidents.to_pylist()
        largest = max(incidents, key=lambda incident: len(incident["members"]))
        note = f"{len(largest['members']):,} observations"
        with served(watch) as console:
            return [
                Figure(
                    f"one incident: {path}",
                    (ready(console, path.format(code=largest["incident_id"])),),
                    "s",
                    PAGE_S,
                    note,
                )
                for path in OF_ONE
            ]


def answered(console: Served, path: str) -> float:
    """Seconds until there is an answer, be it that the work goes on."""
    begun = time.perf_counter()
    with suppress(urllib.error.HTTPError):
        console.get(path, accept="text/html")
    return time.perf_counter() - begun


def ready(console: Served, path: str) -> float:
    """Seconds of the page once what it needs is worked out; waits for that as a browser does."""
    for _ in range(300):
        begun = time.perf_counter()
        try:
            console.get(path, accept="text/html")
        except urllib.error.HTTPError as exc:
            if exc.code != 503:
                raise
            time.sleep(float(exc.headers["retry-after"]))
        else:
            return time.perf_counter() - begun
    raise SystemExit(f"{path}: not worked out in ten minutes")


def main() -> None:
    parser = argparse.ArgumentParser(description="What a crowded day takes.")
    parser.add_argument("--layout", choices=LAYOUTS, action="append")
    parser.add_argument("--records", type=int, default=RECORDS)
    parser.add_argument("--keep", type=Path, help="leave watch and files here")
    parser.add_argument("--profile", action="store_true")
    chosen = parser.parse_args()
    for layout in chosen.layout or LAYOUTS:
        with tempfile.TemporaryDirectory() as temporary:
            folder = chosen.keep / layout if chosen.keep else Path(temporary)
            folder.mkdir(parents=True, exist_ok=True)
            begun = time.perf_counter()
            watch = folder / "two-valleys"
            assessment = assessed(watch if watch.exists() else make_watch(folder, layout, chosen.records))
            ready = time.perf_counter()
            profile = cProfile.Profile() if chosen.profile else None
            if profile:
                profile.enable()
            written = report_all(assessment)
            if profile:
                profile.disable()
                pstats.Stats(profile).sort_stats("cumulative").print_stats(60)
            ended = time.perf_counter()
            print(f"{layout}: list {ready - begun:.1f} s, {len(written)} files {ended - ready:.1f} s", flush=True)
            for which, content in sorted(written.items()):
                if chosen.keep:
                    (folder / ("-".join(which[:1] + which[2:]) + "." + which[1])).write_bytes(content)
                print("   ", *which, f"{len(content) / 1e6:.2f} MB")


if __name__ == "__main__":
    main()
