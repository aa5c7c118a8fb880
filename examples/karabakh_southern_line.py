"""The railway Yerevan – Yeraskh – Nakhchivan – Meghri – Horadiz, link by link, each row with its source.

A row is known from the day of the text that says it, never before. A link without a row of status is not known.
"""

from __future__ import annotations

from karabakh_line_words import ENTRY_RULES, LINE_NAMES, LINE_NEEDS, OLD_LINE, SCR_TIMETABLE
from karabakh_link_rows import Row, length, link, minutes, need, status, works

NAKHCHIVAN_TRAINS = [
    status(
        "open",
        "2020-01-01",
        "syachikuai.com, 1 Jan 2020, a traveller’s account of 28 Dec 2019 – 1 Jan 2020",
        says=("local passenger trains run", "ходят местные пассажирские поезда", "yerel yolcu trenleri işliyor"),
    ),
    status(
        "open",
        "2021-05-10",
        "Pledge Times, 10 May 2021, after RIA Novosti",
        by="az-president",
        says=(
            "in working order; it carries passengers and goods",
            "в рабочем состоянии; возит пассажиров и грузы",
            "çalışır durumda; yolcu ve yük taşıyor",
        ),
    ),
]


def nakhchivan(ident: str, from_: str, to: str, **tables: list[Row]) -> Row:
    """A stretch of the railway of Nakhchivan."""
    line = "Wikipedia (German), article on the line Yerevan – Jolfa, as kept at zxc.wiki; read on 1 Dec 2026"
    return link(
        ident, "railway", from_, to, line, gauge_mm=1520, clauses=["9a", "9b"], status=NAKHCHIVAN_TRAINS, **tables
    )


