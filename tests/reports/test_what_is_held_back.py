"""What the gate held back is no number among the assessments: it is counted beside them with its reason, of what a
recipient may see, and neither count undoes a smallest count."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from string import Formatter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.reports.invented import (
    CELLS,
    CENTRE,
    DAY,
    EVERYONE,
    OPEN_CELLS,
    PEOPLE_OF_TWO,
    PUBLIC,
    SOURCE,
    at,
    busy_day,
    finding,
    incident,
    inputs_of,
)
from tests.reports.opened import everything_in
from trucewatch.findings import kept_up
from trucewatch.locale import words
from trucewatch.model.outcomes import HELD
from trucewatch.model.watch import Recipient
from trucewatch.reports import FORMATS, build_daily, render
from trucewatch.reports.grave_words import earlier_lines, earlier_title, grave_counts, grave_lines, grave_title
from trucewatch.reports.headline import title_words
from trucewatch.reports.map import draw_map
from trucewatch.reports.outcome_policy import policy_of
from trucewatch.reports.outcome_told import held_sentences
from trucewatch.reports.page_context import page_of
from trucewatch.reports.redact import GIVERS, PLAIN_FACTS, TIME_FACTS
from trucewatch.reports.tables import summary_of, tables_of

NEXT = DAY + timedelta(days=1)
ENGLISH = words("en")
NONE = replace(CENTRE, id="none", outcomes="none")
PARTIES = replace(OPEN_CELLS, id="parties")
REASONS = {"claimed_alone": "not_checked", "at_zone_edge": "at_edge", "not_likely": "not_likely_enough"}


def day_of(*reasons: str, recipient: Recipient = CENTRE, reviewed: bool = False, **changes: Any) -> Any:
    """A report on one incident a reason; the reason `""` is an act against clause 1a."""
    rows = [incident(str(number), hours=8 + number / 10, **changes) for number in range(len(reasons))]
    findings = [
        finding(
            row["incident_id"],
            "1a",
            "undetermined" if reason else "inconsistent",
            reason or "prohibited_act",
            reviewed=reviewed,
        )
        for row, reason in zip(rows, reasons, strict=True)
    ]
    return build_daily(inputs_of(rows, findings), recipient=recipient, day_from=DAY, day_until=NEXT)


def test_title_and_table_count_what_passed_and_a_second_number_says_the_rest() -> None:
    report = day_of("", "claimed_alone", "claimed_alone", "at_zone_edge")
    assert title_words(report, ENGLISH) == "Four incidents recorded; one inconsistent with the agreement"
    assert held_sentences(report, ENGLISH) == [
        "No assessment of 3 incidents: 2 reported, not yet checked; 1 at the edge of zone or hour."
    ]
    summary = dict(summary_of(report, ENGLISH))
    assert "recorded_undetermined" not in summary
    assert (summary["recorded_inconsistent"], summary["recorded_without_assessment"]) == (1, 3)
    assert summary["recorded_without_assessment_not_checked"] == 2
    told = json.loads(render(report, format="geojson", language="en"))["report"]["recorded"]
    assert told["without_assessment"] == {"not_checked": 2, "at_edge": 1}
    assert "undetermined" not in told


def test_where_everything_is_held_back_no_title_says_that_none_is_inconsistent() -> None:
    assert title_words(day_of("claimed_alone"), ENGLISH) == "One incident recorded; no assessment is possible so far"


@pytest.mark.parametrize("recipient", [CENTRE, OPEN_CELLS, PUBLIC, PARTIES], ids=lambda one: one.id)
@pytest.mark.parametrize("language", ["en", "ru", "tr"])
def test_undetermined_stands_bare_nowhere(recipient: Recipient, language: str) -> None:
    report = build_daily(busy_day(), recipient=recipient, day_from=DAY, day_until=NEXT)
    spoken = words(language)
    bare = spoken.pgettext("outcome", "undetermined")
    assert any(row.incident.outcome == "undetermined" for row in report.rows)
    page = page_of(report, spoken)
    assert bare not in [line.outcome_text for line in page["lines"]]
    assert bare not in [text for _, text in page["legend"]]
    assert bare not in [outcome for line in page["lines"] for _, _, outcome, _ in line.findings]
    assert bare not in [row["outcome_text"] for row in (*page["handovers"], *page["obligations"])]
    for name in ("incidents", "findings"):
        table = tables_of(report, spoken)[name]
        column = list(table.columns).index("outcome_words")
        assert bare not in [row[column] for row in table.rows]
    lines = list(csv.DictReader(io.StringIO(render(report, format="csv", language=language).decode("utf-8-sig"))))
    held = [line for line in lines if line["outcome"] == "undetermined"]
    assert held
    assert all(line["held"] in HELD and line["outcome_words"] != bare for line in held), "the code and the words"


def test_the_reason_of_a_lone_claim_names_who_makes_it() -> None:
    report = day_of("claimed_alone", claimed_by=["P"])
    assert page_of(report, ENGLISH)["lines"][0].outcome_text == "reported by Pella, not yet checked"


@pytest.mark.parametrize("claimed", ["P", ["P"], ["P", "Village hospital"]])
def test_the_reason_of_a_finding_names_all_who_claim_it(claimed: Any) -> None:
    duty = finding("", "3a", "undetermined", "happened_claimed_alone", rule="required/2", facts={"claimed_by": claimed})
    report = build_daily(inputs_of([], [duty]), recipient=CENTRE, day_from=DAY, day_until=NEXT)
    (row,) = page_of(report, ENGLISH)["handovers"]
    names = "Pella and Village hospital" if len(claimed) == 2 else "Pella"
    assert row["outcome_text"] == f"reported by {names}, not yet checked"
    (line,) = csv.DictReader(io.StringIO(render(report, format="csv", language="en").decode("utf-8-sig")))
    assert line["claimed_by"] == names.replace(" and ", "; ")


@pytest.mark.parametrize("recipient", [PUBLIC, CELLS, OPEN_CELLS], ids=lambda one: one.id)
def test_a_reason_that_would_tell_the_place_is_no_number_either(recipient: Recipient) -> None:
    recipient = replace(recipient, smallest_count=1, outcomes="gate")
    report = day_of("at_zone_edge", "at_zone_edge", recipient=recipient)
    assert report.rows
    assert report.real.holds == (("cannot_be_told", 2),)


# Which assessments leave


def test_zones_get_what_was_reviewed_and_all_others_what_passed_the_gate() -> None:
    assert [policy_of(one) for one in (EVERYONE, OPEN_CELLS, CENTRE, NONE)] == ["reviewed", "gate", "gate", "none"]


def test_everyone_is_told_no_assessment_that_was_not_reviewed() -> None:
    report = day_of("", "", "", recipient=EVERYONE)
    assert [row.incident.hold for row in report.rows] == ["not_reviewed"] * 3
    assert title_words(report, ENGLISH) == "Three incidents recorded; no assessment can be shown"
    assert held_sentences(report, ENGLISH) == [
        "No assessment of 3 incidents: not reviewed by both delegations, as far as may be told."
    ]
    reviewed = day_of("", "", "", recipient=EVERYONE, reviewed=True)
    assert {row.incident.outcome for row in reviewed.rows} == {"inconsistent"}
    assert all(row.incident.is_reviewed for row in reviewed.rows)


@pytest.mark.parametrize("form", sorted(FORMATS))
@pytest.mark.parametrize("recipient", [EVERYONE, NONE], ids=lambda one: one.id)
def test_no_format_holds_an_assessment_that_is_not_for_a_recipient(recipient: Recipient, form: str) -> None:
    rows = [incident(str(number), hours=8 + number / 10) for number in range(3)]
    findings = [finding(row["incident_id"], "1a", "inconsistent", "prohibited_act") for row in rows]
    duty = finding("", "3a", "inconsistent", "happened_late", rule="required/1", facts={"what": "handover"})
    inputs = inputs_of(rows, [*findings, duty])
    report = build_daily(inputs, recipient=recipient, day_from=DAY, day_until=NEXT)
    assert len(report.rows) == 3
    assert report.obligations_untold == 1
    text = everything_in(render(report, format=form, language="en"))
    for row in (*findings, duty):
        assert row["finding_id"] not in text
    assert "does not allow" not in text
    assert "prohibited_act" not in text


@given(st.lists(st.sampled_from(["", "claimed_alone", "at_zone_edge", "exempt"]), min_size=3, max_size=9))
def test_what_everyone_gets_is_the_same_whatever_was_found_and_not_reviewed(reasons: list[str]) -> None:
    """Laid over each other, two reports on other findings are alike: nothing of them can be worked out."""
    rows = [incident(str(number), hours=8 + number / 10) for number in range(len(reasons))]
    findings = [
        finding(row["incident_id"], "1a", "undetermined" if reason else "inconsistent", reason or "prohibited_act")
        for row, reason in zip(rows, reasons, strict=True)
        if reason != "exempt"
    ]
    told = [
        render(
            build_daily(inputs_of(rows, these), recipient=EVERYONE, day_from=DAY, day_until=NEXT),
            format="geojson",
            language="en",
        )
        for these in (findings, [])
    ]
    assert told[0] == told[1]


def test_a_party_is_told_of_each_assessment_whether_it_was_reviewed() -> None:
    told = [
        page_of(day_of("", recipient=PARTIES, reviewed=reviewed), ENGLISH)["lines"][0].outcome_text
        for reviewed in (False, True)
    ]
    assert told == ["inconsistent, not reviewed", "inconsistent"]
    assert page_of(day_of(""), ENGLISH)["lines"][0].outcome_text == "inconsistent", "the centre knows"


# The second number and the smallest count


worlds = st.lists(
    st.tuples(st.sampled_from([20.2, 20.7, 20.72, None]), st.sampled_from(["", *REASONS])), min_size=0, max_size=12
)


@given(worlds, st.sampled_from([PUBLIC, CELLS]))
def test_the_held_numbers_count_lines_that_are_shown_and_nothing_else(world: Any, recipient: Recipient) -> None:
    rows = [
        incident(str(number), hours=1 + number / 10, lon=lon, lat=None if lon is None else 45.3)
        for number, (lon, _) in enumerate(world)
    ]
    findings = [
        finding(row["incident_id"], "1a", "undetermined" if reason else "inconsistent", reason or "prohibited_act")
        for row, (_, reason) in zip(rows, world, strict=True)
    ]
    report = build_daily(inputs_of(rows, findings), recipient=recipient, day_from=DAY, day_until=NEXT)
    shown = Counter(row.incident.hold for row in report.rows if row.incident.hold)
    assert dict(report.real.holds) == dict(shown)
    assert len(report.rows) == 0 or len(report.rows) >= recipient.smallest_count
    assert "at_edge" not in shown


# No zero where something is withheld


def zeros_in(report: Any) -> list[Any]:
    summary = {key: value for key, value in summary_of(report, ENGLISH) if key.startswith("recorded")}
    told = json.loads(render(report, format="geojson", language="en"))["report"]["recorded"]
    page = page_of(report, ENGLISH)
    regions = [count for _, *counts in page["regions"] for count in counts]
    figures = [figure["figure"] for figure in page["figures"]]
    return [
        *(value for key, value in summary.items() if value == 0 and "without" not in key),
        *(value for value in told.values() if value == 0),
        *(count for count in regions if count == "0"),
        *(figure for figure in figures if "0" in figure.split()),
    ]


@pytest.mark.parametrize("count", [0, 1, 2, 5])
def test_no_zero_is_printed_where_something_is_withheld(count: int) -> None:
    for recipient in (PUBLIC, EVERYONE, CELLS, replace(CENTRE, withheld_kinds=("movement",))):
        report = day_of(*[""] * count, recipient=recipient)
        assert report.withholds
        assert zeros_in(report) == [], recipient.id
    open_report = day_of()
    assert not open_report.withholds
    assert zeros_in(open_report), "who is told all is told that it is none"


def test_a_page_without_lines_says_that_none_can_be_shown() -> None:
    page = page_of(day_of(recipient=PUBLIC), ENGLISH)
    assert page["figures"][0]["figure"] == "–"
    assert page["figures"][0]["note"].startswith("none can be shown")
    assert ("Crossings of the line: none can be shown.", []) in page["corridor"]
    html = render(day_of(recipient=PUBLIC), format="html", language="en").decode()
    assert "<p>None can be shown.</p>" in html
    assert "10 May: none can be shown" in html, "the chart's words too"
    assert "10 May: 0" not in html
    assert "<p>None in this report.</p>" in render(day_of(), format="html", language="en").decode()
    assert "A dash: none can be shown." in html


def test_the_tile_of_a_zone_has_no_colour_for_what_was_held_back() -> None:
    report = day_of("claimed_alone", "claimed_alone", "", recipient=PUBLIC)
    drawn = draw_map(report, ENGLISH)
    assert "f-inconsistent" in drawn
    assert "f-undetermined" not in drawn


# Aspects that do not leave


@pytest.mark.parametrize("form", sorted(FORMATS))
def test_withheld_aspects_leave_nothing(form: str) -> None:
    recipient = replace(CENTRE, withheld_aspects=("outgoing",))
    rows = [
        incident("a", aspect="outgoing", lon=20.7111, lat=45.3111),
        incident("b", kind="muzzle_flash", lon=20.7222, lat=45.3222),
        incident("c", aspect="impact", lon=20.7333, lat=45.3333),
    ]
    report = build_daily(inputs_of(rows), recipient=recipient, day_from=DAY, day_until=NEXT)
    assert [row.incident.aspect for row in report.rows] == ["impact"]
    text = everything_in(render(report, format=form, language="en"))
    for held in ("20.7111", "20.7222", rows[0]["incident_id"], rows[1]["incident_id"], "outgoing"):
        assert held not in text, held
    if form not in ("csv", "geojson"):  # these hold lines alone
        assert "Some kinds of record are not released to this recipient." in " ".join(text.split())


# Who runs a source


def test_a_reason_names_no_source_and_nobody_whose_act_it_was() -> None:
    row = incident("a")
    findings = [
        finding(row["incident_id"], "1a", "undetermined", "reported_by_few", facts={"reported_by": [SOURCE]}),
        finding(row["incident_id"], "2", "not_applicable", "of_other_party", facts={"obliged": ["P"]}),
    ]
    report = build_daily(inputs_of([row], findings), recipient=CENTRE, day_from=DAY, day_until=NEXT)
    text = everything_in(render(report, format="html", language="en"))
    assert SOURCE not in text
    assert "somebody else" not in text


# Grave events


def grave_day(recipient: Recipient = CENTRE, **changes: Any) -> Any:
    rows = [
        incident("a", hours=9, kind="harm", grave=["killed"], people=PEOPLE_OF_TWO, claimed_by=["P"], **changes),
        incident("b", hours=10, grave=["hospital"], rung="corroborated", **changes),
        incident("c", hours=11, **changes),
    ]
    return build_daily(inputs_of(rows), recipient=recipient, day_from=DAY, day_until=NEXT)


def test_grave_events_head_the_page_as_what_they_are() -> None:
    report = grave_day()
    assert grave_title(report, ENGLISH) == "Grave events: 1 established, 1 not yet established"
    killed, hospital = grave_lines(report, ENGLISH)
    assert killed.head == "people reported killed"
    assert "2 killed, 5 (4 to 6) injured according to Pella; 3 killed (civilian) according to Village hospital" in (
        killed.sentence
    )
    assert "; not yet established; " in killed.sentence
    assert (hospital.head, "; established; " in hospital.sentence) == ("a hospital reported hit", True)
    page = render(report, format="html", language="en").decode()
    assert page.index("Grave events") < page.index('class="figures"') < page.index("<svg")


@pytest.mark.parametrize("form", sorted(FORMATS))
def test_every_file_to_who_is_told_single_incidents_holds_them(form: str) -> None:
    text = " ".join(everything_in(render(grave_day(), format=form, language="en")).split())
    assert ("killed" if form in ("csv", "geojson") else "Grave events: 1 established, 1 not yet established") in text


def test_the_public_gets_its_own_rule_and_no_heading() -> None:
    for recipient in (PUBLIC, EVERYONE, CELLS):
        report = grave_day(recipient)
        assert report.rows
        assert grave_title(report, ENGLISH) == ""
        assert grave_lines(report, ENGLISH) == []
        for form in ("csv", "geojson", "gpkg"):
            assert "hospital" not in everything_in(render(report, format=form, language="en")).lower().replace(
                "village hospital", ""
            )
    late = replace(CENTRE, delay_hours=24 * 30)
    assert grave_title(grave_day(late), ENGLISH) == "", "the delay holds for them as for all"


def test_simulated_grave_events_are_counted_apart() -> None:
    assert grave_counts(grave_day(simulated=True), simulated=False) == (0, 0)
    assert grave_title(grave_day(simulated=True), ENGLISH).startswith("Grave events, simulated: 1 established")


def test_a_grave_claim_waits_for_no_gate() -> None:
    row = incident("a", grave=["killed"], people=PEOPLE_OF_TWO[:1], claims_only=True, claimed_by=["P"])
    undetermined = finding(row["incident_id"], "1a", "undetermined", "claimed_alone", facts={"claimed_by": "P"})
    inputs = inputs_of([row], [undetermined], as_of=at(14))
    report = build_daily(inputs, recipient=CENTRE, day_from=DAY, day_until=NEXT)
    (line,) = grave_lines(report, ENGLISH)
    assert line.sentence.endswith("not yet established; reported by Pella, not yet checked (clause 1a).")


# Grave events of earlier days that became known in the period


def learnt_late(**changes: Any) -> Any:
    """A death of the day before the report's, of which somebody told on the report's day, beside a row of that day."""
    told = {"hours": -30, "known_after_hours": 44, "kind": "harm", "grave": ["killed"], "people": PEOPLE_OF_TWO[:1]}
    return [incident("old", claimed_by=["P"], claims_only=True, **(told | changes)), incident("c", hours=11)]


def daily_of(rows: Any, recipient: Recipient = CENTRE, day: Any = DAY, **changes: Any) -> Any:
    return build_daily(inputs_of(rows, **changes), recipient=recipient, day_from=day, day_until=day + timedelta(days=1))


def test_an_earlier_grave_event_that_became_known_in_the_period_stands_in_it() -> None:
    report = daily_of(learnt_late(), as_of=at(48))
    (line,) = earlier_lines(report, ENGLISH)
    assert earlier_title(report, ENGLISH).endswith("not in its counts: 0 established, 1 not yet established")
    assert "happened 8 May 2031" in line.sentence, line.sentence
    assert "became known 10 May 2031" in line.sentence
    assert (grave_title(report, ENGLISH), report.real.recorded, len(report.rows)) == ("", 1, 1)
    for form in sorted(FORMATS):
        text = " ".join(everything_in(render(report, format=form, language="en")).split())
        assert "of earlier days" in text or "grave_earlier" in text, form
    page = render(report, format="html", language="en").decode()
    assert page.count("became known 10 May 2031") == 1


def test_it_stands_in_no_other_report() -> None:
    for day in (DAY - timedelta(days=2), DAY - timedelta(days=1), NEXT):
        report = daily_of(learnt_late(), day=day, as_of=at(48))
        assert report.grave_earlier == ()


def test_a_row_known_at_midnight_is_of_the_day_that_midnight_closes() -> None:
    rows = learnt_late()
    rows[0]["first_known_at"] = at(24)
    (grave,) = daily_of(rows, as_of=at(48)).grave_earlier
    assert grave.known == DAY
    assert daily_of(rows, day=NEXT, as_of=at(48)).grave_earlier == ()


@pytest.mark.parametrize("recipient", [PUBLIC, EVERYONE, CELLS])
def test_who_is_told_no_single_incident_gets_none_of_earlier_days(recipient: Recipient) -> None:
    assert daily_of(learnt_late(), recipient, as_of=at(24 * 9)).grave_earlier == ()


def test_the_recipients_own_rule_holds_for_earlier_days() -> None:
    assert daily_of(learnt_late(), replace(CENTRE, delay_hours=24 * 30), as_of=at(48)).grave_earlier == ()
    assert daily_of(learnt_late(), replace(CENTRE, withheld_kinds=("harm",)), as_of=at(48)).grave_earlier == ()
    (grave,) = daily_of(learnt_late(), replace(CENTRE, place="cell", cell_m=5000.0), as_of=at(48)).grave_earlier
    assert grave.incident.place.startswith("cell:")
    (simulated,) = earlier_lines(daily_of(learnt_late(simulated=True), as_of=at(48)), ENGLISH)
    assert simulated.simulated


def test_every_fact_that_a_sentence_on_what_goes_on_needs_may_reach_a_recipient() -> None:
    """Else the opposite report would be told by the shorter sentence that both share."""
    needed = {field for told in kept_up.SENTENCES.values() for one in told for _, field, _, _ in Formatter().parse(one)}
    assert needed - {None, "clause"} <= {*TIME_FACTS, *PLAIN_FACTS, *GIVERS}
