"""What people accepted as said of a clause, from every statement that is known by a moment, in the order of the days.

Nothing that a rule offers and nobody decided is in it; how much of that there is, is counted apart.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from trucewatch.desks.declaring.operations import standing_on, statements_known
from trucewatch.model.annotations import Annotation, Passage
from trucewatch.model.statement_record import OfficialStatement, StatementVersion, later_version
from trucewatch.model.watch import Watch
from trucewatch.store import Store
from trucewatch.store.statement_records import heading_at, version_of, words_of

MOST_LOOKED_THROUGH: Final = 40
"""Copies whose offers are worked out for one page: that takes up to 20 ms each."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClauseLine:
    """One thing that was said. day: of the statement, None where it names none. speaker, office: as the statement has
    them, "" for an asker and where the text was erased. zone: as the statement states it or as it was assumed."""

    statement: OfficialStatement
    version: StatementVersion
    annotation: Annotation
    title: str
    day: date | None
    speaker: str
    office: str
    zone: str
    later_version: int = 0

    @property
    def passage(self) -> Passage:
        return self.annotation.passage

    @property
    def address(self) -> str:
        """The paragraph in the reader, where its words stand."""
        place = f"language={self.version.language}&version={self.version.version}#{self.passage.span.paragraph}"
        return f"/statements/{self.statement.code}?{place}"


@dataclass(frozen=True, slots=True, kw_only=True)
class ClauseHistory:
    """lines: in the order of the days, those without one last. statements: all that were known by then."""

    lines: tuple[ClauseLine, ...]
    statements: tuple[OfficialStatement, ...]


def clauses_in(watch: Watch) -> frozenset[str]:
    """Whatever may be spoken about: parts of clauses, provisions, instruments, bodies."""
    agreement = watch.agreement
    return frozenset(
        (
            *(part.id for _, part in agreement.stipulations()),
            *(each.number for each in agreement.provision),
            *(each.id for each in agreement.instrument),
            *(each.id for each in agreement.body),
        )
    )


def names_of_clause(watch: Watch, name: str) -> frozenset[str]:
    """Every name by which a decision may mean it: of a part its own and its provision's, of a provision its own and
    those of its parts."""
    pairs = [(provision.number, part.id) for provision, part in watch.agreement.stipulations()]
    parts = {part for number, part in pairs if number == name}
    whole = {number for number, part in pairs if part == name}
    return frozenset({name} | parts | whole)


def clause_history(store: Store, at: datetime, names: Collection[str]) -> ClauseHistory:
    """What stands of what was said about one of these, by what was known at a moment."""
    wanted = frozenset(names)
    statements = tuple(statements_known(store, at))
    lines = [
        line
        for statement in statements
        for each in statement.annotations
        if each.stands and each.known_at <= at and not wanted.isdisjoint(each.passage.about)
        for line in _line(store, statement, each, at)
    ]
    return ClauseHistory(
        lines=tuple(
            sorted(
                lines,
                key=lambda line: (
                    line.day is None,
                    line.day or date.max,
                    line.statement.number,
                    line.version.language,
                    line.annotation.number,
                ),
            )
        ),
        statements=statements,
    )


def undecided_of(
    history: ClauseHistory, names: Collection[str], offers: Callable[[StatementVersion], Collection[Passage]]
) -> tuple[int, int]:
    """How many offers about one of these nobody decided, in the latest version of each copy; and how many copies were
    not looked through: of many statements the last ones are."""
    wanted = frozenset(names)
    count = looked = left = 0
    for statement in reversed(history.statements):
        for language in statement.languages:
            version = statement.latest(language)
            if version is None:
                continue
            if looked >= MOST_LOOKED_THROUGH:
                left += 1
                continue
            looked += 1
            decided = {each.offer for each in standing_on(statement.annotations, version)}
            count += sum(not wanted.isdisjoint(offer.about) and offer.key not in decided for offer in offers(version))
    return count, left


def _line(store: Store, statement: OfficialStatement, annotation: Annotation, at: datetime) -> Iterator[ClauseLine]:
    version = version_of(statement, annotation.language, annotation.version)
    heading, text = heading_at(store, version), words_of(store, version)
    speaker = text.speaker(annotation.passage.speaker) if text else None
    yield ClauseLine(
        statement=statement,
        version=version,
        annotation=annotation,
        title=heading.title if heading else "",
        day=version.day,
        speaker=speaker.name if speaker else "",
        office=speaker.role if speaker else "",
        zone=(text.zone or text.zone_assumed or "") if text else "",
        later_version=later_version(statement, version.language, version.version, at),
    )
