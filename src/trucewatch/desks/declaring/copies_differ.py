"""In how many paragraphs a copy of a statement differs from its copies in other languages, for the reader's margin."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from trucewatch.annotation.alignment import align
from trucewatch.annotation.differences import compare
from trucewatch.annotation.known_names import KnownNames
from trucewatch.desks.declaring.offers import names_here
from trucewatch.model.statement_record import OfficialStatement, StatementVersion
from trucewatch.model.statements import Statement
from trucewatch.model.watch import Watch
from trucewatch.store import Store
from trucewatch.store.statement_records import words_of

MOST_KEPT: Final = 256
MOST_PARAGRAPHS: Final = 600
"""Of both copies together; of longer ones the page of the two says it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CopyBeside:
    """differing: of `every` pairs of paragraphs those in which a rule flags a difference."""

    language: str
    differing: int
    every: int


@dataclass(slots=True)
class _Counts:
    """What was counted, by where the two texts lie, while the names that the watch knows stay."""

    names: KnownNames | None = None
    by_references: OrderedDict[tuple[str, str], tuple[int, int]] = field(default_factory=OrderedDict)


def copies_beside(
    store: Store, watch: Watch, statement: OfficialStatement, version: StatementVersion, text: Statement
) -> Iterator[CopyBeside]:
    """Each other language whose latest copy differs; none for a version that is not the latest of its language."""
    latest = statement.latest(version.language)
    if latest is None or latest.entry != version.entry:
        return
    names = names_here(store, watch)
    counts = store.memory.of(_Counts)
    if counts.names is not names:
        counts.names = names
        counts.by_references.clear()
    for language in statement.languages:
        other = statement.latest(language)
        if language == version.language or other is None:
            continue
        references = version.references.get("text", ""), other.references.get("text", "")
        if references not in counts.by_references:
            counts.by_references[references] = _count(text, words_of(store, other), names)
            while len(counts.by_references) > MOST_KEPT:
                counts.by_references.popitem(last=False)
        differing, every = counts.by_references[references]
        if differing:
            yield CopyBeside(language=language, differing=differing, every=every)


def _count(first: Statement, second: Statement | None, names: KnownNames) -> tuple[int, int]:
    """Pairs that differ and pairs in all; (0, 0) for copies that are not compared."""
    if second is None or sum(1 for each in (first, second) for _ in each.spoken()) > MOST_PARAGRAPHS:
        return 0, 0
    alignment = align(first, second, names)
    if not alignment.is_aligned:
        return 0, 0
    compared = compare(first, second, alignment, names)
    return len({difference.pair for difference in compared.differences}), len(alignment.pairs)
