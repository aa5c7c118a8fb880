"""The list of official statements: what stands in it by a moment, which of it is asked for, a page at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from trucewatch.errors import StoreError
from trucewatch.messages import Message
from trucewatch.model.annotations import Annotation
from trucewatch.model.statement_record import Heading, OfficialStatement, StatementVersion
from trucewatch.store import Store
from trucewatch.store.statement_records import heading_at, official_statements, statement_numbered

ROWS_AT_ONCE: Final = 100
LONGEST_NUMBER: Final = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Which statements a list shall show; empty for all. kind: of the statement. words: in titles."""

    voice: str = ""
    clause: str = ""
    language: str = ""
    kind: str = ""
    words: str = ""

    @property
    def is_narrow(self) -> bool:
        return any((self.voice, self.clause, self.language, self.kind, self.words))


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A statement as the list shows it, by its latest version. heading: None where it was erased. offered: how many of
    the offers nobody decided; None where they were not worked out. decided: decisions that were not taken back."""

    statement: OfficialStatement
    version: StatementVersion
    heading: Heading | None
    decided: int
    offered: int | None

    @property
    def day(self) -> date | None:
        return self.version.day


def statements_known(store: Store, at: datetime) -> Iterator[OfficialStatement]:
    """Every statement of which a version stands that was known by a moment, with those versions alone."""
    for statement in official_statements(store):
        if lexis := known_by(statement, at):
            yield lexis


def known_by(statement: OfficialStatement, at: datetime) -> OfficialStatement | None:
    """The same with what was known of it by a moment; None if nothing that stands was."""
    versions = tuple(each for each in statement.versions if each.known_at <= at)
    if not any(each.stands for each in versions):
        return None
    if len(versions) == len(statement.versions):
        return statement
    annotations = tuple(each for each in statement.annotations if each.known_at <= at)
    return OfficialStatement(number=statement.number, versions=versions, annotations=annotations)


def statement_at(store: Store, code: str) -> OfficialStatement:
    """A statement by its number, `S-7` or `7`. Raises StoreError if there is none."""
    number = number_of_code(code)
    if number is None:
        raise StoreError(Message("there is no statement {code}; the list has those there are", code=code[:20]))
    return statement_numbered(store, number)


def number_of_code(code: str) -> int | None:
    """
    >>> number_of_code(" s-7 "), number_of_code("7"), number_of_code("seven")
    (7, 7, None)
    """
    digits = code.strip().upper().removeprefix("S-")
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) <= LONGEST_NUMBER else None


def rows_of(
    store: Store,
    at: datetime,
    asked: Asked,
    clauses: Callable[[str], frozenset[str]],
    offered: Callable[[StatementVersion], frozenset[str] | None],
) -> list[Row]:
    """The list, the newest day first, those without a day last. clauses: of the one asked for every name that means it;
    offered: the keys of what is offered of a version, None where that is not worked out."""
    words = asked.words.casefold().split()
    wanted = clauses(asked.clause) if asked.clause else frozenset()
    rows = []
    for statement in statements_known(store, at):
        version = statement.latest(asked.language)
        if version is None or (asked.kind and version.kind != asked.kind):
            continue
        if asked.voice and version.voice != asked.voice:
            continue
        if wanted and not any(wanted & set(each.passage.about) for each in statement.annotations if each.stands):
            continue
        heading = heading_at(store, version)
        title = heading.title.casefold() if heading else ""
        if not all(word in title for word in words):
            continue
        rows.append(_row(statement, version, heading, offered(version)))
    return sorted(rows, key=lambda row: (row.day or date.min, row.statement.number), reverse=True)


def standing_on(annotations: Iterable[Annotation], version: StatementVersion) -> list[Annotation]:
    """The decisions on a version that were not taken back, rejections among them."""
    copy = (version.language, version.version)
    return [each for each in annotations if each.undone is None and (each.language, each.version) == copy]


def _row(
    statement: OfficialStatement, version: StatementVersion, heading: Heading | None, keys: frozenset[str] | None
) -> Row:
    decided = {each.offer for each in standing_on(statement.annotations, version)}
    return Row(
        statement=statement,
        version=version,
        heading=heading,
        decided=sum(1 for each in statement.annotations if each.undone is None),
        offered=None if keys is None else len(keys - decided),
    )
