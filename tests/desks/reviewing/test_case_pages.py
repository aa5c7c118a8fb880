"""The page of a case: the same for every delegation before it decides, and blind until first positions are opened."""

from __future__ import annotations

import base64
import json
import re
from dataclasses import replace
from datetime import timedelta
from http.cookies import SimpleCookie
from typing import Any

import pyrage
import pytest
from httpx2 import Response

from tests.desks.replaying import replaying
from tests.desks.reviewing.samples import not_put
from tests.desks.reviewing.test_queue_pages import words_of
from tests.desks.reviewing.two_delegations import Delegations, all_of, both
from tests.server.conftest import client_of, unbroken
from tests.store.test_sign_in_accounts import Clock
from trucewatch.desks.reviewing import beside, changed_meanwhile
from trucewatch.errors import LedgerError
from trucewatch.ledger.position import opened_document, read_opened
from trucewatch.model.ids import canonical
from trucewatch.model.review_rule import ReviewRule
from trucewatch.model.roles import Role
from trucewatch.pipeline.deciding_release import Wanted, as_proposed
from trucewatch.pipeline.review_book import ReviewBook
from trucewatch.server.console import Console
from trucewatch.server.toast import COOKIE
from trucewatch.store.decision_records import decision_record

PLANTED = "a version that nobody may learn early"


@pytest.fixture
def people(console: Console, clock: Clock) -> Delegations:
    return both(console, clock)


def _put_part(page: str) -> str:
    """What was put, of a page."""
    return re.search(r"<div data-review-put>.*?</div>\s*(?=<section|<div class=\"notice)", page, re.DOTALL)[0]  # type: ignore[index]


def _column(page: str, side: str) -> str:
    part = re.search(rf'<section class="card side"[^>]*data-side="{side}".*', page, re.DOTALL)
    assert part
    return part[0].split('<section class="card side"', 2)[1]


def _receipt(answer: Response) -> str:
    """What an act leaves to be said on the page that follows."""
    cookie = SimpleCookie(answer.headers["set-cookie"])[COOKIE].value
    return str(json.loads(base64.urlsafe_b64decode(cookie))["text"])


def test_both_delegations_see_the_same_before_they_decide(people: Delegations) -> None:
    (code,) = people.put()
    first, second = (each.get(f"/review/{code}") for each in (people.ben, people.dan))
    assert first.status_code == second.status_code == 200
    assert _put_part(first.text) == _put_part(second.text)
    assert "every delegation sees before it decides" in first.text


def test_what_a_yes_makes_is_said_to_every_delegation_before_it_is_given(people: Delegations) -> None:
    (code,) = people.put()
    first, second = (unbroken(each.get(f"/review/{code}").text) for each in (people.ben, people.dan))
    sentence = re.search(r"If every delegation that counts concurs on all three: the assessment [^<]*", first)
    assert sentence
    assert sentence[0] in second


def test_a_sealed_position_shows_its_commitment_and_nothing_of_what_it_says(people: Delegations) -> None:
    (code,) = people.put()
    people.ben.seal(code, all_of("concur") | {"what": f"dissent:{PLANTED}"}, happened=PLANTED)
    for signer in (people.anna, people.dan, people.ben):
        page = signer.get(f"/review/{code}").text
        column = unbroken(_column(page, "NI"))
        assert 'data-standing="sealed"' in page
        assert "The server cannot read it either" in column
        assert people.ben.code in column, "who can open it is said"
        assert PLANTED not in page
        frame = re.search(r'<div class="sealed-frame">.*?</div></div>', column)
        assert frame
        assert "Dissent" not in frame[0]


def test_nothing_is_chosen_beforehand_in_ones_own_form(people: Delegations) -> None:
    (code,) = people.put()
    page = people.ben.get(f"/review/{code}").text
    form = re.search(r"<form[^>]*data-review-form.*?</form>", page, re.DOTALL)
    assert form
    assert 'method="dialog"' in form[0]
    assert form[0].count('type="radio"') == 9
    assert "checked" not in form[0]
    assert "data-review-form" not in _column(page, "SI"), "the form stands in one's own column"


