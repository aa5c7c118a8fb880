"""The links of a file held against each other and against the rest of the watch: ends, ids, clauses, gauges, names,
routes and corridors."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import tzinfo
from itertools import pairwise
from math import isfinite
from typing import Any, Final

from trucewatch.messages import Message
from trucewatch.model.agreement import Agreement
from trucewatch.model.clause_texts import CopyOfText
from trucewatch.model.faults import Fault
from trucewatch.model.link_checks import (
    MOST_SOURCE,
    Holder,
    below_straight,
    contradictions,
    of_text,
    of_words,
    row_troubles,
    unknown,
)
from trucewatch.model.link_distances import distance_km
from trucewatch.model.link_name_checks import name_troubles
from trucewatch.model.link_statements import OF_CORRIDORS, OF_LINKS
from trucewatch.model.link_vocabulary import (
    MISSING_STRETCH,
    LinkTerms,
    a_user_has_word,
    instrument_has_word,
    nearest,
)
from trucewatch.model.links import Assumptions, Corridor, Link, Network, Node, RouteOfStates, State
from trucewatch.model.meeting_checks import Trouble
from trucewatch.model.names import NamesFile
from trucewatch.model.zone import Basemap, Zone

GAUGES_MM: Final = (300, 3000)
"""From the narrowest to the widest gauge of any railway."""
_FASTEST_KM_H: Final = 400.0
_LONGEST_WAIT: Final = 43_200.0
_MOST_LONGER: Final = 20.0
_FARTHEST_OUT_KM: Final = 100.0


@dataclass(slots=True)
class NetworkFaults:
    """The faults of one file of links. place_of: what each id is called in a fault; place_of_row: the same of each
    statement, by the identity of its record. faulty: ids of what is left out; what names one of these is left out too,
    and is no second fault."""

    file: str
    faults: list[Fault] = field(default_factory=list)
    place_of: dict[str, Message] = field(default_factory=dict)
    place_of_row: dict[int, Message] = field(default_factory=dict)
    faulty: set[str] = field(default_factory=set)

    def __iter__(self) -> Iterator[Fault]:
        return iter(self.faults)

    def error(self, place: Message | str, what: Message, remedy: Message) -> None:
        self.faults.append(Fault(self.file, 0, place, what, remedy))

    def warning(self, place: Message | str, what: Message, remedy: Message) -> None:
        self.faults.append(Fault(self.file, 0, place, what, remedy, "warning"))

    def tell(self, place: Message, troubles: Iterable[Trouble], *, warn: bool = False) -> bool:
        """Each trouble as a fault at its key; whether there was one."""
        is_told = False
        for trouble in troubles:
            is_told = True
            at = Message("{place}, {key}:", place=place, key=".".join(_step(step) for step in trouble.at))
            (self.warning if warn else self.error)(at, trouble.what, trouble.remedy)
        return is_told


def check_network(
    network: Network,
    faults: NetworkFaults,
    *,
    agreement: Agreement,
    zone: tzinfo,
    zones: Sequence[Zone],
    basemap: Basemap,
    naming: NamesFile | None,
    texts: Sequence[CopyOfText] = (),
) -> Network:
    """The network without what is faulty, each of which is told in `faults`."""
    states = tuple(state for state in network.states if not _tell(faults, state.id, _of_state(state, agreement)))
    network = replace(network, states=states)
    terms = LinkTerms.of(network, agreement)
    rows = {place_id for row in (naming.place if naming else ()) for place_id in row.ids}
    places = dict.fromkeys([*rows, *(town.id for town in basemap.towns)])
    network = replace(
        network,
        nodes=tuple(node for node in network.nodes if not _tell(faults, node.id, _of_node(node, places, terms))),
    )
    terms = replace(terms, nodes={node.id: node for node in network.nodes})
    links = []
    for link in network.links:
        if not _tell(faults, link.id, _of_link(link, terms, faults.faulty), (link.from_, link.to)):
            links.append(_with_sound_rows(link, terms, agreement, zone, faults))
    terms = replace(terms, links={link.id: link for link in links})
    zone_ids = dict.fromkeys(each.id for each in zones)
    routes = []
    for route in network.routes:
        if not _tell(faults, route.id, _of_route(route, terms, faults.faulty), route.links):
            faults.tell(faults.place_of[route.id], _broken_chain(route.links, terms), warn=True)
            routes.append(_with_sound_rows(route, terms, agreement, zone, faults))
    corridors = []
    for corridor in network.corridors:
        has_word = a_user_has_word(corridor.name) or instrument_has_word(
            corridor.instrument,
            corridor.clause,
            corridor.zone,
            agreement=agreement,
            zones=zones,
            naming=naming,
            texts=texts,
        )
        wrong = _of_corridor(corridor, terms, zone_ids, has_word, faults.faulty)
        if not _tell(faults, corridor.id, wrong, corridor.links):
            faults.tell(faults.place_of[corridor.id], _broken_chain(corridor.links, terms), warn=True)
            corridors.append(_with_sound_rows(corridor, terms, agreement, zone, faults))
    _tell_gauges(links, faults)
    assumptions = network.assumptions
    if faults.tell(Message("assumptions"), _of_assumptions(assumptions)):
        assumptions = Assumptions()
    return replace(
        network,
        links=tuple(links),
        routes=tuple(routes),
        corridors=tuple(corridors),
        assumptions=assumptions,
    )


def _tell(faults: NetworkFaults, holder_id: str, troubles: Iterable[Trouble], named: Iterable[str] = ()) -> bool:
    """Whether something is wrong with it, which is told, or with what it names, of which that was told."""
    is_faulty = faults.tell(faults.place_of[holder_id], troubles) or not faults.faulty.isdisjoint(named)
    if is_faulty:
        faults.faulty.add(holder_id)
    return is_faulty


def _with_sound_rows(holder: Any, terms: LinkTerms, agreement: Agreement, zone: tzinfo, faults: NetworkFaults) -> Any:
    """The same without its faulty statements; a length below the straight line is told and stays."""
    sound: dict[str, tuple[Any, ...]] = {}
    for table in _tables_with_rows(holder):
        rows = [
            row
            for row in getattr(holder, table)
            if not faults.tell(faults.place_of_row[id(row)], row_troubles(row, holder, terms, zone))
        ]
        if table == "status":
            clashing = set()
            for number, trouble in contradictions(rows, agreement, zone):
                faults.tell(faults.place_of_row[id(rows[number])], [trouble])
                clashing.add(number)
            rows = [row for number, row in enumerate(rows) if number not in clashing]
        if table == "length":
            ends = terms.nodes[holder.from_], terms.nodes[holder.to]
            drawn = distance_km(ends[0].lon, ends[0].lat, ends[1].lon, ends[1].lat)
            shortest, _ = terms.assumptions.straight(drawn)
            for row in rows:
                faults.tell(faults.place_of_row[id(row)], below_straight(row, shortest), warn=True)
        sound[table] = tuple(rows)
    return replace(holder, **sound) if sound else holder


def _tables_with_rows(holder: Holder) -> list[str]:
    tables = OF_CORRIDORS if isinstance(holder, Corridor) else OF_LINKS if isinstance(holder, Link) else ("need",)
    return [table for table in tables if getattr(holder, table)]


def _of_state(state: State, agreement: Agreement) -> Iterator[Trouble]:
    if state.id in agreement.party_ids or any(body.id == state.id for body in agreement.body):
        what = Message('"{id}" is a party or body of the agreement already', id=state.id)
        yield Trouble(("id",), what, Message("leave it out here: its names stand in agreement.toml"))
    yield from of_words(("names",), state.names, is_needed=True)


def _of_node(node: Node, places: Mapping[str, None], terms: LinkTerms) -> Iterator[Trouble]:
    if bool(node.place) == bool(node.name):
        what = Message("it has names of its own and a place's") if node.place else Message("it has no name")
        yield Trouble(("place",), what, Message("give place, a row of names.toml or a town of the basemap; or name"))
    elif node.place:
        yield from unknown(("place",), (node.place,), places, Message("a row of names.toml or a town of the basemap"))
    yield from name_troubles(node.name, terms)
    yield from of_text(("source",), node.source, most=MOST_SOURCE, is_needed=True)


def _of_link(link: Link, terms: LinkTerms, faulty: Collection[str]) -> Iterator[Trouble]:
    ends = {end: None for end in (link.from_, link.to) if end in faulty}
    yield from unknown(("from",), (link.from_,), terms.nodes if link.from_ not in ends else ends, Message("a node"))
    if link.to == link.from_:
        what = Message("it begins and ends at the same node")
        yield Trouble(("to",), what, Message("name another end, or leave the link out"))
    else:
        yield from unknown(("to",), (link.to,), terms.nodes if link.to not in ends else ends, Message("a node"))
    yield from name_troubles(link.name, terms)
    yield from unknown(("clauses",), link.clauses, terms.clauses, Message("a clause"))
    carries_rail = link.kind == "railway" or "rail" in link.carries
    if link.gauge_mm is not None and not carries_rail:
        what = Message("it has a gauge and carries no railway")
        yield Trouble(("gauge_mm",), what, Message("leave the gauge out, or add rail to carries"))
    elif link.gauge_mm is not None and not GAUGES_MM[0] <= link.gauge_mm <= GAUGES_MM[1]:
        what = Message("{gauge} mm is no gauge of a railway", gauge=link.gauge_mm)
        yield Trouble(("gauge_mm",), what, Message("write millimetres, such as 1435 or 1520"))
    if link.kind == "crossing":
        if not link.carries:
            what = Message("it does not say what passes there")
            yield Trouble(("carries",), what, Message('write "carries": ["road"], ["rail"] or both'))
        if link.between and (len(link.between) != 2 or link.between[0] == link.between[1]):
            what = Message("it is not between two")
            yield Trouble(("between",), what, Message("name the two parties or states that meet there, by id"))
        yield from unknown(("between",), link.between, terms.travellers, Message("a party or state"))
    else:
        for key, value in (("carries", link.carries), ("between", link.between)):
            if value:
                what = Message("only a crossing has {key}", key=key)
                yield Trouble((key,), what, Message('leave it out, or make it of kind "crossing"'))
    yield from of_text(("source",), link.source, most=MOST_SOURCE, is_needed=True)


def _of_route(route: RouteOfStates, terms: LinkTerms, faulty: Collection[str]) -> Iterator[Trouble]:
    if not route.name:
        yield Trouble(
            ("name",), Message("it has no name"), Message("give the name that its users have, with who they are")
        )
    yield from name_troubles(route.name, terms)
    if not any(link != MISSING_STRETCH for link in route.links):
        what = Message("it has no links")
        yield Trouble(("links",), what, Message('list its links in order; "?" is a stretch of which there is none'))
    yield from _of_way((link for link in route.links if link != MISSING_STRETCH and link not in faulty), terms)
    yield from unknown(("clauses",), route.clauses, terms.clauses, Message("a clause"))
    yield from of_text(("source",), route.source, most=MOST_SOURCE, is_needed=True)


def _of_corridor(
    corridor: Corridor, terms: LinkTerms, zone_ids: Mapping[str, None], has_word: bool, faulty: Collection[str]
) -> Iterator[Trouble]:
    if not corridor.instrument and not corridor.name:
        what = Message("nothing says that it is a corridor")
        remedy = Message(
            "name the instrument and clause that have the word, or give the name that has it, with its user"
        )
        yield Trouble(("instrument",), what, remedy)
    elif not has_word:
        what = Message("neither the instrument nor a user's name has the word corridor")
        remedy = Message("name the clause or zone that has it, or give it as a link or route")
        yield Trouble(("instrument" if corridor.instrument else "name",), what, remedy)
    if corridor.instrument:
        yield from unknown(("instrument",), (corridor.instrument,), terms.instruments, Message("an instrument"))
    if corridor.clause:
        yield from unknown(("clause",), (corridor.clause,), terms.clauses, Message("a clause"))
    elif corridor.instrument:
        what = Message("it does not say which clause names it")
        yield Trouble(("clause",), what, Message("give the clause's number or the id of its part"))
    if corridor.zone:
        yield from unknown(("zone",), (corridor.zone,), zone_ids, Message("a zone"))
    yield from name_troubles(corridor.name, terms, may_be_corridor=True)
    yield from _of_way((link for link in corridor.links if link not in faulty), terms)
    yield from of_text(("source",), corridor.source, most=MOST_SOURCE, is_needed=True)


def _of_way(links: Iterable[str], terms: LinkTerms) -> Iterator[Trouble]:
    for link_id in links:
        link = terms.links.get(link_id)
        if link is None:
            what = Message('"{name}" is no id of {what}', name=link_id[:40], what=Message("a link"))
            yield Trouble(("links",), what, nearest(link_id, terms.links))
        elif link.is_inside_only:
            what = Message('"{name}" is a line that nobody passes', name=link_id)
            yield Trouble(("links",), what, Message("list roads, railways and crossings only"))


def _broken_chain(links: Sequence[str], terms: LinkTerms) -> Iterator[Trouble]:
    """Where one link does not end where the next begins, and no missing stretch is said to be between them."""
    for earlier, later in pairwise(links):
        if MISSING_STRETCH in (earlier, later):
            continue
        first, second = terms.links[earlier], terms.links[later]
        if not {first.from_, first.to} & {second.from_, second.to}:
            what = Message('"{earlier}" and "{later}" do not meet at a node', earlier=earlier, later=later)
            yield Trouble(
                ("links",), what, Message('put "?" between them if a stretch is missing, or mend their order')
            )


def _tell_gauges(links: Iterable[Link], faults: NetworkFaults) -> None:
    """A warning at each node where railways of two gauges meet, of which no crossing carries the change."""
    gauges: dict[str, dict[int, str]] = {}
    for link in links:
        if link.kind == "railway" and link.gauge_mm is not None:
            for node in (link.from_, link.to):
                gauges.setdefault(node, {}).setdefault(link.gauge_mm, link.id)
    for node, by_gauge in gauges.items():
        if len(by_gauge) > 1:
            lines = ", ".join(f"{link} ({gauge} mm)" for gauge, link in sorted(by_gauge.items()))
            what = Message("railways of different gauges meet here: {lines}", lines=lines)
            remedy = Message(
                "if trains change gauge here, nothing is to be done: the watch's own assumption is counted; "
                "else mend one"
            )
            faults.warning(faults.place_of[node], what, remedy)


def _of_assumptions(assumptions: Assumptions) -> Iterator[Trouble]:
    for key, lowest, highest in (
        ("road_km_h", 1.0, _FASTEST_KM_H),
        ("rail_km_h", 1.0, _FASTEST_KM_H),
        ("border_minutes", 0.0, _LONGEST_WAIT),
        ("gauge_minutes", 0.0, _LONGEST_WAIT),
        ("transfer_minutes", 0.0, _LONGEST_WAIT),
        ("longer_than_straight", 1.0, _MOST_LONGER),
    ):
        least, most = getattr(assumptions, key)
        if not (isfinite(least) and isfinite(most) and lowest <= least <= most <= highest):
            what = Message("{least} to {most} cannot be", least=f"{least:g}", most=f"{most:g}")
            remedy = Message(
                "write the least and the most, from {low} to {high}", low=f"{lowest:g}", high=f"{highest:g}"
            )
            yield Trouble((key,), what, remedy)
    if not (isfinite(assumptions.ends_within_km) and 0 <= assumptions.ends_within_km <= _FARTHEST_OUT_KM):
        what = Message("{km} km cannot be", km=f"{assumptions.ends_within_km:g}")
        remedy = Message("write km, from 0 to {most}", most=f"{_FARTHEST_OUT_KM:g}")
        yield Trouble(("ends_within_km",), what, remedy)
    yield from of_words(("source",), assumptions.source)


def _step(step: str | int) -> str:
    return str(step + 1) if isinstance(step, int) else step
