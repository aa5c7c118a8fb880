"""What a watch knows that statements may speak of, made ready for matching: clauses, instruments, bodies, parties,
places with all their spellings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from trucewatch.model.lexicon import LexiconFile

_NO_LEXICON = LexiconFile(schema=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownNames:
    """Empty for a statement that is looked at without a watch: then topics, values and words alone are found.

    clauses: parts of clauses and numbers of provisions → themselves and the provision. instruments, bodies, parties:
    id → every way to write it. places: id → every spelling in every language, of one place alone. signed: instrument →
    the days by which people call it ("the November 9 statement").
    """

    clauses: frozenset[str] = frozenset()
    instruments: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    signed: Mapping[str, tuple[date, ...]] = field(default_factory=dict)
    bodies: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    parties: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    places: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    lexicon: LexiconFile = _NO_LEXICON
