"""Issued reports of one recipient → the entries of a site: one an issue, with the hash of every file."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final

from trucewatch.errors import ReportError, StoreError, WatchError
from trucewatch.ledger.signing import write_canonical
from trucewatch.model.ids import sha256_of
from trucewatch.model.report import DAILY, Publication
from trucewatch.model.watch import Watch
from trucewatch.pipeline.issue import issued_name, make_again, parts_of_number
from trucewatch.reports.site_pages import SiteFile, SiteIssue
from trucewatch.store import Store
from trucewatch.store.publications import IssuedFile, issued_files, publications, recorded_issues
from trucewatch.store.site_folder import is_plain

SCHEMA: Final = "trucewatch/site-issue/1"
FOLDER: Final = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,199}")
"""The name of an issue's folder in a site."""
_DIGEST: Final = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteEntry:
    """One entry: its exact bytes, which are `issue.json` of its folder and the leaf of a recipient's log."""

    content: bytes
    folder: str
    key: tuple[str, int]
    files: Mapping[str, str]
    """SHA-256 by name."""

    @property
    def document(self) -> dict[str, Any]:
        document: dict[str, Any] = json.loads(self.content)
        return document


def read_entry(content: bytes) -> SiteEntry:
    """An entry from its bytes. Raises ValueError, LookupError, TypeError, RecursionError for what is none, and for one
    whose folder or files have names that could lead elsewhere or stand for a page."""
    document = json.loads(content)
    if document["schema"] != SCHEMA or write_canonical(document).encode() != content:
        raise ValueError(SCHEMA)
    files = {file["name"]: file["sha256"] for file in document["files"]}
    if (
        not FOLDER.fullmatch(document["folder"])
        or len(files) != len(document["files"])
        or not all(_is_file_name(name) and _DIGEST.fullmatch(digest) for name, digest in files.items())
    ):
        raise ValueError(SCHEMA)
    return SiteEntry(
        content=content, folder=document["folder"], key=(document["number"], document["revision"]), files=files
    )


def _is_file_name(name: str) -> bool:
    """Whether a name is of a file beside an issue's page, entry and proof, and none of these."""
    is_ours = name in ("issue.json", "proof.json") or name.startswith("index")
    return is_plain(name) and "/" not in name and not is_ours


def new_entries(
    store: Store, watch: Watch, recipient: str, languages: Sequence[str], entered: Iterable[SiteEntry]
) -> list[SiteEntry]:
    """An entry for each issue that has files in none yet, in the order in which they were issued.

    languages: of the files; every language without them. Files that were issued of an issue after it was published are
    an entry of their own, with the next `part`.
    """
    before = list(entered)
    fresh: list[SiteEntry] = []
    for issue in publications(store):
        if issue.recipient != recipient:
            continue
        key = (issue.number, issue.revision)
        same = [entry for entry in (*before, *fresh) if entry.key == key]
        there = {digest for entry in same for digest in entry.files.values()}
        last = {(file.format, file.language): file for file in issued_files(store, *key)}
        files = [
            last[which]
            for which in sorted(last)
            if (not languages or which[1] in languages) and last[which].file_digest not in there
        ]
        if files:
            fresh.append(entry_of(issue, files, len(same) + 1, is_simulated=watch.settings.simulated))
    return fresh


def entry_of(issue: Publication, files: Sequence[IssuedFile], part: int, *, is_simulated: bool) -> SiteEntry:
    """The entry of an issue with these files, in this order. part: 1 for the first entry of the issue; is_simulated:
    whether the whole watch is."""
    kind, name, _ = parts_of_number(issue.number)
    series = "" if kind == DAILY else f"{kind}-"
    folder = re.sub(r"[^A-Za-z0-9._-]", "-", f"{series}{name}-r{issue.revision}{f'-part{part}' if part > 1 else ''}")
    document = {
        "schema": SCHEMA,
        "folder": folder.lstrip(".-"),
        "number": issue.number,
        "revision": issue.revision,
        "part": part,
        "kind": issue.kind,
        "day_from": issue.day_from.isoformat(),
        "day_until": issue.day_until.isoformat(),
        "simulated": is_simulated or any(row.simulated for row in issue.rows_shown),
        "files": [
            {
                "name": _name(issue, file),
                "format": file.format,
                "language": file.language,
                "sha256": file.file_digest,
            }
            for file in files
        ],
    }
    return read_entry(write_canonical(document).encode())


def _name(issue: Publication, file: IssuedFile) -> str:
    from trucewatch.reports import FORMATS

    base = file.format if file.format in FORMATS else "csv"
    name = issued_name(issue.number, issue.revision, file.language, base).rpartition("/")[2]
    return name if base == file.format else f"{name.removesuffix(FORMATS[base].suffix)}.{file.format}"


def kept_bytes(store: Store, entry: SiteEntry, name: str) -> bytes | None:
    """The bytes of an issued file as they are kept under `out/`; None unless they have the hash on record."""
    from trucewatch.reports import FORMATS

    file = next(file for file in entry.document["files"] if file["name"] == name)
    if file["format"] not in FORMATS:
        return None
    content = store.read_out(issued_name(*entry.key, file["language"], file["format"]))
    return content if content is not None and sha256_of(content) == file["sha256"] else None


def made_again(store: Store, folder: Path, entry: SiteEntry, name: str, now: datetime) -> bytes | None:
    """The bytes of an issued file, made again from what the journal held; None unless they are those that were
    issued."""
    from trucewatch.reports import FORMATS

    file = next(file for file in entry.document["files"] if file["name"] == name)
    which = (file["format"], file["language"])
    for issue in recorded_issues(store):
        is_it = (issue.publication.number, issue.publication.revision) == entry.key
        if is_it and which[0] in FORMATS and issue.files.get(which) == file["sha256"]:
            try:
                again = make_again(store, folder, issue, format=which[0], language=which[1], now=now)
            except (ReportError, StoreError, WatchError):
                return None
            return again.content if again.is_as_issued else None
    return None


def erased_issues(store: Store, recipient: str) -> set[tuple[str, int]]:
    """Number and revision of each issue of which words were erased since."""
    return {
        (issue.number, issue.revision)
        for issue in publications(store)
        if issue.recipient == recipient
        and (any(note.erased for note in issue.notes) or (issue.cover is not None and issue.cover.erased))
    }


def site_issues(entries: Sequence[SiteEntry], absent: Mapping[str, str]) -> list[SiteIssue]:
    """What the pages show of entries. absent: path of a file that is not on the site → why."""
    documents = [entry.document for entry in entries]
    last = {document["number"]: 0 for document in documents}
    for document in documents:
        last[document["number"]] = max(last[document["number"]], document["revision"])
    return [
        SiteIssue(
            folder=document["folder"],
            number=document["number"],
            revision=document["revision"],
            part=document["part"],
            day_from=date.fromisoformat(document["day_from"]),
            day_until=date.fromisoformat(document["day_until"]),
            simulated=document["simulated"],
            files=tuple(SiteFile(**file) for file in document["files"]),
            absent={
                file["name"]: absent[path]
                for file in document["files"]
                if (path := f"issues/{document['folder']}/{file['name']}") in absent
            },
            corrected_by=last[document["number"]] if last[document["number"]] > document["revision"] else 0,
        )
        for document in documents
    ]
