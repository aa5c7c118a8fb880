"""What the quorum rule of a watch asks before something counts: how far it is agreed, and how somebody agrees.

A subject is `release:d-…:4`: the act, what it is of, and its version, so that whatever was changed is agreed anew.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final, get_args

from trucewatch.errors import StoreError
from trucewatch.messages import Message, Term
from trucewatch.model.quorum import Assent, Needs, QuorumAct, QuorumStanding, standing
from trucewatch.model.roles import Right, Role
from trucewatch.server.person import Person
from trucewatch.server.refusal import RefusalError
from trucewatch.server.rights import NOT_YOURS
from trucewatch.server.view import View
from trucewatch.store.assent_records import assents_of, enter_assent, take_back_assent
from trucewatch.store.journal import Entry

RULES: Final[dict[Needs, Message]] = {
    "one": Message("By the rule of this watch one person does it."),
    "one_head": Message("By the rule of this watch a head of delegation agrees first."),
    "each_delegation": Message(
        "By the rule of this watch somebody of each delegation agrees first: its head or an officer."
    ),
    "each_head": Message("By the rule of this watch the head of each delegation agrees first."),
}
_TITLES: Final[dict[QuorumAct, Message]] = {
    "release": Message("Agreed by"),
    "reading": Message("Who lets it hold an assessment back"),
    "reply": Message("Agreed by"),
    "opening": Message("Agreed by"),
    "decision": Message("Agreed by"),
}
_AGREES: Final[dict[QuorumAct, Message]] = {
    "release": Message("Agree to it as it stands here"),
    "reading": Message("Let it hold an assessment back"),
    "reply": Message("Agree to it as it stands here"),
    "opening": Message("Agree to it as it stands here"),
    "decision": Message("Agree to it as it stands here"),
}
"""What the button says. Who lets a reading hold something back does not agree with the reading."""
_DOES: Final[dict[QuorumAct, Right]] = {
    "release": Right.RELEASE,
    "reading": Right.ADMIT,
    "reply": Right.REPLY,
    "opening": Right.RELEASE,
    "decision": Right.RELEASE,
}
CHANGED: Final = Message("It was changed since you looked at it. Look at it as it is now, and agree to that.")
NOT_AGREED: Final = Message(
    "It is not agreed by everybody whom the rule of this watch asks; the page says who is missing."
)

NOT_ALONE: Final = Message(
    "By the rule of this watch every delegation agrees before anything leaves, and this file cannot be put to them. "
    "Issue a report to this recipient instead: its page asks whom the rule asks."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreed:
    """One word of a delegation, as a page shows it."""

    side: str
    role: Term | str
    at: datetime
    entry: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreeing:
    """For `agreeing.html.jinja`. action: where agreeing is sent; taking it back to `{action}/undo`. of: the hash of
    what is looked at."""

    title: Message
    rule: Message
    agrees: Message
    agreed: tuple[Agreed, ...]
    missing: tuple[str, ...]
    of_heads: bool
    may_agree: bool
    has_agreed: bool
    waits_for_others: bool
    """Whether somebody else's word is missing, so that whoever looks cannot do the act yet."""
    is_held: bool
    action: str
    of: str


def check_leaves_alone(view: View) -> None:
    """Before a file leaves that cannot be agreed to. Raises StoreError where the rule asks every delegation."""
    if alone_trouble(view) is not None:
        raise StoreError(NOT_ALONE)


def alone_trouble(view: View) -> Message | None:
    """Why such a file cannot leave; None where it can."""
    is_of_all = view.watch.settings.quorum.release in ("each_delegation", "each_head")
    return NOT_ALONE if view.person is not None and is_of_all else None


def agreement_of(view: View, subject: str, act: QuorumAct, of: str = "") -> QuorumStanding:
    """How far something is agreed. Where there are no accounts nothing is missing: one person acts. of: the hash of its
    content; then only assents to that count."""
    needs = view.watch.settings.quorum.needs(act)
    if view.person is None:
        return QuorumStanding(needs=needs, agreed=(), missing=())
    return standing(needs, assents_of(view.console.store, subject, of), view.watch.delegation_ids)


