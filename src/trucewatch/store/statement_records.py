"""Official statements as a watch has them on record: every version, and what stands of what was decided.

A list of them reads headings, never texts. What was read once stays in memory while the store is open.
"""

from __future__ import annotations

import json
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final

from trucewatch.errors import StoreError, TrucewatchError
from trucewatch.messages import Message
from trucewatch.model.agreement_entries import DECIDED_ANEW
from trucewatch.model.annotations import Annotation, Undone
from trucewatch.model.statement_record import Heading, OfficialStatement, StatementVersion
from trucewatch.model.statements import Statement, statement_from
from trucewatch.store.statement_entries import SCHEMAS, KeptAnnotation, Link, Row, Undo, heading_from, row_of_entry
from trucewatch.store.store import Store

MOST_BODIES: Final = 16
"""Statements whose text stays in memory: those that pages turn to and fro between."""


@dataclass(frozen=True, slots=True)
class _Whole:
    statements: tuple[OfficialStatement, ...]
    decisions: tuple[KeptAnnotation, ...]
    undone_steps: Mapping[tuple[int, int], Undone]


@dataclass(slots=True)
class _ReadRecords:
    """What was read of each entry, by its number; `store.erase` lets go of it."""

    by_entry: dict[int, Row] = field(default_factory=dict)
    numbers: tuple[int, ...] = ()
    whole: _Whole | None = None


@dataclass(slots=True)
class _Headings:
    by_reference: dict[str, Heading] = field(default_factory=dict)


@dataclass(slots=True)
class _Bodies:
    by_reference: OrderedDict[str, Statement] = field(default_factory=OrderedDict)


# What stands


def official_statements(store: Store, recorded_by: datetime | None = None) -> tuple[OfficialStatement, ...]:
    """Every statement in the order of the numbers, with all versions and decisions, those taken back among them; as the
    journal stood at a moment, if one is given. No text of a statement is read. Raises StoreError for a record of a
    later version of the program."""
    return _whole(store, recorded_by).statements


def kept_annotations(store: Store, recorded_by: datetime | None = None) -> tuple[KeptAnnotation, ...]:
    """Every decision in the order of the entries, those taken back among them."""
    return _whole(store, recorded_by).decisions


def undone_steps(store: Store, recorded_by: datetime | None = None) -> Mapping[tuple[int, int], Undone]:
    """Of which undertakings (their numbers) which steps were taken back."""
    return _whole(store, recorded_by).undone_steps


def statement_numbered(store: Store, number: int) -> OfficialStatement:
    """A statement by its number, also by one that it had before it was joined to another. Raises StoreError."""
    of = _roots(_read(store, None)).get(number, number)
    for statement in official_statements(store):
        if statement.number == of:
            return statement
    raise StoreError(Message("there is no statement S-{number}; the list has those there are", number=number))


def version_of(statement: OfficialStatement, language: str, version: int) -> StatementVersion:
    """A version of a statement, taken back or not. Raises StoreError if there is none."""
    for each in statement.versions:
        if (each.language, each.version) == (language, version):
            return each
    raise StoreError(
        Message(
            "{code} has no version {version} in this language ({language}); its page has those there are",
            code=statement.code,
            version=version,
            language=language[:20],
        )
    )


def annotation_numbered(store: Store, number: int) -> Annotation:
    """The last decision under a number, which may have been taken back. Raises StoreError if there is none."""
    for decision in reversed(kept_annotations(store)):
        if decision.annotation.number == number:
            return decision.annotation
    raise StoreError(Message("there is no decision A-{number}; the page of the statement has its own", number=number))


def words_of(store: Store, version: StatementVersion) -> Statement | None:
    """The text of a version; None if it was erased."""
    reference = version.references.get("text", "")
    bodies = store.memory.of(_Bodies).by_reference
    if reference in bodies:
        bodies.move_to_end(reference)
        return bodies[reference]
    text = store.words.read(reference)
    if not text:
        return None
    with _reading(version.entry):
        statement = statement_from(json.loads(text))
    bodies[reference] = statement
    while len(bodies) > MOST_BODIES:
        bodies.popitem(last=False)
    return statement


def heading_at(store: Store, version: StatementVersion) -> Heading | None:
    """What a list shows of a version; None if it was erased. Its text is not read."""
    reference = version.references.get("heading", "")
    headings = store.memory.of(_Headings).by_reference
    if reference not in headings:
        text = store.words.read(reference)
        if not text:
            return None
        with _reading(version.entry):
            headings[reference] = heading_from(json.loads(text))
    return headings[reference]


def number_on_record(store: Store, version: StatementVersion) -> int:
    """The number that the record of a version holds: it stays where the statement is joined to another."""
    return int(next(store.journal.entries(version.entry)).record["number"])


