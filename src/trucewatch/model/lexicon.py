"""`lexicon.toml`: the words by which statements speak of a watch's clauses, instruments, bodies and parties, by
language.

A pattern is words as they are written, without regard to capitals. `*` at a word's end stands for any ending; `...`
between words for up to six other words of the same sentence: `exchang* ... prisoner*`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal

Words = Mapping[str, tuple[str, ...]]
"""Language → patterns."""
_STRICT: dict[str, Any] = {"extra": "forbid"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """What clauses are about. An id of a topic that the program knows extends it; any other is the watch's own."""

    __pydantic_config__: ClassVar[dict[str, Any]] = _STRICT
    id: str
    about: tuple[str, ...] = ()
    """Parts of clauses, or numbers of provisions."""
    words: Words = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Voice:
    """Who speaks officially for a party, body or delegation: the hosts of its sites, the zone of their clocks, and the
    words that mean it as one who acts ("Baku", "the Azerbaijani side")."""

    __pydantic_config__: ClassVar[dict[str, Any]] = _STRICT
    id: str
    hosts: tuple[str, ...] = ()
    zone: str = ""
    words: Words = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Called:
    """What an instrument or a body is called in speech, beside its names in `agreement.toml`."""

    __pydantic_config__: ClassVar[dict[str, Any]] = _STRICT
    id: str
    words: Words = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class LexiconFile:
    """`lexicon.toml`"""

    __pydantic_config__: ClassVar[dict[str, Any]] = _STRICT
    schema: Literal[1]
    topic: tuple[Topic, ...] = ()
    voice: tuple[Voice, ...] = ()
    instrument: tuple[Called, ...] = ()
    body: tuple[Called, ...] = ()
