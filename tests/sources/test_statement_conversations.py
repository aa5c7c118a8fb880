"""Whole conversations in eight languages: who asks, who answers, who gives the floor; all texts are invented."""

from __future__ import annotations

import pytest

from trucewatch.model.statements import Statement
from trucewatch.sources.official_statement.head_people import people_of_head
from trucewatch.sources.official_statement.page import Block, Page
from trucewatch.sources.official_statement.structure import statement_of
from trucewatch.sources.official_statement.turn_labels import Label, label_of


def read(*lines: str) -> Statement:
    return statement_of(Page(blocks=tuple(Block(text=line) for line in lines), format="text"))


def labelled(text: str) -> Label:
    label = label_of(text)
    assert label is not None
    return label


def turns(statement: Statement) -> list[str]:
    """ "O name", "Q asker" (with a plus where it follows up) and "A name", in order; an asterisk at a moderator."""
    names = {speaker.id: speaker.name + "*" * speaker.is_moderator for speaker in statement.speakers}
    rows = [f"O {names.get(paragraph.speaker, '')}" for paragraph in statement.opening]
    for exchange in statement.exchanges:
        rows.append(f"Q {exchange.question.by or ''}{'+' * exchange.question.is_follow_up}")
        rows += [f"A {names.get(answer.speaker, '')}" for answer in exchange.answers]
    return rows


