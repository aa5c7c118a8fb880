"""Many rows, some at a time on several threads: the answer does not depend on how they are cut."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Final, TypeVar

T = TypeVar("T")

CHUNK_ROWS: Final = 65_536  # rows that a thread takes at a time


def map_chunks(work: Callable[[slice], T], rows: int, *, threads: int) -> list[T]:
    """What `work` gives for each chunk of so many rows, in their order."""
    chunks = [slice(start, min(start + CHUNK_ROWS, rows)) for start in range(0, rows, CHUNK_ROWS)]
    if threads > 1 and len(chunks) > 1:
        with ThreadPoolExecutor(threads) as pool:
            return list(pool.map(work, chunks))
    return [work(chunk) for chunk in chunks]
