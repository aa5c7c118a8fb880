"""Who may do what: roles, which are granted to a person for a time, and the rights that each role carries.

A watch without accounts has one person with every right. What a page or command needs is a right, never a role, so that
what a role carries is said in one place.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from trucewatch.messages import Message, Term


class Role(StrEnum):
    """What a person is in the joint centre or in a humanitarian response centre, or for a party or agency that it
    works with."""

    HEAD = "head"
    OFFICER = "officer"
    SHIFT_LEAD = "shift_lead"
    ANALYST = "analyst"
    INTERPRETER = "interpreter"
    COORDINATOR = "coordinator"
    MEMBER = "member"
    LIAISON = "liaison"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"

    @property
    def label(self) -> Term:
        return _LABELS[self]


class Right(StrEnum):
    """What somebody may do. Every address of the console states the one that it needs."""

    ANYBODY = "anybody"
    """Whoever asks, signed in or not: the page to sign in."""
    OWN = "own"
    """Whoever is signed in: one's own account, how pages look."""
    INSIDE = "inside"
    """Read what the joint centre has."""
    TAKE = "take"
    """Enter what somebody says: a claim, a letter, a file that was handed over."""
    ASSESS = "assess"
    """Change the list by hand, verify, decide what a statement says, draft."""
    TRANSLATE = "translate"
    """Enter a translation of words that are on record."""
    CALL_BACK = "call_back"
    """See who called, how to reach them, and what a picture says of where it was taken."""
    REPLY = "reply"
    """Draft and check replies to what a side brings before the centre, and send those that are agreed."""
    AGREE = "agree"
    """Speak for one's delegation where the quorum rule asks for both."""
    FLASH = "flash"
    """Send an urgent message to both sides, and enter what they answer."""
    SHIFT = "shift"
    """Stand the watch: begin and hand over a shift, its log, its tasks, its line checks, a drill."""
    RELEASE = "release"
    """Let something leave: issue a report, name a receiver, give a file out."""
    ADMIT = "admit"
    """Enter what the agreement is taken to say: readings, instruments, notices, decisions."""
    AID = "aid"
    """Enter and change what one's organisation states in a humanitarian instance."""
    COORDINATE = "coordinate"
    """In a humanitarian instance, for all: match, send, decide."""
    LIAISE = "liaise"
    """What is released to one's recipient, one's own letters and messages."""
    PEOPLE = "people"
    """Accounts and roles."""
    KEEP = "keep"
    """Keys, copies, programs' tokens, other watches on this machine."""
    AUDIT = "audit"
    """Who read, exported or took what."""


