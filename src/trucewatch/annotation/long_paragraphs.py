"""Paragraphs too long for the rules → pieces at the ends of sentences, and what was seen in them back in its place.

Rules hold what they see in a paragraph against each other, so that their time grows with the square of its length. A
whole transcript pasted as one line, or a page written to keep a reader busy, must not stop the console.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Final

from trucewatch.annotation.sentences import sentences
from trucewatch.model.annotations import Passage
from trucewatch.model.statements import Paragraph, Statement

LONGEST_CHARS: Final = 10_000
"""Of a paragraph that is read whole; those that people write have a tenth of it."""
MOST_CHARS: Final = 400_000
"""Of a statement that the rules look at, some 60,000 words: the longest press conferences have a third of it."""
_LONGEST_SENTENCE: Final = 2_000
"""A longer one is none: it is parted at a blank."""
Origins = Mapping[str, tuple[str, int]]
"""By the id of a piece: of which paragraph it is, and where it begins there."""


def is_longer(statement: Statement) -> bool:
    """Whether it is longer than the rules look at."""
    return sum(len(spoken.paragraph.text) for spoken in statement.spoken()) > MOST_CHARS


def in_pieces(statement: Statement) -> tuple[Statement, Origins]:
    """The statement with its long paragraphs in pieces, up to MOST_CHARS; itself where it has none."""
    lengths = [len(spoken.paragraph.text) for spoken in statement.spoken()]
    if max(lengths, default=0) <= LONGEST_CHARS and sum(lengths) <= MOST_CHARS:
        return statement, {}
    origins: dict[str, tuple[str, int]] = {}
    left = MOST_CHARS

    def parted(paragraphs: tuple[Paragraph, ...]) -> tuple[Paragraph, ...]:
        nonlocal left
        pieces = []
        for paragraph in paragraphs:
            for piece in _pieces(paragraph, statement.language, origins) if left > 0 else ():
                left -= len(piece.text)
                if left >= 0:
                    pieces.append(piece)
        return tuple(pieces)

    return _with_paragraphs(statement, parted), origins


def in_place(passage: Passage, origins: Origins) -> Passage:
    """What was seen in a piece, as it stands in the whole paragraph."""
    if passage.span.paragraph not in origins:
        return passage
    paragraph, begin = origins[passage.span.paragraph]
    span = replace(passage.span, paragraph=paragraph, start=passage.span.start + begin, end=passage.span.end + begin)
    values = tuple(replace(each, start=each.start + begin, end=each.end + begin) for each in passage.values)
    return replace(passage, span=span, values=values)


def _with_paragraphs(
    statement: Statement, parted: Callable[[tuple[Paragraph, ...]], tuple[Paragraph, ...]]
) -> Statement:
    return replace(
        statement,
        opening=parted(statement.opening),
        exchanges=tuple(
            replace(
                exchange,
                question=replace(exchange.question, paragraphs=parted(exchange.question.paragraphs)),
                answers=tuple(replace(answer, paragraphs=parted(answer.paragraphs)) for answer in exchange.answers),
            )
            for exchange in statement.exchanges
        ),
    )


def _pieces(paragraph: Paragraph, language: str, origins: dict[str, tuple[str, int]]) -> Iterator[Paragraph]:
    if len(paragraph.text) <= LONGEST_CHARS:
        yield paragraph
        return
    for number, (start, end) in enumerate(_bounds(paragraph.text, language), 1):
        piece = f"{paragraph.id}/{number}"
        origins[piece] = (paragraph.id, start)
        quotes = tuple(
            replace(each, start=max(each.start, start) - start, end=min(each.end, end) - start)
            for each in paragraph.quotes
            if each.start < end and each.end > start
        )
        yield replace(paragraph, id=piece, text=paragraph.text[start:end], quotes=quotes)


def _bounds(text: str, language: str) -> Iterator[tuple[int, int]]:
    """Runs of whole sentences, [start, end), each of at most the longest length."""
    begin = last = 0
    for start, end in (part for sentence in sentences(text, language) for part in _parts(text, *sentence)):
        if end - begin > LONGEST_CHARS and last > begin:
            yield begin, last
            begin = start
        last = end
    if last > begin:
        yield begin, last


def _parts(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    while end - start > _LONGEST_SENTENCE:
        blank = text.rfind(" ", start + 1, start + _LONGEST_SENTENCE)
        cut = blank if blank > start else start + _LONGEST_SENTENCE
        yield start, cut
        start = cut + (cut == blank)
    if end > start:
        yield start, end
