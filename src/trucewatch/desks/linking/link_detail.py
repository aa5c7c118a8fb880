"""One link with all that is on record of it: how it stands and by whose word, its history on two axes of time, lengths,
times, works, crossing rules, what has to be decided."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from urllib.parse import quote

from trucewatch.desks.linking.forms import LINK_FORMS
from trucewatch.desks.linking.link_views import ShownNetwork, StatusCell
from trucewatch.desks.linking.wording import (
    WAY_WORDS,
    WORKS_WORDS,
    direction_words,
    km_words,
    length_rests_on,
    name_of,
    names_of,
    since_words,
    status_words,
    time_rests_on,
    time_words,
    voice_words,
    why_words,
)
from trucewatch.messages import Message
from trucewatch.model.link_statements import OF_LINKS, Direction, StatusStatement, TimeStatement
from trucewatch.model.link_status import LinkStatus, Passing, begins, said_on
from trucewatch.model.links import Link, Way
from trucewatch.model.openings import Interval, LinkTime
from trucewatch.pipeline.link_columns import StatusColumns
from trucewatch.pipeline.link_figures import length_of, time_of

MOST_STEPS = 8
"""Moments at which something became known that the drawing of two axes shows; the table has all of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stated:
    """A row that somebody stated: the row, and whose word it is. below: of a length whether it cannot be."""

    row: Any
    who: str
    below: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusLine:
    """A statement of how a link stands, on both axes: since when it was so, and since when it was known."""

    row: StatusStatement
    who: str
    status: Message
    where: Message
    since: Message
    until: date | None
    said: date
    travellers: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How a link stands in a direction: the sentence why, and the words that stand, beside each other."""

    cell: StatusCell
    why: Message
    words: tuple[StatusLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusPeriod:
    """A run of days on which a status follows, by what was known at a moment. None: open to that side."""

    first: date | None
    until: date | None
    status: LinkStatus
    words: Message
    why: Message


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownStep:
    """What followed of all days once something became known."""

    known_at: datetime
    periods: tuple[StatusPeriod, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeOfWay:
    """How long it takes by one way, with what that rests on."""

    way: Message
    time: LinkTime
    words: Message
    rests_on: Message


class LinkDetail:
    """One link of the shown network."""

    def __init__(self, on_day: ShownNetwork, link: Link) -> None:
        self.on_day, self.link, self.view = on_day, link, on_day.view
        self.row = on_day.row(link)
        self.first, self.second = on_day.ends(link)

    def stated(self, rows: Iterable[Any], below: Iterable[Any] = ()) -> list[Stated]:
        """Rows with whose word each is: by the names of who speaks, then in the order in which they became known."""
        under = list(below)
        lines = (
            Stated(row=row, who=voice_words(self.view, self.on_day.network, row.by, row.source), below=row in under)
            for row in rows
        )
        return sorted(lines, key=lambda line: (line.who, line.row.known_at))

    @property
    def standings(self) -> list[Standing]:
        return [
            Standing(
                cell=cell,
                why=why_words(self.view, cell.status),
                words=tuple(sorted(map(self.line, cell.status.statements), key=lambda line: line.who)),
            )
            for cell in self.row.cells
        ]

    def line(self, row: StatusStatement) -> StatusLine:
        network = self.on_day.network
        return StatusLine(
            row=row,
            who=voice_words(self.view, network, row.by, row.source),
            status=status_words(row.status),
            where=direction_words(row.direction, self.first, self.second),
            since=since_words(row),
            until=row.until,
            said=said_on(row, self.view.watch.zone),
            travellers=names_of(self.view, network, row.for_),
        )

    @property
    def history(self) -> list[StatusLine]:
        """Every statement of how it stands, in the order of the days of which they tell."""
        zone = self.view.watch.zone
        lines = [self.line(row) for row in self.link.status]
        return sorted(lines, key=lambda line: (begins(line.row, zone), line.row.known_at, line.who))

    def steps(self, passing: Passing) -> list[KnownStep]:
        """What followed of all days by what was known, at each moment at which a statement became known; the last
        first, and no more than the drawing holds."""
        moments = sorted({row.known_at for row in self.link.status})[-MOST_STEPS:]
        alone = replace(self.on_day.network, links=(self.link,))
        columns = StatusColumns.of(alone, self.view.watch.agreement, self.view.watch.zone)
        return [
            KnownStep(
                known_at=moment,
                periods=tuple(
                    StatusPeriod(
                        first=span.first,
                        until=span.until,
                        status=span.status,
                        words=status_words(span.status.status),
                        why=why_words(self.view, span.status),
                    )
                    for span in columns.spans(self.link.id, moment, passing=passing)
                ),
            )
            for moment in reversed(moments)
        ]

    def direction(self, passing: Direction) -> Message:
        return direction_words(passing, self.first, self.second)

    @property
    def lengths(self) -> dict[str, Any]:
        """The interval with what it rests on, and each figure as its source states it."""
        length = length_of(self.on_day.whole, self.link)
        return {
            "interval": km_words(self.view, length.km),
            "rests_on": length_rests_on(self.view, self.on_day.network, length),
            "stated": self.stated(self.link.length, length.below),
        }

    @property
    def times(self) -> list[TimeOfWay]:
        return [self._time(way) for way in self.link.ways]

    def _time(self, way: Way) -> TimeOfWay:
        time = time_of(self.on_day.whole, self.link, way)
        return TimeOfWay(
            way=WAY_WORDS[way],
            time=time,
            words=time_words(time.minutes),
            rests_on=time_rests_on(self.view, self.on_day.network, time, (way,)),
        )

    @property
    def between(self) -> str:
        return names_of(self.view, self.on_day.network, self.link.between)

    def works_word(self, state: str) -> Message:
        return WORKS_WORDS[state]  # type: ignore[index]

    def who(self, codes: Iterable[str]) -> str:
        return names_of(self.view, self.on_day.network, codes)

    def name(self, code: str) -> str:
        return name_of(self.view, self.on_day.network, code)

    @property
    def entering(self) -> list[tuple[Message, str]]:
        """What can be entered of it: (label, address)."""
        about = quote(self.link.id, safe="")
        return [(LINK_FORMS[table].title, f"/links/entries/new?table={table}&about={about}") for table in OF_LINKS]

    def minutes(self, row: TimeStatement) -> Message:
        return time_words(Interval(least=row.least, most=row.most))
