"""The words for the outbox: what leaves by itself once it is issued. Words to functions, nothing else."""

from __future__ import annotations

import sys
from contextlib import nullcontext
from pathlib import Path
from typing import Annotated

import typer

from trucewatch.terminal.acting import AsMachine, releasing
from trucewatch.terminal.base import AsJson, WatchFolder, app, clock, open_store, print_json

By = Annotated[str, typer.Option("--by", help="Who acts: a delegation of the watch, or a name.")]
outbox = typer.Typer(
    help="What leaves by itself once a report is issued: webhooks, and what was delivered. With the console closed; "
    "while it is open it sends by itself.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
app.add_typer(outbox, name="outbox", short_help="What leaves by itself once it is issued: webhooks and deliveries.")


@outbox.callback()
def of_watch(context: typer.Context, watch: WatchFolder) -> None:
    context.obj = watch


@outbox.command("list", short_help="Webhooks, and what became of each delivery.")
def list_outbox(context: typer.Context, as_json: AsJson = False) -> None:
    """Webhooks by name and recipient, never an address or a secret; deliveries with state, attempts and what the last
    one met."""
    from trucewatch.desks.dispatch.operations import document
    from trucewatch.desks.dispatch.output import show_outbox
    from trucewatch.store.outbox import Outbox
    from trucewatch.terminal.output import console

    with open_store(_watch(context)) as store:
        if as_json:
            print_json(document(Outbox(store)))
        else:
            show_outbox(console(), Outbox(store))


@outbox.command(short_help="Queue what was issued, and send what is due; uses the network.")
def send(context: typer.Context, as_json: AsJson = False) -> None:
    """Queue what was issued since each webhook was added, and send once what is due: for a timer, where no console is
    open. Exit code 1 where something was not taken."""
    from trucewatch.desks.dispatch.operations import delivery_document, send
    from trucewatch.desks.dispatch.output import show_deliveries
    from trucewatch.store.outbox import Outbox
    from trucewatch.terminal.output import console
    from trucewatch.watch import load_watch

    folder = _watch(context)
    watch = load_watch(folder)
    with open_store(folder) as store:
        queue = Outbox(store)
        deliveries = send(queue, watch, clock, nullcontext)
        names = queue.names()
    if as_json:
        rows = [delivery_document(delivery, names) for delivery in deliveries]
        print_json({"schema": "trucewatch/outbox-sent/1", "deliveries": rows})
    else:
        show_deliveries(console(), deliveries, names)
    if any(delivery.fault for delivery in deliveries):
        raise typer.Exit(1)


@outbox.command(short_help="Tell a receiver of every issue from now on.")
def add(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME", help="How the webhook is called in lists.")],
    holder: Annotated[str, typer.Option("--for", metavar="RECIPIENT", help="Of whose reports it is told.")],
    by: Annotated[str, typer.Option("--by", help="Who acts: a delegation of the watch, or a name.")] = "",
    as_machine: AsMachine = False,
    near: Annotated[
        bool, typer.Option("--near", help="The receiver is on this computer or in a private network; http is allowed.")
    ] = False,
    console: Annotated[
        str, typer.Option(metavar="URL", help="How the receiver reaches this console; links are paths without it.")
    ] = "",
    as_json: AsJson = False,
) -> None:
    """Tell a receiver of every report that is issued to a recipient from now on, never of an earlier one. The address
    is asked for, or read from the input, so that it stands in no list of processes. The secret that signs is shown
    once."""
    from trucewatch.desks.dispatch.operations import add_webhook
    from trucewatch.watch import load_watch

    folder = _watch(context)
    watch = load_watch(folder)
    url = typer.prompt("Address", err=True) if sys.stdin.isatty() else sys.stdin.readline()
    with open_store(folder) as store:
        by = releasing(store, watch, by, as_machine=as_machine)
        hook = add_webhook(
            store, watch, name=name, recipient=holder, url=url.strip(), is_near=near, console=console, by=by
        )
    if as_json:
        print_json({"schema": "trucewatch/webhook/1", "name": name, "for": holder, "secret": hook.secret})
        return
    typer.echo(hook.secret)
    typer.echo(
        "Shown once: the secret with which each delivery is signed (webhook-signature, HMAC-SHA256). Give it to the "
        f"receiver by another way.\nTake the webhook back: trucewatch outbox {folder} remove {name} --by NAME",
        err=True,
    )


@outbox.command(short_help="Tell a receiver nothing more.")
def remove(
    context: typer.Context, name: Annotated[str, typer.Argument(metavar="NAME", help="As `list` has it.")], by: By
) -> None:
    """Tell a receiver nothing more: its address and secret are forgotten, and what waits for it is given up."""
    from trucewatch.store.outbox import Outbox
    from trucewatch.watch import load_watch

    folder = _watch(context)
    watch = load_watch(folder)
    with open_store(folder) as store:
        channel = Outbox(store).remove(name, by=store.keys.actor_reference(by, watch.delegation_ids))
    typer.echo(f"Removed: {name} ({channel.recipient}) is told nothing more.")


def _watch(context: typer.Context) -> Path:
    watch: Path = context.obj
    return watch
