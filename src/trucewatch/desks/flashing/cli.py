"""The word for urgent messages to both sides: look, send, enter what came. Words to functions, nothing else."""

from __future__ import annotations

from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from trucewatch.errors import StoreError
from trucewatch.messages import Message
from trucewatch.terminal.acting import AsMachine, releasing
from trucewatch.terminal.base import AsJson, WatchFolder, app, clock, open_store, print_json, read_moment

if TYPE_CHECKING:
    from datetime import datetime

    from trucewatch.model.flash import Flash, Via
    from trucewatch.model.watch import Watch
    from trucewatch.store import Store

Code = Annotated[str, typer.Argument(metavar="UM-3", help="Our number of the message.")]
By = Annotated[str, typer.Option("--by", help="Whose act it is: a name, kept as a salted reference.")]
To = Annotated[str, typer.Option("--to", metavar="ID", help="Which recipient: the id of a party, delegation or body.")]
At = Annotated[
    str, typer.Option("--at", metavar="T", help="When, as 2031-05-02T21:27; the watch's clock now without it.")
]
ViaOption = Annotated[str, typer.Option("--via", help="How it came: telephone, radio, in_person, mail.")]
flash = typer.Typer(
    help="Urgent messages to both sides. The same text goes to both in one second; a silent line is neither an answer "
    "nor quiet.\n\n"
    "Begin with what is on record: trucewatch flash WATCH send --about claim:CL-7 shows the text, and nothing leaves.",
    epilog="A running console holds the watch: while one is open, use its page Urgent messages.",
    invoke_without_command=True,
    rich_markup_mode=None,
)
app.add_typer(flash, name="flash", short_help="Urgent messages to both sides: look, send, enter what came.")


@flash.callback()
def of_watch(context: typer.Context, watch: WatchFolder) -> None:
    context.obj = watch
    if context.invoked_subcommand is None:
        list_messages(context)


@flash.command("list", short_help="Every message, open ones first; as without a word.")
def list_messages(context: typer.Context, as_json: AsJson = False) -> None:
    """Every message with what each recipient said, and what is missing. Nothing is sent."""
    from trucewatch.desks.flashing.operations import messages_document
    from trucewatch.desks.flashing.output import show_messages
    from trucewatch.store.outbox import Outbox
    from trucewatch.terminal.output import console
    from trucewatch.watch import load_watch

    watch = _folder(context)
    loaded = load_watch(watch)
    with open_store(watch) as store:
        document = messages_document(store, loaded, Outbox(store), now=_now(loaded), clock=clock())
    if as_json:
        print_json(document)
    else:
        show_messages(console(), document, loaded)


@flash.command(short_help="One message: its text, its ways, what came of it.")
def show(context: typer.Context, code: Code, as_json: AsJson = False) -> None:
    """One message. The text is shown at the terminal alone; --json gives numbers, moments and states."""
    from trucewatch.store.flash_records import flash_of
    from trucewatch.watch import load_watch

    watch = _folder(context)
    loaded = load_watch(watch)
    with open_store(watch) as store:
        _print(store, loaded, flash_of(store, code), as_json=as_json, with_text=True)


@flash.command(short_help="Read what would be told; with --yes send it to all at once.")
def send(
    context: typer.Context,
    about: Annotated[
        str, typer.Option("--about", metavar="WHAT", help="What it rests on: claim:CL-7 or incident:482-917.")
    ],
    yes: Annotated[
        bool, typer.Option("--yes", help="Send it. Without this the text is shown and nothing leaves.")
    ] = False,
    matter: Annotated[str, typer.Option(help="fire, flares, movement, overflight, other; no finer.")] = "",
    place: Annotated[
        str, typer.Option(help="settlement, cell, zone, none: as the watch's rule says, or coarser.")
    ] = "",
    answer_by: Annotated[
        str, typer.Option("--answer-by", metavar="T", help="By when both are asked to answer; by the rule without it.")
    ] = "",
    again: Annotated[
        bool, typer.Option("--again", help="Send another one, though one about the same is open.")
    ] = False,
    by: By = "",
    as_machine: AsMachine = False,
    as_json: AsJson = False,
) -> None:
    """Show the whole text, to whom it goes and by which ways; with --yes send it to all in one second.

    It cannot be called back. Read it first without --yes; what is wrong with it is said then too.
    """
    from trucewatch.desks.flashing.drafting import Changes, drafted
    from trucewatch.desks.flashing.operations import liaisons_of
    from trucewatch.desks.flashing.output import show_draft
    from trucewatch.model.flash_refused import FlashRefusedError
    from trucewatch.pipeline.flash_sending import send_flash
    from trucewatch.store.outbox import Outbox
    from trucewatch.terminal.output import console
    from trucewatch.watch import load_watch

    watch = _folder(context)
    loaded = load_watch(watch)
    now = _now(loaded)
    changes = Changes(matter=matter, place=place, answer_by=read_moment(answer_by, zone=loaded.zone))
    with open_store(watch) as store:
        draft = drafted(store, loaded, about, changes, now)
        outbox = Outbox(store)
        ways = outbox.ways_out(draft.rule.to, liaisons_of(store, clock()))
        if not yes:
            show_draft(console(), draft, ways, loaded)
            return
        if draft.faults:
            raise FlashRefusedError(draft.faults)
        sent = send_flash(
            store,
            loaded,
            draft.draft,
            rule=draft.rule,
            outbox=outbox,
            ways=ways,
            seen=draft.seen,
            by=releasing(store, loaded, by, as_machine=as_machine) or "command line",
            now=now,
            clock=clock,
            drill_label=draft.drill_label,
            again=again,
        )
        outbox.send_flashes(clock, loaded.settings, guard=nullcontext, wait_s=None)
        _print(store, loaded, sent, as_json=as_json)


