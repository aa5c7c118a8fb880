"""How long it takes to answer what opening a link would change: `python -m benchmarks.links`.

The network is invented with a fixed seed: towns on a grid, roads, railways of two gauges and crossings between them,
each with ten statements of ten years by parties, bodies and sources. Shortest times are held against networkx.
"""

from __future__ import annotations

import json
import random
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, Final

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

import networkx
from benchmarks.console import served
from benchmarks.figures import Figure

from trucewatch.model.agreement import Agreement, Body, Party
from trucewatch.model.link_statements import (
    DIRECTIONS,
    STATUSES,
    LengthStatement,
    Status,
    StatusStatement,
    TimeStatement,
)
from trucewatch.model.links import MODES, Link, LinkKind, Network, Node, Way
from trucewatch.model.names import PlaceName
from trucewatch.model.record_mapping import mapping_from
from trucewatch.model.times import iso_utc, zone_named
from trucewatch.pipeline import link_columns, link_figures, link_graph
from trucewatch.pipeline.link_columns import StatusColumns
from trucewatch.pipeline.link_graph import LayeredGraph, graph_of
from trucewatch.pipeline.link_opening import Question, opening

LINKS, STATEMENTS, GRAPHS, RUNS = 10_000, 10, 1_000, 7
FIRST: Final = date(2021, 1, 1)
DAYS: Final = 3_650
ZONE: Final = zone_named("Etc/GMT+2")
KNOWN: Final = datetime(2031, 6, 1, tzinfo=UTC)
AGREEMENT: Final = Agreement(
    schema=1,
    instrument=(),
    party=(Party(id="UV", names={"en": "Upper Valley"}), Party(id="LV", names={"en": "Lower Valley"})),
    text=(),
    body=(
        Body(id="UV-ministry", names={"en": "Ministry"}, counts_with="UV"),
        Body(id="centre", names={"en": "Centre"}),
    ),
)
VOICES: Final = ("UV", "LV", "UV-ministry", "centre", "", "")


def invented_network(
    links: int = LINKS, statements: int = STATEMENTS, seed: int = 20, *, each_has_minutes: bool = False
) -> Network:
    """An invented network: so many links on a grid of towns, each with so many statements of ten years, of which the
    last two are the parties' and say the same: open of 85 in 100. A length is stated of two in three; minutes, whole
    ones, of one in five or of each."""
    chance = random.Random(seed)
    side = max(3, round((links / 2.5) ** 0.5))
    nodes = tuple(
        Node(
            id=f"n{row}-{column}",
            kind="town",
            lon=-25.7 + column * 0.022,
            lat=-35.45 + row * 0.013,
            name=(PlaceName(text=f"Town {row}-{column}", language="en", used_by=("LV", "UV"), source="invented"),),
            source="invented",
        )
        for row in range(side)
        for column in range(side)
    )
    ends = [
        (f"n{row}-{column}", f"n{row + down}-{column + right}")
        for row in range(side)
        for column in range(side)
        for down, right in ((0, 1), (1, 0), (1, 1))
        if row + down < side and column + right < side
    ]
    chance.shuffle(ends)
    drawn = [_invented_link(chance, number, *ends[number % len(ends)], statements) for number in range(links)]
    if each_has_minutes:
        drawn = [replace(link, minutes=(_invented_minutes(chance),)) for link in drawn]
    return Network(nodes=nodes, links=tuple(drawn))


def _invented_link(chance: random.Random, number: int, from_: str, to: str, statements: int) -> Link:
    kind: LinkKind = chance.choices(("road", "railway", "crossing"), (70, 20, 10))[0]
    ways: tuple[tuple[Way, ...], ...] = (("road",), ("rail",), ("road", "rail"))
    by_day: dict[date, StatusStatement] = {}  # a day each: nobody contradicts himself
    while len(by_day) < statements - 2:
        status_then = _invented_status(chance)
        by_day.setdefault(status_then.since or status_then.known_at.date(), status_then)
    earlier = tuple(by_day.values())
    one_way = chance.random() < 0.03
    if one_way:
        earlier = tuple(replace(each, direction="both") for each in earlier)
    status: Status = "open" if chance.random() < 0.85 else "closed"
    length = LengthStatement(km=round(chance.uniform(8, 25), 1), source="invented", known_at=_moment(chance))
    return Link(
        id=f"l{number}",
        kind=kind,
        from_=from_,
        to=to,
        points=((0.0, 0.0), (0.0, 1.0)),
        gauge_mm=chance.choice((1520, 1435)) if kind == "railway" else None,
        carries=chance.choice(ways) if kind == "crossing" else (),
        one_way=one_way,
        source="invented",
        simulated=True,
        status=(*earlier, *(_last_status(status, party) for party in ("UV", "LV"))),
        length=(length,) if chance.random() < 0.67 else (),
        minutes=(_invented_minutes(chance),) if chance.random() < 0.2 else (),
    )


