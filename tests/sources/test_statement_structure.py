"""From the blocks of a page to a statement: head, speakers, opening, questions and answers; all texts are invented."""

from __future__ import annotations

from collections import Counter
from datetime import date, time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.conftest import each
from trucewatch.errors import UnreadableInput
from trucewatch.model.lexicon import Voice
from trucewatch.model.statements import Statement
from trucewatch.sources.official_statement.heading import kind_of, languages_in
from trucewatch.sources.official_statement.heading_dates import clock_in, dates_in
from trucewatch.sources.official_statement.page import Block, Page
from trucewatch.sources.official_statement.parse import parse_statement
from trucewatch.sources.official_statement.quotations import quotes_in
from trucewatch.sources.official_statement.stated_zones import zone_stated
from trucewatch.sources.official_statement.structure import outline_of, statement_of
from trucewatch.sources.official_statement.turn_labels import label_of

HEAD = "Press conference of Foreign Minister Adela Thorne, Ostmere, May 4, 2031"


def read(*lines: str, **facts: object) -> Statement:
    return statement_of(page_of(*lines), **facts)  # type: ignore[arg-type]


def page_of(*lines: str) -> Page:
    return Page(blocks=tuple(Block(text=line) for line in lines), format="text")


def turns(statement: Statement) -> list[tuple[str, str, list[str]]]:
    """(Q, by, texts) and (A, name, texts), in order."""
    names = {speaker.id: speaker.name for speaker in statement.speakers}
    rows: list[tuple[str, str, list[str]]] = []
    for exchange in statement.exchanges:
        question = exchange.question
        rows.append(("Q", question.by or "", [paragraph.text for paragraph in question.paragraphs]))
        rows += [
            ("A", names.get(answer.speaker, ""), [paragraph.text for paragraph in answer.paragraphs])
            for answer in exchange.answers
        ]
    return rows


# The head


@pytest.mark.parametrize(
    "written",
    [
        "4 May 203118:40",
        "04.05.2031 18:40",
        "18:40 04.05.2031",
        "2031-05-04T18:40:00",
        "May 4, 2031, 6:40 p.m.",
        "4th of May 2031 at 18:40",
        "4 мая 2031 г., 18:40",
        "4 мая 2031 года 18:40",
        "4. Mai 2031, 18.40 Uhr",
        "4 de mayo de 2031, 18:40",
        "le 4 mai 2031 à 18h40",
        "4 Mayıs 2031 18:40",
        "4 may 2031-ci il, saat 18:40",
        "4 մայիսի, 2031, 18:40",
        "մայիսի 4, 2031 18:40",
    ],
)
def test_date_and_time_are_read_as_eight_languages_write_them(written: str) -> None:
    found = dates_in(written)
    assert [each.day for each in found] == [date(2031, 5, 4)]
    clock = clock_in(written, found)
    assert clock is not None
    assert clock.clock == time(18, 40)


@pytest.mark.parametrize("written", ["31.02.2031", "2052-21-11-2020", "on May 4", "99.99.2031", "clause 5.2.1"])
def test_what_is_no_date_is_none(written: str) -> None:
    assert dates_in(written) == []


@pytest.mark.parametrize(
    ("written", "zone"),
    [
        ("18:40 MSK", "Europe/Moscow"),
        ("18:40 (GMT+3)", "+03:00"),
        ("18:40 UTC-02:00", "-02:00"),
        ("18:40 Moscow time", "Europe/Moscow"),
        ("18:40, Baku time", "Asia/Baku"),
        ("18:40 CET", "+01:00"),
        ("18:40 по бакинскому времени", "Asia/Baku"),
        ("18:40 UTC", "+00:00"),
        ("18:40", ""),
    ],
)
def test_a_zone_is_taken_as_it_is_stated(written: str, zone: str) -> None:
    assert zone_stated(written) == zone


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        ("Joint press conference", "press_conference"),
        ("Daily Press Briefing", "briefing"),
        ("Брифинг официального представителя", "briefing"),
        ("Interview with the President", "interview"),
        ("Gemeinsame Erklärung der Präsidenten", "joint_statement"),
        ("Rueda de prensa de la ministra", "press_conference"),
        ("Point de presse du ministère", "briefing"),
        ("Dışişleri Bakanının Konuşması", "speech"),
        ("Prezidentin müsahibəsi", "interview"),
        ("Նախարարի ասուլիսը", "press_conference"),
        ("Заявление МИД Верхней Долины", "statement"),
        ("Ответ представителя на вопрос СМИ", "comment"),
    ],
)
def test_the_kind_is_that_of_the_titles_words(title: str, kind: str) -> None:
    assert kind_of(title) == kind