def test_opened_positions_stand_side_by_side_with_reasons_in_their_own_words(people: Delegations) -> None:
    (code,) = people.put()
    people.ben.seal(code, all_of("concur"), happened="three sensors of different means")
    people.dan.seal(code, all_of("concur") | {"what": "dissent:demining of that day"}, what="it was announced")
    people.ben.open(code)
    people.dan.open(code)
    page = people.anna.get(f"/review/{code}").text
    ours, theirs = _column(page, "NI"), _column(page, "SI")
    assert "three sensors of different means" in ours
    assert "demining of that day" in theirs
    assert "it was announced" in theirs
    assert "First, blind" in ours


def test_the_rule_of_the_page_is_that_by_which_the_case_was_put(
    people: Delegations, monkeypatch: pytest.MonkeyPatch
) -> None:
    (code,) = people.put()
    page = words_of(people.ben.get(f"/review/{code}").text)
    assert "1 signed position of each delegation" in page
    assert "others stand in" not in page
    assert "the last position of its head is its answer" in page
    later = ReviewRule(each=2, signers=(Role.HEAD,), stands_in=(Role.OFFICER,), head_decides=False)
    object.__setattr__(people.console.snapshot.watch.settings, "review", later)
    assert "1 signed position of each" in words_of(people.ben.get(f"/review/{code}").text), "not by a later rule"
    monkeypatch.setattr(ReviewBook, "rule", lambda book, case: later)
    page = words_of(people.ben.get(f"/review/{code}").text)
    assert "2 signed positions of each delegation" in page
    assert "Where these are too few, others stand in: officer" in page
    assert "it has no answer, and a tie stays a tie" in page


def test_what_is_said_in_the_discussion_stands_with_its_entry(people: Delegations) -> None:
    code = _in_the_open(people)
    answer = people.ben.post(f"/review/{code}/speak", words="the fit leaves 9 sigma", entries="1")
    assert answer.status_code == 303, answer.text[-2000:]
    page = people.dan.get(f"/review/{code}").text
    assert "the fit leaves 9 sigma" in page
    assert 'href="/ledger/entry/1"' in page


def test_a_refused_word_keeps_what_was_typed(people: Delegations) -> None:
    code = _in_the_open(people)
    answer = people.ben.post(f"/review/{code}/speak", words="kept as it was typed", entries="999999")
    assert answer.status_code == 422
    assert "kept as it was typed" in answer.text


def test_when_all_have_no_more_to_say_dissent_stands_in_the_outcome_as_consent_does(people: Delegations) -> None:
    code = _in_the_open(people)
    for signer, follows in ((people.ben, "A later position takes that back"), (people.dan, "the case is closed")):
        answer = signer.post(f"/review/{code}/done")
        assert answer.status_code == 303
        assert follows in _receipt(answer)
    page = people.anna.get(f"/review/{code}").text
    box = re.search(r'<section class="card outcome-box".*?</section>', page, re.DOTALL)
    assert box
    assert "agreed in part" in box[0]
    cells = re.findall(r"<td[^>]*>.*?</td>", box[0], re.DOTALL)
    of_dissent = [cell for cell in cells if "Dissent" in cell]
    of_consent = [cell for cell in cells if "Concur" in cell]
    assert len(of_dissent) == 1
    assert len(of_consent) == 5
    tags = {tuple(re.findall(r"<(?:td|span|div) class=\"[^\"]*\"", cell)) for cell in of_dissent + of_consent}
    assert len(tags) == 1, "the same words in the same size"


