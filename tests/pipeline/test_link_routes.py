"""A route over several states, along invented links: its order, what is missing, gauges, crossings, what is open."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

from tests.link_samples import AGREEMENT, DAY, KNOWN, NODES, ZONE, link, says
from trucewatch.model.link_statements import NeedStatement
from trucewatch.model.links import Network, RouteOfStates
from trucewatch.pipeline.link_routes import GaugeChange, MissingLink, RouteView, route_view

EARLY = datetime(2031, 4, 1, tzinfo=UTC)
NEED = NeedStatement(what={"en": "a gauge"}, who=("UV", "LV"), source="paper", known_at=EARLY)
LINKS = (
    link("ba", "b", "a", "railway", gauge_mm=1520, status=(says("open", direction="backward"),)),
    link("bc", "b", "c", "crossing", carries=("rail",), need=(NEED, replace(NEED, settled=date(2031, 5, 1)))),
    link("cd", "c", "d", "railway", gauge_mm=1435),
    link("de", "d", "e", "railway", gauge_mm=1435),
)


UNBUILT = says("never_built", by="UV")


def along(*links: str) -> RouteView:
    route = RouteOfStates(id="r", name=(), links=links, need=(NEED,), source="paper", known_at=EARLY)
    return route_view(Network(nodes=NODES, links=LINKS), route, DAY, KNOWN, agreement=AGREEMENT, zone=ZONE)


def test_a_route_is_gone_along_in_its_order_whichever_way_a_link_is_drawn() -> None:
    view = along("ba", "bc", "cd", "de")
    assert [(each.link, each.passing) for each in view.stretches] == [
        ("ba", "backward"),
        ("bc", "forward"),
        ("cd", "forward"),
        ("de", "forward"),
    ]
    assert view.stretches[0].status.status == "open"
    assert view.missing == ()
    assert view.gauge_changes == (GaugeChange(node="c", from_mm=1520, to_mm=1435),)
    assert view.crossings == ("bc",)
    assert [(each.link, each.need) for each in view.needs] == [("", NEED), ("bc", NEED)]


def test_the_same_route_the_other_way_round() -> None:
    view = along("de", "cd", "bc", "ba")
    assert [each.passing for each in view.stretches] == ["backward", "backward", "backward", "forward"]
    assert view.gauge_changes == (GaugeChange(node="b", from_mm=1435, to_mm=1520),)
    assert view.stretches[3].status.why == "nobody_says"


def test_a_stretch_that_is_missing_is_told_between_the_places_on_either_side() -> None:
    assert along("bc", "?", "de").missing == (MissingLink(before="c", after="d", place=1),)
    assert along("bc", "de").missing == (MissingLink(before="c", after="d", place=1),)
    assert along("gone", "de", "?").missing == (
        MissingLink(before="", after="d", place=0, named="gone"),
        MissingLink(before="e", after="", place=1),
    )


def test_links_that_are_not_there_are_told_by_whose_word_and_apart_from_those_not_on_file() -> None:
    """One never built by one word, one that another says is open, one destroyed that was rebuilt since."""
    links = (
        link("ab", "a", "b", status=(UNBUILT,)),
        link("bc", "b", "c", status=(says("destroyed", by="UV"), says("open", by="LV"))),
        link("cd", "c", "d", status=(says("open", by="UV"),)),
        link("de", "d", "e"),
    )
    route = RouteOfStates(id="r", name=(), links=("ab", "bc", "cd", "?"), need=(), source="paper", known_at=EARLY)
    view = route_view(Network(nodes=NODES, links=links), route, DAY, KNOWN, agreement=AGREEMENT, zone=ZONE)
    assert [(each.place, each.link) for each in view.lacking] == [(0, "ab"), (1, "bc")]
    assert view.lacking[0].status.statements == (UNBUILT,)
    assert [row.by for row in view.lacking[1].status.statements] == ["LV", "UV"]
    assert [each.place for each in view.missing] == [3]
