"""No two releases laid over each other tell apart fewer incidents of a day than the recipient's smallest count."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.conftest import each
from tests.reports.invented import CELLS, DAY, PUBLIC, at, finding, incident, inputs_of
from trucewatch.model.report import Publication, RejectedCount
from trucewatch.model.watch import Recipient
from trucewatch.reports import build_daily, publication_of, release, render
from trucewatch.reports.released import Released

K = 3
SPOTS = ((20.20, 45.30), (20.22, 45.31), (20.499, 45.30), (20.501, 45.30), (20.70, 45.30), (20.72, 45.52), None)
"""Two that share a cell, two on both sides of the zones' border in one cell, two far apart, one without a place."""
NGO = replace(CELLS, withheld_kinds=(), time="day")

MANY = [(0, spot, hour, 1, True) for spot in range(len(SPOTS)) for hour in range(9)]
"""A world in which every place has enough incidents of each sort to be shown."""
worlds = st.lists(
    st.tuples(
        st.integers(0, 1),
        st.integers(0, len(SPOTS) - 1),
        st.integers(0, 23),
        st.sampled_from((1, 1, 1, 30, 60, 90)),
        st.booleans(),
    ),
    max_size=24,
)


def build(world: list[tuple[int, int, int, int, bool]], prefix: str = "w") -> list[dict[str, Any]]:
    """A world's incidents as rows."""
    rows = []
    for number, (day, spot, hour, lag, simulated) in enumerate(world):
        place = SPOTS[spot]
        lon, lat = place if place else (None, None)
        rows.append(
            incident(
                f"{prefix}{number}",
                day=DAY + timedelta(days=day),
                hours=float(hour),
                lon=lon,
                lat=lat,
                known_after_hours=float(lag),
                simulated=simulated and number % 3 == 0,
            )
        )
    return rows


def places(released: Released) -> dict[str, tuple[date, bool, str]]:
    return {one.incident_id: (one.day, one.simulated, one.place) for one in released.incidents}


def releases(rows: list[dict[str, Any]], recipient: Recipient, as_of: datetime, *earlier: Publication) -> Released:
    return release(inputs_of(rows, as_of=as_of, earlier=earlier), recipient)


def assert_whole_groups(groups: Counter[Any]) -> None:
    assert all(count >= K for count in groups.values()), groups


def test_a_world_of_many_is_released_in_groups_of_every_sort() -> None:
    """Else the tests below could hold of reports that say nothing."""
    for recipient, sort in ((PUBLIC, "zone:"), (NGO, "cell:")):
        shown = places(releases(build(MANY), recipient, at(24 * 6))).values()
        assert {simulated for _, simulated, place in shown if place.startswith(sort)} == {False, True}
        inputs = inputs_of(build(MANY))
        report = build_daily(inputs, recipient=recipient, day_from=DAY, day_until=DAY + timedelta(days=1))
        assert any(region.now for region in report.regions)
        assert any(region.now for region in report.regions_simulated)
        assert any(bar.recorded and bar.simulated for bar in report.days)


@settings(deadline=None, max_examples=60)
@given(worlds, st.sampled_from((PUBLIC, NGO)))
@example(MANY, PUBLIC)
def test_no_cell_and_no_rest_of_a_total_is_smaller_than_k(world: list[Any], recipient: Recipient) -> None:
    report = build_daily(inputs_of(build(world)), recipient=recipient, day_from=DAY, day_until=DAY + timedelta(days=1))
    groups = Counter((row.incident.simulated, row.incident.place) for row in report.rows)
    assert_whole_groups(groups)
    for tally, regions in ((report.real, report.regions), (report.simulated, report.regions_simulated)):
        assert sum(region.now for region in regions) == tally.recorded
        for region in regions:
            assert region.now == 0 or region.now >= K
            assert tally.recorded - region.now == 0 or tally.recorded - region.now >= K
    for bar in each(report.days):
        assert bar.recorded == 0 or bar.recorded >= K
        assert bar.simulated == 0 or bar.simulated >= K


@settings(deadline=None, max_examples=60)
@given(worlds, st.sampled_from((PUBLIC, NGO)), st.integers(24, 150), st.integers(0, 60))
def test_two_cut_offs_differ_by_whole_groups_and_nothing_moves(
    world: list[Any], recipient: Recipient, first: int, later: int
) -> None:
    rows = build(world)
    before = places(releases(rows, recipient, at(first)))
    after = places(releases(rows, recipient, at(first + later)))
    assert before.items() <= after.items()
    assert_whole_groups(Counter(after[one] for one in after.keys() - before.keys()))


