"""The corridor that clause 6c names: how its two roads stood, in each voice's words, and its passages and closures.

What was said of the old road before 26 August 2022, when Azerbaijan’s army entered the town on it, is not carried over
that day: `until` says so, for every voice alike.
"""

from __future__ import annotations

from karabakh_link_rows import Row, checkpoint, closure, passage, rules, status

PASSED_ON = "2022-08-26"
OLD_ROAD = [
    status(
        "open",
        "2020-12-01",
        "TASS, 1 Dec 2020; said before the town passed on 26 Aug 2022",
        by="ru-mod",
        until=PASSED_ON,
        says=(
            "peacekeepers see to the safety of civilian traffic",
            "миротворцы обеспечивают безопасность движения гражданских машин",
            "barış gücü sivil trafiğin güvenliğini sağlıyor",
        ),
    ),
    status(
        "open",
        "2022-08-25",
        "Armenpress, 24 and 25 Aug 2022; said before the town passed on 26 Aug 2022",
        by="local-am",
        until=PASSED_ON,
        says=(
            "open both ways; the new road takes over in the first week of September",
            "открыта в обе стороны; новая дорога заменит её в первую неделю сентября",
            "iki yönde açık; yeni yol eylülün ilk haftasında devralacak",
        ),
    ),
    status(
        "open",
        "2022-08-30",
        "1lurer.am, 30 Aug 2022",
        by="local-am",
        since="2022-08-30",
        until="2022-08-31",
        says=(
            "in use on this day, until 20:00",
            "действует в этот день до 20:00",
            "bugün saat 20.00'ye kadar kullanımda",
        ),
    ),
    status(
        "closed",
        "2022-08-31",
        "1lurer.am, 30 Aug 2022; Armenpress, 31 Aug 2022",
        by="local-am",
        since="2022-08-31",
        says=(
            "traffic goes by the new road since 20:00 on 30 August",
            "с 20:00 30 августа движение идёт по новой дороге",
            "30 Ağustos 20.00'den beri trafik yeni yoldan",
        ),
    ),
]
OLD_ROAD_RULES = [
    rules(
        "2022-08-26",
        "Azernews, 26 Aug 2022",
        by="az-mod",
        since="2022-08-26",
        controller=(
            "its army has the town and two villages “under full control”",
            "её армия взяла город и два села «под полный контроль»",
            "ordusu kenti ve iki köyü “tam denetim” altına aldı",
        ),
    ),
    rules(
        "2022-08-24",
        "Armenpress, 24 Aug 2022",
        by="local-am",
        until="2022-08-31",
        controller=("Russian peacekeepers", "российские миротворцы", "Rus barış gücü"),
    ),
]
NEW_ROAD = [
    status(
        "open",
        "2022-08-31",
        "Armenpress and Public Radio of Armenia, 31 Aug 2022",
        by="local-am",
        since="2022-08-30",
        says=(
            "open since 20:00 on 30 August; peacekeepers stand along it",
            "открыта с 20:00 30 августа; вдоль неё стоят миротворцы",
            "30 Ağustos 20.00'den beri açık; boyunca barış gücü var",
        ),
    ),
]
BLOCKED = [
    status(
        "closed",
        "2022-12-13",
        "Ministry of Foreign Affairs of Armenia, mfa.am, 13 Dec 2022",
        by="am-mfa",
        since="2022-12-12",
        says=(
            "a group from Azerbaijan put up tents on the road and blocks the way",
            "группа из Азербайджана поставила палатки на дороге и перекрыла путь",
            "Azerbaycan'dan bir grup yolda çadır kurup yolu kapattı",
        ),
    ),
    status(
        "open",
        "2022-12-19",
        "Trend, 19 Dec 2022; Azernews, 20 Dec 2022",
        by="az-mfa",
        since="2022-12-12",
        says=(
            "a peaceful protest; ambulances and the Red Cross pass freely; nothing is blocked",
            "мирный протест; скорая помощь и Красный Крест проезжают свободно; ничего не перекрыто",
            "barışçıl protesto; ambulanslar ve Kızılhaç serbestçe geçiyor; kapalı değil",
        ),
    ),
    status(
        "closed",
        "2022-12-16",
        "Sputnik Armenia, 16 Dec 2022, after the bulletin of the Ministry of Defence of the Russian Federation",
        by="ru-mod",
        since="2022-12-12",
        says=(
            "it talks with both sides so that traffic is resumed",
            "ведёт с обеими сторонами переговоры о возобновлении движения",
            "trafiğin yeniden başlaması için iki tarafla görüşüyor",
        ),
    ),
]
CHECKPOINT = [
    status(
        "restricted",
        "2023-04-23",
        (
            "State Border Service and Ministry of Foreign Affairs of Azerbaijan, as carried by Al Mayadeen, 23 "
            "Apr 2023, and Trend, 23 Apr 2023"
        ),
        by="az-border",
        since="2023-04-23",
        says=(
            "a border checkpoint from 12:00; Armenian residents are to pass both ways",
            "пограничный пропускной пункт с 12:00; армянские жители смогут проезжать в обе стороны",
            "saat 12.00'den beri sınır kontrol noktası; Ermeni sakinler iki yönde geçebilecek",
        ),
    ),
    status(
        "closed",
        "2023-04-23",
        "artsakhpress.am, 23 Apr 2023",
        by="local-am",
        since="2023-04-23",
        says=(
            "Azerbaijan blocks the way and sets up a checkpoint",
            "Азербайджан перекрывает путь и ставит пункт",
            "Azerbaycan yolu kapatıyor ve kontrol noktası kuruyor",
        ),
    ),
    status(
        "closed",
        "2023-04-24",
        "Asbarez, 24 Apr 2023; fip.am, 24 Apr 2023",
        by="ru-mod",
        since="2023-04-23",
        says=(
            "“unilateral and uncoordinated” actions of the Azerbaijani side blocked movement at post 1",
            "«односторонние и несогласованные» действия азербайджанской стороны перекрыли движение у поста № 1",
            "Azerbaycan tarafının “tek taraflı ve eş güdümsüz” eylemleri 1 no.lu noktada geçişi kapattı",
        ),
    ),
    status(
        "closed",
        "2023-04-27",
        "Mediamax, 27 Apr 2023",
        by="am-government",
        since="2023-04-23",
        says=(
            "now closed by Azerbaijan officially",
            "теперь закрыта Азербайджаном официально",
            "artık Azerbaycan tarafından resmen kapatıldı",
        ),
    ),
    status(
        "closed",
        "2023-06-15",
        "artsakhpress.am, 15 Jun 2023",
        by="local-am",
        since="2023-06-15",
        says=(
            "patients and peacekeepers’ lorries are turned back too",
            "не пропускают также больных и грузовики миротворцев",
            "hastalar ve barış gücü kamyonları da geri çevriliyor",
        ),
    ),
    status(
        "restricted",
        "2023-06-24",
        "News.az, 24 Jun 2023, after the assistant to the president of Azerbaijan",
        by="az-president",
        since="2023-06-15",
        says=(
            "a temporary measure of an investigation after fire from Armenia on 15 June, no closure",
            "временная следственная мера после обстрела со стороны Армении 15 июня, не закрытие",
            "15 Haziran'da Ermenistan'dan açılan ateş sonrası geçici soruşturma önlemi, kapatma değil",
        ),
    ),
    status(
        "open",
        "2023-09-08",
        "Azernews, 8 Sep 2023",
        by="AZ",
        says=(
            "civilians pass after a check of their documents; it says that nothing restricts them",
            "гражданские лица проезжают после проверки документов; по его словам, ограничений нет",
            "siviller belge denetiminden sonra geçiyor; kısıtlama olmadığını söylüyor",
        ),
    ),
]


