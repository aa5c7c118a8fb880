"""Accounts: a link opens once, a code is good once, guessing is slow, and a file that is gone lets nobody in."""

from __future__ import annotations

import json
import multiprocessing
import os
import signal
import stat
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyotp
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.conftest import each
from trucewatch.errors import StoreError
from trucewatch.store import passwords, vault
from trucewatch.store.keys import Keyring
from trucewatch.store.passwords import PasswordRefused, check_password
from trucewatch.store.sign_in_accounts import (
    ACCOUNTS,
    DAMAGED,
    GONE,
    NOT_RIGHT,
    Accounts,
    EnrolmentRefused,
    SignInRefused,
)
from trucewatch.store.sign_in_waits import OF_ADDRESS, OF_LOGIN, OF_LOGIN_AT_ADDRESS, WAITS, Pace, SignInWaits

PASSWORD = "seven herons by the mill"
PACES = (OF_LOGIN_AT_ADDRESS, OF_ADDRESS, OF_LOGIN)


@dataclass
class Clock:
    """A computer's clock that a test moves."""

    moment: datetime = field(default_factory=lambda: datetime(2031, 5, 4, 9, 0, tzinfo=UTC))

    def __call__(self) -> datetime:
        return self.moment

    def pass_on(self, seconds: float) -> None:
        self.moment += timedelta(seconds=seconds)


@dataclass
class Enrolled:
    """Somebody with an account, and their telephone."""

    accounts: Accounts
    clock: Clock
    reference: str
    secret: str
    codes: tuple[str, ...]
    login: str = "nora"

    def code(self, ahead_s: int = 0) -> str:
        return pyotp.TOTP(self.secret).at(int(self.clock.moment.timestamp()) + ahead_s)

    def sign_in(self, password: str = PASSWORD, code: str | None = None, address: str = "10.0.0.5") -> str:
        shown = self.code() if code is None else code
        return self.accounts.sign_in(self.login, password, shown, address=address).reference


def enrol(private: Path, clock: Clock, name: str = "Nora Quill", login: str = "nora") -> Enrolled:
    accounts = Accounts(private, clock)
    reference = Keyring(private).person_reference(name)
    accounts.add(name, login, reference)
    token = accounts.invite(reference)
    secret = accounts.begin(token).secret
    codes = accounts.complete(token, PASSWORD, pyotp.TOTP(secret).at(clock.moment))
    clock.pass_on(60)
    return Enrolled(accounts, clock, reference, secret, codes, login)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def nora(tmp_path: Path, clock: Clock) -> Enrolled:
    return enrol(tmp_path / "private", clock)


