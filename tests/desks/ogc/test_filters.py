"""Choosing by outcome, kind and probability: by what a recipient is told, and by nothing else."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tests.conftest import each
from tests.desks.ogc.test_features import Asking, client_of, with_recipients
from tests.reports.invented import CELLS, CENTRE, OPEN_CELLS, PUBLIC, busy_day
from tests.server.conftest import client_of as browser_of
from trucewatch.model.outcomes import OUTCOMES
from trucewatch.reports.outcome_policy import policy_of
from trucewatch.reports.recipient_rule import tells_probability
from trucewatch.reports.released_view import released_view
from trucewatch.server.console import Console

ITEMS = "/ogc/{}/collections/incidents/items?limit=1000&{}"


@pytest.fixture(scope="module")
def asked() -> Asking:
    return client_of(with_recipients(busy_day()))


def properties(client: Any, recipient: str, query: str) -> list[dict[str, Any]]:
    content = client.get(ITEMS.format(recipient, query)).json()
    assert content["numberMatched"] == content["numberReturned"] == len(content["features"])
    return [feature["properties"] for feature in content["features"]]


def test_outcomes_and_kinds_choose_the_incidents_that_are_told_so(asked: Asking) -> None:
    whole = properties(asked, "centre", "")
    for name in ("outcome", "kind"):
        words = {incident[name] for incident in whole}
        assert len(words) > 1
        for word in words:
            chosen = properties(asked, "centre", f"{name}={word}")
            assert chosen == [incident for incident in whole if incident[name] == word]
        pair = sorted(words)[:2]
        chosen = properties(asked, "centre", f"{name}={','.join(pair)}")
        assert chosen == [incident for incident in whole if incident[name] in pair]
    both = properties(asked, "centre", "outcome=inconsistent&kind=explosion")
    assert both == [one for one in whole if (one["outcome"], one["kind"]) == ("inconsistent", "explosion")]


def test_a_probability_chooses_what_is_told_to_be_so_probable(valleys: Console) -> None:
    client, centre = browser_of(valleys), "joint-centre"
    whole = properties(client, centre, "")
    told = sorted({incident["happened"] for incident in whole if "happened" in incident})
    assert len(told) > 1
    for least in (0, told[0], told[-1], 1):
        chosen = properties(client, centre, f"min_probability={least}")
        assert chosen == [one for one in whole if "happened" in one and one["happened"] >= least]


@pytest.mark.parametrize("recipient", [PUBLIC, CELLS, OPEN_CELLS, CENTRE], ids=lambda one: one.id)
def test_who_is_told_no_probability_is_told_that_it_cannot_be_chosen_by(asked: Asking, recipient: Any) -> None:
    is_told = tells_probability(recipient, with_recipients(busy_day()).watch)
    answer = asked.get(ITEMS.format(recipient.id, "min_probability=0.5"))
    assert (answer.status_code == 200) == is_told
    if not is_told:
        assert answer.status_code == 400
        assert "not told to this recipient" in answer.json()["description"]


def test_who_is_told_no_outcome_is_told_that_it_cannot_be_chosen_by() -> None:
    inputs = with_recipients(busy_day())
    silent = replace(PUBLIC, outcomes="none")
    settings = replace(inputs.watch.settings, recipient=(silent, CENTRE))
    client = client_of(replace(inputs, watch=replace(inputs.watch, settings=settings)))
    for word in each(OUTCOMES):
        answer = client.get(ITEMS.format("public", f"outcome={word}"))
        assert answer.status_code == 400
        assert "assessments are not told to this recipient" in answer.json()["description"]
    assert client.get(ITEMS.format("centre", "outcome=inconsistent")).status_code == 200
    page = client.get(ITEMS.format("public", "f=html")).text
    assert 'name="outcome"' not in page
    assert 'name="min_probability"' not in page


@pytest.mark.parametrize("recipient", ["public", "aid", "relief", "centre"])
def test_what_matches_is_a_function_of_what_is_released(recipient: str) -> None:
    """The underlying outcome, kind or probability of an incident, where it is told otherwise or not, moves nothing."""
    inputs = with_recipients(busy_day())
    view = released_view(inputs, recipient)
    client = client_of(inputs)
    assert policy_of(view.recipient) != "none"
    for word in (*OUTCOMES, "withheld"):
        chosen = [one["id"] for one in properties(client, recipient, f"outcome={word}")]
        assert chosen == [one.incident_id for one in view.incidents if one.outcome == word]


def test_zones_are_not_chosen_by_what_incidents_are(asked: Asking) -> None:
    for query in ("outcome=consistent", "kind=explosion", "min_probability=0.5"):
        answer = asked.get(f"/ogc/centre/collections/zones/items?{query}")
        assert (answer.status_code, "is no parameter here" in answer.json()["description"]) == (400, True)
