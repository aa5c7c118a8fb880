"""The quorum rule of a watch, `[quorum]` of watch.toml: which acts need somebody of every delegation, and who has
agreed so far."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Final, Literal

from trucewatch.model.roles import Role

Needs = Literal["one", "one_head", "each_delegation", "each_head"]
"""one: whoever has the right. one_head: a head, of whichever delegation. each_delegation: an officer or head of every
delegation. each_head: the head of every delegation."""
NEEDS: Final[tuple[Needs, ...]] = ("one", "one_head", "each_delegation", "each_head")
QuorumAct = Literal["release", "reading", "reply", "opening", "decision"]
"""What the rule is of: a report issued or a file given out, a reading admitted, a reply to a complaint sent, an answer
about the opening of a link released, something let out beside the rules of recipients."""


@dataclass(frozen=True, slots=True, kw_only=True)
class QuorumRule:
    """What a watch declared. Without accounts it cannot be held, and pages say so."""

    __pydantic_config__: ClassVar[dict[str, Any]] = {"extra": "forbid"}
    release: Needs = "one_head"
    reading: Needs = "each_head"
    reply: Needs = "each_delegation"

    def needs(self, act: QuorumAct) -> Needs:
        """What an act needs. An answer about an opening, and whatever leaves beside the rules, needs the head of every
        delegation in every watch; no file changes that."""
        if act in ("opening", "decision"):
            return "each_head"
        needs: Needs = getattr(self, act)
        return needs


@dataclass(frozen=True, slots=True, kw_only=True)
class Assent:
    """That somebody agreed to one version of something, for their delegation.

    subject: what it is of, `reply:C-3:2` (act, what, version); another version needs another assent. side: the
    delegation; "" for the one person of a watch without accounts. taken_back: whether it was, later.
    """

    subject: str
    person: str
    side: str
    role: Role | Literal[""]
    entry: int
    recorded_at: datetime
    taken_back: bool = False
    known_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class QuorumStanding:
    """How far something is agreed. missing: delegations from which somebody is still to agree; ("",) where anybody's
    word is missing."""

    needs: Needs
    agreed: tuple[Assent, ...]
    missing: tuple[str, ...]

    @property
    def is_reached(self) -> bool:
        return not self.missing


def standing(needs: Needs, assents: Iterable[Assent], delegations: Collection[str]) -> QuorumStanding:
    """How far an act is agreed under a rule. Somebody who worked for two delegations, one after the other, has one
    word: the first.

    >>> standing("each_head", [], ("NI", "SI")).missing
    ('NI', 'SI')
    """
    agreed = tuple(assent for assent in assents if not assent.taken_back)
    first: dict[str, str] = {}
    for assent in sorted(agreed, key=lambda each: (each.entry, each.side)):
        first.setdefault(assent.person, assent.side)
    agreed = tuple(assent for assent in agreed if first[assent.person] == assent.side)
    if needs in ("one_head", "each_head"):
        counting = tuple(assent for assent in agreed if assent.role == Role.HEAD)
    else:
        counting = agreed
    if needs in ("one", "one_head"):
        return QuorumStanding(needs=needs, agreed=counting, missing=() if counting else ("",))
    sides = {assent.side for assent in counting if assent.role in (Role.HEAD, Role.OFFICER)}
    missing = tuple(sorted(set(delegations) - sides))
    return QuorumStanding(needs=needs, agreed=counting, missing=missing)
