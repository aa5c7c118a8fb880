"""A program of ours begins the compiler without linear algebra; a library among others leaves it to whoever needs
it."""

from __future__ import annotations

import subprocess
import sys

import pytest

USE = """
import sys
import numpy as np
{first}
from trucewatch.fusion.cylinder_kernels import flatten
flatten(np.arange(3))
print("scipy.linalg" in sys.modules)
import numba
print(float(numba.njit(lambda a: np.dot(a, a))(np.ones(2)))) if {dots} else None
"""


@pytest.mark.parametrize(
    ("first", "dots", "said"),
    [("import trucewatch.cli.main", False, ["False"]), ("import trucewatch", True, ["True", "2.0"])],
)
def test_linear_algebra_is_loaded_in_the_library_only(first: str, dots: bool, said: list[str]) -> None:
    done = subprocess.run(
        [sys.executable, "-c", USE.format(first=first, dots=dots)], capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == said
