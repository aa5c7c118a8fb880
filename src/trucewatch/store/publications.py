"""Reports that were issued, as the journal holds them: what each showed to whom, so that a later one can correct it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any, Final

from trucewatch.messages import Message
from trucewatch.model.report import CoverNote, EditorsNote, IssuedRow, Publication
from trucewatch.model.times import iso_utc, read_time
from trucewatch.store.kind_entries import first_recorded_at
from trucewatch.store.store import Store
from trucewatch.store.typed_words import is_reference

_LEFT_OUT_EMPTY: Final = ("review", "hold", "with_parts")
"""What a row's record names only where there is something."""


def publications(
    store: Store, recorded_by: datetime | None = None, *, before_entry: int | None = None
) -> tuple[Publication, ...]:
    """Every report that was issued, in order; those recorded by a moment, or before an entry, if one is given.

    A report that was made again in other formats or languages, or with another cut-off and the same rows, is one issue:
    the first.
    """
    rows = store.index.rows("SELECT entry, record FROM publication ORDER BY entry")
    records = [json.loads(record) for entry, record in rows if before_entry is None or entry < before_entry]
    issues: dict[tuple[object, ...], Publication] = {}
    for record in records:
        if recorded_by is None or first_recorded_at(record) <= recorded_by:
            issue = _publication(store, record)
            key = (
                issue.number,
                issue.revision,
                issue.rows,
                issue.notes,
                issue.key_digest,
                issue.cover,
                issue.states,
                issue.decided,
            )
            issues.setdefault(key, issue)
    return tuple(issues.values())


