"""The copies of a clause side by side: what is on file of each, what differs between copies in one language, and which
are known but not on file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from trucewatch.locale.sanitize import isolated
from trucewatch.model.clause_copies import CopyOfClause, copies_of
from trucewatch.model.watch import Watch
from trucewatch.model.word_differences import Run, word_differences

MOST_PLACES: Final = 12
"""Differences that a sentence lists; the marks show all."""
LONGEST_VARIANT: Final = 80
"""Characters of one wording in that sentence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CopyBeside:
    """A copy with words on file, cut where other copies in its language differ. No run turns the direction of writing
    of what follows it."""

    copy: CopyOfClause
    runs: tuple[Run, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """How several copies in one language differ, either whole ones or excerpts.

    number: of places that differ. wordings: of the first of them, the different ones in the order of the copies, ""
    for no word. reordered: the same words in another order. too_long: not compared.
    """

    language: str
    whole: bool
    number: int
    wordings: tuple[tuple[str, ...], ...]
    reordered: bool
    too_long: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CopiesBeside:
    """What a page shows of a clause's copies. not_on_file: texts that are known and whose words are not."""

    copies: tuple[CopyBeside, ...]
    not_on_file: tuple[CopyOfClause, ...]
    comparisons: tuple[Compared, ...]
    has_languages: bool
    """Whether words in more than one language are on file; those are not compared."""
    has_both: bool
    """Whether whole copies and excerpts in one language are on file; those are not compared either."""

    def is_whole_in(self, language: str) -> bool:
        """Whether somebody who reads this language can read all the clause's words."""
        return any(beside.copy.whole and beside.copy.language == language for beside in self.copies)


def copies_beside(watch: Watch, of: str, at: datetime, *, instrument: str = "") -> CopiesBeside:
    """The copies that `copies_of` gives, compared. Excerpts are compared with excerpts only, and only where each is
    the only one of its text: two excerpts of one text stand at different places of it."""
    copies = copies_of(watch, of, at, instrument=instrument)
    groups: dict[tuple[str, bool], list[CopyOfClause]] = {}
    for copy in copies:
        if copy.words:
            groups.setdefault((copy.language, copy.whole), []).append(copy)
    runs: dict[int, tuple[Run, ...]] = {}
    comparisons: list[Compared] = []
    for (language, whole), group in groups.items():
        if len(group) < 2 or len({copy.text for copy in group}) < len(group):
            continue
        differences = word_differences(tuple(copy.words for copy in group))
        runs |= {id(copy): own for copy, own in zip(group, differences.runs, strict=True)}
        comparisons.append(
            Compared(
                language=language,
                whole=whole,
                number=len(differences.places),
                wordings=_wordings(differences.variants),
                reordered=differences.reordered,
                too_long=differences.too_long,
            )
        )
    return CopiesBeside(
        copies=tuple(
            CopyBeside(
                copy=copy,
                runs=tuple(Run(isolated(run.text), run.differs) for run in runs.get(id(copy), (Run(copy.words),))),
            )
            for copy in copies
            if copy.words
        ),
        not_on_file=tuple(copy for copy in copies if not copy.words),
        comparisons=tuple(comparisons),
        has_languages=len({language for language, _ in groups}) > 1,
        has_both=any((language, not whole) in groups for language, whole in groups),
    )


def _wordings(variants: Sequence[tuple[str, ...]]) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(_shortened(words) for words in place) for place in variants[:MOST_PLACES])


def _shortened(words: str) -> str:
    flat = " ".join(words.split())
    if len(flat) > LONGEST_VARIANT:
        begun = flat[:LONGEST_VARIANT]
        flat = (begun.rpartition(" ")[0] or begun) + " …"
    return isolated(flat)
