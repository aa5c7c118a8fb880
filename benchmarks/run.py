"""Measures the figures that the issues ask for and writes them to docs/benchmarks.md: `make bench`.

`make bench PARTS="program ledger-append"` measures those parts only and leaves the others as they were measured before.
Every figure is the median of several runs in processes of their own. Timings live here, never in tests.
"""

from __future__ import annotations

import itertools
import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks import (
    aid_by_keyboard,
    archive,
    association,
    claims_entered,
    clauses,
    connections,
    console,
    console_browser,
    counts,
    crowded,
    floor,
    fusion,
    geometry,
    hostile_files,
    hours,
    inspector_fuzz,
    kills,
    ledger,
    links,
    map_at_rest,
    outlets,
    people_and_claims,
    post,
    postgis,
    power_cuts,
    readers,
    report_pdf,
    results,
    review_figures,
    shift_handover,
    statements_read,
    stress,
    thirty_findings,
    urgent_messages,
    years,
)
from benchmarks.figures import Figure, NotMeasurableError, seconds_of

PROGRAM = [sys.executable, "-m", "trucewatch"]


def measure(name: str, command: Sequence[str], bound: float, *, runs: int = 7) -> Figure:
    """A command that changes nothing, timed several times."""
    with tempfile.TemporaryDirectory() as folder:
        seconds_of(command, cwd=Path(folder))
        return Figure(name, tuple(seconds_of(command, cwd=Path(folder))[0] for _ in range(runs)), "s", bound)


def import_time(runs: int = 7) -> Figure:
    """What `import trucewatch` costs beyond the interpreter's own start, plus that start: the whole process."""
    return measure("`import trucewatch`, whole process", [sys.executable, "-c", "import trucewatch"], 0.3, runs=runs)


def fires(name: str, make: Callable[[Path], None], *, bound_s: float, bound_mb: float, runs: int = 3) -> list[Figure]:
    """Read, associate, check and report a watch with FIRMS rows: wall seconds and peak memory, each run on a fresh
    copy."""
    walls, cpus, peaks, summary = [], [], [], ""
    for _ in range(runs):
        with tempfile.TemporaryDirectory() as folder:
            watch = Path(folder) / "watch"
            make(watch)
            wall, cpu, peak = seconds_of([*PROGRAM, "run", str(watch), "--json"], cwd=Path(folder), ok=(0, 1))
            found = json.loads(
                subprocess.run([*PROGRAM, "run", str(watch), "--json"], capture_output=True, check=False).stdout
            )
            counts = f"{found['observations']:,} observations, {found['incidents']:,} incidents"
            summary = f"{counts}, {found['rejected']} rejected"
            walls.append(wall)
            cpus.append(cpu)
            peaks.append(peak)
    return [
        Figure(f"{name}: read, associate, check, report", tuple(walls), "s", bound_s, summary),
        Figure(f"{name}: CPU", tuple(cpus), "CPU s", None),
        Figure(f"{name}: peak memory", tuple(peaks), "MB", bound_mb),
    ]


def checked() -> list[Figure]:
    """Checking the reference watch: wall seconds of seven processes."""
    command = [*PROGRAM, "check", str(ROOT / "examples" / "karabakh-2020")]
    with tempfile.TemporaryDirectory() as folder:
        walls, cpus, _ = zip(*(seconds_of(command, cwd=Path(folder)) for _ in range(7)), strict=True)
    return [
        Figure("`trucewatch check` of the reference watch", walls, "s", 1.0),
        Figure("`trucewatch check` of the reference watch: CPU", cpus, "CPU s", None),
    ]


def gigabyte() -> list[Figure]:
    """Taking one file of 1 GB into a watch's store, once: wall seconds and peak memory. No row is there twice."""
    from benchmarks.generate_viirs import write_rows

    with tempfile.TemporaryDirectory() as folder:
        piece, whole = Path(folder) / "piece.csv", Path(folder) / "whole.csv"
        with whole.open("wb") as stream:
            for seed in itertools.count(7):
                write_rows(1_000_000, seed, piece)
                header, _, rows = piece.read_bytes().partition(b"\n")
                stream.write(rows if stream.tell() else header + b"\n" + rows)
                if stream.tell() >= 10**9:
                    break
        piece.unlink()
        command = [sys.executable, str(ROOT / "benchmarks" / "read_gigabyte.py"), str(whole)]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(done.stderr[-2000:])
    found = json.loads(done.stdout.splitlines()[-1])
    note = f"one run; {found['rows']:,} rows, {found['rejected']} refused"
    return [
        Figure("1 GB of FIRMS rows into the store", (found["seconds"],), "s", 45.0, note),
        Figure("1 GB of FIRMS rows into the store: peak memory, reader too", (found["memory_mb"],), "MB", 1024.0, note),
    ]


