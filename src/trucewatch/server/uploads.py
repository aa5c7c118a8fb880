"""Files that were brought and are not accepted yet: kept apart (mode 0700), never in the inbox, removed after an
hour."""

from __future__ import annotations

import json
import re
import secrets
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, BinaryIO, Final

from trucewatch.errors import TrucewatchError, system_words
from trucewatch.ledger.durable import begin_file, make_folder, write_durably
from trucewatch.messages import Message
from trucewatch.model.times import iso_utc, read_time
from trucewatch.reader import screen_brought

KEPT_FOR: Final = timedelta(hours=1)
MOST_WAITING: Final = 10
_TOKEN: Final = re.compile(r"[A-Za-z0-9_-]{16}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Pending:
    """One file that waits. `choices`: what was chosen for it so far, as the pages that use it write it."""

    token: str
    path: Path
    name: str
    """As it was called where it came from; letters, digits, dots, dashes and underscores only."""
    size_bytes: int
    brought_at: datetime
    choices: Mapping[str, Any]


class Waiting:
    """The pending files of one watch. `folder` is made on first use."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def bring(self, content: BinaryIO, name: str, now: datetime) -> Pending:
        """Keep what is read. Raises TrucewatchError if it is empty, or if too many files wait, and ListOfPeople before
        a byte is written."""
        screen_brought(content)
        self.sweep(now)
        if len(self.all()) >= MOST_WAITING:
            raise TrucewatchError(
                Message("{count} files wait to be accepted; accept or remove one of them first", count=MOST_WAITING)
            )
        token = secrets.token_urlsafe(12)
        place = self._folder / token
        try:
            make_folder(self._folder, mode=0o700)
            place.mkdir(mode=0o700)
            begin_file(place / "file")
            with (place / "file").open("wb") as file:
                shutil.copyfileobj(content, file)
                size = file.tell()
            self._write(place, {"name": plain_name(name), "brought_at": iso_utc(now), "choices": {}})
        except OSError as exc:
            shutil.rmtree(place, ignore_errors=True)
            raise TrucewatchError(
                Message('"{name}" cannot be kept: {error}; nothing was taken', name=name, error=system_words(exc))
            ) from exc
        if not size:
            shutil.rmtree(place, ignore_errors=True)
            raise TrucewatchError(Message('"{name}" is empty; nothing was kept', name=name))
        pending = self.get(token)
        assert pending is not None
        return pending

    def get(self, token: str) -> Pending | None:
        """The file of this token; None if there is none, any more or at all."""
        if not _TOKEN.fullmatch(token):
            return None
        place = self._folder / token
        try:
            record = json.loads((place / "choices.json").read_bytes())
            return Pending(
                token=token,
                path=place / "file",
                name=str(record["name"]),
                size_bytes=(place / "file").stat().st_size,
                brought_at=read_time(record["brought_at"]),
                choices=record["choices"],
            )
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def choose(self, pending: Pending, choices: Mapping[str, Any]) -> None:
        """Keep what was chosen for a file."""
        self._write(
            self._folder / pending.token,
            {"name": pending.name, "brought_at": iso_utc(pending.brought_at), "choices": dict(choices)},
        )

    def all(self) -> list[Pending]:
        """All that wait, the earliest first."""
        names = sorted(path.name for path in self._folder.glob("*"))
        waiting = [pending for pending in map(self.get, names) if pending is not None]
        return sorted(waiting, key=lambda pending: pending.brought_at)

    def remove(self, token: str) -> None:
        if _TOKEN.fullmatch(token):
            shutil.rmtree(self._folder / token, ignore_errors=True)

    def sweep(self, now: datetime) -> None:
        """Remove what has waited for longer than KEPT_FOR, and what a killed server left half kept."""
        for path in list(self._folder.glob("*")):
            pending = self.get(path.name)
            if pending is None or now - pending.brought_at > KEPT_FOR:
                shutil.rmtree(path, ignore_errors=True)

    def _write(self, place: Path, record: Mapping[str, Any]) -> None:
        write_durably(place / "choices.json", json.dumps(record, ensure_ascii=True).encode(), mode=0o600)


def plain_name(name: str) -> str:
    """A file's name as the inbox takes it: no folders, no blanks, no letters that some systems cannot write.

    >>> plain_name("C:\\\\My files\\\\Reports of May.xlsx")
    'Reports-of-May.xlsx'
    """
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    stem, dot, suffix = last.rpartition(".") if "." in last.strip(".") else (last, "", "")
    plain, ending = (re.sub(r"[^A-Za-z0-9._-]+", "-", part).strip("-._") for part in (stem, suffix))
    return f"{plain[:100] or 'file'}{dot if ending else ''}{ending[:10]}"
