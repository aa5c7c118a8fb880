"""People killed and injured in words and in releases: giver by giver, no number that nobody states."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import pytest

from tests.reports.invented import CENTRE, DAY, OPEN_CELLS, PUBLIC, SENSOR, SOURCE, busy_day, invented_watch, people
from trucewatch.locale import words
from trucewatch.model.people import PeopleReported
from trucewatch.model.watch import Recipient
from trucewatch.reports.people_words import people_facts, people_words
from trucewatch.reports.release import release
from trucewatch.reports.released import ReleasedPeople


def statement(giver: str, giver_kind: str = "party", **stated: Any) -> PeopleReported:
    return PeopleReported.of_entry(people(giver, giver_kind, **stated))


def told(*statements: PeopleReported, language: str = "en") -> str:
    return people_words(statements, invented_watch(), words(language))


def test_each_giver_is_told_with_its_own_numbers() -> None:
    two = statement("P", killed_best=2, injured_best=5), statement("Village hospital", "body", killed_best=3)
    assert told(*two) == "2 killed, 5 injured according to Pella; 3 killed according to Village hospital"
    assert told(*two, language="ru") == (
        "погибло 2, ранено 5 (источник: Пелла); погибло 3 (источник: Village hospital)"
    )
    assert told(*two, language="tr") == (
        "Pella bildirimine göre 2 ölü, 5 yaralı; Village hospital bildirimine göre 3 ölü"
    )


def test_nothing_is_told_where_nobody_was_hurt_and_a_zero_that_contradicts_is() -> None:
    nobody = statement("P", killed_best=0, injured_best=0)
    assert told() == ""
    assert told(nobody) == ""
    assert told(nobody, statement("Q", killed_best=2)) == (
        "0 killed, 0 injured according to Pella; 2 killed according to Quorra"
    )


def test_what_is_not_stated_is_no_zero() -> None:
    assert "0" not in told(statement("P", injured_min=1))
    assert told(statement("P", harm_best=4)) == "4 killed or injured according to Pella"


def test_statements_of_one_giver_stay_apart() -> None:
    two = statement("P", killed_best=2, status="civilian"), statement("P", killed_best=1, status="military")
    assert told(*two) == "2 killed (civilian) · 1 killed (military) according to Pella, in separate statements"
    days = statement("P", killed_best=2), statement("P", killed_best=2, day=DAY.replace(day=DAY.day + 1))
    assert told(*days) == "2 killed according to Pella, 10 May; 2 killed according to Pella, 11 May"


def test_a_number_of_an_earlier_list_has_no_giver() -> None:
    assert told(statement("", "", harm_best=7)) == "7 killed or injured"


@pytest.mark.parametrize("recipient", [CENTRE, OPEN_CELLS, PUBLIC], ids=lambda recipient: recipient.id)
def test_parties_and_bodies_leave_by_name_and_sources_by_their_means(recipient: Recipient) -> None:
    out = [incident for incident in release(busy_day(), recipient).incidents if incident.people]
    assert [(one.giver, one.means, one.killed_best, one.killed_min) for one in out[0].people] == [
        ("P", "", 2, None),
        ("Village hospital", "", 3, None),
        ("", "patrol", None, 1),
    ]
    text = f"{people_facts(out[0].people)} {people_words(out[0].people, invented_watch(), words('en'))} {out[0].people}"
    assert "killed [1..]" in text
    assert not any(secret in text for secret in (SOURCE, SENSOR, "saw"))
    withheld = {"sensor", "perceived", "observations"}
    assert not withheld & {field.name for field in fields(ReleasedPeople)}
