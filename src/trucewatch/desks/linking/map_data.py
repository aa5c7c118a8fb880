"""The network and how its links stand on every day → what the map of links takes: nodes, links, and for each link the
spans of days of one status, by what was known on the day itself and by what was known at one moment.

The browser then finds the status of any day by itself. Statuses are numbered from not known to open, so that of two
directions the greater number is the freer.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from typing import Any, Final

from trucewatch.locale import Words
from trucewatch.messages import Message
from trucewatch.model.agreement import Agreement
from trucewatch.model.link_statements import NOT_KNOWN, STATUS_WORDS, STATUSES
from trucewatch.model.link_status import WHYS, LinkStatus, Passing, begins, status_on, surely_from
from trucewatch.model.links import Link, Network
from trucewatch.model.times import day_of
from trucewatch.pipeline.link_columns import StatusColumns

MAP_STATUSES: Final = (NOT_KNOWN, *STATUSES)
"""The number of a status in a span is its place here."""
PLACES: Final = 5
"""Decimals of a degree that links are drawn with: about a metre."""
BOTH_WAYS: Final = Message("{first} → {second}: {there}; {second} → {first}: {back}")
"""How a link stands that stands differently both ways."""
_NUMBERS: Final = {status: number for number, status in enumerate(MAP_STATUSES)}
_WHYS: Final = {why: number for number, why in enumerate(WHYS)}
_EPOCH: Final = date(1970, 1, 1)
_TICK: Final = timedelta(seconds=1)

Span = tuple[int | None, int | None, int, int]
"""First day, first day after it (days since 1970, None: without an end), status, why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Knowing:
    """By what was known: at one moment whatever the day (`known_by`), or at the end of each day, on the day of the
    watch's clock by that clock, and never later than `latest` (all UTC)."""

    known_by: datetime
    clock: datetime
    latest: datetime
    zone: tzinfo

    @property
    def clock_day(self) -> date:
        return self.clock.astimezone(self.zone).date()

    @property
    def last_day(self) -> date:
        """The last day of which anything may be told."""
        return self.latest.astimezone(self.zone).date()

    def on(self, day: date) -> datetime:
        """The moment by which something counts as known on a day."""
        return self.clock if day == self.clock_day else min(day_of(day, self.zone).end - _TICK, self.latest)


def day_number(day: date) -> int:
    """Days since 1970.

    >>> day_number(date(2022, 8, 28))
    19232
    """
    return (day - _EPOCH).days


def network_table(
    network: Network,
    agreement: Agreement,
    knowing: Knowing,
    *,
    labels: Mapping[str, str],
    titles: Mapping[str, str],
    words: Words,
) -> dict[str, Any]:
    """All that the map of links takes. labels: what each node is called, by id; titles: each link."""
    placed = {node.id: number for number, node in enumerate(network.nodes)}
    links = drawn_links(network)
    columns = StatusColumns.of(network, agreement, knowing.zone)
    return {
        "statuses": list(MAP_STATUSES),
        "whys": list(WHYS),
        "nodes": [
            {
                "id": node.id,
                "lon": round(node.lon, PLACES),
                "lat": round(node.lat, PLACES),
                "kind": node.kind,
                "label": labels.get(node.id, node.id),
            }
            for node in network.nodes
        ],
        "links": [
            {
                "id": link.id,
                "kind": link.kind,
                "ends": [placed[link.from_], placed[link.to]],
                "points": [[round(lon, PLACES), round(lat, PLACES)] for lon, lat in link.points],
                "title": titles.get(link.id, link.id),
            }
            for link in links
        ],
        "spans": {
            "then": [
                _both_ways(*(spans_as_then_known(link, passing, agreement, knowing) for passing in _passings(link)))
                for link in links
            ],
            "fixed": [
                _both_ways(*(spans_by(columns, link, passing, knowing.known_by) for passing in _passings(link)))
                for link in links
            ],
        },
        "today": day_number(knowing.clock_day),
        "last": day_number(knowing.last_day),
        "words": [words.say(STATUS_WORDS[status]) for status in MAP_STATUSES],
        "both_ways": words.gettext(BOTH_WAYS.template),
    }


def drawn_links(network: Network) -> list[Link]:
    """The links both of whose ends the network has."""
    nodes = {node.id for node in network.nodes}
    return [link for link in network.links if link.from_ in nodes and link.to in nodes]


def spans_by(columns: StatusColumns, link: Link, passing: Passing, known_by: datetime) -> list[Span]:
    """How a link stood by what was known at one moment, for everybody, the earliest first."""
    spans = columns.spans(link.id, known_by, passing=passing)
    return _joined([(span.first, span.status) for span in spans])


def spans_as_then_known(link: Link, passing: Passing, agreement: Agreement, knowing: Knowing) -> list[Span]:
    """How a link stood, on each day by what was known at its end, for everybody, the earliest first."""
    zone = knowing.zone
    days = {date.min, knowing.clock_day, knowing.clock_day + timedelta(days=1)}
    for statement in link.status:
        first_known = statement.known_at.astimezone(zone).date()
        turning = (
            begins(statement, zone),
            surely_from(statement, zone),
            *([statement.until] if statement.until else []),
        )
        days |= {max(day, first_known) for day in turning}
    statuses = [
        (
            None if day == date.min else day,
            status_on(
                link.status if day > date.min else (),
                day,
                knowing.on(day) if day > date.min else knowing.latest,
                agreement=agreement,
                zone=zone,
                passing=passing,
            ),
        )
        for day in sorted(days)
        if day <= knowing.last_day
    ]
    return _joined(statuses)


def _joined(statuses: list[tuple[date | None, LinkStatus]]) -> list[Span]:
    """Runs of days of one status and one reason: whose words it rests on may change within."""
    runs: list[tuple[int | None, int, int]] = []
    for first, status in statuses:
        number, why = _NUMBERS[status.status], _WHYS[status.why]
        if not runs or runs[-1][1:] != (number, why):
            runs.append((None if first is None else day_number(first), number, why))
    untils = [first for first, _, _ in runs[1:]] + [None]
    return [(first, until, number, why) for (first, number, why), until in zip(runs, untils, strict=True)]


def _passings(link: Link) -> tuple[Passing, ...]:
    """The directions that may stand otherwise: one where all that is stated is of both, and where nobody goes back."""
    if link.one_way or all(statement.direction == "both" for statement in link.status):
        return ("forward",)
    return ("forward", "backward")


def _both_ways(there: list[Span], back: list[Span] | None = None) -> list[list[Span] | None]:
    """The spans from the first end to the second, and back; None back where it stands the same."""
    return [there, None if back == there else back]
