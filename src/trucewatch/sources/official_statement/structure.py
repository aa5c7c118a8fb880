"""A page's blocks → the Statement: heading, speakers, opening, questions and answers. What is none of it is counted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from trucewatch.errors import UnreadableInput
from trucewatch.messages import Message
from trucewatch.model.lexicon import Voice
from trucewatch.model.statements import Answer, Exchange, Paragraph, Question, Speaker, Statement
from trucewatch.sources.official_statement.address_lines import is_address
from trucewatch.sources.official_statement.head_people import people_of_head
from trucewatch.sources.official_statement.heading import Heading, heading_of
from trucewatch.sources.official_statement.page import Block, Page
from trucewatch.sources.official_statement.quotations import quotes_in
from trucewatch.sources.official_statement.roll import MOST_PEOPLE, Person, Roll
from trucewatch.sources.official_statement.speaking_house import body_of_title
from trucewatch.sources.official_statement.stated_zones import host_of, is_month_first, zone_assumed
from trucewatch.sources.official_statement.statement_words import is_of_tools, language_of, small, statement_words
from trucewatch.sources.official_statement.turn_labels import Label, label_of
from trucewatch.sources.official_statement.turns import Turn, Turns, turns_of
from trucewatch.sources.official_statement.unlabelled import asks

LEAST_WORDS: Final = 12
"""Fewer words in all are no statement."""
LEAST_SENTENCES: Final = 3
LEAST_ASKING: Final = 2
_OF_TURNS: Final = ("press_conference", "briefing", "interview")
LEAST_LOGIN_WORDS: Final = 120
"""A page that asks for a password and holds fewer words than this is a login page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outline:
    """A page taken apart, before anybody has an id: every word of its blocks stands in one of these, once."""

    heading: Heading
    turns: Turns
    roll: Roll
    head_blocks: tuple[str, ...]
    left_out: tuple[str, ...]


def statement_of(
    page: Page, *, zone: str = "", voice: str = "", voices: Sequence[Voice] = (), today: date | None = None
) -> Statement:
    """The statement of a page.

    zone: assumed where the page states none (IANA name). voices: official voices of a watch, whose zones come next: of
    `voice` if somebody said that it is theirs, else by their hosts. today: a date later than it is remarked on. Raises
    UnreadableInput for a login page and for a page with no text of a statement.
    """
    outline = outline_of(page)
    heading = outline.heading
    numbers = _Ids()
    main = _main_speaker(outline)
    opening, exchanges = _parts(outline, main, numbers)
    speakers = numbers.speakers()
    if not opening and not exchanges:
        raise UnreadableInput(_no_statement())
    language = language_of(_words_in_order(opening, exchanges), page.language[:2].casefold())
    host = host_of(page.url)
    day = heading.day or page.published_day
    assumed, why = (
        zone_assumed(wanted=zone, voice=voice, voices=voices, host=host, bar=heading.bar, place=heading.place)
        if not heading.zone
        else ("", None)
    )
    remarks = [
        *page.remarks,
        *_remarks(heading, page, day, today),
        *_doubts(outline, opening, exchanges),
        *([why] if why else []),
    ]
    return Statement(
        title=heading.title,
        kind=heading.kind,
        day=day,
        clock=heading.clock,
        zone=heading.zone or None,
        zone_assumed=assumed or None,
        place=heading.place,
        speakers=speakers,
        language=language,
        languages=tuple(sorted(dict.fromkeys(heading.languages))),
        opening=opening,
        exchanges=exchanges,
        other_dates=heading.other_dates,
        url=page.url,
        publisher=host,
        left_out=outline.left_out,
        remarks=tuple(remarks),
    )


def _words_in_order(opening: Sequence[Paragraph], exchanges: Sequence[Exchange]) -> str:
    """The opening, the answers and then the questions: a greeting alone tells no language, and askers bring theirs."""
    answers = [answer.paragraphs for exchange in exchanges for answer in exchange.answers]
    questions = [exchange.question.paragraphs for exchange in exchanges]
    return " ".join(paragraph.text for paragraphs in (opening, *answers, *questions) for paragraph in paragraphs)


