"""The incident's page shows what was put to the delegations and what stands now, beside the first list and today's."""

from __future__ import annotations

import html
import re
from dataclasses import replace

import pytest

from tests.reviewed_cases import ALL_AGREED, case_of
from tests.server.conftest import client_of
from trucewatch.model.incident import Incident
from trucewatch.model.review import Case
from trucewatch.server.console import Console


def page_with(console: Console, monkeypatch: pytest.MonkeyPatch, *cases: Case) -> str:
    monkeypatch.setattr(console, "_snapshot", replace(console.snapshot, reviews=cases))
    return client_of(console).get(f"/incident/{console.snapshot.codes[0]}").text


def text_of(part: str) -> str:
    text = html.unescape(re.sub(r"<[^>]+>", " ", part))
    return " ".join(text.replace("\u2068", "").replace("\u2069", "").split())


@pytest.fixture
def newest(valleys: Console) -> Incident:
    return valleys.snapshot.incident(0)


def test_each_finding_that_was_put_stands_in_the_lists(
    valleys: Console, newest: Incident, monkeypatch: pytest.MonkeyPatch
) -> None:
    part = {**ALL_AGREED, "what": "differ"}
    cases = case_of(newest), case_of(newest, number=2, stipulation="1b", state="agreed_in_part", questions=part)
    page = page_with(valleys, monkeypatch, *cases)
    assert re.findall(r'<span class="level">(.*?)</span>', page)[-2:] == ["review", "review"]
    lists = text_of(re.findall(r'<section class="card" id="lists">.*?</section>', page, re.S)[0])
    assert "R-1, clause 1a: agreed" in lists
    assert "R-2, clause 1b: agreed in part" in lists
    assert "What: the delegations differ" in lists
    assert "not yet reviewed" not in lists


def test_the_history_of_judgement_leads_to_each_steps_entry(
    valleys: Console, newest: Incident, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = case_of(newest)
    again = case_of(newest, number=2, state="open", before="R-1", why="late_evidence")
    page = page_with(valleys, monkeypatch, first, again)
    (part,) = re.findall(r'<section class="card"[^>]* id="judgement">.*?</section>', page, re.S)
    for entry in (first.entry, first.outcome.entry if first.outcome else -1, again.entry):
        assert f'href="/ledger/entry/{entry}"' in part
    assert "before, as R-1: agreed" in text_of(page)


def test_without_a_case_there_is_no_history_of_judgement(valleys: Console, monkeypatch: pytest.MonkeyPatch) -> None:
    assert 'id="judgement"' not in page_with(valleys, monkeypatch)


def test_who_is_told_as_a_question_apart(valleys: Console, newest: Incident, monkeypatch: pytest.MonkeyPatch) -> None:
    who = case_of(newest, number=2, before="R-1", state="open")
    who = replace(who, questions=("who",), why="attribution")
    assert "put apart as R-2: under review" in text_of(page_with(valleys, monkeypatch, case_of(newest), who))


@pytest.mark.parametrize(("named", "words"), [("", "Nobody"), ("SI", "Southern Isles")])
def test_it_is_told_on_whom_the_delegations_agree(
    valleys: Console, newest: Incident, monkeypatch: pytest.MonkeyPatch, named: str, words: str
) -> None:
    who = case_of(newest, number=2, before="R-1", state="agreed")
    assert who.outcome
    outcome = replace(who.outcome, questions={"who": "agreed"}, attributed_to=named)
    who = replace(who, questions=("who",), why="attribution", outcome=outcome)
    text = text_of(page_with(valleys, monkeypatch, case_of(newest), who)).replace("\u2068", "").replace("\u2069", "")
    assert f"put apart as R-2: agreed, on: {words}" in text
