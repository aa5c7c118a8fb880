"""The store is its owner's alone, also where it came back from a copy that let others look into it."""

from __future__ import annotations

import os
import stat
from pathlib import Path


def tighten(root: Path) -> list[str]:
    """Take what a store and its `private/` let other accounts do; what was done, in words. A disk that knows no such
    modes, or another owner's folder, stays as it is: `trucewatch check` says so."""
    sentences = []
    for folder in (root, root / "private"):
        try:
            descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
        except OSError:
            continue
        try:
            mode = stat.S_IMODE(os.fstat(descriptor).st_mode)
            if mode & 0o077:
                os.fchmod(descriptor, 0o700)
                sentences.append(f"{folder} could be read by other accounts of this computer; now it is yours alone")
        except OSError:
            continue
        finally:
            os.close(descriptor)
    return sentences
