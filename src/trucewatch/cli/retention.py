"""The word `retention`: what goes by itself and when; with --do, what is due goes now."""

from __future__ import annotations

from typing import Annotated

import typer

from trucewatch.terminal.base import AsJson, WatchFolder, app, clock, open_store, print_json

_SHOWN = 20


@app.command(short_help="Say what goes by itself and when; with --do, let go of what is due.")
def retention(
    watch: WatchFolder,
    do: Annotated[bool, typer.Option("--do", help="Do it. Without this word it only says what would go.")] = False,
    as_json: AsJson = False,
) -> None:
    """Say which humanitarian content is due to go, by which rule, and what comes next. With --do it goes now, as it
    does at every run, when a console opens and each hour while it is open.

    Routes and times of movements lapse hours after their end, everything else after the days of humanitarian.toml, what
    another instance sent when its sender said. Records, times of entry and totals stay; the ledger says erased, when,
    by which rule.
    """
    from trucewatch.model.times import iso_utc
    from trucewatch.pipeline.aid_retention import clock_of, due, lapse
    from trucewatch.watch import load_watch

    with open_store(watch) as store:
        loaded, now = load_watch(watch), clock()
        gone = lapse(store, loaded, now) if do else due(store, loaded, now)
        coming = [each for each in clock_of(store, loaded) if each.at > now]
    if as_json:
        rows = [{"due": iso_utc(each.at), "rule": each.rule, "code": each.code, "entry": each.entry} for each in gone]
        print_json({"schema": "trucewatch/retention/1", "done": do, "due": rows, "coming": len(coming)})
        return
    typer.echo(f"{'Gone' if do else 'Due to go'}: {len(gone)}")
    for each in gone[:_SHOWN]:
        typer.echo(f"  {iso_utc(each.at)}  {each.rule:10}  {each.code or 'a message or file'}, entry {each.entry}")
    if len(gone) > _SHOWN:
        typer.echo(f"  and {len(gone) - _SHOWN} more")
    if coming:
        typer.echo(f"Next: {iso_utc(coming[0].at)}, then {len(coming) - 1} more.")
    if gone and not do:
        typer.echo("Nothing was done. It cannot be undone; say --do to do it now.")
