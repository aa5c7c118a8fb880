"""Grave events of the days stand first in every report inside the centre, whatever it is about."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import pytest

from tests.conftest import each
from tests.reports.invented import CENTRE, DAY, OPEN_CELLS, PEOPLE_OF_TWO, PUBLIC, at, finding, incident, inputs_of
from tests.reports.opened import everything_in
from trucewatch.locale import words
from trucewatch.model.report import ReportInputs
from trucewatch.model.watch import Recipient
from trucewatch.reports import FORMATS, DailyReport, build_daily, publication_of, render
from trucewatch.reports.facts import facts_of
from trucewatch.reports.grave_words import grave_counts, grave_lines, grave_title
from trucewatch.reports.kinds import KINDS

OF_DAYS = tuple(kind.name for kind in KINDS.values() if not kind.is_of_one)
OF_SOME = tuple(kind.name for kind in KINDS.values() if not kind.is_of_one and not kind.is_whole)
KILLED = incident("killed", hours=9, kind="harm", people=PEOPLE_OF_TWO, grave=["killed"], claimed_by=["P"])
HOSPITAL = incident("hospital", hours=10, grave=["hospital"], rung="corroborated")
DENIED = incident("road", hours=11, kind="access_denied", claimed_by=["Q"], claims_only=True)
INPUTS = inputs_of(
    [KILLED, HOSPITAL, DENIED],
    [finding(DENIED["incident_id"], "2", "undetermined", "claimed_alone", facts={"claimed_by": "Q"})],
)


def of_kind(kind: str, recipient: Recipient = CENTRE, inputs: ReportInputs = INPUTS) -> DailyReport:
    days = KINDS[kind].days or 1
    until = DAY + timedelta(days=1)
    later = replace(inputs, as_of=at(24 * 9))
    return build_daily(later, recipient=recipient, day_from=until - timedelta(days=days), day_until=until, kind=kind)


@pytest.mark.parametrize("kind", OF_DAYS)
def test_every_report_inside_is_headed_by_the_grave_events_of_its_days(kind: str) -> None:
    report = of_kind(kind)
    assert grave_title(report, words("en")) == "Grave events: 1 established, 1 not yet established"
    assert len(grave_lines(report, words("en"))) == 2
    page = render(report, format="html", language="en").decode()
    headings = [re.sub(r"<[^>]*>", "", heading) for heading in re.findall(r"<h2[^>]*>(.*?)</h2>", page, re.DOTALL)]
    assert headings[0].startswith("Grave events: 1 established")


@pytest.mark.parametrize("kind", OF_SOME)
@pytest.mark.parametrize("form", FORMATS)
def test_those_that_are_no_row_of_a_report_stand_in_each_of_its_formats(kind: str, form: str) -> None:
    report = of_kind(kind)
    assert each(report.grave_beside)
    text = " ".join(everything_in(render(report, format=form, language="en")).split())
    assert "Grave events" in text or "grave_beside" in text or '"grave"' in text, form


@pytest.mark.parametrize("kind", OF_SOME)
def test_they_bear_no_number_and_are_in_none_of_its_counts(kind: str) -> None:
    report, without = of_kind(kind), of_kind(kind, inputs=inputs_of([DENIED], list(INPUTS.findings.to_pylist())[:0]))
    beside = {incident.incident_id for incident in report.grave_beside}
    assert not beside & {row.incident.incident_id for row in report.rows}
    assert sum(fact["record"] == "grave_beside" for fact in facts_of(report, words("en"))) == len(beside) > 0
    if kind == "restrictions":
        assert report.real.recorded == without.real.recorded == 1
    assert not beside & {row.incident_id for row in publication_of(report).rows}


@pytest.mark.parametrize("kind", OF_SOME)
@pytest.mark.parametrize("recipient", [OPEN_CELLS, PUBLIC], ids=lambda recipient: recipient.id)
def test_outside_a_report_of_some_incidents_tells_of_those_alone(kind: str, recipient: Recipient) -> None:
    assert of_kind(kind, recipient).grave_beside == ()


def test_a_spot_report_is_of_its_one_event() -> None:
    report = build_daily(
        INPUTS, recipient=CENTRE, day_from=DAY, day_until=DAY, kind="spot", event=DENIED["incident_id"]
    )
    assert report.grave_beside == ()
    grave = build_daily(INPUTS, recipient=CENTRE, day_from=DAY, day_until=DAY, kind="spot", event=KILLED["incident_id"])
    assert grave_counts(grave, simulated=False) == (0, 1)


def test_simulated_ones_are_counted_apart_beside_a_report_too() -> None:
    report = of_kind("restrictions", inputs=inputs_of([HOSPITAL | {"simulated": True}, KILLED]))
    assert grave_title(report, words("en")).startswith("Grave events: 0 established, 1 not yet established. ")
    assert "Grave events, simulated: 1 established" in grave_title(report, words("en"))
