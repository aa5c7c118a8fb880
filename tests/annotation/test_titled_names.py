"""A person who does not speak is seen beside a title in every language; a sentence without a person has no names."""

from __future__ import annotations

import re

import pytest

from tests.conftest import ROOT, each
from trucewatch.annotation.known_names import KnownNames
from trucewatch.annotation.people_named import people_in, strangers_in
from trucewatch.annotation.titled_names import titled_names

NAMING = {
    "de": """Außenminister Karl Weller hat es zugesagt.|Weller: Das hat Herr Brandt versprochen.
Wir trafen Frau Dr. Lohse.
Präsident Weller kommt morgen.|Karl Weller, Außenminister des Oberen Tals, war dort.
Mit General Roth sprachen wir nicht.
Oberst Wieland zählt die Geschütze.|Der Minister für Straßen, Karl Weller, war dort.
Herrn Brandt gehört das Haus.
Präsident der Republik Karl Weller hat geschrieben.|Die Ministerin des Inneren Ada von Lohse war da.
Das sagte K. Weller.
Botschafterin Ada Lohse kommt.|Wir danken Kanzlerin Lohse.|AUSSENMINISTERIN LOHSE war da.""",
    "fr": """La ministre Anne Roux l'a dit.|M. Roux est parti.|Mme Roux est partie.|le général Roux a compté
La ministre des affaires étrangères de la Haute Vallée, Anne Roux, est là.|l'ambassadeur Luc Moreau
MM. Roux et Moreau
Anne Roux, ministre des routes, était là.|le colonel Moreau|Monsieur le ministre Luc Moreau
le président Étienne Roux
le porte-parole Luc Moreau|la présidente de la République, Anne Roux|Le ministre de la Défense Luc Moreau
dit A. Roux""",
    "es": """El ministro Luis Prado lo prometió.|El Sr. Prado estuvo allí.|La señora Prado vino.
el general Prado contó
el ministro de Asuntos Exteriores Luis Prado|Luis Prado, ministro de Caminos, estuvo|la presidenta Ana Ibáñez
la embajadora Ana de la Torre|el presidente del Valle Alto, Luis Prado, dijo|don Luis Prado|el coronel Ibáñez
la portavoz Ana Ibáñez|PRIMERA MINISTRA IBÁÑEZ habló|la ministra de Defensa, Ana Ibáñez|según L. Prado""",
    "tr": """Dışişleri Bakanı Ayşe Kaya söyledi.|Sayın Kaya geldi.|Ayşe Hanım geldi.|Ali Bey'in evi
General Demir saydı.
Cumhurbaşkanı Ali Demir'in sözü|CUMHURBAŞKANI DEMİR konuştu|Sözcü Ayşe Kaya|Albay Demir orada
Büyükelçi Şule Kaya
Dışişleri Bakan Yardımcısı Ali Demir|Başbakan Ali Demir|Ayşe Kaya Hanımefendi|Ş. Kaya geldi
Genel Sekreter Ali Demir""",
    "az": """Xarici işlər naziri Əli Vəliyev dedi.|cənab Vəliyev gəldi|xanım Torn gəldi|general Vəliyev saydı
Prezident Əli Vəliyevin sözü|Aygün xanım gəldi|Elçin müəllim gəldi|polkovnik Şirinov orada|səfir Çingiz Əliyev
Əli Vəliyev, nazir, gəldi|Aygün Əliyeva yazdı|Rəna Məmmədzadə yazdı|Ə. Vəliyev gəldi|deputat Əli Vəliyev
sözçü Rəna Torn""",
    "hy": """արտգործնախարար Արամ Սահակյանը ասաց|պարոն Սահակյան|տիկին Թորնը եկավ|գեներալ Իվեր Ստրանդը
Նախագահ Լենարտ Վերը
վարչապետ Արամ Սահակյանի խոսքը|դեսպան Անի Թորնը|գնդապետ Ստրանդը|խոսնակ Անի Թորնի հետ|Ա. Սահակյանը եկավ
Երեկ Արամ Սահակյանը եկավ|պրն Սահակյանը|պատգամավոր Անի Թորնը|հրամանատար Ստրանդը|Արամ Սահակյան, նախարար""",
    "ru": """Министр Иван Верин обещал.|господин Верин уехал|госпожа Торн уехала|генерал Странд считал
Вчера Иван Петров приехал
сказала Анна Верина|письмо Ивана Петрова|полковник Верд|посол Анна Торн|А.Торн приехала|О. Б. Брандель
президент Леннарт Вер|с Иваном Петровым|Арам Саакян уехал|Анна Невская уехала""",
    "en": """Minister Ada Thorne said so.|Mr Reyle left.|Mrs Thorne left.|General Reyle counted.|J. Reyle left.
President Lennart Ware|Colonel Reyle|Dr Thorne|Foreign Minister Ada Thorne|Ambassador Ada Thorne|Judge Reyle
The President of the Upper Valley, Ada Thorne, left.|Yesterday Aram Sahakyan left.|We met Ivan Petrov.
Sir Jonas Weller""",
}
NOBODY = {
    "de": """Der Minister hat Gespräche geführt.|Der Präsident des Oberen Tals war dort.
Herr Bundespräsident, guten Tag.
Das Ministerium des Äußeren weist das zurück.|Die Sprecher beider Seiten waren da.|Frau Ministerin, wann?
Ein Offizier war krank.
Meine Damen und Herren, guten Tag.|Die Gemeinsame Kommission zählt die Geschütze.
Der General hat Soldaten abgezogen.
Es geht z. B. Waffen an.|Die Minister des Oberen Tals und des Unteren Tals kamen.
Das Büro der Präsidentin schweigt.
Herr Präsident, Sie haben das Wort.|Der Botschafter hat am Montag Antworten verlangt.""",
    "fr": """Le ministère des affaires étrangères dément.|Le président de la Haute Vallée est venu.
Madame la ministre, combien ?
L'officier de liaison est venu.|Monsieur le président, merci.|La Commission mixte compte.
La route du Pont est ouverte.
Le secrétaire général de la Commission mixte est là.
Les ministres de la Basse Vallée et de la Haute Vallée sont là.
Le maire d'Aubrac affirme cela.|Le porte-parole a parlé lundi.|La ministre, à son tour, a dit oui.
Le général attend.
Le ministère de la Défense répond.|Le premier ministre de la Haute Vallée répond.""",
    "es": """El Ministerio de Asuntos Exteriores lo niega.|El presidente del Valle Bajo vino.
Señor ministro, ¿cuándo?
El Acuerdo de los dos valles sigue.|La Comisión Conjunta cuenta.|El ministro de Asuntos Exteriores viajó.
Los oficiales vinieron.
La portavoz habló el lunes.|Gracias, presidente.|El general esperó.
La ministra de Defensa del Valle Alto respondió.
El secretario general espera.|La presidenta de la República habló.|En Riobajo dicen que no.
Señora presidenta, gracias.""",
    "tr": """Dışişleri Bakanlığı bunu reddediyor.|Sayın Bakan, hoş geldiniz.|Sayın Bakan, Aşağı Vadi soruyor.
Bakan geldi.
Aşağı Vadi Dışişleri Bakanı geldi.|İki Vadi Anlaşması'na bağlıyız.|Ortak Komisyon saydı.
Orta Köprü'de buluştular.
Cumhurbaşkanı Ostmer'de konuştu.|Sayın Bakanımız pazartesi günü gelecek.|Sözcüler konuştu.
Sayın Cumhurbaşkanım, buyurun.
General geldi.|Köprü Yolu Protokolü açık.|Bakan Nisan ayında gelir.""",
    "az": """Xarici İşlər Nazirliyi bu iddianı rədd edir.|Cənab nazir, Yuxarı Vadi iddia edir.|Nazir gəldi.
Xanım nazir, niyə?
İki Vadi Sazişinin alternativi yoxdur.|Birgə Komissiya saydı.|Yuxarı Vadinin prezidenti gəldi.
Cənab prezident, buyurun.
Orta Körpüdə görüşdülər.|Nazirlik cavab verəcək.|Aşağı Vadi tələb edir.|Sözçü danışdı.|General gözləyir.
Müdafiə Nazirliyi saydı.|Holin çəmənlikləri Yuxarı Vadiyə verildi.""",
    "hy": """Վերին Հովիտի արտաքին գործերի նախարարությունը հերքում է։|Պարոն նախարար, ե՞րբ։
Նախարարը վաղը մեկնում է Թոլբրուկ։
Վերին Հովիտի նախագահը եկավ։|Համատեղ հանձնաժողովը հաշվում է։|Տիկին նախարար, ինչո՞ւ։|Պարոն նախագահ, խնդրեմ։
Երկու հովիտների համաձայնագիրն ուժի մեջ է։|Գեներալը սպասում է։|Խոսնակը խոսեց։|Քարե դարպաս են հասել։
Միջին կամուրջ են եկել։
Ստորին Հովիտը պնդում է։|Նախարարը Հոլինում էր։|Կառավարությունը որոշեց։""",
    "ru": """Министерство иностранных дел отвергает это.|Министр иностранных дел Верхней Долины прибыл.
Господин министр, когда?
Глава Совместной комиссии ждёт.|Соглашение двух долин действует.|Президент Верхней Долины приехал.|Посол ждёт.
Холлинские луга переданы Верхней Долине.|Средний Мост открыт.|Протокол о Мостовой дороге действует.
Генерал ждёт.
Правительство Нижней Долины решило.|Совет Министров решил.|Нижняя Долина считает.|Ждут на Среднем Мосту.""",
    "en": """The Foreign Ministry rejects this.|The President of the Upper Valley left.
The Bridge Road is open.|Minister, when?
The Joint Commission counts.|Upper Valley officials say so.|The ministers will speak first.
The spokesman spoke on Monday.
The Accord of the Two Valleys stands.|Hollin Meadows were handed over.|Stonegate is shut.
Mr President, thank you.
The Chair of the Joint Commission waits.|The general waits.|On May 2 we left.""",
}
SPEAKING = re.compile(
    r"(?i)t[oh]+rn|brandel|ver[dt]?\b|ensli|strand|ware|reyle|vogelsang|tillman|rauh|hanke|lohse|wieland|korte|marbach|timm|drouet"
    r"|garance|sorbier|valmont|peñalba|rold[aá]n|echag|quiñ|urrea|montalb|irala|sar[ıi][çc]am|nermin|tansel|karaorman|arısoy|alkan"
    r"|торн|брандел|верд|энсли|странд|сорел|линд|орт\b|рейл|хэдлоу|թորն|բրանդել|ստրանդ|վերի?\b|հեդլոու|adelung|moosbach|lindner"
)
"""Who is named in the annotated texts."""


