"""What the words of the program do otherwise with a humanitarian instance: what is said after it was made, while
nothing protects it, when it is run; and the instance that goes with an example."""

from __future__ import annotations

import shlex
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Final

import typer

from trucewatch.messages import Message
from trucewatch.model.faults import Fault
from trucewatch.model.watch import Watch
from trucewatch.store.post_records import post_book
from trucewatch.store.store import FOLDER
from trucewatch.store.vault import is_protected
from trucewatch.terminal.base import clock, kind_in, open_store, say_what_others_read
from trucewatch.watch import load_watch

OF_AN_EXAMPLE: Final = "-aid"
"""The instance beside the example NAME is the example NAME-aid."""
UNPROTECTED: Final = Message("this humanitarian instance has no passphrase: whoever takes this computer reads it all")
_ENDS_WITHIN_S: Final = 20.0


def is_instance(folder: Path) -> bool:
    """Whether a folder is a humanitarian instance, by its watch.toml alone; no for one that cannot be read."""
    return kind_in(folder) == "humanitarian"


def say_after_init(folder: Path) -> None:
    """Who should own it, how it is protected, how its card is given, and what to write down first."""
    place = shlex.quote(str(folder))
    typer.echo(
        "\nThis is an instance of a humanitarian response centre, with a store, keys and accounts of its own. A "
        "humanitarian body should own it and the computer it lies on: in the hands of an army or a joint centre it is "
        "theirs to read and to take. docs/humanitarian.md says more.\n"
        f"\nNext: write down organisations and districts in {folder / 'humanitarian.toml'}, then: trucewatch check "
        f"{place}\n"
        f"Protect it before anything is entered: trucewatch protect {place}\n"
        f"Accounts: trucewatch people {place} add NAME --login LOGIN --role administrator\n"
        f"The card that you hand to the joint centre, so that messages can be exchanged: trucewatch post card {place} "
        "--out FILE"
    )


def protection_faults(folder: Path, watch: Watch) -> Iterator[Fault]:
    """A warning while an instance that is not invented has no passphrase."""
    if watch.kind != "humanitarian" or watch.settings.simulated or is_protected(folder / FOLDER / "private"):
        return
    command = f"trucewatch protect {shlex.quote(str(folder))}"
    yield Fault("watch.toml", 0, "", UNPROTECTED, Message("set one: {command}", command=command), "warning")


def say_unprotected(folder: Path) -> None:
    """The same on the error output, when a console is opened."""
    for fault in protection_faults(folder, load_watch(folder)):
        typer.echo(f"warning: {fault.sentence()}", err=True)


def run_instance(folder: Path, *, as_json: bool) -> None:
    """What a run does with an instance: nothing is watched in it, so nothing is fused and no report drafted."""
    from trucewatch.pipeline.aid_inbox import sweep_inbox
    from trucewatch.pipeline.aid_retention import lapse
    from trucewatch.terminal.base import print_json

    with open_store(folder) as store:
        say_what_others_read(folder)
        watch = load_watch(folder)
        removed = sweep_inbox(store, watch, folder, clock())
        lapse(store, watch, clock())
        entries, recovered = len(store.journal), store.recovered
    for line in (*(f"recovered: {each}" for each in recovered), *(f"warning: {each}" for each in removed)):
        typer.echo(line, err=True)
    if as_json:
        print_json({"schema": "trucewatch/run-of-instance/1", "watch": watch.settings.id, "entries": entries})
        return
    organisations, districts = len(watch.organisations), len(watch.humanitarian.district if watch.humanitarian else ())
    typer.echo(
        f"{watch.settings.id} is a humanitarian instance. Nothing is watched in it, so there is nothing to fuse, "
        "nothing is held against an agreement, and no report is drafted.\n"
        f"{organisations} organisations, {districts} districts, entries in the ledger: {entries:,}. What organisations "
        f"enter is in its console: trucewatch serve {shlex.quote(str(folder))}"
    )


def play_day(folder: Path, centre: Path | None = None) -> None:
    """Enter the invented day of an instance that has one, in the centre beside it too, and say what was entered."""
    from trucewatch.cli.play_aid_day import AidPlace, aid_day_of, play_aid_day, play_functions
    from trucewatch.model.aid_registry import TABLES

    day = aid_day_of(folder)
    if day is None:
        return
    watch = load_watch(folder)
    with ExitStack() as opened:
        store = opened.enter_context(open_store(folder))
        beside = None
        if centre is not None:
            beside = AidPlace(store=opened.enter_context(open_store(centre)), watch=load_watch(centre))
        functions = play_functions(store, watch, day)
        entered = play_aid_day(store, watch, day, beside=beside)
        messages = post_book(store).by_peer.values()
        sent = sum(len(direction.outgoing) for direction in messages)
        received = sum(len(direction.received) for direction in messages)
    if not entered.total() and not functions:
        typer.echo("\nThe day of day.toml is entered already; nothing was entered twice.")
        return
    items = sorted((str(TABLES[name].plural), count) for name, count in entered.items() if not TABLES[name].is_step)
    steps = sum(count for name, count in entered.items() if TABLES[name].is_step)
    typer.echo(
        f"\nThe first day (simulated) is entered from day.toml. Functions of the directory: {functions}. "
        f"{'. '.join(f'{plural}: {count}' for plural, count in items)}. Steps and words about these: {steps}."
    )
    if centre is not None:
        typer.echo(
            f"Messages sent to the centre, sealed: {sent}; received from it: {received}. All were acknowledged. "
            "Nobody compared the digits of the two cards: in a real case two people do, by telephone."
        )


def say_what_both_are(centre: Path, instance: Path, *, port: int, instance_port: int, is_served: bool) -> None:
    """What the two watches of an example are, whose each would be, and how each is opened."""
    ways = (
        (
            "The monitoring centre: the shifts' console, with map, list, replay and ledger.",
            centre,
            port,
        ),
        (
            "The humanitarian response centre: an instance with a store, keys and accounts of its own. In a real case "
            "it lies on a computer of a humanitarian body; they exchange sealed messages, and neither opens the other.",
            instance,
            instance_port,
        ),
    )
    typer.echo("\nTwo instances (simulated) go together:")
    for words, folder, own_port in ways:
        typer.echo(f"  {words}\n    trucewatch serve {shlex.quote(str(folder))} --port {own_port}")
    if is_served:
        typer.echo("Both are opened now; Ctrl+C ends both.\n")


def instance_of(example: str) -> str:
    """The name of the instance that goes with an example; "" for one without, and for an instance itself."""
    from trucewatch.watch.template import examples

    name = f"{example}{OF_AN_EXAMPLE}"
    return name if name in examples() else ""


@contextmanager
def served_beside(folder: Path, port: int) -> Iterator[None]:
    """Another watch served by a process of its own, which prints its own address; it is ended with this one."""
    command = [sys.executable, "-m", "trucewatch", "serve", str(folder), "--port", str(port)]
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL)  # noqa: S603 - our own program, and our own copy
    try:
        yield
    finally:
        process.terminate()
        with suppress(subprocess.TimeoutExpired):
            process.wait(_ENDS_WITHIN_S)
