"""The words for protection: `protect` sets a passphrase, `seal` closes the watch at once. Words to functions, nothing
else."""

from __future__ import annotations

import os
import sys
from typing import Annotated

import typer

from trucewatch.errors import StoreError
from trucewatch.messages import Message
from trucewatch.terminal.base import WatchFolder, app, open_store

NEW_PASSPHRASE = "TRUCEWATCH_NEW_PASSPHRASE"  # noqa: S105 - the name of a variable


@app.command(short_help="Put what is private under a passphrase, change it, or take it away.")
def protect(
    watch: WatchFolder,
    change: Annotated[bool, typer.Option("--change", help="Put it under another passphrase.")] = False,
    remove: Annotated[
        bool, typer.Option("--remove", help="Decrypt everything; the passphrase is needed once more.")
    ] = False,
) -> None:
    """Put `private/` and all evidence whose source is not `open` under a passphrase: encrypted on the disk, opened in
    memory while a command runs. From then on every command that opens the watch asks for it at a terminal, or reads it
    from the variable TRUCEWATCH_PASSPHRASE. A new one is asked for twice, or read from TRUCEWATCH_NEW_PASSPHRASE. Take
    five words or more; nobody can get it back for you.

    Inbox, tables of observations, index and drafts stay as they are: docs/protection.md says what that means, and what
    an encrypted disk adds."""
    from trucewatch.store.protection import protect as protect_store
    from trucewatch.store.protection import unprotect
    from trucewatch.store.vault import change_passphrase, is_protected

    if change and remove:
        raise StoreError(Message("--change and --remove do not go together; choose one"))
    with open_store(watch) as store:
        private = store.root / "private"
        if (change or remove) and not is_protected(private):
            raise StoreError(Message("this watch has no passphrase; set one with: trucewatch protect WATCH"))
        if not (change or remove) and is_protected(private):
            raise StoreError(
                Message("this watch has a passphrase already; change it with: trucewatch protect WATCH --change")
            )
        if remove:
            done = unprotect(store)
            typer.echo(
                f"Decrypted: {done.private} private files, {done.evidence} pieces of evidence. No passphrase any more."
            )
            return
        passphrase = _new_passphrase()
        if change:
            change_passphrase(private, passphrase)
            typer.echo("The new passphrase opens this watch. A copy of the old vault.age still opens with the old one.")
            return
        done = protect_store(store, passphrase)
    typer.echo(
        f"Encrypted: {done.private} private files, {done.evidence} pieces of evidence. Write the passphrase down where "
        "the finder of this machine does not look: without it nobody opens this watch again."
    )


@app.command(short_help="Close a watch at once: end who holds it, void every session and token.")
def seal(
    watch: WatchFolder,
    destroy: Annotated[
        bool,
        typer.Option(
            "--destroy",
            help="Also remove the key of all that is encrypted (without a passphrase: the private files). For good.",
        ),
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="With --destroy: do not ask.")] = False,
) -> None:
    """Close a watch at once, before the machine falls into other hands: the console or run that holds it is ended and
    its keys with it, every browser and program has to be let in anew, files that wait to be accepted are removed. Takes
    at most five seconds, needs no passphrase, and can be undone by opening the watch again.

    --destroy cannot be undone: nobody opens the private files and the encrypted evidence again."""
    from trucewatch.store.sealing import lines_of
    from trucewatch.store.sealing import seal as seal_watch

    if destroy and not yes:
        if not sys.stdin.isatty():
            raise StoreError(Message("--destroy removes keys for good; say that you mean it: --destroy --yes"))
        typer.confirm("Nobody will open the private files of this watch again. Go on?", abort=True)
    for line in lines_of(seal_watch(watch, destroy=destroy)):
        typer.echo(str(line))


def _new_passphrase() -> str:
    if (given := os.environ.get(NEW_PASSPHRASE)) is not None:
        return given
    if not sys.stdin.isatty():
        raise StoreError(Message("give the new passphrase at a terminal, or in the variable TRUCEWATCH_NEW_PASSPHRASE"))
    return str(typer.prompt("New passphrase", hide_input=True, confirmation_prompt=True))
