"""The word for a site of issued reports. Words to functions, nothing else."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from trucewatch.messages import Message
from trucewatch.terminal.acting import AsMachine, releasing
from trucewatch.terminal.base import WatchFolder, app, clock, open_store


@app.command(short_help="A static site of the issued reports of one recipient, with proofs and the inspector.")
def publish(
    watch: WatchFolder,
    recipient: Annotated[str, typer.Option(help="A recipient of watch.toml.")],
    out: Annotated[
        Path, typer.Option("--out", metavar="DIR", help="A new or empty folder, or the site as it was left.")
    ],
    language: Annotated[
        list[str] | None,
        typer.Option(metavar="L", help="Only this language, of files and pages; may be given again. All without it."),
    ] = None,
    by: Annotated[str, typer.Option("--by", help="Who publishes it: only asked for where accounts are kept.")] = "",
    as_machine: AsMachine = False,
) -> None:
    """Write what was issued to a recipient as a folder for any web server: a start page, a page an issue, the files as
    they were issued, proofs, and the one file that checks it all. No page needs a script or asks another host.

    Published again, only new issues are added. Whoever may not see the ledger gets a small log of their own, with an
    entry for each issue and each bundle that they were given; its key is shown, and readers should have it by another
    way.
    """
    from trucewatch.pipeline.publishing_site import publish_site
    from trucewatch.watch import load_watch

    with open_store(watch) as store:
        loaded = load_watch(watch)
        releasing(store, loaded, by, as_machine=as_machine)
        published = publish_site(
            store,
            watch,
            loaded,
            recipient=recipient,
            out=out,
            now=clock(),
            languages=language or (),
            step=lambda step: typer.echo(f"  {step} …", err=True),
        )
        store.publish()
    typer.echo(
        str(Message("issues: {issues}, of them new: {new}", issues=published.issues, new=published.new)), err=True
    )
    for path, why in published.absent.items():
        typer.echo(f"  {path}: {why}", err=True)
    typer.echo(str(Message("key of the log: {key}", key=published.key)), err=True)
    typer.echo(str(published.folder))
