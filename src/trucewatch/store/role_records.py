"""Roles as the journal holds them: `trucewatch/role-grant/1`, `trucewatch/role-end/1`, and acts on accounts,
`trucewatch/account/1`. A person is a reference; name, login and whatever opens an account lie in `private/`.

Roles run on the computer's clock, also in a watch of a past case: people work today.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final, Literal

from trucewatch.errors import StoreError
from trucewatch.messages import Message
from trucewatch.model.roles import OF_A_DELEGATION, OF_AN_ORGANISATION, Grant, Role, cannot_stand_beside, roles_of
from trucewatch.model.times import as_utc, iso_utc, read_time
from trucewatch.model.watch import Watch
from trucewatch.store.journal import Entry
from trucewatch.store.kind_entries import entries_of_kind, first_recorded_at
from trucewatch.store.store import Store

ACCOUNT: Final = "trucewatch/account/1"
GRANT: Final = "trucewatch/role-grant/1"
END: Final = "trucewatch/role-end/1"
AccountAct = Literal["added", "completed", "reset", "removed"]
LONGEST: Final = timedelta(days=400)
"""For how long a role is granted at most: once a year somebody looks at who still works here."""
REMOVED: Final = "account_removed"
REASONS: Final = {REMOVED: Message("the account was removed")}
"""Reasons that nobody has to type."""
MOST_REASON: Final = 500
_ENTERING: Final = threading.RLock()
"""Held from the look at who holds what until the entry, so that no two heads are granted at once."""


class RoleRefusedError(StoreError):
    """A role cannot be granted or ended so; `field` is that of a form which the sentence is about."""

    def __init__(self, message: Message, field: str = "") -> None:
        super().__init__(message)
        self.field = field


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """That a role was ended before its time: in which entry, when, by whom, why (a reference, or a code of REASONS)."""

    entry: int
    ended_at: datetime
    by: str
    reason: str
    reason_code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptGrant:
    """A grant with its number in the log of grants, which a record of its end names, and that end."""

    number: int
    grant: Grant
    ending: Ending | None = None


@dataclass(slots=True)
class _Read:
    """What was read of the journal when it had so many entries."""

    entries: int = -1
    granted: tuple[KeptGrant, ...] = ()
    grants: tuple[Grant, ...] = field(default=())


def grants_on_record(store: Store) -> tuple[Grant, ...]:
    """Every grant, in the order of the ledger, ended ones among them. Cheap: read anew when the journal has grown."""
    return _read(store).grants


def kept_grants(store: Store) -> tuple[KeptGrant, ...]:
    """The same with their numbers and ends."""
    return _read(store).granted


def accounts_since(store: Store, recorded_by: datetime | None = None) -> datetime | None:
    """When the first account of the watch was completed, from which on everybody signs in; None before. recorded_by: as
    the journal held it then."""
    moments = (
        first_recorded_at(entry.record)
        for entry in entries_of_kind(store, ACCOUNT)
        if entry.record["act"] == "completed"
    )
    first = min(moments, default=None)
    return None if first is not None and recorded_by is not None and first > recorded_by else first


def held_by(grants: Iterable[Grant], person: str, now: datetime) -> tuple[Grant, ...]:
    """The roles that a person holds at a moment."""
    return tuple(grant for grant in grants if grant.person == person and grant.is_held(now))


def administrators(grants: Iterable[Grant], now: datetime) -> frozenset[str]:
    """Who looks after accounts at a moment."""
    return frozenset(grant.person for grant in grants if grant.role is Role.ADMINISTRATOR and grant.is_held(now))


def sides_of(watch: Watch, role: Role) -> tuple[str, ...]:
    """For whom a role may be held in this watch; empty for one that is held for nobody."""
    delegations = tuple(delegation.id for delegation in watch.settings.delegation)
    if role in OF_A_DELEGATION:
        return delegations
    if role in OF_AN_ORGANISATION:
        return tuple(organisation.id for organisation in watch.organisations)
    if role is not Role.LIAISON:
        return ()
    voices = (
        *(party.id for party in watch.agreement.party),
        *delegations,
        *(body.id for body in watch.agreement.body),
    )
    return tuple(dict.fromkeys((*voices, *(recipient.id for recipient in watch.settings.recipient))))


def check_grant(
    store: Store,
    watch: Watch,
    *,
    person: str,
    role: Role,
    side: str,
    from_at: datetime,
    until_at: datetime,
    by: str,
    now: datetime,
) -> None:
    """Raises RoleRefusedError, with the field, for a role that cannot be granted so."""
    grants = grants_on_record(store)
    _check_kind(watch, role)
    _check_side(watch, role, side)
    if role is not Role.ADMINISTRATOR and not administrators(grants, now):
        raise RoleRefusedError(
            Message("Nobody looks after accounts yet: the first role is an administrator's, who grants the others."),
            "role",
        )
    if by == person and administrators(grants, now):
        raise RoleRefusedError(Message("Nobody grants a role to themselves. Ask another administrator."), "role")
    _check_time(from_at, until_at, now)
    coming = Grant(
        person=person,
        role=role,
        side=side,
        from_at=from_at,
        until_at=until_at,
        by=by,
        entry=-1,
        recorded_at=now,
    )
    _check_beside([grant for grant in grants if _overlap(grant, coming)], coming)


def grant_role(
    store: Store,
    watch: Watch,
    *,
    person: str,
    role: Role,
    side: str = "",
    from_at: datetime | None = None,
    until_at: datetime,
    by: str,
    now: datetime,
) -> Entry:
    """Enter that a person holds a role for `[from_at, until_at)`; from now where no beginning is given.

    person, by: references `p-…`. side: a delegation; of a liaison a party, delegation or recipient; "" for none.
    Raises RoleRefusedError as `check_grant`.
    """
    now = _second(now)
    starts, until = _second(from_at or now), _second(until_at)
    with _ENTERING:
        check_grant(store, watch, person=person, role=role, side=side, from_at=starts, until_at=until, by=by, now=now)
        record = {
            "schema": GRANT,
            "number": max((granted.number for granted in kept_grants(store)), default=0) + 1,
            "person": person,
            "role": role.value,
            "side": side,
            "from": iso_utc(starts),
            "until": iso_utc(until),
            "by": by,
            "known_at": iso_utc(now),
        }
        (entry,) = store.commit([record])
        return entry


def end_role(store: Store, entry: int, *, by: str, now: datetime, reason: str = "", reason_code: str = "") -> Entry:
    """Enter that the grant of this entry ends now, before its time.

    reason: as it was typed, or one of REASONS by its code. Raises RoleRefusedError for a grant that is over, for the
    last administrator's, and without a reason.
    """
    now = _second(now)
    with _ENTERING:
        granted = next((granted for granted in kept_grants(store) if granted.grant.entry == entry), None)
        if granted is None:
            raise RoleRefusedError(Message("entry {entry} grants no role; nothing was entered", entry=entry))
        if granted.ending or granted.grant.until_at <= now:
            raise RoleRefusedError(Message("This role is over already; nothing was entered."))
        _check_not_last(store, [granted], now)
        if reason_code not in REASONS:
            _check_reason(reason)
        (ended,) = store.commit([_end_record(store, granted, by=by, now=now, reason=reason, reason_code=reason_code)])
        return ended


def enter_account_act(store: Store, *, person: str, act: AccountAct, by: str, now: datetime) -> Entry:
    """Enter that an account was added, completed by its person, or reset; `remove_person` is for its removal."""
    (entry,) = store.commit([_account_record(person, act, by, _second(now))])
    return entry


def check_removal(store: Store, person: str, now: datetime) -> None:
    """Raises RoleRefusedError where an account cannot be removed: nobody would be left who looks after accounts."""
    _check_not_last(store, _open_grants(store, person, now), now)


def remove_person(store: Store, person: str, *, by: str, now: datetime, may_be_last: bool = False) -> tuple[Entry, ...]:
    """Enter that an account was removed, and with it the end of each role that runs or is to come: all or nothing.

    may_be_last: where nobody has to sign in yet, so that nobody is shut out. Raises RoleRefusedError as
    `check_removal`.
    """
    now = _second(now)
    with _ENTERING:
        if not may_be_last:
            check_removal(store, person, now)
        ends = [
            _end_record(store, granted, by=by, now=now, reason="", reason_code=REMOVED)
            for granted in _open_grants(store, person, now)
        ]
        return tuple(store.commit([_account_record(person, "removed", by, now), *ends]))


def _read(store: Store) -> _Read:
    length, read = len(store.journal), store.memory.of(_Read)
    if read.entries == length:
        return read
    endings: dict[int, Ending] = {}
    for entry in entries_of_kind(store, END):
        record = entry.record
        ending = Ending(
            entry=entry.number,
            ended_at=read_time(record["known_at"]),
            by=record["by"],
            reason=record["reason"],
            reason_code=record["reason_code"],
        )
        endings.setdefault(int(record["grant"]), ending)
    granted = tuple(_kept(entry, endings) for entry in entries_of_kind(store, GRANT))
    read = _Read(length, granted, tuple(each.grant for each in granted))
    store.memory.put(read)
    return read


def _kept(entry: Entry, endings: Mapping[int, Ending]) -> KeptGrant:
    record = entry.record
    ending = endings.get(int(record["number"]))
    grant = Grant(
        person=record["person"],
        role=Role(record["role"]),
        side=record["side"],
        from_at=read_time(record["from"]),
        until_at=read_time(record["until"]),
        by=record["by"],
        entry=entry.number,
        recorded_at=first_recorded_at(record),
        ended_at=ending.ended_at if ending else None,
    )
    return KeptGrant(number=int(record["number"]), grant=grant, ending=ending)


def _open_grants(store: Store, person: str, now: datetime) -> list[KeptGrant]:
    """A person's grants that run or are to come."""
    return [
        granted
        for granted in kept_grants(store)
        if granted.grant.person == person and granted.ending is None and now < granted.grant.until_at
    ]