def _each_of(rows: dict[str, str]) -> list[tuple[str, str]]:
    return [(language, text) for language, texts in rows.items() for text in re.split(r"[|\n]", texts)]


@pytest.mark.parametrize(("language", "text"), _each_of(NAMING))
def test_a_person_beside_a_title_is_named(language: str, text: str) -> None:
    assert people_in(text), language


@pytest.mark.parametrize(
    "text",
    [
        "Herr Sonntag kam.",
        "Frau Richter kam.",
        "Herr Hartung kam.",
        "Minister Hartung kam.",
        "Herrn König fragen wir.",
        "M. Mars part.",
        "Sr. Rey vino.",
        "Mr King left.",
        "Mr Judge left.",
        "Mr May left.",
        "Sayın Ekim geldi.",
        "Bakan Kaya'yla konuştuk.",
        "MM. Roux sont là.",
        "г-жа Торн ждёт",
        "Сказал это Леннарт Вер.",
        "général de brigade Luc Moreau",
        "պ-ն Սահակյան",
    ],
)
def test_a_surname_that_is_also_a_word_is_a_name_behind_a_form_of_address(text: str) -> None:
    assert len(people_in(text)) == 1


@pytest.mark.parametrize(("language", "text"), _each_of(NOBODY))
def test_an_ordinary_sentence_names_nobody(language: str, text: str) -> None:
    assert people_in(text) == (), language


