"""What happened inside a window of silence is said by the gate of the clauses, and outside it nothing is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.builders import copy_of
from tests.window_items import window_of
from trucewatch.model.aid_items import Item
from trucewatch.model.aid_windows import Window, WindowAnswer
from trucewatch.model.outcomes import OUTCOMES
from trucewatch.pipeline import Assessment, assess
from trucewatch.pipeline.window_findings import (
    KINDS_OF_ACT,
    WindowFinding,
    sentence_of,
    shape_of,
    unseen_acts,
    window_findings,
    window_standing,
)
from trucewatch.store import Store

NOW = datetime(2031, 5, 5, tzinfo=UTC)
AROUND_THE_BURSTS = ((-24.75, -35.05), (-24.6, -35.05), (-24.6, -34.95), (-24.75, -34.95))
"""The bursts of the third night, in the district of Long Water, lie well inside."""
THROUGH_THE_BURSTS = ((-24.679, -35.05), (-24.6, -35.05), (-24.6, -34.95), (-24.679, -34.95))
FAR_FROM_THEM = ((-24.9, -34.95), (-24.85, -34.95), (-24.85, -34.9), (-24.9, -34.9))


def at(hour: int, minute: int = 0, day: int = 3) -> datetime:
    return datetime(2031, 5, day, hour, minute, tzinfo=UTC)


ASKED = Window(organisation="HR", districts=("long-water",), acts=("fire",), from_=at(2), until=at(6))
EARLY = at(18, day=2)


@pytest.fixture(scope="module")
def assessed(tmp_path_factory: pytest.TempPathFactory) -> Assessment:
    folder = copy_of("two-valleys", tmp_path_factory.mktemp("windows"))
    with Store(folder, lambda: NOW) as store:
        return assess(store, folder, now=NOW)


def agreed(*, uv: datetime = EARLY, lv: datetime = EARLY, known_at: datetime = EARLY, **changes: Any) -> Item:
    """A window to which both sides agreed as it was asked."""
    answers = [
        WindowAnswer(side=side, answer="agreed", answered_at=moment) for side, moment in (("UV", uv), ("LV", lv))
    ]
    return window_of(*answers, asked=(replace(ASKED, **changes),), known_at=known_at)


def findings_of(assessed: Assessment, *items: Item) -> Mapping[str, WindowFinding]:
    """By incident, of those that are not surely outside."""
    found = window_findings(items, assessed.incidents, watch=assessed.watch, as_of=assessed.as_of)
    return {finding.incident_id: finding for finding in found if finding.is_inside}


def kind_of(assessed: Assessment, incident_id: str) -> str:
    row = assessed.incidents["incident_id"].to_pylist().index(incident_id)
    return str(assessed.incidents["kind"][row].as_py())


def test_a_burst_inside_a_window_that_both_agreed_to_passes_the_gate(assessed: Assessment) -> None:
    inside = findings_of(assessed, agreed(outline=AROUND_THE_BURSTS))
    outcomes = {finding.outcome for finding in inside.values()}
    assert "inconsistent" in outcomes
    said = [finding for finding in inside.values() if finding.outcome == "inconsistent"]
    assert {kind_of(assessed, finding.incident_id) for finding in said} == {"burst"}
    assert all(finding.simulated and finding.held == "" for finding in said)
    assert all("both sides agreed" in str(sentence_of(finding)) for finding in said)


def test_what_the_window_finds_says_nothing_else_of_the_fact_than_the_clause_does(assessed: Assessment) -> None:
    clauses = {
        (row["incident_id"], row["outcome"])
        for row in assessed.findings.to_pylist()
        if row["stipulation"] == "1a" and row["incident_id"]
    }
    said = [each for each in findings_of(assessed, agreed()).values() if each.outcome == "inconsistent"]
    assert said
    assert all((each.incident_id, "inconsistent") in clauses for each in said)


def test_at_the_edge_of_the_outline_it_cannot_be_told(assessed: Assessment) -> None:
    inside = findings_of(assessed, agreed(outline=THROUGH_THE_BURSTS))
    assert "at_zone_edge" in {finding.reason for finding in inside.values()}
    edge = next(finding for finding in inside.values() if finding.reason == "at_zone_edge")
    assert (edge.outcome, edge.held) == ("undetermined", "at_edge")


def test_at_the_edge_of_the_hour_it_cannot_be_told(assessed: Assessment) -> None:
    rows = {row["incident_id"]: row for row in assessed.incidents.to_pylist()}
    whole = findings_of(assessed, agreed(outline=AROUND_THE_BURSTS))
    said = [rows[each.incident_id] for each in whole.values() if each.outcome == "inconsistent"]
    burst = next(row for row in said if row["time_sd_s"])
    end = burst["recorded_end"] or burst["occurred_end"]
    at_edge = findings_of(assessed, agreed(outline=AROUND_THE_BURSTS, until=end))[burst["incident_id"]]
    assert (at_edge.outcome, at_edge.held) == ("undetermined", "at_edge")


def test_outside_the_outline_and_the_hours_nothing_is_inside(assessed: Assessment) -> None:
    assert not findings_of(assessed, agreed(outline=FAR_FROM_THEM))
    assert not findings_of(assessed, agreed(outline=AROUND_THE_BURSTS, from_=at(11), until=at(12)))


@pytest.mark.parametrize("uv", [None, at(6), at(7)])
def test_a_window_half_agreed_or_answered_after_its_end_has_no_findings(
    assessed: Assessment, uv: datetime | None
) -> None:
    answers = [WindowAnswer(side="LV", answer="agreed", answered_at=EARLY)]
    if uv is not None:
        answers.append(WindowAnswer(side="UV", answer="agreed", answered_at=uv))
    item = window_of(*answers, asked=(ASKED,), known_at=EARLY)
    assert window_findings([item], assessed.incidents, watch=assessed.watch, as_of=assessed.as_of) == ()


def test_what_was_before_a_late_answer_was_not_in_force_yet(assessed: Assessment) -> None:
    item = agreed(outline=AROUND_THE_BURSTS, uv=at(3, 30), known_at=at(3, 30))
    found = window_findings([item], assessed.incidents, watch=assessed.watch, as_of=assessed.as_of)
    reasons = {finding.reason for finding in found}
    assert {"before_in_force", "prohibited_act"} <= reasons


def test_an_answer_that_was_entered_after_the_event_is_marked_so(assessed: Assessment) -> None:
    late = findings_of(assessed, agreed(outline=AROUND_THE_BURSTS, known_at=at(12)))
    timely = findings_of(assessed, agreed(outline=AROUND_THE_BURSTS))
    assert late
    assert {finding.entered_after for finding in late.values()} == {("LV", "UV")}
    assert {finding.entered_after for finding in timely.values()} == {()}


def test_two_windows_that_overlap_each_have_their_own_finding(assessed: Assessment) -> None:
    first = agreed(outline=AROUND_THE_BURSTS)
    second = window_of(
        *(WindowAnswer(side=side, answer="agreed", answered_at=EARLY) for side in ("UV", "LV")),
        asked=(replace(ASKED, outline=AROUND_THE_BURSTS),),
        code="WN-2",
        known_at=EARLY,
    )
    found = window_findings([first, second], assessed.incidents, watch=assessed.watch, as_of=assessed.as_of)
    by_window = {code: [each.incident_id for each in found if each.window == code] for code in ("WN-1", "WN-2")}
    assert by_window["WN-1"]
    assert by_window["WN-1"] == by_window["WN-2"]


def test_a_window_of_other_acts_says_nothing_of_fire(assessed: Assessment) -> None:
    inside = findings_of(assessed, agreed(acts=("drones", "equipment")))
    assert not {kind_of(assessed, incident_id) for incident_id in inside} & {"burst", "shot", "explosion"}


def test_of_engineering_works_the_record_says_nothing(assessed: Assessment) -> None:
    assert unseen_acts(("engineering", "fire")) == ("engineering",)
    assert (
        window_findings([agreed(acts=("engineering",))], assessed.incidents, watch=assessed.watch, as_of=assessed.as_of)
        == ()
    )


def test_outlines_that_do_not_meet_put_nothing_in_force(assessed: Assessment) -> None:
    answers = [
        WindowAnswer(side="UV", answer="changed", answered_at=EARLY, outline=FAR_FROM_THEM),
        WindowAnswer(side="LV", answer="changed", answered_at=EARLY, outline=AROUND_THE_BURSTS),
    ]
    item = window_of(*answers, asked=(ASKED,), known_at=EARLY)
    state = window_standing(item, assessed.watch, at(3))
    assert state is not None
    assert (state.phase, state.pieces) == ("nothing_shared", ())
    assert window_findings([item], assessed.incidents, watch=assessed.watch, as_of=assessed.as_of) == ()


def test_a_district_that_is_not_drawn_leaves_it_undetermined(assessed: Assessment) -> None:
    watch = replace(assessed.watch, zones=())
    found = window_findings([agreed()], assessed.incidents, watch=watch, as_of=assessed.as_of)
    assert found
    assert {finding.outcome for finding in found if finding.reason == "zone_not_drawn"} == {"undetermined"}


def test_no_finding_names_a_side_as_author_and_every_reason_has_a_sentence(assessed: Assessment) -> None:
    items = [agreed(acts=tuple(KINDS_OF_ACT), districts=("long-water", "sorrel", "salt-coast"), from_=at(10, day=1))]
    found = window_findings(items, assessed.incidents, watch=assessed.watch, as_of=assessed.as_of)
    assert {finding.outcome for finding in found} <= set(OUTCOMES)
    assert len({finding.reason for finding in found}) > 3
    assert "actor" not in {field.name for field in fields(WindowFinding)}
    for finding in found:
        sentence = str(sentence_of(finding))
        assert not {"UV", "LV"} & set(sentence.replace(".", " ").replace(",", " ").split())
        assert sentence != "Whether WN-1 applies cannot be told."


def test_shape_of_districts_that_touch_is_one_ground(assessed: Assessment) -> None:
    item = agreed(districts=("long-water", "sorrel"))
    state = window_standing(item, assessed.watch, at(3))
    assert state is not None
    shape = shape_of(state.pieces[0], assessed.watch)
    assert shape is not None
    assert shape.geometry.area > 0