def _check_kind(watch: Watch, role: Role) -> None:
    if role in roles_of(watch.kind):
        return
    if watch.kind == "humanitarian":
        raise RoleRefusedError(
            Message("{role} is a role of a joint centre; this watch is a humanitarian instance.", role=role.label),
            "role",
        )
    raise RoleRefusedError(
        Message("{role} is a role of a humanitarian instance; this watch is a joint centre.", role=role.label), "role"
    )


def _check_side(watch: Watch, role: Role, side: str) -> None:
    sides = sides_of(watch, role)
    if not sides:
        if role in OF_AN_ORGANISATION:
            raise RoleRefusedError(
                Message("humanitarian.toml names no organisation yet; write them there first."), "side"
            )
        if side:
            raise RoleRefusedError(Message("{role} is held for no side; leave it empty.", role=role.label), "side")
        return
    if side in sides:
        return
    names = ", ".join(sides)
    if role is Role.LIAISON:
        raise RoleRefusedError(
            Message(
                "Say for whom the liaison speaks: a party, a delegation, a body or a recipient: {names}.", names=names
            ),
            "side",
        )
    if role in OF_AN_ORGANISATION:
        raise RoleRefusedError(
            Message("Say for which organisation of humanitarian.toml: {names}.", names=names), "side"
        )
    raise RoleRefusedError(Message("Say for which delegation of this watch: {names}.", names=names), "side")


