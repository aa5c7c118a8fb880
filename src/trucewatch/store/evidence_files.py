"""A file from outside → evidence: its bytes as they are, opened so that nothing else than a file is ever read."""

from __future__ import annotations

import errno
import hashlib
import os
import stat
from collections.abc import Callable
from pathlib import Path

from trucewatch.errors import CannotBeKept, system_words
from trucewatch.messages import Message
from trucewatch.model.file_names import name_on_record
from trucewatch.model.ids import Sha256
from trucewatch.store.encrypted_evidence import EvidenceFiles
from trucewatch.store.objects import FilesAside


def keep_file(
    evidence: EvidenceFiles,
    path: Path,
    *,
    is_open: bool,
    waiting: FilesAside | None = None,
    screen: Callable[[], None] | None = None,
) -> tuple[Sha256, int]:
    """Keep a file's original bytes: their hash and size. waiting: those that are kept as they are wait there. screen:
    called before the first byte of what is not kept yet; raises where none may be. Raises as `Store.keep_evidence`
    says."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        with os.fdopen(descriptor, "rb") as stream:
            state = os.fstat(stream.fileno())
            if not stat.S_ISREG(state.st_mode):
                raise OSError(errno.EINVAL, os.strerror(errno.EINVAL))
            # Hashed before it is copied: what the store has is not written once more, and a disk that cannot read
            # the file is told from one that cannot be written.
            sha256 = Sha256(hashlib.file_digest(stream, "sha256").hexdigest())
            is_opened_now = is_open and evidence.is_encrypted(sha256)
            if evidence.holds_whole(sha256, stream.tell()) and not is_opened_now:
                return sha256, stream.tell()
            if screen is not None:
                screen()
                after = os.fstat(stream.fileno())
                if (after.st_size, after.st_mtime_ns) != (state.st_size, state.st_mtime_ns):
                    raise CannotBeKept(Message("is being written; it is read when it is whole"))
            stream.seek(0)
            if waiting is not None and not is_opened_now and evidence.keeps_plain(is_open=is_open):
                return waiting.add_stream(stream)
            return evidence.keep(stream, is_open=is_open)
    except OSError as exc:
        raise CannotBeKept(
            Message(
                "{path} cannot be read: {error}; copy the file itself into the inbox",
                path=name_on_record(str(path)),
                error=system_words(exc),
            )
        ) from exc
