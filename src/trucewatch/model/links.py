"""The links of a watch: towns, stations and border points, the roads, railways and crossings between them, power, gas,
water and telephone lines, routes over several states, and corridors where an instrument has that word.

A network is a drawing of what sources say, and approximate. It knows no territory: a border is passed where a crossing
is. What a link is called is each user's own word, one a line; the product's own word is "link of clause 9b".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, ClassVar, Final, Literal, get_args

from trucewatch.messages import Term
from trucewatch.model.link_statements import (
    CheckpointStatement,
    ClosureStatement,
    LengthStatement,
    NeedStatement,
    PassageStatement,
    QueueStatement,
    RulesStatement,
    StatusStatement,
    TimeStatement,
    WorksStatement,
)
from trucewatch.model.names import PlaceName

_STRICT: dict[str, Any] = {"extra": "forbid"}

Names = Mapping[str, str]
LinkKind = Literal["road", "railway", "crossing", "power", "gas", "water", "telephone"]
LINK_KINDS: Final[tuple[LinkKind, ...]] = get_args(LinkKind)
PASSED: Final = frozenset(("road", "railway", "crossing"))
"""Kinds that people and goods pass, of which a release may tell."""
INSIDE_ONLY: Final = frozenset(("power", "gas", "water", "telephone"))
"""Kinds that stay inside, and of which no end is a node of any release."""
KIND_WORDS: Final = {
    "road": Term("link", "road"),
    "railway": Term("link", "railway"),
    "crossing": Term("link", "crossing"),
    "power": Term("link", "power line"),
    "gas": Term("link", "gas pipe"),
    "water": Term("link", "water pipe"),
    "telephone": Term("link", "telephone line"),
}
Mode = Literal["road", "rail", "any"]
MODES: Final[tuple[Mode, ...]] = get_args(Mode)
Way = Literal["road", "rail"]
NodeKind = Literal["town", "station", "border_point", "junction", "port"]
NODE_KINDS: Final[tuple[NodeKind, ...]] = get_args(NodeKind)


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """A state that is no party of the agreement, as far as links need it: an id and its names."""

    __pydantic_config__: ClassVar[dict[str, Any]] = _STRICT
    id: str
    names: Names


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """An end of links. place: the id of its row in `names.toml`, or of a town of the basemap, whose names it bears;
    else its own names in `name`. lon, lat: degrees WGS 84, approximate."""

    __pydantic_config__: ClassVar[dict[str, Any]] = _STRICT
    id: str
    kind: NodeKind
    lon: float
    lat: float
    place: str = ""
    name: tuple[PlaceName, ...] = ()
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """One stretch between two nodes, with what is stated of it.

    clauses: numbers of provisions and ids of their parts that it serves. gauge_mm: of a railway, or of a crossing that
    carries one. carries: of a crossing, what passes it. between: of a crossing, the two parties or states (ids) that
    meet there. one_way: whether it can be passed from `from_` to `to` only. points: lon, lat of its line, at least two.
    """

    __pydantic_config__: ClassVar[dict[str, Any]] = _STRICT
    id: str
    kind: LinkKind
    from_: str
    to: str
    points: tuple[tuple[float, float], ...]
    name: tuple[PlaceName, ...] = ()
    clauses: tuple[str, ...] = ()
    gauge_mm: int | None = None
    carries: tuple[Way, ...] = ()
    between: tuple[str, ...] = ()
    one_way: bool = False
    source: str
    simulated: bool = False
    status: tuple[StatusStatement, ...] = ()
    length: tuple[LengthStatement, ...] = ()
    minutes: tuple[TimeStatement, ...] = ()
    works: tuple[WorksStatement, ...] = ()
    rules: tuple[RulesStatement, ...] = ()
    need: tuple[NeedStatement, ...] = ()

    @property
    def is_inside_only(self) -> bool:
        return self.kind in INSIDE_ONLY

    @property
    def ways(self) -> tuple[Way, ...]:
        """By which way it is passed: none of a line of power, gas, water or telephone."""
        own: dict[str, tuple[Way, ...]] = {"road": ("road",), "railway": ("rail",), "crossing": self.carries}
        return own.get(self.kind, ())


@dataclass(frozen=True, slots=True, kw_only=True)
class RouteOfStates:
    """A route over several states, as its users describe it: links in order. `"?"` in the list is a stretch of which
    the network has no link. name: each user's own."""

    __pydantic_config__: ClassVar[dict[str, Any]] = _STRICT
    id: str
    name: tuple[PlaceName, ...]
    links: tuple[str, ...]
    clauses: tuple[str, ...] = ()
    need: tuple[NeedStatement, ...] = ()
    source: str
    known_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Corridor:
    """A corridor, since an instrument or somebody's name for it has that word.

    instrument: the id of the instrument, and `clause` the part that names it; without one, `name` holds the name that
    has the word, with its user. zone: the zone that is drawn of it. links: through which it leads, in order; its first
    end is where the first of them begins.
    """

    __pydantic_config__: ClassVar[dict[str, Any]] = _STRICT
    id: str
    instrument: str = ""
    clause: str = ""
    name: tuple[PlaceName, ...] = ()
    zone: str = ""
    links: tuple[str, ...] = ()
    source: str
    passage: tuple[PassageStatement, ...] = ()
    queue: tuple[QueueStatement, ...] = ()
    closure: tuple[ClosureStatement, ...] = ()
    checkpoint: tuple[CheckpointStatement, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Assumptions:
    """What this watch assumes where no source states a time: speeds (km/h), and minutes at a border, for a change of
    gauge and for going over from rail to road, each from least to most; how much longer than the straight line a link
    may be of which nobody states a length (a factor). Shown beside every figure that rests on them."""

    __pydantic_config__: ClassVar[dict[str, Any]] = _STRICT
    road_km_h: tuple[float, float] = (30.0, 70.0)
    rail_km_h: tuple[float, float] = (25.0, 60.0)
    border_minutes: tuple[float, float] = (20.0, 240.0)
    gauge_minutes: tuple[float, float] = (120.0, 720.0)
    transfer_minutes: tuple[float, float] = (60.0, 480.0)
    longer_than_straight: tuple[float, float] = (1.0, 2.0)
    ends_within_km: float = 0.0
    """How far from where it is drawn a node may truly be: by twice that much a straight line may be out."""
    source: Names = field(default_factory=dict)

    def straight(self, drawn_km: float) -> tuple[float, float]:
        """The straight line between two nodes, km, from least to most, by what is drawn."""
        return max(0.0, drawn_km - 2 * self.ends_within_km), drawn_km + 2 * self.ends_within_km


@dataclass(frozen=True, slots=True, kw_only=True)
class Network:
    """`links.geojson`, read: everything in the order of the file."""

    nodes: tuple[Node, ...] = ()
    links: tuple[Link, ...] = ()
    states: tuple[State, ...] = ()
    routes: tuple[RouteOfStates, ...] = ()
    corridors: tuple[Corridor, ...] = ()
    assumptions: Assumptions = field(default_factory=Assumptions)
    credit: Names = field(default_factory=dict)

    def node(self, node_id: str) -> Node | None:
        return next((node for node in self.nodes if node.id == node_id), None)

    def link(self, link_id: str) -> Link | None:
        return next((link for link in self.links if link.id == link_id), None)

    def corridor(self, corridor_id: str) -> Corridor | None:
        return next((corridor for corridor in self.corridors if corridor.id == corridor_id), None)

    def route(self, route_id: str) -> RouteOfStates | None:
        return next((route for route in self.routes if route.id == route_id), None)

    def known_by(self, moment: datetime) -> Network:
        """The same with what was stated by a moment (UTC)."""

        def stated(record: Any, *tables: str) -> Any:
            rows = {table: tuple(row for row in getattr(record, table) if row.known_at <= moment) for table in tables}
            return replace(record, **rows)

        return replace(
            self,
            links=tuple(stated(link, "status", "length", "minutes", "works", "rules", "need") for link in self.links),
            routes=tuple(stated(route, "need") for route in self.routes if route.known_at <= moment),
            corridors=tuple(
                stated(corridor, "passage", "queue", "closure", "checkpoint") for corridor in self.corridors
            ),
        )
