"""What of a watch other accounts of the computer may read: said, with what mends it."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from trucewatch.messages import Message
from trucewatch.model.faults import Fault

OF_OTHERS: Final = 0o077
"""What a mode lets the group and all others do."""
_GUARDED: Final = (".trucewatch", ".trucewatch/private", "inbox", "sensors.geojson")


def is_looser(path: Path) -> bool:
    """Whether anybody but the owner may do anything with it. No for what is not there, and for a link."""
    try:
        state = path.stat(follow_symlinks=False)
    except OSError:
        return False
    return not path.is_symlink() and bool(state.st_mode & OF_OTHERS)


def looser_parts(folder: Path) -> Iterator[Fault]:
    """Parts of a watch that was run, which other accounts may look into. None where the watch's own folder keeps them
    out."""
    if not (folder / ".trucewatch").is_dir() or not is_looser(folder):
        return
    for name in _GUARDED:
        if is_looser(folder / name):
            command = f"chmod -R go= {shlex.quote(str(folder / name))}"
            what = Message("other accounts of this computer may read it")
            yield Fault(name, 0, "", what, Message("keep it to yourself: {command}", command=command), "warning")
