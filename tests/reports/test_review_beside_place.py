"""What is held back for its place and what is held back until it is reviewed are two things, and neither is the other.

Refusals of access in the west: a clause speaks of those on the pass road alone, so how its review stands tells a part
of the west.
"""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from tests.reports.invented import CENTRE, DAY, EVERYONE, OPEN_CELLS, at, finding, incident, inputs_of
from tests.reports.opened import everything_in
from tests.reports.test_review_told import case, reviews_in
from trucewatch.model.report import Publication, ReportInputs
from trucewatch.model.review import Case
from trucewatch.model.watch import Recipient
from trucewatch.reports import FORMATS, build_daily, render
from trucewatch.reports.daily_build import publication_of

PARTIES = replace(OPEN_CELLS, id="parties", to="parties")
ON_THE_ROAD = [incident(f"in{n}", kind="access_denied", lon=20.33, lat=45.2) for n in range(5)]


def on_the_road(number: int, *, reviewed: bool) -> dict[str, Any]:
    facts = {"kind": "access_denied", "zone": "pass"}
    event = ON_THE_ROAD[number]["incident_id"]
    return finding(event, "2", "inconsistent", "prohibited_act", facts=facts) | {"reviewed": reviewed}


def world(*cases: Case, agreed: tuple[int, ...] = (), day: int = 3, earlier: Any = ()) -> ReportInputs:
    findings = [on_the_road(number, reviewed=number in agreed) for number in range(5)]
    return replace(inputs_of(ON_THE_ROAD, findings, as_of=at(24 * day), earlier=earlier), reviews=cases)


def of_road(number: int, state: Any, **changes: Any) -> Case:
    return case(ON_THE_ROAD[number], state, number=number + 1, stipulation="2", **changes)


def issue(inputs: ReportInputs, day: date = DAY, recipient: Recipient = EVERYONE) -> Any:
    return build_daily(inputs, recipient=recipient, day_from=day, day_until=day + timedelta(days=1))


def holds(report: Any) -> list[str]:
    return sorted(row.incident.hold for row in report.rows)


IN_PART, NOT = of_road(0, "agreed_in_part"), of_road(1, "not_agreed")
REVIEWED = ["not_reviewed"] * 3 + ["review_agreed_in_part", "review_not_agreed"]


def test_a_second_issue_takes_no_review_back() -> None:
    first = issue(world(IN_PART, NOT))
    assert holds(first) == REVIEWED
    earlier: tuple[Publication, ...] = (publication_of(first),)
    again = issue(world(IN_PART, NOT, day=4, earlier=earlier))
    assert (again.revision, holds(again), again.corrections) == (1, REVIEWED, ())
    following = issue(world(IN_PART, NOT, day=4, earlier=earlier), DAY + timedelta(days=1))
    assert reviews_in(following) == []
    earlier = (*earlier, publication_of(following))
    assert holds(issue(world(IN_PART, NOT, day=5, earlier=earlier))) == REVIEWED


def test_nor_does_one_after_an_issue_of_before_rows_had_their_reason() -> None:
    first = publication_of(issue(world(IN_PART, NOT)))
    bare = replace(first, rows=tuple(replace(row, hold="", with_parts=False) for row in first.rows))
    again = issue(world(IN_PART, NOT, day=4, earlier=(bare,)))
    assert holds(again) == REVIEWED
    assert again.revision == 1, "a reason that was not on record makes no other report"


def test_an_event_that_was_issued_before_its_review_is_named_once_afterwards() -> None:
    first = publication_of(issue(world()))
    late = of_road(2, "not_agreed", put_at=at(24 * 3 + 1))
    second = issue(world(late, day=4, earlier=(first,)), DAY + timedelta(days=1))
    assert reviews_in(second) == [(first.number, ("not_reviewed", "not_agreed"))]
    earlier = (first, publication_of(second))
    third = issue(world(late, day=5, earlier=earlier), DAY + timedelta(days=2))
    assert reviews_in(third) == []
    assert holds(issue(world(late, day=5, earlier=earlier))) == ["not_reviewed"] * 4 + ["review_not_agreed"]


