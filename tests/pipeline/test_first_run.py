"""A first run compiles: it says so before it waits, and later runs do not."""

from __future__ import annotations

import os
import subprocess
import sys
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console
from rich.progress import Progress

from tests.builders import observations
from trucewatch.fusion import fuse_observations, kernels_are_compiled
from trucewatch.model.watch import AssociationRule
from trucewatch.terminal.output import COMPILING, bars_on

ASK = "import sys; from trucewatch.fusion import kernels_are_compiled; print(kernels_are_compiled(sys.argv[1]))"


@pytest.mark.parametrize("rule", ["cylinder", "likelihood"])
def test_an_empty_cache_is_told_and_a_full_one_is_not(rule: str, tmp_path: Path) -> None:
    empty = {**os.environ, "NUMBA_CACHE_DIR": str(tmp_path)}
    asked = subprocess.run([sys.executable, "-c", ASK, rule], env=empty, capture_output=True, text=True, check=True)
    assert asked.stdout == "False\n"
    assert list(tmp_path.rglob("*.nbi")) == []
    fuse_observations(observations({}, {}), rule=AssociationRule(rule=rule))  # type: ignore[arg-type]
    assert kernels_are_compiled(rule)


def test_the_sentence_stands_on_the_terminal() -> None:
    out = StringIO()
    with Progress(console=Console(file=out, width=120)) as progress:
        bars_on(progress)("compile", 0, 1)
    assert COMPILING in out.getvalue()
