"""What can be done with people: add one, grant and end roles, give a new link, remove. Each rule once.

An account lies in `private/`, what happened with it in the ledger. The account is made first: a record without one
would be of somebody who cannot come in, an account without a role opens nothing.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final, NoReturn

from trucewatch.errors import StoreError, TrucewatchError
from trucewatch.messages import Message
from trucewatch.model.roles import Grant, Role, roles_of
from trucewatch.model.watch import Watch
from trucewatch.store import Store
from trucewatch.store.journal import Entry
from trucewatch.store.role_records import (
    RoleRefusedError,
    administrators,
    check_grant,
    check_removal,
    end_role,
    enter_account_act,
    grant_role,
    grants_on_record,
    held_by,
    remove_person,
)
from trucewatch.store.sessions import Sessions
from trucewatch.store.sign_in_accounts import Account, Accounts

MOST_NAME: Final = 80
THE_ONE: Final = "analyst on this computer"
"""Under which name whoever uses a watch without accounts acts; nobody else is called so."""
LASTS: Final = timedelta(days=180)
"""For how long a role is offered where nobody writes a day: about one rotation."""
_ENTERING: Final = threading.RLock()


class NotEnteredError(TrucewatchError):
    """Something cannot be entered as it was typed; `faults` says why, by the field that each is about."""

    def __init__(self, faults: Mapping[str, Message]) -> None:
        super().__init__(Message("{why}. Nothing was entered.", why=next(iter(faults.values()))))
        self.faults = faults


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPerson:
    """Somebody who is to have an account, as typed. role: its code."""

    name: str
    login: str
    role: str
    side: str
    until_at: datetime
    from_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A person as the list shows them: account and roles at a moment. account: None for one that was removed."""

    reference: str
    name: str
    account: Account | None
    running: tuple[Grant, ...]
    to_come: tuple[Grant, ...]
    over: tuple[Grant, ...]