def test_a_head_says_title_day_time_place_and_languages_and_is_no_paragraph() -> None:
    statement = read(
        "4 May 203118:40", HEAD, "de-DE1 en-GB1 ru-RU1", "Good evening,", "We met our hosts and spoke of the road."
    )
    assert statement.title == HEAD
    assert (statement.day, statement.clock) == (date(2031, 5, 4), time(18, 40))
    assert statement.place == "Ostmere"
    assert statement.languages == ("de", "en", "ru")
    assert [paragraph.id for paragraph in statement.opening] == ["p1", "p2"]
    assert [speaker.name for speaker in statement.speakers] == ["Adela Thorne"]
    assert statement.speakers[0].role == "Foreign Minister"


def test_a_date_of_the_body_is_never_the_day() -> None:
    statement = read(
        "Statement by the Foreign Ministry of the Upper Valley on the road",
        "On 20 April 2031 the accord was signed, and it has been kept by us since that day.",
    )
    assert statement.day is None
    assert any("no date" in str(remark) for remark in statement.remarks)


def test_of_two_dates_that_of_the_speech_is_the_day_and_the_other_is_kept() -> None:
    statement = read("6 May 2031 09:00", HEAD, "We met our hosts and spoke about the road for an hour.")
    assert statement.day == date(2031, 5, 4)
    assert statement.other_dates == (date(2031, 5, 6),)
    assert statement.clock is None
    assert any("several dates" in str(remark) for remark in statement.remarks)


def test_a_day_in_the_future_is_remarked_on() -> None:
    lines = (HEAD, "We met our hosts and spoke about the road for an hour today.")
    assert any("future" in str(remark) for remark in read(*lines, today=date(2031, 5, 3)).remarks)
    assert not any("future" in str(remark) for remark in read(*lines, today=date(2031, 5, 4)).remarks)


def test_a_zone_is_assumed_by_argument_then_watch_then_publisher_then_place() -> None:
    blocks = (
        Block(text="Press conference of Foreign Minister Adela Thorne, Vienna, May 4, 2031"),
        Block(text="18:40"),
        Block(text="We met our hosts and spoke about the road for an hour today."),
    )
    page = Page(blocks=blocks, format="html", url="https://www.mfa.am/en/1")
    voice = Voice(id="UV", hosts=("mfa.am",), zone="Europe/Madrid")
    assert statement_of(page, zone="Asia/Almaty", voices=[voice]).zone_assumed == "Asia/Almaty"
    assert statement_of(page, voices=[voice]).zone_assumed == "Europe/Madrid"
    other = Voice(id="LV", hosts=(), zone="Asia/Almaty")
    of_theirs = statement_of(page, voice="LV", voices=[voice, other])
    assert of_theirs.zone_assumed == "Asia/Almaty"
    assert any("the watch names it for LV" in str(remark) for remark in of_theirs.remarks)
    assert statement_of(page).zone_assumed == "Asia/Yerevan"
    bare = statement_of(Page(blocks=blocks, format="html"))
    assert bare.zone_assumed == "Europe/Vienna"
    assert bare.zone is None
    assert any("assumed" in str(remark) for remark in bare.remarks)


def test_the_manner_of_a_language_bar_names_its_publisher() -> None:
    statement = read("4 May 203118:40", HEAD, "de-DE1 en-GB1 es-ES1 ru-RU1 fr-FR1", "We met our hosts for an hour.")
    assert statement.zone_assumed == "Europe/Moscow"


def test_a_bar_of_languages_is_one_only_if_nothing_else_stands_in_it() -> None:
    assert languages_in("AZ / EN / RU") == ["az", "en", "ru"]
    assert languages_in("We speak en and ru") == []


# Labels


