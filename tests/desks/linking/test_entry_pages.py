"""What is stated of a link in the console: a form for each table, what becomes of it before it is entered, a receipt
that takes it back; and who may."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from typing import Any

import pytest
from httpx2 import Response
from starlette.testclient import TestClient

from tests.conftest import each
from tests.desks.linking.samples import STATUS, enter, network_on, propose, question_of, take_back
from tests.server.conftest import client_of
from tests.server.signed_in import EVERYBODY, browser_of, person_as
from trucewatch.desks.linking.forms import LINK_FORMS
from trucewatch.model.link_entries import subjects_of
from trucewatch.model.link_statements import STATEMENTS
from trucewatch.model.roles import Right, Role, rights_of
from trucewatch.server.console import Console
from trucewatch.store.link_records import link_entries
from trucewatch.store.opening_records import kept_proposals

ABOUT = "ford-road"
FIELDS: dict[str, dict[str, Any]] = {
    "status": {"status": "open", "direction": "both", "since": "2031-05-02", "said": "2031-05-03"},
    "length": {"km": "30,5", "of": "gate to gate"},
    "minutes": {"least": "40", "most": "55.5"},
    "works": {"state": "announced", "says": "new asphalt", "due": "2031-08-01"},
    "rules": {"who": "farmers", "papers": "a pass", "controller": "the Guard"},
    "need": {"what": "who stands at the gate", "who": ["UV", "LV"]},
    "passage": {"day": "2031-05-02", "direction": "forward", "traffic": "lorries", "least": "12", "most": "14"},
    "queue": {"at": "2031-05-03T10:00", "direction": "backward", "traffic": "cars", "hours": "2.5"},
    "closure": {"since": "2031-05-02", "direction": "both", "says": "high water"},
    "checkpoint": {"called": "the toll house", "by": "UV"},
}
SHARED = {"by": "UV", "language": "en", "source": "an evening broadcast", "known_at": "2031-05-03T23:00"}


@pytest.fixture
def console(fresh: Callable[[str], Console]) -> Console:
    return fresh("two-valleys")


@pytest.fixture
def client(console: Console) -> TestClient:
    return client_of(console)


def words_of(answer: Response) -> str:
    """The text of a page, without its tags."""
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]*>", " ", answer.text)))


def about_of(client: TestClient, table: str) -> str:
    return subjects_of(network_on(client), table)[0]


def test_every_table_has_a_form() -> None:
    assert set(LINK_FORMS) == set(STATEMENTS) == set(FIELDS)


@pytest.mark.parametrize("table", FIELDS)
def test_each_form_shows_whose_claim_it_is_before_and_enters_it_with_the_second_click(
    client: TestClient, console: Console, table: str
) -> None:
    about, before = about_of(client, table), len(console.store.journal)
    form = client.get("/links/entries/new", params={"table": table, "about": about})
    for field in ("by", "source", "known_at", *FIELDS[table]):
        assert f'name="{field}"' in form.text, field
    typed = {**SHARED, **FIELDS[table], "table": table, "about": about}
    looked_at = client.post("/links/entries/new", data=typed)
    assert looked_at.status_code == 200, words_of(looked_at)[:2000]
    assert "It stands as the claim of Upper Valley" in words_of(looked_at)
    assert len(console.store.journal) == before, "nothing is entered by looking"
    hidden = re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)"', looked_at.text)
    again: dict[str, list[str]] = {}
    for name, value in hidden:
        again.setdefault(name, []).append(html.unescape(value))
    entered = client.post("/links/entries/new", data={**again, "confirm": "yes"})
    assert entered.status_code == 303, words_of(entered)[:2000]
    (entry,) = link_entries(console.store)
    assert (entry.table, entry.about, entry.row.by, entry.row.source) == (table, about, "UV", SHARED["source"])
    page = client.get("/links/entries")
    assert SHARED["source"] in words_of(page)
    assert SHARED["source"] not in words_of(client.get(f"/ledger/entry/{entry.entry}"))


def test_a_status_that_another_party_contradicts_is_seen_to_become_not_known(client: TestClient) -> None:
    about = next(
        link.id
        for link in network_on(client).links
        if link.status and all((row.by, row.status) == ("UV", "closed") for row in link.status)
    )
    typed = {**SHARED, **FIELDS["status"], "by": "LV", "table": "status", "about": about}
    page = words_of(client.post("/links/entries/new", data=typed))
    assert "the status becomes not known, since" in page
    assert "Upper Valley says closed" in page
    assert "Lower Valley says open" in page
    assert "Before it: closed" in page


def test_the_undo_of_the_receipt_asks_no_reason_and_later_one_is_asked_for(
    client: TestClient, console: Console
) -> None:
    about = about_of(client, "status")
    name = enter(client, about=about)
    page = client.get("/links/entries").text
    (where,) = re.findall(r'<form method="post" action="(/links/entries/[^"]*undo)"', page.partition('id="toast"')[2])
    assert client.post(where).status_code == 303
    (entry,) = link_entries(console.store)
    assert (entry.entry_id, entry.undone is None) == (name, False)
    other = enter(client, about=about)
    assert client.post(f"/links/entries/{other}/undo", data={"reason": " "}).status_code == 422
    take_back(client, other, "the wrong link")
    assert "the wrong link" in words_of(client.get("/links/entries"))
    again = client.post(f"/links/entries/{other}/undo", data={"reason": "again"})
    assert again.status_code == 422
    assert "taken back already" in words_of(again)


@pytest.mark.parametrize(
    ("typed", "field", "sentence"),
    [
        ({"status": ""}, "status", "This is empty; fill it in."),
        ({"source": ""}, "source", "This is empty; fill it in."),
        ({"since": "31 February"}, "since", ""),
        ({"since": "2031-05-03", "until": "2031-05-01"}, "until", ""),
        ({"known_at": "2031-06-01T00:00"}, "known_at", "ahead of the watch's clock"),
    ],
)
def test_what_is_wrong_stands_beside_its_field_and_what_was_typed_stays(
    client: TestClient, console: Console, typed: dict[str, str], field: str, sentence: str
) -> None:
    before = len(console.store.journal)
    sent = {**SHARED, **FIELDS["status"], "says": "the gate is <b>open", "table": "status"}
    answer = client.post("/links/entries/new", data={**sent, "about": about_of(client, "status"), **typed})
    assert answer.status_code == 422
    fault = re.search(rf'id="fault-{field}">(.*?)</span>', answer.text, re.DOTALL)
    assert fault
    assert sentence in html.unescape(fault[1])
    assert "the gate is &lt;b&gt;open" in answer.text
    assert len(console.store.journal) == before


@pytest.mark.parametrize("language", ["maria", "NaN", "en\x00", "EN", "<b>"])
def test_a_language_is_chosen_and_never_typed_since_it_stands_in_the_ledger(
    client: TestClient, console: Console, language: str
) -> None:
    before = len(console.store.journal)
    typed = {**STATUS, "about": about_of(client, "status"), "language": language}
    answer = client.post("/links/entries/new", data=typed)
    assert answer.status_code == 422
    assert "none of the languages of this watch" in words_of(answer)
    assert len(console.store.journal) == before


def test_a_form_of_nothing_offers_what_there_is(client: TestClient) -> None:
    for asked in each([{}, {"table": "status"}, {"about": "moon-road"}, {"table": "queue", "about": "moon-road"}]):
        page = client.get("/links/entries/new", params=asked)
        assert page.status_code == 200
        assert about_of(client, "status") in page.text
    assert client.post("/links/entries/new", data={**STATUS, "about": "moon-road"}).status_code == 422
    assert client.get("/links/entries/l-x/undo").status_code == 404


@pytest.mark.parametrize("who", EVERYBODY)
def test_who_may_admit_enters_and_whoever_is_inside_reads(console: Console, who: Role | str) -> None:
    enter(client_of(console), about=about_of(client_of(console), "status"))
    browser = browser_of(console, person_as(who))
    rights = rights_of([who] if isinstance(who, Role) else [])
    may_enter, may_read = Right.ADMIT in rights, Right.INSIDE in rights
    assert (browser.get("/links/entries").status_code == 200) == may_read
    assert (browser.get("/links/entries/new").status_code == 200) == may_enter
    posted = browser.post("/links/entries/new", data={**STATUS, "about": about_of(client_of(console), "status")})
    assert (posted.status_code == 303) == may_enter
    if may_read:
        assert ("/undo" in browser.get("/links/entries").text) == may_enter
        assert browser.get("/links/openings").status_code == 200


def test_both_heads_release_an_answer_and_nobody_else_does(console: Console) -> None:
    client = client_of(console)
    code = propose(client, **question_of(client))
    here = f"/links/openings/{code}"
    assert "Inside the centre only" in words_of(client.get(here))
    assert client.post(f"{here}/agree", data={"of": "x"}).status_code in (303, 400, 409)

    def agree(role: Role, side: str) -> Response:
        browser = browser_of(console, person_as(role, side, console.store.keys.person_reference(f"{role} of {side}")))
        of = re.search(r'name="of" value="([^"]*)"', browser.get(here).text)
        return browser.post(f"{here}/agree", data={"of": of[1] if of else ""})

    agree(Role.OFFICER, "NI")
    agree(Role.HEAD, "NI")
    assert "Inside the centre only" in words_of(client.get(here))
    agree(Role.HEAD, "SI")
    assert "Released: both heads agreed" in words_of(client.get(here))
    assert "Released" in words_of(client.get("/links/openings"))
    assert client.post(f"{here}/withdraw", data={"reason": ""}).status_code == 422
    assert client.post(f"{here}/withdraw", data={"reason": "the wrong day"}).status_code == 303
    page = words_of(client.get(here))
    assert "Withdrawn" in page
    assert "the wrong day" in page
    assert "Released" not in page


def test_the_page_of_a_proposal_says_in_place_of_typed_words_that_it_leaves_them_out(console: Console) -> None:
    client, word = client_of(console), "quaggawort"
    question = question_of(client)
    for table, own in each({"length": {"km": "30,5", "by": ""}, "need": {"what": word, "who": ["UV", "LV"]}}.items()):
        enter(client, **{**SHARED, "table": table, "about": question["open"], **own, "source": f"a book of {word}"})
    page = client.get(f"/links/openings/{propose(client, **question)}")
    assert "a source entered by hand, which a proposal leaves out" in words_of(page)
    assert "entered by hand; the words are not in a proposal" in words_of(page)
    assert word not in page.text


def test_the_undo_of_a_proposal_withdraws_it_without_a_reason(console: Console) -> None:
    client = client_of(console)
    code = propose(client, **question_of(client))
    page = client.get(f"/links/openings/{code}").text
    (where,) = re.findall(r'<form method="post" action="(/links/openings/[^"]*)"', page.partition('id="toast"')[2])
    assert client.post(where).status_code == 303
    assert "Withdrawn" in words_of(client.get(f"/links/openings/{code}"))
    assert client.get("/links/openings/LO-99").status_code == 404


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ({"at": "9999-12-31"}, "later day than"),
        ({"known_by": "9999-12-31T00:00:00Z"}, "later day than"),
        ({"at": "2031-02-30"}, "cannot be read"),
        ({"mode": "air"}, "choose one"),
    ],
)
def test_no_answer_is_proposed_of_a_day_to_come_or_by_a_way_that_there_is_not(
    client: TestClient, console: Console, asked: dict[str, str], sentence: str
) -> None:
    before = len(console.store.journal)
    answer = client.post("/links/openings", data={**question_of(client), **asked}, headers={"accept": "text/html"})
    assert answer.status_code == 409
    assert sentence in words_of(answer)
    assert "Nothing was entered" in words_of(answer)
    assert len(console.store.journal) == before


def test_an_answer_that_was_asked_by_names_is_proposed_by_names(client: TestClient, console: Console) -> None:
    asked = {"from": "Highmere", "to": "Ambermill", "open": "middle-bridge-crossing"}
    page = client.get("/links/opening", params=asked).text
    form = page.partition('action="/links/openings"')[2].partition("</form>")[0]
    hidden = dict(re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)"', form))
    assert hidden["from"] == "Highmere"
    assert client.post("/links/openings", data=hidden).headers["location"] == "/links/openings/LO-1"
    (proposal,) = kept_proposals(console.store)
    assert (proposal.question["from"], proposal.question["to"]) == ("highmere", "ambermill")
