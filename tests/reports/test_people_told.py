"""People killed and injured in words and in releases: giver by giver, no number that nobody states."""

from __future__ import annotations

from dataclasses import fields
from datetime import timedelta
from typing import Any

import pytest

from tests.reports.invented import (
    CENTRE,
    DAY,
    OPEN_CELLS,
    PEOPLE_OF_TWO,
    PUBLIC,
    SENSOR,
    SOURCE,
    busy_day,
    incident,
    inputs_of,
    invented_watch,
    people,
)
from tests.reports.opened import everything_in
from trucewatch.locale import words
from trucewatch.model.claim_record import CLAIMS, CLAIMS_INSIDE
from trucewatch.model.people import PeopleReported
from trucewatch.model.watch import Recipient
from trucewatch.reports import build_daily, render
from trucewatch.reports.people_words import people_facts, people_lines, people_words
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


def test_whoever_calls_and_is_nobodys_side_is_a_civilian_and_no_source_of_a_file() -> None:
    watch = invented_watch()
    zone = watch.zones[0]
    for giver in (CLAIMS, CLAIMS_INSIDE):
        near = statement(giver, "source", sensor=zone.id, injured_best=1)
        assert told(near) == f"1 injured according to a civilian near {zone.names['en']}"
        assert told(statement(giver, "source", injured_best=1)) == "1 injured according to a caller"


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


def test_people_have_a_line_a_giver_and_no_line_is_made_of_two() -> None:
    seen = people(SOURCE, "source", sensor=SENSOR, means="patrol", killed_best=4, status="military", perceived="saw")
    told = people(SOURCE, "source", sensor=SENSOR, means="public", injured_best=9, perceived="told")
    row = incident("a", people=[*PEOPLE_OF_TWO[:2], seen, told])
    report = build_daily(inputs_of([row]), recipient=CENTRE, day_from=DAY, day_until=DAY + timedelta(days=1))
    lines = people_lines(report.rows, report.watch, words("en"))
    assert [(line.giver, line.killed, line.injured, line.status, line.checked) for line in lines] == [
        ("Pella", "2", "5 (4 to 6)", "not stated", "not checked"),
        ("Village hospital", "3", "–", "civilian", "not checked"),
        ("patrol", "4", "–", "military", "seen or recorded"),
        ("public sources", "–", "9", "not stated", "not checked"),
    ]
    page = render(report, format="html", language="en").decode()
    for total in ("9 killed", "14 injured", ">9<", ">14<"):
        assert (total in page) == (total == ">9<"), total
    for form in ("csv", "geojson", "xlsx", "gpkg", "kml"):
        text = everything_in(render(report, format=form, language="en"))
        assert "Village hospital" in text
        assert SENSOR not in text.replace(row["text"], "")


def test_nobody_killed_or_injured_is_no_table() -> None:
    row = incident("a", people=[people("P", killed_best=0)])
    report = build_daily(inputs_of([row]), recipient=CENTRE, day_from=DAY, day_until=DAY + timedelta(days=1))
    assert people_lines(report.rows, report.watch, words("en")) == []
