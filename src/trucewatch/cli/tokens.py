"""The words for the console's door: a fresh address for a browser, and tokens for programs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from trucewatch.errors import StoreError, WatchError
from trucewatch.messages import Message
from trucewatch.terminal.base import AsJson, WatchFolder, app, ask_passphrase, clock, print_json

if TYPE_CHECKING:
    from trucewatch.server.door import Door

tokens = typer.Typer(
    help="Who may open the console: a fresh address for a browser, tokens for programs. Works while the console runs.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
app.add_typer(
    tokens, name="tokens", short_help="Who may open the console: addresses for browsers, tokens for programs."
)


@tokens.callback()
def of_watch(context: typer.Context, watch: WatchFolder) -> None:
    context.obj = watch


@tokens.command(short_help="A fresh address that opens the console once.")
def address(context: typer.Context, as_json: AsJson = False) -> None:
    """Print a fresh address that opens the running console once, for one browser."""
    from trucewatch.server.listen import address_with

    watch = _watch(context)
    door = _door(watch)
    url = door.url
    if not url:
        raise StoreError(
            Message(
                "no console of {watch} is open; start one, which prints an address: trucewatch serve {watch}",
                watch=watch,
            )
        )
    fresh = address_with(url, door.asked_token())
    if as_json:
        print_json({"schema": "trucewatch/address/1", "address": fresh})
        return
    typer.echo(fresh)
    typer.echo("It opens the console once, for one browser.", err=True)


@tokens.command(short_help="Give a program a token, which is shown once.")
def add(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME", help="How the program is called in lists, such as qgis-anna.")],
    holder: Annotated[
        str,
        typer.Option(
            "--for",
            metavar="WHO",
            help="The recipient whose release it reads; with --scope inbox a source, or a recipient for all of them.",
        ),
    ],
    scope: Annotated[
        str, typer.Option(metavar="read|inbox", help="read: that recipient's release; inbox: bring files.")
    ],
    as_json: AsJson = False,
) -> None:
    """Give a program a token of its own. It is shown here and kept nowhere; a lost one is revoked and made anew."""
    from trucewatch.server.door import INBOX
    from trucewatch.watch import load_watch

    watch = _watch(context)
    settings = load_watch(watch).settings
    recipients, sources = [each.id for each in settings.recipient], [each.id for each in settings.source]
    holders = recipients + (sources if scope == INBOX else [])
    if holder not in holders:
        raise WatchError(
            Message(
                'there is no "{who}" in this watch for that; there are: {names}. Nothing was made',
                who=holder[:60],
                names=", ".join(holders),
            )
        )
    token = _door(watch).add_program(name, holder=holder, scope=scope)
    if as_json:
        print_json({"schema": "trucewatch/token/1", "name": name, "for": holder, "scope": scope, "token": token})
        return
    typer.echo(token)
    how = (
        f"Send it as a header, Authorization: Bearer TOKEN; a program that takes an address alone: /ogc/{holder}?token="
        f"TOKEN"
        if scope != INBOX
        else "Send it as a header, Authorization: Bearer TOKEN, with each file."
    )
    typer.echo(f"Shown once. {how}\nTake it back: trucewatch tokens {watch} revoke {name}", err=True)


@tokens.command("list", short_help="Which programs have a token.")
def list_programs(context: typer.Context, as_json: AsJson = False) -> None:
    """Which programs have a token, for whom and for what; never a token itself."""
    from trucewatch.model.times import iso_utc

    watch = _watch(context)
    programs = _door(watch).programs()
    if as_json:
        rows = [
            {"name": each.name, "for": each.holder, "scope": each.scope, "made_at": iso_utc(each.made_at)}
            for each in programs
        ]
        print_json({"schema": "trucewatch/tokens/1", "programs": rows})
        return
    if not programs:
        typer.echo(f"No program has a token. Give one: trucewatch tokens {watch} add NAME --for RECIPIENT --scope read")
    for each in programs:
        typer.echo(f"{each.name:<24} {each.scope:<6} {each.holder:<24} since {each.made_at:%Y-%m-%d %H:%MZ}")


@tokens.command(short_help="Take a program's token back, at once.")
def revoke(
    context: typer.Context, name: Annotated[str, typer.Argument(metavar="NAME", help="As `list` has it.")]
) -> None:
    """Take a program's token back: a running console refuses it from now on."""
    program = _door(_watch(context)).revoke(name)
    typer.echo(f"Revoked: {program.name} ({program.scope}, {program.holder}) is let in no longer.")


def _watch(context: typer.Context) -> Path:
    watch: Path = context.obj
    if not (watch / "watch.toml").is_file():
        raise WatchError(Message("{folder} has no watch.toml; make a watch with: trucewatch init DIR", folder=watch))
    return watch


def _door(watch: Path) -> Door:
    from trucewatch.server.door import door_of
    from trucewatch.store.store import FOLDER
    from trucewatch.store.vault import unlock

    ask_passphrase(watch)
    unlock(watch / FOLDER / "private")  # without a passphrase nothing would be there to be seen
    return door_of(watch, clock)
