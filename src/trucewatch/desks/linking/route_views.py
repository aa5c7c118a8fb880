"""Routes over several states and corridors, as their pages have them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import quote

from markupsafe import Markup

from trucewatch.desks.linking.forms import LINK_FORMS
from trucewatch.desks.linking.link_detail import Stated
from trucewatch.desks.linking.link_views import LinkRow, ShownNetwork
from trucewatch.desks.linking.opening_views import StretchLine, stretch_line
from trucewatch.desks.linking.passage_drawing import PassageAxes, draw_passages
from trucewatch.desks.linking.wording import (
    TRAFFIC_WORDS,
    days_words,
    direction_words,
    names_of,
    status_words,
    voice_words,
)
from trucewatch.locale.sanitize import printable
from trucewatch.messages import Amount, Message
from trucewatch.model.link_names import route_title, user_label, users_names
from trucewatch.model.link_statements import OF_CORRIDORS, ClosureStatement, PassageStatement, QueueStatement
from trucewatch.model.links import Corridor, RouteOfStates
from trucewatch.model.names import PlaceName
from trucewatch.model.naming import SEPARATOR
from trucewatch.pipeline.link_routes import MissingLink, RouteView, route_view


@dataclass(frozen=True, slots=True, kw_only=True)
class PassageLine:
    """How many passed on a day or on several, by direction and kind, as somebody states it."""

    row: PassageStatement
    who: str
    days: Message
    where: Message
    traffic: Message
    count: Message


@dataclass(frozen=True, slots=True, kw_only=True)
class PassageTotal:
    """What is stated of one direction, kind and voice, added up over the days of which that voice states a figure."""

    who: str
    where: Message
    traffic: Message
    statements: int
    count: Message
    drawing: Markup


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueLine:
    """Who waits at an end, as somebody states it."""

    row: QueueStatement
    who: str
    where: Message
    traffic: Message


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosureLine:
    """That somebody could not pass from a day on, as somebody states it."""

    row: ClosureStatement
    who: str
    where: Message
    days: Message
    travellers: str
    is_on_day: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class NameLine:
    """A name with whoever uses it, its language, and where it was read."""

    users: str
    text: str
    language: str
    sources: tuple[str, ...]


class CorridorView:
    """One corridor of the shown network. It has that word since an instrument or somebody's name for it has."""

    def __init__(self, on_day: ShownNetwork, corridor: Corridor) -> None:
        self.on_day, self.corridor, self.view = on_day, corridor, on_day.view
        self.rows: list[LinkRow] = [on_day.row(on_day.links[link]) for link in corridor.links if link in on_day.links]
        self.first, self.second = self._ends()

    @property
    def title(self) -> str:
        """Each user's own name for it, in the order of the alphabet; its id where nobody has one."""
        names = [line.text for line in names_by_user(self.on_day, self.corridor.name)]
        zone = self.view.watch.zone_with(self.corridor.zone) if self.corridor.zone else None
        if not names and zone:
            return printable(self.view.words.name(zone.names, otherwise=self.corridor.id))
        return SEPARATOR.join(dict.fromkeys(names)) or printable(self.corridor.id)

    @property
    def instrument_name(self) -> str:
        """What the instrument is called that names it; "" where none does."""
        instruments = self.view.watch.agreement.instrument
        named = next((each for each in instruments if each.id == self.corridor.instrument), None)
        return printable(self.view.words.name(named.names, otherwise=named.id)) if named else ""

    @property
    def clauses(self) -> set[str]:
        own = {self.corridor.clause} if self.corridor.clause else set()
        return own.union(*(row.link.clauses for row in self.rows)) if self.rows else own

    def _ends(self) -> tuple[str, str]:
        """What its two ends are called: where the first of its links begins, and where the last leads to."""
        words = self.view.words
        if not self.rows:
            return words.gettext("its first end"), words.gettext("its second end")
        links = [row.link for row in self.rows]
        start = links[0].from_
        end = links[0].to
        for link in links[1:]:
            end = link.to if link.from_ == end else link.from_
        return self.on_day.nodes.get(start, start), self.on_day.nodes.get(end, end)

    def _who(self, row: Any) -> str:
        return voice_words(self.view, self.on_day.network, row.by, row.source)

    @property
    def passages(self) -> list[PassageLine]:
        """The latest day first."""
        rows = sorted(self.corridor.passage, key=lambda row: (row.day, row.known_at, self._who(row)), reverse=True)
        return [
            PassageLine(
                row=row,
                who=self._who(row),
                days=days_words(row.day, row.day_latest),
                where=direction_words(row.direction, self.first, self.second),
                traffic=TRAFFIC_WORDS[row.traffic],
                count=_count(row.least, row.most),
            )
            for row in rows
        ]

    @property
    def totals(self) -> list[PassageTotal]:
        """By direction, kind and voice: voices are never added to one another."""
        groups: dict[tuple[str, str, str], list[PassageStatement]] = defaultdict(list)
        if not self.corridor.passage:
            return []
        axes = PassageAxes.over(self.corridor.passage)
        for row in self.corridor.passage:
            groups[self._who(row), row.direction, row.traffic].append(row)
        return [
            PassageTotal(
                who=who,
                where=direction_words(rows[0].direction, self.first, self.second),
                traffic=TRAFFIC_WORDS[rows[0].traffic],
                statements=len(rows),
                count=_count(sum(row.least for row in rows), sum(row.most for row in rows)),
                drawing=draw_passages(rows, axes),
            )
            for (who, _, _), rows in sorted(groups.items())
        ]

    @property
    def passage_days(self) -> Message | None:
        """From which day to which the drawings reach; None where all that is stated is of one time."""
        if len({(row.day, row.day_latest) for row in self.corridor.passage}) < 2:
            return None
        axes = PassageAxes.over(self.corridor.passage)
        return days_words(axes.first, axes.last)

    @property
    def queues(self) -> list[QueueLine]:
        rows = sorted(self.corridor.queue, key=lambda row: (row.at, self._who(row)), reverse=True)
        return [
            QueueLine(
                row=row,
                who=self._who(row),
                where=direction_words(row.direction, self.first, self.second),
                traffic=TRAFFIC_WORDS[row.traffic],
            )
            for row in rows
        ]

    @property
    def closures(self) -> list[ClosureLine]:
        rows = sorted(self.corridor.closure, key=lambda row: (row.since, row.known_at, self._who(row)))
        return [
            ClosureLine(
                row=row,
                who=self._who(row),
                where=direction_words(row.direction, self.first, self.second),
                days=_closed_days(row),
                travellers=names_of(self.view, self.on_day.network, row.for_),
                is_on_day=self._is_on(row, self.on_day.chosen.day),
            )
            for row in rows
        ]

    @staticmethod
    def _is_on(row: ClosureStatement, day: date) -> bool:
        return row.since <= day and (row.until is None or day < row.until)

    @property
    def checkpoints(self) -> list[Stated]:
        """What each calls the checkpoint, in the order of who speaks."""
        rows = [Stated(row=row, who=self._who(row)) for row in self.corridor.checkpoint]
        return sorted(rows, key=lambda stated: (stated.who, stated.row.known_at))

    @property
    def entering(self) -> list[tuple[Message, str]]:
        """What can be entered of it: (label, address)."""
        about = quote(self.corridor.id, safe="")
        return [(LINK_FORMS[table].title, f"/links/entries/new?table={table}&about={about}") for table in OF_CORRIDORS]


