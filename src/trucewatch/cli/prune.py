"""The word `prune`: which lists would go, what that gives back, and why the others stay; then, with --enter, it is
done."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Annotated, Final

import typer

from trucewatch.errors import LedgerError
from trucewatch.messages import Message
from trucewatch.terminal.base import WatchFolder, app, clock, open_store

if TYPE_CHECKING:
    from trucewatch.store.pruning import PruningPlan

_WHY: Final = {
    "last": "the last list, which the next one follows",
    "rests": "something rests on it: a report, draft, dossier, act, calibration, or how a new rule changed outcomes",
    "checkpoint": "the last under a checkpoint that witnesses or others hold",
    "young": "younger than {days} days",
    "day": "the first or the last of its day (UTC)",
}


@app.command(short_help="Take lists out that nothing rests on; their records stay.")
def prune(
    watch: WatchFolder,
    older_than: Annotated[
        int, typer.Option(metavar="DAYS", min=1, help="Only lists that are older; younger ones all stay.")
    ] = 7,
    enter: Annotated[
        bool, typer.Option("--enter", help="Do it. Without this word it only says what would go.")
    ] = False,
    reason: Annotated[str, typer.Option(help="Why, in at most 500 characters; can be erased.")] = "",
    by: Annotated[str, typer.Option(help="Who acts: a delegation of the watch, or a name.")] = "",
) -> None:
    """Say which lists could go, how much of the disk that gives back, and what stays and why. With --enter it is done,
    by an entry in the ledger; it cannot be undone.

    A watch makes a list whenever something comes in. Of a list that is pruned the record and what changed in it stay;
    its tables go where no other list shares them. Evidence, readings, acts, reports and the history of each incident
    stay as they are, and verify says "pruned", not "missing". What such a list said is worked out again from its
    inputs: trucewatch run WATCH --as-of TIME --recorded-by TIME.

    For example, what would go, and then all older than a month:

    trucewatch prune my-watch

    trucewatch prune my-watch --older-than 30 --enter --reason "disk nearly full" --by "J. Doe"
    """
    from trucewatch.store.edit_records import check_reason
    from trucewatch.store.pruning import plan_pruning
    from trucewatch.store.pruning import prune as prune_lists
    from trucewatch.terminal.output import bars_on, console, progress_on
    from trucewatch.watch import load_watch

    if enter:
        check_reason(reason.strip())
        if not by.strip():
            raise LedgerError(Message("say whose act it is: --by NAME; nothing was entered"))
    with open_store(watch) as store, progress_on(console(stderr=True)) as progress:
        advance = bars_on(progress)
        plan = plan_pruning(store, before=clock() - timedelta(days=older_than), advance=advance)
        entry = None
        if enter and plan.going:
            who = store.keys.actor_reference(by, load_watch(watch).delegation_ids)
            entry = prune_lists(store, plan, reason=reason, by=who, advance=advance)
    _show_plan(plan, days=older_than, is_done=entry is not None)
    if entry is not None:
        typer.echo(f"Entered as entry {entry.number}. Check it: trucewatch verify {watch}")
    elif plan.going:
        typer.echo(
            f"Nothing was done. It cannot be undone; to do it: trucewatch prune {watch} --enter --reason … --by …"
        )


def _show_plan(plan: PruningPlan, *, days: int, is_done: bool) -> None:
    if not plan.lists:
        typer.echo("Nothing can go: there is no list yet. Make one with: trucewatch run WATCH")
        return
    typer.echo(f"{plan.lists:,} {'list is' if plan.lists == 1 else 'lists are'} on record.")
    if plan.going:
        does = "Pruned" if is_done else "Would prune"
        typer.echo(
            f"{does} {len(plan.going):,}, the first of entry {plan.going[0]}, the last of entry {plan.going[-1]}: "
            f"{len(plan.objects):,} objects, {plan.size_bytes / 1e6:,.1f} MB on the disk."
        )
    else:
        typer.echo("Nothing can go: there is a reason for each to stay.")
    for reason, count in plan.staying.items():
        typer.echo(f"  {count:>7,} {'stays' if count == 1 else 'stay'}: {_WHY[reason].format(days=days)}")