def test_who_is_put_apart_only_after_happened_is_agreed_and_stands_in_no_title(people: Delegations) -> None:
    code = _in_the_open(people)
    assert "/who" not in people.ben.get(f"/review/{code}").text
    for signer in (people.ben, people.dan):
        signer.post(f"/review/{code}/done")
    page = people.ben.get(f"/review/{code}").text
    assert f'action="/review/{code}/who"' in page
    answer = people.anna.post(f"/review/{code}/who")
    assert answer.status_code == 303, answer.text[-2000:]
    apart = answer.headers["location"]
    page = people.anna.get(apart).text
    assert 'name="answer-who" value="none"' in page
    assert "data-key=" not in re.search(r"<form[^>]*data-review-form.*?</form>", page, re.DOTALL)[0]  # type: ignore[index]


def test_who_that_was_closed_unreviewed_can_be_put_once_more(people: Delegations) -> None:
    code = _in_the_open(people)
    for signer in (people.ben, people.dan):
        signer.post(f"/review/{code}/done")
    apart = people.anna.post(f"/review/{code}/who").headers["location"]
    assert f'action="/review/{code}/who"' not in people.anna.get(f"/review/{code}").text
    for act in ("leave", "return"):
        assert people.cleo.post("/review/leaving", act=act, reason="recalled", confirm="yes").status_code == 303
    assert "closed unreviewed" in unbroken(people.anna.get(apart).text)
    assert f'action="/review/{code}/who"' in people.anna.get(f"/review/{code}").text
    assert people.anna.post(f"/review/{code}/who").status_code == 303


def test_withheld_is_said_in_two_steps_and_printed_because_it_was_said(people: Delegations) -> None:
    (code,) = people.put()
    form = people.anna.get(f"/review/{code}/withhold")
    assert "makes nothing agreed" in unbroken(form.text)
    assert people.anna.post(f"/review/{code}/withhold").status_code == 303
    page = people.dan.get(f"/review/{code}").text
    assert "Withheld: this delegation says that it gives no position." in _column(page, "NI")


def test_who_reads_alone_is_offered_no_act(people: Delegations) -> None:
    from tests.server.signing_in import enrol
    from trucewatch.model.roles import Role

    (code,) = people.put()
    other = enrol(people.console, people.anna.colleague.clock, "Eve Tarn", "eve", Role.ANALYST, side="NI")
    page = other.browser.get(f"/review/{code}")
    assert page.status_code == 200
    assert "data-review-form" not in page.text
    assert "/withhold" not in page.text
    assert other.browser.post(f"/review/{code}/speak", data={"words": "x"}).status_code == 403


def test_every_step_of_the_history_leads_to_its_entry(people: Delegations) -> None:
    code = _in_the_open(people)
    page = unbroken(people.anna.get(f"/review/{code}").text)
    steps = re.search(r'<ol class="judgement">.*?</ol>', page)
    assert steps
    entries = [int(number) for number in re.findall(r'href="/ledger/entry/(\d+)"', steps[0])]
    assert len(entries) == 5, "put, two sealed, two opened"
    assert entries == sorted(entries)
    assert all(number < len(people.console.store.journal) for number in entries)


def _in_the_open(people: Delegations) -> str:
    """A case of which the first positions are opened, and differ on *what*."""
    (code,) = people.put()
    people.ben.seal(code, all_of("concur"))
    people.dan.seal(code, all_of("concur") | {"what": "dissent:demining of that day"})
    people.ben.open(code)
    people.dan.open(code)
    return code


def test_an_outcome_stands_in_the_list_as_soon_as_it_is_entered(people: Delegations) -> None:
    """An agreement verifies its event, and nobody has to wait for the next look."""
    (code,) = people.put()
    for signer in (people.ben, people.dan):
        signer.seal(code, all_of("concur"))
    people.ben.open(code)
    incident = _incident_of(people, code)
    assert _rung(people, incident) != "verified"
    people.dan.open(code)
    assert _rung(people, incident) == "verified"
    assert [case.state for case in people.console.snapshot.reviews] == ["agreed"]


