"""The word for reviews: what waits for whom, until when. Words to functions, nothing else."""

from __future__ import annotations

from typing import Annotated

import typer

from trucewatch.errors import TrucewatchError
from trucewatch.messages import Message
from trucewatch.terminal.base import AsJson, WatchFolder, app, clock, open_store, print_json

Delegation = Annotated[
    str | None, typer.Option("--delegation", metavar="D", help="What waits for this delegation alone, by its id.")
]


@app.command(short_help="Reviews: which findings wait for whom, until when.")
def review(watch: WatchFolder, delegation: Delegation = None, as_json: AsJson = False) -> None:
    """Findings that are put to the delegations: how each delegation stands, until when, what waits for whom. What
    anybody answered is not said here; what was opened is on the console's pages."""
    from trucewatch.desks.reviewing.output import lines_of, queue_document
    from trucewatch.pipeline.review_book import ReviewBook
    from trucewatch.watch import load_watch

    loaded = load_watch(watch)
    if delegation is not None and delegation not in loaded.delegation_ids:
        known = ", ".join(sorted(loaded.delegation_ids)) or "none"
        raise TrucewatchError(
            Message(
                'no delegation of this watch is "{delegation}"; it names: {known}', delegation=delegation, known=known
            )
        )
    with open_store(watch) as store:
        book = ReviewBook(store, loaded, loaded.settings.watch_time or clock())
        if as_json:
            print_json(queue_document(book, loaded, delegation or ""))
        else:
            typer.echo("\n".join(lines_of(book, loaded, delegation or "", str(watch))))
