"""The words for people: accounts and roles, from a terminal of the computer that the watch is on."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from trucewatch.errors import StoreError, WatchBusy
from trucewatch.messages import Message
from trucewatch.terminal.acting import BY_COMMAND
from trucewatch.terminal.base import AsJson, WatchFolder, app, ask_passphrase, clock, open_store, print_json

if TYPE_CHECKING:
    from datetime import datetime

    from trucewatch.desks.enrolling.operations import People

people = typer.Typer(
    help="Who may sign in, and with which role until when. Without accounts whoever uses this computer does "
    "everything; from the first account that is completed on, everybody signs in.\n\n"
    'Begin with an administrator: trucewatch people WATCH add "Ada North" --login ada --role administrator',
    epilog="A running console holds the watch: close it first, or use its page People.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
app.add_typer(people, name="people", short_help="Accounts and roles: who may sign in, as what, until when.")

Who = Annotated[str, typer.Argument(metavar="LOGIN", help="As `list` has it; a reference p-… does as well.")]
RoleOption = Annotated[
    str,
    typer.Option(
        "--role",
        metavar="ROLE",
        help="head, officer, shift_lead, analyst or interpreter, each of a delegation; in a humanitarian instance "
        "coordinator, or member of an organisation; in both liaison of a side; auditor; administrator.",
    ),
]
Side = Annotated[
    str,
    typer.Option(
        metavar="S",
        help="The delegation; of a member the organisation; of a liaison the party, delegation or recipient for whom "
        "they speak; for coordinator, auditor and administrator none.",
    ),
]
From = Annotated[
    str, typer.Option("--from", metavar="DAY", help="The role's first day, as 2031-05-04; now without it.")
]
Until = Annotated[
    str,
    typer.Option(metavar="DAY", help="The role's last day, 2031-11-01; half a year without it, 400 days at most."),
]


@people.callback()
def of_watch(context: typer.Context, watch: WatchFolder) -> None:
    context.obj = watch


@people.command(short_help="Add somebody, with a role and a link that opens their account once.")
def add(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME", help="By which the others know them; no record holds it.")],
    login: Annotated[str, typer.Option(metavar="L", help="What they type to sign in: letters, digits, . _ -")],
    role: RoleOption,
    side: Side = "",
    from_day: From = "",
    until: Until = "",
    first: Annotated[
        bool, typer.Option("--first", help="Begin anew where nobody can sign in any more: an administrator.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Add somebody and print the address that opens their account once, within a day.

    Give it to them in person or over a line that you trust: whoever opens it first chooses password and telephone. The
    first account is an administrator's. Until one account is completed nothing changes for anybody.
    """
    from trucewatch.desks.enrolling.operations import NewPerson

    with _people(context) as group:
        start, until_at = _days(group, from_day, until)
        person = NewPerson(name=name, login=login, role=role, side=side, from_at=start, until_at=until_at)
        reference, token = (group.found if first else group.add)(person, by=BY_COMMAND)
    _give(context.obj, reference, token, as_json)


@people.command("list", short_help="Who has which role until when.")
def list_people(context: typer.Context, as_json: AsJson = False) -> None:
    """Everybody who has an account: login, name, roles with the side and the day until which they run."""
    from trucewatch.desks.enrolling.output import document_of, lines_of

    with _people(context) as group:
        if as_json:
            print_json(document_of(group))
            return
        for line in lines_of(group):
            typer.echo(line)


@people.command(short_help="Grant another role.")
def grant(
    context: typer.Context, who: Who, role: RoleOption, side: Side = "", from_day: From = "", until: Until = ""
) -> None:
    """Grant a role to somebody who has an account. It is an entry of the ledger, which heads and auditors are shown."""
    with _people(context) as group:
        start, until_at = _days(group, from_day, until)
        account = group.by_login(who)
        entry = group.grant(account.reference, role, side, start, until_at, by=BY_COMMAND)
    typer.echo(f"Granted: entry {entry.number} of the ledger. End it: trucewatch people {context.obj} end {who} {role}")


