"""What the bound parties get: nothing young that is of use for aiming, and never where fire came from."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders import edit, make_watch
from tests.reports.invented import CENTRE, DAY, at, contribution, finding, incident, inputs_of, invented_watch
from tests.reports.opened import everything_in
from trucewatch.locale import words
from trucewatch.model.party_release import is_of_parties
from trucewatch.model.times import iso_utc
from trucewatch.model.watch import Recipient
from trucewatch.reports import FORMATS, build_daily, publication_of, release, render
from trucewatch.reports.headline import limits_words
from trucewatch.watch import check_watch

EXACT = replace(CENTRE, id="parties", names={"en": "The parties"})
CELLS = replace(EXACT, place="cell", cell_m=1000.0, time="quarter", text=False)
BOTH = pytest.mark.parametrize("recipient", [EXACT, CELLS], ids=["exact", "cell"])
LON, LAT = 20.713572, 45.311828
AT = 14.0 + 7 / 60
"""14:07: neither a whole hour nor a whole quarter."""


def row(**changes: Any) -> dict[str, Any]:
    return incident("a", **{"hours": AT, "lon": LON, "lat": LAT, "text": "fell at house 12", **changes})


def told(recipient: Recipient, as_of: datetime, **changes: Any) -> Any:
    (one,) = release(inputs_of([row(**changes)], as_of=as_of), recipient).incidents
    return one


@BOTH
def test_within_a_day_an_impact_is_told_in_a_cell_of_5_km_and_by_the_quarter_of_an_hour(recipient: Recipient) -> None:
    young = told(recipient, at(AT + 3), aspect="impact")
    assert (young.place.partition(":")[0], young.cell_m, young.time_precision) == ("cell", 5000.0, "quarter")
    assert (iso_utc(young.start), iso_utc(young.end)) == ("2031-05-10T11:00:00Z", "2031-05-10T11:15:00Z")
    assert (young.ellipse, young.radius_m, young.line_distance_m, young.text) == (None, None, None, "")
    old = told(recipient, at(AT + 25), aspect="impact")
    assert (old.cell_m or 0) < 5000
    assert old.time_precision == recipient.time
    assert old.was_told == (young.place, "2031-05-10T11:00:00Z/2031-05-10T11:15:00Z")


@BOTH
@pytest.mark.parametrize("hours", [3, 25, 24 * 30])
@pytest.mark.parametrize(
    "origin", [{"aspect": "outgoing"}, {"kind": "muzzle_flash"}, {"kinds": ["shot", "muzzle_flash"]}]
)
def test_where_fire_came_from_is_never_told_finer_than_by_its_zone(
    recipient: Recipient, hours: float, origin: dict[str, Any]
) -> None:
    one = told(recipient, at(AT + hours), **origin)
    assert one.place == "zone:east"
    assert (one.lon, one.lat, one.cell_m, one.ellipse, one.radius_m, one.added) == (None, None, None, None, None, ())
    assert one.time_precision == "quarter"


@BOTH
@pytest.mark.parametrize("form", sorted(FORMATS))
@pytest.mark.parametrize(("hours", "changes"), [(17.5, {"aspect": "impact"}), (72.0, {"aspect": "outgoing"})])
def test_no_format_holds_a_finer_place_or_time(
    recipient: Recipient, form: str, hours: float, changes: dict[str, Any]
) -> None:
    one = row(**changes)
    inputs = inputs_of(
        [one],
        [finding(one["incident_id"], "1a", "inconsistent", "prohibited_act", facts={"kind": "explosion"})],
        contributions=[contribution(one, "acoustic", 0.5, 0.5, 0.5)],
        as_of=at(hours),
    )
    report = build_daily(inputs, recipient=recipient, day_from=DAY, day_until=DAY + timedelta(days=1))
    assert report.rows
    text = everything_in(render(report, format=form, language="en"))
    for held in ("20.713", "20.7136", "45.3118", "14:07", "14:12", "T11:07", "T11:12", "house 12", "4,200 m", "4.2 km"):
        assert held not in text, held


def test_what_is_only_told_finer_the_next_day_is_no_correction() -> None:
    first = build_daily(
        inputs_of([row(aspect="impact")], as_of=at(23)),
        recipient=CELLS,
        day_from=DAY,
        day_until=DAY + timedelta(days=1),
    )
    issued = publication_of(first)
    later = at(24 * 2)
    for changes, corrected in (({}, 0), ({"lon": LON + 0.2}, 1)):
        inputs = inputs_of([row(aspect="impact", **changes)], as_of=later, earlier=(issued,))
        again = build_daily(inputs, recipient=CELLS, day_from=DAY, day_until=DAY + timedelta(days=1))
        assert again.rows[0].incident.place != first.rows[0].incident.place
        assert len(again.corrections) == corrected


@given(st.integers(0, 47), st.floats(0, 80), st.sampled_from([0, 1, 6, 24, 30]), st.sampled_from(["minute", "quarter"]))
def test_no_cut_off_and_no_rule_tells_the_young_finer(hour: int, after: float, delay: int, time: Any) -> None:
    recipient = replace(EXACT, delay_hours=float(delay), time=time)
    moment = at(float(hour)) + timedelta(hours=after)
    for one in release(
        inputs_of([incident("a", hours=float(hour), lon=LON, lat=LAT)], as_of=moment), recipient
    ).incidents:
        if moment - one.end < timedelta(hours=23, minutes=45):
            assert one.cell_m == 5000
            assert one.time_precision == "quarter"


def test_with_a_smallest_count_nothing_becomes_finer_with_time() -> None:
    rows = [incident(str(number), hours=10.0 + number / 10, lon=LON, lat=LAT) for number in range(5)]
    recipient = replace(CELLS, smallest_count=3)
    shown = release(inputs_of(rows, as_of=at(24 * 4)), recipient).incidents
    assert {one.cell_m for one in shown} == {5000.0}
    assert {one.time_precision for one in shown} == {"quarter"}


def test_no_other_recipient_is_held_to_it() -> None:
    watch = invented_watch()
    assert is_of_parties(EXACT, watch.agreement)
    assert is_of_parties(replace(EXACT, id="p"), watch.agreement), "one party alone is one too"
    assert not is_of_parties(CENTRE, watch.agreement)
    assert told(CENTRE, at(AT + 3), aspect="outgoing").place.startswith("point:")


def test_the_page_says_so() -> None:
    report = build_daily(
        inputs_of([row()], as_of=at(20)), recipient=EXACT, day_from=DAY, day_until=DAY + timedelta(days=1)
    )
    assert limits_words(report, words("en"))[-2:] == [
        "Until it is a day old, an incident is told in a cell of 5 km and by the quarter of an hour.",
        "Where fire came from is told by its zone, and no finer.",
    ]


def test_check_says_what_a_party_gets_instead(tmp_path: Any) -> None:
    folder = make_watch(tmp_path / "w")
    edit(folder / "watch.toml", 'id = "joint-centre"', 'id = "parties"')
    (fault,) = check_watch(folder).faults
    assert fault.severity == "warning"
    assert "asks for more than a cell of 5 km and a quarter of an hour before 24 hours are over" in str(fault.what)
    edit(folder / "watch.toml", 'delay_hours = 0\nplace = "exact"', 'delay_hours = 24\nplace = "exact"')
    assert check_watch(folder).faults == ()
