"""Keeps what was measured, a file a part, and writes docs/benchmarks.md from all of them."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

from benchmarks.figures import Figure

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "benchmarks" / "results"
PAGE = ROOT / "docs" / "benchmarks.md"


def machine() -> str:
    """This machine in words."""
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    model = next((line.split(":", 1)[1].strip() for line in lines if "model name" in line), platform.machine())
    return f"{len(os.sched_getaffinity(0))} cores ({model}), Python {platform.python_version()}, {platform.system()}"


def keep(name: str, title: str, figures: Sequence[Figure], *, when: datetime, machine: str) -> None:
    """Write one part's figures over its earlier ones."""
    FOLDER.mkdir(exist_ok=True)
    document = {
        "title": title,
        "measured_on": f"{when:%Y-%m-%d}",
        "machine": machine,
        "figures": [asdict(one) for one in figures],
    }
    (FOLDER / f"{name}.json").write_text(json.dumps(document, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def load(name: str) -> dict[str, Any] | None:
    """One part as it was kept, with `Figure` objects; None if it was never measured."""
    path = FOLDER / f"{name}.json"
    if not path.exists():
        return None
    document: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    document["figures"] = [Figure(**{**one, "runs": tuple(one["runs"])}) for one in document["figures"]]
    return document


def write_page(names: Sequence[str]) -> None:
    """The page of docs that holds the figures of these parts, in this order."""
    lines = [
        "# Benchmarks",
        "",
        'Measured by `make bench` (benchmarks/run.py), which anyone can run; `make bench PARTS="program '
        'ledger-append"` measures parts of it.',
        "Medians, with the smallest and the largest run. Neighbours on a machine move such figures by up to "
        "1.7×: a ratio below 2 is a tie.",
        "Generated rows and days are simulated, with fixed seeds.",
    ]
    never = []
    for name in names:
        part = load(name)
        if part is None:
            never.append(name)
            continue
        lines += [
            "",
            f"## {part['title']}",
            "",
            f"`{name}`, {part['measured_on']}, {part['machine']}.",
            "",
            *table(part["figures"]),
        ]
    if never:
        lines += ["", f"Not measured yet: {', '.join(f'`{name}`' for name in never)}."]
    PAGE.write_text("\n".join(lines) + "\n", encoding="utf-8")


def table(figures: Sequence[Figure]) -> list[str]:
    """The figures as lines of a Markdown table."""
    lines = ["| figure | median | smallest–largest | bound | holds |", "|---|---|---|---|---|"]
    for one in figures:
        spread = f"{min(one.runs):.3g}–{max(one.runs):.3g}" if len(one.runs) > 1 else "one run"
        name = one.name + (f" ({one.note})" if one.note else "")
        holds = "–" if one.bound is None else "yes" if one.holds else "**no**"
        lines.append(f"| {name} | {number(one.median)} {one.unit} | {spread} | {one.bound_words} | {holds} |")
    return lines


def number(value: float) -> str:
    """Three significant figures, without powers of ten."""
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"
