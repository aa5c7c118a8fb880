"""The drawing of the network: each status apart without a colour, all names of a node or none, lines by request."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from tests.conftest import ROOT, each
from tests.link_samples import NODES, link
from trucewatch.desks.linking.map_data import MAP_STATUSES
from trucewatch.desks.linking.network_drawing import draw_network, draw_swatch, lay_out
from trucewatch.locale import words
from trucewatch.model.links import LINK_KINDS, Link, LinkKind, Network

LABELS = {node.id: f"Old {node.id} / New {node.id}" for node in NODES}
PLACES = {node.id: (node.lon, node.lat) for node in NODES}


def a_link(link_id: str, from_: str, to: str, kind: LinkKind = "road") -> Link:
    points = tuple(PLACES.get(end, (-25.0, -35.0)) for end in (from_, to))
    return replace(link(link_id, from_, to, kind), points=points)


NETWORK = Network(
    nodes=NODES,
    links=(
        a_link("r", "a", "b"),
        a_link("t", "b", "c", "railway"),
        a_link("x", "c", "c", "crossing"),
        a_link("p", "a", "e", "power"),
    ),
)


def drawing(network: Network = NETWORK, *, shows_lines: bool = False, **how: object) -> str:
    sheet = lay_out(network, (), LABELS, words("en"), shows_lines=shows_lines)
    return draw_network(sheet, {"r": "closed", "t": "open"}, name="Map", shows_lines=shows_lines, **how)  # type: ignore[arg-type]


def test_each_link_says_how_it_stands_and_one_that_nobody_tells_of_is_not_known() -> None:
    stands = dict(re.findall(r'data-link="(\w+)" data-stands="(\w+)"', drawing()))
    assert stands == {"r": "closed", "t": "open", "x": "not_known", "p": "not_known"}


def test_a_railway_has_ties_and_a_road_has_none() -> None:
    groups = re.findall(r'<g class="(n-[^"]*)"[^>]*>(.*?)</g>(?=<g class="n-|<circle)', drawing())
    ties = {css.split()[0]: "n-ties" in shapes for css, shapes in groups}
    assert ties["n-railway"]
    assert not ties["n-road"]


def test_lines_of_power_are_hidden_unless_they_are_asked_for_and_with_them_the_names_of_their_ends() -> None:
    assert 'data-link="p" data-stands="not_known" data-lines="hidden"' in drawing()
    assert LABELS["e"] not in drawing()
    assert 'data-lines="shown"' in drawing(shows_lines=True)
    assert LABELS["e"] in drawing(shows_lines=True)


def test_names_of_a_node_stand_together_or_not_at_all() -> None:
    names = re.findall(r'class="n-name"[^>]*>([^<]*)<', drawing())
    assert set(each(names)) <= set(LABELS.values())
    crowd = tuple(replace(NODES[0], id=f"n{number}", lon=-25.0 + number / 1e5) for number in range(40))
    links = tuple(replace(a_link(f"l{number}", f"n{number}", "n0")) for number in range(40))
    sheet = lay_out(
        Network(nodes=crowd, links=links),
        (),
        {node.id: f"One {node.id} / Two" for node in crowd},
        words("en"),
        shows_lines=False,
    )
    shown = re.findall(r'class="n-name"[^>]*>([^<]*)<', sheet.above)
    assert 0 < len(shown) < 40
    assert all(re.fullmatch(r"One n\d+ / Two", name) for name in shown)


def test_the_asked_way_lies_on_a_band() -> None:
    assert "n-asked" not in drawing()
    assert drawing(way=("r",)).count("n-asked") == 1


def test_a_crossing_whose_ends_are_one_place_is_drawn_as_its_sign() -> None:
    gate = replace(a_link("gate", "a", "a", "crossing"), points=((-25.0, -35.0), (-25.0, -35.0)))
    sheet = lay_out(Network(nodes=NODES, links=(gate,)), (), LABELS, words("en"), shows_lines=False)
    assert "n-sign" in sheet.links[0].shapes
    assert sheet.links[0].band == ""


def test_names_from_outside_are_text() -> None:
    sheet = lay_out(NETWORK, (), {**LABELS, "a": "<script>x</script>"}, words("en"), shows_lines=False)
    assert "<script>" not in sheet.above


@pytest.mark.parametrize("kind", LINK_KINDS)
def test_the_legend_draws_every_kind(kind: str) -> None:
    assert f"n-{kind}" in draw_swatch(kind, "open")


def test_the_style_sheet_tells_every_status_apart_without_a_colour() -> None:
    sheet = (ROOT / "web" / "src" / "links.css").read_text(encoding="utf-8")
    looks = {}
    for status in MAP_STATUSES:
        rules = re.findall(rf'\[data-stands="{status}"\] > \.n-(line|core|cross)\s*[,{{]', sheet)
        dash = re.search(rf'\n\[data-stands="{status}"\] > \.n-line[^{{]*{{([^}}]*)}}', sheet)
        looks[status] = (tuple(sorted(rules)), dash[1].strip() if dash else "")
    assert looks["open"] == ((), "")
    assert len(set(looks.values())) == len(MAP_STATUSES)
