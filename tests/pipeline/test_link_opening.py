"""What an opening changes, on a small network whose answers one can say on paper, and against another implementation on
invented ones.

    a —10— b —10— c ··20·· d —10— e        road; b–c a crossing, c–d closed
    a —————————— 100 ————————————— e        road, the long way round
    a =30= c =30= e                         rail: 1520 to c, 1435 from there, closed
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from itertools import combinations, pairwise
from typing import Any

import networkx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.link_samples import AGREEMENT, DAY, KNOWN, NODES, ZONE, is_long, link, node, says, takes
from trucewatch.model.link_statements import NeedStatement, WorksStatement
from trucewatch.model.links import Assumptions, Link, LinkKind, Mode, Network, Node
from trucewatch.model.names import PlaceName
from trucewatch.model.openings import Interval, Opening
from trucewatch.pipeline.link_effects import Effects
from trucewatch.pipeline.link_ends import LinkError
from trucewatch.pipeline.link_figures import length_of, time_of
from trucewatch.pipeline.link_graph import Layer, LayeredGraph, graph_of
from trucewatch.pipeline.link_opening import Question, opening, opening_document

OPEN = (says("open"),)
CLOSED = (says("closed"),)
EARLY = datetime(2031, 4, 1, tzinfo=UTC)
LINKS = (
    link("ab", "a", "b", minutes=(takes(10),), length=(is_long(12.0),), status=OPEN),
    link("bc", "b", "c", "crossing", carries=("road",), minutes=(takes(10, 40, by="UV"),), status=OPEN),
    link("cd", "c", "d", minutes=(takes(20),), length=(is_long(15.0),), status=CLOSED, clauses=("9",)),
    link("de", "d", "e", minutes=(takes(10),), length=(is_long(12.0),), status=OPEN),
    link("ae", "a", "e", minutes=(takes(100, 110),), length=(is_long(90.0),), status=OPEN),
    link("ac-rail", "a", "c", "railway", gauge_mm=1520, minutes=(takes(30),), status=OPEN),
    link("ce-rail", "c", "e", "railway", gauge_mm=1435, minutes=(takes(30),), status=CLOSED),
    link("pipe", "a", "e", "gas", status=CLOSED),
)
NETWORK = Network(
    nodes=NODES, links=LINKS, assumptions=Assumptions(gauge_minutes=(50.0, 60.0), transfer_minutes=(7.0, 9.0))
)


def ask(*opened: str, network: Network = NETWORK, **fields: Any) -> Opening:
    asked = {"from_": "a", "to": "e", "mode": "road", "day": DAY, "known_by": KNOWN, **fields}
    return opening(network, AGREEMENT, Question(opened=opened, **asked), zone=ZONE)


def minutes(least: float, most: float) -> Interval:
    return Interval(least=least, most=most)


def with_link(link_id: str, **fields: Any) -> Network:
    return replace(NETWORK, links=tuple(replace(each, **fields) if each.id == link_id else each for each in LINKS))


def test_the_way_is_quicker_by_what_the_opened_link_saves() -> None:
    answer = ask("cd")
    assert [side.side for side in answer.sides] == ["LV", "UV"]
    for side in answer.sides:
        assert side.before is not None
        assert side.after is not None
        assert side.before.minutes == minutes(100, 110)
        assert [stretch.link for stretch in side.before.stretches] == ["ae"]
        assert side.after.minutes == minutes(50, 80)
        assert side.after.border == minutes(10, 40)
        assert [stretch.link for stretch in side.after.stretches] == ["ab", "bc", "cd", "de"]
        assert side.saves == minutes(20, 60)
    assert answer.clauses == ("9",)
    assert answer.whose == ("UV",)


def test_a_gauge_that_changes_costs_its_minutes() -> None:
    answer = ask("ce-rail", mode="rail")
    (side, _) = answer.sides
    assert side.before is None
    assert side.saves is None
    assert side.after is not None
    assert side.after.minutes == minutes(110, 120)
    assert (side.after.gauge_changes, side.after.transfers) == (1, 0)


def test_going_over_from_rail_to_road_costs_its_minutes() -> None:
    network = replace(NETWORK, links=(LINKS[5], LINKS[2], LINKS[3]))
    (side, _) = ask("cd", network=network, mode="any").sides
    assert side.after is not None
    assert side.after.minutes == minutes(30 + 7 + 30, 30 + 9 + 30)
    assert side.after.transfers == 1
    (by_road, _) = ask("cd", network=network, mode="road").sides
    assert by_road.after is None


def test_what_is_open_to_one_side_alone_changes_the_way_of_the_other() -> None:
    network = with_link("cd", status=(says("closed"), says("open", for_=("UV",))))
    lower, upper = ask("cd", network=network).sides
    assert upper.before == upper.after
    assert lower.before is not None
    assert lower.before.minutes == minutes(100, 110)


def test_a_status_of_one_direction_is_one_of_that_direction() -> None:
    network = with_link("de", status=(says("open", direction="forward"),))
    there, back = ask("cd", network=network), ask("cd", network=network, from_="e", to="a")
    assert there.sides[0].after is not None
    assert there.sides[0].after.minutes == minutes(50, 80)
    assert back.sides[0].after is not None
    assert back.sides[0].after.minutes == minutes(100, 110)


def test_a_one_way_link_is_not_passed_back_even_when_it_is_opened() -> None:
    network = with_link("cd", one_way=True)
    back = ask("cd", network=network, from_="e", to="a")
    assert back.sides[0].after is not None
    assert [stretch.link for stretch in back.sides[0].after.stretches] == ["ae"]
    assert back.through is None


def test_links_of_which_it_is_not_known_are_told_beside_and_not_counted_with() -> None:
    network = with_link("de", status=())
    (side, _) = ask("cd", network=network).sides
    assert side.after is not None
    assert side.after.minutes == minutes(100, 110)
    assert (side.unknown_before, side.unknown_after) == (None, 50.0)


def test_a_link_that_was_never_built_can_be_asked_for() -> None:
    answer = ask("cd", network=with_link("cd", status=(says("never_built"),)))
    assert answer.sides[0].after is not None
    assert answer.sides[0].after.minutes == minutes(50, 80)
    assert answer.still_needed[0].status.status == "never_built"


def test_what_is_still_needed_stands_along_the_way_through() -> None:
    works = (
        WorksStatement(state="needed", source="paper", known_at=EARLY, by="LV"),
        WorksStatement(state="finished", source="paper", known_at=EARLY, by="UV", since=date(2031, 5, 1)),
    )
    need = NeedStatement(what={"en": "papers"}, who=("UV",), source="paper", known_at=EARLY)
    settled = replace(need, settled=date(2031, 5, 9))
    network = replace(
        NETWORK,
        links=tuple(
            replace(each, status=CLOSED, works=works)
            if each.id == "de"
            else replace(each, need=(need, settled))
            if each.id == "cd"
            else each
            for each in LINKS
        ),
    )
    answer = ask("cd", network=network)
    assert answer.through is not None
    assert [stretch.link for stretch in answer.through] == ["ab", "bc", "cd", "de"]
    assert [(each.link, each.is_asked, each.needs) for each in answer.still_needed] == [
        ("cd", True, (need,)),
        ("de", False, ()),
    ]
    assert answer.still_needed[1].works == works
    assert answer.sides[0].after is not None
    assert answer.sides[0].after.minutes == minutes(100, 110)  # opening one of the two is not enough


def test_the_way_through_passes_the_link_though_another_way_is_quicker() -> None:
    network = with_link("ae", minutes=(takes(1),))
    answer = ask("cd", network=network)
    assert answer.sides[0].after is not None
    assert [stretch.link for stretch in answer.sides[0].after.stretches] == ["ae"]
    assert answer.through is not None
    assert [stretch.link for stretch in answer.through] == ["ab", "bc", "cd", "de"]


def test_a_link_that_leads_nowhere_has_no_way_through() -> None:
    network = replace(NETWORK, nodes=(*NODES, node("f", -24.5)), links=(*LINKS, link("df", "d", "f", status=CLOSED)))
    answer = ask("df", network=network)
    assert answer.through is None
    assert [each.link for each in answer.still_needed] == ["df"]


def test_a_way_through_passes_no_place_twice() -> None:
    """Into the triangle b–c–d and out of it one comes by b alone; with c–e there is a way through c–d."""
    links = (
        *(link(name, name[0], name[1], minutes=(takes(5),), status=OPEN) for name in ("ab", "bc", "ce", "bd")),
        link("cd", "c", "d", minutes=(takes(5),), status=CLOSED),
    )
    nodes = (*NODES, node("f", -24.0))
    loop = replace(NETWORK, nodes=nodes, links=tuple(each for each in links if each.id != "ce"))
    assert ask("cd", network=replace(loop, links=(*loop.links, link("be", "b", "e", status=OPEN)))).through is None
    answer = ask("cd", network=replace(NETWORK, links=links))
    assert answer.through is not None
    assert [stretch.link for stretch in answer.through] == ["ab", "bd", "cd", "ce"]


def test_two_figures_that_differ_are_an_interval_and_what_cannot_be_is_beside() -> None:
    asked = link("ab", "a", "b", length=(is_long(110.4, by="UV"), is_long(140.6, by="LV"), is_long(1.0, by="court")))
    length = length_of(NETWORK, asked)
    assert length.km == Interval(least=110.4, most=140.6)
    assert [each.by for each in length.below] == ["court"]
    time = time_of(NETWORK, asked, "road")
    assert time.worked_out_from == "length_and_speed"
    assert time.minutes.least == pytest.approx(60 * 110.4 / 70)
    assert time.minutes.most == pytest.approx(60 * 140.6 / 30)


def test_without_a_length_it_is_the_straight_line_and_what_the_watch_assumes() -> None:
    length = length_of(NETWORK, link("ab", "a", "b", length=(is_long(3.0, of={"en": "a part"}),)))
    assert length.worked_out_from == "straight_line"
    assert length.km.least == pytest.approx(9.13, abs=0.01)
    assert length.km.most == pytest.approx(2 * length.km.least)


def test_figures_that_were_not_known_yet_do_not_count() -> None:
    late = datetime(2031, 5, 15, tzinfo=UTC)
    network = with_link("ae", minutes=(takes(100, 110), takes(40, 200, known_at=late)))
    before = ask("cd", network=network, known_by=datetime(2031, 5, 14, tzinfo=UTC)).sides[0].before
    after = ask("cd", network=network).sides[0].before
    assert before is not None
    assert after is not None
    assert (before.minutes, after.minutes) == (minutes(100, 110), minutes(40, 200))


def test_a_crossing_that_states_no_gauge_passes_the_train_that_comes() -> None:
    links = (
        link("ab", "a", "b", "railway", gauge_mm=1520, minutes=(takes(10),), status=OPEN),
        link("bc", "b", "c", "crossing", carries=("rail",), minutes=(takes(0),), status=CLOSED),
        link("ce", "c", "e", "railway", gauge_mm=1520, minutes=(takes(10),), status=OPEN),
    )
    (side, _) = ask("bc", network=replace(NETWORK, links=links), mode="rail").sides
    assert side.after is not None
    assert (side.after.minutes, side.after.gauge_changes) == (minutes(20, 20), 0)


def test_a_railway_that_states_no_gauge_may_need_a_change() -> None:
    links = (
        link("ab", "a", "b", "railway", gauge_mm=1520, minutes=(takes(10),), status=OPEN),
        link("be", "b", "e", "railway", minutes=(takes(10),), status=CLOSED),
    )
    (side, _) = ask("be", network=replace(NETWORK, links=links), mode="rail").sides
    assert side.after is not None
    assert side.after.minutes == minutes(20, 80)


@pytest.mark.parametrize(
    ("fields", "opened", "field", "words"),
    [
        ({"from_": "x"}, ("cd",), "from", 'no place "x"'),
        ({"to": ""}, ("cd",), "to", "no place is given"),
        ({"to": "a"}, ("cd",), "to", "both ends"),
        ({}, (), "opened", "no link is given"),
        ({}, ("cdd",), "opened", 'did you mean "cd"?'),
        ({}, ("pipe",), "opened", "gas pipe"),
        ({}, ("ab",), "opened", "could be passed on 2031-05-10 already"),
        ({}, ("ce-rail",), "opened", "ways by road do not pass it"),
        ({"mode": "air"}, ("cd",), "mode", '"air" is no mode'),
        ({}, ("cd",) * 13, "opened", "at most 12"),
    ],
)
def test_a_question_that_means_nothing_is_refused_with_what_to_do(
    fields: dict[str, Any], opened: tuple[str, ...], field: str, words: str
) -> None:
    with pytest.raises(LinkError) as refused:
        ask(*opened, **fields)
    assert refused.value.field == field
    assert words in str(refused.value)


def test_an_end_is_asked_for_by_any_of_its_names_and_refused_where_two_bear_it() -> None:
    def named(node_id: str, *names: str) -> Node:
        rows = tuple(PlaceName(text=text, language="en", used_by="UV", source="map") for text in names)
        return replace(NETWORK.node(node_id) or NODES[0], name=rows)

    network = replace(NETWORK, nodes=(named("a", "Ambermill", "Mill"), *NODES[1:4], named("e", "Éast / Mill")))
    assert ask("cd", network=network, from_="ambermill", to="east").to == "e"
    with pytest.raises(LinkError, match="several places are called: a, e"):
        ask("cd", network=network, from_="mill")


def test_the_document_holds_each_figure_with_whose_it_is() -> None:
    document = opening_document(ask("cd"), NETWORK)
    side = document["sides"][0]
    assert side["minutes_less"] == [20, 60]
    crossing = side["after"]["stretches"][1]
    assert crossing["time"] == {
        "minutes": [10, 40],
        "from": "stated",
        "border": True,
        "stated": [{"least": 10, "most": 40, "by": "UV", "source": "paper", "known_at": "2031-04-01T00:00:00Z"}],
    }
    assert document["still_needed"][0]["stated"][0]["status"] == "closed"


KINDS: st.SearchStrategy[LinkKind] = st.sampled_from(("road", "road", "railway", "crossing"))


@st.composite
def networks(draw: st.DrawFn) -> Network:
    """Up to nine nodes and twenty-five links whose minutes are whole numbers, zero among them; some lie in parallel."""
    count = draw(st.integers(2, 9))
    nodes = tuple(node(f"n{number}", -25.0 + number / 10) for number in range(count))
    links: list[Link] = []
    for number in range(draw(st.integers(1, 25))):
        ends = draw(st.lists(st.integers(0, count - 1), min_size=2, max_size=2, unique=True))
        kind = draw(KINDS)
        least = draw(st.integers(0, 40))
        carries = draw(st.sampled_from((("road",), ("rail",), ("road", "rail")))) if kind == "crossing" else ()
        gauge = draw(st.sampled_from((1520, 1435, 1067, None))) if kind != "road" else None
        links.append(
            link(
                f"l{number}",
                f"n{ends[0]}",
                f"n{ends[1]}",
                kind,
                gauge_mm=gauge,
                carries=carries,
                one_way=draw(st.booleans()),
                minutes=(takes(least, least + draw(st.integers(0, 20))),),
                status=draw(st.sampled_from((OPEN, OPEN, OPEN, CLOSED, ()))),
            )
        )
    assumptions = Assumptions(gauge_minutes=(30.0, 90.0), transfer_minutes=(0.0, 15.0))
    return Network(nodes=nodes, links=tuple(links), assumptions=assumptions)


@settings(max_examples=150, deadline=None)
@given(networks(), st.sampled_from(("road", "rail", "any")), st.sampled_from(("least", "most")))
def test_shortest_times_are_those_of_another_implementation(network: Network, mode: Mode, figure: str) -> None:
    layered = LayeredGraph.of(network)
    kinds = {"road": ("road",), "rail": ("rail", "gauge_change")}.get(mode, ("road", "rail", "gauge_change"))
    graph = graph_of(network).subgraph([layer for layer in layered.layers if layer.kind in kinds])
    start = layered.layers_at("n0", mode)
    weights = layered.least if figure == "least" else layered.most
    quickest = layered.quickest(weights, layered.by_mode(mode), start)
    expected: dict[Layer, float] = {}
    if start:
        sources = {layered.layers[place] for place in start}
        expected = networkx.multi_source_dijkstra_path_length(graph, sources, weight=figure)
    assert {
        layer: quickest.minutes[place]
        for place, layer in enumerate(layered.layers)
        if quickest.minutes[place] < float("inf")
    } == expected
    for place, minutes_there in enumerate(quickest.minutes):
        if minutes_there < float("inf"):
            way = quickest.edges_to(place)
            assert weights[way].sum() == minutes_there
            assert all(layered.head[first] == layered.tail[second] for first, second in pairwise(way))


@settings(max_examples=150, deadline=None)
@given(networks(), st.sampled_from(("road", "rail", "any")))
def test_no_opening_makes_a_way_longer(network: Network, mode: Mode) -> None:
    shut = [each.id for each in network.links if each.status is not OPEN and (mode == "any" or mode in each.ways)]
    if not shut:
        return
    answer = ask(*shut[:3], network=network, mode=mode, from_="n0", to="n1")
    for side in answer.sides:
        if side.before is not None:
            assert side.after is not None
            assert side.after.minutes.least <= side.before.minutes.least
            assert side.after.minutes.most <= side.before.minutes.most
        for journey in (side.before, side.after):
            assert journey is None or journey.minutes.least <= journey.minutes.most
    if answer.through is not None:
        links = {each.id: each for each in network.links}
        ends = [(links[s.link].from_, links[s.link].to)[:: 1 if s.passing == "forward" else -1] for s in answer.through]
        assert ends[0][0] == "n0"
        assert ends[-1][1] == "n1"
        assert all(first[1] == second[0] for first, second in pairwise(ends))
        assert {stretch.link for stretch in answer.through} & set(answer.opened)


def test_a_straight_line_is_out_by_what_places_may_be_out() -> None:
    drawn = Network(nodes=NODES, links=(link("road", "a", "b", length=(is_long(5.0), is_long(9.5))),))
    asked = drawn.links[0]
    exact = length_of(drawn, asked)
    assert [each.km for each in exact.below] == [5.0]
    rough = replace(drawn, assumptions=Assumptions(ends_within_km=3.0))
    assert length_of(rough, asked).below == ()
    assert (length_of(rough, asked).km.least, length_of(rough, asked).km.most) == (5.0, 9.5)
    unstated = length_of(rough, replace(asked, length=())).km
    assert unstated.least == pytest.approx(9.1 - 6, abs=0.1)
    assert unstated.most == pytest.approx(2 * (9.1 + 6), abs=0.2)


@settings(max_examples=150, deadline=None)
@given(networks(), st.sampled_from(("road", "rail", "any")))
def test_the_effects_of_many_openings_are_the_answers_of_each(network: Network, mode: Mode) -> None:
    shut = [each.id for each in network.links if each.status is not OPEN and (mode == "any" or mode in each.ways)][:4]
    question = Question(from_="n0", to="n1", opened=(), mode=mode, day=DAY, known_by=KNOWN)
    effects = Effects(network, AGREEMENT, question, zone=ZONE, pairs_of=shut[:3])
    asked = [(each,) for each in shut] + list(combinations(shut, 2)) + list(combinations(shut, 3))
    for opened in asked:
        answer = ask(*opened, network=network, mode=mode, from_="n0", to="n1")
        together = effects.of(opened)
        assert list(together) == [side.side for side in answer.sides]
        for side in answer.sides:
            effect = together[side.side]
            assert effect.before == (side.before and side.before.minutes)
            assert effect.after == (side.after and side.after.minutes)
            assert effect.saves == side.saves
            assert effects.km_after(opened, side.side) == (side.after and side.after.km)


def test_the_whole_way_is_told_in_figures_though_one_link_is_not_enough() -> None:
    network = Network(
        nodes=NODES,
        links=(
            link("ab", "a", "b", status=OPEN, minutes=(takes(10, 20),)),
            link("bc", "b", "c", status=CLOSED, minutes=(takes(5, 6),)),
            link("cd", "c", "d", "crossing", carries=("road",), status=CLOSED, minutes=(takes(1, 2),)),
        ),
    )
    alone = ask("bc", network=network, from_="a", to="d")
    assert [side.after for side in alone.sides] == [None, None]
    assert alone.not_open == ("bc", "cd")
    assert alone.whole is not None
    assert (alone.whole.minutes, alone.whole.border) == (Interval(least=16, most=28), Interval(least=1, most=2))
    together = ask(*alone.not_open, network=network, from_="a", to="d")
    assert [side.after and side.after.minutes for side in together.sides] == [alone.whole.minutes] * 2
    document = opening_document(alone, network)
    assert document["whole_way"]["minutes"] == [16, 28]
    assert document["not_open"] == ["bc", "cd"]
