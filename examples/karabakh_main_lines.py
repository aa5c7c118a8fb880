"""The railways that lead out of the region: Baku – Tbilisi – Kars, Russia – Azerbaijan – Iran, Julfa – Tabriz, Kars –
Dilucu, each row with its source. A change of gauge is where a crossing has none, or where two stretches meet."""

from __future__ import annotations

from typing import Any

from karabakh_link_rows import Row, length, link, need, rules, status, works

BTK_SAYS = ("2017-10-30", "Tabula, 30 Oct 2017; Trend, 30 Oct 2017")
BTK = status(
    "open",
    *BTK_SAYS,
    says=("the line from Baku to Kars is opened", "открыта линия Баку – Карс", "Bakü – Kars hattı açıldı"),
)
BTK_NEW = status(
    "open", *BTK_SAYS, since="2017-10-30", says=("this stretch is new", "этот участок новый", "bu kesim yeni")
)
NORTH = status(
    "open",
    "2018-04-30",
    "Railway Gazette, on the opening of 29 Mar 2018; abc.az, 28 Mar 2018",
    says=(
        "freight trains go from Russia to Astara in Iran",
        "грузовые поезда идут из России до иранской Астары",
        "yük trenleri Rusya'dan İran'daki Astara'ya gidiyor",
    ),
)

# Goods on their way to Armenia, as each says it. It is no word on travellers of Armenia: that stands as not known.
FOR_ARMENIA = [
    rules(
        "2004-12-09",
        "Agence France-Presse, 9 Dec 2004, after the railways ministry of Azerbaijan",
        by="AZ",
        cargo=(
            "goods bound for Armenia are not let through",
            "грузы в Армению не пропускаются",
            "Ermenistan'a giden yükler geçirilmiyor",
        ),
    ),
    rules(
        "2021-07-17",
        "TASS, 17 Jul 2021",
        by="am-government",
        cargo=(
            "Azerbaijan does not let Armenia use the railway by Georgia and Azerbaijan to Russia",
            "Азербайджан не даёт Армении пользоваться железной дорогой через Грузию и Азербайджан в Россию",
            "Azerbaycan, Gürcistan ve Azerbaycan üzerinden Rusya'ya demir yolunu Ermenistan'a kullandırmıyor",
        ),
    ),
    rules(
        "2025-10-31",
        "Eurasia Daily Monitor, volume 22, issue 150, 2025; Azatutyun, Nov 2025",
        by="az-president",
        since="2025-10-21",
        cargo=(
            "goods bound for Armenia are let through again, by Georgia",
            "грузы в Армению снова пропускаются, через Грузию",
            "Ermenistan'a giden yükler yeniden geçiriliyor, Gürcistan üzerinden",
        ),
    ),
]


def western(
    ident: str,
    from_: str,
    to: str,
    kind: str = "railway",
    *,
    gauge: int = 1520,
    **fields: Any,
) -> Row:
    """A stretch of the line from Baku to Kars; what is new of it since 2017 has the gauge of Türkiye."""
    row = BTK_NEW if gauge == 1435 else BTK
    return link(ident, kind, from_, to, "Railway Magazine, late 2017", gauge_mm=gauge, status=[row], **fields)


def southern(ident: str, from_: str, to: str, kind: str = "railway", **fields: Any) -> Row:
    """A stretch of the line from Russia to Iran."""
    return link(ident, kind, from_, to, "Railway Gazette, on the opening of 29 Mar 2018", status=[NORTH], **fields)


