"""Routes over several states and corridors, as their pages have them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import quote

from trucewatch.desks.linking.link_detail import Stated
from trucewatch.desks.linking.link_views import LinkRow, ShownNetwork
from trucewatch.desks.linking.wording import TRAFFIC_WORDS, days_words, direction_words, names_of, voice_words
from trucewatch.locale.sanitize import printable
from trucewatch.messages import Amount, Message
from trucewatch.model.link_statements import OF_CORRIDORS, ClosureStatement, PassageStatement, QueueStatement
from trucewatch.model.links import Corridor
from trucewatch.model.naming import SEPARATOR


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
    days: int
    count: Message


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


class CorridorView:
    """One corridor of the shown network. It has that word since an instrument or somebody's name for it has."""

    def __init__(self, shown: ShownNetwork, corridor: Corridor) -> None:
        self.shown, self.corridor, self.view = shown, corridor, shown.view
        self.rows: list[LinkRow] = [shown.row(shown.links[link]) for link in corridor.links if link in shown.links]
        self.first, self.second = self._ends()

    @property
    def title(self) -> str:
        """Each user's own name for it, in the order of the alphabet; its id where nobody has one."""
        names = [name for _, name, _ in names_by_user(self.shown, self.corridor.name)]
        zone = self.view.watch.zone_with(self.corridor.zone) if self.corridor.zone else None
        if not names and zone:
            return printable(self.view.words.name(zone.names, otherwise=self.corridor.id))
        return SEPARATOR.join(dict.fromkeys(names)) or printable(self.corridor.id)

    @property
    def instrument_name(self) -> str:
        """What the instrument is called that names it; "" where none does."""
        known = self.view.watch.agreement.instrument
        named = next((each for each in known if each.id == self.corridor.instrument), None)
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
        return self.shown.nodes.get(start, start), self.shown.nodes.get(end, end)

    def _who(self, row: Any) -> str:
        return voice_words(self.view, self.shown.network, row.by, row.source)

    @property
    def passages(self) -> list[PassageLine]:
        """The latest day first."""
        rows = sorted(self.corridor.passage, key=lambda row: (row.day, row.known_at), reverse=True)
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
        for row in self.corridor.passage:
            groups[self._who(row), row.direction, row.traffic].append(row)
        return [
            PassageTotal(
                who=who,
                where=direction_words(rows[0].direction, self.first, self.second),
                traffic=TRAFFIC_WORDS[rows[0].traffic],
                days=len(rows),
                count=_count(sum(row.least for row in rows), sum(row.most for row in rows)),
            )
            for (who, _, _), rows in sorted(groups.items())
        ]

    @property
    def queues(self) -> list[QueueLine]:
        rows = sorted(self.corridor.queue, key=lambda row: row.at, reverse=True)
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
        rows = sorted(self.corridor.closure, key=lambda row: (row.since, row.known_at))
        return [
            ClosureLine(
                row=row,
                who=self._who(row),
                where=direction_words(row.direction, self.first, self.second),
                days=_closed_days(row),
                travellers=names_of(self.view, self.shown.network, row.for_),
                is_on_day=self._is_on(row, self.shown.chosen.day),
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
    def entering(self) -> list[tuple[str, str]]:
        about = quote(self.corridor.id, safe="")
        return [(table, f"/links/entries/new?table={table}&about={about}") for table in OF_CORRIDORS]


def _count(least: int, most: int) -> Message:
    if least == most:
        return Message("{count}", count=Amount(least))
    return Message("{least} to {most}", least=Amount(least), most=Amount(most))


def _closed_days(row: ClosureStatement) -> Message:
    if row.until is None:
        return Message("from {first} on, no end stated", first=row.since)
    return Message("from {first}; passable again from {until}", first=row.since, until=row.until)


def names_by_user(shown: ShownNetwork, name: Iterable[Any]) -> list[tuple[str, str, str]]:
    """Each user's own name in its own line, in the order of the users' names: (users, name, where that was read)."""
    lines = [
        (names_of(shown.view, shown.network, each.users), printable(each.text), printable(each.source))
        for each in name
        if each.is_used_on(shown.chosen.day)
    ]
    return sorted(lines)
