"""What is never kept in a humanitarian instance: any text → the rules that it meets, said without a word of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from trucewatch.messages import Message


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule. why: what is said to whoever brought the text; definition: the rule in words that can be read."""

    name: str
    why: Message
    definition: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """A text meets a rule; nothing of the text is in it. rule: a name in RULES."""

    rule: str
    why: Message


RULES: Mapping[str, Rule] = {}


def refusals(text: str) -> tuple[Refusal, ...]:
    """The rules that a text meets, each once, in the order of RULES; empty for a text that may be kept."""
    return ()


def refusals_of_row(texts: Iterable[str]) -> tuple[Refusal, ...]:
    """The same of several fields of one row: what is split over two of them is seen too."""
    return ()
