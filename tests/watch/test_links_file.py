"""`links.geojson`: read with the watch; each faulty feature or row is one fault with what to do, and what is sound
stands."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from tests.builders import template_files
from tests.conftest import ROOT, each
from trucewatch.model.faults import Fault
from trucewatch.model.link_status import status_on
from trucewatch.model.links import LINK_KINDS, Network
from trucewatch.model.watch import Watch
from trucewatch.watch import load_watch, read_watch
from trucewatch.watch.links_file import LINKS_FILE, read_links

EXAMPLE = ROOT / "examples" / "two-valleys"
Document = dict[str, Any]


@cache
def watch() -> Watch:
    return load_watch(EXAMPLE)


@cache
def committed() -> bytes:
    return (EXAMPLE / LINKS_FILE).read_bytes()


def document() -> Document:
    read: Document = json.loads(committed())
    return read


def reading(content: Document | bytes) -> tuple[Network | None, list[Fault]]:
    here = watch()
    return read_links(
        content if isinstance(content, bytes) else json.dumps(content).encode(),
        settings=here.settings,
        agreement=here.agreement,
        zones=here.zones,
        basemap=here.basemap,
        naming=here.naming,
        texts=here.texts,
    )


def feature(content: Document, name: str) -> Document:
    return next(each for each in content["features"] if each["id"] == name)


def properties(content: Document, name: str) -> Document:
    inner: Document = feature(content, name)["properties"]
    return inner


def status(**row: Any) -> Document:
    return {"status": "closed", "source": "a text", "known_at": "2031-05-01T12:00:00Z"} | row


def test_the_example_has_links_of_every_kind_and_no_fault() -> None:
    network, faults = reading(committed())
    assert faults == []
    assert network is not None
    assert {link.kind for link in network.links} == set(LINK_KINDS)
    assert all(link.simulated and link.source.startswith("Simulated") for link in each(network.links))
    assert watch().network == network


def test_where_both_sides_say_different_things_the_crossing_is_not_known() -> None:
    network, _ = reading(committed())
    assert network is not None
    crossing = network.link("middle-bridge-crossing")
    assert crossing is not None
    now = datetime(2031, 5, 4, 2, tzinfo=UTC)
    status_now = status_on(
        crossing.status, now.date(), now, agreement=watch().agreement, zone=watch().zone, passing="backward"
    )
    assert (status_now.status, status_now.why) == ("not_known", "sources_differ")
    assert {statement.by for statement in status_now.statements} >= {"UV", "LV"}


def test_a_watch_needs_no_such_file() -> None:
    without, faults = read_watch(template_files())
    assert without is not None
    assert without.network is None
    assert faults == ()


def test_a_watch_with_a_faulty_network_is_told_so_and_not_used() -> None:
    contents = template_files() | {LINKS_FILE: json.dumps({"type": "FeatureCollection", "features": [{}]}).encode()}
    faulty, faults = read_watch(contents)
    assert faulty is None
    assert [(fault.file, str(fault.what)) for fault in faults] == [(LINKS_FILE, "has no id")]


def test_every_table_of_the_example_is_read() -> None:
    network, _ = reading(committed())
    assert network is not None
    for table in ("status", "length", "minutes", "works", "rules", "need"):
        assert any(getattr(link, table) for link in network.links), table
    for table in ("passage", "queue", "closure", "checkpoint"):
        assert any(getattr(corridor, table) for corridor in network.corridors), table
    assert [route.links.count("?") for route in network.routes] == [1]
    assert [bool(corridor.instrument) for corridor in network.corridors] == [True, False]


def _set(name: str, /, **values: Any) -> Callable[[Document], None]:
    return lambda content: properties(content, name).update(values)


def _add(name: str, table: str, *rows: Document) -> Callable[[Document], None]:
    return lambda content: properties(content, name).setdefault(table, []).extend(rows)


def _beside(key: str, number: int = 0, /, **values: Any) -> Callable[[Document], None]:
    return lambda content: content[key][number].update(values)


def _drawn(name: str, coordinates: Any) -> Callable[[Document], None]:
    return lambda content: feature(content, name)["geometry"].update(coordinates=coordinates)


def _call(name: str, other: str) -> Callable[[Document], None]:
    return lambda content: feature(content, name).update(id=other)


def _without(name: str, key: str) -> Callable[[Document], None]:
    return lambda content: properties(content, name).pop(key)


KNOWN = {"source": "a text", "known_at": "2031-05-01T12:00:00Z"}
SLOGAN = {"text": "Zangezur Corridor", "language": "en", "used_by": "watch", "source": "a text"}
NAME = {"text": "Old Road", "language": "en", "used_by": "UV", "source": "a text"}
FAULTS: dict[str, tuple[Callable[[Document], None], str, str]] = {
    "a link to a node that is missing": (_set("quarry-road", to="uper-halt"), '"uper-halt" is no id of a node', "did"),
    "a link to itself": (_set("quarry-road", to="stonegate"), "begins and ends at the same node", "another end"),
    "a negative length": (_add("quarry-road", "length", {"km": -3, **KNOWN}), "-3 km cannot be", "from 0 to"),
    "a length of no link": (_add("quarry-road", "length", {"km": 90_000, **KNOWN}), "90000 km cannot be", "5,000"),
    "a length that is no number": (_add("quarry-road", "length", {"km": float("nan"), **KNOWN}), "no number", "figure"),
    "a length of thousands of digits": (_add("quarry-road", "length", {"km": 10**400, **KNOWN}), "no number", "figure"),
    "a length that is true": (
        _add("quarry-road", "length", {"km": True, **KNOWN}),
        "km is true or false",
        "what it is",
    ),
    "a last day before the first": (
        _add("quarry-road", "status", status(since="2031-04-20", since_latest="2031-04-19")),
        "status 2, since_latest: its last day is before its first",
        "swap",
    ),
    "a last day without a first": (_add("quarry-road", "status", status(since_latest="2031-04-19")), "no first", "too"),
    "an end before the beginning": (
        _add("quarry-road", "status", status(since="2031-04-20", until="2031-04-19")),
        "it ends on 2031-04-19, before it begins (2031-04-20)",
        "check both days",
    ),
    "a status known before it was": (
        _add("quarry-road", "status", status(since="2031-05-02")),
        "it would be known of on 2031-05-01, before its first day (2031-05-02)",
        "as announced",
    ),
    "a status said before it was": (
        _add("quarry-road", "status", status(since="2031-04-30", said="2031-04-29")),
        "it was said on 2031-04-29, before it was so (2031-04-30)",
        "as announced",
    ),
    "a status known before it was said": (
        _add("quarry-road", "status", status(said="2031-05-03")),
        "before it was said (2031-05-03)",
        "check said",
    ),
    "works finished before they can be": (
        _add("quarry-road", "works", {"state": "finished", "since": "2031-06-01", **KNOWN}),
        "before its first day (2031-06-01)",
        "check both",
    ),
    "works due before they begin": (
        _add("quarry-road", "works", {"state": "announced", "since": "2031-06-01", "due": "2031-05-20", **KNOWN}),
        "due by 2031-05-20, before they begin",
        "check both days",
    ),
    "one voice with two statuses of one day": (
        _add(
            "quarry-road",
            "status",
            status(by="LV", since="2031-04-20"),
            status(by="LV", since="2031-04-20", status="open", direction="forward"),
        ),
        'the same voice says "closed" and "open" of the same day, 2031-04-20',
        "give direction or for",
    ),
    "a party and the body that counts with it": (
        _add("isles-road", "status", status(since="2031-04-20"), status(since="2031-04-20", status="open")),
        "the same voice says",
        "take back the wrong one",
    ),
    "one way and a status backward": (
        lambda content: properties(content, "quarry-road").update(one_way=True, status=[status(direction="backward")]),
        'one-way, and cannot be passed "backward"',
        "leave direction out",
    ),
    "a word that is no status": (_add("quarry-road", "status", status(status="shut")), '"shut" is not one', "one of"),
    "no moment at which it was known": (
        _add("quarry-road", "status", {"status": "open", "source": "a text"}),
        '"known_at" is missing',
        "add known_at",
    ),
    "a day for a moment": (_add("quarry-road", "status", status(known_at="2031-05-01")), "no moment", "hour"),
    "a number for a day": (
        _add("quarry-road", "status", status(since=20310501)),
        "is a number and no day",
        "2020-11-15",
    ),
    "no source": (_add("quarry-road", "status", status(source=" ")), "source: this is empty", "in words"),
    "a year that is none": (_add("quarry-road", "status", status(since="0031-05-01")), "1800 to 2200", "check"),
    "a party that there is not": (_add("quarry-road", "status", status(by="UX")), '"UX" is no id of a party', "write"),
    "travellers of nobody": (
        _add("quarry-road", "status", status(**{"for": ["XX"]})),
        '"XX" is no id of a party',
        "write",
    ),
    "a zone of time that there is not": (_add("quarry-road", "status", status(zone="Mars/Base")), "Mars/Base", "IANA"),
    "an unknown key of a row": (_add("quarry-road", "status", status(sicne="2031-01-01")), 'key "sicne"', '"since"?'),
    "an unknown key of a link": (_set("quarry-road", gauge=1520), 'unknown key "gauge"', '"gauge_mm"?'),
    "its line a second time": (_set("quarry-road", points=[[0, 0]]), 'unknown key "points"', "the geometry says it"),
    "a clause that there is not": (_set("quarry-road", clauses=["5x"]), '"5x" is no id of a clause', "did you mean"),
    "a gauge without a railway": (_set("quarry-road", gauge_mm=1520), "a gauge and carries no railway", "leave"),
    "a gauge of no railway": (_set("rail-highmere-stonegate", gauge_mm=15200), "is no gauge", "such as 1435"),
    "a crossing of nothing": (_set("halts-crossing", carries=[]), "what passes there", '"carries"'),
    "a crossing between one": (_set("halts-crossing", between=["UV", "UV"]), "is not between two", "by id"),
    "a road with travellers of a crossing": (_set("quarry-road", between=["UV", "LV"]), "only a crossing", "leave"),
    "passing times of a power line": (
        _add("power-stonegate-ambermill", "minutes", {"least": 1, "most": 2, **KNOWN}),
        'nothing is stated under "minutes"',
        "write one of",
    ),
    "more at least than at most": (
        _add("quarry-road", "minutes", {"least": 9, "most": 2, **KNOWN}),
        "the most is less than the least",
        "swap",
    ),
    "rules that say nothing": (_add("quarry-road", "rules", KNOWN), "it states no rule", "say who"),
    "nobody to decide": (
        _add("quarry-road", "need", {"what": {"en": "x"}, "who": [], **KNOWN}),
        "nobody is to",
        "name",
    ),
    "a node without a name": (_without("stonegate", "place"), "it has no name", "a row of names.toml"),
    "a node with two sorts of names": (_set("stonegate", name=[NAME]), "names of its own and a place's", "give place"),
    "a place that there is not": (_set("stonegate", place="stonegat"), '"stonegat" is no id of a row', "did you mean"),
    "a name that nobody uses": (_set("quarry-road", name=[NAME | {"used_by": []}]), "nobody uses it", "name a party"),
    "a name without its user": (
        _set("quarry-road", name=[{key: NAME[key] for key in ("text", "language", "source")}]),
        '"used_by" is missing',
        "add used_by",
    ),
    "a name without a source": (_set("quarry-road", name=[NAME | {"source": ""}]), "source: this is empty", "in words"),
    "a name of somebody unknown": (_set("quarry-road", name=[NAME | {"used_by": "UX"}]), '"UX" is no id', "write one"),
    "a slogan in the watch's voice": (
        _set("quarry-road", name=[SLOGAN]),
        'the watch itself would say "zangezur corridor"',
        "who uses this name",
    ),
    "a corridor in the watch's voice": (
        _set("quarry-road", name=[NAME | {"used_by": "watch", "text": "Східний coRRidor"}]),
        "the watch itself would say",
        "who uses this name",
    ),
    "a corridor of nobody": (_beside("corridors", 1, name=[]), "nothing says that it is a corridor", "that has it"),
    "a corridor by a name without the word": (
        _beside("corridors", 1, name=[NAME]),
        "has the word corridor",
        "or route",
    ),
    "a corridor by an instrument without the word": (
        _beside("corridors", 0, clause="2", zone="", instrument="accord"),
        "has the word corridor",
        "give it as a link",
    ),
    "a corridor of an instrument unknown": (_beside("corridors", 0, instrument="acord"), '"acord" is no id', "did you"),
    "a corridor in a zone unknown": (_beside("corridors", 0, zone="bridge-rod"), '"bridge-rod" is no id', "did you"),
    "a corridor through a power line": (
        _beside("corridors", 0, links=["power-stonegate-ambermill"]),
        "a line that nobody passes",
        "roads, railways",
    ),
    "a route over links that there are not": (_beside("routes", links=["harbor-road"]), '"harbor-road" is no', "mean"),
    "a route of nothing": (_beside("routes", links=["?"]), "it has no links", "in order"),
    "a route without a name": (_beside("routes", name=[]), "it has no name", "its users"),
    "a state that is a party": (_beside("states", id="UV"), "is a party or body of the agreement already", "leave it"),
    "an id twice": (lambda content: content["features"].append(content["features"][0]), "given twice", "own id"),
    "an id twice over kinds": (_beside("corridors", 0, id="quarry-road"), '"quarry-road" is given twice', "own id"),
    "an id that is none": (lambda content: content["features"][0].update(id="../a b"), "cannot be used", "hyphens"),
    "neither node nor link": (_without("quarry-road", "kind"), "not said to be a node or a link", '"kind"'),
    "coordinates swapped": (_drawn("highmere", [-34.8, -25.0]), "far from the watch", "longitude comes first"),
    "a line of one point": (_drawn("quarry-road", [[-25, -35]]), "no geometry", "export it again"),
    "a line for a point": (_drawn("highmere", [[-25, -35], [-25, -34]]), "no geometry", "export it again"),
    "a text of a megabyte": (_set("quarry-road", source="a" * 2**20), "1,048,576 characters", "shorten"),
    "a key of a megabyte": (_set("quarry-road", **{"a" * 2**20: 1}), "unknown key", "leave it out"),
    "half a letter of a shape": (
        lambda content: feature(content, "quarry-road")["geometry"].update(type="\ud800"),
        "cannot be shown (U+D800)",
        "read it again",
    ),
    "half a letter": (_set("quarry-road", source="\ud800"), "cannot be shown (U+D800)", "read it again"),
    "an unknown key beside": (lambda content: content.update(route=[]), 'unknown key "route"', '"routes"?'),
    "no list of routes": (lambda content: content.update(routes={}), '"routes" that is no list', '"id"'),
    "speeds that cannot be": (
        lambda content: content["assumptions"].update(road_km_h=[70, 30]),
        "70 to 30 cannot be",
        "the least and the most",
    ),
    **{
        f"a link that is called as the page {page}": (_call("quarry-road", page), f'"{page}" cannot be used', "another")
        for page in ("entries", "export", "opening", "openings")
    },
    "a link that is kind and node": (_set("quarry-road", node="town"), "a node or a link", '"node"'),
}


@pytest.mark.parametrize("case", FAULTS)
def test_a_fault_is_named_with_what_to_do_and_nothing_else_is_lost(case: str) -> None:
    change, what, remedy = FAULTS[case]
    content = document()
    change(content)
    network, faults = reading(content)
    errors = [fault for fault in faults if fault.severity == "error"]
    assert any(what in fault.sentence() and remedy in str(fault.remedy) for fault in errors), [
        fault.sentence() for fault in faults
    ]
    assert all(fault.file == LINKS_FILE and len(fault.sentence()) < 1500 for fault in errors)
    assert network is not None
    assert len(network.links) >= 8
    assert network.link("rail-ambermill-port-merrow") is not None


def test_a_link_to_a_faulty_node_is_no_second_fault() -> None:
    content = document()
    feature(content, "north-bank")["geometry"]["coordinates"] = ["x", "y"]
    network, faults = reading(content)
    assert [str(fault.place) for fault in faults] == ['feature 7 ("north-bank")']
    assert network is not None
    assert network.link("bridge-road-north") is network.route("sea-to-sea") is None


def test_a_faulty_row_is_left_out_and_the_others_of_its_link_stand() -> None:
    content = document()
    _add("bridge-road-north", "status", status(status="shut"))(content)
    _add("bridge-road-north", "length", {"km": -1, **KNOWN})(content)
    before, _ = reading(committed())
    network, faults = reading(content)
    assert network == before
    assert [str(fault.place) for fault in faults] == [
        'feature 13 ("bridge-road-north"), status 3',
        'feature 13 ("bridge-road-north"), length 3, km:',
    ]


def test_a_length_below_the_straight_line_is_a_warning_and_stays() -> None:
    content = document()
    _add("bridge-road-south", "length", {"km": 12, **KNOWN})(content)
    network, faults = reading(content)
    assert [fault.severity for fault in faults] == ["warning"]
    assert "12 km is shorter than the straight line between its ends (" in faults[0].sentence()
    link = network.link("bridge-road-south") if network else None
    assert link is not None
    assert [statement.km for statement in link.length] == [29, 12, 12]


def test_railways_of_two_gauges_that_meet_without_a_crossing_are_a_warning_at_their_node() -> None:
    content = document()
    properties(content, "rail-stonegate-upper-halt")["to"] = "lower-halt"
    content["corridors"].pop()
    _, faults = reading(content)
    (fault,) = [fault for fault in faults if "gauges" in fault.sentence()]
    assert fault.severity == "warning"
    assert '("lower-halt")' in str(fault.place)
    assert "rail-stonegate-upper-halt (1520 mm)" in fault.sentence()


def test_two_voices_that_differ_and_a_correction_are_no_fault() -> None:
    content = document()
    _add(
        "harbour-road",
        "status",
        status(by="UV", since="2031-04-20"),
        status(by="LV", since="2031-04-20", status="open"),
        status(by="UV", since="2031-04-20", status="open", known_at="2031-05-03T12:00:00Z"),
        status(by="UV", since="2031-04-20", status="open", **{"for": ["UV"]}),
    )(content)
    assert reading(content)[1] == []


def test_what_is_announced_may_be_known_before_and_what_is_back_dated_stands() -> None:
    content = document()
    _add("harbour-road", "works", {"state": "announced", "since": "2032-01-01", **KNOWN})(content)
    _add("harbour-road", "status", status(since="1992-01-01"))(content)
    assert reading(content)[1] == []


def test_links_that_do_not_meet_are_a_warning_unless_a_stretch_is_said_to_be_missing() -> None:
    content = document()
    content["routes"][0]["links"] = ["harbour-road", "isles-road"]
    _, faults = reading(content)
    assert [(fault.severity, "do not meet at a node" in fault.sentence()) for fault in faults] == [("warning", True)]
    content["routes"][0]["links"] = ["harbour-road", "?", "isles-road"]
    assert reading(content)[1] == []


def test_the_word_corridor_counts_in_each_language() -> None:
    for word in ("Лачинский коридор", "Laçın dəhlizi", "Laçin koridoru", "Լաչինի միջանցք", "LAÇIN DƏHLİZİ"):
        content = document()
        content["corridors"][1]["name"] = [NAME | {"text": word}]
        assert reading(content)[1] == [], word


def test_the_rest_of_the_watch_is_not_asked_for_where_it_cannot_be_read() -> None:
    here = watch()
    network, faults = read_links(
        committed(), settings=None, agreement=None, zones=(), basemap=here.basemap, naming=None
    )
    assert faults == []
    assert network is not None


@pytest.mark.parametrize(
    "content",
    [b"", b"\xff", b"{", b"[]", b"null", b'{"type": "FeatureCollection"}', b"[" * 100_000, b'{"features": [' * 900],
)
def test_what_is_no_geojson_is_one_fault(content: bytes) -> None:
    network, faults = reading(content)
    assert network is None
    assert [fault.file for fault in faults] == [LINKS_FILE]


def test_what_is_nested_too_deep_is_one_fault() -> None:
    content = document()
    value: Any = 1
    for _ in range(200):
        value = {"en": value}
    properties(content, "quarry-road")["status"] = [status(says=value)]
    network, faults = reading(content)
    assert network is None
    assert ["nested too deep" in fault.sentence() for fault in faults] == [True]


def test_each_of_many_faulty_features_is_told() -> None:
    content = document()
    faulty = copy.deepcopy(feature(content, "quarry-road"))
    content["features"] += [
        faulty | {"id": f"q{number}", "properties": faulty["properties"] | {"to": f"nowhere-{number}"}}
        for number in range(3000)
    ]
    network, faults = reading(content)
    assert len(faults) == 3000
    assert network is not None
    assert len(network.links) == 16


SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12)
WORDS = st.sampled_from(
    ["open", "closed", "both", "UV", "LV", "?", "2031-05-01", "2031-05-01T00:00:00Z", "quarry-road", "highmere", "en"]
)
KEYS = st.sampled_from(
    [
        *("id", "kind", "node", "place", "name", "from", "to", "for", "by", "source", "status", "length", "minutes"),
        *("works", "rules", "need", "since", "until", "said", "known_at", "zone", "km", "least", "most", "says", "of"),
        *("text", "language", "used_by", "clauses", "carries", "between", "gauge_mm", "one_way", "links", "passage"),
        *("instrument", "clause", "geometry", "properties", "coordinates", "type", "names", "assumptions"),
    ]
)
VALUES = st.recursive(
    SCALARS | WORDS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=5), max_leaves=12
)


def _holders(content: Any) -> list[Any]:
    """Every object and list of a document, outermost first."""
    level, holders = [content], []
    while level:
        holders += level
        level = [
            inner
            for each in level
            for inner in (each.values() if isinstance(each, dict) else each)
            if isinstance(inner, dict | list)
        ]
    return holders


@given(st.data())
@hypothesis_settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_whatever_stands_in_the_file_gives_faults_and_no_crash(data: st.DataObject) -> None:
    content: Any = document()
    for _ in range(data.draw(st.integers(1, 4))):
        holders = [each for each in _holders(content) if each]
        holder = data.draw(st.sampled_from(range(len(holders))))
        target = holders[holder]
        key = data.draw(st.sampled_from(sorted(target) if isinstance(target, dict) else list(range(len(target)))))
        target[key] = data.draw(VALUES)
    _, faults = reading(json.dumps(content).encode())
    for fault in faults:
        fault.sentence().encode()


@given(st.dictionaries(st.text(max_size=5) | KEYS, VALUES, max_size=4), VALUES)
@hypothesis_settings(max_examples=100, deadline=None)
def test_any_feature_at_all_gives_faults_and_no_crash(own: Document, value: Any) -> None:
    features = [own, value, {"id": "a", "properties": own}, {"id": "b", "properties": {"kind": "road"} | own}]
    _, faults = reading({"features": features, "routes": [own], "corridors": [value], "states": value} | own)
    assert faults
    for fault in faults:
        fault.sentence().encode()
