"""The links of a watch → what one recipient is told of them: the rule, before any format.

1. Roads, railways and crossings alone leave, and the nodes that are an end of one. Lines of power, gas, water and
   telephone, nodes that are an end of such lines only, what is stated of them and whatever leads along one do not: they
   are taken out before anything is worked out, so that none of them moves a byte.
2. How a link stood is told as it was known at the moment up to which the recipient is told anything: the cut-off less
   the delay, widened to its unit of time (`known_until`); of the last local day that had begun by then.
3. A statement is told with its words and its source if it stands in the watch's own files or its source is public, or
   to who is told the sources' words; else what it comes to, without them. Nothing of sources that never leave
   (`link_told`).
4. A corridor's passages and queue are told no finer than by the recipient's unit of time, and once that is over and
   its delay has passed; no number below its smallest count.
5. Names are those of the recipient's policy, each with its users.
6. Openings are told that the heads of both delegations released by then, if all their links may leave.

What is held back is counted nowhere, and nothing is counted per side.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any, Final

from trucewatch.model.clause_history import LengthOf, OpeningRow
from trucewatch.model.link_names import names_of_corridor
from trucewatch.model.link_statements import OF_CORRIDORS, OF_LINKS, Names, Statement, StatusStatement
from trucewatch.model.link_status import Passing, has_to_name, status_on
from trucewatch.model.links import PASSED, Corridor, Link, Network, Node, RouteOfStates, State
from trucewatch.model.names import PlaceName, PlaceRow
from trucewatch.model.naming import called, label, lines_by_user, policy_for
from trucewatch.model.openings import LinkLength
from trucewatch.model.party_release import FINE_AFTER, coarse_form, is_fine, is_of_parties
from trucewatch.model.watch import Recipient, Watch
from trucewatch.reports.known_until import known_until
from trucewatch.reports.link_told import StatementRule, ToldStatement
from trucewatch.reports.opening_told import ToldOpening, told_opening

MISSING: Final = "?"
"""In a route: a stretch of which the network has no link."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NameLine:
    """One name with who uses it, by their ids: a line of its own."""

    text: str
    users: tuple[str, ...]


