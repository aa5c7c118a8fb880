"""Drafts of reports and files that were taken, as the journal holds them: `report-draft/1`, one record an act;
`export/1`."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from typing import Any, Final

from trucewatch.errors import DraftMoved, StoreError
from trucewatch.messages import Message
from trucewatch.model.ids import canonical, short_id
from trucewatch.model.report import MOST_NOTE, NOTE_SECTIONS, EditorsNote
from trucewatch.model.report_draft import Export, ReportDraft
from trucewatch.model.times import iso_utc, read_time
from trucewatch.store.journal import Entry
from trucewatch.store.publications import notes_read, notes_written
from trucewatch.store.store import Store

DRAFT: Final = "trucewatch/report-draft/1"
EXPORT: Final = "trucewatch/export/1"
_WRITING = threading.Lock()
"""Whether a version is still the last one is asked and answered by one thread at a time."""


def moved(now: ReportDraft, seen: int) -> DraftMoved:
    """What is said to who changes a draft that is not as they saw it."""
    return DraftMoved(
        Message(
            "draft {draft} was changed since you opened it: it is at version {version}, you saw version {seen}; "
            "nothing was entered. Open it again",
            draft=now.draft_id,
            version=now.version,
            seen=seen,
        )
    )


def draft_versions(store: Store, draft_id: str = "") -> tuple[ReportDraft, ...]:
    """Every version of a draft, the first one first; of all drafts without an id."""
    every = (_draft(entry) for entry in _entries(store, DRAFT))
    return tuple(one for one in every if draft_id in ("", one.draft_id))


def recorded_drafts(store: Store) -> tuple[ReportDraft, ...]:
    """Every draft as it stands, the one changed last first."""
    last = {one.draft_id: one for one in draft_versions(store)}
    return tuple(sorted(last.values(), key=lambda one: one.entry, reverse=True))


def record_draft(store: Store, draft: ReportDraft) -> ReportDraft:
    """Enter the next version of a draft, or the first if it has no id yet; as it was entered.

    Raises DraftMoved if `draft.version` does not follow the version that stands, StoreError for a note that cannot be
    kept.
    """
    check_notes(draft.notes)
    with _WRITING:
        if not draft.draft_id:
            name = short_id("d", str(len(store.journal)), canonical(_written(draft)).decode())
            draft = replace(draft, draft_id=name)
        else:
            now = draft_versions(store, draft.draft_id)[-1]
            if draft.version != now.version + 1:
                raise moved(now, draft.version - 1)
        (entry,) = store.commit([{"schema": DRAFT, **_written(draft)}])
    return _draft(entry)


def check_notes(notes: tuple[EditorsNote, ...]) -> None:
    """Raises StoreError for a section that takes no note, a note that is too long, and two of one section and
    language."""
    seen = set[tuple[str, str]]()
    for one in notes:
        if one.section not in NOTE_SECTIONS:
            raise StoreError(
                Message(
                    '"{section}" is no section for a note; there are: {words}',
                    section=one.section[:40],
                    words=", ".join(NOTE_SECTIONS),
                )
            )
        if len(one.text) > MOST_NOTE:
            raise StoreError(
                Message(
                    "the note to {section} has {count} characters; at most {most} are kept. Nothing was entered",
                    section=one.section,
                    count=f"{len(one.text):,}",
                    most=f"{MOST_NOTE:,}",
                )
            )
        if (one.section, one.language) in seen:
            raise StoreError(
                Message(
                    "there are two notes to {section} in {language}; make them one",
                    section=one.section,
                    language=one.language,
                )
            )
        seen.add((one.section, one.language))


def record_export(store: Store, export: Export) -> Export:
    """Enter that somebody takes a file."""
    content = {
        "number": export.number,
        "revision": export.revision,
        "recipient": export.recipient,
        "issued": export.is_issued,
        "format": export.format,
        "language": export.language,
        "content": export.content,
        "size_bytes": export.size_bytes,
        "by": export.by,
        "known_at": iso_utc(export.known_at),
    }
    (entry,) = store.commit([{"schema": EXPORT, **content}])
    return _export(entry)


def recorded_exports(store: Store, *, number: str = "", last: int = 0) -> tuple[Export, ...]:
    """Files that were taken, the latest first; of one report, or of all; at most the last so many."""
    found: list[Export] = []
    for entry in _entries(store, EXPORT, newest_first=True):
        one = _export(entry)
        if number in ("", one.number):
            found.append(one)
        if last and len(found) == last:
            break
    return tuple(found)


def _entries(store: Store, schema: str, *, newest_first: bool = False) -> Iterator[Entry]:
    order = "DESC" if newest_first else "ASC"
    rows = store.index.rows(f"SELECT number FROM entry WHERE schema = ? ORDER BY number {order}", schema)
    return (next(store.journal.entries(number)) for (number,) in rows)


def _written(one: ReportDraft) -> dict[str, Any]:
    return {
        "draft": one.draft_id,
        "version": one.version,
        "act": one.act,
        "state": one.state,
        "by": one.by,
        "known_at": iso_utc(one.known_at),
        "recipient": one.recipient,
        "day_from": one.day_from.isoformat(),
        "day_until": one.day_until.isoformat(),
        "languages": list(one.languages),
        "formats": list(one.formats),
        "list": one.list_entry,
        "cut_off": iso_utc(one.cut_off),
        "figures": one.figures,
        "notes": notes_written(one.notes),
        "corrects": one.corrects,
        "corrects_revision": one.corrects_revision,
        "number": one.number,
        "revision": one.revision,
    }


def _draft(entry: Entry) -> ReportDraft:
    record = entry.record
    return ReportDraft(
        draft_id=record["draft"],
        version=record["version"],
        act=record["act"],
        state=record["state"],
        by=record["by"],
        known_at=read_time(record["known_at"]),
        recipient=record["recipient"],
        day_from=date.fromisoformat(record["day_from"]),
        day_until=date.fromisoformat(record["day_until"]),
        languages=tuple(record["languages"]),
        formats=tuple(record["formats"]),
        list_entry=record["list"],
        cut_off=read_time(record["cut_off"]),
        figures=record["figures"],
        notes=notes_read(record["notes"]),
        corrects=record["corrects"],
        corrects_revision=record["corrects_revision"],
        number=record["number"],
        revision=record["revision"],
        recorded_at=_recorded_at(record),
        entry=entry.number,
    )


def _export(entry: Entry) -> Export:
    record = entry.record
    return Export(
        number=record["number"],
        revision=record["revision"],
        recipient=record["recipient"],
        is_issued=record["issued"],
        format=record["format"],
        language=record["language"],
        content=record["content"],
        size_bytes=record["size_bytes"],
        by=record["by"],
        known_at=read_time(record["known_at"]),
        recorded_at=_recorded_at(record),
        entry=entry.number,
    )


def _recorded_at(record: Mapping[str, Any]) -> Any:
    return read_time(record.get("first_recorded_at", record["recorded_at"]))