def _moment(chance: random.Random) -> datetime:
    return datetime(2021, 1, 1, tzinfo=UTC) + timedelta(minutes=chance.randrange(DAYS * 24 * 60))


def _invented_minutes(chance: random.Random) -> TimeStatement:
    least = chance.randint(0, 30)
    return TimeStatement(least=least, most=least + chance.randint(0, 30), source="invented", known_at=_moment(chance))


def _invented_status(chance: random.Random) -> StatusStatement:
    known_at = _moment(chance)
    since = known_at.date() - timedelta(days=chance.randrange(2, 40)) if chance.random() < 0.8 else None
    return StatusStatement(
        status=chance.choice(STATUSES),
        direction=chance.choices(DIRECTIONS, (8, 1, 1))[0],
        for_=chance.choice(((), (), (), (), ("UV",), ("LV",))),
        since=since,
        since_latest=since + timedelta(days=1) if since and chance.random() < 0.2 else None,
        until=known_at.date() + timedelta(days=400) if chance.random() < 0.2 else None,
        by=chance.choice(VOICES),
        source=chance.choice(("invented paper", "invented radio")),
        known_at=known_at,
    )


def _last_status(status: Status, party: str) -> StatusStatement:
    known_at = datetime(2031, 1, 6, tzinfo=UTC)
    return StatusStatement(status=status, since=date(2031, 1, 5), by=party, source="invented", known_at=known_at)


def question_of(network: Network) -> Question:
    """From one corner of the grid to the other, with a closed link in the middle open."""
    columns = StatusColumns.of(network, AGREEMENT, ZONE)
    day = date(2031, 5, 1)
    usable = columns.usable(day, KNOWN, passing="forward", traveller="UV")
    middle = len(network.nodes) // 2
    order = sorted(range(len(network.links)), key=lambda place: abs(place - middle))
    closed = next(place for place in order if not usable[place] and network.links[place].kind == "road")
    return Question(
        from_=network.nodes[0].id,
        to=network.nodes[-1].id,
        opened=(network.links[closed].id,),
        day=day,
        known_by=KNOWN,
    )


def _forget() -> None:
    """As in a process that was asked nothing yet."""
    link_columns._KEPT.clear()
    link_graph._KEPT.clear()
    link_figures._STRAIGHT.clear()


def seconds_of_runs(work: Callable[[], object], before: Callable[[], object] = lambda: None) -> tuple[float, ...]:
    """How long something takes, several times, after once for what is loaded."""
    work()
    taken = []
    for _ in range(RUNS):
        before()
        begun = time.perf_counter()
        work()
        taken.append(time.perf_counter() - begun)
    return tuple(taken)


def different_from_networkx(graphs: int = GRAPHS) -> tuple[int, int]:
    """Of so many random networks, how many shortest times differ from networkx's, and how many were compared. All
    minutes are whole, so that equal means equal."""
    differing = compared = 0
    for seed in range(graphs):
        chance = random.Random(seed)
        network = invented_network(chance.randint(5, 120), 2, seed, each_has_minutes=True)
        mode = chance.choice(MODES)
        figure = chance.choice(("least", "most"))
        layered = LayeredGraph.of(network)
        start = layered.layers_at(chance.choice(network.links).from_, mode)
        weights = layered.least if figure == "least" else layered.most
        minutes = layered.quickest(weights, layered.by_mode(mode), start).minutes
        kinds = {"road": ("road",), "rail": ("rail", "gauge_change")}.get(mode, ("road", "rail", "gauge_change"))
        graph = graph_of(network).subgraph([layer for layer in layered.layers if layer.kind in kinds])
        sources = {layered.layers[place] for place in start}
        expected = networkx.multi_source_dijkstra_path_length(graph, sources, weight=figure) if sources else {}
        for place, layer in enumerate(layered.layers):
            compared += 1
            differing += float(minutes[place]) != expected.get(layer, float("inf"))
    return differing, compared


