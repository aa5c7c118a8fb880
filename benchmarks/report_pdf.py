"""The daily report as PDF: a day with 20 findings and a day with 500 (of which it sets `MOST_LINES`), first page in a
fresh process and again."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.figures import Figure

RUNS = 5
BOUNDS = ((20, 0.7), (500, 2.0))


def printed() -> list[Figure]:
    """Seconds to set the PDF, drawings and sentences included, from a released report in memory; and its size.

    Each run is a process of its own, as `trucewatch report --format pdf` is one: `first` starts with nothing loaded but
    the program, so that it reads fonts and compiler; `again` is what a server that has made one before needs.
    """
    figures = []
    for findings, bound in BOUNDS:
        runs = [one_process(findings) for _ in range(RUNS)]
        name = f"PDF of a day with {findings} findings"
        figures += [
            Figure(f"{name}: first in a process", tuple(one["first"] for one in runs), "s", bound, f"{RUNS} processes"),
            Figure(f"{name}: again", tuple(one["again"] for one in runs), "s", bound),
            Figure(f"{name}: first, CPU", tuple(one["cpu"] for one in runs), "CPU s", None),
            Figure(f"{name}: size", (runs[0]["kilobytes"],), "kB", None, f"{runs[0]['pages']:.0f} pages"),
        ]
    return figures


def one_process(findings: int) -> dict[str, float]:
    """Measure one day in a fresh process."""
    run = subprocess.run(
        [sys.executable, __file__, str(findings)], cwd=ROOT, capture_output=True, text=True, check=True
    )
    measured: dict[str, float] = json.loads(run.stdout)
    return measured


def measure(findings: int) -> dict[str, float]:
    """Seconds for the first and for a second, different report of a simulated day; kilobytes and pages of the first."""
    import re
    import time

    from trucewatch.reports import render

    first_day, second_day = day_with(findings, 0), day_with(findings, 1)
    begun, cpu = time.perf_counter(), time.process_time()
    content = render(first_day, format="pdf", language="en")
    between, cpu = time.perf_counter(), time.process_time() - cpu
    render(second_day, format="pdf", language="ru")
    ended = time.perf_counter()
    pages = len(re.findall(rb"/Type\s*/Page\b(?!s)", content))
    seconds = {"first": between - begun, "again": ended - between, "cpu": cpu}
    return seconds | {"kilobytes": len(content) / 1000, "pages": pages}


def day_with(findings: int, which: int) -> object:
    """A report of an invented watch's day with so many incidents, each with one finding, for who sees exact places."""
    from datetime import timedelta

    from tests.reports.invented import CENTRE, DAY, finding, incident, inputs_of

    from trucewatch.reports import build_daily

    kinds = ("explosion", "shot", "burst", "flare", "movement", "overflight", "jamming", "harm", "thermal_anomaly")
    outcomes = ("inconsistent", "undetermined", "consistent")
    rows, findings_made = [], []
    for number in range(findings):
        row = incident(
            f"bench-{which}-{number}",
            kind=kinds[number % len(kinds)],
            hours=24 * number / findings,
            lon=20.05 + (number * 37 % 900) / 1000,
            lat=45.03 + (number * 53 % 550) / 1000,
            text="heard from two posts",
        )
        rows.append(row)
        reason = ("prohibited_act", "claimed_alone", "notice_covers")[number % 3]
        facts = {"kind": "explosion", "zone": "theatre", "claimed_by": "P", "notice": "n-1", "who": "Q"}
        if reason == "notice_covers":
            facts["known_at"] = "2031-05-08T09:00:00Z"
        findings_made.append(finding(row["incident_id"], "1a", outcomes[number % 3], reason, facts=facts))
    return build_daily(
        inputs_of(rows, findings_made), recipient=CENTRE, day_from=DAY, day_until=DAY + timedelta(days=1)
    )


if __name__ == "__main__":
    sys.stdout.write(json.dumps(measure(int(sys.argv[1]))))