@settings(deadline=None, max_examples=60)
@given(worlds, st.integers(0, len(SPOTS) - 1), st.integers(0, 23), st.booleans())
def test_a_record_added_after_issue_is_never_told_alone(world: list[Any], spot: int, hour: int, same_cut: bool) -> None:
    rows = build(world)
    cut = at(24 * 4)
    day = {"day_from": DAY, "day_until": DAY + timedelta(days=1)}
    issued = publication_of(build_daily(inputs_of(rows, as_of=cut), recipient=PUBLIC, **day))
    before = {row.incident_id: row.place for row in issued.rows}
    added = [*rows, *build([(0, spot, hour, 1, False)], "added")]
    cut_after = cut if same_cut else cut + timedelta(days=1)
    report = build_daily(inputs_of(added, as_of=cut_after, earlier=(issued,)), recipient=PUBLIC, **day)
    after = {row.incident_id: row.place for row in publication_of(report).rows}
    assert before.items() <= after.items()
    assert_whole_groups(Counter((after[one]) for one in after.keys() - before.keys()))


@settings(deadline=None, max_examples=40)
@given(worlds, worlds, worlds)
def test_a_chain_of_issues_grows_by_whole_groups(one: list[Any], two: list[Any], three: list[Any]) -> None:
    rows: list[dict[str, Any]] = []
    issues: tuple[Publication, ...] = ()
    shown: dict[str, str] = {}
    for step, world in enumerate((one, two, three)):
        rows += build(world, f"s{step}-")
        inputs = inputs_of(rows, as_of=at(24 * (6 + step)), earlier=issues)
        report = build_daily(inputs, recipient=NGO, day_from=DAY, day_until=DAY + timedelta(days=1))
        now = {row.incident.incident_id: row.incident.place for row in report.rows}
        kinds = {row.incident.incident_id: row.incident.simulated for row in report.rows}
        assert shown.items() <= now.items()
        assert_whole_groups(Counter((kinds[key], now[key]) for key in now.keys() - shown.keys()))
        issues, shown = (*issues, publication_of(report)), now


@settings(deadline=None, max_examples=80)
@given(worlds)
@example(MANY)
def test_zones_of_one_recipient_minus_cells_of_another_leave_nobody_alone(world: list[Any]) -> None:
    rows = build([(day, spot, hour, 1, simulated) for day, spot, hour, _, simulated in world])
    by_zone, by_cell = places(releases(rows, PUBLIC, at(24 * 6))), places(releases(rows, NGO, at(24 * 6)))
    in_cells = Counter(by_zone[one] for one in by_zone if by_cell.get(one, (None, None, ""))[2].startswith("cell:"))
    for place, count in Counter(by_zone.values()).items():
        if place[2].startswith("zone:"):
            rest = count - in_cells[place]
            assert rest == 0 or rest >= K, (place, count, in_cells[place])


@settings(deadline=None, max_examples=40)
@given(worlds)
def test_delays_of_two_recipients_open_no_gap(world: list[Any]) -> None:
    rows = build(world)
    sooner = replace(PUBLIC, id="sooner", delay_hours=0)
    early, late = places(releases(rows, sooner, at(60))), places(releases(rows, PUBLIC, at(60)))
    told = {one: place for one, place in (early | late).items() if place[2] != "theatre"}
    assert_whole_groups(Counter(told.values()))


@settings(deadline=None, max_examples=30)
@given(worlds, st.randoms(use_true_random=False))
def test_order_of_rows_does_not_matter(world: list[Any], random: Any) -> None:
    rows = build(world)
    shuffled = list(rows)
    random.shuffle(shuffled)
    for recipient in (PUBLIC, NGO):
        assert releases(rows, recipient, at(96)) == releases(shuffled, recipient, at(96))


sides = st.lists(st.tuples(st.booleans(), st.booleans()), max_size=9)


