"""A route over several states as one goes along it: its links in order, where links are missing, where the gauge
changes, which crossings it passes, and who has to decide what."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from typing import Final

from trucewatch.model.agreement import Agreement
from trucewatch.model.link_statements import NeedStatement
from trucewatch.model.link_status import LinkStatus, Passing, status_on
from trucewatch.model.links import Link, Network, RouteOfStates
from trucewatch.model.openings import Stretch
from trucewatch.model.times import as_utc
from trucewatch.pipeline.link_figures import length_of, link_known_by, time_of

ABSENT: Final = frozenset(("never_built", "destroyed"))
"""Statuses of what is not there to be passed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MissingLink:
    """Where the network has no link that the route needs. before, after: the nodes on either side, "" where there is
    none; place: how many stretches come before it; named: the link that the route names and the network does not
    have, "" where it names none."""

    before: str
    after: str
    place: int
    named: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LackingStretch:
    """A link of the route that is on record and cannot be there to pass: never built, or destroyed, by the words of
    `status.statements`. place: which of the stretches it is."""

    place: int
    link: str
    status: LinkStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class GaugeChange:
    """A node at which railways of two gauges meet."""

    node: str
    from_mm: int
    to_mm: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RouteNeed:
    """What has to be decided, of which link; "" of the route as a whole."""

    link: str
    need: NeedStatement


@dataclass(frozen=True, slots=True, kw_only=True)
class RouteView:
    """A route on a day. stretches: in its order, as one goes along it; `from` and `to` of each follow from `passing`.
    missing: where no link is on file. lacking: links that were never built or are destroyed, by whose word. crossings:
    ids of its crossings. needs: what was not decided by that day."""

    stretches: tuple[Stretch, ...]
    missing: tuple[MissingLink, ...]
    lacking: tuple[LackingStretch, ...]
    gauge_changes: tuple[GaugeChange, ...]
    crossings: tuple[str, ...]
    needs: tuple[RouteNeed, ...]


def route_view(
    network: Network, route: RouteOfStates, day: date, known_by: datetime, *, agreement: Agreement, zone: tzinfo
) -> RouteView:
    """A route as it stood on a day by what was known at a moment. zone: of days that name none."""
    known_by = as_utc(known_by)
    links = {link.id: link for link in network.links}
    along = [links.get(link_id) for link_id in route.links]
    passings = _passings(along)
    starts = [_ends(link, passing)[0] if link else "" for link, passing in zip(along, passings, strict=True)]
    stretches: list[Stretch] = []
    missing: list[MissingLink] = []
    gauge_changes: list[GaugeChange] = []
    at, gauge_mm = "", 0
    for place, (link, named) in enumerate(zip(along, route.links, strict=True)):
        if link is None:
            following = next((number for number in range(place + 1, len(along)) if along[number] is not None), None)
            after = starts[following] if following is not None else ""
            name = "" if named == "?" else named
            missing.append(MissingLink(before=at, after=after, place=len(stretches), named=name))
            at = ""
            continue
        first, last = _ends(link, passings[place])
        if at and at != first:
            missing.append(MissingLink(before=at, after=first, place=len(stretches)))
        if "rail" in link.ways and link.gauge_mm:
            if gauge_mm and gauge_mm != link.gauge_mm:
                gauge_changes.append(GaugeChange(node=first, from_mm=gauge_mm, to_mm=link.gauge_mm))
            gauge_mm = link.gauge_mm
        link_then = link_known_by(link, known_by)
        stretches.append(
            Stretch(
                link=link.id,
                passing=passings[place],
                length=length_of(network, link_then),
                time=time_of(network, link_then, link.ways[0] if link.ways else "road"),
                status=status_on(link.status, day, known_by, agreement=agreement, zone=zone, passing=passings[place]),
            )
        )
        at = last
    rows = [("", need) for need in route.need]
    rows += [(link.id, need) for link in along if link is not None for need in link.need]
    return RouteView(
        stretches=tuple(stretches),
        missing=tuple(missing),
        lacking=tuple(
            LackingStretch(place=place, link=stretch.link, status=stretch.status)
            for place, stretch in enumerate(stretches)
            if any(row.status in ABSENT for row in stretch.status.statements)
            and stretch.status.why in ("stated", "sources_differ")
        ),
        gauge_changes=tuple(gauge_changes),
        crossings=tuple(link.id for link in along if link is not None and link.kind == "crossing"),
        needs=tuple(
            RouteNeed(link=link, need=need)
            for link, need in rows
            if need.known_at <= known_by and (need.settled is None or need.settled > day)
        ),
    )


def _passings(along: Sequence[Link | None]) -> list[Passing]:
    """In which direction each link is passed: towards an end that it shares with the next, else away from one that it
    shares with the one before; as it is drawn where it shares none."""
    passings: list[Passing] = []
    at = ""
    for place, link in enumerate(along):
        if link is None:
            passings.append("forward")
            at = ""
            continue
        following = along[place + 1] if place + 1 < len(along) else None
        ahead = {following.from_, following.to} if following is not None else set()
        leads_on = link.from_ in ahead and link.to not in ahead
        is_backward = at == link.to if at in (link.from_, link.to) else leads_on
        passings.append("backward" if is_backward else "forward")
        at = _ends(link, passings[-1])[1]
    return passings


def _ends(link: Link, passing: Passing) -> tuple[str, str]:
    return (link.from_, link.to) if passing == "forward" else (link.to, link.from_)
