"""The directory and the line checks on their pages: who sees numbers, what is undone, where no number goes."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from starlette.testclient import TestClient

from tests.conftest import each
from tests.desks.telephoning.samples import add_line, check_line, table
from tests.server.conftest import client_of
from tests.server.signed_in import EVERYBODY, browser_of, person_as
from trucewatch.desks.telephoning.card_pages import card
from trucewatch.desks.telephoning.operations import Directory
from trucewatch.model.roles import RIGHTS, Right, Role, rights_of
from trucewatch.server.console import Console
from trucewatch.server.rights import is_export
from trucewatch.store.duty_directory import duty_directory, numbers_for
from trucewatch.store.line_check_records import line_checks
from trucewatch.store.protection import protect

NUMBER = "555-0177"
NAME = "Keeper of the lower gate"
SEE = {Right.SHIFT, Right.FLASH, Right.CALL_BACK}


@pytest.fixture
def console(fresh: Callable[[str], Console]) -> Console:
    return fresh("two-valleys")


@pytest.fixture
def client(console: Console) -> TestClient:
    return client_of(console)


def undo(client: TestClient) -> None:
    """The undo of the message that follows an act."""
    page = client.get("/lines").text
    (where,) = re.findall(r'<form method="post" action="(/lines/[^"]*undo[^"]*)"', page.partition('id="toast"')[2])
    assert client.post(where.replace("&amp;", "&")).status_code == 303


def test_a_function_is_added_changed_and_removed_and_each_is_undone(client: TestClient, console: Console) -> None:
    code = add_line(client, NAME, of="UV", telephone=NUMBER)
    assert client.post(f"/lines/{code}/change", data={"function": NAME, "radio": "HERON 1"}).status_code == 303
    (line,) = duty_directory(console.store)
    assert [number.number for number in line.numbers] == ["HERON 1"]
    undo(client)
    (line,) = numbers_for(console.store, "UV")
    assert [number.number for number in line.numbers] == [NUMBER]
    assert client.post(f"/lines/{code}/remove").status_code == 303
    assert duty_directory(console.store) == ()
    undo(client)
    assert [line.code for line in duty_directory(console.store)] == [code]


def test_a_number_is_never_given_to_two_functions_of_one_number(client: TestClient) -> None:
    first = add_line(client, "post")
    client.post(f"/lines/{first}/remove")
    add_line(client, "another post")
    page = client.get("/lines").text
    assert f'id="{first}"' not in page


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("function", {"function": " ", "telephone": NUMBER}),
        ("function", {"function": "x" * 121, "telephone": NUMBER}),
        ("telephone", {"function": "post"}),
        ("telephone", {"function": "post", "telephone": "ask at the gate"}),
        ("satellite", {"function": "post", "satellite": "7"}),
        ("radio", {"function": "post", "radio": "x" * 61}),
        ("of", {"function": "post", "of": "XX", "telephone": NUMBER}),
        ("remark", {"function": "post", "telephone": NUMBER, "remark": "bell \x07"}),
    ],
)
def test_what_cannot_be_added_is_said_beside_its_field_and_what_was_typed_stays(
    client: TestClient, console: Console, field: str, typed: dict[str, str]
) -> None:
    before = len(console.store.journal)
    answer = client.post("/lines/add", data=typed)
    assert answer.status_code == 422
    assert f'id="fault-{field}"' in answer.text
    assert len(console.store.journal) == before


def test_a_change_of_what_was_changed_meanwhile_is_refused(client: TestClient) -> None:
    code = add_line(client, NAME, telephone=NUMBER)
    (seen,) = re.findall(r'name="seen" value="(\d+)"', client.get(f"/lines/{code}").text)
    typed = {"function": NAME, "telephone": "555-0178", "seen": seen}
    assert client.post(f"/lines/{code}/change", data=typed).status_code == 303
    assert client.post(f"/lines/{code}/change", data=typed | {"telephone": "555-0179"}).status_code == 422


@pytest.mark.parametrize("role", EVERYBODY)
def test_numbers_are_shown_to_whoever_stands_the_watch_and_to_nobody_else(
    console: Console, client: TestClient, role: Role | str
) -> None:
    code = add_line(client, NAME, of="UV", telephone=NUMBER)
    rights = rights_of([role]) if isinstance(role, Role) else rights_of([])
    person = person_as(role, side="UV" if role == Role.LIAISON else "NI")
    browser = browser_of(console, person)
    pages = ("/lines", f"/lines/{code}", "/lines/card", "/lines/check", "/lines/own", "/floor", "/ledger")
    answers = {where: browser.get(where) for where in pages}
    assert (answers["/lines"].status_code == 200) == (Right.INSIDE in rights)
    assert (NAME in answers["/lines"].text) == (Right.INSIDE in rights)
    shown = {where for where, answer in answers.items() if NUMBER in answer.text}
    may = set() if not rights & SEE else {"/lines", f"/lines/{code}", "/lines/card"}
    assert shown == may | ({"/lines/check"} if rights & {Right.SHIFT, Right.COORDINATE} else set())
    assert (answers["/lines/own"].status_code == 200) == (Right.LIAISE in rights)
    assert (browser.get("/lines/add").status_code == 200) == bool(rights & {Right.SHIFT, Right.COORDINATE})


def test_some_roles_see_numbers_and_some_inside_do_not() -> None:
    assert {role for role in Role if RIGHTS[role] & SEE} == {Role.HEAD, Role.OFFICER, Role.SHIFT_LEAD, Role.COORDINATOR}
    assert Right.INSIDE in RIGHTS[Role.ANALYST]


def test_a_liaison_reads_when_its_own_line_was_tested_and_nothing_of_the_other_s(
    console: Console, client: TestClient
) -> None:
    check_line(client, "UV", "bad_line")
    check_line(client, "LV", "answered")
    page = browser_of(console, person_as(Role.LIAISON, side="UV")).get("/lines/own").text
    assert "bad line" in page
    assert "Lower Valley" not in page
    assert ": answered" not in page


LINES = ("UV", "LV", "HG")
"""As `[desk.telephoning]` of the example names them."""


def test_a_check_is_entered_for_each_line_that_was_tried_and_is_undone(client: TestClient, console: Console) -> None:
    code = add_line(client, NAME, of="UV", telephone=NUMBER)
    typed = {"result-UV": "answered", "number-UV": f"{code}:1", "result-LV": "no_answer"}
    assert client.post("/lines/check", data=typed).status_code == 303
    first, second = line_checks(console.store)  # in the order in which the watch names its lines
    assert (first.of, first.function, first.via, first.place) == ("UV", 1, "telephone", 1)
    assert (second.of, second.result) == ("LV", "no_answer")
    assert duty_directory(console.store)[0].tested == first
    undo(client)
    assert line_checks(console.store) == ()


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("result-UV", {"words-UV": "rang"}),
        ("result-UV", {"result-UV": "attack"}),
        ("number-UV", {"result-UV": "answered", "number-UV": "F-9:1"}),
        ("words-UV", {"result-UV": "answered", "words-UV": "x" * 1001}),
    ],
)
def test_a_check_that_cannot_be_entered_is_said_beside_its_line(
    client: TestClient, console: Console, field: str, typed: dict[str, str]
) -> None:
    answer = client.post("/lines/check", data=typed | {"result-LV": "answered"})
    assert answer.status_code == 422
    assert f'id="fault-{field}"' in answer.text
    assert line_checks(console.store) == ()


def test_a_line_is_due_until_it_is_checked_and_again_after_a_shift(client: TestClient, console: Console) -> None:
    watch, now = console.snapshot.watch, console.snapshot.as_of
    assert [state.is_checked for state in Directory(console.store, watch, now).states()] == [False] * len(LINES)
    check_line(client, "UV", "answered")
    check_line(client, "LV", "bad_line")
    check_line(client, "HG", "answered")
    states = {state.of: state for state in Directory(console.store, watch, now).states()}
    assert all(state.is_checked for state in states.values())
    assert {of for of, state in states.items() if state.is_silent} == {"LV"}
    later = Directory(console.store, watch, now + timedelta(hours=13))
    assert [state.is_checked for state in later.states()] == [False] * len(LINES)


def test_the_card_says_each_language_holds_the_medical_line_and_is_noted(client: TestClient) -> None:
    add_line(client, NAME, of="UV", telephone=NUMBER)
    page = client.get("/lines/card?language=all").text
    assert re.findall(r'class="card sheet" lang="(\w+)"', page) == ["en", "ru", "tr"]
    assert page.count(NUMBER) == 3
    assert page.count("555-0103, both banks") == 3
    assert "holds numbers" in page
    assert client.get("/lines/card").headers["cache-control"] == "no-store"
    assert is_export(card)


def test_hostile_text_of_the_directory_is_shown_as_text(client: TestClient) -> None:
    hostile = "<script>alert(1)</script>"
    add_line(client, hostile, of="UV", radio=hostile, hours=hostile, remark=hostile)
    for where in each(("/lines", "/lines/F-1", "/lines/card", "/lines/check")):
        page = client.get(where).text
        assert "<script>alert" not in page
        assert "&lt;script&gt;alert" in page


def test_no_number_and_no_name_of_the_directory_is_in_a_file_outside_private(
    client: TestClient, console: Console
) -> None:
    add_line(client, NAME, of="UV", telephone=NUMBER)
    check_line(client, "UV", "answered", number="F-1:1")
    client.post("/lines/bring", files={"file": ("lines.csv", table(f"{NAME} two"))})
    client.get("/lines/card?language=all")
    console.refresh()
    files = [path for path in each(console.folder.rglob("*")) if path.is_file()]
    private = console.store.root / "private"
    holding = [path for path in files if any(word in path.read_bytes() for word in (NUMBER.encode(), NAME.encode()))]
    assert each(holding)
    assert [path for path in holding if private not in path.parents] == []
    for entry in each(list(console.store.journal.entries())):
        assert NUMBER not in str(entry.record)
        assert NAME not in str(entry.record)
    for where in each(("/ledger", "/incidents.csv", "/reports", "/floor", "/api")):
        assert NUMBER not in client.get(where).text, where


def test_a_passphrase_encrypts_the_directory(client: TestClient, console: Console) -> None:
    add_line(client, NAME, of="UV", telephone=NUMBER)
    protect(console.store, "a gate of seven bars and a heron")
    files = [path for path in each((console.store.root / "private").rglob("*")) if path.is_file()]
    assert [path for path in files if NUMBER.encode() in path.read_bytes()] == []
    assert [line.function for line in duty_directory(console.store)] == [NAME]


def test_what_is_erased_of_a_function_is_gone_and_its_entry_stays(client: TestClient, console: Console) -> None:
    add_line(client, NAME, of="UV", telephone=NUMBER)
    entry = next(entry for entry in console.store.journal.entries() if entry.record["schema"].endswith("directory/1"))
    console.store.words.forget([entry.record["kept"]])
    console.store.memory.clear()
    (line,) = duty_directory(console.store)
    assert (line.is_erased, line.numbers, line.function) == (True, (), "")
    assert client.get("/lines").status_code == 200
    assert client.get("/lines/F-1").status_code == 200
