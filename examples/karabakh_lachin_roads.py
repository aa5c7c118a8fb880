"""The road Goris – Khankendi / Stepanakert, its old course and its new one, link by link, each row with its source."""

from __future__ import annotations

from karabakh_corridor_rows import BLOCKED, CHECKPOINT, NEW_ROAD, OLD_ROAD, OLD_ROAD_RULES, PASSED_ON
from karabakh_link_rows import Row, length, link, need, rules, status, works

LACHIN_ROADS: list[Row] = [
    # ── Goris – Khankendi / Stepanakert, the old course and the new ───────────────────────────────────────────────────
    link(
        "road-goris-tegh",
        "road",
        "goris",
        "tegh",
        "Armenpress, 25 Aug 2022, on the road to Tegh",
        clauses=["6c"],
        status=[status("open", "2022-08-25", "Armenpress, 25 Aug 2022", by="local-am")],
    ),
    link(
        "cross-6c-tegh",
        "crossing",
        "tegh",
        "border-tegh",
        "Armenpress, 25 Aug 2022, on the road to Tegh",
        carries=["road"],
        between=["AM", "AZ"],
        clauses=["6c", "6e"],
        status=[
            status(
                "open",
                "2022-08-25",
                "Armenpress, 25 Aug 2022; said before the town passed on 26 Aug 2022",
                by="local-am",
                until=PASSED_ON,
                says=("open both ways", "открыта в обе стороны", "iki yönde açık"),
            ),
            status(
                "open",
                "2022-08-31",
                "news.am, 29 Aug 2022; Armenpress and Public Radio of Armenia, 31 Aug 2022",
                by="local-am",
                since="2022-08-30",
                says=(
                    "the temporary stretch leads from here to the new road, since 20:00 on 30 August",
                    "отсюда временный участок ведёт к новой дороге, с 20:00 30 августа",
                    "30 Ağustos 20.00'den beri geçici kesim buradan yeni yola çıkıyor",
                ),
            ),
            status(
                "closed",
                "2023-03-30",
                "news.am, 30 Mar 2023; 1lurer.am, 30 Mar 2023",
                by="local-am",
                since="2023-03-30",
                says=(
                    "Azerbaijan’s forces closed it in the night",
                    "ночью закрыта азербайджанскими силами",
                    "gece Azerbaycan kuvvetlerince kapatıldı",
                ),
            ),
        ],
        rules=[
            rules(
                "2023-03-30",
                "TASS, 30 Mar 2023, as carried by Focus",
                by="az-mod",
                since="2023-03-30",
                controller=(
                    "its own forces, since the new road is in use",
                    "её собственные силы, поскольку новая дорога действует",
                    "yeni yol kullanımda olduğundan kendi kuvvetleri",
                ),
            )
        ],
    ),
    link(
        "road-6c-old-west",
        "road",
        "border-tegh",
        "lachin",
        "Azernews, 26 Aug 2022; Armenpress, 25 Aug 2022",
        clauses=["6c", "6e"],
        status=OLD_ROAD,
        rules=OLD_ROAD_RULES,
    ),
    link(
        "road-6c-old-east",
        "road",
        "lachin",
        "fork",
        "Azernews, 26 Aug 2022; Armenpress, 25 Aug 2022",
        clauses=["6c", "6e"],
        status=OLD_ROAD,
        rules=OLD_ROAD_RULES,
    ),
    link(
        "road-6c-temporary",
        "road",
        "border-tegh",
        "hakari",
        "news.am, 29 Aug 2022; Armenpress, 25 Aug 2022: from the road to Tegh to the new road, past the village",
        clauses=["6c", "6e"],
        status=[
            status(
                "open",
                "2022-08-31",
                "Armenpress and Public Radio of Armenia, 31 Aug 2022; news.am, 20 Apr 2023, on the change of 1 April",
                by="local-am",
                since="2022-08-30",
                until="2023-04-01",
                says=(
                    "open since 20:00 on 30 August; peacekeepers stand along it",
                    "открыта с 20:00 30 августа; вдоль неё стоят миротворцы",
                    "30 Ağustos 20.00'den beri açık; boyunca barış gücü var",
                ),
            )
        ],
        length=[length(4.7, "2022-08-30", "artsakhpress.am and Armenpress, 30 Aug 2022", by="local-am")],
    ),
    link(
        "road-tegh-kornidzor",
        "road",
        "tegh",
        "kornidzor",
        "Armenpress, 29 Jul 2022",
        clauses=["6c"],
        status=[
            status(
                "open",
                "2023-04-20",
                "news.am, 20 Apr 2023",
                by="am-government",
                since="2023-04-01",
                says=(
                    "passable since 1 April; asphalt by the end of May",
                    "проезжа с 1 апреля; асфальт к концу мая",
                    "1 Nisan'dan beri geçilebilir; asfalt mayıs sonuna",
                ),
            )
        ],
        works=[
            works("announced", "2022-07-29", "Armenpress, 29 Jul 2022", by="am-government", since="2022-08-01"),
            works("under_way", "2023-04-20", "news.am, 20 Apr 2023", by="am-government", due="2023-05-31"),
        ],
    ),
    link(
        "cross-6c-hakari",
        "crossing",
        "kornidzor",
        "hakari",
        "Ministry of Internal Affairs of the local bodies, as carried by news.am, 30 Mar 2023; Azernews, 16 Sep 2023",
        carries=["road"],
        between=["AM", "AZ"],
        clauses=["6c", "6e"],
        status=[
            status(
                "restricted",
                "2023-03-30",
                "news.am, 30 Mar 2023; 1lurer.am, 30 Mar 2023",
                by="local-am",
                since="2023-03-30",
                says=(
                    "passable; peacekeepers and the Red Cross can carry aid by it",
                    "проезжа; миротворцы и Красный Крест могут везти по ней помощь",
                    "geçilebilir; barış gücü ve Kızılhaç buradan yardım taşıyabilir",
                ),
            ),
            *CHECKPOINT,
        ],
        rules=[
            rules(
                "2023-03-30",
                "Asbarez, 30 Mar 2023, after the National Security Service of Armenia",
                by="AM",
                controller=(
                    "border guards of both countries on their own side; peacekeepers at the bridge",
                    "пограничники обеих стран – каждый на своей стороне; миротворцы у моста",
                    "iki ülkenin sınır muhafızları kendi yanında; köprüde barış gücü",
                ),
            ),
            rules(
                "2023-04-23",
                "Trend, 23 Apr 2023",
                by="az-mfa",
                since="2023-04-23",
                controller=(
                    (
                        "its State Border Service: a right on its own territory; Armenia had set up a post of "
                        "its own on 22 April"
                    ),
                    (
                        "её Государственная пограничная служба: право на своей территории; Армения 22 апреля "
                        "поставила свой пост"
                    ),
                    "Devlet Sınır Servisi: kendi topraklarında hakkı; Ermenistan 22 Nisan'da kendi noktasını kurmuştu",
                ),
            ),
            rules(
                "2023-04-27",
                "Mediamax, 27 Apr 2023",
                by="am-government",
                controller=(
                    "nobody but the Russian peacekeepers may control the way",
                    "контролировать путь вправе только российские миротворцы",
                    "yolu Rus barış gücünden başkası denetleyemez",
                ),
            ),
            rules(
                "2023-04-24",
                "Asbarez, 24 Apr 2023",
                by="ru-mod",
                controller=(
                    "its post 1; it talks with the Azerbaijani side",
                    "её пост № 1; ведёт переговоры с азербайджанской стороной",
                    "1 no.lu noktası; Azerbaycan tarafıyla görüşüyor",
                ),
            ),
        ],
    ),
    link(
        "road-6c-new",
        "road",
        "hakari",
        "fork",
        "Caucasian Knot, 11 Aug 2022; Armenpress, 31 Aug 2022",
        via=((46.6, 39.57), (46.64, 39.63)),
        clauses=["6c", "6e"],
        status=[
            *NEW_ROAD,
            status(
                "open",
                "2023-03-30",
                "TASS, 30 Mar 2023, as carried by Focus",
                by="az-mod",
                says=("the new road is in use", "новая дорога действует", "yeni yol kullanımda"),
            ),
        ],
        length=[
            length(
                32,
                "2022-08-11",
                "az24saat.org, 11 Aug 2022, after Turan",
                by="AZ",
                of=(
                    "the new road, 10 km of it in Armenia",
                    "новая дорога, из них 10 км в Армении",
                    "yeni yol, 10 km'si Ermenistan'da",
                ),
            )
        ],
        works=[
            works(
                "under_way",
                "2021-08-06",
                "news.am, 6 Aug 2021, after the roads agency of Azerbaijan",
                by="AZ",
                since="2021-07-01",
            ),
            works(
                "finished",
                "2022-08-11",
                "Caucasian Knot, 11 Aug 2022, after the roads agency of Azerbaijan",
                by="AZ",
                says=("ready for traffic", "готова к движению", "trafiğe hazır"),
            ),
            works(
                "announced",
                "2022-08-25",
                "Armenpress, 25 Aug 2022",
                by="local-am",
                since="2022-09-01",
                due="2022-09-07",
                says=(
                    "traffic is to begin in the first week of September, by a temporary stretch of 4.5 km",
                    "движение начнётся в первую неделю сентября, по временному участку в 4,5 км",
                    "trafik eylülün ilk haftasında, 4,5 km'lik geçici kesimle başlayacak",
                ),
            ),
            works(
                "announced",
                "2022-08-29",
                "Massis Post, 29 Aug 2022",
                by="local-am",
                since="2022-08-30",
                says=(
                    "traffic is to begin on 30 August at 20:00",
                    "движение начнётся 30 августа в 20:00",
                    "trafik 30 Ağustos saat 20.00'de başlayacak",
                ),
            ),
            works(
                "finished",
                "2022-08-30",
                "artsakhpress.am and Armenpress, 30 Aug 2022",
                by="local-am",
                says=(
                    "the temporary stretch of 4.7 km is asphalted",
                    "временный участок в 4,7 км заасфальтирован",
                    "4,7 km'lik geçici kesim asfaltlandı",
                ),
            ),
        ],
        need=[
            need(
                (
                    "A plan for a new road, agreed among the three",
                    "План новой дороги, согласованный между тремя",
                    "Üçü arasında kararlaştırılmış yeni yol planı",
                ),
                ("AM", "AZ", "RU"),
                "2022-08-05",
                "said on 3 Aug 2022; Armenpress, 5 Aug 2022",
                by="AM",
                clauses=("6d",),
            )
        ],
    ),
    link(
        "road-6c-east",
        "road",
        "fork",
        "east-6c",
        "Ministry of Foreign Affairs of Armenia, mfa.am, 13 Dec 2022; Azernews, 20 Dec 2022",
        via=((46.72, 39.73),),
        clauses=["6c", "6e"],
        status=[
            status(
                "open",
                "2020-12-01",
                "TASS, 1 Dec 2020",
                by="ru-mod",
                says=(
                    "peacekeepers see to the safety of civilian traffic",
                    "миротворцы обеспечивают безопасность движения гражданских машин",
                    "barış gücü sivil trafiğin güvenliğini sağlıyor",
                ),
            ),
            status(
                "open",
                "2021-12-14",
                "APA, 14 Dec 2021",
                by="az-president",
                says=(
                    "Azerbaijan provides safe and unhindered passage; there is no customs post",
                    "Азербайджан обеспечивает безопасный и беспрепятственный проезд; таможенных постов нет",
                    "Azerbaycan güvenli ve engelsiz geçiş sağlıyor; gümrük noktası yok",
                ),
            ),
            status(
                "open",
                "2022-08-25",
                "Armenpress, 25 Aug 2022",
                by="local-am",
                says=("open both ways", "открыта в обе стороны", "iki yönde açık"),
            ),
            *BLOCKED,
        ],
    ),
]