def test_evidence_that_comes_while_it_is_open_is_said_to_all_with_what_positions_are_on(
    people: Delegations, monkeypatch: pytest.MonkeyPatch
) -> None:
    (code,) = people.put()
    assert "data-review-meanwhile" not in people.ben.get(f"/review/{code}").text
    monkeypatch.setattr(changed_meanwhile, "since_put", lambda *_: ("outcome", "where"))
    for signer in (people.ben, people.dan):
        page = unbroken(signer.get(f"/review/{code}").text)
        assert "changes this of it: the assessment and the place. Positions here are on what was put" in page
        assert "If that still stands when this case is closed with a review, the finding is put anew." in page
    monkeypatch.setattr(changed_meanwhile, "since_put", lambda *_: ("count",))
    assert "For another number alone it is not put anew." in unbroken(people.ben.get(f"/review/{code}").text)
    monkeypatch.setattr(changed_meanwhile, "since_put", lambda *_: None)
    assert "has this finding no more" in unbroken(people.ben.get(f"/review/{code}").text)


def test_who_has_no_recovery_key_is_named_where_findings_are_put_and_where_they_are_sealed(
    people: Delegations,
) -> None:
    sentence = "has no recovery key: what it seals can be opened only by the browsers and computers that hold its keys."
    assert people.anna.post("/review/keys/paste", use="recovery", opens=_another()).status_code == 303
    every = _book(people).keys()
    (key,) = [each.code for each in every if each.use == "recovery"]
    assert people.anna.post(f"/review/keys/{key}/enter").status_code == 303
    put = unbroken(people.ben.get("/review/put").text)
    assert put.count(sentence) == 1
    assert "no officer’s key" not in put
    (code,) = people.put()
    page = unbroken(people.dan.get(f"/review/{code}").text)
    assert sentence in _column(page, "SI")
    assert sentence not in _column(page, "NI")


def test_who_has_no_key_in_force_is_named_alike(console: Console, clock: Clock) -> None:
    people = both(console, clock, with_keys=False)
    (code,) = people.put()
    page = unbroken(people.anna.get(f"/review/{code}").text)
    for side in ("NI", "SI"):
        assert "has no officer’s key in force: it can seal nothing until its head enters one." in _column(page, side)


def _another() -> str:
    return str(pyrage.x25519.Identity.generate().to_public())


def _book(people: Delegations) -> ReviewBook:
    return ReviewBook(people.console.store, people.console.snapshot.watch, people.console.snapshot.as_of)


def _history(people: Delegations, code: str) -> list[str]:
    page = unbroken(people.ben.get(f"/review/{code}").text)
    part = page.partition('id="judgement"')[2].partition("</section>")[0]
    return [unbroken(re.sub(r"<[^>]*>", " ", each)) for each in re.findall(r"<li[^>]*>.*?</li>", part, re.DOTALL)]


def test_the_history_has_who_gave_none_who_had_no_more_to_say_and_who_left(people: Delegations) -> None:
    one, other = people.put(2)
    people.anna.post(f"/review/{one}/withhold")
    people.dan.seal(one, all_of("dissent:it was otherwise"))
    people.ben.seal(one, all_of("concur"))
    people.ben.open(one)
    people.dan.open(one)
    people.dan.post(f"/review/{one}/done")
    people.cleo.post("/review/leaving", act="leave", reason="orders", confirm="yes")
    steps = _history(people, one)
    found = [
        next(place for place, step in enumerate(steps) if text in step)
        for text in (
            "Northern Isles: says that it gives no position.",
            "Southern Isles: has no more to say.",
            "Southern Isles: leaves the review.",
            "Outcome: closed unreviewed",
        )
    ]
    assert found == sorted(found), "in the order of the ledger"
    assert any("leaves the review." in step for step in _history(people, other))
    entries = re.findall(r"entry (\d+) and its proof", " ".join(steps))
    assert len(entries) == len(steps)


def test_the_history_has_what_the_heads_are_asked_to_let_out(people: Delegations) -> None:
    code, other = people.put(2)
    console = people.console
    wanted = Wanted(subject=code, opens=("positions",), to=("press",), reason="to be known")
    watch, now = console.snapshot.watch, console.snapshot.as_of
    with console.writing() as store:
        store.commit([decision_record(store, as_proposed(store, watch, wanted, None, by="Anna Reef", now=now))])
    (step,) = [each for each in _history(people, code) if "Decision D-1" in each]
    assert "is put to the heads: to let out the delegations’ positions" in step
    assert not [each for each in _history(people, other) if "Decision" in each]


