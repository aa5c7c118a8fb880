"""The wording: each delegation's own text, a common one in each language, what differs shown before it is signed."""

from __future__ import annotations

import json
import re

import pytest

from tests.desks.reviewing.two_delegations import Delegations, Signer, all_of, both
from tests.server.conftest import unbroken
from tests.store.test_sign_in_accounts import Clock
from trucewatch.ledger.signing import sign_record
from trucewatch.model.times import iso_utc
from trucewatch.server.console import Console

COMMON = {
    "text-en": "Three explosions at 14:02.",
    "text-ru": "Четыре взрыва в 14:02.",
    "text-tr": "14.02'de üç patlama.",
}


@pytest.fixture
def people(console: Console, clock: Clock) -> Delegations:
    return both(console, clock)


@pytest.fixture
def code(people: Delegations) -> str:
    """A case in the open."""
    (code,) = people.put()
    for signer, answers in ((people.ben, all_of("concur")), (people.dan, all_of("concur") | {"what": "abstain"})):
        signer.seal(code, answers)
    for signer in (people.ben, people.dan):
        signer.open(code)
    return code


def _sign(signer: Signer, code: str) -> int:
    """Sign as the browser does, by what the page shows; the status of the answer."""
    page = signer.get(f"/review/{code}/wording").text
    form = re.search(r"<form[^>]*data-review-wording-sign[^>]*>", page)
    assert form, "the form to sign is not there"
    digest = re.search(r'name="differences" value="([^"]+)"', page)
    where = re.search(r'action="([^"]+)"', form[0])
    record = re.search(r'data-record-sha256="([0-9a-f]{64})"', form[0])
    assert digest
    assert where
    assert record
    content = signer.colleague.console.store.objects.get(record[1])
    document = sign_record(content, signer.key(), iso_utc(signer.colleague.clock.moment.replace(microsecond=0)))
    return signer.post(where[1], document=json.dumps(document), differences=digest[1]).status_code


def test_each_delegation_enters_its_own_text_and_sees_the_others(people: Delegations, code: str) -> None:
    assert people.ben.post(f"/review/{code}/wording", of="NI", **{"text-en": "Three were heard."}).status_code == 303
    assert people.dan.post(f"/review/{code}/wording", of="SI", **{"text-en": "Some were heard."}).status_code == 303
    page = people.dan.get(f"/review/{code}").text
    assert "Three were heard." in page
    assert "Some were heard." in page


def test_nobody_enters_the_text_of_the_other_delegation(people: Delegations, code: str) -> None:
    answer = people.ben.post(f"/review/{code}/wording", of="SI", **{"text-en": "put into their mouth"})
    assert answer.status_code == 422
    assert "put into their mouth" not in people.dan.get(f"/review/{code}").text


def test_a_common_text_that_lacks_a_language_is_refused_and_stays_in_the_form(people: Delegations, code: str) -> None:
    answer = people.ben.post(f"/review/{code}/wording", of="common", **{"text-en": "kept as typed"})
    assert answer.status_code == 422
    assert "kept as typed" in answer.text


def test_what_differs_is_shown_before_it_is_signed_and_both_make_it_agreed(people: Delegations, code: str) -> None:
    assert people.ben.post(f"/review/{code}/wording", of="common", **COMMON).status_code == 303
    page = unbroken(people.dan.get(f"/review/{code}/wording").text)
    assert page.index("Четыре</bdi>") < page.index("data-review-wording-sign"), "the difference stands above the button"
    assert _sign(people.ben, code) == 303
    page = people.anna.get(f"/review/{code}").text
    assert "Agreed: every delegation signed it." not in page
    assert "data-review-wording-sign" not in people.anna.get(f"/review/{code}/wording").text, "it is signed once"
    assert _sign(people.dan, code) == 303
    assert "Agreed: every delegation signed it." in people.anna.get(f"/review/{code}").text


def test_there_is_no_text_before_the_first_positions_are_opened(people: Delegations) -> None:
    (code,) = people.put()
    assert "There is no text before" in people.ben.get(f"/review/{code}/wording").text
    answer = people.ben.post(f"/review/{code}/wording", of="NI", **{"text-en": "too early"})
    assert answer.status_code == 422


@pytest.mark.parametrize("document", ["", "[]", "{", "no signature", '{"schema": "x"}'])
def test_what_is_no_signature_is_refused(people: Delegations, code: str, document: str) -> None:
    people.ben.post(f"/review/{code}/wording", of="common", **COMMON)
    before = len(people.console.store.journal)
    answer = people.dan.post(f"/review/{code}/wording/1/sign", document=document, differences="sha256:0")
    assert answer.status_code == 422
    assert len(people.console.store.journal) == before
