"""The words for the post-box: of a watch, and of an organisation that has none. Words to functions, nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from trucewatch.errors import StoreError, TrucewatchError, WatchBusy, system_words
from trucewatch.messages import Message
from trucewatch.terminal.acting import BY_COMMAND
from trucewatch.terminal.base import AsJson, WatchFolder, app, clock, open_store, print_json

if TYPE_CHECKING:
    from datetime import datetime

    from trucewatch.pipeline.post import Post

post = typer.Typer(
    help="The post-box: sealed messages between instances, and with organisations that have none.\n\n"
    "Begin with: trucewatch post card WATCH",
    epilog="A running console holds the watch: while one is open, use its page Post-box.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
app.add_typer(post, name="post", short_help="The post-box: sealed messages between instances.")
To = Annotated[str, typer.Option("--to", metavar="ID", help="The post-box that it is for.")]
Out = Annotated[Path | None, typer.Option("--out", metavar="FILE", help="Where to write it.")]
At = Annotated[
    str, typer.Option("--at", metavar="T", help="On a past or invented case: the moment, as 2031-05-04T02:00:00Z.")
]
KeyFolder = Annotated[Path, typer.Option("--key", metavar="DIR", help="The folder with your keys.")]


@post.command("list", short_help="Peers, what waits, what came.")
def list_messages(watch: WatchFolder, as_json: AsJson = False) -> None:
    """Peers with their digits and how many messages wait; with --json every message and its hash."""
    from trucewatch.desks.posting.output import document_of, lines_of

    with _post(watch) as box:
        document, zone = document_of(box), box.watch.zone
    if as_json:
        print_json(document)
        return
    for line in lines_of(document, zone):
        typer.echo(line)


@post.command(short_help="The card of this post-box, and its digits.")
def card(watch: WatchFolder, out: Out = None) -> None:
    """Print the digits to compare; with --out write the card to give away. Keys are made at the first use."""
    from trucewatch.desks.posting.output import digits_line
    from trucewatch.model.post_card import card_bytes

    with _post(watch) as box:
        own = box.card(by=BY_COMMAND)
    typer.echo(digits_line(own))
    if out is not None:
        _write(out, card_bytes(own))


@post.command(short_help="Take a card in.")
def add(watch: WatchFolder, card_file: Annotated[Path, typer.Argument(metavar="CARD")]) -> None:
    """Take the card of another post-box in. Nothing goes either way until its digits are compared."""
    from trucewatch.desks.posting.output import digits_line
    from trucewatch.model.post_card import read_card
    from trucewatch.store.post_peers import add_peer

    theirs = read_card(_read(card_file))
    with _post(watch) as box:
        by = box.store.keys.person_reference(BY_COMMAND)
        add_peer(box.store, theirs, own_id=box.here, by=by)
    typer.echo(digits_line(theirs))
    typer.echo(Message("Compare these digits with {id} by telephone, then: trucewatch post confirm", id=theirs.id))


@post.command(short_help="Enter that the digits of a peer were compared, and are the same.")
def confirm(
    watch: WatchFolder,
    peer: Annotated[str, typer.Argument(metavar="ID")],
    function: Annotated[str, typer.Option("--with", metavar="FUNCTION", help='As "duty officer"; no person\'s name.')],
) -> None:
    """Enter that you compared the digits with a function of the other side, by telephone."""
    from trucewatch.pipeline.post_rows import refuse_guarded
    from trucewatch.store.post_peers import confirm_peer, post_peer

    refuse_guarded(function)
    with _post(watch) as box:
        waiting = post_peer(box.store, peer).waiting
        if len(waiting) != 1:
            raise StoreError(Message("no key of {id}, or more than one, waits to be compared", id=peer[:64]))
        by, on = box.store.keys.person_reference(BY_COMMAND), box.now.astimezone(box.watch.zone).date()
        confirm_peer(box.store, peer, waiting[0].card.signs, function=function, on=on, by=by)
    typer.echo(Message("{id} is compared. Messages go both ways from now on.", id=peer))


@post.command(short_help="Queue what is entered here for a peer.")
def send(watch: WatchFolder, codes: Annotated[list[str], typer.Argument(metavar="CODE...")], to: To) -> None:
    """Queue items with their steps; on disk when this returns."""
    from trucewatch.desks.posting.operations import queue_rows

    with _post(watch) as box:
        count = queue_rows(box, codes, to, by=BY_COMMAND)
    typer.echo(Message("Queued for {id}: {count}", id=to, count=count))


@post.command("out", short_help="Write what waits for a peer as sealed files.")
def give_out(watch: WatchFolder, to: To, into: Annotated[Path, typer.Option("--into", metavar="DIR")]) -> None:
    """Write every message that the peer did not acknowledge, and the acknowledgement of its own, as sealed files."""
    from trucewatch.desks.posting.operations import given_out

    with _post(watch) as box:
        files = given_out(box, to)
    for name, content in files:
        _write(into / name, content)
    typer.echo(Message("Files written: {count}", count=len(files)))


@post.command("in", short_help="Take sealed files in.")
def bring_in(watch: WatchFolder, files: Annotated[list[Path], typer.Argument(metavar="FILE...")]) -> None:
    """Take in sealed messages (.age), files with several, and mails that were kept as files (.eml)."""
    from trucewatch.desks.posting.files import sealed_in
    from trucewatch.desks.posting.operations import take_in

    sealed = [content for path in files for content in sealed_in(_read(path))]
    with _post(watch) as box:
        brought = take_in(box, sealed)
    typer.echo(brought.sentence)
    for refusal in brought.refused:
        typer.echo(refusal.message, err=True)
    if brought.refused or any(each.refused for each in brought.received):
        raise typer.Exit(1)


@post.command(short_help="Send what waits for a peer by mail.")
def mail(watch: WatchFolder, to: To) -> None:
    """Send every message that the peer did not acknowledge, each in a mail of its own."""
    from contextlib import nullcontext

    from trucewatch.desks.posting.operations import send_by_mail

    with _post(watch) as box:
        count = send_by_mail(box, to, clock=clock, guard=nullcontext)
    typer.echo(Message("Mails sent: {count}", count=count))


@post.command(short_help="Keys and a card for an organisation that has no watch.")
def key(
    folder: Annotated[Path, typer.Argument(metavar="DIR")],
    post_id: Annotated[str, typer.Option("--id", metavar="ID", help="As aid-north: letters a to z, digits, dashes.")],
    name: Annotated[str, typer.Option("--name", metavar="NAME", help="What the organisation is called.")],
    mail_address: Annotated[str, typer.Option("--mail", metavar="ADDRESS", help="Where answers go by mail.")] = "",
    at: At = "",
) -> None:
    """Make keys in a folder of your own, and card.json in it to give away. Keep the folder as you keep a passport."""
    from trucewatch.desks.posting.output import digits_line
    from trucewatch.desks.posting.outsider import Outsider
    from trucewatch.model.post_card import card_bytes

    own = Outsider(folder).make(post_id, name, _moment(at), mail=mail_address)
    _write(folder / "card.json", card_bytes(own))
    typer.echo(digits_line(own))


@post.command(short_help="Write a sealed message, offline.")
def write(
    fields: Annotated[Path, typer.Argument(metavar="FIELDS.toml")],
    card_file: Annotated[Path, typer.Option("--card", metavar="CARD", help="The card of the post-box it is for.")],
    key_folder: KeyFolder,
    table: Annotated[str, typer.Option("--table", metavar="T", help="What it is: request, …")],
    out: Annotated[Path, typer.Option("--out", metavar="FILE")],
    about: Annotated[str, typer.Option("--about", metavar="CODE", help="Of a step: the item it is about.")] = "",
    at: At = "",
) -> None:
    """Write one sealed message from the fields of a TOML file. Hand the file in at /post/in, by mail, or on a stick."""
    from trucewatch.desks.posting.outsider import Outsider
    from trucewatch.model.post_card import read_card

    written = Outsider(key_folder).write(read_card(_read(card_file)), table, _read(fields), _moment(at), about=about)
    _write(out, written.content)
    typer.echo(Message("Message {number} is written: {code}", number=written.number, code=written.code))


@post.command(short_help="Show an answer.")
def read(file: Annotated[Path, typer.Argument(metavar="FILE")], key_folder: KeyFolder) -> None:
    """Open a sealed answer with your key and print what it says."""
    from trucewatch.desks.posting.output import lines_of_answer
    from trucewatch.desks.posting.outsider import Outsider

    for line in lines_of_answer(Outsider(key_folder).read(_read(file))):
        typer.echo(line)


@contextmanager
def _post(watch: Path) -> Iterator[Post]:
    from trucewatch.pipeline.post import Post
    from trucewatch.watch import load_watch

    loaded = load_watch(watch)
    try:
        with open_store(watch) as store:
            yield Post(store, loaded, loaded.settings.watch_time or clock())
    except WatchBusy as exc:
        raise StoreError(
            Message("{watch} is in use, by its console perhaps. Do it there, on the page Post-box", watch=watch)
        ) from exc


def _moment(text: str) -> datetime:
    from trucewatch.model.times import read_time

    return read_time(text) if text else clock()


def _read(path: Path) -> bytes:
    from trucewatch.desks.posting.files import MOST_BYTES

    try:
        with path.open("rb") as file:
            return file.read(MOST_BYTES + 1)
    except OSError as exc:
        raise TrucewatchError(Message("{path}: {error}", path=path, error=system_words(exc))) from exc


def _write(path: Path, content: bytes) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    except OSError as exc:
        raise TrucewatchError(Message("{path}: {error}", path=path, error=system_words(exc))) from exc
