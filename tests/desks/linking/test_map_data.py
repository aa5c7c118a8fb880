"""The map's table says of every day what the rule says, by what was known then and by what is known at one moment."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.conftest import each
from tests.link_samples import AGREEMENT, NODES, ZONE, link, says
from trucewatch.desks.linking.map_data import (
    MAP_STATUSES,
    Knowing,
    Span,
    day_number,
    drawn_links,
    network_table,
    spans_as_then_known,
)
from trucewatch.locale import words
from trucewatch.model.link_statements import DIRECTIONS, STATUSES, StatusStatement
from trucewatch.model.link_status import Passing, status_on
from trucewatch.model.links import Network

FIRST = date(2031, 5, 1)
LATEST = datetime(2031, 5, 16, 12, tzinfo=UTC)
KNOWING = Knowing(known_by=LATEST, clock=datetime(2031, 5, 9, 9, 30, tzinfo=UTC), latest=LATEST, zone=ZONE)
DAYS = st.integers(0, 12).map(lambda days: FIRST + timedelta(days=days))
MOMENTS = st.integers(0, 15 * 4).map(lambda quarters: datetime(2031, 4, 30, tzinfo=UTC) + quarters * timedelta(hours=6))


@st.composite
def statements(draw: st.DrawFn) -> StatusStatement:
    since = draw(st.none() | DAYS)
    latest = draw(st.none() | DAYS) if since else None
    return says(
        draw(st.sampled_from(STATUSES)),
        direction=draw(st.sampled_from(DIRECTIONS)),
        since=since,
        since_latest=max(since, latest) if since and latest else None,
        until=draw(st.none() | DAYS),
        said=draw(st.none() | DAYS),
        by=draw(st.sampled_from(("UV", "LV", "court", ""))),
        known_at=draw(MOMENTS),
    )


def table_of(*links: Any, knowing: Knowing = KNOWING) -> dict[str, Any]:
    network = Network(nodes=NODES, links=links)
    labels = {node.id: node.id.upper() for node in NODES}
    return network_table(network, AGREEMENT, knowing, labels=labels, titles={}, words=words("en"))


def at(spans: list[Span], day: date) -> str:
    number = day_number(day)
    holding = [
        span for span in spans if (span[0] is None or span[0] <= number) and (span[1] is None or number < span[1])
    ]
    assert len(holding) == 1
    return MAP_STATUSES[holding[0][2]]


@settings(max_examples=150, deadline=None)
@given(st.lists(statements(), min_size=1, max_size=6))
def test_the_spans_say_of_every_day_what_the_rule_says(rows: list[StatusStatement]) -> None:
    asked = link("l", "a", "b", status=tuple(rows))
    table = table_of(asked)
    days = [FIRST + timedelta(days=number) for number in range(-3, 16)]
    for day in each(day for day in days if day <= KNOWING.last_day):
        for passing, number in (("forward", 0), ("backward", 1)):
            way: Passing = "forward" if passing == "forward" else "backward"
            for mode, known_by in (("then", KNOWING.on(day)), ("fixed", LATEST)):
                ways = table["spans"][mode][0]
                spans = ways[number] if ways[number] is not None else ways[0]
                expected = status_on(asked.status, day, known_by, agreement=AGREEMENT, zone=ZONE, passing=way)
                assert at(spans, day) == expected.status


def test_what_was_learned_later_changes_the_day_as_known_now_and_not_as_known_then() -> None:
    late = says("closed", since=date(2031, 5, 3), known_at=datetime(2031, 5, 12, 8, tzinfo=UTC))
    table = table_of(link("l", "a", "b", status=(late,)))
    then, fixed = (table["spans"][mode][0][0] for mode in ("then", "fixed"))
    assert [at(then, date(2031, 5, day)) for day in (2, 3, 11, 12)] == ["not_known", "not_known", "not_known", "closed"]
    assert [at(fixed, date(2031, 5, day)) for day in (2, 3, 11, 12)] == ["not_known", "closed", "closed", "closed"]


def test_on_the_day_of_the_clock_only_what_the_clock_knows_counts_as_known_then() -> None:
    noon = says("closed", since=date(2031, 5, 3), known_at=datetime(2031, 5, 9, 18, tzinfo=UTC))
    spans = spans_as_then_known(link("l", "a", "b", status=(noon,)), "forward", AGREEMENT, KNOWING)
    assert [at(spans, date(2031, 5, day)) for day in (8, 9, 10)] == ["not_known", "not_known", "closed"]


def test_a_link_of_which_nobody_says_anything_is_not_known_on_all_days() -> None:
    table = table_of(link("l", "a", "b"))
    assert table["spans"]["then"] == [[[(None, None, 0, table["whys"].index("nobody_says"))], None]]
    assert table["spans"]["fixed"] == table["spans"]["then"]


def test_both_ways_are_told_once_where_they_are_the_same() -> None:
    same = link("same", "a", "b", status=(says("open", since=FIRST),))
    other = link("other", "a", "b", status=(says("open", direction="forward", since=FIRST),))
    only = link("only", "a", "b", one_way=True, status=(says("open", direction="forward", since=FIRST),))
    ways = table_of(same, other, only)["spans"]["fixed"]
    assert [back is None for _, back in ways] == [True, False, True]


def test_the_greater_number_is_the_freer_status() -> None:
    assert MAP_STATUSES[0] == "not_known"
    assert MAP_STATUSES[-2:] == ("restricted", "open")


def test_nodes_bear_all_their_names_as_one_text_and_links_the_numbers_of_their_ends() -> None:
    table = table_of(link("l", "b", "d"))
    assert [table["nodes"][end]["label"] for end in table["links"][0]["ends"]] == ["B", "D"]
    assert json.loads(json.dumps(table))["today"] == day_number(KNOWING.clock_day)


def test_a_link_to_a_node_that_is_not_there_is_not_drawn() -> None:
    network = Network(nodes=NODES, links=(link("l", "a", "nowhere"), link("m", "a", "b")))
    assert [drawn.id for drawn in drawn_links(network)] == ["m"]


def test_every_second_of_a_clock_is_no_other_knowledge() -> None:
    later = replace(KNOWING, latest=LATEST + timedelta(seconds=1), known_by=LATEST + timedelta(seconds=1))
    rows = (says("open", since=FIRST), says("closed", since=FIRST + timedelta(days=4), by="UV"))
    assert table_of(link("l", "a", "b", status=rows)) == table_of(link("l", "a", "b", status=rows), knowing=later)
