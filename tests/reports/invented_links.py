"""Links of the invented watch, made by hand: two roads, a railway, a crossing, a route, a corridor, and lines that must
never leave."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

from trucewatch.model.clause_history import OpeningRow
from trucewatch.model.link_statements import (
    CheckpointStatement,
    ClosureStatement,
    LengthStatement,
    NeedStatement,
    PassageStatement,
    QueueStatement,
    RulesStatement,
    StatusStatement,
    WorksStatement,
)
from trucewatch.model.link_status import LinkStatus
from trucewatch.model.links import Corridor, Link, LinkKind, Network, Node, RouteOfStates, State
from trucewatch.model.names import PlaceName
from trucewatch.model.openings import (
    ForSide,
    Interval,
    Journey,
    LinkLength,
    LinkTime,
    Opening,
    StillNeeded,
    Stretch,
)
from trucewatch.pipeline.opening_document import opening_document

KNOWN: Final = datetime(2031, 5, 6, 9, tzinfo=UTC)
PAPER: Final = "https://example.org/links/1"
LETTER: Final = "letter of 8 May to the centre"
SECRET: Final = "zq-secret"
"""Stands in every id, name and word of what must never leave."""


def name(text: str, user: str, language: str = "en") -> PlaceName:
    return PlaceName(text=text, language=language, used_by=user, source="map")


def node(node_id: str, lon: float, lat: float, **more: Any) -> Node:
    facts: dict[str, Any] = {"kind": "town", "name": (name(node_id.title(), "watch"),), "source": "map"} | more
    return Node(id=node_id, lon=lon, lat=lat, **facts)


def link(link_id: str, kind: LinkKind, first: str, last: str, **more: Any) -> Link:
    facts: dict[str, Any] = {"points": ((20.1, 45.1), (20.6, 45.3)), "source": "map"} | more
    return Link(id=link_id, kind=kind, from_=first, to=last, **facts)


def status(word: str, by: str = "", **more: Any) -> StatusStatement:
    facts: dict[str, Any] = {"source": PAPER, "known_at": KNOWN, "since": date(2031, 5, 5)} | more
    return StatusStatement(status=word, by=by, **facts)  # type: ignore[arg-type]


def length_over_stated(network: Network, asked: Link) -> LinkLength:
    """As the pipeline works it out, of links of which somebody states a length."""
    stated = tuple(row for row in asked.length if not row.of)
    figures = [row.km for row in stated] or [40.0, 80.0]
    km = Interval(least=min(figures), most=max(figures))
    return LinkLength(km=km, worked_out_from="stated" if stated else "straight_line", stated=stated)


ROAD: Final = link(
    "pass-road",
    "road",
    "alder",
    "borin",
    clauses=("2",),
    name=(name("Pass Road", "P"), name("Old Road", "Q")),
    status=(status("open", "P"), status("closed", "Q", says={"en": "we keep it shut"})),
    length=(
        LengthStatement(km=43.0, by="P", source=PAPER, known_at=KNOWN),
        LengthStatement(km=45.0, by="Q", source=PAPER, known_at=KNOWN),
    ),
    works=(WorksStatement(state="needed", says={"en": "a new bridge"}, by="Q", source=PAPER, known_at=KNOWN),),
    need=(NeedStatement(what={"en": "who repairs it"}, who=("P", "Q"), source=PAPER, known_at=KNOWN),),
)
RAIL: Final = link(
    "valley-railway",
    "railway",
    "borin",
    "cormel",
    gauge_mm=1520,
    clauses=("3",),
    status=(status("destroyed", "P", direction="forward", source=LETTER),),
)
CROSSING: Final = link(
    "mill-crossing",
    "crossing",
    "cormel",
    "dovra",
    carries=("road",),
    between=("P", "FAR"),
    clauses=("2",),
    status=(status("restricted", "P", for_=("P",)), status("closed", "FAR", for_=("Q",))),
    rules=(
        RulesStatement(who={"en": "residents"}, controller={"en": "our customs"}, by="P", source=PAPER, known_at=KNOWN),
    ),
)
CORRIDOR: Final = Corridor(
    id="pass-corridor",
    name=(name("Pass corridor", "P"),),
    links=("pass-road",),
    source=PAPER,
    passage=(
        PassageStatement(
            day=date(2031, 5, 6),
            direction="forward",
            traffic="lorries",
            least=40,
            most=52,
            source=PAPER,
            known_at=KNOWN,
        ),
        PassageStatement(
            day=date(2031, 5, 6), direction="forward", traffic="patients", least=2, most=2, source=PAPER, known_at=KNOWN
        ),
    ),
    queue=(
        QueueStatement(
            at=datetime(2031, 5, 6, 9, 17, 31, tzinfo=UTC),
            direction="forward",
            traffic="cars",
            waiting=31,
            source=PAPER,
            known_at=KNOWN + timedelta(hours=1),
        ),
    ),
    closure=(ClosureStatement(since=date(2031, 5, 7), by="Q", says={"en": "snow"}, source=PAPER, known_at=KNOWN),),
    checkpoint=(
        CheckpointStatement(called={"en": "customs post"}, by="P", source=PAPER, known_at=KNOWN),
        CheckpointStatement(called={"en": "gate"}, by="Q", source=PAPER, known_at=KNOWN),
    ),
)
ROUTE: Final = RouteOfStates(
    id="north-route",
    name=(name("Northern way", "P"), name("Valley way", "Q")),
    links=("pass-road", "?", "mill-crossing"),
    clauses=("2",),
    need=(NeedStatement(what={"en": "a line for the gap"}, who=("FAR",), source=PAPER, known_at=KNOWN),),
    source=PAPER,
    known_at=KNOWN,
)
NETWORK: Final = Network(
    nodes=(
        node("alder", 20.28, 45.42),
        node("borin", 20.74, 45.28),
        node("cormel", 20.62, 45.5),
        node("dovra", 20.33, 45.12),
    ),
    links=(ROAD, RAIL, CROSSING),
    states=(State(id="FAR", names={"en": "Farland"}),),
    routes=(ROUTE,),
    corridors=(CORRIDOR,),
    credit={"en": "Drawn for tests"},
)


def with_lines(
    network: Network = NETWORK, kinds: tuple[LinkKind, ...] = ("power", "gas", "water", "telephone")
) -> Network:
    """The same with lines of each kind, with nodes and states of their own, and a route and a corridor along them."""
    nodes = tuple(
        node(f"{SECRET}-{kind}", 20.5, 45.2, name=(name(f"{SECRET} station of {kind}", "P"),)) for kind in kinds
    )
    lines = tuple(
        link(
            f"{SECRET}-line-{kind}",
            kind,
            "alder",
            f"{SECRET}-{kind}",
            name=(name(f"{SECRET} line of {kind}", "Q"),),
            clauses=("2",),
            source=f"{SECRET} map",
            points=((20.28, 45.42), (20.515151, 45.252525)),
            status=(status("closed", "Q", says={"en": f"{SECRET} words"}, for_=("SECRETLAND",)),),
        )
        for kind in kinds
    )
    along = tuple(line.id for line in lines)
    return replace(
        network,
        nodes=(*nodes, *network.nodes),
        links=(*lines, *network.links),
        states=(State(id="SECRETLAND", names={"en": f"{SECRET} land"}), *network.states),
        routes=(
            *network.routes,
            replace(ROUTE, id=f"{SECRET}-route", name=(name(f"{SECRET} route", "P"),), links=("pass-road", *along)),
        ),
        corridors=(
            *network.corridors,
            replace(CORRIDOR, id=f"{SECRET}-corridor", name=(name(f"{SECRET} corridor", "P"),), links=along),
        ),
    )


def opening(*opened: str, **more: Any) -> OpeningRow:
    """An answer that both heads released."""
    stands = LinkStatus(status="closed", why="stated")
    km = LinkLength(km=Interval(least=43.0, most=45.0), worked_out_from="stated")
    minutes = Interval(least=50.0, most=95.0)
    stretches = tuple(
        Stretch(
            link=each,
            passing="forward",
            length=km,
            time=LinkTime(minutes=minutes, worked_out_from="length_and_speed"),
            status=stands,
        )
        for each in opened
    )
    journey = Journey(minutes=minutes, km=km.km, border=Interval(least=0.0, most=0.0), stretches=stretches)
    asked = Opening(
        from_="alder",
        to="borin",
        opened=opened,
        mode="road",
        day=date(2031, 5, 7),
        known_by=KNOWN,
        sides=(ForSide(side="P", before=None, after=journey), ForSide(side="Q", before=None, after=journey)),
        through=stretches,
        still_needed=tuple(StillNeeded(link=each, is_asked=True, status=stands, needs=ROAD.need) for each in opened),
        clauses=("2",),
        whose=("P", "Q"),
    )
    document = opening_document(asked, with_lines())
    return OpeningRow(**({"code": "LO-1", "document": document, "known_at": KNOWN + timedelta(hours=8)} | more))
