"""The drafts beside the served watch: found, changed one step at a time with a step back, checked; nothing is
overwritten."""

from __future__ import annotations

import fcntl
import os
import secrets
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Final

from trucewatch.errors import DraftMoved, TrucewatchError, WatchError, system_words
from trucewatch.ledger.durable import sync_folder
from trucewatch.messages import Message
from trucewatch.model.ids import sha256_of
from trucewatch.model.watch import Watch
from trucewatch.server.console import Console
from trucewatch.server.view import View
from trucewatch.store.store import FOLDER
from trucewatch.watch import read_watch
from trucewatch.watch.consistency import is_plain_id
from trucewatch.watch.load import usable
from trucewatch.watch.watch_draft import Draft, draft_json
from trucewatch.watch.write_files import BEFORE_FILE, DRAFT_FILE, compose, load_draft, save

MOST_DRAFTS: Final = 50
CHANGED_ELSEWHERE: Final = Message(
    "this was changed in another window meanwhile; nothing of yours was put in its place"
)
UNFINISHED: Final = (".new-", ".gone-")
"""How the folders begin that are being made or removed; a kill leaves them, and the next change takes them away."""


LONGEST_WAIT_S: Final = 10.0
"""How long a change waits for those of other windows and consoles."""
_LOOK_AGAIN_S: Final = 0.05


