"""Two heads let something out, as they see it before; one alone, the clock and what may not be let out are refused with
what to do."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from tests.desks.publishing.samples import event_of, events_of
from tests.desks.reviewing.two_delegations import Delegations, Signer, all_of, both
from tests.server.signing_in import enrol
from tests.store.test_sign_in_accounts import Clock
from trucewatch.model.roles import Role
from trucewatch.pipeline.deciding_release import decision_named
from trucewatch.pipeline.objecting import objections_to
from trucewatch.server.console import Console
from trucewatch.store.decision_records import decision_record

WANTED = {"opens": "positions", "to": "parties", "reason": "Both sides asked what the other said.", "step": "put"}


@pytest.fixture
def people(console: Console, clock: Clock) -> Delegations:
    return both(console, clock)


@pytest.fixture
def code(people: Delegations) -> str:
    """A case that is decided, with a dissent."""
    (code,) = people.put()
    people.ben.seal(code, all_of("concur") | {"what": "dissent:a quarry"}, what="It was announced.")
    people.dan.seal(code, all_of("concur"))
    for signer in (people.ben, people.dan):
        signer.open(code)
    for signer in (people.ben, people.dan):
        assert signer.post(f"/review/{code}/done").status_code == 303
    return code


def put(head: Signer, code: str, **wanted: str) -> str:
    answer = head.post("/decisions", **(WANTED | {"subject": code} | wanted))
    assert answer.status_code == 303, answer.text[-3000:]
    return str(answer.headers["location"])


def agree(head: Signer, page: str) -> int:
    of = re.search(r'name="of" value="([^"]+)"', head.get(page).text)
    assert of, head.get(page).text[-2000:]
    return head.post(f"{page}/agree", of=of[1]).status_code


def test_two_heads_let_positions_out_and_a_liaison_reads_them_and_objects(
    people: Delegations, console: Console, clock: Clock, code: str
) -> None:
    assert f"/decisions/new?case={code}" in people.anna.get(f"/review/{code}").text
    assert f"/decisions/new?case={code}" not in people.ben.get(f"/review/{code}").text
    assert people.anna.get(f"/decisions/new?case={code}").status_code == 200
    assert people.ben.get(f"/decisions/new?case={code}").status_code == 403
    look = people.anna.post("/decisions", **(WANTED | {"subject": code, "step": "look"}))
    assert "a quarry" in look.text
    assert "It was announced." in look.text
    page = put(people.anna, code)
    shown = people.cleo.get(page).text
    assert "a quarry" in shown
    assert "movements of people and vehicles" in shown
    party = sorted(console.snapshot.watch.agreement.bound_ids)[0]
    liaison = Signer(enrol(console, clock, "Lea Cove", "lea", Role.LIAISON, side=party), party, Role.LIAISON)
    assert "a quarry" not in liaison.get("/decisions/own").text
    assert liaison.get(page).status_code == 403
    assert agree(people.anna, page) == 303
    console.refresh()
    assert "a quarry" not in liaison.get("/decisions/own").text, "one head alone"
    assert agree(people.cleo, page) == 303
    own = liaison.get("/decisions/own").text
    assert "a quarry" in own, "at once: the clock runs"
    sent = {"about": "D-1", "language": "en", "words": "We never said so.", "in_print": "yes", "side": party}
    device = console.snapshot.watch.sensors[0]
    barred = liaison.post("/decisions/own/object", **(sent | {"words": f"At {device.id.upper()} nobody saw it."}))
    assert barred.status_code == 422
    assert "Not to be printed as it is written" in barred.text
    assert "as not to be printed" in barred.text
    assert device.id.upper() in barred.text, "what was typed stays in the form"
    assert liaison.post("/decisions/own/object", **sent).status_code == 303
    assert "We never said so." in liaison.get("/decisions/own").text
    assert "We never said so." in people.ben.get("/decisions/objections").text
    other = sent | {"side": "ICRC"}
    assert liaison.post("/decisions/own/object", **other).status_code == 403
    assert liaison.post("/decisions/own/object", **(sent | {"about": "D-9"})).status_code == 422
    assert liaison.post("/decisions/own/withdraw", side=party, code="OB-1", reason="By mistake.").status_code == 303
    assert "withdrawn" in liaison.get("/decisions/own").text
    assert "D-1" in people.ben.get(f"/review/{code}").text, "the history says it"


def test_a_side_reads_no_number_of_what_was_let_out_to_others_or_what_others_object(
    people: Delegations, console: Console, clock: Clock, code: str
) -> None:
    for to in ("joint-centre", "parties"):
        page = put(people.anna, code, to=to)
        assert agree(people.anna, page) == agree(people.cleo, page) == 303
    console.refresh()
    parties = sorted(console.snapshot.watch.agreement.bound_ids)[:2]
    first, second = (
        Signer(enrol(console, clock, f"Lea {side}", f"lea{side.lower()}", Role.LIAISON, side=side), side, Role.LIAISON)
        for side in parties
    )
    shown = first.get("/decisions/own").text
    assert "by decision of the heads, " in shown
    assert not re.findall(r"\bD-\d", shown)
    about = re.search(r'<select name="about">\s*<option value="([^"]+)"', shown)
    assert about
    assert about[1] == decision_named(console.store, console.snapshot.watch, "D-2").digest
    sent = {"about": about[1], "language": "en", "words": "We never said so.", "in_print": "yes"}
    assert first.post("/decisions/own/object", **sent, side=parties[0]).status_code == 303
    answer = second.post("/decisions/own/object", **sent, side=parties[1])
    assert answer.status_code == 303
    assert [each.code for each in objections_to(console.store, "D-2")] == ["OB-1", "OB-2"]
    own = second.get("/decisions/own").text
    assert "OB-1" in own
    assert "OB-2" not in own
    inside = people.ben.get("/decisions/objections").text
    assert "OB-2" in inside
    assert "To D-2" in inside
    answer = second.post("/decisions/own/withdraw", side=parties[1], code="OB-1", reason="By mistake.")
    assert answer.status_code == 303
    assert [each.withdrawn is None for each in objections_to(console.store, "D-2")] == [True, False]
    for code_sent, sentence in (("OB-1", "This objection was withdrawn already"), ("OB-2", "No objection of yours")):
        answer = second.post("/decisions/own/withdraw", side=parties[1], code=code_sent, reason="By mistake.")
        assert answer.status_code == 422
        assert sentence in answer.text
        assert "OB-2" not in answer.text, "it would tell how many the others wrote"
    assert second.post("/decisions/own/object", **(sent | {"about": "D-2"}), side=parties[1]).status_code == 422


def test_after_the_clock_nobody_agrees_and_nobodys_silence_did(people: Delegations, code: str) -> None:
    put(people.anna, code)
    console = people.console
    first = decision_named(console.store, console.snapshot.watch, "D-1")
    late = replace(first, number=2, due=first.known_at, reason="Both sides asked.")
    (entry,) = console.store.commit([decision_record(console.store, late)])
    answer = people.cleo.post("/decisions/D-2/agree", of=entry.record["digest"])
    assert "silence agreed" in people.cleo.get("/decisions/D-2").text
    assert answer.status_code in (409, 422)
    assert "silence agreed" in answer.text
    assert not list(console.store.journal.entries(entry.number + 1)), "nothing was entered"


def test_the_page_says_that_a_decision_covers_its_event_no_longer_and_no_head_can_agree(
    people: Delegations, console: Console
) -> None:
    event = event_of(people.anna.colleague.browser)
    page = put(people.anna, event, opens="event", to="public", place="zone", unit="day")
    assert "no longer covers it" not in people.cleo.get(page).text
    first = decision_named(console.store, console.snapshot.watch, "D-1")
    other = replace(first, number=2, reason="So that people know.", event_put="what it was then")
    (entry,) = console.store.commit([decision_record(console.store, other)])
    assert people.cleo.get("/decisions").text.count("no longer covers it") == 1, "the list says it of D-2 alone"
    shown = people.cleo.get("/decisions/D-2").text
    assert "no longer covers it" in shown
    assert "none of it can leave to this recipient" in shown
    answer = people.cleo.post("/decisions/D-2/agree", of=entry.record["digest"])
    assert answer.status_code in (409, 422)
    assert "no longer covers it" in answer.text
    assert agree(people.cleo, page) == 303


def test_what_every_head_agreed_to_is_withdrawn_and_no_consent_is_taken_back(people: Delegations, code: str) -> None:
    page = put(people.anna, code)
    assert agree(people.anna, page) == 303
    assert people.anna.post(f"{page}/agree/undo").status_code == 303, "while the other is awaited"
    assert agree(people.anna, page) == agree(people.cleo, page) == 303
    assert "/agree/undo" not in people.cleo.get(page).text
    before = len(people.console.store.journal)
    answer = people.cleo.post(f"{page}/agree/undo")
    assert (answer.status_code, len(people.console.store.journal)) == (409, before)
    assert "Withdraw it instead" in answer.text
    assert "Inside only" not in people.cleo.get(page).text


def test_what_was_withdrawn_is_agreed_to_by_nobody(people: Delegations, code: str) -> None:
    page = put(people.anna, code)
    answer = people.cleo.post(f"{page}/withdraw", reason="Not now.")
    assert answer.status_code == 303
    assert "Withdrawn" in people.ben.get(page).text
    assert 'name="of"' not in people.cleo.get(page).text


def test_nothing_is_put_without_a_reason_a_recipient_or_a_thing(people: Delegations, code: str) -> None:
    for missing, says in (("reason", "Write why"), ("to", "Choose to whom"), ("opens", "Say what")):
        sent = {name: value for name, value in (WANTED | {"subject": code}).items() if name != missing}
        answer = people.anna.post("/decisions", **sent)
        assert answer.status_code == 422, missing
        assert says in answer.text
    assert people.anna.get("/decisions/D-1").status_code == 404
    assert people.anna.post("/decisions", **(WANTED | {"subject": "R-99"})).status_code == 404


def test_an_incidents_page_leads_to_the_form_for_heads_alone(people: Delegations, console: Console) -> None:
    event = events_of(people.anna.colleague.browser)[0]
    console.assessment()
    assert f"/decisions/new?incident={event}" in people.anna.get(f"/incident/{event}").text
    assert "/decisions/new" not in people.ben.get(f"/incident/{event}").text
    assert "Nothing was put to the heads" in people.ben.get("/decisions").text
    assert "No party objected" in people.ben.get("/decisions/objections").text
