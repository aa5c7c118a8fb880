"""Periods of dense reports in reports: told from what was released alone, to who is told exact places and minutes."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from tests.reports.invented import CELLS, CENTRE, DAY, OPEN_CELLS, PUBLIC, incident, inputs_of
from trucewatch.fusion.periods import periods_among
from trucewatch.locale import words
from trucewatch.model.report import ReportInputs
from trucewatch.model.watch import Recipient
from trucewatch.reports import FORMATS, build_daily, release, render
from trucewatch.reports.daily_report import DailyReport
from trucewatch.reports.facts import facts_of

COUNT = 20


def bout(count: int = COUNT, **changes: Any) -> list[dict[str, Any]]:
    """So many a minute apart, and one by itself."""
    rows = [incident(f"b{number}", hours=10 + number / 60, happened=0.9, **changes) for number in range(count)]
    return [*rows, incident("alone", hours=20, happened=0.9)]


def inputs(rows: list[dict[str, Any]]) -> ReportInputs:
    return replace(inputs_of(rows), periods_among=periods_among)


def report_to(recipient: Recipient, rows: list[dict[str, Any]]) -> DailyReport:
    return build_daily(inputs(rows), recipient=recipient, day_from=DAY, day_until=DAY + timedelta(days=1))


def test_who_is_told_places_and_minutes_is_told_the_period_with_its_lines() -> None:
    report = report_to(CENTRE, bout())
    (period,) = report.periods
    assert len(period.incident_ids) == COUNT
    assert 0 <= period.events_min < period.events_max <= COUNT
    facts = [row for row in facts_of(report, words("en")) if row["record"] == "incident"]
    assert sum(row["period"] == period.period_id for row in facts) == COUNT
    page = render(report, format="html", language="en").decode()
    assert "Reports close together" in page
    assert f"{COUNT} incidents listed; by their probabilities" in page
    assert "Сообщения, близкие по месту и времени" in render(report, format="html", language="ru").decode()


@pytest.mark.parametrize(
    "recipient", [CELLS, OPEN_CELLS, PUBLIC, replace(CENTRE, time="hour"), replace(CENTRE, smallest_count=3)]
)
def test_no_other_recipient_is_told_of_one(recipient: Recipient) -> None:
    report = report_to(recipient, bout())
    assert report.rows
    assert report.periods == ()
    assert {row.incident.period for row in report.rows} == {""}
    name = b"p-" + min(row.incident.incident_id for row in report.rows)[2:].encode()
    assert all(name not in render(report, format=form, language="en") for form in FORMATS)


def test_what_is_withheld_makes_no_period_and_is_in_none() -> None:
    few = [*bout(8), *(incident(f"h{number}", hours=10 + number / 60, kind="shot") for number in range(12))]
    assert report_to(CENTRE, few).periods
    closed = replace(CENTRE, withheld_kinds=("shot",))
    assert report_to(closed, few).periods == ()
    whole = [*bout(), *(incident(f"h{number}", hours=10 + number / 60, kind="shot") for number in range(12))]
    assert report_to(closed, whole).periods == report_to(closed, bout()).periods


def test_what_has_no_place_tells_of_no_device() -> None:
    assert report_to(CENTRE, bout(lon=None, lat=None)).periods == ()


def test_without_the_rule_nothing_is_grouped() -> None:
    assert release(inputs_of(bout()), CENTRE).periods == ()
