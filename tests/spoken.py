"""Official statements of the Two Valleys for tests, and a reading of them that needs no page."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from datetime import date, time
from pathlib import Path
from typing import Any

import pytest

from tests.server.conftest import copy_of
from trucewatch.errors import UnreadableInput
from trucewatch.messages import Message
from trucewatch.model.annotations import Kind, Passage, Span
from trucewatch.model.ids import canonical
from trucewatch.model.statements import (
    Answer,
    Exchange,
    Paragraph,
    Question,
    Speaker,
    Statement,
    statement_document,
    statement_from,
)
from trucewatch.pipeline import statement_intake
from trucewatch.store import Store

DAY = date(2031, 5, 2)
PROMISE = "We will hand over Hollin Meadows by 2 May."
READING = "Clause 1a lets posts that were there before stay."
CLAIM = "On 2 May two convoys were turned back on the Bridge Road."


def statement(*answers: str, title: str = "Talk with the press", day: date | None = DAY, **more: Any) -> Statement:
    """A statement with an opening, one question, and these paragraphs of an answer."""
    texts = answers or (PROMISE, READING, CLAIM)
    content: dict[str, Any] = {
        "title": title,
        "kind": "press_conference",
        "day": day,
        "clock": time(20, 19) if day else None,
        "zone": "-02:00",
        "speakers": (Speaker(id="s1", name="The Speaker", role="spokesperson"),),
        "language": "en",
        "opening": (Paragraph(id="p1", text="Good evening.", speaker="s1"),),
        "publisher": "lv.example",
    } | more
    question = Question(by="The Herald", paragraphs=(Paragraph(id="p2", text="Will you break 1a as you did before?"),))
    answer = Answer(
        speaker="s1",
        paragraphs=tuple(Paragraph(id=f"p{number}", text=text, speaker="s1") for number, text in enumerate(texts, 3)),
    )
    return Statement(exchanges=(Exchange(question=question, answers=(answer,)),), **content)


def bytes_of(of: Statement, mark: str = "") -> bytes:
    """Bytes that `reads_what_it_is_given` reads to this statement. mark: makes the same statement other bytes."""
    return canonical(statement_document(of, is_kept=True)) + b" " * len(mark)


def said_in(of: Statement, words: str, kind: Kind = "claim", **more: Any) -> Passage:
    """Something that was said in these words, wherever they stand."""
    for each in of.spoken():
        start = each.paragraph.text.find(words)
        if start >= 0:
            span = Span(paragraph=each.paragraph.id, start=start, end=start + len(words))
            return Passage(kind=kind, span=span, words=words, part=each.part, **more)
    raise AssertionError(words)


def reads_what_it_is_given(content: bytes, name: str, **more: object) -> Statement:
    try:
        return statement_from(json.loads(content))
    except ValueError as exc:
        raise UnreadableInput(Message("this holds no statement")) from exc


@pytest.fixture
def plain_reading(monkeypatch: pytest.MonkeyPatch) -> None:
    """Statements are read from documents, by this process."""
    monkeypatch.setattr(statement_intake, "parse_statement", reads_what_it_is_given)
    monkeypatch.setattr(statement_intake, "screen_brought", lambda content: None)


def opened(folder: Path, clock: Any) -> Iterator[tuple[Store, Path]]:
    """The store of a copy of the example watch that holds no statement yet."""
    watch_folder = copy_of("two-valleys", folder)
    shutil.rmtree(watch_folder / "statements")
    with Store(watch_folder, clock) as store:
        yield store, watch_folder
