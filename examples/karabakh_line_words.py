"""What each side calls the railway of clause 9b, and what has to be decided for it, as each states it, "
"where and when."""

from __future__ import annotations

from karabakh_link_rows import called, need

OLD_LINE = "Azerbaijan International, spring 1994, article of an ambassador-at-large of Azerbaijan"
SCR_TIMETABLE = (
    "Wikipedia (English), article on the South Caucasus Railway, after the company’s timetable as of 2 Oct 2016"
)
WORKING_GROUP = "Statement of 11 January 2021, kremlin.ru and president.az, 11 Jan 2021"
BOTH = ("AM", "AZ")

# Both sides name one line, each in its own words.
LINE_NAMES = [
    *called(
        "AM",
        (
            "Yeraskh – Julfa – Ordubad – Meghri – Horadiz railway",
            "Железная дорога Ерасх – Джульфа – Ордубад – Мегри – Горадиз",
        ),
        (
            "prime minister of Armenia, 16 Dec 2021, as carried by news.am; the Russian name as carried by "
            "epress.am, 16 Dec 2021"
        ),
    ),
    *called(
        "AZ",
        (
            "Arazdeyan – Julfa – Ordubad – Mehri – Horadiz railway",
            "Железная дорога Араздеян – Джульфа – Ордубад – Мехри – Горадиз",
            "",
            "Arazdəyən – Culfa – Ordubad – Mehri – Horadiz dəmir yolu",
        ),
        "co-chairs of the working group, 2 Jun 2023, as carried by news.az and metbuat.az",
    ),
]