CONVERSATIONS = [
    (
        "press_conference",
        [
            "Statements to reporters after the night session of the Joint Commission",
            "Middle Bridge, 19 May 2031, 23:40",
            "Lower Valley negotiator Corin Vale: We have a page and a half. It is more than we had at noon.",
            "Upper Valley negotiator Dora Finch: I agree with the arithmetic. We will send our list on Thursday.",
            "Nell Arden (Evening Mail): Did the mortars come up?",
            "Corin Vale: They did. None of ours are in the band.",
            "Nell Arden (again): None at all?",
            "Corin Vale: None at all.",
            "Another reporter: And the ferry?",
            "Dora Finch: Ask the ferryman.",
            "Same reporter: Is that a joke?",
            "Dora Finch: It was meant as one.",
            "Question from the back: When do you meet next?",
            "Corin Vale: On Monday, if the road holds.",
        ],
        [
            "O Corin Vale",
            "O Dora Finch",
            "Q Nell Arden (Evening Mail)",
            "A Corin Vale",
            "Q Nell Arden (Evening Mail)+",
            "A Corin Vale",
            "Q ",
            "A Dora Finch",
            "Q +",
            "A Dora Finch",
            "Q ",
            "A Corin Vale",
        ],
    ),
    (
        "interview",
        [
            "Entretien de la ministre Solène Varde avec « Le Gué »",
            "12 mai 2031",
            "Le Gué : Madame la ministre, où en sont les convois ?",
            "S. Varde : Six sont passés. Le septième attend un pneu.",
            "Le Gué : On dit que vos canons sont restés à Stonegate.",
            "S. Varde : Ils y sont, tous, sous scellés. Voulez-vous les compter ?",
            "Le Gué : Et la route du Pont ?",
            "S. Varde : Ouverte. Personne n'y est refoulé, que je sache.",
            "Le Gué : Merci.",
            "S. Varde : Merci à vous.",
        ],
        [
            "Q Le Gué",
            "A Solène Varde",
            "Q Le Gué",
            "A Solène Varde",
            "Q Le Gué",
            "A Solène Varde",
            "Q Le Gué",
            "A Solène Varde",
        ],
    ),
    (
        "press_conference",
        [
            "Begegnung mit der Presse nach dem Kabinett",
            "Stonegate, 20. Mai 2031, 14:00 Uhr",
            "Es sprechen: Regierungssprecherin Lena Vogt, Generalmajor Arno Kehl; Moderation: Pia Stern",
            "Stern: Guten Tag. Frau Vogt, bitte.",
            "Vogt: Das Kabinett hat die Brückenmaut gestrichen. Ab Montag fährt man frei.",
            "Frage aus dem Saal: Gilt das auch für Lastwagen?",
            "Vogt: Auch für Lastwagen.",
            "Derselbe: Und für Panzer?",
            "Kehl: Panzer fahren dort keine. Vierzig Rohre stehen in Stonegate, gezählt am Freitag.",
            "Jan Roth, „Talbote“: Herr General, wer hat sie gezählt?",
            "Kehl: Die Gemeinsame Kommission, und zweimal.",
            "Jan Roth (Nachhaken): Warum zweimal?",
            "Kehl: Weil einer sich verzählt hat. Wissen Sie, wer?",
            "Stern: Das war es, danke.",
        ],
        [
            "O Pia Stern*",
            "O Lena Vogt",
            "Q ",
            "A Lena Vogt",
            "Q +",
            "A Arno Kehl",
            "Q Jan Roth, „Talbote“",
            "A Arno Kehl",
            "Q Jan Roth, „Talbote“+",
            "A Arno Kehl",
            "A Pia Stern*",
        ],
    ),
    (
        "press_conference",
        [
            "Встреча делегаций с журналистами у Среднего Моста",
            "21 мая 2031 года, 19:00",
            "Участвуют: Нина Ольт, заместитель министра; полковник Глеб Ранк; ведущий — Юрий Совин",
            "СОВИН: Добрый вечер, коллеги. Начнём с сообщения.",
            "ОЛЬТ: Сегодня согласован список из девяти деревень. Обещаем открыть школы к осени.",
            "Л. Мур, «Речной вестник»: А когда вернутся жители?",
            "ОЛЬТ: До конца июня вернутся все, кто записался.",
            "Л. Мур (уточнение): И из Ридхэма?",
            "РАНК: Из Ридхэма тоже. Дорогу разминировали в среду.",
            "Вопрос из зала: Сколько гаубиц осталось в полосе?",
            "РАНК: Ни одной. Проверяйте.",
            "Тот же журналист: Проверять пустят?",
            "РАНК: Хоть завтра. А вы приедете?",
            "СОВИН: Спасибо, на сегодня всё.",
        ],
        [
            "O Юрий Совин*",
            "O Нина Ольт",
            "Q Л. Мур, «Речной вестник»",
            "A Нина Ольт",
            "Q Л. Мур, «Речной вестник»+",
            "A Глеб Ранк",
            "Q ",
            "A Глеб Ранк",
            "Q +",
            "A Глеб Ранк",
            "A Юрий Совин*",
        ],
    ),
    (
        "interview",
        [
            "Aşağı Vadi Dışişleri Bakanı Kerem Oduncu ile söyleşi",
            "14 Mayıs 2031",
            "Nehir Gazetesi: Sayın Bakan, köprü yolu açık mı?",
            "Oduncu: Açık. Dün on iki kamyon geçti.",
            "Nehir Gazetesi: Karşı taraf toplarınızı saklıyorsunuz diyor.",
            "Oduncu: Kırk top Kehribar Değirmeni'nde. Neden saklayalım?",
            "Nehir Gazetesi: Komisyon ne zaman sayacak?",
            "Oduncu: Salı günü sayacaklar, biz de çay demleyeceğiz.",
        ],
        [
            "Q Nehir Gazetesi",
            "A Kerem Oduncu",
            "Q Nehir Gazetesi",
            "A Kerem Oduncu",
            "Q Nehir Gazetesi",
            "A Kerem Oduncu",
        ],
    ),
    (
        "press_conference",
        [
            "Yuxarı Vadi və Aşağı Vadi nümayəndələrinin mətbuatla görüşü",
            "22 may 2031, 18:00",
            "İştirak edirlər: Lalə Məmmər, nazir müavini; general Tural Kəngər",
            "Məmmər: Axşamınız xeyir. Bu gün doqquz kəndin siyahısını imzaladıq.",
            "Zaldan sual: Məktəblər nə vaxt açılacaq?",
            "Məmmər: Sentyabrda açacağıq.",
            "Eyni jurnalist: Hamısı?",
            "Məmmər: Hamısı.",
            "N.Əlim, «Çay xəbərləri»: General, toplar haradadır?",
            "Kəngər: Daşqapıda, qırxı da. Saymaq istəyirsiniz?",
            "N.Əlim (davamla): İstəyirik. Bəs icazə?",
            "Kəngər: İcazə sabah olacaq.",
        ],
        [
            "O Lalə Məmmər",
            "Q ",
            "A Lalə Məmmər",
            "Q +",
            "A Lalə Məmmər",
            "Q N.Əlim, «Çay xəbərləri»",
            "A Tural Kəngər",
            "Q N.Əlim, «Çay xəbərləri»+",
            "A Tural Kəngər",
        ],
    ),
    (
        "press_conference",
        [
            "Մամուլի ասուլիս Միջին կամրջի մոտ",
            "22 մայիսի 2031 թ., ժամը 18:00",
            "Մասնակցում են՝ Նարե Վալիկ, փոխնախարար; գնդապետ Արամ Օրթ",
            "Ն. Վալիկ. Բարի երեկո։ Այսօր ստորագրեցինք ինը գյուղի ցուցակը։",
            "Հարց դահլիճից. Ե՞րբ կբացվեն դպրոցները։",
            "Ն. Վալիկ. Սեպտեմբերին կբացենք։",
            "Նույն լրագրողը. Բոլո՞րը։",
            "Ն. Վալիկ. Բոլորը։",
            "Տ. Մարլ («Գետ»). Գնդապետ, որտե՞ղ են թնդանոթները։",
            "Ա. Օրթ. Քարե դարպասում, քառասունն էլ։",
            "Տ. Մարլ (ճշտում). Կարո՞ղ ենք տեսնել։",
            "Ա. Օրթ. Վաղը կարող եք։",
        ],
        [
            "O Նարե Վալիկ",
            "Q ",
            "A Նարե Վալիկ",
            "Q +",
            "A Նարե Վալիկ",
            "Q Տ. Մարլ («Գետ»)",
            "A Արամ Օրթ",
            "Q Տ. Մարլ («Գետ»)+",
            "A Արամ Օրթ",
        ],
    ),
    (
        "interview",
        [
            "Entrevista a la ministra Clara Montes",
            "15 de mayo de 2031",
            "«El Vado»: Ministra, ¿está abierta la carretera?",
            "Montes: Lo está. Ayer pasaron doce camiones.",
            "«El Vado»: Sus vecinos hablan de cañones escondidos.",
            "Montes: Los cuarenta están en Ambermill. ¿Quiere verlos?",
            "«El Vado»: Quizá. ¿Y las aldeas?",
            "Montes: Volverán todos antes de junio.",
        ],
        ["Q El Vado", "A Clara Montes", "Q El Vado", "A Clara Montes", "Q El Vado", "A Clara Montes"],
    ),
    (
        "press_conference",
        [
            "Intervenciones ante la prensa tras la reunión del Puente Medio",
            "16 de mayo de 2031",
            "Participan: Julio Arce, portavoz; coronel Inés Rubio; modera Paco Ruiz",
            "Paco Ruiz: Buenas tardes. Empieza el portavoz.",
            "Julio Arce: Hemos acordado nueve aldeas y una barca.",
            "Pregunta de la sala: ¿Cuándo vuelve la barca?",
            "Julio Arce: El lunes.",
            "Mismo periodista: ¿Con motor?",
            "Inés Rubio: Con remos, por ahora.",
            "Marta Gil («La Orilla»): Coronel, ¿quedan morteros en la franja?",
            "Inés Rubio: Ninguno. Los últimos salieron el martes.",
            "Marta Gil (seguimiento): ¿Quién lo comprobó?",
            "Inés Rubio: La Comisión Conjunta. ¿Le basta?",
        ],
        [
            "O Paco Ruiz*",
            "O Julio Arce",
            "Q ",
            "A Julio Arce",
            "Q +",
            "A Inés Rubio",
            "Q Marta Gil («La Orilla»)",
            "A Inés Rubio",
            "Q Marta Gil («La Orilla»)+",
            "A Inés Rubio",
        ],
    ),
]