def test_a_replay_shows_reviews_as_they_stood_at_its_moment_and_says_so(console: Console) -> None:
    client = client_of(console)
    assert client.post("/review/put", data={"finding": not_put(client)[0]}).status_code == 303
    now, _ = replaying(console)
    assert "as they stood at the moment of this replay" in unbroken(now.get("/review/R-1").text)
    assert "data-review-form" not in now.get("/review/R-1").text
    earlier, _ = replaying(console, console.snapshot.as_of - timedelta(hours=1))
    assert earlier.get("/review/R-1").status_code == 404
    page = unbroken(earlier.get("/review?state=all").text)
    assert "as they stood at the moment of this replay" in page
    assert "R-1" not in page


def test_what_is_sealed_is_told_beside_the_pages_once(people: Delegations) -> None:
    (code,) = people.put()
    beside.work(people.console)
    people.ben.seal(code, all_of("concur"))
    assert people.console.asked_to_look("reviewing").is_set(), "it need not wait for its time"
    beside.work(people.console)
    (case,) = people.console.snapshot.reviews
    assert case.standings["NI"] == "sealed"
    told = people.console.snapshot
    beside.work(people.console)
    assert people.console.snapshot is told


def _incident_of(people: Delegations, code: str) -> str:
    return _book(people).case(code).incident


def _rung(people: Delegations, incident: str) -> str:
    snapshot = people.console.snapshot
    return snapshot.incident(snapshot.row_of[incident]).rung


@pytest.mark.parametrize(("one", "other"), [("NI", "SI"), ("SI", "NI")])
def test_whose_own_state_it_concerns_is_said_to_all_in_the_same_words(
    people: Delegations, monkeypatch: pytest.MonkeyPatch, one: str, other: str
) -> None:
    (code,) = people.put()
    _as_it_were(monkeypatch, own_clause=(one,), own_evidence=(other,), recused={other: "evidence"})
    for signer in (people.ben, people.dan):
        page = signer.get(f"/review/{code}").text
        bound, heard = (unbroken(_column(page, side)) for side in (one, other))
        assert "The clause binds this delegation’s own state." in bound
        assert "does not set its position aside" in bound
        assert "Evidence of this finding comes from this delegation’s own state." in heard
        assert "its consent makes nothing agreed, because evidence comes from its state" in heard
        assert "binds" not in heard


@pytest.mark.parametrize("side", ["NI", "SI"])
def test_what_did_not_come_is_withheld_only_where_somebody_said_so(
    people: Delegations, monkeypatch: pytest.MonkeyPatch, side: str
) -> None:
    (code,) = people.put()
    other = "SI" if side == "NI" else "NI"
    standings = {side: "not_received", other: "opened"}
    _as_it_were(monkeypatch, step="open", standings=standings)
    column = unbroken(_column(people.ben.get(f"/review/{code}").text, side))
    assert "Not received by the end of the clock:" in column
    assert "It is not known why." in column
    assert "ithheld" not in column
    down = {side: people.console.snapshot.as_of - timedelta(hours=3)}
    _as_it_were(monkeypatch, step="open", standings=standings, line_was_down=down)
    column = unbroken(_column(people.ben.get(f"/review/{code}").text, side))
    assert "When the clock of first positions ran out its line was down, since" in column
    assert "It is not known why." not in column
    _as_it_were(monkeypatch, step="open", standings={side: "withheld", other: "opened"})
    column = unbroken(_column(people.ben.get(f"/review/{code}").text, side))
    assert "Withheld: this delegation says that it gives no position." in column
    assert "Not received" not in column