class People:
    """The accounts and roles of a watch at a moment of the computer's clock.

    Raises NotEnteredError with the field of what was typed, StoreError for what stands in the way.
    """

    def __init__(self, store: Store, watch: Watch, accounts: Accounts, clock: Callable[[], datetime]) -> None:
        self.store, self.watch, self.accounts, self._clock = store, watch, accounts, clock

    @property
    def now(self) -> datetime:
        return self._clock()

    # What is shown

    def everybody(self) -> list[Standing]:
        """Who has an account or has had a role, by name; those whose account was removed last."""
        accounts = {account.reference: account for account in self.accounts.people()}
        references = dict.fromkeys([*accounts, *(grant.person for grant in grants_on_record(self.store))])
        people = [self.standing(reference) for reference in references]
        return sorted(people, key=lambda each: (each.account is None, each.name.casefold(), each.reference))

    def standing(self, reference: str) -> Standing:
        now = self.now
        grants = [grant for grant in grants_on_record(self.store) if grant.person == reference]
        is_over = {grant.entry: grant.ended_at is not None or grant.until_at <= now for grant in grants}
        return Standing(
            reference=reference,
            name=self.store.keys.name_of(reference) or "",
            account=self.accounts.of(reference),
            running=held_by(grants, reference, now),
            to_come=tuple(grant for grant in grants if not is_over[grant.entry] and now < grant.from_at),
            over=tuple(grant for grant in grants if is_over[grant.entry]),
        )

    def granted_since(self, moment: datetime) -> list[Grant]:
        """What was granted from a moment on, the last first: heads and auditors are shown it."""
        return [grant for grant in reversed(grants_on_record(self.store)) if grant.recorded_at >= moment]

    @property
    def administrators(self) -> frozenset[str]:
        """Who looks after accounts now, and has one."""
        held = administrators(grants_on_record(self.store), self.now)
        return frozenset(reference for reference in held if self.accounts.of(reference))

    # Acts

    def check_new(self, person: NewPerson, *, by: str, keeps_role: bool = False) -> Role:
        """Raises NotEnteredError with everything that is wrong with a new person; their role. keeps_role: they hold it
        on record, and only their account is gone."""
        faults: dict[str, Message] = {}
        if fault := self._name_fault(person.name):
            faults["name"] = fault
        try:
            self.accounts.check_login(person.login)
        except StoreError as exc:
            faults["login"] = exc.message
        try:
            role = role_of(person.role, self.watch.kind)
            reference = "" if "name" in faults else self._reference_if_known(person.name)
            if not keeps_role:
                self._check_grant(reference, role, person.side, person.from_at, person.until_at, by=by)
        except RoleRefusedError as exc:
            faults[exc.field or "role"] = exc.message
        if faults:
            raise NotEnteredError(faults)
        return role

    def add(self, person: NewPerson, *, by: str, keeps_role: bool = False) -> tuple[str, str]:
        """A new account with its first role: the person's reference, and the token of the link, which is given once."""
        with _ENTERING:
            role = self.check_new(person, by=by, keeps_role=keeps_role)
            reference = self.store.keys.person_reference(person.name)
            actor = self._actor(by)
            self.accounts.add(person.name.strip(), person.login, reference)
            try:
                enter_account_act(self.store, person=reference, act="added", by=actor, now=self.now)
                if not keeps_role:
                    self._grant(reference, role, person.side, person.from_at, person.until_at, by=actor)
            except BaseException:
                self.accounts.remove(reference)
                raise
            return reference, self.accounts.invite(reference)

    def grant(
        self, reference: str, role: str, side: str, from_at: datetime | None, until_at: datetime, *, by: str
    ) -> Entry:
        """Another role for somebody who has an account."""
        self._account(reference)
        try:
            return self._grant(reference, role_of(role, self.watch.kind), side, from_at, until_at, by=self._actor(by))
        except RoleRefusedError as exc:
            refuse(exc, "role")

    def end(self, reference: str, entry: int, reason: str, *, by: str) -> Entry:
        """End a role before its time."""
        own = (grant for grant in grants_on_record(self.store) if grant.person == reference)
        grant = next((grant for grant in own if grant.entry == entry), None)
        if grant is None:
            raise StoreError(Message("this person has no such role; look at their page as it stands now"))
        if grant.role is Role.ADMINISTRATOR and grant.is_held(self.now):
            self._check_another_administrator(reference)
        try:
            return end_role(self.store, entry, by=self._actor(by), now=self.now, reason=reason)
        except RoleRefusedError as exc:
            refuse(exc, "reason")

    def invite(self, reference: str, *, by: str) -> str:
        """A new link, given once: for an account that was not completed, and for a password or telephone that is lost.
        What its person signs in with until now stays good until the link is used."""
        self._account(reference)
        enter_account_act(self.store, person=reference, act="reset", by=self._actor(by), now=self.now)
        return self.accounts.invite(reference)

    def remove(self, reference: str, sessions: Sessions | None, *, by: str) -> tuple[Entry, ...]:
        """Remove an account, and end its roles and its sessions. Its name stays with what it did until it is erased.
        While no account was completed the last one can be removed too: a name may have been typed wrongly."""
        account = self._account(reference)
        with _ENTERING:
            is_in_use = self.accounts.in_use
            if is_in_use:
                check_removal(self.store, reference, self.now)
            if account.state == "active":
                self._check_another_administrator(reference)
            entries = remove_person(self.store, reference, by=self._actor(by), now=self.now, may_be_last=not is_in_use)
            self.accounts.remove(reference)
        if sessions is not None:
            sessions.end_all(reference)
        return entries

    def found(self, person: NewPerson, *, by: str) -> tuple[str, str]:
        """The first account anew, where nobody can sign in any more: for whoever owns the computer, at its terminal.
        Raises StoreError while somebody can."""
        if self.accounts.in_use and self.accounts.trouble is None and self.administrators:
            raise StoreError(
                Message(
                    "somebody looks after these accounts and can sign in, so no first account is made; sign in, or "
                    "give them a new link: trucewatch people WATCH link LOGIN"
                )
            )
        self.accounts.set_aside()
        held = administrators(grants_on_record(self.store), self.now)
        is_still = person.role == Role.ADMINISTRATOR and self._reference_if_known(person.name) in held
        return self.add(person, by=by, keeps_role=is_still)

    # Inside

    def by_login(self, login: str) -> Account:
        """The account of a login, or of a reference. Raises StoreError."""
        for account in self.accounts.people():
            if login.strip().casefold() in (account.login, account.reference):
                return account
        raise StoreError(Message("no account has this login; list them: trucewatch people WATCH list"))

    def _check_another_administrator(self, reference: str) -> None:
        """Raises StoreError where nobody else could sign in and look after accounts: one who was only invited may never
        come."""
        others = self.administrators - {reference}
        if reference in self.administrators and not any(
            account.state == "active" for account in map(self.accounts.of, others) if account
        ):
            raise StoreError(
                Message(
                    "This is the last administrator who can sign in. Add another one, and wait until they have opened "
                    "their link."
                )
            )

    def _account(self, reference: str) -> Account:
        account = self.accounts.of(reference)
        if account is None:
            raise StoreError(Message("this person has no account; add them first"))
        return account

    def _grant(
        self, reference: str, role: Role, side: str, from_at: datetime | None, until_at: datetime, *, by: str
    ) -> Entry:
        return grant_role(
            self.store,
            self.watch,
            person=reference,
            role=role,
            side=side,
            from_at=from_at,
            until_at=until_at,
            by=by,
            now=self.now,
        )

    def _check_grant(
        self, reference: str, role: Role, side: str, from_at: datetime | None, until_at: datetime, *, by: str
    ) -> None:
        now = self.now.replace(microsecond=0)
        check_grant(
            self.store,
            self.watch,
            person=reference,
            role=role,
            side=side,
            from_at=from_at or now,
            until_at=until_at,
            by=by,
            now=now,
        )

    def _actor(self, by: str) -> str:
        return self.store.keys.reference_of(by)

    def _reference_if_known(self, name: str) -> str:
        """The reference of a name that is known already, as of somebody who acted before there were accounts."""
        folded = name.strip().casefold()
        return next((each for each, other in self.store.keys.people().items() if other.casefold() == folded), "")

    def _name_fault(self, name: str) -> Message | None:
        name = name.strip()
        if not name:
            return Message("Write the name by which the others know them.")
        if len(name) > MOST_NAME:
            return Message("Write at most {most} characters.", most=MOST_NAME)
        if not name.isprintable():
            return Message("Write the name in one line, without signs that nobody sees.")
        bodies = {delegation.id for delegation in self.watch.settings.delegation}
        if name.casefold() == THE_ONE or name in bodies or name.startswith("p-"):
            return Message("This is the name of something else here; write the person's own.")
        reference = self._reference_if_known(name)
        if reference and self.accounts.of(reference):
            return Message("Somebody of this name has an account. Add what tells them apart, as a second name.")
        return None


def role_of(code: str, kind: str) -> Role:
    """Raises RoleRefusedError for a word that is no role in a watch of this kind."""
    try:
        return Role(code)
    except ValueError as exc:
        raise RoleRefusedError(
            Message("Choose a role: {roles}.", roles=", ".join(role.value for role in roles_of(kind))), "role"
        ) from exc


def own_link(group: People, reference: str) -> str:
    """The token of a link that somebody makes for themselves, who is signed in and has typed their password."""
    return group.invite(reference, by=reference)


def start_of_day(day: date, group: People) -> datetime:
    """When a day begins in the watch's zone."""
    return datetime.combine(day, time(), group.watch.zone).astimezone(UTC)


def end_of_day(day: date, group: People) -> datetime:
    """When a day is over: a role until then is held on it."""
    return start_of_day(day + timedelta(days=1), group)


def refuse(refusal: RoleRefusedError, otherwise: str) -> NoReturn:
    """The refusal of a role as a fault of the field that it is about."""
    raise NotEnteredError({refusal.field or otherwise: refusal.message}) from refusal
