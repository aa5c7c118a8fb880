"""The word `erase`: what would go is said first, then it goes; who has copies is named, so that they can be asked."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from trucewatch.terminal.base import WatchFolder, app, open_store

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from trucewatch.store import Store
    from trucewatch.store.copies import Copies
    from trucewatch.store.erasures import ErasurePlan

_HASH: Final = re.compile(r"[0-9a-f]{64}")


@app.command(short_help="Erase evidence, what somebody typed, or who stands behind a reference.")
def erase(
    watch: WatchFolder,
    names: Annotated[
        list[str],
        typer.Argument(
            metavar="NAME",
            help="SHA-256 of evidence; number of an entry, a-… of an act or d-… of a draft, of which the typed words "
            "go; p-… of a person; w-… of words.",
        ),
    ],
    reason: Annotated[str, typer.Option(help="Why; it can be erased later.")],
    ordered_by: Annotated[str, typer.Option(help="Who ordered it: an organisation.")] = "",
    files: Annotated[
        bool, typer.Option("--files", help="With --yes: remove the listed files too, drafts and copies.")
    ] = False,
    also: Annotated[
        list[Path] | None,
        typer.Option(metavar="DIR", help="Look for copies in this folder too; links are not followed."),
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do it. Without this word it only says what would go.")] = False,
) -> None:
    """Erase evidence with all that was made from it and its file name, the words that somebody typed into an act, a
    note or a reason, or the name behind a reference.

    The ledger says erased, not corrupt: numbers, times and what was done stay, so that lists, findings and acts stay as
    they are. An act of an earlier version, which holds its words itself, is entered anew without them and its old
    object is erased. Nothing brings the words back, and a report that was issued with them cannot be made again byte by
    byte. Say nothing of whom it concerns in --reason.

    Removing a file frees its place on the disk; it does not overwrite it. What that means is in docs/ledger.md.
    """
    from trucewatch.store.copies import find_copies, remove_files
    from trucewatch.store.erasures import records_named

    with open_store(watch) as store:
        people = list(dict.fromkeys(name for name in names if name.startswith(("p-", "w-"))))
        hashes = [name for name in names if name not in people and _HASH.fullmatch(name)]
        for name in names:
            if name not in people and name not in hashes:
                hashes += records_named(store, name)
        nobodys = _public_names(watch, store, hashes)
        plan = store.plan_of_erasure(hashes, people, nobodys)
        copies = find_copies(store, plan, also or ())
        if yes:
            removes = files or _agrees_to_remove(copies)
            store.erase(hashes, people=people, reason=reason, ordered_by=ordered_by, public_names=nobodys)
            if removes:
                remove_files(copies.files)
    _show_plan(plan, is_done=yes)
    _show_copies(copies, are_removed=yes and removes)
    if yes:
        typer.echo("A list that went is made again by: trucewatch run WATCH" if plan.tells_of_lists else "")
    else:
        typer.echo("Nothing was done. It cannot be undone; say --yes to do it.")


def _public_names(watch: Path, store: Store, hashes: Collection[str]) -> frozenset[str]:
    """How the watch writes its parties and bodies; only where acts by hand go, so that a watch that cannot be read
    stands in the way of nothing else."""
    from trucewatch.model.speakers import public_names
    from trucewatch.watch import load_watch

    query = "SELECT 1 FROM entry WHERE sha256 = ? AND schema GLOB 'trucewatch/incident-act/*'"
    is_about_acts = any(store.index.rows(query, name) for name in hashes)
    return public_names(load_watch(watch)) if is_about_acts else frozenset()


def _agrees_to_remove(copies: Copies) -> bool:
    if not copies.files or not sys.stdin.isatty():
        return False
    _show_files(copies.files, "These files hold it, or may:")
    return typer.confirm("Remove them for good too?")


def _show_plan(plan: ErasurePlan, *, is_done: bool) -> None:
    from trucewatch.locale.sanitize import printable

    typer.echo(
        f"{'Erased' if is_done else 'Would erase'} {len(plan.going)} object(s) and {len(plan.references)} person(s) or "
        "text(s):"
    )
    for target in plan.going.values():
        typer.echo(f"  {target.sha256}  {printable(target.what)}")
    for reference in plan.references:
        place = (
            "text and salt in private/words" if reference.startswith("w-") else "name and salt in private/people.json"
        )
        typer.echo(f"  {reference}  {place}")


def _show_copies(copies: Copies, *, are_removed: bool) -> None:
    from trucewatch.locale.sanitize import printable

    if copies.files and are_removed:
        _show_files(copies.files, "Removed:")
    elif copies.files:
        _show_files(
            copies.files, "Not reached (the same bytes, or reports that may show them); --yes --files removes them:"
        )
    if copies.unread:
        _show_files(copies.unread, "Could not be looked into:")
    for issue in copies.issues:
        publication = issue.publication
        by = f" by {issue.made_from.by}" if issue.made_from.by else ""
        typer.echo(
            f"Ask: {printable(publication.recipient)} has the report {printable(publication.number)}, revision "
            f"{publication.revision}, issued on {issue.recorded_at:%Y-%m-%d}{by} (entry {issue.entry})"
        )
    for export in copies.exports:
        if export.recorded_at is not None:
            typer.echo(
                f"Ask: {export.by} took {export.format} ({export.language}) of {printable(export.number)}, revision "
                f"{export.revision}, on {export.recorded_at:%Y-%m-%d} (entry {export.entry})"
            )
    typer.echo("The ledger keeps hashes, numbers, times, and the rows of reports that were issued. Other copies stay.")


def _show_files(paths: Sequence[Path], head: str) -> None:
    from trucewatch.locale.sanitize import printable

    typer.echo(head)
    for path in paths:
        typer.echo(f"  {printable(str(path))}")
