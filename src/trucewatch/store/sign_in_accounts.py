"""Accounts: who may sign in, with a password and a second factor. `private/accounts.json`, which nobody's name is in:
names lie in `private/people.json` by the person's reference, and are erased there.

An account begins with an invitation: a link that opens once, for a day. Until its person has chosen a password and
typed a code of their telephone it changes nothing. Once one account was completed (`in_use`) everybody signs in, and
that does not end: a file that is gone or damaged lets nobody in (`trouble`).

No login, name or secret stands in an error of this module.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final, Literal

from trucewatch.errors import StoreError, TrucewatchError
from trucewatch.messages import Message
from trucewatch.model.times import iso_utc, read_time
from trucewatch.store.account_rows import is_active, is_row
from trucewatch.store.keys import Keyring
from trucewatch.store.one_time_codes import (
    CodeReading,
    new_recovery_codes,
    new_secret,
    read_code,
    recovery_hash,
    uri_of,
)
from trucewatch.store.passwords import LONGEST, PasswordRefused, TooManyAtOnce, check_password, hash_of, is_password
from trucewatch.store.private_files import private_path
from trucewatch.store.private_records import PrivateRecord
from trucewatch.store.sign_in_waits import SignInWaits
from trucewatch.store.sign_in_words import clock_trouble, wait_words

ACCOUNTS: Final = "accounts.json"
INVITATION_LASTS: Final = timedelta(hours=24)
SHORTEST_LOGIN, LONGEST_LOGIN = 2, 40
BUSY_S: Final = 5
"""What somebody is asked to wait where too many sign in at once."""
_LONGEST_TOKEN: Final = 200
State = Literal["invited", "active"]


class SignInRefused(TrucewatchError):
    """Nobody was signed in. wait_s: how long the next try has to wait."""

    def __init__(self, message: Message, wait_s: int = 0) -> None:
        super().__init__(message)
        self.wait_s = wait_s


class EnrolmentRefused(TrucewatchError):
    """An account was not completed, or not changed. field: what of the form it is about: `link`, `password`, `code`;
    `old` for the password until now."""

    def __init__(self, message: Message, field: str) -> None:
        super().__init__(message)
        self.field = field


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """What is shown of an account. name: "" for one whose person was erased. state: `invited` until it was completed
    once. invited_until: while a link waits to be opened. recovery_codes: how many are left."""

    reference: str
    login: str
    name: str
    state: State
    added_at: datetime
    completed_at: datetime | None = None
    invited_until: datetime | None = None
    recovery_codes: int = 0


@dataclass(frozen=True, slots=True)
class Enrolment:
    """What a telephone is told once: the secret in base32, to be typed, and the address that a picture holds."""

    secret: str
    uri: str


NOT_RIGHT: Final = Message("The login, the password or the code is not right. Nobody was signed in.")
USED_CODE: Final = Message("This code was used already. Wait until the telephone shows the next one, and type that.")
GONE: Final = Message(
    "There are accounts in this watch, and the file private/accounts.json is not there, so nobody can sign in. Put "
    "private/ back from its copy. Where there is no copy, whoever owns the computer makes a first account anew at its "
    "terminal: trucewatch people WATCH add --first"
)
DAMAGED: Final = Message(
    "The file private/accounts.json cannot be read, so nobody can sign in. Put it back from the copy of private/. "
    "Where there is no copy, whoever owns the computer makes a first account anew at its terminal: "
    "trucewatch people WATCH add --first"
)
_NO_ACCOUNT: Final = Message("There is no such account; it may have been removed meanwhile.")
_LINK: Final = Message(
    "This link opens nothing: it was used, it is older than it may be, or a newer one was made. Ask whoever keeps the "
    "accounts for another."
)


class Accounts:
    """The accounts of one watch. private: the folder that holds its files. now: the computer's clock."""

    def __init__(self, private: Path, now: Callable[[], datetime]) -> None:
        self._private, self._now = private, now
        self._record = PrivateRecord(private, ACCOUNTS, "trucewatch/accounts/1")
        self._waits = SignInWaits(private, now)
        self._names: tuple[object, Mapping[str, str]] = (None, {})
        self._is_expected = False
        self._looked_through: Mapping[str, Any] | None = None
        """What was read last and found to be whole."""

    # Whether there are any

    @property
    def in_use(self) -> bool:
        """Whether everybody signs in: an account was completed, or nobody can tell."""
        try:
            self._is_expected = self._is_expected or any(is_active(row) for row in self._rows().values())
        except StoreError:
            return True
        return self._is_expected

    def expect(self) -> None:
        """The ledger says that an account was completed: without one in the file nobody comes in."""
        self._is_expected = True

    @property
    def trouble(self) -> Message | None:
        """Why nobody can sign in, and what to do; None where there is nothing in the way."""
        try:
            rows = self._rows()
        except StoreError:
            return DAMAGED
        return GONE if self.in_use and not any(is_active(row) for row in rows.values()) else None

    def set_aside(self) -> None:
        """Give a file that cannot be read another name, for whoever makes a first account anew. A good one stays."""
        try:
            self._rows()
        except StoreError:
            self._record.set_aside()

    # Who has one

    def people(self) -> tuple[Account, ...]:
        """Every account, by login. Raises StoreError for a file that cannot be read."""
        accounts = (self._account(reference, row) for reference, row in self._rows().items())
        return tuple(sorted(accounts, key=lambda account: account.login))

    def of(self, reference: str) -> Account | None:
        """The account of a person; None where they have none, or the file cannot be read."""
        try:
            row = self._rows().get(reference)
        except StoreError:
            return None
        return None if row is None else self._account(reference, row)

    def add(self, name: str, login: str, reference: str) -> None:
        """Add an account that nobody can sign in to before its invitation was completed. name: as `private/people.json`
        holds it under the reference; it is not written here. Raises StoreError for a login that cannot be taken."""
        login = folded(login)
        self.check_login(login)
        if not name.strip():
            raise StoreError(Message("an account is of a person; write their name. Nothing was made"))
        with self._record.changing() as content:
            rows = content.setdefault("accounts", {})
            if reference in rows:
                raise StoreError(Message("this person has an account already; nothing was made"))
            if any(row["login"] == login for row in rows.values()):
                raise StoreError(Message("this login is taken; choose another. Nothing was made"))
            rows[reference] = {"login": login, "added_at": iso_utc(self._now())}

    def check_login(self, login: str) -> None:
        """Raises StoreError for a login that cannot be taken."""
        login = folded(login)
        is_plain = all(character.isalnum() or character in "._-" for character in login)
        if not is_plain or not SHORTEST_LOGIN <= len(login) <= LONGEST_LOGIN:
            raise StoreError(
                Message(
                    "a login takes {least} to {most} letters, digits, dots, dashes and underscores, without blanks; "
                    "nothing was made",
                    least=SHORTEST_LOGIN,
                    most=LONGEST_LOGIN,
                )
            )
        if any(row["login"] == login for row in self._rows().values()):
            raise StoreError(Message("this login is taken; choose another. Nothing was made"))

    def remove(self, reference: str) -> None:
        """Remove an account. Its sessions are ended by whoever removes it. Raises StoreError where there is none, and
        for the last one that somebody can sign in with."""
        with self._record.changing() as content:
            rows = content.get("accounts", {})
            if reference not in rows:
                raise StoreError(_NO_ACCOUNT)
            if is_active(rows[reference]) and sum(is_active(row) for row in rows.values()) == 1:
                raise StoreError(
                    Message("this is the last account with which anybody can sign in; add another one first")
                )
            del rows[reference]

    # The invitation

    def invite(self, reference: str, *, lasts: timedelta = INVITATION_LASTS) -> str:
        """A token that opens the account once, given here and kept nowhere; an earlier one opens nothing any more. What
        its person signs in with until now stays good until it is used. Raises StoreError where there is no account."""
        token = secrets.token_urlsafe(24)
        with self._record.changing() as content:
            row = content.get("accounts", {}).get(reference)
            if row is None:
                raise StoreError(_NO_ACCOUNT)
            until = iso_utc(self._now() + lasts)
            row["invitation"] = {"hash": _hash(token), "until": until, "secret": new_secret()}
        return token

    def invited(self, token: str) -> Account | None:
        """Whose link this is; None for one that opens nothing. Nothing is used up."""
        try:
            reference = self._reference_of(token, self._rows())
        except StoreError:
            return None
        return None if reference is None else self.of(reference)

    def begin(self, token: str, *, issuer: str = "Trucewatch") -> Enrolment:
        """What the telephone is told, the same each time until the link is used. issuer: what it shows beside the
        login. Raises EnrolmentRefused."""
        rows = self._rows()
        row = rows[self._opened(token, rows)]
        secret = row["invitation"]["secret"]
        return Enrolment(secret, uri_of(secret, account=row["login"], issuer=issuer))

    def complete(self, token: str, password: str, code: str) -> tuple[str, ...]:
        """Give the account its password and its telephone, and use the link up; the recovery codes, which are given
        once. Raises EnrolmentRefused with the field that it is about; StoreError."""
        rows = self._rows()
        reference = self._opened(token, rows)
        row = rows[reference]
        reading = read_code(row["invitation"]["secret"], code, self._now(), 0)
        _check_choice(password, row["login"], self._name_of(reference))
        if not reading.step:
            raise EnrolmentRefused(_first_code_trouble(reading), "code")
        kept, codes = _hash_for(password), new_recovery_codes()
        with self._record.changing() as content:
            rows = content.get("accounts", {})
            row = rows[self._opened(token, rows)]  # not used by another request meanwhile
            row |= {
                "password": kept,
                "secret": row.pop("invitation")["secret"],
                "last_step": reading.step,
                "recovery": [recovery_hash(each) for each in codes],
                "completed_at": iso_utc(self._now()),
            }
        return codes

    # Signing in

    def sign_in(self, login: str, password: str, code: str, *, address: str) -> Account:
        """Who signs in. code: the telephone's, or one of the recovery codes; each is good once. address: the other
        computer's.

        Raises SignInRefused, with the same sentence and after the same work for a login that there is and for one that
        there is not; StoreError where the file cannot be read or written.
        """
        login = folded(login)
        reference, row = self._of_login(login)
        self._check_guess(login, password, row, address)
        with self._record.changing() as content:
            now_row = content.get("accounts", {}).get(reference)
            if now_row is None or now_row.get("password") != row.get("password"):
                raise self._not_right(login, address)
            self._use_code(now_row, code, login, address)
        self._waits.succeed(login, address)
        account = self.of(reference)
        if account is None:
            raise SignInRefused(NOT_RIGHT)
        return account

    def new_recovery_codes(self, reference: str, password: str, *, address: str = "") -> tuple[str, ...]:
        """Ten new recovery codes in the place of those that there are, for who types their password. Raises
        EnrolmentRefused (`old`), SignInRefused after too many wrong ones."""
        codes = new_recovery_codes()
        checked = self._checked_row(reference, password, address)
        with self._record.changing() as content:
            _row_as_checked(content, reference, checked)["recovery"] = [recovery_hash(each) for each in codes]
        return codes

    def change_password(self, reference: str, old: str, new: str, *, address: str = "") -> None:
        """Another password for who types the one until now; other sessions are ended by whoever changes it. Raises
        EnrolmentRefused (`old`, `password`), SignInRefused after too many wrong ones."""
        row = self._checked_row(reference, old, address)
        _check_choice(new, row["login"], self._name_of(reference))
        kept = _hash_for(new)
        with self._record.changing() as content:
            _row_as_checked(content, reference, row)["password"] = kept

    def _check_guess(self, login: str, password: str, row: Mapping[str, Any], address: str) -> None:
        """Raises SignInRefused for a wrong password, and without looking at it while there is to be waited."""
        if wait_s := self._waits.begin(login, address):
            raise SignInRefused(Message("Too many tries. The next one is in {wait}.", wait=wait_words(wait_s)), wait_s)
        try:
            is_right = is_password(password, row.get("password", ""))
        except TooManyAtOnce as exc:
            self._waits.take_back(login, address)
            raise SignInRefused(exc.message, BUSY_S) from exc
        if not is_right:
            raise self._not_right(login, address)

    def _use_code(self, row: dict[str, Any], code: str, login: str, address: str) -> None:
        """Take a code, which is good no more. Raises SignInRefused; says more than that it is wrong only to who knows
        the password."""
        recovery = recovery_hash(code)
        if recovery:
            if recovery not in row.get("recovery", []):
                raise self._not_right(login, address)
            row["recovery"].remove(recovery)
            return
        reading = read_code(row["secret"], code, self._now(), int(row.get("last_step", 0)))
        if not reading.step:
            trouble = USED_CODE if reading.is_used else clock_trouble(reading.ahead_min)
            raise self._not_right(login, address, trouble or NOT_RIGHT)
        row["last_step"] = reading.step

    def _not_right(self, login: str, address: str, why: Message = NOT_RIGHT) -> SignInRefused:
        wait_s = self._waits.left_s(login, address)
        if not wait_s:
            return SignInRefused(why)
        return SignInRefused(Message("{why} The next try is in {wait}.", why=why, wait=wait_words(wait_s)), wait_s)

    def _checked_row(self, reference: str, password: str, address: str) -> Mapping[str, Any]:
        row = self._rows().get(reference)
        if row is None:
            raise StoreError(_NO_ACCOUNT)
        try:
            self._check_guess(row["login"], password, row, address)
        except SignInRefused as exc:
            if exc.wait_s:
                raise
            raise EnrolmentRefused(Message("This is not your password until now. Nothing was changed."), "old") from exc
        self._waits.succeed(row["login"], address)
        return row

    # The file

    def _rows(self) -> Mapping[str, dict[str, Any]]:
        """Reference → what is kept. Raises StoreError for a file that cannot be read or holds something else."""
        record = self._record.read()
        rows: dict[str, dict[str, Any]] = record.get("accounts", {})
        if record is not self._looked_through:
            if not isinstance(rows, dict) or not all(is_row(row) for row in rows.values()):
                raise StoreError(DAMAGED)
            self._looked_through = record
        return rows

    def _of_login(self, login: str) -> tuple[str, Mapping[str, Any]]:
        rows = self._rows()
        return next(((reference, row) for reference, row in rows.items() if row["login"] == login), ("", {}))

    def _reference_of(self, token: str, rows: Mapping[str, Mapping[str, Any]]) -> str | None:
        if not token or len(token) > _LONGEST_TOKEN:
            return None
        offered, match, now = _hash(token), None, self._now()
        for reference, row in rows.items():
            invitation = row.get("invitation")
            if invitation and hmac.compare_digest(invitation["hash"], offered) and now < read_time(invitation["until"]):
                match = reference
        return match

    def _opened(self, token: str, rows: Mapping[str, Mapping[str, Any]]) -> str:
        reference = self._reference_of(token, rows)
        if reference is None:
            raise EnrolmentRefused(_LINK, "link")
        return reference

    def _account(self, reference: str, row: Mapping[str, Any]) -> Account:
        invitation, completed_at = row.get("invitation"), row.get("completed_at")
        return Account(
            reference=reference,
            login=row["login"],
            name=self._name_of(reference),
            state="active" if is_active(row) else "invited",
            added_at=read_time(row["added_at"]),
            completed_at=read_time(completed_at) if completed_at else None,
            invited_until=read_time(invitation["until"]) if invitation else None,
            recovery_codes=len(row.get("recovery", [])),
        )

    def _name_of(self, reference: str) -> str:
        """Who stands behind a reference, read again when the file of names changed; "" where nobody does any more."""
        path = private_path(self._private, "people.json")
        try:
            state = path.stat(follow_symlinks=False)
        except OSError:
            return ""
        mark = (path, state.st_ino, state.st_size, state.st_mtime_ns)
        if self._names[0] != mark:
            self._names = (mark, Keyring(self._private).people())
        return self._names[1].get(reference, "")


