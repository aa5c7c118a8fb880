"""What was judged and is no longer on the list: both delegations read it, in the same words, wherever they look."""

from __future__ import annotations

import re

import pytest

from tests.desks.reviewing.test_queue_pages import words_of
from tests.desks.reviewing.two_delegations import Delegations, all_of, both
from tests.store.test_sign_in_accounts import Clock
from trucewatch.pipeline.review_book import ReviewBook
from trucewatch.server.console import Console
from trucewatch.store.edit_records import record_act, recorded_acts


@pytest.fixture
def people(console: Console, clock: Clock) -> Delegations:
    return both(console, clock)


def test_both_delegations_are_told_that_what_they_judged_is_no_longer_on_the_list(people: Delegations) -> None:
    console = people.console
    (code,) = people.put()
    for signer in (people.ben, people.dan):
        signer.seal(code, all_of("concur"))
    people.ben.open(code)
    people.dan.open(code)
    case = ReviewBook(console.store, console.snapshot.watch, console.now()).case(code)
    assert case.state == "agreed"
    page_of_case, event = (
        f"/review/{code}",
        f"/incident/{console.snapshot.codes[console.snapshot.row_of[case.incident]]}",
    )
    for signer in (people.ben, people.dan):
        assert "no longer on the list" not in words_of(signer.get("/review").text)
        assert "no longer on the list" not in words_of(signer.get(page_of_case).text)
    record_act(
        console.store,
        "retype",
        reason="a quarry",
        by="Anna",
        known_at=console.snapshot.as_of,
        members=case.members,
        kind="fire",
    )
    assert f'action="/review/{code}/who"' in people.anna.get(page_of_case).text
    console.refresh()
    assert console.snapshot.outdated == {code: "gone"}
    assert f'action="/review/{code}/who"' not in people.anna.get(page_of_case).text
    assert "Not put, and not to be put" in people.anna.get(page_of_case).text
    answer = people.anna.post(f"/review/{code}/who")
    assert answer.status_code in (409, 422)
    assert "so who did it is not asked" in answer.text
    read = [
        [words_of(signer.get(path).text) for path in ("/review", page_of_case, event, "/floor")]
        for signer in (people.ben, people.dan)
    ]
    for queue, of_case, of_event, board in read:
        assert f"outside it stands as not reviewed: {code}" in queue
        assert "What was judged here is no longer on the list of today." in of_case
        assert "; what was judged is no longer on the list" in of_event
        assert f"{code}: what was judged is no longer on the list" in board
    notices = [re.search(r"What was judged is no longer.*?R-\d+", each[0]) for each in read]
    assert all(notices)
    assert len({notice[0] for notice in notices if notice}) == 1, "the same words for both"
    assert console.snapshot.row_of[case.incident] >= 0, "retyped, not rejected"
    (act,) = recorded_acts(console.store)
    record_act(
        console.store, "undo", reason="none", by="Anna", known_at=console.snapshot.as_of, members=(), undoes=act.act_id
    )
    console.refresh()
    for signer in (people.ben, people.dan):
        assert "no longer on the list" not in words_of(signer.get("/review").text)
        assert "no longer on the list" not in words_of(signer.get(page_of_case).text)
