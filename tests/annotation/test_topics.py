"""What statements speak about, in eight languages, each offer with its very words. All texts are of the Two Valleys."""

from __future__ import annotations

import pytest

from tests.conftest import ROOT, each
from trucewatch.annotation.known_names import KnownNames, known_names_of
from trucewatch.annotation.lexicon_words import lexicon_words
from trucewatch.annotation.patterns import trouble_of
from trucewatch.annotation.propose import not_offered, propose
from trucewatch.annotation.topic_rules import topic_rules
from trucewatch.model.annotations import Kind, Passage
from trucewatch.model.statements import LANGUAGES, Answer, Exchange, Paragraph, Question, Quote, Statement
from trucewatch.watch.load import load_watch


@pytest.fixture(scope="module")
def lexis() -> KnownNames:
    return known_names_of(load_watch(ROOT / "examples" / "two-valleys"))


def offers(language: str, text: str, lexis: KnownNames, kind: Kind = "provision") -> list[Passage]:
    statement = Statement(title="", language=language, opening=(Paragraph(id="p1", text=text, speaker="s1"),))
    return [each for each in propose(statement, lexis) if each.kind == kind]


def clauses(language: str, text: str, lexis: KnownNames) -> set[str]:
    return {clause for offer in offers(language, text, lexis) for clause in offer.about}


def exchange(question: str, *answers: str, language: str = "en") -> Statement:
    return Statement(
        title="",
        language=language,
        exchanges=(
            Exchange(
                question=Question(paragraphs=(Paragraph(id="p1", text=question),)),
                answers=tuple(
                    Answer(speaker=f"s{number}", paragraphs=(Paragraph(id=f"p{number + 1}", text=text),))
                    for number, text in enumerate(answers, 1)
                ),
            ),
        ),
    )


@pytest.mark.parametrize(
    ("language", "text", "about"),
    [
        ("en", "Our posts have not opened fire since Thursday.", {"1a"}),
        ("en", "Nobody crossed the line of contact.", {"1b"}),
        ("en", "Forty howitzers stand under seal at Stonegate.", {"3b"}),
        ("en", "A drone was seen there, and the radio was jammed all night.", {"4"}),
        ("en", "The liaison officers met at Middle Bridge.", {"5b"}),
        ("en", "The displaced will come home before winter.", {"6"}),
        ("ru", "Наши посты не открывали огонь с четверга.", {"1a"}),
        ("ru", "Никто не пересекал линию соприкосновения.", {"1b"}),
        ("ru", "Холлинские луга переданы вовремя.", {"2"}),
        ("ru", "Сорок гаубиц стоят под печатью в Каменных Воротах.", {"3b"}),
        ("ru", "Над полосой замечен беспилотник.", {"4"}),
        ("ru", "Переселенцы вернутся домой до зимы.", {"6"}),
        ("de", "Seit Donnerstag hat niemand das Feuer eröffnet.", {"1a"}),
        ("de", "Die Hollin-Wiesen sind übergeben.", {"2"}),
        ("de", "Drohnen waren dort nicht zu sehen.", {"4"}),
        ("de", "Die Vertriebenen sollen vor dem Winter heimkehren.", {"6"}),
        ("fr", "Nul n'a ouvert le feu depuis jeudi.", {"1a"}),
        ("fr", "Personne n'a franchi la ligne de contact.", {"1b"}),
        ("fr", "Trois convois sont passés hier.", {"5 bis"}),
        ("fr", "Les déplacés rentreront avant l'hiver.", {"6"}),
        ("es", "Nadie ha abierto fuego desde el jueves.", {"1a"}),
        ("es", "Nadie cruzó la línea de contacto.", {"1b"}),
        ("es", "Los desplazados volverán antes del invierno.", {"6"}),
        ("es", "Allí no hubo drones.", {"4"}),
        ("tr", "Perşembeden beri kimse ateş açmadı.", {"1a"}),
        ("tr", "Kimse temas hattını geçmedi.", {"1b"}),
        ("tr", "İRTİBAT SUBAYLARI dün buluştu.", {"5b"}),
        ("tr", "Dün üç konvoy geçti.", {"5 bis"}),
        ("az", "Cümə axşamından bəri heç kim atəş açmayıb.", {"1a"}),
        ("az", "Heç kim təmas xəttini keçməyib.", {"1b"}),
        ("az", "Məcburi köçkünlər qışdan əvvəl qayıdacaq.", {"6"}),
        ("az", "Dünən üç karvan keçdi.", {"5 bis"}),
        ("hy", "Հինգշաբթիից ոչ ոք կրակ չի բացել, հրադադարը պահպանվում է։", {"1a"}),
        ("hy", "Անօդաչու սարքեր չեն եղել։", {"4"}),
        ("hy", "Տեղահանվածները կվերադառնան մինչև ձմեռ։", {"6"}),
        ("hy", "Երեկ երեք շարասյուն անցավ։", {"5 bis"}),
    ],
)
def test_a_clause_is_told_by_its_topic(lexis: KnownNames, language: str, text: str, about: set[str]) -> None:
    assert clauses(language, text, lexis) == about


