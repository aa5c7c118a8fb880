"""An official statement → what a terminal shows: its head, then who says what."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from rich.markup import escape

from trucewatch.terminal.output import plural

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import Console

    from trucewatch.model.statements import Paragraph, Statement

KINDS: Final = {
    "press_conference": "press conference",
    "joint_statement": "joint statement",
}
"""Kinds that are written otherwise than their word in the document."""


def show_statement(out: Console, statement: Statement) -> None:
    """`trucewatch statement parse FILE`: every paragraph with its id; long ones wrap at the width of the terminal."""
    out.print(escape(statement.title or "(no title)"), style="bold")
    out.print(escape(f"{KINDS.get(statement.kind, statement.kind)}, {_when(statement)}"))
    for label, value in (
        ("Place", statement.place),
        ("Language", statement.language),
        ("Exists in", ", ".join(statement.languages)),
        ("Address", statement.url),
    ):
        if value:
            out.print(escape(f"{label}: {value}"))
    for speaker in statement.speakers:
        role = f", {speaker.role}" if speaker.role else ""
        gives_floor = " (gives the floor)" if speaker.is_moderator else ""
        out.print(escape(f"{speaker.id}  {speaker.name}{role}{gives_floor}"))
    names = {speaker.id: speaker.name for speaker in statement.speakers}
    if statement.opening:
        out.print()
        _show(out, statement.opening, "Opening", names)
    for number, exchange in enumerate(statement.exchanges, 1):
        out.print()
        question = exchange.question
        by = f" ({question.by})" if question.by else ""
        follow_up = ", follow-up" if question.is_follow_up else ""
        out.print(escape(f"Question {number}{by}{follow_up}"), style="bold")
        _show(out, question.paragraphs, "", names)
        for answer in exchange.answers:
            _show(out, answer.paragraphs, names.get(answer.speaker, "Answer"), names)
    out.print()
    count = sum(1 for _ in statement.spoken())
    out.print(
        escape(
            f"{plural(count, 'paragraph')}, {plural(len(statement.exchanges), 'question')}; "
            f"{plural(len(statement.left_out), 'piece')} of the page left out."
        )
    )
    for remark in statement.remarks:
        out.print(escape(str(remark)))


def _when(statement: Statement) -> str:
    if statement.day is None:
        return "no date"
    clock = f" {statement.clock:%H:%M}" if statement.clock else ""
    zone = f" {statement.zone}" if statement.zone else ""
    assumed = f" ({statement.zone_assumed}, assumed)" if statement.zone_assumed else ""
    return f"{statement.day.isoformat()}{clock}{zone}{assumed}"


def _show(out: Console, paragraphs: Sequence[Paragraph], who: str, names: dict[str, str]) -> None:
    speaker = ""
    for paragraph in paragraphs:
        name = names.get(paragraph.speaker, "")
        if who and paragraph.speaker != speaker:
            out.print(escape(name if who == "Opening" and name else who), style="bold")
            speaker = paragraph.speaker
        elif who and not speaker and paragraph is paragraphs[0]:
            out.print(escape(who), style="bold")
        out.print(escape(f"  {paragraph.id}  {paragraph.text}"))