@pytest.mark.parametrize(("kind", "lines", "right"), CONVERSATIONS)
def test_a_conversation_is_told_by_its_labels_in_eight_languages(kind: str, lines: list[str], right: list[str]) -> None:
    statement = read(*lines)

    assert statement.kind == kind
    assert turns(statement) == right


@pytest.mark.parametrize(
    "label",
    [
        "Question from the floor:",
        "Question dans la salle :",
        "Вопрос из зала:",
        "Frage aus dem Saal:",
        "Pregunta de la sala:",
        "Salondan soru:",
        "Zaldan sual:",
        "Հարց դահլիճից.",
    ],
)
def test_a_question_from_the_floor_is_asked_by_nobody_named(label: str) -> None:
    read_as = labelled(f"{label} When?")

    assert (read_as.sort, read_as.by, read_as.is_follow_up) == ("question", None, False)


@pytest.mark.parametrize(
    "label",
    [
        "Same reporter:",
        "Même journaliste :",
        "Тот же корреспондент:",
        "Derselbe:",
        "Mismo periodista:",
        "Aynı gazeteci:",
        "Eyni jurnalist:",
        "Նույն լրագրողը՝",
    ],
)
def test_the_same_reporter_follows_up_as_whoever_asked_before(label: str) -> None:
    statement = read(
        "Press conference of Foreign Minister Adela Thorne, Ostmere, May 4, 2031",
        "Question (Hill Radio): Is the road open?",
        "Thorne: It is, since the morning of the second of May.",
        f"{label} For lorries too?",
        "Thorne: For lorries too, and for anybody who walks.",
    )

    assert turns(statement) == ["Q Hill Radio", "A Adela Thorne", "Q Hill Radio+", "A Adela Thorne"]