def folded(login: str) -> str:
    """A login as it is kept and compared, whichever case it is typed in.

    >>> folded(" Ada ")
    'ada'
    """
    return unicodedata.normalize("NFKC", login[:200]).strip().casefold()


def _first_code_trouble(reading: CodeReading) -> Message:
    return clock_trouble(reading.ahead_min) or Message(
        "This is not the code that the telephone shows now. Wait for the next one, and type its six digits."
    )


def _check_choice(password: str, login: str, name: str) -> None:
    try:
        check_password(password, names=(login, name))
    except PasswordRefused as exc:
        raise EnrolmentRefused(exc.message, "password") from exc


def _hash_for(password: str) -> str:
    try:
        return hash_of(password[: LONGEST * 4])
    except TooManyAtOnce as exc:
        raise EnrolmentRefused(exc.message, "password") from exc


def _row_in(content: dict[str, Any], reference: str) -> dict[str, Any]:
    row: dict[str, Any] | None = content.get("accounts", {}).get(reference)
    if row is None:
        raise StoreError(_NO_ACCOUNT)
    return row


def _row_as_checked(content: dict[str, Any], reference: str, checked: Mapping[str, Any]) -> dict[str, Any]:
    """The row of a person, as long as the password that was typed is theirs still: a link that they opened meanwhile
    gave them another one, which whoever knew the old one does not undo."""
    row = _row_in(content, reference)
    if row.get("password") != checked.get("password"):
        raise EnrolmentRefused(Message("This is not your password until now. Nothing was changed."), "old")
    return row


def _hash(token: str) -> str:
    """What is kept of a link: it is drawn from 192 random bits, so that its bare hash gives nothing away."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
