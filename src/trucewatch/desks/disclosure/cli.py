"""The word for partial copies: make one for a recipient, or check one that was received. Words to functions, nothing
else."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from trucewatch.errors import LedgerError, ReportError, TrucewatchError
from trucewatch.messages import Message
from trucewatch.terminal.acting import AsMachine, releasing
from trucewatch.terminal.base import AsJson, app, assess_watch, clock, open_store, print_json, write_file


@app.command(short_help="A partial copy of one incident for somebody, provable; or check one.")
def dossier(
    watch: Annotated[Path | None, typer.Argument(metavar="WATCH", help="The watch; with --check none.")] = None,
    subject: Annotated[
        str, typer.Argument(metavar="INCIDENT", help="An incident, or a finding of it, by a beginning of its id.")
    ] = "",
    recipient: Annotated[
        str, typer.Option(help="A recipient of watch.toml; the last one there, the public, without it.")
    ] = "",
    names: Annotated[
        list[str] | None,
        typer.Option("--open", metavar="FIELD", help="Open this too: incident/lon, observations/*/kind, evidence/0/…"),
    ] = None,
    open_all: Annotated[
        bool, typer.Option("--open-all", help="Open all but what is opened by name alone, or withheld.")
    ] = False,
    out: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Where the copy goes; out/copies without it.")
    ] = None,
    by: Annotated[str, typer.Option("--by", help="Who gives it: a delegation, or a name, kept as a reference.")] = "",
    as_machine: AsMachine = False,
    yes: Annotated[bool, typer.Option("--yes", help="Enter and write it. Without this word it asks first.")] = False,
    check: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", exists=True, dir_okay=False, help="Make nothing: check this copy, offline, without a watch."
        ),
    ] = None,
    vkey: Annotated[str, typer.Option("--vkey", metavar="VKEY", help="The log's key, as you got it.")] = "",
    policy: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Which keys have to have signed (TOML), instead of --vkey.")
    ] = None,
    against: Annotated[
        Path | None,
        typer.Option("--watch", metavar="WATCH", help="Compare every field, closed ones too, with this whole watch."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Show one incident to somebody without handing over the rest: the fields that its recipient's rule opens, and
    those that you name, with proof that all of them were entered together; the others stay closed for ever.

    It says first what leaves, enters that the copy was given, and writes one file. With --check the receiver learns
    what such a file proves, field by field.
    """
    if check is not None:
        _check(check, vkey, policy, against, as_json)
        return
    if watch is None or not subject:
        raise ReportError(Message("say of which watch and which incident, or give a copy to --check FILE"))
    if out is not None and out.exists():
        raise ReportError(Message("{out} exists and is kept; choose another name for the copy", out=out))
    from trucewatch.desks.disclosure.output import show_showing
    from trucewatch.pipeline.partial_copies import give_copy, prepare_copy
    from trucewatch.watch import load_watch

    with open_store(watch) as store:
        by = releasing(store, load_watch(watch), by, as_machine=as_machine)
        assessment = assess_watch(store, watch, None, None)
        to = recipient or assessment.watch.settings.recipient[-1].id
        showing = prepare_copy(store, assessment, subject, recipient=to, names=names or (), open_all=open_all)
        show_showing(showing)
        _confirm(yes)
        who = store.keys.actor_reference(by, assessment.watch.delegation_ids)
        name, content = give_copy(store, showing, by=who)
        path = write_file(out, content) if out else store.write_out(f"copies/{name}", content)
    typer.echo(str(path))


def _confirm(yes: bool) -> None:
    if yes:
        return
    if not sys.stdin.isatty():
        raise TrucewatchError(Message("nothing was entered; say --yes to enter it"))
    if not typer.confirm("Enter this and write the copy? It cannot be taken back."):
        raise TrucewatchError(Message("nothing was entered"))


def _check(path: Path, vkey: str, policy: Path | None, against: Path | None, as_json: bool) -> None:
    """What a copy proves, as the inspector says it, and what the whole watch says to it; ends with 1 if not all is
    well."""
    from trucewatch.desks.disclosure.output import checked_by_inspector, show_comparison

    if vkey and policy:
        raise LedgerError(Message("say by which key: --vkey VKEY or --policy FILE, not both"))
    own_keys: set[str] = set()
    if against is not None:
        with open_store(against) as store:
            own_keys = {str(key.public) for key in store.named_keys() if key.role == "log"}
    document, lines = checked_by_inspector(path, policy, vkey, clock().timestamp(), own_keys)
    faults = None
    if against is not None and document["ok"]:
        from trucewatch.pipeline.partial_copies import compare_copy

        with open_store(against) as store:
            faults = [str(fault) for fault in compare_copy(store, document["copy"])]
    if as_json:
        print_json(document | {"compared_with_watch": faults})
    else:
        typer.echo("\n".join(lines))
        if faults is not None:
            show_comparison(faults)
    if faults or not document["ok"]:
        raise typer.Exit(1)
