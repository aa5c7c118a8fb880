"""The graph of a network: each node split by way, road and rail of each gauge, with what it takes to go over.

A node of the network is as many layers as it has ways. A link joins layers of its own way; at a node, a change of gauge
and one between rail and road cost the minutes that the watch assumes. A crossing that states no gauge passes any that
comes to it; from a railway that states none to one that does it may be a change: from none to the most minutes of one.
`graph_of` gives it to networkx, which models it; ways are found by scipy's csgraph.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple

import numpy as np
import numpy.typing as npt

from trucewatch.model.link_status import Passing
from trucewatch.model.links import Mode, Network, Way
from trucewatch.pipeline.link_figures import minutes_by

if TYPE_CHECKING:
    import networkx

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

LayerKind = Literal["road", "rail", "gauge_change"]
Change = Literal["", "gauge", "maybe_gauge", "transfer", "changed"]
CHANGES: Final[tuple[Change, ...]] = ("", "gauge", "maybe_gauge", "transfer", "changed")
_PASSINGS: Final[tuple[Passing, ...]] = ("forward", "backward")
NOT_STATED: Final = 0
"""The gauge of a layer whose railways state none."""
_MOST_ROUNDS: Final = 8
"""So many crossings without a gauge may lie in a row."""
_LATEST: Final = datetime.max.replace(tzinfo=UTC)
_MOST_KEPT: Final = 4
_KEPT: list[tuple[Network, int, LayeredGraph]] = []
"""The graphs of the networks that were asked last, each with how many moments its figures were known by."""


class Layer(NamedTuple):
    """A node as it is passed by one way. gauge_mm: of rail."""

    node: str
    kind: LayerKind
    gauge_mm: int = NOT_STATED


class Edge(NamedTuple):
    """From one layer to another: over a link (its place in the file), or at a node (-1) by a change."""

    tail: Layer
    head: Layer
    least: float
    most: float
    link: int = -1
    passing: int = 0
    change: Change = ""


class LayeredGraph:
    """The layers of a network and its edges, as arrays: `tail`, `head` (places in `layers`), `least`, `most` (minutes),
    `link` (place in the file, or -1), `passing` (0 forward, 1 backward), `change` (place in CHANGES)."""

    def __init__(self, edges: Sequence[Edge], ids: Iterable[str]) -> None:
        self.layers = tuple(dict.fromkeys(layer for edge in edges for layer in (edge.tail, edge.head)))
        place = {layer: number for number, layer in enumerate(self.layers)}
        self.link_ids = tuple(ids)
        self.tail = np.array([place[edge.tail] for edge in edges], dtype=np.int64)
        self.head = np.array([place[edge.head] for edge in edges], dtype=np.int64)
        self.least = np.array([edge.least for edge in edges], dtype=np.float64)
        self.most = np.array([edge.most for edge in edges], dtype=np.float64)
        self.link = np.array([edge.link for edge in edges], dtype=np.int64)
        self.passing = np.array([edge.passing for edge in edges], dtype=np.int64)
        self.change = np.array([CHANGES.index(edge.change) for edge in edges], dtype=np.int64)
        is_road = np.array([layer.kind == "road" for layer in self.layers], dtype=np.bool_)
        self._road_ends = is_road[self.tail].astype(np.int64) + is_road[self.head]
        self._at: dict[str, list[int]] = defaultdict(list)
        for number, layer in enumerate(self.layers):
            if layer.kind != "gauge_change":
                self._at[layer.node].append(number)

    @classmethod
    def of(cls, network: Network, known_by: datetime = _LATEST) -> LayeredGraph:
        """The graph of a network, by the lengths and minutes that were stated by a moment (UTC)."""
        lengths = {row.known_at for link in network.links for row in link.length}
        moments = sorted(lengths | {row.known_at for link in network.links for row in link.minutes})
        step = bisect_right(moments, known_by)
        for earlier, earlier_step, graph in list(_KEPT):
            if earlier is network and earlier_step == step:
                return graph
        graph = cls(list(_edges(network, known_by)), (link.id for link in network.links))
        _KEPT[:] = [(network, step, graph), *_KEPT[: _MOST_KEPT - 1]]
        return graph

    def layers_at(self, node: str, mode: Mode) -> list[int]:
        """Where a way by a mode can begin or end at a node."""
        kinds = {"road": ("road",), "rail": ("rail",)}.get(mode, ("road", "rail"))
        return [number for number in self._at.get(node, ()) if self.layers[number].kind in kinds]

    def by_mode(self, mode: Mode) -> Bools:
        """Which edges belong to a mode: no road by rail, no rail by road, and no going over."""
        if mode == "any":
            return np.full(len(self.tail), True)
        belongs: Bools = self._road_ends == (2 if mode == "road" else 0)
        return belongs

    def passable(self, forward: Bools, backward: Bools) -> Bools:
        """Which edges can be taken, by which links can be passed; at a node one can always change."""
        if not len(self.link):
            return np.zeros(0, dtype=np.bool_)
        by_link = np.where(self.passing == 0, forward[self.link], backward[self.link])
        return np.where(self.link < 0, True, by_link)

    def from_layer(self, edge: int) -> Layer:
        return self.layers[int(self.tail[edge])]

    def to_layer(self, edge: int) -> Layer:
        return self.layers[int(self.head[edge])]

    def way_of(self, edge: int) -> Way:
        return "road" if self.from_layer(edge).kind == "road" else "rail"

    def quickest(self, weights: Floats, usable: Bools, start: Sequence[int], *, backward: bool = False) -> Quickest:
        """The quickest ways from some layers to all; backward: from all to these."""
        from scipy.sparse.csgraph import dijkstra

        count = len(self.layers)
        matrix, order, keys = self._matrix(weights, usable, backward=backward)
        if not len(start) or not len(order):
            minutes = np.full(count, np.inf)
            minutes[list(start)] = 0.0
            return Quickest(minutes=minutes, before=np.full(count, -1), keys=keys, edges=order, backward=backward)
        minutes, before, _ = dijkstra(matrix, indices=list(start), return_predecessors=True, min_only=True)
        return Quickest(minutes=minutes, before=before, keys=keys, edges=order, backward=backward)

    def minutes_from_each(self, weights: Floats, usable: Bools, layers: Sequence[int]) -> Floats:
        """The minutes of the quickest ways from each of some layers (rows) to every layer (columns); inf for none."""
        from scipy.sparse.csgraph import dijkstra

        matrix, order, _ = self._matrix(weights, usable, backward=False)
        if not len(layers) or not len(order):
            minutes = np.full((len(layers), len(self.layers)), np.inf)
            minutes[np.arange(len(layers)), list(layers)] = 0.0
            return minutes
        minutes = dijkstra(matrix, indices=list(layers))
        return minutes

    def _matrix(self, weights: Floats, usable: Bools, *, backward: bool) -> tuple[Any, Ints, Ints]:
        """The usable edges as csgraph takes them, their numbers in its order, and the keys of the layers they join."""
        from scipy.sparse import csr_array

        count = len(self.layers)
        edges = np.flatnonzero(usable)
        tail, head = (self.head, self.tail) if backward else (self.tail, self.head)
        # csgraph adds up parallel edges, so the quickest alone stays; explicit zeros it takes for edges of no time.
        order = edges[np.lexsort((weights[edges], head[edges], tail[edges]))]
        keys = tail[order] * count + head[order]
        is_first = np.append(True, keys[1:] != keys[:-1])[: len(keys)]
        order, keys = order[is_first], keys[is_first]
        ends = np.searchsorted(tail[order], np.arange(count + 1))
        return csr_array((weights[order], head[order], ends), shape=(count, count)), order, keys


@dataclass(frozen=True, slots=True, kw_only=True)
class Quickest:
    """The quickest ways that were found. minutes: to each layer (from each, if backward); inf where there is none."""

    minutes: Floats
    before: Any
    keys: Ints
    edges: Ints
    backward: bool

    def nearest(self, layers: Sequence[int]) -> int | None:
        """Which of some layers is reached first; None if none is."""
        reached = [layer for layer in layers if np.isfinite(self.minutes[layer])]
        return min(reached, key=lambda layer: (float(self.minutes[layer]), layer)) if reached else None

    def edges_to(self, layer: int) -> list[int]:
        """The edges of the way to a layer (from it, if backward), in the order in which they are passed."""
        way, count = [], len(self.minutes)
        while self.before[layer] >= 0:
            earlier = int(self.before[layer])
            way.append(int(self.edges[np.searchsorted(self.keys, earlier * count + layer)]))
            layer = earlier
        return way if self.backward else way[::-1]


def graph_of(network: Network, known_by: datetime = _LATEST) -> networkx.MultiDiGraph:
    """The same for networkx: nodes are Layers, edges hold `least`, `most` (minutes), `link` (its id, or "") and
    `passing`."""
    import networkx

    layered = LayeredGraph.of(network, known_by)
    graph = networkx.MultiDiGraph()
    graph.add_nodes_from(layered.layers)
    for edge in range(len(layered.tail)):
        link = int(layered.link[edge])
        graph.add_edge(
            layered.layers[layered.tail[edge]],
            layered.layers[layered.head[edge]],
            least=float(layered.least[edge]),
            most=float(layered.most[edge]),
            link=layered.link_ids[link] if link >= 0 else "",
            passing=_PASSINGS[int(layered.passing[edge])],
        )
    return graph


def _edges(network: Network, known_by: datetime) -> Iterator[Edge]:
    figures = minutes_by(network, known_by)
    gauges = _gauges(network)
    has_road: set[str] = set()
    for place, link in enumerate(network.links):
        for way in link.ways:
            least, most = float(figures[way].least[place]), float(figures[way].most[place])
            if way == "road":
                has_road.update((link.from_, link.to))
                layers = [(Layer(link.from_, "road"), Layer(link.to, "road"))]
            else:
                own = {link.gauge_mm or NOT_STATED}
                if link.kind == "crossing" and not link.gauge_mm:
                    own = gauges[link.from_] | gauges[link.to] or own
                layers = [(Layer(link.from_, "rail", gauge), Layer(link.to, "rail", gauge)) for gauge in sorted(own)]
            for tail, head in layers:
                yield Edge(tail, head, least, most, place, 0)
                if not link.one_way:
                    yield Edge(head, tail, least, most, place, 1)
    yield from _changes(network, gauges, has_road)


def _changes(network: Network, gauges: Mapping[str, set[int]], has_road: set[str]) -> Iterator[Edge]:
    """What it takes at a node to go on by another way."""
    at_gauge, at_transfer = network.assumptions.gauge_minutes, network.assumptions.transfer_minutes
    for node, own in gauges.items():
        stated = sorted(own - {NOT_STATED})
        layers = [Layer(node, "rail", gauge) for gauge in sorted(own)]
        if len(stated) > 1:
            # Through one layer in the middle: a node of many gauges has as many edges, not their square.
            middle = Layer(node, "gauge_change")
            for gauge in stated:
                yield Edge(Layer(node, "rail", gauge), middle, *at_gauge, change="gauge")
                yield Edge(middle, Layer(node, "rail", gauge), 0.0, 0.0, change="changed")
        if NOT_STATED in own:
            unstated = Layer(node, "rail")
            for layer in layers[1:]:
                yield Edge(unstated, layer, 0.0, at_gauge[1], change="maybe_gauge")
                yield Edge(layer, unstated, 0.0, at_gauge[1], change="maybe_gauge")
        if node in has_road:
            road = Layer(node, "road")
            for layer in layers:
                yield Edge(road, layer, *at_transfer, change="transfer")
                yield Edge(layer, road, *at_transfer, change="transfer")


def _gauges(network: Network) -> dict[str, set[int]]:
    """Node → the gauges that come to it; what passes a crossing without a gauge of its own comes to both its ends."""
    gauges: dict[str, set[int]] = defaultdict(set)
    open_to_any = []
    for link in network.links:
        if "rail" not in link.ways:
            continue
        if link.kind == "crossing" and not link.gauge_mm:
            open_to_any.append(link)
            continue
        for end in (link.from_, link.to):
            gauges[end].add(link.gauge_mm or NOT_STATED)
    for _ in range(_MOST_ROUNDS):
        grown = False
        for link in open_to_any:
            both = gauges[link.from_] | gauges[link.to]
            grown = grown or gauges[link.from_] != both or gauges[link.to] != both
            gauges[link.from_], gauges[link.to] = set(both), set(both)
        if not grown:
            break
    for link in open_to_any:
        both = gauges[link.from_] | gauges[link.to] or {NOT_STATED}
        gauges[link.from_], gauges[link.to] = set(both), set(both)
    return dict(gauges)
