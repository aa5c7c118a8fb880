"""The words for archives: `trucewatch fuse`."""

from __future__ import annotations

import gc
import json
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from trucewatch.errors import TrucewatchError, WatchError, system_words
from trucewatch.messages import Message
from trucewatch.terminal.base import AsJson, app, clock, print_json

if TYPE_CHECKING:
    from trucewatch.archive.fuse_files import Account, Order, Workers
    from trucewatch.archive.read import Reading
    from trucewatch.model.calibration import Calibration
    from trucewatch.model.watch import Watch


@app.command(short_help="Fuse an archive of any size into incidents.")
def fuse(
    inputs: Annotated[
        list[Path], typer.Argument(metavar="INPUT", help="CSV (or .gz) or Parquet; several are one archive.")
    ],
    watch: Annotated[Path, typer.Option(metavar="WATCH", help="The watch whose zones, line, rule and sensors count.")],
    out: Annotated[Path, typer.Option(metavar="FILE", help="The incidents: Parquet, or CSV if the name ends in .csv.")],
    members: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Which row of which file belongs to which incident.")
    ] = None,
    rejected: Annotated[Path | None, typer.Option(metavar="FILE", help="Rows that could not be taken, as CSV.")] = None,
    rule: Annotated[str | None, typer.Option(help="likelihood or cylinder; the watch's own without it.")] = None,
    calibration: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="What was learnt of clocks and errors: trucewatch calibrate WATCH --export."),
    ] = None,
    source: Annotated[
        str | None,
        typer.Option(metavar="ID", help="Read the inputs as this source of the watch, by its adapter (slow)."),
    ] = None,
    kind: Annotated[str, typer.Option(help="What a table without a column of kinds reports.")] = "thermal_anomaly",
    time_zone: Annotated[str, typer.Option(metavar="ZONE", help="For times that are written without one.")] = "",
    workers: Annotated[int | None, typer.Option(metavar="N", min=1, help="Threads on this machine.")] = None,
    scheduler: Annotated[str | None, typer.Option(metavar="ADDRESS", help="A running Dask scheduler instead.")] = None,
    slice_days: Annotated[
        int | None, typer.Option(metavar="N", min=1, help="Cut time every N days, not by memory.")
    ] = None,
    memory: Annotated[int, typer.Option(metavar="MB", min=256, help="About how much memory may be used.")] = 2048,
    as_json: AsJson = False,
) -> None:
    """Fuse an archive of any size into incidents, slice by slice. Keeps nothing in the watch."""
    if workers is not None and scheduler is not None:
        raise TrucewatchError(Message("--workers and --scheduler exclude each other; give one of them"))
    begun = time.perf_counter()
    gc.disable()  # what is loaded now stays; to look through it for what may go takes a third of a second
    try:
        from trucewatch.watch import load_watch

        loaded = load_watch(watch)
        reading = _reading(loaded, source=source, kind=kind, time_zone=time_zone, numbered=members is not None)
        order = _order(
            loaded,
            inputs=inputs,
            out=out,
            members=members,
            rejected=rejected,
            rule=rule,
            slice_days=slice_days,
            memory=memory,
            reading=reading,
            calibration=calibration,
        )
    finally:
        gc.enable()
    gc.freeze()
    crew = _crew(workers, scheduler)
    try:
        account = _fuse(order, crew)
    finally:
        crew.close()
    seconds = time.perf_counter() - begun
    if as_json:
        print_json(
            {
                "schema": "trucewatch/fuse/1",
                "rows": account.read + account.rejected,
                "rejected": account.rejected,
                "repeats": account.repeats,
                "observations": account.observations,
                "incidents": account.incidents,
                "slices": account.slices,
                "sorted_first": account.sorted_first,
                "shared_ids": account.shared_ids,
            }
        )
    else:
        typer.echo(
            f"{account.incidents:,} incidents from {account.observations:,} observations in {seconds:.1f} s: {out}"
        )
    if account.rejected or account.shared_ids:
        raise typer.Exit(1)


def _reading(loaded: Watch, *, source: str | None, kind: str, time_zone: str, numbered: bool) -> Reading:
    from trucewatch.archive.read import Reading
    from trucewatch.model.batch import reading_context
    from trucewatch.model.observation import KINDS
    from trucewatch.model.times import zone_named
    from trucewatch.sources.columns import word_fault

    if kind not in KINDS:
        raise TrucewatchError(word_fault("--kind", kind, KINDS))
    zone = zone_named(time_zone) if time_zone else None
    reading = Reading(zone=zone, zone_name=time_zone, kind=kind, numbered=numbered)
    if source is None:
        return reading
    setting = next((entry for entry in loaded.settings.source if entry.id == source), None)
    if setting is None:
        ids = ", ".join(entry.id for entry in loaded.settings.source)
        raise WatchError(Message('"{source}" is no source of this watch; it has: {known}', source=source, known=ids))
    return replace(reading, source=setting, context=reading_context(loaded), received_at=clock(), numbered=True)


