"""The word `backup`: a copy of a watch that opens everything, also while a console serves it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from trucewatch.terminal.base import AsJson, WatchFolder, app, clock, print_json


@app.command(short_help="Copy a whole watch, also while its console is open.")
def backup(
    watch: WatchFolder,
    to: Annotated[Path, typer.Option("--to", metavar="DIR", help="Where copies lie, best on another disk.")],
    keep: Annotated[
        int,
        typer.Option(metavar="N", min=0, help="Keep the newest N copies of this watch, with this one; 0: all."),
    ] = 0,
    as_json: AsJson = False,
) -> None:
    """Copy a watch with everything that it takes to go on elsewhere: its files, evidence, records, ledger, and
    `private/`. A console may serve it meanwhile. The copy gets its name, WATCH-2026-11-30T230000Z, when it was checked
    as trucewatch verify does; until then it ends in .partial.

    It opens everything: the log's key, names, accounts. Under a passphrase what is encrypted stays so; the rest lies
    open. Keep it as you keep the machine. How to restore it, and why an older one is not simply put back:
    docs/one-room.md.

    --keep removes older copies of this watch, which are known by their names and a file in them; nothing else."""
    from trucewatch.store.backups import LEFT_OUT, SCHEMA, back_up, forget_by
    from trucewatch.terminal.output import bars_on, console, progress_on

    with progress_on(console(stderr=True)) as progress:
        copy = back_up(watch, to, now=clock(), keep=keep, advance=bars_on(progress))
    if as_json:
        print_json(
            {
                "schema": SCHEMA,
                "copy": str(copy.path),
                "entries": copy.entries,
                "files": copy.files,
                "bytes": copy.size_bytes,
                **forget_by(copy.path / ".trucewatch" / "private"),
                "links_left_out": list(copy.links),
                "left_out": [str(words) for words in LEFT_OUT],
                "removed": [str(path) for path in copy.removed],
            }
        )
        return
    typer.echo(
        f"{copy.path}  {copy.entries:,} entries, {copy.files:,} files, {copy.size_bytes / 1e6:,.1f} MB; its ledger was "
        "checked."
    )
    if by := forget_by(copy.path / ".trucewatch" / "private").get("forget_by"):
        typer.echo(
            f"It has to forget by {by}: what is due then goes here by itself, and not in a copy. Remove the copy then, "
            "or restore it, which lets go of what is due before it is served."
        )
    typer.echo("Not in it:")
    for words in LEFT_OUT:
        typer.echo(f"  {words}")
    if copy.links:
        typer.echo(f"  links and what is no file: {', '.join(copy.links[:10])}")
    for path in copy.removed:
        typer.echo(f"Removed the older copy {path}")
    typer.echo("It holds private/ and opens everything: keep it where nobody else reads it.")
