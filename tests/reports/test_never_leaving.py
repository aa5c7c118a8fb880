"""Rows whose licence forbids to pass them on are in no release, whatever the recipient's rule and the format."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.reports.invented import CENTRE, DAY, SOURCE, finding, incident, inputs_of, invented_watch, people
from tests.reports.opened import everything_in
from trucewatch.model.claim_record import CLAIMS_INSIDE
from trucewatch.model.incident import incident_rows
from trucewatch.model.report import ReportInputs
from trucewatch.model.watch import NEVER_LEAVING, SourceSetting
from trucewatch.reports import FORMATS, build_daily, render
from trucewatch.reports.never_leaving import without_barred
from trucewatch.reports.release import release
from trucewatch.sources.presets import PRESETS

BARRED = SourceSetting(id="coded-list", adapter="event_table", files=("inbox/coded.csv",), preset="acled")
WORDS = "the coder wrote of a quarry"
OTHERS = "the patrol wrote of a mill"


def inputs(*, with_barred: bool = True) -> ReportInputs:
    """An incident of the barred list alone, one that others bear too, and two of others."""
    watch = invented_watch()
    watch = replace(watch, settings=replace(watch.settings, source=(*watch.settings.source, BARRED)))
    barred = {"claimed_by": ["ACLED"], "grave": ["killed"], "people": [people("ACLED", "body", killed_best=7731)]}
    rows = [
        incident("a", lon=20.71, sources=[BARRED.id], text=WORDS, kind="overflight", means=["event_list"], **barred),
        incident("b", lon=20.72, hours=13, sources=[BARRED.id, SOURCE], text=f"{OTHERS} · {WORDS}", **barred),
        incident("c", lon=20.73, hours=14, text=OTHERS),
        incident("d", lon=20.74, hours=15, text=OTHERS),
    ]
    return inputs_of(rows if with_barred else rows[1:], watch=watch)


@pytest.mark.parametrize("form", sorted(FORMATS))
def test_neither_words_nor_numbers_of_such_a_list_are_in_any_format(form: str) -> None:
    report = build_daily(inputs(), recipient=CENTRE, day_from=DAY, day_until=DAY + timedelta(days=1))
    text = everything_in(render(report, format=form, language="en"))
    assert len(report.rows) == 3
    for canary in (WORDS, "quarry", "7731", "7,731", "ACLED", BARRED.id, "overflight"):
        assert canary not in text, canary


def test_an_incident_of_such_a_list_alone_changes_nothing_of_what_is_released() -> None:
    assert release(inputs(), CENTRE) == release(inputs(with_barred=False), CENTRE)


def test_what_others_say_of_an_incident_leaves_as_ever() -> None:
    of_others = release(inputs(), CENTRE).incidents
    assert [row.text for row in of_others] == ["", OTHERS, OTHERS]
    assert of_others[0].people == ()
    assert of_others[0].grave == ()


def test_a_death_that_others_state_stays_one() -> None:
    given = inputs()
    row = incident("e", sources=[BARRED.id, SOURCE], grave=["killed", "school"])
    row["people"] = [people("ACLED", "body", killed_best=2), people("A", killed_best=1)]
    (told,) = without_barred(incident_rows(inputs_of([row], watch=given.watch).incidents), given.watch)
    assert [statement.giver for statement in told.people] == ["A"]
    assert told.grave == ("killed", "school")


def test_every_such_preset_names_who_claims_its_rows() -> None:
    for preset, name in NEVER_LEAVING.items():
        assert PRESETS[preset].columns["claimed_by"] == f"={name}"


def test_no_finding_names_who_may_not_be_passed_on_whoever_runs_the_source() -> None:
    given = inputs()
    source = replace(BARRED, organisation="Coders of lists")
    watch = replace(
        given.watch, settings=replace(given.watch.settings, source=(*invented_watch().settings.source, source))
    )
    row = incident("b", sources=[BARRED.id, SOURCE], claimed_by=["A", "ACLED"])
    facts = {"claimed_by": ["A", "ACLED"], "kind": "explosion"}
    claimed = finding(row["incident_id"], "1a", "undetermined", "claimed_alone", facts=facts)
    (told,) = release(inputs_of([row], [claimed], watch=watch), CENTRE).incidents
    assert [each.facts["claimed_by"] for each in told.findings] == [["A"]]
    assert told.claimed_by == ("A",)


@pytest.mark.parametrize("kind", ["daily", "casualties"])
def test_a_day_on_which_such_a_list_alone_speaks_is_not_called_empty(kind: str) -> None:
    given = inputs()
    only = inputs_of([row for row in given.incidents.to_pylist() if row["sources"] == [BARRED.id]], watch=given.watch)
    without = inputs_of([], watch=given.watch)
    days = {"day_from": DAY, "day_until": DAY + timedelta(days=1)}
    report, empty = (build_daily(each, recipient=CENTRE, kind=kind, **days) for each in (only, without))
    assert report.shown_count(0) is None
    text = everything_in(render(report, format="html", language="en"))
    assert "Nobody reported to this watch" not in text
    assert "may not pass on by its licence" in text
    assert text == everything_in(render(empty, format="html", language="en")), "and it is the same where there is none"


def test_what_a_caller_asked_to_keep_from_the_sides_is_in_no_release_of_any_watch() -> None:
    rows = [
        incident("a", lon=20.71, sources=[CLAIMS_INSIDE], means=["public"], people=[people(":public", killed_best=3)]),
        incident("b", lon=20.72, hours=13, sources=[CLAIMS_INSIDE, SOURCE], people=[people(":public", killed_best=3)]),
        incident("c", lon=20.73, hours=14, text=OTHERS),
    ]
    given = inputs_of(rows, watch=invented_watch())
    told = list(without_barred(incident_rows(given.incidents), given.watch))
    assert [each.sources for each in told] == [(CLAIMS_INSIDE, SOURCE), (SOURCE,)]
    assert told[0].people == ()
    assert told[1].text == OTHERS
