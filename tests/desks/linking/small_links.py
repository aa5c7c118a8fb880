"""A small invented network on the invented watch: every kind of link, every way in which a status comes about, a route
with a missing stretch, a corridor with words of both sides."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

PLACES: Final = {
    "highmere": (-25.01639, -34.8062),
    "middle-bridge": (-25.12268, -34.99453),
    "port-merrow": (-25.09007, -35.22531),
    "kessford": (-25.29536, -34.88607),
    "stonegate": (-24.71577, -34.83201),
    "threeoaks": (-24.84115, -35.00711),
    "sorrel-bridge": (-24.91001, -35.1532),
    "fallowlea": (-25.29612, -35.09879),
}
KNOWN: Final = "2031-04-21T08:00:00-02:00"
MEANWHILE: Final = "2031-04-26T08:00:00-02:00"
LATER: Final = "2031-05-02T08:00:00-02:00"
PASSED: Final = {"day": "2031-05-01", "direction": "forward", "traffic": "lorries"}
QUEUED: Final = {"at": "2031-05-02T10:00:00-02:00", "direction": "backward", "traffic": "cars"}
SOURCE: Final = "Simulated: road book of Halvane"


def said(by: str = "", *, known_at: str = KNOWN, source: str = SOURCE, **row: Any) -> dict[str, Any]:
    """A row of a table: what is stated, by whom, where that was read and since when it is known."""
    return row | ({"by": by} if by else {}) | {"source": source, "known_at": known_at}


def links_document(first: str = "UV", second: str = "LV") -> dict[str, Any]:
    """The file, with what two parties state; exchanged, each states what the other one did."""
    features = [_node(name) for name in PLACES]
    features += [
        _link(
            "north-road",
            "road",
            "highmere",
            "middle-bridge",
            clauses=["5a"],
            status=[said(status="open", since="2031-04-20")],
            length=[said(first, km=28.5), said(second, km=31.0)],
        ),
        _link(
            "bridge",
            "crossing",
            "middle-bridge",
            "threeoaks",
            clauses=["5a"],
            between=[first, second],
            carries=["road"],
            status=[
                said(first, status="open", since="2031-04-25", known_at=MEANWHILE, says={"en": "the bridge is open"}),
                said(
                    second, status="closed", since="2031-04-25", known_at=MEANWHILE, says={"en": "the bridge is shut"}
                ),
            ],
            minutes=[said(first, least=30, most=90)],
            rules=[
                said(first, who={"en": "residents"}, controller={"en": "the bridge post"}),
                said(second, who={"en": "nobody"}, controller={"en": "the river post"}),
            ],
            need=[said(what={"en": "who stands at the bridge"}, who=[first, second], clauses=["5a"])],
        ),
        _link(
            "valley-road",
            "road",
            "threeoaks",
            "port-merrow",
            clauses=["5a"],
            status=[
                said(status="closed", since="2031-04-20"),
                said(status="restricted", since="2031-05-01", known_at=LATER),
            ],
            works=[said(first, state="announced", due="2031-07-01", says={"en": "new asphalt"})],
            name=[
                {"text": f"The way of {first}", "language": "en", "used_by": first, "source": SOURCE},
                {"text": f"The way of {second}", "language": "en", "used_by": second, "source": SOURCE},
            ],
        ),
        _link("old-rail", "railway", "kessford", "fallowlea", gauge_mm=1520, status=[said(status="destroyed")]),
        _link(
            "new-rail",
            "railway",
            "fallowlea",
            "port-merrow",
            gauge_mm=1435,
            clauses=["5b"],
            status=[said(status="never_built", since="2031-04-20")],
        ),
        _link("gap-road", "road", "highmere", "kessford", one_way=True),
        _link(
            "south-road",
            "road",
            "fallowlea",
            "port-merrow",
            status=[said(status="open", since="2031-04-20", since_latest="2031-05-20")],
        ),
        _link(
            "coast-road",
            "road",
            "sorrel-bridge",
            "port-merrow",
            status=[
                said(status="open", direction="forward", since="2031-04-20"),
                said(status="closed", direction="backward", since="2031-04-20"),
            ],
        ),
        _link("east-road", "road", "threeoaks", "sorrel-bridge", status=[said(status="closed", since="2031-04-20")]),
        _link(
            "side-road",
            "road",
            "highmere",
            "stonegate",
            status=[
                said(status="open", since="2031-04-20"),
                said(status="closed", since="2031-04-22", known_at=MEANWHILE, **{"for": [second]}),
            ],
        ),
        _link("wire", "power", "highmere", "stonegate", status=[said(status="open", since="2031-04-20")]),
    ]
    corridor_name = [
        {"text": f"Corridor of {side}", "language": "en", "used_by": side, "source": SOURCE} for side in (first, second)
    ]
    return {
        "type": "FeatureCollection",
        "features": features,
        "states": [{"id": "OUT", "names": {"en": "Outland"}}],
        "routes": [
            {
                "id": "north-south",
                "name": [{"text": "North–South", "language": "en", "used_by": "OUT", "source": SOURCE}],
                "links": ["north-road", "bridge", "valley-road", "?", "new-rail"],
                "clauses": ["5a"],
                "need": [said(what={"en": "who pays no toll"}, who=["OUT", first])],
                "source": SOURCE,
                "known_at": KNOWN,
            }
        ],
        "corridors": [
            {
                "id": "bridge-way",
                "name": corridor_name,
                "zone": "bridge-road",
                "links": ["north-road", "bridge"],
                "source": SOURCE,
                "passage": [
                    said(
                        first,
                        day="2031-05-01",
                        known_at=LATER,
                        direction="forward",
                        traffic="lorries",
                        least=12,
                        most=14,
                    ),
                    said(
                        second,
                        day="2031-05-01",
                        known_at=LATER,
                        direction="forward",
                        traffic="lorries",
                        least=10,
                        most=10,
                    ),
                    said(
                        first, day="2031-04-30", known_at=LATER, direction="forward", traffic="lorries", least=3, most=9
                    ),
                ],
                "queue": [
                    said(
                        first,
                        known_at="2031-05-02T12:00:00-02:00",
                        at="2031-05-02T10:00:00-02:00",
                        direction="backward",
                        traffic="cars",
                        waiting=7,
                    )
                ],
                "closure": [said(first, since="2031-04-22", known_at=MEANWHILE, says={"en": "high water"})],
                "checkpoint": [
                    said(first, called={"en": "the toll house"}, since="2031-04-23", known_at=MEANWHILE),
                    said(second, called={"en": "the river gate"}, since="2031-04-23", known_at=MEANWHILE),
                ],
            }
        ],
        "credit": {"en": "Simulated: invented for the example watch"},
    }


def with_small_links(folder: Path, first: str = "UV", second: str = "LV") -> Path:
    """A watch's folder with these links."""
    text = json.dumps(links_document(first, second), ensure_ascii=False)
    (folder / "links.geojson").write_text(text, encoding="utf-8")
    return folder


def _node(name: str) -> dict[str, Any]:
    properties = {"id": name, "node": "town", "place": name, "source": SOURCE}
    return {
        "type": "Feature",
        "id": name,
        "properties": properties,
        "geometry": {"type": "Point", "coordinates": list(PLACES[name])},
    }


def _link(link: str, kind: str, from_: str, to: str, **properties: Any) -> dict[str, Any]:
    line = {"type": "LineString", "coordinates": [list(PLACES[from_]), list(PLACES[to])]}
    own = {"id": link, "kind": kind, "from": from_, "to": to, "source": SOURCE, "simulated": True}
    return {"type": "Feature", "id": link, "properties": own | properties, "geometry": line}
