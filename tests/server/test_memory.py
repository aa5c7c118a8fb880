"""Memory is given back after each list, and what was let go comes back when it is asked for."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import numba
import numpy as np
import pytest

from trucewatch.incidents.cylinder import label_cylinder
from trucewatch.server.memory import give_back_memory


def resident_code_kb() -> int:
    """Kilobytes of the compiler's code that stand in memory."""
    found, is_code = 0, False
    for line in Path("/proc/self/smaps").read_text(encoding="utf-8").splitlines():
        if "-" in line.split(" ", 1)[0]:
            is_code = " r-xp " in line and line.endswith("libllvmlite.so")
        elif is_code and line.startswith("Rss:"):
            found += int(line.split()[1])
    return found


def compiled_anew(number: int) -> int:
    """What a function gives that the compiler has never seen."""
    njit: Any = numba.njit

    @njit  # type: ignore[untyped-decorator]
    def add(one: int) -> int:
        return one + number

    return int(add(1))


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux tells what stands in memory")
def test_the_compilers_code_is_let_go_and_comes_back() -> None:
    assert compiled_anew(40) == 41
    before = resident_code_kb()
    give_back_memory()
    assert resident_code_kb() < before / 4
    assert compiled_anew(41) == 42


def test_kernels_run_after_memory_was_given_back() -> None:
    rows = np.zeros(3)
    number = np.zeros(3, dtype=np.int64)

    def labels() -> list[int]:
        lists, free = np.full(3, -1), np.ones(3, dtype=np.bool_)
        return label_cylinder(rows, rows, number, number, number, lists, free, 1500.0, 10).tolist()

    assert labels() == [0, 0, 0]
    give_back_memory()
    assert labels() == [0, 0, 0]