@people.command(short_help="End a role before its time.")
def end(
    context: typer.Context,
    who: Who,
    role: Annotated[str, typer.Argument(metavar="ROLE", help="Which of their roles.")],
    reason: Annotated[str, typer.Option(metavar="WORDS", help="Why; kept apart, so that it can be erased.")],
) -> None:
    """End a role at once: a page that is open does nothing any more from then on. The account stays."""
    with _people(context) as group:
        standing = group.standing(group.by_login(who).reference)
        ending = [each for each in (*standing.running, *standing.to_come) if each.role == role]
        if not ending:
            names = ", ".join(each.role.value for each in (*standing.running, *standing.to_come))
            raise StoreError(
                Message(
                    'they have no role "{role}" that could end; they have: {names}',
                    role=role[:40],
                    names=names or Message("none"),
                )
            )
        entry = group.end(standing.reference, ending[0].entry, reason, by=BY_COMMAND)
    typer.echo(f"Ended: entry {entry.number} of the ledger.")


@people.command(short_help="A new link, for a lost password or telephone.")
def link(context: typer.Context, who: Who, as_json: AsJson = False) -> None:
    """Print a new address that opens an account once: for a password or a telephone that is lost, or a link that ran
    out. What they sign in with until now stays good until it is opened."""
    with _people(context) as group:
        reference = group.by_login(who).reference
        token = group.invite(reference, by=BY_COMMAND)
    _give(context.obj, reference, token, as_json)


@people.command(short_help="Remove an account, and end its roles.")
def remove(context: typer.Context, who: Who) -> None:
    """Remove an account: its roles and its sessions end at once. What they did stays on record under their reference;
    their name goes with: trucewatch erase WATCH p-…"""
    from trucewatch.store.sessions import Sessions

    with _people(context) as group:
        reference = group.by_login(who).reference
        group.remove(reference, Sessions(group.store.root / "private", clock), by=BY_COMMAND)
    typer.echo(f"Removed. Their name stays with what they did, until: trucewatch erase {context.obj} {reference}")


@people.command(short_help="Who read, exported or took what.")
def access(
    context: typer.Context,
    last: Annotated[int, typer.Option(min=0, help="How many of the last lines; 0 for all.")] = 50,
    as_json: AsJson = False,
) -> None:
    """Who read, exported or took what, who signed in and who was refused, the newest first: by reference, since names
    stand on the page People alone. Reads only, also while a console is open; what it noted in the last seconds may be
    missing."""
    from itertools import islice

    from trucewatch.desks.enrolling.output import access_lines, access_rows
    from trucewatch.store.access_log import AccessLog
    from trucewatch.store.store import FOLDER
    from trucewatch.store.vault import unlock

    folder: Path = context.obj
    ask_passphrase(folder)
    private = folder / FOLDER / "private"
    unlock(private)
    lines = list(islice(AccessLog(private, clock).lines(), last or None))
    if as_json:
        print_json({"schema": "trucewatch/access/1", "access": access_rows(lines)})
        return
    for line in access_lines(lines):
        typer.echo(line)


@contextmanager
def _people(context: typer.Context) -> Iterator[People]:
    from trucewatch.desks.enrolling.operations import People
    from trucewatch.store.sign_in_accounts import Accounts
    from trucewatch.watch import load_watch

    folder: Path = context.obj
    try:
        opened = open_store(folder)
        with opened as store:
            yield People(store, load_watch(folder), Accounts(store.root / "private", clock), clock)
    except WatchBusy as exc:
        raise StoreError(
            Message(
                "{watch} is in use, by its console perhaps. Do it there, on the page People, or close it and try again",
                watch=folder,
            )
        ) from exc


def _days(group: People, from_day: str, until: str) -> tuple[datetime | None, datetime]:
    """The beginning and the end that two days name, in the watch's zone: the last day is within."""
    from trucewatch.desks.enrolling.operations import LASTS, end_of_day, start_of_day
    from trucewatch.terminal.base import read_day

    start = start_of_day(read_day(from_day), group) if from_day else None
    if until:
        return start, end_of_day(read_day(until), group)
    return start, (start or group.now) + LASTS


def _give(folder: Path, reference: str, token: str, as_json: bool) -> None:
    """Print the address of a link, which is shown here and kept nowhere."""
    from trucewatch.desks.enrolling.links import address_at_console

    address = address_at_console(folder, token, clock)
    if as_json:
        print_json({"schema": "trucewatch/account-link/1", "person": reference, "address": address})
        return
    typer.echo(address)
    typer.echo(
        "It opens the account once, within a day. Give it to its person alone. It needs the console: trucewatch serve "
        f"{folder}",
        err=True,
    )