@pytest.fixture
def hashes(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """One word for every hash that is worked out, beside the real work."""
    worked_out: list[str] = []
    verifies = passwords.verifies

    def counting(password: bytes, kept: str) -> bool:
        worked_out.append(kept)
        return verifies(password, kept)

    monkeypatch.setattr(passwords, "verifies", counting)
    return worked_out


# The invitation


def test_an_invitation_that_is_not_completed_changes_nothing(tmp_path: Path, clock: Clock) -> None:
    accounts = Accounts(tmp_path, clock)
    assert (accounts.in_use, accounts.trouble) == (False, None)
    accounts.add("Nora Quill", "nora", Keyring(tmp_path).person_reference("Nora Quill"))
    token = accounts.invite(accounts.people()[0].reference)
    assert accounts.begin(token) == accounts.begin(token)
    assert not accounts.in_use
    with pytest.raises(SignInRefused):
        accounts.sign_in("nora", "", "", address="")


def test_a_link_is_used_once_and_looking_at_it_uses_nothing_up(nora: Enrolled) -> None:
    token = nora.accounts.invite(nora.reference)
    for _ in range(3):
        assert nora.accounts.invited(token) is not None
        secret = nora.accounts.begin(token).secret
    nora.accounts.complete(token, "another five herons here", pyotp.TOTP(secret).at(nora.clock.moment))
    assert nora.accounts.invited(token) is None
    with pytest.raises(EnrolmentRefused) as refused:
        nora.accounts.complete(token, PASSWORD, pyotp.TOTP(secret).at(nora.clock.moment))
    assert refused.value.field == "link"


def test_a_new_link_makes_the_earlier_one_useless_and_a_link_ends_after_a_day(nora: Enrolled) -> None:
    first, second = nora.accounts.invite(nora.reference), nora.accounts.invite(nora.reference)
    assert nora.accounts.invited(first) is None
    nora.clock.pass_on(24 * 3600 - 1)
    assert nora.accounts.invited(second) is not None
    nora.clock.pass_on(1)
    assert nora.accounts.invited(second) is None
    assert nora.sign_in() == nora.reference  # what was good before the link stays good


@pytest.mark.parametrize(
    "password", ["short", "passwordpassword", "PassWord1234", "aaaaaaaaaaaaaaa", "noraquill", "Nora Quill", "x" * 201]
)
def test_an_easy_password_is_refused_and_leaves_the_link_as_it_was(nora: Enrolled, password: str) -> None:
    token = nora.accounts.invite(nora.reference)
    code = pyotp.TOTP(nora.accounts.begin(token).secret).at(nora.clock.moment)
    with pytest.raises(EnrolmentRefused) as refused:
        nora.accounts.complete(token, password, code)
    assert refused.value.field == "password"
    assert nora.accounts.invited(token) is not None


def test_a_password_is_not_the_name_of_its_person_and_is_the_same_from_every_keyboard() -> None:
    with pytest.raises(PasswordRefused):
        check_password("Nora Nora Nora", names=("nora", "Nora Quill"))
    check_password("caf\u00e9 by the old mill", names=("nora",))
    assert passwords.is_password("cafe\u0301 by the mill", passwords.hash_of("caf\u00e9 by the mill"))


# What is kept


def test_the_file_is_its_owners_alone_and_holds_no_name_and_nothing_that_signs_in(
    nora: Enrolled, tmp_path: Path
) -> None:
    path = tmp_path / "private" / ACCOUNTS
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    text = path.read_text()
    token = nora.accounts.invite(nora.reference)
    held = [word for word in ("Quill", PASSWORD, token, *nora.codes) if word in path.read_text()]
    assert (held, "argon2id" in text) == ([], True)


def test_where_the_watch_has_a_passphrase_the_file_is_encrypted(
    tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(vault.PASSPHRASE, raising=False)
    private = tmp_path / "private"
    private.mkdir(mode=0o700)
    vault.make_vault(private, "five words for one vault")
    nora = enrol(private, clock)
    assert not (private / ACCOUNTS).exists()
    assert b"argon2id" not in (private / f"{ACCOUNTS}.age").read_bytes()
    assert nora.sign_in() == nora.reference
    vault.forget(private)


def test_a_login_is_unique_whichever_case_it_is_typed_in(nora: Enrolled) -> None:
    for login in each(("NORA", " nora ", "a", "no ra", "x" * 41)):
        with pytest.raises(StoreError):
            nora.accounts.add("Other Person", login, "p-other")
    nora.login = " NoRa "
    assert nora.sign_in() == nora.reference


def test_the_last_account_that_somebody_can_sign_in_with_stays(nora: Enrolled) -> None:
    with pytest.raises(StoreError, match="last account"):
        nora.accounts.remove(nora.reference)
    assert nora.accounts.of(nora.reference) is not None


# Signing in


def test_a_code_is_good_once_and_so_is_a_recovery_code(nora: Enrolled) -> None:
    code = nora.code()
    assert nora.sign_in(code=code) == nora.reference
    with pytest.raises(SignInRefused, match="used already"):
        nora.sign_in(code=code)
    assert nora.sign_in(code=nora.codes[3].lower()) == nora.reference
    with pytest.raises(SignInRefused):
        nora.sign_in(code=nora.codes[3])
    account = nora.accounts.of(nora.reference)
    assert account is not None
    assert account.recovery_codes == 9


def test_a_code_of_the_step_before_is_taken_and_none_before_that_which_was_used(nora: Enrolled) -> None:
    assert nora.sign_in(code=nora.code(30)) == nora.reference
    with pytest.raises(SignInRefused, match="used already"):
        nora.sign_in(code=nora.code())


@pytest.mark.parametrize(
    ("ahead_s", "words"),
    [(3600, "about 60 minutes ahead"), (-3600, "about 60 minutes behind"), (120, "about 2 minutes ahead")],
)
def test_a_telephone_whose_clock_is_off_is_told_by_how_much(nora: Enrolled, ahead_s: int, words: str) -> None:
    with pytest.raises(SignInRefused) as refused:
        nora.sign_in(code=nora.code(ahead_s))
    assert words in str(refused.value)
    with pytest.raises(SignInRefused) as refused:  # only to who knows the password
        nora.sign_in("not the password at all", code=nora.code(ahead_s))
    assert str(refused.value) == str(NOT_RIGHT)


def test_a_clock_that_was_set_back_keeps_nobody_out(nora: Enrolled) -> None:
    nora.clock.pass_on(30 * 86_400)
    nora.sign_in()
    for _ in range(9):
        with pytest.raises(SignInRefused):
            nora.sign_in("not the password at all")
    nora.clock.pass_on(-29 * 86_400)
    with pytest.raises(SignInRefused) as refused:
        nora.sign_in()
    assert 0 < refused.value.wait_s <= OF_LOGIN_AT_ADDRESS.longest_s
    nora.clock.pass_on(refused.value.wait_s)
    assert nora.sign_in() == nora.reference


def test_an_unknown_login_is_answered_as_a_known_one_after_the_same_work(nora: Enrolled, hashes: list[str]) -> None:
    answers = []
    for login in ("nora", "nobody"):
        nora.login = login
        before = len(hashes)
        for _ in range(12):
            with pytest.raises(SignInRefused) as refused:
                nora.sign_in("not the password at all", address=login)
            answers.append((login, str(refused.value), refused.value.wait_s))
        assert len(hashes) - before == OF_LOGIN_AT_ADDRESS.free
    known, unknown = ([answer[1:] for answer in answers if answer[0] == login] for login in ("nora", "nobody"))
    assert known == unknown
    assert not any("nora" in str(answer).casefold() for answer in known)


def test_ten_thousand_wrong_passwords_cost_little_and_keep_nobody_out(nora: Enrolled, hashes: list[str]) -> None:
    """One try a second for nearly three hours; then its person comes from another computer."""
    for _ in range(10_000):
        with pytest.raises(SignInRefused):
            nora.sign_in("not the password at all", code="000000", address="10.0.0.66")
        nora.clock.pass_on(1)
    assert OF_LOGIN_AT_ADDRESS.free < len(hashes) < 50
    assert nora.sign_in(address="10.0.0.5") == nora.reference


def test_ten_thousand_wrong_passwords_from_everywhere_keep_its_person_waiting_half_a_minute_at_most(
    nora: Enrolled, hashes: list[str]
) -> None:
    for number in range(10_000):
        with pytest.raises(SignInRefused):
            nora.sign_in("not the password at all", code="000000", address=f"10.1.{number // 250}.{number % 250}")
    assert len(hashes) <= OF_LOGIN.free
    with pytest.raises(SignInRefused) as refused:
        nora.sign_in()
    assert 0 < refused.value.wait_s <= OF_LOGIN.longest_s
    nora.clock.pass_on(refused.value.wait_s)
    assert nora.sign_in() == nora.reference


def test_many_logins_from_one_address_are_slowed_too(nora: Enrolled, hashes: list[str]) -> None:
    for number in range(1000):
        nora.login = f"guess{number}"
        with pytest.raises(SignInRefused):
            nora.sign_in("not the password at all", address="10.0.0.66")
    assert len(hashes) == OF_ADDRESS.free


def test_a_wait_survives_a_restart_and_is_written_for_unknown_logins_alike(nora: Enrolled, tmp_path: Path) -> None:
    private = tmp_path / "private"
    for login in each(("nora", "nobody")):
        nora.login = login
        for _ in range(OF_LOGIN_AT_ADDRESS.free):
            with pytest.raises(SignInRefused):
                nora.sign_in("not the password at all", address=login)
        again = Accounts(private, nora.clock)
        with pytest.raises(SignInRefused, match="Too many tries"):
            again.sign_in(login, PASSWORD, nora.code(), address=login)
    kept = json.loads((private / WAITS).read_text())
    assert len(kept["counts"]) == 2
    assert "nora" not in json.dumps(kept)


def test_no_more_than_two_hashes_are_worked_out_at_once_and_a_crowd_is_sent_away(
    nora: Enrolled, monkeypatch: pytest.MonkeyPatch
) -> None:
    places = passwords.AT_ONCE + passwords.MOST_WAITING
    for _ in range(places):
        assert passwords._PLACES.acquire(blocking=False)
    try:
        for _ in range(100):
            with pytest.raises(SignInRefused, match="Too many are signing in") as refused:
                nora.sign_in()
            assert refused.value.wait_s > 0
    finally:
        for _ in range(places):
            passwords._PLACES.release()
    assert nora.sign_in() == nora.reference  # being sent away was not counted


# The arithmetic of waiting


@given(tries=st.integers(0, 10**9), pace=st.sampled_from(PACES))
def test_a_wait_grows_and_ends(tries: int, pace: Pace) -> None:
    assert 0 <= pace.wait_s(tries) <= pace.wait_s(tries + 1) <= pace.longest_s
    assert (pace.wait_s(tries) == 0) == (tries < pace.free)


@settings(max_examples=60, deadline=None)
@given(acts=st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from("xyz"), st.integers(-4000, 4000)), max_size=80))
def test_nobody_waits_for_ever_and_a_try_during_a_wait_is_not_counted(
    tmp_path_factory: pytest.TempPathFactory, acts: list[tuple[str, str, int]]
) -> None:
    clock = Clock()
    waits = SignInWaits(tmp_path_factory.mktemp("waits"), clock)
    for login, address, seconds in acts:
        clock.pass_on(seconds)
        left = waits.left_s(login, address)
        assert waits.begin(login, address) == left <= 900
        if left:
            assert waits.left_s(login, address) == left
            clock.pass_on(left)
            assert waits.begin(login, address) == 0


