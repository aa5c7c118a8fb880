"""Invented links between invented nodes, for tests of what is worked out of links."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any, Final

from trucewatch.model.agreement import Agreement, Body, Party
from trucewatch.model.link_statements import LengthStatement, Status, StatusStatement, TimeStatement
from trucewatch.model.links import Link, LinkKind, Node
from trucewatch.model.times import zone_named

ZONE: Final = zone_named("Etc/GMT+2")
KNOWN: Final = datetime(2031, 5, 20, tzinfo=UTC)
DAY: Final = date(2031, 5, 10)
AGREEMENT: Final = Agreement(
    schema=1,
    instrument=(),
    party=(
        Party(id="UV", names={"en": "Upper Valley"}),
        Party(id="LV", names={"en": "Lower Valley"}),
        Party(id="WT", names={"en": "Witness"}, role="guarantor"),
    ),
    body=(
        Body(id="UV-ministry", names={"en": "Ministry"}, counts_with="UV"),
        Body(id="court", names={"en": "Court"}),
        Body(id="lone-body", names={"en": "Agency"}),
    ),
    text=(),
    provision=(),
)


def node(node_id: str, lon: float, lat: float = -35.0) -> Node:
    return Node(id=node_id, kind="town", lon=lon, lat=lat, source="invented")


NODES: Final = (
    node("a", -25.0),
    node("b", -24.9),
    node("c", -24.8),
    node("d", -24.7),
    node("e", -24.6),
)
"""About 9 km from each to the next."""


def link(link_id: str, from_: str, to: str, kind: LinkKind = "road", **fields: Any) -> Link:
    """A link with the fields that matter to a test."""
    return Link(id=link_id, kind=kind, from_=from_, to=to, points=((0.0, 0.0), (0.0, 1.0)), source="invented", **fields)


def says(status: Status, **fields: Any) -> StatusStatement:
    """That a link stands so, by whom a test says, known before the days of tests."""
    return StatusStatement(**{"source": "paper", "known_at": datetime(2031, 4, 1, tzinfo=UTC), **fields}, status=status)


def is_long(km: float, **fields: Any) -> LengthStatement:
    return LengthStatement(**{"source": "paper", "known_at": datetime(2031, 4, 1, tzinfo=UTC), **fields}, km=km)


def takes(least: float, most: float | None = None, **fields: Any) -> TimeStatement:
    """Minutes, as somebody states them."""
    known = {"source": "paper", "known_at": datetime(2031, 4, 1, tzinfo=UTC)}
    return TimeStatement(**{**known, **fields}, least=least, most=least if most is None else most)
