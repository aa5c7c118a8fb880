"""An answer as one JSON document: every figure as [least, most] with what it rests on and whose claim that is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from trucewatch.model.link_opening import ForSide, Interval, Journey, LinkLength, LinkTime, Opening, Stretch
from trucewatch.model.link_statements import NeedStatement, StatusStatement, WorksStatement
from trucewatch.model.link_status import LinkStatus
from trucewatch.model.links import Link, Network
from trucewatch.model.times import iso_utc

Document = dict[str, Any]


def opening_document(opening: Opening, network: Network) -> Document:
    """The answer for programs: minutes whole, km to a tenth. network: the one that was asked."""
    links = {link.id: link for link in network.links}
    journeys = [journey for side in opening.sides for journey in (side.before, side.after) if journey]
    passed = {stretch.link for journey in journeys for stretch in journey.stretches}
    passed |= {*opening.opened, *(each.link for each in opening.still_needed)}
    passed |= {stretch.link for stretch in opening.through or ()}
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
        "simulated": any(links[link].simulated for link in passed if link in links),
        "clauses": list(opening.clauses),
        "sides": [_side(side, links) for side in opening.sides],
        "through": None if opening.through is None else [_stretch(stretch, links) for stretch in opening.through],
        "still_needed": [
            {
                "link": each.link,
                "asked": each.is_asked,
                **status_document(each.status),
                "works": [_works(row) for row in each.works],
                "decisions": [_need(row) for row in each.needs],
            }
            for each in opening.still_needed
        ],
        "whose": list(opening.whose),
    }


def status_document(status: LinkStatus) -> Document:
    """How a link stands, why, and each word that stands beside the others."""
    return {
        "status": status.status,
        "why": status.why,
        "stated": [_status_statement(row) for row in status.statements],
    }


def length_document(length: LinkLength) -> Document:
    """The interval, what it is worked out from, and each stated figure beside it."""
    return {
        "km": _tenths(length.km),
        "from": length.worked_out_from,
        "stated": [{"km": row.km, **_claim(row)} for row in length.stated],
        "shorter_than_straight_line": [{"km": row.km, **_claim(row)} for row in length.below],
    }


def time_document(time: LinkTime) -> Document:
    """The same of the minutes."""
    return {
        "minutes": _whole(time.minutes),
        "from": time.worked_out_from,
        "border": time.is_border,
        "stated": [{"least": row.least, "most": row.most, **_claim(row)} for row in time.stated],
    }


def _side(side: ForSide, links: Mapping[str, Link]) -> Document:
    return {
        "side": side.side,
        "before": _journey(side.before, links),
        "after": _journey(side.after, links),
        "minutes_less": None if side.saves is None else _whole(side.saves),
        "km_less": None if side.km_less is None else _tenths(side.km_less),
        "at_best_before": _minutes(side.unknown_before),
        "at_best_after": _minutes(side.unknown_after),
    }


def _journey(journey: Journey | None, links: Mapping[str, Link]) -> Document | None:
    if journey is None:
        return None
    return {
        "minutes": _whole(journey.minutes),
        "km": _tenths(journey.km),
        "border_minutes": _whole(journey.border),
        "gauge_changes": journey.gauge_changes,
        "transfers": journey.transfers,
        "stretches": [_stretch(stretch, links) for stretch in journey.stretches],
    }


def _stretch(stretch: Stretch, links: Mapping[str, Link]) -> Document:
    link = links[stretch.link]
    ends = (link.from_, link.to) if stretch.passing == "forward" else (link.to, link.from_)
    return {
        "link": stretch.link,
        "kind": link.kind,
        "from": ends[0],
        "to": ends[1],
        **status_document(stretch.status),
        "length": length_document(stretch.length),
        "time": time_document(stretch.time),
    }


def _status_statement(row: StatusStatement) -> Document:
    return {
        "status": row.status,
        "direction": row.direction,
        "for": list(row.for_),
        "since": _day(row.since),
        "since_latest": _day(row.since_latest),
        "until": _day(row.until),
        **_claim(row),
    }


def _works(row: WorksStatement) -> Document:
    return {"state": row.state, "since": _day(row.since), "due": _day(row.due), **_claim(row)}


def _need(row: NeedStatement) -> Document:
    return {
        "what": dict(row.what),
        "who": list(row.who),
        "clauses": list(row.clauses),
        "settled": _day(row.settled),
        **_claim(row),
    }


def _claim(row: Any) -> Document:
    """Whose claim a statement is, where it stands, and when the watch knew of it."""
    return {"by": row.by, "source": row.source, "known_at": iso_utc(row.known_at)}


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