CORRIDORS: list[Row] = [
    {
        "id": "corridor-6c",
        "instrument": "2020-11-10",
        "clause": "6c",
        "zone": "lachin-corridor",
        "links": ["cross-6c-hakari", "road-6c-new", "road-6c-east"],
        "source": (
            "clause 6 of the statement of 9/10 November 2020, which has the word; drawn as traffic went from 1 Apr "
            "2023 on: until 30 Aug 2022 it went by the old road, then by a temporary stretch"
        ),
        "passage": [
            passage("2023-01-06", "both", "other", 24, 24, "2023-01-07", "Azernews, 7 Jan 2023: vehicles", by="AZ"),
            passage(
                "2023-06-25",
                "backward",
                "patients",
                15,
                15,
                "2023-06-26",
                "Azatutyun, 26 Jun 2023, after the Red Cross",
            ),
            passage(
                "2023-06-26",
                "backward",
                "patients",
                16,
                16,
                "2023-06-26",
                "Azatutyun, 26 Jun 2023, after the Red Cross",
            ),
            passage("2023-09-08", "backward", "patients", 10, 10, "2023-09-08", "Trend, 8 Sep 2023", by="AZ"),
            passage(
                "2023-09-08", "backward", "patients", 10, 10, "2023-09-08", "Armenpress, 8 Sep 2023", by="local-am"
            ),
            passage(
                "2023-08-24", "both", "people", 243, 243, "2023-09-08", "Azernews, 8 Sep 2023", by="AZ", to="2023-09-08"
            ),
            passage(
                "2023-09-24",
                "backward",
                "people",
                84770,
                84770,
                "2023-09-29",
                "Babel, 29 Sep 2023: by 06:00",
                by="am-government",
                to="2023-09-29",
            ),
        ],
        "closure": [
            closure(
                "2022-12-12",
                "2022-12-13",
                "Ministry of Foreign Affairs of Armenia, mfa.am, 13 Dec 2022",
                by="am-mfa",
                says=(
                    "a group from Azerbaijan blocks the way, organised by the state",
                    "группа из Азербайджана перекрыла путь; организовано государством",
                    "Azerbaycan'dan bir grup yolu kapatıyor; devlet düzenledi",
                ),
            ),
            closure(
                "2022-12-12",
                "2022-12-16",
                "Sputnik Armenia, 16 Dec 2022, after the bulletin of the Ministry of Defence of the Russian Federation",
                by="ru-mod",
                says=(
                    "the Azerbaijani side closed the road at post 7",
                    "азербайджанская сторона закрыла дорогу у поста № 7",
                    "Azerbaycan tarafı 7 no.lu noktada yolu kapattı",
                ),
            ),
            closure(
                "2022-12-12",
                "2023-02-22",
                "International Court of Justice, Armenia v. Azerbaijan, order of 22 Feb 2023",
                by="icj",
                says=("movement has been disrupted", "движение нарушено", "geçiş aksadı"),
            ),
            closure(
                "2023-04-23",
                "2023-04-24",
                "Asbarez, 24 Apr 2023; fip.am, 24 Apr 2023",
                by="ru-mod",
                says=(
                    "movement blocked at post 1 by the Azerbaijani side",
                    "движение у поста № 1 перекрыто азербайджанской стороной",
                    "1 no.lu noktada geçiş Azerbaycan tarafınca kapatıldı",
                ),
            ),
            closure(
                "2023-06-15",
                "2023-06-15",
                "artsakhpress.am, 15 Jun 2023",
                by="local-am",
                until="2023-06-25",
                says=(
                    "patients and aid too; patients again from 25 June",
                    "также для больных и помощи; больные снова с 25 июня",
                    "hastalar ve yardım da; hastalar 25 Haziran'dan itibaren yeniden",
                ),
            ),
        ],
        "checkpoint": [
            checkpoint(
                ("“illegal checkpoint”", "«незаконный пункт»", "“yasa dışı kontrol noktası”"),
                "am-government",
                "2023-04-27",
                "Mediamax, 27 Apr 2023",
                since="2023-04-23",
                says=(
                    "the way is now closed officially; it has to be under the Russian peacekeepers alone",
                    "путь теперь закрыт официально; он должен быть только под российскими миротворцами",
                    "yol artık resmen kapalı; yalnız Rus barış gücünün denetiminde olmalı",
                ),
            ),
            checkpoint(
                ("a checkpoint, “flagrant violation”", "пункт, «грубое нарушение»", "kontrol noktası, “açık ihlal”"),
                "am-mfa",
                "2023-04-23",
                "Azatutyun, 23 Apr 2023; Sputnik, 23 Apr 2023",
                since="2023-04-23",
                says=(
                    "against the statement, which leaves the way to the peacekeepers",
                    "вопреки заявлению, которое оставляет путь за миротворцами",
                    "yolu barış gücüne bırakan bildiriye aykırı",
                ),
            ),
            checkpoint(
                ("“border checkpoint”", "«пограничный пропускной пункт»", "“sınır geçiş noktası”"),
                "az-border",
                "2023-04-23",
                "Meydan TV, Apr 2023; Azernews, 16 Sep 2023",
                since="2023-04-23",
                says=(
                    (
                        "against transports of people, arms and mines, and in answer to a post that Armenia "
                        "set up on 22 April"
                    ),
                    "против перевозки людей, оружия и мин и в ответ на пост, поставленный Арменией 22 апреля",
                    "insan, silah ve mayın taşınmasına karşı ve Ermenistan'ın 22 Nisan'da kurduğu noktaya yanıt olarak",
                ),
            ),
            checkpoint(
                (
                    "“unilateral and uncoordinated” actions at its post 1",
                    "«односторонние и несогласованные» действия у её поста № 1",
                    "1 no.lu noktasında “tek taraflı ve eş güdümsüz” eylemler",
                ),
                "ru-mod",
                "2023-04-24",
                "Asbarez, 24 Apr 2023; fip.am, 24 Apr 2023",
                since="2023-04-23",
                says=(
                    "movement is blocked; it talks with the Azerbaijani side",
                    "движение перекрыто; ведёт переговоры с азербайджанской стороной",
                    "geçiş kapalı; Azerbaycan tarafıyla görüşüyor",
                ),
            ),
        ],
    },
]
