"""The folder of a published site: held by one process, read, and written so that a killed run leaves a usable one.

A file is written aside and renamed; a folder of an issue grows whole in `.next/` and is renamed into place. Whoever
else can write there may have left anything: a name that is no plain path below the folder, or leads through a link, is
refused by every method, whoever brought it.
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
_LONGEST_NAME: Final = 255


def is_plain(name: object) -> bool:
    """Whether a name is a relative path of ordinary names, none of them hidden: it leads to a place below a folder.

    >>> is_plain("issues/2031-05-01-r1/issue.json"), is_plain("../watch.toml"), is_plain("a\\\\b"), is_plain("/a")
    (True, False, False, False)
    """
    if not isinstance(name, str) or not name.isprintable() or "\\" in name:
        return False
    parts = name.split("/")
    return all(part and part[0] != "." and len(part.encode("utf-8", "replace")) <= _LONGEST_NAME for part in parts)


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

    def _at(self, name: str) -> Path:
        """Where a name lies. Raises StoreError for one that is no plain path, and for one that leads through a link."""
        path = self.folder / name if is_plain(name) else None
        with translating(self.folder):
            if path is not None and not any(
                each.is_symlink() for each in (path, *path.parents) if each.is_relative_to(self.folder)
            ):
                return path
        raise StoreError(
            Message(
                "{folder}: a name in it would lead out of the site, or through a link; nothing was read or written "
                "there. Name an empty folder: the whole site is made again there",
                folder=self.folder,
            )
        )

    def tidy(self) -> None:
        """Remove what a killed run left aside. A folder under such a name is none of it, and stays."""
        with translating(self.folder):
            aside = self.folder / NEXT
            if aside.is_symlink() or aside.is_file():
                aside.unlink()
            shutil.rmtree(aside, ignore_errors=True)
            for path in self.folder.rglob(".*.tmp"):
                if path.is_symlink() or not path.is_dir():
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
        path = self._at(name)
        if not path.is_file():
            return None
        with translating(path):
            return path.read_bytes()

    def put(self, name: str, content: bytes) -> None:
        """Write a file durably, unless it holds just this."""
        if self.read(name) != content:
            path = self._at(name)
            make_folder(path.parent, mode=_FOLDER)
            write_durably(path, content, mode=_FILE)

    def put_folders(self, folders: Mapping[str, Mapping[str, bytes]]) -> None:
        """Write new folders whole, each by its path: all their files are on disk before one stands under its name."""
        aside = self.folder / NEXT
        places = {name: self._at(name) for name in folders}
        for name, files in folders.items():
            for file in files:
                self._at(f"{name}/{file}")
        if aside.is_symlink():
            self.tidy()
        with translating(aside):
            written = []
            for number, files in enumerate(folders.values()):
                place = aside / str(number)
                durable.make_folder(place, mode=_FOLDER)
                for name, content in files.items():
                    durable.write_whole(place / name, content, mode=_FILE)
                    written.append(place / name)
            durable.flush_files(written)
            for number, target in enumerate(places.values()):
                durable.make_folder(target.parent, mode=_FOLDER)
                durable.sync_folder(aside / str(number))
                os.rename(aside / str(number), target)  # noqa: PTH104 - beside the other renames of the store
            for parent in {target.parent for target in places.values()}:
                durable.sync_folder(parent)
            shutil.rmtree(aside, ignore_errors=True)

    def remove(self, names: Collection[str]) -> None:
        """Remove files; no error for one that is gone. Every name is looked at before the first goes."""
        for path in [self._at(name) for name in names]:
            with translating(path), suppress(FileNotFoundError):
                path.unlink()
                durable.sync_folder(path.parent)