@pytest.mark.parametrize(
    ("language", "text", "about", "rule"),
    [
        ("en", "Clause 6 is plain.", ("6",), "en.clause.number"),
        ("en", "Under paragraph 3b of the accord, nothing moves.", ("3b",), "en.clause.number"),
        ("en", "That is point 3 (c), word for word.", ("3c",), "en.clause.number"),
        ("en", "The fourth clause is plain.", ("4",), "en.clause.ordinal"),
        ("en", "Clause 5 bis is new.", ("5 bis",), "en.clause.number"),
        ("en", "Clause six is plain.", ("6",), "en.clause.ordinal"),
        ("ru", "Пункт 6 ясен.", ("6",), "ru.clause.number"),
        ("ru", "Согласно четвёртому пункту, так нельзя.", ("4",), "ru.clause.ordinal"),
        ("ru", "В 6-м пункте это есть.", ("6",), "ru.clause.number"),
        ("ru", "Подпункт «а» пункта 3 ясен.", ("3a",), "ru.clause.number"),
        ("de", "Ziffer 6 ist klar.", ("6",), "de.clause.number"),
        ("de", "Der vierte Punkt ist klar.", ("4",), "de.clause.ordinal"),
        ("de", "Nach Artikel 3 Buchstabe b ist das so.", ("3b",), "de.clause.number"),
        ("fr", "Le point 6 est clair.", ("6",), "fr.clause.number"),
        ("es", "La letra b del artículo 3 es clara.", ("3b",), "es.clause.number"),
        ("tr", "Anlaşmanın 3. maddesinin b bendi açık.", ("3b",), "tr.clause.number"),
        ("fr", "Le quatrième point est clair.", ("4",), "fr.clause.ordinal"),
        ("es", "El punto 6 es claro.", ("6",), "es.clause.number"),
        ("es", "El cuarto punto es claro.", ("4",), "es.clause.ordinal"),
        ("tr", "Anlaşmanın 6. maddesi açık.", ("6",), "tr.clause.number"),
        ("tr", "Madde 4 açık.", ("4",), "tr.clause.number"),
        ("tr", "Dördüncü madde açık.", ("4",), "tr.clause.ordinal"),
        ("az", "Sazişin 6-cı bəndi aydındır.", ("6",), "az.clause.number"),
        ("az", "Dördüncü bənd aydındır.", ("4",), "az.clause.ordinal"),
        ("hy", "Համաձայնագրի 6-րդ կետը պարզ է։", ("6",), "hy.clause.number"),
        ("hy", "Չորրորդ կետը պարզ է։", ("4",), "hy.clause.ordinal"),
    ],
)
def test_a_clause_is_told_by_its_number(
    lexis: KnownNames, language: str, text: str, about: tuple[str, ...], rule: str
) -> None:
    (offer,) = offers(language, text, lexis)
    assert (offer.about, offer.rule) == (about, rule)


def test_several_numbers_are_several_clauses(lexis: KnownNames) -> None:
    assert clauses("en", "Clauses 2, 4 and 6 stand.", lexis) == {"2", "4", "6"}
    assert clauses("ru", "Пункты 2 и 4 действуют.", lexis) == {"2", "4"}


def test_a_clause_that_the_agreement_lacks_is_offered_with_its_words(lexis: KnownNames) -> None:
    (offer,) = offers("en", "Clause 14 is plain.", lexis)
    assert (offer.about, offer.words, offer.rule) == ((), "Clause 14", "en.clause.unknown")


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Article 6 of the Constitution is plain."),
        ("en", "There are 6 points on the list of the fair."),
        ("ru", "Статья 6 Конституции ясна."),
        ("tr", "Anayasanın 6. maddesi açık."),
        ("az", "Konstitusiyanın 6-cı maddəsi aydındır."),
        ("de", "Artikel 6 der Verfassung ist klar."),
    ],
)
def test_a_number_of_another_document_is_no_clause(lexis: KnownNames, language: str, text: str) -> None:
    assert offers(language, text, lexis) == []


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "People in Ambermill ask about the price of bread."),
        ("en", "The fire in the mill was put out by noon."),
        ("en", "The withdrawal of the bill surprised the deputies."),
        ("en", "The agreement on visas will be signed in June."),
        ("ru", "Оркестр из Янтарной Мельницы ждал семь недель."),
        ("fr", "Le feu de forêt est éteint."),
    ],
)
def test_a_word_in_another_sense_says_nothing(lexis: KnownNames, language: str, text: str) -> None:
    assert offers(language, text, lexis) == []
    assert offers(language, text, lexis, "reaffirmation") == []


