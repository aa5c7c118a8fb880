"""What nodes and links are called: a node by all names that the reader's policy gives, a link by its ends and its
clause, its own names each by whoever uses it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from tests.conftest import ROOT, each
from trucewatch.locale import words
from trucewatch.model.link_names import link_title, node_label, node_labels, user_label, users_names
from trucewatch.model.links import Link, Network, Node
from trucewatch.model.names import PlaceName
from trucewatch.model.naming import called
from trucewatch.model.watch import Watch
from trucewatch.watch import load_watch

NOW = datetime(2031, 5, 4, 2, tzinfo=UTC)


@pytest.fixture(scope="module")
def watch() -> Watch:
    return load_watch(ROOT / "examples" / "two-valleys")


def network_of(watch: Watch) -> Network:
    assert watch.network is not None
    return watch.network


def node(watch: Watch, name: str) -> Node:
    drawn = network_of(watch).node(name)
    assert drawn is not None
    return drawn


def link(watch: Watch, name: str) -> Link:
    drawn = network_of(watch).link(name)
    assert drawn is not None
    return drawn


def test_a_node_bears_the_names_of_its_place_and_none_is_chosen(watch: Watch) -> None:
    at_larkfell = replace(node(watch, "stonegate"), place="larkfell")
    assert node_label(watch, at_larkfell, "en") == "Larkfell / Quarrystead"
    assert node_label(watch, at_larkfell, "en", date(2029, 5, 1)) == "Larkfell"
    assert node_label(watch, node(watch, "stonegate"), "tr") == "Taşkapı"


def test_names_of_its_own_stand_together_in_the_order_of_the_readers_alphabet(watch: Watch) -> None:
    assert node_label(watch, node(watch, "north-bank"), "en") == "Bridgehead / North Bank"
    assert node_label(watch, node(watch, "north-bank"), "ru") == "Предмостье / Северный Берег"
    assert node_label(watch, node(watch, "north-bank"), "hy") == "Bridgehead / North Bank"


def test_a_copy_for_one_side_has_that_sides_names_of_nodes(watch: Watch) -> None:
    assert watch.naming is not None
    for side, name in (("UV", "Bridgehead"), ("LV", "North Bank")):
        theirs = called(replace(watch, naming=replace(watch.naming, console=f"side:{side}")), "", NOW)
        assert node_label(theirs, node(theirs, "north-bank"), "en") == name


def test_many_nodes_are_called_as_each_of_them_is(watch: Watch) -> None:
    nodes = network_of(watch).nodes
    labels = node_labels(watch, nodes, "ru", NOW.date())
    assert labels == {drawn.id: node_label(watch, drawn, "ru", NOW.date()) for drawn in each(nodes)}


def test_a_node_without_a_table_of_names_has_its_towns_name(watch: Watch) -> None:
    without = replace(watch, naming=None, policy="")
    assert node_label(without, node(without, "highmere"), "ru") == "Верхнеозёрск"
    assert node_label(without, node(without, "north-bank"), "en") == "Bridgehead / North Bank"


def test_a_link_is_called_by_kind_ends_and_clause(watch: Watch) -> None:
    english = words("en")
    assert link_title(watch, link(watch, "bridge-road-north"), english) == (
        "Road Highmere – Bridgehead / North Bank (link of clause 5a)"
    )
    assert link_title(watch, link(watch, "middle-bridge-crossing"), english).endswith("(link of clauses 5a, 5bis)")
    assert link_title(watch, link(watch, "quarry-road"), english) == "Road Stonegate – Upper Halt"
    labels = {"stonegate": "S", "upper-halt": "U"}
    assert link_title(watch, link(watch, "quarry-road"), english, labels=labels) == "Road S – U"


def test_no_title_of_a_link_has_a_name_that_is_only_somebodys(watch: Watch) -> None:
    for drawn in each(network_of(watch).links):
        title = link_title(watch, drawn, words("en"))
        assert not any(name.text in title for name in drawn.name)
        assert "corridor" not in title.casefold()


def test_each_users_name_of_a_link_is_a_line_with_who_uses_it(watch: Watch) -> None:
    lines = users_names(watch, link(watch, "bridge-road-north").name, NOW.date(), "en")
    assert [(line.text, line.users) for line in lines] == [("Bridge Road", ("UV",)), ("Merrow Road", ("LV",))]
    assert all(line.sources for line in lines)
    every = users_names(watch, link(watch, "bridge-road-north").name, None)
    assert {line.language for line in every} == {"en", "ru", "tr"}


def test_a_user_without_a_name_in_the_readers_language_is_not_left_out(watch: Watch) -> None:
    names = (
        PlaceName(text="Old Road", language="en", used_by=("UV", "LV"), source="a"),
        PlaceName(text="Eski Yol", language="tr", used_by="QI", source="b"),
        PlaceName(text="Старая", language="ru", used_by="UV", source="c"),
        PlaceName(text="Gone", language="ru", used_by="LV", source="d", until=date(2030, 1, 1)),
    )
    lines = users_names(watch, names, NOW.date(), "ru")
    assert {(line.text, line.users) for line in lines} == {
        ("Old Road", ("LV",)),
        ("Eski Yol", ("QI",)),
        ("Старая", ("UV",)),
    }


def test_users_are_called_by_their_own_names(watch: Watch) -> None:
    assert user_label(watch, "UV", "ru") == "Верхняя Долина"
    assert user_label(watch, "QI", "en") == "Quiet Isles (simulated)"
    assert user_label(watch, "accord", "en").startswith("Accord")
    assert user_label(watch, "UN", "en") == "UN"