def _check_time(from_at: datetime, until_at: datetime, now: datetime) -> None:
    if until_at <= from_at:
        raise RoleRefusedError(Message("The role would end before it begins; write a later day."), "until")
    if until_at <= now:
        raise RoleRefusedError(Message("This lies in the past; write a day to come."), "until")
    if from_at < now - timedelta(minutes=1):
        raise RoleRefusedError(Message("A role begins now or later; nobody held it before it was granted."), "from")
    if until_at - from_at > LONGEST:
        raise RoleRefusedError(
            Message(
                "A role is granted for at most {days} days, so that somebody looks again; write {day} or earlier.",
                days=LONGEST.days,
                day=(from_at + LONGEST).date(),
            ),
            "until",
        )


def _overlap(grant: Grant, coming: Grant) -> bool:
    ends = grant.until_at if grant.ended_at is None else min(grant.until_at, grant.ended_at)
    return grant.from_at < coming.until_at and coming.from_at < ends


def _check_beside(meanwhile: Sequence[Grant], coming: Grant) -> None:
    """What stands in the way among the grants that run at some time of the coming one."""
    head = next(
        (grant for grant in meanwhile if Role.HEAD is grant.role is coming.role and grant.side == coming.side), None
    )
    if head is not None:
        raise RoleRefusedError(
            Message(
                "{side} has a head until {until}, and one head speaks at a time. For a deputy of some days: end that "
                "role, grant it to the deputy for these days, and grant it again from then on.",
                side=coming.side,
                until=head.until_at,
            ),
            "role",
        )
    own = [grant for grant in meanwhile if grant.person == coming.person]
    for grant in own:
        if grant.role is coming.role and grant.side == coming.side:
            raise RoleRefusedError(
                Message(
                    "They are {role} until {until} already. Write a beginning from then on, or end that one first.",
                    role=grant.role.label,
                    until=grant.until_at,
                ),
                "role",
            )
    clash = cannot_stand_beside(coming.role, [grant.role for grant in own])
    if clash is not None:
        raise RoleRefusedError(clash, "role")
    other = next((grant for grant in own if grant.side and coming.side and grant.side != coming.side), None)
    if other is not None:
        raise RoleRefusedError(
            Message(
                "They work for {other} until {until}; nobody speaks for two sides.",
                other=other.side,
                until=other.until_at,
            ),
            "side",
        )


def _check_not_last(store: Store, ending: Sequence[KeptGrant], now: datetime) -> None:
    grants = grants_on_record(store)
    over = {granted.grant.entry for granted in ending}
    if administrators(grants, now) and not administrators((each for each in grants if each.entry not in over), now):
        raise RoleRefusedError(
            Message(
                "This is the last administrator: nobody would be left who can add people or mend an account. Make "
                "another one first."
            )
        )


def _check_reason(reason: str) -> None:
    if not reason.strip():
        raise RoleRefusedError(Message("Say why; a few words are enough."), "reason")
    if len(reason) > MOST_REASON:
        raise RoleRefusedError(Message("Write at most {most} characters.", most=MOST_REASON), "reason")


def _end_record(
    store: Store, granted: KeptGrant, *, by: str, now: datetime, reason: str, reason_code: str
) -> dict[str, Any]:
    return {
        "schema": END,
        "grant": granted.number,
        "person": granted.grant.person,
        "reason": "" if reason_code in REASONS else store.keep_words(reason.strip()),
        "reason_code": reason_code,
        "by": by,
        "known_at": iso_utc(now),
    }


def _account_record(person: str, act: AccountAct, by: str, now: datetime) -> dict[str, Any]:
    return {"schema": ACCOUNT, "person": person, "act": act, "by": by, "known_at": iso_utc(now)}


def _second(moment: datetime) -> datetime:
    return as_utc(moment).replace(microsecond=0)
