"""The word for bundles: one file that proves what it opens on a computer that has never seen us. Words to functions,
nothing else."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from trucewatch.errors import ReportError, TrucewatchError
from trucewatch.messages import Message
from trucewatch.terminal.acting import BY_COMMAND, AsMachine, releasing
from trucewatch.terminal.base import WatchFolder, app, assess_watch, open_store, write_file_durably


@app.command(short_help="One file of a finding, incident, case or figure that proves what it opens, anywhere.")
def bundle(
    watch: WatchFolder,
    subject: Annotated[
        str,
        typer.Argument(
            metavar="ID",
            help="An incident or a finding of it, by a beginning of its id; a case, R-1; or REPORT#CODE, a figure of "
            "an issued daily report: all, a kind, or a row of it.",
        ),
    ],
    out: Annotated[Path, typer.Option("--out", metavar="FILE", help="Where the bundle goes: a new file.")],
    recipient: Annotated[
        str,
        typer.Option(help="A recipient of watch.toml; without it the last one there, of a figure its report's own."),
    ] = "",
    language: Annotated[str, typer.Option(metavar="L", help="Of the page README; the watch's first without it.")] = "",
    names: Annotated[
        list[str] | None,
        typer.Option("--open", metavar="FIELD", help="Open this too: incident/lon, observations/*/kind, evidence/0/…"),
    ] = None,
    by: Annotated[
        str,
        typer.Option(
            "--by",
            help="Who gives it: a delegation, or a name, kept as a reference; whoever keeps this computer without it.",
        ),
    ] = "",
    as_machine: AsMachine = False,
    yes: Annotated[bool, typer.Option("--yes", help="Enter and write it; nobody is asked first.")] = False,
) -> None:
    """One file for somebody: what its recipient may have of an incident, with proofs, the public keys, the inspector
    and a page that says how to check it with plain Python. What is withheld stays closed, and the file's size tells
    nothing of it.

    It says first what leaves, enters that the bundle was given, and writes one new file. The receiver checks it with:
    trucewatch verify FILE, or with the inspector alone. Two bundles of one entry: trucewatch verify A --same-as B.
    """
    refuse_there(out)
    from trucewatch.desks.bundling.figures import give_figure, prepare_figure
    from trucewatch.desks.bundling.operations import give_bundle, prepare_bundle
    from trucewatch.desks.bundling.output import show_bundling, show_figure, tell_step
    from trucewatch.watch import load_watch

    with open_store(watch) as store:
        by = releasing(store, load_watch(watch), by, as_machine=as_machine) or BY_COMMAND
        assessment = assess_watch(store, watch, None, None)
        who = store.keys.actor_reference(by, assessment.watch.delegation_ids)
        if "#" in subject:
            if names:
                raise ReportError(Message("a figure is shown as its report showed it; leave out --open"))
            figure = prepare_figure(store, assessment, subject, recipient=recipient, language=language)
            show_figure(figure)
            _confirm(yes, is_beyond_rule=False)
            entry, content = give_figure(store, assessment, figure, by=who, step=tell_step)
        else:
            to = recipient or assessment.watch.settings.recipient[-1].id
            bundling = prepare_bundle(store, assessment, subject, recipient=to, language=language, names=names or ())
            show_bundling(bundling)
            _confirm(yes, is_beyond_rule=bool(names))
            entry, content = give_bundle(store, assessment, bundling, by=who, step=tell_step)
        refuse_there(out)
        tell_step(Message("writing {size} bytes; entry {entry}", size=f"{len(content):,}", entry=entry.number))
        write_file_durably(out, content)
    typer.echo(str(out))


def refuse_there(out: Path) -> None:
    """Raises ReportError where something is there already."""
    if out.is_symlink() or out.exists():
        raise ReportError(Message("{out} exists and is kept; choose another name for the bundle", out=out))


def _confirm(yes: bool, *, is_beyond_rule: bool) -> None:
    """Asks a person at the terminal. A program that opens what the rule does not open by itself has to say --yes."""
    if yes:
        return
    if not sys.stdin.isatty():
        if is_beyond_rule:
            raise TrucewatchError(Message("nothing was entered; say --yes to enter it"))
        return
    if not typer.confirm("Enter this and write the bundle? It cannot be taken back.", err=True):
        raise TrucewatchError(Message("nothing was entered"))
