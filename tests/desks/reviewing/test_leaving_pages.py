"""A delegation leaves and comes back, by its own head: what was open is closed unreviewed, and nothing is agreed."""

from __future__ import annotations

import pytest

from tests.desks.reviewing.samples import not_put
from tests.desks.reviewing.two_delegations import Delegations, all_of, both
from tests.server.conftest import unbroken
from tests.store.test_sign_in_accounts import Clock
from trucewatch.server.console import Console
from trucewatch.store.review_records import CASE


@pytest.fixture
def people(console: Console, clock: Clock) -> Delegations:
    return both(console, clock)


def test_the_first_step_says_what_follows_and_enters_nothing(people: Delegations) -> None:
    people.put(2)
    before = len(people.console.store.journal)
    page = people.cleo.post("/review/leaving", act="leave", reason="recalled by our capital")
    assert page.status_code == 200
    text = unbroken(page.text)
    assert "2 open findings become “closed unreviewed”" in text
    assert "2 keys of it end" in text
    assert "recalled by our capital" in text, "what was typed stays"
    assert len(people.console.store.journal) == before


def test_what_was_open_is_closed_unreviewed_and_never_agreed(people: Delegations) -> None:
    (code,) = people.put()
    people.ben.seal(code, all_of("concur"))
    people.dan.seal(code, all_of("concur"))
    answer = people.cleo.post("/review/leaving", act="leave", reason="recalled", confirm="yes")
    assert answer.status_code == 303, answer.text[-2000:]
    page = unbroken(people.anna.get(f"/review/{code}").text)
    assert "closed unreviewed" in page
    assert "Nothing is agreed by default" in page
    keys = unbroken(people.anna.get("/review/keys").text)
    assert keys.count("ended: the delegation left") == 2


def test_an_officer_and_the_other_head_cannot_say_it(people: Delegations) -> None:
    before = len(people.console.store.journal)
    assert 'name="act"' not in people.dan.get("/review/leaving").text
    assert people.dan.post("/review/leaving", act="leave", reason="x", confirm="yes").status_code == 422
    assert len(people.console.store.journal) == before
    people.anna.post("/review/leaving", act="leave", reason="x", confirm="yes")
    page = people.cleo.get("/review/leaving").text
    assert page.count("left the review") == 1, "one's own delegation alone left"
    assert 'name="act" value="leave"' in page


def test_it_comes_back_in_the_same_two_steps(people: Delegations) -> None:
    people.cleo.post("/review/leaving", act="leave", reason="recalled", confirm="yes")
    page = people.cleo.get("/review/leaving")
    assert 'name="act" value="return"' in page.text
    answer = people.cleo.post("/review/leaving", act="return", reason="sent again", confirm="yes")
    assert answer.status_code == 303, answer.text[-2000:]
    assert "left the review" not in people.anna.get("/review/leaving").text


def test_the_page_of_leaving_is_found_from_that_of_keys(people: Delegations) -> None:
    for signer in (people.anna, people.dan):
        assert 'href="/review/leaving"' in signer.get("/review/keys").text


def test_it_is_said_before_findings_are_put_that_nothing_can_be_agreed_once_one_left(people: Delegations) -> None:
    sentence = "Fewer than two delegations take part in the review now"
    assert sentence not in unbroken(people.ben.get("/review/put").text)
    people.cleo.post("/review/leaving", act="leave", reason="recalled", confirm="yes")
    assert sentence in unbroken(people.ben.get("/review/put").text)
    people.cleo.post("/review/leaving", act="return", reason="back", confirm="yes")
    assert sentence not in unbroken(people.ben.get("/review/put").text)


def test_what_was_closed_unreviewed_is_offered_to_be_put_once_more(people: Delegations) -> None:
    (code,) = people.put()
    finding = next(
        entry.record["finding"] for entry in people.console.store.journal.entries() if entry.record["schema"] == CASE
    )
    assert finding not in not_put(people.anna)
    people.cleo.post("/review/leaving", act="leave", reason="recalled", confirm="yes")
    people.cleo.post("/review/leaving", act="return", reason="sent again", confirm="yes")
    assert finding in not_put(people.anna)
    assert people.anna.post("/review/put", finding=finding).status_code == 303
    assert finding not in not_put(people.anna)
    assert code in people.anna.get("/review/R-2").text, "it follows the one that was closed"
    page = unbroken(people.anna.get(f"/review/{code}").text)
    assert "The same finding is put once more as R-2." in page
    assert "Evidence that came later" not in page, "there was none"


def test_who_left_enters_no_words_on_what_was_closed_before(people: Delegations) -> None:
    (code,) = people.put()
    people.ben.seal(code, all_of("concur"))
    people.dan.seal(code, all_of("concur"))
    people.ben.open(code)
    people.dan.open(code)
    people.cleo.post("/review/leaving", act="leave", reason="recalled", confirm="yes")
    before = len(people.console.store.journal)
    assert 'name="of"' not in people.dan.get(f"/review/{code}/wording").text
    answer = people.dan.post(f"/review/{code}/wording", of="SI", **{"text-en": "Words of who left."})
    assert answer.status_code == 422
    assert "left the review" in unbroken(answer.text)
    assert len(people.console.store.journal) == before