@pytest.mark.parametrize(
    ("text", "by", "is_follow_up"),
    [
        ("Question: Why?", None, False),
        ("QUESTION: Why?", None, False),
        ("Q: Why?", None, False),
        ("Question (translated from Arabic): Why?", None, False),
        ("Question (Reuters): Why?", "Reuters", False),
        ("Question by Anna B., Valley Radio: Why?", "Anna B., Valley Radio", False),
        ("Question 3: Why?", None, False),
        ("FRAGE KORTE: Warum?", "KORTE", False),
        ("FRAGE DR. SELIGMANN: Warum?", "DR. SELIGMANN", False),
        ("ZUSATZFRAGE: Und morgen?", None, True),
        ("ZUSATZ KORTE: Und morgen?", "KORTE", True),
        ("Вопрос: Почему?", None, False),
        ("Вопрос (перевод с английского): Почему?", None, False),
        ("Вопрос («Горный курьер»): Почему?", "«Горный курьер»", False),
        ("Вопрос. Почему?", None, False),
        ("Pregunta: ¿Por qué?", None, False),
        ("Pregunta.- ¿Por qué?", None, False),
        ("Question : Pourquoi ?", None, False),
        ("Q - Pourquoi ?", None, False),
        ("Sual: Niyə?", None, False),
        ("Soru: Neden?", None, False),
        ("SORU- Neden?", None, False),
        ("Հարց՝ Ինչո՞ւ։", None, False),
        ("Հարց. Ինչո՞ւ։", None, False),
    ],
)
def test_a_question_is_known_by_its_label_in_eight_languages(text: str, by: str | None, is_follow_up: bool) -> None:
    label = label_of(text)
    assert label is not None
    assert (label.sort, label.by, label.is_follow_up) == ("question", by, is_follow_up)


@pytest.mark.parametrize(
    "text",
    [
        "Firstly: we keep the accord.",
        "Note: the text is binding.",
        "Важно: мы соблюдаем соглашение.",
        "“Question: did you fire?” the paper wrote.",
        "At 14:30 the convoy left.",
        "3b: no heavy weapons.",
        "What matters is this: nobody fired.",
        "https://example.org/a: a page",
        "Erstens: Wir halten das Abkommen ein.",
    ],
)
def test_not_every_word_with_a_colon_is_a_label(text: str) -> None:
    assert label_of(text) is None


# Turns


def test_a_surname_alone_is_the_speaker_of_the_full_name() -> None:
    statement = read(
        HEAD,
        "Question: Who was turned back?",
        "Adela Thorne: Nobody.",
        "Question: And yesterday?",
        "Thorne: Nobody either.",
        "We keep a journal of it.",
    )
    assert len(statement.speakers) == 1
    assert turns(statement)[-1] == ("A", "Adela Thorne", ["Nobody either.", "We keep a journal of it."])


def test_who_was_met_does_not_speak() -> None:
    statement = read(
        "Foreign Minister Adela Thorne’s statement after a meeting with President Lennart Ware, Ostmere, May 4, 2031",
        "We met, and we spoke of the road and of the meadows for two hours.",
    )
    assert [speaker.name for speaker in statement.speakers] == ["Adela Thorne"]


def test_capitals_offices_and_brackets_are_forms_of_one_name() -> None:
    statement = read(
        "Regierungspressekonferenz vom 5. Mai 2031",
        "Sprecherinnen und Sprecher: Wiebke Adelung (AA), Tarek Moosbach (BMVg)",
        "ADELUNG (AA): Guten Tag! Die Ministerin reist morgen ab.",
        "FRAGE DREHER: Was wissen Sie?",
        "ADELUNG (AA): Wenig.",
        "MOOSBACH (BMVg): Noch weniger.",
        "ZUSATZFRAGE: Und morgen?",
        "ADELUNG (AA): Mehr.",
    )
    assert [(speaker.name, speaker.role) for speaker in statement.speakers] == [
        ("Wiebke Adelung", "AA"),
        ("Tarek Moosbach", "BMVg"),
    ]
    assert [exchange.question.is_follow_up for exchange in statement.exchanges] == [False, True]
    assert [len(exchange.answers) for exchange in statement.exchanges] == [2, 1]


