"""Tables of places and rows → links.geojson of the watch `karabakh-2020`.

What comes out is committed. Nothing is read but the tables beside this file:

    karabakh_link_places.py     towns, stations and border points
    karabakh_southern_line.py   the railway of clause 9b; karabakh_line_words.py has its names and what it needs
    karabakh_rail_rows.py       other railways between the sides
    karabakh_main_lines.py      railways that lead out of the region
    karabakh_road_rows.py       roads; karabakh_lachin_roads.py and karabakh_iran_roads.py have more
    karabakh_corridor_rows.py   what is said of the corridor of clause 6c

Run it again with

    python examples/build_karabakh_links.py

Every row says who states it, in which text of which day, and from when on it was known. Lines are straight from town to
town; nothing here is a survey, and nothing says to whom ground belongs. What a source does not say is no row: that one
vehicle passed makes no link open, and that freight runs beyond a link says nothing of the link. An id bears no name
that one side alone uses of a place for which the other has its own.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from karabakh_corridor_rows import CORRIDORS
from karabakh_iran_roads import IRAN_ROADS
from karabakh_lachin_roads import LACHIN_ROADS
from karabakh_line_words import LINE_NAMES
from karabakh_link_places import ALSO_CALLED, NAMED, PLACES, STATES
from karabakh_link_rows import Row, at_end_of, called, need, worded
from karabakh_main_lines import MAIN_LINES
from karabakh_rail_rows import RAILWAYS
from karabakh_road_rows import ROADS
from karabakh_southern_line import SOUTHERN_LINKS

HERE = Path(__file__).resolve().parent
WATCH = HERE / "karabakh-2020"
LINKS: list[Row] = [*SOUTHERN_LINKS, *RAILWAYS, *MAIN_LINES, *ROADS, *LACHIN_ROADS, *IRAN_ROADS]

SOUTHERN_LINE = (
    "rail-yerevan-yeraskh",
    "cross-yeraskh-sadarak",
    "rail-sadarak-velidag",
    "rail-velidag-sharur",
    "rail-sharur-nakhchivan",
    "rail-nakhchivan-julfa",
    "rail-julfa-ordubad",
    "rail-ordubad-border",
    "cross-ordubad-agarak",
    "rail-meghri",
    "cross-meghri-aghband",
    "rail-horadiz-aghband",
    "rail-hajigabul-horadiz",
)

# Names of routes are their users' own, each with who uses it; the file's other words have none of them.
ROUTES: list[Row] = [
    {
        "id": "route-southern-line",
        "name": LINE_NAMES,
        "links": list(SOUTHERN_LINE),
        "clauses": ["9a", "9b"],
        "source": "News.az, 2 Jun 2023, after the co-chair of the working group from the Russian Federation",
        "known_at": at_end_of("2021-12-16"),
    },
    {
        "id": "route-north-south",
        "name": called(
            ("AZ", "RU"),
            ("North–South International Transport Corridor", "Международный транспортный коридор «Север – Юг»"),
            (
                "Russian Railways, rzd.ru, 6 May 2019, on a memorandum with Azerbaijan Railways; the Russian "
                "name as general usage has it"
            ),
        ),
        "links": [
            "cross-samur-yalama",
            "rail-yalama-baku",
            "rail-baku-astara",
            "cross-astara-astara",
            "rail-astara-rasht",
            "rail-rasht-qazvin",
            "?",
        ],
        "source": "Russian Railways, rzd.ru, 6 May 2019; Railway Gazette, on the opening of 29 Mar 2018",
        "known_at": at_end_of("2019-05-06"),
    },
    {
        "id": "route-gulf-black-sea",
        "name": called(
            ("AM", "IR"),
            (
                "Persian Gulf–Black Sea international transport corridor",
                "Международный транспортный коридор «Персидский залив – Чёрное море»",
            ),
            (
                "prime minister of Armenia, 21 Dec 2021, as carried by Armenpress; embassy of Iran in Armenia, "
                "as carried by Armenpress, 19 Nov 2021; the Russian name as carried by blognews.am"
            ),
        ),
        "links": [
            "road-jolfa-tabriz",
            "road-norduz-jolfa",
            "cross-agarak-norduz",
            "road-meghri-agarak",
            "road-kapan-meghri",
            "road-goris-tatev-kapan",
            "road-yerevan-goris",
            "road-yerevan-gyumri",
            "road-gyumri-ayrum",
            "cross-ayrum-sadakhlo",
            "road-sadakhlo-tbilisi",
            "?",
        ],
        "need": [
            need(
                (
                    "That Iran answers on the final version of the agreement; Armenia would ratify it",
                    "Чтобы Иран ответил об окончательном тексте соглашения; Армения готова его ратифицировать",
                    "İran'ın anlaşmanın son metnini yanıtlaması; Ermenistan onaylamaya hazır",
                ),
                ("IR",),
                "2023-08-07",
                "PanARMENIAN.Net and Mehr, 7 Aug 2023",
                by="am-government",
            ),
        ],
        "source": "prime minister of Armenia, 21 Dec 2021, as carried by Armenpress; Tehran Times, 8 Oct 2021",
        "known_at": at_end_of("2021-12-21"),
    },
    {
        "id": "route-east-west-georgia",
        "name": called(
            "AZ",
            ("Baku–Tbilisi–Kars railway", "Железная дорога Баку – Тбилиси – Карс", "Bakü – Tiflis – Kars demir yolu"),
            "Trend, 30 Oct 2017; president of Azerbaijan, 15 Feb 2021, as carried by Trend",
        ),
        "links": [
            "rail-baku-hajigabul",
            "rail-hajigabul-yevlakh",
            "rail-yevlakh-aghstafa",
            "rail-aghstafa-border",
            "cross-boyuk-kasik-gardabani",
            "rail-gardabani-tbilisi",
            "rail-tbilisi-akhalkalaki",
            "rail-akhalkalaki-kartsakhi",
            "cross-kartsakhi-canbaz",
            "rail-canbaz-kars",
        ],
        "source": "Railway Magazine, late 2017",
        "known_at": at_end_of("2017-12-31"),
    },
    {
        "id": "route-east-west-9b",
        "name": [
            *called(
                "AM",
                ("Crossroads of Peace",),
                (
                    "prime minister of Armenia, 26 Oct 2023, as carried by news.am: all links of Armenia with "
                    "its neighbours, this one among them"
                ),
            ),
            *called(
                "AZ",
                ("Zangazur corridor", "", "", "Zəngəzur dəhlizi"),
                (
                    "president of Azerbaijan, 14 Dec 2021, as carried by APA; in Azerbaijani as carried by "
                    "FED.az, Mar 2022"
                ),
            ),
            *(
                {**name, "from": "2025-08-08"}
                for name in called(
                    "2025-08-08",
                    ("Trump Route for International Peace and Prosperity",),
                    (
                        "joint declaration of 8 August 2025, published by the Department of State of the United "
                        "States: a project in the territory of Armenia"
                    ),
                )
            ),
        ],
        "links": ["rail-hajigabul-horadiz", *reversed(SOUTHERN_LINE[3:12]), "?", "rail-kars-dilucu"],
        "clauses": ["9b"],
        "need": [
            need(
                (
                    "A railway from Kars to the border of Nakhchivan",
                    "Железная дорога от Карса до границы Нахичевани",
                    "Kars'tan Nahçıvan sınırına demir yolu",
                ),
                ("TR",),
                "2025-08-22",
                "News.az, 22 Aug 2025, after the minister of transport of Türkiye",
                settled="2025-08-22",
            ),
        ],
        "source": "Report, 17 Mar 2021, after the director general of the port of Baku; News.az, 22 Aug 2025",
        "known_at": at_end_of("2021-03-17"),
    },
]

ASSUMPTIONS: Row = {
    "road_km_h": [30, 70],
    "rail_km_h": [25, 60],
    "border_minutes": [20, 240],
    "ends_within_km": 4,  # places are rounded to 0.05 degrees
    "source": worded(
        (
            (
                "The authors’ own, for mountain roads and old lines; a traveller measured 30 to 40 km/h on the "
                "railway of Nakhchivan in 2019. No party was asked."
            ),
            (
                "Авторы сами – для горных дорог и старых линий; на железной дороге Нахичевани в 2019 году "
                "измерено 30–40 км/ч. Стороны не спрошены."
            ),
            (
                "Yazarların kendisinin; dağ yolları ve eski hatlar için. 2019'da Nahçıvan demir yolunda saatte "
                "30–40 km ölçüldü. Taraflara sorulmadı."
            ),
        )
    ),
}
CREDIT = worded(
    (
        (
            "Approximate: towns joined by straight lines. Places: geonames.org, CC BY 4.0, rounded; the others "
            "by hand. Statements: in our own words, each with its source. Which clauses a link is counted to is how "
            "the authors read them; no party was asked."
        ),
        (
            "Приблизительно: населённые пункты соединены прямыми. Места: geonames.org, CC BY 4.0, округлены; "
            "прочие нанесены вручную. Сведения – своими словами, каждое с источником. К каким пунктам относится связь "
            "– прочтение авторов; стороны не спрошены."
        ),
        (
            "Yaklaşık: yerleşimler düz çizgilerle birleştirildi. Yerler: geonames.org, CC BY 4.0, "
            "yuvarlatılmış; ötekiler elle. Bilgiler kendi sözlerimizle, her biri kaynağıyla. Bir bağlantının hangi "
            "maddelerle anıldığı yazarların okumasıdır; taraflara sorulmadı."
        ),
    )
)


def nodes() -> Iterator[Row]:
    """The ends of links as features."""
    for ident, (kind, place, lon, lat, number) in NAMED.items():
        yield point(ident, lon, lat, {"node": kind, "place": place, "source": origin(number)})
    for ident, (kind, lon, lat, number, users, names) in PLACES.items():
        name = called(users, names, "as general usage has it, or our own spelling; no text on file")
        if ident in ALSO_CALLED:
            name += called(*ALSO_CALLED[ident])
        yield point(ident, lon, lat, {"node": kind, "name": name, "source": origin(number)})


def origin(number: int) -> str:
    """Where the coordinates of a place are from."""
    return f"geonames.org {number}, CC BY 4.0, rounded" if number else "set by hand to about 0.05 degrees; approximate"


def point(ident: str, lon: float, lat: float, properties: Mapping[str, Any]) -> Row:
    """A place as a feature."""
    return {
        "type": "Feature",
        "id": ident,
        "properties": properties,
        "geometry": {"type": "Point", "coordinates": [lon, lat]},
    }


def drawn(links: list[Row], places: Mapping[str, list[float]]) -> Iterator[Row]:
    """Links as features, from place to place by the points between."""
    for row in links:
        properties = {key: value for key, value in row.items() if key not in ("id", "via") and value}
        points = [places[row["from"]], *(list(each) for each in row["via"]), places[row["to"]]]
        yield {
            "type": "Feature",
            "id": row["id"],
            "properties": properties,
            "geometry": {"type": "LineString", "coordinates": points},
        }


def network() -> tuple[Row, list[Row]]:
    """The head of the file and its features."""
    places = list(nodes())
    where = {each["id"]: each["geometry"]["coordinates"] for each in places}
    head: Row = {
        "type": "FeatureCollection",
        "credit": CREDIT,
        "assumptions": ASSUMPTIONS,
        "states": [{"id": ident, "names": worded(names)} for ident, names in STATES.items()],
        "routes": ROUTES,
        "corridors": CORRIDORS,
    }
    return head, [*places, *drawn(LINKS, where)]


def write_network(path: Path) -> None:
    """The file, a feature a line, so that a change shows as a changed line."""
    head, features = network()
    opening = json.dumps(head, ensure_ascii=False, indent=1)[:-2]
    rows = ",\n".join(json.dumps(each, ensure_ascii=False, separators=(",", ":")) for each in features)
    path.write_text(f'{opening},\n "features": [\n{rows}\n]}}\n', encoding="utf-8")


if __name__ == "__main__":
    write_network(WATCH / "links.geojson")