NamesByLanguage = Mapping[str, tuple[NameLine, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleasedNode:
    """An end of a released link. labels: what it is called, by language."""

    id: str
    kind: str
    lon: float
    lat: float
    labels: Names


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleasedStatus:
    """How a link stood in a direction ("both" where it stood alike), for everybody or for the travellers of one party
    or state. statements: what stands, each voice's, beside each other; where nothing does, what ended."""

    direction: str
    traveller: str
    status: str
    why: str
    statements: tuple[ToldStatement, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleasedLink:
    """A link as a recipient is told of it. length: worked out of what is told alone; None where that is not done here.
    statements: all that is told, in the order of the file."""

    link: Link
    names: NamesByLanguage
    statuses: tuple[ReleasedStatus, ...]
    length: LinkLength | None
    statements: tuple[ToldStatement, ...]
    is_simulated: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleasedRoute:
    """A route over several states. links: ids in order, MISSING for a stretch without one."""

    id: str
    names: NamesByLanguage
    links: tuple[str, ...]
    clauses: tuple[str, ...]
    needs: tuple[ToldStatement, ...]
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleasedCorridor:
    """A corridor, where an instrument or a name has the word."""

    id: str
    instrument: str
    clause: str
    names: NamesByLanguage
    links: tuple[str, ...]
    statements: tuple[ToldStatement, ...]
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleasedLinks:
    """What a recipient may have of a network. day: of which it tells, as known at `known_until` (UTC)."""

    day: date
    known_until: datetime
    nodes: tuple[ReleasedNode, ...]
    links: tuple[ReleasedLink, ...]
    routes: tuple[ReleasedRoute, ...]
    corridors: tuple[ReleasedCorridor, ...]
    openings: tuple[ToldOpening, ...]
    states: tuple[State, ...]
    credit: Names

    def node(self, node_id: str) -> ReleasedNode | None:
        return next((node for node in self.nodes if node.id == node_id), None)

    def link(self, link_id: str) -> ReleasedLink | None:
        return next((link for link in self.links if link.link.id == link_id), None)


def release_links(
    network: Network,
    watch: Watch,
    recipient: Recipient,
    at: datetime,
    *,
    openings: Iterable[OpeningRow] = (),
    length_of: LengthOf | None = None,
    until: datetime | None = None,
) -> ReleasedLinks:
    """What a recipient may have of a network at a cut-off.

    network: with what was entered; `watch.network` is what stands on file. openings: those that both heads released.
    length_of: `link_figures.length_of`, which is asked with what is released alone. until: a moment before that of the
    recipient's rule, as the end of a report's period.
    """
    moment = known_until(at, links_recipient(watch, recipient), watch.zone)
    return _Release(network, watch, recipient, min(moment, until) if until else moment, length_of).whole(openings)


def links_recipient(watch: Watch, recipient: Recipient) -> Recipient:
    """The recipient's rule as it counts for links: that of a bound party is coarser within a day, as for all else."""
    is_early = is_of_parties(recipient, watch.agreement) and is_fine(recipient)
    return coarse_form(recipient) if is_early and timedelta(hours=recipient.delay_hours) < FINE_AFTER else recipient


class _Release:
    """The rule of one recipient over one network."""

    def __init__(
        self, network: Network, watch: Watch, recipient: Recipient, moment: datetime, length_of: LengthOf | None
    ) -> None:
        self.watch, self.moment = watch, moment
        self.day = (moment - timedelta(microseconds=1)).astimezone(watch.zone).date()
        self.policy = policy_for(watch, recipient.id)
        self.named = called(watch, recipient.id, moment)
        rule = links_recipient(watch, recipient)
        self.rule = StatementRule(watch, rule, moment)
        self.on_file = watch.network or Network()
        self.length_of = length_of
        self.network = self._leaving(network)

    def _leaving(self, network: Network) -> Network:
        """The part that may leave at all; everything else is worked out of it."""
        links = tuple(
            self._without_held_back(link, self.on_file.link(link.id), OF_LINKS)
            for link in network.links
            if link.kind in PASSED
        )
        link_ids = {link.id for link in links}
        ends = {end for link in links for end in (link.from_, link.to)}
        return replace(
            network,
            links=links,
            nodes=tuple(node for node in network.nodes if node.id in ends),
            routes=tuple(
                self._without_held_back(route, self.on_file.route(route.id), ("need",))
                for route in network.routes
                if route.known_at <= self.moment and link_ids.issuperset(set(route.links) - {MISSING})
            ),
            corridors=tuple(
                replace(
                    self._without_held_back(corridor, self.on_file.corridor(corridor.id), OF_CORRIDORS),
                    links=tuple(each for each in corridor.links if each in link_ids),
                )
                for corridor in network.corridors
                if not corridor.links or not link_ids.isdisjoint(corridor.links)
            ),
        )

    def _without_held_back(self, record: Any, on_file: Any, tables: Iterable[str]) -> Any:
        def is_told(table: str, row: Statement) -> bool:
            return self.rule.is_told(row, is_on_file=row in getattr(on_file, table, ()))

        rows = {table: tuple(row for row in getattr(record, table) if is_told(table, row)) for table in tables}
        return replace(record, **rows)

    def whole(self, openings: Iterable[OpeningRow]) -> ReleasedLinks:
        links = tuple(map(self.link, self.network.links))
        routes = tuple(map(self.route, self.network.routes))
        corridors = tuple(map(self.corridor, self.network.corridors))
        released = ReleasedLinks(
            day=self.day,
            known_until=self.moment,
            nodes=tuple(map(self.node, self.network.nodes)),
            links=links,
            routes=routes,
            corridors=corridors,
            openings=tuple(
                filter(self.may_leave, (told_opening(row) for row in openings if row.known_at <= self.moment))
            ),
            states=(),
            credit=self.network.credit,
        )
        spoken_of = set(ids_in(released))
        return replace(released, states=tuple(state for state in self.network.states if state.id in spoken_of))

    def may_leave(self, opening: ToldOpening) -> bool:
        link_ids = {link.id for link in self.network.links}
        node_ids = {node.id for node in self.network.nodes}
        return link_ids.issuperset(opening.links) and node_ids.issuperset((opening.from_, opening.to))

    def node(self, node: Node) -> ReleasedNode:
        return ReleasedNode(id=node.id, kind=node.kind, lon=node.lon, lat=node.lat, labels=self._labels(node))

    def link(self, link: Link) -> ReleasedLink:
        by_row = {id(row): each for each, row in self._statements(link, self.on_file.link(link.id), OF_LINKS)}
        return ReleasedLink(
            # What is stated is told beside it, in the form in which it may leave.
            link=replace(link, name=(), **dict.fromkeys(OF_LINKS, ())),  # type: ignore[arg-type]
            names=self._names(link.id, link.name),
            statuses=self._statuses(link, by_row),
            length=self.length_of(self.network, link) if self.length_of else None,
            statements=tuple(by_row.values()),
            is_simulated=link.simulated or self.watch.settings.simulated,
        )

    def _statuses(self, link: Link, by_row: Mapping[int, ToldStatement]) -> tuple[ReleasedStatus, ...]:
        """By direction and traveller, each that differs from what holds for everybody."""
        named = {traveller for statement in link.status for traveller in statement.for_}
        bound = self.watch.agreement.bound_ids
        travellers = ("", *(each for each in bound if each in named), *sorted(named.difference(bound)))
        statuses: list[ReleasedStatus] = []
        for traveller in travellers:
            rows = self._by_direction(link, traveller, by_row)
            of_all = [replace(row, traveller=traveller) for row in statuses if not row.traveller]
            if rows != of_all:
                statuses.extend(rows)
        return tuple(statuses)

    def _by_direction(self, link: Link, traveller: str, by_row: Mapping[int, ToldStatement]) -> list[ReleasedStatus]:
        directions: Sequence[Passing] = ("forward",) if link.one_way else ("forward", "backward")
        rows = [self._status(link, passing, traveller, by_row) for passing in directions]
        if len(rows) > 1 and replace(rows[1], direction="forward") == rows[0]:
            return [replace(rows[0], direction="both")]
        return rows

    def _status(
        self, link: Link, passing: Passing, traveller: str, by_row: Mapping[int, ToldStatement]
    ) -> ReleasedStatus:
        stands = status_on(
            link.status,
            self.day,
            self.moment,
            agreement=self.watch.agreement,
            zone=self.watch.zone,
            passing=passing,
            traveller=traveller,
            only_named=has_to_name(link, traveller, self.watch.agreement),
        )
        statements: Iterable[StatusStatement] = stands.statements
        return ReleasedStatus(
            direction=passing,
            traveller=traveller,
            status=stands.status,
            why=stands.why,
            statements=tuple(by_row[id(row)] for row in statements if id(row) in by_row),
        )

    def _statements(
        self, record: Any, on_file: Any, tables: Iterable[str]
    ) -> Iterator[tuple[ToldStatement, Statement]]:
        for table in tables:
            for row in getattr(record, table):
                is_on_file = row in getattr(on_file, table, ())
                statement = self.rule.tell(table, row) if self.rule.is_told(row, is_on_file=is_on_file) else None
                if statement is not None:
                    yield statement, row

    def route(self, route: RouteOfStates) -> ReleasedRoute:
        return ReleasedRoute(
            id=route.id,
            names=self._names(route.id, route.name),
            links=route.links,
            clauses=route.clauses,
            needs=tuple(each for each, _ in self._statements(route, self.on_file.route(route.id), ("need",))),
            source=route.source,
        )

    def corridor(self, corridor: Corridor) -> ReleasedCorridor:
        on_file = self.on_file.corridor(corridor.id)
        return ReleasedCorridor(
            id=corridor.id,
            instrument=corridor.instrument,
            clause=corridor.clause,
            names=self._names(corridor.id, names_of_corridor(self.watch, corridor)),
            links=corridor.links,
            statements=tuple(each for each, _ in self._statements(corridor, on_file, OF_CORRIDORS)),
            source=corridor.source,
        )

    def _names(self, row_id: str, names: tuple[PlaceName, ...]) -> NamesByLanguage:
        if not names:
            return {}
        row = PlaceRow(id=row_id, name=names)
        return {
            language: tuple(
                NameLine(text=text, users=users)
                for users, text in lines_by_user(row, self.policy, language, self.day, self.watch.agreement)
            )
            for language in self._languages(names)
        }

    def _labels(self, node: Node) -> Names:
        town = next((town for town in self.named.basemap.towns if town.id == node.place), None)
        if town is not None:
            return town.names
        table = self.watch.naming
        row = next((row for row in table.place if node.place in row.ids), None) if table and node.place else None
        names = row.name if row else node.name
        if not names:
            return {"en": node.id}
        of_node = PlaceRow(id=node.id, name=names)
        return {
            language: label(of_node, self.policy, language, self.day, self.watch.agreement).text
            for language in self._languages(names)
        }

    def _languages(self, names: Collection[PlaceName]) -> list[str]:
        return sorted({*self.watch.settings.languages, "en", *(name.language for name in names)})


def ids_in(released: ReleasedLinks) -> Iterator[str]:
    """The ids of parties, bodies and states that a release names."""
    for link in released.links:
        yield from link.link.between
        yield from _ids_of(link.names, link.statements)
    for route in released.routes:
        yield from _ids_of(route.names, route.needs)
    for corridor in released.corridors:
        yield from _ids_of(corridor.names, corridor.statements)
    for opening in released.openings:
        yield from opening.ids


def _ids_of(names: NamesByLanguage, statements: Iterable[ToldStatement]) -> Iterator[str]:
    for line in (line for lines in names.values() for line in lines):
        yield from line.users
    for statement in statements:
        yield from (statement.by, *statement.values.get("for", ()), *statement.values.get("who", ()))
