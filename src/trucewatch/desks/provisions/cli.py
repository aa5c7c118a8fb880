"""The word for the state of every part of a clause. Words to functions, nothing else."""

from __future__ import annotations

from typing import Annotated

import typer

from trucewatch.terminal.base import AsJson, WatchFolder, app, clock, open_store, print_json, read_moment

AsOf = Annotated[
    str | None,
    typer.Option(
        "--as-of",
        metavar="T",
        help="How each part of a clause stood at T, as far as was known then: 2021-03-02, 2021-03-02T00:00:00Z. The "
        "watch's own clock without it.",
    ),
]
RecordedBy = Annotated[
    str | None,
    typer.Option(
        "--recorded-by",
        metavar="T",
        help="By what this watch's own journal held at T: a history that was entered later is left out.",
    ),
]


@app.command(short_help="How each part of a clause stands, and by which text and rule.")
def provisions(watch: WatchFolder, as_of: AsOf = None, recorded_by: RecordedBy = None, as_json: AsJson = False) -> None:
    """How each part of each clause stands at a moment, as far as was known then, with the text, the rule and the
    reading that it comes from. No score, and no side is counted. Nothing is read in, entered or changed."""
    from trucewatch.desks.provisions.output import document, show_states
    from trucewatch.pipeline.clause_reading import clause_record
    from trucewatch.terminal.output import console
    from trucewatch.watch import load_watch

    zone = load_watch(watch).zone
    moment, by = (read_moment(text, zone=zone) for text in (as_of, recorded_by))
    with open_store(watch) as store:
        record = clause_record(store, watch, now=clock(), as_of=moment, recorded_by=by)
    at = moment or record.moment
    if as_json:
        print_json(document(record, at, by))
    else:
        show_states(console(), record, at, by)
