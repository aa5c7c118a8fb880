"""Measures the figures that the issues ask for and writes them to docs/benchmarks.md: `make bench`.

Every figure is the median of several runs in processes of their own. Timings live here, never in tests.
"""

from __future__ import annotations

import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks import ledger  # noqa: E402
from benchmarks.figures import Figure, seconds_of  # noqa: E402

PAGE = ROOT / "docs" / "benchmarks.md"
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
    """Read, associate, check and report a watch with FIRMS rows: wall seconds and peak memory, each run on a fresh copy."""
    walls, cpus, peaks, summary = [], [], [], ""
    for _ in range(runs):
        with tempfile.TemporaryDirectory() as folder:
            watch = Path(folder) / "watch"
            make(watch)
            wall, cpu, peak = seconds_of([*PROGRAM, "run", str(watch), "--json"], cwd=Path(folder), ok=(0, 1))
            found = json.loads(
                subprocess.run([*PROGRAM, "run", str(watch), "--json"], capture_output=True, check=False).stdout
            )
            summary = f"{found['observations']:,} observations, {found['incidents']:,} incidents, {found['rejected']} rejected"
            walls.append(wall)
            cpus.append(cpu)
            peaks.append(peak)
    return [
        Figure(f"{name}: read, associate, check, report", tuple(walls), "s", bound_s, summary),
        Figure(f"{name}: CPU", tuple(cpus), "CPU s", None),
        Figure(f"{name}: peak memory", tuple(peaks), "MB", bound_mb),
    ]


def gigabyte() -> list[Figure]:
    """Reading one file of 1 GB into the store, once: wall seconds and peak memory."""
    from benchmarks.generate_viirs import write_rows

    with tempfile.TemporaryDirectory() as folder:
        piece, whole = Path(folder) / "piece.csv", Path(folder) / "whole.csv"
        write_rows(1_000_000, 7, piece)
        header, _, rows = piece.read_bytes().partition(b"\n")
        with whole.open("wb") as stream:
            stream.write(header + b"\n")
            while stream.tell() < 10**9:
                stream.write(rows)
        piece.unlink()
        wall, _, peak = seconds_of(
            [sys.executable, str(ROOT / "benchmarks" / "read_gigabyte.py"), str(whole)], cwd=ROOT
        )
    return [
        Figure("1 GB of FIRMS rows into the store", (wall,), "s", None, "one run"),
        Figure("1 GB of FIRMS rows into the store: peak memory", (peak,), "MB", 1024.0, "one run"),
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
    source = f'[[source]]\nid = "viirs"\nadapter = "firms"\nfiles = ["inbox/*.csv"]\nsimulated = {str(simulated).lower()}\n\n'
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


def processor() -> str:
    """The machine in words."""
    model = next(
        (
            line.split(":", 1)[1].strip()
            for line in Path("/proc/cpuinfo").read_text().splitlines()
            if "model name" in line
        ),
        platform.machine(),
    )
    return f"{len(os.sched_getaffinity(0))} cores ({model}), Python {platform.python_version()}, {platform.system()}"


def write_page(figures: Sequence[Figure], skipped: Sequence[str]) -> None:
    """The page of docs that holds the figures."""
    lines = [
        "# Benchmarks",
        "",
        "Measured by `make bench` (benchmarks/run.py), which anyone can run. Medians, with the smallest and the largest run.",
        "Neighbours on a machine move such figures by up to 1.7×: a ratio below 2 is a tie.",
        "",
        f"{datetime.now(UTC):%d %B %Y}, {processor()}.",
        "",
        "| figure | median | smallest–largest | bound | holds |",
        "|---|---|---|---|---|",
    ]
    for one in figures:
        spread = f"{min(one.runs):.3g}–{max(one.runs):.3g}"
        name = one.name + (f" ({one.note})" if one.note else "")
        lines.append(
            f"| {name} | {one.median:.3g} {one.unit} | {spread} | {one.bound_words} | {'yes' if one.holds else '**no**'} |"
        )
    lines += ["", *(f"Not measured: {reason}" for reason in skipped)]
    lines += ["", "The generated rows are simulated (benchmarks/generate_viirs.py, fixed seed).", ""]
    PAGE.write_text("\n".join(lines), encoding="utf-8")


def main() -> int:
    """Measure everything; exit code 1 if a bound does not hold."""
    skipped: list[str] = []
    example = ROOT / "examples" / "karabakh-2020"
    figures = [
        import_time(),
        measure("`trucewatch --help`", [*PROGRAM, "--help"], 0.75),
        measure("`trucewatch check` on the reference watch", [*PROGRAM, "check", str(example)], 1.0),
    ]
    figures += fires("42,000 generated VIIRS rows", generated_watch(42_000), bound_s=10.0, bound_mb=700.0)
    figures += gigabyte()
    data = ROOT.parent / "shared" / "data"
    if (data / "fires-viirs-2023").is_dir():
        figures += fires("8,097 real VIIRS rows", real_watch(data), bound_s=10.0, bound_mb=700.0)
    else:
        skipped.append("the real VIIRS rows; the optional data folder ../shared/data is not here.")
    figures += ledger.figures()
    write_page(figures, skipped)
    sys.stdout.write(PAGE.read_text(encoding="utf-8"))
    return 0 if all(one.holds for one in figures) else 1


if __name__ == "__main__":
    raise SystemExit(main())
