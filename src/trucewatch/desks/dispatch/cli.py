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
line = typer.Typer(
    help="Lines for urgent messages: to which mail address or program they go, for whom. An address is kept in "
    "private/ alone, and shown masked.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
For = Annotated[str, typer.Option("--for", metavar="ID", help="A party, delegation or body of the watch.")]
outbox.add_typer(line, name="line", short_help="Lines for urgent messages: by mail, or to a program.")
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
    """Queue what was issued since each webhook was added, and send once what is due, urgent messages too: for a timer,
    where no console is open. Exit code 1 where something was not taken."""
    from trucewatch.desks.dispatch.operations import delivery_document, send, send_flashes
    from trucewatch.desks.dispatch.output import show_deliveries
    from trucewatch.store.outbox import Outbox
    from trucewatch.terminal.output import console
    from trucewatch.watch import load_watch

    folder = _watch(context)
    watch = load_watch(folder)
    with open_store(folder) as store:
        queue = Outbox(store)
        deliveries = send(queue, watch, clock, nullcontext)
        deliveries += send_flashes(queue, watch, clock, nullcontext)
        names = queue.names() | queue.line_names()
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


@outbox.command("mail-server", short_help="Name the mail server by which urgent messages leave.")
def mail_server(
    context: typer.Context,
    host: Annotated[str, typer.Argument(metavar="[HOST[:PORT]]", help="Without it: what is named now.")] = "",
    sender: Annotated[
        str, typer.Option(metavar="ADDRESS", help="From whom mails are; what comes back goes there.")
    ] = "",
    security: Annotated[
        str, typer.Option(metavar="starttls|tls|none", help="none: only for a server on this computer or nearby.")
    ] = "starttls",
    login: Annotated[str, typer.Option(metavar="NAME", help="Sign in by this name; the password is asked for.")] = "",
    password_file: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", exists=True, dir_okay=False, help="Read the password from its first line instead."
        ),
    ] = None,
    authority: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", exists=True, dir_okay=False, help="Trust the certificates in this file (PEM) alone."
        ),
    ] = None,
    forget: Annotated[bool, typer.Option("--forget", help="Forget the server and its password.")] = False,
    as_json: AsJson = False,
) -> None:
    """Name the mail server by which urgent messages leave. Address, login and password lie in private/ alone; the
    password is asked for, or read from a file or the input, so that it stands in no list of processes."""
    from trucewatch.desks.dispatch.lines import name_server, server_document
    from trucewatch.store.mail_server import PORTS, SECURITIES, MailServer, forget_mail_server

    chosen = next((each for each in SECURITIES if each == security), None)
    if chosen is None:
        raise typer.BadParameter("starttls, tls or none", param_hint="--security")
    with open_store(context.obj) as store:
        if forget:
            forget_mail_server(store.root / "private")
        elif host:
            if not sender:
                raise typer.BadParameter("say from whom mails are: --sender ADDRESS", param_hint="--sender")
            name, port = _host_and_port(host, PORTS[chosen])
            server = MailServer(
                host=name,
                port=port,
                security=chosen,
                sender=sender,
                login=login,
                password=_password(password_file) if login else "",
                authority=authority.read_text(encoding="ascii", errors="replace") if authority else "",
            )
            name_server(store, server)
        document = server_document(store)
    named = document["server"]
    if as_json:
        print_json(document)
    elif named is None:
        typer.echo(
            "No mail server is named: urgent messages by mail wait. Name it: trucewatch outbox WATCH mail-server HOST "
            "--sender ADDRESS"
        )
    else:
        signs_in = ", signs in" if named["signs_in"] else ""
        typer.echo(f"{named['host']}:{named['port']} ({named['security']}), from {named['sender']}{signs_in}")
        if host:
            typer.echo(f"Try it out: trucewatch outbox {context.obj} mail-test --for ID", err=True)


@outbox.command("mail-test", short_help="Send a test to a recipient's addresses; uses the network.")
def mail_test(context: typer.Context, recipient: For, as_json: AsJson = False) -> None:
    """Send a mail that says that it is a test to each address of a recipient. Exit code 1 where it was not taken."""
    from trucewatch.desks.dispatch.lines import try_lines
    from trucewatch.desks.dispatch.records import why
    from trucewatch.watch import load_watch

    folder: Path = context.obj
    watch = load_watch(folder)
    with open_store(folder) as store:
        answers = try_lines(store, watch, recipient, clock())
    if as_json:
        rows = [{"address": name, "code": answer.code, "fault": answer.fault} for name, answer in answers]
        print_json({"schema": "trucewatch/mail-test/1", "for": recipient, "mails": rows})
    else:
        for name, answer in answers:
            typer.echo(f"{name}: {why({'fault': answer.fault, 'code': answer.code}) or 'taken by the mail server'}")
    if any(answer.fault for _, answer in answers):
        raise typer.Exit(1)