def _is_locked_by_us(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


class Drafts:
    """All drafts in the folder that holds the served watch."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._threads = threading.RLock()

    @contextmanager
    def _changing(self) -> Iterator[None]:
        """One change at a time, of all windows of this console and of the others that stand on this folder.

        Raises WatchError if somebody else holds the folder for longer than any change takes: whoever may read it can.
        """
        until_s = time.monotonic() + LONGEST_WAIT_S
        if not self._threads.acquire(timeout=LONGEST_WAIT_S):
            raise self._is_held()
        try:
            descriptor = os.open(self.folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
            try:
                while not _is_locked_by_us(descriptor):
                    if time.monotonic() >= until_s:
                        raise self._is_held()
                    time.sleep(_LOOK_AGAIN_S)
                yield
            finally:
                os.close(descriptor)
        finally:
            self._threads.release()

    def _is_held(self) -> WatchError:
        return WatchError(
            Message("{parent} is being written by another process; wait for it, or end it", parent=self.folder)
        )

    def all(self) -> list[Draft]:
        """The drafts, by name of their folder."""
        places = [path for path in sorted(self.folder.iterdir()) if not path.name.startswith(".")]
        drafts = [load_draft(path) for path in places if (path / DRAFT_FILE).is_file()]
        return [draft for draft in drafts if draft is not None][:MOST_DRAFTS]

    def of_name(self, draft: Draft) -> list[Draft]:
        """The drafts that are called as this one, in any language."""
        names = {name.casefold() for name in draft.names.values()}
        return [other for other in self.all() if names & {name.casefold() for name in other.names.values()}]

    def used_names(self) -> list[str]:
        """Names that a new watch cannot have."""
        return [path.name for path in self.folder.iterdir()]

    def get(self, draft_id: str) -> Draft | None:
        """The draft of this id; None if there is none."""
        if not is_plain_id(draft_id) or not (self.folder / draft_id).is_dir() or (self.folder / draft_id).is_symlink():
            return None
        draft = load_draft(self.folder / draft_id)
        return draft if draft is not None and draft.id == draft_id else None

    def place_of(self, draft: Draft) -> Path:
        return self.folder / draft.id

    def is_opened(self, draft_id: str) -> bool:
        """Whether the watch was ever opened: then it has a log."""
        return (self.folder / draft_id / FOLDER).exists()

    def create(self, draft: Draft) -> Draft:
        """A new folder with the draft, which is there whole or not at all. Raises WatchError if there is something of
        its name."""
        with self._changing():
            place = self.place_of(draft)
            if not is_plain_id(draft.id):
                raise WatchError(
                    Message('"{name}" cannot be a folder; write Latin letters, digits and hyphens', name=draft.id[:60])
                )
            if place.is_symlink() or place.exists():
                raise WatchError(
                    Message(
                        'there is a folder "{name}" already, and nothing is overwritten; choose another short name',
                        name=draft.id,
                    )
                )
            watch_of(draft)
            self._sweep()
            staging = self.folder / f"{UNFINISHED[0]}{draft.id}-{secrets.token_hex(4)}"
            try:
                draft_as_written = save(staging, draft)
                staging.rename(place)
                sync_folder(self.folder)
            except OSError as exc:
                raise WatchError(
                    Message("{folder} cannot be made: {error}; nothing was", folder=place.name, error=system_words(exc))
                ) from exc
            finally:
                shutil.rmtree(staging, ignore_errors=True)
            return draft_as_written

    def files_of(self, draft: Draft) -> list[str]:
        """Every file that lies in a draft's folder, by its path there."""
        place = self.place_of(draft)
        return sorted(str(path.relative_to(place)) for path in place.rglob("*") if not path.is_dir())

    def remove(self, draft_id: str) -> Draft:
        """Remove a draft with all that lies in its folder. Raises TrucewatchError for one that was opened: it has a
        log, which no page takes away."""
        with self._changing():
            draft = self.get(draft_id)
            if draft is None:
                raise TrucewatchError(Message('there is no draft "{name}" any more', name=draft_id[:60]))
            if self.is_opened(draft_id):
                raise TrucewatchError(
                    Message(
                        "this watch was opened and has a log, so it is not removed here; close it, and remove its "
                        "folder by hand: {folder}",
                        folder=self.place_of(draft),
                    )
                )
            self._sweep()
            try:
                self.place_of(draft).rename(self.folder / f"{UNFINISHED[1]}{draft.id}-{secrets.token_hex(4)}")
            except OSError as exc:
                raise TrucewatchError(
                    Message("{folder} cannot be removed: {error}", folder=draft.id, error=system_words(exc))
                ) from exc
            self._sweep()
            return draft

    def _sweep(self) -> None:
        for path in list(self.folder.iterdir()):
            if path.name.startswith(UNFINISHED) and not path.is_symlink():
                shutil.rmtree(path, ignore_errors=True)

    def change(self, draft_id: str, seen_mark: str, step: Callable[[Draft], Draft]) -> Draft:
        """The draft after one step; what it was before is what one step back leads to.

        Raises DraftMoved if it changed since it had this mark, TrucewatchError if the step leaves no sound watch;
        nothing is changed then.
        """
        with self._changing():
            draft = self.get(draft_id)
            if draft is None:
                raise TrucewatchError(Message('there is no draft "{name}" any more', name=draft_id[:60]))
            if seen_mark and seen_mark != mark_of(draft):
                raise DraftMoved(CHANGED_ELSEWHERE)
            changed = step(draft)
            watch_of(changed)
            return save(self.place_of(draft), changed, before=draft)

    def step_back(self, draft_id: str) -> Draft:
        """The draft as it was before the last step; doing it twice is as if nothing was done. Raises
        TrucewatchError."""
        with self._changing():
            draft, before = self.get(draft_id), load_draft(self.folder / draft_id, BEFORE_FILE)
            if draft is None or before is None:
                raise TrucewatchError(Message("there is no step to take back"))
            return save(self.place_of(draft), replace(before, written=draft.written), before=draft)


def drafts_beside(console: Console) -> Drafts:
    """The drafts in the folder that holds the served watch."""
    return Drafts(console.folder.resolve().parent)


def drafts_of(view: View) -> Drafts:
    return view.console.part(drafts_beside)


def mark_of(draft: Draft) -> str:
    """Changes when anything in the draft does."""
    return sha256_of(draft_json(draft))[:16]


def watch_of(draft: Draft) -> Watch:
    """The watch that the draft is. Raises WatchError."""
    return usable(*read_watch(compose(draft)), draft.id)