@contextmanager
def _reading(entry: int) -> Iterator[None]:
    """What is not written as this program writes it becomes one sentence, whatever it is."""
    try:
        yield
    except (KeyError, TypeError, ValueError, AttributeError, TrucewatchError) as exc:
        if isinstance(exc, StoreError):
            raise
        raise StoreError(
            Message(
                "entry {entry} tells of an official statement in a way that this program does not know; a later "
                "version wrote it: use that one",
                entry=entry,
            )
        ) from exc


def _read(store: Store, recorded_by: datetime | None) -> list[Row]:
    """What each entry says, in order, without what later entries make of it."""
    marks = ", ".join("?" * len(SCHEMAS))
    query = f"SELECT number FROM entry WHERE schema IN ({marks}) ORDER BY number"
    numbers = tuple(int(number) for (number,) in store.index.rows(query, *SCHEMAS))
    last = store.memory.of(_ReadRecords)
    by_entry = last.by_entry
    for number in numbers:
        if number not in by_entry:
            with _reading(number):
                by_entry[number] = row_of_entry(store, next(store.journal.entries(number)))
    if last.numbers != numbers:
        last.numbers, last.whole = numbers, None
    rows = [by_entry[number] for number in numbers]
    return rows if recorded_by is None else [row for row in rows if _recorded_at(row) <= recorded_by]


def _recorded_at(row: Row) -> datetime:
    match row:
        case KeptAnnotation():
            return row.annotation.recorded_at
        case Undo():
            return row.undone.recorded_at
    return row.recorded_at


def _whole(store: Store, recorded_by: datetime | None) -> _Whole:
    rows = _read(store, recorded_by)
    last = store.memory.of(_ReadRecords)
    if recorded_by is not None:
        return _joined(rows)
    if last.whole is None:
        last.whole = _joined(rows)
    return last.whole


def _roots(rows: Iterable[Row]) -> dict[int, int]:
    """Number of a statement that was joined to another → the number that it counts under."""
    links: dict[int, int] = {}
    for row in rows:
        if isinstance(row, Link):
            links.setdefault(row.number, row.same_as)
        elif isinstance(row, Undo) and row.what == "link":
            links.pop(row.number, None)
    roots = {}
    for number in links:
        of, passed = number, {number}
        while of in links and links[of] not in passed:
            of = links[of]
            passed.add(of)
        roots[number] = of
    return roots


def _joined(rows: list[Row]) -> _Whole:
    roots = _roots(rows)
    versions: dict[tuple[int, str, int], StatementVersion] = {}
    annotations: dict[int, KeptAnnotation] = {}
    last_of: dict[int, int] = {}
    steps: dict[tuple[int, int], Undone] = {}

    def end(number: int, undone: Undone) -> None:
        """Of the decisions under a number only the last can stand."""
        entry = last_of.get(number)
        if entry is not None and annotations[entry].annotation.undone is None:
            decision = annotations[entry]
            annotations[entry] = replace(decision, annotation=replace(decision.annotation, undone=undone))

    for row in rows:
        match row:
            case StatementVersion():
                versions.setdefault((row.number, row.language, row.version), row)
            case KeptAnnotation(annotation=annotation):
                end(annotation.number, _took_place(annotation))
                annotations[annotation.entry] = row
                last_of[annotation.number] = annotation.entry
            case Undo(what="version"):
                place = (row.number, row.language, row.version)
                if place in versions and versions[place].undone is None:
                    versions[place] = replace(versions[place], undone=row.undone)
            case Undo(what="annotation"):
                end(row.number, row.undone)
            case Undo(what="step"):
                steps.setdefault((row.number, row.step), row.undone)
    decisions = tuple(
        replace(each, annotation=_under(each.annotation, roots)) if each.annotation.statement in roots else each
        for each in annotations.values()
    )
    by_number: dict[int, list[StatementVersion]] = {}
    for version in versions.values():
        of = roots.get(version.number, version.number)
        by_number.setdefault(of, []).append(version if of == version.number else replace(version, number=of))
    of_statement: dict[int, list[Annotation]] = {}
    for each in decisions:
        of_statement.setdefault(each.annotation.statement, []).append(each.annotation)
    statements = tuple(
        OfficialStatement(
            number=number,
            versions=tuple(sorted(by_number[number], key=lambda version: version.entry)),
            annotations=tuple(of_statement.get(number, ())),
        )
        for number in sorted(by_number)
    )
    return _Whole(statements, decisions, steps)


def _under(annotation: Annotation, roots: Mapping[int, int]) -> Annotation:
    return replace(annotation, statement=roots[annotation.statement])


def _took_place(later: Annotation) -> Undone:
    return Undone(entry=later.entry, recorded_at=later.recorded_at, by=later.by, reason_code=DECIDED_ANEW)
