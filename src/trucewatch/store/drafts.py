"""Drafts of reports and files that were taken, as the journal holds them: `report-draft/1`, one record an act;
`export/1`."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import date
from itertools import islice
from typing import Any, Final

from trucewatch.errors import DraftMoved, StoreError
from trucewatch.messages import Amount, Message
from trucewatch.model.ids import canonical, short_id
from trucewatch.model.report import DAILY, MOST_NOTE, MOST_WHO, NOTE_SECTIONS, CoverNote, EditorsNote
from trucewatch.model.report_draft import Export, ReportDraft
from trucewatch.model.times import iso_utc, read_time
from trucewatch.model.typed_text import refusal_of
from trucewatch.store.journal import Entry
from trucewatch.store.kind_entries import entries_of_kind, first_recorded_at
from trucewatch.store.publications import cover_read, cover_written, notes_read, notes_written
from trucewatch.store.store import Store

DRAFT: Final = "trucewatch/report-draft/1"
EXPORT: Final = "trucewatch/export/1"
_WRITING = threading.Lock()
"""Whether a version is still the last one is asked and answered by one thread at a time."""


def moved(now: ReportDraft, opened: int) -> DraftMoved:
    """What is said to who changes a draft that is not as they saw it."""
    return DraftMoved(
        Message(
            "draft {draft} was changed since you opened it: it is at version {version}, you saw version {opened}; "
            "nothing was entered. Open it again",
            draft=now.draft_id,
            version=now.version,
            opened=opened,
        )
    )


def draft_versions(store: Store, draft_id: str = "") -> tuple[ReportDraft, ...]:
    """Every version of a draft, the first one first; of all drafts without an id."""
    every = (_draft(store, entry) for entry in entries_of_kind(store, DRAFT))
    return tuple(draft for draft in every if draft_id in ("", draft.draft_id))


def recorded_drafts(store: Store) -> tuple[ReportDraft, ...]:
    """Every draft as it stands, the one changed last first."""
    last = {draft.draft_id: draft for draft in draft_versions(store)}
    return tuple(sorted(last.values(), key=lambda draft: draft.entry, reverse=True))


def record_draft(store: Store, draft: ReportDraft) -> ReportDraft:
    """Enter the next version of a draft, or the first if it has no id yet; as it was entered.

    Raises DraftMoved if `draft.version` does not follow the version that stands, StoreError for a note that cannot be
    kept.
    """
    check_notes(draft.notes)
    check_cover(draft.cover)
    with _WRITING:
        if not draft.draft_id:
            name = short_id("d", str(len(store.journal)), canonical(_written(store, draft)).decode())
            draft = replace(draft, draft_id=name)
        else:
            now = draft_versions(store, draft.draft_id)[-1]
            if draft.version != now.version + 1:
                raise moved(now, draft.version - 1)
        (entry,) = store.commit([{"schema": DRAFT, **_written(store, draft)}])
    return _draft(store, entry)


def check_notes(notes: tuple[EditorsNote, ...]) -> None:
    """Raises StoreError for a section that takes no note, a note that is too long, and two of one section and
    language."""
    places = set[tuple[str, str]]()
    for note in notes:
        if note.section not in NOTE_SECTIONS:
            raise StoreError(
                Message(
                    '"{section}" is no section for a note; there are: {words}',
                    section=note.section[:40],
                    words=", ".join(NOTE_SECTIONS),
                )
            )
        if refusal := refusal_of(note.text):
            raise StoreError(refusal)
        if len(note.text) > MOST_NOTE:
            raise StoreError(
                Message(
                    "the note to {section} has {count} characters; at most {most} are kept. Nothing was entered",
                    section=note.section,
                    count=Amount(len(note.text)),
                    most=Amount(MOST_NOTE),
                )
            )
        if (note.section, note.language) in places:
            raise StoreError(
                Message(
                    "there are two notes to {section} in {language}; make them one",
                    section=note.section,
                    language=note.language,
                )
            )
        places.add((note.section, note.language))


def check_cover(cover: CoverNote | None) -> None:
    """Raises StoreError for a cover note without words or without whose they are, and for one that is too long."""
    if cover is None or cover.erased:
        return
    if not cover.who or not cover.text:
        raise StoreError(Message("a cover note needs its words and whose they are; nothing was entered"))
    if any("PRIVATE KEY-----" in text for text in (cover.who, cover.text, cover.signature)):
        raise StoreError(
            Message(
                "the cover note holds a secret key, which would stay in the record for good; give the file of its "
                "words. Nothing was entered"
            )
        )
    for text, most in ((cover.who, MOST_WHO), (cover.text, MOST_NOTE), (cover.signature, MOST_NOTE)):
        if refusal := refusal_of(text):
            raise StoreError(refusal)
        if len(text) > most:
            raise StoreError(
                Message(
                    "the cover note has {count} characters where at most {most} are kept. Nothing was entered",
                    count=Amount(len(text)),
                    most=Amount(most),
                )
            )


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
    (entry,) = store.commit([{"schema": EXPORT, **content}], is_act=False)  # handed over twice is taken twice
    return _export(entry)


def recorded_exports(store: Store, *, number: str = "", last: int = 0) -> tuple[Export, ...]:
    """Files that were taken, the latest first; of one report, or of all; at most the last so many."""
    exports = map(_export, entries_of_kind(store, EXPORT, newest_first=True))
    return tuple(islice((export for export in exports if number in ("", export.number)), last or None))


def _written(store: Store, draft: ReportDraft) -> dict[str, Any]:
    return {
        "draft": draft.draft_id,
        "version": draft.version,
        "act": draft.act,
        "state": draft.state,
        "by": draft.by,
        "known_at": iso_utc(draft.known_at),
        "recipient": draft.recipient,
        "day_from": draft.day_from.isoformat(),
        "day_until": draft.day_until.isoformat(),
        "languages": list(draft.languages),
        "formats": list(draft.formats),
        "list": draft.list_entry,
        "cut_off": iso_utc(draft.cut_off),
        "figures": draft.figures,
        "notes": notes_written(store, draft.notes),
        "corrects": draft.corrects,
        "corrects_revision": draft.corrects_revision,
        "number": draft.number,
        "revision": draft.revision,
        # Left out of a daily report's, as in records of before there were kinds.
        **({"kind": draft.kind} if draft.kind != DAILY else {}),
        **({"incident": draft.incident} if draft.incident else {}),
        **cover_written(store, draft.cover),
    }


def _draft(store: Store, entry: Entry) -> ReportDraft:
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
        notes=notes_read(store, record["notes"]),
        corrects=record["corrects"],
        corrects_revision=record["corrects_revision"],
        number=record["number"],
        revision=record["revision"],
        kind=record.get("kind", DAILY),
        incident=record.get("incident", ""),
        cover=cover_read(store, record.get("cover")),
        recorded_at=first_recorded_at(record),
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
        recorded_at=first_recorded_at(record),
        entry=entry.number,
    )
