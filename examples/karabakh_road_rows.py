"""Roads in Armenia, to Iran, Georgia and Türkiye, and between the sides, link by link, each row with its source."""

from __future__ import annotations

from karabakh_link_rows import Row, length, link, rules, status

ALTERNATIVE = "Armenpress, 11 Nov 2021"
NORDUZ = "Tehran Times, 8 Oct 2021; Public Radio of Armenia (Persian), 1 Oct 2021"

ROADS: list[Row] = [
    # ── Yerevan – Goris – Kapan – Meghri – Iran ───────────────────────────────────────────────────────────────────────
    link(
        "road-yerevan-goris",
        "road",
        "yerevan",
        "goris",
        "Tehran Times, 8 Oct 2021: the road from Norduz to Yerevan; news.am on the M2 Yerevan – Goris – Meghri",
        via=((44.83, 39.74), (45.33, 39.76), (46.03, 39.52)),
        status=[
            status(
                "open",
                "2021-11-11",
                ALTERNATIVE,
                by="am-government",
                says=(
                    "traffic to Kapan and Iran goes by it",
                    "по ней идёт движение в Капан и Иран",
                    "Kapan ve İran trafiği bu yoldan",
                ),
            )
        ],
    ),
    link(
        "road-goris-kapan",
        "road",
        "goris",
        "kapan",
        "RFE/RL, 26 Aug 2021",
        via=((46.5, 39.37),),
        status=[
            status(
                "closed",
                "2021-08-26",
                "RFE/RL, 26 Aug 2021, after the National Security Service of Armenia",
                by="AM",
                since="2021-08-25",
                says=(
                    "Azerbaijani soldiers closed it about 23:00 on 25 August; it denies the incident they speak of",
                    "азербайджанские военные закрыли её около 23:00 25 августа; отрицает случай, о котором те говорят",
                    "Azerbaycan askerleri 25 Ağustos 23.00 sularında kapattı; anılan olayı yalanlıyor",
                ),
            ),
            status(
                "open",
                "2021-08-28",
                "Massis Post, 28 Aug 2021, after the National Security Service of Armenia; Caucasian Knot, 28 Aug 2021",
                by="AM",
                since="2021-08-27",
                says=("open again after talks", "снова открыта после переговоров", "görüşmelerden sonra yeniden açık"),
            ),
            status(
                "restricted",
                "2021-11-11",
                "Armenpress, 11 Nov 2021",
                by="am-government",
                since="2021-11-11",
                says=(
                    "Azerbaijan checks travellers on its part; Armenia directs them to the other road",
                    "Азербайджан проверяет проезжающих на своей части; Армения направляет их на другую дорогу",
                    "Azerbaycan kendi kesiminde yolcuları denetliyor; Ermenistan onları öteki yola yönlendiriyor",
                ),
            ),
            status(
                "restricted",
                "2022-01-30",
                "Today.az, 30 Jan 2022, after the State Customs Committee of Azerbaijan",
                by="AZ",
                says=(
                    "a customs post checks cars that come into its territory; more than 6,000 have passed",
                    "таможенный пост проверяет машины, въезжающие на его территорию; проехало более 6000",
                    "gümrük noktası topraklarına giren araçları denetliyor; 6000'den fazlası geçti",
                ),
            ),
        ],
        length=[
            length(
                21,
                "2021-08-26",
                "RFE/RL, 26 Aug 2021",
                of=("the stretch in Azerbaijan", "участок в Азербайджане", "Azerbaycan'daki kesim"),
            )
        ],
        rules=[
            rules(
                "2021-08-27",
                "ARKA, 27 Aug 2021; RFE/RL, 26 Aug 2021, after the Ministry of Defence of Azerbaijan",
                by="AZ",
                since="2021-08-25",
                who_may=(
                    (
                        "it closed the road after an incident; it says that two Armenian soldiers wanted to stab "
                        "a border guard of its own"
                    ),
                    (
                        "закрыл дорогу после случая; по его словам, двое армянских военных пытались ранить его "
                        "пограничника"
                    ),
                    (
                        "bir olay üzerine yolu kapattı; iki Ermeni askerinin kendi sınır muhafızını "
                        "bıçaklamak istediğini söylüyor"
                    ),
                ),
            ),
            rules(
                "2021-11-11",
                "Armenpress, 11 Nov 2021",
                by="am-government",
                since="2021-11-11",
                papers=(
                    "passport and customs checks by Azerbaijan, not in the territory of Armenia",
                    "паспортный и таможенный контроль Азербайджана, не на территории Армении",
                    "Azerbaycan'ın pasaport ve gümrük denetimi, Ermenistan topraklarında değil",
                ),
            ),
        ],
    ),
    link(
        "road-goris-tatev-kapan",
        "road",
        "goris",
        "kapan",
        "Armenpress, 11 Nov 2021: Kapan – Aghvani – Tatev – Halidzor – Shinuhayr – M2",
        via=((46.25, 39.38), (46.3, 39.28)),
        status=[
            status(
                "open",
                "2021-11-11",
                ALTERNATIVE,
                by="am-government",
                since="2021-11-01",
                latest="2021-11-07",
                says=(
                    "the stretch from Tatev to Aghvani is paved and in use since last week",
                    "участок Татев – Агвани заасфальтирован и с прошлой недели действует",
                    "Tatev – Ağvani kesimi asfaltlandı, geçen haftadan beri kullanımda",
                ),
            )
        ],
    ),
    link(
        "road-kapan-meghri",
        "road",
        "kapan",
        "meghri",
        "Tehran Times, 8 Oct 2021: the road from Norduz to Yerevan",
        via=((46.16, 39.15),),
        status=[
            status(
                "open",
                "2021-11-11",
                ALTERNATIVE,
                by="am-government",
                says=("lorries from Iran go by it", "по ней идут грузовики из Ирана", "İran kamyonları bu yoldan"),
            )
        ],
        rules=[
            rules(
                "2022-08-09",
                "Azatutyun, as carried by The Armenian Mirror-Spectator, 9 Aug 2022",
                controller=(
                    "checkpoints of the Russian border guards, who cite smuggling",
                    "посты российских пограничников, ссылающихся на контрабанду",
                    "kaçakçılığı gerekçe gösteren Rus sınır muhafızlarının noktaları",
                ),
            )
        ],
    ),
    link(
        "road-meghri-agarak",
        "road",
        "meghri",
        "agarak",
        "Tehran Times, 8 Oct 2021: the road from Norduz to Yerevan",
        status=[status("open", "2021-11-11", ALTERNATIVE, by="am-government")],
    ),
    link(
        "cross-agarak-norduz",
        "crossing",
        "agarak",
        "norduz",
        "Tehran Times, 8 Oct 2021",
        carries=["road"],
        between=["AM", "IR"],
        status=[
            status(
                "open",
                "2021-10-08",
                NORDUZ,
                says=(
                    "lorries from Iran go to Armenia here",
                    "здесь грузовики из Ирана едут в Армению",
                    "İran kamyonları Ermenistan'a buradan gidiyor",
                ),
            ),
        ],
    ),
    link(
        "road-norduz-jolfa",
        "road",
        "norduz",
        "jolfa-iran",
        "Mehr and others, as carried by muhabarishaji.com, autumn 2021: Norduz lies 60 km east of Jolfa",
        status=[status("open", "2021-10-08", NORDUZ)],
        length=[length(60, "2021-10-08", "muhabarishaji.com, autumn 2021: 60 km")],
    ),
    link(
        "road-jolfa-tabriz",
        "road",
        "jolfa-iran",
        "tabriz",
        "Public Radio of Armenia (Persian), 1 Oct 2021",
        via=((45.77, 38.43),),
        status=[status("open", "2021-10-08", NORDUZ)],
    ),
    # ── Other ways between the sides ──────────────────────────────────────────────────────────────────────────────────
    link(
        "cross-vardenis-kalbajar",
        "crossing",
        "vardenis",
        "kalbajar",
        "Caucasian Knot, 15 Nov 2020, on the road to Vardenis",
        via=((45.87, 40.2),),
        carries=["road"],
        between=["AM", "AZ"],
        clauses=["9a"],
        status=[
            status(
                "open",
                "2020-11-15",
                "Caucasian Knot, 15 Nov 2020",
                by="local-am",
                says=(
                    "it is not to be closed on 15 November, but later",
                    "закроют не 15 ноября, а позже",
                    "15 Kasım'da değil, daha sonra kapatılacak",
                ),
            ),
            status(
                "closed",
                "2020-11-25",
                "The Armenian press after Sputnik Armenia, as carried by gagrule.net, 25 Nov 2020",
                by="local-am",
                since="2020-11-25",
                says=(
                    "closed at midnight when the district passed",
                    "закрыта в полночь при передаче района",
                    "bölge devredilirken gece yarısı kapatıldı",
                ),
            ),
        ],
    ),
    link(
        "road-aghdam-6c",
        "road",
        "aghdam",
        "east-6c",
        "Azernews, 26 Jul 2023; CivilNet, 19 Jul 2023",
        clauses=["9a"],
        status=[
            status(
                "open",
                "2023-07-26",
                "Azernews, 26 Jul 2023, after a special representative of the president of Azerbaijan",
                by="AZ",
                says=("open for goods", "открыта для грузов", "yükler için açık"),
            ),
            status(
                "closed",
                "2023-07-19",
                "CivilNet, 19 Jul 2023; Asbarez, 18 Jul 2023",
                by="local-am",
                since="2023-07-18",
                says=(
                    "closed: residents put up barriers against goods by this way, and no vehicle passes the post",
                    "закрыта: жители поставили заграждения против грузов этим путём, машины не пропускаются",
                    "kapalı: sakinler bu yoldan yüklere karşı engel kurdu, noktadan araç geçmiyor",
                ),
            ),
        ],
        rules=[
            rules(
                "2023-09-12",
                "Caucasus Watch, 12 Sep 2023, after the Ministry of Foreign Affairs of Azerbaijan",
                by="az-mfa",
                since="2023-09-12",
                until="2023-09-13",
                cargo=(
                    "a lorry with aid of the Russian Red Cross, as a step towards opening the road",
                    "грузовик с помощью Российского Красного Креста, как шаг к открытию дороги",
                    "yolun açılmasına adım olarak Rusya Kızılhaçı'nın bir yardım kamyonu",
                ),
            ),
            rules(
                "2023-09-12",
                "Caucasus Watch, 12 Sep 2023, after the mayor of Askeran",
                by="local-am",
                since="2023-09-12",
                until="2023-09-13",
                cargo=(
                    "a lorry with aid of the Russian Red Cross, let in once that was agreed with those who protested",
                    "грузовик с помощью Российского Красного Креста, по договорённости с протестовавшими",
                    "protesto edenlerle anlaşıldıktan sonra Rusya Kızılhaçı'nın bir yardım kamyonu",
                ),
            ),
        ],
    ),
    link(
        "cross-margara-alican",
        "crossing",
        "margara",
        "alican",
        "Hurriyet Daily News, 12 Feb 2023; Duvar English, Feb 2023",
        carries=["road"],
        between=["AM", "TR"],
        clauses=["9a"],
        status=[
            status(
                "closed",
                "2015-04-30",
                "raillynews.com, Apr 2015, after Anadolu Agency",
                since="1993-01-01",
                latest="1993-12-31",
                says=(
                    "closed by Türkiye in 1993",
                    "закрыт Турцией в 1993 году",
                    "1993'te Türkiye tarafından kapatıldı",
                ),
            ),
            status(
                "restricted",
                "2023-02-12",
                "Hurriyet Daily News, 12 Feb 2023",
                since="2023-02-11",
                until="2023-02-12",
                says=(
                    "opened for aid after the earthquake; five lorries passed",
                    "открыт для помощи после землетрясения; прошли пять грузовиков",
                    "depremden sonra yardıma açıldı; beş kamyon geçti",
                ),
            ),
            status(
                "closed",
                "2023-10-27",
                "Mediamax, 27 Oct 2023",
                by="am-government",
                says=(
                    "ways are closed with two of four neighbours",
                    "пути закрыты с двумя из четырёх соседей",
                    "dört komşudan ikisiyle yollar kapalı",
                ),
            ),
        ],
    ),
    link(
        "road-yerevan-margara",
        "road",
        "yerevan",
        "margara",
        "drawn as a straight line by the authors of this example; no source speaks of it",
    ),
    link(
        "road-alican-kars",
        "road",
        "alican",
        "kars",
        "drawn as a straight line by the authors of this example; no source speaks of it",
    ),
]
