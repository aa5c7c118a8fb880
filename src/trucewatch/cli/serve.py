"""The words for the console."""

from __future__ import annotations

import os
import shlex
import signal
import threading
from contextlib import ExitStack, suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from trucewatch.errors import TrucewatchError
from trucewatch.messages import Message
from trucewatch.terminal.base import WatchFolder, app, clock, open_store, say_what_others_read

if TYPE_CHECKING:
    from trucewatch.server.console import Console
    from trucewatch.server.own_certificate import OwnCertificate

MALLOC: Final = {"M_ARENA_MAX": (-8, 1), "M_MMAP_THRESHOLD": (-3, 64 * 1024), "M_TRIM_THRESHOLD": (-1, 128 * 1024)}
"""Settings of the GNU C library's malloc.h, each with its number."""


@app.command(short_help="Open the console in a browser on this computer.")
def serve(
    watch: WatchFolder,
    host: Annotated[
        str, typer.Option(help="The address to listen on; beyond this computer only with TLS.")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="0 takes any that is free.", min=0, max=65535)] = 8020,
    tls_cert: Annotated[Path | None, typer.Option(metavar="FILE", help="The certificate, PEM.")] = None,
    tls_key: Annotated[Path | None, typer.Option(metavar="FILE", help="Its key, PEM.")] = None,
    tls_self_signed: Annotated[
        bool,
        typer.Option(
            "--tls-self-signed",
            help="TLS with a certificate of its own, made once; prints the fingerprint that people compare.",
        ),
    ] = False,
    replay: Annotated[
        float | None,
        typer.Option(metavar="SECONDS", help="Begin with the last month again, in so many seconds: 60 for a minute."),
    ] = None,
    new_token: Annotated[
        bool,
        typer.Option(
            "--new-token",
            help="End every session: whoever was let in or signed in is not any more; programs keep their tokens.",
        ),
    ] = False,
    opens: Annotated[bool, typer.Option("--open", help="Show it in this computer's browser.")] = False,
    while_input_is_open: Annotated[bool, typer.Option("--while-input-is-open", hidden=True)] = False,
) -> None:
    """Open the console: map, list, reports, sources and ledger in a browser on this computer, live.

    The address that it prints opens the console once, for one browser. Another one: trucewatch tokens WATCH address.
    """
    serve_watch(
        watch,
        host=host,
        port=port,
        tls_cert=tls_cert,
        tls_key=tls_key,
        is_self_signed=tls_self_signed,
        opens=opens,
        replay_s=replay,
        new_token=new_token,
        is_child=while_input_is_open,
    )


