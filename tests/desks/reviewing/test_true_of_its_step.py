"""What a page says of positions holds in the step and state in which it says it; what was typed is not lost."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from tests.desks.reviewing.two_delegations import Delegations, Signer, all_of, both
from tests.server.conftest import unbroken
from tests.store.test_sign_in_accounts import Clock
from trucewatch.server.console import Console


@pytest.fixture
def people(console: Console, clock: Clock) -> Delegations:
    return both(console, clock)


def _run_out(people: Delegations) -> None:
    """The clock of first positions."""
    snapshot = people.console.snapshot
    later = snapshot.as_of + timedelta(hours=snapshot.watch.settings.review.hours)
    object.__setattr__(snapshot, "as_of", later)


def _heading(signer: Signer, code: str) -> str:
    heading = re.search(r'<h3 id="own-form">(.*?)</h3>', unbroken(signer.get(f"/review/{code}").text))
    assert heading
    return heading[1].strip()


def _in_the_open(people: Delegations) -> str:
    (code,) = people.put()
    people.ben.seal(code, all_of("concur"))
    people.dan.seal(code, all_of("concur") | {"what": "dissent:demining of that day"})
    people.ben.open(code)
    people.dan.open(code)
    return code


def test_a_word_that_refers_to_too_much_is_refused_and_all_that_was_typed_comes_back(people: Delegations) -> None:
    code = _in_the_open(people)
    page = people.ben.get(f"/review/{code}").text
    observation = re.search(r'name="observation" value="([^"]+)"', page)
    assert observation
    entries = " ".join(str(number) for number in range(1, 21))
    before = len(people.console.store.journal)
    answer = people.ben.post(f"/review/{code}/speak", words="too many", observation=[observation[1]], entries=entries)
    assert answer.status_code == 422
    assert "it refers to more than 20 things" in answer.text
    assert len(people.console.store.journal) == before
    assert ">too many</textarea>" in answer.text
    assert f'value="{entries}"' in answer.text
    assert re.findall(r'name="observation" value="([^"]+)" checked', unbroken(answer.text)) == [observation[1]]
    fewer = people.ben.post(f"/review/{code}/speak", words="as many as are taken", entries=entries)
    assert fewer.status_code == 303
    assert '" checked' not in people.ben.get(f"/review/{code}").text.split('id="talk"')[1].split("</form>")[0]


def test_a_first_position_that_comes_late_is_called_so_and_a_later_one_is_not(people: Delegations) -> None:
    (code,) = people.put()
    people.dan.seal(code, all_of("concur"))
    assert _heading(people.ben, code) == "Your first position, blind"
    _run_out(people)
    people.dan.open(code)
    assert _heading(people.ben, code) == "Your first position, late and in the open"
    assert _heading(people.dan, code) == "A later position, in the open"
    people.ben.give(code, all_of("dissent:a quarry"))
    assert _heading(people.ben, code) == "A later position, in the open"


def test_the_board_says_what_ends_a_wait_beside_who_gave_none(people: Delegations) -> None:
    (code,) = people.put()
    people.dan.seal(code, all_of("concur"))
    people.anna.post(f"/review/{code}/withhold")
    sentence = "has run out, or until who gave none seals one after all"
    assert sentence in unbroken(people.dan.get("/floor").text)
    people.ben.seal(code, all_of("concur"))
    board = unbroken(people.dan.get("/floor").text)
    assert sentence not in board
    assert "first positions are to be opened" in board, "sooner than the clock"
