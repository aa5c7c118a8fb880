"""How long links are and how long it takes to pass them: intervals over what sources state, else what the watch
assumes.

What is stated is counted with as it stands; a length shorter than the straight line between the ends cannot be, and is
shown beside.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

import numpy as np
import numpy.typing as npt

from trucewatch.geo.frame import wgs84
from trucewatch.model.links import Assumptions, Link, Network, Way
from trucewatch.model.openings import LARGEST, Interval, LinkLength, LinkTime

Floats = npt.NDArray[np.float64]
_MOST_KEPT: Final = 4
_STRAIGHT: list[tuple[Network, dict[str, float]]] = []
"""Straight lines of the networks that were asked last."""
_SLOWEST_KM_H: Final = 1e-3


def length_of(network: Network, link: Link) -> LinkLength:
    """How long a link is, by all that it states; `known_by` of the network or the link leaves out what was not known.

    The geodesic between the two ends on the WGS 84 ellipsoid, less what their places may be out, is the shortest that
    it can be.
    """
    return _length(link, straight_km(network, link), network.assumptions)


def time_of(network: Network, link: Link, way: Way) -> LinkTime:
    """How long it takes to pass a link by road or by rail, minutes: as stated, else by its length and the watch's
    speeds; at a crossing of which nothing is stated, with the minutes that the watch assumes at a border."""
    return _time(link, way, length_of(network, link).km, network.assumptions)


def straight_km(network: Network, link: Link) -> float:
    """The straight line between a link's ends, km."""
    lines = next((earlier_lines for earlier, earlier_lines in list(_STRAIGHT) if earlier is network), None)
    if lines is None:
        lines = _straight_lines(network)
        _STRAIGHT[:] = [(network, lines), *_STRAIGHT[: _MOST_KEPT - 1]]
    if link.id not in lines:
        return _straight_lines(replace(network, links=(link,)))[link.id]
    return lines[link.id]


def link_known_by(link: Link, moment: datetime) -> Link:
    """The link with the lengths and minutes that were stated by a moment (UTC)."""
    length = tuple(row for row in link.length if row.known_at <= moment)
    minutes = tuple(row for row in link.minutes if row.known_at <= moment)
    if len(length) == len(link.length) and len(minutes) == len(link.minutes):
        return link
    return replace(link, length=length, minutes=minutes)


@dataclass(frozen=True, slots=True, kw_only=True)
class Minutes:
    """The minutes of every link by a way, in the order of the file; zero where that way does not pass it."""

    least: Floats
    most: Floats


def minutes_by(network: Network, known_by: datetime) -> dict[Way, Minutes]:
    """The minutes of all links at once, by what was stated by a moment (UTC)."""
    ways: tuple[Way, ...] = ("road", "rail")
    count = len(network.links)
    figures = {way: Minutes(least=np.zeros(count), most=np.zeros(count)) for way in ways}
    for place, link in enumerate(network.links):
        if link.is_inside_only:
            continue
        link_then = link_known_by(link, known_by)
        km = _length(link_then, straight_km(network, link), network.assumptions).km
        for way in link.ways:
            minutes = _time(link_then, way, km, network.assumptions).minutes
            figures[way].least[place], figures[way].most[place] = minutes.least, minutes.most
    return figures


def _length(link: Link, straight: float, assumptions: Assumptions) -> LinkLength:
    whole = tuple(each for each in link.length if not each.of)
    shortest, farthest = assumptions.straight(straight)
    stated = tuple(each for each in whole if each.km >= shortest)
    below = tuple(each for each in whole if each.km < shortest)
    if stated:
        figures = [each.km for each in stated]
        return LinkLength(
            km=_interval(min(figures), max(figures)), worked_out_from="stated", stated=stated, below=below
        )
    least, most = assumptions.longer_than_straight
    return LinkLength(km=_interval(shortest * least, farthest * most), worked_out_from="straight_line", below=below)


def _time(link: Link, way: Way, km: Interval, assumptions: Assumptions) -> LinkTime:
    is_border = link.kind == "crossing"
    if link.minutes:
        least, most = min(each.least for each in link.minutes), max(each.most for each in link.minutes)
        return LinkTime(
            minutes=_interval(least, most), worked_out_from="stated", stated=link.minutes, is_border=is_border
        )
    slowest, fastest = assumptions.road_km_h if way == "road" else assumptions.rail_km_h
    least = 60 * km.least / max(fastest, _SLOWEST_KM_H)
    most = 60 * km.most / max(slowest, _SLOWEST_KM_H)
    if not is_border:
        return LinkTime(minutes=_interval(least, most), worked_out_from="length_and_speed")
    at_border = assumptions.border_minutes
    minutes = _interval(least + at_border[0], most + at_border[1])
    return LinkTime(minutes=minutes, worked_out_from="assumed", is_border=True)


def _interval(least: float, most: float) -> Interval:
    return Interval(least=min(float(least), LARGEST), most=min(float(most), LARGEST))


def _straight_lines(network: Network) -> dict[str, float]:
    """Link → km between its ends: of its nodes, or, where one is missing, of the line that is drawn."""
    places = {node.id: (node.lon, node.lat) for node in network.nodes}
    if not network.links:
        return {}

    def ends(end: Callable[[Link], str], point: int) -> Sequence[tuple[float, float]]:
        return [places.get(end(link), link.points[point] if link.points else (0.0, 0.0)) for link in network.links]

    firsts = np.array(ends(lambda link: link.from_, 0), dtype=np.float64)
    lasts = np.array(ends(lambda link: link.to, -1), dtype=np.float64)
    _, _, metres = wgs84().inv(firsts[:, 0], firsts[:, 1], lasts[:, 0], lasts[:, 1])
    return {link.id: float(each) / 1000 for link, each in zip(network.links, metres, strict=True)}
