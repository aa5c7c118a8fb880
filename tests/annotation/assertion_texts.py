"""Statements of the Two Valleys for tests of what is offered in them."""

from __future__ import annotations

from datetime import date

from trucewatch.annotation.assertions import assertions_in
from trucewatch.annotation.known_names import KnownNames
from trucewatch.model.annotations import Passage
from trucewatch.model.statements import Answer, Exchange, Paragraph, Question, Quote, Speaker, Statement

DAY = date(2031, 5, 5)
VALLEYS = KnownNames(
    clauses=frozenset({"1a", "2", "4", "5a"}),
    parties={"UV": ("Upper Valley", "Верхняя Долина"), "LV": ("Lower Valley", "Нижняя Долина")},
    bodies={"JC": ("Joint Commission", "Совместная комиссия")},
    instruments={
        "accord": ("Accord of the Two Valleys", "Соглашение двух долин"),
        "bridge-protocol": ("Bridge Road Protocol", "Протокол о Мостовой дороге"),
    },
    places={
        "hollin-meadows": ("Hollin Meadows", "Холлинские луга"),
        "stonegate": ("Stonegate", "Каменные Ворота"),
        "middle-bridge": ("Middle Bridge", "Средний Мост"),
    },
)
SPEAKERS = (
    Speaker(id="s1", name="Ada Thorne", role="Foreign Minister of the Upper Valley"),
    Speaker(id="s2", name="Moderator", is_moderator=True),
)


def statement(text: str, language: str, *, part: str = "answer", speaker: str = "s1") -> Statement:
    """A statement that is one paragraph, as an answer, an opening or a question."""
    quotes = tuple(
        Quote(start=start + 1, end=text.index("”", start))
        for start, sign in enumerate(text)
        if sign == "“" and "”" in text[start:]
    )
    paragraph = Paragraph(id="p1", text=text, speaker="" if part == "question" else speaker, quotes=quotes)
    exchange = {
        "opening": (),
        "question": (Exchange(question=Question(paragraphs=(paragraph,))),),
        "answer": (Exchange(question=Question(), answers=(Answer(speaker=speaker, paragraphs=(paragraph,)),)),),
    }[part]
    return Statement(
        title="Statement",
        day=DAY,
        speakers=SPEAKERS,
        language=language,
        opening=(paragraph,) if part == "opening" else (),
        exchanges=exchange,
    )


def offers(text: str, language: str, *, part: str = "answer", speaker: str = "s1") -> list[Passage]:
    """What is offered of one paragraph."""
    return list(assertions_in(statement(text, language, part=part, speaker=speaker), VALLEYS))
