"""Entries about official statements, each by itself: what its record says, and the records as they are written.

`trucewatch/official-statement/1`, `trucewatch/statement-annotation/1`, `trucewatch/statement-link/1` and
`trucewatch/statement-undo/1` hold references `w-…` in place of every word of a statement: its text, its heading, its
file's name, each quotation from it. Words that were erased are "" where they are read.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final, Literal

from trucewatch.model.annotations import Annotation, Decision, Passage, Span, Undone, Value
from trucewatch.model.ids import canonical
from trucewatch.model.statement_record import Heading, StatementVersion, heading_of
from trucewatch.model.statements import Kind, Statement, statement_document
from trucewatch.model.times import iso_utc, read_time
from trucewatch.store.journal import Entry
from trucewatch.store.kind_entries import first_recorded_at
from trucewatch.store.store import Store
from trucewatch.store.typed_words import is_reference

STATEMENT: Final = "trucewatch/official-statement/1"
ANNOTATION: Final = "trucewatch/statement-annotation/1"
LINK: Final = "trucewatch/statement-link/1"
UNDO: Final = "trucewatch/statement-undo/1"
SCHEMAS: Final = (STATEMENT, ANNOTATION, LINK, UNDO)
Undoes = Literal["version", "annotation", "link", "step"]


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptAnnotation:
    """A decision with what its record says beside: `zone` of the statement, by which its days end ("" for the
    watch's)."""

    annotation: Annotation
    zone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """That a statement is another one in another language."""

    number: int
    same_as: int
    entry: int
    recorded_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Undo:
    """What an entry takes back. number: of the statement, the decision or the undertaking."""

    what: Undoes
    number: int
    language: str
    version: int
    step: int
    undone: Undone


Row = StatementVersion | KeptAnnotation | Link | Undo


def row_of_entry(store: Store, entry: Entry) -> Row:
    """What one entry says. Raises KeyError, TypeError, ValueError for one of a later version."""
    record = entry.record
    match record["schema"]:
        case "trucewatch/official-statement/1":
            return _version(store, entry)
        case "trucewatch/statement-annotation/1":
            return KeptAnnotation(annotation=_annotation(store, entry), zone=str(record["zone"]))
        case "trucewatch/statement-link/1":
            return Link(
                number=int(record["statement"]),
                same_as=int(record["same_as"]),
                entry=entry.number,
                recorded_at=first_recorded_at(record),
            )
    if record["kind"] not in ("version", "annotation", "link", "step"):
        raise ValueError(record["kind"])
    return Undo(
        what=record["kind"],
        number=int(record["number"]),
        language=str(record["language"]),
        version=int(record["version"]),
        step=int(record["step"]),
        undone=Undone(
            entry=entry.number,
            recorded_at=first_recorded_at(record),
            by=str(record["by"]),
            reason=str(record["reason"]),
            reason_code=str(record["reason_code"]),
        ),
    )


def _version(store: Store, entry: Entry) -> StatementVersion:
    record = entry.record
    kind: Kind = record["kind"]
    return StatementVersion(
        number=int(record["number"]),
        language=str(record["language"]),
        version=int(record["version"]),
        kind=kind,
        day=date.fromisoformat(record["day"]) if record["day"] else None,
        voice=str(record["voice"]),
        evidence=str(record["evidence"]),
        file_name=store.words.read(record["file"]) or "",
        is_simulated=bool(record["simulated"]),
        entry=entry.number,
        recorded_at=first_recorded_at(record),
        known_at=read_time(record["known_at"]),
        by=str(record["by"]),
        references={name: str(record[name]) for name in ("heading", "text", "file") if record[name]},
    )


def _annotation(store: Store, entry: Entry) -> Annotation:
    record = entry.record
    decision: Decision = record["decision"]

    def words(reference: str) -> str:
        return (store.words.read(reference) or "") if is_reference(reference) else reference

    def listed(key: str) -> tuple[str, ...]:
        return tuple(words(each) for each in record[key])

    passage = Passage(
        kind=record["kind"],
        span=Span(paragraph=str(record["paragraph"]), start=int(record["start"]), end=int(record["end"])),
        words=words(record["words"]),
        part=record["part"],
        exchange=int(record["exchange"]),
        speaker=str(record["speaker"]),
        attributed_to=listed("attributed_to"),
        about=tuple(map(str, record["about"])),
        topics=tuple(map(str, record["topics"])),
        who=listed("who"),
        to=listed("towards"),
        by_day=date.fromisoformat(record["by_day"]) if record["by_day"] else None,
        by_bound=record["by_bound"],
        by_words=words(record["by_words"]),
        is_soft=bool(record["soft"]),
        values=tuple(
            Value(
                kind=each["kind"],
                start=int(each["start"]),
                end=int(each["end"]),
                text=words(each["text"]),
                value=words(each["value"]),
                unit=str(each["unit"]),
                hedge=each.get("hedge", ""),
            )
            for each in record["values"]
        ),
        rule=str(record["rule"]),
        trigger=listed("trigger"),
        people=listed("named"),
    )
    return Annotation(
        number=int(record["number"]),
        statement=int(record["statement"]),
        language=str(record["language"]),
        version=int(record["version"]),
        decision=decision,
        passage=passage,
        offer=str(record["offer"]),
        note=words(record["note"]),
        may_leave=bool(record["may_leave"]),
        leads_to=str(record["leads_to"]),
        entry=entry.number,
        recorded_at=first_recorded_at(record),
        known_at=read_time(record["known_at"]),
        by=str(record["by"]),
        references=dict(named_references(record)),
    )


def named_references(value: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Every reference with where it stands: `words`, `named.0`, `values.1.text`."""
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from named_references(inner, f"{path}.{key}" if path else key)
    elif isinstance(value, list | tuple):
        for number, inner in enumerate(value):
            yield from named_references(inner, f"{path}.{number}")
    elif is_reference(value):
        yield path, value


# Records


def version_record(
    statement: Statement,
    *,
    number: int,
    language: str,
    version: int,
    voice: str,
    evidence: str,
    file_name: str,
    is_simulated: bool,
    by: str,
    known_at: datetime,
    keep: Callable[[str], str],
) -> dict[str, Any]:
    """The record of a version that is taken in. keep: keeps a text apart and gives its reference; file_name: as names
    of files stand on record."""
    # The longest first: where it cannot be kept, nothing else is.
    text = keep(canonical(statement_document(statement, is_kept=True)).decode())
    return {
        "schema": STATEMENT,
        "number": number,
        "language": language,
        "version": version,
        "kind": statement.kind,
        "day": statement.day.isoformat() if statement.day else "",
        "voice": voice,
        "evidence": evidence,
        "file": keep(file_name),
        "simulated": is_simulated,
        "heading": keep(canonical(_heading_out(heading_of(statement))).decode()),
        "text": text,
        "by": by,
        "known_at": iso_utc(known_at),
    }


def annotation_record(
    passage: Passage,
    version: StatementVersion,
    *,
    statement: int,
    number: int,
    decision: Decision,
    offer: str,
    note: str,
    may_leave: bool,
    leads_to: str,
    zone: str,
    by: str,
    known_at: datetime,
    ids: Collection[str],
    keep: Callable[[str], str],
) -> dict[str, Any]:
    """The record of a decision. statement: the number that the version's own record holds; ids: of parties, bodies,
    delegations and places: what is none of them is somebody's words and lies apart."""

    def id_or_words(text: str) -> str:
        return text if text in ids else keep(text)

    def value_of(value: Value) -> str:
        return value.value if value.kind != "place" or value.value in ids else keep(value.value)

    return {
        "schema": ANNOTATION,
        "number": number,
        "statement": statement,
        "language": version.language,
        "version": version.version,
        "decision": decision,
        "kind": passage.kind,
        "paragraph": passage.span.paragraph,
        "start": passage.span.start,
        "end": passage.span.end,
        "words": keep(passage.words),
        "part": passage.part,
        "exchange": passage.exchange,
        "speaker": passage.speaker,
        "attributed_to": [keep(each) for each in passage.attributed_to],
        "about": list(passage.about),
        "topics": list(passage.topics),
        "who": [id_or_words(each) for each in passage.who],
        "towards": [id_or_words(each) for each in passage.to],
        "by_day": passage.by_day.isoformat() if passage.by_day else "",
        "by_bound": passage.by_bound,
        "by_words": keep(passage.by_words),
        "soft": passage.is_soft,
        "values": [
            {
                "kind": each.kind,
                "start": each.start,
                "end": each.end,
                "text": keep(each.text),
                "value": value_of(each),
                "unit": each.unit,
                "hedge": each.hedge,
            }
            for each in passage.values
        ],
        "rule": passage.rule,
        "trigger": [keep(each) for each in passage.trigger],
        "named": [keep(each) for each in passage.people],
        "offer": offer,
        "note": keep(note),
        "may_leave": may_leave,
        "leads_to": leads_to,
        "zone": zone,
        "simulated": version.is_simulated,
        "by": by,
        "known_at": iso_utc(known_at),
    }


def link_record(number: int, same_as: int, *, by: str, known_at: datetime) -> dict[str, Any]:
    """The record that a statement is another one in another language."""
    return {"schema": LINK, "statement": number, "same_as": same_as, "by": by, "known_at": iso_utc(known_at)}


def undo_record(
    what: Undoes,
    number: int,
    *,
    language: str = "",
    version: int = 0,
    step: int = 0,
    reason: str,
    reason_code: str,
    by: str,
    known_at: datetime,
) -> dict[str, Any]:
    """The record of what is taken back. number: of the statement, the decision or the undertaking; reason: a
    reference."""
    return {
        "schema": UNDO,
        "kind": what,
        "number": number,
        "language": language,
        "version": version,
        "step": step,
        "reason": reason,
        "reason_code": reason_code,
        "by": by,
        "known_at": iso_utc(known_at),
    }


def _heading_out(heading: Heading) -> dict[str, Any]:
    return {
        "title": heading.title,
        "place": heading.place,
        "day": heading.day.isoformat() if heading.day else "",
        "spoken_at": iso_utc(heading.spoken_at) if heading.spoken_at else "",
        "speakers": list(heading.speakers),
        "languages": list(heading.languages),
        "questions": heading.questions,
        "paragraphs": heading.paragraphs,
        "publisher": heading.publisher,
    }


def heading_from(document: Mapping[str, Any]) -> Heading:
    """The heading that kept words hold."""
    return Heading(
        title=str(document["title"]),
        place=str(document["place"]),
        day=date.fromisoformat(document["day"]) if document["day"] else None,
        spoken_at=read_time(document["spoken_at"]) if document["spoken_at"] else None,
        speakers=tuple(map(str, document["speakers"])),
        languages=tuple(map(str, document["languages"])),
        questions=int(document["questions"]),
        paragraphs=int(document["paragraphs"]),
        publisher=str(document["publisher"]),
    )
