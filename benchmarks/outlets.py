"""What people and programs take of a day with 500 findings: every file, the archive of its issue, and what is served.

    python -m benchmarks.outlets            every format once, in this process, with CPU seconds
    python -m benchmarks.outlets docx       where the time of one goes, by function

A file's `first` is a process of its own that starts with nothing loaded but the program and makes the released report
into the file; `again` is a second, different report in the same process, as a server has it.
"""

from __future__ import annotations

import cProfile
import json
import pstats
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks import crowded
from benchmarks.console import served
from benchmarks.figures import Figure
from benchmarks.report_pdf import day_with

FINDINGS: Final = 500
BOUND_S: Final = 2.0
RUNS: Final = 5
SERVED: Final = (
    "/ogc/joint-centre/collections/incidents/items",
    "/ogc/joint-centre/collections/zones/items",
    "/feed/joint-centre.atom",
)
RECIPIENT: Final = "joint-centre"


def outlets() -> list[Figure]:
    """Seconds of each format of the day; of the archive of an issue; of the first page for programs."""
    from trucewatch.reports import FORMATS

    figures = []
    for form in FORMATS:
        runs = [one_process(form) for _ in range(RUNS)]
        name, size = f"{form} of a day with {FINDINGS} findings", runs[0]["kilobytes"]
        figures += [
            Figure(f"{name}: first in a process", tuple(run["first"] for run in runs), "s", BOUND_S, f"{size:,.0f} kB"),
            Figure(f"{name}: again", tuple(run["again"] for run in runs), "s", BOUND_S),
            Figure(f"{name}: first, CPU", tuple(run["cpu"] for run in runs), "CPU s", None),
        ]
    return [*figures, *issued()]


def one_process(form: str) -> dict[str, float]:
    """Measure one format in a fresh process."""
    command = [sys.executable, __file__, "--measure", form]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    measured: dict[str, float] = json.loads(run.stdout)
    return measured


def measure(form: str) -> dict[str, float]:
    """Seconds for a first and a second, different report in another language; CPU seconds and kilobytes of the
    first."""
    from trucewatch.reports import render

    first_day, second_day = day_with(FINDINGS, 0), day_with(FINDINGS, 1)
    begun, cpu = time.perf_counter(), time.process_time()
    content = render(first_day, format=form, language="en")  # type: ignore[arg-type]
    between, cpu = time.perf_counter(), time.process_time() - cpu
    render(second_day, format=form, language="ru")  # type: ignore[arg-type]
    ended = time.perf_counter()
    return {"first": between - begun, "again": ended - between, "cpu": cpu, "kilobytes": len(content) / 1000}


def issued() -> list[Figure]:
    """The archive of an issue in all formats, its files kept; then a console over it: what programs ask first."""
    from trucewatch.desks.reports.archives import archive_of
    from trucewatch.desks.reports.operations import ReportDesk
    from trucewatch.desks.reports.wanted import Wanted
    from trucewatch.pipeline import assess
    from trucewatch.reports import FORMATS
    from trucewatch.store import Store
    from trucewatch.store.publications import publications

    moment = datetime(2034, 1, 1, tzinfo=UTC)
    with tempfile.TemporaryDirectory() as folder:
        watch = crowded.make_watch(Path(folder), "spread", FINDINGS)
        with Store(watch, clock=lambda: moment) as store:
            today = assess(store, watch, now=moment)
            desk = ReportDesk(store, watch, lambda: moment, lambda: today)
            wanted = Wanted(RECIPIENT, crowded.DAY, crowded.DAY + timedelta(days=1))
            draft = desk.begin(wanted, languages=["en"], formats=tuple(FORMATS), by="Keeper One")
            desk.check(draft.draft_id, seen_version=1, by="Keeper One")
            desk.issue(draft.draft_id, seen_version=2, by="Keeper One")
            (publication,) = publications(store)
            taken, size = [], 0
            for _ in range(RUNS):
                begun = time.perf_counter()
                size = len(archive_of(desk, publication, today.watch))
                taken.append(time.perf_counter() - begun)
        name = f"the archive of an issue with {len(publication.rows)} incidents"
        figures = [Figure(name, tuple(taken), "s", BOUND_S, f"{len(FORMATS)} formats, {size / 1000:,.0f} kB")]
        with served(watch) as console:
            for path in SERVED:
                first = crowded.ready(console, path)
                figures.append(Figure(f"{path}, first", (first,), "s", BOUND_S))
                figures.append(Figure(f"{path}, again", tuple(console.seconds(path, RUNS)), "s", BOUND_S))
    return figures


def profile(form: str) -> None:
    """Where the time of one format goes."""
    from trucewatch.reports import render

    day = day_with(FINDINGS, 0)
    profiler = cProfile.Profile()
    profiler.runcall(render, day, format=form, language="en")  # type: ignore[arg-type]
    pstats.Stats(profiler).sort_stats("cumulative").print_stats(30)


def main() -> None:
    if sys.argv[1:2] == ["--measure"]:
        sys.stdout.write(json.dumps(measure(sys.argv[2])))
    elif len(sys.argv) > 1:
        profile(sys.argv[1])
    else:
        from trucewatch.reports import FORMATS

        for form in FORMATS:
            sys.stdout.write(f"{form:10} {json.dumps(one_process(form))}\n")


if __name__ == "__main__":
    main()
