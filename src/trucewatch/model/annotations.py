"""What was said in a statement, held to the very words: offered by a rule, then decided by a person.

Nothing that a rule offers is on record; what a person accepts, changes or adds is, with the words that carry it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final, Literal, get_args

from trucewatch.messages import Message
from trucewatch.model.ids import short_id
from trucewatch.model.statements import Part

Kind = Literal[
    "provision",
    "reading",
    "commitment",
    "claim",
    "denial",
    "reaffirmation",
    "questioning",
    "body",
    "initiative",
    "proposal",
]
KINDS: Final[tuple[Kind, ...]] = get_args(Kind)
KIND_WORDS: Final[Mapping[Kind, Message]] = {
    "provision": Message("Clause spoken about"),
    "reading": Message("Reading of a clause"),
    "commitment": Message("Commitment"),
    "claim": Message("Claim of fact"),
    "denial": Message("Denial"),
    "reaffirmation": Message("Reaffirms an instrument"),
    "questioning": Message("Questions an instrument"),
    "body": Message("Body spoken about"),
    "initiative": Message("Initiative spoken about"),
    "proposal": Message("Proposal"),
}
OFFERED_IN: Final[Mapping[Kind, tuple[str, ...]]] = {
    kind: ("en", "ru") if kind in ("reading", "commitment", "claim", "denial") else ("*",) for kind in KINDS
}
"""Languages in which a kind is offered; "*": all whose structure is read. Elsewhere it is *not offered*, and the
page says so."""
ASSERTS: Final = frozenset({"reading", "commitment", "claim", "denial"})
"""Kinds that are somebody's own word. What an asker takes for granted is nobody's: none of these is offered there."""
Bound = Literal["", "by", "before", "on", "within"]
Hedge = Literal["", "more_than", "at_least", "at_most", "less_than", "about", "almost"]
Decision = Literal["accepted", "changed", "rejected", "added"]
DECISIONS: Final[tuple[Decision, ...]] = get_args(Decision)


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """Characters of one paragraph, [start, end)."""

    paragraph: str
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """A date, a number or a place within the words. value: ISO 8601 day or month, a decimal number, the id of a place
    (else the words themselves); start and end count in the paragraph. A day without a year is "--05-02". hedge: what
    the words make of a number, "more than 48,000"."""

    kind: Literal["date", "number", "place"]
    start: int
    end: int
    text: str
    value: str
    unit: str = ""
    hedge: Hedge = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """One thing that was said, with the words that carry it.

    speaker: id of who speaks in that turn; "" for an asker. attributed_to: whose words the speaker reports, as written;
    empty for the speaker's own. about: parts of clauses, provisions, instruments, bodies. who, to: ids of parties and
    bodies, else as written. by_day with by_bound: the day that the words name; `by_words` these words. is_soft: "try
    to", "hope", "стремиться". rule: which rule offers it ("en.commitment.will"), "" by hand; `trigger`: the words that
    the rule saw. people: names of persons within the words.
    """

    kind: Kind
    span: Span
    words: str
    part: Part
    exchange: int = 0
    speaker: str = ""
    attributed_to: tuple[str, ...] = ()
    about: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    who: tuple[str, ...] = ()
    to: tuple[str, ...] = ()
    by_day: date | None = None
    by_bound: Bound = ""
    by_words: str = ""
    is_soft: bool = False
    values: tuple[Value, ...] = ()
    rule: str = ""
    trigger: tuple[str, ...] = ()
    people: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """The same for the same kind on the same words: what a decision about an offer names."""
        return short_id("q", self.kind, self.span.paragraph, str(self.span.start), self.words)


@dataclass(frozen=True, slots=True, kw_only=True)
class Undone:
    """That a decision was taken back: in which entry, when, by whom (`p-…`), why (`w-…` or a code)."""

    entry: int
    recorded_at: datetime
    by: str
    reason: str = ""
    reason_code: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Annotation:
    """What a person decided of one thing that was said.

    number: counts over the watch, `A-12`. statement, language, version: of which copy. said: as it stands after the
    decision; words that were erased are "". offer: the key of what was offered, "" if it was added by hand. may_leave:
    whether it may be released though it names persons. leads_to: `U-3`, or the entry of a reading.
    """

    number: int
    statement: int
    language: str
    version: int
    decision: Decision
    passage: Passage
    offer: str = ""
    note: str = ""
    may_leave: bool = False
    leads_to: str = ""
    entry: int
    recorded_at: datetime
    known_at: datetime
    by: str
    references: Mapping[str, str]
    undone: Undone | None = None

    @property
    def code(self) -> str:
        return f"A-{self.number}"

    @property
    def stands(self) -> bool:
        """Whether it says that this was said: decided so, and not taken back."""
        return self.undone is None and self.decision != "rejected"


def passage_document(passage: Passage) -> dict[str, Any]:
    """What was said, as a mapping with nothing left out, for programs."""
    return {
        "key": passage.key,
        "kind": passage.kind,
        "paragraph": passage.span.paragraph,
        "start": passage.span.start,
        "end": passage.span.end,
        "words": passage.words,
        "part": passage.part,
        "exchange": passage.exchange,
        "speaker": passage.speaker or None,
        "attributed_to": list(passage.attributed_to),
        "about": list(passage.about),
        "topics": list(passage.topics),
        "who": list(passage.who),
        "to": list(passage.to),
        "by_day": passage.by_day.isoformat() if passage.by_day else None,
        "by_bound": passage.by_bound or None,
        "by_words": passage.by_words or None,
        "soft": passage.is_soft,
        "values": [
            {
                "kind": value.kind,
                "start": value.start,
                "end": value.end,
                "text": value.text,
                "value": value.value,
                "unit": value.unit or None,
            }
            | ({"hedge": value.hedge} if value.hedge else {})
            for value in passage.values
        ],
        "rule": passage.rule or None,
        "trigger": list(passage.trigger),
        "people": list(passage.people),
    }
