"""The word for meetings: one a line, the latest first. Words to functions, nothing else."""

from __future__ import annotations

from typing import Annotated

import typer

from trucewatch.terminal.base import AsJson, WatchFolder, app, clock, open_store, print_json, read_moment

Moment = Annotated[
    str | None,
    typer.Option(
        "--as-of",
        metavar="T",
        help="Those of which the watch knew by T: 2021-03-02, 2021-03-02T00:00:00Z; of a past case T may lie after its "
        "own clock. That clock without it.",
    ),
]


@app.command(short_help="Meetings, what was decided, and by when.")
def meetings(watch: WatchFolder, as_of: Moment = None, as_json: AsJson = False) -> None:
    """The meetings that the watch's file states and those that were entered: when, level, who, about which clauses,
    decisions, next by. What people typed stays on the console's pages."""
    from trucewatch.desks.convening.output import show_meetings
    from trucewatch.pipeline.meeting_entering import MeetingBook
    from trucewatch.terminal.output import console
    from trucewatch.watch import load_watch

    loaded = load_watch(watch)
    now = read_moment(as_of, zone=loaded.zone) or loaded.settings.watch_time or clock()
    with open_store(watch) as store:
        book = MeetingBook(store, loaded, now)
        if as_json:
            print_json(book.document())
        else:
            show_meetings(console(), book)