SOUTHERN_LINKS: list[Row] = [
    # ── Yerevan – Yeraskh – Nakhchivan – Meghri – Horadiz ─────────────────────────────────────────────────────────────
    link(
        "rail-yerevan-yeraskh",
        "railway",
        "yerevan",
        "yeraskh",
        SCR_TIMETABLE,
        gauge_mm=1520,
        clauses=["9a"],
        status=[
            status(
                "open",
                "2016-10-31",
                SCR_TIMETABLE,
                says=(
                    "trains run between Yerevan and Yeraskh",
                    "между Ереваном и Ерасхом ходят поезда",
                    "Erivan ile Yerash arasında tren işliyor",
                ),
            ),
        ],
    ),
    link(
        "cross-yeraskh-sadarak",
        "crossing",
        "yeraskh",
        "sadarak",
        "Wikipedia (German), article on the line Yerevan – Jolfa, as kept at zxc.wiki; read on 1 Dec 2026",
        carries=["rail"],
        between=["AM", "AZ"],
        rules=ENTRY_RULES,
        gauge_mm=1520,
        clauses=["9a", "9b"],
        status=[
            status(
                "closed",
                "2021-01-30",
                "RFE/RL, 30 Jan 2021",
                says=("left unused for a generation", "не используется целое поколение", "bir kuşaktır kullanılmıyor"),
            ),
            status(
                "closed",
                "2023-10-26",
                "news.am, 26 Oct 2023",
                by="am-government",
                says=(
                    "the railway through the south of Armenia has not run between the countries for thirty years",
                    "железная дорога через юг Армении не работает между странами тридцать лет",
                    "Ermenistan'ın güneyinden geçen demir yolu otuz yıldır ülkeler arasında işlemiyor",
                ),
            ),
        ],
        works=[
            works(
                "announced",
                "2022-05-17",
                "Sputnik Armenia, 17 May 2022",
                by="am-government",
                says=(
                    "the stretch from Yeraskh to the border is surveyed, with the one at Meghri",
                    "участок от Ерасха до границы обследован, как и мегринский",
                    "Yerash'tan sınıra kadar olan kesim, Meğri kesimiyle birlikte ölçüldü",
                ),
            ),
        ],
        need=[
            need(
                (
                    "Whether the line opens in stages, towards Iran through Nakhchivan first",
                    "Открывать ли линию поэтапно, сначала к Ирану через Нахичевань",
                    "Hattın önce Nahçıvan üzerinden İran'a doğru, aşamalı açılıp açılmayacağı",
                ),
                ("AM", "AZ", "RU"),
                "2021-12-22",
                "news.am, 22 Dec 2021",
                by="am-government",
                clauses=("9a",),
            ),
            need(
                (
                    "No other direction is restored before the line Aghband – Meghri – Nakhchivan is in use",
                    "Другие направления не восстанавливаются, пока не заработает линия Агбенд – Мегри – Нахичевань",
                    "Ağbend – Meğri – Nahçıvan hattı işlemeden başka yön onarılmaz",
                ),
                ("AM", "AZ"),
                "2021-12-23",
                "haqqin.az, after unnamed diplomatic sources, as carried by news.am, 23 Dec 2021",
                clauses=("9a", "9b"),
            ),
        ],
    ),
    link(
        "rail-sadarak-velidag",
        "railway",
        "sadarak",
        "velidag",
        "Wikipedia (German), article on the line Yerevan – Jolfa, as kept at zxc.wiki; read on 1 Dec 2026",
        gauge_mm=1520,
        clauses=["9a", "9b"],
    ),
    nakhchivan("rail-velidag-sharur", "velidag", "sharur"),
    nakhchivan(
        "rail-sharur-nakhchivan",
        "sharur",
        "nakhchivan",
        length=[length(60, "2020-01-01", "syachikuai.com, 1 Jan 2020, a traveller’s account: about 60 km")],
        minutes=[minutes(120, 120, "2020-01-01", "syachikuai.com, 1 Jan 2020, a traveller’s account: two hours")],
    ),
    nakhchivan("rail-nakhchivan-julfa", "nakhchivan", "julfa"),
    nakhchivan("rail-julfa-ordubad", "julfa", "ordubad"),
    link(
        "rail-ordubad-border",
        "railway",
        "ordubad",
        "border-ordubad",
        "president of Azerbaijan, 10 May 2021, as carried by Pledge Times after RIA Novosti",
        gauge_mm=1520,
        clauses=["9a", "9b"],
        name=LINE_NAMES,
        status=[
            status(
                "closed",
                "2021-05-10",
                "Pledge Times, 10 May 2021, after RIA Novosti",
                by="az-president",
                says=(
                    "the stretch from Ordubad to the border is missing",
                    "участка от Ордубада до границы нет",
                    "Ordubad'dan sınıra kadarki kesim eksik",
                ),
            ),
        ],
        length=[
            length(15, "2021-05-10", "Pledge Times, 10 May 2021, after RIA Novosti: about 15 km", by="az-president")
        ],
        works=[
            works(
                "announced",
                "2021-05-10",
                "Pledge Times, 10 May 2021, after RIA Novosti",
                by="az-president",
                says=("the stretch is to be built", "участок планируют построить", "kesim yapılacak"),
            ),
        ],
    ),
    link(
        "cross-ordubad-agarak",
        "crossing",
        "border-ordubad",
        "border-agarak",
        "Azerbaijan International, spring 1994: the line crosses the border on either side of the stretch in Armenia",
        carries=["rail"],
        between=["AM", "AZ"],
        rules=ENTRY_RULES,
        gauge_mm=1520,
        clauses=["9b"],
        status=[
            status("closed", "1994-05-31", OLD_LINE, by="AZ", since="1989-01-01", latest="1989-12-31"),
            status("closed", "2023-10-26", "news.am, 26 Oct 2023", by="am-government"),
        ],
    ),
    link(
        "rail-meghri",
        "railway",
        "border-agarak",
        "border-meghri",
        "Azerbaijan International, spring 1994; Armenpress, 3 Mar 2022",
        via=((46.24, 38.89), (46.4, 38.87)),
        gauge_mm=1520,
        clauses=["9a", "9b"],
        name=LINE_NAMES,
        status=[
            status(
                "closed",
                "1994-05-31",
                OLD_LINE,
                by="AZ",
                since="1989-01-01",
                latest="1989-12-31",
                says=(
                    "Armenia stopped the southern line between Baku and Yerevan in 1989",
                    "Армения остановила южную линию Баку – Ереван в 1989 году",
                    "Ermenistan, Bakü – Erivan güney hattını 1989'da durdurdu",
                ),
            ),
            status(
                "closed",
                "2023-10-26",
                "news.am, 26 Oct 2023",
                by="am-government",
                says=(
                    "the railway through the south of Armenia has not run between the countries for thirty years",
                    "железная дорога через юг Армении не работает между странами тридцать лет",
                    "Ermenistan'ın güneyinden geçen demir yolu otuz yıldır ülkeler arasında işlemiyor",
                ),
            ),
        ],
        length=[
            length(
                43,
                "2022-03-03",
                "Turan, 3 Mar 2022: the stretch at Meghri; Armenpress of that day: the one at Yeraskh with it",
                by="am-government",
            ),
            length(
                45,
                "2021-12-18",
                "Xeberburo, 18 Dec 2021, after the deputy prime minister of Armenia: close to 45 km",
                by="am-government",
            ),
            length(
                46,
                "1994-05-31",
                OLD_LINE,
                by="AZ",
                of=("the line as it was before 1989", "линия, какой она была до 1989 года", "1989'dan önceki hat"),
            ),
            length(
                42,
                "2023-10-27",
                "Mediamax, 27 Oct 2023, after Interfax",
                by="ru-government",
                of=(
                    "a line estimated beside one through Iran",
                    "линия по оценке, рядом с линией через Иран",
                    "İran'dan geçen bir hatla karşılaştırılan tahmin",
                ),
            ),
        ],
        works=[
            works(
                "needed",
                "2021-03-17",
                "Report, 17 Mar 2021, after the director general of the port of Baku",
                by="AZ",
                says=("the track was taken up in the 1990s", "путь разобран в 1990-е годы", "ray 1990'larda söküldü"),
            ),
            works(
                "announced",
                "2022-03-03",
                "Armenpress, 3 Mar 2022",
                by="am-government",
                since="2022-03-04",
                says=(
                    "a team measures on site, before the task for a design",
                    "группа ведёт измерения на месте, до задания на проект",
                    "proje görevinden önce bir ekip yerinde ölçüm yapıyor",
                ),
            ),
            works(
                "needed",
                "2023-11-01",
                "Armenpress, 1 Nov 2023",
                by="am-government",
                says=(
                    "studied; design and building wait for political decisions",
                    "изучено; проект и строительство ждут политических решений",
                    "incelendi; proje ve yapım siyasi kararları bekliyor",
                ),
            ),
        ],
        need=LINE_NEEDS,
    ),
    link(
        "cross-meghri-aghband",
        "crossing",
        "border-meghri",
        "aghband",
        "Azerbaijan International, spring 1994: the line crosses the border on either side of the stretch in Armenia",
        carries=["rail"],
        between=["AM", "AZ"],
        rules=ENTRY_RULES,
        gauge_mm=1520,
        clauses=["9b"],
        status=[
            status("closed", "1994-05-31", OLD_LINE, by="AZ", since="1989-01-01", latest="1989-12-31"),
            status("closed", "2023-10-26", "news.am, 26 Oct 2023", by="am-government"),
        ],
    ),
    link(
        "rail-horadiz-aghband",
        "railway",
        "horadiz",
        "aghband",
        "Today.az, 4 Dec 2021, after Azertag: Horadiz, Marjanli, Mahmudlu, Soltanli, Gumlag, Minjivan, Bartaz, Aghband",
        via=((47.1, 39.28), (46.9, 39.13), (46.72, 39.03)),
        gauge_mm=1520,
        clauses=["9a", "9b"],
        name=LINE_NAMES,
        status=[
            status(
                "destroyed",
                "2021-02-19",
                "Trend, 19 Feb 2021, after the head of a department of the executive power of the Fuzuli district",
                by="AZ",
                since="1993-01-01",
                latest="1993-12-31",
                says=(
                    "destroyed in 1993, when the district was under Armenian forces, as it says",
                    "по его словам, разрушена в 1993 году, когда район был под армянскими силами",
                    "dediğine göre ilçe Ermeni kuvvetlerindeyken, 1993'te yıkıldı",
                ),
            ),
        ],
        length=[
            length(110.4, "2021-12-04", "Today.az, 4 Dec 2021, after Azertag", by="AZ"),
            length(
                140.6,
                "2022-12-12",
                "APA, undated, before 12 Dec 2022 by how much was built; Trend, 12 Dec 2024: with side tracks",
                by="AZ",
            ),
            length(
                100,
                "2021-02-15",
                "Trend, 15 Feb 2021",
                by="AZ",
                of=("the line as it was announced", "линия, как она была объявлена", "duyurulduğu hâliyle hat"),
            ),
        ],
        works=[
            works(
                "under_way",
                "2021-02-15",
                "Trend, 15 Feb 2021",
                by="az-president",
                since="2021-02-14",
                says=("the foundation is laid", "заложен фундамент", "temel atıldı"),
            ),
            works(
                "under_way",
                "2021-12-04",
                "Today.az, 4 Dec 2021, after Azertag",
                by="AZ",
                due="2022-12-31",
                says=("rails lie on 3 km", "рельсы уложены на 3 км", "3 km'ye ray döşendi"),
            ),
            works(
                "under_way",
                "2022-01-07",
                "News.az, 7 Jan 2022, after AzTV",
                by="AZ",
                says=(
                    "freight trains run on 23 km in the Jabrayil district",
                    "на 23 км в Джебраильском районе ходят грузовые поезда",
                    "Cebrail ilçesinde 23 km'de yük treni işliyor",
                ),
            ),
            works(
                "under_way",
                "2022-02-09",
                "Trend, 9 Feb 2022, after the foreign minister of Azerbaijan",
                by="AZ",
                due="2023-12-31",
                says=("24 per cent are built", "построено 24 процента", "yüzde 24'ü yapıldı"),
            ),
            works(
                "under_way",
                "2023-02-20",
                "Trend, 20 Feb 2023",
                by="AZ",
                due="2024-06-30",
                says=("60 km are built", "построено 60 км", "60 km yapıldı"),
            ),
            works(
                "under_way",
                "2023-12-12",
                "News.az, 12 Dec 2023",
                by="AZ",
                due="2025-12-31",
                says=("45 per cent are done", "выполнено 45 процентов", "yüzde 45'i tamam"),
            ),
            works(
                "under_way",
                "2025-09-05",
                "Trend, 5 Sep 2025, its own correspondent",
                due="2026-12-31",
                says=("67 per cent are built", "построено 67 процентов", "yüzde 67'si yapıldı"),
            ),
        ],
    ),
    link(
        "rail-hajigabul-horadiz",
        "railway",
        "hajigabul",
        "horadiz",
        "Report, 17 Mar 2021: Baku – Alat – Horadiz – Meghri – Julfa – Nakhchivan",
        via=((48.06, 39.87),),
        gauge_mm=1520,
        clauses=["9a"],
    ),
]
