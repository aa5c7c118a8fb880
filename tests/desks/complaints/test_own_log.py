"""What each side reads: its own and what was sent to it; of the other side what is linked, as complaint and reply."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import pytest
from starlette.testclient import TestClient

from tests.builders import make_watch
from tests.conftest import each
from tests.desks.complaints.samples import draft, send
from tests.desks.complaints.samples import register as register_by_form
from tests.desks.complaints.steps import claims_until, sent
from tests.desks.complaints.test_operations import complaint, opened
from tests.desks.complaints.test_pages import words_of
from tests.server.conftest import client_of, let_in
from tests.server.signed_in import browser_of, person_as
from trucewatch.desks.complaints.operations import NotEnteredError, Register
from trucewatch.desks.complaints.own_log import OTHER_FIELDS, OWN_FIELDS, SENT_FIELDS, other_rows, own_rows
from trucewatch.desks.complaints.replies import Draft
from trucewatch.desks.complaints.states import Sender
from trucewatch.model.roles import Grant, Role
from trucewatch.pipeline.claim_entering import join_claims
from trucewatch.server.console import Console
from trucewatch.server.listen import app_of
from trucewatch.server.person import Person

NOW: Final = datetime(2031, 5, 4, tzinfo=UTC)
HOUR: Final = timedelta(hours=1)
NOTHING: Final = Draft(outcome="nothing_found", says="WE SAW NONE", grounds="POST THREE")


@pytest.fixture
def register(tmp_path: Path) -> Iterator[Register]:
    with opened(make_watch(tmp_path / "w")) as register:
        yield register


def sides(register: Register) -> tuple[Sender, Sender]:
    first, second = [sender for sender in register.senders if sender.kind == "party"][:2]
    return first, second


def test_each_line_holds_what_is_declared_and_nothing_else(register: Register) -> None:
    first, second = sides(register)
    claims_until(register.store, register.watch, 3, NOW)
    for sender in (first, second):
        register.register(complaint(sender=sender.code, claims="CL-3"), by="Ann")
    for code in ("C-1", "C-2"):
        sent(register, code, NOW, NOTHING)
    for side in each((first, second)):
        (own,), (other,) = own_rows(register, side), other_rows(register, side)
        assert tuple(own) == OWN_FIELDS
        assert tuple(own["replies"][0]) == SENT_FIELDS
        assert tuple(other) == OTHER_FIELDS


def test_of_the_other_side_nothing_is_read_that_nobody_linked_or_answered(register: Register) -> None:
    first, second = sides(register)
    claims_until(register.store, register.watch, 4, NOW)
    register.register(complaint(sender=first.code, claims="CL-3"), by="Ann")
    register.register(complaint(sender=second.code, claims="CL-4"), by="Ann")
    sent(register, "C-2", NOW, NOTHING)
    assert other_rows(register, first) == []
    link = register.link("C-2", "claim", "CL-3", by="Ann")
    (row,) = other_rows(register, first)
    assert (row["number"], row["with_own"]) == ("C-2", ("C-1",))
    assert other_rows(register, second) == [], "no reply was sent to the first side yet"
    register.undo_link("C-2", link.number, by="Ann", reason="of another day")
    assert other_rows(register, first) == []


def test_the_centre_is_no_side_of_its_own_register(fresh: Callable[[], Console]) -> None:
    client = client_of(fresh())
    register_by_form(client, sender="party:UV")
    page = words_of(client.get("/complaints"))
    assert page.count("Its own log beside ours") == 2
    assert "Joint Commission 0 0" not in page
    assert 'value="party:JC"' not in client.get("/complaints/new").text
    assert client.get("/complaints/own?side=JC").status_code == 404


def test_what_a_liaison_handed_in_does_not_vanish_from_its_own_log(register: Register) -> None:
    first, _ = sides(register)
    for via in ("console", ""):
        register.register(replace(complaint(sender=first.code), via=via), by="Ann")
    for code in ("C-1", "C-2"):
        register.undo(code, 0, by="Ann", reason="twice")
    assert [(row["number"], row["state"]) for row in own_rows(register, first)] == [("C-1", "withdrawn")]


def test_a_side_is_told_what_an_outcome_does_not_say_of_its_own_and_of_the_others(
    fresh: Callable[[], Console],
) -> None:
    console = fresh()
    client = client_of(console)
    claims_until(console.store, console.snapshot.watch, 3, NOW)
    for party in ("UV", "LV"):
        register_by_form(client, sender=f"party:{party}", claims="CL-3")
    for code in ("C-1", "C-2"):
        send(client, code, "SENT", grounds="POST THREE")
    for party in each(("UV", "LV")):
        page = words_of(client.get(f"/complaints/own?side={party}"))
        assert page.count("That nothing was found does not say that nothing happened.") == 2
    assert "does not say that nothing happened" in words_of(client.get("/complaints/C-1"))


def test_a_draft_is_read_by_no_side(register: Register) -> None:
    from tests.desks.complaints.steps import ALONE
    from trucewatch.desks.complaints.replies import Replies

    first, _ = sides(register)
    register.register(complaint(sender=first.code), by="Ann")
    Replies(register).draft("C-1", NOTHING, actor=ALONE, seen=0)
    (row,) = own_rows(register, first)
    assert row["replies"] == ()


def liaison_of(console: Console, side: str) -> TestClient:
    """A browser of somebody who is signed in as the liaison of a side."""
    grant = Grant(
        person="p-x",
        role=Role.LIAISON,
        side=side,
        from_at=NOW,
        until_at=NOW + HOUR,
        by="p-y",
        entry=1,
        recorded_at=NOW,
    )
    person = Person(reference="p-" + "a" * 26, name="Lia", grants=(grant,))
    app = app_of(console)

    async def signed_in(scope: Any, receive: Any, send_on: Any) -> None:
        scope.setdefault("state", {})["person"] = person
        await app(scope, receive, send_on)

    return let_in(TestClient(signed_in, base_url="http://localhost", follow_redirects=False), console)


def test_a_liaison_reads_their_own_side_alone_and_hands_in_its_complaints(fresh: Callable[[], Console]) -> None:
    console = fresh()
    inside = client_of(console)
    claims_until(console.store, console.snapshot.watch, 9, NOW)
    register_by_form(inside, sender="party:UV", says="UPPER WORDS", name="UPPER NAME", claims="CL-3")
    register_by_form(inside, sender="party:LV", says="LOWER WORDS", name="LOWER NAME", own_number="LV/7", claims="CL-3")
    register_by_form(inside, sender="party:LV", says="LOWER ALONE", claims="CL-9")
    for code in ("C-2", "C-3"):
        send(inside, code, f"SENT {code}", grounds="POST THREE")
    liaison = liaison_of(console, "UV")
    assert liaison.get("/").headers["location"] == "/urgent/own", "their first page is one that they may open"
    page = liaison.get("/complaints/own")
    assert '<a href="/complaints/own"' in page.text
    assert page.status_code == 200
    for text in ("UPPER WORDS", "C-2", "SENT C-2"):
        assert text in words_of(page)
    for text in ("UPPER NAME", "LOWER", "LV/7", "C-3", "POST THREE", "CL-3", " h late", "Attention"):
        assert text not in words_of(page), text
    assert liaison.get("/complaints/own?side=LV").status_code == 403
    for path in ("/complaints", "/complaints/C-1", "/complaints/C-2/paper", "/complaints/log/UV", "/complaints.json"):
        assert liaison.get(path).status_code == 403, path
    handed = liaison.post("/complaints/own/new", data={"side": "UV", "sort": "question", "says": "when?"})
    assert handed.status_code == 303
    assert handed.headers["location"] == "/complaints/own"
    assert "when?" in words_of(liaison.get("/complaints/own"))
    assert liaison.post("/complaints/own/new", data={"side": "LV", "sort": "question", "says": "x"}).status_code == 403
    assert "question, handed in by their liaison" in words_of(inside.get("/complaints/C-4"))


def test_the_other_sides_complaint_is_named_where_both_are_linked_to_the_same(fresh: Callable[[], Console]) -> None:
    console = fresh()
    client = client_of(console)
    claims_until(console.store, console.snapshot.watch, 9, NOW)
    register_by_form(client, sender="party:UV", claims="CL-1, CL-5..CL-9")
    register_by_form(client, sender="party:LV", claims="CL-7")
    assert "C-2 of Lower Valley is linked to the same" in words_of(client.get("/complaints/C-1"))
    assert "C-1 of Upper Valley is linked to the same" in words_of(client.get("/complaints/C-2"))
    assert 'value="CL-7"' in client.get("/complaints/new?claim=CL-7").text


def test_a_complaint_that_begins_from_a_claim_or_letter_takes_over_who_brings_it_and_their_words(
    fresh: Callable[[], Console],
) -> None:
    client = client_of(fresh())
    call = {"via": "telephone", "language": "en", "received_at": "4 May 2031 00:00"}
    client.post("/claims/new", data=call | {"speaker": "party:LV", "says": "three bangs from the ridge"})
    client.post("/claims/new", data=call | {"speaker": "civilian", "says": "our house burns"})
    letter = {"sender": "party:UV", "received_at": "4 May 2031 00:00", "text": "1. Shots near Ambermill."}
    assert client.post("/letters/new", data=letter | {"via": "letter"}).status_code == 303
    page = client.get("/complaints/new?claim=CL-1").text
    assert re.search(r'value="party:LV" selected', page)
    assert "three bangs from the ridge" in page
    page = client.get("/complaints/new?claim=CL-2").text
    assert re.search(r'value="civilian" selected', page)
    assert "our house burns" not in page
    assert re.search(r'value="party:UV" selected', client.get("/complaints/new?letter=L-1").text)
    assert client.get("/complaints/new?claim=CL-99").status_code == 200


def test_claim_letter_and_complaint_lead_to_each_other(fresh: Callable[[], Console]) -> None:
    client = client_of(fresh())
    call = {"via": "telephone", "language": "en", "received_at": "4 May 2031 00:00"}
    client.post("/claims/new", data=call | {"speaker": "party:LV", "says": "three bangs from the ridge"})
    letter = {"sender": "party:LV", "text": "1. Shots near Ambermill.", "via": "letter", "language": "en"}
    client.post("/letters/new", data=letter | {"received_at": "4 May 2031 00:00"})
    register_by_form(client, sender="party:LV", claims="CL-1", letter="L-1")
    page = client.get("/complaints/C-1").text
    assert 'href="/claims/CL-1"' in page
    assert 'href="/letters/L-1"' in page
    for where in ("/claims/CL-1", "/letters/L-1"):
        assert 'href="/complaints/C-1"' in client.get(where).text
    assert 'href="/complaints/new?letter=L-1' in client.get("/letters/L-1").text


def test_the_register_shows_both_sides_and_is_narrowed(fresh: Callable[[], Console]) -> None:
    client = client_of(fresh())
    register_by_form(client, sender="party:UV", sort="question")
    register_by_form(client, sender="party:LV")
    whole = words_of(client.get("/complaints"))
    assert "C-1" in whole
    assert "C-2" in whole
    for query, shown, hidden in (
        ("side=party:UV", "C-1", "C-2"),
        ("sort=complaint", "C-2", "C-1"),
        ("sort=question&state=open", "C-1", "C-2"),
    ):
        page = client.get(f"/complaints?{query}").text
        assert f'href="/complaints/{shown}"' in page, query
        assert f'href="/complaints/{hidden}"' not in page, query
    assert client.get("/complaints?side=x&state=y&sort=z").status_code == 200


def test_nothing_that_was_not_sent_is_in_a_release(fresh: Callable[[], Console]) -> None:
    """The register leaves in no report and in no feed: programs without a token for it are given none of its words."""
    client = client_of(fresh())
    register_by_form(client, sender="party:UV", says="ZWORDS")
    send(client, "C-1", "ZREPLY", grounds="ZGROUNDS")
    for path in each(("/ogc/collections", "/api/state", "/incidents.csv", "/complaints.json")):
        text = client.get(path).text
        for word in ("ZWORDS", "ZREPLY", "ZGROUNDS"):
            assert word not in text, path


def test_a_registration_of_before_is_read_as_a_complaint_without_claims(register: Register) -> None:
    entry = register.register(complaint(), by="Ann")
    later = ("sort", "via", "claims", "letter", "incidents")
    before = {name: value for name, value in entry.record.items() if name not in (*later, "recorded_at")}
    register.enter(before | {"schema": "trucewatch/complaint/1", "number": 2})
    old, new = register.complaint("C-2"), register.complaint("C-1")
    assert (old.sort, old.claims, old.letter) == ("complaint", (), "")
    assert replace(old, number=1, entry=new.entry) == new


def test_claims_that_were_joined_pair_the_complaints_of_the_two_sides(register: Register) -> None:
    first, second = sides(register)
    claims_until(register.store, register.watch, 4, NOW)
    register.register(complaint(sender=first.code, claims="CL-1"), by="Ann")
    register.register(complaint(sender=second.code, claims="CL-4"), by="Ann")
    sent(register, "C-2", NOW, NOTHING)
    assert other_rows(register, first) == []
    assert register.beside(register.complaint("C-1")) == []
    join_claims(register.store, register.watch, "CL-1", "CL-4", by="Ann", now=NOW)
    assert [row["number"] for row in other_rows(register, first)] == ["C-2"]
    assert [row.code for row in register.beside(register.complaint("C-1"))] == ["C-2"]
    assert [row.code for row in register.beside(register.complaint("C-2"))] == ["C-1"]


def test_a_claim_that_is_not_on_record_is_refused_by_its_number(register: Register) -> None:
    first, _ = sides(register)
    claims_until(register.store, register.watch, 3, NOW)
    with pytest.raises(NotEnteredError, match="CL-4"):
        register.register(complaint(sender=first.code, claims="CL-2..CL-5"), by="Ann")
    register.register(complaint(sender=first.code, claims="CL-2"), by="Ann")
    with pytest.raises(NotEnteredError, match="CL-9"):
        register.link("C-1", "claim", "CL-9", by="Ann")


@pytest.mark.parametrize(
    ("role", "may"),
    [
        (Role.SHIFT_LEAD, {"registration", "step"}),
        (Role.ANALYST, {"registration"}),
        (Role.OFFICER, {"registration", "step"}),
    ],
)
def test_who_may_enter_a_step_takes_it_back_and_nobody_else(
    fresh: Callable[[], Console], role: Role, may: set[str]
) -> None:
    console = fresh()
    inside = client_of(console)
    register_by_form(inside, sender="party:UV")
    register_by_form(inside, sender="party:UV")
    draft(inside, "C-1", "fog")
    (reply,) = Register(console.store, console.snapshot.watch, NOW + 3 * HOUR).complaint("C-1").replies
    browser = browser_of(console, person_as(role))
    answers = {
        "step": browser.post("/complaints/C-1/undo", data={"entry": str(reply.entry), "reason": "of another night"}),
        "registration": browser.post("/complaints/C-2/undo", data={"stands": "0", "reason": "of another side"}),
    }
    assert {name: answer.status_code for name, answer in answers.items()} == {
        name: 303 if name in may else 403 for name in answers
    }


def test_a_liaison_for_whom_the_register_has_no_log_is_told_so_where_signing_in_leads(
    fresh: Callable[[], Console],
) -> None:
    agency = browser_of(fresh(), person_as(Role.LIAISON, side="public"))
    page = agency.get("/complaints/own")
    assert page.status_code == 200
    assert "The register has no log for the side that you speak for." in page.text
    assert 'href="/released"' in page.text
    assert agency.get("/complaints/own?side=UV").status_code == 403
    assert agency.get("/complaints/own/new").status_code == 403