def test_assessments_that_are_agreed_after_an_issue_are_told_once_enough_are_on_each_side() -> None:
    first = publication_of(issue(world()))
    cases = [of_road(number, "agreed", put_at=at(24 * 3 + 1)) for number in range(3)]
    two = issue(world(*cases[:2], agreed=(0, 1), day=4, earlier=(first,)))
    assert holds(two) == ["not_reviewed"] * 3 + ["place"] * 2, "fewer than three are told of no part of the west"
    assert reviews_in(two) == []
    three = issue(world(*cases, agreed=(0, 1, 2), day=4, earlier=(first,)))
    assert [row.incident.outcome for row in three.rows].count("inconsistent") == 3
    assert reviews_in(three) == [(first.number, ("not_reviewed", "agreed"))] * 3
    earlier = (first, publication_of(three))
    again = issue(world(*cases, agreed=(0, 1, 2), day=5, earlier=earlier))
    assert [row.incident.outcome for row in again.rows].count("inconsistent") == 3


def test_what_was_withheld_for_its_place_stays_so_however_many_are_reviewed_later() -> None:
    cases = [of_road(number, "agreed") for number in range(4)]
    first = issue(world(cases[0], agreed=(0,)))
    assert holds(first) == ["not_reviewed"] * 4 + ["place"]
    later = issue(world(*cases, agreed=(0, 1, 2, 3), day=4, earlier=(publication_of(first),)))
    assert holds(later) == ["", "", "", "not_reviewed", "place"]


STATES: list[Any] = ["open", "agreed", "agreed_in_part", "not_agreed", "withheld"]


@pytest.mark.parametrize("form", sorted(FORMATS))
@pytest.mark.parametrize("state", STATES)
def test_what_is_held_for_its_place_is_the_same_whether_it_was_reviewed_or_not(state: Any, form: str) -> None:
    plain = world()
    reviewed = world(of_road(0, state), agreed=(0,) if state == "agreed" else ())
    files = [render(issue(inputs, recipient=PARTIES), format=form, language="en") for inputs in (plain, reviewed)]
    assert everything_in(files[0]) == everything_in(files[1])


def test_of_what_is_held_for_its_place_no_file_says_that_nobody_reviewed_it() -> None:
    report = issue(world(of_road(0, "agreed"), agreed=(0,)), recipient=PARTIES)
    assert {row.incident.hold for row in report.rows} == {"place"}
    assert {(row.incident.review, row.incident.is_reviewed) for row in report.rows} == {("", None)}
    lines = csv.DictReader(io.StringIO(render(report, format="csv", language="en").decode("utf-8-sig")))
    rows = [line for line in lines if line["record"] == "incident"]
    assert [(line["review"], line["reviewed"]) for line in rows] == [("", "")] * 5
    collection = json.loads(render(report, format="geojson", language="en"))
    properties = [each["properties"] for each in collection["features"]]
    assert [each["outcome"] for each in properties] == ["withheld"] * 5
    assert not [each for each in properties if "review" in each or "reviewed" in each]


def test_to_who_reads_places_the_same_says_how_it_was_reviewed() -> None:
    report = issue(world(of_road(0, "agreed"), agreed=(0,)), recipient=CENTRE)
    reviews = sorted((row.incident.review, row.incident.is_reviewed) for row in report.rows)
    assert reviews == [("agreed", True)] + [("not_reviewed", False)] * 4


SEEN_DIFFERENTLY = "The delegations see clause 4 differently"


@pytest.mark.parametrize(
    ("recipient", "names"),
    [(CENTRE, True), (PARTIES, False), (EVERYONE, False), (replace(CENTRE, id="desk", delay_hours=1), False)],
)
def test_who_sees_a_clause_how_is_told_to_the_centre_alone(recipient: Recipient, names: bool) -> None:
    views = ["DP: consistent", "DQ: inconsistent"]
    differ = finding("", "4", "undetermined", "judged_differently", rule="judged/2", facts={"views": views})
    inputs = inputs_of([], [differ | {"reviewed": True}])
    report = issue(inputs, recipient=recipient)
    assert [("views" in each.facts) for each in report.obligations] == [names]
    for form in ("html", "csv"):
        text = " ".join(everything_in(render(report, format=form, language="en")).split())
        assert SEEN_DIFFERENTLY in text
        assert (f"{SEEN_DIFFERENTLY}: " in text) is names


@pytest.mark.parametrize("form", ["html", "pdf"])
def test_no_report_says_that_who_was_put_for_none(form: str) -> None:
    text = " ".join(everything_in(render(issue(world(), recipient=CENTRE), format=form, language="en")).split())
    assert "not weighed or not released" in text
    assert "not put for any" not in text