# Two processes, and a kill between


def _add_some(private: Path, number: int) -> None:
    accounts = Accounts(private, Clock())
    for count in range(10):
        accounts.add("Somebody", f"p{number}-{count}", f"p-{number}-{count}")


def test_two_processes_that_write_lose_nothing_of_each_other(tmp_path: Path) -> None:
    spawning = multiprocessing.get_context("spawn")
    writers = [spawning.Process(target=_add_some, args=(tmp_path, number)) for number in range(2)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(60)
    assert [writer.exitcode for writer in writers] == [0, 0]
    assert len(Accounts(tmp_path, Clock()).people()) == 20


KILLED = """
import os, signal, sys
from datetime import UTC, datetime
from pathlib import Path
from trucewatch.ledger import durable
from trucewatch.store.sign_in_accounts import Accounts
move = durable.move_durably
def killed_before(source, target):
    if sys.argv[2] == "after":
        move(source, target)
    os.kill(os.getpid(), signal.SIGKILL)
durable.move_durably = killed_before
Accounts(Path(sys.argv[1]), lambda: datetime(2031, 5, 4, 9, tzinfo=UTC)).add("Other Person", "other", "p-other")
"""


@pytest.mark.parametrize(("when", "count"), [("before", 1), ("after", 2)])
def test_a_kill_while_the_file_is_written_leaves_the_whole_of_before_or_after(
    nora: Enrolled, tmp_path: Path, when: str, count: int
) -> None:
    private = tmp_path / "private"
    ended = subprocess.run(
        [sys.executable, "-c", KILLED, str(private), when],
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
        check=False,
    )
    assert ended.returncode == -signal.SIGKILL
    assert len(nora.accounts.people()) == count
    assert nora.sign_in() == nora.reference
    nora.accounts.add("Third Person", "third", "p-third")  # the lock went with the process


# A file that is gone or damaged


def _cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-40])


