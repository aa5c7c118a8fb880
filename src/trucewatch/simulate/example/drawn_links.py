"""Invented links → `links.geojson`: towns and halts, roads, railways, crossings and lines between them, a route, two
corridors. Everything says that it is simulated."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from trucewatch.simulate.example.country import Country
from trucewatch.simulate.files import geojson_bytes
from trucewatch.simulate.strict_toml import committed_table

_BESIDE: Final = ("credit", "assumptions", "states", "routes", "corridors")


def links_geojson(country: Country) -> bytes:
    """`links.geojson` of the example: the words of `links.toml`, with its points as longitude and latitude."""
    table = committed_table(__package__, "two_valleys", "links.toml")
    kilometres = {town.id: list(town.km) for town in country.town}
    kilometres |= {node["id"]: node["km"] for node in table["node"] if "km" in node}
    nodes = [
        {
            "type": "Feature",
            "id": node["id"],
            "geometry": {"type": "Point", "coordinates": _degrees(country, kilometres[node.get("place", node["id"])])},
            "properties": {key: value for key, value in node.items() if key not in ("id", "km")},
        }
        for node in table["node"]
    ]
    links = [_link(country, link, kilometres) for link in table["link"]]
    return geojson_bytes([*nodes, *links], **{key: table[key] for key in _BESIDE})


def _link(country: Country, link: Mapping[str, Any], kilometres: Mapping[str, Sequence[float]]) -> dict[str, Any]:
    corners = [kilometres[link["from"]], *link.get("via", ()), kilometres[link["to"]]]
    properties = {key: value for key, value in link.items() if key not in ("id", "via")}
    return {
        "type": "Feature",
        "id": link["id"],
        "geometry": {"type": "LineString", "coordinates": [_degrees(country, corner) for corner in corners]},
        "properties": properties | {"simulated": True},
    }


def _degrees(country: Country, corner: Sequence[float]) -> list[float]:
    """Longitude and latitude, rounded to about a metre as the map's are."""
    return [round(degrees, 5) for degrees in country.origin.place(corner[0] * 1000.0, corner[1] * 1000.0)]
