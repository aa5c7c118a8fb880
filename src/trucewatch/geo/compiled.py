"""Whether compiled functions are in their cache already, so that a first run can say why it takes longer."""

from __future__ import annotations

from pathlib import Path
from typing import Any


def are_cached(*functions: Any) -> bool:
    """Whether each compiled function has a file in its cache folder. Nothing is compiled or read."""
    return all(_has_file(function) for function in functions)


def _has_file(function: Any) -> bool:
    folder = function.stats.cache_path
    if folder is None:
        return False
    name = f"{function.py_func.__module__.rsplit('.', 1)[-1]}.{function.py_func.__qualname__}-"
    return any(Path(folder).glob(f"{name}*.nbi"))
