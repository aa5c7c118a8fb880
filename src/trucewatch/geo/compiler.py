"""The compiler of our kernels, begun as lightly as it can be.

When numba begins, it looks for a library of linear algebra, and with it loads half of scipy: 0.15 s and 16 MB of every
program that uses one kernel. No kernel of ours uses linear algebra. So in a program of ours it is told that there is
none. Where we are a library among others (`import trucewatch`), numba begins as it always does, for the kernels of
whoever imports us.
"""

from __future__ import annotations

import sys
from importlib import import_module
from typing import Any

import numba
import numba.np.linalg

njit: Any = numba.njit


def _begin_without_linear_algebra() -> None:
    """Let numba's array functions load while its look for BLAS fails; its own look stays in place for whatever comes
    later."""

    def absent() -> None:
        raise ImportError("no kernel of this program uses linear algebra")

    of_numba: Any = numba.np.linalg
    look, of_numba.ensure_blas = of_numba.ensure_blas, absent
    try:
        import_module("numba.np.arraymath")
    finally:
        of_numba.ensure_blas = look


_IS_OURS = "trucewatch.cli.main" in sys.modules
_IS_AS_KNOWN = hasattr(numba.np.linalg, "ensure_blas") and "numba.np.arraymath" not in sys.modules
"""Whether numba looks where we know it to look, and has not looked yet."""
if _IS_OURS and _IS_AS_KNOWN:
    _begin_without_linear_algebra()