# What has to be decided for that line, said of its stretch in Armenia, where it was said.
LINE_NEEDS = [
    need(
        (
            "A list of railways and roads to restore, and a schedule",
            "Перечень железных и автомобильных дорог и график",
            "Onarılacak demir ve kara yollarının listesi ve takvimi",
        ),
        ("AM", "AZ", "RU"),
        "2021-01-11",
        WORKING_GROUP,
        clauses=("9a",),
    ),
    need(
        (
            "How Russia, which leases the railways of Armenia until 2038, takes part",
            "Как участвует Россия, арендующая железные дороги Армении до 2038 года",
            "Ermenistan demir yollarını 2038'e dek kiralayan Rusya'nın nasıl katılacağı",
        ),
        ("AM", "RU"),
        "2021-12-12",
        "Trend, 12 Dec 2021, after the chairman of Azerbaijan Railways",
        by="AZ",
        clauses=("9b",),
    ),
    need(
        ("That the railway is built", "Что железная дорога строится", "Demir yolunun yapılması"),
        BOTH,
        "2021-12-14",
        "APA, 14 Dec 2021",
        by="az-president",
        clauses=("9b",),
        settled="2021-12-14",
    ),
    need(
        (
            (
                "That the railway is built, under the sovereignty and jurisdiction of the countries it "
                "crosses, by reciprocity"
            ),
            (
                "Что железная дорога строится под суверенитетом и юрисдикцией стран, по которым проходит, на "
                "взаимной основе"
            ),
            "Demir yolunun, geçtiği ülkelerin egemenliği ve yargı yetkisi altında, karşılıklılıkla yapılması",
        ),
        BOTH,
        "2021-12-16",
        "news.am, 16 Dec 2021",
        by="am-government",
        clauses=("9b",),
        settled="2021-12-14",
    ),
    need(
        (
            "Customs posts: none on this way and none on the road of clause 6c, or posts on both",
            "Таможенные посты: ни здесь, ни на дороге по пункту 6c – или на обеих",
            "Gümrük noktaları: ne burada ne 6c maddesindeki yolda, ya da ikisinde de",
        ),
        ("AM",),
        "2021-12-14",
        "APA, 14 Dec 2021; Anadolu Agency, 15 Dec 2021",
        by="az-president",
        clauses=("9b", "6e"),
    ),
    need(
        (
            "Border and customs rules, in writing",
            "Пограничные и таможенные правила – на бумаге",
            "Sınır ve gümrük kuralları, yazılı olarak",
        ),
        BOTH,
        "2022-02-09",
        "Armenpress, 9 Feb 2022",
        by="am-government",
        clauses=("9b",),
    ),
    need(
        (
            "That Armenia opens the way that the statement speaks of; none was open a year and a half after it",
            "Чтобы Армения открыла путь, о котором говорит заявление; через полтора года его нет",
            "Ermenistan'ın bildirideki yolu açması; bir buçuk yıl sonra açık yol yoktur",
        ),
        ("AM",),
        "2022-06-30",
        "News.az, Jun 2022, after the president of Azerbaijan at the 9th Baku forum",
        by="az-president",
        clauses=("9b",),
    ),
    need(
        (
            "That Azerbaijan signs what was agreed in Brussels; Armenia would sign at once",
            "Чтобы Азербайджан подписал согласованное в Брюсселе; Армения подписала бы сразу",
            "Azerbaycan'ın Brüksel'de kararlaştırılanı imzalaması; Ermenistan hemen imzalar",
        ),
        ("AZ",),
        "2022-11-10",
        "Armenpress and 1lurer.am, 10 Nov 2022",
        by="am-government",
        clauses=("9b",),
    ),
    need(
        (
            "How the line is restored and run: a common understanding, to be told to the leaders",
            "Как восстановить и организовать движение: общее понимание, о котором доложат лидерам",
            "Hattın nasıl onarılıp işletileceği: liderlere sunulacak ortak anlayış",
        ),
        ("AM", "AZ", "RU"),
        "2023-06-02",
        "News.az, 2 Jun 2023, after the co-chair of the working group from the Russian Federation",
        by="ru-government",
        clauses=("9b",),
    ),
    need(
        (
            "Technical details of the control by the border service of the FSB of Russia",
            "Технические детали контроля Пограничной службы ФСБ России",
            "Rusya FSB sınır servisinin denetiminin teknik ayrıntıları",
        ),
        ("AM", "AZ", "RU"),
        "2023-06-10",
        "commonspace.eu, Jun 2023, after Report, 10 Jun 2023",
        by="AZ",
        clauses=("9c",),
    ),
    need(
        (
            (
                "The ways run under the sovereignty and jurisdiction of the parties, by reciprocity; nothing "
                "else was agreed"
            ),
            "Пути действуют под суверенитетом и юрисдикцией сторон, на взаимной основе; иного не согласовано",
            "Yollar tarafların egemenliği ve yargı yetkisi altında, karşılıklılıkla işler; başkası kararlaştırılmadı",
        ),
        BOTH,
        "2023-06-10",
        "commonspace.eu, Jun 2023, after news.am, 10 Jun 2023",
        by="am-government",
        clauses=("9b", "9c"),
    ),
    need(
        (
            "How travellers of both sides deal with each other when they cross",
            "Как граждане обеих сторон взаимодействуют при пересечении границы",
            "İki tarafın yolcularının geçişte birbiriyle nasıl karşılaşacağı",
        ),
        ("AM", "AZ", "RU"),
        "2023-06-30",
        "Azatutyun, Jun 2023, after TASS",
        by="ru-government",
        clauses=("9b",),
    ),
    need(
        (
            (
                "A framework for a way through the territory of Armenia between Azerbaijan and Nakhchivan, "
                "with third parties both agree on"
            ),
            (
                "Рамки пути через территорию Армении между Азербайджаном и Нахичеванью, с третьими сторонами "
                "по общему согласию"
            ),
            (
                "Ermenistan topraklarından Azerbaycan ile Nahçıvan arasında bir yolun çerçevesi, birlikte "
                "belirlenen üçüncü taraflarla"
            ),
        ),
        ("AM", "US"),
        "2025-08-08",
        "Joint declaration of 8 August 2025, published by the Department of State of the United States, 8 Aug 2025",
        clauses=("9b",),
    ),
]