@line.command("add", short_help="Send a recipient's urgent messages to an address from now on.")
def add_line(
    context: typer.Context,
    recipient: For,
    mail: Annotated[str, typer.Option("--mail", metavar="ADDRESS", help="By mail; - reads it from the input.")] = "",
    webhook: Annotated[
        str, typer.Option("--webhook", metavar="URL", help="To a program; - reads it from the input.")
    ] = "",
    name: Annotated[str, typer.Option(metavar="NAME", help="What a program is called; without it, one is made.")] = "",
    near: Annotated[
        bool, typer.Option("--near", help="The program is on this computer or in a private network; http is allowed.")
    ] = False,
    by: Annotated[str, typer.Option("--by", help="Who acts: a delegation of the watch, or a name.")] = "",
    as_machine: AsMachine = False,
    as_json: AsJson = False,
) -> None:
    """Send each urgent message to a recipient to this address too, from the next one on. A program's secret that signs
    is shown once. An address that holds a secret is better read from the input (-): it stands in no list of processes
    then."""
    from trucewatch.desks.dispatch.lines import add_line as enter_line
    from trucewatch.watch import load_watch

    folder: Path = context.obj
    watch = load_watch(folder)
    address, url = _from_input(mail), _from_input(webhook)
    with open_store(folder) as store:
        by = releasing(store, watch, by, as_machine=as_machine)
        added = enter_line(store, watch, recipient=recipient, address=address, url=url, name=name, is_near=near, by=by)
    secret = added.hook.secret if added.hook else ""
    if as_json:
        document = {"schema": "trucewatch/line/1", "key": added.line.key, "for": recipient, "name": added.name}
        print_json(document | ({"secret": secret} if secret else {}))
        return
    if secret:
        typer.echo(secret)
        typer.echo("Shown once: the secret with which each message is signed. Give it by another way.", err=True)
    typer.echo(
        f"{added.line.key}  {recipient}  {added.name}\n"
        f"Take the line back: trucewatch outbox {folder} line remove {added.line.key} --by NAME",
        err=True,
    )


@line.command("list", short_help="The lines, each address masked.")
def list_lines(context: typer.Context, as_json: AsJson = False) -> None:
    """Lines by recipient; of an address its first letters alone."""
    from trucewatch.desks.dispatch.lines import lines_document
    from trucewatch.store.outbox import Outbox

    with open_store(context.obj) as store:
        rows = lines_document(Outbox(store))
    if as_json:
        print_json({"schema": "trucewatch/lines/1", "lines": rows})
        return
    for row in rows:
        remark = "" if row["has_address"] else "; its address is not kept here: remove it and add it anew"
        typer.echo(f"{row['key']}  {row['recipient']:<12} {row['way']:<8} {row['name']}{remark}")
    if not rows:
        typer.echo("There is no line, so an urgent message reaches pages and telephones alone.")


@line.command("remove", short_help="Send nothing more there.")
def remove_line(
    context: typer.Context,
    key: Annotated[str, typer.Argument(metavar="KEY", help="As `line list` has it.")],
    by: Annotated[str, typer.Option("--by", help="Who acts: a delegation of the watch, or a name.")],
) -> None:
    """Send nothing more there: its address is forgotten, and what waits for it is given up."""
    from trucewatch.store.outbox import Outbox
    from trucewatch.watch import load_watch

    folder: Path = context.obj
    watch = load_watch(folder)
    with open_store(folder) as store:
        removed = Outbox(store).remove_line(key, by=store.keys.actor_reference(by, watch.delegation_ids))
    typer.echo(f"Removed: {key} ({removed.recipient}) is told nothing more.")


def _watch(context: typer.Context) -> Path:
    watch: Path = context.obj
    return watch


def _host_and_port(text: str, otherwise: int) -> tuple[str, int]:
    host, colon, port = text.rpartition(":")
    if not colon or text.count(":") > 1:
        return text, otherwise
    if not (port.isascii() and port.isdigit() and len(port) < 6):
        raise typer.BadParameter("write HOST or HOST:PORT", param_hint="HOST")
    return host, int(port)


def _password(file: Path | None) -> str:
    if file is not None:
        return file.read_text(encoding="utf-8").partition("\n")[0].rstrip("\r")
    if sys.stdin.isatty():
        return str(typer.prompt("Password", hide_input=True, err=True))
    return sys.stdin.readline().rstrip("\r\n")


def _from_input(text: str) -> str:
    if text != "-":
        return text
    return str(typer.prompt("Address", err=True)) if sys.stdin.isatty() else sys.stdin.readline().strip()
