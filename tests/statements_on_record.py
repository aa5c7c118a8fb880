"""Statements of the Two Valleys on record in a console, some of what they say accepted, for tests of pages."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from trucewatch.annotation.known_names import known_names_of
from trucewatch.annotation.propose import propose
from trucewatch.model.annotations import Decision, Passage, Span
from trucewatch.pipeline.annotation_entering import Decided, decide
from trucewatch.pipeline.statement_intake import TakenIn, take_in_statement
from trucewatch.server.console import Console
from trucewatch.server.person import WHO
from trucewatch.store.statement_records import statement_numbered, words_of

ENGLISH = """Press conference of the Upper Valley on Hollin Meadows
2 May 2031, 10:00

Mr Aldan, spokesman of the Upper Valley: We received Hollin Meadows today. By 3 May 2031 the Upper Valley will \
withdraw 12 heavy weapons from the contact band.

Forty people returned to Hollin Meadows on 1 May 2031.

The Upper Valley and the Lower Valley met at Middle Bridge.
"""
RUSSIAN = """Пресс-конференция Верхней Долины о Холлинских лугах
2 мая 2031, 10:00

Г-н Альдан, представитель Верхней Долины: Сегодня мы получили Холлинские луга. До 3 мая 2031 года Верхняя Долина \
отведёт 14 тяжёлых орудий из полосы соприкосновения.

Сорок человек вернулись на Холлинские луга 1 мая 2031 года.

Нижняя Долина и Верхняя Долина встретились у Среднего Моста.
"""
LATER = ENGLISH.replace("12 heavy", "15 heavy").replace(
    "The Upper Valley and the Lower Valley met at Middle Bridge.\n",
    "The Upper Valley and the Lower Valley met at Middle Bridge.\n\nA liaison officer of the Joint "
    "Commission will stay at Stonegate from 4 May 2031 for thirty days, and write to both sides about what is counted "
    "there.\n",
)
LAWN = """Statement of the Lower Valley on gardens
3 May 2031

Gardens flourish along the river and nobody needs a number for it.
"""

COMMITMENT = "By 3 May 2031 the Upper Valley will withdraw 12 heavy weapons from the contact band."


def clock_in(console: Console) -> datetime:
    return console.snapshot.as_of


def bring(console: Console, text: str, name: str, **more: Any) -> TakenIn:
    """A text, taken in."""
    with console.writing():
        return take_in_statement(
            console.store,
            console.snapshot.watch,
            text.encode(),
            name,
            by=WHO,
            now=clock_in(console),
            **{"voice": "UV", **more},
        )


def offered(console: Console, number: int, language: str, kind: str) -> Passage:
    """The first offer of a kind."""
    version = statement_numbered(console.store, number).latest(language)
    assert version is not None
    text = words_of(console.store, version)
    assert text is not None
    return next(passage for passage in propose(text, known_names_of(console.snapshot.watch)) if passage.kind == kind)


def accept(
    console: Console,
    passage: Passage,
    number: int,
    language: str = "en",
    *,
    version: int = 1,
    decision: Decision = "accepted",
    **more: Any,
) -> Decided:
    with console.writing():
        return decide(
            console.store,
            console.snapshot.watch,
            number,
            language,
            version,
            passage,
            decision=decision,
            offer=passage.key,
            by=WHO,
            now=clock_in(console),
            **more,
        )


def passage_at(console: Console, number: int, words: str, **more: object) -> Passage:
    """Words of a statement's English copy, as somebody marks them by hand."""
    version = statement_numbered(console.store, number).latest("en")
    assert version is not None
    text = words_of(console.store, version)
    assert text is not None
    (spoken,) = (each for each in text.spoken() if words in each.paragraph.text)
    start = spoken.paragraph.text.index(words)
    span = Span(paragraph=spoken.paragraph.id, start=start, end=start + len(words))
    return Passage(span=span, words=words, part=spoken.part, speaker=spoken.speaker, **more)  # type: ignore[arg-type]
