"""The queue: what waits for whom, until when; nothing of what anybody answered before it is opened."""

from __future__ import annotations

import html
import re
from dataclasses import replace
from datetime import timedelta

import pytest

from tests.conftest import each
from tests.desks.reviewing.two_delegations import Delegations, all_of, both
from tests.server.conftest import client_of
from tests.server.signing_in import enrol
from tests.store.test_sign_in_accounts import Clock
from trucewatch.desks.reviewing import beside, queue
from trucewatch.model.review import Case
from trucewatch.model.roles import Role
from trucewatch.pipeline import review_putting
from trucewatch.pipeline.review_book import ReviewBook
from trucewatch.server.console import Console

PLANTED = "SHELLS OF WHICH NOBODY MAY LEARN EARLY"


@pytest.fixture
def people(console: Console, clock: Clock) -> Delegations:
    return both(console, clock)


def words_of(page: str) -> str:
    main = page.partition('<main id="content"')[2].partition("</main>")[0] or page
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", main)))


def row_of(page: str, code: str) -> str:
    """The row of a case, as words; "" where the page has none."""
    found = re.search(rf'<li data-review-case="{code}".*?</li>', page, re.DOTALL)
    return words_of(found[0]) if found else ""


def codes_in(page: str) -> list[str]:
    return re.findall(r'<li data-review-case="(R-\d+)"', page)


def test_an_empty_queue_says_what_to_do_also_where_nobody_has_an_account(console: Console) -> None:
    said = words_of(client_of(console).get("/review").text)
    assert "No finding is put to the delegations yet" in said
    assert "trucewatch people" in said
    assert "Put findings to the delegations" in said


def test_a_row_says_how_each_delegation_stands_and_until_when(people: Delegations) -> None:
    (code,) = people.put()
    row = row_of(people.dan.get("/review").text, code)
    assert "Northern Isles: awaited" in row
    assert "Southern Isles: awaited" in row
    assert "first positions until" in row


def test_of_the_other_delegation_no_more_is_told_than_that_something_is_sealed(people: Delegations) -> None:
    (first, second) = people.put(2)
    people.ben.seal(first, all_of("concur"), happened=PLANTED)
    people.ben.seal(second, all_of(f"dissent:{PLANTED}"), happened=PLANTED)
    nora = enrol(people.console, people.anna.colleague.clock, "Olga Tarn", "olga", Role.AUDITOR)
    rows = []
    for browser in (people.dan.colleague.browser, nora.browser):
        page = browser.get("/review").text
        assert PLANTED not in page
        rows += [row_of(page, code).replace(code, "") for code in (first, second)]
        assert all("Northern Isles: sealed" in row for row in rows)
    sides = [re.sub(r"part \S+", "", re.findall(r"Northern Isles:.*", row)[0]) for row in rows]
    assert re.sub(r"\d\d:\d\d", "", sides[0]) == re.sub(r"\d\d:\d\d", "", sides[1]), "both answers look alike"


def test_what_waits_for_me_stands_first_and_can_be_seen_alone(people: Delegations) -> None:
    codes = people.put(3)
    people.ben.seal(codes[0], all_of("abstain"))
    assert codes_in(people.ben.get("/review").text)[-1] == codes[0]
    assert sorted(codes_in(people.ben.get("/review?state=mine").text)) == sorted(codes[1:])
    assert sorted(codes_in(people.dan.get("/review?state=mine").text)) == sorted(codes)
    assert sorted(codes_in(people.dan.get("/review?delegation=NI").text)) == sorted(codes[1:])


def test_cases_of_one_event_stand_together(people: Delegations) -> None:
    people.put(12)
    page = people.ben.get("/review").text
    groups = [set(re.findall(r'data-incident="([^"]+)"', part)) for part in page.split('<div class="event"')[1:]]
    assert all(len(group) == 1 for group in each(groups))
    assert len({name for group in groups for name in group}) == len(groups)


