"""A small invented network, and a sound row of each table, for tests of what is entered of links."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Final

from trucewatch.model.links import Corridor, Link, Network, Node, RouteOfStates
from trucewatch.model.names import PlaceName

KNOWN: Final = datetime(2031, 5, 1, tzinfo=UTC)
_NODES: Final = {"ford": (-25.2, -35.0), "hill": (-24.9, -35.0), "mill": (-24.6, -35.1)}


def _link(name: str, from_: str, to: str, **more: Any) -> Link:
    return Link(id=name, kind="road", from_=from_, to=to, points=(_NODES[from_], _NODES[to]), source="a map", **more)


NETWORK: Final = Network(
    nodes=tuple(Node(id=name, kind="town", lon=lon, lat=lat, source="a map") for name, (lon, lat) in _NODES.items()),
    links=(_link("ford-road", "ford", "hill", clauses=("1a",)), _link("hill-road", "hill", "mill")),
    routes=(
        RouteOfStates(
            id="over-the-hill",
            name=(PlaceName(text="Hill way", language="en", used_by=("UV",), source="a map"),),
            links=("ford-road", "?", "hill-road"),
            source="a map",
            known_at=KNOWN,
        ),
    ),
    corridors=(Corridor(id="the-passage", instrument="truce", links=("ford-road",), source="a map"),),
)
ROWS: Final[dict[str, dict[str, Any]]] = {
    "status": {
        "status": "closed",
        "since": "2031-05-02",
        "said": "2031-05-03",
        "by": "UV",
        "says": {"en": "the gate is shut"},
        "source": "an evening broadcast",
    },
    "length": {"km": "30.25", "of": {"en": "gate to gate"}, "by": "UV", "source": "a road book"},
    "minutes": {"least": "40", "most": "55.5", "by": "LV", "source": "a driver's log"},
    "works": {"state": "announced", "says": {"en": "new asphalt"}, "due": "2031-08-01", "source": "a tender"},
    "rules": {
        "who": {"en": "farmers"},
        "cargo": {"en": "hay"},
        "papers": {"en": "a pass"},
        "hours": {"en": "by daylight"},
        "controller": {"en": "the Guard"},
        "by": "LV",
        "source": "a notice board",
    },
    "need": {"what": {"en": "who stands at the gate"}, "who": ["UV", "LV"], "source": "a protocol"},
    "passage": {
        "day": "2031-05-02",
        "direction": "forward",
        "traffic": "lorries",
        "least": 12,
        "most": 14,
        "source": "a count by the road",
    },
    "queue": {
        "at": "2031-05-03T10:00:00Z",
        "direction": "backward",
        "traffic": "cars",
        "hours": "2.5",
        "source": "a call from the queue",
    },
    "closure": {"since": "2031-05-02", "says": {"en": "high water"}, "by": "LV", "source": "a sign"},
    "checkpoint": {
        "called": {"en": "the toll house"},
        "says": {"en": "it was there before"},
        "by": "UV",
        "source": "a talk",
    },
}
"""Keys as `links.geojson` has them; `known_at` is that of the entry."""