def generated_watch(rows: int) -> Callable[[Path], None]:
    """A copy of the template around generated rows (simulated, seeded)."""

    def make(folder: Path) -> None:
        from benchmarks.generate_viirs import write_rows

        watch_over_area(folder, area=(43.0, 38.0, 50.0, 42.0), simulated=True)
        write_rows(rows, 7, folder / "inbox" / "viirs.csv")

    return make


def real_watch(data: Path) -> Callable[[Path], None]:
    """The real near-real-time rows of the optional data folder."""

    def make(folder: Path) -> None:
        watch_over_area(folder, area=(22.0, 44.0, 41.0, 53.0), simulated=False)
        for source in (data / "fires-viirs-2023").glob("*.csv"):
            shutil.copy(source, folder / "inbox" / source.name)

    return make


def watch_over_area(folder: Path, *, area: tuple[float, float, float, float], simulated: bool) -> None:
    """The template, with its zones stretched over an area and one FIRMS source."""
    from trucewatch.watch.template import write_template

    write_template(folder)
    (folder / "inbox" / "reports.csv").unlink()
    (folder / "notices.csv").unlink()
    text = (folder / "watch.toml").read_text()
    head, tail = text.split("[[source]]")[0], "[[recipient]]" + text.split("[[recipient]]", 1)[1]
    source = '[[source]]\nid = "viirs"\nadapter = "firms"\nfiles = ["inbox/*.csv"]\n'
    source += f"simulated = {str(simulated).lower()}\n\n"
    head = head.replace("[-25.5, -35.5, -24.5, -34.5]", str(list(area)))
    (folder / "watch.toml").write_text(head + source + tail)
    zones = json.loads((folder / "zones.geojson").read_text())
    west, south, east, north = area
    for feature in zones["features"]:
        feature["geometry"]["coordinates"] = stretched(feature["geometry"]["coordinates"], west, south, east, north)
    (folder / "zones.geojson").write_text(json.dumps(zones))
    agreement = (folder / "agreement.toml").read_text().replace("2031-", "2001-")
    (folder / "agreement.toml").write_text(agreement)


def stretched(coordinates: object, west: float, south: float, east: float, north: float) -> object:
    """The template's square of one degree, over another area."""
    if isinstance(coordinates, list) and coordinates and isinstance(coordinates[0], int | float):
        lon, lat = coordinates
        return [west + (lon + 25.5) * (east - west), south + (lat + 35.5) * (north - south)]
    assert isinstance(coordinates, list)
    return [stretched(inner, west, south, east, north) for inner in coordinates]


def program() -> list[Figure]:
    """What a person waits for at each command."""
    example = ROOT / "examples" / "karabakh-2020"
    return [
        import_time(),
        measure("`trucewatch --help`", [*PROGRAM, "--help"], 0.75),
        measure("`trucewatch check` on the reference watch", [*PROGRAM, "check", str(example)], 1.0),
    ]


def generated_fires() -> list[Figure]:
    """Simulated VIIRS rows through a whole run."""
    return fires("42,000 generated VIIRS rows", generated_watch(42_000), bound_s=10.0, bound_mb=700.0)


def real_fires() -> list[Figure]:
    """Real VIIRS rows through a whole run."""
    data = ROOT.parent / "shared" / "data"
    if not (data / "fires-viirs-2023").is_dir():
        raise NotMeasurableError("the optional data folder ../shared/data is not here")
    return fires("8,097 real VIIRS rows", real_watch(data), bound_s=10.0, bound_mb=700.0)


