"""An answer as one JSON document: every figure as [least, most] with what it rests on and whose claim that is.

Words that somebody typed are not in it: they can be erased, and a document is kept elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from trucewatch.model.link_statements import NeedStatement, StatusStatement, WorksStatement
from trucewatch.model.link_status import LinkStatus, Passing
from trucewatch.model.links import Link, Network
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
from trucewatch.model.times import as_utc, iso_utc
from trucewatch.pipeline.link_columns import StatusColumns
from trucewatch.pipeline.link_figures import length_of, link_known_by

Document = dict[str, Any]


def opening_document(opening: Opening, network: Network, entered: Iterable[Any] = ()) -> Document:
    """The answer for programs: minutes whole, km to a tenth. network: the one that was asked. entered: its rows that
    were entered by hand (the rows themselves), whose words and sources are left out."""
    return _Writer(network, entered).opening(opening)


class _Writer:
    """Writes what is stated, without the words of rows that were entered by hand."""

    def __init__(self, network: Network, entered: Iterable[Any]) -> None:
        self.links: Mapping[str, Link] = {link.id: link for link in network.links}
        self._entered = {id(row): row for row in entered}

    def opening(self, opening: Opening) -> Document:
        passed = {stretch.link for stretch in opening.through or ()}
        passed |= {*opening.opened, *(each.link for each in opening.still_needed)}
        for side in opening.sides:
            for journey in (side.before, side.after):
                passed |= {stretch.link for stretch in journey.stretches} if journey else set()
        through = opening.through
        return {
            "question": {
                "from": opening.from_,
                "to": opening.to,
                "opened": list(opening.opened),
                "mode": opening.mode,
                "day": opening.day.isoformat(),
                "known_by": iso_utc(opening.known_by),
            },
            "approximate": True,
            "simulated": any(self.links[link].simulated for link in passed if link in self.links),
            "clauses": list(opening.clauses),
            "sides": [self._side(side) for side in opening.sides],
            "through": None if through is None else [self._stretch(stretch) for stretch in through],
            "whole_way": None if opening.whole is None else self._figures(opening.whole),
            "not_open": list(opening.not_open),
            "still_needed": [self._still_needed(each) for each in opening.still_needed],
            "whose": list(opening.whose),
        }

    def status(self, status: LinkStatus) -> Document:
        """How a link stands, why, and each word that stands beside the others."""
        stated = [self._status_statement(row) for row in status.statements]
        return {"status": status.status, "why": status.why, "stated": stated}

    def length(self, length: LinkLength) -> Document:
        """The interval, what it is worked out from, and each stated figure beside it."""
        return {
            "km": _tenths(length.km),
            "from": length.worked_out_from,
            "stated": [{"km": row.km, **self._claim(row)} for row in length.stated],
            "shorter_than_straight_line": [{"km": row.km, **self._claim(row)} for row in length.below],
        }

    def time(self, time: LinkTime) -> Document:
        """The same of the minutes."""
        return {
            "minutes": _whole(time.minutes),
            "from": time.worked_out_from,
            "border": time.is_border,
            "stated": [{"least": row.least, "most": row.most, **self._claim(row)} for row in time.stated],
        }

    def _side(self, side: ForSide) -> Document:
        return {
            "side": side.side,
            "before": self._journey(side.before),
            "after": self._journey(side.after),
            "minutes_less": None if side.saves is None else _whole(side.saves),
            "km_less": None if side.km_less is None else _tenths(side.km_less),
            "at_best_before": _minutes(side.unknown_before),
            "at_best_after": _minutes(side.unknown_after),
        }

    def _journey(self, journey: Journey | None) -> Document | None:
        if journey is None:
            return None
        return self._figures(journey) | {"stretches": [self._stretch(stretch) for stretch in journey.stretches]}

    @staticmethod
    def _figures(journey: Journey) -> Document:
        return {
            "minutes": _whole(journey.minutes),
            "km": _tenths(journey.km),
            "border_minutes": _whole(journey.border),
            "gauge_changes": journey.gauge_changes,
            "transfers": journey.transfers,
        }

    def _stretch(self, stretch: Stretch) -> Document:
        link = self.links[stretch.link]
        ends = (link.from_, link.to) if stretch.passing == "forward" else (link.to, link.from_)
        return {
            "link": stretch.link,
            "kind": link.kind,
            "from": ends[0],
            "to": ends[1],
            **self.status(stretch.status),
            "length": self.length(stretch.length),
            "time": self.time(stretch.time),
        }

    def _still_needed(self, each: StillNeeded) -> Document:
        return {
            "link": each.link,
            "asked": each.is_asked,
            **self.status(each.status),
            "works": [self._works(row) for row in each.works],
            "decisions": [self._need(row) for row in each.needs],
        }

    def _status_statement(self, row: StatusStatement) -> Document:
        return {
            "status": row.status,
            "direction": row.direction,
            "for": list(row.for_),
            "since": _day(row.since),
            "since_latest": _day(row.since_latest),
            "until": _day(row.until),
            **self._claim(row),
        }

    def _works(self, row: WorksStatement) -> Document:
        return {"state": row.state, "since": _day(row.since), "due": _day(row.due), **self._claim(row)}

    def _need(self, row: NeedStatement) -> Document:
        return {
            "what": {} if id(row) in self._entered else dict(row.what),
            "who": list(row.who),
            "clauses": list(row.clauses),
            "settled": _day(row.settled),
            **self._claim(row),
        }

    def _claim(self, row: Any) -> Document:
        """Whose claim a statement is, where it stands, and when the watch knew of it."""
        source = "" if id(row) in self._entered else row.source
        return {"by": row.by, "source": source, "known_at": iso_utc(row.known_at)}


def links_document(
    network: Network, columns: StatusColumns, day: date, known_by: datetime, entered: Iterable[Any] = ()
) -> Document:
    """Every link as it stood on a day by what was known at a moment, in the order of the file; network: that whose
    columns these are."""
    writer, moment = _Writer(network, entered), as_utc(known_by)
    passings: tuple[Passing, ...] = ("forward", "backward")
    rows = []
    for link in network.links:
        ways = passings[:1] if link.one_way else passings
        statuses = {way: columns.status(link.id, day, moment, passing=way) for way in ways}
        rows.append(
            {
                "id": link.id,
                "kind": link.kind,
                "from": link.from_,
                "to": link.to,
                "inside_only": link.is_inside_only,
                "one_way": link.one_way,
                "gauge_mm": link.gauge_mm,
                "clauses": list(link.clauses),
                "simulated": link.simulated,
                "status": {way: writer.status(status) for way, status in statuses.items()},
                "length": writer.length(length_of(network, link_known_by(link, moment))),
            }
        )
    return {"day": day.isoformat(), "known_by": iso_utc(moment), "approximate": True, "links": rows}


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _minutes(minutes: float | None) -> int | None:
    return None if minutes is None else round(minutes)


def _whole(interval: Interval) -> list[int]:
    return [round(each) for each in _ends(interval)]


def _tenths(interval: Interval) -> list[float]:
    return [round(each, 1) for each in _ends(interval)]


def _ends(interval: Interval) -> Iterable[float]:
    return interval.least, interval.most
