"""The words for lines: the directory by function and line checks. No number is printed: a terminal keeps what it
shows."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from trucewatch.errors import StoreError, WatchBusy
from trucewatch.messages import Message
from trucewatch.terminal.acting import BY_COMMAND
from trucewatch.terminal.base import AsJson, WatchFolder, app, clock, handed_down, open_store, print_json

if TYPE_CHECKING:
    from trucewatch.desks.telephoning.operations import Directory

lines = typer.Typer(
    help="The direct lines: functions that can be called day and night, and when each was last tested. Numbers stand "
    "on the page Direct lines alone.",
    epilog="A running console holds the watch: close it first, or use its page Direct lines.",
    invoke_without_command=True,
    rich_markup_mode=None,
)
app.add_typer(lines, name="lines", short_help="The directory by function, and line checks.")

Numbers = list[str]


@lines.callback()
def of_watch(context: typer.Context, watch: WatchFolder) -> None:
    context.obj = watch
    if context.invoked_subcommand is None:
        list_lines(context)


@lines.command("list", short_help="The functions, and when each was last tested; as without a word.")
def list_lines(context: typer.Context, as_json: AsJson = False) -> None:
    """The functions of the directory with when each was last tested, and which lines wait to be checked."""
    from trucewatch.desks.telephoning.output import document_of, lines_of

    with _directory(context) as directory:
        if as_json:
            print_json(document_of(directory))
            return
        for line in lines_of(directory):
            typer.echo(line)


@lines.command(short_help="Add a function with its numbers.")
def add(
    context: typer.Context,
    function: Annotated[str, typer.Argument(metavar="FUNCTION", help='As "duty officer"; no person\'s name.')],
    of: Annotated[
        str, typer.Option(metavar="S", help="Whose line: a party, delegation or body; none without it.")
    ] = "",
    telephone: Annotated[Numbers | None, typer.Option(metavar="N", help="A telephone number; several times.")] = None,
    radio: Annotated[Numbers | None, typer.Option(metavar="SIGN", help="A radio call sign; several times.")] = None,
    satellite: Annotated[
        Numbers | None, typer.Option(metavar="N", help="A satellite telephone; several times.")
    ] = None,
    languages: Annotated[str, typer.Option(metavar="LIST", help='As "en, ru".')] = "",
    hours: Annotated[str, typer.Option(metavar="WORDS", help='As "day and night".')] = "",
    remark: Annotated[str, typer.Option(metavar="WORDS", help="A remark.")] = "",
) -> None:
    """Add a function to the directory. Name and numbers stay in the watch's private folder; the ledger holds a
    reference. A shell may keep what was typed: on a computer that others use, add it on the page Direct lines."""
    from trucewatch.desks.telephoning.operations import TypedLine
    from trucewatch.model.duty_line import line_code

    typed = TypedLine(
        function=function,
        of=of,
        telephone="\n".join(telephone or ()),
        radio="\n".join(radio or ()),
        satellite="\n".join(satellite or ()),
        languages=languages,
        hours=hours,
        remark=remark,
    )
    with _directory(context) as directory:
        entry = directory.add(typed, by=BY_COMMAND)
    typer.echo(f"{line_code(entry.record['number'])} is added: entry {entry.number} of the ledger.")


@lines.command(short_help="Enter what came of a line check.")
def check(
    context: typer.Context,
    line: Annotated[str, typer.Argument(metavar="S", help="Whose line: a party, delegation or body.")],
    result: Annotated[str, typer.Argument(metavar="RESULT", help="answered, no_answer, bad_line or wrong_person.")],
    number: Annotated[
        str, typer.Option("--number", metavar="F-N:K", help="The function, and which of its numbers was called.")
    ] = "",
    words: Annotated[str, typer.Option(metavar="WORDS", help="Words, if any are needed.")] = "",
) -> None:
    """Enter a line check. It says something of the line, and nothing of whoever is at its other end."""
    from trucewatch.desks.telephoning.operations import TypedCheck

    with _directory(context) as directory:
        typed = TypedCheck(of=line, result=result, number=number, words=words)
        (entry,) = directory.check([typed], by=BY_COMMAND)
    typer.echo(f"The line check is entered: entry {entry.number} of the ledger.")


@contextmanager
def _directory(context: typer.Context) -> Iterator[Directory]:
    from trucewatch.desks.telephoning.operations import Directory
    from trucewatch.watch import load_watch

    folder: Path = context.obj
    loaded = load_watch(folder)
    try:
        with open_store(folder) as store:
            yield Directory(store, loaded, loaded.settings.watch_time or clock(), handed_down.desks())
    except WatchBusy as exc:
        raise StoreError(
            Message(
                "{watch} is in use, by its console perhaps. Do it there, on the page Direct lines, or close it and try "
                "again",
                watch=folder,
            )
        ) from exc
