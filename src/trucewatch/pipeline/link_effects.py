"""What opening links would change of one way, many openings at once: the times alone, for a table of what-ifs.

For one link the quickest way through it is the quickest to it, it, and the quickest on from it; both halves are worked
out once for all links, and so are the ways from each link to each other for two links together. The answers are those
of `link_opening.opening`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import tzinfo
from functools import cached_property
from itertools import permutations
from typing import Final

import numpy as np
import numpy.typing as npt

from trucewatch.model.agreement import Agreement
from trucewatch.model.links import Network
from trucewatch.model.openings import Interval, total
from trucewatch.pipeline.link_ends import NodeNames
from trucewatch.pipeline.link_figures import length_of, link_known_by
from trucewatch.pipeline.link_graph import LayeredGraph
from trucewatch.pipeline.link_opening import AskedQuestion, Bools, Question

Floats = npt.NDArray[np.float64]
_INSTANT: Final = 1e-9
"""Minutes by which two sums of the same figures may differ."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """How long the quickest way takes for a side before and after an opening; None: there is no way."""

    before: Interval | None
    after: Interval | None

    @property
    def changes(self) -> bool:
        """Whether there is a way where there was none, or one that is quicker by the least or the greatest figures."""
        if self.before is None or self.after is None:
            return self.before is not self.after
        least, most = self.before.least - self.after.least, self.before.most - self.after.most
        return least > _INSTANT or most > _INSTANT

    @property
    def saves(self) -> Interval | None:
        """As `ForSide.saves`."""
        if self.before is None or self.after is None:
            return None
        before, after = self.before, self.after
        return Interval(least=max(0.0, before.least - after.most), most=max(0.0, before.most - after.least))


class Effects:
    """The effects of openings on one way. Raises LinkError for ends that are not there.

    pairs_of: the links of which two are asked together. What the question would open is left out of account.
    """

    def __init__(
        self,
        network: Network,
        agreement: Agreement,
        question: Question,
        *,
        zone: tzinfo,
        names: NodeNames | None = None,
        pairs_of: Iterable[str] = (),
    ) -> None:
        self._asked = AskedQuestion(network, agreement, question, zone, names, is_opening=False)
        self._pairs_of = tuple(pairs_of)
        self._sides: dict[bytes, _Ways] = {}
        self._ways = {side: self._ways_of(side) for side in self._asked.sides}

    def of(self, opened: tuple[str, ...]) -> Mapping[str, Effect]:
        """Side → what opening these links together changes for its travellers, in the order of the sides' ids."""
        places = self._places(opened)
        return {side: ways.effect(places) for side, ways in self._ways.items()}

    def km_after(self, opened: tuple[str, ...], side: str) -> Interval | None:
        """How long the way is then that is surely that quick; None where there is none."""
        return self._ways[side].km(self._places(opened))

    def _places(self, opened: tuple[str, ...]) -> tuple[int, ...]:
        return tuple(sorted(self._asked.place_of[link] for link in opened))

    def _ways_of(self, side: str) -> _Ways:
        """Sides whose travellers can pass the same links have one and the same."""
        usable = self._asked.surely(side)
        key = usable.tobytes()
        if key not in self._sides:
            self._sides[key] = _Ways(self._asked, usable, self._places(self._pairs_of))
        return self._sides[key]


class _Ways:
    """The quickest ways over some edges, and over these with links that would open."""

    def __init__(self, asked: AskedQuestion, usable: Bools, pairs_of: tuple[int, ...]) -> None:
        self._asked, self._usable, self._pairs_of = asked, usable, pairs_of
        self._graph: LayeredGraph = asked.graph
        self._effects: dict[tuple[int, ...], Effect] = {}
        self._km: dict[tuple[int, ...], Interval | None] = {}
        self._edges: dict[int, npt.NDArray[np.int64]] = {}

    def effect(self, places: tuple[int, ...]) -> Effect:
        if places not in self._effects:
            after = [self._after(weights, places) for weights in (self._graph.least, self._graph.most)]
            self._effects[places] = Effect(before=self._before, after=_interval(after))
        return self._effects[places]

    def km(self, places: tuple[int, ...]) -> Interval | None:
        if places not in self._km:
            graph = self._graph
            quickest = graph.quickest(graph.most, self._with(places), self._asked.start)
            end = quickest.nearest(self._asked.end)
            links = () if end is None else [int(graph.link[edge]) for edge in quickest.edges_to(end)]
            self._km[places] = None if end is None else total(self._km_of(link) for link in links if link >= 0)
        return self._km[places]

    def _km_of(self, place: int) -> Interval:
        network = self._asked.network
        return length_of(network, link_known_by(network.links[place], self._asked.known_by)).km

    @cached_property
    def _halves(self) -> list[tuple[Floats, Floats]]:
        """By the least and by the greatest figures: the minutes to each layer, and on from each."""
        graph, asked = self._graph, self._asked
        return [
            (
                graph.quickest(weights, self._usable, asked.start).minutes,
                graph.quickest(weights, self._usable, asked.end, backward=True).minutes,
            )
            for weights in (graph.least, graph.most)
        ]

    @cached_property
    def _before(self) -> Interval | None:
        return _interval([min(towards[self._asked.end], default=np.inf) for towards, _ in self._halves])

    @cached_property
    def _between(self) -> list[dict[int, Floats]]:
        """By the least and by the greatest figures: layer behind a link that is asked in pairs → minutes to each."""
        graph = self._graph
        layers = sorted({int(layer) for place in self._pairs_of for layer in graph.head[self._edges_of(place)]})
        return [
            dict(zip(layers, graph.minutes_from_each(weights, self._usable, layers), strict=True))
            for weights in (graph.least, graph.most)
        ]

    def _edges_of(self, place: int) -> npt.NDArray[np.int64]:
        if place not in self._edges:
            self._edges[place] = np.flatnonzero((self._graph.link == place) & self._asked.by_mode)
        return self._edges[place]

    def _with(self, places: tuple[int, ...]) -> Bools:
        opens: Bools = np.isin(self._graph.link, places) & self._asked.by_mode
        return self._usable | opens

    def _after(self, weights: Floats, places: tuple[int, ...]) -> float:
        graph, figure = self._graph, 0 if weights is self._graph.least else 1
        if len(places) > 2 or (len(places) == 2 and not set(places) <= set(self._pairs_of)):
            minutes = graph.quickest(weights, self._with(places), self._asked.start).minutes
            return float(min(minutes[self._asked.end], default=np.inf))
        towards, onwards = self._halves[figure]
        best = float(min(towards[self._asked.end], default=np.inf))
        for place in places:
            edges = self._edges_of(place)
            through = towards[graph.tail[edges]] + weights[edges] + onwards[graph.head[edges]]
            best = min(best, float(min(through, default=np.inf)))
        for first, second in permutations(places, 2):
            for edge in self._edges_of(first):
                between = self._between[figure][int(graph.head[edge])]
                last = self._edges_of(second)
                rest = between[graph.tail[last]] + weights[last] + onwards[graph.head[last]]
                whole = towards[graph.tail[edge]] + weights[edge] + rest
                best = min(best, float(min(whole, default=np.inf)))
        return best


def _interval(minutes: list[float]) -> Interval | None:
    least, most = minutes
    return Interval(least=float(least), most=float(most)) if np.isfinite(most) else None
