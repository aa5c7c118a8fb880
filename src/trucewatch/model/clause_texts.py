"""A published copy of an instrument's own words, as far as its licence lets them stand here. Field names are those of
`texts/ID.toml`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar, Literal

_STRICT: dict[str, Any] = {"extra": "forbid"}


@dataclass(frozen=True, slots=True, kw_only=True)
class ClauseText:
    """The words of one clause in a copy. of: the id of a part of a clause, or the number of a clause."""

    __pydantic_config__: ClassVar[dict[str, Any]] = _STRICT
    of: str
    words: str
    whole: bool = True
    """Whether these are all its words; else they are an excerpt, and the rest is not on file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CopyOfText:
    """What is on file of one text of `agreement.toml`: by whom it was published, when, and its clauses' words."""

    __pydantic_config__: ClassVar[dict[str, Any]] = _STRICT
    schema: Literal[1]
    text: str
    publisher: str
    published: date
    """The day that the copy bears, in its publisher's own zone of time."""
    licence: str
    """By what right the words may stand here and be passed on, in words."""
    source: str = ""
    clause: tuple[ClauseText, ...] = ()
