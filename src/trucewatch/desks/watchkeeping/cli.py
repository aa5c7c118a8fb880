"""The word for the shift: who is on, its hand-overs, and a line for the watch log. Words to functions, nothing else."""

from __future__ import annotations

from typing import Annotated

import typer

from trucewatch.errors import UnreadableInput
from trucewatch.messages import Message
from trucewatch.terminal.base import AsJson, WatchFolder, app, clock, handed_down, open_store, print_json, read_moment


@app.command(short_help="The shift that is on and its hand-overs; or a line for the watch log.")
def shift(
    watch: WatchFolder,
    act: Annotated[str, typer.Argument(metavar="[log]", help="log: enter a line; left out: show the shift.")] = "",
    words: Annotated[str, typer.Argument(metavar="[WORDS]", help="The line, in quotes.")] = "",
    at: Annotated[
        str | None, typer.Option("--at", metavar="T", help="When it was; an hour before the words says it too.")
    ] = None,
    by: Annotated[str, typer.Option("--by", help="Who enters it; kept as a salted reference.")] = "command line",
    as_json: AsJson = False,
) -> None:
    """Who is on, since when and until when, what is open of it, and the hand-overs; `shift WATCH log "words"` enters a
    line of the watch log. Shifts are begun, handed over and signed in the console."""
    from trucewatch.desks.watchkeeping.log_lines import enter_line
    from trucewatch.desks.watchkeeping.operations import Shifts
    from trucewatch.desks.watchkeeping.output import shift_document, show_shift
    from trucewatch.desks.watchkeeping.waiting import waiting_in
    from trucewatch.terminal.output import console
    from trucewatch.watch import load_watch

    if act not in ("", "log"):
        raise UnreadableInput(
            Message(
                '"{word}" is nothing that can be done here; write: trucewatch shift WATCH log "words"', word=act[:40]
            )
        )
    loaded = load_watch(watch)
    now = loaded.settings.watch_time or clock()
    with open_store(watch) as store:
        shifts = Shifts(store, loaded, now)
        if act == "log":
            moment = read_moment(at, zone=loaded.zone) if at else None
            entry = enter_line(shifts, words, by=by, zone=loaded.zone, at=moment)
            if as_json:
                print_json({"schema": "trucewatch/log-line/1", "entry": entry.number})
            else:
                typer.echo(f"Entered: entry {entry.number} of the ledger.")
        elif as_json:
            print_json(shift_document(shifts, waiting_in(store, watch, clock, handed_down.desks())))
        else:
            show_shift(console(), shifts, waiting_in(store, watch, clock, handed_down.desks()))