def agree(view: View, subject: str, of: str = "", *, seen: str | None = None) -> Entry:
    """Enter that whoever asks agrees, for their delegation. seen: the hash of what they looked at.

    Raises RefusalError 403 for who has no say by the rule, StoreError where their delegation agreed already, or where
    what they looked at was changed since.
    """
    if seen is not None and seen != of:
        raise StoreError(CHANGED)
    view.refuse_in_replay()
    if view.person is None:
        raise StoreError(Message("There are no accounts here: nobody else is asked, and nothing was entered."))
    voices = _voices(view, view.person, subject)
    if not voices:
        raise RefusalError(403, NOT_YOURS)
    stands = {each.side for each in agreement_of(view, subject, act_of(subject), of).agreed}
    side, role = next((voice for voice in voices if voice[0] not in stands), voices[0])
    return enter_assent(view.console.store, subject, person=view.by, side=side, role=role, now=view.clock, of=of)


def no_longer_agree(view: View, subject: str) -> Entry:
    """Take back what whoever asks agreed to. Raises StoreError where nothing of theirs stands."""
    view.refuse_in_replay()
    return take_back_assent(view.console.store, subject, person=view.by, now=view.clock)


def hold_rule(view: View, subject: str, of: str = "") -> None:
    """Before an act that the rule is of. Whoever does it agrees by doing it, which is entered where it alone was
    missing. Raises StoreError where others are missing still."""
    act = act_of(subject)
    now = agreement_of(view, subject, act, of)
    if now.is_reached or view.person is None:
        return
    if _waits_for_others(view, subject, now):
        raise StoreError(NOT_AGREED)
    agree(view, subject, of)


def agreeing_of(view: View, subject: str, of: str = "", *, action: str, is_open: bool = True) -> Agreeing:
    """What a page shows of it. is_open: whether it can still be agreed to; not once it has gone out."""
    now = agreement_of(view, subject, act_of(subject), of)
    voices = _voices(view, view.person, subject) if view.person else ()
    stands = {each.side for each in now.agreed}
    return Agreeing(
        title=_TITLES[act_of(subject)],
        rule=RULES[now.needs],
        agrees=_AGREES[act_of(subject)],
        agreed=tuple(
            Agreed(side=each.side, role=each.role.label if each.role else "", at=each.recorded_at, entry=each.entry)
            for each in now.agreed
        ),
        missing=now.missing,
        of_heads=now.needs in ("one_head", "each_head"),
        may_agree=is_open and not now.is_reached and any(side not in stands for side, _ in voices),
        waits_for_others=_waits_for_others(view, subject, now),
        has_agreed=is_open and any(each.person == view.by for each in now.agreed),
        is_held=view.person is not None,
        action=action,
        of=of,
    )


def _waits_for_others(view: View, subject: str, now: QuorumStanding) -> bool:
    """Whether the own word of whoever asks would not be enough."""
    if view.person is None or now.is_reached:
        return False
    stands = {each.side for each in now.agreed}
    own = [
        Assent(subject=subject, person=view.by, side=side, role=role, entry=-1, recorded_at=view.clock)
        for side, role in _voices(view, view.person, subject)
        if side not in stands
    ][:1]
    return not standing(now.needs, (*now.agreed, *own), view.watch.delegation_ids).is_reached


def act_of(subject: str) -> QuorumAct:
    """The act that a subject begins with. Raises StoreError for one that no rule is of."""
    word = subject.partition(":")[0]
    for act in get_args(QuorumAct):
        if act == word:
            return act  # type: ignore[no-any-return]
    raise StoreError(Message('no rule is of "{subject}"; nothing was entered', subject=subject[:60]))


def _voices(view: View, person: Person, subject: str) -> tuple[tuple[str, Role], ...]:
    """For which delegations of the watch somebody has a say in this, and as what: as a head before as an officer."""
    act = act_of(subject)
    needs = view.watch.settings.quorum.needs(act)
    roles: tuple[Role, ...] = (Role.HEAD,)
    if needs == "one":
        roles = (Role.HEAD, Role.OFFICER, Role.SHIFT_LEAD) if _DOES[act] in person.rights else ()
    elif needs == "each_delegation":
        roles = (Role.HEAD, Role.OFFICER)
    held = {
        side: role for role in reversed(roles) for side in person.sides_as(role) if side in view.watch.delegation_ids
    }
    return tuple(sorted(held.items()))
