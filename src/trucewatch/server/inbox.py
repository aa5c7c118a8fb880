"""The one door into an inbox: what a file may be called there, which source reads it, and how it is written."""

from __future__ import annotations

import os
import re
import secrets
import threading
from collections.abc import Sequence
from pathlib import Path, PurePosixPath
from typing import Final

from trucewatch.errors import TrucewatchError, system_words
from trucewatch.ledger.durable import make_folder, move_durably, sync_folder, write_durably
from trucewatch.messages import Message
from trucewatch.model.watch import SourceSetting

_NAMING = threading.Lock()
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


class NameTakenError(TrucewatchError):
    """Another file of this name lies in the inbox."""


def put_into_inbox(folder: Path, name: str, content: bytes, *, replaces: bool = False) -> Path:
    """Write a file into the inbox of a watch, whole and on disk when this returns; its path.

    The same bytes again change nothing. Another file of the name is replaced where that is meant; else it stands,
    however many send one of its name at once. Raises NameTakenError, and TrucewatchError where it cannot be written.
    """
    path = folder / "inbox" / name
    if path.is_symlink():
        raise NameTakenError(Message("The inbox holds a link of this name; choose another name."))
    try:
        make_folder(path.parent)
        if replaces:
            write_durably(path, content)
            return path
        aside = path.with_name(f".{secrets.token_hex(8)}.tmp")
        try:
            write_durably(aside, content, aside=aside.with_suffix(".part.tmp"))
            _give_name(aside, path)
        except FileExistsError as exc:
            if path.read_bytes() != content:
                raise NameTakenError(
                    Message(
                        'There is another file named "{name}" in the inbox; send this one under a new name.', name=name
                    )
                ) from exc
        finally:
            aside.unlink(missing_ok=True)
    except OSError as exc:
        raise TrucewatchError(
            Message("inbox/{name} cannot be written: {error}; nothing was taken", name=name, error=system_words(exc))
        ) from exc
    return path


def _give_name(aside: Path, path: Path) -> None:
    """Raises FileExistsError where the name is taken, so that two senders never write one file."""
    try:
        os.link(aside, path)
    except FileExistsError:
        raise
    except OSError:  # a disk without links, as a stick has: one console holds the watch, so its own threads are all
        with _NAMING:
            if path.exists():
                raise FileExistsError(path) from None
            move_durably(aside, path)
    sync_folder(path.parent)
