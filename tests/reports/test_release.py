"""The one rule: delay, coarsening, withheld kinds, and what a clause may say of a place."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.reports.invented import CELLS, CENTRE, OPEN_CELLS, PUBLIC, at, counter, finding, incident, inputs_of
from trucewatch.geo.degrees import METRES_PER_DEGREE_AT_EQUATOR
from trucewatch.model.times import iso_utc
from trucewatch.model.watch import Recipient
from trucewatch.reports import release
from trucewatch.reports.cells import cell_of


def one(rows: list[dict[str, Any]], recipient: Recipient, findings: Any = (), **kw: Any) -> Any:
    released = release(inputs_of(rows, findings, **kw), recipient)
    assert len(released.incidents) == len(rows)
    return released.incidents[0]


def three(**changes: Any) -> list[dict[str, Any]]:
    return [incident(f"t{number}", **changes) for number in range(3)]


def test_nothing_leaves_before_its_delay() -> None:
    soon = replace(CENTRE, delay_hours=6)
    row = incident("a", hours=10)
    end = row["occurred_end"]
    assert not release(inputs_of([row], as_of=end + timedelta(hours=6) - timedelta(seconds=1)), soon).incidents
    assert release(inputs_of([row], as_of=end + timedelta(hours=6)), soon).incidents


def test_a_day_wide_time_waits_until_the_day_is_over_so_that_the_hour_cannot_be_read_off_two_cut_offs() -> None:
    rows = three(hours=2)
    assert not release(inputs_of(rows, as_of=at(47.9)), PUBLIC).incidents
    assert len(release(inputs_of(rows, as_of=at(48)), PUBLIC).incidents) == 3


def test_withheld_kinds_do_not_leave() -> None:
    rows = [*three(), incident("w", kind="weapon_present")]
    assert {one.kind for one in release(inputs_of(rows), CELLS).incidents} == {"explosion"}


@pytest.mark.parametrize(
    ("recipient", "form"), [(PUBLIC, "zone:east"), (CELLS, "cell:"), (CENTRE, "point:20.7000,45.3000")]
)
def test_places_are_as_fine_as_the_recipient_may_have(recipient: Recipient, form: str) -> None:
    released = one(three(), recipient)
    assert released.place.startswith(form)
    assert (released.ellipse is not None) is (recipient.place == "exact")
    assert (released.radius_m is not None) is (recipient.place == "exact")


def test_a_reading_wider_than_the_cell_is_told_by_its_zone() -> None:
    released = one(three(semi_major_m=1500.0), CELLS)
    assert released.place == "zone:east"
    assert released.lon is None


def test_fewer_than_k_in_a_zone_are_told_as_theatre_and_fewer_than_k_there_not_at_all() -> None:
    west = [incident(f"w{n}", lon=20.2) for n in range(2)]
    east = [incident(f"e{n}", lon=20.7) for n in range(4)]
    lone = [incident("n", lon=None, lat=None)]
    told = {x.incident_id: x.place for x in release(inputs_of([*west, *east, *lone]), PUBLIC).incidents}
    assert sorted(told.values()) == ["theatre"] * 3 + ["zone:east"] * 4
    assert len(release(inputs_of([*west, *east]), PUBLIC).incidents) == 4


def test_the_note_on_what_is_withheld_does_not_depend_on_the_day() -> None:
    assert release(inputs_of([]), PUBLIC).fewer_than == release(inputs_of([incident("a")]), PUBLIC).fewer_than == 3


def test_real_and_simulated_never_make_up_one_group() -> None:
    mixed = [incident("a"), incident("b"), incident("c", simulated=True)]
    assert not release(inputs_of(mixed), PUBLIC).incidents


def test_times_are_widened_to_the_unit() -> None:
    row = incident("a", hours=14.03)
    hour = one([row], OPEN_CELLS)
    assert (hour.start, hour.end) == (at(14), at(15))
    day = one(three(hours=14.03), PUBLIC)
    assert (day.start, day.end) == (at(0), at(24))


def at_the_pass(inside: int, outside: int) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Refusals of access in the west: so many on the pass road, of which a clause speaks, and so many elsewhere."""
    on = [incident(f"in{n}", kind="access_denied", lon=20.33, lat=45.2) for n in range(inside)]
    off = [incident(f"out{n}", kind="access_denied", lon=20.1, lat=45.5) for n in range(outside)]
    facts = {"kind": "access_denied", "zone": "pass"}
    findings = [finding(r["incident_id"], "2", "inconsistent", "prohibited_act", facts=facts) for r in on]
    findings += [finding(r["incident_id"], "2", "not_applicable", "outside_zone", facts={"zone": "pass"}) for r in off]
    return [*on, *off], findings


