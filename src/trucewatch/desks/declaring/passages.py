"""A statement as its reader shows it: turns with their speakers, paragraphs cut where marked words begin and end, and
the cards of the margin in the order of the text."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from trucewatch.desks.declaring.operations import standing_on
from trucewatch.locale.sanitize import isolated
from trucewatch.model.annotations import KINDS, Annotation, Kind, Passage
from trucewatch.model.statement_record import OfficialStatement, StatementVersion
from trucewatch.model.statements import Paragraph, Part, Spoken, Statement

MOST_WORDS: Final = 8000
MOST_PARAGRAPHS: Final = 400
_HEAVIEST: Final[tuple[Kind, ...]] = ("commitment", "reading", "claim", "denial")
"""Which kind words show that carry several: a promise about a clause is underlined as a promise."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """Something that was said, as the margin shows it: offered, or decided. earlier: what was decided of the same words
    in another version. anchor: stays the same when an offer is decided."""

    anchor: str
    passage: Passage
    annotation: Annotation | None = None
    earlier: Annotation | None = None

    @property
    def is_open(self) -> bool:
        return self.annotation is None

    @property
    def is_standing(self) -> bool:
        return self.annotation is not None and self.annotation.stands


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """Characters that share what carries them. card: the first to begin of those that begin or run here."""

    text: str
    kind: Kind | None = None
    anchor: str = ""
    is_quoted: bool = False
    is_decided: bool = False

    @property
    def shown(self) -> str:
        """The whole text for a page; marks of direction end with it."""
        return isolated(self.text)


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """What one speaks without a break. number: of the question, 0 in the opening. is_first: whether it is the first
    answer to its question."""

    part: Part
    number: int
    name: str
    role: str
    is_follow_up: bool = False
    is_first: bool = True
    paragraphs: tuple[tuple[Paragraph, tuple[Piece, ...]], ...]


def cards_of(
    statement: OfficialStatement, version: StatementVersion, text: Statement, offers: Iterable[Passage]
) -> list[Card]:
    """What is offered and what was decided of a version, in the order of the text. What was taken back is offered
    again, if a rule offers it."""
    place = {spoken.paragraph.id: number for number, spoken in enumerate(text.spoken())}
    decided = standing_on(statement.annotations, version)
    of_offer = {each.offer: each for each in decided if each.offer}
    elsewhere = {
        each.offer: each
        for each in statement.annotations
        if each.offer and each.undone is None and each.language == version.language and each not in decided
    }
    cards = [
        Card(anchor=passage.key, passage=passage, earlier=elsewhere.get(passage.key))
        for passage in offers
        if passage.key not in of_offer
    ]
    cards += [Card(anchor=each.offer or each.code, passage=each.passage, annotation=each) for each in decided]
    return sorted(
        cards,
        key=lambda card: (
            place.get(card.passage.span.paragraph, len(place)),
            card.passage.span.start,
            KINDS.index(card.passage.kind),
            card.passage.span.end,
        ),
    )


def turns_of(text: Statement, cards: Sequence[Card], shown: frozenset[str]) -> list[Turn]:
    """The statement turn by turn, its paragraphs cut by the words that cards carry. Cards that were rejected mark
    nothing. shown: the paragraphs that are."""
    marks: dict[str, list[Card]] = {}
    for card in cards:
        if card.annotation is None or card.annotation.stands:
            marks.setdefault(card.passage.span.paragraph, []).append(card)
    turns: list[Turn] = []
    asked_again = [each.question.is_follow_up for each in text.exchanges]
    by = [each.question.by or "" for each in text.exchanges]
    answered: set[int] = set()
    last: tuple[Part, int, str] | None = None
    for spoken in text.spoken():
        if spoken.paragraph.id not in shown:
            continue
        cut = (spoken.paragraph, pieces_of(spoken.paragraph, marks.get(spoken.paragraph.id, ())))
        here = (spoken.part, spoken.exchange, spoken.speaker)
        if here == last:
            turns[-1] = _longer(turns[-1], cut)
            continue
        last = here
        name, role = _who(text, spoken, by)
        turns.append(
            Turn(
                part=spoken.part,
                number=spoken.exchange,
                name=name,
                role=role,
                is_follow_up=spoken.part == "question" and asked_again[spoken.exchange - 1],
                is_first=spoken.exchange not in answered,
                paragraphs=(cut,),
            )
        )
        if spoken.part == "answer":
            answered.add(spoken.exchange)
    return turns


def pieces_of(paragraph: Paragraph, cards: Iterable[Card]) -> tuple[Piece, ...]:
    """A paragraph cut wherever marked or quoted words begin or end; nothing of it is lost."""
    text = paragraph.text
    spans = [
        (max(0, card.passage.span.start), min(len(text), card.passage.span.end), card)
        for card in cards
        if card.passage.span.start < card.passage.span.end
    ]
    edges = {0, len(text)}
    for start, end, _ in spans:
        edges |= {min(start, len(text)), end}
    for quote in paragraph.quotes:
        edges |= {min(max(0, quote.start), len(text)), min(max(0, quote.end), len(text))}
    places = sorted(edges)
    waiting = sorted(spans, key=lambda span: span[0], reverse=True)
    running: list[tuple[int, int, Card]] = []
    pieces = []
    for start, end in pairwise(places):
        while waiting and waiting[-1][0] <= start:
            running.append(waiting.pop())
        running = [span for span in running if span[1] >= end]
        card = min((card for _, _, card in running), key=_weight, default=None)
        pieces.append(
            Piece(
                text=text[start:end],
                kind=card.passage.kind if card else None,
                anchor=card.anchor if card else "",
                is_quoted=any(quote.start <= start and end <= quote.end for quote in paragraph.quotes),
                is_decided=card.is_standing if card else False,
            )
        )
    return tuple(pieces)


def parts_of(text: Statement) -> list[frozenset[str]]:
    """The ids of the paragraphs that a page shows at once: of almost every statement all, of a whole day of a
    parliament a part of them."""
    parts: list[set[str]] = [set()]
    words = 0
    for spoken in text.spoken():
        count = len(spoken.paragraph.text.split())
        if parts[-1] and (words + count > MOST_WORDS or len(parts[-1]) >= MOST_PARAGRAPHS):
            parts.append(set())
            words = 0
        parts[-1].add(spoken.paragraph.id)
        words += count
    return [frozenset(part) for part in parts]


def counts_of(cards: Iterable[Card]) -> Mapping[Kind, int]:
    """How many cards there are of each kind, in the order of the kinds."""
    kinds = [card.passage.kind for card in cards]
    return {kind: kinds.count(kind) for kind in KINDS if kind in kinds}


def _weight(card: Card) -> tuple[int, int]:
    kind = card.passage.kind
    rank = _HEAVIEST.index(kind) if kind in _HEAVIEST else len(_HEAVIEST)
    return rank, card.passage.span.end - card.passage.span.start


def _longer(turn: Turn, cut: tuple[Paragraph, tuple[Piece, ...]]) -> Turn:
    return Turn(
        part=turn.part,
        number=turn.number,
        name=turn.name,
        role=turn.role,
        is_follow_up=turn.is_follow_up,
        is_first=turn.is_first,
        paragraphs=(*turn.paragraphs, cut),
    )


def _who(text: Statement, spoken: Spoken, by: Sequence[str]) -> tuple[str, str]:
    if spoken.part == "question":
        return by[spoken.exchange - 1], ""
    speaker = text.speaker(spoken.speaker)
    return (speaker.name, speaker.role) if speaker else ("", "")
