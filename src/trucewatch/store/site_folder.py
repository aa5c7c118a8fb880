"""The folder of a published site: held by one process, read, and written so that a killed run leaves a usable one.

A file is written aside and renamed; a folder of an issue grows whole in `.next/` and is renamed into place. What is
there and was not written by us is never touched: `unknown` and `changed` name it.
"""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Collection, Mapping
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Final

from trucewatch.errors import StoreError
from trucewatch.ledger import durable
from trucewatch.messages import Message
from trucewatch.store.disk_errors import make_folder, translating, write_durably

NEXT: Final = ".next"
"""Where folders grow; whoever reads the site leaves it alone."""
_FILE, _FOLDER = 0o644, 0o755


class SiteFolder:
    """A folder outside of the watch, which everybody may read. Raises StoreError for a place that cannot be one, and
    while another process publishes there."""

    def __init__(self, folder: Path, watch_folder: Path) -> None:
        if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
            raise StoreError(Message("{folder} is no folder; name a new one for the site", folder=folder))
        self.folder, inside = folder.resolve(), watch_folder.resolve()
        if inside in (self.folder, *self.folder.parents) or self.folder in inside.parents:
            raise StoreError(
                Message(
                    "{folder} lies in the watch, or the watch in it, and the watch is never published; name a folder "
                    "somewhere else",
                    folder=folder,
                )
            )
        make_folder(self.folder, mode=_FOLDER)
        with translating(self.folder):
            self._descriptor = os.open(self.folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(self._descriptor)
            raise StoreError(
                Message("another process publishes to {folder}; wait for it, or end it", folder=folder)
            ) from None

    def __enter__(self) -> SiteFolder:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        os.close(self._descriptor)

    def tidy(self) -> None:
        """Remove what a killed run left aside."""
        with translating(self.folder):
            shutil.rmtree(self.folder / NEXT, ignore_errors=True)
            for path in self.folder.rglob(".*.tmp"):
                path.unlink(missing_ok=True)

    def names(self) -> set[str]:
        """Every file, by its path below the folder; a link by its own, with ` ->` behind it. What lies aside is left
        out."""
        paths = set()
        with translating(self.folder):
            for place, folders, names in os.walk(self.folder):
                where = Path(place).relative_to(self.folder)
                if where == Path():
                    folders[:] = [name for name in folders if name != NEXT]
                links = [name for name in folders if Path(place, name).is_symlink()]
                for name in (*names, *links):
                    path = Path(place, name)
                    if name.startswith(".") and name.endswith(".tmp"):
                        continue
                    is_plain = path.is_file() and not path.is_symlink()
                    paths.add((where / name).as_posix() + ("" if is_plain else " ->"))
        return paths

    def read(self, name: str) -> bytes | None:
        """A file's bytes; None where there is none, or no ordinary file."""
        path = self.folder / name
        if path.is_symlink() or not path.is_file():
            return None
        with translating(path):
            return path.read_bytes()

    def put(self, name: str, content: bytes) -> None:
        """Write a file durably, unless it holds just this."""
        if self.read(name) != content:
            path = self.folder / name
            make_folder(path.parent, mode=_FOLDER)
            write_durably(path, content, mode=_FILE)

    def put_folders(self, folders: Mapping[str, Mapping[str, bytes]]) -> None:
        """Write new folders whole, each by its path: all their files are on disk before one stands under its name."""
        aside = self.folder / NEXT
        with translating(aside):
            written = []
            for number, files in enumerate(folders.values()):
                place = aside / str(number)
                durable.make_folder(place, mode=_FOLDER)
                for name, content in files.items():
                    durable.write_whole(place / name, content, mode=_FILE)
                    written.append(place / name)
            durable.flush_files(written)
            for number, name in enumerate(folders):
                target = self.folder / name
                durable.make_folder(target.parent, mode=_FOLDER)
                durable.sync_folder(aside / str(number))
                os.rename(aside / str(number), target)  # noqa: PTH104 - beside the other renames of the store
            for parent in {(self.folder / name).parent for name in folders}:
                durable.sync_folder(parent)
            shutil.rmtree(aside, ignore_errors=True)

    def remove(self, names: Collection[str]) -> None:
        """Remove files; no error for one that is gone."""
        for name in names:
            path = self.folder / name
            with translating(path), suppress(FileNotFoundError):
                path.unlink()
                durable.sync_folder(path.parent)