def outline_of(page: Page) -> Outline:
    """The page taken apart. Raises UnreadableInput for a login page and for a page with no text of a statement."""
    _refuse(page)
    heading = heading_of(page, month_first=is_month_first(host_of(page.url)))
    body = [
        (number, block)
        for number, block in enumerate(page.blocks)
        if number >= heading.begins and not block.is_furniture and number not in heading.used | heading.left
    ]
    body, tail = _without_tail(body)
    roll = Roll(title=heading.title, lines=heading.lines)
    roll.people = people_of_head(heading.title, heading.lines)
    roll.is_turkic = any(sign in block.text for _, block in body[:40] for sign in "ışğəŞĞƏİ")
    turns = turns_of(body, roll, heading.kind)
    heading = replace(heading, kind=turns.kind)
    taken_out = set(heading.left) | set(tail) | set(turns.left)
    taken_out |= {number for number, block in enumerate(page.blocks) if block.is_furniture}
    introduction: list[str] = []
    first = turns.turns[0] if turns.turns else None
    # Before the first question of an interview stands what the editors say of it.
    is_interview = heading.kind == "interview" and len(turns.turns) > 1 and turns.turns[1].sort == "question"
    if is_interview and first and first.sort == "plain":
        introduction = first.texts
        del turns.turns[0]
    left_out = [page.blocks[number].text for number in sorted(taken_out)] + introduction
    return Outline(
        heading=heading,
        turns=turns,
        roll=roll,
        head_blocks=tuple(page.blocks[number].text for number in sorted(heading.used)),
        left_out=tuple(left_out),
    )


def _refuse(page: Page) -> None:
    words = statement_words()
    texts = [block.text for block in page.blocks if not block.is_furniture]
    count = sum(len(text.split()) for text in texts)
    plain = small(" ".join(texts)[:4000])
    if count < LEAST_LOGIN_WORDS and (page.has_password or sum(word in plain for word in words.sets["login"]) >= 2):
        raise UnreadableInput(
            Message("this is a page to log in, without a statement; log in, open the statement and save that page")
        )
    sentences = sum(text[-1:] in ".!?…։:" for text in texts)
    if count < LEAST_WORDS or not (sentences >= LEAST_SENTENCES or any(_is_prose(text) for text in texts)):
        raise UnreadableInput(_no_statement())


def _is_prose(text: str) -> bool:
    return (
        (len(text.split()) >= 6 and any(sign in text for sign in ".!?…։:"))
        or len(text.split()) >= 25
        or bool((label := label_of(text)) and label.sort != "name")
    )


def _no_statement() -> Message:
    return Message(
        "the page holds no text of a statement, only its menus; open the statement itself and save that page, or paste "
        "its text"
    )


def _without_tail(body: list[tuple[int, Block]]) -> tuple[list[tuple[int, Block]], list[int]]:
    """The body without what the page puts below it: from a line like "Additional materials" on, if no turn follows."""
    late = [
        position
        for position, (_, block) in enumerate(body)
        if position > len(body) * 0.4 and (is_of_tools(block.text) or _is_credit(block.text))
    ]
    last_turn = (
        next(
            (
                position
                for position in range(len(body) - 1, late[0], -1)
                if _is_marked(label_of(body[position][1].text))
            ),
            late[0] - 1,
        )
        if late
        else len(body)
    )
    late_ends = frozenset(late)
    tail: list[int] = []
    remaining: list[tuple[int, Block]] = []
    has_ended = False
    for position, (number, block) in enumerate(body):
        is_end = position in late_ends or (
            position <= len(body) * 0.4 and (is_of_tools(block.text) or _is_credit(block.text))
        )
        if is_end and position > last_turn and position in late_ends:
            has_ended = has_ended or not _is_credit(block.text)
        if is_end or has_ended:
            tail.append(number)
        else:
            remaining.append((number, block))
    while remaining and _is_trailing(remaining[-1][1].text) and len(remaining) > 1:
        tail.append(remaining.pop()[0])
    return remaining, sorted(tail)


