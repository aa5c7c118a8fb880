"""What the command line's parts share: the program, its common words, the clock, and how a store is opened."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, tzinfo
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from trucewatch.errors import TimeError, TrucewatchError, WatchError, system_words
from trucewatch.messages import Message

if TYPE_CHECKING:
    from trucewatch.pipeline import Assessment, Steps
    from trucewatch.server.static_files import AnyDesk
    from trucewatch.store import Store
    from trucewatch.store.desk_index import DeskIndex

app = typer.Typer(
    name="trucewatch",
    help="Watches a ceasefire remotely: from an agreement and real inputs to findings and a daily report.\n\n"
    "Begin with: trucewatch demo",
    epilog="Exit codes: 0 done; 1 done, but something was rejected or a check failed; 2 unusable arguments or watch.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)

WatchFolder = Annotated[Path, typer.Argument(metavar="WATCH", help="The watch: a folder with watch.toml in it.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document on stdout and nothing else there.")]
AsOf = Annotated[str | None, typer.Option(metavar="T", help="What was known by then, as 2020-12-11T14:00:00Z.")]
RecordedBy = Annotated[
    str | None,
    typer.Option(metavar="T", help="Replay: only what this watch's journal held by then. Reads nothing new."),
]


@dataclass
class HandedDown:
    """What the program tells its kit of the desks that there are."""

    indexes: Callable[[], Sequence[DeskIndex]] = tuple
    desks: Callable[[], Sequence[AnyDesk]] = tuple
    running: frozenset[str] = frozenset()
    """The modules of the command that runs."""


handed_down = HandedDown()


@app.callback()
def _begin(context: typer.Context) -> None:
    """Remember which command runs: what it may be used on depends on whose it is."""
    name = context.invoked_subcommand
    command = context.command.get_command(context, name) if name and hasattr(context.command, "get_command") else None
    parts = [command, *getattr(command, "commands", {}).values()] if command is not None else []
    handed_down.running = frozenset(getattr(part.callback, "__module__", "") for part in parts)


def say_what_others_read(folder: Path) -> None:
    """Name, on the error output, what of a watch other accounts of the computer may read."""
    from trucewatch.watch.looser import looser_parts

    for fault in looser_parts(folder):
        typer.echo(f"warning: {fault.sentence()}", err=True)


def open_store(folder: Path, *, accept_loss: bool = False) -> Store:
    from trucewatch.store import Store

    if not (folder / "watch.toml").is_file():
        raise WatchError(Message("{folder} has no watch.toml; make a watch with: trucewatch init DIR", folder=folder))
    refuse_other_kind(folder)
    ask_passphrase(folder)
    return Store(folder, clock, accept_loss=accept_loss, desks=handed_down.indexes())


def kind_in(folder: Path) -> str:
    """Of which kind a watch says that it is, by its watch.toml alone; "centre" for one that says nothing or cannot be
    read."""
    import tomllib

    try:
        kind = tomllib.loads((folder / "watch.toml").read_text("utf-8-sig")).get("kind", "centre")
    except (OSError, ValueError, RecursionError):
        return "centre"
    return kind if isinstance(kind, str) else "centre"


def refuse_other_kind(folder: Path) -> None:
    """Raises WatchError where the command that runs is of a desk that serves no watch of this kind: what a caller said
    has no place in a humanitarian instance."""
    kind = kind_in(folder)
    modules = {f"trucewatch.desks.{desk.name}.cli": desk for desk in handed_down.desks()}
    desk = next((modules[module] for module in handed_down.running if module in modules), None)
    if desk is None or kind in desk.serves:
        return
    if kind == "humanitarian":
        raise WatchError(
            Message("{folder} is a humanitarian instance, which has no such work; nothing was done", folder=folder)
        )
    raise WatchError(
        Message("{folder} is no humanitarian instance, where alone this is done; nothing was done", folder=folder)
    )


def ask_passphrase(folder: Path) -> None:
    """Ask at the terminal for the passphrase of a protected watch, up to three times; nothing where the variable holds
    it, where there is no terminal, or where the watch has none."""
    import os
    import sys

    from trucewatch.errors import Locked
    from trucewatch.store.store import FOLDER
    from trucewatch.store.vault import PASSPHRASE, is_open, unlock

    private = folder / FOLDER / "private"
    if is_open(private) or os.environ.get(PASSPHRASE) or not sys.stdin.isatty():
        return
    for attempt in range(3):
        try:
            unlock(private, typer.prompt(f"Passphrase of {folder.name}", hide_input=True, err=True))
        except Locked as exc:
            if attempt == 2:
                raise
            typer.echo(str(exc), err=True)
        else:
            return


def tell_of_lost_history(root: Path) -> bool:
    """Says on the error output what a start would refuse of a store; whether there was something. Reads only."""
    if not root.is_dir():
        return False
    from trucewatch.store.history import history_faults

    faults = history_faults(root)
    for fault in faults:
        typer.echo(f"trucewatch: {fault}", err=True)
    return bool(faults)


def clock() -> datetime:
    return datetime.now(UTC)


def read_moment(text: str | None, *, zone: tzinfo | None = None) -> datetime | None:
    """A moment as it was typed; zone: of one that names none, a whole day among them."""
    from trucewatch.model.times import read_time

    return read_time(text, zone=zone) if text else None


def read_day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as exc:
        raise TimeError(Message('"{text}" is no day; write it like 2020-12-11', text=text)) from exc


def assess_watch(
    store: Store, folder: Path, as_of: str | None, recorded_by: str | None, steps: Steps | None = None
) -> Assessment:
    """What is known of a watch, as the words `--as-of` and `--recorded-by` say."""
    import gc

    from trucewatch.pipeline import assess

    # Rows become many small records that refer to nothing: looking through them for circles took a sixth of a run.
    gc.freeze()
    gc.set_threshold(200_000, 50, 100)
    moment, recorded = read_moment(as_of), read_moment(recorded_by)
    return assess(store, folder, now=clock(), steps=steps, as_of=moment, recorded_by=recorded)


def write_file(path: Path, content: bytes) -> Path:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    except OSError as exc:
        raise TrucewatchError(
            Message("{path} cannot be written: {strerror}", path=path, strerror=system_words(exc))
        ) from exc
    return path


def write_file_durably(path: Path, content: bytes) -> Path:
    """For what is lost if it is cut off: after a power cut the whole old file is there, or the whole new one."""
    from trucewatch.ledger.durable import make_folder, write_durably

    try:
        target = path.resolve()  # a link stays a link
        make_folder(target.parent, mode=0o777)
        write_durably(target, content, mode=0o666)  # to be handed on: who may read it is the writer's own setting
    except OSError as exc:
        raise TrucewatchError(
            Message(
                "{path} cannot be written: {strerror}; what was there before is kept",
                path=path,
                strerror=system_words(exc),
            )
        ) from exc
    return path


def print_json(document: object) -> None:
    typer.echo(json.dumps(document, ensure_ascii=False))
