"""Roads from the western regions of Azerbaijan to Nakhchivan, through Iran and from Türkiye, each row "
"with its source."""

from __future__ import annotations

from karabakh_link_rows import Row, length, link, rules, status, works

BUSES_2021 = "FED.az, Oct 2021, after the State Road Transport Service of Azerbaijan"
BUSES = "Turan, 22 Sep 2023, after the Land Transport Agency of Azerbaijan"

IRAN_ROADS: list[Row] = [
    # ── Horadiz – Aghband, Nakhchivan, and the ways through Iran and to Türkiye ───────────────────────────────────────
    link(
        "road-horadiz-aghband",
        "road",
        "horadiz",
        "aghband",
        "Azertag, 26 May 2022",
        via=((46.95, 39.33), (46.66, 39.08)),
        clauses=["9a", "9b"],
        length=[
            length(123.6, "2022-05-26", "Azertag, 26 May 2022", by="az-president"),
            length(123.5, "2023-10-30", "Vestnik Kavkaza, 30 Oct 2023"),
        ],
        works=[
            works(
                "under_way",
                "2021-10-26",
                "Report and Today.az, 26 Oct 2021",
                by="az-president",
                since="2021-10-26",
                says=("the foundation is laid", "заложен фундамент", "temel atıldı"),
            ),
            works(
                "under_way",
                "2023-02-18",
                "Today.az, 18 Feb 2023, after the roads agency of Azerbaijan",
                by="AZ",
                due="2024-07-31",
            ),
            works(
                "under_way",
                "2023-10-30",
                "Vestnik Kavkaza, 30 Oct 2023",
                says=("80 per cent are done", "выполнено 80 процентов", "yüzde 80'i tamam"),
            ),
        ],
    ),
    link(
        "cross-aghband-iran",
        "crossing",
        "aghband",
        "aras-east",
        "TASS, 6 Oct 2023; Agenzia Nova, 12 Mar 2022",
        carries=["road"],
        between=["AZ", "IR"],
        status=[
            status(
                "never_built",
                "2023-10-06",
                "TASS, 6 Oct 2023, after Azertag",
                by="AZ",
                says=("a bridge is begun", "мост начат", "köprüye başlandı"),
            )
        ],
        works=[
            works(
                "announced",
                "2022-03-12",
                "Agenzia Nova, 12 Mar 2022, after the embassy of Azerbaijan in Italy",
                by="AZ",
                says=(
                    (
                        "four bridges over the Aras, two for cars and two for trains, as a memorandum of 11 "
                        "March 2022 has it"
                    ),
                    (
                        "четыре моста через Аракс, два автомобильных и два железнодорожных, по меморандуму от "
                        "11 марта 2022 года"
                    ),
                    "11 Mart 2022 tarihli muhtıraya göre Aras üzerinde ikisi kara, ikisi demir yolu dört köprü",
                ),
            ),
            works(
                "under_way",
                "2023-10-06",
                "TASS, 6 Oct 2023, after Azertag",
                by="AZ",
                since="2023-10-06",
                due="2024-10-06",
            ),
        ],
    ),
    link(
        "road-aras",
        "road",
        "aras-east",
        "aras-west",
        "Press TV, 12 Mar 2022",
        via=((46.2, 38.82),),
        length=[length(55, "2022-03-12", "Press TV, 12 Mar 2022, after Tasnim")],
        works=[
            works(
                "announced",
                "2022-03-12",
                "Press TV, 12 Mar 2022, after Tasnim",
                says=(
                    "a road of 55 km, as the memorandum with Azerbaijan has it",
                    "дорога в 55 км по меморандуму с Азербайджаном",
                    "Azerbaycan'la muhtıraya göre 55 km'lik yol",
                ),
            )
        ],
    ),
    link(
        "cross-ordubad-iran",
        "crossing",
        "aras-west",
        "ordubad",
        "Agenzia Nova, 12 Mar 2022",
        carries=["road"],
        between=["AZ", "IR"],
        works=[
            works(
                "announced",
                "2022-03-12",
                "Agenzia Nova, 12 Mar 2022, after the embassy of Azerbaijan in Italy",
                by="AZ",
            )
        ],
    ),
    link(
        "road-baku-bilasuvar",
        "road",
        "baku",
        "bilasuvar",
        BUSES,
        via=((49.4, 39.95),),
        status=[
            status(
                "open",
                "2021-10-31",
                BUSES_2021,
                by="AZ",
            )
        ],
    ),
    link(
        "cross-bilasuvar",
        "crossing",
        "bilasuvar",
        "bilasuvar-iran",
        BUSES,
        carries=["road"],
        between=["AZ", "IR"],
        status=[
            status(
                "restricted",
                "2021-10-31",
                BUSES_2021,
                by="AZ",
                says=(
                    "two buses a day to Nakhchivan, with a test for the virus",
                    "два автобуса в день в Нахичевань, с тестом на вирус",
                    "Nahçıvan'a günde iki otobüs, virüs testiyle",
                ),
            ),
            status(
                "restricted",
                "2023-09-22",
                BUSES,
                by="AZ",
                says=(
                    "six buses a day instead of three",
                    "шесть автобусов в день вместо трёх",
                    "günde üç yerine altı otobüs",
                ),
            ),
        ],
        rules=[
            rules(
                "2025-08-14",
                "Minval, 14 Aug 2025, after drivers",
                hours=(
                    "lorries wait for days on the Iranian side, by what drivers say",
                    "по словам водителей, грузовики сутками ждут на иранской стороне",
                    "sürücülere göre kamyonlar İran tarafında günlerce bekliyor",
                ),
            )
        ],
    ),
    link(
        "road-bilasuvar-jolfa",
        "road",
        "bilasuvar-iran",
        "jolfa-iran",
        BUSES,
        via=((48.29, 38.25), (47.05, 38.47)),
        status=[
            status(
                "open",
                "2021-10-31",
                BUSES_2021,
                by="AZ",
                says=(
                    "buses from Baku to Nakhchivan go by it, as before the pandemic",
                    "по ней едут автобусы из Баку в Нахичевань, как и до пандемии",
                    "Bakü – Nahçıvan otobüsleri bu yoldan, salgından önceki gibi",
                ),
            )
        ],
        rules=[
            rules(
                "2020-11-13",
                "Today.az, 13 Nov 2020, after the State Road Transport Service of Azerbaijan",
                by="AZ",
                hours=(
                    "Baku to Nakhchivan in eight hours since 2019, in twelve before, with four controls on the way",
                    "из Баку в Нахичевань за восемь часов с 2019 года, раньше за двенадцать, с четырьмя проверками",
                    "Bakü'den Nahçıvan'a 2019'dan beri sekiz, önce on iki saat, yolda dört denetimle",
                ),
            )
        ],
    ),
    link(
        "cross-julfa-jolfa-road",
        "crossing",
        "jolfa-iran",
        "julfa",
        BUSES,
        carries=["road"],
        between=["AZ", "IR"],
        status=[
            status(
                "restricted",
                "2021-10-01",
                "Public Radio of Armenia (Persian), 1 Oct 2021, after the road authority of East Azarbaijan",
                says=(
                    "lorries of Azerbaijan and Iran on their way to Türkiye only; none to Armenia",
                    "только грузовики Азербайджана и Ирана, едущие в Турцию; в Армению – нет",
                    "yalnız Türkiye'ye giden Azerbaycan ve İran kamyonları; Ermenistan'a yok",
                ),
            ),
            status(
                "restricted",
                "2023-09-22",
                BUSES,
                by="AZ",
                says=(
                    "six buses a day instead of three",
                    "шесть автобусов в день вместо трёх",
                    "günde üç yerine altı otobüs",
                ),
            ),
        ],
    ),
    link(
        "road-julfa-nakhchivan",
        "road",
        "julfa",
        "nakhchivan",
        BUSES,
        status=[
            status(
                "open",
                "2021-10-31",
                BUSES_2021,
                by="AZ",
            )
        ],
    ),
    link(
        "road-ordubad-julfa",
        "road",
        "ordubad",
        "julfa",
        "drawn as a straight line by the authors of this example; no source speaks of it",
    ),
    link(
        "road-nakhchivan-sadarak",
        "road",
        "nakhchivan",
        "sadarak",
        "Wikipedia (Turkish), article on the border of Azerbaijan and Türkiye, as kept in 2016",
        via=((44.98, 39.55),),
    ),
    link(
        "cross-sadarak-dilucu",
        "crossing",
        "sadarak",
        "dilucu",
        "Wikipedia (Turkish), article on the border of Azerbaijan and Türkiye, as kept in 2016: open since 1992",
        carries=["road"],
        between=["AZ", "TR"],
        status=[
            status(
                "restricted",
                "2020-02-25",
                "Minval, 25 Feb 2020, after the State Border Service of Azerbaijan; 525.az, 23 Feb 2020",
                by="az-border",
                since="2020-02-25",
                says=(
                    "goods go towards Sadarak again since 15:10",
                    "с 15:10 снова идут грузы в сторону Садарака",
                    "15.10'dan beri yükler yeniden Sederek yönüne",
                ),
            ),
            status(
                "closed",
                "2023-02-01",
                "Basta, Feb 2023",
                since="2022-07-01",
                until="2023-02-01",
                says=("closed until 1 February 2023", "закрыт до 1 февраля 2023 года", "1 Şubat 2023'e dek kapalı"),
            ),
            status(
                "restricted",
                "2023-02-01",
                "Basta, Feb 2023, after the State Border Service of Azerbaijan",
                by="az-border",
                since="2023-02-01",
                says=(
                    "residents of Nakhchivan in their own cars; no buses",
                    "жители Нахичевани на личных машинах; без автобусов",
                    "kendi arabalarıyla Nahçıvan sakinleri; otobüs yok",
                ),
            ),
        ],
    ),
    link(
        "road-gyumri-ayrum",
        "road",
        "gyumri",
        "ayrum",
        "artsakhpress.am, 21 Dec 2021, after the prime minister of Armenia: to the border with Georgia",
        via=((44.5, 40.81),),
    ),
    link(
        "road-yerevan-gyumri",
        "road",
        "yerevan",
        "gyumri",
        "artsakhpress.am, 21 Dec 2021, after the prime minister of Armenia: to the border with Georgia",
        works=[
            works(
                "finished",
                "2021-10-08",
                "Tehran Times, 8 Oct 2021, after a deputy minister of Iran",
                says=(
                    "the road north to Georgia is finished",
                    "дорога на север, к Грузии, готова",
                    "Gürcistan'a kuzey yolu tamam",
                ),
            )
        ],
    ),
    link(
        "road-sadakhlo-tbilisi",
        "road",
        "sadakhlo",
        "tbilisi",
        "artsakhpress.am, 21 Dec 2021, after the prime minister of Armenia: to the border with Georgia",
    ),
    link("road-ijevan-border", "road", "ijevan", "border-tavush", "CivilNet, undated, after the war of autumn 2020"),
]