def test_closed_cases_are_paged_and_chosen_by_state(
    people: Delegations, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queue, "ROWS_AT_ONCE", 2)
    codes = people.put(3)
    assert people.cleo.post("/review/leaving", act="leave", reason="orders", confirm="yes").status_code == 303
    page = people.ben.get("/review?state=closed").text
    assert len(codes_in(page)) == 2
    assert "Page 1 of 2" in words_of(page)
    more = people.ben.get("/review?state=closed&page=2").text
    assert sorted(codes_in(page) + codes_in(more)) == sorted(codes)
    assert codes_in(people.ben.get("/review?state=agreed").text) == []
    assert sorted(codes_in(people.ben.get("/review?state=all").text)), "everything has the closed ones too"


def test_an_address_with_nonsense_is_the_queue(people: Delegations) -> None:
    people.put()
    for query in each(("?state=x", "?delegation=x", "?page=0", "?page=999999")):
        assert people.ben.get(f"/review{query}").status_code == 200


def test_the_board_has_a_line_with_the_clock_and_the_incident_a_link(people: Delegations) -> None:
    (code,) = people.put()
    board = people.ben.get("/floor").text
    assert f"{code}: first positions are awaited: Northern Isles" in words_of(board)
    incident = re.search(r'href="(/incident/[\d-]+)"', people.ben.get("/review").text)
    assert incident
    assert f"Review {code}: under review" in people.ben.get(incident[1]).text


def test_both_delegations_are_told_of_what_late_evidence_puts_anew(
    people: Delegations, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = people.put(2)
    for signer in (people.ben, people.dan):
        assert "put anew" not in words_of(signer.get("/review").text)
    held = ReviewBook.cases

    def cases(book: ReviewBook) -> tuple[Case, ...]:
        return tuple(
            replace(case, before=first, why="late_evidence") if case.code == second else case for case in held(book)
        )

    monkeypatch.setattr(ReviewBook, "cases", cases)
    said = {words_of(signer.get("/review").text).partition("Which")[0] for signer in (people.ben, people.dan)}
    assert len(said) == 1, "the same words for both"
    assert (
        f"What was judged stays as it is; the same finding is put anew, with the same clock for all: {first} → {second}"
        in said.pop()
    )
    for signer in (people.ben, people.dan):
        assert f"put anew after {first}: evidence came late" in row_of(signer.get("/review").text, second)
        board = words_of(signer.get("/floor").text)
        assert f"{second}, put anew after late evidence: first positions are awaited: Northern Isles and" in board


def test_a_case_whose_clock_ran_out_is_closed_beside_the_pages(people: Delegations) -> None:
    (code,) = people.put()
    console = people.console
    before = len(console.store.journal)
    beside.work(console)
    assert len(console.store.journal) == before, "nothing is due"
    case = console.snapshot.watch.settings
    assert case.watch_time is not None
    later = console.snapshot.as_of + timedelta(hours=case.review.hours + case.review.discussion_hours + 1)
    object.__setattr__(console.snapshot, "as_of", later)
    beside.work(console)
    records = [entry.record for entry in console.store.journal.entries(before)]
    assert [record["case"] for record in records if record["schema"] == "trucewatch/review-outcome/1"] == [code]
    entries = len(console.store.journal)
    beside.work(console)
    assert len(console.store.journal) == entries, "once"


def test_where_two_of_each_sign_the_second_is_asked_and_the_first_is_not(
    people: Delegations, monkeypatch: pytest.MonkeyPatch
) -> None:
    put = review_putting.case_record
    two = {"each": 2}
    monkeypatch.setattr(
        review_putting, "case_record", lambda **fields: put(**fields | {"rule": replace(fields["rule"], **two)})
    )
    (code,) = people.put()
    people.ben.seal(code, all_of("concur"))
    pages = [person.get("/review").text for person in (people.anna, people.ben, people.dan)]
    rows = [re.search(rf'<li data-review-case="{code}".*?>', page, re.DOTALL) for page in pages]
    assert ["data-review-awaited" in row[0] for row in rows if row] == [True, False, True]
    assert "Northern Isles: awaited" in row_of(pages[2], code)
    assert "Left out" not in words_of(people.anna.get(f"/review/list?codes={code}").text)
    assert "first positions are awaited" in words_of(people.anna.get("/floor").text)
    assert people.anna.get(f"/review/{code}/withhold").status_code == 200
    assert 'href="/review/R-1/withhold"' not in people.anna.get(f"/review/{code}").text