def serve_watch(
    watch: Path,
    *,
    host: str = "127.0.0.1",
    port: int = 8020,
    tls_cert: Path | None = None,
    tls_key: Path | None = None,
    is_self_signed: bool = False,
    opens: bool = False,
    is_asked: bool = True,
    replay_s: float | None = None,
    new_token: bool = False,
    is_child: bool = False,
) -> None:
    """Serve a watch until Ctrl+C; with `opens` a browser is asked to show it once the server answers, and where none
    can, that is said. With `is_asked` false nothing is said: nobody asked for a browser.

    is_child: another console opened it and leads browsers on to it. It ends when its input does, and prints no
    address."""
    _take_memory_in_one_place()
    if is_child:
        threading.Thread(target=_end_with_the_input, name="input", daemon=True).start()
    from trucewatch.cli.instances import is_instance, say_unprotected
    from trucewatch.desks import find
    from trucewatch.desks.replay.operations import Replays
    from trucewatch.server.listen import Address, serve
    from trucewatch.server.opening import forget_opening, show_in_browser
    from trucewatch.server.own_certificate import as_files, hosts_of, own_certificate
    from trucewatch.server.session_gate import SIGN_IN, trouble_of

    def announce(url: str) -> None:
        if is_child:
            return
        if url.endswith(SIGN_IN):
            typer.echo(
                f"\nThe console of {watch} is open at  {url}\nThere are accounts: everybody signs in there. "
                f"Who has one: trucewatch people {shlex.quote(str(watch))} list"
            )
        else:
            typer.echo(
                f"\nThe console of {watch} is open at  {url}\nThat address opens it once, for one browser; "
                f"another one: trucewatch tokens {shlex.quote(str(watch))} address\n"
                + (
                    "You act as the coordinator, for every organisation (there are no accounts yet)."
                    if is_instance(watch)
                    else "You act as: analyst on this computer (there are no accounts yet)."
                )
            )
        inbox = "" if is_instance(watch) else " Files put into the watch's inbox/ appear by themselves."
        typer.echo(f"Stop it with Ctrl+C.{inbox}")
        if opens:  # beside the server: a browser that runs in the terminal would keep it from answering
            threading.Thread(target=show, args=(url,), name="browser", daemon=True).start()

    def show(url: str) -> None:
        trouble = show_in_browser(watch, url)
        if trouble and is_asked:
            typer.echo(str(trouble))

    own: OwnCertificate | None = None
    if is_self_signed and (tls_cert or tls_key):
        raise TrucewatchError(
            Message("give --tls-self-signed, or a certificate with --tls-cert and --tls-key, and not both")
        )
    address = Address(host=host, port=port, certificate=tls_cert, key=tls_key)
    if not is_self_signed:
        address.check()
    desks = find()
    _ = [desk.routers for desk in desks]  # one with a fault is named here, before anything is read or recorded
    with open_store(watch) as store, ExitStack() as while_open:
        for line in store.recovered:
            typer.echo(f"recovered: {line}", err=True)
        say_what_others_read(watch)
        say_unprotected(watch)
        store.index_healed = lambda words: typer.echo(f"recovered: {words}", err=True)
        store.check_index_beside()
        if trouble := trouble_of(store, clock):
            typer.echo(str(trouble).replace("WATCH", shlex.quote(str(watch))), err=True)
        if is_self_signed:
            own = own_certificate(store.root / "private", hosts_of(host), clock())
            certificate, key = while_open.enter_context(as_files(own))
            address = replace(address, certificate=certificate, key=key)
            say_fingerprint(own)

        def begin(console: Console) -> None:
            console.certificate = own
            if replay_s is not None:
                console.part(Replays).month_in(replay_s)

        try:
            serve(store, watch, clock, address, started=announce, desks=desks, begin=begin, new_token=new_token)
        finally:
            forget_opening(watch)
    typer.echo("The console is closed; nothing that was acknowledged is lost.")


def say_fingerprint(own: OwnCertificate) -> None:
    """What people compare before they trust a certificate that no authority vouches for."""
    if own.is_new:
        typer.echo("A certificate was made for this console. Whoever compared an earlier one has to compare again.")
    first, second = own.lines
    typer.echo(
        f"Its certificate is its own: no authority vouches for it, so each browser warns the first time. Before going "
        f"on\nthere, open the certificate that the browser shows and compare its SHA-256 fingerprint with this one, "
        f"read from this\nscreen or from the printed card (page /certificate), never from the network:\n"
        f"\n    {first}\n    {second}\n\nIf one pair differs, somebody stands between: do not go on. It is good until "
        f"{own.until:%Y-%m-%d}, for {', '.join(own.hosts)}."
    )


def _end_with_the_input() -> None:
    """Stop this process as Ctrl+C does once nobody holds the other end of its input: whoever started it has ended."""
    while os.read(0, 4096):  # not sys.stdin, whose lock would keep the interpreter from ending
        pass
    os.kill(os.getpid(), signal.SIGINT)


def _take_memory_in_one_place() -> None:
    """One heap for all threads, large pieces apart, so that what working a list out took goes back to the system: some
    100 MB of 460 with 20,000 incidents.

    Has to be said before Arrow is loaded. With another C library nothing is changed.
    """
    import ctypes

    os.environ.setdefault("ARROW_DEFAULT_MEMORY_POOL", "system")
    with suppress(OSError, AttributeError):
        library = ctypes.CDLL("libc.so.6")
        for setting, value in MALLOC.values():
            library.mallopt(setting, value)