def test_a_clause_is_offered_once_a_sentence_and_lies_in_its_words(lexis: KnownNames) -> None:
    text = "The ceasefire holds, the truce holds. A ceasefire is no peace."
    first, second = offers("en", text, lexis)
    assert first.trigger == ("ceasefire", "truce")
    for offer in (first, second):
        assert text[offer.span.start : offer.span.end] == offer.words
    assert first.span.end < second.span.start


def test_guns_that_are_counted_in_a_store_are_not_guns_in_the_band(lexis: KnownNames) -> None:
    assert clauses("en", "Thirty heavy weapons stand in storage at Ambermill.", lexis) == {"3c"}
    assert clauses("en", "Heavy weapons were seen near the stream.", lexis) == {"3a"}


def test_a_road_in_the_name_of_a_protocol_is_no_road(lexis: KnownNames) -> None:
    assert clauses("en", "We read the Bridge Road Protocol again.", lexis) == set()


def test_what_an_asker_speaks_about_is_the_askers(lexis: KnownNames) -> None:
    question = propose(exchange("Was there a drone over the band?"), lexis)[0]
    assert (question.part, question.speaker, question.about, question.exchange) == ("question", "", ("4",), 1)


def test_an_answer_without_a_clause_speaks_of_what_was_asked(lexis: KnownNames) -> None:
    (_, answer) = propose(exchange("Was there a drone over the band?", "No, it was not one of ours."), lexis)
    assert (answer.part, answer.speaker, answer.about) == ("answer", "s1", ("4",))
    assert (answer.words, answer.rule) == ("No, it was not one of ours", "en.clause.answer")
    assert len(propose(exchange("Was there a drone over the band?", "Thank you."), lexis)) == 1


def test_an_answer_with_a_clause_of_its_own_speaks_of_that(lexis: KnownNames) -> None:
    offered = propose(exchange("Was there a drone over the band?", "The displaced come first in this."), lexis)
    assert [offer.about for offer in offered] == [("4",), ("6",)]


def test_an_answer_speaks_of_the_store_that_was_asked_about_until_it_names_another(lexis: KnownNames) -> None:
    answer = "All forty are under seal. We expect the same of Ambermill."
    offered = propose(exchange("Are all the guns still at Stonegate?", answer), lexis)
    assert [(offer.part, offer.about) for offer in offered if offer.kind == "provision"] == [
        ("question", ("3b",)),
        ("answer", ("3b",)),
        ("answer", ("3c",)),
    ]


@pytest.mark.parametrize(
    ("language", "question", "first", "second"),
    [
        ("en", "Are there mortars left in the contact band?", "There is none of that kind.", "Ours, none."),
        ("es", "¿Queda algún mortero en la franja de contacto?", "Que yo sepa ya no hay.", "Nuestro, ninguno."),
    ],
)
def test_who_adds_ours_to_an_answer_speaks_of_what_was_asked_and_no_other_does(
    lexis: KnownNames, language: str, question: str, first: str, second: str
) -> None:
    offered = propose(exchange(question, first, second, language=language), lexis)
    assert [(offer.part, offer.about) for offer in offered if f"{offer.words}." == second] == [("answer", ("3a",))]
    others = propose(exchange(question, first, "That was a long winter for everybody.", language=language), lexis)
    assert [offer.part for offer in others if offer.kind == "provision"] == ["question", "answer"]


