"""An official statement → what a terminal shows: its head, then who says what."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from rich.markup import escape

from trucewatch.model.times import zone_label
from trucewatch.model.undertakings import clock_message, undertaking_step_message
from trucewatch.terminal.inventory import plural

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from rich.console import Console

    from trucewatch.annotation.alignment import Alignment
    from trucewatch.annotation.differences import Compared
    from trucewatch.messages import Message
    from trucewatch.model.annotations import Passage
    from trucewatch.model.statements import Paragraph, Statement
    from trucewatch.model.undertakings import Undertaking
    from trucewatch.model.watch import Watch
    from trucewatch.pipeline.statement_intake import TakenIn

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


# What is on record, offered, and compared


def show_taken(out: Console, entered: Sequence[tuple[str, TakenIn]], refused: Sequence[tuple[str, Message]]) -> None:
    """`trucewatch statement add`: a file a line, then those that were refused."""
    for name, each in entered:
        what = {"same": "is on record already", "version": "is a version", "language": "is another language"}.get(
            each.what, "is new"
        )
        out.print(escape(f"{name}: S-{each.number}, {each.language}, version {each.version}; it {what}"))
        if each.may_be:
            others = ", ".join(f"S-{number}" for number in each.may_be)
            out.print(escape(f"  it may be another language of {others}; a person says so in the console"))
    for name, why in refused:
        out.print(escape(f"{name}: refused; {why}"))


def show_statements(out: Console, document: Mapping[str, Any]) -> None:
    """`trucewatch statement list`: a statement a line."""
    if not document["statements"]:
        out.print("No official statement is on record. Take one in: trucewatch statement add WATCH FILE")
        return
    rows = [
        (
            each["number"],
            each["day"] or "no day",
            each["voice"] or "-",
            KINDS.get(each["kind"], each["kind"]) or "-",
            " ".join(dict.fromkeys(copy["language"] for copy in each["copies"])),
            str(each["decided"]),
            each["title"] or "(erased)",
        )
        for each in document["statements"]
    ]
    _table(out, ("number", "day", "whose", "kind", "languages", "decided", "title"), rows)


def show_offers(out: Console, statement: Statement, offers: Sequence[Passage], lacking: Sequence[str]) -> None:
    """`trucewatch statement offers`: each with its paragraph, what it is about, and the very words."""
    out.print(escape(statement.title or "(no title)"), style="bold")
    out.print("Offered by a rule; nobody decided it yet.")
    for offer in offers:
        more = [*offer.about, *(["soft"] if offer.is_soft else []), *([str(offer.by_day)] if offer.by_day else [])]
        whose = f" (reported of {', '.join(offer.attributed_to)})" if offer.attributed_to else ""
        out.print(escape(f"{offer.span.paragraph}  {offer.kind}{whose}  {', '.join(more)}"))
        out.print(escape(f"    {offer.words}"))
    if not offers:
        out.print("Nothing is offered of it.")
    if lacking:
        out.print(escape(f"Not offered in this language: {', '.join(lacking)}."))


def show_comparison(out: Console, names: tuple[str, str], alignment: Alignment, compared: Compared) -> None:
    """`trucewatch statement compare`: a difference a line, by the paragraphs of both."""
    out.print(escape(f"{names[0]} beside {names[1]}"), style="bold")
    for difference in compared.differences:
        pair = alignment.pairs[difference.pair]
        place = " = ".join("+".join(side) or "-" for side in (pair.first, pair.second))
        out.print(escape(f"{place}  {difference.kind}: {difference.sentence}"))
    if alignment.is_aligned and not compared.differences:
        out.print("No number, day, name, limit or denial was found to differ, and no copy lacks a paragraph.")
    for remark in compared.remarks:
        out.print(escape(str(remark)))


def show_undertakings(out: Console, watch: Watch, at: datetime, listed: Sequence[Undertaking]) -> None:
    """`trucewatch undertakings`: an undertaking a line."""
    local = at.astimezone(watch.zone)
    simulated = "Simulated: this watch is invented. " if watch.settings.simulated else ""
    out.print(escape(f"{simulated}By the watch's clock, {local:%Y-%m-%d %H:%M} ({zone_label(at, watch.zone)})."))
    if not listed:
        out.print("No undertaking is on record by then. They come of commitments that a person accepts in the console.")
        return
    rows = [
        (
            each.code,
            str(each.by_day or "no day"),
            (", ".join(each.who) or "-")
            + (f" (reported of {', '.join(each.attributed_to)})" if each.attributed_to else ""),
            f"S-{each.statement} {each.paragraph}",
            "soft" if each.is_soft else "",
            "; ".join(
                [
                    str(clock_message(each, at)),
                    *(str(undertaking_step_message(step, ", ".join)) for step in each.standing_steps),
                ]
            ),
        )
        for each in listed
    ]
    _table(out, ("number", "day", "whose", "words", "", "how it stands"), rows)


def _table(out: Console, heads: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    widths = [max(len(row[column]) for row in (heads, *rows)) for column in range(len(heads) - 1)]
    for row in (heads, *rows):
        padded = [f"{cell:<{width}}" for cell, width in zip(row, widths, strict=False)]
        line = escape("  ".join([*padded, row[-1]]))
        out.print(f"[dim]{line}[/]" if row is heads else line)