@pytest.mark.parametrize("side", ["NI", "SI"])
def test_a_line_that_is_down_now_is_named_in_every_step_and_explains_nothing_of_before(
    people: Delegations, monkeypatch: pytest.MonkeyPatch, side: str
) -> None:
    (code,) = people.put()
    down = {side: people.console.snapshot.as_of - timedelta(hours=3)}
    _as_it_were(monkeypatch, step="open", standings={"NI": "opened", "SI": "opened"}, line_down_since=down)
    column = unbroken(_column(people.ben.get(f"/review/{code}").text, side))
    assert "Its line is down since" in column
    assert "When the clock of first positions ran out" not in column


@pytest.mark.parametrize("side", ["NI", "SI"])
def test_who_left_something_sealed_while_the_other_lay_open_is_not_excused(people: Delegations, side: str) -> None:
    (code,) = people.put()
    opens, leaves_sealed, head = (
        (people.dan, people.ben, people.cleo) if side == "NI" else (people.ben, people.dan, people.anna)
    )
    opens.seal(code, all_of("concur"))
    leaves_sealed.seal(code, all_of("concur"))
    opens.open(code)
    head.post("/review/leaving", act="leave", reason="orders", confirm="yes")
    column = unbroken(_column(people.ben.get(f"/review/{code}").text, side))
    assert "It was never opened. The commitment stays." in column
    assert "before it could be opened" not in column


def test_what_was_not_opened_in_time_is_asked_for_until_the_case_is_closed(people: Delegations) -> None:
    (code,) = people.put()
    people.ben.seal(code, all_of("concur"))
    people.dan.seal(code, all_of("concur"))
    people.ben.open(code)
    _run_out(people)
    assert 'data-step="open"' in people.dan.get(f"/review/{code}").text
    assert "open what your delegation sealed" in unbroken(people.dan.get("/review").text)
    assert f"/review/{code}/sealed.json" in people.dan.get("/review/hand-in").text
    people.dan.open(code)
    assert f"/review/{code}/sealed.json" not in people.dan.get("/review/hand-in").text


def test_until_when_is_told_of_what_is_sealed_only_while_nothing_lies_open(people: Delegations) -> None:
    (code,) = people.put()
    people.ben.seal(code, all_of("concur"))
    people.dan.seal(code, all_of("concur"))
    assert "It can be opened until" in unbroken(people.ben.get(f"/review/{code}").text)
    people.ben.open(code)
    for path in (f"/review/{code}", "/review"):
        assert "can be opened until" not in unbroken(people.dan.get(path).text)
    page = unbroken(people.dan.get(f"/review/{code}").text)
    assert "The discussion begins at" in page, "who has opened nothing yet is told by when"
    assert 'href="/review/hand-in"' in _column(page, "SI")
    assert 'href="/review/hand-in"' not in _column(page, "NI")
    assert 'href="/review/hand-in"' in people.dan.get("/review").text


def test_the_last_one_to_withhold_is_told_that_the_case_closes_by_it(people: Delegations) -> None:
    (code,) = people.put()
    sentence = "with this entry the case closes"
    assert sentence not in unbroken(people.ben.get(f"/review/{code}/withhold").text)
    assert "takes that back" in _receipt(people.dan.post(f"/review/{code}/withhold"))
    assert sentence in unbroken(people.ben.get(f"/review/{code}/withhold").text)
    receipt = _receipt(people.ben.post(f"/review/{code}/withhold"))
    assert "takes that back" not in receipt
    assert "and with that the case is closed" in receipt
    assert 'id="outcome-title"' in people.ben.get(f"/review/{code}").text