@pytest.mark.parametrize(
    "text", ["Question of trust: we have none.", "Same mill, same river: nothing has changed.", "The last row: rye."]
)
def test_words_of_a_speech_are_no_question_from_the_floor(text: str) -> None:
    label = label_of(text)

    assert label is None or label.sort == "name"


def test_a_media_secretary_asks_nothing() -> None:
    read_as = labelled("Media Secretary Roe: Good morning.")

    assert (read_as.sort, read_as.name) == ("name", "Media Secretary Roe")


@pytest.mark.parametrize(
    ("line", "right"),
    [
        (
            "Teilnehmende: Sprecher Jan Ost, stellvertretende Sprecherin Lea Falk, Oberst Dorn (Generalstab)",
            ["Jan Ost", "Lea Falk", "Dorn"],
        ),
        ("Taking part: Orla Pen, Foreign Secretary; Tobin Stark, Quartermaster", ["Orla Pen", "Tobin Stark"]),
        ("Intervenants : Noé Laval, porte-parole ; colonel Luc Fabre", ["Noé Laval", "Luc Fabre"]),
        ("Участвуют: Нина Ольт, советник; полковник Глеб Ранк", ["Нина Ольт", "Глеб Ранк"]),
        ("Participan: Julio Arce, portavoz; modera Paco Ruiz", ["Julio Arce", "Paco Ruiz"]),
        ("Katılanlar: Ece Tan, sözcü; albay Can Dere", ["Ece Tan", "Can Dere"]),
        ("İştirak edirlər: Lalə Nur, nazir müavini; general Tural Kür", ["Lalə Nur", "Tural Kür"]),
        ("Մասնակցում են՝ Նարե Վալիկ, փոխնախարար; գնդապետ Արամ Օրթ", ["Նարե Վալիկ", "Արամ Օրթ"]),
    ],
)
def test_a_list_of_speakers_names_all_of_them(line: str, right: list[str]) -> None:
    assert [person.name for person in people_of_head("", [line])] == right


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("“It is raining”: an interview with Odile Garance", "Odile Garance"),
        ("« Il pleut » : entretien avec Odile Garance", "Odile Garance"),
        ("Interview mit Berta Klee", "Berta Klee"),
        ("Entrevista a Clara Montes", "Clara Montes"),
        ("Ece Tan ile söyleşi", "Ece Tan"),
        ("Lalə Nur ilə müsahibə", "Lalə Nur"),
        ("Օսկար Բրանդելի զրույցը «Գետի» հետ", "Օսկար Բրանդել"),
        ("Delia Rook talks to The Lantern", "Delia Rook"),
    ],
)
def test_whom_a_title_says_was_interviewed_is_of_the_head(title: str, name: str) -> None:
    assert [person.name for person in people_of_head(title, [])] == [name]