@pytest.mark.parametrize(
    ("language", "text", "about"),
    [
        ("en", "We reaffirm our commitment to the 20 April accord.", ("accord",)),
        ("en", "Our side abides by the Bridge Road Protocol.", ("bridge-protocol",)),
        ("ru", "Мы подтверждаем приверженность соглашению от 20 апреля.", ("accord",)),
        ("de", "Wir bekräftigen das Abkommen der zwei Täler.", ("accord",)),
        ("fr", "Nous réaffirmons notre attachement à l'accord du 20 avril.", ("accord",)),
        ("es", "Reafirmamos el acuerdo del 20 de abril.", ("accord",)),
        ("tr", "İki Vadi Anlaşması'na bağlıyız.", ("accord",)),
        ("az", "İki Vadi Sazişinə sadiqik.", ("accord",)),
        ("hy", "Հավատարիմ ենք Երկու հովիտների համաձայնագրին։", ("accord",)),
    ],
)
def test_what_reaffirms_an_instrument(lexis: KnownNames, language: str, text: str, about: tuple[str, ...]) -> None:
    (offer,) = offers(language, text, lexis, "reaffirmation")
    assert offer.about == about
    assert offer.words in text


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "The accord has become a dead letter."),
        ("ru", "Соглашение двух долин утратило силу."),
        ("de", "Das Abkommen ist hinfällig."),
        ("fr", "L'accord est caduc."),
        ("es", "El acuerdo es papel mojado."),
        ("tr", "Anlaşma geçersizdir."),
        ("az", "Saziş etibarsızdır."),
        ("hy", "Համաձայնագիրն անվավեր է։"),
    ],
)
def test_what_questions_an_instrument_does_not_reaffirm_it(lexis: KnownNames, language: str, text: str) -> None:
    (offer,) = offers(language, text, lexis, "questioning")
    assert offer.about == ("accord",)
    assert offers(language, text, lexis, "reaffirmation") == []


def test_what_is_not_abided_by_is_not_reaffirmed(lexis: KnownNames) -> None:
    assert offers("en", "They do not abide by the accord.", lexis, "reaffirmation") == []


def test_a_body_is_offered_once_a_sentence(lexis: KnownNames) -> None:
    (offer,) = offers("ru", "Совместная комиссия пишет, и Совместную комиссию читают.", lexis, "body")
    assert (offer.about, offer.rule) == (("JC",), "ru.body.name")


def test_a_proposal_runs_to_the_end_of_its_sentence(lexis: KnownNames) -> None:
    (offer,) = offers("en", "Well, we propose that both posts keep one list. It rains.", lexis, "proposal")
    assert offer.words == "we propose that both posts keep one list"
    assert offer.trigger == ("we propose",)


def test_an_initiative_is_offered(lexis: KnownNames) -> None:
    (offer,) = offers("fr", "Cette initiative de paix est la nôtre.", lexis, "initiative")
    assert "initiative" in offer.words


def test_quoted_words_are_attributed_to_whom_they_are_of(lexis: KnownNames) -> None:
    text = "He wrote: “The ceasefire holds.”"
    paragraph = Paragraph(id="p1", text=text, speaker="s1", quotes=(Quote(start=10, end=len(text), of="He"),))
    (offer,) = propose(Statement(title="", language="en", opening=(paragraph,)), lexis)
    assert offer.attributed_to == ("He",)


def test_without_a_watch_topics_and_words_are_offered_alone() -> None:
    (offer,) = offers("en", "Transport links will be unblocked.", KnownNames())[:1]
    assert (offer.about, offer.topics) == ((), ("transport_links",))
    (number,) = offers("en", "Clause 9 is plain.", KnownNames())
    assert (number.about, number.rule) == ((), "en.clause.number")


def test_a_language_that_is_not_read_has_no_offers(lexis: KnownNames) -> None:
    assert propose(Statement(title="", language="xx", opening=(Paragraph(id="p1", text="ceasefire"),)), lexis) == ()
    assert len(not_offered("xx")) == 10
    assert not_offered("ru") == ()
    assert not_offered("tr") == ("reading", "commitment", "claim", "denial")


def test_offers_stand_in_the_order_of_the_text_with_keys_of_their_own(lexis: KnownNames) -> None:
    text = "The displaced wait. A drone came. We propose that the Joint Commission writes of the ceasefire."
    statement = Statement(title="", language="en", opening=(Paragraph(id="p1", text=text),))
    offered = propose(statement, lexis)
    assert [offer.span.start for offer in offered] == sorted(offer.span.start for offer in offered)
    assert len({offer.key for offer in offered}) == len(offered) >= 5
    assert propose(statement, lexis) == offered


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_general_lexicon_of_a_language_is_whole(language: str) -> None:
    words = lexicon_words(language)
    english = lexicon_words("en")
    assert set(words.topics) == set(english.topics)
    assert all(note.strip() for note in each(words.notes.values()))
    assert (len(words.ordinals), len(words.cardinals), len(words.months)) == (20, 20, 12)
    lists = [*words.topics.values(), words.clause_nouns, words.foreign, words.reaffirmation, words.questioning]
    lists += [words.instrument_nouns, words.instrument_words, words.negations, words.initiative, words.proposal]
    for patterns in each(lists):
        assert len(set(patterns)) == len(patterns)
        for pattern in each(patterns):
            assert trouble_of(pattern) is None, pattern


def test_rules_are_compiled_once_for_a_watch(lexis: KnownNames) -> None:
    assert topic_rules("en", lexis) is topic_rules("en", lexis)
    assert topic_rules("en", lexis) is not topic_rules("en", KnownNames())