def _is_marked(label: Label | None) -> bool:
    return label is not None and (label.sort != "name" or label.is_certain)


def _is_credit(text: str) -> bool:
    """Who held the conversation, below it."""
    plain = small(text)
    return len(plain.split()) <= 8 and plain.startswith(_CREDITS)


_CREDITS: Final = (
    "беседовал", "интервью провел", "интервью взял", "das gespräch führte", "das interview führte", "interviewed by",
    "propos recueillis", "entrevista realizada", "röportaj:", "söhbətləşdi", "զրուցեց", "հարցազրույցը վարեց",
    "the interview was conducted", "fragen:", "©", "copyright",
)  # fmt: skip


def _is_trailing(text: str) -> bool:
    """A last line that is no speech: a number, a bracket, the name of a press office, a line of tools."""
    plain = text.strip()
    if not plain or (plain[0] in "([" and plain[-1] in ")]" and len(plain) <= 200):
        return True
    if plain[0] == "«" and plain[-1] == "»" and plain.count("«") == plain.count("»") == 1 and len(plain) <= 160:
        return True  # Arrows to the page before and the page after.
    if all(token[0] in "#@" or not any(map(str.isalnum, token)) for token in plain.split()):
        return True  # Tags, and the channel that it was copied from.
    if is_address(plain):
        return True
    digits = sum(char.isdigit() for char in plain)
    if len(plain) <= 30 and digits * 2 > len(plain.replace(" ", "")):
        return True
    return len(plain.split()) <= 6 and plain[-1] not in '.!?…։:»”")' and label_of(plain) is None and plain[:1].isupper()


def _main_speaker(outline: Outline) -> str:
    """Who speaks where no label says it: the first whom the head names, else the only one who answers."""
    roll = outline.roll
    named = [turn.speaker for turn in outline.turns.turns if turn.sort in ("name", "answer") and turn.speaker]
    labelled = {id(roll.by_label(name)): name for name in named}
    of_head = [person for person in roll.people if person.is_of_head]
    if named:
        first = roll.by_label(named[0])
        distinct = {id(roll.by_label(name)) if roll.by_label(name) else name for name in named}
        if len(distinct) == 1:
            return named[0]
        heads = [person for person in of_head if any(roll.by_label(name) is person for name in labelled.values())]
        if heads:
            return heads[0].name
        return named[0] if first is None else first.name
    return of_head[0].name if of_head else ""


class _Ids:
    """Ids of paragraphs and speakers, in order."""

    def __init__(self) -> None:
        self.paragraphs = 0
        self.people: list[Person] = []
        self.places: dict[int, str] = {}
        self.names: list[str] = []

    def speaker(self, person: Person) -> str:
        if id(person) not in self.places:
            self.people.append(person)
            self.places[id(person)] = f"s{len(self.people)}"
        return self.places[id(person)]

    def paragraphs_of(self, texts: Sequence[str], speaker: str) -> tuple[Paragraph, ...]:
        paragraphs = []
        for text in texts:
            self.paragraphs += 1
            paragraphs.append(
                Paragraph(
                    id=f"p{self.paragraphs}",
                    text=text,
                    speaker=speaker,
                    quotes=quotes_in(text, self.names) if any(mark in text for mark in "«»“”„‹›\"'‘’") else (),
                )
            )
        return tuple(paragraphs)

    def speakers(self) -> tuple[Speaker, ...]:
        return tuple(
            Speaker(id=f"s{index}", name=person.name, role=person.role, is_moderator=person.is_moderator)
            for index, person in enumerate(self.people, 1)
        )