def test_a_russian_title_bends_a_name_and_the_label_has_it_as_it_is() -> None:
    statement = read(
        "Выступление и ответы на вопросы Министра иностранных дел Нижней Долины О.Б.Бранделя, Остмер, 6 мая 2031 года",
        "Мы договорились о дороге и о лугах.",
        "Вопрос: Кто виноват?",
        "О.Б.Брандель: Никто.",
    )
    assert [speaker.name for speaker in statement.speakers] == ["О.Б.Брандель"]
    assert statement.opening[0].speaker == "s1"


def test_a_moderator_gives_the_floor() -> None:
    statement = read(
        HEAD,
        "Moderator: Welcome to all of you.",
        "Minister Thorne: Thank you. The road is open.",
        "Moderator: The first question, please.",
        "Question: Is it?",
        "Minister Thorne: It is.",
    )
    moderators = [speaker.name for speaker in statement.speakers if speaker.is_moderator]
    assert moderators == ["Moderator"]
    assert turns(statement)[1] == ("A", "Adela Thorne", ["It is."])


def test_a_newspaper_that_is_named_before_its_words_asks() -> None:
    statement = read(
        "President Lennart Ware: interview with the Highland Courier, 9 May 2031",
        "Highland Courier: Will the road stay open?",
        "Lennart Ware: It will.",
        "Highland Courier: Not everyone believes it.",
        "Lennart Ware: They will see.",
    )
    assert [row[:2] for row in turns(statement)] == [
        ("Q", "Highland Courier"),
        ("A", "Lennart Ware"),
        ("Q", "Highland Courier"),
        ("A", "Lennart Ware"),
    ]


def test_bold_questions_without_a_label_are_questions_where_the_page_does_so_throughout() -> None:
    blocks = [Block(text="Interview with Minister Adela Thorne", kind="heading", level=1)]
    for question, answer in (
        ("Will the road stay open?", "It will."),
        ("And the meadows?", "They were handed over."),
        ("Tell us about the guns.", "They are in storage."),
    ):
        blocks += [Block(text=question, lead=question), Block(text=answer)]
    statement = statement_of(Page(blocks=tuple(blocks), format="html"))
    assert [row[0] for row in turns(statement)] == ["Q", "A"] * 3
    assert turns(statement)[1][1] == "Adela Thorne"


def test_a_name_on_a_line_of_its_own_begins_a_turn() -> None:
    statement = read(
        "Conférence de presse du Président de la Basse Vallée",
        "5 mai 2031",
        "Étienne VALMONT",
        "Mesdames et Messieurs, bonsoir. La route est ouverte.",
        "JOURNALISTE",
        "Et les prés ?",
        "Étienne VALMONT",
        "Remis à temps.",
    )
    assert turns(statement) == [("Q", "", ["Et les prés ?"]), ("A", "Étienne Valmont", ["Remis à temps."])]


def test_a_statement_that_quotes_another_is_not_split_by_it() -> None:
    statement = read(
        "Statement by the spokesperson of the Lower Valley on a leaked paper, 5 May 2031",
        "The newspaper printed what follows, and it is false:",
        "“Question: Did you fire?",
        "Answer: We did not.",
        "Question: Who did?”",
        "We do not comment on leaked papers.",
    )
    assert statement.exchanges == ()
    assert len(statement.opening) == 5


def test_only_an_answer_is_an_exchange_whose_question_is_empty() -> None:
    statement = read(
        "Answer of the spokesperson, Rut Ensly, to a media question, 7 May 2031",
        "Answer: The road is open, and nobody is turned back there by day or by night.",
    )
    assert turns(statement) == [
        ("Q", "", []),
        ("A", "Rut Ensly", ["The road is open, and nobody is turned back there by day or by night."]),
    ]


def test_the_only_answer_is_no_part_of_its_question_though_nobody_named_who_gives_it() -> None:
    head, opening = "Press conference of the Ministry, 7 May 2031", "We met the Commission and spoke of the road."
    statement = read(head, opening, "Question: Is the road open?", "Vane: It is open, and aid passes there every day.")
    assert turns(statement)[-2:] == [
        ("Q", "", ["Is the road open?"]),
        ("A", "Vane", ["It is open, and aid passes there every day."]),
    ]
    listed = read(head, opening, "Question: I have two points.", "First: is the road open, and for whom is it?")
    assert [kind for kind, _, _ in turns(listed)][-1] == "Q"


