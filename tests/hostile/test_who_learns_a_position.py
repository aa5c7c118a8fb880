"""Whoever is not of the delegation that sealed: no address gives them what lies sealed, nor takes an act for it."""

from __future__ import annotations

import json

import pytest

from tests.conftest import each
from tests.desks.reviewing.two_delegations import Delegations, all_of, both
from tests.server.conftest import client_of
from tests.server.signing_in import Colleague, enrol
from tests.store.test_sign_in_accounts import Clock
from trucewatch.model.roles import Role
from trucewatch.server.console import Console

PLANTED = "quaggawort was here"
ASKED = (
    "/review/R-1/sealed",
    "/review/R-1/sealed.json",
    "/review/to-sign?codes=R-1",
    "/review/to-sign.json?codes=R-1",
    "/review/R-1/to-sign.json",
    "/review/list?codes=R-1",
)
SENT = ("/review/commit", "/review/R-1/open", "/review/R-1/position", "/review/R-1/reseal", "/review/keys/ask")
FORMS = ("/review/R-1/withhold", "/review/R-1/done", "/review/keys/OK-1/enter", "/review/keys/OK-1/end")
OTHERS = (
    ("Lena Isle", "lena", Role.LIAISON, "NI"),
    ("Sol Reef", "sol", Role.SHIFT_LEAD, "SI"),
    ("Ada Cove", "ada", Role.ANALYST, "SI"),
    ("Ines Bay", "ines", Role.INTERPRETER, "SI"),
    ("Aud Cliff", "aud", Role.AUDITOR, ""),
)


@pytest.fixture
def people(console: Console, clock: Clock) -> Delegations:
    made = both(console, clock)
    made.put()
    made.ben.seal("R-1", {"happened": f"dissent:{PLANTED}", "what": "concur", "where_when": "concur"})
    return made


def test_no_other_role_is_given_what_lies_sealed_or_acts_for_a_delegation(people: Delegations, clock: Clock) -> None:
    (sealed,) = people.ben.get("/review/R-1/sealed").json()["items"]
    others = [enrol(people.console, clock, name, login, role, side=side) for name, login, role, side in OTHERS]
    before = len(people.console.store.journal)
    for colleague in each(others):
        _learns_nothing(colleague, sealed["sealed"])
    assert len(people.console.store.journal) == before


def _learns_nothing(colleague: Colleague, sealed: str) -> None:
    browser = colleague.browser
    for path in ASKED:
        answer = browser.get(path)
        assert answer.status_code in (403, 404), (colleague.login, path, answer.status_code)
        assert sealed[:80] not in answer.text
    for path in SENT:
        answer = browser.post(path, content=b"{}", headers={"accept": "application/json"})
        assert answer.status_code in (403, 404, 422), (colleague.login, path, answer.status_code)
    for path in FORMS:
        answer = browser.post(path, data={"confirm": "yes", "why": "lost"})
        assert answer.status_code in (403, 404), (colleague.login, path, answer.status_code)


def test_the_other_delegation_gets_an_empty_list_and_a_stranger_nothing(people: Delegations) -> None:
    assert people.cleo.get("/review/R-1/sealed").json()["items"] == []
    (sealed,) = people.ben.get("/review/R-1/sealed").json()["items"]
    answer = people.dan.send(
        "/review/R-1/reseal", {"commitment": sealed["commitment"], "sealed": sealed["sealed"], "key": people.dan.code}
    )
    assert answer.status_code == 409
    stranger = client_of(people.console)
    stranger.cookies.clear()
    for path in each(ASKED):
        answer = stranger.get(path, follow_redirects=False)
        assert answer.status_code != 200, path
        assert sealed["sealed"][:80] not in answer.text


def test_nothing_of_a_position_is_kept_by_a_browser_and_no_answer_of_a_refusal_repeats_it(people: Delegations) -> None:
    for path in each(("/review", "/review/R-1", "/review/R-1/sealed", "/review/to-sign?codes=R-1", "/review/keys")):
        assert people.ben.get(path).headers["cache-control"] == "no-store", path
    opened = json.dumps({"schema": "trucewatch/position-opened/1", "signed": PLANTED})
    for path in each(("/review/R-1/open", "/review/R-1/position")):
        assert PLANTED not in people.ben.send(path, {"opened": opened}).text
    answer = people.ben.colleague.browser.post("/review/hand-in", files={"file": ("x.json", opened.encode())})
    assert PLANTED not in answer.text


def test_a_head_does_not_end_or_enter_a_key_of_the_other_delegation(people: Delegations) -> None:
    for code, head in each(((people.dan.code, people.anna), (people.ben.code, people.cleo))):
        for act in ("enter", "end"):
            answer = head.post(f"/review/keys/{code}/{act}", why="lost")
            assert answer.status_code == 422
            assert "whose people alone enter and end it" in answer.text
    people.dan.seal("R-1", all_of("concur"))
