"""Memory of a process that stays up for weeks on a laptop: taken in one place, and given back after each list."""

from __future__ import annotations

import ctypes
import gc
import re
from pathlib import Path
from typing import Final

import pyarrow as pa

_ARENAS, _MAPPED_FROM, _KEPT_FREE = -8, -3, -1
"""M_ARENA_MAX, M_MMAP_THRESHOLD and M_TRIM_THRESHOLD of the GNU C library's malloc.h."""

_DONTNEED: Final = 4
"""MADV_DONTNEED of Linux's mman.h."""
_COMPILERS_CODE: Final = re.compile(r"([0-9a-f]+)-([0-9a-f]+) r-xp .*libllvmlite\.so$", re.MULTILINE)


def take_memory_in_one_place() -> None:
    """Before anything large is made: one heap for all threads, large pieces apart, so that they can be given back.

    Threads here take turns anyway. Where the C library is another one nothing is changed.
    """
    try:
        library = ctypes.CDLL("libc.so.6")
        library.mallopt(_ARENAS, 1)
        library.mallopt(_MAPPED_FROM, 64 * 1024)
        library.mallopt(_KEPT_FREE, 128 * 1024)
    except (OSError, AttributeError):
        return
    pa.set_memory_pool(pa.system_memory_pool())


def give_back_memory() -> None:
    """Return to the system what working a list out took, and the compiler's code, which runs only when a kernel is
    first used."""
    gc.collect()
    pa.default_memory_pool().release_unused()
    try:
        library = ctypes.CDLL("libc.so.6")
        library.malloc_trim(0)
        # Code that nothing writes: what is let go comes back from its file the moment it is called.
        for begin, end in _COMPILERS_CODE.findall(Path("/proc/self/maps").read_text(encoding="utf-8")):
            at, length = int(begin, 16), int(end, 16) - int(begin, 16)
            library.madvise(ctypes.c_void_p(at), ctypes.c_size_t(length), _DONTNEED)
    except (OSError, AttributeError):
        return