PARTS: dict[str, tuple[str, Callable[[], list[Figure]]]] = {
    "program": ("The program", program),
    "check": ("Checking a watch", checked),
    "fires-generated": ("A run over generated fire rows", generated_fires),
    "fires-real": ("A run over real fire rows", real_fires),
    "gigabyte": ("One gigabyte", gigabyte),
    "readers": ("Readers", readers.readers),
    "readers-gigabyte": ("Readers: a gigabyte", readers.readers_of_a_gigabyte),
    "zones": ("Zones of a million places", geometry.zones),
    "line": ("Metres to a line of a million places", geometry.lines),
    "association": ("Association by the cylinder rule", association.association),
    "association-growth": ("Association: growth", association.growth),
    "hostile-files": ("Hostile files beside a good one", hostile_files.hostile),
    "archive": ("Archives: ten million rows of CSV", archive.archive),
    "archive-growth": ("Archives: growth", archive.growth),
    "archive-world": ("Archives: a year of the world, extrapolated", archive.world_year),
    "fusion": ("Fusion on simulated days, seeds that tuning never saw", fusion.final),
    "counts": ("How many, on simulated days, seeds that tuning never saw", counts.final),
    "stress": ("How sure, on stress days: seeds that tuning never saw", stress.final),
    "years": ("Ten years on record, and one more row", years.figures_of),
    "years-cylinder": ("Ten years on record by the cylinder rule", partial(years.figures_of, rule="cylinder")),
    "clauses": ("Every part of a clause over ten years and 100,000 records", clauses.figures_of),
    "statements": ("Official statements: how well they are read, and how fast", statements_read.figures_of),
    "claims": ("Claims: what is near, the pairs of a letter, words read", claims_entered.figures_of),
    "links": ("Links: what opening one would change, among ten thousand", links.figures_of),
    "people": ("Sixty people signed in on one process", people_and_claims.people),
    "board": ("The board of the floor on a busy night", floor.board),
    "calls": ("A call and a letter, from the first key to the record", people_and_claims.calls_and_letters),
    "flash": ("The urgent message, from the click to the mail server", urgent_messages.figures_of),
    "handover": ("The hand-over of a busy night, hands on the keyboard", shift_handover.handover),
    "post": ("Messages between two instances, the line cut for 72 hours", post.post),
    "aid": ("A humanitarian instance by keyboard: a request, a notification", aid_by_keyboard.by_keyboard),
    "review": ("Two keys: positions, the queue and the check of 10,000 reviewed findings", review_figures.figures_of),
    "review-bundle": ("Two keys: the bundle of a finding", review_figures.bundle),
    "review-publish": ("Two keys: a year of days, published", review_figures.published),
    "review-night": ("Two keys: a night's thirty findings by two officers, by keyboard", thirty_findings.figures_of),
    "hours": ("An hour of 6,000 rows over ten years on record", hours.figures_of),
    "postgis": ("One more row over ten years on record, and a PostGIS trigger pipeline", postgis.figures_of),
    "report-pdf": ("The printed report", report_pdf.printed),
    "outlets": ("What people and programs take of a day with 500 findings", outlets.outlets),
    "crowded-reports": ("Ten thousand records on one day: all drafts", crowded.reports),
    "crowded-pages": ("Ten thousand records on one day, 300,000 on a thousand: the pages", crowded.pages),
    "console-server": ("The console with 20,000 incidents: the server", console.server),
    "console-browser": ("The console with 20,000 incidents: the browser", console_browser.browser),
    "map-at-rest": ("The map at rest: 20,000 incidents and a basemap of 200 MB", map_at_rest.at_rest),
    "console-feed": ("The console: 200 live feeds", console.feed),
    "connections": ("The console while others hold its connections", connections.connections),
    "console-start": ("The console: first page", console.start),
    "ledger-append": ("The ledger: appending", ledger.appends),
    "ledger-growth": ("The ledger: growth", ledger.growth),
    "ledger-kills": ("The ledger: kills", ledger.kills),
    "kills": ("The console: kills with acts, uploads and reads in flight (about 45 minutes)", kills.console),
    "power-cuts": ("The store: power cuts", power_cuts.cuts),
    "ledger-flips": ("The ledger: flipped bytes (about half an hour)", ledger.flips),
    "inspector-fuzz": ("The inspector: hostile copies (about a quarter of an hour)", inspector_fuzz.fuzzed),
}
"""What can be measured: the name on the command line, its heading, and what measures it."""


def main(names: Sequence[str]) -> int:
    """Measure the named parts, or all; exit code 1 if a bound does not hold, 2 if a name is unknown."""
    unknown = [name for name in names if name not in PARTS]
    if unknown:
        sys.stderr.write(f"unknown part: {', '.join(unknown)}. There are: {', '.join(PARTS)}\n")
        return 2
    held = True
    for name in names or PARTS:
        title, measurement = PARTS[name]
        sys.stderr.write(f"{name} …\n")
        try:
            figures = measurement()
        except NotMeasurableError as reason:
            sys.stderr.write(f"{name}: not measured: {reason}\n")
            continue
        results.keep(name, title, figures, when=datetime.now(UTC), machine=results.machine())
        held = held and all(one.holds for one in figures)
    results.write_page(list(PARTS))
    sys.stdout.write(results.PAGE.read_text(encoding="utf-8"))
    return 0 if held else 1


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
