"""The words for official statements: a file to its parts. Words to functions, nothing else."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from trucewatch.errors import UnreadableInput, system_words
from trucewatch.messages import Message
from trucewatch.terminal.base import AsJson, app, clock, print_json

File = Annotated[
    Path, typer.Argument(metavar="FILE", help="A page as saved, a copy of its text, or a PDF; nothing is fetched.")
]
Zone = Annotated[
    str,
    typer.Option("--zone", metavar="Z", help="The zone of its clock where the page states none, as Europe/Moscow."),
]
statement = typer.Typer(
    help="Official statements: title, date, speakers, the opening, each question with its answers.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
app.add_typer(statement, name="statement", short_help="Official statements: a file to its parts.")


@statement.callback()
def of_statements() -> None:
    """Keeps `parse` a word of its own while it is the only one."""


@statement.command(short_help="An official statement to its parts.")
def parse(file: File, as_json: AsJson = False, zone: Zone = "") -> None:
    """Read a press conference, briefing, interview or statement: title, kind, date, time and zone, place, speakers,
    languages, the opening, each question with its answers. What is assumed, and what was left out, is said. Nothing is
    recorded."""
    from trucewatch.desks.declaring.output import show_statement
    from trucewatch.model.statements import statement_document
    from trucewatch.model.times import zone_named
    from trucewatch.reader import parse_statement
    from trucewatch.terminal.output import console

    if zone:
        zone_named(zone)
    try:
        content = file.read_bytes()
    except OSError as exc:
        raise UnreadableInput(
            Message("{file} cannot be read: {reason}", file=str(file), reason=system_words(exc))
        ) from exc
    read = parse_statement(content, file.name, zone=zone, today=clock().date())
    if as_json:
        print_json(statement_document(read))
    else:
        show_statement(console(), read)
