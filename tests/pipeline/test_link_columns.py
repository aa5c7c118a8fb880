"""All links at once are what the rule says of each; and the rule itself, on statements whose answer one can say."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.link_samples import AGREEMENT, KNOWN, NODES, ZONE, link, says
from trucewatch.model.link_statements import DIRECTIONS, STATUSES, StatusStatement
from trucewatch.model.link_status import WHYS, status_on
from trucewatch.model.links import Network
from trucewatch.pipeline.link_columns import STATUS_CODES, StatusColumns

FIRST = date(2031, 5, 1)
DAYS = st.integers(0, 12).map(lambda days: FIRST + timedelta(days=days))
MOMENTS = st.integers(0, 14 * 4).map(lambda quarters: datetime(2031, 4, 30, tzinfo=UTC) + quarters * timedelta(hours=6))
TRAVELLERS = ("", "UV", "LV", "XX")


@st.composite
def statements(draw: st.DrawFn) -> StatusStatement:
    since = draw(st.none() | DAYS)
    latest = draw(st.none() | DAYS) if since else None
    until = draw(st.none() | DAYS)
    return StatusStatement(
        status=draw(st.sampled_from(STATUSES)),
        direction=draw(st.sampled_from(DIRECTIONS)),
        for_=draw(st.sampled_from(((), (), ("UV",), ("LV", "XX")))),
        since=since,
        since_latest=max(since, latest) if since and latest else None,
        until=until,
        said=draw(st.none() | DAYS),
        zone=draw(st.sampled_from(("", "", "Asia/Tokyo"))),
        by=draw(st.sampled_from(("UV", "LV", "UV-ministry", "court", "lone-body", ""))),
        source=draw(st.sampled_from(("paper", "radio"))),
        known_at=draw(MOMENTS),
    )


@settings(max_examples=400, deadline=None)
@given(st.lists(st.lists(statements(), max_size=7), min_size=1, max_size=4), DAYS, MOMENTS)
def test_all_links_at_once_are_what_the_rule_says_of_each(
    each: list[list[StatusStatement]], day: date, known_by: datetime
) -> None:
    links = tuple(link(f"l{place}", "a", "b", status=tuple(rows)) for place, rows in enumerate(each))
    columns = StatusColumns(Network(nodes=NODES, links=links), AGREEMENT, ZONE)
    for passing in ("forward", "backward"):
        for traveller in TRAVELLERS:
            statuses = columns.statuses(day, known_by, passing=passing, traveller=traveller)
            for place, asked in enumerate(links):
                expected = status_on(
                    asked.status,
                    day,
                    known_by,
                    agreement=AGREEMENT,
                    zone=ZONE,
                    passing=passing,
                    traveller=traveller,
                )
                assert STATUS_CODES[statuses.codes[place]] == expected.status
                assert WHYS[statuses.whys[place]] == expected.why
                assert bool(statuses.is_usable[place]) == expected.is_usable


@settings(max_examples=150, deadline=None)
@given(st.lists(statements(), max_size=6), MOMENTS)
def test_the_spans_of_a_link_say_of_each_day_what_the_rule_says(
    rows: list[StatusStatement], known_by: datetime
) -> None:
    columns = StatusColumns(Network(nodes=NODES, links=(link("l", "a", "b", status=tuple(rows)),)), AGREEMENT, ZONE)
    spans = columns.spans("l", known_by, passing="forward")
    assert spans[0].first is None
    assert spans[-1].until is None
    assert all(before.until == after.first for before, after in pairwise(spans))
    assert all(before.status != after.status for before, after in pairwise(spans))
    turning = {span.first for span in spans[1:]}
    assert turning <= set(columns.change_days(known_by))
    for offset in range(-2, 16):
        day = FIRST + timedelta(days=offset)
        (span,) = [
            each for each in spans if (each.first is None or each.first <= day) and (not each.until or day < each.until)
        ]
        assert span.status == status_on(rows, day, known_by, agreement=AGREEMENT, zone=ZONE)


def test_a_link_of_which_nobody_says_anything_is_not_known() -> None:
    columns = StatusColumns(Network(nodes=NODES, links=(link("l", "a", "b"),)), AGREEMENT, ZONE)
    status = columns.status("l", FIRST, KNOWN)
    assert (status.status, status.why) == ("not_known", "nobody_says")
    assert not columns.usable(FIRST, KNOWN, passing="forward", traveller="UV").any()
    assert columns.maybe_usable(FIRST, KNOWN, passing="forward", traveller="UV").all()


def test_two_announcements_of_different_days_ahead_leave_it_not_known() -> None:
    """Each was said before the day of the other, so that each would give way to the other."""
    rows = (
        says("open", by="court", since=date(2031, 5, 8), said=FIRST),
        says("closed", by="lone-body", since=date(2031, 5, 6), said=FIRST),
    )
    columns = StatusColumns(Network(nodes=NODES, links=(link("l", "a", "b", status=rows),)), AGREEMENT, ZONE)
    status = columns.status("l", date(2031, 5, 9), KNOWN)
    assert (status.status, status.why, len(status.statements)) == ("not_known", "sources_differ", 2)


def test_a_one_way_link_is_passed_backward_by_nobody() -> None:
    links = (link("l", "a", "b", status=(says("open"),), one_way=True), link("m", "a", "b", status=(says("open"),)))
    columns = StatusColumns(Network(nodes=NODES, links=links), AGREEMENT, ZONE)
    assert columns.usable(FIRST, KNOWN, passing="forward", traveller="").tolist() == [True, True]
    assert columns.usable(FIRST, KNOWN, passing="backward", traveller="").tolist() == [False, True]


def test_what_is_open_to_the_travellers_of_one_side_is_so_to_them_alone() -> None:
    rows = (says("closed"), says("open", for_=("UV",)))
    columns = StatusColumns(Network(nodes=NODES, links=(link("l", "a", "b", status=rows),)), AGREEMENT, ZONE)
    assert columns.usable(FIRST, KNOWN, passing="forward", traveller="UV").all()
    assert not columns.usable(FIRST, KNOWN, passing="forward", traveller="LV").any()


def test_the_columns_of_a_network_are_built_once() -> None:
    network = Network(nodes=NODES, links=(link("l", "a", "b"),))
    columns = StatusColumns.of(network, AGREEMENT, ZONE)
    assert StatusColumns.of(network, AGREEMENT, ZONE) is columns
    assert StatusColumns.of(Network(nodes=NODES), AGREEMENT, ZONE) is not columns