MAIN_LINES: list[Row] = [
    # ── East – west: Baku – Tbilisi – Kars ────────────────────────────────────────────────────────────────────────────
    western("rail-baku-hajigabul", "baku", "hajigabul", via=((49.4, 39.95),)),
    western("rail-hajigabul-yevlakh", "hajigabul", "yevlakh"),
    western("rail-yevlakh-aghstafa", "yevlakh", "aghstafa", via=((46.36, 40.68),)),
    western("rail-aghstafa-border", "aghstafa", "boyuk-kasik"),
    western(
        "cross-boyuk-kasik-gardabani",
        "boyuk-kasik",
        "gardabani",
        "crossing",
        carries=["rail"],
        rules=FOR_ARMENIA,
        between=["AZ", "GE"],
    ),
    western("rail-gardabani-tbilisi", "gardabani", "tbilisi"),
    western("rail-tbilisi-akhalkalaki", "tbilisi", "akhalkalaki"),
    western(
        "rail-akhalkalaki-kartsakhi",
        "akhalkalaki",
        "kartsakhi",
        gauge=1435,
        length=[length(29, "2017-10-30", "Tabula, 30 Oct 2017: the new stretch in Georgia")],
    ),
    western(
        "cross-kartsakhi-canbaz", "kartsakhi", "canbaz", "crossing", gauge=1435, carries=["rail"], between=["GE", "TR"]
    ),
    western(
        "rail-canbaz-kars",
        "canbaz",
        "kars",
        gauge=1435,
        length=[
            length(76, "2017-12-31", "Railway Magazine, late 2017: from Kars to the border, the tunnel at it counted")
        ],
    ),
    # ── North – south: Russia – Azerbaijan – Iran ─────────────────────────────────────────────────────────────────────
    southern(
        "cross-samur-yalama",
        "samur",
        "yalama",
        "crossing",
        carries=["rail"],
        rules=FOR_ARMENIA,
        between=["AZ", "RU"],
        gauge_mm=1520,
    ),
    southern("rail-yalama-baku", "yalama", "baku", via=((49.1, 41.2),), gauge_mm=1520),
    southern("rail-baku-astara", "baku", "astara-az", via=((49.4, 39.95), (48.85, 38.75)), gauge_mm=1520),
    southern(
        "cross-astara-astara",
        "astara-az",
        "astara-iran",
        "crossing",
        carries=["rail"],
        between=["AZ", "IR"],
        length=[
            length(
                10,
                "2018-04-30",
                "Railway Gazette, on the opening of 29 Mar 2018: 8.5 km in Azerbaijan and 1.5 km in Iran",
            ),
            length(10, "2017-12-25", "Azernews, 25 Dec 2017: 8 km in Azerbaijan and 2 km in Iran"),
        ],
    ),
    link(
        "rail-astara-rasht",
        "railway",
        "astara-iran",
        "rasht",
        "TASS, 23 Jun 2023; Trend, 10 Feb 2024",
        via=((49.05, 37.85),),
        status=[
            status(
                "never_built",
                "2018-04-30",
                "Railway Gazette, on the opening of 29 Mar 2018",
                says=(
                    "still to be built, to join Astara with the network of Iran",
                    "ещё предстоит построить, чтобы соединить Астару с сетью Ирана",
                    "Astara'yı İran ağına bağlamak üzere yapılacak",
                ),
            ),
            status(
                "never_built",
                "2024-02-10",
                "Trend, 10 Feb 2024, after a deputy minister of Iran",
                says=(
                    "the missing stretch; five years once it is paid for",
                    "недостающий участок; пять лет при наличии средств",
                    "eksik kesim; para bulunursa beş yıl",
                ),
            ),
        ],
        length=[
            length(167, "2018-04-30", "Railway Gazette, on the opening of 29 Mar 2018"),
            length(164, "2017-12-25", "Azernews, 25 Dec 2017"),
            length(162, "2024-02-10", "Trend, 10 Feb 2024, after a deputy minister of Iran"),
            length(170, "2023-06-23", "TASS, 23 Jun 2023: some 170 km"),
        ],
        works=[
            works(
                "announced",
                "2023-07-04",
                "Trend, 4 Jul 2023",
                since="2023-05-17",
                says=(
                    "Iran and Russia signed an agreement to build it on 17 May 2023",
                    "Иран и Россия подписали соглашение о строительстве 17 мая 2023 года",
                    "İran ile Rusya yapım anlaşmasını 17 Mayıs 2023'te imzaladı",
                ),
            )
        ],
        need=[
            need(
                (
                    "That Iran and Russia build and pay for it together",
                    "Совместное строительство и финансирование Ираном и Россией",
                    "İran ile Rusya'nın birlikte yapıp finanse etmesi",
                ),
                ("IR", "RU"),
                "2023-06-23",
                "TASS, 23 Jun 2023",
                settled="2023-05-17",
            )
        ],
    ),
    link(
        "rail-rasht-qazvin",
        "railway",
        "rasht",
        "qazvin",
        "Organisation for Cooperation of Railways, osjd.org, on the opening of 6 Mar 2019",
        gauge_mm=1435,
        status=[
            status(
                "open",
                "2019-03-06",
                "News.az, 6 Mar 2019; Organisation for Cooperation of Railways, osjd.org, on the opening of 6 Mar 2019",
                since="2019-03-06",
            )
        ],
        length=[length(164, "2018-11-22", "Trend, 22 Nov 2018"), length(175, "2025-02-26", "Trend, 26 Feb 2025")],
    ),
    # ── Julfa – Tabriz, Kars – Dilucu ─────────────────────────────────────────────────────────────────────────────────
    link(
        "cross-julfa-jolfa-rail",
        "crossing",
        "julfa",
        "jolfa-iran",
        "Wikipedia (German), article on the line Tabriz – Jolfa, as kept at zxc.wiki; read on 1 Dec 2026",
        carries=["rail"],
        between=["AZ", "IR"],
        rules=[
            rules(
                "2020-01-01",
                "syachikuai.com, 1 Jan 2020, a traveller’s account of 28 Dec 2019 – 1 Jan 2020",
                who_may=(
                    "no passenger train goes to Iran; of freight nothing is said",
                    "пассажирского поезда в Иран нет; о грузах ничего не сказано",
                    "İran'a yolcu treni yok; yükten söz edilmiyor",
                ),
            )
        ],
        works=[
            works(
                "under_way",
                "2025-11-26",
                "Report, 26 Nov 2025, after the head of the railways of Iran",
                says=(
                    "the network of Iran is being joined with that of Nakhchivan",
                    "сеть Ирана соединяют с сетью Нахичевани",
                    "İran ağı Nahçıvan ağına bağlanıyor",
                ),
            )
        ],
    ),
    link(
        "rail-jolfa-tabriz",
        "railway",
        "jolfa-iran",
        "tabriz",
        "Wikipedia (German), article on the line Tabriz – Jolfa, as kept at zxc.wiki; read on 1 Dec 2026",
        via=((45.77, 38.43),),
        gauge_mm=1435,
    ),
    link(
        "rail-kars-dilucu",
        "railway",
        "dilucu",
        "kars",
        "News.az, 22 Aug 2025, after the minister of transport of Türkiye",
        via=((44.05, 39.95),),
        gauge_mm=1435,
        status=[
            status(
                "never_built",
                "2025-08-22",
                "News.az, 22 Aug 2025, after the minister of transport of Türkiye",
                says=(
                    "building begins; four to five years are expected",
                    "строительство начинается; ожидают четыре-пять лет",
                    "yapım başlıyor; dört beş yıl öngörülüyor",
                ),
            )
        ],
        length=[length(224, "2025-08-22", "News.az, 22 Aug 2025, after the minister of transport of Türkiye")],
        works=[
            works(
                "under_way",
                "2025-08-22",
                "News.az, 22 Aug 2025, after the minister of transport of Türkiye",
                since="2025-08-22",
            )
        ],
    ),
]