def _emptied(path: Path) -> None:
    path.write_bytes(b"")


def _of_later(path: Path) -> None:
    path.write_text(path.read_text().replace("accounts/1", "accounts/9"))


def _without_secret(path: Path) -> None:
    record = json.loads(path.read_text())
    for row in record["accounts"].values():
        del row["secret"]
    path.write_text(json.dumps(record))


def _linked(path: Path) -> None:
    path.rename(path.with_suffix(".other"))
    path.symlink_to(path.with_suffix(".other"))


@pytest.mark.parametrize("damage", [_cut, _emptied, _of_later, _without_secret, _linked])
def test_a_damaged_file_lets_nobody_in_and_says_what_to_do(
    nora: Enrolled, tmp_path: Path, damage: Callable[[Path], None]
) -> None:
    damage(tmp_path / "private" / ACCOUNTS)
    accounts = Accounts(tmp_path / "private", nora.clock)
    assert accounts.in_use
    assert accounts.trouble == DAMAGED
    assert accounts.of(nora.reference) is None
    with pytest.raises(StoreError):
        nora.sign_in()
    with pytest.raises(StoreError):
        accounts.add("Other Person", "other", "p-other")
    accounts.set_aside()
    accounts.expect()
    accounts.add("Nora Quill", "nora", nora.reference)
    assert accounts.in_use
    assert accounts.trouble == GONE


def test_a_file_that_goes_while_the_console_runs_lets_nobody_in(nora: Enrolled, tmp_path: Path) -> None:
    assert nora.accounts.in_use
    (tmp_path / "private" / ACCOUNTS).unlink()
    assert nora.accounts.in_use
    assert nora.accounts.trouble == GONE
    with pytest.raises(SignInRefused):
        nora.sign_in()


def test_of_two_changes_of_one_password_at_once_one_stands(nora: Enrolled) -> None:
    def changed_to(password: str) -> bool:
        try:
            nora.accounts.change_password(nora.reference, PASSWORD, password)
        except EnrolmentRefused:
            return False
        return True

    new = ("nine otters in a row", "eight geese in a line")
    with ThreadPoolExecutor(2) as both:
        outcomes = list(both.map(changed_to, new))
    assert sorted(outcomes) == [False, True]
    assert nora.sign_in(new[outcomes.index(True)]) == nora.reference


def test_a_password_is_changed_by_who_knows_it_and_codes_are_made_anew(nora: Enrolled) -> None:
    with pytest.raises(EnrolmentRefused) as refused:
        nora.accounts.change_password(nora.reference, "not the password at all", "nine otters in a row")
    assert refused.value.field == "old"
    nora.accounts.change_password(nora.reference, PASSWORD, "nine otters in a row")
    codes = nora.accounts.new_recovery_codes(nora.reference, "nine otters in a row")
    with pytest.raises(SignInRefused):
        nora.sign_in("nine otters in a row", code=nora.codes[0])
    assert nora.sign_in("nine otters in a row", code=codes[0]) == nora.reference
