"""Two language copies laid side by side: every paragraph once, every planted difference flagged, none where none is."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trucewatch.annotation.alignment import align
from trucewatch.annotation.differences import Compared, compare
from trucewatch.annotation.known_names import KnownNames
from trucewatch.model.statements import Answer, Exchange, Paragraph, Question, Statement

KNOWN = KnownNames(
    parties={
        "UV": ("Upper Valley", "Верхняя Долина", "Oberes Tal"),
        "LV": ("Lower Valley", "Нижняя Долина", "Unteres Tal"),
    },
    bodies={"JC": ("Joint Commission", "Совместная комиссия", "Gemeinsame Kommission")},
    places={
        "hollin": ("Hollin Meadows", "Холлинские луга", "Hollin-Wiesen"),
        "stonegate": ("Stonegate", "Каменные Ворота"),
    },
)
EN = [
    "The Upper Valley and the Lower Valley met the Joint Commission on 20 April 2031.",
    "The Lower Valley will hand over Hollin Meadows by 2 May 2031. Forty heavy weapons go to Stonegate.",
    "More than 48,000 people wait for their return.",
    "We do not open the road before the snow is gone.",
]
RU = [
    "Верхняя Долина и Нижняя Долина встретились с Совместной комиссией 20 апреля 2031 г.",
    "Нижняя Долина передаст Холлинские луга не позднее 2 мая 2031 года. Сорок единиц тяжёлого оружия уйдут в "
    "Каменные Ворота.",
    "Более 48 000 человек ждут возвращения.",
    "Мы не откроем дорогу, пока не сойдёт снег.",
]


def copy_of(language: str, texts: list[str]) -> Statement:
    return Statement(
        title="",
        language=language,
        day=date(2031, 4, 21),
        opening=tuple(Paragraph(id=f"p{place}", text=text) for place, text in enumerate(texts, 1)),
    )


def compared(first: list[str], second: list[str], languages: tuple[str, str] = ("en", "ru")) -> Compared:
    one_copy, other = copy_of(languages[0], first), copy_of(languages[1], second)
    return compare(one_copy, other, align(one_copy, other, KNOWN), KNOWN)


def test_another_order_is_called_custom_only_where_the_sides_stand_side_by_side() -> None:
    joined = compared(EN, [RU[0].replace("Верхняя Долина и Нижняя", "Нижняя Долина и Верхняя"), *RU[1:]])
    assert [str(remark).endswith("no difference of substance.") for remark in joined.remarks] == [True]
    turned = compared(
        [*EN, "The Upper Valley handed the road to the Lower Valley."],
        [*RU, "Нижняя Долина передала дорогу, которую чинила Верхняя Долина."],
    )
    assert [str(remark).endswith("who does what to whom.") for remark in turned.remarks] == [True]


def test_a_word_that_takes_the_day_in_settles_what_the_bound_leaves_open() -> None:
    for words, kinds in (("до 2 мая 2031 года включительно", []), ("до 2 мая 2031 года", ["bound"])):
        russian = [text.replace("не позднее 2 мая 2031 года", words) for text in RU]
        assert russian != RU
        assert [each.kind for each in compared(EN, russian).differences] == kinds


def test_copies_that_say_the_same_have_no_difference() -> None:
    assert compared(EN, RU) == Compared(differences=())


PLANTED = [
    ("date", 0, "20 апреля", "19 апреля"),
    ("number", 1, "Сорок", "Тридцать"),
    ("number", 2, "48 000", "84 000"),
    ("number", 2, "Более 48 000", "48 000"),
    ("name", 0, " с Совместной комиссией", ""),
    ("name", 1, "в Каменные Ворота", "на склад"),
    ("bound", 1, "не позднее", "ранее"),
    ("bound", 1, "не позднее", "до"),
    ("lacks", 1, " Сорок единиц тяжёлого оружия уйдут в Каменные Ворота.", ""),
    ("negation", 3, "Мы не откроем дорогу, пока не сойдёт снег.", "Мы откроем дорогу, как только сойдёт снег."),
]


@pytest.mark.parametrize(("kind", "place", "words", "instead"), PLANTED)
def test_a_planted_difference_is_the_only_one(kind: str, place: int, words: str, instead: str) -> None:
    assert words in RU[place]
    changed = [text.replace(words, instead) if at == place else text for at, text in enumerate(RU)]
    differences = compared(EN, changed).differences
    assert [(each.kind, each.pair) for each in differences] == [(kind, place)]
    assert differences[0].first_words or differences[0].second_words


def test_a_word_that_may_mean_both_is_called_that() -> None:
    changed = [text.replace("не позднее", "до") for text in RU]
    assert "may exclude the day itself" in str(compared(EN, changed).differences[0].sentence)


def test_order_of_the_sides_is_a_remark_and_no_difference() -> None:
    swapped = [RU[0].replace("Верхняя Долина и Нижняя Долина", "Нижняя Долина и Верхняя Долина"), *RU[1:]]
    outcome = compared(EN, swapped)
    assert not outcome.differences
    assert "another order" in str(outcome.remarks[0])


def test_a_paragraph_that_one_copy_lacks_is_flagged_alone() -> None:
    differences = compared(EN, [RU[0], RU[1], RU[3]]).differences
    assert [each.kind for each in differences] == ["lacks"]
    assert differences[0].first_words == (EN[2],)
    assert differences[0].second == ()


def test_a_paragraph_in_two_is_paired_with_both() -> None:
    halves = [RU[0], *RU[1].split(" Сорок ")[:1], "Сорок " + RU[1].split(" Сорок ")[1], *RU[2:]]
    alignment = align(copy_of("en", EN), copy_of("ru", halves), KNOWN)
    assert [(len(pair.first), len(pair.second)) for pair in alignment.pairs] == [(1, 1), (1, 2), (1, 1), (1, 1)]


def test_two_different_statements_are_not_compared() -> None:
    other = [
        "Совместная комиссия собралась 3 июня 2031 года и насчитала 17 постов.",
        "С 5 июня по 9 июля 2031 года прошли 6 колонн и 312 машин.",
    ]
    outcome = compared(EN, other)
    assert not outcome.differences
    assert "differ too much" in str(outcome.remarks[0])


def test_an_added_exchange_leaves_the_others_together() -> None:
    def exchange(number: int, question: str, answer: str) -> Exchange:
        asked_text = Paragraph(id=f"p{2 * number}", text=question)
        return Exchange(
            question=Question(paragraphs=(asked_text,)),
            answers=(
                Answer(speaker="s1", paragraphs=(Paragraph(id=f"p{2 * number + 1}", text=answer, speaker="s1"),)),
            ),
        )

    english = [("Who pays for it?", EN[1]), ("When will it be?", EN[2]), ("And the road?", EN[3])]
    russian = [("Кто за это платит?", RU[1]), ("А дорога?", RU[3])]
    first = replace(copy_of("en", EN[:1]), exchanges=tuple(exchange(n, *each) for n, each in enumerate(english, 1)))
    second = replace(copy_of("ru", RU[:1]), exchanges=tuple(exchange(n, *each) for n, each in enumerate(russian, 1)))
    pairs = align(first, second, KNOWN).pairs
    assert [pair.first for pair in pairs if not pair.second] == [("p4",), ("p5",)]


WORDS = st.lists(st.sampled_from([*EN, *RU, "", "One.", "2 May"]), max_size=9)


@settings(max_examples=60, deadline=None)
@given(WORDS, WORDS)
def test_every_paragraph_stands_in_exactly_one_pair(first: list[str], second: list[str]) -> None:
    pairs = align(copy_of("en", first), copy_of("ru", second), KNOWN).pairs
    assert [each for pair in pairs for each in pair.first] == [f"p{place}" for place in range(1, len(first) + 1)]
    assert [each for pair in pairs for each in pair.second] == [f"p{place}" for place in range(1, len(second) + 1)]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from([*EN, "One.", "2 May"]), min_size=1, max_size=9))
def test_a_statement_is_aligned_with_itself_without_difference(texts: list[str]) -> None:
    statement = copy_of("en", texts)
    alignment = align(statement, statement, KNOWN)
    assert all(pair.first == pair.second for pair in alignment.pairs)
    assert not compare(statement, statement, alignment, KNOWN).differences


def test_copies_of_unlike_length_end_in_an_answer() -> None:
    alignment = align(copy_of("en", EN * 500), copy_of("ru", RU[:1]), KNOWN)
    assert not alignment.is_aligned
    assert sum(len(pair.first) for pair in alignment.pairs) == 2_000
