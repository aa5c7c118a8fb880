"""One measured figure, and how a process is timed."""

from __future__ import annotations

import os
import resource
import statistics
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path


class NotMeasurableError(Exception):
    """Something that a measurement needs is not on this machine; the message says what."""


@dataclass(frozen=True)
class Figure:
    """One measured figure and the bound it has to keep."""

    name: str
    runs: tuple[float, ...]
    unit: str
    bound: float | None
    note: str = ""
    at_least: bool = False

    @property
    def median(self) -> float:
        return statistics.median(self.runs)

    @property
    def holds(self) -> bool:
        if self.bound is None:
            return True
        return self.median >= self.bound if self.at_least else self.median <= self.bound

    @property
    def bound_words(self) -> str:
        """`≤ 10 s`, or a dash."""
        return "–" if self.bound is None else f"{'≥' if self.at_least else '≤'} {self.bound:g} {self.unit}".strip()


def as_installed(folder: Path) -> dict[str, str]:
    """The environment of an installation without the development extras: pandas, which Arrow loads where it finds it,
    is not there, and what was compiled once is not compiled at every start."""
    absent = folder / "absent" / "pandas"
    absent.mkdir(parents=True, exist_ok=True)
    (absent / "__init__.py").write_text('raise ImportError("not part of an installation")\n', encoding="utf-8")
    inherited = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return inherited | {"PYTHONPATH": os.pathsep.join([str(absent.parent), os.environ.get("PYTHONPATH", "")])}


def seconds_of(
    command: Sequence[str], *, cwd: Path, ok: tuple[int, ...] = (0,), env: Mapping[str, str] | None = None
) -> tuple[float, float, float]:
    """Wall seconds, CPU seconds and peak memory (MB) of a process and its children."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    begun = time.perf_counter()
    process = subprocess.Popen(command, cwd=cwd, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    peak = watch_memory(process)
    wall = time.perf_counter() - begun
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if process.returncode not in ok:
        error = process.stderr.read().decode() if process.stderr else ""
        raise SystemExit(f"{' '.join(command)} ended with {process.returncode}:\n{error}")
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return wall, cpu, peak


def watch_memory(process: subprocess.Popen[bytes]) -> float:
    """Wait for a process; its peak resident memory in MB, as the kernel counted it."""
    status = Path(f"/proc/{process.pid}/status")
    peak = 0.0
    while process.poll() is None:
        try:
            lines = status.read_text().splitlines()
            peak = max([peak, *(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM"))])
        except OSError:
            break
        time.sleep(0.02)
    process.wait()
    return peak