@settings(deadline=None, max_examples=80)
@given(sides, sides, sides)
def test_outcomes_tell_no_part_of_a_zone_with_fewer_than_k_in_any_issue(
    one: list[Any], two: list[Any], three: list[Any]
) -> None:
    rows: list[dict[str, Any]] = []
    findings: list[dict[str, Any]] = []
    issues: tuple[Publication, ...] = ()
    shown: dict[str, str] = {}
    for step, batch in enumerate((one, two, three)):
        for number, (inside, consistent) in enumerate(batch):
            lon, lat = (20.33, 45.2) if inside else (20.1, 45.5)
            row = incident(f"p{step}-{number}", kind="access_denied", lon=lon, lat=lat)
            outcome = "undetermined" if consistent else "inconsistent"
            told = (outcome, "prohibited_act") if inside else ("not_applicable", "outside_zone")
            rows.append(row)
            findings.append(finding(row["incident_id"], "2", *told, facts={"kind": "access_denied", "zone": "pass"}))
        inputs = inputs_of(rows, findings, as_of=at(24 * (6 + step)), earlier=issues)
        report = build_daily(inputs, recipient=PUBLIC, day_from=DAY, day_until=DAY + timedelta(days=1))
        now = {
            row.incident.incident_id: "withheld"
            if row.incident.outcome == "withheld"
            else str(row.incident.outcome != "not_applicable")
            for row in report.rows
        }
        assert shown.items() <= now.items()
        fresh = Counter(now[key] for key in now.keys() - shown.keys())
        assert all(fresh[side] == 0 or fresh[side] >= K for side in ("True", "False"))
        issues, shown = (*issues, publication_of(report)), now


# Days around a report's own


def test_other_days_are_told_as_they_were_issued_and_not_at_all_where_they_were_not() -> None:
    """A record that moves between two looks at a day that nobody was shown would be a group of one."""
    before = [incident(f"b{number}", day=DAY - timedelta(days=1), lon=20.7, hours=9.0 + number) for number in range(3)]
    today = [incident(f"t{number}", lon=20.2, hours=9.0 + number) for number in range(4)]
    moved = [before[0] | {"lon": 20.2, "zones": ["theatre", "west"]}, *before[1:]]
    day = {"day_from": DAY, "day_until": DAY + timedelta(days=1)}
    for recipient in (PUBLIC, NGO):
        looks = [
            build_daily(inputs_of([*rows, *today]), recipient=recipient, **day) for rows in (before, moved, before[1:])
        ]
        for report in looks:
            assert report.real_before is None
            assert report.simulated_before is None
            assert all(region.before is None for region in report.regions)
            assert [bar.day for bar in report.days if bar.is_issued] == [DAY]
        assert len({(report.regions, report.days, report.rows) for report in looks}) == 1
        earlier = {"day_from": DAY - timedelta(days=1), "day_until": DAY}
        issued = publication_of(build_daily(inputs_of([*before, *today]), recipient=recipient, **earlier))
        told = build_daily(inputs_of([*moved, *today], earlier=(issued,)), recipient=recipient, **day)
        assert {(region.region, region.before) for region in told.regions} >= {("east", 3), ("west", 0)}
        assert told.real_before is not None
        assert told.real_before.recorded == 3
        assert [(bar.day, bar.recorded) for bar in told.days if bar.is_issued] == [
            (DAY - timedelta(days=1), 3),
            (DAY, 4),
        ]


def test_simulated_rows_of_an_early_issue_are_known_by_the_list() -> None:
    """Rows of earlier versions do not say whether a record is simulated."""
    rows = [
        incident(f"b{number}", day=DAY - timedelta(days=1), hours=9.0 + number, simulated=number < 3)
        for number in range(6)
    ]
    earlier = {"day_from": DAY - timedelta(days=1), "day_until": DAY}
    issued = publication_of(build_daily(inputs_of(rows), recipient=PUBLIC, **earlier))
    early = replace(issued, rows=tuple(replace(row, simulated=None) for row in issued.rows))
    for publication in (issued, early):
        report = build_daily(
            inputs_of(rows, earlier=(publication,)), recipient=PUBLIC, day_from=DAY, day_until=DAY + timedelta(days=1)
        )
        assert (report.days[-2].recorded, report.days[-2].simulated) == (3, 3)


def test_the_count_of_refused_rows_and_the_checkpoint_tell_coarse_recipients_nothing() -> None:
    rows = [incident(f"t{number}", hours=9.0 + number) for number in range(4)]
    for recipient in (PUBLIC, NGO):
        reports = []
        for number in (0, 1, 9):
            refused = (RejectedCount(source="s", file="inbox/a.csv", rejected=number, rows=number + 3),)
            inputs = replace(inputs_of(rows, rejected=refused), checkpoint=f"origin\n{number + 7}\nroot\n\n— signed\n")
            reports.append(build_daily(inputs, recipient=recipient, day_from=DAY, day_until=DAY + timedelta(days=1)))
        for form in ("html", "csv", "geojson", "kml", "gpkg", "xlsx", "pdf"):
            assert len({render(report, format=form, language="en") for report in reports}) == 1, form