@pytest.mark.parametrize(("inside", "outside"), [(1, 3), (2, 5), (3, 1), (4, 2)])
def test_the_outcome_is_withheld_on_both_sides_where_it_would_tell_fewer_than_k(inside: int, outside: int) -> None:
    rows, findings = at_the_pass(inside, outside)
    released = release(inputs_of(rows, findings), PUBLIC).incidents
    assert {one.place for one in released} == {"zone:west"}
    assert {one.outcome for one in released} == {"withheld"}
    assert all(one.findings == () for one in released)
    exact = release(inputs_of(rows, findings), CENTRE).incidents
    assert sorted(one.outcome for one in exact) == ["inconsistent"] * inside + ["not_applicable"] * outside


@pytest.mark.parametrize(("inside", "outside"), [(3, 3), (3, 0), (4, 5)])
def test_the_outcome_is_told_where_each_side_holds_k(inside: int, outside: int) -> None:
    released = release(inputs_of(*at_the_pass(inside, outside)), PUBLIC).incidents
    assert sorted(one.outcome for one in released) == ["inconsistent"] * inside + ["not_applicable"] * outside


def test_without_a_smallest_count_no_outcome_is_finer_than_the_cell_or_zone() -> None:
    rows, findings = at_the_pass(1, 0)
    alone = replace(PUBLIC, smallest_count=1)
    assert one(rows, alone, findings).outcome == "withheld"
    cells = replace(OPEN_CELLS, cell_m=1000)
    assert one(rows, cells, findings).outcome == "inconsistent"
    edge = [rows[0] | {"lon": 20.301}]
    assert one(edge, cells, findings).outcome == "withheld"


def test_a_notice_by_number_goes_only_to_who_sees_places() -> None:
    rows = three()
    facts = {"notice": "notice-118", "who": "Q", "known_at": iso_utc(at(-20.5))}
    findings = [finding(r["incident_id"], "1a", "consistent", "notice_covers", facts=facts) for r in rows]
    coarse = one(rows, PUBLIC, findings).findings[0]
    assert (coarse.reason, coarse.facts) == ("exempt", {}), "who announced it and when would lead to the notice"
    assert one(rows, CENTRE, findings).findings[0].facts["notice"] == "notice-118"


def test_a_fact_that_nobody_named_does_not_leave() -> None:
    rows = three()
    findings = [
        finding(r["incident_id"], "1a", "inconsistent", "prohibited_act", facts={"kind": "explosion", "sensor": "mic"})
        for r in rows
    ]
    assert "sensor" not in one(rows, CENTRE, findings).findings[0].facts


def test_the_day_of_a_handover_stays_in_and_its_state_goes_out() -> None:
    done = finding(
        "",
        "3a",
        "consistent",
        "happened_in_time",
        rule="required/2",
        facts={"what": "handover", "occurred": iso_utc(at(3)), "due": iso_utc(at(130)), "extension": "0"},
    )
    (told,) = release(inputs_of([], [done]), PUBLIC).obligations
    assert told.outcome == "consistent"
    assert "occurred" not in told.facts
    (told,) = release(inputs_of([], [done]), CENTRE).obligations
    assert told.facts["occurred"] == iso_utc(at(3))
    assert not release(inputs_of([], [done], as_of=at(20)), PUBLIC).obligations


def test_reported_numbers_pass_the_delay_and_lose_their_words() -> None:
    rows = [counter("returnees", 846)]
    assert not release(inputs_of([], counters=rows, as_of=at(30)), PUBLIC).counters
    (told,) = release(inputs_of([], counters=rows), PUBLIC).counters
    assert (told.value, told.claimed_by, told.text) == (846, "Relief office", "")


def test_late_is_a_label() -> None:
    rows = three(first_known_at=at(80))
    assert all(x.late for x in release(inputs_of(rows), PUBLIC).incidents)
    assert not any(x.late for x in release(inputs_of(three()), PUBLIC).incidents)


@settings(deadline=None)
@given(st.floats(-180, 179.999), st.floats(-85, 85), st.sampled_from((1000.0, 2000.0, 5000.0, 25000.0)))
def test_a_cell_holds_its_place_and_its_centre_lies_in_itself(lon: float, lat: float, cell_m: float) -> None:
    cell = cell_of(lon, lat, cell_m)
    assert abs(lat - cell.lat) <= cell.half_lat + 1e-4
    assert abs(lon - cell.lon) <= cell.half_lon + 1e-4
    assert cell_of(cell.lon, cell.lat, cell_m).code == cell.code
    assert 2 * cell.half_lat * METRES_PER_DEGREE_AT_EQUATOR == pytest.approx(cell_m)
    assert -180 <= cell.lon <= 180


def test_of_an_event_without_a_place_no_finding_is_withheld_from_who_is_told_every_place() -> None:
    """There is nothing that it could tell, and "it would tell the place" would be untrue."""
    row = incident("nowhere", kind="access_denied", lon=None, lat=None)
    own = finding(row["incident_id"], "2", "undetermined", "place_unknown")
    told = one([row], CENTRE, [own])
    assert told.outcome == "undetermined"
    assert [each.stipulation for each in told.findings] == ["2"]
    assert one([row], replace(CENTRE, place="cell", cell_m=5_000.0), [own]).outcome == "withheld"