@flash.command(short_help="Enter that a recipient acknowledged.")
def acknowledge(
    context: typer.Context,
    code: Code,
    to: To,
    via: ViaOption = "telephone",
    at: At = "",
    by: By = "command line",
    as_json: AsJson = False,
) -> None:
    """Enter that a recipient acknowledged a message by telephone, by radio, by mail or in person. The first stands."""
    from trucewatch.pipeline.flash_acts import acknowledge as enter
    from trucewatch.watch import load_watch

    watch = _folder(context)
    loaded = load_watch(watch)
    with open_store(watch) as store:
        now = _now(loaded)
        entered = enter(store, code, to=to, via=_via(via), by=by, at=_moment(loaded, at, now), now=now)
        _print(store, loaded, entered, as_json=as_json)


@flash.command(short_help="Enter that a side says that it is quiet there.")
def quiet(
    context: typer.Context,
    code: Code,
    to: To,
    via: ViaOption = "telephone",
    at: At = "",
    by: By = "command line",
    as_json: AsJson = False,
) -> None:
    """Enter that a side says since when it is quiet on its own side. A silent line is no quiet: somebody has to say
    so."""
    from trucewatch.pipeline.flash_acts import report_quiet
    from trucewatch.watch import load_watch

    watch = _folder(context)
    loaded = load_watch(watch)
    with open_store(watch) as store:
        now = _now(loaded)
        entered = report_quiet(store, code, to=to, via=_via(via), by=by, at=_moment(loaded, at, now), now=now)
        _print(store, loaded, entered, as_json=as_json)


@flash.command("own-quiet", short_help="Enter that the centre's own means saw quiet.")
def own_quiet(
    context: typer.Context,
    code: Code,
    by_what: Annotated[str, typer.Option("--by-what", help="By what it was seen or heard; stays inside.")],
    at: At = "",
    by: By = "command line",
    as_json: AsJson = False,
) -> None:
    """Enter since when the centre's own means saw quiet."""
    from trucewatch.pipeline.flash_acts import report_own_quiet
    from trucewatch.watch import load_watch

    watch = _folder(context)
    loaded = load_watch(watch)
    with open_store(watch) as store:
        now = _now(loaded)
        entered = report_own_quiet(store, code, by=by, at=_moment(loaded, at, now), now=now, words=by_what)
        _print(store, loaded, entered, as_json=as_json)


@flash.command(short_help="Close a message: the centre asks nothing more of it.")
def close(context: typer.Context, code: Code, by: By = "command line", as_json: AsJson = False) -> None:
    """Close a message. Nobody is told; to tell all that it does not hold, withdraw it in the console."""
    from trucewatch.pipeline.flash_acts import close_flash
    from trucewatch.watch import load_watch

    watch = _folder(context)
    loaded = load_watch(watch)
    with open_store(watch) as store:
        _print(store, loaded, close_flash(store, code, by=by, now=_now(loaded)), as_json=as_json)


def _folder(context: typer.Context) -> Path:
    folder = context.obj
    assert isinstance(folder, Path)
    return folder


def _now(watch: Watch) -> datetime:
    return watch.settings.watch_time or clock()


def _moment(watch: Watch, text: str, now: datetime) -> datetime:
    return read_moment(text, zone=watch.zone) or now.replace(microsecond=0)


def _via(text: str) -> Via:
    from trucewatch.desks.flashing.reach import BY_HAND

    via = next((each for each in BY_HAND if each == text), None)
    if via is None:
        raise StoreError(Message("--via is one of {ways}; nothing was entered", ways=", ".join(BY_HAND)))
    return via


def _print(store: Store, watch: Watch, flash: Flash, *, as_json: bool, with_text: bool = False) -> None:
    from trucewatch.desks.flashing.operations import message_document
    from trucewatch.desks.flashing.output import show_message
    from trucewatch.store.outbox import Outbox
    from trucewatch.terminal.output import console

    document = message_document(store, watch, Outbox(store), flash, now=_now(watch), clock=clock())
    if as_json:
        print_json(document)
        return
    told: dict[str, list[str]] = {}
    for recipient, reference in flash.texts.items() if with_text else ():
        told.setdefault(reference, []).append(recipient)
    texts = [(recipients, store.words.read(reference)) for reference, recipients in told.items()]
    show_message(console(), document, watch, texts)
