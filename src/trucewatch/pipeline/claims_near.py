"""What else is near a claim in day, place or name, and which claims of a letter repeat each other: proposed, joined by
nobody but a person."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from typing import Any, Literal, Protocol

from trucewatch.messages import Message
from trucewatch.model.claim_record import Claim, StatedEvent

NearKind = Literal["claim", "incident", "complaint"]
PairKind = Literal["repeats", "other_side"]


class LetterNear(Protocol):
    """A complaint or letter, as far as it is compared: our number, when it came, its words, whose it is."""

    @property
    def code(self) -> str: ...
    @property
    def received_at(self) -> datetime: ...
    @property
    def words(self) -> str: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Near:
    """Something that may be about the same. code: a claim's, a complaint's, an incident's id. reasons: why, the
    strongest first. at: when it was said to be, or came in."""

    kind: NearKind
    code: str
    reasons: tuple[Message, ...]
    at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimPair:
    """Two claims, by number, that may speak of one event: `repeats` by one speaker, `other_side` by two."""

    kind: PairKind
    first: int
    second: int
    reason: Message


def near(
    event: StatedEvent,
    names: Sequence[str],
    *,
    claims: Sequence[Claim] = (),
    incidents: Sequence[Mapping[str, Any]] = (),
    letters: Sequence[LetterNear] = (),
    words_of: Callable[[Claim], str] | None = None,
    speaker_name: Callable[[Claim], str | Message] | None = None,
    zone: tzinfo = UTC,
    but: int = 0,
) -> tuple[Near, ...]:
    """At most eight things that are near in day, place or name."""
    return ()


def pairs(rows: Sequence[Claim], others: Sequence[Claim] = ()) -> tuple[ClaimPair, ...]:
    """Claims of one letter that repeat each other, and those that pair with the other side's."""
    return ()


def is_ahead(claim: Claim, zone: tzinfo) -> bool:
    """Whether a claim is about a day to come: its time begins after the day on which it came in."""
    when = claim.event.when
    return when is not None and when.start.astimezone(zone).date() > claim.received_at.astimezone(zone).date()


def voices(claims: Sequence[Claim]) -> int:
    """How many voices stand behind claims."""
    return len({claim.speaker.code for claim in claims})
