"""A notification → what else is on record for its districts and hours: hazardous areas, windows of silence, road
notices, closed links, another notification of the same organisation. Shown before it is sent and after. It informs and
hinders nothing; that nothing is on record says nothing of the ground.

Rows of other tables are read by the names of their attributes, and one without them has no conflict: a table that this
instance does not have is as one in which nothing was entered.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from trucewatch.messages import Message
from trucewatch.model.aid_items import Item
from trucewatch.model.aid_notifications import Movement, begins_at, ends_at
from trucewatch.model.aid_tables import AidItems
from trucewatch.model.ground_word import hazard_standing
from trucewatch.model.link_statements import STATUS_WORDS, USABLE
from trucewatch.model.link_status import status_on
from trucewatch.model.links import Link, Network
from trucewatch.model.times import NEVER
from trucewatch.model.watch import Watch

NOTHING_ON_RECORD: Final = Message(
    "Nothing else is on record here for these districts and hours. That says nothing of the ground."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """Where and when something is, as far as it is known: `[start, end)`."""

    districts: frozenset[str]
    start: datetime
    end: datetime

    def meets(self, other: Span) -> bool:
        return bool(self.districts & other.districts) and self.start < other.end and other.start < self.end


def conflicts_of(
    row: Any,
    items: AidItems,
    watch: Watch,
    *,
    network: Network | None = None,
    title_of: Callable[[Link], str] | None = None,
    own_code: str = "",
) -> tuple[Message, ...]:
    """What is on record beside a movement or fixed site, in the order hazards, windows, road notices, links, other
    notifications; each by the order of its codes. own_code: of the notification itself, once it is entered. title_of:
    what a link is called."""
    span = span_of(row, watch)
    return (
        *_hazards(row, span, items),
        *_windows(span, items),
        *_road_notices(row, span, items),
        *_links(row, span, items, watch, network, title_of or (lambda link: link.id)),
        *_notifications(row, span, items, watch, own_code),
    )


def span_of(row: Any, watch: Watch) -> Span:
    """The districts and the hours of a notification; of a site without a last day, without end."""
    zone = watch.zone
    return Span(districts=frozenset(row.districts), start=begins_at(row, zone), end=ends_at(row, zone) or NEVER)


def _districts_of(row: Any) -> frozenset[str]:
    several = getattr(row, "districts", ())
    single = getattr(row, "district", "")
    return frozenset((*several, *((single,) if single else ())))


def _standing(items: AidItems, table: str) -> Iterator[Item]:
    for item in items.items(table):
        if item.row is not None:
            yield item


def _hazards(row: Any, span: Span, items: AidItems) -> Iterator[Message]:
    for item in _standing(items, "hazard"):
        standing = hazard_standing(item)
        if standing.is_released:
            continue
        outline, place = standing.outline, getattr(row, "place", None)
        if place and outline and _holds(outline, place):
            yield Message("{code}: the place lies inside the outline of a hazardous area", code=item.code)
        elif _districts_of(item.row) & span.districts:
            yield Message("{code}: a hazardous area is on record in one of these districts", code=item.code)


def _holds(outline: Sequence[tuple[float, float]], place: tuple[float, float]) -> bool:
    from shapely.geometry import Point, Polygon

    return bool(Polygon(outline).intersects(Point(place)))


def _windows(span: Span, items: AidItems) -> Iterator[Message]:
    for item in _standing(items, "window"):
        start, end = getattr(item.row, "from_", None), getattr(item.row, "until", None)
        is_over = any(step.table == "window_end" for step in item.steps)
        if start is None or end is None or is_over:
            continue
        if span.meets(Span(districts=_districts_of(item.row), start=start, end=end)):
            yield Message(
                "{code}: a window of silence for works is asked for in one of these districts, {start} to {end}",
                code=item.code,
                start=start,
                end=end,
            )


def _road_notices(row: Any, span: Span, items: AidItems) -> Iterator[Message]:
    """Those about a road that the route names, or in its districts, which were not withdrawn and promised a word that
    is not long past: a notice tells of now, so one for a later day is shown as what was said last."""
    for item in _standing(items, "road_notice"):
        words = [item.row, *(step.row for step in item.steps if hasattr(step.row, "advice"))]
        last = words[-1]
        if getattr(last, "advice", "") == "withdrawn":
            continue
        road = str(getattr(item.row, "road", ""))
        is_named = bool(road) and _is_named(row, (road,))
        if is_named or _districts_of(item.row) & span.districts:
            yield Message(
                "{code}: an urgent road notice was given for one of these districts, last word {at}",
                code=item.code,
                at=getattr(last, "said_at", item.last.known_at),
            )


def _is_named(row: Any, names: Sequence[str]) -> bool:
    """Whether one of these names stands in the words of a route, as a word of its own."""
    words = f" {' '.join(_plain(getattr(row, 'route', '')).split())} "
    return any(f" {' '.join(_plain(name).split())} " in words for name in names if name.strip())


def _plain(text: str) -> str:
    return "".join(char if char.isalnum() or char == "-" else " " for char in text.casefold())


def _links(
    row: Any, span: Span, items: AidItems, watch: Watch, network: Network | None, title_of: Callable[[Link], str]
) -> Iterator[Message]:
    if network is None or not isinstance(row, Movement):
        return
    day = row.leaves_at.astimezone(watch.zone).date()
    shapes = _shapes(watch, span.districts)
    for link in network.links:
        if link.kind not in ("road", "crossing"):
            continue
        names = (link.id, *(each.text for each in link.name))
        if not _is_named(row, names) and not _touches(link, shapes):
            continue
        status = status_on(link.status, day, items.now, agreement=watch.agreement, zone=watch.zone)
        stated = {each.status for each in status.statements}
        if status.why == "stated" and status.status not in USABLE:
            yield Message("{link}: {status} on {day}", link=title_of(link), status=STATUS_WORDS[status.status], day=day)
        elif status.why in ("sources_differ", "day_unsure") and stated - USABLE:
            yield Message(
                "{link}: sources differ for {day}, one says that it is not open", link=title_of(link), day=day
            )


def _shapes(watch: Watch, districts: frozenset[str]) -> list[Any]:
    on_file = watch.humanitarian
    zones = {each.zone for each in on_file.district if each.id in districts} if on_file else set()
    return [zone.geometry for zone in watch.zones if zone.id in zones]


def _touches(link: Link, shapes: Sequence[Any]) -> bool:
    from shapely.geometry import LineString

    line = LineString(link.points)
    return any(shape.intersects(line) for shape in shapes)


def _notifications(row: Any, span: Span, items: AidItems, watch: Watch, own_code: str) -> Iterator[Message]:
    table = "movement" if isinstance(row, Movement) else "fixed_site"
    for item in _standing(items, table):
        if item.code == own_code or item.row.organisation != row.organisation or item.latest("notice_end"):
            continue
        if span.meets(span_of(item.row, watch)):
            yield Message(
                "{code}: another notification of the same organisation has these districts and hours", code=item.code
            )
