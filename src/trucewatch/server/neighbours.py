"""The watches beside the one that is served, in the folder that holds it: what each is called, and whether it is open.

A joint centre and a humanitarian instance do not show each other: neither is named or opened from the other's console.
Nothing else of the disk is looked at, and of each folder only `watch.toml`, `draft.json` and who holds it.
"""

from __future__ import annotations

import os
import stat
import threading
import time
import tomllib
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from trucewatch.server.door import door_of
from trucewatch.store.store import FOLDER
from trucewatch.store.vault import is_open
from trucewatch.watch.write_files import DRAFT_FILE

if TYPE_CHECKING:
    from trucewatch.server.console import Console

MOST_FOLDERS: Final = 500
"""Folders that are looked at, in the order of their names."""
MOST_WATCHES: Final = 40
LARGEST_SETTINGS: Final = 2**20
"""Bytes of a watch.toml that its name is read from."""
MOST_WORK: Final = 10**7
"""Dots of a line, squared, of all its lines together: what Python's reader of TOML takes for keys in keys grows so."""
LONGEST_NAME: Final = 200
_FRESH_S: Final = 2.0
"""For how long what was seen there is good enough for a menu."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Neighbour:
    """A watch beside the served one. `folder`: where it lies; its name is the watch's address here.

    is_begun: set up by forms and not opened yet. is_open: some process holds it and shows it. is_locked: it has a
    passphrase that this process does not know. is_set_up_here: it has a draft that can be gone on with.
    """

    folder: Path
    names: Mapping[str, str]
    is_simulated: bool
    is_begun: bool
    is_open: bool
    is_locked: bool
    is_set_up_here: bool

    @property
    def name(self) -> str:
        return self.folder.name


class Neighbours:
    """Looks at the folder that holds the served watch, at most every two seconds; a name is read again when its file
    changed."""

    def __init__(self, console: Console) -> None:
        self._console, self._own = console, console.folder.resolve()
        self._settings: dict[Path, tuple[tuple[int, int], Mapping[str, Any] | None]] = {}
        self._looking = threading.Lock()
        self._latest: tuple[float, list[Neighbour]] = (-_FRESH_S, [])

    def all(self) -> list[Neighbour]:
        """The watches beside this one, by their folders' names. None to whom the console reaches over a network: what
        else lies on this computer is nothing that they were let in to."""
        if self._console.reached_at is None:
            return []
        with self._looking:
            at_s, watches = self._latest
            if time.monotonic() - at_s >= _FRESH_S:
                watches = self._look()
                self._latest = time.monotonic(), watches
        return watches

    def get(self, name: str) -> Neighbour | None:
        """The one in the folder of this name, looked at now; None if there is none, or it may not be opened from
        here."""
        place = self._own.parent / name
        if self._console.reached_at is None or not _is_name(name) or place == self._own:
            return None
        return self._neighbour(place)

    def forget(self) -> None:
        """Look anew at the next question: something was begun, opened or closed."""
        with self._looking:
            self._latest = (-_FRESH_S, [])

    def _look(self) -> list[Neighbour]:
        try:
            names = sorted(entry.name for entry in os.scandir(self._own.parent) if entry.is_dir(follow_symlinks=False))
        except OSError:
            return []
        places = (self._own.parent / name for name in names[:MOST_FOLDERS] if _is_name(name))
        watches = [self._neighbour(place) for place in places if place != self._own]
        return [neighbour for neighbour in watches if neighbour is not None][:MOST_WATCHES]

    def _neighbour(self, place: Path) -> Neighbour | None:
        settings = self._settings_in(place / "watch.toml")
        if place.is_symlink() or settings is None:
            return None
        if settings.get("kind", "centre") != self._console.snapshot.watch.kind:
            return None
        store = place / FOLDER
        has_draft = (place / DRAFT_FILE).is_file()
        names = settings.get("names")
        texts = {str(key): str(text)[:LONGEST_NAME] for key, text in names.items()} if isinstance(names, dict) else {}
        return Neighbour(
            folder=place,
            names=texts or {"en": place.name},
            is_simulated=settings.get("simulated") is True,
            is_begun=has_draft and not store.exists(),
            is_open=_holder_of(store) is not None and self._is_shown(place),
            is_locked=not is_open(store / "private"),
            is_set_up_here=has_draft,
        )

    def _is_shown(self, place: Path) -> bool:
        """Whether a console says that it stands somewhere. Of a locked watch that cannot be read: whoever holds it is
        taken for a console."""
        return not is_open(place / FOLDER / "private") or bool(door_of(place, self._console.now).url)

    def _settings_in(self, path: Path) -> Mapping[str, Any] | None:
        try:
            state = path.stat(follow_symlinks=False)
            mark = (state.st_mtime_ns, state.st_size)
            if state.st_size > LARGEST_SETTINGS:
                return None
            entry = self._settings.get(path)
            if entry is None or entry[0] != mark:
                content = _beginning_of(path, LARGEST_SETTINGS)
                is_quick = sum(line.count(b".") ** 2 for line in content.splitlines()) <= MOST_WORK
                entry = (mark, tomllib.loads(content.decode("utf-8")) if is_quick else None)
                self._settings[path] = entry
        except (OSError, ValueError, RecursionError):
            return None
        return entry[1]


def neighbours_of(console: Console) -> Neighbours:
    """The watches beside the served one."""
    return console.part(Neighbours)


def _holder_of(store: Path) -> int | None:
    """The process that holds a watch, by the file it locks; None where none lives any more. A look that takes the lock
    itself, were it for a moment, would keep a run out that begins just then."""
    with suppress(OSError, ValueError, IndexError, OverflowError):  # it is empty for a moment when a run begins
        holder = int(_beginning_of(store / "lock", 200).split()[-1])
        if holder > 0:
            os.kill(holder, 0)
            return holder
    return None


def _beginning_of(path: Path, most: int) -> bytes:
    """The first bytes of a file. Raises OSError for a link, and for a pipe or device, which would be waited for."""
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    with os.fdopen(descriptor, "rb") as file:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise FileNotFoundError(path)
        return file.read(most)


def _is_name(name: str) -> bool:
    """Whether a folder may be a watch's: one name, not a hidden one, of what can be shown."""
    return 0 < len(name) <= 120 and not name.startswith(".") and "/" not in name and name.isprintable()