def test_a_short_opening_tells_no_language_so_answers_do_before_questions() -> None:
    answer = "Wir haben die Lage besprochen, und das ist nicht alles, was wir heute zu sagen haben."
    head = "Press conference of the Ministry, 7 May 2031"
    assert read(head, "Minister: Hello.", "Question: Und was ist das?", f"Minister: {answer}").language == "de"
    asked = read("Ответ на вопрос СМИ, 7 мая 2031", "Вопрос: Открыта ли дорога, и кто по ней ездит каждый день?")
    assert asked.language == "ru"


def test_a_title_of_few_words_with_an_office_is_a_title_and_who_leads_to_a_quotation_is_not() -> None:
    title, leads = "Statement of the Ministry", "In its statement of 1 May the other side said:"
    quoted, own = "“The road was closed at noon and must be opened.”", "We reject that, and we say so to everybody."
    statement = read(title, "3 May 2031", leads, quoted, own)
    assert statement.title == title
    assert [paragraph.text for paragraph in statement.opening] == [leads, quoted, own]
    of_page = "Minister Thorne on the road and the bridge"
    assert read("Statements of the Ministry", of_page, "3 May 2031", own).title == of_page


def test_what_stands_below_a_statement_is_left_out_and_counted() -> None:
    statement = read(
        HEAD, "We met, and we spoke about the road for an hour.", "Additional materials", "Share | Print", "Photos"
    )
    assert len(statement.opening) == 1
    assert statement.left_out == ("Additional materials", "Share | Print", "Photos")


def test_notes_of_the_stage_are_no_words_of_anybody() -> None:
    statement = read(HEAD, "Question: Why do you laugh?", "Thorne: I do not.", "(Laughter.)", "We are serious.")
    assert turns(statement)[1][2] == ["I do not.", "We are serious."]
    assert "(Laughter.)" in statement.left_out


def test_a_heading_word_with_a_colon_in_the_text_is_nobody() -> None:
    statement = read(
        HEAD,
        "Adela Thorne: Good evening. Here are the facts.",
        "The Bridge Road: open since the first of May.",
        "Question: Who pays?",
        "Adela Thorne: We do.",
        "Conclusion: all is well.",
    )
    assert [speaker.name for speaker in statement.speakers] == ["Adela Thorne"]
    assert len(statement.opening) == 2


def test_a_speech_that_addresses_many_with_a_colon_has_one_speaker() -> None:
    statement = read(
        "Speech by President Lennart Ware, Ostmere, May 3, 2031",
        "Fellow citizens, two weeks ago we signed the accord.",
        "Lower Valley: we offer you our hand.",
        "Upper Valley: we ask you for patience.",
    )
    assert [speaker.name for speaker in statement.speakers] == ["Lennart Ware"]


# Quotations


@pytest.mark.parametrize(
    "text",
    ["He said „so“ twice.", "He said “so” twice.", "Он сказал «так» дважды.", "Il dit ‹ainsi› deux fois.", 'A "so" b.'],
)
def test_a_quotation_is_found_in_every_kind_of_marks(text: str) -> None:
    (quote,) = quotes_in(text)
    assert text[quote.start : quote.end][1:-1] in ("so", "так", "ainsi")


def test_quotations_within_quotations_are_found_and_apostrophes_are_none() -> None:
    text = "It’s what he wrote: «Мы читали „текст“ вчера», and that’s all."
    assert [text[each.start : each.end] for each in quotes_in(text)] == ["«Мы читали „текст“ вчера»", "„текст“"]


def test_words_are_somebodys_only_where_the_sentence_says_so() -> None:
    (said_so,) = quotes_in("President Brandell said: “We keep the accord.”")
    assert said_so.of == "President Brandell"
    (unknown,) = quotes_in("The figure, “five and a half”, belongs to literature.")
    assert unknown.of == ""


# What is refused


@pytest.mark.parametrize(
    "lines",
    [
        ("Log in", "User name", "Password", "Forgot password?"),
        (
            "Home",
            "News",
            "Ministry",
            "Contacts",
            "Search",
            "Photos",
            "Videos",
            "About us",
            "Site map",
            "Archive",
            "EN",
            "RU",
        ),
        ("Hello.",),
    ],
)
def test_a_page_without_a_statement_is_refused_with_what_to_do(lines: tuple[str, ...]) -> None:
    with pytest.raises(UnreadableInput) as refused:
        read(*lines)
    assert "save" in str(refused.value)