def test_a_dialogue_of_dashes_alternates_though_some_questions_have_no_mark() -> None:
    statement = read(
        "Интервью министра Павла Лаврена радио «Гребень»",
        "— Господин министр, дорога открыта?",
        "— Открыта, и вчера по ней прошло двенадцать машин.",
        "— Соседи говорят о пушках.",
        "— Пушки стоят в Каменных Воротах, все сорок, и под замком.",
        "— А кто считал?",
        "— Совместная комиссия, и при этом дважды за одну неделю.",
    )

    assert [len(exchange.answers) for exchange in statement.exchanges] == [1, 1, 1]
    assert not statement.opening


def test_a_name_before_marked_questions_opens_and_answers_them() -> None:
    statement = read(
        "Point de presse du porte-parole (9 mai 2031)",
        "Aurèle Castan : Mesdames et messieurs, un mot d'abord sur les convois, qui sont tous passés.",
        "Q : Combien de canons sont à Stonegate ?",
        "R : Quarante, comme la Commission mixte l'a constaté mardi.",
        "Q : Et les prés de Hollin ?",
        "R : Ils sont remis depuis le 2 mai.",
    )

    assert turns(statement) == ["O Aurèle Castan", "Q ", "A Aurèle Castan", "Q ", "A Aurèle Castan"]


@pytest.mark.parametrize(
    "line",
    [
        "Ministry of Foreign Affairs, 2 Linden Street. Switchboard open from 08:00",
        "Ministerium für Wege, Lindenstraße 2, Zentrale 555 010",
        "Ministère des routes, 2 rue des Tilleuls, téléphone 55 50 10",
        "Министерство дорог, ул. Липовая, 2. Телефон 555-010",
        "Ministerio de Caminos, calle Tilo 2, teléfono 555010",
        "Stand: 15.05.2031",
    ],
)
def test_where_a_house_can_be_reached_is_no_part_of_the_last_answer(line: str) -> None:
    statement = read(
        "Briefing by Spokesperson Ruth Ansley, Highmarket, 9 May 2031",
        "Question: Is the road open?",
        "Ansley: It is. Nobody has been turned back on it since the second of May.",
        line,
    )

    assert line in statement.left_out
    assert turns(statement) == ["Q ", "A Ruth Ansley"]


def test_a_short_opening_does_not_hide_the_language() -> None:
    statement = read(
        "Point de presse du porte-parole Luc Fabre (9 mai 2031)",
        "Fabre : Bonjour.",
        "Question : Les convois sont-ils passés ?",
        "Fabre : Oui, tous les convois de la semaine sont passés par la route du Pont, et nous en avons la liste.",
    )

    assert statement.language == "fr"


def test_a_general_who_answers_with_a_question_is_no_asker() -> None:
    statement = read(
        "Meeting with the press after the session at Middle Bridge",
        "Ruth Ansley: The blocks are gone from our end of the road.",
        "Nell Marsh («Coastline»): Where are the drones?",
        "Iver Strand: One lies in a barn. Who flew it? We are looking.",
        "Nell Marsh («Coastline»): And the other?",
        "Iver Strand: Where would you hide one?",
        "Ruth Ansley: Not with us.",
        "Nell Marsh («Coastline»): And when is the next session?",
        "Ruth Ansley: On Monday.",
    )

    assert turns(statement) == [
        "O Ruth Ansley",
        "Q Nell Marsh («Coastline»)",
        "A Iver Strand",
        "Q Nell Marsh («Coastline»)+",
        "A Iver Strand",
        "A Ruth Ansley",
        "Q Nell Marsh («Coastline»)",
        "A Ruth Ansley",
    ]
