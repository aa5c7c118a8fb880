"""What is offered of Russian sentences as spokespersons, ministers and officers talk, and whose word it is."""

from __future__ import annotations

import re
from typing import Final

import pytest

from tests.annotation.assertion_sentences import Sentence, faults_of, offered, score, sentences_of
from trucewatch.annotation.rule_patterns import Words

SENTENCES: Final = (*sentences_of("said_ru.txt"), *sentences_of("said_ru_later.txt"), *sentences_of("said_ru_last.txt"))
CASES: Final = ("яя Долина", "ей Долины", "ей Долине", "юю Долину", "ей Долиной")
"""Both names take the same endings, so that a swap of the stems is a swap of the parties in every case."""
_NAMED: Final = re.compile(r"(Верхн|Нижн)(?=(?:яя|ей|юю) Долин)")


@pytest.mark.parametrize(
    ("kind", "precision", "recall"),
    [("commitment", 0.95, 0.90), ("claim", 0.95, 0.90), ("denial", 0.95, 0.90), ("reading", 0.95, 0.90)],
)
def test_of_these_sentences_few_offers_are_wrong_and_few_are_missed(kind: str, precision: float, recall: float) -> None:
    right, was_offered, there = score(SENTENCES, "ru", kind)
    assert there >= 25
    assert (right / was_offered, right / there) >= (precision, 0)
    assert right / there >= recall


def test_who_to_whom_by_when_how_firmly_and_whose_word_it_is_are_right() -> None:
    checked = [each for each in SENTENCES if {"who", "to", "of", "by", "on", "before", "within"} & each.right.keys()]
    faults = {each.text: faults for each in SENTENCES if (faults := faults_of(each, "ru"))}
    assert len(checked) >= 35
    assert faults == {}


def _swapped(text: str) -> str:
    return _NAMED.sub(lambda match: {"Верхн": "Нижн", "Нижн": "Верхн"}[match[1]], text)


@pytest.mark.parametrize(
    "text",
    [
        "{0} передаст карты комиссии к 12 мая.",
        "Войска {1} покинули луга 2 мая.",
        "{2} будут возвращены тела погибших.",
        "Тела погибших будут переданы {2} завтра.",
        "Пленных мы отпустим вместе с {4}.",
        "Карты будут переданы {4} до 9 мая.",
        "Со стороны {1} будут приняты все меры.",
        "Как заявили в {2}, посты будут сняты 9 мая.",
        "По данным {1}, 3 мая погибли двое солдат.",
        "{0} отрицает, что её посты задержали колонну.",
        "{0} не станет первой нарушать тишину.",
        "Мы 3 мая пропустили в {3} шесть грузовиков.",
        "{0} толкует второй пункт иначе.",
        "Требуем от {1} вывести артиллерию.",
    ],
)
def test_the_names_of_the_parties_swapped_give_the_same_offers_swapped(text: str) -> None:
    upper = text.format(*(f"Верхн{ending}" for ending in CASES))
    lower = _swapped(upper)
    assert lower == text.format(*(f"Нижн{ending}" for ending in CASES)) != upper

    def told(words: str) -> list[tuple[object, ...]]:
        sentence = Sentence(kinds=(), right={}, part="opening", text=words)
        return [
            (each.kind, each.rule, each.by_day, each.is_soft, each.words, each.who, each.to, each.attributed_to)
            for each in offered(sentence, "ru", role="")
        ]

    def swapped(offer: tuple[object, ...]) -> tuple[object, ...]:
        ids = {"UV": "LV", "LV": "UV"}
        return tuple(
            tuple(ids.get(each, _swapped(each)) for each in value)
            if isinstance(value, tuple)
            else _swapped(value)
            if isinstance(value, str)
            else value
            for value in offer
        )

    assert [swapped(offer) for offer in told(upper)] == told(lower)
    assert told(upper) or text.startswith("Требуем")


@pytest.mark.parametrize(
    ("text", "who", "to"),
    [
        ("Верхняя Долина вернёт тела завтра.", ("UV",), ()),
        ("Верхней Долине вернут тела завтра.", (), ("UV",)),
        ("Совместной комиссии завтра покажут склад.", (), ("JC",)),
        ("Верхней Долиной будут переданы карты.", ("UV",), ()),
        ("Со стороны Верхней Долины будут переданы карты.", ("UV",), ()),
        ("Войска Верхней Долины завтра покинут посёлок.", ("UV",), ()),
        ("Нами будут переданы Верхней Долине карты.", (), ("UV",)),
    ],
)
def test_the_ending_of_a_name_says_who_gives_and_who_receives(
    text: str, who: tuple[str, ...], to: tuple[str, ...]
) -> None:
    (offer,) = offered(Sentence(kinds=(), right={}, part="opening", text=text), "ru")
    assert (offer.kind, offer.who, offer.to) == ("commitment", who, to)


def test_a_denied_premise_is_offered_as_a_denial_only() -> None:
    for text in ("Неправда, что мы 3 мая закрыли дорогу.", "Отрицаем, что 3 мая наши солдаты заняли село."):
        offers = offered(Sentence(kinds=(), right={}, part="answer", text=text), "ru")
        assert [each.kind for each in offers] == ["denial"]


def test_a_list_of_words_leaves_out_what_its_endings_do_not_stand_for() -> None:
    words = Words.of(["дадим", "по|вы*им|ем", "!*ним", "!*аем"])
    assert all(words.has(word) for word in ("дадим", "построим", "вывезем"))
    assert not any(words.has(word) for word in ("последним", "понимаем", "строим", "вы"))
