"""Official statements as they were read: who spoke, when and where, the opening, each question with its answers.

What stands here is what the page or paper says. What it does not say is empty, or marked as assumed with the reason.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final, Literal, get_args

from trucewatch.errors import TimeError
from trucewatch.messages import Message, read_record, record_of
from trucewatch.model.times import zone_named

SCHEMA: Final = "trucewatch/statement/1"
Kind = Literal[
    "press_conference",
    "briefing",
    "interview",
    "speech",
    "joint_statement",
    "statement",
    "comment",
    "letter",
    "article",
    "other",
]
KINDS: Final[tuple[Kind, ...]] = get_args(Kind)
Part = Literal["opening", "question", "answer"]
LANGUAGES: Final = ("az", "de", "en", "es", "fr", "hy", "ru", "tr")
"""The languages in which the structure of a statement is read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Speaker:
    """Who speaks: the name as it is written most fully, and the office as it is stated; "" where it is not."""

    id: str
    """`s1`, in the order of first mention."""
    name: str
    role: str = ""
    is_moderator: bool = False
    """Whoever gives the floor: nobody's questions and nobody's answers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """Characters of a paragraph that stand in quotation marks, with whose words they are, where it is said."""

    start: int
    end: int
    of: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Paragraph:
    """One paragraph. `speaker`: id; "" in a question, whose asker is a name and no speaker."""

    id: str
    """`p1`; it stays when the transcript grows (`annotation.versions`)."""
    text: str
    speaker: str = ""
    quotes: tuple[Quote, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """by: who asks, as written (a name, an agency); None where it is not said."""

    by: str | None = None
    paragraphs: tuple[Paragraph, ...] = ()
    is_follow_up: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What one speaker answers without a break."""

    speaker: str
    paragraphs: tuple[Paragraph, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """A question and its answers; several where several answer. A question without one was not answered."""

    question: Question
    answers: tuple[Answer, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Spoken:
    """A paragraph with the place that it has in the statement. exchange: from 1; 0 in the opening."""

    part: Part
    exchange: int
    speaker: str
    paragraph: Paragraph


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """One statement in one language.

    day, clock: when it was made, else published. zone: as stated, "+03:00" or an IANA name. zone_assumed: an IANA name;
    `remarks` say why. languages: in which it exists, as the page says. other_dates: further days at its head.
    publisher: host of the page, if it is known. left_out: pieces of the page that are none of the statement.
    """

    title: str
    kind: Kind = "statement"
    day: date | None = None
    clock: time | None = None
    zone: str | None = None
    zone_assumed: str | None = None
    place: str = ""
    speakers: tuple[Speaker, ...] = ()
    language: str = ""
    languages: tuple[str, ...] = ()
    opening: tuple[Paragraph, ...] = ()
    exchanges: tuple[Exchange, ...] = ()
    other_dates: tuple[date, ...] = ()
    url: str = ""
    publisher: str = ""
    left_out: tuple[str, ...] = ()
    remarks: tuple[Message, ...] = ()

    def spoken(self) -> Iterator[Spoken]:
        """Every paragraph, in order."""
        for each in self.opening:
            yield Spoken(part="opening", exchange=0, speaker=each.speaker, paragraph=each)
        for number, exchange in enumerate(self.exchanges, 1):
            for each in exchange.question.paragraphs:
                yield Spoken(part="question", exchange=number, speaker="", paragraph=each)
            for answer in exchange.answers:
                for each in answer.paragraphs:
                    yield Spoken(part="answer", exchange=number, speaker=answer.speaker, paragraph=each)

    def paragraph(self, paragraph_id: str) -> Spoken | None:
        return next((each for each in self.spoken() if each.paragraph.id == paragraph_id), None)

    def speaker(self, speaker_id: str) -> Speaker | None:
        return next((each for each in self.speakers if each.id == speaker_id), None)

    @property
    def words(self) -> int:
        return sum(len(each.paragraph.text.split()) for each in self.spoken())

    @property
    def spoken_at(self) -> datetime | None:
        """The moment that date, time and zone name, UTC; None where one of them is neither stated nor assumed."""
        if self.day is None or self.clock is None:
            return None
        offset = offset_of(self.zone) if self.zone else None
        if offset is not None:
            return (datetime.combine(self.day, self.clock, UTC) - offset).astimezone(UTC)
        name = self.zone or self.zone_assumed
        if not name:
            return None
        try:
            return datetime.combine(self.day, self.clock, zone_named(name)).astimezone(UTC)
        except TimeError:
            return None


def offset_of(zone: str) -> timedelta | None:
    """The offset that "+03:00" names; None for a zone by its name.

    >>> offset_of("-03:30")
    datetime.timedelta(days=-1, seconds=73800)
    """
    sign, hours, colon, minutes = zone[:1], zone[1:3], zone[3:4], zone[4:]
    if sign not in ("+", "-") or colon != ":" or not (hours + minutes).isdecimal() or len(zone) != 6:
        return None
    return (1 if sign == "+" else -1) * timedelta(hours=int(hours), minutes=int(minutes))


def with_paragraph_ids(statement: Statement, ids: Mapping[str, str]) -> Statement:
    """The same with other ids of paragraphs; ids: the one it has → the one it gets."""

    def renamed(paragraphs: tuple[Paragraph, ...]) -> tuple[Paragraph, ...]:
        return tuple(replace(each, id=ids.get(each.id, each.id)) for each in paragraphs)

    return replace(
        statement,
        opening=renamed(statement.opening),
        exchanges=tuple(
            replace(
                each,
                question=replace(each.question, paragraphs=renamed(each.question.paragraphs)),
                answers=tuple(replace(answer, paragraphs=renamed(answer.paragraphs)) for answer in each.answers),
            )
            for each in statement.exchanges
        ),
    )


# As one document


def statement_document(statement: Statement, *, is_kept: bool = False) -> dict[str, Any]:
    """The statement as one JSON document. is_kept: remarks as records, which can be said in any language."""
    return {
        "schema": SCHEMA,
        "title": statement.title,
        "kind": statement.kind,
        "date": statement.day.isoformat() if statement.day else None,
        "time": statement.clock.isoformat("minutes") if statement.clock else None,
        "zone": statement.zone,
        "zone_assumed": statement.zone_assumed,
        "place": statement.place or None,
        "speakers": [
            {"id": each.id, "name": each.name, "role": each.role or None}
            | ({"moderator": True} if each.is_moderator else {})
            for each in statement.speakers
        ],
        "language": statement.language or None,
        "languages": list(statement.languages),
        "opening": [_paragraph_out(each, with_speaker=True) for each in statement.opening],
        "exchanges": [_exchange_out(each) for each in statement.exchanges],
        "other_dates": [day.isoformat() for day in statement.other_dates],
        "url": statement.url or None,
        "publisher": statement.publisher or None,
        "left_out": list(statement.left_out),
        "remarks": [[record_of(each), str(each)] if is_kept else str(each) for each in statement.remarks],
    }


def _exchange_out(exchange: Exchange) -> dict[str, Any]:
    question = exchange.question
    return {
        "question": {"by": question.by, "paragraphs": [_paragraph_out(each) for each in question.paragraphs]}
        | ({"follow_up": True} if question.is_follow_up else {}),
        "answers": [
            {"speaker": answer.speaker, "paragraphs": [_paragraph_out(each) for each in answer.paragraphs]}
            for answer in exchange.answers
        ],
    }


def _paragraph_out(paragraph: Paragraph, *, with_speaker: bool = False) -> dict[str, Any]:
    document: dict[str, Any] = {"id": paragraph.id}
    if with_speaker:
        document["speaker"] = paragraph.speaker or None
    document["text"] = paragraph.text
    if paragraph.quotes:
        document["quotes"] = [
            {"start": each.start, "end": each.end, "of": each.of or None} for each in paragraph.quotes
        ]
    return document


def statement_from(document: Mapping[str, Any]) -> Statement:
    """The statement that a kept document holds. Raises KeyError, TypeError, ValueError for one that is none."""
    if document["schema"] != SCHEMA:
        raise ValueError(document["schema"])
    return Statement(
        title=document["title"],
        kind=document["kind"],
        day=date.fromisoformat(document["date"]) if document["date"] else None,
        clock=time.fromisoformat(document["time"]) if document["time"] else None,
        zone=document["zone"],
        zone_assumed=document["zone_assumed"],
        place=document["place"] or "",
        speakers=tuple(
            Speaker(
                id=each["id"],
                name=each["name"],
                role=each["role"] or "",
                is_moderator=bool(each.get("moderator", False)),
            )
            for each in document["speakers"]
        ),
        language=document["language"] or "",
        languages=tuple(document["languages"]),
        opening=tuple(_paragraph_in(each, each["speaker"] or "") for each in document["opening"]),
        exchanges=tuple(_exchange_in(each) for each in document["exchanges"]),
        other_dates=tuple(date.fromisoformat(day) for day in document["other_dates"]),
        url=document["url"] or "",
        publisher=document["publisher"] or "",
        left_out=tuple(document["left_out"]),
        remarks=tuple(
            Message.verbatim(each) if isinstance(each, str) else read_record(*each) for each in document["remarks"]
        ),
    )


def _exchange_in(document: Mapping[str, Any]) -> Exchange:
    question = document["question"]
    return Exchange(
        question=Question(
            by=question["by"],
            paragraphs=tuple(_paragraph_in(each, "") for each in question["paragraphs"]),
            is_follow_up=bool(question.get("follow_up", False)),
        ),
        answers=tuple(
            Answer(
                speaker=answer["speaker"],
                paragraphs=tuple(_paragraph_in(each, answer["speaker"]) for each in answer["paragraphs"]),
            )
            for answer in document["answers"]
        ),
    )


def _paragraph_in(document: Mapping[str, Any], speaker: str) -> Paragraph:
    return Paragraph(
        id=document["id"],
        text=document["text"],
        speaker=speaker,
        quotes=tuple(
            Quote(start=each["start"], end=each["end"], of=each["of"] or "") for each in document.get("quotes", ())
        ),
    )