def _parts(outline: Outline, main: str, ids: _Ids) -> tuple[tuple[Paragraph, ...], tuple[Exchange, ...]]:
    roll = outline.roll
    for turn in outline.turns.turns:
        if turn.sort in ("name", "answer") and turn.speaker:
            roll.enter(turn.speaker, turn.role)
    ids.names = [person.name for person in roll.people[:MOST_PEOPLE]]
    opening: list[Paragraph] = []
    exchanges: list[tuple[Question, list[Answer]]] = []
    for turn in outline.turns.turns:
        if turn.sort == "question":
            is_follow_up = turn.is_follow_up
            paragraphs = ids.paragraphs_of(turn.texts, "")
            exchanges.append((Question(by=turn.by, paragraphs=paragraphs, is_follow_up=is_follow_up), []))
            continue
        person = _person_of(turn, outline, main)
        if turn.sort == "answer" and not exchanges:
            exchanges.append((Question(), []))
        speaker = ids.speaker(person) if person else ""
        paragraphs = ids.paragraphs_of(turn.texts, speaker)
        if not exchanges:
            opening += paragraphs
        elif paragraphs:
            answers = exchanges[-1][1]
            if answers and answers[-1].speaker == speaker:
                answers[-1] = Answer(speaker=speaker, paragraphs=answers[-1].paragraphs + paragraphs)
            else:
                answers.append(Answer(speaker=speaker, paragraphs=paragraphs))
    return tuple(opening), tuple(Exchange(question=question, answers=tuple(answers)) for question, answers in exchanges)


def _person_of(turn: Turn, outline: Outline, main: str) -> Person | None:
    roll = outline.roll
    if turn.sort == "moderator":
        person = roll.by_label(turn.speaker) or roll.enter(turn.speaker)
        person.is_moderator = True
        return person
    if turn.speaker:
        return roll.enter(turn.speaker, turn.role)
    if main:
        return roll.enter(main)
    house = body_of_title(outline.heading.title)
    if not house:
        return None
    present = next((each for each in roll.people if each.family == house), None)
    if present is None:
        present = Person(family=house)
        roll.people.append(present)
    return present


def _doubts(outline: Outline, opening: Sequence[Paragraph], exchanges: Sequence[Exchange]) -> list[Message]:
    """What an editor should look at, because the page does not say it plainly."""
    doubts: list[Message] = []
    turns = outline.turns
    asking = sum(asks(paragraph.text) for paragraph in opening)
    if outline.heading.kind in _OF_TURNS and not exchanges and asking >= LEAST_ASKING:
        doubts.append(
            Message(
                "The page reads like questions and answers, but nothing tells who asks. All of it stands as the "
                "opening; check who speaks."
            )
        )
    if turns.is_told_by_print:
        doubts.append(Message("No word marks the questions; print, numbers or dashes do. Check who asks."))
    if turns.doubtful:
        names = ", ".join(turns.doubtful)
        doubts.append(Message("These may be speakers, but were read as text: {names}. Check who speaks.", names=names))
    answering = [answer.speaker for exchange in exchanges for answer in exchange.answers]
    if not all(answering) or (opening and not any(paragraph.speaker for paragraph in opening)):
        doubts.append(Message("The page does not say who speaks; a line “Name:” before the words would."))
    return doubts


def _remarks(heading: Heading, page: Page, day: date | None, today: date | None) -> list[Message]:
    remarks: list[Message] = []
    if not heading.title:
        remarks.append(Message("The page has no title; a first line would be one."))
    if day is None:
        remarks.append(Message("The page names no date; a line with the day below the title would."))
    elif heading.day is None:
        remarks.append(Message("The head names no date. {day} is taken, when the page says it was published.", day=day))
    if heading.other_dates:
        others = ", ".join(each.isoformat() for each in heading.other_dates)
        remarks.append(
            Message(
                "The head names several dates. {day} is taken as the day of the speech; also there: {others}.",
                day=day or "",
                others=others,
            )
        )
    if heading.is_day_open:
        remarks.append(
            Message(
                "The head writes its date in numbers alone. {day} is read day first; month first is possible too.",
                day=day or "",
            )
        )
    if day and today and day > today:
        remarks.append(Message("{day} lies in the future; check the date.", day=day))
    return remarks
