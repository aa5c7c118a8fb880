"""Copies that an erasure does not reach by itself: files in the watch and in other folders; who has which report."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from trucewatch.errors import StoreError
from trucewatch.ledger.durable import sync_folder
from trucewatch.messages import Message
from trucewatch.model.report_draft import Export
from trucewatch.store.disk_errors import translating
from trucewatch.store.drafts import recorded_exports
from trucewatch.store.erased_tables import incidents_of
from trucewatch.store.erasures import ErasurePlan
from trucewatch.store.publications import RecordedIssue, recorded_issues
from trucewatch.store.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Copies:
    """files: that hold what goes, or may; issues: reports that hold it; exports: who took files of these; unread: what
    could not be looked into."""

    files: tuple[Path, ...]
    issues: tuple[RecordedIssue, ...]
    exports: tuple[Export, ...]
    unread: tuple[Path, ...]


def find_copies(store: Store, plan: ErasurePlan, also: Sequence[Path] = ()) -> Copies:
    """Files with the bytes that go, issued reports that show them, and all that a run made under `out/`; and who has
    such a report. No link is followed.

    also: folders outside the watch to look into. Raises StoreError for one that is no folder, or a link.
    """
    every, incidents = list(recorded_issues(store)), incidents_of(store, plan.observations)
    issues = [issue for issue in every if _holds(issue, plan, incidents)]
    named = {digest for issue in every for digest in issue.files.values()}
    wanted = {digest for issue in issues for digest in issue.files.values()}
    files: list[Path] = []
    unread: list[Path] = []
    going = wanted | plan.going.keys()
    for folder in (store.root.parent, *also) if going else ():
        if folder.is_symlink() or not folder.is_dir():
            raise StoreError(Message("{path} is no folder, or a link; name the folder itself", path=folder))
        for path in _regular_files(folder, unread):
            if path.is_relative_to(store.root) or path in files:
                continue
            try:
                if _hash_of(path) in going:
                    files.append(path)
            except OSError:
                unread.append(path)
    if plan.going or issues:
        with translating(store.root / "out"):
            files += [
                path for path in _regular_files(store.root / "out", unread) if _may_hold(store, path, named, wanted)
            ]
    numbers = {(issue.publication.number, issue.publication.revision) for issue in issues}
    exports = [export for export in recorded_exports(store) if (export.number, export.revision) in numbers]
    return Copies(files=tuple(files), issues=tuple(issues), exports=tuple(exports), unread=tuple(unread))


def remove_files(paths: Sequence[Path]) -> None:
    """Remove files for good, and flush that they are gone; of a link the link. Raises StoreError."""
    for path in paths:
        with translating(path):
            path.unlink(missing_ok=True)
            sync_folder(path.parent)


def _holds(issue: RecordedIssue, plan: ErasurePlan, incidents: Collection[str]) -> bool:
    """Whether a report shows an incident that rests on what goes, or a note that does."""
    publication = issue.publication
    shows = any(row.incident_id in incidents for row in publication.rows_shown)
    typed = [note.reference for note in publication.notes]
    typed += publication.cover.references if publication.cover else ()
    return shows or issue.entry in plan.anew or any(reference in plan.references for reference in typed)


def _may_hold(store: Store, path: Path, named: Collection[str], wanted: Collection[str]) -> bool:
    """Of issued files those of reports that hold it, and those that the ledger does not know; of the rest each."""
    if not path.is_relative_to(store.root / "out" / "issued"):
        return True
    digest = _hash_of(path)
    return digest in wanted or digest not in named


def _regular_files(folder: Path, unread: list[Path]) -> Iterator[Path]:
    def passed_over(exc: OSError) -> None:
        unread.append(Path(exc.filename or folder))

    for place, folders, names in os.walk(folder, onerror=passed_over if folder.is_dir() else None):
        folders.sort()
        for name in sorted(names):
            path = Path(place) / name
            if stat.S_ISREG(path.lstat().st_mode):
                yield path


def _hash_of(path: Path) -> str:
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
    with os.fdopen(descriptor, "rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