def _order(
    loaded: Watch,
    *,
    inputs: list[Path],
    out: Path,
    members: Path | None,
    rejected: Path | None,
    rule: str | None,
    slice_days: int | None,
    memory: int,
    reading: Reading,
    calibration: Path | None,
) -> Order:
    from trucewatch.archive.fuse_files import Order
    from trucewatch.archive.slice_association import Association
    from trucewatch.archive.zone_lookup import situation_of
    from trucewatch.model.calibration import PRIOR

    chosen = loaded.settings.association
    if rule is not None:
        chosen = replace(chosen, rule=_rule_named(rule))
    return Order(
        inputs=inputs,
        out=out,
        members=members,
        rejected=rejected,
        slice_days=slice_days,
        memory_mb=memory,
        association=Association(rule=chosen, reach_m={sensor.id: sensor.range_m for sensor in loaded.sensors}),
        situation=situation_of(loaded),
        reading=reading,
        calibration=_calibration_of(calibration) if calibration else PRIOR,
    )


def _calibration_of(path: Path) -> Calibration:
    """A calibration as it was exported."""
    from trucewatch.model.calibration import read_calibration

    try:
        return read_calibration(json.loads(path.read_bytes()))
    except OSError as exc:
        raise TrucewatchError(
            Message("{path} cannot be read: {strerror}", path=path, strerror=system_words(exc))
        ) from exc
    except (AttributeError, KeyError, TypeError, ValueError) as exc:
        raise TrucewatchError(
            Message(
                "{path} is no calibration ({error}); make one with: trucewatch calibrate WATCH --export FILE",
                path=path,
                error=exc,
            )
        ) from exc


def _rule_named(name: str) -> Literal["likelihood", "cylinder"]:
    match name:
        case "likelihood" | "cylinder":
            return name
    raise TrucewatchError(Message('there is no rule "{name}"; there are: likelihood, cylinder', name=name))


def _crew(workers: int | None, scheduler: str | None) -> Workers:
    from trucewatch.archive.fuse_files import Threads

    if scheduler is None:
        return Threads(workers)
    from trucewatch.archive.dask_workers import DaskWorkers

    return DaskWorkers(scheduler)


def _fuse(order: Order, crew: Workers) -> Account:
    """Shows how far it is: a bar on a terminal, else a line a slice; and what was read as what, and what was not
    taken."""
    from trucewatch.archive.fuse_files import fuse_files
    from trucewatch.fusion import kernels_are_compiled
    from trucewatch.terminal.output import COMPILING, console, progress_on

    err = console(stderr=True)
    if not kernels_are_compiled(order.association.rule.rule):
        err.print(f"[dim]{COMPILING}[/]")
    display: dict[str, Any] = {"slices": 0, "told": False, "task": None}
    with progress_on(err) as progress:

        def tell(step: str, account: Account, done_bytes: int, total: int) -> None:
            if not display["told"]:
                display["told"] = True
                for line in account.layouts:
                    sys.stderr.write(line + "\n")
            if err.is_terminal:
                if display["task"] is None:
                    display["task"] = progress.add_task("fuse MB", total=max(total // 1_000_000, 1))
                progress.update(display["task"], completed=done_bytes // 1_000_000)
            elif step == "fuse" and account.slices != display["slices"]:
                display["slices"] = account.slices
                share = 100 * done_bytes // max(total, 1)
                first = "sorted first; " if account.sorted_first else ""
                sys.stderr.write(
                    f"slice {account.slices}: {first}{share} % read, {account.read:,} rows, {account.incidents:,} "
                    f"incidents\n"
                )

        account = fuse_files(order, crew, tell)
    _tell_what_was_not_taken(account, order)
    return account


def _tell_what_was_not_taken(account: Account, order: Order) -> None:
    if account.rejected:
        where = f"all of them: {order.rejected}" if order.rejected else "to see all of them: --rejected FILE"
        sys.stderr.write(f"{account.rejected:,} rows were rejected; {where}\n")
        for row in account.first_rejected:
            sys.stderr.write(f"  {row.file}, line {row.line}: {row.reason}\n")
    if account.repeats:
        sys.stderr.write(f"{account.repeats:,} rows say again what another row says; each is one observation\n")
    if account.shared_ids:
        sys.stderr.write(
            f"{account.shared_ids:,} incidents have the id of another one: an observation id stands at several times; "
            "correct the ids, or name that column id\n"
        )


__all__ = ["fuse"]
