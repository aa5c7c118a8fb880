"""Official statements as a watch has them on record: copies in languages, versions of each, and what was decided of
them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from trucewatch.model.annotations import Annotation, Undone
from trucewatch.model.statements import Kind, Statement


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementVersion:
    """One version of one copy, as it was taken in.

    version: from 1, within its language. voice: whose statement it is (party, body, delegation), "" where nobody said.
    evidence: SHA-256 of the original bytes. references: "heading" and "text" → where the words lie apart (`w-…`).
    """

    number: int
    language: str
    version: int
    kind: Kind
    day: date | None
    voice: str
    evidence: str
    file_name: str
    is_simulated: bool
    entry: int
    recorded_at: datetime
    known_at: datetime
    by: str
    references: Mapping[str, str]
    undone: Undone | None = None

    @property
    def stands(self) -> bool:
        return self.undone is None


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficialStatement:
    """One statement: its versions in the order of their entries, all languages, and what was decided of it."""

    number: int
    versions: tuple[StatementVersion, ...]
    annotations: tuple[Annotation, ...] = ()

    @property
    def code(self) -> str:
        return f"S-{self.number}"

    @property
    def languages(self) -> tuple[str, ...]:
        return tuple(sorted({each.language for each in self.versions if each.stands}))

    def latest(self, language: str = "") -> StatementVersion | None:
        """The last version that stands in a language; of several languages, without one named, the first taken in."""
        standing = [each for each in self.versions if each.stands]
        if not standing:
            return None
        of = language or standing[0].language
        return next((each for each in reversed(standing) if each.language == of), None)


def later_version(statement: OfficialStatement, language: str, version: int, at: datetime) -> int:
    """The last version of a copy that stands and was known by a moment, where it came after this one; else 0."""
    later = [
        each.version
        for each in statement.versions
        if each.stands and each.language == language and each.version > version and each.known_at <= at
    ]
    return max(later, default=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """What a list shows of a version, read from its kept words; `title` is "" where they were erased."""

    title: str
    place: str = ""
    day: date | None = None
    spoken_at: datetime | None = None
    speakers: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    questions: int = 0
    paragraphs: int = 0
    publisher: str = ""


def heading_of(statement: Statement) -> Heading:
    """What a list shows of a statement."""
    return Heading(
        title=statement.title,
        place=statement.place,
        day=statement.day,
        spoken_at=statement.spoken_at,
        speakers=tuple(each.name for each in statement.speakers if not each.is_moderator),
        languages=statement.languages,
        questions=len(statement.exchanges),
        paragraphs=sum(1 for _ in statement.spoken()),
        publisher=statement.publisher,
    )