def write_watch(folder: Path, links: int) -> Path:
    """A copy of the invented watch with so many invented links instead of its own."""
    watch = folder / "two-valleys"
    shutil.copytree(ROOT / "examples" / "two-valleys", watch, ignore=shutil.ignore_patterns(".trucewatch"))
    write_links(watch / "links.geojson", invented_network(links))
    return watch


def write_links(path: Path, network: Network) -> None:
    """A network as `links.geojson`."""
    places = {node.id: [node.lon, node.lat] for node in network.nodes}
    features: list[dict[str, Any]] = []
    for node in network.nodes:
        own = mapping_from(node)
        properties = {"node": own.pop("kind"), **{key: own[key] for key in own if key not in ("lon", "lat")}}
        geometry = {"type": "Point", "coordinates": places[node.id]}
        features.append({"type": "Feature", "properties": properties, "geometry": geometry})
    for link in network.links:
        properties = {key: value for key, value in mapping_from(link).items() if key != "points"}
        geometry = {"type": "LineString", "coordinates": [places[link.from_], places[link.to]]}
        features.append({"type": "Feature", "properties": properties, "geometry": geometry})
    document = {"type": "FeatureCollection", "credit": {"en": "Invented"}, "features": features}
    path.write_text(json.dumps(document, default=_as_text).replace("UV-ministry", "UV").replace('"centre"', '"JC"'))


def _as_text(value: object) -> str:
    return iso_utc(value) if isinstance(value, datetime) else str(value)


def page_figures() -> list[Figure]:
    """What the server takes for the page of a thousand links, asked again."""
    with tempfile.TemporaryDirectory() as folder, served(write_watch(Path(folder), 1_000)) as console:
        length = len(console.get("/links"))
        seconds = tuple(console.seconds("/links", RUNS))
        way = "/links?from=n0-0&to=n19-19"
        long = len(console.get(way))
        with_way = tuple(console.seconds(way, RUNS))
    return [
        Figure("The page with 1,000 links", seconds, "s", 0.3, f"{length:,} bytes"),
        Figure(
            "The same with a way asked and what opening links would change of it", with_way, "s", 0.3, f"{long:,} bytes"
        ),
    ]


def figures_of() -> list[Figure]:
    """The figures of this part."""
    network = invented_network()
    question = question_of(network)
    answer = opening(network, AGREEMENT, question, zone=ZONE)
    journey = answer.sides[0].after
    assert journey is not None
    note = f"{len(journey.stretches)} links on the way, {STATEMENTS} statements a link, both sides"
    days = [FIRST + timedelta(days=number * DAYS // RUNS) for number in range(RUNS)]

    def ask() -> None:
        opening(network, AGREEMENT, question, zone=ZONE)

    def columns_of_a_day() -> None:
        StatusColumns.of(network, AGREEMENT, ZONE).statuses(days[0], KNOWN, passing="forward", traveller="UV")

    def ten_years() -> None:
        columns = StatusColumns.of(network, AGREEMENT, ZONE)
        for day in days:
            columns.statuses(day, KNOWN, passing="forward", traveller="UV")

    differing, compared = different_from_networkx()
    return [
        Figure(f"Opening a link among {LINKS:,}, asked first", seconds_of_runs(ask, _forget), "s", 1.0, note),
        Figure(f"Opening a link among {LINKS:,}, asked again", seconds_of_runs(ask), "s", 1.0, note),
        Figure(
            f"How {LINKS:,} links stood on a day of ten years, asked first",
            seconds_of_runs(columns_of_a_day, _forget),
            "s",
            0.3,
            f"{LINKS * STATEMENTS:,} statements",
        ),
        Figure(
            f"How {LINKS:,} links stood on a day of ten years, asked again",
            tuple(seconds / len(days) for seconds in seconds_of_runs(ten_years)),
            "s",
            0.3,
            f"{LINKS * STATEMENTS:,} statements",
        ),
        Figure(
            f"Shortest times that differ from networkx on {GRAPHS:,} random networks",
            (float(differing),),
            "times",
            0.0,
            f"{compared:,} compared",
        ),
        *page_figures(),
    ]


if __name__ == "__main__":
    for figure in figures_of():
        bound = "" if figure.bound is None else f" (bound {figure.bound:g})"
        sys.stdout.write(f"{figure.name}: {figure.median:.4f} {figure.unit}{bound} [{figure.note}]\n")