def test_who_sealed_or_withheld_is_offered_no_withholding(people: Delegations) -> None:
    settings = people.console.assessment().watch.settings
    before = settings.review
    object.__setattr__(settings, "review", ReviewRule(each=2))
    try:
        (code,) = people.put()
    finally:
        object.__setattr__(settings, "review", before)  # other tests share the watch
    confirm = 'id="confirm"'
    assert confirm in people.ben.get(f"/review/{code}/withhold").text
    people.dan.post(f"/review/{code}/withhold")
    form = people.cleo.get(f"/review/{code}/withhold").text
    assert confirm not in form
    assert "said already that it gives no position" in unbroken(form)
    people.ben.seal(code, all_of("concur"))
    assert '"awaited"' in _column(people.ben.get(f"/review/{code}").text, "NI").split("data-standing=")[1][:10]
    form = people.anna.get(f"/review/{code}/withhold").text
    assert confirm not in form
    assert "Your delegation sealed a first position here" in unbroken(form)
    answer = people.anna.post(f"/review/{code}/withhold")
    assert answer.status_code == 422
    assert "and that stands; nothing was entered" in unbroken(answer.text)


def test_of_what_a_departure_cut_short_it_is_not_said_that_a_clock_ran_out(people: Delegations) -> None:
    (code,) = people.put()
    people.cleo.post("/review/leaving", act="leave", reason="orders", confirm="yes")
    column = unbroken(_column(people.ben.get(f"/review/{code}").text, "NI"))
    assert "Not received before the case was closed:" in column
    assert "The clock had not run out." in column
    assert "by the end of the clock" not in column
    assert "It is not known why." not in column


def _run_out(people: Delegations) -> None:
    """The clock of first positions."""
    snapshot = people.console.snapshot
    later = snapshot.as_of + timedelta(hours=snapshot.watch.settings.review.hours)
    object.__setattr__(snapshot, "as_of", later)


@pytest.mark.parametrize("none_of", ["NI", "SI"])
def test_who_gives_none_is_shown_nothing_of_the_other_before_the_clock_has_run_out(
    people: Delegations, none_of: str
) -> None:
    (code,) = people.put()
    head, officer, other = (
        (people.anna, people.ben, people.dan) if none_of == "NI" else (people.cleo, people.dan, people.ben)
    )
    other.seal(code, all_of(f"dissent:{PLANTED}"))
    assert "opened by it no sooner" in unbroken(head.get(f"/review/{code}/withhold").text)
    receipt = head.post(f"/review/{code}/withhold")
    assert receipt.status_code == 303
    (item,) = other.get(f"/review/{code}/sealed").json()["items"]
    content = pyrage.decrypt(base64.b64decode(item["sealed"]), [other.opening])
    refusal = other.send(f"/review/{code}/open", {"opened": opened_document(read_opened(content)).decode()})
    assert refusal.status_code == 409
    for path in (f"/review/{code}", "/review", "/floor"):
        assert PLANTED not in officer.get(path).text
    page = unbroken(officer.get(f"/review/{code}").text)
    assert "It opens when every delegation has sealed its own, or when the clock runs out" in page
    assert "what is sealed stays so until the clock of first positions has run out" in unbroken(
        officer.get("/floor").text
    )
    officer.seal(code, all_of("concur"))
    other.open(code)
    assert PLANTED in officer.get(f"/review/{code}").text, "their own is sealed as well, and can be changed no more"


def test_the_form_says_how_many_bytes_are_left_and_a_position_of_so_many_is_taken(people: Delegations) -> None:
    (code,) = people.put()
    page = people.ben.get(f"/review/{code}").text
    found = re.search(r'data-room="(\d+)"', page)
    assert found
    bare = all_of("concur")
    of_answers = len(canonical({"answers": {name: {"answer": "concur"} for name in bare}, "reasons": {"what": ""}}))
    left = int(found[1]) - of_answers + len(canonical({"answers": {}, "reasons": {}}))
    with pytest.raises(LedgerError, match="at most"):
        people.ben.seal(code, bare, what="x" * (left + 1))
    people.ben.seal(code, bare, what="x" * left)


def test_a_page_names_the_finding_that_its_case_is_on(people: Delegations) -> None:
    (code,) = people.put()
    asked = people.ben.get(f"/review/to-sign?codes={code}").json()["items"][0]["finding_sha256"]
    for path in (f"/review/{code}", "/review"):
        assert re.search(rf'data-review-case="{code}"[^>]*data-finding-sha256="{asked}"', people.ben.get(path).text)


