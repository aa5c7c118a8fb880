"""The other railways between the sides and next to them, link by link, each row with its source."""

from __future__ import annotations

from karabakh_line_words import ENTRY_RULES, OLD_LINE, SCR_TIMETABLE
from karabakh_link_rows import Row, length, link, minutes, need, status, works

RAILWAYS: list[Row] = [
    # ── Barda – Aghdam – Khankendi / Stepanakert ──────────────────────────────────────────────────────────────────────
    link(
        "rail-yevlakh-barda",
        "railway",
        "yevlakh",
        "barda",
        "Vestnik Kavkaza, undated, after Sputnik Azerbaijan: the railway from Yevlakh by Barda and Aghdam",
        gauge_mm=1520,
        clauses=["9a"],
    ),
    link(
        "rail-barda-aghdam",
        "railway",
        "barda",
        "aghdam",
        "Trend, 6 Mar 2023; office of the president of Azerbaijan, 2 May 2023",
        gauge_mm=1520,
        clauses=["9a"],
        status=[
            status(
                "open",
                "2025-08-30",
                "Trend and Azernews, 30 Aug 2025",
                by="AZ",
                since="2025-08-30",
                says=(
                    "passenger trains between Baku and Aghdam begin; the last had run in 1993",
                    "начали ходить поезда Баку – Агдам; последний был в 1993 году",
                    "Bakü – Ağdam yolcu trenleri başladı; sonuncusu 1993'teydi",
                ),
            ),
        ],
        length=[
            length(57.6, "2023-03-06", "Trend, 6 Mar 2023, after an adviser of Azerbaijan Railways", by="AZ"),
            length(
                47.1,
                "2023-05-02",
                "office of the president of Azerbaijan, 2 May 2023, as carried by einpresswire.com",
                by="az-president",
            ),
        ],
        works=[
            works(
                "under_way",
                "2023-05-02",
                "office of the president of Azerbaijan, 2 May 2023, as carried by einpresswire.com",
                by="az-president",
                due="2023-12-31",
            ),
            works(
                "under_way",
                "2023-12-12",
                "Azernews, 12 Dec 2023",
                by="AZ",
                says=(
                    "85 per cent are done; the track lies to Aghdam",
                    "выполнено 85 процентов; путь уложен до Агдама",
                    "yüzde 85'i tamam; ray Ağdam'a ulaştı",
                ),
            ),
        ],
    ),
    link(
        "rail-aghdam-west",
        "railway",
        "aghdam",
        "east-6c",
        "Trend, 12 Dec 2021",
        gauge_mm=1520,
        clauses=["9a"],
        works=[
            works(
                "announced",
                "2021-12-12",
                "Trend, 12 Dec 2021",
                by="AZ",
                says=(
                    "a railway is planned; when it begins is open",
                    "железная дорога планируется; когда начнётся, неизвестно",
                    "demir yolu planlanıyor; başlangıcı belli değil",
                ),
            ),
            works(
                "announced",
                "2025-04-16",
                "Trend, 16 Apr 2025",
                by="AZ",
                due="2027-04-30",
                says=("the design has begun", "проектирование началось", "projelendirme başladı"),
            ),
        ],
    ),
    # ── Armenia – Georgia, Armenia – Türkiye, Armenia – Azerbaijan in the north ───────────────────────────────────────
    link(
        "rail-yerevan-gyumri",
        "railway",
        "yerevan",
        "gyumri",
        "Massis Post, Apr 2019",
        gauge_mm=1520,
        status=[
            status(
                "open",
                "2019-04-30",
                "Massis Post, Apr 2019",
                by="am-government",
                says=("express trains run", "ходят скорые поезда", "ekspres trenler işliyor"),
            )
        ],
        minutes=[minutes(130, 130, "2019-04-30", "Massis Post, Apr 2019: 2 hours 10 minutes", by="am-government")],
    ),
    link(
        "rail-gyumri-sadakhlo",
        "railway",
        "gyumri",
        "ayrum",
        "Railway Gazette, 29 Sep 2023: Yerevan – Gyumri – Vanadzor – Ayrum – Georgian border",
        via=((44.5, 40.81),),
        gauge_mm=1520,
        status=[
            status(
                "open",
                "2016-10-31",
                SCR_TIMETABLE,
                says=(
                    "trains run between Yerevan and Tbilisi",
                    "между Ереваном и Тбилиси ходят поезда",
                    "Erivan ile Tiflis arasında tren işliyor",
                ),
            ),
            status(
                "open",
                "2023-09-29",
                "Railway Gazette, 29 Sep 2023",
                says=(
                    "trains between Yerevan, Tbilisi and Batumi",
                    "поезда Ереван – Тбилиси – Батуми",
                    "Erivan – Tiflis – Batum trenleri",
                ),
            ),
        ],
    ),
    link(
        "cross-ayrum-sadakhlo",
        "crossing",
        "ayrum",
        "sadakhlo",
        "Railway Gazette, 29 Sep 2023",
        carries=["rail", "road"],
        between=["AM", "GE"],
        gauge_mm=1520,
        status=[
            status("open", "2023-09-29", "Railway Gazette, 29 Sep 2023"),
        ],
    ),
    link(
        "rail-sadakhlo-tbilisi",
        "railway",
        "sadakhlo",
        "tbilisi",
        "Railway Gazette, 29 Sep 2023",
        gauge_mm=1520,
        status=[
            status(
                "open",
                "2023-09-29",
                "Railway Gazette, 29 Sep 2023",
                says=(
                    "trains between Yerevan, Tbilisi and Batumi",
                    "поезда Ереван – Тбилиси – Батуми",
                    "Erivan – Tiflis – Batum trenleri",
                ),
            )
        ],
    ),
    link(
        "rail-gyumri-akhurik",
        "railway",
        "gyumri",
        "akhurik",
        "Wikipedia (English), article on the railway Kars – Gyumri – Tbilisi",
        gauge_mm=1520,
        clauses=["9a"],
    ),
    link(
        "cross-akhurik-dogukapi",
        "crossing",
        "akhurik",
        "dogukapi",
        "Wikipedia (English), article on the railway Kars – Gyumri – Tbilisi",
        carries=["rail"],
        between=["AM", "TR"],
        clauses=["9a"],
        status=[
            status(
                "closed",
                "2008-09-09",
                "The Messenger, 9 Sep 2008",
                since="1993-01-01",
                latest="1993-12-31",
                says=(
                    "the line between Kars and Gyumri stopped in 1993",
                    "линия Карс – Гюмри остановлена в 1993 году",
                    "Kars – Gümrü hattı 1993'te durdu",
                ),
            ),
            status(
                "closed",
                "2023-12-02",
                "The Tiflis Herald, 2 Dec 2023, on what was said in Paris on 10 Nov 2023",
                by="am-government",
                said="2023-11-10",
                says=(
                    "no road and no railway with Türkiye is in use",
                    "ни одна автомобильная и железная дорога с Турцией не действует",
                    "Türkiye ile işleyen kara ya da demir yolu yok",
                ),
            ),
        ],
    ),
    link(
        "rail-dogukapi-kars",
        "railway",
        "dogukapi",
        "kars",
        "Wikipedia (English), article on the railway Kars – Gyumri – Tbilisi",
        gauge_mm=1435,
        clauses=["9a"],
    ),
    link(
        "rail-ijevan-border",
        "railway",
        "ijevan",
        "border-tavush",
        "CivilNet, undated, after the war of autumn 2020: the line from Ijevan to Gazakh and Aghstafa",
        gauge_mm=1520,
        clauses=["9a"],
        status=[
            status(
                "closed",
                "2023-10-26",
                "news.am, 26 Oct 2023",
                by="am-government",
                says=(
                    "the railway through the north of Armenia has not run between the countries for thirty years",
                    "железная дорога через север Армении не работает между странами тридцать лет",
                    "Ermenistan'ın kuzeyinden geçen demir yolu otuz yıldır ülkeler arasında işlemiyor",
                ),
            )
        ],
    ),
    link(
        "cross-ijevan-gazakh",
        "crossing",
        "border-tavush",
        "gazakh",
        "Azerbaijan International, spring 1994; news.am, 22 Dec 2021",
        carries=["rail", "road"],
        between=["AM", "AZ"],
        rules=ENTRY_RULES,
        gauge_mm=1520,
        clauses=["9a"],
        status=[
            status(
                "closed",
                "1994-05-31",
                OLD_LINE,
                by="AZ",
                says=(
                    "Azerbaijan stopped the northern line; it says that goods on it were used in the war against it",
                    "Азербайджан остановил северную линию; по его словам, её грузы шли на войну против него",
                    "Azerbaycan kuzey hattını durdurdu; yüklerin ona karşı savaşta kullanıldığını söylüyor",
                ),
            ),
            status(
                "closed",
                "2023-10-26",
                "news.am, 26 Oct 2023",
                by="am-government",
                says=(
                    "has not run between the countries for thirty years",
                    "не работает между странами тридцать лет",
                    "otuz yıldır ülkeler arasında işlemiyor",
                ),
            ),
        ],
        need=[
            need(
                (
                    "Whether this line is restored as well",
                    "Восстанавливать ли и эту линию",
                    "Bu hattın da onarılıp onarılmayacağı",
                ),
                ("AM", "AZ", "RU"),
                "2021-12-22",
                "news.am, 22 Dec 2021",
                by="am-government",
                clauses=("9a",),
            )
        ],
    ),
    link(
        "rail-gazakh-aghstafa",
        "railway",
        "gazakh",
        "aghstafa",
        "CivilNet, undated, after the war of autumn 2020: the line from Ijevan to Gazakh and Aghstafa",
        gauge_mm=1520,
        clauses=["9a"],
    ),
]
