"""What a file may be called in the inbox, and which source reads it there."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path, PurePosixPath
from typing import Final

from trucewatch.messages import Message
from trucewatch.model.watch import SourceSetting

_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,120}")


def is_inbox_name(name: str) -> bool:
    """Whether a file can have this name in the inbox: no folders, and nothing that some systems cannot write."""
    return bool(_NAME.fullmatch(name))


def reads(setting: SourceSetting, name: str) -> bool:
    """Whether a source reads a file of this name in the inbox."""
    return any(PurePosixPath("inbox", name).match(pattern) for pattern in setting.files)


def name_for(setting: SourceSetting, name: str) -> str:
    """A name under which the source reads the file: its own, or one that fits a pattern with a star."""
    if reads(setting, name):
        return name
    stem, suffix = Path(name).stem, Path(name).suffix
    for pattern in setting.files:
        last = PurePosixPath(pattern).name
        if PurePosixPath(pattern).parent == PurePosixPath("inbox") and last.count("*") == 1:
            fitting = last.replace("*", stem)
            if is_inbox_name(fitting) and reads(setting, fitting) and (not suffix or fitting.endswith(suffix)):
                return fitting
    return name


def name_faults(sources: Sequence[SourceSetting], setting: SourceSetting, name: str, *, is_new: bool) -> list[Message]:
    """What keeps a file from being taken under this name for this source, beside the sources that a watch has."""
    if not is_inbox_name(name):
        return [
            Message("The name in the inbox takes letters a to z, digits, dots, dashes and underscores, at most 120.")
        ]
    faults = []
    other = next((source.id for source in sources if source.id != setting.id and reads(source, name)), None)
    if other is not None:
        faults.append(Message("The source “{other}” reads a file of this name too; choose another name.", other=other))
    if is_new and setting.id in {source.id for source in sources}:
        faults.append(Message("There is a source “{id}” already; choose another short name.", id=setting.id))
    return faults