# Properties

_LINES = st.lists(
    st.one_of(
        st.sampled_from(
            [
                HEAD,
                "Question: Why?",
                "Thorne: Because.",
                "4 May 2031",
                "Share | Print",
                "«Q: no»",
                "— So?",
                "A:",
                "(Laughter.)",
            ]
        ),
        st.text(alphabet="aB Яш:.-«»“”?1\u0561՝", min_size=1, max_size=60).map(lambda text: " ".join(text.split())),
    ),
    max_size=14,
)


@given(_LINES)
def test_no_word_is_lost_or_doubled(lines: list[str]) -> None:
    page = page_of(
        "We met our hosts at the bridge and spoke about the road for an hour.", *[line for line in lines if line]
    )
    try:
        outline = outline_of(page)
    except UnreadableInput:
        return
    accounted = [*outline.head_blocks, *outline.left_out, *outline.turns.labels]
    accounted += [text for turn in outline.turns.turns for text in turn.texts]
    assert _letters(accounted) == _letters(block.text for block in page.blocks)


def _letters(texts: object) -> Counter[str]:
    return Counter(char for text in texts for char in text if char.isalnum())  # type: ignore[attr-defined]


def test_ids_run_on_in_order_through_the_whole_statement() -> None:
    statement = read(
        HEAD, "Good evening to you all.", "Question: Why?", "Thorne: Because.", "Question: So?", "Thorne: So."
    )
    ids = [each_spoken.paragraph.id for each_spoken in each(statement.spoken())]
    assert ids == [f"p{number}" for number in range(1, len(ids) + 1)]


def test_the_document_that_the_project_began_with_is_read_right(shared_data: Path) -> None:
    file = shared_data / "transcripts" / "lavrov-baku-2020-11-21.txt"
    if not file.is_file():
        pytest.skip("the transcript is not here")
    statement = parse_statement(file.read_bytes(), file.name)
    assert (statement.day, statement.clock) == (date(2020, 11, 21), time(20, 19))
    assert (statement.zone, statement.zone_assumed, statement.place) == (None, "Europe/Moscow", "Baku")
    assert statement.kind == "press_conference"
    assert statement.languages == ("de", "en", "es", "fr", "ru")
    assert len(statement.speakers) == 1
    assert len(statement.opening) == 8
    assert [
        (len(exchange.question.paragraphs), [len(answer.paragraphs) for answer in exchange.answers])
        for exchange in statement.exchanges
    ] == [(1, [1]), (1, [1]), (1, [2]), (1, [1])]
    assert len(statement.left_out) == 3


# Whose words they are


def test_each_of_several_who_are_introduced_once_has_words_of_its_own() -> None:
    statement = read(
        "Press point at Middle Bridge",
        "4 May 2031",
        "Anna Reed, spokesperson of the Upper Valley: The road opens in the morning.",
        "Jon Tiller, Foreign Minister of the Lower Valley: The meadows are handed over.",
        "Ms Lena Ostrow (Joint Commission): Both were seen.",
        "Reed: That is how it was agreed.",
    )
    names = {speaker.id: (speaker.name, speaker.role) for speaker in statement.speakers}
    assert [names[spoken.speaker] for spoken in statement.spoken()] == [
        ("Anna Reed", "spokesperson of the Upper Valley"),
        ("Jon Tiller", "Foreign Minister of the Lower Valley"),
        ("Lena Ostrow", "Joint Commission"),
        ("Anna Reed", "spokesperson of the Upper Valley"),
    ]


def test_the_office_of_the_next_one_in_a_title_is_not_the_first_ones() -> None:
    statement = read(
        "Joint press conference of the Foreign Minister of the Upper Valley, Anna Reed, and the Foreign Minister of "
        "the Lower Valley, Jon Tiller",
        "4 May 2031",
        "Anna Reed: The road opens in the morning.",
        "Jon Tiller: The meadows are handed over.",
    )
    assert [(speaker.name, speaker.role) for speaker in statement.speakers] == [
        ("Anna Reed", "Foreign Minister of the Upper Valley"),
        ("Jon Tiller", "Foreign Minister of the Lower Valley"),
    ]
