"""A coroutine in a loop of its own, in a thread of its own: after a test that drives a browser the loop of that one
still counts as running in the thread of the tests."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

T = TypeVar("T")


def run(coroutine: Coroutine[Any, Any, T]) -> T:
    """What it gives; raises what it raises."""
    with ThreadPoolExecutor(1, "own-loop") as thread:
        return thread.submit(asyncio.run, coroutine).result()
