"""The word for humanitarian records: what there is of a table, one item, and a row entered from a file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from trucewatch.errors import NeverHereError, TrucewatchError
from trucewatch.messages import Message
from trucewatch.terminal.base import AsJson, WatchFolder, app, clock, open_store, print_json, read_moment

if TYPE_CHECKING:
    from trucewatch.model.aid_items import Item
    from trucewatch.pipeline.aid_entering import AidBook

MOST_BYTES: Final = 1_000_000
What = Annotated[
    str,
    typer.Argument(
        metavar="[WHAT]",
        help="A table (request, movement, window, hazard, count, activity …) or the number of an item, as RQ-3. "
        "Without it: every table with how many items it has.",
    ),
]
Enter = Annotated[
    Path | None,
    typer.Option(
        "--enter",
        metavar="FILE",
        help="Enter a row of the table WHAT from a TOML file of its fields; - reads it from standard input. "
        "--fields shows what they are.",
    ),
]
About = Annotated[
    str,
    typer.Option("--about", metavar="CODE", help="The item that the row is a step of, as RQ-3.", show_default=False),
]
For = Annotated[
    str,
    typer.Option(
        "--for", metavar="ORGANISATION", help="Act for an organisation: only its own rows.", show_default=False
    ),
]
By = Annotated[
    str, typer.Option("--by", metavar="WHO", help="Who enters it; kept apart, as a reference.", show_default=False)
]
Moment = Annotated[str | None, typer.Option("--as-of", metavar="T", help="What was known by then.")]
Fields = Annotated[bool, typer.Option("--fields", help="Show the fields of the table WHAT, and end.")]


@app.command(short_help="Humanitarian records: requests, movements, windows, hazards, counters, 3W.")
def humanitarian(
    watch: WatchFolder,
    what: What = "",
    enter: Enter = None,
    about: About = "",
    for_: For = "",
    by: By = "",
    fields: Fields = False,
    as_of: Moment = None,
    as_json: AsJson = False,
) -> None:
    """What is on record in the tables of a humanitarian response, also of what another instance sent. What people
    typed, points and outlines stay on the console's pages.

    Examples:

      trucewatch humanitarian WATCH movement

      trucewatch humanitarian WATCH request --fields

      trucewatch humanitarian WATCH promise --about RQ-3 --enter promise.toml --by "duty desk"
    """
    from trucewatch.model.aid_registry import TABLES
    from trucewatch.pipeline.aid_document import aid_document
    from trucewatch.pipeline.aid_entering import AidBook
    from trucewatch.terminal.aid_output import show_fields, show_item, show_items, show_tables
    from trucewatch.terminal.output import console
    from trucewatch.watch import load_watch

    if (fields or enter is not None) and what not in TABLES:
        raise TrucewatchError(Message("say first which table: one of {tables}", tables=", ".join(sorted(TABLES))))
    loaded = load_watch(watch)
    if fields:
        show_fields(console(), TABLES[what], loaded)
        return
    now = read_moment(as_of, zone=loaded.zone) or loaded.settings.watch_time or clock()
    with open_store(watch) as store:
        book = AidBook(store, loaded, now)
        if enter is not None:
            _enter(book, what, enter, about, for_, by)
            return
        items = _chosen(book, what)
        if as_json:
            print_json(aid_document(book, items))
        elif not what:
            show_tables(console(), book)
        elif what in TABLES:
            show_items(console(), book, TABLES[what], items)
        else:
            show_item(console(), book, items[0])


def _chosen(book: AidBook, what: str) -> tuple[Item, ...]:
    """The items of everything, of a table, or the one of a number. Raises StoreError for what is neither."""
    from trucewatch.model.aid_registry import TABLES

    if not what:
        return book.items(*TABLES)
    return book.items(what) if what in TABLES else (book.item(what),)


def _enter(book: AidBook, table: str, path: Path, about: str, acting_for: str, by: str) -> None:
    """Enter a row, for whoever sits at this computer. A file that holds what is never kept is refused by its rule, and
    only that it was refused is entered."""
    from trucewatch.store.aid_refusals import record_refusal

    if not by.strip():
        raise TrucewatchError(Message("say who enters it, with --by; nothing was entered"))
    try:
        entry = book.enter(table, _fields_in(path), by=by.strip(), about=about, acting_for=acting_for)
    except NeverHereError as exc:
        record_refusal(book.store, door="file", rules=exc.rules, at=book.now)
        raise
    typer.echo(f"entered: {entry.record['code']}, entry {entry.number}")


def _fields_in(path: Path) -> dict[str, Any]:
    import sys
    import tomllib

    try:
        content = sys.stdin.buffer.read(MOST_BYTES + 1) if str(path) == "-" else path.read_bytes()[: MOST_BYTES + 1]
        if len(content) > MOST_BYTES:
            raise TrucewatchError(Message("the file is too large for the fields of one row; nothing was entered"))
        return tomllib.loads(content.decode("utf-8-sig"))
    except OSError as exc:
        raise TrucewatchError(Message("the file {path} cannot be read; name another one", path=path)) from exc
    except (ValueError, RecursionError):
        # What the file holds is not said again: it may be what is never kept.
        raise TrucewatchError(
            Message("the file is no TOML that can be read; write a field a line, as quantity = 300")
        ) from None
