"""Keys: asked for by whose they are, compared by voice, entered and ended by the head of the delegation alone."""

from __future__ import annotations

import re

import pyrage
import pytest

from tests.desks.reviewing.two_delegations import Delegations, Signer, both
from tests.server.conftest import unbroken
from tests.store.test_sign_in_accounts import Clock
from trucewatch.server.console import Console


@pytest.fixture
def people(console: Console, clock: Clock) -> Delegations:
    return both(console, clock, with_keys=False)


def _row(page: str, code: str) -> str:
    row = re.search(rf'<tr data-review-key="{code}">.*?</tr>', unbroken(page))
    assert row, f"{code} is not in the table"
    return row[0]


def _raw(signer: Signer) -> str:
    import base64

    return base64.b64encode(signer.signing.public_key().public_bytes_raw()).decode()


def test_a_delegation_without_keys_is_told_what_that_means(people: Delegations) -> None:
    page = people.anna.get("/review/keys")
    assert page.status_code == 200
    assert page.text.count("It has no key on record") == 2
    assert "There is none in force" in page.text, "the head is told of the recovery key"
    assert "There is none in force" not in people.ben.get("/review/keys").text


def test_the_fingerprint_in_the_table_is_the_one_that_the_browser_was_answered(people: Delegations) -> None:
    answer = people.ben.send(
        "/review/keys/ask", {"signs": _raw(people.ben), "opens": str(people.ben.opening.to_public())}
    )
    fingerprint = answer.json()["fingerprint"]
    assert fingerprint in _row(people.anna.get("/review/keys").text, "OK-1")
    assert re.fullmatch(r"([0-9a-f]{4} ){7}[0-9a-f]{4}", fingerprint)


def test_the_head_of_the_delegation_alone_enters_a_key(people: Delegations) -> None:
    code = people.ben.ask_for_key()
    for signer in (people.ben, people.cleo):
        assert "/enter" not in _row(signer.get("/review/keys").text, code)
        refused = signer.post(f"/review/keys/{code}/enter")
        assert refused.status_code == 422
    assert "/enter" in _row(people.anna.get("/review/keys").text, code)
    assert people.anna.post(f"/review/keys/{code}/enter").status_code == 303
    assert "in force" in _row(people.dan.get("/review/keys").text, code), "the other delegation sees it too"


def test_a_key_ends_with_a_reason_and_stays_in_the_table(people: Delegations) -> None:
    code = people.ben.ask_for_key()
    people.anna.post(f"/review/keys/{code}/enter")
    assert people.anna.post(f"/review/keys/{code}/end").status_code == 422, "why is asked for"
    assert people.anna.post(f"/review/keys/{code}/end", why="departure").status_code == 422, "nobody says that by hand"
    assert people.anna.post(f"/review/keys/{code}/end", why="lost").status_code == 303
    assert "ended: lost" in _row(people.ben.get("/review/keys").text, code)


def test_a_key_that_was_not_entered_is_told_as_that(people: Delegations) -> None:
    code = people.ben.ask_for_key()
    assert people.anna.post(f"/review/keys/{code}/end", why="replaced").status_code == 303
    page = people.anna.get("/review/keys").text
    row = _row(page, code)
    assert "not entered" in row
    assert "ended" not in row
    assert "never was in force" in page
    assert "What it signed before stands" not in page


def test_keys_of_ones_own_computer_are_pasted_in(people: Delegations) -> None:
    opens = str(people.dan.opening.to_public())
    assert people.dan.post("/review/keys/paste", use="officer", signs=_raw(people.dan), opens=opens).status_code == 303
    assert "asked for" in _row(people.cleo.get("/review/keys").text, "OK-1")


@pytest.mark.parametrize("signs", ["", "no key", "AAAA"])
def test_what_is_no_key_is_refused_and_stays_in_the_field(people: Delegations, signs: str) -> None:
    opens = str(people.dan.opening.to_public())
    before = len(people.console.store.journal)
    answer = people.dan.post("/review/keys/paste", use="officer", signs=signs, opens=opens)
    assert answer.status_code == 422
    assert opens in answer.text
    assert len(people.console.store.journal) == before


def test_a_recovery_key_opens_alone(people: Delegations) -> None:
    opens = str(pyrage.x25519.Identity.generate().to_public())
    assert people.anna.post("/review/keys/paste", use="recovery", opens=opens).status_code == 303
    assert people.anna.post("/review/keys/OK-1/enter").status_code == 303
    page = people.anna.get("/review/keys").text
    assert "recovery, opens alone" in _row(page, "OK-1")
    assert "There is none in force" not in page
