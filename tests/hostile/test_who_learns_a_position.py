"""Whoever is not of the delegation that sealed: no address gives them what lies sealed, nor takes an act for it."""

from __future__ import annotations

import base64
import json

import pyrage
import pytest

from tests.conftest import each
from tests.desks.reviewing.two_delegations import Delegations, all_of, both
from tests.server.conftest import client_of
from tests.server.signing_in import Colleague, enrol
from tests.store.test_sign_in_accounts import Clock
from trucewatch.ledger.position import opened_document, read_opened
from trucewatch.model.roles import Role
from trucewatch.server.console import Console
from trucewatch.store.review_records import COMMITMENT, POSITION

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


def test_files_that_whoever_keeps_the_machine_changed_are_told_and_no_page_shows_them(people: Delegations) -> None:
    people.dan.seal("R-1", all_of("concur"))
    people.ben.open("R-1")
    assert PLANTED in people.cleo.get("/review/R-1").text
    store = people.console.store
    records = [entry.record for entry in store.journal.entries()]
    opened = next(each["position"] for each in records if each["schema"] == POSITION)
    sealed = next(each["sealed"] for each in records if each["schema"] == COMMITMENT and each["delegation"] == "SI")
    for name in (opened, sealed):
        path = store.objects.path_of(name)
        path.chmod(0o600)
        path.write_bytes(path.read_bytes().replace(b"quaggawort", b"a bird was") + b" ")
    page = people.cleo.get("/review/R-1")
    assert page.status_code in (200, 409, 500)
    assert "a bird was" not in page.text
    assert "Traceback" not in page.text
    answer = people.dan.get("/review/R-1/sealed")
    assert answer.status_code == 409, answer.text
    assert len(answer.json()["detail"]) > 20


def test_of_several_sealed_ones_of_which_some_are_opened_the_page_says_that_none_counts(people: Delegations) -> None:
    people.anna.seal("R-1", all_of("concur"))
    people.dan.seal("R-1", all_of("concur"))
    items = people.ben.get("/review/R-1/sealed").json()["items"]
    assert len(items) == 2
    content = pyrage.decrypt(base64.b64decode(items[0]["sealed"]), [people.ben.opening])
    text = opened_document(read_opened(content)).decode()
    assert people.ben.send("/review/R-1/open", {"opened": text}).status_code == 200
    sentence = "Unless all are, none of its positions counts."
    assert people.cleo.get("/review/R-1").text.count(sentence) == 1
    people.ben.open("R-1")
    assert sentence not in people.cleo.get("/review/R-1").text
