"""Whose word it is, who commits himself to what by when, and what is offered nowhere."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.annotation.assertion_texts import SPEAKERS, VALLEYS, offers, statement
from tests.conftest import each
from trucewatch.annotation.assertions import assertions_in
from trucewatch.annotation.clause_readings import with_clauses
from trucewatch.annotation.known_names import KnownNames
from trucewatch.model.annotations import ASSERTS
from trucewatch.model.statements import Answer, Exchange, Paragraph, Question, Statement

ASSERTION = (
    "We will open the road by 9 May. On 3 May three people were killed. We did not fire. Article 4 means radios."
)
RUSSIAN = "Откроем дорогу к 9 мая. 3 мая погибли трое. Мы не стреляли. Пункт 4 означает рации."


@pytest.mark.parametrize(("text", "language"), [(ASSERTION, "en"), (RUSSIAN, "ru")])
def test_all_four_kinds_are_offered_in_an_answer_and_none_in_a_question(text: str, language: str) -> None:
    assert [offer.kind for offer in offers(text, language)] == ["commitment", "claim", "denial", "reading"]
    assert offers(text, language, part="question") == []


def test_what_a_moderator_says_is_nobodys() -> None:
    assert offers(ASSERTION, "en", speaker="s1")
    assert offers(ASSERTION, "en", speaker="s2") == []


@pytest.mark.parametrize("language", ["", "de", "fr", "tr", "hy"])
def test_nothing_is_offered_in_a_language_without_rules(language: str) -> None:
    assert offers(ASSERTION, language) == []


def test_a_commitment_keeps_who_to_whom_and_by_when() -> None:
    (own,) = offers("We will submit the list to the Joint Commission by 1 June.", "en")
    assert (own.who, own.to, own.by_day, own.by_bound) == ((), ("JC",), date(2031, 6, 1), "by")
    assert (own.by_words, own.is_soft) == ("by 1 June", False)
    (named,) = offers("The Upper Valley undertakes to return the maps before 12 May.", "en")
    assert (named.who, named.by_day, named.by_bound) == (("UV",), date(2031, 5, 12), "before")
    (russian,) = offers("Нижняя Долина передаст карты Совместной комиссии до 12 мая.", "ru")
    assert (russian.who, russian.to, russian.by_day, russian.by_bound) == (
        ("LV",),
        ("JC",),
        date(2031, 5, 12),
        "before",
    )
    (by,) = offers("Мы передадим карты к 12 мая.", "ru")
    assert (by.by_bound, by.by_words) == ("by", "к 12 мая")


def test_a_term_counts_from_the_day_of_the_statement() -> None:
    (offer,) = offers("Our engineers will repair the bridge within ten days.", "en")
    assert (offer.by_day, offer.by_bound, offer.by_words) == (date(2031, 5, 15), "within", "within ten days")
    (russian,) = offers("Мост отремонтируем в течение двух недель.", "ru")
    assert (russian.by_day, russian.by_bound) == (date(2031, 5, 19), "within")


def test_words_without_a_day_name_no_day() -> None:
    (offer,) = offers("We will open the road.", "en")
    assert (offer.by_day, offer.by_bound, offer.by_words) == (None, "", "")


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("We intend to open the road.", "en"),
        ("We are ready to open the road.", "en"),
        ("We will try to open the road.", "en"),
        ("If they agree, we will open the road.", "en"),
        ("Мы намерены открыть дорогу.", "ru"),
        ("Постараемся открыть дорогу.", "ru"),
        ("Если соседи согласны, откроем дорогу.", "ru"),
    ],
)
def test_intention_and_condition_are_soft(text: str, language: str) -> None:
    assert [(offer.kind, offer.is_soft) for offer in offers(text, language)] == [("commitment", True)]


@pytest.mark.parametrize(
    ("text", "language", "kind", "voice", "who"),
    [
        ("The Lower Valley has told us that it will open the road.", "en", "commitment", "The Lower Valley", ("LV",)),
        (
            "According to the Joint Commission, 412 people have returned.",
            "en",
            "claim",
            "the Joint Commission",
            ("JC",),
        ),
        ("Minister Low said that his country will pay for the bridge.", "en", "commitment", "Minister Low", ()),
        ("Forty guns are in storage, the minister said.", "en", "claim", "the minister", ()),
        ("Нижняя Долина сообщила, что откроет дорогу.", "ru", "commitment", "Нижняя Долина", ("LV",)),
        ("По словам министра, вернулись 412 человек.", "ru", "claim", "министра", ()),
    ],
)
def test_reported_speech_keeps_its_speaker(
    text: str, language: str, kind: str, voice: str, who: tuple[str, ...]
) -> None:
    (offer,) = offers(text, language)
    assert (offer.kind, offer.attributed_to) == (kind, (voice,))
    assert offer.who == (who or (voice,))


def test_a_quotation_of_somebody_else_is_his() -> None:
    text = "The spokesman of the Lower Valley declared: “On 4 May two trucks were stopped. We will publish the names.”"
    claim, commitment = offers(text, "en", part="opening")
    assert (claim.kind, commitment.kind) == ("claim", "commitment")
    assert claim.attributed_to == commitment.attributed_to == ("the spokesman of the Lower Valley",) or (
        claim.attributed_to == commitment.attributed_to == ("The spokesman of the Lower Valley",)
    )


def test_a_premise_that_is_rejected_is_a_denial_and_no_claim() -> None:
    for text, language in (
        ("You say that we crossed the line; that is not so.", "en"),
        ("Вы говорите, что мы пересекли линию; это не так.", "ru"),
    ):
        assert [offer.kind for offer in offers(text, language)] == ["denial"]


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("If they agree, we will open the road.", "en"),
        ("Если соседи согласны, откроем дорогу.", "ru"),
        ("Откроем дорогу, если соседи согласны.", "ru"),
    ],
)
def test_a_promise_keeps_its_condition(text: str, language: str) -> None:
    (offer,) = offers(text, language)
    assert offer.words == text.rstrip(".")


def test_a_denial_keeps_what_is_denied() -> None:
    (offer,) = offers("Неправда, что мы закрыли дорогу 2 мая.", "ru")
    assert (offer.kind, offer.words) == ("denial", "Неправда, что мы закрыли дорогу 2 мая")


def test_told_unasked_with_a_day_that_nothing_happened_is_a_claim() -> None:
    text = "Since 1 May our soldiers have not fired a single shot."
    assert [offer.kind for offer in offers(text, "en", part="opening")] == ["claim"]
    assert [offer.kind for offer in offers(text, "en")] == ["denial"]
    assert [offer.kind for offer in offers("We did not fire.", "en", part="opening")] == ["denial"]
    assert [offer.kind for offer in offers("No such order was given.", "en", part="opening")] == ["denial"]
    assert [offer.kind for offer in offers("Такого приказа не было.", "ru", part="opening")] == ["denial"]


def test_a_negation_stays_within_the_words() -> None:
    (offer,) = offers("The Lower Valley has not submitted the list.", "en")
    assert "not" in offer.words
    (russian,) = offers("Пункт 6 не выполнен.", "ru")
    assert "не выполнен" in russian.words


def test_the_words_are_the_clause_that_carries_them() -> None:
    (offer,) = offers("The weather is fine, but we will open the road by 9 May.", "en")
    assert offer.words == "we will open the road by 9 May"


def test_persons_are_named_and_parties_are_none() -> None:
    (offer,) = offers("On 3 May Minister Oskar Brandell of the Lower Valley signed the list.", "en")
    assert offer.people == ("Oskar Brandell",)
    (party,) = offers("The President of the Lower Valley opened the bridge on 3 May.", "en")
    assert party.people == ()


def test_values_stand_within_the_words() -> None:
    (offer,) = offers("Good. On 3 May 480 people returned to Hollin Meadows.", "en")
    text = "Good. On 3 May 480 people returned to Hollin Meadows."
    assert {value.kind for value in offer.values} == {"date", "number", "place"}
    for value in each(offer.values):
        assert text[value.start : value.end] == value.text


def test_an_assertion_is_about_the_clauses_that_are_spoken_of_in_its_words() -> None:
    assertion, other = offers("Article 4 means radios. We will open the road by 9 May.", "en")
    topic = replace(assertion, kind="provision", about=("4",), topics=("jamming",))
    named, apart = with_clauses([assertion, other], [topic, replace(topic, kind="body", about=("JC",))])
    assert (named.about, named.topics) == (("4",), ("jamming",))
    assert (apart.about, apart.topics) == ((), ())


SWAPPED = [
    "The Upper Valley has told us that it will open the road by 9 May, and the Lower Valley has not replied.",
    "The Lower Valley undertakes to pay the Upper Valley for the bridge.",
    "On 3 May the Upper Valley fired on a convoy of the Lower Valley. We did not.",
    "The accord obliges the Lower Valley to leave the meadows. The Upper Valley must wait.",
]


@pytest.mark.parametrize("text", SWAPPED)
def test_the_same_words_about_the_other_side_offer_the_same(text: str) -> None:
    mirror = text.replace("Upper", "#").replace("Lower", "Upper").replace("#", "Lower")
    sides = {"UV": "LV", "LV": "UV"}

    def shape(written: str, *, is_mirror: bool) -> list[object]:
        # The speaker's own side is swapped too: a statement has one.
        role = SPEAKERS[0].role
        document = statement(written, "en")
        speaker = SPEAKERS[0]
        if is_mirror:
            speaker = replace(speaker, role=role.replace("Upper", "Lower"))
            document = replace(document, speakers=(speaker, SPEAKERS[1]))
        return [
            (
                offer.kind,
                offer.rule,
                offer.span,
                tuple(sides.get(name, name) if is_mirror else name for name in offer.who),
                tuple(sides.get(name, name) if is_mirror else name for name in offer.to),
            )
            for offer in assertions_in(document, VALLEYS)
        ]

    assert shape(text, is_mirror=False)
    assert shape(text, is_mirror=False) == shape(mirror, is_mirror=True)


_PIECES = (
    "we will not the Upper Valley said that , . ; : — “ ” ? if by 9 May 48,000 people have returned paragraph 4 means "
    "мы не передадим если что пункт 9 означает заявил Нижняя Долина погибли 12 убиты é \u0301 's n't"
)
PIECES = st.sampled_from(_PIECES.split())


@settings(max_examples=150)
@given(st.one_of(st.text(max_size=300), st.lists(PIECES, max_size=60).map(" ".join)), st.sampled_from(["en", "ru"]))
def test_of_any_text_what_is_offered_lies_in_its_paragraph(text: str, language: str) -> None:
    for offer in assertions_in(statement(text, language, part="opening"), VALLEYS):
        assert offer.kind in ASSERTS
        assert offer.words
        assert text[offer.span.start : offer.span.end] == offer.words
        assert offer.rule.startswith(f"{language}.")
        assert all(offer.span.start <= value.start <= value.end <= offer.span.end for value in offer.values)


def test_without_a_watch_rules_still_offer() -> None:
    assert [offer.kind for offer in assertions_in(statement(ASSERTION, "en"), KnownNames())] == [
        "commitment",
        "claim",
        "denial",
        "reading",
    ]


def test_a_very_long_sentence_neither_hangs_nor_breaks() -> None:
    assert offers("we will " * 40_000, "en") == []
    assert offers("если мы " * 40_000, "ru") == []


def test_the_document_that_began_it_offers_commitments_and_claims_of_answers_only(shared_data: Path) -> None:
    (path,) = (shared_data / "transcripts").glob("*.txt")
    lines = [line.strip() for line in path.read_text(encoding="utf-8").splitlines() if len(line.split()) > 8]
    opening: list[Paragraph] = []
    exchanges: list[Exchange] = []
    for number, line in enumerate(lines[1:], 1):
        paragraph = Paragraph(id=f"p{number}", text=line, speaker="s1")
        if line.startswith("Question:"):
            exchanges.append(Exchange(question=Question(paragraphs=(paragraph,))))
        elif exchanges:
            last = exchanges.pop()
            exchanges.append(
                Exchange(question=last.question, answers=(*last.answers, Answer(speaker="s1", paragraphs=(paragraph,))))
            )
        else:
            opening.append(paragraph)
    document = Statement(
        title="", day=date(2020, 11, 21), language="en", opening=tuple(opening), exchanges=tuple(exchanges)
    )
    offered = each(assertions_in(document, KnownNames()))
    assert {offer.kind for offer in offered} >= {"commitment", "claim"}
    assert "question" not in {offer.part for offer in offered}
    assert len(offered) < 30
