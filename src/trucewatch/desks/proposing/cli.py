"""The word for initiatives: the list, one initiative a line. Words to functions, nothing else."""

from __future__ import annotations

from typing import Annotated

import typer

from trucewatch.errors import TimeError
from trucewatch.messages import Message
from trucewatch.terminal.base import AsJson, WatchFolder, app, clock, open_store, print_json, read_moment

Moment = Annotated[
    str | None,
    typer.Option(
        "--as-of",
        metavar="T",
        help="The list as it stood at T (2021-03-02, 2021-03-02T00:00:00Z), by the moments at which each thing became "
        "known; what was taken back since counts at no moment. The watch's own clock without it.",
    ),
]


@app.command(short_help="Initiatives: who proposed what to whom, and how each stands.")
def initiatives(watch: WatchFolder, as_of: Moment = None, as_json: AsJson = False) -> None:
    """Initiatives: number, day, who to whom, about what, and how each stands, by whose word. The latest first. What
    people typed stays on the console's pages."""
    from trucewatch.desks.proposing.operations import InitiativeList, watch_clock
    from trucewatch.desks.proposing.output import show_list
    from trucewatch.terminal.output import console
    from trucewatch.watch import load_watch

    loaded = load_watch(watch)
    now = watch_clock(loaded, clock)
    moment = read_moment(as_of, zone=loaded.zone) or now
    if moment > now:
        raise TimeError(
            Message(
                "--as-of {moment} lies ahead of the watch's clock, which shows {now}; write an earlier moment",
                moment=moment,
                now=now,
            )
        )
    with open_store(watch) as store:
        listed = InitiativeList(store, loaded, moment)
        if as_json:
            print_json(listed.document())
        else:
            show_list(console(), listed)
