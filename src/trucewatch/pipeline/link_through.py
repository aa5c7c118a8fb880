"""The way that passes an opened link, whatever stands of the other links: what an opening is meant for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from trucewatch.pipeline.link_graph import LayeredGraph

Bools = npt.NDArray[np.bool_]
_MOST_TRIES: Final = 8


def way_through(
    graph: LayeredGraph, usable: Bools, opened: Sequence[int], start: Sequence[int], end: Sequence[int]
) -> list[int] | None:
    """The edges of the quickest way, by the greatest figures, from some layers to others that passes one of the opened
    links (places in the file) and no place twice; None where the network has none.

    Where both halves of a way want the same place, each half is sought once more around the other. Limit: a way is
    missed whose halves would both have to lead elsewhere for it.
    """
    best: tuple[float, list[int]] | None = None
    for link in opened:
        others = usable & (graph.link != link)
        towards = graph.quickest(graph.most, others, start)
        onwards = graph.quickest(graph.most, others, end, backward=True)
        edges = np.flatnonzero((graph.link == link) & usable)
        minutes = towards.minutes[graph.tail[edges]] + graph.most[edges] + onwards.minutes[graph.head[edges]]
        for place in np.argsort(minutes, kind="stable")[:_MOST_TRIES]:
            if not np.isfinite(minutes[place]) or (best is not None and minutes[place] >= best[0]):
                break
            edge = int(edges[place])
            first = towards.edges_to(int(graph.tail[edge]))
            last = onwards.edges_to(int(graph.head[edge]))
            for way in _around(graph, others, first, edge, last, start, end):
                cost = float(graph.most[way].sum())
                if best is None or cost < best[0]:
                    best = (cost, way)
    return None if best is None else best[1]


def _around(
    graph: LayeredGraph,
    usable: Bools,
    first: list[int],
    edge: int,
    last: list[int],
    start: Sequence[int],
    end: Sequence[int],
) -> list[list[int]]:
    """The way if it passes no place twice; else those in which one half leads around the other."""
    whole = [*first, edge, *last]
    if not _passes_twice(graph, whole):
        return [whole]
    ways = []
    kept_first = usable & ~_touching(graph, {*_places(graph, first), _tail(graph, edge)})
    onwards = graph.quickest(graph.most, kept_first, end, backward=True)
    if np.isfinite(onwards.minutes[graph.head[edge]]):
        ways.append([*first, edge, *onwards.edges_to(int(graph.head[edge]))])
    kept_last = usable & ~_touching(graph, {*_places(graph, last), _head(graph, edge)})
    towards = graph.quickest(graph.most, kept_last, start)
    if np.isfinite(towards.minutes[graph.tail[edge]]):
        ways.append([*towards.edges_to(int(graph.tail[edge])), edge, *last])
    return [way for way in ways if not _passes_twice(graph, way)]


def _passes_twice(graph: LayeredGraph, way: Sequence[int]) -> bool:
    places = [_tail(graph, way[0])]
    for edge in way:
        if _head(graph, edge) != places[-1]:
            places.append(_head(graph, edge))
    return len(set(places)) < len(places)


def _touching(graph: LayeredGraph, places: set[str]) -> Bools:
    """The edges with an end at some places."""
    is_there = np.array([layer.node in places for layer in graph.layers], dtype=np.bool_)
    return is_there[graph.tail] | is_there[graph.head]


def _places(graph: LayeredGraph, way: Sequence[int]) -> set[str]:
    return {place for edge in way for place in (_tail(graph, edge), _head(graph, edge))}


def _tail(graph: LayeredGraph, edge: int) -> str:
    return graph.from_layer(edge).node


def _head(graph: LayeredGraph, edge: int) -> str:
    return graph.to_layer(edge).node