def last_issue(store: Store) -> int:
    """The entry of the last record of an issue, 0 if there is none: as long as it stays, so do `publications`."""
    ((entry,),) = store.index.rows("SELECT MAX(entry) FROM publication")
    return int(entry or 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class MadeFrom:
    """What an issue was made from: with this the same program makes its bytes again.

    inputs_by: what the journal held at this moment; None: when the issue was recorded. list_entry: the entry of the
    list, -1 where the journal holds none. by: whose act it was; program: the version that made the files.
    """

    program: str
    list_entry: int
    by: str = ""
    inputs_by: datetime | None = None


def record_publication(
    store: Store,
    issued: Publication,
    file_digests: Mapping[tuple[str, str], str],
    made_from: MadeFrom,
    beside: Callable[[], Iterable[Mapping[str, Any]]] = tuple,
) -> None:
    """Record what was issued, with the SHA-256 of each file by (format, language), and what it was made from.

    Nothing is recorded if the same files, of the same issue, all were before. So every file that a report was made into
    can be found in the ledger by its hash, and the same report again is no new record. beside: records that are entered
    with it, in the same act; made only where it is recorded.
    """
    files = [
        {"file_digest": digest, "format": name, "language": language}
        for (name, language), digest in sorted(file_digests.items())
    ]
    query = "SELECT record FROM publication WHERE number = ? AND revision = ?"
    recorded = [
        file
        for (text,) in store.index.rows(query, issued.number, issued.revision)
        if _is_same(_publication(store, record := json.loads(text)), issued)
        for file in record.get("file_digests", ())
    ]
    if not all(file in recorded for file in files):
        inputs_by = {"inputs_by": iso_utc(made_from.inputs_by)} if made_from.inputs_by else {}
        origin = {"program": made_from.program, "list": made_from.list_entry, "by": made_from.by, **inputs_by}
        # The same again is no new record; the act is the draft's, which follows.
        record = {**_record(store, issued), "file_digests": files, **origin}
        store.commit([record, *map(dict, beside())], is_act=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedIssue:
    """One record of an issue: the report as it was shown, its files by (format, language), and what it was made
    from."""

    entry: int
    publication: Publication
    recorded_at: datetime
    files: Mapping[tuple[str, str], str]
    made_from: MadeFrom


def recorded_issues(store: Store, recorded_by: datetime | None = None) -> Iterator[RecordedIssue]:
    """Every record of an issue, in order; those recorded by a moment, if one is given.

    Records of earlier versions do not name the program (`program` is empty) nor the list.
    """
    for entry, text in store.index.rows("SELECT entry, record FROM publication ORDER BY entry"):
        record = json.loads(text)
        recorded_at = first_recorded_at(record)
        if recorded_by is not None and recorded_at > recorded_by:
            continue
        inputs_by = record.get("inputs_by")
        yield RecordedIssue(
            entry=int(entry),
            publication=_publication(store, record),
            recorded_at=recorded_at,
            files={(file["format"], file["language"]): file["file_digest"] for file in record.get("file_digests", ())},
            made_from=MadeFrom(
                program=record.get("program", ""),
                list_entry=record.get("list", -1),
                by=record.get("by", ""),
                inputs_by=read_time(inputs_by) if inputs_by else None,
            ),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuedFile:
    """One file that an issue of a report was made into. `entry`: which record names it first."""

    entry: int
    format: str
    language: str
    file_digest: str


def issued_files(store: Store, number: str, revision: int) -> tuple[IssuedFile, ...]:
    """The files of one issue, by the entries that name them; of files with other bytes each."""
    query = "SELECT entry, record FROM publication WHERE number = ? AND revision = ? ORDER BY entry"
    issued: dict[tuple[str, str, str], IssuedFile] = {}
    for entry, text in store.index.rows(query, number, revision):
        for file in json.loads(text).get("file_digests", ()):
            key = file["format"], file["language"], file["file_digest"]
            issued.setdefault(key, IssuedFile(entry=entry, format=key[0], language=key[1], file_digest=key[2]))
    return tuple(issued.values())


def _is_same(publication: Publication, other: Publication) -> bool:
    mine, theirs = (
        (issue.rows, issue.notes, issue.key_digest, issue.cover, issue.states, issue.decided)
        for issue in (publication, other)
    )
    return mine == theirs


def _publication(store: Store, record: Mapping[str, Any]) -> Publication:
    return Publication(
        number=record["number"],
        revision=record["revision"],
        kind=record["kind"],
        recipient=record["recipient"],
        day_from=date.fromisoformat(record["day_from"]),
        day_until=date.fromisoformat(record["day_until"]),
        cut_off=read_time(record["cut_off"]),
        rows=tuple(IssuedRow(**row) for row in record["rows"]),
        notes=notes_read(store, record.get("notes", ())),
        key_digest=record.get("key_digest", ""),
        incident=record.get("incident", ""),
        cover=cover_read(store, record.get("cover")),
        states=tuple((name, state) for name, state in record.get("states", ())),
        decided=tuple((name, told) for name, told in record.get("decided", ())),
        entered_at=first_recorded_at(record),
        reviews=tuple((name, state) for name, state in record.get("reviews", ())),
    )


def notes_written(store: Store, notes: Iterable[EditorsNote]) -> list[dict[str, str]]:
    """Notes as a record holds them: the text by its reference, the same as before where it was entered before."""
    return [
        {
            "section": note.section,
            "language": note.language,
            "text": note.reference if note.erased or store.words.has(note.reference) else store.keep_words(note.text),
        }
        for note in notes
    ]


def notes_read(store: Store, records: Iterable[Mapping[str, str]]) -> tuple[EditorsNote, ...]:
    """The notes of a record; of an erased one without its text. Those of earlier versions stand in the record, each
    with a line's end."""
    notes = []
    for record in records:
        words = store.typed.words_of(record["text"])
        if isinstance(words, Message):
            values = words.values
            text, erased_by, erased_on = "", int(values.get("entry", -1)), values.get("day")
        else:
            text, erased_by, erased_on = words, -1, None
        reference = record["text"] if is_reference(record["text"]) else ""
        notes.append(
            EditorsNote(
                section=record["section"],
                language=record["language"],
                text=text if reference else text.removesuffix("\n"),
                reference=reference,
                erased_by=erased_by,
                erased_on=erased_on,
            )
        )
    return tuple(notes)


def cover_written(store: Store, cover: CoverNote | None) -> dict[str, Any]:
    """A cover note as a record holds it: who, text and signature by their references. Nothing for none."""
    if cover is None:
        return {}
    texts = zip((cover.who, cover.text, cover.signature), cover.references, strict=True)
    who, text, signature = (
        reference if reference and (cover.erased or store.words.has(reference)) else store.keep_words(words)
        for words, reference in texts
    )
    return {"cover": {"who": who, "language": cover.language, "text": text, "signature": signature}}


def cover_read(store: Store, record: Mapping[str, str] | None) -> CoverNote | None:
    """The cover note of a record; of an erased one without its words and without the signature over them."""
    if record is None:
        return None
    references = (record["who"], record["text"], record["signature"])
    words = [store.typed.words_of(reference) if reference else "" for reference in references]
    erased = next((text for text in words if isinstance(text, Message)), None)
    if erased is not None:
        return CoverNote(
            who="",
            language=record["language"],
            text="",
            references=references,
            erased_by=int(erased.values.get("entry", -1)),
            erased_on=erased.values.get("day"),
        )
    who, text, signature = map(str, words)
    return CoverNote(who=who, language=record["language"], text=text, signature=signature, references=references)


def _row_written(row: IssuedRow) -> dict[str, Any]:
    """A row as a record holds it; without what is empty of review and hold, as rows of earlier versions are."""
    return {name: value for name, value in asdict(row).items() if name not in _LEFT_OUT_EMPTY or value}


def _record(store: Store, issued: Publication) -> dict[str, Any]:
    notes = {"notes": notes_written(store, issued.notes)} if issued.notes else {}
    codes = {"key_digest": issued.key_digest} if issued.key_digest else {}
    return {
        "schema": "trucewatch/publication/1",
        "number": issued.number,
        "revision": issued.revision,
        "kind": issued.kind,
        "recipient": issued.recipient,
        "day_from": issued.day_from.isoformat(),
        "day_until": issued.day_until.isoformat(),
        "cut_off": iso_utc(issued.cut_off),
        "rows": [_row_written(row) for row in issued.rows],
        **({"incident": issued.incident} if issued.incident else {}),
        **({"states": [list(pair) for pair in issued.states]} if issued.states else {}),
        **({"decided": [list(pair) for pair in issued.decided]} if issued.decided else {}),
        **({"reviews": [list(pair) for pair in issued.reviews]} if issued.reviews else {}),
        **codes,
        **notes,
        **cover_written(store, issued.cover),
    }