def test_each_language_has_fifteen_of_both() -> None:
    for rows in (NAMING, NOBODY):
        counted = [language for language, _ in _each_of(rows)]
        assert {language: counted.count(language) for language in set(counted)} == dict.fromkeys(NAMING, 15)


@pytest.mark.parametrize("language", sorted(NAMING))
def test_sentences_of_the_annotated_texts_that_name_nobody_are_not_held(language: str) -> None:
    folder = ROOT / "benchmarks" / "official_statements" / language
    texts = " ".join(path.read_text("utf-8") for path in each(sorted(folder.glob("*.txt"))))
    sentences = [part for part in re.split(r"(?<=[.?!։:])\s+|\n\s*\n", texts) if len(part) > 30]
    nobody = [sentence for sentence in sentences if not SPEAKING.search(sentence)]
    assert len(nobody) >= 20
    held = {sentence: people_in(sentence) for sentence in nobody if people_in(sentence)}
    assert held == {}


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Sayın Kaya'nın sözü", "Kaya"),
        ("CUMHURBAŞKANI KARAORMAN: evet", "KARAORMAN"),
        ("el ministro de Asuntos Exteriores del Valle Alto, Luis de la Torre, dijo", "Luis de la Torre"),
        ("la ministre des affaires étrangères de la Haute Vallée, Mme Anne Roux, et nous", "Anne Roux"),
        ("Ayşe Kaya Hanımefendi geldi", "Ayşe Kaya"),
        ("արտգործնախարար Արամ Սահակյանը", "Արամ Սահակյանը"),
    ],
)
def test_the_name_is_told_as_it_is_written(text: str, name: str) -> None:
    assert people_in(text) == (name,)


def test_what_a_watch_knows_for_a_place_is_no_person_but_a_person_may_be_called_like_a_place() -> None:
    lexis = KnownNames(parties={"X": ("Oberes Tal",)}, places={"h": ("Hollin",)})
    assert people_in("Kanzler Oberes Tal")
    assert strangers_in("Kanzler Oberes Tal", lexis) == ()
    assert strangers_in("Herr Hollin war da.", lexis) == ("Hollin",)


@pytest.mark.parametrize(
    "text", ["M. " * 5000, "Präsident der " * 5000, "Aaa Bbbov " * 5000, "A" * 90_000, "’" * 9000, ""]
)
def test_hostile_texts_are_read_to_their_end(text: str) -> None:
    assert all(0 <= start < end <= len(text) for start, end in titled_names(text))