@pytest.mark.parametrize("late", ["NI", "SI"])
def test_a_position_that_came_late_is_not_told_as_opened(people: Delegations, late: str) -> None:
    (code,) = people.put()
    head, officer, other = (
        (people.anna, people.ben, people.dan) if late == "NI" else (people.cleo, people.dan, people.ben)
    )
    head.post(f"/review/{code}/withhold")
    other.seal(code, all_of("concur"))
    _run_out(people)
    other.open(code)
    officer.give(code, all_of("dissent:it was otherwise"))
    column = _column(people.ben.get(f"/review/{code}").text, late)
    standing = re.search(r'<span class="standing-word">(.*?)</span>', column, re.DOTALL)
    assert standing
    assert unbroken(words_of(standing[1])).strip().startswith("came late ")
    assert "came late" in words_of(people.ben.get("/review?state=all").text)


def test_where_nothing_lies_sealed_nothing_is_said_to_be_opened(
    people: Delegations, monkeypatch: pytest.MonkeyPatch
) -> None:
    (code,) = people.put()
    _as_it_were(monkeypatch, step="opening", standings={"NI": "withheld", "SI": "withheld"})
    page = unbroken(people.ben.get(f"/review/{code}").text)
    assert "Nothing lies sealed." in page
    assert "What is sealed is opened" not in page


def test_the_rule_on_the_page_says_that_two_have_to_concur(people: Delegations) -> None:
    (code,) = people.put()
    assert "whose answer counts concurs, and these are at least two." in unbroken(
        people.ben.get(f"/review/{code}").text
    )


def test_what_the_rule_writes_of_silence_stands_where_nothing_was_received(
    people: Delegations, monkeypatch: pytest.MonkeyPatch
) -> None:
    (code,) = people.put()
    _as_it_were(monkeypatch, step="open", standings={"NI": "opened", "SI": "not_received"})
    said = "By the rule of this watch that is written as an abstention. It is no consent."
    assert said not in unbroken(people.ben.get(f"/review/{code}").text)
    monkeypatch.setattr(ReviewBook, "rule", lambda book, case: ReviewRule(silence="abstain"))
    page = people.ben.get(f"/review/{code}").text
    assert said in unbroken(_column(page, "SI"))
    assert unbroken(page).count(said) == 1, "of the one that gave none"


def test_whom_the_delegations_name_stands_in_no_title(people: Delegations) -> None:
    code = _in_the_open(people)
    for signer in (people.ben, people.dan):
        signer.post(f"/review/{code}/done")
    incident = re.search(r'href="(/incident/[\d-]+)"', people.ben.get("/review?state=all").text)
    assert incident
    pages = ("/review?state=all", f"/review/{code}", incident[1])
    before = [_titles(people.ben.get(path).text) for path in pages]
    apart = people.anna.post(f"/review/{code}/who").headers["location"].rsplit("/")[-1]
    party = people.console.snapshot.watch.agreement.party[0].id
    for signer in (people.anna, people.cleo):
        signer.seal(apart, {"who": f"names:{party}"})
    for signer in (people.anna, people.cleo):
        signer.open(apart)
    assert "By the delegations’ agreement:" in people.ben.get(f"/review/{code}").text
    assert [_titles(people.ben.get(path).text) for path in pages] == before


def _titles(page: str) -> set[str]:
    """The title of a page, its first heading and those of events."""
    found = re.findall(r"<(title|h1)\b[^>]*>(.*?)</\1>", page, re.DOTALL)
    events = re.findall(r'<h3 id="event-[^"]*">(.*?)</h3>', page, re.DOTALL)
    return {words_of(text).strip() for text in [*(text for _, text in found), *events]}


def _as_it_were(monkeypatch: pytest.MonkeyPatch, **changed: Any) -> None:
    """Every case stands otherwise than it does."""
    held = _CASE
    monkeypatch.setattr(ReviewBook, "case", lambda book, code: replace(held(book, code), **changed))


_CASE = ReviewBook.case