def _count(least: int, most: int) -> Message:
    if least == most:
        return Message("{count}", count=Amount(least))
    return Message("{least} to {most}", least=Amount(least), most=Amount(most))


def _closed_days(row: ClosureStatement) -> Message:
    if row.until is None:
        return Message("from {first} on, no end stated", first=row.since)
    return Message("from {first}; passable again from {until}", first=row.since, until=row.until)


def names_by_user(on_day: ShownNetwork, name: Sequence[PlaceName]) -> list[NameLine]:
    """Each user's own name in its own line, by the alphabet; none is put above another."""
    view, language = on_day.view, on_day.view.words.language
    return [
        NameLine(
            users=view.words.listed([printable(user_label(view.watch, user, language)) for user in each.users]),
            text=printable(each.text),
            language=each.language,
            sources=tuple(printable(source) for source in each.sources),
        )
        for each in users_names(view.watch, name, on_day.chosen.day, language)
    ]


class RouteWords:
    """One route of the shown network, in the order in which one goes along it."""

    def __init__(self, on_day: ShownNetwork, route: RouteOfStates) -> None:
        self.on_day, self.route, self.view = on_day, route, on_day.view
        self.whole: RouteView = route_view(
            on_day.network,
            route,
            on_day.chosen.day,
            on_day.chosen.known_by,
            agreement=on_day.view.watch.agreement,
            zone=on_day.view.watch.zone,
        )

    @property
    def title(self) -> str:
        """The program's own words, since what its users call it may be a slogan of one of them; those names stand on
        its page, each with its user."""
        on_day = self.on_day
        labels, day = on_day.nodes, on_day.chosen.day
        return printable(
            route_title(self.view.watch, self.route, self.view.words, network=on_day.network, labels=labels, day=day)
        )

    @property
    def stages(self) -> list[StretchLine | Message]:
        """Its links, and a sentence where the network has none that it needs."""
        stages: list[StretchLine | Message] = []
        for place, stretch in enumerate((*self.whole.stretches, None)):
            stages += [self._missing(each) for each in self.whole.missing if each.place == place]
            if stretch is not None:
                stages.append(stretch_line(self.on_day, stretch))
        return stages

    @property
    def missing(self) -> list[Message]:
        return [self._missing(each) for each in self.whole.missing]

    @property
    def lacking(self) -> list[tuple[str, str, list[tuple[Stated, Message]]]]:
        """The links that somebody says were never built or are destroyed: id, title, and each word that stands."""
        network = self.on_day.network
        return [
            (
                each.link,
                self.on_day.title(self.on_day.links[each.link]),
                [
                    (Stated(row=row, who=voice_words(self.view, network, row.by, row.source)), status_words(row.status))
                    for row in each.status.statements
                ],
            )
            for each in self.whole.lacking
        ]

    def _missing(self, missing: MissingLink) -> Message:
        before, after = (self.on_day.nodes.get(node, node) for node in (missing.before, missing.after))
        if missing.named:
            return Message(
                'Missing: the route names a link "{link}" that the record does not have.', link=missing.named
            )
        if before and after:
            return Message("Missing: no link on record from {first} to {second}.", first=before, second=after)
        if before or after:
            return Message("Missing: no link on record at {place}.", place=before or after)
        return Message("Missing: no link on record here.")

    @property
    def gauge_changes(self) -> list[Message]:
        return [
            Message(
                "At {place}, from {first} mm to {second} mm.",
                place=self.on_day.nodes.get(each.node, each.node),
                first=str(each.from_mm),
                second=str(each.to_mm),
            )
            for each in self.whole.gauge_changes
        ]

    @property
    def crossings(self) -> list[tuple[str, str, str]]:
        """The crossings that it passes: (id, title, who meets there)."""
        links = (self.on_day.links[link] for link in self.whole.crossings if link in self.on_day.links)
        network = self.on_day.network
        return [(link.id, self.on_day.title(link), names_of(self.view, network, link.between)) for link in links]

    @property
    def needs(self) -> list[tuple[str, str, Stated]]:
        """What has to be decided: (of which link or "" of the whole, by whom, the statement)."""
        network = self.on_day.network
        return [
            (
                self.on_day.title(self.on_day.links[each.link]) if each.link in self.on_day.links else "",
                names_of(self.view, network, each.need.who),
                Stated(row=each.need, who=voice_words(self.view, network, each.need.by, each.need.source)),
            )
            for each in self.whole.needs
        ]
