"""Where compiled functions are kept: a folder of the user's named by a hash of all kernel sources.

The compiler looks at the file that defines a function only, not at what it calls in others; so after an update it would
go on with old code. A changed source means another folder. Importing this has to come before the compiler is imported.
"""

from __future__ import annotations

import hashlib
import os
import stat
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path

_PACKAGE = Path(__file__).resolve().parents[1]


def choose_cache() -> None:
    """Names the folder to the compiler, unless the user named one. Nothing is compiled or imported."""
    if "NUMBA_CACHE_DIR" in os.environ:
        return
    digest = hashlib.sha256(version("numba").encode())
    # A constant is compiled into what uses it, and the compiler looks at the file of a function alone.
    for path in sorted([*_PACKAGE.glob("*/*_kernels.py"), _PACKAGE / "geo" / "degrees.py"]):
        digest.update(path.name.encode() + path.read_bytes())
    home = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    for folder in (Path(home) / "trucewatch", Path(tempfile.gettempdir()) / f"trucewatch-{os.getuid()}"):
        cache = folder / f"kernels-{digest.hexdigest()[:16]}"
        try:
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            if not _is_ours(folder):
                continue
            cache.mkdir(exist_ok=True, mode=0o700)
            is_usable = _is_ours(cache) and os.access(cache, os.W_OK)
        except OSError:
            continue
        if is_usable:
            os.environ["NUMBA_CACHE_DIR"] = str(cache)
            if "numba" in sys.modules:
                sys.modules["numba"].config.CACHE_DIR = str(cache)
            return


def _is_ours(folder: Path) -> bool:
    """Whether nobody else can put another folder, or files of theirs, in the place of this one: what lies there is run.

    It is the user's own, no link, and closed to others' writing; those above are the user's or the system's, and if
    others may write there, they may not rename what is not theirs (the sticky bit of a folder for temporary files).
    """
    state = folder.lstat()
    if not stat.S_ISDIR(state.st_mode) or state.st_uid != os.getuid():
        return False
    if state.st_mode & 0o022:
        folder.chmod(0o700)
    above = [parent.stat() for parent in folder.resolve().parents]
    return all(
        parent.st_uid in (0, os.getuid()) and (not parent.st_mode & 0o002 or parent.st_mode & stat.S_ISVTX)
        for parent in above
    )
