"""What a watch agreed for accounts, and `trucewatch people` at a terminal."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.builders import make_watch
from tests.pipeline.test_command_line import call
from trucewatch.desks.enrolling.rule import LIMITS, AccountRule, read
from trucewatch.errors import StoreError, TrucewatchError, WatchError
from trucewatch.store import Store


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return make_watch(tmp_path / "w")


def people(folder: Path, *words: str) -> str:
    code, text = call("people", str(folder), *words)
    assert code == 0
    return text


def test_without_a_line_a_session_lasts_half_an_hour_idle_and_a_shift() -> None:
    assert read({}) == AccountRule(idle_minutes=30, shift_hours=12, keep_access_days=400)


@pytest.mark.parametrize("key", LIMITS)
def test_a_limit_holds_at_both_ends_and_not_beyond(key: str) -> None:
    least, most = LIMITS[key]
    for value in (least, most):
        assert getattr(read({key: value}), key) == value
    for wrong in (least - 1, most + 1, float(least), True, "30", None, []):
        with pytest.raises(WatchError, match=key):
            read({key: wrong})


def test_a_key_that_is_none_is_named_with_those_that_are() -> None:
    with pytest.raises(WatchError, match="idle_minutes, shift_hours, keep_access_days"):
        read({"idle": 30})


def test_the_first_account_is_added_and_listed(folder: Path) -> None:
    assert "There are no accounts" in people(folder, "list")
    text = people(folder, "add", "Ada North", "--login", "Ada", "--role", "administrator")
    assert "/sign-in/first?once=" in text
    assert "Nobody" not in text
    document = json.loads(people(folder, "list", "--json"))
    (person,) = document["people"]
    assert (person["login"], person["name"], person["state"]) == ("ada", "Ada North", "invited")
    assert person["roles"][0]["role"] == "administrator"
    assert document["accounts_in_use"] is False


def test_a_role_is_granted_and_ended_at_a_terminal(folder: Path) -> None:
    people(folder, "add", "Ada North", "--login", "ada", "--role", "administrator")
    people(folder, "add", "Bo Reed", "--login", "bo", "--role", "analyst", "--side", "D1")
    people(folder, "grant", "bo", "--role", "interpreter", "--side", "D1")
    assert "interpreter D1" in people(folder, "list")
    people(folder, "end", "bo", "analyst", "--reason", "reads only now")
    assert "analyst" not in people(folder, "list")
    assert "once=" in people(folder, "link", "bo")
    people(folder, "remove", "bo")
    assert "Bo Reed" not in people(folder, "list")


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("add", "Bo", "--login", "bo", "--role", "head", "--side", "D1"), "administrator's"),
        (("add", "", "--login", "bo", "--role", "administrator"), "the name by which"),
        (("add", "Bo", "--login", "b o", "--role", "administrator"), "without blanks"),
        (("add", "Bo", "--login", "bo", "--role", "king"), "Choose a role"),
        (("add", "Bo", "--login", "bo", "--role", "administrator", "--until", "2001-01-01"), "before it begins"),
        (("link", "nobody"), "no account has this login"),
    ],
)
def test_what_cannot_be_done_at_a_terminal_says_why_and_does_nothing(
    folder: Path, words: tuple[str, ...], why: str
) -> None:
    with pytest.raises(TrucewatchError, match=why):
        call("people", str(folder), *words)
    assert "There are no accounts" in people(folder, "list")


def test_while_a_console_holds_the_watch_it_is_said_where_to_do_it(folder: Path) -> None:
    with Store(folder, lambda: datetime.now(UTC)), pytest.raises(StoreError, match="page People"):
        call("people", str(folder), "list")


def test_a_first_account_is_made_anew_only_where_nobody_can_sign_in(folder: Path) -> None:
    people(folder, "add", "Ada North", "--login", "ada", "--role", "administrator")
    path = folder / ".trucewatch" / "private" / "accounts.json"
    path.write_text("{ torn", encoding="utf-8")
    with pytest.raises(TrucewatchError, match="cannot be read"):
        call("people", str(folder), "list")
    text = people(folder, "add", "Ada North", "--login", "ada", "--role", "administrator", "--first")
    assert "once=" in text
