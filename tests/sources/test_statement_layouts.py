"""A conversation is read alike however a page lays it out, in each of the eight languages."""

from __future__ import annotations

import re
from itertools import groupby

import pytest

from tests.sources.statement_layouts import LAYOUTS, SAMPLES, Row, Sheet, Talk, talks
from trucewatch.model.statements import Statement
from trucewatch.sources.official_statement.parse import parse_statement
from trucewatch.sources.official_statement.statement_words import small


def rows_of(statement: Statement) -> list[Row]:
    """What was read, without whoever gives the floor."""
    names = {speaker.id: speaker.name for speaker in statement.speakers}
    quiet = {speaker.id for speaker in statement.speakers if speaker.is_moderator}
    rows: list[Row] = [
        ("opening", names.get(speaker, ""), tuple(paragraph.text for paragraph in paragraphs))
        for speaker, paragraphs in groupby(statement.opening, key=lambda paragraph: paragraph.speaker)
    ]
    for exchange in statement.exchanges:
        question = exchange.question
        rows.append(("question", question.by or "", tuple(paragraph.text for paragraph in question.paragraphs)))
        rows += [
            ("answer", names.get(answer.speaker, ""), tuple(paragraph.text for paragraph in answer.paragraphs))
            for answer in exchange.answers
            if answer.speaker not in quiet
        ]
    return rows


def differences(sheet: Sheet, statement: Statement) -> list[str]:
    """Turns that are not as they must be: texts to the letter, names by what the layout gives of them."""
    rows = rows_of(statement)
    wrong = [
        f"{right} was read as {was}"
        for right, was in zip(sheet.rows, rows, strict=False)
        if right[0] != was[0] or right[2] != was[2] or small(right[1]) not in small(was[1])
    ]
    return wrong + [f"{len(rows)} turns, not {len(sheet.rows)}"] * (len(rows) != len(sheet.rows))


SHEETS = [pytest.param(talk, name, id=f"{talk.language}-{name}") for talk in talks() for name in LAYOUTS]


@pytest.mark.parametrize(("talk", "name"), SHEETS)
def test_a_conversation_is_read_alike_however_it_is_laid_out(talk: Talk, name: str) -> None:
    sheet = LAYOUTS[name](talk)
    assert sheet is not None
    statement = parse_statement(sheet.content, sheet.name)
    assert differences(sheet, statement) == []
    assert (statement.title, statement.kind) == (
        talk.words["interview" if sheet.kind == "interview" else "joint" if name == "two_answer" else "title"],
        sheet.kind,
    )
    assert (str(statement.day), statement.place) == ("2031-05-05", talk.words["place"])


# Ways that a single language or house has

ODD = [
    sheet.split("\n", 2) for sheet in (SAMPLES / "odd.txt").read_text(encoding="utf-8").split("=== ") if sheet.strip()
]


def outline_of_rows(statement: Statement) -> list[str]:
    """As the sample writes it: sort, who, how many paragraphs and the first word of each turn."""
    return [
        f"{sort[0].upper()}:{who}:{len(paragraphs)}:{(paragraphs or ('',))[0].split(' ')[0]}"
        for sort, who, paragraphs in rows_of(statement)
    ]


@pytest.mark.parametrize(("head", "right", "content"), [pytest.param(*odd, id=odd[0]) for odd in ODD])
def test_a_way_of_one_house_is_read(head: str, right: str, content: str) -> None:
    statement = parse_statement(content.encode(), "statement" + head.rpartition("| ")[2])
    was = outline_of_rows(statement)
    expected = re.findall(r"[OQA]:[^:]*:\d+:\S*", right)
    assert len(was) == len(expected), was
    for turn, written in zip(was, expected, strict=True):
        sort, who, rest = re.fullmatch(r"(\w):(.*):(\d+:\S*)", written).groups()  # type: ignore[union-attr]
        assert re.fullmatch(rf"{sort}:.*{re.escape(who)}:{re.escape(rest)}", turn), (turn, written)


# Papers, and what is not sure


@pytest.mark.parametrize("language", ["en", "ru"])
def test_a_conversation_on_paper_is_read(language: str) -> None:
    typst = pytest.importorskip("typst")
    talk = next(talk for talk in talks() if talk.language == language)
    rows = [f"*{label}:* " + "\n\n".join(texts) for label, texts in talk.labelled(talk.words["question"], talk.full)]
    head = f'#set page(numbering: "1")\n= {talk.words["title"]}\n\n{talk.words["date"]}\n\n'
    content = typst.compile((head + "\n\n".join(rows)).encode())
    assert (
        differences(Sheet(name="a.pdf", content=content, rows=talk.expected()), parse_statement(content, "a.pdf")) == []
    )


def test_what_no_word_marks_is_remarked_on() -> None:
    talk = talks()[0]
    by_print = LAYOUTS["page_bold_questions"](talk)
    by_word = LAYOUTS["question_and_family"](talk)
    assert by_print is not None
    assert by_word is not None
    remarks = [str(each) for each in parse_statement(by_print.content, by_print.name).remarks]
    assert any("No word marks the questions" in remark for remark in remarks), remarks
    plain = [str(each) for each in parse_statement(by_word.content, by_word.name).remarks]
    assert not any("Check who" in remark for remark in plain), plain


def test_questions_that_cannot_be_told_apart_are_remarked_on() -> None:
    text = "Press conference\n\n5 May 2031\n\n" + "\n\n".join(
        ["Where are the trucks?", "In the yard of the mill.", "And the driver?", "He is having soup."]
    )
    remarks = [str(each) for each in parse_statement(text.encode(), "a.txt").remarks]
    assert any("nothing tells who asks" in remark for remark in remarks), remarks
