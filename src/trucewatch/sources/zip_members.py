"""ZIP archives from outside → the names of what they hold, and one of them as a stream; nothing is written anywhere.

Only plain and deflated members are opened: other packings take memory by what the archive says of itself.
"""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Final, cast

from trucewatch.errors import InputTooLarge, UnreadableInput
from trucewatch.messages import Amount, Message
from trucewatch.sources.stream import MAX_GZIP_RATIO, MAX_UNPACKED_BYTES, RATIO_COUNTS_FROM_BYTES

MOST_MEMBERS: Final = 10_000


def members_of(path: Path) -> list[str]:
    """What the archive holds, folders and the notes that a Mac adds left out. Raises UnreadableInput."""
    try:
        with zipfile.ZipFile(path) as archive:
            names = [part.filename for part in archive.infolist() if not part.is_dir()]
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as exc:
        raise UnreadableInput(
            Message("the ZIP archive is cut off or damaged ({error}); fetch the file again", error=exc)
        ) from exc
    if len(names) > MOST_MEMBERS:
        raise InputTooLarge(
            Message("the ZIP archive holds more than {most} files; give one table alone", most=Amount(MOST_MEMBERS))
        )
    return [name for name in names if not name.startswith("__MACOSX/")]


@contextmanager
def open_member(path: Path, name: str) -> Iterator[BinaryIO]:
    """A member as it unpacks. Raises UnreadableInput, also for what is found out only while it is read."""
    try:
        with zipfile.ZipFile(path) as archive:
            part = archive.getinfo(name)
            if part.flag_bits & 1:
                raise UnreadableInput(Message("the ZIP archive has a password; unpack it, and pack it without one"))
            if part.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
                raise UnreadableInput(
                    Message("the ZIP archive is packed in a way that is not read here; pack it as plain ZIP")
                )
            is_bomb = part.file_size > RATIO_COUNTS_FROM_BYTES and part.file_size > MAX_GZIP_RATIO * part.compress_size
            if is_bomb or part.file_size > MAX_UNPACKED_BYTES:
                raise InputTooLarge(
                    Message(
                        "{name} would unpack to more than {size} MB; ask its sender for smaller files",
                        name=name[:80],
                        size=Amount((part.file_size - 1 if is_bomb else MAX_UNPACKED_BYTES) // 1_000_000),
                    )
                )
            with archive.open(part) as file:
                yield cast("BinaryIO", file)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError) as exc:
        raise UnreadableInput(
            Message("the ZIP archive is cut off or damaged ({error}); fetch the file again", error=exc)
        ) from exc
