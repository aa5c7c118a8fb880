"""The drafts beside the served watch: found, changed one step at a time with a step back, checked; nothing is
overwritten."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Final

from trucewatch.errors import TrucewatchError, WatchError
from trucewatch.messages import Message
from trucewatch.model.ids import sha256_of
from trucewatch.model.watch import Watch
from trucewatch.server.console import Console
from trucewatch.server.view import View
from trucewatch.watch import read_watch
from trucewatch.watch.consistency import is_plain_id
from trucewatch.watch.load import usable
from trucewatch.watch.watch_draft import Draft, draft_json
from trucewatch.watch.write_files import BEFORE_FILE, DRAFT_FILE, compose, load_draft, save

MOST_DRAFTS: Final = 50


class Drafts:
    """All drafts in the folder that holds the served watch."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._changing = threading.RLock()

    def all(self) -> list[Draft]:
        """The drafts, by name of their folder."""
        drafts = [load_draft(path) for path in sorted(self.folder.iterdir()) if (path / DRAFT_FILE).is_file()]
        return [draft for draft in drafts if draft is not None][:MOST_DRAFTS]

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

    def create(self, draft: Draft) -> Draft:
        """A new folder with the draft. Raises WatchError if there is something of its name."""
        with self._changing:
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
            return save(place, draft)

    def change(self, draft_id: str, seen_mark: str, step: Callable[[Draft], Draft]) -> Draft:
        """The draft after one step; what it was before is what one step back leads to.

        Raises TrucewatchError, with nothing changed, if it changed since it had this mark, or if the step leaves no
        sound watch.
        """
        with self._changing:
            draft = self.get(draft_id)
            if draft is None:
                raise TrucewatchError(Message('there is no draft "{name}" any more', name=draft_id[:60]))
            if seen_mark and seen_mark != mark_of(draft):
                raise TrucewatchError(
                    Message("this was changed in another window; nothing was done. Here is how it stands now")
                )
            changed = step(draft)
            watch_of(changed)
            return save(self.place_of(draft), changed, before=draft)

    def step_back(self, draft_id: str) -> Draft:
        """The draft as it was before the last step; doing it twice is as if nothing was done. Raises
        TrucewatchError."""
        with self._changing:
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
