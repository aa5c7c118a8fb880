"""The word for complaints: the register, one complaint a line. Words to functions, nothing else."""

from __future__ import annotations

from typing import Annotated

import typer

from trucewatch.errors import TimeError
from trucewatch.messages import Message
from trucewatch.terminal.base import AsJson, WatchFolder, app, clock, open_store, print_json

Moment = Annotated[
    str | None,
    typer.Option(
        "--as-of",
        metavar="T",
        help="The register as it stood at T, by the moments of receipt and of answers that its entries state; what was "
        "taken back since counts at no moment. The watch's own clock without it.",
    ),
]


@app.command(short_help="The register of complaints, and when a reply is due.")
def complaints(watch: WatchFolder, as_of: Moment = None, as_json: AsJson = False) -> None:
    """The register of complaints: number, from whom, received, reply due, state. Open ones first, by when a reply is
    due. What people typed stays on the console's pages."""
    from trucewatch.desks.complaints.operations import Register, watch_clock
    from trucewatch.desks.complaints.output import show_register
    from trucewatch.model.times import read_time
    from trucewatch.terminal.output import console
    from trucewatch.watch import load_watch

    loaded = load_watch(watch)
    now = watch_clock(loaded, clock)
    moment = read_time(as_of) if as_of else now
    if moment > now:
        raise TimeError(
            Message(
                "--as-of {moment} lies ahead of the watch's clock, which shows {now}; write an earlier moment",
                moment=moment,
                now=now,
            )
        )
    with open_store(watch) as store:
        register = Register(store, loaded, moment)
        if as_json:
            print_json(register.document())
        else:
            show_register(console(), register)
