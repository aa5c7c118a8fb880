"""The files that lie in a watch's inbox, to be looked through, and one of them removed for good."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from trucewatch.store.disk_errors import translating
from trucewatch.store.private_files import overwrite

FOLDERS: Final = ("inbox", "statements")
MOST_FILES: Final = 5000
Marks = tuple[str, int, int]
"""What changes when a file does: path, size, time of change."""


def inbox_files(folder: Path) -> Iterator[tuple[Path, Marks]]:
    """Regular files below the inbox that hold anything, MOST_FILES at most; no link is followed."""
    count = 0
    for below in FOLDERS:
        for root, folders, names in os.walk(folder / below):
            folders.sort()
            for name in sorted(names):
                path = Path(root) / name
                state = path.lstat()
                if stat.S_ISREG(state.st_mode) and state.st_size and not name.startswith("."):
                    yield path, (str(path), state.st_size, state.st_mtime_ns)
                    count += 1
                    if count >= MOST_FILES:
                        return


def remove_from_inbox(path: Path, folder: Path) -> None:
    """Overwrite a file and remove it. Raises StoreError, which names the inbox: the file's own name may be a
    person's."""
    with translating(folder / "inbox"):
        overwrite(path)
        path.unlink(missing_ok=True)
