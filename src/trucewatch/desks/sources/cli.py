"""The words for what is learnt: `trucewatch calibrate`. Words to functions, nothing else."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from trucewatch.errors import TrucewatchError
from trucewatch.messages import Message
from trucewatch.terminal.base import AsJson, WatchFolder, app, clock, open_store, print_json, write_file

if TYPE_CHECKING:
    from trucewatch.store import Store


@app.command(short_help="Write the form of a patrol report for telephones.")
def form(
    out: Annotated[Path, typer.Option(metavar="FILE", help="Where to write it.")] = Path("patrol-report.xlsx"),
) -> None:
    """Write the form of a patrol report (XLSForm) that KoboToolbox and ODK Central take and whose answers are read
    without a mapping. It asks for nobody's name; docs/forms.md has the way from the telephone to the row."""
    from trucewatch.sources.patrol_form import form_workbook

    typer.echo(str(write_file(out, form_workbook())))


@app.command(short_help="Learn anew what each device and report is worth.")
def calibrate(
    watch: WatchFolder,
    reason: Annotated[str, typer.Option("--reason", help="Why, in at most 500 characters; can be erased.")] = "",
    by: Annotated[str, typer.Option("--by", help="Who acts: a delegation of the watch, or a name.")] = "",
    month: Annotated[
        str | None, typer.Option("--from", metavar="MONTH", help="Only this month and later, as 2031-05.")
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Enter it without asking.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what it would change, and enter nothing.")] = False,
    show: Annotated[bool, typer.Option("--show", help="Show what was learnt and stands now; learn nothing.")] = False,
    export: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write what stands to a file, for: trucewatch fuse.")
    ] = None,
    period: Annotated[
        str, typer.Option(metavar="PERIOD", help="With --export: of which month, or opening; the latest without it.")
    ] = "",
    as_json: AsJson = False,
) -> None:
    """Learn anew what each device and report is worth, from all that is held: after a history was entered, the register
    was corrected, or the method changed.

    A run does this by itself for each new month, and after each midnight while the record is short; later rows never
    move what was learnt. So this is needed only where the past was learnt from less than is there now. It says what it
    would change and asks. It cannot be undone; what was issued says what it said, and later reports say "calibrated
    anew".
    """
    if export is not None:
        from trucewatch.desks.sources.operations import exported

        with open_store(watch) as store:
            typer.echo(str(write_file(export, exported(store, period))))
        return
    if show:
        _show(watch, as_json=as_json)
        return
    _anew(watch, month=month, reason=reason, by=by, yes=yes, dry_run=dry_run, as_json=as_json)


def _show(folder: Path, *, as_json: bool) -> None:
    from trucewatch.desks.sources.learnt import document, learnt_at
    from trucewatch.desks.sources.output import show_learnt
    from trucewatch.store.calibration_records import calibrations_in_force
    from trucewatch.terminal.output import console
    from trucewatch.watch import load_watch

    with open_store(folder) as store:
        learnt = learnt_at(store, load_watch(folder).settings.watch_time or clock())
        if as_json:
            print_json(document(learnt, calibrations_in_force(store)))
        else:
            show_learnt(console(), learnt)


def _anew(folder: Path, *, month: str | None, reason: str, by: str, yes: bool, dry_run: bool, as_json: bool) -> None:
    from trucewatch.desks.sources.operations import check_act, enter, look_ahead, month_of
    from trucewatch.desks.sources.output import outlook_lines
    from trucewatch.pipeline import Steps, assess
    from trucewatch.terminal.output import bars_on, console, progress_on

    anew_from = month_of(month)
    if not dry_run:
        check_act(reason, by)
    with open_store(folder) as store:
        with progress_on(console(stderr=True)) as progress:
            steps = Steps(advance=bars_on(progress))
            outlook = look_ahead(store, folder, now=clock(), anew_from=anew_from, steps=steps)
        for line in outlook_lines(outlook):
            typer.echo(line, err=as_json)
        if dry_run:
            typer.echo("Nothing was entered.", err=as_json)
            return
        _confirm(yes)
        entered = enter(store, outlook, reason=reason, by=by)
        with progress_on(console(stderr=True)) as progress:
            assess(store, folder, now=clock(), steps=Steps(advance=bars_on(progress)))
        _report(store, [record.entry for record in entered], as_json=as_json)


def _report(store: Store, entries: list[int], *, as_json: bool) -> None:
    if as_json:
        print_json({"schema": "trucewatch/calibrate/1", "entries": entries, "journal": len(store.journal)})
    else:
        numbers = ", ".join(str(entry) for entry in entries)
        typer.echo(
            f"Calibrated anew: {'entry' if len(entries) == 1 else 'entries'} {numbers}. The list was made again."
        )


def _confirm(yes: bool) -> None:
    if yes:
        return
    if not sys.stdin.isatty():
        raise TrucewatchError(Message("nothing was entered; say --yes to enter it"))
    if not typer.confirm("Enter this into the ledger? It cannot be undone."):
        raise TrucewatchError(Message("nothing was entered"))