EVERY: Final = frozenset(Right)
"""What the one person has on whose computer a watch without accounts is."""
SEES_NUMBERS: Final = (Right.SHIFT, Right.FLASH, Right.CALL_BACK)
"""Whoever has one of these sees the numbers of the directory; everybody else inside sees its functions and when each
was tested."""
KEEPS_DIRECTORY: Final = (Right.SHIFT, Right.COORDINATE)
"""Whoever has one of these enters functions with their numbers, and what came of a line check."""
_INSIDE: Final = frozenset((Right.ANYBODY, Right.OWN, Right.INSIDE))
RIGHTS: Final[Mapping[Role, frozenset[Right]]] = {
    Role.HEAD: _INSIDE
    | {
        Right.TAKE,
        Right.ASSESS,
        Right.CALL_BACK,
        Right.REPLY,
        Right.FLASH,
        Right.SHIFT,
        Right.AGREE,
        Right.RELEASE,
        Right.ADMIT,
        Right.AUDIT,
    },
    Role.OFFICER: _INSIDE
    | {
        Right.TAKE,
        Right.ASSESS,
        Right.TRANSLATE,
        Right.CALL_BACK,
        Right.REPLY,
        Right.FLASH,
        Right.SHIFT,
        Right.AGREE,
    },
    Role.SHIFT_LEAD: _INSIDE | {Right.TAKE, Right.ASSESS, Right.CALL_BACK, Right.REPLY, Right.FLASH, Right.SHIFT},
    Role.ANALYST: _INSIDE | {Right.TAKE, Right.ASSESS},
    Role.INTERPRETER: _INSIDE | {Right.TRANSLATE},
    Role.COORDINATOR: _INSIDE | {Right.AID, Right.COORDINATE, Right.CALL_BACK, Right.RELEASE, Right.ADMIT},
    Role.MEMBER: _INSIDE | {Right.AID},
    Role.LIAISON: frozenset((Right.ANYBODY, Right.OWN, Right.LIAISE)),
    Role.AUDITOR: _INSIDE | {Right.AUDIT},
    Role.ADMINISTRATOR: frozenset((Right.ANYBODY, Right.OWN, Right.PEOPLE, Right.KEEP)),
}
OF_A_DELEGATION: Final = frozenset((Role.HEAD, Role.OFFICER, Role.SHIFT_LEAD, Role.ANALYST, Role.INTERPRETER))
"""Roles that are held for a delegation: a grant names which."""
OF_AN_ORGANISATION: Final = frozenset((Role.MEMBER,))
"""Roles that are held for an organisation of `humanitarian.toml`: a grant's `side` is its id."""
OF_BOTH_KINDS: Final = frozenset((Role.LIAISON, Role.AUDITOR, Role.ADMINISTRATOR))
OF_HUMANITARIANS: Final = frozenset((Role.COORDINATOR, Role.MEMBER))
ALONE: Final = frozenset((Role.LIAISON, Role.AUDITOR, Role.ADMINISTRATOR))
"""Roles that nobody holds beside another one: whoever keeps the machine or checks the others takes no part, and whoever
speaks for a party is no part of the centre."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """A role that a person has for a time, `[from_at, until_at)`.

    person: a reference `p-…`. side: the delegation for which it is held; of a member the organisation; of a liaison the
    party, delegation or recipient for which they speak; "" for none. entry: of the ledger. ended_at: when it was taken
    back before its time.
    """

    person: str
    role: Role
    side: str
    from_at: datetime
    until_at: datetime
    by: str
    entry: int
    recorded_at: datetime
    ended_at: datetime | None = None

    def is_held(self, now: datetime) -> bool:
        """Whether it is held at a moment of the computer's clock: a role is of people who work today, also on a past
        case."""
        return self.from_at <= now < self.until_at and (self.ended_at is None or now < self.ended_at)


def roles_of(kind: str) -> tuple[Role, ...]:
    """The roles that can be granted in a watch of this kind, "centre" or "humanitarian".

    >>> Role.HEAD in roles_of("humanitarian"), Role.COORDINATOR in roles_of("humanitarian")
    (False, True)
    """
    if kind == "humanitarian":
        return tuple(role for role in Role if role in OF_HUMANITARIANS | OF_BOTH_KINDS)
    return tuple(role for role in Role if role not in OF_HUMANITARIANS)


def rights_of(roles: Iterable[Role]) -> frozenset[Right]:
    """What somebody may do who holds these roles; whoever holds none may sign in and see that it is so.

    >>> Right.RELEASE in rights_of([Role.OFFICER])
    False
    """
    rights = frozenset((Right.ANYBODY, Right.OWN))
    return rights.union(*(RIGHTS[role] for role in roles))


def cannot_stand_beside(role: Role, others: Iterable[Role]) -> Message | None:
    """Why a role cannot be held beside those that somebody holds; None where it can."""
    others = frozenset(others) - {role}
    clash = next((each for each in sorted(others) if role in ALONE or each in ALONE), None)
    if clash is None:
        return None
    return Message(
        "nobody is {role} and {other} at once: whoever keeps the machine, checks the others or speaks for a side takes "
        "no other part. End that role first",
        role=role.label,
        other=clash.label,
    )


_LABELS: Final[Mapping[Role, Term]] = {
    Role.HEAD: Term("role", "head of a delegation"),
    Role.OFFICER: Term("role", "officer of a delegation"),
    Role.SHIFT_LEAD: Term("role", "shift lead"),
    Role.ANALYST: Term("role", "analyst"),
    Role.INTERPRETER: Term("role", "interpreter"),
    Role.COORDINATOR: Term("role", "coordinator"),
    Role.MEMBER: Term("role", "member of an organisation"),
    Role.LIAISON: Term("role", "liaison"),
    Role.AUDITOR: Term("role", "auditor"),
    Role.ADMINISTRATOR: Term("role", "administrator"),
}
