"""Counting, empty days, corrections and revisions."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from tests.reports.invented import (
    CELLS,
    CENTRE,
    DAY,
    PUBLIC,
    at,
    busy_day,
    counter,
    finding,
    incident,
    inputs_of,
    invented_watch,
)
from trucewatch.errors import ReportError
from trucewatch.locale import words
from trucewatch.model.report import Publication, RejectedCount
from trucewatch.model.watch import Recipient
from trucewatch.reports import build_daily, publication_of, render
from trucewatch.reports.headline import quiet_words, title_words

NEXT = DAY + timedelta(days=1)


def daily(rows: Any = (), findings: Any = (), recipient: Recipient = CENTRE, day: Any = DAY, **kw: Any) -> Any:
    return build_daily(
        inputs_of(rows, findings, **kw), recipient=recipient, day_from=day, day_until=day + timedelta(days=1)
    )


def test_the_title_is_the_finding() -> None:
    report = build_daily(busy_day(), recipient=CENTRE, day_from=DAY, day_until=NEXT)
    assert title_words(report, words("en")) == "Twelve incidents recorded; three inconsistent with the agreement"
    assert title_words(report, words("ru")) == "Записано 12 инцидентов; 3 не соответствуют договорённости"
    assert title_words(report, words("tr")) == "12 olay kaydedildi; 3 tanesi anlaşmayla uyumsuz"


def test_one_incident_is_one_in_every_language() -> None:
    row = incident("a")
    report = daily([row], [finding(row["incident_id"], "1a", "inconsistent", "prohibited_act", facts={"kind": "shot"})])
    assert title_words(report, words("en")) == "One incident recorded; one inconsistent with the agreement"
    assert title_words(report, words("ru")) == "Записан 1 инцидент; 1 не соответствует договорённости"


def test_simulated_and_real_are_never_summed() -> None:
    report = daily([incident("a"), incident("b", simulated=True), incident("c", simulated=True)])
    assert (report.real.recorded, report.simulated.recorded) == (1, 2)
    assert sum(row.now for row in report.regions) == 1
    assert sum(row.now for row in report.regions_simulated) == 2
    assert (report.days[-1].recorded, report.days[-1].simulated) == (1, 2)
    only = daily([incident("b", simulated=True)])
    assert title_words(only, words("en")).startswith("One simulated incident recorded")


def test_the_three_empty_days_are_three_texts() -> None:
    none = daily()
    few = daily(recipient=PUBLIC)
    early = daily(recipient=PUBLIC, as_of=at(30))
    texts = [quiet_words(one, words("en")) for one in (none, few, early)]
    assert texts[0] == (
        "No incident was recorded on 10 May 2031. What could have been seen is not computed yet, so this "
        "says nothing about quiet."
    )
    assert "or fewer than 3" in texts[1]
    assert "before 12 May 2031, 00:00 (UTC+3)" in texts[2]
    assert len({title_words(one, words("en")) for one in (none, few, early)}) == 3
    assert all("quiet" in text for text in texts)


def test_a_day_with_two_withheld_reads_like_a_day_with_none() -> None:
    empty, two = daily(recipient=PUBLIC), daily([incident("a"), incident("b")], recipient=PUBLIC)
    for form in ("html", "csv", "geojson"):
        assert render(empty, format=form, language="en") == render(two, format=form, language="en")


def test_the_number_names_watch_day_and_recipient() -> None:
    assert daily().number == "two-valleys/2031-05-10/centre"
    week = build_daily(inputs_of([]), recipient=CENTRE, day_from=DAY - timedelta(days=6), day_until=NEXT)
    assert week.number == "two-valleys/2031-05-04--2031-05-10/centre"


def test_the_same_rows_keep_the_revision_and_others_raise_it() -> None:
    rows = [incident("a")]
    first = publication_of(daily(rows))
    again = publication_of(daily(rows, earlier=(first,)))
    assert again == first
    changed = daily([incident("a"), incident("b")], earlier=(first,))
    assert changed.revision == 2
    second = publication_of(changed)
    back = daily(rows, earlier=(first, second))
    assert back.revision == 3
    assert publication_of(daily([incident("a"), incident("b")], earlier=(first, second))) == second


def test_a_changed_outcome_and_place_are_corrections_with_then_and_now() -> None:
    row = incident("a")
    was = [finding(row["incident_id"], "1a", "undetermined", "claimed_alone", facts={"claimed_by": "P"})]
    issued = publication_of(daily([row], was, as_of=at(24)))
    now = [finding(row["incident_id"], "1a", "consistent", "notice_covers", facts={"who": "Q"})]
    report = daily([row | {"lon": 20.71}], now, day=NEXT, earlier=(issued,))
    (found,) = report.corrections
    assert (found.number, found.change) == (1, "changed")
    assert ("outcome", "undetermined", "consistent") in found.fields
    assert ("place", "point:20.7000,45.3000", "point:20.7100,45.3000") in found.fields
    page = render(report, format="html", language="en").decode()
    assert "was: no assessment" in page
    assert "now: consistent" in page


def test_a_line_that_came_late_or_went_is_a_correction() -> None:
    issued = publication_of(daily([incident("a")], as_of=at(24)))
    report = daily([incident("b", known_after_hours=30)], day=NEXT, earlier=(issued,))
    assert sorted(one.change for one in report.corrections) == ["added", "removed"]


def test_a_revision_lists_what_it_changes_in_its_own_earlier_issue() -> None:
    issued = publication_of(daily([incident("a")]))
    second = daily([incident("a"), incident("b")], earlier=(issued,))
    assert [one.change for one in second.corrections] == ["added"]
    again = daily([incident("a"), incident("b")], earlier=(issued, publication_of(second)))
    assert again == second


def test_corrections_are_of_this_recipient_and_of_the_last_fortnight_only() -> None:
    issued = publication_of(daily([incident("a")]))
    others = replace(issued, recipient="public")
    old = replace(issued, day_from=DAY - timedelta(days=20), day_until=DAY - timedelta(days=19), number="x")
    assert daily(day=NEXT, earlier=(others, old)).corrections == ()
    assert len(daily(day=NEXT, earlier=(issued,)).corrections) == 1


def test_corrections_of_a_coarse_recipient_tell_no_finer_place() -> None:
    rows = [incident(f"a{n}") for n in range(3)]
    issued = publication_of(daily(rows, recipient=PUBLIC))
    moved = [rows[0] | {"lon": 20.2, "zones": ["theatre", "west"]}, *rows[1:]]
    report = daily(moved, recipient=PUBLIC, day=DAY + timedelta(days=3), as_of=at(24 * 8), earlier=(issued,))
    (found,) = report.corrections
    assert ("place", "zone:east", "theatre") in found.fields


def test_counters_of_the_day_and_the_last_running_total_stand() -> None:
    rows = [
        counter("returnees", 846),
        counter("returnees", 25000, span="cumulative", period_end=at(2), counter_id="c-old"),
        counter("returnees", 26000, span="cumulative"),
        counter("returnees", 1, period_start=at(-48), period_end=at(-24), counter_id="c-b"),
        counter("returnees", 9, span="level", period_end=at(60), counter_id="c-later"),
    ]
    assert [one.value for one in daily(counters=rows).counters] == [26000, 846]


def test_rejected_rows_are_told_with_their_file_to_who_sees_exact_places_and_to_nobody_else() -> None:
    counts = (
        RejectedCount(source="s", file="inbox/a.csv", rejected=2, rows=10),
        RejectedCount(source="s", file="inbox/b.csv", rejected=1, rows=10),
        RejectedCount(source="s", file="inbox/c.csv", rejected=0, rows=10),
    )
    assert [one.file for one in daily(rejected=counts).rejected] == ["inbox/a.csv", "inbox/b.csv"]
    for recipient in (PUBLIC, CELLS, replace(CENTRE, id="parties"), replace(CENTRE, time="hour")):
        report = daily(rejected=counts, recipient=recipient)
        assert report.rejected == ()
        assert "ejected" not in render(report, format="html", language="en").decode(), recipient


def test_a_period_that_is_no_period_is_refused() -> None:
    with pytest.raises(ReportError, match="0 days"):
        build_daily(inputs_of([]), recipient=CENTRE, day_from=DAY, day_until=DAY)
    with pytest.raises(ReportError, match="after the cut-off"):
        daily(day=DAY + timedelta(days=30))


def test_a_watch_that_is_invented_says_so_even_on_an_empty_day() -> None:
    report = daily(watch=invented_watch(simulated=True))
    assert (
        "places, parties and records of this watch are invented"
        in render(report, format="html", language="en").decode()
    )


def test_a_publication_keeps_what_was_shown() -> None:
    published = publication_of(daily([incident("a", hours=14.03)]))
    assert isinstance(published, Publication)
    (row,) = published.rows
    assert (row.number, row.place, row.radius_m) == (1, "point:20.7000,45.3000", 440)
    assert row.time == "2031-05-10T11:01:00Z/2031-05-10T11:06:00Z"
